"""RNNs for beginners: from a word to a network that has learned which verb."""

from functools import cache

import numpy as np
from matplotlib.axes import Axes

from snippets.from_scratch.first_network import (
    NUMBER,
    SENTENCE,
    VOCABULARY,
    loss,
    read,
    sentences,
    slopes,
    train,
)
from tools.figures.kit import (
    FAINT,
    GREY,
    GRU,
    PAGE,
    RNN,
    TEXT,
    arrow,
    box,
    canvas,
    chart,
    frame,
    record,
    say,
    scale,
    sign,
    squares,
    strip,
)
from tools.plots import Plot

WORDS = SENTENCE.split()


def keys_are() -> Plot:
    fig, axes = canvas(170)
    lines = (WORDS[:6], WORDS[6:])
    first = strip(axes, 62, lines[0], framed={1: RNN})
    second = strip(axes, 118, [*lines[1], "are", "not is"], right=330, framed={3: RNN})
    arrow(axes, (first[1], 80), (second[3] - 8, 102), RNN, bend=-0.12)
    for x, y in ((first[5], 62), (second[2], 118)):
        axes.plot([x - 30, x + 30], [y + 13] * 2, color=GREY, lw=1.6, ls=(0, (2, 2)))
    say(axes, first[1], 26, "decides", color=RNN)
    say(axes, first[5], 26, "distracts", color=GREY)
    say(axes, second[2], 152, "distracts", color=GREY)
    return (
        fig,
        "Which verb?",
        "The sentence: the keys to the old cabinet near the windows, are. An arrow leads "
        "from keys, which decides, to the verb are. Cabinet and windows, which lie in "
        "between, are underlined as words that only distract",
    )


def same_words() -> Plot:
    fig, axes = canvas(190)
    counts = [("the", 2), ("keys", 1), ("to", 1), ("cabinet", 1)]
    for left, verb, words in (
        (92, "are", "the keys to the cabinet"),
        (268, "is", "the cabinet to the keys"),
    ):
        say(axes, left, 18, words, fontsize=12)
        arrow(axes, (left, 30), (left, 50))
        for place, (word, count) in enumerate(counts):
            y = 66 + 22 * place
            say(axes, left - 4, y, word, at="right")
            squares(axes, left + 8, y - 7, [[1] * count], width=15, colour=GREY)
        say(axes, left, 166, f"verb: {verb}", fontweight="bold")
    axes.plot([180, 180], [12, 176], color=FAINT, lw=1.5)
    return (
        fig,
        "The same words, another verb",
        "Two sentences, the keys to the cabinet, and the cabinet to the keys. Both have "
        "the same counts: the twice, keys, to and cabinet once. The verb of the first is "
        "are, that of the second is",
    )


def neuron() -> Plot:
    fig, axes = canvas(190)
    for place, (name, y) in enumerate((("x₁", 40), ("x₂", 90), ("x₃", 140))):
        box(axes, 30, y, name, width=40)
        arrow(axes, (50, y), (142, 90), shrink=3)
        say(axes, 92, (40, 77, 140)[place], f"× w{'₁₂₃'[place]}")
    sign(axes, 158, 90, "+")
    say(axes, 158, 140, "bias b")
    arrow(axes, (158, 130), (158, 104))
    arrow(axes, (172, 90), (216, 90), shrink=2)
    box(axes, 250, 90, "squeeze", width=72, colour=RNN)
    arrow(axes, (286, 90), (318, 90), shrink=2)
    say(axes, 334, 90, "new\nvalue", fontsize=12)
    return (
        fig,
        "A neuron",
        "Three input numbers are each multiplied by a weight of their own, the products "
        "and a bias are added, and the sum is squeezed into a small range: the new value",
    )


