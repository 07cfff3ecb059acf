"""Cost of a step: how much more does a GRU cost than an RNN, at the same work?

The layers of one size take turns, so that whatever else the machine does hits all of
them alike; we report ratios. Inputs (batch, length, 2). The equal RNN is as wide as it
takes to have the GRU's parameters. Keras is timed as it runs by itself, with many
training steps compiled into one as in the races, and PyTorch beside it. Latency, at the
end, is in milliseconds: a figure of one machine on one day.

    make evidence only=step_cost

Source of the layers: keras.layers, torch.nn.
"""

import json
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from snippets.experiments.training import Network, equal_rnn_units, make_layer
from snippets.from_scratch.gru_cell import gru_sequence
from snippets.from_scratch.rnn_cell import rnn_sequence
from tools import plots
from tools.compare import chosen, far
from tools.findings import finding

SETTINGS: dict[str, Any] = {
    "networks": ["rnn", "equal_rnn", "gru", "lstm"],
    "features": 2,
    # The middle of the grid, and how far each axis goes from there.
    "usual": {"units": 64, "length": 40, "batch": 32, "threads": 1},
    "widths": [16, 32, 64, 128, 256, 512],
    "lengths": [10, 40, 160],
    "batches": [1, 8, 32, 128],
    "threads": {"cores": [1, 2], "units": 256},
    # From process to process a ratio may jump: each piece is timed in so many, and its
    # spread is over them.
    "processes": 5,
    "rounds": 9,
    # As the races run: many training steps compiled into one, at their width.
    "compiled": {"units": 32, "lengths": [10, 40, 80], "together": 50, "rounds": 5},
    # A turn lasts so many seconds: a single short call would time the cold caches that
    # the turn before left behind.
    "latency": {
        "sizes": [[64, 10], [256, 100]],
        "batches": [1, 32],
        "rounds": 5,
        "turn": 0.05,
    },
}
ALONE = True  # the runner gives its pieces the machine for themselves
DECIDING = [
    {"kind": "forward", "units": 64, "length": 40, "batch": 32, "threads": 1},
    {"kind": "training", "units": 32, "length": 40, "batch": 32, "threads": 1},
    {"kind": "latency", "units": 64, "batch": 1},
]
KINDS = ("forward", "training", "pytorch_forward", "pytorch_training")


