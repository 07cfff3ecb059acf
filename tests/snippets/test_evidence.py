"""The experiments: fresh records, what decides run again, and their parts."""

import json
import re
import shutil
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from snippets.experiments import (
    adding,
    digits,
    gradient_flow,
    inside_gate,
    recall,
    sea_temperature,
    step_cost,
    time_to_solution,
)
from snippets.experiments.training import Race, Task, make_layer
from snippets.from_scratch.gru_cell import gru_sequence
from snippets.from_scratch.gru_gradients import gru_gradients
from snippets.from_scratch.rnn_gradients import rnn_gradients
from tools import experiments, plots
from tools.compare import apart, chosen, difference, far, race_differences
from tools.experiments import deciding, recorded, stale
from tools.record import ROOT

ALL = experiments.experiments()
every = pytest.mark.parametrize("name", ALL)
rng = np.random.default_rng


@every
def test_the_record_is_that_of_todays_settings_and_code(name):
    why = stale(ALL[name])
    assert why is None, why


@every
def test_summary_findings_and_plot_are_what_the_pieces_give(name):
    experiment, record = ALL[name], recorded(ALL[name])
    made, do = record["recorded"], "run python -m tools.evidence --summaries"
    again = experiments.record_of(experiment, record["pieces"], made, record["code"])
    assert json.loads(json.dumps(again)) == record, do
    assert {"date", "processor", "python", "keras", "tensorflow"} <= {*made}
    assert hasattr(experiment, "plot") or name == "agreement"
    if hasattr(experiment, "plot"):
        file = experiments.source(experiment).with_suffix(".svg")
        shown, drawn = file.read_text(), plots.svg(name, experiment.plot, record)
        words = re.compile(r"<(title|desc|text)\b[^>]*>(.*?)</\1>")
        assert words.findall(shown) == words.findall(drawn), do
        # Places may differ by rounding, and so may the names made from them.
        places = [re.sub(r"[mp][0-9a-f]{10}", "", svg) for svg in (shown, drawn)]
        assert difference(*places, 0.21) is None, do


def test_enough_seeds_and_something_that_decides():
    """Five where a run takes seconds; three where it trains over 100 time steps."""
    for experiment in ALL.values():
        assert deciding(experiment) or not experiment.pieces()
        for piece in experiment.pieces():
            least = 3 if piece.get("trained") else 5
            assert len(piece.get("seeds", range(5))) >= least, piece


@pytest.fixture
def copied(tmp_path):
    """gradient_flow, its record and what it imports in another folder, to be spoilt."""
    for file in ("gradient_flow.py", "gradient_flow.json", "adding.py", "training.py"):
        shutil.copy(ROOT / "snippets" / "experiments" / file, tmp_path)
    return SimpleNamespace(
        __file__=str(tmp_path / "gradient_flow.py"),
        SETTINGS=gradient_flow.SETTINGS,
        pieces=gradient_flow.pieces,
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        ("gradient_flow.py", "(1 - new**2)", "(1 - new)", "its code is not"),
        ("adding.py", "length // 2", "length // 3", "its code is not"),
        ("training.py", "clipnorm=1.0", "clipnorm=2.0", "its code is not"),
        ("gradient_flow.py", "  # an RNN", "  # one block", None),
        ("gradient_flow.py", '"""A race whose', '"""A contest whose', None),
        ("gradient_flow.py", "factor = 5", "factor = 6", None),  # in differences
        ("adding.py", "plots.figure(4.3)", "plots.figure(5)", None),
        ("gradient_flow.json", '"near": 0.1', '"near": 0.2', "its settings are not"),
        (
            "gradient_flow.json",
            '"seeds": [0, 1, 2]',
            '"seeds": [0]',
            "its pieces are not",
        ),
        ("gradient_flow.json", '"gradient": [[1.0', '"gradient": [[1.1', "by hand"),
    ],
)
def test_a_change_makes_a_record_stale_if_it_may_change_a_result(
    copied, tmp_path, file, old, new, why
):
    text = (tmp_path / file).read_text()
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new))
    said = stale(copied)
    assert why in said if why else said is None
    assert why is None or "run make evidence only=gradient_flow" in said


# All of agreement runs again in test_keras.py.
DECIDING = [
    (name, p) for name in ALL if name != "agreement" for p in deciding(ALL[name])
]


