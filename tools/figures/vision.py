"""CNN or RNN in computer vision: one convolution, its reach, and moving digits."""

from typing import Any

import numpy as np
from matplotlib.patches import Rectangle

from snippets.from_scratch.convolution import EDGE, IMAGE, convolve
from tools.figures.kit import (
    FAINT,
    GREY,
    GRU,
    RNN,
    TEXT,
    arrow,
    canvas,
    frame,
    record,
    say,
    squares,
)
from tools.plots import Plot


def _numbers(axes: Any, x: float, y: float, table: Any, size: float) -> None:
    for (row, column), value in np.ndenumerate(np.asarray(table)):
        said = str(int(value)).replace("-", "−")
        say(axes, x + size * (column + 0.5), y + size * (row + 0.5), said, fontsize=12)


def convolved() -> Plot:
    edges = np.array(record("convolution")["edges"])
    fig, axes = canvas(222)
    say(axes, 72, 14, "image", fontweight="bold")
    squares(axes, 6, 28, IMAGE, width=22, colour=GREY, top=3)
    _numbers(axes, 6, 28, IMAGE, 22)
    say(axes, 178, 14, "kernel", fontweight="bold")
    squares(axes, 156, 60, EDGE, width=22, top=2)
    _numbers(axes, 156, 60, EDGE, 22)
    say(axes, 290, 14, "feature map", fontweight="bold")
    squares(axes, 234, 39, edges, width=22, top=3)
    _numbers(axes, 234, 39, edges, 22)
    row, column = 3, 1
    for x, y, cells in (
        (6 + 22 * column, 28 + 22 * row, 2),
        (234 + 22 * column, 39 + 22 * row, 1),
    ):
        axes.add_patch(
            Rectangle((x, y), 22 * cells, 22 * cells, fc="none", ec=RNN, lw=2.4)
        )
    arrow(axes, (74, 118), (254, 116), RNN, bend=0.25)
    window = IMAGE[row : row + 2, column : column + 2]
    terms = [
        f"{a}·({b})".replace("-", "−")
        for a, b in zip(window.ravel(), EDGE.ravel(), strict=True)
    ]
    say(axes, 180, 192, " + ".join(terms) + f" = {edges[row, column]}", fontsize=12)
    return (
        fig,
        "One convolution by hand",
        "An image of six by six zeros and ones, a kernel of two by two, and the map of "
        f"five by five that comes out. Framed: at one place the four products add up to "
        f"{edges[row, column]}",
    )


def map_sizes() -> Plot:
    fig, axes = canvas(190)
    for left, words, pad, stride in (
        (10, "plain", 0, 1),
        (128, "padding 1", 1, 1),
        (246, "and stride 2", 1, 2),
    ):
        size = convolve(IMAGE, np.ones((3, 3)), stride=stride, padding=pad).shape[0]
        say(axes, left + 52, 14, words, fontweight="bold")
        whole = np.pad(IMAGE, pad)
        cell = 104 / len(whole) if pad else 13
        squares(axes, left, 28, 0.3 + 0 * whole if not pad else np.pad(0.3 + 0 * IMAGE, 1),
                width=cell, colour=GREY)  # fmt: skip
        axes.add_patch(
            Rectangle((left, 28), 3 * cell, 3 * cell, fc="none", ec=RNN, lw=2)
        )
        if stride == 2:
            axes.add_patch(Rectangle((left + 2 * cell, 28), 3 * cell, 3 * cell, fc="none",
                                     ec=RNN, lw=2, ls="--"))  # fmt: skip
        say(axes, left + 52, 152, f"6 by 6 → {size} by {size}", fontsize=12)
    return (
        fig,
        "Sizes of a map",
        "A window of three by three on an image of six by six: plain it gives four by "
        "four, with a frame of zeros six by six, with a stride of two besides three by three",
    )


def field_grows() -> Plot:
    field = record("convolution")["field"]
    fig, axes = canvas(190)
    rows = [(f"{n} layer{'s' * (n > 1)}", field[f"layers_{n}"]) for n in (1, 2, 3, 4)]
    rows.append(("3, two strided", field["strided_3"]))
    for row, (words, pixels) in enumerate(rows):
        y = 14 + 32 * row
        say(axes, 104, y + 10, words, at="right", fontsize=12)
        seen = np.zeros(17)
        first = (17 - pixels) // 2
        seen[first : first + pixels] = 0.7
        squares(axes, 112, y, seen, width=12.5, height=20, colour=RNN)
        say(axes, 340, y + 10, str(pixels), fontweight="bold")
    return (
        fig,
        "The receptive field grows",
        "Pixels in a row that one output sees: "
        + "; ".join(f"{words}, {pixels}" for words, pixels in rows),
    )


