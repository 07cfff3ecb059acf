"""The data of the experiments as it looks, and two ways to read an image."""

import numpy as np
from matplotlib.patches import Rectangle

from snippets.experiments.adding import adding
from snippets.experiments.inside_gate import watched_example
from snippets.experiments.recall import recall
from tools.figures.kit import (
    FAINT,
    GREY,
    GRU,
    RNN,
    TEXT,
    arrow,
    box,
    canvas,
    chart,
    record,
    say,
    squares,
)
from tools.plots import Plot


def adding_example() -> Plot:
    inputs, target = adding(np.random.default_rng(2), 1, 20)
    numbers, marks = inputs[0, :, 0], inputs[0, :, 1]
    fig, axes = chart(200)
    steps = np.arange(1, 21)
    axes.bar(steps, numbers, 0.7, fc=GREY, alpha=0.35)
    axes.bar(steps[marks == 1], numbers[marks == 1], 0.7, fc=RNN)
    for step in steps[marks == 1]:
        value = numbers[step - 1]
        axes.annotate(f"{value:.2f}", (step, value), (0, 3), ha="center",
                      textcoords="offset points")  # fmt: skip
    axes.set(ylim=(0, 1.2), xlabel="time step", ylabel="number")
    axes.set_xticks([1, 10, 20])
    axes.set_title(f"answer: {target[0, 0]:.2f}", loc="right")
    return (
        fig,
        "Adding: one example of twenty steps",
        "Twenty numbers from 0 to 1 as bars. Two are marked, "
        + " and ".join(f"{v:.2f}" for v in numbers[marks == 1])
        + f"; the answer is their sum, {target[0, 0]:.2f}",
    )


def recall_example() -> Plot:
    inputs, target = recall(np.random.default_rng(3), 1, 15)
    symbols = inputs[0].argmax(axis=1)
    fig, axes = canvas(120)
    for step, symbol in enumerate(symbols):
        x = 18 + 18.5 * step
        colour = RNN if step == 0 else GREY
        box(axes, x, 52, "01ab"[symbol], width=17, height=28, colour=colour)
    arrow(axes, (18, 36), (336, 34), RNN, bend=-0.12)
    box(axes, 340, 52, f"{target[0, 0]:.0f}", width=26, height=30, colour=GRU)
    say(axes, 8, 88, "the symbol", at="left", fontsize=12)
    say(axes, 170, 88, "distracts", fontsize=12)
    say(axes, 352, 88, "the answer", at="right", fontsize=12)
    return (
        fig,
        "Recall: one example with fifteen distractors",
        f"A row of symbols. The first is {symbols[0]}, then come fifteen letters a and b "
        f"that only distract. The answer is the first symbol, {target[0, 0]:.0f}",
    )


def marked_example() -> Plot:
    inputs = watched_example()[0]
    fig, axes = chart(200)
    steps = np.arange(1, len(inputs) + 1)
    axes.plot(steps, inputs[:, 0], color=GREY, marker=".", lw=1)
    at = int(inputs[:, 1].argmax())
    axes.plot([at + 1], [inputs[at, 0]], "o", color=RNN, ms=10)
    axes.annotate(f"marked: {inputs[at, 0]:.1f}", (at + 1, inputs[at, 0]), (8, 2),
                  textcoords="offset points")  # fmt: skip
    axes.set(ylim=(-1.2, 1.25), xlabel="time step", ylabel="number")
    axes.set_xticks([1, 5, 10, 15, 20, 25])
    return (
        fig,
        "One number to hold: the example that is watched",
        f"Numbers between minus 1 and 1 at {len(inputs)} steps; the one at step {at + 1}, "
        f"{inputs[at, 0]:.1f}, is marked, and is the answer at the end",
    )


def digit_two_ways() -> Plot:
    from sklearn.datasets import load_digits

    image = load_digits().images[3] / 16
    fig, axes = canvas(250)
    say(axes, 76, 14, "an image, 8 × 8")
    squares(axes, 16, 28, image, width=15, colour=TEXT)
    say(axes, 262, 14, "by rows: 8 steps of 8")
    for row in range(8):
        y = 30 + 15 * row
        squares(axes, 204, y, image[row], width=13, height=12, colour=RNN)
        say(axes, 196, y + 6, f"{row + 1}", at="right", fontsize=12)
    say(axes, 180, 176, "by pixels: 64 steps of 1")
    squares(axes, 20, 190, image.ravel()[:32], width=10, height=16, colour=GRU)
    squares(axes, 20, 212, image.ravel()[32:], width=10, height=16, colour=GRU)
    return (
        fig,
        "A digit, read two ways",
        "The image of a 3, eight by eight pixels. Beside it its eight rows, each a time "
        "step of eight numbers; below all its sixty-four pixels one after the other, "
        "each a time step of one number",
    )