@pytest.mark.keras
@pytest.mark.xdist_group("evidence")
@pytest.mark.parametrize(
    ("name", "piece"),
    DECIDING,
    ids=[f"{name}-{'-'.join(map(str, piece.values()))}" for name, piece in DECIDING],
)
def test_the_deciding_pieces_come_out_again(name, piece):
    result = json.loads(json.dumps(ALL[name].run(piece)))
    words, differs = experiments.compared(
        ALL[name], [{"piece": piece, "result": result}]
    )
    assert not differs, f"{words}\nto record it anew: make evidence only={name}"
    if "steps" in result:
        assert len(result["steps"]) == len(piece["seeds"])


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ([600, 650, 700], [600], []),
        ([600, 650], [750, 500], []),
        ([600], [900], ["seed 0: expected 360 to 840 steps, got 900"]),
        ([600], [350], ["seed 0: expected 360 to 840 steps, got 350"]),
        ([100, 100], [200], []),
        ([100, 100], [250], ["seed 0: expected 0 to 200 steps, got 250"]),
        ([600], [None], ["seed 0: expected solved, got never"]),
        ([None, None], [None, 400], ["seed 1: expected never, got 400"]),
        ([None, 300], [300, None], []),  # chance decided, and may again
    ],
)
def test_the_comparison_of_races_sees_what_it_should(was, now, said):
    assert race_differences({}, {"steps": was}, {"steps": now}) == said


def test_the_comparison_of_numbers_sees_what_it_should():
    assert far("ratio", 2.0, 3.0, 1.6) == []
    assert far("ratio", 2.0, 3.3, 1.6)
    assert apart("error", 2.0, 2.1, 0.11) == []
    assert apart("error", 2.0, 2.1, 0.09) == ["error: expected 2 within 0.09, got 2.1"]
    with pytest.raises(ValueError, match="expected one piece"):
        chosen([], network="rnn")


@pytest.mark.parametrize("name", dict.fromkeys(name for name, _ in DECIDING))
def test_each_experiment_notices_another_outcome(name):
    """differences() is not deaf, but for races that chance decided."""
    for one in recorded(ALL[name])["pieces"]:
        piece, result = one["piece"], one["result"]
        differences = partial(ALL[name].differences, piece, result)
        assert differences(result) == []
        by_rate = result.values() if name == "recall" else [result]
        races = [part["steps"] for part in by_rate if "steps" in part]
        chance = [0 < steps.count(None) < len(steps) for steps in races]
        assert differences(spoilt(result)) or (chance and all(chance)), piece


def spoilt(value):
    """Other numbers of the same shape; what solved did not, and the other way round."""
    if isinstance(value, dict):
        return {key: spoilt(one) for key, one in value.items()}
    if isinstance(value, list):
        return [spoilt(one) for one in value]
    if value is None:
        return 100
    return None if isinstance(value, int) else -value


def test_adding_marks_one_number_in_each_half_and_asks_for_their_sum():
    inputs, targets = adding.adding(rng(0), 200, 20)
    assert inputs.shape == (200, 20, 2)
    numbers, marks = inputs[..., 0], inputs[..., 1]
    assert (marks.reshape(200, 2, 10).sum(axis=2) == 1).all()
    np.testing.assert_allclose(targets[:, 0], (numbers * marks).sum(axis=1))
    assert (marks.sum(axis=0) > 0).all()  # every place is marked at some time


def test_recall_hides_the_answer_in_the_first_symbol_alone():
    inputs, targets = recall.recall(rng(0), 200, 30)
    assert inputs.shape == (200, 31, 4)
    np.testing.assert_array_equal(inputs[:, 0].argmax(axis=1), targets[:, 0])
    assert set(inputs[:, 1:].argmax(axis=2).ravel()) == {2, 3}
    assert 60 < targets.sum() < 140


@pytest.mark.parametrize("first", [5, 25])
def test_the_marked_number_is_the_answer(first):
    inputs, targets = inside_gate.marked(rng(0), 400, 25, first)
    places = inputs[..., 1].argmax(axis=1)
    assert set(places) == set(range(first))
    assert (inputs[..., 1].sum(axis=1) == 1).all()
    np.testing.assert_array_equal(inputs[range(400), places, 0], targets[:, 0])


