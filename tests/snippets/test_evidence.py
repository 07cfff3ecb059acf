"""The experiments: fresh records, the outcomes again, and their parts."""

import copy
import json
import re
import shutil

import numpy as np
import pytest

from extensions.records import records
from snippets import evidence, outcomes
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
from snippets.from_scratch import gru_cell, gru_gradients, rnn_gradients
from tests.compare import difference

ALL = evidence.experiments()
WITH_CELLS = {name: one for name, one in ALL.items() if one.cells()}
every = pytest.mark.parametrize("name", ALL)


def text_of(name):
    return evidence.record_path(ALL[name]).read_text(encoding="utf-8")


@every
def test_the_record_is_that_of_todays_code_and_settings(name):
    assert evidence.stale(ALL[name]) is None, "run make evidence"


@every
def test_the_summary_is_what_the_cells_give(name):
    record = json.loads(text_of(name))
    summary = json.loads(json.dumps(ALL[name].summarise(record["cells"])))
    assert {key: record[key] for key in summary} == summary
    others = {"recorded", "settings", "code", "checksum", "cells"}
    assert record.keys() == summary.keys() | others
    assert {"date", "processor", "python", "keras", "tensorflow"} <= {
        *record["recorded"]
    }


@every
def test_the_plot_is_that_of_the_record(name):
    from snippets import plots

    if name in plots.PLOTS:
        drawn = plots.svg(name, json.loads(text_of(name)))
        file = evidence.record_path(ALL[name]).with_suffix(".svg")
        shown = file.read_text(encoding="utf-8")
        words = re.compile(r"<(title|desc|text)\b[^>]*>(.*?)</\1>")
        assert [m[2] for m in words.finditer(shown)] == [
            m[2] for m in words.finditer(drawn)
        ]
        # Places may differ by rounding, and so may the names made from them.
        places = [re.sub(r"[mp][0-9a-f]{10}", "", svg) for svg in (shown, drawn)]
        assert difference(*places, 0.21) is None


def test_every_experiment_but_the_comparison_has_a_plot():
    from snippets import plots

    assert set(plots.PLOTS) == set(ALL) - {"agreement"}


def test_enough_seeds():
    """Five where a run takes seconds; three where it trains over 100 time steps."""
    for name, experiment in WITH_CELLS.items():
        for cell in experiment.cells():
            if "seeds" in cell:
                long = name == "gradient_flow" and cell["trained"]
                assert len(cell["seeds"]) >= (3 if long else 5), (name, cell)


@pytest.fixture
def copied(tmp_path):
    """A copy of adding.py and its record, to be spoilt."""
    source = tmp_path / "adding.py"
    source.write_text((evidence.ROOT / "snippets/experiments/adding.py").read_text())
    (tmp_path / "adding.json").write_text(text_of("adding"))

    class Copy:
        __file__ = str(source)
        __name__ = adding.__name__
        SETTINGS = copy.deepcopy(adding.SETTINGS)
        cells = staticmethod(adding.cells)

    return Copy


def test_a_changed_setting_makes_the_record_stale(copied):
    assert evidence.stale(copied) is None
    copied.SETTINGS["near"] = 0.2
    assert evidence.stale(copied) == "the settings have changed since the record"


def test_another_cell_makes_the_record_stale(copied):
    copied.cells = staticmethod(lambda: adding.cells()[1:])
    assert evidence.stale(copied) == "the cells have changed since the record"


def test_changed_code_makes_the_record_stale_and_a_comment_does_not(copied):
    source = evidence.Path(copied.__file__)
    text = source.read_text()
    source.write_text(text.replace("length // 2", "length // 2  # the middle"))
    assert evidence.stale(copied) is None
    source.write_text(text.replace("length // 2", "length // 3"))
    assert evidence.stale(copied) == "the code has changed since the record"


