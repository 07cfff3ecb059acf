"""Gradient through time: how much of a gradient is left so many steps back?

A network reads examples of the adding task, inputs (examples, 100, 2). We follow the
gradient of its answer back from the last hidden state, and the product of the Jacobians
on the way, (units, units): for an RNN and for a GRU with three biases of the update
gate, as Keras and as PyTorch draw their weights, and after training as well. The
gradient says what this answer can teach; the norm of the product is the most that any
answer could.

    make evidence only=gradient_flow

Source: Pascanu, Mikolov and Bengio 2013, arXiv:1211.5063.
"""

from functools import partial
from typing import Any

import numpy as np

from snippets.experiments.adding import adding
from snippets.experiments.training import Race, Task
from snippets.from_scratch.gradient_through_time import keras_weights
from snippets.from_scratch.gru_cell import sigmoid
from tools import plots
from tools.compare import far
from tools.findings import finding, most_fail, solved, unsolved

SETTINGS: dict[str, Any] = {
    "steps": 100,
    "units": 32,
    "biases": [0, 2, 4],
    "examples": 16,
    "untrained_seeds": [0, 1, 2, 3, 4, 5, 6, 7],
    "trained_seeds": [0, 1, 2],
    "near": 0.1,
    "race": {
        "units": 32,
        "batch": 64,
        "learning_rate": 0.003,
        "budget": 1500,
        "check": 50,
        "solved": 0.95,
    },
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
    untrained = [
        network
        | {"start": start, "trained": False, "seeds": SETTINGS["untrained_seeds"]}
        for start in ("keras", "uniform")
        for network in networks
    ]
    trained = [
        network
        | {"start": "keras", "trained": True, "seeds": SETTINGS["trained_seeds"]}
        for network in networks
    ]
    return untrained + trained


def drawn(piece: dict[str, Any], seed: int) -> list[np.ndarray]:
    """The weights an untrained network starts from, its output kernel the last."""
    rng = np.random.default_rng(seed)
    units, blocks = SETTINGS["units"], 1 if piece["network"] == "rnn" else 3
    if piece["start"] == "keras":
        kernel, recurrent = keras_weights(rng, FEATURES, units, blocks)
        bias = np.zeros((2, blocks * units))
    else:
        kernel, recurrent, bias = uniform_weights(rng, units, blocks)
    bias[0, :units] += piece["bias"]
    limit = np.sqrt(6 / (units + 1))
    return [kernel, recurrent, bias, rng.uniform(-limit, limit, size=(units, 1))]


class BiasedRace(Race):
    """A race whose GRU starts with one bias for all units of its update gate."""

    gate_bias = 0.0

    def start(self, seed: int) -> None:
        super().start(seed)
        if self.gate_bias:
            layer = self.network.layer
            kernel, recurrent_kernel, bias = layer.get_weights()
            bias[0, : layer.units] = self.gate_bias
            layer.set_weights([kernel, recurrent_kernel, bias])


def run(piece: dict[str, Any]) -> dict[str, Any]:
    """For each seed the medians over the examples, 0, 1, ... steps back: gradient and
    jacobians; for trained networks also the steps until solved, or None.
    """
    steps = SETTINGS["steps"]
    make = partial(adding, length=steps)
    result: dict[str, list[Any]] = {"gradient": [], "jacobians": []}
    if piece["trained"]:
        result["solved_at"] = []
        task = Task(make, steps, FEATURES, SETTINGS["near"])
        race = BiasedRace(task, piece["network"], **SETTINGS["race"])
        race.gate_bias = piece["bias"]
    for seed in piece["seeds"]:
        if piece["trained"]:
            result["solved_at"].append(race.run(seed)["steps"])
            trained = race.network.model.get_weights()
            kernel, recurrent, bias, output, _ = [np.asarray(w, float) for w in trained]
            weights = [kernel, recurrent, np.atleast_2d(bias), output]
        else:
            weights = drawn(piece, seed)
        *recurrent_weights, output_kernel = weights
        examples, _ = make(np.random.default_rng(2000 + seed), SETTINGS["examples"])
        walks = [walk_back(x, output_kernel, *recurrent_weights) for x in examples]
        gradients, norms = zip(*walks, strict=True)
        for name, values in (("gradient", gradients), ("jacobians", norms)):
            medians = np.median(values, axis=0)
            result[name].append([float(f"{value:.4g}") for value in medians])
    return result


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """By start (keras, uniform, trained) and network (rnn, gru_0, gru_2, gru_4): what
    is left of the gradient and the norm of the Jacobians after all steps (median,
    lowest, highest over the seeds), and the median every five steps.
    """
    summary: dict[str, Any] = {"keras": {}, "uniform": {}, "trained": {}}
    for piece in pieces:
        setting, result = piece["piece"], piece["result"]
        name = setting["network"]
        if name == "gru":
            name += f"_{setting['bias']}"
        start = "trained" if setting["trained"] else setting["start"]
        lasts = [curve[-1] for curve in result["gradient"]]
        norms = [curve[-1] for curve in result["jacobians"]]
        left = float(f"{np.median(lasts):.4g}")
        summary[start][name] = {
            "left": left,
            "low": min(lasts),
            "high": max(lasts),
            "a_step": round(left ** (1 / SETTINGS["steps"]), 3),
            "jacobians": float(f"{np.median(norms):.4g}"),
            "curve": [
                float(f"{value:.3g}")
                for value in np.median(result["gradient"], axis=0)[::5]
            ],
            "solved_at": result.get("solved_at", []),
        }
    return summary | {"seeds": len(SETTINGS["untrained_seeds"])}


def findings(record: dict[str, Any]) -> dict[str, Any]:
    def column(start: str, key: str = "left") -> dict[str, Any]:
        return {name: found[key] for name, found in record[start].items()}

    keras, uniform = column("keras"), column("uniform")
    low, high = column("trained", "low"), column("trained", "high")
    solved_at, grus = column("trained", "solved_at"), ("gru_0", "gru_2", "gru_4")
    return {
        "untrained_gru_reaches_less_far": finding(
            "With Keras's defaults, the untrained GRU keeps less than a tenth of the "
            "gradient that the untrained RNN keeps.",
            keras["gru_0"] < keras["rnn"] / 10,
            **keras,
        ),
        "bias_2_is_level_with_rnn": finding(
            "With update-gate bias 2, the untrained GRU keeps about as much gradient "
            "as the RNN, within a factor of ten.",
            0.1 < keras["gru_2"] / keras["rnn"] < 10,
            **keras,
        ),
        "bias_opens_the_path": finding(
            "From update-gate bias 0 to 2 to 4, the untrained GRU keeps at least a "
            "thousand and then a hundred times as much gradient, and at 4 a thousand "
            "times the RNN's, whichever way the weights are drawn.",
            all(
                one["gru_0"] * 1e3 < one["gru_2"]
                and one["gru_2"] * 1e2 < one["gru_4"]
                and one["gru_4"] > 1e3 * one["rnn"]
                for one in (keras, uniform)
            ),
            keras=keras,
            uniform=uniform,
        ),
        "uniform_rnn_keeps_less": finding(
            "With weights drawn as PyTorch does, the untrained RNN keeps less gradient "
            "than the untrained GRU.",
            uniform["rnn"] < uniform["gru_0"],
            **uniform,
        ),
        "training_opens_the_path": finding(
            "After training, every GRU keeps more than a twentieth of its gradient, on "
            "every seed; the RNN, which has not solved the task, less than a "
            "thousandth.",
            all(low[name] > 0.05 for name in grus)
            and high["rnn"] < 1e-3
            and unsolved(solved_at["rnn"]),
            lowest=low,
            highest_rnn=high["rnn"],
            rnn_solved_at=solved_at["rnn"],
        ),
        "least_gradient_still_solved": finding(
            "The GRU with bias 0 kept the least gradient before training, and solved "
            "the task on every seed.",
            keras["gru_0"] == min(keras.values()) and solved(solved_at["gru_0"]),
            untrained=keras,
            solved_at=solved_at["gru_0"],
        ),
        "jacobians_tell_the_same": finding(
            "The norm of the product of Jacobians is at least what is left of the "
            "gradient, and at most a thousand times as large.",
            all(
                found["left"] <= found["jacobians"] <= 1000 * found["left"]
                for start in ("keras", "uniform", "trained")
                for found in record[start].values()
            ),
            **{s: column(s, "jacobians") for s in ("keras", "uniform", "trained")},
        ),
        "trained_gradient_can_grow": finding(
            "With bias 4, the trained GRU's gradient is larger 100 steps back than at "
            "the end, on every seed; most seeds solved the task.",
            low["gru_4"] > 1 and not most_fail(solved_at["gru_4"]),
            lowest=low["gru_4"],
            highest=high["gru_4"],
            solved_at=solved_at["gru_4"],
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
    back = range(0, record["settings"]["steps"] + 1, 5)
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