def test_the_watched_gates_are_those_of_the_cell():
    """Putting z and r back together gives the cell's next state."""
    pieces = recorded(inside_gate)["pieces"]
    piece = chosen(pieces, form="hard", network="open_gru")
    kernel, recurrent, bias, *_ = [np.array(w) for w in piece["weights"][0]]
    inputs = inside_gate.watched_example()
    z, r, hidden = (a[0] for a in inside_gate.gates(inputs, kernel, recurrent, bias))
    draft = inputs[0, 11] @ kernel[:, 16:] + bias[0, 16:]
    draft += r[11] * (hidden[10] @ recurrent[:, 16:] + bias[1, 16:])
    expected = z[11] * hidden[10] + (1 - z[11]) * np.tanh(draft)
    np.testing.assert_allclose(hidden[11], expected, atol=1e-12)
    stored = piece["watched"][0]
    np.testing.assert_allclose(stored["z_mean"], z.mean(axis=1), atol=1e-3)
    np.testing.assert_allclose(stored["z_least"], z.min(axis=1), atol=1e-3)


@pytest.mark.parametrize("network", ["rnn", "gru"])
@pytest.mark.parametrize("start", ["keras", "uniform"])
def test_the_jacobians_are_what_backpropagation_gives(network, start):
    piece = {"network": network, "start": start, "bias": 2 * (network == "gru")}
    kernel, recurrent, bias, output = gradient_flow.drawn(piece, seed=3)
    x = rng(3).normal(size=(7, 2))
    gradients, norms = gradient_flow.walk_back(x, output, kernel, recurrent, bias)
    upstream = np.zeros((1, 7, 32))
    upstream[0, -1] = output[:, 0]
    back, bias = (
        (rnn_gradients, bias.sum(0)) if network == "rnn" else (gru_gradients, bias)
    )
    found = back(x[None], kernel, recurrent, bias, upstream)
    expected = np.linalg.norm(found.initial_hidden) / np.linalg.norm(output)
    assert gradients[-1] == pytest.approx(expected, rel=1e-10)
    assert (norms >= gradients * (1 - 1e-12)).all()  # no answer beats the norm
    assert len(gradients) == len(norms) == 8


def test_one_step_and_its_jacobian_by_finite_differences():
    piece = {"network": "gru", "start": "uniform", "bias": 1}
    weights = gradient_flow.drawn(piece, 0)[:3]
    x, h = rng(0).normal(size=2), rng(1).normal(size=32) * 0.3
    new, jacobian = gradient_flow.step_and_jacobian(x, h, *weights)
    by_cell = gru_sequence(x[None, None], *weights, h[None])[0, 0]
    np.testing.assert_allclose(new, by_cell, atol=1e-14)
    nudges = np.eye(32) * 1e-6
    ahead, behind = (
        np.array([gradient_flow.step_and_jacobian(x, one, *weights)[0] for one in ends])
        for ends in (h + nudges, h - nudges)
    )
    np.testing.assert_allclose(jacobian, (ahead - behind) / 2e-6, atol=1e-8)


def test_uniform_weights_lie_where_pytorch_draws():
    drawn = gradient_flow.uniform_weights(rng(0), 64, 3)
    assert [one.shape for one in drawn] == [(2, 192), (64, 192), (2, 192)]
    assert all(0.11 < np.abs(one).max() <= 1 / 8 for one in drawn)


def test_calls_take_turns():
    order = []
    calls = {name: partial(order.append, name) for name in "abc"}
    seconds = step_cost.interleaved(calls, rounds=3)
    # Two to compile, then measured.
    assert "".join(order) == "abcabc" + "cab" + "bca" + "abc"
    assert [len(seconds[name]) for name in "abc"] == [3, 3, 3]
    assert step_cost.quartiles([1.0, 2.0, 3.0, 4.0, 5.0]) == [2.0, 3.0, 4.0]


def test_who_is_first():
    for gru, rnn, first, time in (
        ([100], [400], "gru", 0.5),
        ([200], [200], "rnn", 2.0),
        ([100], [190], "undecided", 1.05),
        ([100], [150], "rnn", 1.33),
        ([100, None, None], [900] * 3, "rnn", None),
        ([900] * 3, [None] * 3, "gru", None),
        ([None], [None], "neither", None),
        ([100], [100], "floor", None),
    ):
        found = time_to_solution.verdict(gru, rnn, 2.0, floor=100)
        assert found == {"first": first, "time": time}


def test_the_rows_of_time_to_solution_are_products():
    steps = recorded(adding)["steps"]
    costs = recorded(step_cost)["by_length"]["compiled"]
    checked = 0
    for row in recorded(time_to_solution)["rows"]:
        if row["task"] == "adding" and row["rnn"] == "rnn" and row["time"]:
            length = str(row["length"])
            gru, rnn = (np.median(steps[name][length]) for name in (row["gru"], "rnn"))
            cost = costs[length]["gru_over_rnn"][1]
            assert row["time"] == pytest.approx(gru / rnn * cost, abs=0.006)
            checked += 1
    assert checked >= 2


