"""The NumPy cells, the counts and the claims of the Keras snippets against Keras."""

import json
import os
import subprocess
import sys
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.from_scratch import count_parameters
from snippets.record import SNIPPETS, run

pytestmark = pytest.mark.keras


@pytest.fixture(scope="module")
def keras():
    import keras

    return keras


@pytest.fixture(scope="module")
def agreement():
    from snippets.experiments import agreement

    return agreement


CELLS = ("rnn", "gru_reset_after", "gru_reset_before")


@pytest.fixture(scope="module")
def grid(agreement):
    """Every case of the recorded grid, measured anew: case -> (states, gradients)."""
    axes = (agreement.CELLS, agreement.SIZES, agreement.SEEDS, list(agreement.BOUNDS))
    return {case: agreement.differences_of(*case) for case in product(*axes)}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("cell", CELLS)
def test_numpy_is_keras(agreement, grid, cell, dtype):
    cases = [c for c in grid if c[0] == cell and c[3] == dtype]
    sizes = {size for _, size, _, _ in cases}
    assert {(1, 1, 1, 1), (2, 200, 2, 8)} <= sizes
    for place in zip(*sizes, strict=True):  # batch, steps, features, units
        assert 1 in place
    for case in cases:
        state, gradient = grid[case]
        assert state < agreement.BOUNDS[dtype][0], case
        assert gradient < agreement.BOUNDS[dtype][1], case


def test_the_recorded_agreement_is_that_of_the_grid(agreement, grid):
    path = SNIPPETS / "experiments" / "agreement.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    assert record["cases"] == len(grid)
    assert record["seeds"] == len(agreement.SEEDS)
    assert record["longest"] == max(size[1] for size in agreement.SIZES)
    for dtype, bounds in agreement.BOUNDS.items():
        for place, what in enumerate(("state", "gradient")):
            seen = max(grid[case][place] for case in grid if case[3] == dtype)
            recorded = record[f"{dtype}_{what}"]
            assert record[f"{dtype}_{what}_bound"] == bounds[place]
            assert recorded < bounds[place]
            # Rounding differs from machine to machine, its size does not.
            assert seen / 10 < recorded < seen * 10
    assert {"date", "processor", "keras", "tensorflow"} <= set(record["recorded"])


@given(
    st.sampled_from(CELLS),
    st.tuples(*(st.integers(1, top) for top in (5, 8, 6, 9))),
    st.integers(0, 2**32 - 1),
)
@settings(deadline=None, max_examples=25, derandomize=True)
def test_numpy_is_keras_for_any_shape(cell, size, seed):
    from snippets.experiments import agreement

    state, gradient = agreement.differences_of(cell, size, seed, "float64")
    assert state < agreement.BOUNDS["float64"][0]
    assert gradient < agreement.BOUNDS["float64"][1]


def test_agreement_refuses_an_unknown_cell(agreement):
    with pytest.raises(ValueError, match=r"expected a cell of .* got lstm, float32"):
        agreement.differences_of("lstm", (1, 1, 1, 1), 0, "float32")


@pytest.mark.parametrize("features", [1, 2, 5, 17])
@pytest.mark.parametrize("units", [1, 2, 8, 64])
def test_counts_are_those_of_keras(keras, features, units):
    layers = {
        count_parameters.rnn_parameters: keras.layers.SimpleRNN,
        count_parameters.gru_parameters: keras.layers.GRU,
        count_parameters.lstm_parameters: keras.layers.LSTM,
    }
    for (formula, layer_type), use_bias in product(layers.items(), (True, False)):
        layer = layer_type(units, use_bias=use_bias)
        layer.build((None, 10, features))
        assert formula(features, units, use_bias=use_bias) == layer.count_params()
    for use_bias in (True, False):
        layer = keras.layers.GRU(units, reset_after=False, use_bias=use_bias)
        layer.build((None, 10, features))
        formula = count_parameters.gru_parameters
        got = formula(features, units, reset_after=False, use_bias=use_bias)
        assert got == layer.count_params()