def moves_or_stays() -> Plot:
    found = record("convolution")["highest"]
    fig, axes = canvas(246)
    for row, (words, image) in enumerate(
        (("before", IMAGE), ("moved", np.roll(IMAGE, 1, axis=1)))
    ):
        y = 30 + 108 * row
        edges = convolve(image, EDGE)
        say(axes, 8, y - 12, words, at="left", fontweight="bold")
        squares(axes, 8, y, image, width=13, colour=GREY, top=1.6)
        arrow(axes, (94, y + 38), (122, y + 38))
        squares(axes, 132, y, edges, width=15, top=3)
        arrow(axes, (216, y + 38), (244, y + 38))
        frame(axes, 252, y + 22, 44, 32, GRU)
        say(axes, 274, y + 38, str(found[row]), fontweight="bold", fontsize=15)
        say(axes, 330, y + 38, "largest", fontsize=12)
    say(axes, 170, 238, "image → map → its largest number", fontsize=12)
    return (
        fig,
        "Moves along, or stays",
        "An image before and after it moves one pixel to the right. Its map moves along; "
        f"the largest number of the map is {found[0]} before and {found[1]} after",
    )


def what_they_learned() -> Plot:
    kept = record("vision")["kept"]
    cnn, gru = kept["cnn"], kept["gru_rows"]
    fig, axes = canvas(328)
    say(
        axes,
        8,
        14,
        "CNN: windows, and what they see",
        at="left",
        fontweight="bold",
        fontsize=12,
    )
    for place, (window, seen) in enumerate(
        zip(cnn["filters"], cnn["maps"], strict=True)
    ):
        left, top = 8 + 88 * (place % 4), 28 + 58 * (place // 4)
        squares(
            axes, left, top, window, width=8, top=float(np.abs(cnn["filters"]).max())
        )
        squares(axes, left + 30, top, seen, width=5.6, colour=GREY, gap=0.5,
                top=float(np.max(cnn["maps"])))  # fmt: skip
    image = np.reshape(gru["image"], (8, 8))
    say(
        axes,
        8,
        158,
        "GRU: rows, and its states",
        at="left",
        fontweight="bold",
        fontsize=12,
    )
    squares(axes, 8, 172, image, width=16, colour=TEXT, gap=0.5)
    squares(axes, 146, 172, gru["states"], width=6.9, height=16, gap=0.5)
    say(axes, 180, 312, f"a {gru['digit']}, read from top to bottom", fontsize=12)
    return (
        fig,
        "What they learned",
        "Eight small windows of a trained CNN, three by three numbers each, with the map "
        "that each makes of a digit. Below the digit's eight rows beside the states of a "
        f"trained GRU after each row, {len(gru['states'][0])} units",
    )


def moving_digit() -> Plot:
    image = np.reshape(record("vision")["kept"]["cnn"]["image"], (8, 8))
    canvas_ = np.zeros((12, 12))
    canvas_[:8, :8] = image
    fig, axes = canvas(196)
    for step in range(8):
        left, top = 6 + 88 * (step % 4), 10 + 92 * (step // 4)
        moved = np.roll(canvas_, (3, 2 + 2 * step), axis=(0, 1))
        squares(axes, left, top, moved, width=6.8, colour=TEXT, gap=0.4)
        axes.add_patch(Rectangle((left, top), 81, 81, fc="none", ec=FAINT, lw=1.2))
    return (
        fig,
        "A digit that moves",
        "Eight frames of twelve by twelve pixels. A digit slides to the right, two pixels "
        "a frame; what leaves on the right comes in on the left",
    )


def who_notices() -> Plot:
    found = record("vision")
    names = {
        "frames": "averages",
        "cnn_gru": "CNN, GRU",
        "conv3d": "3-D",
        "tcn": "temporal",
    }
    fig, axes = canvas(236)
    said = []
    for place, question in enumerate(("digit", "way")):
        left = 100 + 132 * place
        say(axes, left + 60, 16, f"which {question}?", fontweight="bold")
        for column, words in enumerate(("in order", "shuffled")):
            say(axes, left + 30 + 62 * column, 38, words, fontsize=12)
        for row, (name, label) in enumerate(names.items()):
            y = 54 + 42 * row
            if not place:
                say(axes, 92, y + 17, label, at="right", fontsize=12)
            for column, order in enumerate(("test", "shuffled")):
                share = found["videos"][question][name][order]["mean"]
                x = left + 62 * column
                frame(axes, x, y, 58, 34, FAINT)
                height = 34 * share / 100
                squares(axes, x, y + 34 - height, [[0.35]], width=58, height=height,
                        colour=(GRU, GREY)[column], gap=0)  # fmt: skip
                say(axes, x + 29, y + 17, f"{share:.0f}", zorder=5)
                said.append(f"{label}, which {question}, {order}: {share:.0f}")
    say(axes, 226, 226, "percent right", fontsize=12)
    return fig, "Who notices that the frames are shuffled?", "; ".join(said)
