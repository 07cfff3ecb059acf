"""Gradient through time: how much of a gradient is left so many steps back?

A network reads examples of the adding task, inputs (examples, 100, 2). We follow the
gradient of its answer back from the last hidden state, and the product of the Jacobians
on the way, (units, units): for an RNN and for a GRU with three biases of the update
gate, with weights as Keras draws them, as PyTorch does, and with the blocks of the
recurrent kernel drawn one by one; and after training, at the learning rate that suits
each network best. The gradient says what this answer can teach; the norm of the product
is the most that any answer could.

    make evidence only=gradient_flow

Source: Pascanu, Mikolov and Bengio 2013, arXiv:1211.5063.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from snippets.experiments.adding import adding
from snippets.experiments.training import TUNING, Race, Task, quality
from snippets.from_scratch.gradient_through_time import keras_weights
from snippets.from_scratch.gru_cell import sigmoid
from tools import plots
from tools.compare import chosen, far
from tools.findings import finding
from tools.intervals import median_steps, middle, share

SETTINGS: dict[str, Any] = TUNING | {
    "steps": 100,
    "units": 32,
    "biases": [0, 2, 4],
    "examples": 16,
    "every": 5,  # so many steps back lie between two that are recorded
    "budget": 1500,
    "long_budget": 1500,
    "near": 0.1,
    "race": {"units": 32, "batch": 32, "check": 50, "solved": 0.95},
}
DECIDING = [
    {
        "network": network,
        "bias": bias,
        "start": start,
        "trained": False,
        "seeds": [0, 1],
    }
    for network, bias, start in (
        ("rnn", 0, "keras"),
        ("gru", 0, "keras"),
        ("gru", 4, "keras"),
        ("gru", 2, "uniform"),
        ("gru", 0, "blocks"),
    )
]
FEATURES = 2


def uniform_weights(
    rng: np.random.Generator, units: int, blocks: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Kernel, recurrent kernel and both biases (2, blocks units) as PyTorch draws."""
    limit, width = 1 / np.sqrt(units), blocks * units
    kernel, recurrent, bias = (
        rng.uniform(-limit, limit, size=(rows, width)) for rows in (FEATURES, units, 2)
    )
    return kernel, recurrent, bias


