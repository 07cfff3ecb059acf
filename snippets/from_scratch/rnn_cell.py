"""A tanh RNN in NumPy: one step of the cell, and a whole batch of sequences.

    hidden_t = tanh(x_t @ kernel + hidden_{t-1} @ recurrent_kernel + bias)

Weights have the layout of keras.layers.SimpleRNN, so ``layer.get_weights()`` goes
straight in: kernel (features, units), recurrent_kernel (units, units), bias (units,) or
None. All values are plain numbers without a unit of measure; hidden states lie between
-1 and 1. Source of the equation: Elman 1990, doi:10.1207/s15516709cog1402_1, with tanh
as in Keras.
"""

import numpy as np
from numpy.typing import ArrayLike


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


def rnn_step(
    x: ArrayLike,
    hidden: ArrayLike,
    kernel: ArrayLike,
    recurrent_kernel: ArrayLike,
    bias: ArrayLike | None = None,
) -> np.ndarray:
    """One time step: x (batch, features), hidden (batch, units) -> new hidden (batch,
    units).

    Raises ValueError for a wrong shape or a value that is not a finite number.
    """
    x = checked("x", x, "batch", "features")
    hidden = checked("hidden", hidden, len(x), "units")
    features, units = x.shape[1], hidden.shape[1]
    kernel = checked("kernel", kernel, features, units)
    recurrent_kernel = checked("recurrent_kernel", recurrent_kernel, units, units)
    b = 0.0 if bias is None else checked("bias", bias, units)
    # --8<-- [start:equation]
    new_hidden = np.tanh(x @ kernel + hidden @ recurrent_kernel + b)
    # --8<-- [end:equation]
    return new_hidden


# --8<-- [start:sequence]
def rnn_sequence(
    inputs: ArrayLike,
    kernel: ArrayLike,
    recurrent_kernel: ArrayLike,
    bias: ArrayLike | None = None,
    initial_hidden: ArrayLike | None = None,
) -> np.ndarray:
    """Run the cell over inputs (batch, steps, features); returns every hidden state,
    (batch, steps, units). The first state to look back at is initial_hidden, or zeros.

    Raises ValueError for a wrong shape or a value that is not a finite number.
    """
    inputs = checked("inputs", inputs, "batch", "steps", "features")
    kernel = checked("kernel", kernel, inputs.shape[2], "units")
    batch, units = len(inputs), kernel.shape[1]
    if initial_hidden is None:
        hidden = np.zeros((batch, units), inputs.dtype)
    else:
        hidden = checked("initial_hidden", initial_hidden, batch, units)
    states = []
    for t in range(inputs.shape[1]):  # the same weights at every step
        hidden = rnn_step(inputs[:, t], hidden, kernel, recurrent_kernel, bias)
        states.append(hidden)
    return np.stack(states, axis=1)
    # --8<-- [end:sequence]


# --8<-- [start:main]
def main() -> dict[str, float]:
    kernel = [[0.8, -0.5]]  # one feature in, two units
    recurrent_kernel = [[0.5, 0.1], [-0.1, 0.5]]  # picked by hand
    bias = [0.0, 0.0]
    sentence = [[[1.0], [0.0], [0.0], [0.0]]]  # one sequence: a 1, then silence

    states = rnn_sequence(sentence, kernel, recurrent_kernel, bias)
    print("shape (batch, steps, units):", states.shape)
    for step, hidden in enumerate(states[0], start=1):
        print(f"after step {step}: hidden state = {hidden.round(4)}")
    # --8<-- [end:main]
    return {
        "kernel_2": kernel[0][1],
        "state_1": float(states[0, 0, 0]),
        "state_2": float(states[0, 0, 1]),
        "last_state_1": float(states[0, -1, 0]),
        "last_state_2": float(states[0, -1, 1]),
    }


if __name__ == "__main__":
    main()
