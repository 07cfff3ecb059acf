"""Backpropagation through time for the GRU, by hand, with reset_after both ways.

The forward pass keeps the gates of every step; the backward pass walks from the last
step to the first and undoes, in reverse order, the blend, the candidate and the two
gates. Weights as in keras.layers.GRU: kernel (features, 3 units), recurrent_kernel
(units, 3 units), blocks in the order update, reset, candidate; bias (2, 3 units) with
reset_after=True, (3 units,) without. Values are plain numbers. Source: Werbos 1990,
doi:10.1109/5.58337, applied to the equations in gru_cell.py.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike


class GruGradients(NamedTuple):
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


def sigmoid(values: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-values)) of any shape; tanh cannot overflow, exp could."""
    return 0.5 * (1.0 + np.tanh(0.5 * values))


# --8<-- [start:backward]
def gru_gradients(
    inputs: ArrayLike,
    kernel: ArrayLike,
    recurrent_kernel: ArrayLike,
    bias: ArrayLike,
    upstream: ArrayLike,
    *,
    reset_after: bool = True,
) -> GruGradients:
    """Gradients of a loss whose gradient for every hidden state is upstream.

    inputs (batch, steps, features), upstream (batch, steps, units); starts from a zero
    state. Raises ValueError for a wrong shape or a value that is not a finite number.
    """
    if not isinstance(reset_after, bool):
        raise ValueError(f"reset_after: expected True or False, got {reset_after!r}")
    inputs = checked("inputs", inputs, "batch", "steps", "features")
    batch, steps, features = inputs.shape
    recurrent_kernel = checked("recurrent_kernel", recurrent_kernel, "units", "3 units")
    units = len(recurrent_kernel)
    recurrent_kernel = checked("recurrent_kernel", recurrent_kernel, units, 3 * units)
    kernel = checked("kernel", kernel, features, 3 * units)
    bias = checked("bias", bias, *((2, 3 * units) if reset_after else (3 * units,)))
    upstream = checked("upstream", upstream, batch, steps, units)
    input_bias, recurrent_bias = bias if reset_after else (bias, np.zeros_like(bias))
    U_gates, U_h = recurrent_kernel[:, : 2 * units], recurrent_kernel[:, 2 * units :]
    b_gates, b_h = recurrent_bias[: 2 * units], recurrent_bias[2 * units :]

    hidden = np.zeros((batch, units), inputs.dtype)
    tape = []  # what each step saw and decided, for the way back
    for t in range(steps):
        x_gates, x_h = np.split(inputs[:, t] @ kernel + input_bias, [2 * units], axis=1)
        z, r = np.split(sigmoid(x_gates + hidden @ U_gates + b_gates), 2, axis=1)
        recalled = hidden @ U_h + b_h if reset_after else (r * hidden) @ U_h
        candidate = np.tanh(x_h + (r * recalled if reset_after else recalled))
        tape.append((hidden, z, r, recalled, candidate))
        hidden = z * hidden + (1 - z) * candidate

    d_inputs, d_kernel = np.zeros_like(inputs), np.zeros_like(kernel)
    d_recurrent, d_bias = np.zeros_like(recurrent_kernel), np.zeros_like(bias)
    carried = np.zeros((batch, units), inputs.dtype)
    for t in reversed(range(steps)):
        hidden, z, r, recalled, candidate = tape[t]
        d_hidden = upstream[:, t] + carried
        d_candidate = d_hidden * (1 - z) * (1 - candidate**2)
        d_z = d_hidden * (hidden - candidate) * z * (1 - z)
        carried = d_hidden * z  # the straight road back: no matrix on it
        if reset_after:
            d_r = d_candidate * recalled * r * (1 - r)
            d_recalled = d_candidate * r
            seen = hidden
            carried = carried + d_recalled @ U_h.T
        else:
            d_reset_hidden = d_candidate @ U_h.T
            d_r = d_reset_hidden * hidden * r * (1 - r)
            d_recalled = d_candidate
            seen = r * hidden
            carried = carried + d_reset_hidden * r
        d_gates = np.concatenate([d_z, d_r], axis=1)
        carried = carried + d_gates @ U_gates.T

        from_input = np.concatenate([d_gates, d_candidate], axis=1)
        d_inputs[:, t] = from_input @ kernel.T
        d_kernel += inputs[:, t].T @ from_input
        d_recurrent[:, : 2 * units] += hidden.T @ d_gates
        d_recurrent[:, 2 * units :] += seen.T @ d_recalled
        if reset_after:
            from_state = np.concatenate([d_gates, d_recalled], axis=1)
            d_bias += np.stack([from_input.sum(axis=0), from_state.sum(axis=0)])
        else:
            d_bias += from_input.sum(axis=0)
    return GruGradients(d_inputs, carried, d_kernel, d_recurrent, d_bias)
    # --8<-- [end:backward]


# --8<-- [start:main]
def main() -> dict[str, float]:
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(1, 12, 1))
    kernel, recurrent_kernel = rng.normal(size=(1, 12)), 0.4 * rng.normal(size=(4, 12))
    upstream = np.zeros((1, 12, 4))
    upstream[:, -1] = 1.0  # the loss is the sum of the last hidden state

    record = {}
    for b_z in (0, 4):
        bias = np.zeros((2, 12))
        bias[0, :4] = b_z  # the update gate's bias: higher means keep more
        gradients = gru_gradients(inputs, kernel, recurrent_kernel, bias, upstream)
        effects = gradients.inputs[0, :, 0]
        print(f"update-gate bias {b_z}")
        for t in (11, 8, 4, 0):
            print(f"  effect of input {t + 1:2d}: {effects[t]: .6f}")
        record[f"bias_{b_z}_first"] = float(abs(effects[0]))
        record[f"bias_{b_z}_last"] = float(abs(effects[-1]))
        record[f"bias_{b_z}_first_over_last"] = float(abs(effects[0] / effects[-1]))
    return record
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
