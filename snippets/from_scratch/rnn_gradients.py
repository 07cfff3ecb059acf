"""Backpropagation through time for the tanh RNN, by hand.

The forward pass keeps every hidden state; the backward pass walks from the last step to
the first, and the gradient that flows into a state is the one from above plus the one
carried back from the state after it. Weights as in keras.layers.SimpleRNN: kernel
(features, units), recurrent_kernel (units, units), bias (units,). Values are plain
numbers. Source: Werbos 1990, doi:10.1109/5.58337, applied to the equation in
rnn_cell.py.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike


class RnnGradients(NamedTuple):
    """The gradient of the loss for everything that went in, in the shapes of what went
    in.
    """

    inputs: np.ndarray
    initial_hidden: np.ndarray
    kernel: np.ndarray
    recurrent_kernel: np.ndarray
    bias: np.ndarray


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


# --8<-- [start:backward]
def rnn_gradients(
    inputs: ArrayLike,
    kernel: ArrayLike,
    recurrent_kernel: ArrayLike,
    bias: ArrayLike,
    upstream: ArrayLike,
) -> RnnGradients:
    """Gradients of a loss whose gradient for every hidden state is upstream.

    inputs (batch, steps, features), upstream (batch, steps, units); starts from a zero
    state. Raises ValueError for a wrong shape or a value that is not a finite number.
    """
    inputs = checked("inputs", inputs, "batch", "steps", "features")
    batch, steps, features = inputs.shape
    kernel = checked("kernel", kernel, features, "units")
    units = kernel.shape[1]
    recurrent_kernel = checked("recurrent_kernel", recurrent_kernel, units, units)
    bias = checked("bias", bias, units)
    upstream = checked("upstream", upstream, batch, steps, units)

    hidden = np.zeros(
        (batch, steps + 1, units), inputs.dtype
    )  # hidden[:, 0] is the start
    for t in range(steps):
        hidden[:, t + 1] = np.tanh(
            inputs[:, t] @ kernel + hidden[:, t] @ recurrent_kernel + bias
        )

    d_inputs, d_kernel = np.zeros_like(inputs), np.zeros_like(kernel)
    d_recurrent, d_bias = np.zeros_like(recurrent_kernel), np.zeros_like(bias)
    carried = np.zeros((batch, units), inputs.dtype)
    for t in reversed(range(steps)):
        d_hidden = upstream[:, t] + carried
        d_total = d_hidden * (1 - hidden[:, t + 1] ** 2)  # tanh' = 1 - tanh squared
        d_kernel += inputs[:, t].T @ d_total
        d_recurrent += hidden[:, t].T @ d_total
        d_bias += d_total.sum(axis=0)
        d_inputs[:, t] = d_total @ kernel.T
        carried = d_total @ recurrent_kernel.T  # one step further back in time
    return RnnGradients(d_inputs, carried, d_kernel, d_recurrent, d_bias)
    # --8<-- [end:backward]


# --8<-- [start:main]
def main() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(1, 12, 1))
    kernel, recurrent_kernel = rng.normal(size=(1, 4)), 0.4 * rng.normal(size=(4, 4))
    bias = np.zeros(4)
    upstream = np.zeros((1, 12, 4))
    upstream[:, -1] = 1.0  # the loss is the sum of the last hidden state

    gradients = rnn_gradients(inputs, kernel, recurrent_kernel, bias, upstream)
    for name, gradient in gradients._asdict().items():
        print(f"{name}: gradient of shape {gradient.shape}")
    for t in (11, 8, 4, 0):
        print(f"effect of input {t + 1:2d}: {gradients.inputs[0, t, 0]: .6f}")
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