def test_a_changed_file_that_it_imports_makes_a_record_stale(tmp_path, monkeypatch):
    shutil.copytree(
        evidence.ROOT / "snippets",
        tmp_path / "snippets",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    monkeypatch.setattr(evidence, "ROOT", tmp_path)
    source = tmp_path / "snippets" / "experiments" / "gradient_flow.py"
    now = evidence.code(source)
    for file, old, new, decides in (
        ("training.py", "clipnorm=1.0", "clipnorm=2.0", True),
        ("from_scratch/count_parameters.py", "blocks *", "blocks * 1 *", True),
        ("experiments/adding.py", "length // 2", "length // 3", True),
        ("outcomes.py", "0.6", "0.5", False),
    ):
        path = tmp_path / "snippets" / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        assert (evidence.code(source) != now) == decides, file
        path.write_text(text)
    assert evidence.code(source) == now


def test_imports_that_could_not_be_followed_are_refused(tmp_path):
    for line in ("import snippets.training", "from snippets import training"):
        path = tmp_path / "x.py"
        path.write_text(line)
        with pytest.raises(ValueError, match=r"expected 'from snippets\.x import y'"):
            evidence.code(path)


def test_a_changed_setting_of_what_only_reads_records_is_noticed(monkeypatch):
    monkeypatch.setitem(time_to_solution.SETTINGS, "undecided_within", 1.24)
    why = "the settings have changed since the record"
    assert evidence.stale(time_to_solution) == why


def test_an_outcome_changed_by_hand_is_noticed(copied):
    record = evidence.record_path(copied)
    text = record.read_text()
    first = adding.summarise(json.loads(text)["cells"])["steps"]["gru"]["20"][0]
    record.write_text(text.replace(f'"steps": [{first}', f'"steps": [{first + 50}'))
    assert evidence.stale(copied) == "the recorded cells were changed by hand"
    record.unlink()
    assert evidence.stale(copied) == "there is no record"


# The cheapest cells that decide something, run again: (experiment, which cells, seeds).
DECIDING: list[tuple[str, dict, int | None]] = [
    ("adding", {"runner": "rnn", "length": 10}, 1),
    ("adding", {"runner": "gru", "length": 10}, 1),
    ("adding", {"runner": "gru", "length": 20}, 1),
    ("recall", {"runner": "rnn", "lag": 10}, 1),
    ("recall", {"runner": "gru", "lag": 40}, 1),
    ("recall", {"runner": "open_gru", "lag": 40}, 1),
    ("gradient_flow", {"runner": "rnn", "start": "keras", "trained": False}, 2),
    ("gradient_flow", {"bias": 0, "start": "keras", "trained": False}, 2),
    ("gradient_flow", {"bias": 4, "start": "keras", "trained": False}, 2),
    ("gradient_flow", {"bias": 2, "start": "uniform", "trained": False}, 2),
    ("inside_gate", {"form": "hard", "runner": "open_gru"}, 1),
    ("inside_gate", {"form": "hard", "runner": "equal_rnn"}, 1),
    ("step_cost", {"kind": "forward", "units": 64}, None),
    ("step_cost", {"kind": "training", "units": 128}, None),
    ("step_cost", {"kind": "latency", "units": 64, "batch": 1}, None),
    ("digits", {"reading": "rows", "runner": "rnn"}, 2),
    ("digits", {"runner": "logistic"}, None),
    ("sea_temperature", {"runner": "gru"}, 1),
    ("sea_temperature", {"runner": "without a network"}, None),
]


@pytest.mark.keras
@pytest.mark.xdist_group("evidence")
@pytest.mark.parametrize(
    ("name", "wanted", "seeds"),
    DECIDING,
    ids=[f"{name}-{'-'.join(map(str, w.values()))}" for name, w, _ in DECIDING],
)
def test_the_deciding_cells_come_out_again(name, wanted, seeds):
    recorded = json.loads(text_of(name))["cells"]
    found = [
        cell
        for cell in recorded
        if all(cell["cell"].get(key) == value for key, value in wanted.items())
    ]
    assert found, f"{name} has no cell {wanted}"
    cell = dict(found[0]["cell"])
    if seeds:
        cell["seeds"] = cell["seeds"][:seeds]
    again = json.loads(json.dumps(ALL[name].run(cell)))
    if "steps" in again:
        assert len(again["steps"]) == seeds
    assert ALL[name].differences(cell, found[0]["result"], again) == []


def test_every_experiment_that_runs_has_a_deciding_cell():
    # agreement's are all run again, in test_keras.py
    assert {name for name, *_ in DECIDING} == set(WITH_CELLS) - {"agreement"}


def test_the_comparison_of_races_sees_what_it_should():
    compare = outcomes.race_differences
    assert compare([600, 650, 700], [600]) == []
    assert compare([600, 650], [750, 500]) == []
    assert compare([600], [900]) == ["seed 0: expected 360 to 840 steps, got 900"]
    assert compare([600], [350]) == ["seed 0: expected 360 to 840 steps, got 350"]
    assert compare([100, 100], [200]) == []
    assert compare([100, 100], [250]) == ["seed 0: expected 0 to 200 steps, got 250"]
    assert compare([600], [None]) == ["seed 0: expected solved, got never"]
    assert compare([None, None], [None, 400]) == ["seed 1: expected never, got 400"]
    assert compare([None, 300], [300, None]) == []  # chance decided, and may again
    assert outcomes.far("ratio", 2.0, 3.0, 1.6) == []
    assert outcomes.far("ratio", 2.0, 3.3, 1.6)
    assert outcomes.middle([100, None, 200]) == 200
    assert outcomes.middle([100, None, None]) is None
    with pytest.raises(ValueError, match="expected one cell"):
        outcomes.chosen([], runner="rnn")


@every
def test_each_experiment_notices_another_outcome(name):
    """differences() is not deaf: the recorded result agrees, a spoilt one does not."""
    if name in ("time_to_solution", "agreement"):
        return
    experiment = ALL[name]
    for cell in json.loads(text_of(name))["cells"]:
        setting, result = cell["cell"], cell["result"]
        assert experiment.differences(setting, result, result) == []
        spoilt = spoil(copy.deepcopy(result))
        if spoilt is not None:
            assert experiment.differences(setting, result, spoilt), setting


def spoil(result):
    """Another outcome, or None where chance decided and nothing is compared."""
    if "rate" in result or "test" in result:
        result["test"] = [value * 0.5 for value in result["test"]]
    elif "last_month" in result:
        result["last_month"] += 0.01
    elif "gradient" in result:
        for curve in result["gradient"]:
            curve[-1] = curve[-1] * 1e4 + 1e-30
    elif "gru_over_rnn" in result:
        result["gru_over_rnn"] = [value * 2.5 for value in result["gru_over_rnn"]]
    elif "gru_numpy" in result:
        result["gru_numpy"] = [0.0, 0.0, 0.0]
    elif "steps" in result:
        return swapped(result) if decided(result["steps"]) else None
    else:  # recall, by learning rate
        if not any(decided(found["steps"]) for found in result.values()):
            return None
        for found in result.values():
            swapped(found)
    return result


def decided(steps):
    return steps.count(None) in (0, len(steps))


def swapped(found):
    found["steps"] = [100 if run is None else None for run in found["steps"]]
    return found


def test_adding_marks_one_number_in_each_half_and_asks_for_their_sum():
    inputs, targets = adding.adding(np.random.default_rng(0), 200, 20)
    assert inputs.shape == (200, 20, 2)
    numbers, marks = inputs[..., 0], inputs[..., 1]
    assert (marks[:, :10].sum(axis=1) == 1).all()
    assert (marks[:, 10:].sum(axis=1) == 1).all()
    np.testing.assert_allclose(targets[:, 0], (numbers * marks).sum(axis=1))
    # Ten half-sequences at random: every place is marked at some time.
    assert (marks.sum(axis=0) > 0).all()


def test_recall_hides_the_answer_in_the_first_symbol_alone():
    inputs, targets = recall.recall(np.random.default_rng(0), 200, 30)
    assert inputs.shape == (200, 31, 4)
    np.testing.assert_array_equal(inputs[:, 0].argmax(axis=1), targets[:, 0])
    assert set(inputs[:, 1:].argmax(axis=2).ravel()) == {2, 3}
    assert 60 < targets.sum() < 140


@pytest.mark.parametrize("first", [5, 25])
def test_the_marked_number_is_the_answer(first):
    inputs, targets = inside_gate.marked(np.random.default_rng(0), 400, 25, first)
    places = inputs[..., 1].argmax(axis=1)
    assert set(places) == set(range(first))
    assert (inputs[..., 1].sum(axis=1) == 1).all()
    rows = np.arange(400)
    np.testing.assert_array_equal(inputs[rows, places, 0], targets[:, 0])


def test_the_watched_gates_are_those_of_the_cell():
    """z of the plot: putting z, r back together gives the cell's next state."""
    cell = outcomes.chosen(
        json.loads(text_of("inside_gate"))["cells"], form="hard", runner="open_gru"
    )
    kernel, recurrent, bias, *_ = [np.array(w) for w in cell["weights"][0]]
    inputs = inside_gate.watched_example()
    z, r, hidden = inside_gate.gates(inputs, kernel, recurrent, bias)
    before = hidden[10]
    candidate = np.tanh(
        inputs[0, 11] @ kernel[:, 16:]
        + bias[0, 16:]
        + r[11] * (before @ recurrent[:, 16:] + bias[1, 16:])
    )
    expected = z[11] * before + (1 - z[11]) * candidate
    np.testing.assert_allclose(hidden[11], expected, atol=1e-12)
    stored = cell["watched"][0]
    np.testing.assert_allclose(stored["z_mean"], z.mean(axis=1), atol=1e-3)
    np.testing.assert_allclose(stored["z_least"], z.min(axis=1), atol=1e-3)


@pytest.mark.parametrize("runner", ["rnn", "gru"])
@pytest.mark.parametrize("start", ["keras", "uniform"])
def test_the_jacobians_are_what_backpropagation_gives(runner, start):
    rng = np.random.default_rng(3)
    setting = {"runner": runner, "start": start, "bias": 2 if runner == "gru" else 0}
    kernel, recurrent, bias, output = gradient_flow.drawn(setting, seed=3)
    x = rng.normal(size=(7, 2))
    gradients, norms = gradient_flow.walk_back(x, output, kernel, recurrent, bias)
    upstream = np.zeros((1, 7, 32))
    upstream[0, -1] = output[:, 0]
    if runner == "rnn":
        found = rnn_gradients.rnn_gradients(
            x[None], kernel, recurrent, bias.sum(axis=0), upstream
        )
    else:
        found = gru_gradients.gru_gradients(x[None], kernel, recurrent, bias, upstream)
    expected = np.linalg.norm(found.initial_hidden) / np.linalg.norm(output)
    assert gradients[-1] == pytest.approx(expected, rel=1e-10)
    assert (norms >= gradients * (1 - 1e-12)).all()  # no answer beats the norm
    assert len(gradients) == len(norms) == 8


def test_one_step_and_its_jacobian_by_finite_differences():
    rng = np.random.default_rng(0)
    weights = gradient_flow.drawn({"runner": "gru", "start": "uniform", "bias": 1}, 0)
    kernel, recurrent, bias, _ = weights
    x, h = rng.normal(size=2), rng.normal(size=32) * 0.3
    new, jacobian = gradient_flow.step_and_jacobian(x, h, kernel, recurrent, bias)
    by_cell = gru_cell.gru_step(x[None], h[None], kernel, recurrent, bias)[0]
    np.testing.assert_allclose(new, by_cell, atol=1e-14)
    nudged = np.zeros((32, 32))
    for i in range(32):
        step = np.eye(32)[i] * 1e-6
        up, _ = gradient_flow.step_and_jacobian(x, h + step, kernel, recurrent, bias)
        down, _ = gradient_flow.step_and_jacobian(x, h - step, kernel, recurrent, bias)
        nudged[i] = (up - down) / 2e-6
    np.testing.assert_allclose(jacobian, nudged, atol=1e-8)


def test_uniform_weights_lie_where_pytorch_draws():
    kernel, recurrent, bias = gradient_flow.uniform_weights(
        np.random.default_rng(0), 64, 3
    )
    assert (kernel.shape, recurrent.shape, bias.shape) == (
        (2, 192),
        (64, 192),
        (2, 192),
    )
    for drawn in (kernel, recurrent, bias):
        assert np.abs(drawn).max() <= 1 / 8
        assert np.abs(drawn).max() > 0.11


def test_calls_take_turns():
    order = []
    calls = {name: (lambda name=name: order.append(name)) for name in "abc"}
    seconds = step_cost.interleaved(calls, rounds=3)
    assert order == list(
        "abcabc" + "cab" + "bca" + "abc"
    )  # two to compile, then measured
    assert {name: len(found) for name, found in seconds.items()} == dict.fromkeys(
        "abc", 3
    )
    assert step_cost.quartiles([1.0, 2.0, 3.0, 4.0, 5.0]) == [2.0, 3.0, 4.0]


def test_who_is_first():
    verdict = time_to_solution.verdict
    assert verdict([100], [400], 2.0) == {"first": "gru", "time": 0.5}
    assert verdict([200], [200], 2.0) == {"first": "rnn", "time": 2.0}
    assert verdict([100], [190], 2.0) == {"first": "undecided", "time": 1.05}
    assert verdict([100, None, None], [900] * 3, 2.0) == {"first": "rnn", "time": None}
    assert verdict([900] * 3, [None] * 3, 2.0) == {"first": "gru", "time": None}
    assert verdict([None], [None], 2.0) == {"first": "neither", "time": None}
    assert verdict([100], [100], 2.0, floor=100) == {"first": "floor", "time": None}
    assert verdict([100], [150], 2.0)["time"] == 1.33


def test_the_rows_of_time_to_solution_are_products():
    found = records()["time_to_solution"]
    adding_steps = records()["adding"]["steps"]
    costs = records()["step_cost"]["by_length"]["compiled"]
    checked = 0
    for row in found["rows"]:
        if row["task"] == "adding" and row["rnn"] == "rnn" and row["time"]:
            length = str(row["length"])
            steps = [
                np.median(adding_steps[runner][length])
                for runner in (row["gru"], "rnn")
            ]
            cost = costs[length]["gru_over_rnn"][1]
            assert row["time"] == pytest.approx(steps[0] / steps[1] * cost, abs=0.006)
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
        again = digits.split()
        np.testing.assert_array_equal(parts["test"][1], again["test"][1])

    def test_no_month_of_the_test_is_in_the_training(self):
        parts, deviation = sea_temperature.split()
        sizes = {name: len(months) for name, (_, months) in parts.items()}
        assert sum(sizes.values()) == 732 - 24
        windows, months = parts["training"]
        np.testing.assert_array_equal(windows[1:, -1], months[:-1])  # in order
        test_windows, _ = parts["test"]
        np.testing.assert_allclose(test_windows[0, -1], parts["validation"][1][-1])
        assert 1 < deviation < 4  # degrees

    def test_the_naive_answers_are_what_they_are_called(self):
        from statsmodels.datasets import elnino

        table = elnino.load_pandas().data.drop(columns="YEAR").to_numpy()
        series = table.ravel()
        first = len(series) - len(sea_temperature.split()[0]["test"][1])
        test = np.arange(first, len(series))
        last = np.abs(series[test] - series[test - 1]).mean()
        year = np.abs(series[test] - series[test - 12]).mean()
        found = sea_temperature.run_naive()
        assert found["last_month"] == pytest.approx(last, abs=1e-4)
        assert found["year_ago"] == pytest.approx(year, abs=1e-4)


@pytest.fixture(scope="module")
def race():
    from functools import partial

    from snippets.training import Race, Task

    task = Task(partial(adding.adding, length=6), 6, 2, 0.1)
    return Race(
        task,
        "open_gru",
        units=8,
        batch=16,
        learning_rate=0.01,
        budget=40,
        check=20,
        solved=0.95,
    )


@pytest.mark.keras
@pytest.mark.xdist_group("evidence")
class TestRace:
    def test_a_start_forgets_everything(self, race):
        first = race.run(1)
        weights = race.network.model.get_weights()
        race.run(2)
        other = race.network.model.get_weights()
        assert any(
            not np.array_equal(a, b) for a, b in zip(weights, other, strict=True)
        )
        again = race.run(1)
        assert first["steps"] == again["steps"]
        for a, b in zip(weights, race.network.model.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)

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
        from snippets.training import make_layer

        *_, bias = make_layer("open_gru", 64, 2, 40).get_weights()
        assert (bias[0, :64] >= 0).all()
        assert (bias[0, :64] <= np.log(39)).all()
        assert bias[0, :64].std() > 0.1
        assert not bias[0, 64:].any()
        assert not bias[1].any()

    def test_the_runners_are_what_they_are_called(self):
        from snippets.training import equal_rnn_units, make_layer

        names = {
            runner: type(make_layer(runner, 32, 2, 10)).__name__
            for runner in ("rnn", "equal_rnn", "relu_rnn", "gru", "open_gru", "lstm")
        }
        assert set(names.values()) == {"SimpleRNN", "GRU", "LSTM"}
        relu = make_layer("relu_rnn", 32, 2, 10)
        np.testing.assert_array_equal(relu.get_weights()[1], np.eye(32))
        assert relu.activation.__name__ == "relu"
        gru = make_layer("gru", 32, 2, 10).count_params()
        near = make_layer("equal_rnn", 32, 2, 10).count_params()
        assert abs(gru - near) < 0.02 * gru
        assert equal_rnn_units(2, 32) == 57
        with pytest.raises(ValueError, match=r"runner: expected one of .* got 'cnn'"):
            make_layer("cnn", 32, 2, 10)
