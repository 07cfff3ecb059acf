"""The other NumPy snippets: counts, conversion, surviving gradients, articles."""

import re

import numpy as np
import pytest

from snippets.from_scratch import (
    count_parameters,
    from_pytorch,
    gradient_through_time,
    gru_cell,
    image_as_sequence,
    order_matters,
    rnn_cell,
)
from snippets.from_scratch.gru_gradients import gru_gradients
from snippets.from_scratch.rnn_gradients import rnn_gradients
from snippets.record import programs


def test_counts_for_64_units_and_one_feature():
    assert count_parameters.rnn_parameters(1, 64) == 4224
    assert count_parameters.rnn_parameters(1, 64, use_bias=False) == 4160
    assert count_parameters.gru_parameters(1, 64) == 12864
    assert count_parameters.gru_parameters(1, 64, reset_after=False) == 12672
    assert count_parameters.gru_parameters(1, 64, use_bias=False) == 12480
    assert count_parameters.lstm_parameters(1, 64) == 16896


@pytest.mark.parametrize("d", [1, 2, 7, 50])
@pytest.mark.parametrize("u", [1, 3, 32, 128])
def test_counts_are_the_formulas_of_the_page(d, u):
    assert count_parameters.rnn_parameters(d, u) == u * (d + u + 1)
    assert count_parameters.gru_parameters(d, u) == 3 * u * (d + u + 2)
    before = count_parameters.gru_parameters(d, u, reset_after=False)
    assert before == 3 * u * (d + u + 1)
    assert count_parameters.lstm_parameters(d, u) == 4 * u * (d + u + 1)
    assert count_parameters.multiplications_per_step(3, d, u) == 3 * u * (d + u)


@pytest.mark.parametrize("bad", [0, -1, 1.5, "3", True, None])
def test_counts_refuse_what_is_not_a_size(bad):
    with pytest.raises(ValueError, match="units: expected a whole number from 1 up"):
        count_parameters.gru_parameters(1, bad)
    with pytest.raises(ValueError, match="features: expected a whole number"):
        count_parameters.rnn_parameters(bad, 1)


def test_count_refuses_two_biases_without_bias():
    with pytest.raises(ValueError, match="expected use_bias=True with it, got False"):
        count_parameters.count(3, 1, 1, use_bias=False, two_biases=True)


def torch_gru(inputs, weight_ih, weight_hh, bias_ih, bias_hh):
    """The equations of torch.nn.GRU's documentation, on its own layout of weights."""
    hidden = np.zeros((len(inputs), weight_hh.shape[1]))
    sigmoid = gru_cell.sigmoid
    for t in range(inputs.shape[1]):
        i_r, i_z, i_n = np.split(inputs[:, t] @ weight_ih.T + bias_ih, 3, axis=1)
        h_r, h_z, h_n = np.split(hidden @ weight_hh.T + bias_hh, 3, axis=1)
        r, z = sigmoid(i_r + h_r), sigmoid(i_z + h_z)
        n = np.tanh(i_n + r * h_n)
        hidden = (1 - z) * n + z * hidden
    return hidden


def test_from_pytorch_gives_the_same_function_and_comes_back():
    rng = np.random.default_rng(0)
    shapes = [(15, 3), (15, 5), (15,), (15,)]
    torch_weights = [rng.normal(size=shape) for shape in shapes]
    inputs = rng.normal(size=(4, 6, 3))
    keras_weights = from_pytorch.from_pytorch(*torch_weights)
    np.testing.assert_allclose(
        gru_cell.gru_sequence(inputs, *keras_weights)[:, -1],
        torch_gru(inputs, *torch_weights),
        rtol=0,
        atol=1e-14,
    )
    back = from_pytorch.to_pytorch(*keras_weights)
    for was, now in zip(torch_weights, back, strict=True):
        np.testing.assert_array_equal(was, now)


def test_from_pytorch_refuses_wrong_shapes():
    good = [np.zeros(shape) for shape in [(15, 3), (15, 5), (15,), (15,)]]
    for place, name in enumerate(["weight_ih", "weight_hh", "bias_ih", "bias_hh"]):
        bad = [a[1:] if i == place else a for i, a in enumerate(good)]
        with pytest.raises(ValueError, match=f"{name}: expected .* got shape"):
            from_pytorch.from_pytorch(*bad)
    with pytest.raises(ValueError, match="bias: expected"):
        from_pytorch.to_pytorch(np.zeros((3, 15)), np.zeros((5, 15)), np.zeros(15))