def layer() -> Plot:
    fig, axes = canvas(190)
    inputs, hidden = (45, 95, 145), (30, 73, 117, 160)
    for y in inputs:
        for other in hidden:
            axes.plot([48, 160], [y, other], color=GREY, lw=1.1, zorder=1)
        box(axes, 36, y, "", width=24, height=24)
    for y in hidden:
        axes.plot([182, 292], [y, 95], color=GREY, lw=1.1, zorder=1)
        box(axes, 171, y, "", width=24, height=24, colour=RNN)
    box(axes, 304, 95, "", width=24, height=24, colour=GRU)
    for x, words in ((36, "inputs"), (171, "a layer"), (300, "answer")):
        say(axes, x, 182, words)
    say(axes, 104, 10, "a weight on every line")
    return (
        fig,
        "A layer, a network",
        "Three inputs on the left, each joined by lines to all four neurons of a layer; "
        "these four are joined to one neuron on the right, the answer. Every line has a "
        "weight",
    )


def squeezes() -> Plot:
    fig, (left, right) = chart(200, ncols=2)
    x = np.linspace(-6, 6, 121)
    for axes, name, y, colour in (
        (left, "tanh", np.tanh(x), RNN),
        (right, "sigmoid", 1 / (1 + np.exp(-x)), GRU),
    ):
        axes.plot(x, y, color=colour)
        low = -1 if name == "tanh" else 0
        flat = np.abs(x) > 3
        for side in (x < 0, x > 0):
            axes.plot(x[flat & side], y[flat & side], color=colour, lw=6, alpha=0.35)
        axes.set(title=name, xticks=[-5, 0, 5], yticks=[low, (low + 1) / 2, 1])
        axes.annotate("flat", (4.5, 1), (4.3, 1 - 0.17 * (1 - low)), ha="center")
        axes.annotate("flat", (-4.5, low), (-4.3, low + 0.12 * (1 - low)), ha="center")
    return (
        fig,
        "Two functions that squeeze",
        "Left tanh, which rises from minus 1 to 1, right the sigmoid, which rises from 0 "
        "to 1. Both are steep around 0 and flat beyond 3 on either side; the flat ends "
        "are marked",
    )


def one_hot() -> Plot:
    fig, axes = canvas(150)
    place = NUMBER["keys"]
    shown = [0, 1, 2, place - 1, place, place + 1, len(VOCABULARY) - 1]
    xs = [24, 70, 116, 180, 226, 272, 336]
    for x, number in zip(xs, shown, strict=True):
        on = number == place
        say(axes, x, 92, VOCABULARY[number], rotation=90, va="bottom", at="center")
        box(
            axes, x, 116, "1" if on else "0", width=34, height=26,
            colour=RNN if on else GREY,
        )  # fmt: skip
    for x in (148, 304):
        say(axes, x, 116, "…")
    return (
        fig,
        "One-hot: a place for every word",
        f"The {len(VOCABULARY)} words of the vocabulary in a row, some left out. Below "
        "each stands a number: a 1 under keys, a 0 under every other word",
    )


@cache
def _weights(steps: int) -> dict[str, np.ndarray]:
    return train(steps)[0]


def embedding() -> Plot:
    fig, axes = canvas(300)
    table = _weights(500)["embedding"]
    shown = ["the", "to", "old", "key", "cabinet", "window", "keys", "cabinets"]
    shown += ["windows"]
    for row, word in enumerate(shown):
        y = 30 + 26 * row
        bold = "bold" if word == "keys" else "normal"
        say(axes, 84, y + 10, word, at="right", fontweight=bold)
        squares(axes, 94, y, table[NUMBER[word]], width=30, height=22, top=0.5)
    y = 30 + 26 * shown.index("keys")
    axes.plot([91, 91, 335, 335, 91], [y - 2, y + 23, y + 23, y - 2, y - 2],
              color=RNN, lw=2)  # fmt: skip
    say(axes, 214, 14, "8 numbers for each word")
    scale(axes, 158, 276, top=0.5)
    return (
        fig,
        "The embedding, after training",
        "Nine words, each with its row of eight numbers drawn as colours. The rows of "
        "key, cabinet and window resemble each other, and so do those of keys, cabinets "
        "and windows, with the opposite colours. The row of keys is framed: this is "
        "what the network gets when it reads the word",
    )


