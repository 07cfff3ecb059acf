"""A GRU in NumPy: one step of the cell, and a whole batch of sequences.

    update_gate = sigmoid(x_t W_z + h_{t-1} U_z + biases)
    reset_gate  = sigmoid(x_t W_r + h_{t-1} U_r + biases)
    candidate   = tanh(x_t W_h + b_h + reset_gate * (h_{t-1} U_h + b'_h))
        or, with reset_after=False, tanh(x_t W_h + b_h + (reset_gate * h_{t-1}) U_h)
    hidden_t    = update_gate * h_{t-1} + (1 - update_gate) * candidate

Weights lie as in keras.layers.GRU, so layer.get_weights() goes straight in: kernel
(features, 3 units) and recurrent_kernel (units, 3 units), blocks in the order update,
reset, candidate; bias (2, 3 units), or (3 units,) with reset_after=False. Source of the
equations: Cho et al. 2014, arXiv:1406.1078, with the biases of Keras.
"""

import numpy as np


# --8<-- [start:step]
def sigmoid(values):
    return 0.5 * (1.0 + np.tanh(0.5 * values))  # 1 / (1 + exp(-values)), no overflow


def gru_step(x, hidden, kernel, recurrent_kernel, bias, reset_after=True):
    """x (batch, features), hidden (batch, units) -> new hidden (batch, units)."""
    # NumPy would stretch a gate of one unit over all units and say nothing.
    assert kernel.shape[1] == recurrent_kernel.shape[1] == 3 * len(recurrent_kernel)
    input_bias, recurrent_bias = bias if reset_after else (bias, np.zeros_like(bias))
    x_z, x_r, x_h = np.split(x @ kernel + input_bias, 3, axis=1)
    U_z, U_r, U_h = np.split(recurrent_kernel, 3, axis=1)
    b2_z, b2_r, b2_h = np.split(recurrent_bias, 3)  # the second biases

    update_gate = sigmoid(x_z + hidden @ U_z + b2_z)
    reset_gate = sigmoid(x_r + hidden @ U_r + b2_r)
    if reset_after:
        candidate = np.tanh(x_h + reset_gate * (hidden @ U_h + b2_h))
    else:
        candidate = np.tanh(x_h + (reset_gate * hidden) @ U_h)
    return update_gate * hidden + (1 - update_gate) * candidate
    # --8<-- [end:step]


def gru_sequence(
    inputs, kernel, recurrent_kernel, bias, initial_hidden=None, reset_after=True
):
    """inputs (batch, steps, features) -> all hidden states (batch, steps, units)."""
    batch, steps, _ = inputs.shape
    hidden = initial_hidden
    if hidden is None:
        hidden = np.zeros((batch, len(recurrent_kernel)), inputs.dtype)
    states, weights = [], (kernel, recurrent_kernel, bias)
    for t in range(steps):  # the same weights at every step
        hidden = gru_step(inputs[:, t], hidden, *weights, reset_after)
        states.append(hidden)
    return np.stack(states, axis=1)


def main():
    rng = np.random.default_rng(0)
    features, units = 1, 2
    kernel = rng.normal(size=(features, 3 * units))
    recurrent_kernel = rng.normal(size=(units, 3 * units))
    bias = np.zeros((2, 3 * units))
    inputs = np.array([[[1.0], [0.0], [0.0]]])  # one sequence: a 1, then silence
    states = gru_sequence(inputs, kernel, recurrent_kernel, bias)
    print("shape (batch, steps, units):", states.shape)
    for step, hidden in enumerate(states[0], start=1):
        print(f"after step {step}: hidden state = {hidden.round(4)}")

    bias[0, :units] = 30.0  # force the update gate to 1: keep everything
    kept = gru_sequence(inputs, kernel, recurrent_kernel, bias, np.array([[0.3, -0.9]]))
    print("update gate held at 1: the last state is still", kept[0, -1].round(4))


if __name__ == "__main__":
    main()
