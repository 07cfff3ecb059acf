"""The labs' programs: right by themselves, and made to run alone."""

import ast
import itertools
import json
import re
from functools import cache

import numpy as np
import pytest

from extensions.labs import readers
from extensions.quote import strip_markers
from snippets.from_scratch.gru_cell import gru_step
from snippets.from_scratch.gru_gradients import gru_gradients
from snippets.from_scratch.rnn_gradients import rnn_gradients
from snippets.labs import (
    count_the_parameters,
    gradients,
    recall_race,
    step_the_cell,
    train_it_here,
)
from tests.site.lab import numbers
from tests.test_pages import text
from tools import record
from tools.compare import chosen, difference, record_difference
from tools.name_lists import folded, names_of
from tools.standalone import (
    LABS,
    SETTINGS,
    computed,
    labs,
    parts,
    programs,
    standalone,
    template,
)

every_lab = pytest.mark.parametrize("path", labs(), ids=lambda path: path.stem)
every_program = pytest.mark.parametrize("path", programs(), ids=lambda path: path.stem)
FLAGS = (False, True)


@every_lab
def test_runs_alone_and_gives_its_record(path):
    printed, result = record.run_main(path, standalone(path))
    expected = path.with_suffix(".out").read_text(encoding="utf-8")
    advice = f"make record only={path.stem}"
    assert difference(expected, printed) is None, advice
    was = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    was.pop("findings", None)
    assert record_difference(path.stem, was, result) is None, advice


def test_what_has_a_network_s_colour_has_its_name():
    coloured = r'<text [^>]*text-(rnn|gru|lstm)[ "][^>]*>([^<]*)'
    stills = "".join(text(path) for path in LABS.glob("*.html"))
    names = re.findall(coloured, stills)
    assert len(names) >= 12
    assert all(words.startswith(kind.upper()) for kind, words in names), names


def test_a_sentence_and_a_table_say_whose_number_is_whose():
    still, found = text(LABS / "gradients.html"), computed("gradients")
    far = {name: found[name.lower()][-1] for name in ("RNN", "GRU")}
    heads = re.findall(r'<th scope="col">(.*?)</th>', still)[1:]
    last = re.findall("<td>(.*?)</td>", still.rpartition("<tr>")[2])
    cells = dict(zip(heads, last, strict=True))
    for name, number in far.items():
        said = re.search(rf"([\d.]+(?: × 10\S+)?) in the {name}", still)[1]
        assert numbers(said + " " + cells[name]) == pytest.approx(
            [number] * 2, rel=0.01
        )
    assert f"The {max(far, key=far.get)} keeps more." in still


