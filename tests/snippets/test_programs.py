"""The other NumPy programs: counts, conversion, surviving gradients, articles."""

import re

import numpy as np
import pytest

from snippets.from_scratch import (
    count_parameters,
    gradient_through_time,
    image_as_sequence,
    wrong_grus,
)
from snippets.from_scratch.gru_cell import gru_sequence
from tests.snippets.test_cells import gradients, random_weights, run
from tools.record import programs


def test_the_widest_rnn_is_the_widest():
    counts = count_parameters.main()
    width, half = counts["half_rnn_units"], counts["half_gru"]
    narrow, wide = (count_parameters.rnn_parameters(1, u) for u in (width, width + 1))
    assert narrow <= half < wide


@pytest.mark.pytorch
@pytest.mark.parametrize("cell", ["rnn", "gru_reset_after"])
def test_the_cells_and_their_gradients_are_those_of_pytorch(cell):
    import torch

    rng = np.random.default_rng(0)
    inputs, upstream = rng.normal(size=(4, 6, 3)), rng.normal(size=(4, 6, 5))
    kernel, recurrent_kernel, bias = weights = random_weights(rng, cell, 3, 5)
    order = [0] if cell == "rnn" else [1, 0, 2]
    both = bias if bias.ndim == 2 else np.stack([bias, np.zeros_like(bias)])
    kind = torch.nn.RNN if cell == "rnn" else torch.nn.GRU
    layer = kind(3, 5, batch_first=True, dtype=torch.float64)
    arrays = blocks(kernel, order).T, blocks(recurrent_kernel, order).T
    for weight, array in zip(
        layer.parameters(), (*arrays, *blocks(both, order)), strict=True
    ):
        weight.data = torch.tensor(array)
    x = torch.tensor(inputs, requires_grad=True)
    states, _ = layer(x)
    (states * torch.tensor(upstream)).sum().backward()
    ours, got = run(cell, inputs, weights), gradients(cell, inputs, weights, upstream)
    np.testing.assert_allclose(ours, states.detach(), atol=1e-12)
    w, u, *b = (weight.grad.numpy() for weight in layer.parameters())
    np.testing.assert_allclose(got.inputs, x.grad, atol=1e-12)
    np.testing.assert_allclose(got.kernel, blocks(w.T, order), atol=1e-12)
    np.testing.assert_allclose(got.recurrent_kernel, blocks(u.T, order), atol=1e-12)
    of_biases = blocks(np.stack(b), order)
    expected = of_biases if cell != "rnn" else of_biases[0]
    np.testing.assert_allclose(got.bias, expected, atol=1e-12)


def blocks(array, order):
    """(..., blocks x units): the blocks in another order."""
    found = np.split(array, len(order), axis=-1)
    return np.concatenate([found[place] for place in order], axis=-1)


def test_the_right_cell_of_the_museum_is_the_tested_cell():
    inputs, hidden, *weights = wrong_grus.case()
    ours = gru_sequence(inputs, *weights, initial_hidden=hidden)
    for gru in (wrong_grus.cell({}), wrong_grus.reference):
        np.testing.assert_allclose(gru(inputs, hidden, *weights), ours, atol=1e-12)


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
    assert re.search(r"Sources?( of [\w ,-]+)?:", docstring), (
        f"{path.name}: say in its docstring 'Source: ...', whose equation it is"
    )
    # one_unit_by_hand has no shapes: each value is one plain number, and it says so.
    alone = path.stem == "one_unit_by_hand"
    shape = r"one plain number" if alone else r"\([\w ]+,[\w ,]*\)"
    assert re.search(shape, docstring), f"{path.name}: say the shapes, (batch, units)"
