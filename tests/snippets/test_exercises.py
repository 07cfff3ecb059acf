"""What the 'Try it' boxes say comes true when somebody tries."""

import numpy as np
import pytest

from snippets.from_scratch import gru_cell, order_matters, rnn_cell


def test_a_gru_with_both_gates_held_is_the_rnn_call_of_the_page():
    rng = np.random.default_rng(0)
    features, units = 1, 2
    kernel = rng.normal(size=(features, 3 * units))
    recurrent_kernel = rng.normal(size=(units, 3 * units))
    bias = np.zeros((2, 3 * units))
    bias[0, :units] = -30
    bias[0, units : 2 * units] = 30
    inputs = [[[1.0], [0.0], [0.0]]]
    gru = gru_cell.gru_sequence(inputs, kernel, recurrent_kernel, bias)
    rnn = rnn_cell.rnn_sequence(
        inputs, kernel[:, 2 * units :], recurrent_kernel[:, 2 * units :]
    )
    np.testing.assert_allclose(gru, rnn, rtol=0, atol=1e-12)


def test_smaller_recurrent_weights_leave_less_of_the_first_word():
    rng = np.random.default_rng(0)
    kernel, recurrent_kernel = rng.normal(size=(3, 4)), rng.normal(size=(4, 4))
    rest = " bites man bites man bites man"

    def left(factor):
        states = [
            order_matters.read(first + rest, kernel, factor * recurrent_kernel)
            for first in ("dog", "man")
        ]
        return np.abs(states[0] - states[1]).max()

    assert left(0.1) < left(0.3) < left(1.0) / 10


@pytest.mark.keras
def test_an_open_gate_in_keras_keeps_the_memory():
    import keras

    from snippets.with_keras.open_gate import chrono_bias, open_update_gate

    for reset_after in (True, False):
        layer = keras.layers.GRU(3, reset_after=reset_after)
        with pytest.raises(ValueError, match="expected a built GRU"):
            open_update_gate(layer, 4.0)
        layer.build((1, 5, 1))
        start = np.full((1, 3), 0.5, "float32")
        open_update_gate(layer, 30.0)
        silence = np.zeros((1, 5, 1), "float32")
        kept = np.array(layer(silence, initial_state=start))
        np.testing.assert_allclose(kept, start, atol=1e-6)
        open_update_gate(layer, chrono_bias(3, longest=50, seed=1))
        for bad in (np.zeros(4), float("nan")):
            with pytest.raises(ValueError, match="expected a finite number or 3"):
                open_update_gate(layer, bad)
    biases = chrono_bias(1000, longest=100, seed=0)
    assert 0 <= biases.min() < biases.max() <= np.log(99)
    with pytest.raises(
        ValueError, match="longest: expected a whole number from 3 up, got 2"
    ):
        chrono_bias(3, longest=2, seed=0)
