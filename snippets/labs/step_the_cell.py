"""Step a GRU by hand: every gate of every step, with gates that can be pinned.

    z = sigmoid(x W_z + h U_z + b_z)              update gate, or a number pinned to it
    r = sigmoid(x W_r + h U_r + b_r)              reset gate, or a number pinned to it
    candidate = tanh(x W_h + r * (h U_h) + b_h)   or (r * h) U_h, RESET_AFTER = False
    new h = z h + (1 - z) candidate               or the two swapped, Z_KEEPS = False

KERNEL (1, 3 units) and RECURRENT_KERNEL (units, 3 units) lie as in keras.layers.GRU,
blocks in the order update, reset, candidate; BIAS (3 units,); START (units,) is the
state before the first step. STEPS holds one (x, pinned z, pinned r) a step, None for a
gate that is computed. All values are plain numbers without a unit of measure. Source of
the equations: Cho et al. 2014, arXiv:1406.1078.
"""

from typing import Any

import numpy as np

from snippets.from_scratch.gru_cell import gru_step, sigmoid
from snippets.from_scratch.rnn_cell import rnn_step

# --8<-- [start:settings]
KERNEL = [[-0.6, 0.8, 1.2]]
RECURRENT_KERNEL = [[0.9, 0.5, -0.7]]
BIAS = [0.2, 0.1, 0.3]
START = [0]
Z_KEEPS = True
RESET_AFTER = True
STEPS: list[list[Any]] = [[1, None, None], [-0.5, None, None]]
# --8<-- [end:settings]


# --8<-- [start:step]
def one_step(
    x: float,
    hidden: np.ndarray,
    weights: tuple,
    pins: tuple = (None, None),
    *,
    z_keeps: bool = True,
    reset_after: bool = True,
) -> dict[str, np.ndarray]:
    """All of one step, each (units,): z, r, candidate and the new state, hidden."""
    kernel, recurrent_kernel, bias = weights
    x_z, x_r, x_h = np.split(x * kernel[0] + bias, 3)
    U_z, U_r, U_h = np.split(recurrent_kernel, 3, axis=1)
    z, r = sigmoid(x_z + hidden @ U_z), sigmoid(x_r + hidden @ U_r)
    z, r = (
        gate if pin is None else np.full_like(hidden, pin)
        for gate, pin in zip((z, r), pins, strict=True)
    )
    seen = r * (hidden @ U_h) if reset_after else (r * hidden) @ U_h
    candidate = np.tanh(x_h + seen)
    keep = z if z_keeps else 1 - z
    new = keep * hidden + (1 - keep) * candidate
    return {"z": z, "r": r, "candidate": candidate, "hidden": new}
    # --8<-- [end:step]


# --8<-- [start:proof]
def as_weights(weights: tuple, pins: tuple, *, z_keeps: bool) -> tuple:
    """The same cell in Keras's convention and without pins: a pinned gate is one with a
    bias alone, and z that writes is z with its weights turned round.
    """
    kernel, recurrent_kernel, bias = (part.copy() for part in weights)
    units = len(recurrent_kernel)
    for block, pin in enumerate(pins):
        gate = slice(block * units, (block + 1) * units)
        if pin is not None:
            kernel[:, gate] = recurrent_kernel[:, gate] = 0
            inside = 0 < pin < 1
            bias[gate] = np.log(pin / (1 - pin)) if inside else 1000 * (2 * pin - 1)
    if not z_keeps:
        for part in (kernel, recurrent_kernel, bias):
            part[..., :units] *= -1
    return kernel, recurrent_kernel, bias
    # --8<-- [end:proof]


def compute(
    kernel: list,
    recurrent_kernel: list,
    bias: list,
    start: list,
    z_keeps: bool,
    reset_after: bool,
    steps: list,
) -> dict[str, Any]:
    """What each step shows: z, r, candidate and hidden (units,), what a tanh RNN with
    the candidate's weights would make of the same old state, and whether gru_step of
    the guide gives the same new state (to 1e-12).
    """
    weights = tuple(np.array(part, float) for part in (kernel, recurrent_kernel, bias))
    hidden = np.array(start, float)
    units = len(hidden)
    shapes = [part.shape for part in weights]
    if shapes != [(1, 3 * units), (units, 3 * units), (3 * units,)]:
        raise ValueError(
            "expected KERNEL (1, 3 units), RECURRENT_KERNEL (units, 3 units) and "
            f"BIAS (3 units,), with START (units,), here ({units},); got {shapes}"
        )
    draft = [part[..., 2 * units :] for part in weights]
    rows, same = [], True
    for x, *pins in steps:
        row = one_step(
            x, hidden, weights, tuple(pins), z_keeps=z_keeps, reset_after=reset_after
        )
        # The tested cell, which knows neither pins nor the other convention.
        W, U, b = as_weights(weights, tuple(pins), z_keeps=z_keeps)
        b = np.stack([b, 0 * b]) if reset_after else b
        batch = np.array([[x]], float), hidden[None]
        tested = gru_step(*batch, W, U, b, reset_after=reset_after)[0]
        same &= bool(np.abs(tested - row["hidden"]).max() < 1e-12)
        row["rnn"] = rnn_step(*batch, *draft)[0]
        rows.append({name: value.tolist() for name, value in row.items()})
        hidden = row["hidden"]
    return {"steps": rows, "same": same}


# --8<-- [start:main]
def main() -> dict[str, Any]:
    result = compute(KERNEL, RECURRENT_KERNEL, BIAS, START, Z_KEEPS, RESET_AFTER, STEPS)
    print("one line a unit: x, old h, z, r, candidate, new h")
    old = START
    for number, row in enumerate(result["steps"], start=1):
        names = ("z", "r", "candidate", "hidden")
        for unit, values in enumerate(zip(*(row[n] for n in names), strict=True)):
            shown = (STEPS[number - 1][0], old[unit], *values)
            print(f"step {number}:", *(f"{value:8.4f}" for value in shown))
        old = row["hidden"]
    rnn = " ".join(f"{value:.4f}" for value in result["steps"][-1]["rnn"])
    print("a tanh RNN with the candidate's weights, last step:", rnn)
    print("gru_step of the guide gives the same states:", result["same"])
    # --8<-- [end:main]
    return result


if __name__ == "__main__":
    main()
