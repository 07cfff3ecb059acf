"""The gradients by hand against finite differences of the forward pass."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.snippets.test_cells import CELLS, gradients, random_weights, run, sizes


def finite_difference(cell, arrays, upstream, which, step=1e-6):
    """Central differences of sum(states * upstream), one entry at a time."""
    gradient = np.zeros_like(arrays[which])
    for place in np.ndindex(gradient.shape):
        losses = []
        for sign in (1, -1):
            inputs, start, *weights = (array.copy() for array in arrays)
            (inputs, start, *weights)[which][place] += sign * step
            losses.append((run(cell, inputs, weights, start) * upstream).sum())
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
    found = gradients(cell, inputs, weights, upstream)
    assert found._fields[1:4] == ("initial_hidden", "kernel", "recurrent_kernel")
    arrays = inputs, np.zeros((batch, units)), *weights
    for which, got in enumerate(found):
        expected = finite_difference(cell, arrays, upstream, which)
        scale = max(1.0, np.abs(expected).max())
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-6 * scale)
