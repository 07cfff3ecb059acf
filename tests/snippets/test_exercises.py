"""What the 'Try it' boxes say comes true when somebody tries."""

import numpy as np
import pytest

from snippets.from_scratch import image_as_sequence, order_matters


def test_smaller_recurrent_weights_leave_less_of_the_first_word():
    rng = np.random.default_rng(0)
    kernel, recurrent_kernel = rng.normal(size=(3, 4)), rng.normal(size=(4, 4))
    rest = " bites man bites man bites man"

    def left(factor):
        weights = kernel, factor * recurrent_kernel
        dog, man = (
            order_matters.read(word + rest, *weights) for word in ("dog", "man")
        )
        return np.abs(dog - man).max()

    assert left(0.1) < left(0.3) < left(1.0) / 10


def test_moving_down_delays_the_rnn_that_saw_empty_rows():
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(8, 4)), rng.normal(size=(4, 4))
    image = np.zeros((8, 8))
    image[2:5, 2:4] = 1.0
    still = image_as_sequence.read_rows(image, *weights)
    moved = image_as_sequence.read_rows(np.roll(image, 1, axis=0), *weights)
    np.testing.assert_array_equal(moved[5], still[4])
    assert np.abs(still[-1] - moved[-1]).max() > 1e-3


@pytest.mark.keras
@pytest.mark.parametrize("reset_after", [True, False])
def test_a_raised_bias_in_keras_keeps_the_memory(reset_after):
    import keras

    from snippets.with_keras.open_gate import chrono_bias, open_update_gate

    layer = keras.layers.GRU(3, reset_after=reset_after)
    layer.build((1, 5, 1))
    start, silence = np.full((1, 3), 0.5, "float32"), np.zeros((1, 5, 1), "float32")
    open_update_gate(layer, 30.0)
    kept = np.array(layer(silence, initial_state=start))
    np.testing.assert_allclose(kept, start, atol=1e-6)
    own = chrono_bias(3, longest=50, seed=1)
    open_update_gate(layer, own)
    bias = layer.get_weights()[2]
    np.testing.assert_allclose(bias[..., :3].reshape(-1, 3).sum(axis=0), own, rtol=1e-6)
    with pytest.raises(ValueError, match="broadcast"):
        open_update_gate(layer, np.zeros(4))
    biases = chrono_bias(1000, longest=100, seed=0)
    assert 0 <= biases.min() < biases.max() <= np.log(99)
