"""What the pictures are made of: words, boxes, arrows, cells of colour.

A canvas is 360 pixels wide, what a phone of 390 leaves, so that its words are as large
there as they are here; y grows downwards. Words are measured in DejaVu Sans, the widest
of the fonts that a page may get: what fits in it fits in all.
"""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import (
    Circle,
    FancyArrowPatch,
    FancyBboxPatch,
    PathPatch,
    Polygon,
    Rectangle,
)
from matplotlib.path import Path

from tools.plots import ON_PAGE
from tools.record import SNIPPETS

TEXT, GREY, FAINT = (
    ON_PAGE["md-default-fg-color"],
    ON_PAGE["beside"],
    ON_PAGE["md-default-fg-color--lightest"],
)
RNN, GRU = ON_PAGE["rnn"], ON_PAGE["gru"]
RNN_SOFT, GRU_SOFT = ON_PAGE["rnn-soft"], ON_PAGE["gru-soft"]
PLUS, MINUS, PAGE = ON_PAGE["plus"], ON_PAGE["minus"], ON_PAGE["md-default-bg-color"]
SOFT = {RNN: RNN_SOFT, GRU: GRU_SOFT, GREY: PAGE, TEXT: PAGE, FAINT: PAGE}
WIDTH = 360
SIZE = 12.5


def record(name: str) -> Any:
    """The record of this name below snippets/, without its findings."""
    (path,) = SNIPPETS.rglob(f"{name}.json")
    found = json.loads(path.read_text(encoding="utf-8"))
    found.pop("findings", None)
    return found


def canvas(height: float) -> tuple[Figure, Axes]:
    fig = Figure(figsize=(WIDTH / 72, height / 72))
    axes = fig.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(height, 0))
    axes.set_axis_off()
    return fig, axes


def say(axes: Axes, x: float, y: float, words: str, **how: Any) -> None:
    """Words in the middle of (x, y); at="left" or "right" puts that end there."""
    at = how.pop("at", "center")
    style = {"fontsize": SIZE, "color": TEXT, "ha": at, "va": "center_baseline"}
    axes.text(x, y, words, **style | how)


def box(
    axes: Axes,
    x: float,
    y: float,
    words: str,
    *,
    width: float,
    height: float = 30,
    colour: str = GREY,
    **how: Any,
) -> None:
    """A rounded box around (x, y)."""
    corner = (x - width / 2 + 5, y - height / 2 + 5)
    axes.add_patch(
        FancyBboxPatch(
            corner,
            width - 10,
            height - 10,
            boxstyle="round,pad=5",
            fc=SOFT[colour],
            ec=colour,
            lw=1.8,
            zorder=3,
            alpha=how.pop("alpha", None),
        )
    )
    say(axes, x, y, words, **{"zorder": 4} | how)


def sign(axes: Axes, x: float, y: float, words: str, colour: str = TEXT) -> None:
    """An operation in a small circle."""
    axes.add_patch(Circle((x, y), 12, fc=PAGE, ec=colour, lw=1.6, zorder=3))
    say(axes, x, y, words, zorder=4, fontsize=14)


def arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str = GREY,
    **how: Any,
) -> None:
    """how: lw, ls, alpha, bend (0 straight), shrink (pixels left free at both ends)."""
    shrink = how.pop("shrink", 0)
    style = {"lw": 1.8, "zorder": 2, "shrinkA": shrink, "shrinkB": shrink}
    style["connectionstyle"] = f"arc3,rad={how.pop('bend', 0)}"
    style["arrowstyle"] = how.pop("head", "-|>,head_length=5,head_width=3")
    axes.add_patch(FancyArrowPatch(start, end, color=colour, **style | how))


def wire(axes: Axes, points: Sequence[tuple[float, float]], **how: Any) -> None:
    """A line through the points, across or down, with a head at its end."""
    style: dict[str, Any] = {"color": TEXT, "lw": 2.0, "zorder": 1} | how
    (x, y), (before_x, before_y) = points[-1], points[-2]
    along = np.sign([x - before_x, y - before_y])
    back = np.array([x, y]) - 8 * along
    side = 4 * along[::-1]
    axes.plot(
        *zip(*points[:-1], tuple(back), strict=True), solid_capstyle="butt", **style
    )
    head = {"fc": style["color"], "ec": "none", "zorder": style["zorder"]}
    axes.add_patch(Polygon([(x, y), tuple(back + side), tuple(back - side)], **head))


