"""A GRU with one unit and one feature, worked by hand: no NumPy, every gate shown.

    z = sigmoid(w_z x + u_z h + b_z)             update gate, 0 to 1
    r = sigmoid(w_r x + u_r h + b_r)             reset gate, 0 to 1
    candidate = tanh(w_h x + r (u_h h) + b_h)    draft of a new memory, -1 to 1
    new h = z h + (1 - z) candidate              keep z of the old, the rest is draft

Each value is one plain number (no batch axis, no unit of measure). Source of the
equations: Cho et al. 2014, arXiv:1406.1078.
"""

import math
from collections import namedtuple

Step = namedtuple("Step", "update_gate reset_gate candidate hidden")


def sigmoid(value):
    return 0.5 * (1.0 + math.tanh(0.5 * value))  # 1 / (1 + exp(-value)), no overflow


# --8<-- [start:step]
def step(x, hidden, b_z=0.2):
    """One step: input x and the old hidden state -> the gates and the new state."""
    z = sigmoid(-0.6 * x + 0.9 * hidden + b_z)
    r = sigmoid(0.8 * x + 0.5 * hidden + 0.1)
    candidate = math.tanh(1.2 * x + r * (-0.7 * hidden) + 0.3)
    return Step(z, r, candidate, z * hidden + (1 - z) * candidate)
    # --8<-- [end:step]


def main():
    hidden, record = 0.0, {}
    print("step     x      z      r  candidate  hidden")
    for t, x in enumerate([1.0, -0.5, 0.25], start=1):
        result = step(x, hidden)
        z, r, candidate, hidden = result
        print(f"{t:4d} {x:6.2f} {z:6.3f} {r:6.3f} {candidate:10.3f} {hidden:7.3f}")
        record[f"step_{t}"] = {"x": x, **result._asdict()}
    keep, write = step(1.0, 0.5, b_z=30.0), step(1.0, 0.5, b_z=-30.0)
    print(f"z held at 1: old state 0.500, new state {keep.hidden:.3f}")
    print(f"z held at 0: candidate {write.candidate:.3f}, new state {write.hidden:.3f}")
    return record


if __name__ == "__main__":
    main()
