"""The labs' programs: right by themselves, and made to run alone."""

import ast
import itertools
import json

import numpy as np
import pytest

from extensions.labs import MODULES
from snippets import record
from snippets.from_scratch.gru_cell import gru_step
from snippets.from_scratch.gru_gradients import gru_gradients
from snippets.from_scratch.rnn_cell import rnn_step
from snippets.labs import (
    count_the_parameters,
    gradients,
    recall_race,
    step_the_cell,
    which_one,
)
from snippets.standalone import LABS, STATE, labs, standalone, state, template
from tests.compare import difference, record_difference

every_lab = pytest.mark.parametrize("path", labs(), ids=lambda path: path.stem)


@every_lab
def test_runs_alone_and_gives_its_record(path):
    printed, result = record.run_main(path, standalone(path))
    expected = path.with_suffix(".out").read_text(encoding="utf-8")
    assert difference(expected, printed) is None
    was = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert record_difference(path.stem, was, result) is None


@every_lab
def test_what_is_handed_out_is_whole_and_holds_nothing_spare(path):
    source = standalone(path)
    tree = ast.parse(source)
    assert ast.get_docstring(tree)
    assert template(path).count(STATE) == 1
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported == imported & {n.id for n in ast.walk(tree) if hasattr(n, "id")}
    modules = {n.module for n in tree.body if isinstance(n, ast.ImportFrom)}
    assert not [module for module in modules if module.startswith("snippets")]
    functions = [n.name for n in tree.body if isinstance(n, ast.FunctionDef)]
    assert len(functions) == len(set(functions))
    for name in functions:
        assert source.count(name) > 1, f"{name} is not used"


def test_what_is_taken_from_the_guide_is_the_guides_own_text():
    cell = (record.SNIPPETS / "from_scratch" / "gru_cell.py").read_text("utf-8")
    handed = standalone(LABS / "step_the_cell.py")
    for line in (
        cell.split("def gru_step(")[1].split("def gru_sequence(")[0].split("\n")
    ):
        assert "--8<--" in line or line in handed


@pytest.mark.parametrize("reset_after", [True, False])
@pytest.mark.parametrize("units", [1, 2, 5])
def test_a_step_is_that_of_the_tested_cell(units, reset_after):
    random = np.random.RandomState(units)
    for _ in range(20):
        kernel, bias = random.normal(size=(1, 3 * units)), random.normal(size=3 * units)
        recurrent = random.normal(size=(units, 3 * units))
        x, hidden = random.normal(), random.normal(size=units)
        row = step_the_cell.one_step(
            x, hidden, (kernel, recurrent, bias), reset_after=reset_after
        )
        full = np.stack([bias, 0 * bias]) if reset_after else bias
        tested = gru_step(
            [[x]], [hidden], kernel, recurrent, full, reset_after=reset_after
        )
        np.testing.assert_allclose(row["hidden"], tested[0], rtol=0, atol=1e-15)


def test_the_proof_of_the_program_would_see_a_difference(monkeypatch):
    def wrong(*arguments, **options):
        return gru_step(*arguments, **options) + 1e-6

    monkeypatch.setattr(step_the_cell, "gru_step", wrong)
    values = {name.lower(): v for name, v in state(LABS / "step_the_cell.py").items()}
    assert not step_the_cell.compute(**values)["same"]


def jacobian(function, hidden):
    """By central differences: row i, column j is how old number i moves new j."""
    rows = []
    for i in range(len(hidden)):
        nudge = 1e-6 * np.eye(len(hidden))[i]
        rows.append((function(hidden + nudge) - function(hidden - nudge)) / 2e-6)
    return np.array(rows)


