"""Follow a gradient back through an untrained RNN and an untrained GRU.

Both cells read the same LENGTH normal random numbers, (LENGTH, 1), with a spread
(standard deviation) of SPREAD. A gradient of length 1 enters at the last hidden state,
(units,), and goes back one step at a time through the derivatives (the Jacobian) of
that step. SCALE multiplies the recurrent kernels; UPDATE_BIAS is added to the bias of
the update gate. START is how the weights are drawn: "keras" (kernel Glorot uniform,
recurrent kernel orthogonal, biases zero) or "pytorch" (everything uniform between
-1/sqrt(units) and 1/sqrt(units)). Norms are ratios without a unit. Raises ValueError
for a wrong setting. Hidden states are kept in single precision, as Keras keeps them.
Source: the backward pass in gru_gradients.py.
"""

from typing import Any

import numpy as np

from snippets.from_scratch.gradient_through_time import finite, keras_weights
from snippets.from_scratch.gru_cell import gru_step, sigmoid
from snippets.from_scratch.rnn_cell import rnn_step

# --8<-- [start:state]
LENGTH = 50
UNITS = 16
SCALE = 1
UPDATE_BIAS = 0
START = "keras"
SPREAD = 1
SEED = 0
# --8<-- [end:state]


def drawn(
    random: np.random.RandomState, start: str, units: int, blocks: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Kernel (1, blocks units), recurrent kernel (units, blocks units), and both biases
    (2, blocks units).
    """
    width = blocks * units
    if start == "keras":
        # RandomState draws the same numbers in every version of NumPy; it has the
        # methods of the newer generators that keras_weights needs.
        kernel, recurrent = keras_weights(random, 1, units, blocks)  # type: ignore[arg-type]
        return kernel, recurrent, np.zeros((2, width))
    limit = 1 / np.sqrt(units)
    kernel, recurrent, biases = (
        random.uniform(-limit, limit, size=(rows, width)) for rows in (1, units, 2)
    )
    return kernel, recurrent, biases


# --8<-- [start:back]
def back_rnn(
    gradient: np.ndarray, new: np.ndarray, recurrent: np.ndarray
) -> np.ndarray:
    """The gradient (units,) one step earlier, through the step that made new."""
    return (gradient * (1 - new**2)) @ recurrent.T


def back_gru(
    gradient: np.ndarray,
    x: np.ndarray,
    old: np.ndarray,
    weights: tuple[np.ndarray, np.ndarray, np.ndarray],
    *,
    reset_after: bool = True,
) -> tuple[np.ndarray, np.ndarray]:
    """(the gradient one step earlier, the update gate), through the step that read x
    (1,) and old (units,).
    """
    kernel, recurrent, (b, b2) = weights
    b2 = b2 if reset_after else np.zeros_like(b2)
    x_z, x_r, x_h = np.split(x @ kernel + b, 3)
    b2_z, b2_r, b2_h = np.split(b2, 3)
    U_z, U_r, U_h = np.split(recurrent, 3, axis=1)
    z, r = sigmoid(x_z + old @ U_z + b2_z), sigmoid(x_r + old @ U_r + b2_r)
    recalled = old @ U_h + b2_h if reset_after else (r * old) @ U_h
    candidate = np.tanh(x_h + (r * recalled if reset_after else recalled))

    d_candidate = gradient * (1 - z) * (1 - candidate**2)
    d_z = gradient * (old - candidate) * z * (1 - z)
    if reset_after:
        d_r = d_candidate * recalled * r * (1 - r)
        draft = (d_candidate * r) @ U_h.T
    else:
        d_r = (d_candidate @ U_h.T) * old * r * (1 - r)
        draft = (d_candidate @ U_h.T) * r
    return gradient * z + draft + d_z @ U_z.T + d_r @ U_r.T, z
    # --8<-- [end:back]


def single(state: np.ndarray) -> np.ndarray:
    """state (1, units) as Keras keeps it, to 32 bits; (units,)."""
    return state[0].astype(np.float32).astype(float)


# --8<-- [start:compute]
def compute(
    length: int,
    units: int,
    scale: float,
    update_bias: float,
    start: str,
    spread: float,
    seed: int,
    *,
    reset_after: bool = True,
) -> dict[str, Any]:
    """The norms 0, 1, ... length steps back, rnn and gru, each (length + 1,); and keep,
    the mean of the update gate over all steps and units.
    """
    if start not in ("keras", "pytorch"):
        raise ValueError(f"START: expected 'keras' or 'pytorch', got {start!r}")
    scale, update_bias = finite("SCALE", scale), finite("UPDATE_BIAS", update_bias)
    random = np.random.RandomState(seed)
    inputs = random.normal(scale=spread, size=(length, 1))
    first = random.normal(size=units)
    first /= np.linalg.norm(first)

    kernel, recurrent, biases = drawn(random, start, units, blocks=1)
    recurrent = scale * recurrent
    states = [np.zeros(units)]
    for x in inputs:
        new = rnn_step([x], [states[-1]], kernel, recurrent, biases.sum(axis=0))
        states.append(single(new))
    gradient, rnn = first, [1.0]
    for new in reversed(states[1:]):
        gradient = back_rnn(gradient, new, recurrent)
        rnn.append(float(np.linalg.norm(gradient)))

    kernel, recurrent, biases = drawn(random, start, units, blocks=3)
    recurrent = scale * recurrent
    biases[0, :units] += update_bias
    form = {"reset_after": reset_after}
    bias = biases if reset_after else biases[0]
    states = [np.zeros(units)]
    for x in inputs:
        states.append(
            single(gru_step([x], [states[-1]], kernel, recurrent, bias, **form))
        )
    gradient, gru, gates = first, [1.0], []
    weights = (kernel, recurrent, biases)
    for x, old in zip(inputs[::-1], states[-2::-1], strict=True):
        gradient, z = back_gru(gradient, x, old, weights, **form)
        gru.append(float(np.linalg.norm(gradient)))
        gates.append(z)
    return {"rnn": rnn, "gru": gru, "keep": float(np.mean(gates))}
    # --8<-- [end:compute]


def shown_steps(length: int) -> list[int]:
    """Six places from 0 to length, the ends among them."""
    return sorted({length * part // 5 for part in range(6)})


# --8<-- [start:main]
def main() -> dict[str, Any]:
    result = compute(LENGTH, UNITS, SCALE, UPDATE_BIAS, START, SPREAD, SEED)
    keep = result["keep"]
    print(f"mean update gate {keep:.4f}")
    print("steps back, RNN, GRU, mean gate to that power")
    for k in shown_steps(LENGTH):
        values = (result["rnn"][k], result["gru"][k], keep**k)
        print(f"{k:4d}", *(f"{value:9.2e}" for value in values))
    # --8<-- [end:main]
    return result


if __name__ == "__main__":
    main()
