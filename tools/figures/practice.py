"""The pictures of the pages of Practice."""

from tools.figures.kit import GREY, GRU, RNN, TEXT, arrow, box, canvas, say
from tools.plots import Plot


def both_ways() -> Plot:
    fig, axes = canvas(206)
    words = ["the", "keys", "are", "here"]
    for place, word in enumerate(words):
        x = 46 + 88 * place
        last = place == len(words) - 1
        box(axes, x, 62, str(place + 1), width=40, height=28, colour=RNN)
        box(axes, x, 118, str(len(words) - place), width=40, height=28, colour=GRU)
        say(axes, x, 162, word)
        if place:
            arrow(axes, (x - 66, 62), (x - 22, 62), RNN)
            arrow(axes, (x - 22, 118), (x - 66, 118), GRU)
        if last:
            arrow(axes, (x, 24), (x, 46), TEXT)
    say(axes, 14, 30, "forward", at="left", color=RNN, fontweight="bold")
    say(axes, 14, 90, "backward", at="left", color=GRU, fontweight="bold")
    say(axes, 310, 14, "output[:, -1]", fontsize=12)
    say(axes, 180, 190, "the number: how many words it has read", color=GREY)
    return (
        fig,
        "Two directions, and what each has read",
        "Four words, above them two rows of states. The forward states have read one, "
        "two, three and four words from left to right; the backward states four, three, "
        "two and one. An arrow points at the last column: there the forward state has "
        "read four words and the backward state one",
    )


def one_step_late() -> Plot:
    fig, axes = canvas(196)
    say(axes, 70, 20, "encoder", color=RNN, fontweight="bold")
    say(axes, 262, 20, "decoder", color=GRU, fontweight="bold")
    for place, digit in enumerate("372"):
        x = 28 + 42 * place
        box(axes, x, 86, "", width=28, height=28, colour=RNN)
        say(axes, x, 140, digit)
        arrow(axes, (x, 128), (x, 104), GREY)
        if place:
            arrow(axes, (x - 28, 86), (x - 16, 86), RNN)
    for place, (read, said) in enumerate(zip(["start", *"27"], "273", strict=True)):
        x = 204 + 60 * place
        box(axes, x, 86, "", width=28, height=28, colour=GRU)
        say(axes, x, 140, read)
        say(axes, x, 42, said, fontweight="bold")
        arrow(axes, (x, 128), (x, 104), GREY)
        arrow(axes, (x, 70), (x, 54), GRU)
        if place:
            arrow(axes, (x - 46, 86), (x - 16, 86), GRU)
    arrow(axes, (128, 86), (188, 86), TEXT)
    say(axes, 158, 70, "state", fontsize=12)
    say(axes, 262, 164, "the right answer, one step late", color=GREY, fontsize=12)
    say(axes, 70, 164, "the question", color=GREY, fontsize=12)
    return (
        fig,
        "Teacher forcing",
        "An encoder reads the digits 3, 7 and 2 and hands its last state to a decoder. "
        "The decoder reads start, 2 and 7, and at each step says the next digit of the "
        "answer: 2, 7 and 3",
    )
