"""The gradients by hand against finite differences of the forward pass."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.from_scratch.gru_gradients import gru_gradients
from snippets.from_scratch.rnn_gradients import rnn_gradients
from tests.snippets.test_cells import CELLS, random_weights, run, sizes

NAMES = ("inputs", "kernel", "recurrent_kernel", "bias")


def by_hand(cell, inputs, weights, upstream):
    if cell == "rnn":
        return rnn_gradients(inputs, *weights, upstream)
    reset_after = cell == "gru_reset_after"
    return gru_gradients(inputs, *weights, upstream, reset_after=reset_after)


def finite_difference(cell, arrays, upstream, which, step=1e-6):
    """Central differences of sum(states * upstream), one entry at a time."""
    gradient = np.zeros_like(arrays[which])
    for place in np.ndindex(gradient.shape):
        losses = []
        for sign in (1, -1):
            moved = [a.copy() for a in arrays]
            moved[which][place] += sign * step
            losses.append((run(cell, moved[0], moved[1:]) * upstream).sum())
        gradient[place] = (losses[0] - losses[1]) / (2 * step)
    return gradient


@given(sizes, st.sampled_from(CELLS), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=30)
def test_gradients_are_finite_differences(size, cell, seed):
    batch, steps, features, units = size
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(batch, steps, features))
    weights = random_weights(rng, cell, features, units)
    upstream = rng.normal(size=(batch, steps, units))
    gradients = by_hand(cell, inputs, weights, upstream)
    for which, name in enumerate(NAMES):
        expected = finite_difference(cell, [inputs, *weights], upstream, which)
        got = getattr(gradients, name)
        scale = max(1.0, np.abs(expected).max())
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-6 * scale)


@pytest.mark.parametrize("cell", CELLS)
def test_gradient_of_the_initial_state(cell):
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(2, 5, 3))
    weights = random_weights(rng, cell, 3, 4)
    upstream = rng.normal(size=(2, 5, 4))
    got = by_hand(cell, inputs, weights, upstream).initial_hidden
    expected = np.zeros((2, 4))
    for place in np.ndindex(2, 4):
        start = np.zeros((2, 4))
        start[place] = 1e-6
        up = run(cell, inputs, weights, initial_hidden=start)
        down = run(cell, inputs, weights, initial_hidden=-start)
        expected[place] = ((up - down) * upstream).sum() / 2e-6
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-7)


@pytest.mark.parametrize("cell", CELLS)
def test_gradients_refuse_wrong_shapes(cell):
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(2, 5, 3))
    weights = random_weights(rng, cell, 3, 4)
    upstream = np.zeros((2, 5, 4))
    with pytest.raises(ValueError, match=r"upstream: expected .*\(2, 5, 4\), got"):
        by_hand(cell, inputs, weights, upstream[:, 1:])
    with pytest.raises(ValueError, match=r"inputs: expected .*, got shape \(2, 5\)"):
        by_hand(cell, inputs[..., 0], weights, upstream)
    with pytest.raises(ValueError, match=r"kernel: expected .*, got shape"):
        by_hand(cell, inputs, (weights[0][:, 1:], *weights[1:]), upstream)
    with pytest.raises(ValueError, match=r"recurrent_kernel: expected .*, got shape"):
        by_hand(cell, inputs, (weights[0], weights[1][1:, :-1], weights[2]), upstream)
    with pytest.raises(ValueError, match=r"bias: expected .*, got shape"):
        by_hand(cell, inputs, (*weights[:2], weights[2][..., 1:]), upstream)
    with pytest.raises(ValueError, match=r"bias: expected finite .*, got float64"):
        by_hand(cell, inputs, (*weights[:2], weights[2] * np.nan), upstream)