def rnn_unrolled() -> Plot:
    fig, axes = canvas(190)
    words = WORDS[:5]
    xs = [44, 114, 184, 254, 318]
    for place, (x, word) in enumerate(zip(xs, words, strict=True)):
        box(axes, x, 80, "cell", width=46, height=40, colour=RNN)
        say(axes, x, 156, word)
        arrow(axes, (x, 144), (x, 101), GREY, ls="--")
        if place:
            arrow(axes, (xs[place - 1] + 23, 80), (x - 23, 80), TEXT, shrink=1)
    arrow(axes, (341, 80), (360, 80), TEXT, shrink=1)
    arrow(axes, (2, 80), (21, 80), TEXT, shrink=1)
    axes.plot([21, 21, 341, 341], [48, 40, 40, 48], color=GREY, lw=1.2)
    say(axes, 181, 26, "one cell, the same weights at every word")
    say(axes, 181, 182, "hidden state  →  handed on, word by word", fontsize=12)
    return (
        fig,
        "The unrolled network",
        "Five boxes in a row, all the same cell, above the words the, keys, to, the, "
        "old. A dashed arrow leads from each word into its box; an arrow leads from each "
        "box to the next, the hidden state. A brace says: the same weights at every word",
    )


def one_step() -> Plot:
    """The word keys in the first unit of the trained network, in numbers."""
    weights = _weights(500)
    x = weights["embedding"][NUMBER["keys"]]
    kernel, bias = weights["kernel"][:, 0], weights["bias"][0]
    states, _ = read(np.array([[NUMBER[word] for word in WORDS[:2]]]), weights)
    old = float(states[1][0] @ weights["recurrent_kernel"][:, 0])
    products, new = x * kernel, float(states[2][0, 0])
    fig, axes = canvas(292)
    for left, words in ((70, "embedding"), (178, "× weight"), (290, "= product")):
        say(axes, left, 14, words)
    for row, values in enumerate(zip(x, kernel, products, strict=True)):
        y = 34 + 20 * row
        for left, value in zip((70, 178, 290), values, strict=True):
            squares(axes, left - 42, y, [[value]], width=14)
            say(axes, left + 22, y + 7, f"{value:.2f}".replace("-", "−"), at="right")
    axes.plot([240, 330], [198, 198], color=TEXT, lw=1)
    for y, words, value in (
        (210, "sum of the eight", products.sum()),
        (230, "+ old state, weighed like this", old),
        (250, "+ bias", bias),
        (274, "tanh of the three", new),
    ):
        say(axes, 244, y, words, at="right")
        say(axes, 312, y, f"{value:.2f}".replace("-", "−"), at="right")
    return (
        fig,
        "One step of one unit, in numbers",
        "The eight embedding numbers of the word keys, each times a weight of the first "
        f"unit; the products add up to {products.sum():.2f}, the old state, weighed in "
        f"the same way, brings {old:.2f} and the bias {bias:.2f}; tanh of it all is "
        f"{new:.2f}, the unit's new state",
    )


