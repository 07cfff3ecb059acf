"""Three GRUs on the same weights: where reset acts and what the update gate means.

inputs (batch, steps, features), kernel (features, 3 units) and recurrent_kernel (units,
3 units) as in Keras, all biases zero. Sources: keras.layers.GRU; Chung et al. 2014,
arXiv:1412.3555, for the update gate that writes.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np


def sigmoid(values):
    return 0.5 * (1.0 + np.tanh(0.5 * values))  # 1 / (1 + exp(-values)), no overflow


# --8<-- [start:chung]
def chung_gru(inputs, kernel, recurrent_kernel):
    """Reset before the product, and z WRITES. Last hidden state (batch, units)."""
    assert kernel.shape[1] == recurrent_kernel.shape[1] == 3 * len(recurrent_kernel)
    batch, steps, _ = inputs.shape
    U_z, U_r, U_h = np.split(recurrent_kernel, 3, axis=1)
    hidden = np.zeros((batch, len(recurrent_kernel)), inputs.dtype)
    for t in range(steps):
        x_z, x_r, x_h = np.split(inputs[:, t] @ kernel, 3, axis=1)
        z = sigmoid(x_z + hidden @ U_z)
        r = sigmoid(x_r + hidden @ U_r)
        candidate = np.tanh(x_h + (r * hidden) @ U_h)
        hidden = (1 - z) * hidden + z * candidate  # Keras swaps z and 1 - z
    return hidden
    # --8<-- [end:chung]


# --8<-- [start:negate]
def negate_update_gate(weights):
    """'z keeps' <-> 'z writes' for weights (..., 3 units), the update block first."""
    update, reset, candidate = np.split(weights, 3, axis=-1)
    return np.concatenate([-update, reset, candidate], axis=-1)
    # --8<-- [end:negate]


# --8<-- [start:reset]
def reset_place_difference(units, inputs):
    """Largest difference between reset after and before, on the same kernels."""
    after = keras.layers.GRU(units, reset_after=True)
    before = keras.layers.GRU(units, reset_after=False)
    after.build(inputs.shape)
    before.build(inputs.shape)
    kernel, recurrent_kernel, bias = after.get_weights()
    before.set_weights([kernel, recurrent_kernel, bias[0]])
    return float(np.abs(np.array(after(inputs)) - np.array(before(inputs))).max())
    # --8<-- [end:reset]


# --8<-- [start:main]
def main():
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
