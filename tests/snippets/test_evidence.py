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
    wave,
)
from snippets.experiments.training import (
    NETWORKS,
    Network,
    Race,
    Task,
    make_layer,
    quality,
    race_at_every_rate,
)
from snippets.findings import programs
from snippets.from_scratch.gru_cell import gru_sequence
from snippets.from_scratch.gru_gradients import gru_gradients
from snippets.from_scratch.rnn_gradients import rnn_gradients
from tools import experiments, intervals, plots, races
from tools.compare import TRAINED, apart, chosen, difference, far
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


TRAINS = [name for name in ALL if "learning_rates" in ALL[name].SETTINGS]


def test_every_experiment_that_trains_is_held_to_the_rule():
    """By what it imports, not by what it says of itself."""
    for name, experiment in ALL.items():
        text = experiments.source(experiment).read_text()
        trains = re.search(r"import .*\b(Race|best_rate)\b|\n    Race,", text)
        assert bool(trains) == (name in TRAINS), name


@pytest.mark.parametrize("name", TRAINS)
def test_no_verdict_rests_on_few_seeds_or_on_an_untuned_rate(name):
    """A finding is computed from the pieces of its record: each piece that trains has
    five rates or more, chosen from on seeds that it does not report, and twenty of
    those.
    """
    settings = ALL[name].SETTINGS
    rates, selection = settings["learning_rates"], settings["selection_seeds"]
    assert len(set(rates)) >= 5
    assert len(set(selection)) >= 5
    for one in recorded(ALL[name])["pieces"]:
        piece, result = one["piece"], one["result"]
        if "seeds" not in piece or "compared" in piece:  # gradients, no verdict
            continue
        if piece.get("trained") is False:
            continue
        assert len(set(piece["seeds"])) >= 20, piece
        assert not set(piece["seeds"]) & set(selection), piece
        assert result["chosen_rate"] in rates, piece
        tried = result.get("runs") or result.get("validation")
        if tried is not None:  # gradient_flow keeps the chosen rate alone
            assert list(tried) == [str(rate) for rate in rates], piece
        reported = (
            result.get("test")
            or result.get("solved_at")
            or result["runs"][str(result["chosen_rate"])]["steps"]
        )
        assert len(reported) == len(piece["seeds"]), piece


def test_a_program_that_trains_once_gives_no_verdict():
    """Its findings are the same, whatever came out of the training."""
    folders = [ROOT / "snippets" / name for name in ("with_keras", "notebooks")]
    files = [path for folder in folders for path in folder.glob("*.py")]
    training = [path for path in files if ".fit(" in path.read_text()]
    assert len(training) >= 2
    for path in training:
        if hasattr(programs, path.stem):
            record = json.loads(path.with_suffix(".json").read_text())
            trained = [key for key in record if TRAINED[path.stem].fullmatch(key)]
            assert trained
            other = record | dict.fromkeys(trained, -1.0)
            find = getattr(programs, path.stem)
            assert find(record) == find(other), path


@pytest.mark.parametrize("name", ["adding", "recall", "inside_gate", "pytorch"])
def test_the_chosen_rate_is_the_best_of_the_selection(name):
    for one in recorded(ALL[name])["pieces"]:
        selection = one["result"]["selection"]
        best = max(selection, key=lambda rate: quality(selection[rate]))
        assert one["result"]["chosen_rate"] == float(best)


ERRORS = ("family_names", "sea_temperature", "wave")  # the others count what is right


