"""Follow a gradient back through an untrained RNN and an untrained GRU.

Both cells read the same LENGTH normal random numbers, (LENGTH, 1), with a spread
(standard deviation) of SPREAD. A gradient of length 1 enters at the last hidden state,
(units,), and goes back one step at a time through the derivatives (the Jacobian) of
that step. SCALE multiplies the recurrent kernels; UPDATE_BIAS is added to the bias of
the update gate. START is how the weights are drawn: "keras" (kernel Glorot uniform,
recurrent kernel orthogonal, biases zero) or "pytorch" (everything uniform between
-1/sqrt(units) and 1/sqrt(units)). Norms are ratios without a unit. Hidden states are
kept in single precision, as Keras keeps them. Source: the backward pass in
gru_gradients.py.
"""

from typing import Any

import numpy as np

from snippets.from_scratch.gradient_through_time import keras_weights
from snippets.from_scratch.gru_cell import gru_step, sigmoid
from snippets.from_scratch.rnn_cell import rnn_step

# --8<-- [start:settings]
LENGTH = 50
UNITS = 16
SCALE = 1
UPDATE_BIAS = 0
START = "keras"
SPREAD = 1
SEED = 0
# --8<-- [end:settings]


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
        kernel, recurrent = keras_weights(random, 1, units, blocks)
        return kernel, recurrent, np.zeros((2, width))
    limit = 1 / np.sqrt(units)
    kernel, recurrent, biases = (
        random.uniform(-limit, limit, size=(rows, width)) for rows in (1, units, 2)
    )
    return kernel, recurrent, biases


# --8<-- [start:back]
def back_rnn(
    gradient: np.ndarray, hidden: np.ndarray, recurrent: np.ndarray
) -> np.ndarray:
    """The gradient (units,) one step earlier, through the step that made hidden."""
    return (gradient * (1 - hidden**2)) @ recurrent.T


def back_gru(
    gradient: np.ndarray, x: np.ndarray, before: np.ndarray, weights: tuple
) -> tuple[np.ndarray, np.ndarray]:
    """(the gradient one step earlier, the update gate), through the step that read x
    (1,) and the state before it (units,).
    """
    kernel, recurrent, (bias, bias2) = weights
    x_z, x_r, x_h = np.split(x @ kernel + bias, 3)
    h_z, h_r, h_h = np.split(before @ recurrent + bias2, 3)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    candidate = np.tanh(x_h + r * h_h)

    d_candidate = gradient * (1 - z) * (1 - candidate**2)
    d_z = gradient * (before - candidate) * z * (1 - z)
    d_r = d_candidate * h_h * r * (1 - r)
    through_weights = np.concatenate([d_z, d_r, d_candidate * r]) @ recurrent.T
    return gradient * z + through_weights, z
    # --8<-- [end:back]


def single(states: np.ndarray) -> np.ndarray:
    """States as Keras keeps them, to 32 bits."""
    return states.astype(np.float32).astype(float)


# --8<-- [start:compute]
def walk_rnn(inputs: np.ndarray, gradient: np.ndarray, weights: tuple) -> list[float]:
    """Forward over the inputs, then back: how long the gradient (units,) is after 0, 1,
    ... steps.
    """
    kernel, recurrent, biases = weights
    states = [np.zeros((1, len(gradient)))]
    for x in inputs:
        new = rnn_step(x[None], states[-1], kernel, recurrent, biases.sum(axis=0))
        states.append(single(new))

    norms = [float(np.linalg.norm(gradient))]
    for hidden in reversed(states[1:]):
        gradient = back_rnn(gradient, hidden[0], recurrent)
        norms.append(float(np.linalg.norm(gradient)))
    return norms


def walk_gru(
    inputs: np.ndarray, gradient: np.ndarray, weights: tuple
) -> tuple[list[float], float]:
    """The same through a GRU; and the mean of its update gate over steps and units."""
    states = [np.zeros((1, len(gradient)))]
    for x in inputs:
        states.append(single(gru_step(x[None], states[-1], *weights)))

    norms, gates = [float(np.linalg.norm(gradient))], []
    for x, before in zip(inputs[::-1], states[-2::-1], strict=True):
        gradient, z = back_gru(gradient, x, before[0], weights)
        norms.append(float(np.linalg.norm(gradient)))
        gates.append(z)
    return norms, float(np.mean(gates))


def compute(
    length: int,
    units: int,
    scale: float,
    update_bias: float,
    start: str,
    spread: float,
    seed: int,
) -> dict[str, Any]:
    """The norms 0, 1, ... length steps back, rnn and gru, each (length + 1,); and keep,
    the mean of the update gate.
    """
    if start not in ("keras", "pytorch"):
        raise ValueError(f"START: expected 'keras' or 'pytorch', got {start!r}")
    random = np.random.RandomState(seed)
    inputs = random.normal(scale=spread, size=(length, 1))
    gradient = random.normal(size=units)
    gradient /= np.linalg.norm(gradient)

    kernel, recurrent, biases = drawn(random, start, units, blocks=1)
    rnn = walk_rnn(inputs, gradient, (kernel, scale * recurrent, biases))

    kernel, recurrent, biases = drawn(random, start, units, blocks=3)
    biases[0, :units] += update_bias
    gru, keep = walk_gru(inputs, gradient, (kernel, scale * recurrent, biases))
    return {"rnn": rnn, "gru": gru, "keep": keep}
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
