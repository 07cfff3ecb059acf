"""Backpropagation through time with less memory: keep few states, redo the rest.

A tanh RNN; inputs (steps, batch, features), the loss is the sum of the last state. The
gradient is the same; the forward pass runs twice. Source: Chen et al. 2016,
arXiv:1604.06174; for recurrent networks, Gruslys et al. 2016, arXiv:1606.03401.
"""

import numpy as np


def walk(inputs, hidden, kernel, recurrent):
    """The states, from the given one on."""
    states = [hidden]
    for x in inputs:
        states.append(np.tanh(x @ kernel + states[-1] @ recurrent))
    return states


# --8<-- [start:checkpoints]
def gradient(inputs, kernel, recurrent, window):
    """Of the recurrent kernel, and how many states were held at most. A window as long
    as the sequence is the usual way.
    """
    starts = range(0, len(inputs), window)
    kept = [np.zeros((inputs.shape[1], len(recurrent)))]  # one state a window
    for start in starts:
        states = walk(inputs[start : start + window], kept[-1], kernel, recurrent)
        kept.append(states[-1])
    found, carried = np.zeros_like(recurrent), np.ones_like(kept[0])
    for number, start in reversed([*enumerate(starts)]):
        states = walk(inputs[start : start + window], kept[number], kernel, recurrent)
        for before, after in zip(states[-2::-1], states[:0:-1], strict=True):
            d_total = carried * (1 - after**2)
            found += before.T @ d_total
            carried = d_total @ recurrent.T
    return found, len(kept) + window
    # --8<-- [end:checkpoints]


def main():
    rng = np.random.default_rng(0)
    kernel, recurrent = (
        rng.normal(size=(2, 16)),
        np.linalg.qr(rng.normal(size=(16, 16)))[0],
    )
    record = {}
    for steps in (64, 256, 1024):
        inputs = 0.1 * rng.normal(size=(steps, 8, 2))
        window = int(steps**0.5)
        whole, all_states = gradient(inputs, kernel, recurrent, steps)
        parts, few_states = gradient(inputs, kernel, recurrent, window)
        same = np.abs(whole - parts).max()
        record[str(steps)] = {"all": all_states, "few": few_states}
        print(
            f"{steps:4d} steps: {all_states:4d} states held, with windows of {window} "
            f"{few_states:2d}; gradients differ by {same:.0e}"
        )
    return record


if __name__ == "__main__":
    main()