@pytest.mark.parametrize("name", [*ERRORS, "digits", "vision"])
def test_the_rate_is_that_of_the_most_right_or_the_least_error(name):
    best = min if name in ERRORS else max
    assert f"best={best.__name__})" in experiments.source(ALL[name]).read_text()
    for one in recorded(ALL[name])["pieces"]:
        if validation := one["result"].get("validation"):
            rate = best(validation, key=lambda rate: np.mean(validation[rate]))
            assert one["result"]["chosen_rate"] == float(rate)


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
        ("training.py", "clipnorm=clip", "clipnorm=2.0", "its code is not"),
        ("gradient_flow.py", "  # an RNN", "  # one block", None),
        ("gradient_flow.py", '"""The weights an', '"""Weights that an', None),
        ("gradient_flow.py", "factor = 5", "factor = 6", None),  # in differences
        ("adding.py", '"Share of seeds', '"Part of the seeds', None),
        ("gradient_flow.json", '"near": 0.1', '"near": 0.2', "its settings are not"),
        (
            "gradient_flow.json",
            '"trained": true, "seeds": [0, 1, ',
            '"trained": true, "seeds": [1, 0, ',
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


def test_something_decides_in_each_experiment():
    """A stamp would otherwise say nothing."""
    for experiment in ALL.values():
        assert deciding(experiment) or not experiment.pieces()


# Left to make long: test_keras.py runs a part, a piece takes long, times are no test.
LATER = ("agreement", "family_names", "longer", "step_cost")


@pytest.mark.keras
@pytest.mark.xdist_group("evidence")
@pytest.mark.parametrize(
    ("name", "piece"),
    [
        pytest.param(
            name,
            piece,
            # One piece of each experiment is enough for a day; make long runs them all.
            marks=[pytest.mark.long]
            * (name in LATER or piece != deciding(ALL[name])[0])
            + [pytest.mark.pytorch] * (name == "pytorch"),
            id=f"{name}-{'-'.join(map(str, piece.values()))}",
        )
        for name in ALL
        for piece in deciding(ALL[name])
    ],
)
def test_the_deciding_pieces_come_out_again(name, piece):
    result = json.loads(json.dumps(ALL[name].run(piece)))
    words, differs = experiments.compared(
        ALL[name], [{"piece": piece, "result": result}]
    )
    assert not differs, f"{words}\nto record it anew: make evidence only={name}"


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ([600, 650, 700], [600], []),
        ([600, 650], [750, 500], []),
        ([600], [900], ["seed 0: expected 360 to 840 steps, got 900"]),
        ([600], [350], ["seed 0: expected 360 to 840 steps, got 350"]),
        ([100, 100], [200], []),
        ([100, 100], [250], ["seed 0: expected 0 to 200 steps, got 250"]),
        ([600], [None], ["seed 0: expected solved, got not solved"]),
        ([None, None], [None, 400], ["seed 1: expected not solved, got 400"]),
        ([None, 300], [300, None], []),  # chance decided, and may again
    ],
)
def test_the_comparison_of_races_sees_what_it_should(was, now, said):
    both = ({"runs": {"0.1": {"steps": steps}}} for steps in (was, now))
    found = races.differences({}, *both)
    assert found == [f"learning rate 0.1, {text}" for text in said]


def test_shares_have_wilsons_interval():
    found = intervals.share([100] * 18 + [None, 4000], budget=3000)
    assert found == {"solved": 18, "of": 20, "low": 70, "high": 97}
    assert intervals.share([None] * 20)["high"] == 16


def test_the_median_counts_an_unsolved_seed_as_later_than_any():
    runs = [*range(100, 1900, 100), None, None]
    assert intervals.median_steps(runs) == {"median": 1050, "low": 600, "high": 1500}
    late = intervals.median_steps([100] * 12 + [None] * 8)
    assert late == {"median": 100, "low": 100, "high": None}
    assert intervals.median_steps([100] * 6 + [None] * 14)["median"] is None


def test_the_interval_of_a_median_holds_it_nineteen_times_in_twenty():
    random, held = rng(0), 0
    for _ in range(1000):
        _, low, high = intervals.middle(list(random.exponential(size=20)))
        held += low <= np.log(2) <= high
    assert 930 <= held <= 985


