"""What the labs' questions come to at the first settings, by the programs in NumPy."""

import numpy as np

from snippets.labs import recall_race
from tools.standalone import computed


def between(value, *bounds):
    """How many of the bounds a value exceeds."""
    return sum(value > bound for bound in bounds)


def right_at_the_end(value, **change):
    told, near = computed("recall_race", value=value, **change), recall_race.NEAR
    return [n for n, one in told.items() if abs(one["answers"][-1] - value) < near]


def answers(stem):
    """Of each question the index of the right choice, and the numbers in the answer."""
    if stem == "gradients":
        two, four = (computed(stem, update_bias=bias) for bias in (2, 4))
        rnn, gru, left = two["rnn"][-1], two["gru"][-1], four["gru"][-1]
        most = max(computed(stem, scale=6)["gru"][1:])
        yield between(gru, rnn), [rnn, gru]
        yield between(left, 0.01, 0.1), [left]
        yield between(most, 1), [most]
    if stem == "recall_race":
        found, late = right_at_the_end(-0.8), right_at_the_end(0.8, mark=20)
        some = 1 if any("gru" in network for network in found) else 2
        z = computed(stem)["gru"]["z"]
        at, after = z[3], float(np.mean(z[4:]))
        yield 0 if len(found) == 4 else some, [-0.8]
        yield between(at, after), [at, after]
        yield between(len(late), 0, 2), [len(late)]
    if stem == "count_the_parameters":
        torch = computed(stem, framework="pytorch")
        sizes = [torch[cell]["parameters"] for cell in ("gru", "rnn")]
        one, two = (computed(stem, units=u)["gru"]["parameters"] for u in (64, 128))
        yield int(torch["ratio"] != 3), [*sizes, torch["ratio"]]
        yield between(two / one, 2.5, 3.5), [one, two, two / one]
    if stem == "which_one":
        verdicts = ["RNN", "GRU", "no difference", "neither"]
        stream = computed(stem, lag=300, length=300, streaming=True)
        small = computed(stem, lag=5, device="small", data="some")
        yield from ((verdicts.index(one["verdict"]), []) for one in (stream, small))
    if stem == "step_the_cell":
        (old, copy), (_, plain) = (
            computed(stem, steps=[[1, None, None], [1, *pins]])["steps"]
            for pins in ((1, None), (0, 1))
        )
        yield 0, [old["hidden"][0], copy["hidden"][0]]
        yield 1, [plain["hidden"][0], plain["rnn"][0]]
        yield 2, [old["hidden"][0]] * 2
