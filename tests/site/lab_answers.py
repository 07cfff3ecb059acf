"""What the labs' questions come to at the first settings, by the programs in NumPy."""

import numpy as np

from snippets.labs import recall_race
from snippets.labs.read_my_name import LANGUAGES
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
        two = computed(stem, update_bias=2)
        rnn, gru = two["rnn"][-1], two["gru"][-1]
        most = max(computed(stem, scale=6)["gru"][1:])
        yield between(gru, rnn), [rnn, gru]
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
        done = [[1, None, None], [-0.5, None, None]]
        (_, old, copy), (*_, plain) = (
            computed(stem, steps=[*done, [-0.5, *pins]])["steps"]
            for pins in ((1, None), (0, 1))
        )
        yield 0, [old["hidden"][0], copy["hidden"][0]]
        yield 1, [plain["hidden"][0], plain["rnn"][0]]
        yield 2, [old["hidden"][0]] * 2
    if stem == "train_it_here":
        race = {"length": 20, "steps": 1000}
        _, gru = raced("adding", 0.01, **race)
        yield 2, [gru]
        rnn, gru = raced("recall", 0.003, **race)
        yield int(rnn > gru), [rnn, gru]
    if stem == "read_my_sentence":
        for text in ("the window behind the small doors", "the", "keys keys key key"):
            found = computed(stem, text=text)["networks"]
            rnn, gru = (found[name]["are"][-1] for name in ("rnn", "gru"))
            if text == "the":
                right = 0 if max(rnn, gru) < 0.2 else 2 if min(rnn, gru) > 0.8 else 1
            else:
                right = {0: 0, 2: 1, 1: 2}[between(rnn, 0.5) + between(gru, 0.5)]
            yield right, [100 * max(p, 1 - p) for p in (rnn, gru)]
    if stem == "read_my_name":
        likeliest = np.argmax(computed(stem, name="nieminen")["language"], axis=1)
        finnish = [LANGUAGES[best] == "Finnish" for best in likeliest]
        since = len(finnish) - finnish[::-1].index(False)
        yield between(since, 3.5, 6.5), [since] if since < 9 else []
        sure = max(computed(stem, name="xqzzzz")["language"][-1])
        yield between(sure, 0.4, 0.7), [100 * sure]


def raced(task, rate, **race):
    """When the RNN and the GRU had solved it."""
    networks = [
        {"cell": cell, "units": 16, "rate": rate, "clip": 1} for cell in ("rnn", "gru")
    ]
    found = computed("train_it_here", task=task, networks=networks, **race)
    return [one["solved"] for one in found]
