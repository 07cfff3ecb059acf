"""Five mistakes with sequences, each run wrong and right. None of them raises an error.

Inputs of the RNN (batch, steps, features), weights random and untrained; the forecasts
are of a random walk: linear formulas over the last values, by least squares. Source of
the RNN: Elman 1990, doi:10.1207/s15516709cog1402_1.
"""

import numpy as np


def read(inputs):
    """inputs (batch, steps, 2) -> states (batch, steps, 4) of an RNN."""
    rng = np.random.default_rng(0)
    kernel, recurrent_kernel = rng.normal(size=(2, 4)), 0.5 * rng.normal(size=(4, 4))
    hidden, states = np.zeros((len(inputs), 4)), []
    for x in inputs.transpose(1, 0, 2):
        hidden = np.tanh(x @ kernel + hidden @ recurrent_kernel + 0.3)
        states.append(hidden)
    return np.stack(states, axis=1)


def windows(series, length=10):
    """Every window of so many values, and the value that comes after it."""
    found = np.lib.stride_tricks.sliding_window_view(series, length + 1)
    return found[:, :-1], found[:, -1]


def error(inputs, targets, train, test):
    """The mean absolute error of a linear formula on the windows of the test."""
    inputs = np.hstack([inputs, np.ones((len(inputs), 1))])
    formula = np.linalg.lstsq(inputs[train], targets[train], rcond=None)[0]
    return abs(inputs[test] @ formula - targets[test]).mean()


def axes(rng):
    """Does example 2 notice when example 0 is changed? It must not."""
    sequences = rng.normal(size=(3, 8, 2))  # 3 examples, 8 steps, 2 features
    changed = sequences.copy()
    changed[0] += 1
    swapped, swapped_changed = sequences.swapaxes(0, 1), changed.swapaxes(0, 1)
    wrong = abs(read(swapped) - read(swapped_changed))[:, 2].max()  # time comes first
    right = abs(read(sequences) - read(changed))[2].max()
    return wrong, right


def padding(rng):
    """How far is the last state from that of the sentence without its padding?"""
    sentence = rng.normal(size=(1, 5, 2))
    padded = np.concatenate([sentence, np.zeros((1, 7, 2))], axis=1)
    wanted, states = read(sentence)[:, -1], read(padded)
    wrong = abs(states[:, -1] - wanted).max()  # seven zeros later
    right = abs(states[:, 5 - 1] - wanted).max()  # after its fifth and last step
    return wrong, right


def shuffled(series, rng):
    """The nearest window of the training answers; how well, depends on the split."""
    inputs, targets = windows(series)
    errors = []
    for order in (rng.permutation(len(inputs)), np.arange(len(inputs))):
        train, test = order[:1400], order[1400:]
        far = abs(inputs[test][:, None] - inputs[train]).sum(axis=2)
        answers = targets[train][far.argmin(axis=1)]
        errors.append(abs(answers - targets[test]).mean())
    return errors  # shuffled, then by time


def future(series):
    """Smooth first, then cut windows: a centred mean has seen the answer."""
    mean = np.convolve(series, np.ones(3) / 3, mode="same")
    targets = windows(series)[1]
    centred = windows(mean)[0]
    trailing = windows(np.roll(mean, 1))[0]  # the mean of this and the two before
    train, test = slice(20, 1400), slice(1400, None)
    return [error(x, targets, train, test) for x in (centred, trailing)]


def naive(series):
    """Explains nearly everything, and is no better than saying yesterday's value."""
    inputs, targets = windows(series)
    test = slice(1400, None)
    of_formula = error(inputs, targets, slice(0, 1400), test)
    of_yesterday = abs(inputs[test, -1] - targets[test]).mean()
    correlation = np.corrcoef(inputs[test, -1], targets[test])[0, 1]
    return of_formula, of_yesterday, correlation


def main():
    rng = np.random.default_rng(1)
    series = rng.normal(size=2000).cumsum()
    record = {}
    for name, found in (
        ("axes", axes(rng)),
        ("padding", padding(rng)),
        ("shuffled", shuffled(series, rng)),
        ("future", future(series)),
    ):
        wrong, right = record[name] = [float(one) for one in found]
        print(f"{name:9} wrong {wrong:.2f}   right {right:.2f}")
    ours, yesterday, correlation = record["naive"] = [float(v) for v in naive(series)]
    print(f"naive     ours {ours:.2f}   yesterday again {yesterday:.2f}")
    print(f"          and yet the correlation is {correlation:.3f}")
    return record


if __name__ == "__main__":
    main()
