"""The formulas on the pages, evaluated: they give what the cells give."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from extensions.maths import APPLY, TIMES, MathsPostprocessor
from snippets.from_scratch import count_parameters as counts
from snippets.from_scratch import gru_cell
from snippets.from_scratch.gru_cell import gru_step, sigmoid
from snippets.from_scratch.rnn_cell import rnn_step
from tests.test_pages import DOCS, text

FEATURES, UNITS = 3, 4
LATEX = {
    r"&&? \\text\{[^}]*\}|[&$]|\\\\|\\quad|\\(begin|end)\{aligned\}": " ",
    r"\\tilde h(_t)?|candidate": "n",
    r"h_\{t-1\}": "h",
    r"h_t|hidden_t": "new",
    r"update_gate|z_t": "z",
    r"reset_gate|r_t": "r",
    r"x_t": "x",
    r"b'_h": "b2",
    r"([WUb])_([zrh])": r"\1['\2']",
    r"\b(W|U|b)\b(?!\[)": r"\1['h']",
    r"\\odot": "*",
    r"\\(tanh|sigma)": r"\1",
    r"(\b[xh]|\)) ([WU])": r"\1 @ \2",  # a row times a matrix
}


def python(latex):
    """x_t W_z becomes x @ W['z'], and so on."""
    for pattern, words in LATEX.items():
        latex = re.sub(pattern, words, latex)
    return " ".join(latex.split())


def equations(latex):
    """(what, expression) of each equation, in order."""
    found = re.findall(
        r"\b(z|r|n|new) += (.*?)(?= \b(?:z|r|n|new) += |$)", python(latex)
    )
    assert found, f"expected equations, got {latex}"
    return found


@pytest.fixture
def numbers():
    rng = np.random.default_rng(0)
    gates = "zrh"
    names = {"x": rng.normal(size=(2, FEATURES)), "h": rng.normal(size=(2, UNITS))}
    names |= {"W": {g: rng.normal(size=(FEATURES, UNITS)) for g in gates}}
    names |= {"U": {g: rng.normal(size=(UNITS, UNITS)) for g in gates}}
    names |= {"b": {g: rng.normal(size=UNITS) for g in gates}}
    names |= {"b2": rng.normal(size=UNITS)}  # of the candidate alone
    return names | {"sigma": sigmoid, "sigmoid": sigmoid, "tanh": np.tanh}


def stacked(numbers, reset_after=True):
    """The same weights as Keras lays them out."""
    kernel, recurrent, bias = (
        np.concatenate([numbers[name][g] for g in "zrh"], axis=-1) for name in "WUb"
    )
    second = np.concatenate([np.zeros(2 * UNITS), numbers["b2"]])
    return kernel, recurrent, np.stack([bias, second]) if reset_after else bias


def evaluated(latex, numbers):
    for name, expression in equations(latex):
        numbers[name] = eval(expression, {}, numbers)
    return numbers


def display(page, number):
    """The display formula of that number on a page."""
    return re.findall(r"\$\$\n(.*?)\$\$", text(DOCS / page), re.DOTALL)[number]


@pytest.mark.parametrize(
    ("page", "number"), [("guide/rnn.md", 0), ("guide/math.md", 0)]
)
def test_the_equation_of_the_rnn(numbers, page, number):
    expected = rnn_step(*(numbers[n] for n in "xh"), *(numbers[n]["h"] for n in "WUb"))
    new = evaluated(display(page, number), numbers)["new"]
    np.testing.assert_allclose(new, expected)


@pytest.mark.parametrize(
    ("page", "formulas"), [("guide/gru.md", (0, 1, 2, 3)), ("guide/math.md", (1,))]
)
def test_the_equations_of_the_gru(numbers, page, formulas):
    expected = gru_step(numbers["x"], numbers["h"], *stacked(numbers))
    new = evaluated(" ".join(display(page, n) for n in formulas), numbers)["new"]
    np.testing.assert_allclose(new, expected)


def test_the_equations_of_the_gru_that_resets_before(numbers):
    weights = stacked(numbers, reset_after=False)
    expected = gru_step(numbers["x"], numbers["h"], *weights, reset_after=False)
    evaluated(display("guide/math.md", 1), numbers)
    evaluated(display("guide/math.md", 2), numbers)
    blend = dict(equations(display("guide/math.md", 1)))["new"]
    np.testing.assert_allclose(eval(blend, {}, numbers), expected)


def test_the_equations_in_the_docstring_of_the_gru(numbers):
    said = gru_cell.__doc__.split("\n\n")[1].replace("+ biases", "+ b_?")
    lines = [
        line for line in said.splitlines() if "=" in line and "or, with" not in line
    ]
    for line, gate in zip(lines, "zrhh", strict=True):
        evaluated(line.replace("b_?", f"b_{gate}"), numbers)
    expected = gru_step(numbers["x"], numbers["h"], *stacked(numbers))
    np.testing.assert_allclose(numbers["new"], expected)


def test_who_keeps_and_who_writes(numbers):
    """Of the two blends on the page the first keeps with z, the second writes."""
    keeps, writes = re.findall(
        r"\$(h_t = [^$]*tilde h)\$", text(DOCS / "code" / "conventions.md")
    )
    old, draft = numbers["h"], np.tanh(numbers["h"][::-1])
    ones = numbers | {"z": 1.0, "n": draft}
    np.testing.assert_array_equal(evaluated(keeps, ones)["new"], old)
    np.testing.assert_array_equal(evaluated(writes, ones)["new"], draft)


COUNTS = {
    "RNN": counts.rnn_parameters(5, 7),
    "RNN without a bias": counts.rnn_parameters(5, 7, use_bias=False),
    "GRU, Keras's default": counts.gru_parameters(5, 7),
    "GRU with `reset_after=False`": counts.gru_parameters(5, 7, reset_after=False),
    "GRU without biases": counts.gru_parameters(5, 7, use_bias=False),
    "LSTM": counts.lstm_parameters(5, 7),
}


@pytest.mark.parametrize("layer", COUNTS)
def test_the_formula_of_a_count(layer):
    row = rf"^\| {re.escape(layer)} \| \$([^$]*)\$"
    formula = re.search(row, text(DOCS / "guide" / "math.md"), re.MULTILINE)[1]
    formula = re.sub(r"(\d|\w) ?(?=[u(])", r"\1*", formula)
    assert eval(formula, {}, {"d": 5, "u": 7}) == COUNTS[layer]


def test_the_slope_of_tanh():
    slope = re.search(r"diag\}\((1 . h_t\^2)\)", text(DOCS / "guide" / "math.md"))[1]
    a, tiny = np.linspace(-2, 2, 9), 1e-6
    here = eval(slope.replace("^", "**"), {}, {"h_t": np.tanh(a)})
    measured = (np.tanh(a + tiny) - np.tanh(a - tiny)) / (2 * tiny)
    np.testing.assert_allclose(here, measured, atol=1e-9)


def said(pattern):
    """(page, number, verb) of each place where a page puts it so in words."""
    pages = [*DOCS.rglob("*.md"), DOCS / "reference" / "glossary.yml"]
    for path in pages:
        for place in re.finditer(pattern, text(path), re.IGNORECASE):
            yield path.name, *place.groups()


def test_what_words_say_of_an_update_gate_near_0_or_1(numbers):
    """It keeps, or takes and writes; the two libraries call both by the same letter."""
    kernel, recurrent, bias = stacked(numbers)
    places = list(said(r"near ([01])\b[\w ]{0,25}?\b(keeps|takes|writes)\b"))
    letters = r"In (?:Keras|PyTorch)[^.,]{0,14} (\$z\$|the update gate) (keeps|writes)"
    places += [(page, "1", verb) for page, _, verb in said(letters)]
    assert len(places) >= 8
    for page, near, verb in places:
        bias[0, :UNITS] = 40 if near == "1" else -40
        new = gru_step(numbers["x"], numbers["h"], kernel, recurrent, bias)
        kept = np.allclose(new, numbers["h"])
        assert kept == (verb == "keeps"), f"{page}: near {near} it {verb}"


@pytest.mark.parametrize(
    ("latex", "heard"),
    [
        (r"\tanh(Wx) + b", "tanh of (W times x)+b"),
        (r"\sigma(h_{t-1} U)", "σ of (ht−1 times U)"),
        (r"(1 - z) h", "(1−z) times h"),
        (r"h (1 - z)", "h times (1−z)"),
        (r"z \odot \tanh(c)", "z⊙tanh of (c)"),
        (r"\text{keeps } h \text{ whole}", "keeps\xa0h\xa0whole"),
        (r"\partial L, \sum h", "∂L,∑h"),
    ],
)
def test_what_a_formula_does_not_show_is_heard(latex, heard):
    made = MathsPostprocessor().run(rf'<span class="arithmatex">\({latex}\)</span>')
    words = "".join(ET.fromstring(made).itertext())
    assert words.replace(APPLY, " of ").replace(TIMES, " times ") == heard
