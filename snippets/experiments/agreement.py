"""How far the NumPy cells and their hand-made gradients are from Keras, over a grid of
sizes.

Every case draws inputs (batch, steps, features) and weights at random, runs the Keras
layer and the NumPy functions on the same numbers, and compares all hidden states
(largest absolute difference) and all gradients of a random weighted sum of them
(largest difference, relative to the largest gradient). Needs the files of from_scratch
beside it, so run it from the project:

    make evidence only=agreement

Source of the reference values: keras.layers.SimpleRNN, keras.layers.GRU and
tf.GradientTape.
"""

import os
from itertools import product
from typing import Any

import numpy as np

from snippets.from_scratch.gru_cell import gru_sequence
from snippets.from_scratch.gru_gradients import gru_gradients
from snippets.from_scratch.rnn_cell import rnn_sequence
from snippets.from_scratch.rnn_gradients import rnn_gradients

CELLS = ("rnn", "gru_reset_after", "gru_reset_before")
# (batch, steps, features, units): one of all, one step, one unit, wide, many steps.
SIZES = (
    (1, 1, 1, 1),
    (3, 1, 2, 4),
    (4, 20, 3, 1),
    (1, 12, 1, 64),
    (3, 7, 2, 5),
    (2, 200, 2, 8),
)
SEEDS = (0, 1, 2, 3, 4)
# What the tests demand: (hidden states, gradients).
BOUNDS = {"float32": (5e-6, 1e-5), "float64": (1e-12, 1e-12)}
SETTINGS: dict[str, Any] = {
    "cells": [*CELLS],
    "sizes": [list(size) for size in SIZES],
    "seeds": [*SEEDS],
}
DECIDING = [
    {"dtype": "float32", "cell": "rnn"},
    {"dtype": "float64", "cell": "gru_reset_after"},
]


def differences_of(
    cell: str, size: tuple[int, int, int, int], seed: int, dtype: str
) -> tuple[float, float]:
    """(largest difference of states, largest relative difference of gradients)."""
    if cell not in CELLS or dtype not in BOUNDS:
        raise ValueError(
            f"expected a cell of {CELLS} and float32 or float64, got {cell}, {dtype}"
        )
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras
    import tensorflow as tf

    batch, steps, features, units = size
    rng = np.random.default_rng(seed)
    reset_after = cell == "gru_reset_after"
    if cell == "rnn":
        layer = keras.layers.SimpleRNN(units, return_sequences=True, dtype=dtype)
    else:
        layer = keras.layers.GRU(
            units, return_sequences=True, reset_after=reset_after, dtype=dtype
        )
    inputs = rng.normal(size=(batch, steps, features)).astype(dtype)
    layer.build(inputs.shape)
    weights = [
        (rng.normal(size=w.shape) * 0.8 / np.sqrt(units)).astype(dtype)
        for w in layer.weights
    ]
    layer.set_weights(weights)
    upstream = rng.normal(size=(batch, steps, units)).astype(dtype)
    kernel, recurrent, bias = weights

    x = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(x)
        states = layer(x)
        loss = tf.reduce_sum(states * upstream)
    by_keras = tape.gradient(loss, [x, *(w.value for w in layer.trainable_weights)])

    if cell == "rnn":
        by_hand = rnn_sequence(inputs, kernel, recurrent, bias)
        got: Any = rnn_gradients(inputs, kernel, recurrent, bias, upstream)
    else:
        form = {"reset_after": reset_after}
        by_hand = gru_sequence(inputs, kernel, recurrent, bias, **form)
        got = gru_gradients(inputs, kernel, recurrent, bias, upstream, **form)
    expected = [np.array(g) for g in by_keras]
    pairs = zip(expected, (got.inputs, *got[2:]), strict=True)
    scale = max(np.abs(g).max() for g in expected)
    return (
        float(np.abs(np.array(states) - by_hand).max()),
        float(max(np.abs(a - b).max() for a, b in pairs) / scale),
    )


def pieces() -> list[dict[str, Any]]:
    return [{"dtype": dtype, "cell": cell} for dtype in BOUNDS for cell in CELLS]


def run(piece: dict[str, Any]) -> dict[str, float]:
    """The largest differences of states and of gradients over all sizes and seeds."""
    pairs = [
        differences_of(piece["cell"], size, seed, piece["dtype"])
        for size, seed in product(SIZES, SEEDS)
    ]
    state, gradient = (max(values) for values in zip(*pairs, strict=True))
    return {"state": state, "gradient": gradient}


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "cases": len(CELLS) * len(SIZES) * len(SEEDS) * len(BOUNDS),
        "seeds": len(SEEDS),
        "longest": max(steps for _, steps, _, _ in SIZES),
    }
    for dtype, (state_bound, gradient_bound) in BOUNDS.items():
        found = [one["result"] for one in pieces if one["piece"]["dtype"] == dtype]
        summary |= {
            f"{dtype}_state": max(result["state"] for result in found),
            f"{dtype}_gradient": max(result["gradient"] for result in found),
            f"{dtype}_state_bound": state_bound,
            f"{dtype}_gradient_bound": gradient_bound,
        }
    return summary


def differences(
    piece: dict[str, Any], recorded: dict[str, Any], again: dict[str, Any]
) -> list[str]:
    """Both lie within what the tests demand."""
    bounds = dict(zip(("state", "gradient"), BOUNDS[piece["dtype"]], strict=True))
    return [
        f"{what}: expected at most {bound}, got {again[what]} after {recorded[what]}"
        for what, bound in bounds.items()
        if again[what] > bound
    ]
