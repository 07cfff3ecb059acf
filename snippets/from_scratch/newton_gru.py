"""A true GRU, solved for all its steps at once by Newton's method.

The states are the unknowns of one large system: h_t - gru_step(x_t, h_{t-1}) = 0 for
every t. Guess all of them, see how far each step misses, solve the linearised system by
a scan, correct, repeat. Inputs (steps, features), states (steps, units). Sources: Lim
et al. 2023, arXiv:2309.12252; Danieli et al. 2025, arXiv:2510.21450.
"""

import numpy as np

DRAWS = 4  # of weights and inputs


def sigmoid(values):
    return 0.5 * (1.0 + np.tanh(0.5 * values))  # 1 / (1 + exp(-values)), no overflow


def all_steps(from_input, before, recurrent_kernel):
    """One GRU step from each state before, (steps, units), all at once; and how it
    moves with that state: (steps, units in, units out). There are no biases here.
    """
    U_z, U_r, U_h = np.split(recurrent_kernel, 3, axis=1)
    x_z, x_r, x_h = np.split(from_input, 3, axis=1)
    z, r, recalled = (
        sigmoid(x_z + before @ U_z),
        sigmoid(x_r + before @ U_r),
        before @ U_h,
    )
    candidate = np.tanh(x_h + r * recalled)
    d_candidate = (1 - z) * (1 - candidate**2)
    slope = U_z * ((before - candidate) * z * (1 - z))[:, None]
    slope = slope + U_h * (d_candidate * r)[:, None]
    slope = slope + U_r * (d_candidate * recalled * r * (1 - r))[:, None]
    units = np.arange(z.shape[1])
    slope[:, units, units] += z
    return z * before + (1 - z) * candidate, slope


# --8<-- [start:newton]
def newton(inputs, kernel, recurrent_kernel, near=1e-12):
    """All states (steps, units), and how many corrections it took."""
    from_input = inputs @ kernel
    states = np.zeros((len(inputs), len(recurrent_kernel)))  # the first guess
    for correction in range(1, 100):
        before = np.vstack([np.zeros_like(states[:1]), states[:-1]])
        after, slope = all_steps(from_input, before, recurrent_kernel)
        step = scan(slope, after - states)
        states = states + step
        if np.abs(step).max() < near:
            return states, correction
    raise ValueError(f"expected less than {near} to miss by, got {np.abs(step).max()}")


def scan(slope, miss):
    """d_t = d_{t-1} slope_t + miss_t for all t, in log2(steps) levels."""
    slope, miss, apart = slope.copy(), miss.copy(), 1
    while apart < len(miss):
        miss[apart:] += np.einsum("ti,tij->tj", miss[:-apart], slope[apart:])
        slope[apart:] = slope[:-apart] @ slope[apart:]
        apart *= 2
    return miss
    # --8<-- [end:newton]


def loop(inputs, kernel, recurrent_kernel):
    hidden, states = np.zeros((1, len(recurrent_kernel))), []
    for x in inputs @ kernel:
        hidden = all_steps(x[None], hidden, recurrent_kernel)[0]
        states.append(hidden[0])
    return np.stack(states)


def main():
    record = {}
    # At 4 it arrives, after a number of corrections that the last digits decide.
    for scale in (1, 2, 3, 6):
        corrections = []
        for seed in range(DRAWS):
            rng = np.random.default_rng(seed)
            kernel = rng.uniform(-0.5, 0.5, (4, 48))
            recurrent_kernel = scale * np.linalg.qr(rng.normal(size=(48, 16)))[0].T
            inputs = rng.normal(size=(1000, 4))
            try:
                states, took = newton(inputs, kernel, recurrent_kernel)
            except ValueError:  # it did not arrive
                continue
            differ = np.abs(states - loop(inputs, kernel, recurrent_kernel)).max()
            assert differ < 1e-9, "it arrived somewhere else"
            corrections.append(took)
        found = {"arrived": len(corrections)}
        if corrections:
            found |= {"least": min(corrections), "most": max(corrections)}
        record[f"scale_{scale}"] = found
        print(f"recurrent weights times {scale}, 1,000 steps, {DRAWS} draws: {found}")
    return record | {"draws": DRAWS}


if __name__ == "__main__":
    main()
