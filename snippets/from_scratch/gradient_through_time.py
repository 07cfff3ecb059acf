"""How much of a gradient survives the way back through time, before training.

A gradient of length 1 enters at the last hidden state; we follow it back, step by step,
through the real derivatives of each cell, and print how long it still is. Weights are
drawn as Keras draws them (kernel: Glorot uniform; recurrent kernel: orthogonal; bias:
zero), except that the update gate's bias is set to 0, 2 or 4. The inputs are normal
random numbers of shape (steps, 1), with a spread (standard deviation) of 1 or of 0.1;
norms are ratios without a unit.
Source of the recurrences: the backward passes in rnn_gradients.py and gru_gradients.py,
with keras.layers.GRU's reset_after=True.
"""

from numbers import Integral, Real

import numpy as np

UNITS, STEPS, SEEDS = 32, 100, 8
LOUD, QUIET = 1.0, 0.1  # the spread of the inputs around 0


def whole_number(name: str, value: int, least: int = 1) -> int:
    """value, if it is a whole number from least up; else ValueError."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise ValueError(
            f"{name}: expected a whole number from {least} up, got {value!r}"
        )
    return int(value)


def finite(name: str, value: float) -> float:
    """value, if it is a finite number; else ValueError."""
    if not isinstance(value, Real) or not np.isfinite(value):
        raise ValueError(f"{name}: expected a finite number, got {value!r}")
    return float(value)


def sigmoid(values: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-values)) of any shape; tanh cannot overflow, exp could."""
    return 0.5 * (1.0 + np.tanh(0.5 * values))


def keras_weights(
    rng: np.random.Generator, features: int, units: int, blocks: int
) -> tuple[np.ndarray, np.ndarray]:
    """Kernel (features, blocks units) and recurrent kernel (units, blocks units) as
    Keras draws.
    """
    features, units = whole_number("features", features), whole_number("units", units)
    blocks = whole_number("blocks", blocks)
    limit = np.sqrt(6 / (features + blocks * units))
    kernel = rng.uniform(-limit, limit, size=(features, blocks * units))
    q, r = np.linalg.qr(rng.normal(size=(blocks * units, units)))
    return kernel, (q * np.sign(np.diag(r))).T


# --8<-- [start:rnn]
def rnn_gradient_norms(
    rng: np.random.Generator, steps: int, units: int, spread: float = 1.0
) -> np.ndarray:
    """Norm of the gradient 0, 1, ... steps back in an untrained RNN; shape (steps +
    1,).
    """
    steps, spread = whole_number("steps", steps), finite("spread", spread)
    kernel, recurrent = keras_weights(rng, 1, units, blocks=1)
    states = [np.zeros(units)]
    for x in rng.normal(scale=spread, size=(steps, 1)):
        states.append(np.tanh(x @ kernel + states[-1] @ recurrent))

    gradient = rng.normal(size=units)
    lengths = [np.linalg.norm(gradient)]
    for hidden in reversed(states[1:]):
        gradient = (gradient * (1 - hidden**2)) @ recurrent.T
        lengths.append(np.linalg.norm(gradient))
    return np.array(lengths) / lengths[0]
    # --8<-- [end:rnn]


# --8<-- [start:gru]
def gru_gradient_norms(
    rng: np.random.Generator,
    steps: int,
    units: int,
    update_bias: float,
    spread: float = 1.0,
) -> np.ndarray:
    """Norm of the gradient 0, 1, ... steps back in an untrained GRU; shape (steps +
    1,).
    """
    steps, spread = whole_number("steps", steps), finite("spread", spread)
    update_bias = finite("update_bias", update_bias)
    kernel, recurrent = keras_weights(rng, 1, units, blocks=3)
    U_z, U_r, U_h = np.split(recurrent, 3, axis=1)
    hidden, tape = np.zeros(units), []
    for x in rng.normal(scale=spread, size=(steps, 1)):
        x_z, x_r, x_h = np.split(x @ kernel, 3)
        z = sigmoid(x_z + hidden @ U_z + update_bias)
        r = sigmoid(x_r + hidden @ U_r)
        candidate = np.tanh(x_h + r * (hidden @ U_h))
        tape.append((hidden, z, r, candidate))
        hidden = z * hidden + (1 - z) * candidate

    gradient = rng.normal(size=units)
    lengths = [np.linalg.norm(gradient)]
    for hidden, z, r, candidate in reversed(tape):
        d_candidate = gradient * (1 - z) * (1 - candidate**2)
        d_z = gradient * (hidden - candidate) * z * (1 - z)
        d_r = d_candidate * (hidden @ U_h) * r * (1 - r)
        gradient = gradient * z + (d_candidate * r) @ U_h.T + d_z @ U_z.T + d_r @ U_r.T
        lengths.append(np.linalg.norm(gradient))
    return np.array(lengths) / lengths[0]
    # --8<-- [end:gru]


# --8<-- [start:main]
def main() -> dict[str, float | int]:
    record: dict[str, float | int] = {"units": UNITS, "steps": STEPS, "seeds": SEEDS}
    print(f"gradient left after {STEPS} steps back ({UNITS} units, {SEEDS} seeds)")
    for loudness, spread in (("loud", LOUD), ("quiet", QUIET)):
        print(f"{loudness} inputs, spread {spread}")
        record[f"{loudness}_spread"] = spread
        for name, bias in (
            ("rnn", None),
            ("gru_0", 0.0),
            ("gru_2", 2.0),
            ("gru_4", 4.0),
        ):
            lasts = []
            for seed in range(SEEDS):
                rng = np.random.default_rng(seed)
                if bias is None:
                    lengths = rnn_gradient_norms(rng, STEPS, UNITS, spread)
                else:
                    lengths = gru_gradient_norms(rng, STEPS, UNITS, bias, spread)
                lasts.append(lengths[-1])
            left = float(np.median(lasts))
            per_step = left ** (1 / STEPS)
            print(f"  {name:6s} {left:9.1e}   times {per_step:.3f} a step")
            record[f"{loudness}_{name}_left"] = left
            record[f"{loudness}_{name}_per_step"] = per_step
    return record
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