def output_layer() -> Plot:
    fig, axes = canvas(176)
    weights = _weights(500)
    states, probability = read(np.array([[NUMBER[w] for w in WORDS]]), weights)
    say(axes, 60, 18, "hidden state")
    squares(axes, 44, 32, states[-1].reshape(-1, 1)[:8], width=16)
    squares(axes, 62, 32, states[-1].reshape(-1, 1)[8:], width=16)
    arrow(axes, (88, 96), (124, 96))
    box(axes, 165, 96, "weigh,\nadd up", width=78, height=48)
    arrow(axes, (206, 96), (236, 96))
    box(axes, 268, 96, "sigmoid", width=64, colour=GRU)
    arrow(axes, (300, 96), (322, 96))
    are = float(probability[0, 0])
    say(axes, 318, 40, f"are {are:.3f}", fontweight="bold")
    say(axes, 318, 150, f"is {1 - are:.3f}")
    frame(axes, 325, 60, 18, 72 * are, GRU)
    frame(axes, 325, 60 + 72 * are, 18, 72 * (1 - are), GREY)
    return (
        fig,
        "From the state to a probability",
        "The sixteen numbers of the last hidden state, as colours, are weighed and added "
        f"up; the sigmoid turns the sum into a probability: {are:.3f} for are, and what "
        f"is left, {1 - are:.3f}, for is",
    )


def loss_curve() -> Plot:
    fig, axes = chart(220)
    p = np.linspace(0.01, 1, 200)
    axes.plot(p, -np.log(p), color=TEXT)
    for place, words in (
        (0.02, "sure, and wrong"),
        (0.5, "a coin toss"),
        (0.98, "sure, and right"),
    ):
        surprise = -np.log(place)
        axes.plot([place], [surprise], "o", color=RNN)
        dx, dy, ha = (0.03, 0.3, "left") if place < 0.9 else (0.02, 0.25, "right")
        axes.annotate(
            f"{words}: {surprise:.2f}", (place, surprise),
            (place + dx, surprise + dy), ha=ha,
        )  # fmt: skip
    axes.set(xlabel="probability given to the right verb", ylabel="loss", ylim=(0, 4.6))
    return (
        fig,
        "The loss: how surprised the network is",
        "The loss against the probability that the network gave to the right verb. At "
        f"0.02 it is {-np.log(0.02):.2f}, at one half {np.log(2):.2f}, at 0.98 it is "
        f"{-np.log(0.98):.2f}: the surer of the wrong verb, the higher",
    )


def downhill() -> Plot:
    """The loss of one batch as one output weight of the fresh network is moved."""
    weights = _weights(0)
    words, are = sentences(np.random.default_rng(5), 64, 0)
    value, slope = slopes(words, are, weights)
    place = weights["output_kernel"][3, 0]
    moved = np.linspace(place - 6, place + 6, 61)

    def at(new: float) -> float:
        changed = weights["output_kernel"].copy()
        changed[3, 0] = new
        return float(loss(read(words, weights | {"output_kernel": changed})[1], are))

    curve = [at(one) for one in moved]
    steep = float(slope["output_kernel"][3, 0])
    fig, axes = chart(220)
    axes.plot(moved, curve, color=TEXT)
    ends = np.array([place - 3, place + 3])
    axes.plot(ends, value + steep * (ends - place), color=RNN, ls="--")
    axes.plot([place], [value], "o", color=RNN, ms=9)
    way = -np.sign(steep)
    axes.annotate(
        "", (place + 2.4 * way, value), (place + 0.3 * way, value),
        arrowprops={"arrowstyle": "-|>", "color": RNN, "lw": 2},
    )  # fmt: skip
    axes.annotate("here now", (place, value), (0, 12), textcoords="offset points",
                  ha="center")  # fmt: skip
    axes.set(xlabel="one weight of the network", ylabel="loss")
    return (
        fig,
        "One weight, the loss, its slope",
        "The loss as one weight of the untrained network is moved and all others are "
        "left alone. A dot marks the weight as it is, a dashed line the slope there, an "
        "arrow the direction in which the loss falls",
    )