@pytest.mark.parametrize("bias", [0.0, 2.0])
def test_survival_is_what_backpropagation_gives(bias):
    """The short passes of gradient_through_time are those of the gradient files."""
    steps, units = 9, 4
    for name in ("rnn", "gru"):
        rng = np.random.default_rng(5)
        blocks = 1 if name == "rnn" else 3
        kernel, recurrent = gradient_through_time.keras_weights(rng, 1, units, blocks)
        inputs = rng.normal(size=(steps, 1))[None]
        first = rng.normal(size=units)
        upstream = np.zeros((1, steps, units))
        upstream[0, -1] = first
        if name == "rnn":
            gradients = rnn_gradients(
                inputs, kernel, recurrent, np.zeros(units), upstream
            )
            again = np.random.default_rng(5)
            left = gradient_through_time.rnn_gradient_norms(again, steps, units)[-1]
        else:
            full_bias = np.zeros((2, 3 * units))
            full_bias[0, :units] = bias
            gradients = gru_gradients(inputs, kernel, recurrent, full_bias, upstream)
            again = np.random.default_rng(5)
            left = gradient_through_time.gru_gradient_norms(again, steps, units, bias)[
                -1
            ]
        expected = np.linalg.norm(gradients.initial_hidden) / np.linalg.norm(first)
        assert left == pytest.approx(expected, rel=1e-12)


def test_recurrent_kernel_is_orthogonal():
    _, recurrent = gradient_through_time.keras_weights(
        np.random.default_rng(0), 1, 6, blocks=3
    )
    np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(6), atol=1e-12)
    with pytest.raises(ValueError, match="units: expected a whole number"):
        gradient_through_time.keras_weights(np.random.default_rng(0), 1, 0, 3)


def test_an_open_gate_keeps_more_of_the_gradient():
    def left(bias):
        rng = np.random.default_rng(0)
        return gradient_through_time.gru_gradient_norms(rng, 50, 16, bias)[-1]

    assert left(0.0) < left(2.0) < left(4.0) < left(8.0)


def test_order_matters_only_to_the_rnn():
    rng = np.random.default_rng(0)
    kernel, recurrent_kernel = rng.normal(size=(3, 4)), rng.normal(size=(4, 4))
    first = order_matters.read("dog bites man", kernel, recurrent_kernel)
    second = order_matters.read("man bites dog", kernel, recurrent_kernel)
    assert np.abs(first - second).max() > 0.1
    with pytest.raises(ValueError, match=r"expected one of .* got 'cat'"):
        order_matters.read("cat bites man", kernel, recurrent_kernel)


def test_convolution_is_the_sum_over_each_window():
    rng = np.random.default_rng(0)
    image, kernel = rng.normal(size=(8, 8)), rng.normal(size=(3, 3))
    got = image_as_sequence.convolve(image, kernel)
    assert got.shape == (6, 6)
    assert got[2, 4] == pytest.approx(np.tanh((image[2:5, 4:7] * kernel).sum()))
    with pytest.raises(ValueError, match=r"image: expected .* got shape \(3, 3\)"):
        image_as_sequence.convolve(kernel, kernel)
    with pytest.raises(
        ValueError, match=r"image: expected .* \(8, 8\), got shape \(3, 3\)"
    ):
        image_as_sequence.read_rows(kernel, np.zeros((8, 2)), np.zeros((2, 2)))


def test_moving_down_delays_the_rnn_that_saw_empty_rows():
    """What the article's exercise says."""
    rng = np.random.default_rng(0)
    kernel, recurrent_kernel = rng.normal(size=(8, 4)), rng.normal(size=(4, 4))
    image = np.zeros((8, 8))
    image[2:5, 2:4] = 1.0
    still = image_as_sequence.read_rows(image, kernel, recurrent_kernel)
    moved = image_as_sequence.read_rows(
        np.roll(image, 1, axis=0), kernel, recurrent_kernel
    )
    np.testing.assert_array_equal(moved[5], still[4])
    assert np.abs(still[-1] - moved[-1]).max() > 1e-3


