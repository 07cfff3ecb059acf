"""Backpropagation through time with one unit and three steps: every number on paper.

    h_t  = tanh(w x_t + u h_{t-1} + b)       the state, one number
    y    = v h_3 + c                         the answer, after the last step
    loss = (y - target)^2 / 2

Each value is one plain number (no batch axis, no unit of measure). Source: Werbos
1990, doi:10.1109/5.58337.
"""

import math

WEIGHTS = {"w": 0.8, "u": 0.9, "b": 0.1, "v": 1.5, "c": -0.2}
INPUTS, TARGET = [1.0, -0.5, 0.25], 1.0


def forward(w, u, b, v, c):
    """The states, from the start on, the answer and the loss."""
    states = [0.0]
    for x in INPUTS:
        states.append(math.tanh(w * x + u * states[-1] + b))
    answer = v * states[-1] + c
    return states, answer, (answer - TARGET) ** 2 / 2


# --8<-- [start:backward]
def backward(w, u, b, v, c):
    """What each step says about w, u and b, and the gradient of every weight."""
    states, answer, _ = forward(w, u, b, v, c)
    d_answer = answer - TARGET
    d_hidden, said = d_answer * v, []
    for t in (3, 2, 1):
        slope = 1 - states[t] ** 2
        d_total = d_hidden * slope
        step = {"t": t, "d_hidden": d_hidden, "slope": slope, "d_total": d_total}
        step |= {
            "w": d_total * INPUTS[t - 1],
            "u": d_total * states[t - 1],
            "b": d_total,
        }
        said.append(step)
        d_hidden = d_total * u  # what comes back to the step before
    gradient = {name: sum(step[name] for step in said) for name in "wub"}
    gradient |= {"v": d_answer * states[3], "c": d_answer}
    return said, gradient
    # --8<-- [end:backward]


def main():
    states, answer, loss = forward(**WEIGHTS)
    said, gradient = backward(**WEIGHTS)
    print(f"states {' '.join(f'{h:.4f}' for h in states)}, answer {answer:.4f}")
    print(f"loss {loss:.4f}")
    print("step  d_hidden   slope  d_total   about w   about u   about b")
    for step in said:
        numbers = [step[key] for key in ("d_hidden", "slope", "d_total", "w", "u", "b")]
        print(f"{step['t']:4d}  " + "  ".join(f"{value:7.4f}" for value in numbers))
    nudge, nudged = 1e-6, {}
    for name in WEIGHTS:
        moved = forward(**WEIGHTS | {name: WEIGHTS[name] + nudge})[2]
        nudged[name] = (moved - loss) / nudge
        print(f"{name}: gradient {gradient[name]:.4f}, by nudging {nudged[name]:.4f}")
    better = {name: WEIGHTS[name] - 0.1 * gradient[name] for name in WEIGHTS}
    after = forward(**better)[2]
    print(f"after one step of 0.1 against the gradient: loss {after:.4f}")
    found = {"states": states, "answer": answer, "loss": loss, "after": after}
    return found | {"steps": said, "gradient": gradient, "weights": WEIGHTS}


if __name__ == "__main__":
    main()
