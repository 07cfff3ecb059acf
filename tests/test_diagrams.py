"""The diagram of the GRU, followed wire by wire: it computes what the cell computes."""

import math
import re
from typing import NamedTuple

import numpy as np
import pytest
from bs4 import BeautifulSoup

from snippets.from_scratch.gru_cell import gru_step
from tests.test_pages import DOCS, text

GRU = BeautifulSoup(text(DOCS / "assets" / "diagrams" / "gru-cell.svg"), "html.parser")
KERNEL, RECURRENT, BIAS = (-0.6, 0.8, 1.2), (0.9, 0.5, -0.7), (0.2, 0.1, 0.3)


class Shape(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, x, y, gap=6):
        across = self.left - gap <= x <= self.right + gap
        return across and self.top - gap <= y <= self.bottom + gap


def shapes():
    """Every box and every sign, with the words in it."""
    drawn = []
    for box in GRU.find_all("rect"):
        x, y, width, height = (float(box[k]) for k in ("x", "y", "width", "height"))
        drawn.append(Shape(x, y, x + width, y + height))
    for circle in GRU.select("g.d-op circle"):
        x, y, r = (float(circle[k]) for k in ("cx", "cy", "r"))
        drawn.append(Shape(x - r, y - r, x + r, y + r))
    named = {}
    for words in GRU.select("g.d-operator text, g.d-strong text"):
        where = float(words["x"]), float(words["y"]) - 4
        (shape,) = [shape for shape in drawn if shape.touches(*where, gap=0)]
        named[shape] = words.get_text()
    assert len(named) == len(drawn), "a shape without words"
    return named


def wires():
    """(where it starts, where it ends, its kind) of each wire."""
    for path in GRU.select("path[marker-end]"):
        start, *moves = re.findall(r"([MHV])([\d. ]+)", path["d"])
        x, y = map(float, start[1].split())
        first = x, y
        for way, to in moves:
            x, y = (float(to), y) if way == "H" else (x, float(to))
        yield first, (x, y), path.parent["class"]


def share(start, end):
    """What a wire from the update gate carries: the label nearest to it says so."""
    middle = [(a + b) / 2 for a, b in zip(start, end, strict=True)]
    labels = [t for t in GRU.select("g.d-note text") if "z" in t.get_text()]
    nearest = min(
        labels, key=lambda t: math.dist(middle, (float(t["x"]), float(t["y"])))
    )
    return {"keep z": lambda z: z, "1 − z": lambda z: 1 - z}[nearest.get_text()]


def computed(x, old):
    """The new state, by following the wires from what goes in."""
    named = shapes()

    def value(shape):
        words, inputs, state = named[shape], [], []
        for start, end, kind in wires():
            if not shape.touches(*end):
                continue
            source = [other for other in named if other.touches(*start)]
            if not source:  # a rail
                rail = x if "d-input" in kind else old
                (inputs if "d-input" in kind else state).append(rail)
            elif named[source[0]] == "update gate z":
                state.append(share(start, end)(value(source[0])))
            else:
                state.append(value(source[0]))
        if words in "×+":
            return math.prod(state) if words == "×" else sum(state)
        block = ["update gate z", "reset gate r", "candidate"].index(words)
        assert len(inputs) == len(state) == 1, f"{words} needs the input and a state"
        total = KERNEL[block] * inputs[0] + RECURRENT[block] * state[0] + BIAS[block]
        return math.tanh(total) if block == 2 else 1 / (1 + math.exp(-total))

    (last,) = [shape for shape, words in named.items() if words == "+"]
    return value(last)


@pytest.mark.parametrize(("x", "old"), [(1.0, 0.0), (-0.5, 0.6), (0.25, -0.9)])
def test_the_gru_diagram_computes_the_gru(x, old):
    """One unit and no second bias: there the place of the reset makes no difference."""
    bias = np.array([BIAS, [0.0, 0.0, 0.0]])
    weights = np.array([KERNEL]), np.array([RECURRENT]), bias
    expected = gru_step(np.array([[x]]), np.array([[old]]), *weights)[0, 0]
    assert computed(x, old) == pytest.approx(expected)


def test_the_words_of_the_unrolled_network_are_in_order():
    drawn = text(DOCS / "assets" / "diagrams" / "rnn-unrolled.svg")
    words = re.findall(r'<text x="(\d+)" y="172">(\w+)<', drawn)
    said = " ".join(word for _, word in sorted(words, key=lambda word: int(word[0])))
    assert f"*{said}*" in text(DOCS / "guide" / "rnn.md")
