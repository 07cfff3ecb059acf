"""How much of a gradient survives the way back through time, before training.

A gradient of length 1 enters at the last hidden state; we follow it back, step by step,
through the real derivatives of each cell, and print how long it still is. Weights are
drawn as Keras draws them (kernel: Glorot uniform; recurrent kernel: orthogonal; bias:
zero), except that the update gate's bias is set to 0, 2 or 4. The inputs are normal
random numbers of shape (steps, 1); lengths are ratios without a unit.
Source of the recurrences: the backward passes in rnn_gradients.py and gru_gradients.py,
with keras.layers.GRU's reset_after=True.
"""

import numpy as np

UNITS, STEPS, SEEDS = 32, 100, 8


def sigmoid(values: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-values)) of any shape; tanh cannot overflow, exp could."""
    return 0.5 * (1.0 + np.tanh(0.5 * values))


def keras_weights(
    rng: np.random.Generator, features: int, units: int, blocks: int
) -> tuple[np.ndarray, np.ndarray]:
    """Kernel (features, blocks units) and recurrent kernel (units, blocks units) as
    Keras draws.
    """
    for name, size in (("features", features), ("units", units), ("blocks", blocks)):
        if size < 1:
            raise ValueError(f"{name}: expected a whole number from 1 up, got {size}")
    limit = np.sqrt(6 / (features + blocks * units))
    kernel = rng.uniform(-limit, limit, size=(features, blocks * units))
    q, r = np.linalg.qr(rng.normal(size=(blocks * units, units)))
    return kernel, (q * np.sign(np.diag(r))).T


# --8<-- [start:rnn]
def rnn_survival(rng: np.random.Generator, steps: int, units: int) -> np.ndarray:
    """Length of the gradient 0, 1, ... steps back in an untrained RNN; shape (steps +
    1,).
    """
    kernel, recurrent = keras_weights(rng, 1, units, blocks=1)
    states = [np.zeros(units)]
    for x in rng.normal(size=(steps, 1)):
        states.append(np.tanh(x @ kernel + states[-1] @ recurrent))

    gradient = rng.normal(size=units)
    lengths = [np.linalg.norm(gradient)]
    for hidden in reversed(states[1:]):
        gradient = (gradient * (1 - hidden**2)) @ recurrent.T
        lengths.append(np.linalg.norm(gradient))
    return np.array(lengths) / lengths[0]
    # --8<-- [end:rnn]


# --8<-- [start:gru]
def gru_survival(
    rng: np.random.Generator, steps: int, units: int, update_bias: float
) -> np.ndarray:
    """Length of the gradient 0, 1, ... steps back in an untrained GRU; shape (steps +
    1,).
    """
    kernel, recurrent = keras_weights(rng, 1, units, blocks=3)
    U_z, U_r, U_h = np.split(recurrent, 3, axis=1)
    hidden, tape = np.zeros(units), []
    for x in rng.normal(size=(steps, 1)):
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
    cases = {
        "rnn": lambda rng: rnn_survival(rng, STEPS, UNITS),
        "gru_bias_0": lambda rng: gru_survival(rng, STEPS, UNITS, 0.0),
        "gru_bias_2": lambda rng: gru_survival(rng, STEPS, UNITS, 2.0),
        "gru_bias_4": lambda rng: gru_survival(rng, STEPS, UNITS, 4.0),
    }
    for name, survival in cases.items():
        lasts = [survival(np.random.default_rng(seed))[-1] for seed in range(SEEDS)]
        left = float(np.median(lasts))
        record[f"{name}_left"] = left
        record[f"{name}_per_step"] = left ** (1 / STEPS)
        print(f"{name:11s} {left:9.1e}   times {left ** (1 / STEPS):.3f} a step")
    return record
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
