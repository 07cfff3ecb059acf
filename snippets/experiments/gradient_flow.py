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
from snippets.from_scratch.gradient_through_time import keras_weights
from snippets.from_scratch.gru_cell import sigmoid
from snippets.outcomes import far
from snippets.training import Race, Task

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


def cells() -> list[dict[str, Any]]:
    networks: list[dict[str, Any]] = [{"runner": "rnn", "bias": 0}]
    networks += [{"runner": "gru", "bias": bias} for bias in SETTINGS["biases"]]
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


def drawn(cell: dict[str, Any], seed: int) -> list[np.ndarray]:
    """The weights an untrained network starts from, its output kernel the last."""
    rng = np.random.default_rng(seed)
    units, blocks = SETTINGS["units"], 1 if cell["runner"] == "rnn" else 3
    if cell["start"] == "keras":
        kernel, recurrent = keras_weights(rng, FEATURES, units, blocks)
        bias = np.zeros((2, blocks * units))
    else:
        kernel, recurrent, bias = uniform_weights(rng, units, blocks)
    bias[0, :units] += cell["bias"]
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


def run(cell: dict[str, Any]) -> dict[str, Any]:
    """For each seed the medians over the examples, 0, 1, ... steps back: gradient and
    jacobians; for trained networks also the steps until solved, or None.
    """
    steps = SETTINGS["steps"]
    make = partial(adding, length=steps)
    result: dict[str, list[Any]] = {"gradient": [], "jacobians": []}
    if cell["trained"]:
        result["solved_at"] = []
        task = Task(make, steps, FEATURES, SETTINGS["near"])
        race = BiasedRace(task, cell["runner"], **SETTINGS["race"])
        race.gate_bias = cell["bias"]
    for seed in cell["seeds"]:
        if cell["trained"]:
            result["solved_at"].append(race.run(seed)["steps"])
            trained = race.network.model.get_weights()
            kernel, recurrent, bias, output, _ = [np.asarray(w, float) for w in trained]
            weights = [kernel, recurrent, np.atleast_2d(bias), output]
        else:
            weights = drawn(cell, seed)
        *recurrent_weights, output_kernel = weights
        examples, _ = make(np.random.default_rng(2000 + seed), SETTINGS["examples"])
        walks = [walk_back(x, output_kernel, *recurrent_weights) for x in examples]
        gradients, norms = zip(*walks, strict=True)
        for name, values in (("gradient", gradients), ("jacobians", norms)):
            medians = np.median(values, axis=0)
            result[name].append([float(f"{value:.4g}") for value in medians])
    return result


def summarise(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """By start (keras, uniform, trained) and network (rnn, gru_0, gru_2, gru_4): what
    is left of the gradient and the norm of the Jacobians after all steps (median,
    lowest, highest over the seeds), and the median every five steps.
    """
    summary: dict[str, Any] = {"keras": {}, "uniform": {}, "trained": {}}
    for cell in cells:
        setting, result = cell["cell"], cell["result"]
        name = setting["runner"]
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


def differences(
    cell: dict[str, Any], recorded: dict[str, Any], again: dict[str, Any]
) -> list[str]:
    """Untrained: the same to a thousandth. Trained: the same powers of ten, roughly."""
    found = []
    pairs = zip(recorded["gradient"], again["gradient"], strict=False)
    for seed, (was, now) in enumerate(pairs):
        factor = 1e3 if cell["trained"] else 1.001
        if cell["trained"] and was[-1] > 0.01:
            factor = 5
        found += far(f"seed {seed}, gradient left", was[-1], now[-1], factor)
    return found
