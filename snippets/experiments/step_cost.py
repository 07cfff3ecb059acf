"""Cost of a step: how much more does a GRU cost than an RNN, at the same work?

The layers of one size take turns, so that whatever else the machine does hits all of
them alike; one thread; we report ratios. Inputs (batch, length, 2). The equal RNN is as
wide as it takes to have the GRU's parameters. Latency, at the end, is in milliseconds:
a figure of one machine on one day.

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

from snippets.experiments.training import Network, make_layer
from snippets.from_scratch.gru_cell import gru_sequence
from snippets.from_scratch.rnn_cell import rnn_sequence
from tools import plots
from tools.compare import chosen, far
from tools.findings import finding

SETTINGS: dict[str, Any] = {
    "networks": ["rnn", "equal_rnn", "gru", "lstm"],
    "batch": 64,
    "features": 2,
    "widths": [16, 32, 64, 128, 256, 512],
    "length_of_widths": 40,
    "lengths": [10, 20, 40, 80, 160],
    "width_of_lengths": 32,
    "rounds": 25,
    # Many training steps compiled into one, as in the races.
    "together": 50,
    "rounds_together": 9,
    # A turn lasts so many seconds: a single short call would time the cold caches that
    # the turn before left behind.
    "latency": {
        "sizes": [[64, 10], [256, 100]],
        "batches": [1, 32],
        "rounds": 15,
        "turn": 0.05,
    },
}
ALONE = True  # the runner gives its pieces the machine for themselves
DECIDING = [
    {"kind": "forward", "units": 64},
    {"kind": "training", "units": 128},
    {"kind": "latency", "units": 64, "batch": 1},
]
FORMS = (("forward", False), ("training", False), ("training", True))


def pieces() -> list[dict[str, Any]]:
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
def interleaved(
    calls: dict[str, Callable[[], Any]], rounds: int, turn: float = 0.0
) -> dict[str, Any]:
    """Seconds of each call, round by round: all take their turn in every round, and
    each round begins with another. A turn is one call, or as many as fill its seconds.
    """
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for name in [*calls] * 2:  # the first call builds and compiles
        calls[name]()
    names = deque(calls)
    for _ in range(rounds):
        names.rotate(1)
        for name in names:
            started, spent, count = time.perf_counter(), 0.0, 0
            while spent < turn or not count:
                calls[name]()
                count, spent = count + 1, time.perf_counter() - started
            seconds[name].append(spent / count)
    return seconds
    # --8<-- [end:interleaved]


def one_thread() -> Any:
    for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ.setdefault(name, "1")
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


def make_call(piece: dict[str, Any], network: str) -> Callable[[], Any]:
    """Something to time: one forward pass, or one training step, of one batch; or, if
    compiled, many training steps.
    """
    if piece["compiled"]:
        return race_call(piece, network)
    import keras
    import tensorflow as tf

    features, length = SETTINGS["features"], piece["length"]
    keras.utils.set_random_seed(0)
    layer = make_layer(network, piece["units"], features, length)
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

    timed = forward if piece["kind"] == "forward" else training
    return partial(value_of, tf.function(timed))


def race_call(piece: dict[str, Any], network: str) -> Callable[[], Any]:
    """Training steps as the races take them: compiled into one, gradients clipped."""
    features, length = SETTINGS["features"], piece["length"]
    learner = Network(
        network,
        units=piece["units"],
        steps=length,
        features=features,
        loss="mse",
        batch=SETTINGS["batch"],
    )
    learner.start(0, 0.001)
    rng = np.random.default_rng(0)
    examples = SETTINGS["batch"] * SETTINGS["together"]
    inputs = rng.normal(size=(examples, length, features))
    return partial(learner.learn, inputs, rng.normal(size=(examples, 1)))


def value_of(compiled: Callable[..., Any], *inputs: Any) -> np.ndarray:
    """The numbers themselves, so that nothing is timed before it has ended."""
    return compiled(*inputs).numpy()


def latency_calls(piece: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    """Three ways to get one answer from each layer; inputs (batch, length, 2)."""
    import keras
    import tensorflow as tf

    features, length = SETTINGS["features"], piece["length"]
    inputs = np.random.default_rng(0).normal(size=(piece["batch"], length, features))
    inputs = inputs.astype(np.float32)
    tensor = tf.constant(inputs)
    calls: dict[str, Callable[[], Any]] = {}
    for network, sequence in (("rnn", rnn_sequence), ("gru", gru_sequence)):
        keras.utils.set_random_seed(0)
        layer = make_layer(network, piece["units"], features, length)
        model = keras.Sequential([keras.Input((length, features)), layer])
        weights = layer.get_weights()
        calls[f"{network}_numpy"] = partial(sequence, inputs, *weights)
        calls[f"{network}_compiled"] = partial(value_of, tf.function(model), tensor)
        calls[f"{network}_predict"] = partial(model.predict, inputs, verbose=0)
    return calls


def quartiles(values: list[float] | np.ndarray) -> list[float]:
    """[lower quartile, median, upper quartile]."""
    return [float(f"{q:.4g}") for q in np.percentile(values, [25, 50, 75])]


def run(piece: dict[str, Any]) -> dict[str, Any]:
    """Quartiles over the rounds: of each layer's time over the RNN's in the same round,
    or, for latency, of milliseconds.
    """
    with one_thread():
        if piece["kind"] == "latency":
            latency = SETTINGS["latency"]
            seconds = interleaved(
                latency_calls(piece), latency["rounds"], latency["turn"]
            )
            return {
                name: quartiles(1000 * np.array(times))
                for name, times in seconds.items()
            }
        calls = {name: make_call(piece, name) for name in SETTINGS["networks"]}
        rounds = SETTINGS["rounds_together" if piece["compiled"] else "rounds"]
        seconds = interleaved(calls, rounds)
    against = {"gru_over_rnn": ("gru", "rnn"), "lstm_over_rnn": ("lstm", "rnn")}
    against |= {"gru_over_equal_rnn": ("gru", "equal_rnn")}
    return {
        name: quartiles(np.divide(seconds[one], seconds[other]))
        for name, (one, other) in against.items()
    }


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
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
            str(units): chosen(pieces, units=units, length=length, **form)
            for units in widths
        }
        summary["by_length"][name] = {
            str(steps): chosen(pieces, units=width, length=steps, **form)
            for steps in SETTINGS["lengths"]
        }
    for piece in pieces:
        if piece["piece"]["kind"] == "latency":
            units, steps, batch = (
                piece["piece"][key] for key in ("units", "length", "batch")
            )
            summary["latency"][f"{units}_{steps}_{batch}"] = piece["result"]
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


def findings(record: dict[str, Any]) -> dict[str, Any]:
    by_width, by_length = record["by_width"], record["by_length"]
    compiled, latency = by_length["compiled"], record["latency"]
    one_short = latency["64_10_1"]
    numpy = {
        size: round(found["gru_numpy"][1] / found["rnn_numpy"][1], 2)
        for size, found in latency.items()
    }

    def medians(pair: str) -> dict[str, dict[str, float]]:
        return {
            f"{form}, {by}": {
                size: found[pair][1] for size, found in table[form].items()
            }
            for by, table in (("by width", by_width), ("by length", by_length))
            for form in table
        }

    gru, equal = medians("gru_over_rnn"), medians("gru_over_equal_rnn")
    lstm, wide = medians("lstm_over_rnn"), "training, by width"
    return {
        "step_always_costs_more": finding(
            "A step of the GRU took longer than one of the RNN, of equal width and of "
            "equal size, in every case that was timed, forward and in training.",
            all(
                ratio > 1
                for part in (gru, equal)
                for r in part.values()
                for ratio in r.values()
            ),
            gru_over_rnn=gru,
            gru_over_equal_rnn=equal,
        ),
        "cost_grows_with_width": finding(
            "In training, GRU over RNN is below 2.5 at 16 units and above 3 at 512.",
            gru[wide]["16"] < 2.5 and gru[wide]["512"] > 3,
            gru_over_rnn=gru[wide],
        ),
        "equal_size_costs_less_more": finding(
            "Against an RNN of equal size the GRU's step costs less more than against "
            "one of equal width, in every case.",
            all(
                equal[form][size] < gru[form][size]
                for form in gru
                for size in gru[form]
            ),
            gru_over_rnn=gru,
            gru_over_equal_rnn=equal,
        ),
        "compiled_gap_is_small": finding(
            "Where the whole loop is compiled, the GRU's step takes less than 1.5 "
            "times as long as that of an RNN of equal size.",
            all(ratio < 1.5 for ratio in equal["compiled, by length"].values()),
            gru_over_equal_rnn=equal["compiled, by length"],
        ),
        "compiled_step_costs_two_to_three": finding(
            "Where the whole loop is compiled, a GRU's step costs 2 to 3 times an "
            "RNN's of equal width at 32 units.",
            all(2 < found["gru_over_rnn"][1] < 3 for found in compiled.values()),
            gru_over_rnn=gru["compiled, by length"],
        ),
        "lstm_cheaper_in_narrow_layers": finding(
            "In training, the LSTM's step is cheaper than the GRU's at 16 to 64 units "
            "and costs more at 512.",
            all(lstm[wide][size] < gru[wide][size] for size in ("16", "32", "64"))
            and lstm[wide]["512"] > gru[wide]["512"],
            lstm_over_rnn=lstm[wide],
            gru_over_rnn=gru[wide],
        ),
        "predict_is_slowest": finding(
            "predict takes more than 20 ms and more than twice a compiled call, at "
            "each size and batch.",
            all(
                found[f"{cell}_predict"][1] > max(20, 2 * found[f"{cell}_compiled"][1])
                for found in latency.values()
                for cell in ("rnn", "gru")
            ),
            milliseconds={
                size: {
                    f"{cell}_{way}": found[f"{cell}_{way}"][1]
                    for cell in ("rnn", "gru")
                    for way in ("compiled", "predict")
                }
                for size, found in latency.items()
            },
        ),
        "numpy_gru_costs_five_for_one": finding(
            "In NumPy the GRU cell takes more than 5 times as long as the RNN cell for "
            "one sequence, and 2.5 to 4 times for 32 sequences and 256 units.",
            all(ratio > 5 for size, ratio in numpy.items() if size.endswith("_1"))
            and 2.5 < numpy["256_100_32"] < 4,
            gru_over_rnn=numpy,
        ),
        "numpy_fastest_for_one_short": finding(
            "For one sequence of 10 steps and 64 units the NumPy cell is faster than "
            "the compiled Keras layer, RNN and GRU.",
            all(
                one_short[f"{cell}_numpy"][1] < one_short[f"{cell}_compiled"][1]
                for cell in ("rnn", "gru")
            ),
            milliseconds={name: quartile[1] for name, quartile in one_short.items()},
        ),
    }


def plot(record: dict[str, Any]) -> plots.Plot:
    fig, panels = plots.figure(4.1, panels=2)
    pairs = {
        "gru_over_rnn": plots.STYLES["gru"] | {"label": "GRU / RNN"},
        "gru_over_equal_rnn": plots.STYLES["open_gru"]
        | {"label": "GRU / RNN as large"},
        "lstm_over_rnn": plots.STYLES["lstm"] | {"label": "LSTM / RNN"},
    }
    words = []
    tables = {"by_width": "units", "by_length": "time steps"}
    for axes, (table, label) in zip(panels, tables.items(), strict=True):
        found = {int(n): ratios for n, ratios in record[table]["training"].items()}
        for name, style in pairs.items():
            quarters = [ratios[name] for ratios in found.values()]
            low, middle, high = zip(*quarters, strict=True)
            axes.fill_between(
                [*found], low, high, color=style["color"], alpha=0.15, lw=0
            )
            axes.plot([*found], middle, **style)
            medians = zip(found, middle, strict=True)
            values = ", ".join(f"{size}: {value:.1f}" for size, value in medians)
            words.append(f"{style['label']} by {label}: {values}")
        axes.axhline(1, **plots.THIN)
        axes.set(xscale="log", xlabel=label, ylim=(0, None))
        plots.x_ticks(axes, [*found])
        axes.tick_params(axis="x", labelsize=10.5)
    panels[0].set_ylabel("time of a training step, ratio")
    plots.legend(fig, panels[0])
    title = "How many times an RNN's training step the others cost"
    return fig, title, "; ".join(words)


def differences(
    piece: dict[str, Any], recorded: dict[str, Any], again: dict[str, Any]
) -> list[str]:
    """Medians of ratios within a factor of 2, and a GRU step never the cheaper one.

    Milliseconds belong to a machine: of latency only the order is compared, that
    predict takes longest at the smaller size and that a GRU costs more than an RNN.
    """
    if piece["kind"] != "latency":
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
    if piece["units"] == 64 and middle["gru_predict"] < 5 * middle["gru_compiled"]:
        found.append("expected predict to take five times a compiled call or more")
    return found
