"""The pictures: drawn from what they say they are, legible, and on a page."""

import re
from colorsys import rgb_to_hsv
from functools import partial

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text
from PIL import ImageColor

from snippets.from_scratch.gru_cell import gru_step
from snippets.from_scratch.rnn_cell import rnn_step
from tests.test_pages import DOCS, PAGES, text
from tools.experiments import experiments, recorded
from tools.figures import FOLDER, drawers, drawn
from tools.figures.cells import GRU_CELL, RNN_CELL, STAGES
from tools.plots import SETTINGS

PLOTS = {
    name: partial(experiment.plot, recorded(experiment))
    for name, experiment in experiments().items()
    if hasattr(experiment, "plot")
}
NEEDS_DATA = ("digit_two_ways", "sea_example")  # of libraries that make test installs
FIGURES = [
    pytest.param(name, draw, marks=[pytest.mark.keras] * (name in NEEDS_DATA), id=name)
    for name, draw in (drawers() | PLOTS).items()
]


@pytest.mark.parametrize(("name", "draw"), FIGURES)
def test_is_today_s_and_its_words_fit_whatever_font_comes(name, draw):
    """In DejaVu Sans, the widest common one, no words lie on others, reach over the
    edge or out of their box; on a phone none is smaller than 12 pixels.
    """
    with mpl.rc_context(SETTINGS):
        plot = fig, _, words = draw()
    svg = drawn(name, lambda: plot)  # which puts everything in its place
    if name not in PLOTS:  # the experiments' are compared elsewhere
        was = text(FOLDER / f"{name}.svg")
        assert was == svg, f"run python -m tools.figures {name}"
    with mpl.rc_context(SETTINGS):
        FigureCanvasAgg(fig).draw()
    assert len(words) > 60, "say what it shows"
    assert fig.get_figwidth() * 72 <= 360, "or its words shrink on a phone"
    undrawn = ticks_out_of_view(fig)
    boxes = [
        (one.get_text(), one.get_window_extent(), one.get_fontsize())
        for one in fig.findobj(Text)
        if one.get_text().strip() and one.get_visible() and one not in undrawn
    ]
    width, height = fig.bbox.width, fig.bbox.height
    for said, box, size in boxes:
        assert size >= 12, f"{said!r} is {size} pixels high"
        assert box.x0 >= -1, f"{said!r} begins outside"
        assert box.x1 <= width + 1, f"{said!r} ends outside"
        assert box.y0 >= -1, f"{said!r} lies below"
        assert box.y1 <= height + 1, f"{said!r} lies above"
    for place, (said, box, _) in enumerate(boxes):
        for other_said, other, _ in boxes[place + 1 :]:
            across = min(box.x1, other.x1) - max(box.x0, other.x0)
            down = min(box.y1, other.y1) - max(box.y0, other.y0)
            assert min(across, down) < 2, f"{said!r} lies on {other_said!r}"
    for patch in fig.findobj(FancyBboxPatch):
        around = patch.get_window_extent()
        for said, box, _ in boxes:
            x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
            if around.x0 < x < around.x1 and around.y0 < y < around.y1:
                inside = around.x0 + 2 <= box.x0 and box.x1 <= around.x1 - 2
                assert inside, f"{said!r} is wider than its box"


def ticks_out_of_view(fig):
    """Labels that matplotlib holds ready and does not draw."""
    found = set()
    for axes in fig.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                if not (axes.axison and low <= tick.get_loc() <= high):
                    found |= {tick.label1, tick.label2}
    return found


HUES = {"rnn": (20, 40), "gru": (200, 220), "plus": (270, 290), "minus": (130, 145)}


@pytest.mark.parametrize("name", HUES)
def test_a_colour_is_what_the_pages_call_it(name):
    """An orange RNN, a blue GRU, purple above 0 and green below, in both schemes."""
    styles = text(DOCS / "assets" / "stylesheets" / "guide.css")
    shades = re.findall(rf"^  --{name}: (#\w+);", styles, re.MULTILINE)
    low, high = HUES[name]
    assert len(shades) == 2
    for red, green, blue in map(ImageColor.getrgb, shades):
        assert low < 360 * rgb_to_hsv(red, green, blue)[0] < high


def test_every_figure_is_on_a_page_and_none_is_left_over():
    used = {
        name
        for path in PAGES
        for name in re.findall(r'--8<-- "(\w+)\.svg"', text(path))
    }
    assert used == {*drawers()} == {path.stem for path in FOLDER.glob("*.svg")}


KERNEL, RECURRENT, BIAS = (-0.6, 0.8, 1.2), (0.9, 0.5, -0.7), (0.2, 0.1, 0.3)


def gru_by_the_wires(x, old):
    """The new state, by following the wires of the picture from what goes in."""
    blocks = {"z": 0, "r": 1, "candidate": 2}

    def value(name):
        if name in ("x", "h"):
            return {"x": x, "h": old}[name]
        comes = [
            (kind, value(start), start, carries)
            for start, end, kind, _, carries in GRU_CELL["wires"]
            if end == name
        ]
        if name in blocks:
            (from_input,) = [v for kind, v, *_ in comes if kind == "input"]
            (from_state,) = [v for kind, v, *_ in comes if kind == "state"]
            block = blocks[name]
            total = KERNEL[block] * from_input + RECURRENT[block] * from_state
            total += BIAS[block]
            return np.tanh(total) if block == 2 else 1 / (1 + np.exp(-total))
        values = [1 - v if carries == "1 − z" else v for _, v, _, carries in comes]
        words = GRU_CELL["places"][name][2]
        return {"×": np.prod, "+": np.sum}.get(words, lambda one: one[0])(values)

    return value("new")


@pytest.mark.parametrize(("x", "old"), [(1.0, 0.0), (-0.5, 0.6), (0.25, -0.9)])
def test_the_wires_of_the_gru_compute_the_gru(x, old):
    """One unit and no second bias: there the place of the reset makes no difference."""
    weights = np.array([KERNEL]), np.array([RECURRENT]), np.array([BIAS, [0.0] * 3])
    expected = gru_step(np.array([[x]]), np.array([[old]]), *weights)[0, 0]
    assert gru_by_the_wires(x, old) == pytest.approx(expected)


def test_the_steps_of_the_walk_light_every_wire_once():
    lit = [wire for _, wires in STAGES.values() for wire in wires]
    assert sorted(lit) == sorted((a, b) for a, b, *_ in GRU_CELL["wires"])
    for places, wires in STAGES.values():
        assert {end for wire in wires for end in wire} == places


def test_the_wires_of_the_rnn_compute_the_rnn():
    x, old, kernel, recurrent, bias = 0.7, -0.4, 1.3, 0.6, 0.2

    def value(name):
        ends = {"x": x, "h": old, "b": bias}
        if name in ends:
            return ends[name]
        comes = [value(start) for start, end, _ in RNN_CELL["wires"] if end == name]
        words = RNN_CELL["places"][name][2]
        return {
            "× U": lambda v: recurrent * v[0],
            "× W": lambda v: kernel * v[0],
            "+": sum,
            "tanh": lambda v: np.tanh(v[0]),
        }.get(words, lambda v: v[0])(comes)

    weights = np.array([[kernel]]), np.array([[recurrent]]), np.array([bias])
    expected = rnn_step(np.array([[x]]), np.array([[old]]), *weights)[0, 0]
    assert value("new") == pytest.approx(expected)
