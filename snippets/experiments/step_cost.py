"""Cost of a step: how much more does a GRU cost than an RNN, at the same work?

The layers of one cell of the grid take turns, so that whatever else the machine does
hits all of them alike; one thread; we report ratios. Inputs (batch, length, 2). The
equal RNN is as wide as it takes to have the GRU's parameters. Latency, at the end, is
in milliseconds: a figure of one machine on one day.

    make evidence only=step_cost

Source of the layers: keras.layers.
"""

import os
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from snippets.from_scratch.gru_cell import gru_sequence
from snippets.from_scratch.rnn_cell import rnn_sequence
from snippets.outcomes import chosen, far
from snippets.training import Network, make_layer

SETTINGS: dict[str, Any] = {
    "runners": ["rnn", "equal_rnn", "gru", "lstm"],
    "batch": 64,
    "features": 2,
    "widths": [16, 32, 64, 128, 256, 512],
    "length_of_widths": 40,
    "lengths": [10, 20, 40, 80, 160],
    "width_of_lengths": 32,
    "rounds": 25,
    # Many training steps compiled as one piece, as in the races.
    "together": 50,
    "rounds_together": 9,
    "latency": {"sizes": [[64, 10], [256, 100]], "batches": [1, 32], "rounds": 15},
}
ALONE = True  # the runner gives its cells the machine for themselves
FORMS = (("forward", False), ("training", False), ("training", True))


def cells() -> list[dict[str, Any]]:
    grid = [(units, SETTINGS["length_of_widths"]) for units in SETTINGS["widths"]]
    grid += [(SETTINGS["width_of_lengths"], length) for length in SETTINGS["lengths"]]
    ratios = [
        {"kind": kind, "compiled": compiled, "units": units, "length": length}
        for (units, length), (kind, compiled) in product(dict.fromkeys(grid), FORMS)
        if not compiled or units == SETTINGS["width_of_lengths"]
    ]
    latency = SETTINGS["latency"]
    return ratios + [
        {"kind": "latency", "units": units, "length": length, "batch": batch}
        for (units, length), batch in product(latency["sizes"], latency["batches"])
    ]


# --8<-- [start:interleaved]
def interleaved(calls: dict[str, Callable[[], Any]], rounds: int) -> dict[str, Any]:
    """Seconds of each call, round by round: all take their turn in every round, and
    each round begins with another.
    """
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for name in [*calls] * 2:  # the first call builds and compiles
        calls[name]()
    names = deque(calls)
    for _ in range(rounds):
        names.rotate(1)
        for name in names:
            started = time.perf_counter()
            calls[name]()
            seconds[name].append(time.perf_counter() - started)
    return seconds
    # --8<-- [end:interleaved]


def one_thread() -> Any:
    for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ.setdefault(name, "1")
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


def make_call(cell: dict[str, Any], runner: str) -> Callable[[], Any]:
    """Something to time: one forward pass, or one training step, of one batch; or, if
    compiled, many training steps.
    """
    if cell["compiled"]:
        return race_call(cell, runner)
    import keras
    import tensorflow as tf

    features, length = SETTINGS["features"], cell["length"]
    keras.utils.set_random_seed(0)
    layer = make_layer(runner, cell["units"], features, length)
    inputs = keras.Input((length, features))
    model = keras.Sequential([inputs, layer, keras.layers.Dense(1)])
    rng = np.random.default_rng(0)
    x = tf.constant(rng.normal(size=(SETTINGS["batch"], length, features)), tf.float32)
    y = tf.constant(rng.normal(size=(SETTINGS["batch"], 1)), tf.float32)
    optimizer = keras.optimizers.Adam(0.001)
    optimizer.build(model.trainable_variables)

    def forward() -> Any:
        return model(x, training=False)

    def training() -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(
            zip(gradients, model.trainable_variables, strict=True)
        )
        return loss

    chosen = forward if cell["kind"] == "forward" else training
    return partial(value_of, tf.function(chosen))


def race_call(cell: dict[str, Any], runner: str) -> Callable[[], Any]:
    """Training steps as the races take them: one piece, gradients clipped."""
    features, length = SETTINGS["features"], cell["length"]
    network = Network(
        runner,
        units=cell["units"],
        steps=length,
        features=features,
        loss="mse",
        batch=SETTINGS["batch"],
    )
    network.start(0, 0.001)
    rng = np.random.default_rng(0)
    examples = SETTINGS["batch"] * SETTINGS["together"]
    inputs = rng.normal(size=(examples, length, features))
    return partial(network.learn, inputs, rng.normal(size=(examples, 1)))


def value_of(compiled: Callable[..., Any], *inputs: Any) -> np.ndarray:
    """The numbers themselves, so that nothing is timed before it has ended."""
    return compiled(*inputs).numpy()


