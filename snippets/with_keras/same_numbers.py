"""A Keras layer and a few lines of NumPy give the same numbers, for an RNN and for a
GRU.

The NumPy lines take the layer's own weights: inputs (batch, steps, features) -> last
hidden state (batch, units), in float32 as Keras computes. The bound on the difference
is the one the guide's tests use for float32. Source of the equations: rnn_cell.py and
gru_cell.py.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
from numpy.typing import ArrayLike

BOUND = 5e-6


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


def weights_of(layer: keras.Layer, kind: type[keras.Layer]) -> list[np.ndarray]:
    """The kernel, recurrent kernel and bias of a built layer of that kind."""
    if not isinstance(layer, kind) or not layer.built or not layer.use_bias:
        raise ValueError(
            f"layer: expected a built {kind.__name__} with a bias, got {layer!r}"
        )
    return layer.get_weights()


# --8<-- [start:numpy]
def rnn_by_hand(inputs: ArrayLike, layer: keras.layers.SimpleRNN) -> np.ndarray:
    """inputs (batch, steps, features) -> last hidden state (batch, units) of a built
    layer.
    """
    kernel, recurrent_kernel, bias = weights_of(layer, keras.layers.SimpleRNN)
    inputs = checked("inputs", inputs, "batch", "steps", len(kernel))
    hidden = np.zeros((len(inputs), layer.units), "float32")
    for t in range(inputs.shape[1]):
        hidden = np.tanh(inputs[:, t] @ kernel + bias + hidden @ recurrent_kernel)
    return hidden


def gru_by_hand(inputs: ArrayLike, layer: keras.layers.GRU) -> np.ndarray:
    """inputs (batch, steps, features) -> last hidden state (batch, units) of a built
    layer.
    """
    kernel, recurrent_kernel, biases = weights_of(layer, keras.layers.GRU)
    if not layer.reset_after:
        raise ValueError("layer: expected reset_after=True, got reset_after=False")
    inputs = checked("inputs", inputs, "batch", "steps", len(kernel))
    input_bias, recurrent_bias = biases
    hidden = np.zeros((len(inputs), layer.units), "float32")
    for t in range(inputs.shape[1]):
        x_z, x_r, x_h = np.split(inputs[:, t] @ kernel + input_bias, 3, axis=1)
        h_z, h_r, h_h = np.split(hidden @ recurrent_kernel + recurrent_bias, 3, axis=1)
        update_gate = 1 / (1 + np.exp(-(x_z + h_z)))
        reset_gate = 1 / (1 + np.exp(-(x_r + h_r)))
        candidate = np.tanh(x_h + reset_gate * h_h)
        hidden = update_gate * hidden + (1 - update_gate) * candidate
    return hidden
    # --8<-- [end:numpy]


# --8<-- [start:main]
def main() -> dict[str, float]:
    keras.utils.set_random_seed(0)
    inputs = np.random.default_rng(0).normal(size=(2, 10, 3)).astype("float32")
    rnn = keras.layers.SimpleRNN(4, bias_initializer="glorot_uniform")
    gru = keras.layers.GRU(4, bias_initializer="glorot_uniform")
    pairs = {
        "RNN": (np.array(rnn(inputs)), rnn_by_hand(inputs, rnn)),
        "GRU": (np.array(gru(inputs)), gru_by_hand(inputs, gru)),
    }
    for name, (by_keras, by_hand) in pairs.items():
        print(f"{name}, first example, last hidden state")
        print("  Keras ", by_keras[0].round(4))
        print("  NumPy ", by_hand[0].round(4))
        print(f"  differ by less than {BOUND}: {abs(by_keras - by_hand).max() < BOUND}")
    return {"bound": BOUND}
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