def test_ratios_are_paired_by_seed():
    first, second = [100, 400, None] * 7, [200, 800, 900] * 7
    found = intervals.ratio(first, second)
    assert (found["ratio"], found["low"]) == (0.5, 0.5)
    assert (found["high"], found["verdict"]) == (None, "tie")  # a third are later
    assert intervals.ratio(first[:2] * 10, second[:2] * 10)["verdict"] == "sooner"
    assert intervals.ratio([200] * 20, [100] * 20)["verdict"] == "later"
    assert intervals.ratio([None] * 20, [None] * 20)["verdict"] == "tie"
    assert intervals.ratio([200] * 20, [100] * 20, cost=0.25)["verdict"] == "sooner"


def test_differences_of_means_say_when_they_say_nothing():
    cases = rng(0).normal(size=240)
    assert intervals.difference(cases + 0.5, cases)["verdict"] == "more"
    assert intervals.difference(cases, np.roll(cases, 7))["verdict"] == "tie"
    alike = np.repeat(rng(1).normal(size=20), 12)  # months of a year hang together
    apart_by = [intervals.difference(alike, 0 * alike, block=n) for n in (1, 12)]
    widths = [one["high"] - one["low"] for one in apart_by]
    assert widths[1] > 2 * widths[0]


def test_the_comparison_of_numbers_sees_what_it_should():
    assert far("ratio", 2.0, 3.0, 1.6) == []
    assert far("ratio", 2.0, 3.3, 1.6)
    assert apart("error", 2.0, 2.1, 0.11) == []
    assert apart("error", 2.0, 2.1, 0.09) == ["error: expected 2 within 0.09, got 2.1"]
    with pytest.raises(ValueError, match="expected one piece"):
        chosen([], network="rnn")


@pytest.mark.parametrize("name", sorted(ALL.keys() - {"agreement"}))  # has bounds
def test_each_experiment_notices_another_outcome(name):
    """differences() is not deaf, but for races that chance decided."""
    for one in recorded(ALL[name])["pieces"]:
        piece, result = one["piece"], one["result"]
        differences = partial(ALL[name].differences, piece, result)
        assert differences(result) == []
        by_rate = {} if "compared" in piece else result.get("runs", {})
        runs = [run["steps"] for run in by_rate.values()]
        chance = [0 < steps.count(None) < len(steps) for steps in runs]
        assert differences(spoilt(result)) or (chance and all(chance)), piece


def spoilt(value):
    """Other numbers of the same shape; what solved did not, and the other way round."""
    if isinstance(value, dict):
        return {key: spoilt(one) for key, one in value.items()}
    if isinstance(value, list):
        return [spoilt(one) for one in value]
    if value is None:
        return 100
    if isinstance(value, str):
        return value.translate(str.maketrans("0123456789abcdef", "fedcba9876543210"))
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
    run = chosen(pieces, form="hard", network="chrono_gru")["runs"]["0.003"]
    kernel, recurrent, bias, *_ = [np.array(w) for w in run["weights"][0]]
    inputs = inside_gate.watched_example()
    z, r, hidden = (a[0] for a in inside_gate.gates(inputs, kernel, recurrent, bias))
    draft = inputs[0, 11] @ kernel[:, 16:] + bias[0, 16:]
    draft += r[11] * (hidden[10] @ recurrent[:, 16:] + bias[1, 16:])
    expected = z[11] * hidden[10] + (1 - z[11]) * np.tanh(draft)
    np.testing.assert_allclose(hidden[11], expected, atol=1e-12)
    stored = run["watched"][0]
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
    assert step_cost.ends([3.0, 1.0, 2.0]) == [1.0, 2.0, 3.0]


def test_who_is_first_in_time():
    """Whatever the cost of a step may be within its interval."""
    for gru, rnn, first, time in (
        ([100] * 20, [400] * 20, "gru", 0.5),
        ([200] * 20, [200] * 20, "rnn", 2.0),
        ([100] * 20, [190] * 20, "tie", 1.05),  # a step costs 1.8 to 2.2 times
        ([100] * 20, [None] * 20, "gru", 0.0),
        ([None] * 20, [900] * 20, "rnn", None),
        ([None] * 20, [None] * 20, "tie", 1.0),
    ):
        found = time_to_solution.time_ratio(gru, rnn, [1.8, 2.0, 2.2])
        assert (found["first"], found["time"]) == (first, time)


