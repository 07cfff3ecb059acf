"""What the 'Try it' boxes say comes true when somebody tries."""

from pathlib import Path

import numpy as np
import pytest

from snippets.from_scratch import first_network, image_as_sequence


def changed(old, new):
    """The first network as somebody changes it who copied the file."""
    source = Path(first_network.__file__).read_text(encoding="utf-8")
    assert source.count(old) == 1
    names = {"__name__": "copied"}
    exec(source.replace(old, new), names)
    return [float(now["right"]) for now in names["train"](500)[1]]


def test_the_last_noun_is_learned_sooner_than_the_first():
    assert changed("words[:, 1:2]", "words[:, -1:]")[0] > 0.95
    assert first_network.train(25)[1][0]["right"] < 0.9


def test_with_long_sentences_only_it_is_slow_and_does_not_stay():
    right = changed("phrases=rng.integers(0, 9)", "phrases=8")
    assert max(right[:4]) < 0.75
    assert max(right) < 1.0
    assert min(right[8:]) < 0.95


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

    from snippets.with_keras.start_remembering import chrono_bias, start_remembering

    layer = keras.layers.GRU(3, reset_after=reset_after)
    layer.build((1, 5, 1))
    start, silence = np.full((1, 3), 0.5, "float32"), np.zeros((1, 5, 1), "float32")
    start_remembering(layer, 30.0)
    kept = np.array(layer(silence, initial_state=start))
    np.testing.assert_allclose(kept, start, atol=1e-6)
    own = chrono_bias(3, longest=50, seed=1)
    start_remembering(layer, own)
    bias = layer.get_weights()[2]
    np.testing.assert_allclose(bias[..., :3].reshape(-1, 3).sum(axis=0), own, rtol=1e-6)
    with pytest.raises(ValueError, match="broadcast"):
        start_remembering(layer, np.zeros(4))
    biases = chrono_bias(1000, longest=100, seed=0)
    assert 0 <= biases.min() < biases.max() <= np.log(99)
