"""The NumPy cells, the counts and what the Keras programs say, against Keras."""

import json
import os
import subprocess
import sys
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.experiments import agreement
from snippets.from_scratch import count_parameters
from tests.snippets.test_cells import CELLS, assert_axes
from tools.record import SNIPPETS, run

pytestmark = pytest.mark.keras


@pytest.fixture(scope="module")
def keras():
    import keras

    return keras


@pytest.fixture(scope="module")
def grid():
    """The recorded grid with its first seed, measured anew: the case, then states and
    gradients. `make long` measures all of its seeds.
    """
    axes = (agreement.CELLS, agreement.SIZES, agreement.SEEDS[:1], [*agreement.BOUNDS])
    return {case: agreement.differences_of(*case) for case in product(*axes)}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("cell", CELLS)
def test_numpy_is_keras(grid, cell, dtype):
    cases = [case for case in grid if (case[0], case[3]) == (cell, dtype)]
    for case in cases:
        assert np.less(grid[case], agreement.BOUNDS[dtype]).all(), case


def test_the_recorded_agreement_is_that_of_the_grid(grid):
    path = SNIPPETS / "experiments" / "agreement.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    assert record["seeds"] == len(agreement.SEEDS)
    assert record["cases"] == len(grid) * len(agreement.SEEDS)
    assert record["longest"] == max(size[1] for size in agreement.SIZES)
    for dtype, bounds in agreement.BOUNDS.items():
        for place, what in enumerate(("state", "gradient")):
            seen = max(grid[case][place] for case in grid if case[3] == dtype)
            recorded = record[f"{dtype}_{what}"]
            assert record[f"{dtype}_{what}_bound"] == bounds[place] > recorded
            # Rounding differs from machine to machine, its size does not.
            assert seen / 10 < recorded < seen * 10


@given(
    st.sampled_from(CELLS),
    st.tuples(*(st.integers(1, top) for top in (5, 8, 6, 9))),
    st.integers(0, 2**32 - 1),
)
@settings(deadline=None, max_examples=25, derandomize=True)
def test_numpy_is_keras_for_any_shape(cell, size, seed):
    found = agreement.differences_of(cell, size, seed, "float64")
    assert np.less(found, agreement.BOUNDS["float64"]).all()


@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize("features", [1, 2, 5, 17])
@pytest.mark.parametrize("units", [1, 2, 8, 64])
def test_counts_are_those_of_keras(keras, features, units, use_bias):
    counts = count_parameters
    for formula, kind, form in (
        (counts.rnn_parameters, keras.layers.SimpleRNN, {}),
        (counts.gru_parameters, keras.layers.GRU, {}),
        (counts.gru_parameters, keras.layers.GRU, {"reset_after": False}),
        (counts.lstm_parameters, keras.layers.LSTM, {}),
    ):
        layer = kind(units, use_bias=use_bias, **form)
        layer.build((None, 10, features))
        assert formula(features, units, use_bias, **form) == layer.count_params()


@pytest.mark.parametrize("kind", ["SimpleRNN", "GRU"])
def test_axes_of_the_keras_layers_mean_what_the_guide_says(keras, kind):
    layer = getattr(keras.layers, kind)(4, return_sequences=True)
    inputs = np.random.default_rng(0).normal(size=(3, 6, 2)).astype("float32")
    assert_axes(lambda x: np.array(layer(x)), inputs, atol=1e-6)


TERMINALS = [
    {"PYTHONIOENCODING": "ascii", "COLUMNS": "40", "LC_ALL": "C"},
    pytest.param({"COLUMNS": "200"}, marks=pytest.mark.long),
]


@pytest.mark.parametrize("setting", TERMINALS, ids=str)
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
    gru, dense = (layer.count_params() for layer in model.layers)
    assert (gru, dense, model.output_shape) == (12864, 65, (None, 1))
    text = (SNIPPETS / "with_keras" / "gru_model.out").read_text(encoding="utf-8")
    assert f"Total params: {model.count_params():,} " in text
    assert f"{gru:,} │" in text


def test_negating_the_update_gate_converts_to_float64_accuracy(keras):
    from snippets.with_keras.conventions import chung_gru, negate_update_gate

    inputs = np.random.default_rng(0).normal(size=(3, 12, 2))
    layer = keras.layers.GRU(5, reset_after=False, dtype="float64")
    expected = np.array(layer(inputs))
    kernel, recurrent_kernel, _ = layer.get_weights()
    plain = chung_gru(inputs, kernel, recurrent_kernel)
    assert np.abs(plain - expected).max() > 0.1
    turned = negate_update_gate(kernel), negate_update_gate(recurrent_kernel)
    np.testing.assert_allclose(chung_gru(inputs, *turned), expected, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(negate_update_gate(turned[0]), kernel)
    with pytest.raises(AssertionError):  # NumPy would stretch one unit over five
        chung_gru(inputs, kernel[:, ::5], recurrent_kernel)


@pytest.mark.parametrize("units", [1, 2, 5])
def test_the_place_of_reset_matters_from_two_units_on(units):
    from snippets.with_keras.conventions import reset_place_difference

    inputs = np.random.default_rng(0).normal(size=(3, 12, 2)).astype("float32")
    difference = reset_place_difference(units, inputs)
    assert difference < 5e-6 if units == 1 else difference > 1e-4


def test_exchanged_axes_leak(keras):
    from snippets.with_keras.axis_order import leak

    inputs = np.random.default_rng(0).normal(size=(4, 4, 2))
    layer = keras.layers.GRU(3, return_sequences=True)
    assert leak(inputs, layer, batch_axis=0) < 1e-6
    assert leak(inputs, layer, batch_axis=1) > 1e-3
