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
from numpy.typing import ArrayLike


def sigmoid(values: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-values)) of any shape; tanh cannot overflow, exp could."""
    return 0.5 * (1.0 + np.tanh(0.5 * values))


def checked(name: str, value: ArrayLike, *shape: int | str) -> np.ndarray:
    """value as finite floats of that shape; a word stands for any size from 1 up."""
    expected = (
        f"{name}: expected finite numbers of shape ({', '.join(map(str, shape))})"
    )
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{expected}, got rows of different lengths") from None
    if array.ndim != len(shape) or any(
        have < 1 if isinstance(want, str) else have != want
        for have, want in zip(array.shape, shape, strict=True)
    ):
        raise ValueError(f"{expected}, got shape {array.shape}")
    if array.dtype.kind not in "fiu" or not np.isfinite(array).all():
        raise ValueError(
            f"{expected}, got {array.dtype} values that are not all finite numbers"
        )
    return array if array.dtype.kind == "f" else array.astype(float)


# --8<-- [start:chung]
def chung_gru(
    inputs: ArrayLike, kernel: ArrayLike, recurrent_kernel: ArrayLike
) -> np.ndarray:
    """Reset before the product, and z WRITES. Last hidden state (batch, units)."""
    inputs = checked("inputs", inputs, "batch", "steps", "features")
    recurrent_kernel = checked("recurrent_kernel", recurrent_kernel, "units", "3 units")
    units = len(recurrent_kernel)
    recurrent_kernel = checked("recurrent_kernel", recurrent_kernel, units, 3 * units)
    kernel = checked("kernel", kernel, inputs.shape[2], 3 * units)
    U_z, U_r, U_h = np.split(recurrent_kernel, 3, axis=1)
    hidden = np.zeros((len(inputs), units), inputs.dtype)
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
    weights = np.asarray(weights)
    if weights.ndim == 0 or weights.shape[-1] % 3 or weights.dtype.kind != "f":
        raise ValueError(
            f"weights: expected floats with a last axis of 3 units, "
            f"got {weights.dtype} of shape {weights.shape}"
        )
    update, reset, candidate = np.split(weights, 3, axis=-1)
    return np.concatenate([-update, reset, candidate], axis=-1)
    # --8<-- [end:negate]


# --8<-- [start:reset]
def reset_place_difference(units: int, inputs: np.ndarray) -> float:
    """Largest difference between reset after and before the product, on the same
    kernels.
    """
    inputs = checked("inputs", inputs, "batch", "steps", "features")
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
