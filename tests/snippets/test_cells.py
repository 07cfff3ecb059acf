"""The NumPy cells: what their numbers and their axes mean, and what they refuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.from_scratch import gru_cell, one_unit_by_hand, rnn_cell

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


def run(cell, inputs, weights, **options):
    if cell == "rnn":
        return rnn_cell.rnn_sequence(inputs, *weights, **options)
    reset_after = cell == "gru_reset_after"
    return gru_cell.gru_sequence(inputs, *weights, reset_after=reset_after, **options)


@pytest.fixture(params=CELLS)
def case(request):
    rng = np.random.default_rng(7)
    inputs = rng.normal(size=(4, 6, 3))
    return request.param, inputs, random_weights(rng, request.param, 3, 5)


def test_one_example_does_not_reach_another(case):
    cell, inputs, weights = case
    changed = inputs.copy()
    changed[0] += 1.0
    before, after = run(cell, inputs, weights), run(cell, changed, weights)
    assert not np.allclose(before[0], after[0])
    np.testing.assert_array_equal(before[1:], after[1:])


def test_the_first_step_reaches_the_last_state(case):
    cell, inputs, weights = case
    changed = inputs.copy()
    changed[:, 0] += 1.0
    difference = run(cell, inputs, weights) - run(cell, changed, weights)
    assert (np.abs(difference[:, -1]).max(axis=1) > 1e-9).all()


def test_the_last_input_leaves_earlier_states_alone(case):
    cell, inputs, weights = case
    changed = inputs.copy()
    changed[:, -1] += 1.0
    before, after = run(cell, inputs, weights), run(cell, changed, weights)
    np.testing.assert_array_equal(before[:, :-1], after[:, :-1])
    assert not np.allclose(before[:, -1], after[:, -1])


def test_a_sequence_can_be_read_in_two_parts(case):
    cell, inputs, weights = case
    whole = run(cell, inputs, weights)
    first = run(cell, inputs[:, :2], weights)
    rest = run(cell, inputs[:, 2:], weights, initial_hidden=first[:, -1])
    np.testing.assert_allclose(rest, whole[:, 2:], rtol=0, atol=1e-15)


def test_float32_stays_float32(case):
    cell, inputs, weights = case
    weights = [w.astype("float32") for w in weights]
    assert run(cell, inputs.astype("float32"), weights).dtype == np.float32


@given(sizes, st.sampled_from(CELLS), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=60)
def test_shape_and_range_for_any_size(size, cell, seed):
    batch, steps, features, units = size
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(batch, steps, features))
    weights = random_weights(rng, cell, features, units)
    states = run(cell, inputs, weights)
    assert states.shape == (batch, steps, units)
    assert np.abs(states).max() <= 1


def test_lists_of_whole_numbers_will_do():
    states = rnn_cell.rnn_sequence([[[1], [0]]], [[1]], [[0]], [0])
    np.testing.assert_allclose(states[0, :, 0], [np.tanh(1), 0])


def test_rnn_step_is_its_equation():
    got = rnn_cell.rnn_step([[2.0]], [[0.5]], [[0.3]], [[-0.4]], [0.1])
    np.testing.assert_allclose(got, np.tanh([[2.0 * 0.3 - 0.5 * 0.4 + 0.1]]))


# One unit, one feature, in PyTorch's order reset, update, new. The states were computed
# with torch.nn.GRU in float64; they tie our cells to a third library.
TORCH_INPUTS = (1.0, -0.5, 0.25)
TORCH_STATES = (0.5317481859594473, 0.23301142383001525, 0.2904291959295179)


def test_gru_gives_the_numbers_of_torch():
    kernel, recurrent_kernel = [[-0.6, 0.8, 1.2]], [[0.9, 0.5, -0.7]]
    # The candidate's bias 0.3 is torch's b_hn: on the state's side, inside the reset.
    bias = [[0.2, 0.1, 0.0], [0.0, 0.0, 0.3]]
    inputs = np.reshape(TORCH_INPUTS, (1, 3, 1))
    states = gru_cell.gru_sequence(inputs, kernel, recurrent_kernel, bias)
    np.testing.assert_allclose(states[0, :, 0], TORCH_STATES, rtol=0, atol=1e-12)


def test_one_unit_by_hand_is_the_cell():
    kernel, recurrent_kernel = [[-0.6, 0.8, 1.2]], [[0.9, 0.5, -0.7]]
    bias = [[0.2, 0.1, 0.3], [0.0, 0.0, 0.0]]
    hidden = 0.0
    for x in TORCH_INPUTS:
        expected = gru_cell.gru_step([[x]], [[hidden]], kernel, recurrent_kernel, bias)
        hidden = one_unit_by_hand.step(x, hidden).hidden
        assert hidden == pytest.approx(expected[0, 0], abs=1e-15)


def gru_with_gates_held(z_bias, r_bias):
    rng = np.random.default_rng(3)
    kernel, recurrent_kernel, bias = random_weights(rng, "gru_reset_after", 2, 4)
    kernel[:, :8], recurrent_kernel[:, :8], bias[:, :8] = 0, 0, 0
    bias[0, :4], bias[0, 4:8] = z_bias, r_bias
    return rng.normal(size=(3, 7, 2)), kernel, recurrent_kernel, bias


def test_update_gate_at_1_copies_the_old_state():
    inputs, *weights = gru_with_gates_held(z_bias=60, r_bias=0)
    start = np.full((3, 4), 0.37)
    states = gru_cell.gru_sequence(inputs, *weights, initial_hidden=start)
    np.testing.assert_allclose(states, np.full((3, 7, 4), 0.37), rtol=0, atol=1e-15)


def test_update_gate_at_0_and_reset_gate_at_1_is_an_rnn():
    inputs, kernel, recurrent_kernel, bias = gru_with_gates_held(z_bias=-60, r_bias=60)
    gru = gru_cell.gru_sequence(inputs, kernel, recurrent_kernel, bias)
    rnn = rnn_cell.rnn_sequence(
        inputs, kernel[:, 8:], recurrent_kernel[:, 8:], bias.sum(axis=0)[8:]
    )
    np.testing.assert_allclose(gru, rnn, rtol=0, atol=1e-14)


def test_reset_place_matters_from_two_units_on_and_not_for_one():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(2, 6, 3))
    for units in (1, 2, 5):
        kernel = rng.normal(size=(3, 3 * units))
        recurrent_kernel = rng.normal(size=(units, 3 * units))
        after = gru_cell.gru_sequence(inputs, kernel, recurrent_kernel)
        before = gru_cell.gru_sequence(
            inputs, kernel, recurrent_kernel, reset_after=False
        )
        assert np.allclose(after, before, rtol=0, atol=1e-12) == (units == 1)


def test_sigmoid_does_not_overflow():
    with np.errstate(all="raise"):
        ends = gru_cell.sigmoid(np.array([-1e4, 0.0, 1e4]))
    np.testing.assert_array_equal(ends, [0.0, 0.5, 1.0])


GOOD = {
    "inputs": np.zeros((2, 3, 1)),
    "kernel": np.zeros((1, 4)),
    "recurrent_kernel": np.zeros((4, 4)),
    "bias": np.zeros(4),
}
GOOD_GRU = {
    "inputs": np.zeros((2, 3, 1)),
    "kernel": np.zeros((1, 12)),
    "recurrent_kernel": np.zeros((4, 12)),
    "bias": np.zeros((2, 12)),
}
BAD = [
    ("inputs", np.zeros((3, 1)), r"\(3, 1\)"),
    ("inputs", np.zeros((0, 3, 1)), r"\(0, 3, 1\)"),
    ("inputs", np.zeros((2, 0, 1)), r"\(2, 0, 1\)"),
    ("inputs", np.full((2, 3, 1), np.nan), "finite"),
    ("inputs", [[["a"]]], "finite numbers"),
    ("inputs", [[[1.0]], [[1.0], [2.0]]], "different lengths"),
    ("kernel", np.zeros((2, 12)), r"\(2, 12\)"),
    ("kernel", np.full((1, 12), np.inf), "finite"),
    ("recurrent_kernel", np.zeros((5, 4)), r"\(5, 4\)"),
    ("bias", np.zeros(5), r"\(5,\)"),
    ("initial_hidden", np.zeros((1, 4)), r"\(1, 4\)"),
]


@pytest.mark.parametrize(("name", "value", "came"), BAD)
@pytest.mark.parametrize("kind", ["rnn", "gru"])
def test_bad_input_says_what_was_expected_and_what_came(kind, name, value, came):
    good = GOOD if kind == "rnn" else GOOD_GRU
    sequence = rnn_cell.rnn_sequence if kind == "rnn" else gru_cell.gru_sequence
    sequence(**good)  # the rest of the call is fine
    with pytest.raises(ValueError, match=r"expected .*shape.*got .*" + came) as error:
        sequence(**{**good, name: value})
    assert "got" in str(error.value)


def test_the_wrong_bias_for_the_reset_variant_is_refused():
    with pytest.raises(ValueError, match=r"bias: expected .*\(12\), got .*\(2, 12\)"):
        gru_cell.gru_sequence(**GOOD_GRU, reset_after=False)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), "1", None])
def test_one_unit_refuses_what_is_not_a_number(bad):
    with pytest.raises(ValueError, match="x: expected a finite number, got"):
        one_unit_by_hand.step(bad, 0.0)
