"""A Keras layer and a few lines of NumPy give the same numbers, for an RNN and a GRU.

The NumPy lines take the layer's own weights: inputs (batch, steps, features) -> last
hidden state (batch, units), in float32 as Keras computes. The bound on the difference
is the one the guide's tests use for float32. Source of the equations: rnn_cell.py and
gru_cell.py.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

BOUND = 5e-6


# --8<-- [start:numpy]
def rnn_by_hand(inputs, layer):
    """inputs (batch, steps, features) -> last hidden state (batch, units)."""
    kernel, recurrent_kernel, bias = layer.get_weights()
    batch, steps, _ = inputs.shape
    hidden = np.zeros((batch, layer.units), "float32")
    for t in range(steps):
        hidden = np.tanh(inputs[:, t] @ kernel + bias + hidden @ recurrent_kernel)
    return hidden


def gru_by_hand(inputs, layer):
    """The same for a GRU with Keras's defaults: two biases, reset after the product."""
    kernel, recurrent_kernel, (input_bias, recurrent_bias) = layer.get_weights()
    batch, steps, _ = inputs.shape
    hidden = np.zeros((batch, layer.units), "float32")
    for t in range(steps):
        x_z, x_r, x_h = np.split(inputs[:, t] @ kernel + input_bias, 3, axis=1)
        h_z, h_r, h_h = np.split(hidden @ recurrent_kernel + recurrent_bias, 3, axis=1)
        update_gate = 1 / (1 + np.exp(-(x_z + h_z)))
        reset_gate = 1 / (1 + np.exp(-(x_r + h_r)))
        candidate = np.tanh(x_h + reset_gate * h_h)
        hidden = update_gate * hidden + (1 - update_gate) * candidate
    return hidden
    # --8<-- [end:numpy]


# --8<-- [start:main]
def main():
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
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
