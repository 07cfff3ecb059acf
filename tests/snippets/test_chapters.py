"""The programs of the articles, against libraries and against each other."""

import json

import numpy as np
import pytest
from scipy.signal import correlate2d

from snippets.from_scratch import (
    bptt_by_hand,
    checkpointing,
    clipping,
    convolution,
    lstm_cell,
    newton_gru,
    parallel_scan,
    parity,
    rnn_that_learns,
)
from snippets.from_scratch.gru_cell import gru_sequence
from snippets.from_scratch.rnn_gradients import rnn_gradients
from tools.figures.lstm import LSTM_CELL
from tools.record import SNIPPETS

RNG = np.random.default_rng


def test_the_gradients_by_hand_are_those_of_the_batched_program():
    w = bptt_by_hand.WEIGHTS
    inputs = np.reshape(bptt_by_hand.INPUTS, (1, 3, 1))
    _, answer, _ = bptt_by_hand.forward(**w)
    upstream = np.zeros((1, 3, 1))
    upstream[0, -1, 0] = (answer - bptt_by_hand.TARGET) * w["v"]
    weights = (np.array([[w["w"]]]), np.array([[w["u"]]]), np.array([w["b"]]))
    found = rnn_gradients(inputs, *weights, upstream)
    by_hand = bptt_by_hand.backward(**w)[1]
    for name, value in (
        ("w", found.kernel),
        ("u", found.recurrent_kernel),
        ("b", found.bias),
    ):
        assert by_hand[name] == pytest.approx(value.item(), abs=1e-12)


@pytest.mark.parametrize("program", ["tape_gradients", "autograd_gradients"])
def test_the_libraries_give_the_gradients_on_paper(program):
    (path,) = SNIPPETS.rglob(f"{program}.json")
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found == pytest.approx(
        bptt_by_hand.backward(**bptt_by_hand.WEIGHTS)[1], abs=1e-6
    )


def test_forty_lines_learn_what_they_are_asked_and_not_what_they_cannot():
    source = (SNIPPETS / "from_scratch" / "rnn_that_learns.py").read_text(
        encoding="utf-8"
    )
    body = source.split("# --8<-- [start:train]\n")[1].split(
        "    # --8<-- [end:train]"
    )[0]
    assert len([line for line in body.splitlines() if line.strip()]) <= 40
    assert rnn_that_learns.train(back=5)[1] == 1
    assert rnn_that_learns.train(back=10)[1] == 1
    assert rnn_that_learns.train(training_steps=2000, back=18)[1] < 0.9


@pytest.mark.parametrize("steps", [1, 2, 7, 64, 100])
def test_a_scan_is_the_loop(steps):
    rng = RNG(steps)
    keep, add = rng.uniform(size=(steps, 3)), rng.normal(size=(steps, 3))
    states, levels = parallel_scan.scan(keep, add)
    np.testing.assert_allclose(states, parallel_scan.loop(keep, add), atol=1e-12)
    assert 2**levels >= steps > 2 ** (levels - 1) or steps == 1


@pytest.mark.parametrize("scale", [1, 3])
def test_newton_gives_the_gru(scale):
    rng = RNG(0)
    inputs, kernel = rng.normal(size=(80, 3)), rng.normal(size=(3, 15))
    recurrent_kernel = scale * np.linalg.qr(rng.normal(size=(15, 5)))[0].T
    states, _ = newton_gru.newton(inputs, kernel, recurrent_kernel)
    bias = np.zeros((2, 15))
    expected = gru_sequence(inputs[None], kernel, recurrent_kernel, bias)[0]
    np.testing.assert_allclose(states, expected, atol=1e-10)


def test_the_slope_of_a_gru_step_is_that_of_nudging_it():
    rng = RNG(1)
    from_input, recurrent_kernel = rng.normal(size=(1, 12)), rng.normal(size=(4, 12))
    before = rng.uniform(-1, 1, (1, 4))
    after, slope = newton_gru.all_steps(from_input, before, recurrent_kernel)
    for unit in range(4):
        nudged = before.copy()
        nudged[0, unit] += 1e-6
        moved = newton_gru.all_steps(from_input, nudged, recurrent_kernel)[0]
        np.testing.assert_allclose(slope[0, unit], (moved - after)[0] / 1e-6, atol=1e-5)


def test_two_units_hold_the_parity_of_every_short_sequence():
    for number in range(256):
        bits = [int(bit) for bit in f"{number:08b}"]
        expected = np.cumsum(bits) % 2
        np.testing.assert_allclose(parity.parity(bits), expected, atol=1e-6)


def test_each_way_of_clipping_keeps_its_promise():
    rng = RNG(2)
    gradients = [5 * rng.normal(size=(3, 4)), rng.normal(size=4)]
    assert all(np.abs(g).max() <= 1 for g in clipping.by_value(gradients, 1.0))
    assert all(
        np.linalg.norm(g) <= 1 + 1e-12 for g in clipping.by_weight(gradients, 1.0)
    )
    short = clipping.by_global_norm(gradients, 1.0)
    assert clipping.length(short) == pytest.approx(1)
    ratio = clipping.flat(short) / clipping.flat(gradients)
    np.testing.assert_allclose(ratio, ratio[0])
    for clip in (clipping.by_value, clipping.by_weight, clipping.by_global_norm):
        for before, after in zip(gradients, clip(gradients, 100.0), strict=True):
            np.testing.assert_array_equal(before, after)  # nothing to cut