def learning() -> Plot:
    seen = record("first_network")["seen"]
    steps = [0, *(one["step"] for one in seen)]
    fig, (above, below) = chart(290, nrows=2, sharex=True)
    above.plot(steps[1:], [one["loss"] for one in seen], color=TEXT, marker="o", ms=4)
    above.set(ylabel="loss", yscale="log", yticks=[1, 0.1, 0.01, 0.001])
    above.set_yticklabels(["1", "0.1", "0.01", "0.001"])
    right = [100 * one["right"] for one in seen]
    below.plot(steps[1:], right, color=RNN, marker="o", ms=4)
    below.set(ylabel="right, %", xlabel="training steps", ylim=(40, 104))
    below.axhline(50, color=TEXT, lw=0.8, ls=(0, (1, 3)))
    below.annotate("guessing", (480, 52), ha="right")
    first, last = seen[0], seen[-1]
    return (
        fig,
        "The network learns",
        f"Above the loss against the training steps, from {first['loss']:.2f} after "
        f"{first['step']} steps to {last['loss']:.3f} after {last['step']}; below the "
        f"share of right verbs on new sentences, from {first['right']:.0%} to "
        f"{last['right']:.0%}",
    )


def before_and_after() -> Plot:
    """The probability of 'are' after each word, untrained and trained."""
    fig, axes = chart(300)
    ids = np.array([[NUMBER[word] for word in WORDS]])
    said = []
    for steps, style in (
        (0, {"color": GREY, "ls": "--", "marker": "x", "label": "before training"}),
        (500, {"color": RNN, "marker": "o", "label": "after 500 steps"}),
    ):
        weights = _weights(steps)
        scores = np.stack(read(ids, weights)[0])[1:] @ weights["output_kernel"]
        are = (1 / (1 + np.exp(-scores - weights["output_bias"]))).ravel()
        axes.plot(are, range(len(WORDS)), **style)
        said.append(f"{style['label']} {', '.join(f'{one:.2f}' for one in are)}")
    axes.set_yticks(range(len(WORDS)), WORDS)
    axes.set(ylim=(len(WORDS) - 0.6, -0.5), xlim=(0, 1.03), xticks=[0, 0.5, 1])
    axes.set_xlabel("probability of are")
    axes.grid(axis="x")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=1)
    return (
        fig,
        "After each word: is or are?",
        f"The words of the sentence from top to bottom, and after each the probability "
        f"of are: {'; '.join(said)}",
    )


def _form(axes: Axes, left: float, top: float, name: str, ins: str, outs: str) -> None:
    """ins and outs: a letter a step, x where there is an input or an output."""
    for step, (comes, goes) in enumerate(zip(ins, outs, strict=True)):
        x = left + 22 + 34 * step
        box(axes, x, top + 66, "", width=24, height=24, colour=RNN)
        if step:
            arrow(axes, (x - 22, top + 66), (x - 12, top + 66), TEXT)
        if comes == "x":
            box(axes, x, top + 108, "", width=20, height=20)
            arrow(axes, (x, top + 98), (x, top + 79), GREY)
        if goes == "x":
            box(axes, x, top + 24, "", width=20, height=20, colour=GRU)
            arrow(axes, (x, top + 53), (x, top + 35), GREY)
    lower = 8 if "\n" in name else 0
    say(axes, left + 22 + 17 * (len(ins) - 1), top - lower, name)


def forms_of_one() -> Plot:
    fig, axes = canvas(150)
    _form(axes, 14, 16, "many to one", "xxxx", "   x")
    _form(axes, 204, 16, "one to many", "x   ", "xxxx")
    return (
        fig,
        "Many to one, one to many",
        "Many to one: four inputs, an output at the last step. One to many: an input at the first step, four outputs",
    )


def forms_of_many() -> Plot:
    fig, axes = canvas(162)
    _form(axes, 14, 28, "many to many,\naligned", "xxxx", "xxxx")
    _form(axes, 186, 28, "many to many,\nnot aligned", "xxx  ", "   xx")
    return (
        fig,
        "Many to many, aligned and not",
        "Aligned: an input and an output at every step. Not aligned: three inputs first, then two outputs",
    )


