"""Three GRUs on the same weights: where reset acts and what the update gate means,
executed.

inputs (batch, steps, features), kernel (features, 3 units), recurrent_kernel (units, 3
units), blocks in Keras's order update, reset, candidate; all biases here are those
Keras starts with: zero. Values are plain numbers. Sources: keras.layers.GRU; Chung et
al. 2014, arXiv:1412.3555, for the update gate that writes.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np


def sigmoid(values: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-values)) of any shape; tanh cannot overflow, exp could."""
    return 0.5 * (1.0 + np.tanh(0.5 * values))


# --8<-- [start:chung]
def chung_gru(
    inputs: np.ndarray, kernel: np.ndarray, recurrent_kernel: np.ndarray
) -> np.ndarray:
    """Chung's form: reset before the product, and z WRITES. Last hidden state (batch,
    units).
    """
    if inputs.ndim != 3 or kernel.shape[0] != inputs.shape[2]:
        raise ValueError(
            f"expected inputs (batch, steps, features) and kernel (features, 3 units), "
            f"got {inputs.shape} and {kernel.shape}"
        )
    U_z, U_r, U_h = np.split(recurrent_kernel, 3, axis=1)
    hidden = np.zeros((len(inputs), len(recurrent_kernel)), inputs.dtype)
    for t in range(inputs.shape[1]):
        x_z, x_r, x_h = np.split(inputs[:, t] @ kernel, 3, axis=1)
        z = sigmoid(x_z + hidden @ U_z)
        r = sigmoid(x_r + hidden @ U_r)
        candidate = np.tanh(x_h + (r * hidden) @ U_h)
        hidden = (
            1 - z
        ) * hidden + z * candidate  # Keras: z * hidden + (1 - z) * candidate
    return hidden
    # --8<-- [end:chung]


# --8<-- [start:negate]
def negate_update_gate(weights: np.ndarray) -> np.ndarray:
    """Turn 'z keeps' into 'z writes' and back: sigmoid(-a) is 1 - sigmoid(a).

    weights (..., 3 units), a kernel, recurrent kernel or bias with the update block
    first.
    """
    if weights.shape[-1] % 3:
        raise ValueError(
            f"weights: expected a last axis of 3 units, got {weights.shape}"
        )
    update, reset, candidate = np.split(weights, 3, axis=-1)
    return np.concatenate([-update, reset, candidate], axis=-1)
    # --8<-- [end:negate]


# --8<-- [start:reset]
def reset_place_difference(units: int, inputs: np.ndarray) -> float:
    """Largest difference between reset after and before the product, on the same
    kernels.
    """
    after = keras.layers.GRU(units, reset_after=True)
    before = keras.layers.GRU(units, reset_after=False)
    after.build(inputs.shape)
    before.build(inputs.shape)
    kernel, recurrent_kernel, bias = after.get_weights()
    before.set_weights([kernel, recurrent_kernel, bias[0]])
    return float(np.abs(np.array(after(inputs)) - np.array(before(inputs))).max())
    # --8<-- [end:reset]


# --8<-- [start:main]
def main() -> dict[str, float]:
    keras.utils.set_random_seed(0)
    inputs = np.random.default_rng(0).normal(size=(4, 20, 3)).astype("float32")
    layer = keras.layers.GRU(8, reset_after=False)
    by_keras = np.array(layer(inputs))
    kernel, recurrent_kernel, _ = layer.get_weights()

    plain = abs(by_keras - chung_gru(inputs, kernel, recurrent_kernel)).max()
    turned = negate_update_gate(kernel), negate_update_gate(recurrent_kernel)
    converted = abs(by_keras - chung_gru(inputs, *turned)).max()
    print(f"z keeps or writes, the same weights: differ by {plain:.2f}")
    print(f"update gate's weights negated: less than 5e-06: {converted < 5e-6}")

    two, one = reset_place_difference(8, inputs), reset_place_difference(1, inputs)
    print(f"reset after or before, 8 units: differ by {two:.2f}")
    print(f"reset after or before, 1 unit: less than 5e-06: {one < 5e-6}")
    return {"sign": float(plain), "reset": two}
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