# --8<-- [start:jacobian]
def step_and_jacobian(
    x: np.ndarray,
    h: np.ndarray,
    kernel: np.ndarray,
    recurrent: np.ndarray,
    bias: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """x (features,), h (units,) -> the new h, and its Jacobian (units, units): in row i
    and column j, how much the new state j moves with the old state i.
    """
    if recurrent.shape[0] == recurrent.shape[1]:  # an RNN
        new = np.tanh(x @ kernel + h @ recurrent + bias.sum(axis=0))
        return new, recurrent * (1 - new**2)
    sums, back = x @ kernel + bias[0], h @ recurrent + bias[1]
    x_z, x_r, x_h = np.split(sums, 3)
    h_z, h_r, h_h = np.split(back, 3)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    candidate = np.tanh(x_h + r * h_h)
    U_z, U_r, U_h = np.split(recurrent, 3, axis=1)
    draft = (1 - z) * (1 - candidate**2)  # how the draft's sum moves the new state
    jacobian = (
        np.diag(z)
        + U_z * ((h - candidate) * z * (1 - z))
        + U_h * (draft * r)
        + U_r * (draft * h_h * r * (1 - r))
    )
    return z * h + (1 - z) * candidate, jacobian
    # --8<-- [end:jacobian]


# --8<-- [start:walk]
def walk_back(
    inputs: np.ndarray, output_kernel: np.ndarray, *weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """inputs (steps, features), output_kernel (units, 1) -> what is left of the
    gradient of the answer, and the norm of the product of Jacobians, 0, 1, ... steps
    back.
    """
    h = np.zeros(len(output_kernel))
    jacobians = []
    for x in inputs:
        h, jacobian = step_and_jacobian(x, h, *weights)
        jacobians.append(jacobian)
    product, gradients, norms = np.eye(len(h)), [1.0], [1.0]
    for jacobian in reversed(jacobians):
        product = jacobian @ product
        gradient = np.linalg.norm(product @ output_kernel)
        gradients.append(float(gradient / np.linalg.norm(output_kernel)))
        norms.append(float(np.linalg.norm(product, 2)))
    return np.array(gradients), np.array(norms)
    # --8<-- [end:walk]


def pieces() -> list[dict[str, Any]]:
    networks: list[dict[str, Any]] = [{"network": "rnn", "bias": 0}]
    networks += [{"network": "gru", "bias": bias} for bias in SETTINGS["biases"]]
    starts = [(start, False) for start in ("keras", "uniform", "blocks")]
    return [
        network | {"start": start, "trained": trained, "seeds": SETTINGS["seeds"]}
        for start, trained in [*starts, ("keras", True)]
        for network in networks
        if start != "blocks" or network == {"network": "gru", "bias": 0}
    ]


def drawn(piece: dict[str, Any], seed: int) -> list[np.ndarray]:
    """The weights an untrained network starts from, its output kernel the last."""
    rng = np.random.default_rng(seed)
    units, blocks = SETTINGS["units"], 1 if piece["network"] == "rnn" else 3
    if piece["start"] == "uniform":
        kernel, recurrent, bias = uniform_weights(rng, units, blocks)
    else:
        kernel, recurrent = keras_weights(rng, FEATURES, units, blocks)
        bias = np.zeros((2, blocks * units))
    if piece["start"] == "blocks":  # each as orthogonal as an RNN's recurrent kernel
        drawn_apart = [keras_weights(rng, FEATURES, units, 1)[1] for _ in range(blocks)]
        recurrent = np.hstack(drawn_apart)
    bias[0, :units] += piece["bias"]
    limit = np.sqrt(6 / (units + 1))
    return [kernel, recurrent, bias, rng.uniform(-limit, limit, size=(units, 1))]


def trained(piece: dict[str, Any]) -> Iterator[tuple[float, Any, list[np.ndarray]]]:
    """For each seed the learning rate that was chosen for the network, the training
    steps until solved or None, and the weights then, the output kernel the last.
    """
    make = partial(adding, length=SETTINGS["steps"])
    task = Task(make, SETTINGS["steps"], FEATURES, SETTINGS["near"])
    name = "rnn" if piece["network"] == "rnn" else "bias_gru"
    race = Race(task, name, bias=float(piece["bias"]), **SETTINGS["race"])
    budget, seeds = SETTINGS["budget"], SETTINGS["selection_seeds"]
    chosen = max(
        SETTINGS["learning_rates"],
        key=lambda rate: quality(race.run_all(seeds, rate, budget)),
    )
    for seed in piece["seeds"]:
        steps = race.run(seed, chosen, budget)["steps"]
        weights = [np.asarray(w, float) for w in race.network.model.get_weights()]
        kernel, recurrent, bias, output, _ = weights
        yield chosen, steps, [kernel, recurrent, np.atleast_2d(bias), output]


def run(piece: dict[str, Any]) -> dict[str, Any]:
    """For each seed the medians over the examples, every so many steps back: gradient
    and jacobians; for trained networks also the rate and the steps until solved.
    """
    make = partial(adding, length=SETTINGS["steps"])
    untrained = ((None, None, drawn(piece, seed)) for seed in piece["seeds"])
    networks = trained(piece) if piece["trained"] else untrained
    result: dict[str, Any] = {"gradient": [], "jacobians": [], "solved_at": []}
    for seed, (rate, steps, weights) in zip(piece["seeds"], networks, strict=True):
        *recurrent_weights, output_kernel = weights
        examples, _ = make(np.random.default_rng(2000 + seed), SETTINGS["examples"])
        walks = [walk_back(x, output_kernel, *recurrent_weights) for x in examples]
        gradients, norms = zip(*walks, strict=True)
        for name, values in (("gradient", gradients), ("jacobians", norms)):
            medians = np.median(values, axis=0)[:: SETTINGS["every"]]
            result[name].append([float(f"{value:.4g}") for value in medians])
        result["solved_at"].append(steps)
        result["chosen_rate"] = rate
    return result


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """By start (keras, uniform, blocks, trained) and network (rnn, gru_0, gru_2,
    gru_4): what is left of the gradient and the norm of the Jacobians after all steps
    (median over the seeds, its interval, lowest and highest), and the curve of medians.
    """
    summary: dict[str, Any] = {}
    for piece in pieces:
        setting, result = piece["piece"], piece["result"]
        name = setting["network"]
        if name == "gru":
            name += f"_{setting['bias']}"
        start = "trained" if setting["trained"] else setting["start"]
        lasts = [curve[-1] for curve in result["gradient"]]
        norms = [curve[-1] for curve in result["jacobians"]]
        left, low, high = (float(f"{value:.4g}") for value in middle(lasts))
        found = {
            "left": left,
            "low": low,
            "high": high,
            "least": min(lasts),
            "most": max(lasts),
            "a_step": round(left ** (1 / SETTINGS["steps"]), 3),
            "jacobians": float(f"{np.median(norms):.4g}"),
            "curve": [
                float(f"{value:.3g}") for value in np.median(result["gradient"], axis=0)
            ],
        }
        if setting["trained"]:
            found |= {
                "rate": result["chosen_rate"],
                "solved": share(result["solved_at"]),
                "steps": median_steps(result["solved_at"]),
            }
        summary.setdefault(start, {})[name] = found
    return summary


def findings(record: dict[str, Any]) -> dict[str, Any]:
    def column(start: str, key: str = "left") -> dict[str, Any]:
        return {name: found[key] for name, found in record[start].items()}

    def lasts(start: str, network: str) -> list[float]:
        piece = chosen(
            record["pieces"], start=start, network=network, bias=0, trained=False
        )
        return [curve[-1] for curve in piece["gradient"]]

    keras, uniform, trained = column("keras"), column("uniform"), column("trained")
    seeds, grus = len(record["settings"]["seeds"]), ("gru_0", "gru_2", "gru_4")
    solved = column("trained", "solved")
    pairs = zip(lasts("uniform", "rnn"), lasts("uniform", "gru"), strict=True)
    less = sum(rnn < gru for rnn, gru in pairs)
    return {
        "untrained_gru_reaches_less_far": finding(
            "With Keras's defaults the untrained GRU's gradient vanishes faster, on "
            "every seed, than the untrained RNN's on any: its reach is shorter, less "
            "is left.",
            record["keras"]["gru_0"]["most"] < record["keras"]["rnn"]["least"],
            **keras,
        ),
        "bias_2_is_level_with_rnn": finding(
            "With update-gate bias 2 the untrained GRU keeps as much gradient as the "
            "RNN: the interval of its median lies within the RNN's.",
            record["keras"]["rnn"]["low"] < record["keras"]["gru_2"]["low"]
            and record["keras"]["gru_2"]["high"] < record["keras"]["rnn"]["high"],
            **{name: record["keras"][name]["left"] for name in ("rnn", "gru_2")},
            low=record["keras"]["rnn"]["low"],
            high=record["keras"]["rnn"]["high"],
        ),
        "bias_opens_the_path": finding(
            "A higher update-gate bias gives the untrained GRU a longer reach: from 0 "
            "to 2 to 4 it keeps at least a thousand and then a thousand times as much "
            "gradient, and at 4 over a tenth, whether the weights are drawn as in "
            "Keras or as in PyTorch.",
            all(
                one["gru_0"] * 1e3 < one["gru_2"]
                and one["gru_2"] * 1e3 < one["gru_4"]
                and one["gru_4"] > 0.1
                for one in (keras, uniform)
            ),
            keras=keras,
            uniform=uniform,
        ),
        "uniform_rnn_keeps_less": finding(
            "With weights drawn as PyTorch does, the untrained RNN keeps less gradient "
            "than the untrained GRU on at least 14 of 20 seeds, and in the median less "
            "than a hundredth.",
            less >= 14 and seeds == 20 and uniform["rnn"] < 0.01 * uniform["gru_0"],
            seeds=less,
            **uniform,
        ),
        "keras_start_of_the_gru_shrinks": finding(
            "The untrained GRU, with the three blocks of its recurrent kernel drawn "
            "one by one, as the RNN's is, keeps at least ten thousand times as much "
            "gradient as with Keras's start, which draws them as one, and still less "
            "than the RNN.",
            1e4 * keras["gru_0"] < record["blocks"]["gru_0"]["left"] < keras["rnn"],
            keras=keras["gru_0"],
            a_step=record["keras"]["gru_0"]["a_step"],
            one_by_one=record["blocks"]["gru_0"]["left"],
            a_step_then=record["blocks"]["gru_0"]["a_step"],
        ),
        "training_opens_the_path": finding(
            "After training at its own rate, every GRU keeps more than a tenth of its "
            "gradient, on every seed; the RNN, which has not solved the task, less "
            "than a thousandth.",
            all(record["trained"][name]["least"] > 0.1 for name in grus)
            and record["trained"]["rnn"]["most"] < 1e-3
            and solved["rnn"]["solved"] == 0,
            trained=trained,
            rnn_solved=solved["rnn"],
        ),
        "least_gradient_still_solved": finding(
            "The GRU with bias 0 kept the least gradient before training of the four, "
            "and solved the task on every seed, at a high learning rate, 0.03 or "
            "more.",
            keras["gru_0"] == min(keras.values())
            and solved["gru_0"]["solved"] == seeds
            and record["trained"]["gru_0"]["rate"] >= 0.03,
            untrained=keras,
            solved=solved["gru_0"],
            rate=record["trained"]["gru_0"]["rate"],
        ),
        "jacobians_tell_the_same": finding(
            "The norm of the product of Jacobians is at least what is left of the "
            "gradient, and at most a thousand times as large.",
            all(
                found["left"] <= found["jacobians"] <= 1000 * found["left"]
                for start in ("keras", "uniform", "blocks", "trained")
                for found in record[start].values()
            ),
            **{s: column(s, "jacobians") for s in ("keras", "uniform", "trained")},
        ),
    }


def plot(record: dict[str, Any]) -> plots.Plot:
    fig, panels = plots.figure(4.2, panels=2)
    networks: dict[str, dict[str, Any]] = {
        "rnn": {"color": plots.RNN, "ls": "-", "label": "RNN"},
        "gru_0": {"color": plots.GRU, "ls": "-", "label": "GRU, bias 0"},
        "gru_2": {"color": plots.GRU, "ls": "--", "label": "GRU, bias 2"},
        "gru_4": {"color": plots.GRU, "ls": ":", "label": "GRU, bias 4"},
    }
    words = []
    settings = record["settings"]
    back = range(0, settings["steps"] + 1, settings["every"])
    starts = {"keras": "untrained", "trained": "trained"}
    for axes, (start, title) in zip(panels, starts.items(), strict=True):
        for name, style in networks.items():
            found = record[start][name]
            axes.plot(back, found["curve"], **style)
            words.append(f"{title}, {style['label']}: {found['left']:.1g} left")
        axes.set(yscale="log", xlabel="steps back", ylim=(1e-22, 30))
        axes.set_title(title)
    powers = {1.0: "1"} | {10.0**p: f"1e{p}" for p in (-5, -10, -15, -20)}
    panels[0].set_yticks([*powers], [*powers.values()])
    panels[0].set_ylabel("gradient left")
    plots.legend(fig, panels[0], 2)
    return fig, "What is left of the gradient, so many steps back", "; ".join(words)


def differences(
    piece: dict[str, Any], recorded: dict[str, Any], again: dict[str, Any]
) -> list[str]:
    """Untrained: the same to a thousandth. Trained: the same powers of ten, roughly."""
    found = []
    pairs = zip(recorded["gradient"], again["gradient"], strict=False)
    for seed, (was, now) in enumerate(pairs):
        factor = 1e3 if piece["trained"] else 1.001
        if piece["trained"] and was[-1] > 0.01:
            factor = 5
        found += far(f"seed {seed}, gradient left", was[-1], now[-1], factor)
    return found