def squares(
    axes: Axes,
    x: float,
    y: float,
    values: Any,
    *,
    width: float,
    height: float | None = None,
    colour: str | None = None,
    top: float = 1.0,
    gap: float = 1.0,
) -> None:
    """A table of numbers as cells of colour, its corner at (x, y): the stronger the
    further from 0, plus and minus in two hues, or all in one.
    """
    table = np.atleast_2d(np.asarray(values, float))
    height = width if height is None else height
    ground = table.shape[1] * width - gap, table.shape[0] * height - gap
    axes.add_patch(Rectangle((x, y), *ground, fc=FAINT, ec="none", alpha=0.5))
    cells: dict[tuple[str, float], list[Path]] = {}
    for (row, column), value in np.ndenumerate(table):
        hue = colour or (PLUS if value > 0 else MINUS)
        left, upper = x + column * width, y + row * height
        right, lower = left + width - gap, upper + height - gap
        corners = ((left, upper), (right, upper), (right, lower), (left, lower))
        strength = round(min(1.0, abs(value) / top), 1)
        cell = Path([*corners, corners[0]], closed=True)
        cells.setdefault((hue, strength), []).append(cell)
    for (hue, strength), same in cells.items():  # one path a shade: a lighter file
        if strength:
            path = Path.make_compound_path(*same)
            axes.add_patch(PathPatch(path, fc=hue, ec="none", alpha=strength))


def frame(
    axes: Axes, x: float, y: float, width: float, height: float, colour: str
) -> None:
    """A box with corners, its upper left one at (x, y)."""
    style: dict[str, Any] = {"fc": SOFT[colour], "ec": colour, "lw": 1.8}
    axes.add_patch(Rectangle((x, y), width, height, **style))


def scale(
    axes: Axes, x: float, y: float, *, colour: str | None = None, top: float = 1
) -> None:
    """What the colours of squares() say: from −top to top, or from 0 in one hue."""
    values = np.linspace(0 if colour else -1, 1, 9)
    squares(axes, x, y, [values], width=11, gap=0, colour=colour)
    say(axes, x - 5, y + 6, "0" if colour else f"−{top:g}", at="right")
    say(axes, x + 104, y + 6, f"{top:g}", at="left")


def strip(
    axes: Axes,
    y: float,
    words: Sequence[str],
    *,
    right: float = 352,
    framed: dict[int, str] | None = None,
) -> list[float]:
    """Words in a row, spread over the width by their length; framed: the colours of
    those in a box, by their place. The middles.
    """
    lengths = np.array([len(word) + 1.2 for word in words])
    ends = 8 + (right - 8) * np.cumsum(lengths) / lengths.sum()
    middles = ends - (right - 8) * lengths / lengths.sum() / 2
    for place, (middle, word) in enumerate(zip(middles, words, strict=True)):
        if framed and place in framed:
            width = 9 * len(word) + 16
            box(axes, middle, y, word, width=width, colour=framed[place])
        else:
            say(axes, middle, y, word)
    return [float(middle) for middle in middles]


def chart(height: float, **how: Any) -> tuple[Figure, Any]:
    """Axes of a plot on a canvas of this height; how goes to Figure.subplots."""
    fig = Figure(figsize=(WIDTH / 72, height / 72), layout="constrained")
    return fig, fig.subplots(**how)


def dumbbells(
    rows: list[tuple[str, str, float, float]], names: tuple[str, str], steps: int
) -> Figure:
    """What is left of a gradient in two cases, a row each: (name, colour, hollow mark,
    full mark), on a logarithmic scale.
    """
    fig, axes = chart(230)
    for place, (_, colour, hollow, full) in enumerate(rows):
        axes.plot([hollow, full], [place] * 2, color=colour, lw=1.4)
        axes.plot([full], [place], "o", color=colour, ms=9)
        axes.plot([hollow], [place], "o", mfc=PAGE, mec=colour, mew=2, ms=9)
    axes.set_yticks(range(len(rows)), [f"    {name}" for name, *_ in rows])
    axes.set(xscale="log", ylim=(len(rows) - 0.4, -0.9), xlim=(1e-21, 30))
    axes.set_xticks([1e-20, 1e-15, 1e-10, 1e-5, 1])
    axes.grid(axis="x")
    axes.set_xlabel(f"gradient left, {steps} steps back")
    axes.text(1e-20, -0.62, f"○  {names[0]}      ●  {names[1]}", va="center")
    return fig