def test_a_ratio_of_costs_is_that_of_what_its_name_says(monkeypatch):
    seconds = {"rnn": [1.0], "equal_rnn": [4.0], "gru": [2.0], "lstm": [3.0]}
    monkeypatch.setattr(step_cost, "make_call", lambda *_: None)
    monkeypatch.setattr(step_cost, "interleaved", lambda *_: seconds)
    found = step_cost.timed({"kind": "compiled"})
    assert found == {
        "gru_over_rnn": 2.0,
        "lstm_over_rnn": 3.0,
        "gru_over_equal_rnn": 0.5,
    }


def test_time_is_steps_times_the_cost_of_a_step():
    for found in recorded(time_to_solution)["pairs"].values():
        for length, one in found["gru"]["rnn"].items():
            cost = recorded(step_cost)["compiled"][length]["gru_over_rnn"]
            assert one["cost"] == cost
            if one["time"]:
                product = one["steps"]["ratio"] * cost[1]
                assert one["time"] == pytest.approx(product, rel=0.01)


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
        parts, deviation = sea_temperature.split(anomalies=False, window=24)
        assert sum(len(months) for _, months in parts.values()) == 732 - 24
        windows, months = parts["training"]
        np.testing.assert_array_equal(windows[1:, -1], months[:-1])  # in order
        np.testing.assert_allclose(parts["test"][0][0, -1], parts["validation"][1][-1])
        assert 1 < deviation < 4  # degrees

    def test_anomalies_know_the_months_of_training_alone(self):
        odd, deviation = sea_temperature.split(anomalies=True, window=60)
        sizes = [len(months) for _, months in odd.values()]
        assert sizes == [439 - 60, 146, 147]
        assert 0.5 < deviation < 2  # degrees: the year is gone
        table = sea_temperature.split(anomalies=False, window=24)
        assert len(table[0]["test"][1]) == sizes[2]  # the same months are asked

    def test_the_answers_without_a_network_are_what_they_are_called(self):
        from statsmodels.datasets import elnino

        series = elnino.load_pandas().data.drop(columns="YEAR").to_numpy().ravel()
        months = np.arange(len(series))
        test = months[-147:]
        means = [series[:439][months[:439] % 12 == m].mean() for m in range(12)]
        odd = series - np.array(means)[months % 12]
        found = sea_temperature.run_without()
        expected = {
            "last_month": series[test] - series[test - 1],
            "year_ago": series[test] - series[test - 12],
            "month_mean": odd[test],
            "last_anomaly": odd[test] - odd[test - 1],
        }
        for name, errors in expected.items():
            assert found[name] == pytest.approx(np.abs(errors), abs=1e-3)

    @pytest.mark.parametrize(
        ("experiment", "piece", "split"),
        [
            (digits, {"network": "rnn", "reading": "rows"}, digits.split),
            (wave, {"network": "rnn"}, wave.split),
            (
                sea_temperature,
                {"network": "rnn", "form": "anomalies"},
                lambda: sea_temperature.split(anomalies=True, window=24)[0],
            ),
        ],
    )
    def test_training_is_stopped_by_what_no_test_asks(
        self, monkeypatch, experiment, piece, split
    ):
        asked = []

        def answer(_, inputs):
            asked.append(inputs)
            return np.zeros((len(inputs), 10))

        def best_rate(_network, _settings, _piece, train, _test, best):
            raise InterruptedError(train(0), best)

        monkeypatch.setattr(Network, "answer", answer)
        monkeypatch.setattr(Network, "learn_epochs", lambda *_: None)
        monkeypatch.setattr(experiment, "best_rate", best_rate)
        with pytest.raises(InterruptedError):
            experiment.run(piece)
        assert len(asked) == experiment.SETTINGS["checks"]
        held = split()["validation"][0]
        for inputs in asked:
            np.testing.assert_array_equal(inputs, held.reshape(inputs.shape))

    def test_the_wave_is_that_of_the_code_example(self):
        from snippets.with_keras.first_training import waves

        ours, theirs = wave.waves(rng(5), 50), waves(50, seed=5)
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.fixture(scope="module")
def race():
    task = Task(partial(adding.adding, length=6), 6, 2, 0.1)
    return Race(task, "chrono_gru", units=8, batch=16, check=20, solved=0.95)