@pytest.mark.keras
@pytest.mark.xdist_group("evidence")
class TestData:
    def test_the_digits_are_split_once_and_no_image_is_in_two_parts(self):
        parts = digits.split()
        sizes = {name: len(labels) for name, (_, labels) in parts.items()}
        assert sizes == {"training": 1077, "validation": 360, "test": 360}
        seen = [row.tobytes() for pixels, _ in parts.values() for row in pixels]
        assert len(set(seen)) >= 1796  # scikit-learn's set has at most one twin
        for _, labels in parts.values():
            assert np.bincount(labels).min() > 0.08 * len(labels)
        np.testing.assert_array_equal(parts["test"][1], digits.split()["test"][1])

    def test_no_month_of_the_test_is_in_the_training(self):
        parts, deviation = sea_temperature.split()
        assert sum(len(months) for _, months in parts.values()) == 732 - 24
        windows, months = parts["training"]
        np.testing.assert_array_equal(windows[1:, -1], months[:-1])  # in order
        np.testing.assert_allclose(parts["test"][0][0, -1], parts["validation"][1][-1])
        assert 1 < deviation < 4  # degrees

    def test_the_naive_answers_are_what_they_are_called(self):
        from statsmodels.datasets import elnino

        series = elnino.load_pandas().data.drop(columns="YEAR").to_numpy().ravel()
        test = np.arange(len(series))[-len(sea_temperature.split()[0]["test"][1]) :]
        found = sea_temperature.run_naive()
        for name, months in (("last_month", 1), ("year_ago", 12)):
            error = np.abs(series[test] - series[test - months]).mean()
            assert found[name] == pytest.approx(error, abs=1e-4)


@pytest.fixture(scope="module")
def race():
    task = Task(partial(adding.adding, length=6), 6, 2, 0.1)
    sizes = {"units": 8, "batch": 16, "budget": 40, "check": 20}
    return Race(task, "open_gru", learning_rate=0.01, solved=0.95, **sizes)


@pytest.mark.keras
@pytest.mark.xdist_group("evidence")
class TestRace:
    def test_a_start_forgets_everything(self, race):
        first, weights = race.run(1), race.network.model.get_weights()
        race.run(2)
        other = race.network.model.get_weights()
        assert not all(map(np.array_equal, weights, other))
        assert race.run(1)["steps"] == first["steps"]
        assert all(map(np.array_equal, weights, race.network.model.get_weights()))

    def test_it_learns_every_example_once_and_stops_at_the_budget(
        self, race, monkeypatch
    ):
        batches = []
        monkeypatch.setattr(race.network, "learn", lambda x, _: batches.append(len(x)))
        assert race.run(0)["steps"] is None
        assert batches == [20 * 16, 20 * 16]

    def test_solved_takes_two_checks_in_a_row(self, race, monkeypatch):
        shares = iter([0.96, 0.2, 0.95, 0.99])
        monkeypatch.setattr(race, "right", lambda *_: next(shares))
        monkeypatch.setattr(race.network, "learn", lambda *_: None)
        monkeypatch.setattr(race, "budget", 200)
        assert race.run(0)["steps"] == 80

    def test_an_open_gate_remembers_from_1_to_the_length(self):
        *_, bias = make_layer("open_gru", 64, 2, 40).get_weights()
        assert (bias[0, :64] >= 0).all()
        assert (bias[0, :64] <= np.log(39)).all()
        assert bias[0, :64].std() > 0.1
        assert not bias[0, 64:].any()
        assert not bias[1].any()

    def test_the_networks_are_what_they_are_called(self):
        names = ("rnn", "equal_rnn", "relu_rnn", "gru", "open_gru", "lstm")
        layers = {name: make_layer(name, 32, 2, 10) for name in names}
        kinds = [type(layer).__name__ for layer in layers.values()]
        assert kinds == ["SimpleRNN"] * 3 + ["GRU"] * 2 + ["LSTM"]
        np.testing.assert_array_equal(layers["relu_rnn"].get_weights()[1], np.eye(32))
        assert layers["relu_rnn"].activation.__name__ == "relu"
        gru, near = (layers[name].count_params() for name in ("gru", "equal_rnn"))
        assert abs(gru - near) < 0.02 * gru
        assert layers["equal_rnn"].units == 57
        with pytest.raises(ValueError, match=r"network: expected one of .* got 'cnn'"):
            make_layer("cnn", 32, 2, 10)
