"""How much of a gradient survives the way back through time, before training.

Weights are drawn as in Keras, but the update gate's bias is 0, 2 or 4; inputs are
normal random numbers, (steps, 1). Source: rnn_gradients.py and gru_gradients.py.
"""

import numpy as np

UNITS, STEPS, SEEDS = 32, 100, range(8)


def sigmoid(values):
    return 0.5 * (1.0 + np.tanh(0.5 * values))  # 1 / (1 + exp(-values)), no overflow


def keras_weights(rng, features, units, blocks):
    """kernel (features, blocks units) and recurrent kernel (units, blocks units)."""
    limit = np.sqrt(6 / (features + blocks * units))
    kernel = rng.uniform(-limit, limit, size=(features, blocks * units))
    q, r = np.linalg.qr(rng.normal(size=(blocks * units, units)))
    return kernel, (q * np.sign(np.diag(r))).T


def rnn_gradient_left(seed, spread, steps=STEPS, units=UNITS):
    """What is left of a gradient's length that many steps back in an untrained RNN."""
    rng = np.random.default_rng(seed)
    kernel, recurrent = keras_weights(rng, 1, units, blocks=1)
    states = [np.zeros(units)]
    for x in rng.normal(scale=spread, size=(steps, 1)):
        states.append(np.tanh(x @ kernel + states[-1] @ recurrent))

    gradient = first = rng.normal(size=units)
    for hidden in reversed(states[1:]):
        gradient = (gradient * (1 - hidden**2)) @ recurrent.T
    return np.linalg.norm(gradient) / np.linalg.norm(first)


def gru_gradient_left(seed, spread, update_bias, steps=STEPS, units=UNITS):
    """The same in an untrained GRU whose update gate has that bias."""
    rng = np.random.default_rng(seed)
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

    gradient = first = rng.normal(size=units)
    for hidden, z, r, candidate in reversed(tape):
        d_candidate = gradient * (1 - z) * (1 - candidate**2)
        d_z = gradient * (hidden - candidate) * z * (1 - z)
        d_r = d_candidate * (hidden @ U_h) * r * (1 - r)
        gradient = gradient * z + (d_candidate * r) @ U_h.T + d_z @ U_z.T + d_r @ U_r.T
    return np.linalg.norm(gradient) / np.linalg.norm(first)


def main():
    record = {"units": UNITS, "steps": STEPS, "seeds": len(SEEDS)}
    print(f"gradient left after {STEPS} steps back ({UNITS} units, {len(SEEDS)} seeds)")
    for inputs, spread in (("loud", 1.0), ("quiet", 0.1)):
        print(f"{inputs} inputs, spread {spread}")
        record[f"{inputs}_spread"] = spread
        cases = {"rnn": [rnn_gradient_left(seed, spread) for seed in SEEDS]}
        for bias in (0, 2, 4):
            cases[f"gru_{bias}"] = [gru_gradient_left(s, spread, bias) for s in SEEDS]
        for name, lengths in cases.items():
            left = record[f"{inputs}_{name}_left"] = np.median(lengths)
            per_step = record[f"{inputs}_{name}_per_step"] = left ** (1 / STEPS)
            print(f"  {name:6s} {left:9.1e}   times {per_step:.3f} a step")
    return record


if __name__ == "__main__":
    main()
