"""An RNN that learns, whole: data, both ways through time, clipping, training.

At every step a number, 1 or -1, comes in, and the answer is the number of three steps
ago. Inputs and targets (batch, steps, 1); W (1, units), U (units, units), V (units, 1).
Source: Werbos 1990, doi:10.1109/5.58337.
"""

import numpy as np


# --8<-- [start:train]
def train(training_steps=400, back=3, units=16, rate=0.1, seed=0):
    """The loss of each training step, and the share of right answers in the last."""
    rng = np.random.default_rng(seed)
    W, V = 0.5 * rng.normal(size=(1, units)), 0.1 * rng.normal(size=(units, 1))
    U, b = np.linalg.qr(rng.normal(size=(units, units)))[0], np.zeros(units)
    losses = []
    for _ in range(training_steps):
        x = rng.choice([-1.0, 1.0], (32, 20, 1))
        target = np.roll(x, back, axis=1)  # the number of three steps ago
        target[:, :back] = 0  # nothing to say yet

        hidden = [np.zeros((32, units))]
        for t in range(20):  # forward, from the first step to the last
            hidden.append(np.tanh(x[:, t] @ W + hidden[t] @ U + b))
        error = np.stack(hidden[1:], axis=1) @ V - target
        losses.append((error**2).mean())

        dW, dU, db, dV = (np.zeros_like(weight) for weight in (W, U, b, V))
        carried = np.zeros((32, units))
        for t in reversed(range(20)):  # backward, from the last step to the first
            d_answer = 2 * error[:, t] / error.size
            dV += hidden[t + 1].T @ d_answer
            d_hidden = d_answer @ V.T + carried  # from this answer, from later ones
            d_total = d_hidden * (1 - hidden[t + 1] ** 2)
            dW += x[:, t].T @ d_total
            dU += hidden[t].T @ d_total
            db += d_total.sum(axis=0)
            carried = d_total @ U.T

        length = np.sqrt(sum((d**2).sum() for d in (dW, dU, db, dV)))
        for weight, d in zip((W, U, b, V), (dW, dU, db, dV), strict=True):
            weight -= rate * d / max(1.0, length)  # a longer gradient is cut to 1
    # error + target is the answer again
    right = (np.sign(error + target) == target)[:, back:].mean()
    return losses, right
    # --8<-- [end:train]


def main():
    losses, right = train()
    for step in (1, 50, 100, 200, 400):
        print(f"training step {step:3d}: loss {losses[step - 1]:.3f}")
    print(f"right in the last batch: {right:.1%}")
    return {"losses": [round(float(loss), 4) for loss in losses], "right": float(right)}


if __name__ == "__main__":
    main()