def axes_swapped() -> Plot:
    fig, axes = canvas(176)
    for left, name, swapped in ((22, "right", False), (206, "wrong", True)):
        say(
            axes, left + 62, 14, name, fontweight="bold", color=GREY if swapped else RNN
        )
        for example in range(3):
            for step in range(4):
                x, y = left + 16 + 32 * step, 48 + 38 * example
                box(
                    axes, x, y, "", width=22, height=22, colour=GREY if swapped else RNN
                )
                if step and not swapped:
                    arrow(axes, (x - 22, y), (x - 10, y), TEXT)
                if example and swapped:
                    arrow(axes, (x, y - 28), (x, y - 10), TEXT)
        say(axes, left + 62, 160, "time →", fontsize=12)
    return (
        fig,
        "Which way the state is handed on",
        "Two batches of three examples, four steps each. Right: arrows lead along time within each example. Wrong: arrows lead from one example to the next",
    )


def padded() -> Plot:
    fig, axes = canvas(150)
    words = ["the", "keys", "pad", "pad", "pad"]
    for place, word in enumerate(words):
        x, pad = 40 + 70 * place, word == "pad"
        box(axes, x, 60, "cell", width=48, height=34, colour=GREY if pad else RNN)
        say(axes, x, 110, word, color=GREY if pad else TEXT)
        arrow(axes, (x, 100), (x, 78), GREY, ls="--")
        if place:
            arrow(axes, (x - 46, 60), (x - 25, 60), TEXT)
    say(axes, 110, 20, "read here", color=RNN, fontweight="bold")
    arrow(axes, (110, 28), (110, 42), RNN)
    say(axes, 320, 20, "not here", color=GREY)
    arrow(axes, (320, 28), (320, 42), GREY)
    say(axes, 180, 138, "padding goes on changing the state", fontsize=12)
    return (
        fig,
        "The last state may belong to the padding",
        "Five cells in a row read the words the and keys and then three pads. The state "
        "to read is that after keys; the one after the last pad is another",
    )


def splits() -> Plot:
    fig, axes = canvas(150)
    rng = np.random.default_rng(4)
    mixed = rng.permutation(np.arange(24) >= 18)
    for y, words, test in (
        (52, "shuffled: the test sits among the training", mixed),
        (112, "by time: the test comes after", np.arange(24) >= 18),
    ):
        say(axes, 12, y - 24, words, at="left")
        for step in range(24):
            colour = RNN if test[step] else GREY
            squares(axes, 12 + 14 * step, y - 8, [[1.0]], width=14, colour=colour)
    say(axes, 12, 140, "grey: training", at="left", color=GREY, fontsize=12)
    say(axes, 130, 140, "orange: test", at="left", color=RNN, fontsize=12)
    return (
        fig,
        "Two ways to split a series",
        "Two rows of 24 time steps. In the upper one the steps of the test are scattered "
        "among those of the training; in the lower one they are the last six",
    )


def too_good() -> Plot:
    found = record("common_mistakes")
    fig, axes = chart(220)
    rows = [
        ("shuffled", found["shuffled"][0], True),
        ("split by time", found["shuffled"][1], False),
        ("centred mean", found["future"][0], True),
        ("mean of the past", found["future"][1], False),
    ]
    for place, (_, value, wrong) in enumerate(rows):
        kind = {"fc": PAGE, "ec": GREY, "hatch": "//"} if wrong else {"fc": RNN}
        axes.barh(place + (place > 1) * 0.5, value, 0.6, **kind)
        axes.annotate(f"{value:.2f}", (value, place + (place > 1) * 0.5), (5, 0),
                      va="center", textcoords="offset points")  # fmt: skip
    axes.set_yticks([0, 1, 2.5, 3.5], [f"    {name}" for name, *_ in rows])
    axes.set(ylim=(4, -0.6), xlim=(0, 1.9), xlabel="error in the test")
    axes.grid(axis="x")
    return (
        fig,
        "Too good to be true",
        "The error in the test, each mistake (hatched) above its cure: "
        + "; ".join(f"{name} {value:.2f}" for name, value, _ in rows),
    )
