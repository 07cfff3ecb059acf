"""The other NumPy programs: counts, conversion, surviving gradients, articles."""

import re

import numpy as np
import pytest

from snippets.from_scratch import (
    count_parameters,
    from_pytorch,
    gradient_through_time,
    image_as_sequence,
)
from snippets.from_scratch.gru_cell import gru_sequence, sigmoid
from tests.snippets.test_cells import gradients
from tools.record import programs


@pytest.mark.parametrize("d", [1, 2, 7, 50])
@pytest.mark.parametrize("u", [1, 3, 32, 64, 128])
def test_counts_are_the_formulas_of_the_page(d, u):
    rnn, gru = count_parameters.rnn_parameters, count_parameters.gru_parameters
    assert rnn(d, u) == u * (d + u + 1)
    assert rnn(d, u, use_bias=False) == u * (d + u)
    assert gru(d, u) == 3 * u * (d + u + 2)
    assert gru(d, u, reset_after=False) == 3 * u * (d + u + 1)
    assert gru(d, u, use_bias=False) == 3 * u * (d + u)
    assert count_parameters.lstm_parameters(d, u) == 4 * u * (d + u + 1)


def test_the_widest_rnn_is_the_widest():
    counts = count_parameters.main()
    width, half = counts["half_rnn_units"], counts["half_gru"]
    narrow, wide = (count_parameters.rnn_parameters(1, u) for u in (width, width + 1))
    assert narrow <= half < wide


def torch_gru(inputs, weight_ih, weight_hh, bias_ih, bias_hh):
    """The equations of torch.nn.GRU's documentation, on its own layout of weights."""
    hidden = np.zeros((len(inputs), weight_hh.shape[1]))
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
    weights = from_pytorch.from_pytorch(*torch_weights)
    states = gru_sequence(inputs, *weights)
    expected = torch_gru(inputs, *torch_weights)
    np.testing.assert_allclose(states[:, -1], expected, rtol=0, atol=1e-14)
    kernel, recurrent_kernel, bias = map(from_pytorch.swap_gates, weights)
    for was, now in zip(
        torch_weights, (kernel.T, recurrent_kernel.T, *bias), strict=True
    ):
        np.testing.assert_array_equal(was, now)


@pytest.mark.parametrize(("cell", "bias"), [("rnn", 0), ("gru", 0), ("gru", 2)])
def test_what_is_left_is_what_backpropagation_gives(cell, bias):
    """The short walks of gradient_through_time are those of the gradient files."""
    steps, units, blocks = 9, 4, 1 if cell == "rnn" else 3
    rng = np.random.default_rng(5)
    kernel, recurrent = gradient_through_time.keras_weights(rng, 1, units, blocks)
    inputs = 0.3 * rng.normal(size=(1, steps, 1))
    upstream = np.zeros((1, steps, units))
    upstream[0, -1] = rng.normal(size=units)
    biases = np.zeros(units) if cell == "rnn" else np.zeros((2, 3 * units))
    biases.flat[:units] = bias
    kind = "rnn" if cell == "rnn" else "gru_reset_after"
    found = gradients(kind, inputs, (kernel, recurrent, biases), upstream)
    expected = np.linalg.norm(found.initial_hidden) / np.linalg.norm(upstream)
    if cell == "rnn":
        left = gradient_through_time.rnn_gradient_left(5, 0.3, steps, units)
    else:
        left = gradient_through_time.gru_gradient_left(5, 0.3, bias, steps, units)
    assert left == pytest.approx(expected, rel=1e-12)


def test_recurrent_kernel_is_orthogonal():
    rng = np.random.default_rng(0)
    _, recurrent = gradient_through_time.keras_weights(rng, 1, 6, blocks=3)
    np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(6), atol=1e-12)


def test_a_higher_bias_keeps_more_of_the_gradient():
    walk = gradient_through_time.gru_gradient_left
    left = [walk(0, 1.0, bias, steps=50, units=16) for bias in (0, 2, 4, 8)]
    assert left == sorted(left)


def test_convolution_is_the_sum_over_each_window():
    rng = np.random.default_rng(0)
    image, kernel = rng.normal(size=(8, 8)), rng.normal(size=(3, 3))
    got = image_as_sequence.convolve(image, kernel)
    assert got.shape == (6, 6)
    assert got[2, 4] == pytest.approx(np.tanh((image[2:5, 4:7] * kernel).sum()))


def test_the_sigmoid_is_the_same_in_every_file():
    """Files must run alone, so they repeat it; the copies may not drift."""
    source = "".join(path.read_text(encoding="utf-8") for path in programs())
    bodies = re.findall(r"def sigmoid\(values\):\n(.*\n)", source)
    assert len(set(bodies)) == 1 < len(bodies)


@pytest.mark.parametrize("path", programs(), ids=lambda path: path.stem)
def test_docstring_says_shapes_and_source(path):
    docstring = " ".join(path.read_text(encoding="utf-8").split('"""')[1].split())
    assert re.search(r"Sources?( of [\w ,-]+)?:", docstring)
    # one_unit_by_hand has no shapes: each value is one plain number, and it says so.
    alone = path.stem == "one_unit_by_hand"
    shape = r"one plain number" if alone else r"\([\w ]+,[\w ,]*\)"
    assert re.search(shape, docstring)
