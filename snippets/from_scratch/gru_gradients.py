"""Backpropagation through time for the GRU, by hand, with reset_after both ways.

Weights as in gru_cell.py, kernel (features, 3 units) and so on; upstream: the gradient
of the loss for every hidden state. Source: Werbos 1990, doi:10.1109/5.58337.
"""

from collections import namedtuple

import numpy as np

GruGradients = namedtuple(
    "GruGradients", "inputs initial_hidden kernel recurrent_kernel bias"
)


def sigmoid(values):
    return 0.5 * (1.0 + np.tanh(0.5 * values))  # 1 / (1 + exp(-values)), no overflow


def gru_gradients(inputs, kernel, recurrent_kernel, bias, upstream, reset_after=True):
    """inputs (batch, steps, features), upstream (batch, steps, units) -> gradients."""
    batch, steps, _ = inputs.shape
    assert upstream.shape == (batch, steps, len(recurrent_kernel))  # or stretched
    input_bias, recurrent_bias = bias if reset_after else (bias, np.zeros_like(bias))
    U_z, U_r, U_h = np.split(recurrent_kernel, 3, axis=1)
    b2_z, b2_r, b2_h = np.split(recurrent_bias, 3)
    hidden, tape = np.zeros_like(upstream[:, 0]), []
    for t in range(steps):
        x_z, x_r, x_h = np.split(inputs[:, t] @ kernel + input_bias, 3, axis=1)
        z = sigmoid(x_z + hidden @ U_z + b2_z)
        r = sigmoid(x_r + hidden @ U_r + b2_r)
        before, after = (1, r) if reset_after else (r, 1)  # where the reset gate acts
        seen = before * hidden
        recalled = seen @ U_h + b2_h
        candidate = np.tanh(x_h + after * recalled)
        tape.append((hidden, z, r, before, after, seen, recalled, candidate))
        hidden = z * hidden + (1 - z) * candidate

    d_inputs, d_kernel = np.zeros(inputs.shape, kernel.dtype), np.zeros_like(kernel)
    d_biases = np.zeros_like([input_bias, recurrent_bias])
    d_recurrent, carried = np.zeros_like(recurrent_kernel), np.zeros_like(hidden)
    for t in reversed(range(steps)):
        hidden, z, r, before, after, seen, recalled, candidate = tape[t]
        d_hidden = upstream[:, t] + carried
        d_candidate = d_hidden * (1 - z) * (1 - candidate**2)
        d_recalled = d_candidate * after
        d_seen = d_recalled @ U_h.T
        d_z = d_hidden * (hidden - candidate) * z * (1 - z)
        d_r = (d_candidate * recalled if reset_after else d_seen * hidden) * r * (1 - r)
        from_input = np.hstack([d_z, d_r, d_candidate])
        from_state = np.hstack([d_z, d_r, d_recalled])
        d_inputs[:, t] = from_input @ kernel.T
        d_kernel += inputs[:, t].T @ from_input
        d_recurrent += np.hstack([hidden.T @ d_z, hidden.T @ d_r, seen.T @ d_recalled])
        d_biases += np.stack([from_input.sum(axis=0), from_state.sum(axis=0)])
        carried = d_hidden * z  # the straight road back: no matrix on it
        carried += d_seen * before + d_z @ U_z.T + d_r @ U_r.T
    d_bias = d_biases if reset_after else d_biases[0]
    return GruGradients(d_inputs, carried, d_kernel, d_recurrent, d_bias)


def main():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(1, 12, 1))
    kernel, recurrent_kernel = rng.normal(size=(1, 12)), 0.4 * rng.normal(size=(4, 12))
    bias, upstream, record = np.zeros((2, 12)), np.zeros((1, 12, 4)), {}
    upstream[:, -1] = 1.0  # the loss is the sum of the last hidden state
    for b_z in (0, 4):
        bias[0, :4] = b_z  # the update gate's bias: higher means keep more
        effects = gru_gradients(inputs, kernel, recurrent_kernel, bias, upstream).inputs
        for t in (11, 8, 4, 0):
            effect = record[f"bias_{b_z}_input_{t + 1}"] = effects[0, t, 0]
            print(f"update-gate bias {b_z}, effect of input {t + 1:2d}: {effect: .6f}")
    return record


if __name__ == "__main__":
    main()