@pytest.mark.keras
@pytest.mark.xdist_group("evidence")
class TestRace:
    def test_a_start_forgets_everything(self, race):
        first, weights = race.run(1, 0.01, 40), race.network.model.get_weights()
        race.run(2, 0.01, 40)
        other = race.network.model.get_weights()
        assert not all(map(np.array_equal, weights, other))
        assert race.run(1, 0.01, 40)["right"] == first["right"]
        assert all(map(np.array_equal, weights, race.network.model.get_weights()))

    def test_another_seed_is_another_start(self, race):
        starts = []
        for seed in (1, 2):
            race.network.start(seed, 0.01)
            starts.append(race.network.model.get_weights())
        drawn = [pair for pair in zip(*starts, strict=True) if pair[0].ndim == 2]
        assert len(drawn) == 4  # one is the chrono bias
        assert not any(np.array_equal(*pair) for pair in drawn)

    def test_epochs_come_in_a_random_order_and_whole_batches(self, race, monkeypatch):
        seen = []
        monkeypatch.setattr(race.network, "learn", lambda x, _: seen.append(x))
        race.network.learn_epochs(rng(0), np.arange(40), np.arange(40), 2)
        first, second = seen[0].reshape(2, 32).tolist()
        assert len({*first}) == len({*second}) == 32
        assert first not in (sorted(first), second)

    def test_it_learns_every_example_once_and_stops_at_the_budget(
        self, race, monkeypatch
    ):
        seen, asked, rates = [], [], []
        monkeypatch.setattr(race.network, "start", lambda _, rate: rates.append(rate))
        monkeypatch.setattr(race.network, "learn", lambda x, _: seen.extend(x))
        answer = race.network.answer
        monkeypatch.setattr(
            race.network, "answer", lambda x: asked.append(x) or answer(x)
        )
        assert race.run(0, 0.03, 40)["steps"] is None
        assert rates == [0.03]
        assert (len(seen), len(asked)) == (2 * 20 * 16, 2)
        np.testing.assert_array_equal(*asked)
        different = {one.tobytes() for one in (*seen, *asked[0])}
        assert len(different) == 2 * 20 * 16 + 512

    def test_solved_takes_two_checks_in_a_row(self, race, monkeypatch):
        shares = iter([0.96, 0.2, 0.95, 0.99])

        def answer(inputs):
            right = np.arange(512) < next(shares) * 512
            return np.where(right, inputs[..., 0:1].sum(1)[:, 0] * 0, 9)[:, None]

        def make(_, examples):
            return np.zeros((examples, 6, 2)), np.zeros((examples, 1))

        monkeypatch.setattr(race, "task", Task(make, 6, 2, 0.1))
        monkeypatch.setattr(race.network, "answer", answer)
        monkeypatch.setattr(race.network, "learn", lambda *_: None)
        assert race.run(0, 0.01, 200)["steps"] == 80

    def test_a_network_that_is_no_number_any_more_stops(self, race, monkeypatch):
        calls = []
        monkeypatch.setattr(race.network, "learn", lambda *_: calls.append(1))
        monkeypatch.setattr(
            race.network, "answer", lambda x: np.full((len(x), 1), np.nan)
        )
        found = race.run(0, 0.01, 2000)
        assert (found["steps"], found["right"], len(calls)) == (None, 0.0, 1)

    def test_networks_that_differ_in_one_thing_share_the_rest(self):
        starts = {}
        for name in ("rnn", "relu_rnn", "gru", "bias_gru", "chrono_gru"):
            network = Network(name, units=8, steps=20, features=2, loss="mse", batch=4)
            network.start(3, 0.01)
            starts[name] = network.model.get_weights()
        for one in ("bias_gru", "chrono_gru"):
            for place in (0, 1, 3, 4):
                np.testing.assert_array_equal(starts["gru"][place], starts[one][place])
            beside = starts[one][2] - starts["gru"][2]
            assert not beside[1].any()
            assert not beside[0, 8:].any()
            assert beside[0, :8].any()
        for name, weights in starts.items():  # the output layer's, for all
            np.testing.assert_array_equal(weights[3], starts["gru"][3]), name
        np.testing.assert_array_equal(starts["rnn"][0], starts["relu_rnn"][0])

    def test_what_it_is_given_to_remember(self):
        *_, bias = make_layer("chrono_gru", 64, 2, 40, seed=0).get_weights()
        assert (bias[0, :64] >= 0).all()
        assert (bias[0, :64] <= np.log(39)).all()
        assert bias[0, :64].std() > 0.1
        *_, bias = make_layer("bias_gru", 64, 2, 40, seed=0, bias=4).get_weights()
        assert (bias[0, :64] == 4).all()

    def test_the_networks_are_what_they_are_called(self):
        layers = {name: make_layer(name, 32, 2, 10, seed=0) for name in NETWORKS}
        kinds = [type(layer).__name__ for layer in layers.values()]
        assert kinds == ["SimpleRNN"] * 3 + ["GRU"] * 3 + ["LSTM"]
        np.testing.assert_array_equal(layers["relu_rnn"].get_weights()[1], np.eye(32))
        assert layers["relu_rnn"].activation.__name__ == "relu"
        gru, near = (layers[name].count_params() for name in ("gru", "equal_rnn"))
        assert abs(gru - near) < 0.02 * gru
        assert layers["equal_rnn"].units == 57
        with pytest.raises(ValueError, match=r"network: expected one of .* got 'cnn'"):
            make_layer("cnn", 32, 2, 10, seed=0)

    def test_a_convolution_sees_the_whole_sequence_and_no_more_than_it(self):
        layer = make_layer("tcn", 4, 1, 24, seed=0)
        inputs = rng(0).normal(size=(1, 24, 1)).astype("float32")
        before = np.array(layer(inputs))
        assert before.shape == (1, 4)
        inputs[0, 0] += 5
        assert np.abs(np.array(layer(inputs)) - before).max() > 0