def pieces() -> list[dict[str, Any]]:
    usual = SETTINGS["usual"]
    sizes = [usual | {"units": units} for units in SETTINGS["widths"]]
    sizes += [usual | {"length": length} for length in SETTINGS["lengths"]]
    sizes += [usual | {"batch": batch} for batch in SETTINGS["batches"]]
    wide = usual | {"units": SETTINGS["threads"]["units"]}
    sizes += [wide | {"threads": threads} for threads in SETTINGS["threads"]["cores"]]
    once = [size for place, size in enumerate(sizes) if size not in sizes[:place]]
    ratios = [{"kind": kind, **size} for size, kind in product(once, KINDS)]
    loop = SETTINGS["compiled"]
    ratios += [
        {"kind": "compiled", **usual, "units": loop["units"], "length": length}
        for length in loop["lengths"]
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


def make_call(piece: dict[str, Any], network: str) -> Callable[[], Any]:
    """Something to time: one forward pass, or one training step, of one batch; or, if
    compiled, many training steps.
    """
    rng = np.random.default_rng(0)
    features, length, batch = SETTINGS["features"], piece["length"], piece["batch"]
    units = piece["units"]
    if piece["kind"] == "compiled":
        together = SETTINGS["compiled"]["together"]
        sizes = {"units": units, "steps": length, "features": features, "batch": batch}
        learner = Network(network, loss="mse", **sizes)
        learner.start(0, 0.001)
        inputs = rng.normal(size=(batch * together, length, features))
        return partial(learner.learn, inputs, rng.normal(size=(batch * together, 1)))
    inputs = rng.normal(size=(batch, length, features)).astype(np.float32)
    targets = rng.normal(size=(batch, 1)).astype(np.float32)
    of = torch_calls if piece["kind"].startswith("pytorch") else keras_calls
    forward, training = of(network, units, inputs, targets)
    return forward if piece["kind"].endswith("forward") else training


def keras_calls(
    network: str, units: int, inputs: np.ndarray, targets: np.ndarray
) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """One forward pass and one training step, each compiled by tf.function."""
    import keras
    import tensorflow as tf

    _, length, features = inputs.shape
    layer = make_layer(network, units, features, length, seed=0)
    model = keras.Sequential(
        [keras.Input((length, features)), layer, keras.layers.Dense(1)]
    )
    x, y = tf.constant(inputs), tf.constant(targets)
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

    return partial(value_of, tf.function(forward)), partial(
        value_of, tf.function(training)
    )


def torch_calls(
    network: str, units: int, inputs: np.ndarray, targets: np.ndarray
) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """The same in PyTorch, as it runs by itself."""
    try:
        import torch
    except ImportError:
        raise RuntimeError(
            "expected PyTorch, which no requirements file brings: "
            "pip install torch==2.13.0 into this environment, then run again"
        ) from None

    torch.set_num_threads(int(os.environ["TF_NUM_INTRAOP_THREADS"]))
    features = inputs.shape[2]
    kinds = {"gru": torch.nn.GRU, "lstm": torch.nn.LSTM}
    wide = equal_rnn_units(features, units) if network == "equal_rnn" else units
    layer = kinds.get(network, torch.nn.RNN)(features, wide, batch_first=True)
    output = torch.nn.Linear(wide, 1)
    weights = [*layer.parameters(), *output.parameters()]
    optimizer = torch.optim.Adam(weights, lr=0.001)
    x, y = torch.tensor(inputs), torch.tensor(targets)

    def forward() -> Any:
        with torch.no_grad():
            return output(layer(x)[0][:, -1])

    def training() -> Any:
        optimizer.zero_grad()
        loss = ((output(layer(x)[0][:, -1]) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        return loss.item()

    return forward, training


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
        layer = make_layer(network, piece["units"], features, length, seed=0)
        model = keras.Sequential([keras.Input((length, features)), layer])
        weights = layer.get_weights()
        calls[f"{network}_numpy"] = partial(sequence, inputs, *weights)
        calls[f"{network}_compiled"] = partial(value_of, tf.function(model), tensor)
        calls[f"{network}_predict"] = partial(model.predict, inputs, verbose=0)
    return calls


def run(piece: dict[str, Any]) -> dict[str, Any]:
    """[lowest, median, highest] over the processes, each of which has as many threads
    as the piece says.
    """
    threads = str(piece.get("threads", 1))
    names = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
    names += ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
    environment = os.environ | dict.fromkeys(names, threads)
    # Dask sets it in its workers; with it, in training at 128 units, the GRU took 5
    # times as long as the RNN, without it 3 to 4.
    environment.pop("MALLOC_TRIM_THRESHOLD_", None)
    found = []
    for _ in range(SETTINGS["processes"]):
        done = subprocess.run(
            [sys.executable, "-m", "snippets.experiments.step_cost", json.dumps(piece)],
            env=environment,
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(done.stderr.strip().splitlines()[-1])
        found.append(json.loads(done.stdout))
    return {name: ends([one[name] for one in found]) for name in found[0]}


def ends(values: list[float]) -> list[float]:
    """[lowest, median, highest]."""
    return [float(f"{v:.4g}") for v in (min(values), median(values), max(values))]


def timed(piece: dict[str, Any]) -> dict[str, float]:
    """Medians over the rounds of one process: of each layer's time over the RNN's in
    the same round, or, for latency, of milliseconds.
    """
    if piece["kind"] == "latency":
        latency = SETTINGS["latency"]
        calls = latency_calls(piece)
        seconds = interleaved(calls, latency["rounds"], latency["turn"])
        return {name: 1000 * median(times) for name, times in seconds.items()}
    calls = {name: make_call(piece, name) for name in SETTINGS["networks"]}
    of = SETTINGS["compiled"] if piece["kind"] == "compiled" else SETTINGS
    seconds = interleaved(calls, of["rounds"])
    against = {"gru_over_rnn": ("gru", "rnn"), "lstm_over_rnn": ("lstm", "rnn")}
    against |= {"gru_over_equal_rnn": ("gru", "equal_rnn")}
    return {
        name: float(np.median(np.divide(seconds[one], seconds[other])))
        for name, (one, other) in against.items()
    }


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """by_width, by_length, by_batch and by_threads: [kind][size], the ratios; compiled
    by length; latency in milliseconds by size and batch.
    """
    usual = SETTINGS["usual"]
    axes = {
        "by_width": ("units", SETTINGS["widths"], usual),
        "by_length": ("length", SETTINGS["lengths"], usual),
        "by_batch": ("batch", SETTINGS["batches"], usual),
        "by_threads": (
            "threads",
            SETTINGS["threads"]["cores"],
            usual | {"units": SETTINGS["threads"]["units"]},
        ),
    }
    summary: dict[str, Any] = {
        table: {
            kind: {
                str(size): chosen(pieces, kind=kind, **rest | {axis: size})
                for size in sizes
            }
            for kind in KINDS
        }
        for table, (axis, sizes, rest) in axes.items()
    }
    summary["compiled"] = {
        str(length): chosen(pieces, kind="compiled", length=length)
        for length in SETTINGS["compiled"]["lengths"]
    }
    summary["latency"] = {}
    for piece in pieces:
        if piece["piece"]["kind"] == "latency":
            size = (piece["piece"][key] for key in ("units", "length", "batch"))
            summary["latency"]["_".join(map(str, size))] = piece["result"]
    for library, kind in (("keras", "training"), ("pytorch", "pytorch_training")):
        medians = [
            result["gru_over_rnn"][1]
            for table in axes
            for result in summary[table][kind].values()
        ]
        summary[library] = {"least": min(medians), "most": max(medians)}
    return summary


def findings(record: dict[str, Any]) -> dict[str, Any]:
    compiled, latency = record["compiled"], record["latency"]
    one_short = latency["64_10_1"]
    numpy = {
        size: round(found["gru_numpy"][1] / found["rnn_numpy"][1], 2)
        for size, found in latency.items()
    }
    tables = ("by_width", "by_length", "by_batch", "by_threads")

    def medians(pair: str) -> dict[str, dict[str, float]]:
        return {
            f"{kind}, {table}": {
                size: found[pair][1] for size, found in record[table][kind].items()
            }
            for table in tables
            for kind in KINDS
        }

    gru, equal = medians("gru_over_rnn"), medians("gru_over_equal_rnn")
    training = [kind for kind in gru if "training" in kind]
    return {
        "step_always_costs_more": finding(
            "A step of the GRU cost more time than one of the RNN of equal width in "
            "every case that was timed, forward and in training, in Keras and in "
            "PyTorch.",
            all(ratio > 1 for row in gru.values() for ratio in row.values()),
            gru_over_rnn=gru,
        ),
        "equal_size_costs_less_more": finding(
            "In training, against an RNN of equal size the GRU's step costs less "
            "more: the gap is smaller than against one of equal width, in every case.",
            all(
                equal[kind][size] < gru[kind][size]
                for kind in training
                for size in gru[kind]
            ),
            gru_over_rnn={kind: gru[kind] for kind in training},
            gru_over_equal_rnn={kind: equal[kind] for kind in training},
        ),
        "compiled_step_costs_two_to_three": finding(
            "Where the whole loop is compiled, a GRU's step costs 2 to 3 times an "
            "RNN's of equal width at 32 units.",
            all(2 < found["gru_over_rnn"][1] < 3 for found in compiled.values()),
            gru_over_rnn={n: found["gru_over_rnn"] for n, found in compiled.items()},
        ),
        "torch_lstm_costs_less_than_gru": finding(
            "In PyTorch a training step of the LSTM takes less time than one of the "
            "GRU in every case that was timed; in Keras it does up to 128 units, and "
            "not in wider layers.",
            all(
                found["lstm_over_rnn"][1] < found["gru_over_rnn"][1]
                for table in tables
                for found in record[table]["pytorch_training"].values()
            )
            and all(
                (found["lstm_over_rnn"][1] < found["gru_over_rnn"][1])
                == (int(units) <= 128)
                for units, found in record["by_width"]["training"].items()
            ),
            lstm_over_rnn=medians("lstm_over_rnn"),
            gru_over_rnn=gru,
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
        "gru_over_equal_rnn": plots.STYLES["chrono_gru"]
        | {"label": "GRU / RNN, as large"},
        "lstm_over_rnn": plots.STYLES["lstm"] | {"label": "LSTM / RNN"},
    }
    words = []
    tables = {"training": "Keras", "pytorch_training": "PyTorch"}
    for axes, (kind, library) in zip(panels, tables.items(), strict=True):
        found = {int(n): ratios for n, ratios in record["by_width"][kind].items()}
        for name, style in pairs.items():
            intervals = [ratios[name] for ratios in found.values()]
            low, middle, high = zip(*intervals, strict=True)
            axes.fill_between(
                [*found], low, high, color=style["color"], alpha=0.15, lw=0
            )
            axes.plot([*found], middle, **style)
            medians = zip(found, middle, strict=True)
            values = ", ".join(f"{size} units: {value:.1f}" for size, value in medians)
            words.append(f"{library}, {style['label']}: {values}")
        axes.axhline(1, **plots.THIN)
        axes.set(xscale="log", xlabel="units", ylim=(0, None), title=library)
        plots.x_ticks(axes, [n for n in found if n in (16, 64, 256)])
    panels[0].set_ylabel("time of a training step, ratio")
    plots.legend(fig, panels[0], columns=2)
    title = "How many times an RNN's training step the others cost"
    return fig, title, "; ".join(words)


def differences(
    piece: dict[str, Any], recorded: dict[str, Any], again: dict[str, Any]
) -> list[str]:
    """Medians of the GRU's ratios, on which the findings rest, within a factor of 2,
    and a GRU step never the cheaper one. The LSTM's forward pass is left out: beside
    another process it took three times as long, the others did not.

    Milliseconds belong to a machine: of latency only the order is compared, that
    predict takes longest at the smaller size and that a GRU costs more than an RNN.
    """
    if piece["kind"] != "latency":
        found = []
        for name in ("gru_over_rnn", "gru_over_equal_rnn"):
            found += far(name, recorded[name][1], again[name][1], 2)
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


if __name__ == "__main__":
    print(json.dumps(timed(json.loads(sys.argv[1]))))
