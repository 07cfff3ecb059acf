"""A minGRU, step by step and all steps at once.

    update_gate = sigmoid(x_t W_z + b_z)       sees the input alone
    candidate   = x_t W_h + b_h                so does the draft
    h_t         = update_gate * h_{t-1} + (1 - update_gate) * candidate

Inputs (steps, features), states (steps, units). Update gates keep, as everywhere in
this guide; the paper's z is 1 minus ours. Source: Feng et al. 2024, arXiv:2410.01201.
"""

import numpy as np


def keep_and_add(inputs, kernel, bias):
    """For all steps at once: h_t = keep * h_{t-1} + add."""
    z, candidate = np.split(inputs @ kernel + bias, 2, axis=1)
    keep = 0.5 * (1.0 + np.tanh(0.5 * z))  # the sigmoid
    return keep, (1 - keep) * candidate


def loop(keep, add):
    hidden, states = np.zeros(keep.shape[1]), []
    for k, a in zip(keep, add, strict=True):
        hidden = k * hidden + a
        states.append(hidden)
    return np.stack(states)


# --8<-- [start:scan]
def scan(keep, add):
    """The same states, in log2(steps) levels: each level joins twice as many steps."""
    keep, add, apart, levels = keep.copy(), add.copy(), 1, 0
    while apart < len(keep):
        add[apart:] += keep[apart:] * add[:-apart]
        keep[apart:] *= keep[:-apart]
        apart, levels = 2 * apart, levels + 1
    return add, levels
    # --8<-- [end:scan]


def main():
    rng, record = np.random.default_rng(0), {}
    kernel, bias = rng.normal(size=(4, 32)), np.zeros(32)
    for steps in (64, 512, 4096):
        keep, add = keep_and_add(rng.normal(size=(steps, 4)), kernel, bias)
        states, levels = scan(keep, add)
        differ = np.abs(states - loop(keep, add)).max()
        record[f"levels_{steps}"] = levels
        print(f"{steps:4d} steps: {levels:2d} levels, within {differ:.0e} of the loop")
    return record


if __name__ == "__main__":
    main()
