"""The NumPy cells: what their numbers and their axes mean, and what they refuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.from_scratch import gru_cell, one_unit_by_hand, rnn_cell
from snippets.from_scratch.gru_gradients import gru_gradients
from snippets.from_scratch.rnn_gradients import rnn_gradients

CELLS = ("rnn", "gru_reset_after", "gru_reset_before")
sizes = st.tuples(*(st.integers(1, top) for top in (4, 6, 4, 5)))


def random_weights(rng, cell, features, units):
    blocks = 1 if cell == "rnn" else 3
    bias_shape = (2, 3 * units) if cell == "gru_reset_after" else (blocks * units,)
    return (
        rng.normal(size=(features, blocks * units)),
        rng.normal(size=(units, blocks * units)),
        rng.normal(size=bias_shape),
    )


def run(cell, inputs, weights, initial_hidden=None):
    if cell == "rnn":
        return rnn_cell.rnn_sequence(inputs, *weights, initial_hidden)
    after = cell == "gru_reset_after"
    return gru_cell.gru_sequence(inputs, *weights, initial_hidden, reset_after=after)


def gradients(cell, inputs, weights, upstream):
    if cell == "rnn":
        return rnn_gradients(inputs, *weights, upstream)
    after = cell == "gru_reset_after"
    return gru_gradients(inputs, *weights, upstream, reset_after=after)


@pytest.fixture(params=CELLS)
def case(request):
    rng = np.random.default_rng(7)
    inputs = rng.normal(size=(4, 6, 3))
    return request.param, inputs, random_weights(rng, request.param, 3, 5)


def assert_axes(read, inputs, atol=0.0):
    """Axes are batch, steps, features: what each change reaches, and what not."""
    before, changed = read(inputs), []
    for place in (np.s_[0], np.s_[:, 0], np.s_[:, -1]):
        moved = inputs.copy()
        moved[place] += 1
        changed.append(np.abs(read(moved) - before))
    example, first, last = changed
    assert example[1:].max() <= atol < 1e-3 < example[0].max()
    assert first[:, -1].max(axis=1).min() > 1e-9
    assert last[:, :-1].max() <= atol < 1e-3 < last[:, -1].max()


def test_axes_are_batch_steps_features(case):
    cell, inputs, weights = case
    assert_axes(lambda x: run(cell, x, weights), inputs)


def test_a_sequence_can_be_read_in_two_parts(case):
    cell, inputs, weights = case
    whole = run(cell, inputs, weights)
    first = run(cell, inputs[:, :2], weights)
    rest = run(cell, inputs[:, 2:], weights, first[:, -1])
    np.testing.assert_allclose(rest, whole[:, 2:], rtol=0, atol=1e-15)


def test_float32_stays_float32(case):
    cell, inputs, weights = case
    inputs, *weights = (array.astype("float32") for array in (inputs, *weights))
    states = run(cell, inputs, weights)
    assert states.dtype == np.float32
    for gradient in gradients(cell, inputs, weights, states):
        assert gradient.dtype == np.float32


def test_whole_numbers_will_do(case):
    cell, _, weights = case
    whole = np.arange(36).reshape(4, 3, 3)
    states = run(cell, whole + 0.0, weights)
    np.testing.assert_array_equal(run(cell, whole, weights), states)
    got = gradients(cell, whole, weights, np.ones((4, 3, 5), int))
    expected = gradients(cell, whole + 0.0, weights, np.ones((4, 3, 5)))
    np.testing.assert_array_equal(got.inputs, expected.inputs)


@given(sizes, st.sampled_from(CELLS), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=60)
def test_shape_and_range_for_any_size(size, cell, seed):
    batch, steps, features, units = size
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(batch, steps, features))
    states = run(cell, inputs, random_weights(rng, cell, features, units))
    assert states.shape == (batch, steps, units)
    assert np.abs(states).max() <= 1


def test_rnn_step_is_its_equation():
    x, hidden, kernel, recurrent_kernel = np.reshape([2, 0.5, 0.3, -0.4], (4, 1, 1))
    got = rnn_cell.rnn_step(x, hidden, kernel, recurrent_kernel, np.array([0.1]))
    np.testing.assert_allclose(got, np.tanh([[2.0 * 0.3 - 0.5 * 0.4 + 0.1]]))


# One unit, one feature. The states were computed with torch.nn.GRU in float64; they tie
# our cells to a third library.
KERNEL, RECURRENT_KERNEL = np.array([[-0.6, 0.8, 1.2]]), np.array([[0.9, 0.5, -0.7]])
TORCH_INPUTS = (1.0, -0.5, 0.25)
TORCH_STATES = (0.5317481859594473, 0.23301142383001525, 0.2904291959295179)


def states_of(bias):
    inputs = np.reshape(TORCH_INPUTS, (1, 3, 1))
    weights = KERNEL, RECURRENT_KERNEL, np.array(bias)
    return gru_cell.gru_sequence(inputs, *weights)[0, :, 0]


def test_gru_gives_the_numbers_of_torch():
    # The candidate's bias 0.3 is torch's b_hn: on the state's side, inside the reset.
    states = states_of([[0.2, 0.1, 0.0], [0.0, 0.0, 0.3]])
    np.testing.assert_allclose(states, TORCH_STATES, rtol=0, atol=1e-12)


def test_one_unit_by_hand_is_the_cell():
    hidden, states = 0.0, []
    for x in TORCH_INPUTS:
        hidden = one_unit_by_hand.step(x, hidden).hidden
        states.append(hidden)
    expected = states_of([[0.2, 0.1, 0.3], [0.0, 0.0, 0.0]])
    np.testing.assert_allclose(states, expected, rtol=0, atol=1e-15)


def gru_with_gates_held(z_bias, r_bias):
    rng = np.random.default_rng(3)
    kernel, recurrent_kernel, bias = random_weights(rng, "gru_reset_after", 2, 4)
    kernel[:, :8], recurrent_kernel[:, :8], bias[:, :8] = 0, 0, 0
    bias[0, :4], bias[0, 4:8] = z_bias, r_bias
    return rng.normal(size=(3, 7, 2)), kernel, recurrent_kernel, bias


def test_update_gate_at_1_copies_the_old_state():
    inputs, *weights = gru_with_gates_held(z_bias=60, r_bias=0)
    states = gru_cell.gru_sequence(inputs, *weights, np.full((3, 4), 0.37))
    np.testing.assert_allclose(states, np.full((3, 7, 4), 0.37), rtol=0, atol=1e-15)


def test_update_gate_at_0_and_reset_gate_at_1_is_an_rnn():  # the page's exercise
    inputs, kernel, recurrent_kernel, bias = gru_with_gates_held(z_bias=-60, r_bias=60)
    bias[1] = 0
    gru = gru_cell.gru_sequence(inputs, kernel, recurrent_kernel, bias)
    candidate = kernel[:, 8:], recurrent_kernel[:, 8:], bias[0, 8:]
    rnn = rnn_cell.rnn_sequence(inputs, *candidate)
    np.testing.assert_allclose(gru, rnn, rtol=0, atol=1e-14)


@pytest.mark.parametrize("units", [1, 2, 5])
def test_reset_place_matters_from_two_units_on_and_not_for_one(units):
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(2, 6, 3))
    kernel, recurrent_kernel, bias = random_weights(rng, "rnn", 3, 3 * units)
    recurrent_kernel, bias = recurrent_kernel[:units], np.stack([bias, 0 * bias])
    after = run("gru_reset_after", inputs, (kernel, recurrent_kernel, bias))
    before = run("gru_reset_before", inputs, (kernel, recurrent_kernel, bias[0]))
    assert np.allclose(after, before, rtol=0, atol=1e-12) == (units == 1)


def test_sigmoid_does_not_overflow():
    with np.errstate(all="raise"):
        ends = gru_cell.sigmoid(np.array([-1e4, 0.0, 1e4]))
    np.testing.assert_array_equal(ends, [0.0, 0.5, 1.0])


# A batch of 2, 3 steps, 5 features, 4 units; upstream only for the gradients.
RNN = {"inputs": (2, 3, 5), "kernel": (5, 4), "recurrent_kernel": (4, 4), "bias": (4,)}
GRU = RNN | {"kernel": (5, 12), "recurrent_kernel": (4, 12), "bias": (2, 12)}
SQUARE = RNN | {"inputs": (4, 3, 5), "upstream": (4, 3, 4)}
# NumPy would stretch these, or cut them, without a word: the one assert refuses them.
STRETCHED = [
    (rnn_cell.rnn_sequence, RNN, {"kernel": [(5, 1), (5,)]}),
    (rnn_cell.rnn_sequence, RNN, {"recurrent_kernel": [(4, 1), (4,)]}),
    (rnn_cell.rnn_sequence, RNN, {"bias": [(1,), (), (2, 4), (2, 1), (2, 2, 4)]}),
    (gru_cell.gru_sequence, GRU, {"kernel": [(5, 3)], "recurrent_kernel": [(4, 3)]}),
    (rnn_gradients, RNN, {"upstream": [(1, 3, 4), (2, 3, 1), (3, 4), (4,), (2, 9, 4)]}),
    (rnn_gradients, SQUARE, {"bias": [(1,), (1, 4), (4, 4)]}),
    (gru_gradients, GRU, {"upstream": [(1, 3, 4), (2, 3, 1), (3, 4), (4,), (2, 9, 4)]}),
]
# Of these NumPy says itself what does not fit.
LOUD = [
    (rnn_cell.rnn_sequence, RNN, {"inputs": [(5, 5), (2, 3, 4)], "kernel": [(4, 4)]}),
    (rnn_cell.rnn_sequence, RNN, {"recurrent_kernel": [(5, 4)]}),
    (rnn_cell.rnn_sequence, RNN, {"initial_hidden": [(2, 5), (3, 4), (2, 1)]}),
    (gru_cell.gru_sequence, GRU, {"inputs": [(5, 5), (2, 3, 4)], "kernel": [(4, 12)]}),
    (gru_cell.gru_sequence, GRU, {"bias": [(12,), (2, 4), (2, 1), (1, 12)]}),
    (gru_cell.gru_sequence, GRU, {"initial_hidden": [(2, 5), (3, 4), (2, 1)]}),
    (rnn_gradients, RNN, {"inputs": [(5, 5), (2, 3, 4)], "kernel": [(5, 1), (5,)]}),
    (rnn_gradients, RNN, {"recurrent_kernel": [(4, 1), (4,), (5, 4)]}),
    (gru_gradients, GRU, {"inputs": [(5, 5), (2, 3, 4)], "kernel": [(5, 3), (4, 12)]}),
    (
        gru_gradients,
        GRU,
        {"recurrent_kernel": [(4, 3)], "bias": [(12,), (2, 4), (2, 1)]},
    ),
]


def each(table):
    return [
        pytest.param(
            function, good, {name: shape}, id=f"{function.__name__}-{name}-{shape}"
        )
        for function, good, bad in table
        for name, shapes in bad.items()
        for shape in shapes
    ]


def call(function, shapes):
    if function in (rnn_gradients, gru_gradients):
        shapes = {"upstream": (2, 3, 4)} | shapes
    return function(**{name: np.ones(shape) for name, shape in shapes.items()})


@pytest.mark.parametrize(("function", "good", "wrong"), each(STRETCHED))
def test_what_numpy_would_stretch_is_refused(function, good, wrong):
    call(function, good)
    with pytest.raises(AssertionError):
        call(function, good | wrong)


@pytest.mark.parametrize(("function", "good", "wrong"), each(LOUD))
def test_numpy_refuses_every_other_wrong_shape(function, good, wrong):
    with pytest.raises(
        ValueError, match=r"shape|size|broadcast|dimension|unpack|split"
    ):
        call(function, good | wrong)
