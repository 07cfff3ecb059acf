"""A tanh RNN in NumPy: one step of the cell, and a whole batch of sequences.

    hidden_t = tanh(x_t @ kernel + hidden_{t-1} @ recurrent_kernel + bias)

Weights lie as in keras.layers.SimpleRNN, so layer.get_weights() goes straight in:
kernel (features, units), recurrent_kernel (units, units), bias (units,). Source of the
equation: Elman 1990, doi:10.1207/s15516709cog1402_1, with tanh as in Keras.
"""

import numpy as np


# --8<-- [start:step]
def rnn_step(x, hidden, kernel, recurrent_kernel, bias):
    """x (batch, features), hidden (batch, units) -> new hidden (batch, units)."""
    # NumPy would stretch a single column over all units and say nothing.
    assert kernel.shape[1:] == recurrent_kernel.shape[1:] == bias.shape
    return np.tanh(x @ kernel + hidden @ recurrent_kernel + bias)
    # --8<-- [end:step]


def rnn_sequence(inputs, kernel, recurrent_kernel, bias, initial_hidden=None):
    """inputs (batch, steps, features) -> all hidden states (batch, steps, units)."""
    batch, steps, _ = inputs.shape
    hidden = initial_hidden
    if hidden is None:
        hidden = np.zeros((batch, len(recurrent_kernel)), inputs.dtype)
    states = []
    for t in range(steps):  # the same weights at every step
        hidden = rnn_step(inputs[:, t], hidden, kernel, recurrent_kernel, bias)
        states.append(hidden)
    return np.stack(states, axis=1)


def main():
    kernel = np.array([[0.8, -0.5]])  # one feature in, two units
    recurrent_kernel = np.array([[0.5, 0.1], [-0.1, 0.5]])  # picked by hand
    bias = np.zeros(2)
    inputs = np.array([[[1.0], [0.0], [0.0], [0.0]]])  # one sequence: a 1, then silence
    states = rnn_sequence(inputs, kernel, recurrent_kernel, bias)
    print("shape (batch, steps, units):", states.shape)
    for step, hidden in enumerate(states[0], start=1):
        print(f"after step {step}: hidden state = {hidden.round(4)}")
    return {"states": states[0].tolist()}


if __name__ == "__main__":
    main()