def sea_example() -> Plot:
    from statsmodels.datasets import elnino

    table = elnino.load_pandas().data.drop(columns="YEAR").to_numpy()
    series = table.ravel()[-96:]
    fig, axes = chart(230)
    months = np.arange(len(series))
    axes.plot(months, series, color=TEXT, lw=1.4)
    axes.axvspan(60, 84, color=GRU, alpha=0.15, lw=0)
    axes.plot([84], [series[84]], "D", color=GRU, ms=9)
    axes.annotate("read: 24 months", (72, series.max()), (0, 6), ha="center",
                  textcoords="offset points")  # fmt: skip
    axes.annotate("asked", (84, series[84]), (8, 2), textcoords="offset points")
    axes.set(ylabel="degrees Celsius", xlabel="months", ylim=(18, 29.5))
    axes.set_xticks(range(0, 97, 24))
    return (
        fig,
        "Sea temperature off Peru, the last eight years",
        f"Monthly means between {series.min():.1f} and {series.max():.1f} degrees, up "
        "and down with the year. A window of 24 months is shaded: the network reads it "
        "and is asked for the month after it",
    )


def image_reach() -> Plot:
    found = record("image_as_sequence")
    fig, axes = canvas(210)
    for left, words, inside, colour in (
        (24, f"convolution: {found['conv_reach']}", (slice(2, 5), slice(2, 5)), GREY),
        (200, f"RNN by rows: {found['rnn_reach']}", (slice(0, 8), slice(0, 8)), RNN),
    ):
        seen = np.zeros((8, 8))
        seen[inside] = 0.55
        squares(axes, left, 40, seen, width=17, colour=colour)
        say(axes, left + 68, 20, words)
    say(axes, 180, 196, "pixels that can change one output", fontsize=12)
    return (
        fig,
        "How much of the image one output sees",
        f"Two grids of eight by eight pixels. One output of the convolution sees "
        f"{found['conv_reach']} pixels, a window of three by three; the last state of the "
        f"RNN sees all {found['rnn_reach']}",
    )


def moved_block() -> Plot:
    fig, axes = canvas(200)
    image = np.zeros((8, 8))
    image[2:5, 2:4] = 0.8
    for left, rolled, words in ((24, 0, "before"), (200, 1, "one pixel right")):
        squares(axes, left, 40, np.roll(image, rolled, axis=1), width=17, colour=TEXT)
        axes.add_patch(
            Rectangle((left - 1, 40 + 2 * 17 - 1), 136, 17, fc="none", ec=RNN, lw=2)
        )
        say(axes, left + 68, 20, words)
    say(axes, 180, 190, "framed: what the RNN reads at step 3", fontsize=12)
    arrow(axes, (164, 108), (194, 108))
    return (
        fig,
        "The block moves",
        "An image of eight by eight pixels with a small block, before and after it moves "
        "one pixel to the right. A frame shows row three, which the RNN reads as one "
        "step: its eight numbers are others now",
    )


def cnn_or_rnn() -> Plot:
    fig, axes = canvas(220)
    say(axes, 84, 16, "convolution", color=GREY, fontweight="bold")
    squares(axes, 24, 34, np.zeros((8, 8)), width=15, colour=GREY)
    for x, y in ((24, 34), (69, 64), (99, 109)):
        axes.add_patch(Rectangle((x - 1, y - 1), 45, 45, fc="none", ec=TEXT, lw=2))
    say(axes, 84, 176, "one small window,", fontsize=12)
    say(axes, 84, 194, "every place at once", fontsize=12)
    say(axes, 272, 16, "RNN", color=RNN, fontweight="bold")
    for row in range(8):
        y = 34 + 15 * row
        squares(axes, 206, y, np.zeros(8), width=13, height=13, colour=RNN)
        if row < 7:
            arrow(axes, (330, y + 7), (330, y + 21), RNN, lw=1.2)
    axes.plot([180, 180], [14, 200], color=FAINT, lw=1.5)
    say(axes, 272, 176, "one row after the other,", fontsize=12)
    say(axes, 272, 194, "a state handed on", fontsize=12)
    return (
        fig,
        "Two ways to share weights",
        "Left a grid with the same small window at three places: a convolution asks the "
        "same question everywhere at once. Right eight rows, an arrow from each to the "
        "next: an RNN reads one row after the other and hands its state on",
    )