def latency_calls(cell: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    """Three ways to get one answer from each layer; inputs (batch, length, 2)."""
    import keras
    import tensorflow as tf

    features, length = SETTINGS["features"], cell["length"]
    inputs = np.random.default_rng(0).normal(size=(cell["batch"], length, features))
    inputs = inputs.astype(np.float32)
    tensor = tf.constant(inputs)
    calls: dict[str, Callable[[], Any]] = {}
    for runner, sequence in (("rnn", rnn_sequence), ("gru", gru_sequence)):
        keras.utils.set_random_seed(0)
        layer = make_layer(runner, cell["units"], features, length)
        model = keras.Sequential([keras.Input((length, features)), layer])
        weights = layer.get_weights()
        calls[f"{runner}_numpy"] = partial(sequence, inputs, *weights)
        calls[f"{runner}_compiled"] = partial(value_of, tf.function(model), tensor)
        calls[f"{runner}_predict"] = partial(model.predict, inputs, verbose=0)
    return calls


def quartiles(values: list[float] | np.ndarray) -> list[float]:
    """[lower quartile, median, upper quartile]."""
    return [float(f"{q:.4g}") for q in np.percentile(values, [25, 50, 75])]


def run(cell: dict[str, Any]) -> dict[str, Any]:
    """Quartiles over the rounds: of each layer's time over the RNN's in the same round,
    or, for latency, of milliseconds.
    """
    with one_thread():
        if cell["kind"] == "latency":
            seconds = interleaved(latency_calls(cell), SETTINGS["latency"]["rounds"])
            return {
                name: quartiles(1000 * np.array(times))
                for name, times in seconds.items()
            }
        calls = {r: make_call(cell, r) for r in SETTINGS["runners"]}
        rounds = SETTINGS["rounds_together" if cell["compiled"] else "rounds"]
        seconds = interleaved(calls, rounds)
    against = {"gru_over_rnn": ("gru", "rnn"), "lstm_over_rnn": ("lstm", "rnn")}
    against |= {"gru_over_equal_rnn": ("gru", "equal_rnn")}
    return {
        name: quartiles(np.divide(seconds[one], seconds[other]))
        for name, (one, other) in against.items()
    }


def summarise(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """By form (forward, training, compiled): ratios[width or length], quartiles; and
    latency in milliseconds by size and batch.
    """
    width, length = SETTINGS["width_of_lengths"], SETTINGS["length_of_widths"]
    forms = {"forward": ("forward", False), "training": ("training", False)}
    forms |= {"compiled": ("training", True)}
    summary: dict[str, Any] = {"by_width": {}, "by_length": {}, "latency": {}}
    for name, (kind, compiled) in forms.items():
        form = {"kind": kind, "compiled": compiled}
        widths = SETTINGS["widths"] if name != "compiled" else [width]
        summary["by_width"][name] = {
            str(units): chosen(cells, units=units, length=length, **form)
            for units in widths
        }
        summary["by_length"][name] = {
            str(steps): chosen(cells, units=width, length=steps, **form)
            for steps in SETTINGS["lengths"]
        }
    for cell in cells:
        if cell["cell"]["kind"] == "latency":
            units, steps, batch = (
                cell["cell"][key] for key in ("units", "length", "batch")
            )
            summary["latency"][f"{units}_{steps}_{batch}"] = cell["result"]
    medians = [
        result["gru_over_rnn"][1]
        for table in (summary["by_width"], summary["by_length"])
        for name, form in table.items()
        if name != "forward"
        for result in form.values()
    ]
    return summary | {
        "gru_least": round(min(medians), 2),
        "gru_most": round(max(medians), 2),
    }


def differences(
    cell: dict[str, Any], recorded: dict[str, Any], again: dict[str, Any]
) -> list[str]:
    """Medians of ratios within a factor of 2, and a GRU step never the cheaper one.

    Milliseconds belong to a machine: of latency only the order is compared, that
    predict takes longest at the smaller size and that a GRU costs more than an RNN.
    """
    if cell["kind"] != "latency":
        found = []
        for name, quartiles_then in recorded.items():
            found += far(name, quartiles_then[1], again[name][1], 2)
        if again["gru_over_rnn"][1] < 1:
            found.append("expected a GRU step to cost more than an RNN step")
        return found
    middle = {name: values[1] for name, values in again.items()}
    found = []
    if middle["gru_numpy"] < middle["rnn_numpy"]:
        found.append("expected NumPy's GRU to take longer than its RNN")
    if cell["units"] == 64 and middle["gru_predict"] < 5 * middle["gru_compiled"]:
        found.append("expected predict to take five times a compiled call or more")
    return found