@pytest.mark.parametrize("reset_after", [True, False])
def test_one_step_back_is_the_jacobian(reset_after):
    random = np.random.RandomState(2)
    units = 6
    kernel, recurrent = random.normal(size=(1, 18)), random.normal(size=(units, 18))
    biases = random.normal(size=(2, 18))
    x, old, gradient = random.normal(size=1), random.normal(size=units), np.ones(units)
    bias = biases if reset_after else biases[0]

    def step(hidden):
        form = {"reset_after": reset_after}
        return gru_step([x], [hidden], kernel, recurrent, bias, **form)[0]

    back, _ = gradients.back_gru(
        gradient, x, old, (kernel, recurrent, biases), reset_after=reset_after
    )
    np.testing.assert_allclose(back, jacobian(step, old) @ gradient, atol=1e-8)

    narrow = recurrent[:, :units]

    def plain(hidden):
        return rnn_step([x], [hidden], kernel[:, :units], narrow)[0]

    back = gradients.back_rnn(gradient, plain(old), narrow)
    np.testing.assert_allclose(back, jacobian(plain, old) @ gradient, atol=1e-8)


@pytest.mark.parametrize("start", ["keras", "pytorch"])
def test_the_walk_is_that_of_the_guides_backward_pass(start):
    """To single precision, in which the lab keeps its states."""
    length, units, seed = 20, 8, 4
    found = gradients.compute(length, units, 1.2, 1.0, start, 1.0, seed)
    random = np.random.RandomState(seed)
    inputs = random.normal(size=(length, 1))
    first = random.normal(size=units)
    gradients.drawn(random, start, units, 1)
    kernel, recurrent, biases = gradients.drawn(random, start, units, 3)
    biases[0, :units] += 1.0
    upstream = np.zeros((1, length, units))
    upstream[0, -1] = first / np.linalg.norm(first)
    whole = gru_gradients(inputs[None], kernel, 1.2 * recurrent, biases, upstream)
    expected = np.linalg.norm(whole.initial_hidden)
    assert found["gru"][-1] == pytest.approx(expected, rel=1e-5)


def test_networks_are_those_of_the_experiment():
    networks = json.loads((LABS / "networks.json").read_text(encoding="utf-8"))
    assert networks == record.networks()
    experiment = json.loads(
        (record.SNIPPETS / "experiments" / "inside_gate.json").read_text("utf-8")
    )
    hard = {
        cell["cell"]["runner"]: cell["result"]
        for cell in experiment["cells"]
        if cell["cell"]["form"] == "hard"
    }
    settings = experiment["settings"]
    assert (
        settings["steps"],
        settings["near"],
    ) == (recall_race.LENGTH, recall_race.NEAR)
    module = (MODULES / "recall-race.mjs").read_text(encoding="utf-8")
    assert f"LENGTH = {recall_race.LENGTH}, NEAR = {recall_race.NEAR}" in module
    trained = settings["marked_among_first"]["hard"]
    assert f"state.mark > {trained}" in module
    assert f"marks up to step {trained}." in module
    largest = 0.0
    for name, runs in networks.items():
        assert runs["solved_at"] == hard[name]["steps"]
        for short, full in zip(runs["weights"], hard[name]["weights"], strict=True):
            told = [
                recall_race.compute(4, 0.8, 7, {name: w})[name]["answers"]
                for w in (short, full)
            ]
            largest = max(largest, np.abs(np.subtract(*told)).max())
    assert largest < 0.01  # what four digits cost


SIZES = list(itertools.product((1, 3, 20), (1, 8, 64), (1, 2, 4)))


@pytest.mark.keras
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("after", [False, True])
def test_counts_are_what_keras_counts(bidirectional, bias, after):
    import keras

    def built(layer, features, units, layers, **form):
        total, inputs = 0, features
        for _ in range(layers):
            made = layer(units, use_bias=bias, return_sequences=True, **form)
            made = keras.layers.Bidirectional(made) if bidirectional else made
            made.build((None, 3, inputs))
            total += made.count_params()
            inputs = 2 * units if bidirectional else units
        return total

    for features, units, layers in SIZES:
        size = (features, units, layers)
        ours = count_the_parameters.compute(*size, bidirectional, bias, after, "keras")
        gru = built(keras.layers.GRU, *size, reset_after=after)
        assert ours["gru"]["parameters"] == gru
        assert ours["rnn"]["parameters"] == built(keras.layers.SimpleRNN, *size)