def test_layers_without_a_bias_go_straight_in(keras):
    from snippets.from_scratch.gru_cell import gru_sequence
    from snippets.from_scratch.rnn_cell import rnn_sequence

    inputs = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    rnn = keras.layers.SimpleRNN(4, use_bias=False, return_sequences=True)
    gru = keras.layers.GRU(4, use_bias=False, return_sequences=True)
    for layer, sequence in ((rnn, rnn_sequence), (gru, gru_sequence)):
        expected = np.array(layer(inputs))
        got = sequence(inputs, *layer.get_weights())
        np.testing.assert_allclose(got, expected, rtol=0, atol=5e-6)


@pytest.mark.parametrize("kind", ["SimpleRNN", "GRU"])
def test_axes_of_the_keras_layers_mean_what_the_guide_says(keras, kind):
    layer = getattr(keras.layers, kind)(4, return_sequences=True)
    inputs = np.random.default_rng(0).normal(size=(3, 6, 2)).astype("float32")
    before = np.array(layer(inputs))
    example, first, last = inputs.copy(), inputs.copy(), inputs.copy()
    example[0] += 1
    first[:, 0] += 1
    last[:, -1] += 1
    np.testing.assert_allclose(np.array(layer(example))[1:], before[1:], atol=1e-6)
    assert np.abs(np.array(layer(first))[:, -1] - before[:, -1]).min(axis=1).all()
    np.testing.assert_allclose(np.array(layer(last))[:, :-1], before[:, :-1], atol=1e-6)


SETTINGS = [
    {"COLUMNS": "40"},
    {"LC_ALL": "C"},
    {"PYTHONIOENCODING": "ascii", "COLUMNS": "200"},
]


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_the_summary_is_the_same_in_every_terminal(setting):
    path = SNIPPETS / "with_keras" / "gru_model.py"
    printed = subprocess.run(
        [sys.executable, str(path)],
        env={**os.environ, **setting},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    ).stdout.decode("utf-8")
    assert printed == path.with_suffix(".out").read_text(encoding="utf-8")


def test_the_summary_does_not_depend_on_layers_made_before(tmp_path):
    code = (
        "import sys, keras; sys.path.insert(0, sys.argv[1])\n"
        "for _ in range(3): keras.Sequential([keras.layers.GRU(2)])\n"
        "import gru_model; gru_model.main()"
    )
    folder = SNIPPETS / "with_keras"
    printed = run(["-c", code, str(folder)], tmp_path)
    assert printed == (folder / "gru_model.out").read_text(encoding="utf-8")


def test_the_numbers_of_the_summary_are_those_of_count_params():
    from snippets.with_keras.gru_model import build_model

    model = build_model()
    gru, dense = model.layers
    assert (gru.count_params(), dense.count_params()) == (12864, 65)
    text = (SNIPPETS / "with_keras" / "gru_model.out").read_text(encoding="utf-8")
    assert f"Total params: {model.count_params():,} " in text
    assert f"{gru.count_params():,} │" in text
    assert model.output_shape == (None, 1)


@pytest.mark.parametrize("bad", [0, -3, 2.5, "10", True])
def test_build_model_refuses_bad_sizes(bad):
    from snippets.with_keras.gru_model import build_model

    with pytest.raises(ValueError, match="units: expected a whole number from 1 up"):
        build_model(units=bad)


def test_the_older_form_warns_and_builds_the_same_layer(capsys):
    from snippets.with_keras import article_form

    result = article_form.main()
    assert result == {"gru": 12864, "warnings": 1}
    assert "UserWarning: Do not pass an `input_shape`" in capsys.readouterr().out


def test_same_numbers_refuses_the_other_reset_variant(keras):
    from snippets.with_keras.same_numbers import gru_by_hand

    layer = keras.layers.GRU(2, reset_after=False)
    layer.build((1, 2, 1))
    with pytest.raises(ValueError, match="expected reset_after=True, got"):
        gru_by_hand(np.zeros((1, 2, 1), "float32"), layer)