class Pretended:
    """A race whose network solves its task at 0.01, soonest at 0.03, by seed."""

    def __init__(self):
        self.asked = []

    def run_all(self, seeds, rate, budget):
        self.asked.append((tuple(seeds), rate, budget))
        steps = {0.01: 400, 0.03: 100}.get(rate)
        return {"steps": [steps] * len(seeds), "right": [0.5] * len(seeds)}


def test_the_rate_is_chosen_on_other_seeds_and_the_long_budget_is_for_it_alone():
    settings = {"learning_rates": [0.01, 0.03, 0.1], "selection_seeds": [7, 8]}
    settings |= {"budget": 1000, "long_budget": 9000}
    race = Pretended()
    found = race_at_every_rate(race, settings, {"seeds": [0, 1, 2]})
    assert found["chosen_rate"] == 0.03
    chosen_on, reported = race.asked[:3], race.asked[3:]
    assert [seeds for seeds, _, _ in chosen_on] == [(7, 8)] * 3
    assert [budget for *_, budget in chosen_on] == [1000] * 3
    assert [budget for *_, budget in reported] == [1000, 9000, 1000]
    part = race_at_every_rate(race, settings, {"seeds": [0], "rates": [0.1]})
    assert (part["chosen_rate"], list(part["runs"])) == (None, ["0.1"])
