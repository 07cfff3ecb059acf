"""Backpropagation through time for the tanh RNN, by hand.

Weights as in rnn_cell.py, kernel (features, units) and so on; upstream: the gradient
of the loss for every hidden state. Source: Werbos 1990, doi:10.1109/5.58337.
"""

from collections import namedtuple

import numpy as np

RnnGradients = namedtuple(
    "RnnGradients", "inputs initial_hidden kernel recurrent_kernel bias"
)


def rnn_gradients(inputs, kernel, recurrent_kernel, bias, upstream):
    """inputs (batch, steps, features), upstream (batch, steps, units) -> gradients."""
    batch, steps, _ = inputs.shape
    assert upstream.shape == (batch, steps, *bias.shape)  # or NumPy would stretch it
    hidden = [np.zeros((batch, len(bias)), kernel.dtype)]  # hidden[0] is the start
    for t in range(steps):
        total = inputs[:, t] @ kernel + hidden[t] @ recurrent_kernel + bias
        hidden.append(np.tanh(total))

    d_inputs, d_kernel = np.zeros(inputs.shape, kernel.dtype), np.zeros_like(kernel)
    d_recurrent, d_bias = np.zeros_like(recurrent_kernel), np.zeros_like(bias)
    carried = np.zeros_like(hidden[0])
    for t in reversed(range(steps)):
        d_hidden = upstream[:, t] + carried
        d_total = d_hidden * (1 - hidden[t + 1] ** 2)  # tanh' = 1 - tanh squared
        d_kernel += inputs[:, t].T @ d_total
        d_recurrent += hidden[t].T @ d_total
        d_bias += d_total.sum(axis=0)
        d_inputs[:, t] = d_total @ kernel.T
        carried = d_total @ recurrent_kernel.T  # one step further back in time
    return RnnGradients(d_inputs, carried, d_kernel, d_recurrent, d_bias)


def main():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(1, 12, 1))
    kernel, recurrent_kernel = rng.normal(size=(1, 4)), 0.4 * rng.normal(size=(4, 4))
    bias, upstream = np.zeros(4), np.zeros((1, 12, 4))
    upstream[:, -1] = 1.0  # the loss is the sum of the last hidden state
    gradients = rnn_gradients(inputs, kernel, recurrent_kernel, bias, upstream)
    for t in (11, 8, 4, 0):
        print(f"effect of input {t + 1:2d}: {gradients.inputs[0, t, 0]: .6f}")


if __name__ == "__main__":
    main()