def test_negating_the_update_gate_converts_to_float64_accuracy(keras):
    from snippets.with_keras import conventions

    inputs = np.random.default_rng(0).normal(size=(3, 12, 2))
    layer = keras.layers.GRU(5, reset_after=False, dtype="float64")
    expected = np.array(layer(inputs))
    kernel, recurrent_kernel, _ = layer.get_weights()
    negate = conventions.negate_update_gate
    got = conventions.chung_gru(inputs, negate(kernel), negate(recurrent_kernel))
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-12)
    plain = conventions.chung_gru(inputs, kernel, recurrent_kernel)
    assert np.abs(plain - expected).max() > 0.1
    np.testing.assert_array_equal(negate(negate(kernel)), kernel)


def test_the_place_of_reset_matters_from_two_units_on():
    from snippets.with_keras.conventions import reset_place_difference

    inputs = np.random.default_rng(0).normal(size=(3, 12, 2)).astype("float32")
    assert reset_place_difference(1, inputs) < 5e-6
    for units in (2, 5):
        assert reset_place_difference(units, inputs) > 1e-4


def test_conventions_refuse_wrong_shapes():
    from snippets.with_keras import conventions

    with pytest.raises(ValueError, match=r"inputs: expected .* got shape \(2, 3\)"):
        conventions.chung_gru(np.zeros((2, 3)), np.zeros((1, 6)), np.zeros((2, 6)))
    with pytest.raises(ValueError, match=r"last axis of 3 units, got .* \(2, 4\)"):
        conventions.negate_update_gate(np.zeros((2, 4)))


def test_exchanged_axes_leak(keras):
    from snippets.with_keras.axis_order import leak

    inputs = np.random.default_rng(0).normal(size=(4, 4, 2))
    layer = keras.layers.GRU(3, return_sequences=True)
    assert leak(inputs, layer, batch_axis=0) < 1e-6
    assert leak(inputs, layer, batch_axis=1) > 1e-3
    with pytest.raises(ValueError, match=r"batch_axis 0 or 1, got .* batch_axis 2"):
        leak(inputs, layer, batch_axis=2)


def test_training_data_is_what_the_page_says():
    from snippets.with_keras.first_training import waves

    inputs, targets = waves(50, seed=0)
    assert inputs.shape == (50, 10, 1)
    assert targets.shape == (50, 1)
    assert np.abs(targets).max() <= 1
    again, _ = waves(50, seed=0)
    np.testing.assert_array_equal(inputs, again)
    with pytest.raises(ValueError, match="examples: expected a whole number"):
        waves(0, seed=0)


def test_odd_inputs_of_the_keras_snippets_are_refused_with_what_came(keras):
    from snippets.with_keras import (
        axis_order,
        conventions,
        first_training,
        open_gate,
        same_numbers,
    )

    gru = keras.layers.GRU(3)
    built = keras.layers.GRU(3)
    built.build((1, 4, 2))
    cube = np.zeros((4, 4, 2), "float32")
    calls = [
        lambda: same_numbers.gru_by_hand(cube, gru),
        lambda: same_numbers.rnn_by_hand(cube, built),
        lambda: same_numbers.gru_by_hand(cube[0], built),
        lambda: same_numbers.gru_by_hand(cube[..., :1], built),
        lambda: same_numbers.gru_by_hand(cube * np.nan, built),
        lambda: conventions.chung_gru(cube, np.zeros((1, 9)), np.zeros((3, 9))),
        lambda: conventions.chung_gru(cube, np.zeros(9), np.zeros((3, 9))),
        lambda: conventions.negate_update_gate(np.array(1.0)),
        lambda: axis_order.leak(cube, built, batch_axis=0),
        lambda: axis_order.leak(cube[:2], built, batch_axis=0),
        lambda: axis_order.leak([[1.0]], built, batch_axis=0),
        lambda: open_gate.open_update_gate(keras.layers.SimpleRNN(3), 1.0),
        lambda: open_gate.open_update_gate(built, "4"),
        lambda: open_gate.chrono_bias(1.5, 10, 0),
        lambda: first_training.waves(3, "x"),
        lambda: first_training.waves(1.5, 0),
    ]
    for number, call in enumerate(calls):
        with pytest.raises(ValueError, match=r"expected (?s:.*)got ") as error:
            call()
        assert "Traceback" not in str(error.value), number