def test_shared_helpers_are_the_same_in_every_file():
    """Files must run alone, so they repeat three helpers; the copies may not drift."""
    for helper in ("checked", "sigmoid", "whole_number"):
        pattern = re.compile(rf"^def {helper}\(.*?(?=^\S)", re.DOTALL | re.MULTILINE)
        copies = {}
        for path in programs():
            if path.stem == "one_unit_by_hand":  # plain numbers, its own sigmoid
                continue
            for found in pattern.findall(path.read_text(encoding="utf-8") + "\nend"):
                text = re.sub(r"# --8<--.*", "", found)
                copies.setdefault(text.strip(), []).append(path.name)
        assert len(copies) == 1, f"{helper} differs: {list(copies.values())}"


@pytest.mark.parametrize("path", programs(), ids=lambda path: path.stem)
def test_docstring_says_shapes_and_source(path):
    docstring = " ".join(path.read_text(encoding="utf-8").split('"""')[1].split())
    assert re.search(r"Sources?( of [\w ,-]+)?:", docstring)
    # one_unit_by_hand has no shapes: each value is one plain number, and it says so.
    alone = path.stem == "one_unit_by_hand"
    shape = r"one plain number" if alone else r"\([\w ]+,[\w ,]*\)"
    assert re.search(shape, docstring)


COMPLEX, BOOLEAN = np.zeros((8, 8), complex), np.zeros((8, 8), bool)
ODD = [COMPLEX, BOOLEAN, np.full((8, 8), np.nan), [[1.0], [1.0, 2.0]], "text", None]


@pytest.mark.parametrize("bad", ODD, ids=lambda b: type(b).__name__)
@pytest.mark.parametrize(
    "call",
    [
        lambda bad: rnn_cell.rnn_sequence(bad, np.zeros((8, 2)), np.zeros((2, 2))),
        lambda bad: gru_cell.gru_step(bad, np.zeros((8, 1)), bad, np.zeros((1, 3))),
        lambda bad: rnn_gradients(np.zeros((1, 1, 8)), bad, bad, np.zeros(8), bad),
        lambda bad: gru_gradients(np.zeros((1, 1, 8)), bad, bad, bad, bad),
        lambda bad: from_pytorch.from_pytorch(bad, bad, bad, bad),
        lambda bad: from_pytorch.to_pytorch(bad, bad, bad),
        lambda bad: order_matters.read("dog", bad, bad),
        lambda bad: image_as_sequence.convolve(bad, np.zeros((3, 3))),
        lambda bad: image_as_sequence.read_rows(bad, np.zeros((8, 1)), [[0.0]]),
    ],
)
def test_odd_values_are_refused_with_what_came(call, bad):
    with pytest.raises(ValueError, match=r"expected .* got "):
        call(bad)


@pytest.mark.parametrize("flag", [None, "False", 2, 0.5])
def test_flags_are_true_or_false(flag):
    good = np.zeros((1, 1, 1)), np.zeros((1, 3)), np.zeros((1, 3))
    with pytest.raises(ValueError, match=r"reset_after: expected True or False, got"):
        gru_cell.gru_sequence(*good, reset_after=flag)
    with pytest.raises(ValueError, match=r"reset_after: expected True or False, got"):
        gru_gradients(*good, np.zeros(3), np.zeros((1, 1, 1)), reset_after=flag)
    with pytest.raises(ValueError, match=r"use_bias: expected True or False, got"):
        count_parameters.rnn_parameters(1, 1, use_bias=flag)
    with pytest.raises(ValueError, match=r"reset_after: expected True or False, got"):
        count_parameters.gru_parameters(1, 1, reset_after=flag)


def test_numpys_whole_numbers_are_sizes():
    assert count_parameters.rnn_parameters(np.int64(1), np.int32(64)) == 4224


@pytest.mark.parametrize("bad", [0, -1, 1.5, "3", True, None])
def test_sizes_of_the_gradient_walk_are_checked(bad):
    rng = np.random.default_rng(0)
    walk = gradient_through_time
    with pytest.raises(ValueError, match=r"steps: expected a whole number"):
        walk.rnn_gradient_norms(rng, bad, 2)
    with pytest.raises(ValueError, match=r"units: expected a whole number"):
        walk.gru_gradient_norms(rng, 2, bad, 0.0)
    with pytest.raises(ValueError, match=r"update_bias: expected a finite number, got"):
        walk.gru_gradient_norms(rng, 2, 2, float("nan"))