@every_program
def test_what_is_handed_out_is_whole_and_holds_nothing_spare(path):
    source = standalone(path)
    tree = ast.parse(source)
    assert ast.get_docstring(tree)
    assert "--8<--" not in source
    assert template(path).count(SETTINGS) == 1
    imports = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    assert not [n for n in imports if getattr(n, "module", "").startswith("snippets")]
    names = {alias.asname or alias.name for node in imports for alias in node.names}
    assert names <= {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    # What is taken from the guide is the guide's own text, and the rest the labs'.
    texts, found = guide_texts(), parts(source)
    functions = [n.name for n in tree.body if isinstance(n, ast.FunctionDef)]
    assert len(functions) == len(set(functions))
    for name in functions:
        assert source.count(name) > 1, f"{name} is not used"
        assert any(found[name] in text for text in texts), name


@cache
def guide_texts():
    guide = [*record.programs("from_scratch"), *programs()]
    return [strip_markers(one.read_text(encoding="utf-8")) for one in guide]


@pytest.mark.parametrize("reset_after", FLAGS)
@pytest.mark.parametrize("units", [1, 2, 5])
def test_a_step_is_that_of_the_tested_cell(monkeypatch, units, reset_after):
    """compute() compares the two; and it would see a difference."""
    random = np.random.RandomState(units)
    for keeps in FLAGS:
        given = {
            "kernel": random.normal(size=(1, 3 * units)),
            "recurrent_kernel": random.normal(size=(units, 3 * units)),
            "bias": random.normal(size=3 * units),
            "start": random.normal(size=units),
            "steps": [[x, *random.choice([None, 0, 0.3, 1], 2)] for x in range(-5, 5)],
        }
        given |= {"z_keeps": keeps, "reset_after": reset_after}
        assert step_the_cell.compute(**given)["same"]
        with monkeypatch.context() as patched:
            patched.setattr(
                step_the_cell,
                "gru_step",
                lambda *a, **form: gru_step(*a, **form) + 1e-6,
            )
            assert not step_the_cell.compute(**given)["same"]


@pytest.mark.parametrize("start", ["keras", "pytorch"])
def test_the_walk_is_that_of_the_guides_backward_passes(start):
    """To single precision, in which the lab keeps its states."""
    length, units, seed = 20, 8, 4
    found = gradients.compute(length, units, 1.2, 1.0, start, 1.0, seed)
    random = np.random.RandomState(seed)
    inputs = random.normal(size=(1, length, 1))
    upstream, last = np.zeros((1, length, units)), random.normal(size=units)
    upstream[0, -1] = last / np.linalg.norm(last)
    kernel, recurrent, biases = gradients.drawn(random, start, units, 1)
    rnn = (inputs, kernel, 1.2 * recurrent, biases.sum(axis=0), upstream)
    kernel, recurrent, biases = gradients.drawn(random, start, units, 3)
    biases[0, :units] += 1.0
    gru = (inputs, kernel, 1.2 * recurrent, biases, upstream)
    ends = rnn_gradients(*rnn).initial_hidden, gru_gradients(*gru).initial_hidden
    expected = [np.linalg.norm(end) for end in ends]
    assert [found["rnn"][-1], found["gru"][-1]] == pytest.approx(expected, rel=1e-5)


def test_networks_are_those_of_the_experiment_to_four_digits():
    networks = json.loads((LABS / "networks.json").read_text(encoding="utf-8"))
    assert networks == record.networks(), "make record only=recall_race"
    path = record.SNIPPETS / "experiments" / "inside_gate.json"
    pieces = json.loads(path.read_text(encoding="utf-8"))["pieces"]
    for name, by_rate in networks.items():
        result = chosen(pieces, form="hard", network=name)
        for rate, kept in by_rate.items():
            run, seeds = result["runs"][rate], len(kept["weights"])
            assert seeds == 5
            assert kept["solved_at"] == run["steps"][:seeds]
            for pair in zip(kept["weights"], run["weights"][:seeds], strict=True):
                both = dict(zip("ab", pair, strict=True))
                told = recall_race.compute(4, 0.8, 7, both)
                answers = told["a"]["answers"], told["b"]["answers"]
                np.testing.assert_allclose(*answers, rtol=0, atol=0.02)


def test_names_are_written_with_a_to_z_and_drawn_in_no_order_of_the_alphabet():
    assert [folded(name) for name in ("Müller", "Đorđević", "O'Neill", "Strauß")] == [
        "muller",
        "dordevic",
        "oneill",
        "strauss",
    ]
    names = names_of("it_IT", 200)
    assert len(set(names)) == 200
    assert names == names_of("it_IT", 400)[:200]
    assert list(names) != sorted(names)
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz") for name in names)
    with pytest.raises(ValueError, match=r"it_IT: expected 99999 names, faker lists"):
        names_of("it_IT", 99_999)


SIZES = list(itertools.product((1, 20), (1, 8, 64), (1, 2, 4)))


@pytest.mark.keras
@pytest.mark.parametrize("bidirectional", FLAGS)
@pytest.mark.parametrize("bias", FLAGS)
@pytest.mark.parametrize("after", FLAGS)
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

    for size in SIZES:
        ours = count_the_parameters.compute(*size, bidirectional, bias, after, "keras")
        gru = built(keras.layers.GRU, *size, reset_after=after)
        assert ours["gru"]["parameters"] == gru
        assert ours["rnn"]["parameters"] == built(keras.layers.SimpleRNN, *size)


def test_the_ratio_is_exactly_three_when_the_biases_match_as_always_in_pytorch():
    for bias, after, library in itertools.product(FLAGS, FLAGS, ("keras", "pytorch")):
        found = count_the_parameters.compute(5, 7, 2, True, bias, after, library)
        match = library == "pytorch" or not bias or not after
        assert (found["ratio"] == 3) == match
        assert found["gru"]["products"] == 3 * found["rnn"]["products"]
    for features, units, _ in SIZES:
        # weight_ih (3u, d), weight_hh (3u, u), bias_ih, bias_hh (3u,), as documented.
        form = (features, units, 1, False, True, True, "pytorch")
        shapes = 3 * units * (features + units + 2)
        assert count_the_parameters.compute(*form)["gru"]["parameters"] == shapes


@pytest.mark.long
def test_a_nudge_stays_small_in_a_calm_run_and_grows_in_an_unstable_one(monkeypatch):
    """Two runs that differ by 1e-15 in one weight, each a thousand steps long."""
    start, seed = train_it_here.start, 3

    def nudged(*given):
        weights = start(*given)
        weights["recurrent_kernel"][0, 0] += 1e-15
        return weights

    apart = {}
    for cell in ("gru", "rnn"):
        race = {"task": "adding", "length": 20, "seed": seed, "steps": 1000}
        race["networks"] = [{"cell": cell, "units": 16, "rate": 0.003, "clip": 1}]
        one = computed("train_it_here", **race)[0]["loss"]
        with monkeypatch.context() as patched:
            patched.setattr(train_it_here, "start", nudged)
            other = computed("train_it_here", **race)[0]["loss"]
        apart[cell] = np.abs(np.subtract(one, other))
    assert apart["gru"].max() < 1e-12
    assert apart["rnn"][:100].max() < 1e-12
    assert apart["rnn"].max() > 1e-3


WRONG = [
    ("count_the_parameters", {"framework": "jax"}, "FRAMEWORK: expected 'keras' or"),
    ("gradients", {"start": "jax"}, "START: expected 'keras' or 'pytorch', got 'jax'"),
    ("read_my_name", {"name": "O'Hara"}, "NAME: expected letters from a to z, got"),
    ("read_my_name", {"at": 9}, "AT: expected 0 to 8, got 9"),
    ("read_my_name", {"about": "me"}, "ABOUT: expected 'letter' or 'language', got"),
    ("train_it_here", {"task": "sorting"}, "TASK: expected one of .* got 'sorting'"),
    ("train_it_here", {"networks": [{"cell": "cnn"}]}, "cell: expected one of .* got"),
    ("recall_race", {"mark": 26}, "MARK: expected a step from 1 to 25, got 26"),
    ("step_the_cell", {"kernel": [[1, 2]]}, "expected KERNEL .1, 3 units., .* got"),
    ("step_the_cell", {"start": [0, 0]}, "with START .units,., here .2,.; got"),
    ("step_the_cell", {"bias": [1.0]}, "expected .* BIAS .3 units,., .* got"),
    ("which_one", {"lag": 51}, r"LAG: expected one of range\(1, 51\), got 51"),
    ("which_one", {"lag": 0}, "LAG: expected one of .* got 0"),
    ("which_one", {"data": "big"}, "DATA: expected one of .* got 'big'"),
    ("which_one", {"streaming": "yes"}, "STREAMING: expected one of .* got 'yes'"),
]


@pytest.mark.parametrize(("stem", "change", "said"), WRONG)
def test_a_wrong_setting_is_refused(stem, change, said):
    with pytest.raises(ValueError, match=said):
        computed(stem, **change)


def test_the_readers_are_those_that_labs_offer():
    offered = {name: json.loads(one) for name, one in readers().items()}
    verb = {f"labs/verb-{name}.json" for name in ("rnn", "gru", "bias_gru", "gru_0.1")}
    assert set(offered) == verb | {"labs/names-rnn.json", "labs/names-gru.json"}
    assert all(offered.values())
