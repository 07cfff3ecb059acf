"""A GRU in NumPy: one step of the cell, and a whole batch of sequences.

    update_gate = sigmoid(x_t W_z + h_{t-1} U_z + biases)
    reset_gate  = sigmoid(x_t W_r + h_{t-1} U_r + biases)
    candidate   = tanh(x_t W_h + b_h + reset_gate * (h_{t-1} U_h + b'_h))
        or, with reset_after=False, tanh(x_t W_h + b_h + (reset_gate * h_{t-1}) U_h)
    hidden_t    = update_gate * h_{t-1} + (1 - update_gate) * candidate

Weights have the layout of keras.layers.GRU, so ``layer.get_weights()`` goes straight
in: kernel (features, 3 units) and recurrent_kernel (units, 3 units), blocks in the
order update, reset, candidate; bias (2, 3 units) with reset_after=True, (3 units,)
without, or None. All values are plain numbers without a unit of measure; hidden states
started from zeros lie between -1 and 1. Source of the equations: Cho et al. 2014,
arXiv:1406.1078 (its first version resets after the product, its third before), with the
biases of Keras.
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


# --8<-- [start:sigmoid]
def sigmoid(values: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-values)) of any shape; tanh cannot overflow, exp could."""
    return 0.5 * (1.0 + np.tanh(0.5 * values))
    # --8<-- [end:sigmoid]


def gru_step(
    x: ArrayLike,
    hidden: ArrayLike,
    kernel: ArrayLike,
    recurrent_kernel: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    reset_after: bool = True,
) -> np.ndarray:
    """One time step: x (batch, features), hidden (batch, units) -> new hidden (batch,
    units).

    Raises ValueError for a wrong shape or a value that is not a finite number.
    """
    if not isinstance(reset_after, bool):
        raise ValueError(f"reset_after: expected True or False, got {reset_after!r}")
    x = checked("x", x, "batch", "features")
    hidden = checked("hidden", hidden, len(x), "units")
    units = hidden.shape[1]
    kernel = checked("kernel", kernel, x.shape[1], 3 * units)
    recurrent_kernel = checked("recurrent_kernel", recurrent_kernel, units, 3 * units)
    bias_shape = (2, 3 * units) if reset_after else (3 * units,)
    bias = (
        np.zeros(bias_shape, x.dtype)
        if bias is None
        else checked("bias", bias, *bias_shape)
    )
    input_bias, recurrent_bias = bias if reset_after else (bias, np.zeros_like(bias))

    # --8<-- [start:gates]
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
    # --8<-- [end:gates]


def gru_sequence(
    inputs: ArrayLike,
    kernel: ArrayLike,
    recurrent_kernel: ArrayLike,
    bias: ArrayLike | None = None,
    initial_hidden: ArrayLike | None = None,
    *,
    reset_after: bool = True,
) -> np.ndarray:
    """Run the cell over inputs (batch, steps, features); returns every hidden state,
    (batch, steps, units). The first state to look back at is initial_hidden, or zeros.

    Raises ValueError for a wrong shape or a value that is not a finite number.
    """
    inputs = checked("inputs", inputs, "batch", "steps", "features")
    recurrent_kernel = checked("recurrent_kernel", recurrent_kernel, "units", "3 units")
    batch, units = len(inputs), len(recurrent_kernel)
    recurrent_kernel = checked("recurrent_kernel", recurrent_kernel, units, 3 * units)
    if initial_hidden is None:
        hidden = np.zeros((batch, units), inputs.dtype)
    else:
        hidden = checked("initial_hidden", initial_hidden, batch, units)
    states = []
    for t in range(inputs.shape[1]):  # the same weights at every step
        hidden = gru_step(
            inputs[:, t],
            hidden,
            kernel,
            recurrent_kernel,
            bias,
            reset_after=reset_after,
        )
        states.append(hidden)
    return np.stack(states, axis=1)


# --8<-- [start:main]
def main() -> None:
    rng = np.random.default_rng(0)
    features, units = 1, 2
    kernel = rng.normal(size=(features, 3 * units))
    recurrent_kernel = rng.normal(size=(units, 3 * units))
    bias = np.zeros((2, 3 * units))
    inputs = [[[1.0], [0.0], [0.0]]]  # one sequence: a 1, then silence

    states = gru_sequence(inputs, kernel, recurrent_kernel, bias)
    print("shape (batch, steps, units):", states.shape)
    for step, hidden in enumerate(states[0], start=1):
        print(f"after step {step}: hidden state = {hidden.round(4)}")

    bias[0, :units] = 30.0  # force the update gate to 1: keep everything
    kept = gru_sequence(
        inputs, kernel, recurrent_kernel, bias, initial_hidden=[[0.3, -0.9]]
    )
    print("update gate held at 1: the last state is still", kept[0, -1].round(4))
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
