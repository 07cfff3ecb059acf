"""An LSTM in NumPy: one step of the cell, and a whole batch of sequences.

    input_gate  = sigmoid(x_t W_i + h_{t-1} U_i + b_i)     how much of the draft to add
    forget_gate = sigmoid(x_t W_f + h_{t-1} U_f + b_f)     how much of the cell to keep
    candidate   = tanh(x_t W_c + h_{t-1} U_c + b_c)        the draft
    output_gate = sigmoid(x_t W_o + h_{t-1} U_o + b_o)     how much to show
    cell_t      = forget_gate * cell_{t-1} + input_gate * candidate
    hidden_t    = output_gate * tanh(cell_t)

Weights lie as in keras.layers.LSTM: kernel (features, 4 units), recurrent_kernel
(units, 4 units), bias (4 units,), blocks in the order input, forget, candidate, output.
Sources: Hochreiter and Schmidhuber 1997, doi:10.1162/neco.1997.9.8.1735; the forget
gate, Gers, Schmidhuber and Cummins 2000, doi:10.1162/089976600300015015.
"""

import numpy as np


# --8<-- [start:step]
def sigmoid(values):
    return 0.5 * (1.0 + np.tanh(0.5 * values))  # 1 / (1 + exp(-values)), no overflow


def lstm_step(x, hidden, cell, kernel, recurrent_kernel, bias):
    """x (batch, features), hidden and cell (batch, units) -> new hidden, new cell."""
    assert kernel.shape[1] == 4 * hidden.shape[1]  # or NumPy would stretch it
    total = x @ kernel + hidden @ recurrent_kernel + bias
    i, f, c, o = np.split(total, 4, axis=1)
    input_gate, forget_gate, output_gate = sigmoid(i), sigmoid(f), sigmoid(o)
    candidate = np.tanh(c)
    cell = forget_gate * cell + input_gate * candidate
    return output_gate * np.tanh(cell), cell
    # --8<-- [end:step]


def lstm_sequence(inputs, kernel, recurrent_kernel, bias):
    """inputs (batch, steps, features) -> all hidden states and all cell states, both
    (batch, steps, units).
    """
    batch, steps, _ = inputs.shape
    hidden = cell = np.zeros((batch, len(recurrent_kernel)), inputs.dtype)
    states, cells = [], []
    for t in range(steps):  # the same weights at every step
        hidden, cell = lstm_step(
            inputs[:, t], hidden, cell, kernel, recurrent_kernel, bias
        )
        states.append(hidden)
        cells.append(cell)
    return np.stack(states, axis=1), np.stack(cells, axis=1)


# --8<-- [start:counter]
def counter():
    """Weights of one unit that adds 1 to its cell for an a and takes 1 off for a b."""
    kernel = np.zeros((2, 4))
    kernel[:, 2] = 20.0, -20.0  # the candidate: 1 for an a, -1 for a b
    bias = np.array([20.0, 20.0, 0.0, 20.0])  # every gate at 1
    return kernel, np.zeros((1, 4)), bias
    # --8<-- [end:counter]


def main():
    a, b = np.eye(2)
    for many in (3, 30, 300):
        inputs = np.stack([a] * many + [b] * (many - 1))[None]
        hidden, cell = lstm_sequence(inputs, *counter())
        top, end = cell[0, many - 1, 0], cell[0, -1, 0]
        print(
            f"{many} a's: the cell is {top:.3f}; after one b fewer {end:.3f}, "
            f"and the hidden state {hidden[0, -1, 0]:.3f}"
        )


if __name__ == "__main__":
    main()