@pytest.mark.parametrize("window", [1, 3, 4, 5, 16])
def test_checkpoints_change_nothing_but_what_is_held(window):
    rng = RNG(3)
    inputs, kernel = rng.normal(size=(16, 2, 3)), rng.normal(size=(3, 4))
    recurrent = 0.5 * rng.normal(size=(4, 4))
    found, _ = checkpointing.gradient(inputs, kernel, recurrent, window)
    upstream = np.zeros((2, 16, 4))
    upstream[:, -1] = 1
    bias = np.zeros(4)
    all_at_once = rnn_gradients(
        inputs.swapaxes(0, 1), kernel, recurrent, bias, upstream
    )
    np.testing.assert_allclose(found, all_at_once.recurrent_kernel, atol=1e-12)


def test_a_convolution_is_scipys():
    rng = RNG(4)
    image, kernel = rng.normal(size=(9, 7)), rng.normal(size=(3, 3))
    same = correlate2d(image, kernel, mode="same")
    valid = correlate2d(image, kernel, mode="valid")
    np.testing.assert_allclose(convolution.convolve(image, kernel), valid)
    np.testing.assert_allclose(convolution.convolve(image, kernel, padding=1), same)
    strided = convolution.convolve(image, kernel, stride=2, padding=1)
    np.testing.assert_allclose(strided, same[::2, ::2])
    colours = np.stack([image, image], axis=-1)
    both = convolution.convolve(colours, np.stack([kernel, kernel], axis=-1))
    np.testing.assert_allclose(both, 2 * valid)


def lstm_weights(rng, features=3, units=4):
    return (
        rng.normal(size=(features, 4 * units)),
        rng.normal(size=(units, 4 * units)),
        rng.normal(size=4 * units),
    )


@pytest.mark.keras
def test_the_min_gru_that_is_trained_is_the_one_that_is_scanned():
    from snippets.experiments.longer import min_gru

    inputs = RNG(8).normal(size=(2, 20, 3)).astype("float32")
    layer = min_gru(4)
    layer.return_sequences = True
    states = np.array(layer(inputs))
    for ours, theirs in zip(inputs, states, strict=True):
        keep, add = parallel_scan.keep_and_add(ours, *layer.get_weights())
        np.testing.assert_allclose(parallel_scan.scan(keep, add)[0], theirs, atol=1e-6)


@pytest.mark.keras
def test_the_lstm_is_that_of_keras():
    import keras

    rng = RNG(5)
    inputs, weights = rng.normal(size=(2, 20, 3)), lstm_weights(rng)
    layer = keras.layers.LSTM(
        4, return_sequences=True, return_state=True, dtype="float64"
    )
    layer.build(inputs.shape)
    layer.set_weights(weights)
    states, _, cell = layer(inputs)
    ours = lstm_cell.lstm_sequence(inputs, *weights)
    np.testing.assert_allclose(ours[0], states, atol=1e-12)
    np.testing.assert_allclose(ours[1][:, -1], cell, atol=1e-12)


@pytest.mark.pytorch
def test_the_lstm_is_that_of_pytorch():
    import torch

    rng = RNG(6)
    inputs, (kernel, recurrent_kernel, bias) = (
        rng.normal(size=(2, 20, 3)),
        lstm_weights(rng),
    )
    layer = torch.nn.LSTM(3, 4, batch_first=True, dtype=torch.float64)
    arrays = (kernel.T, recurrent_kernel.T, 0.25 * bias, 0.75 * bias)  # two that add up
    for weight, array in zip(layer.parameters(), arrays, strict=True):
        weight.data = torch.tensor(array)
    with torch.no_grad():
        states, (_, cell) = layer(torch.tensor(inputs))
    ours = lstm_cell.lstm_sequence(inputs, kernel, recurrent_kernel, bias)
    np.testing.assert_allclose(ours[0], states, atol=1e-12)
    np.testing.assert_allclose(ours[1][:, -1], cell[0], atol=1e-12)


def test_the_wires_of_the_lstm_compute_the_lstm():
    x, hidden, cell = 0.7, -0.4, 1.3
    kernel, recurrent, bias = RNG(7).normal(size=(3, 4))
    blocks = {"i": 0, "f": 1, "draft": 2, "o": 3}

    def value(name):
        if name in ("x", "h", "c"):
            return {"x": x, "h": hidden, "c": cell}[name]
        comes = {
            start: value(start) for start, end, *_ in LSTM_CELL["wires"] if end == name
        }
        if name in blocks:
            k = blocks[name]
            total = kernel[k] * comes["x"] + recurrent[k] * comes["h"] + bias[k]
            return np.tanh(total) if name == "draft" else 1 / (1 + np.exp(-total))
        words = LSTM_CELL["places"][name][2]
        does = {"×": np.prod, "+": np.sum, "tanh": lambda v: np.tanh(v[0])}
        return does.get(words, lambda v: v[0])([*comes.values()])

    step = lstm_cell.lstm_step(
        np.array([[x]]),
        np.array([[hidden]]),
        np.array([[cell]]),
        kernel[None],
        recurrent[None],
        bias,
    )
    assert [value("new_h"), value("new_c")] == pytest.approx([s.item() for s in step])