@pytest.mark.parametrize("bias", [False, True])
def test_in_pytorch_the_gru_is_always_three_times_the_rnn(bias):
    """weight_ih (3u, d), weight_hh (3u, u), bias_ih, bias_hh (3u,), as documented."""
    for features, units, _ in SIZES:
        ours = count_the_parameters.compute(
            features, units, 1, False, bias, True, "pytorch"
        )
        shapes = 3 * units * (features + units + 2 * bias)
        assert ours["gru"]["parameters"] == shapes == 3 * ours["rnn"]["parameters"]
        assert ours["ratio"] == 3


def test_the_ratio_is_exactly_three_when_the_biases_match():
    for form in itertools.product((False, True), (False, True), ("keras", "pytorch")):
        bias, after, framework = form
        found = count_the_parameters.compute(5, 7, 2, True, bias, after, framework)
        match = framework == "pytorch" or not bias or not after
        assert (found["ratio"] == 3) == match
        assert found["gru"]["products"] == 3 * found["rnn"]["products"]


def test_every_rule_decides_in_some_case_or_gives_a_further_reason():
    decided = set()
    for length, lag in ((5, 5), (15, 15), (30, 30), (90, 90), (300, 300)):
        for rest in itertools.product(*which_one.ANSWERS.values()):
            answers = dict(zip(which_one.ANSWERS, rest, strict=True))
            found = which_one.compute(length=length, lag=lag, **answers)
            decided.add(found["fired"][0])
    assert {rule["name"] for rule in which_one.RULES} - decided == {"a stream"}


GOOD = {"length": 9, "lag": 3, "data": "some", "device": "small"}
GOOD |= {"streaming": False, "budget": "one"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lag": 10}, "LAG: expected at most LENGTH, 9, got 10"),
        ({"lag": 0}, "LAG: expected a whole number from 1 up, got 0"),
        ({"length": 2.5}, "LENGTH: expected a whole number from 1 up, got 2.5"),
        ({"data": "big"}, "DATA: expected one of .* got 'big'"),
        ({"streaming": "yes"}, "STREAMING: expected one of .* got 'yes'"),
    ],
)
def test_answers_that_the_table_does_not_know_are_refused(change, said):
    assert which_one.compute(**GOOD)["verdict"] == "RNN"
    with pytest.raises(ValueError, match=said):
        which_one.compute(**GOOD | change)


def test_other_wrong_settings_are_refused():
    with pytest.raises(ValueError, match="START: expected 'keras' or 'pytorch', got"):
        gradients.compute(5, 2, 1, 0, "jax", 1, 0)
    with pytest.raises(ValueError, match="UPDATE_BIAS: expected a finite number, got"):
        gradients.compute(5, 2, 1, float("nan"), "keras", 1, 0)
    with pytest.raises(ValueError, match="MARK: expected a step from 1 to 25, got 26"):
        recall_race.compute(26, 0.8, 7, {})
    with pytest.raises(ValueError, match="FRAMEWORK: expected 'keras' or 'pytorch'"):
        count_the_parameters.compute(1, 1, 1, False, True, True, "jax")
    with pytest.raises(ValueError, match="units: expected a whole number from 1 up"):
        count_the_parameters.compute(1, 0, 1, False, True, True, "keras")
    values = {name.lower(): v for name, v in state(LABS / "step_the_cell.py").items()}
    for name, bad in (("kernel", [[1, 2]]), ("start", [0, 0]), ("bias", [1.0])):
        with pytest.raises(ValueError, match=f"{name.upper()}: expected .* got shape"):
            step_the_cell.compute(**values | {name: bad})
