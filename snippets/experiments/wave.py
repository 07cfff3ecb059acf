"""The noisy wave: does a GRU forecast the code example's series better than an RNN?

The task of snippets/with_keras/first_training.py: ten values of a noisy sine wave in,
inputs (waves, 10, 1); the next value out, targets (waves, 1). Learning rate and epoch
are chosen on validation waves; other seeds are then asked new ones. A linear formula of
the ten values, boosted trees and the last value again stand beside.

    make evidence only=wave

Source of the task: snippets/with_keras/first_training.py.
"""

from functools import partial
from typing import Any

import numpy as np

from snippets.experiments.training import TUNING, Data, Network, best_rate
from tools import plots
from tools.compare import error_differences
from tools.findings import finding
from tools.intervals import difference, mean

SETTINGS: dict[str, Any] = {
    "networks": ["rnn", "equal_rnn", "gru", "bias_gru", "lstm", "tcn"],
    "units": 16,
    "filters": 16,  # of the temporal convolution
    "learning_rates": TUNING["learning_rates"],
    "selection_seeds": TUNING["selection_seeds"],
    "seeds": TUNING["seeds"],
    "waves": {"training": 2000, "validation": 1000, "test": 1000},
    "checks": 20,
    "epochs_a_check": 3,
    "batch": 32,
}
DECIDING: list[dict[str, Any]] = [
    {"network": "gru", "seeds": [0, 1], "rates": [0.01]},
    {"network": "without a network"},
]


# --8<-- [start:task]
def waves(rng: np.random.Generator, examples: int) -> Data:
    """inputs (examples, 10, 1), targets (examples, 1): each wave has its own pace."""
    pace = rng.uniform(0.3, 0.9, size=(examples, 1))
    start = rng.uniform(0, 2 * np.pi, size=(examples, 1))
    clean = np.sin(start + pace * np.arange(11))
    noisy = clean[:, :10] + rng.normal(scale=0.1, size=(examples, 10))
    return noisy[..., None], clean[:, 10:]
    # --8<-- [end:task]


def split() -> dict[str, Data]:
    return {
        part: waves(np.random.default_rng(seed), examples)
        for seed, (part, examples) in enumerate(SETTINGS["waves"].items(), start=1)
    }


def pieces() -> list[dict[str, Any]]:
    networks: list[dict[str, Any]] = [
        {"network": network, "seeds": SETTINGS["seeds"]}
        for network in SETTINGS["networks"]
    ]
    return [*networks, {"network": "without a network"}]


def run_without() -> dict[str, Any]:
    """Mean absolute error on the test waves."""
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import LinearRegression

    parts = split()
    past, following = parts["training"]
    inputs, targets = parts["test"]
    trees = HistGradientBoostingRegressor(random_state=0)
    answers = {"last_value": inputs[:, -1, 0]}
    for name, model in {"linear": LinearRegression(), "trees": trees}.items():
        model.fit(past[:, :, 0], following[:, 0])
        answers[name] = model.predict(inputs[:, :, 0])
    return {
        name: round(float(np.abs(answer - targets[:, 0]).mean()), 4)
        for name, answer in answers.items()
    }


def run(piece: dict[str, Any]) -> dict[str, Any]:
    """Mean absolute error on the validation waves for each rate and selection seed, the
    chosen rate, and the error of the other seeds on the test waves.
    """
    if piece["network"] == "without a network":
        return run_without()
    parts = split()
    network = Network(
        piece["network"],
        units=SETTINGS["filters" if piece["network"] == "tcn" else "units"],
        steps=10,
        features=1,
        loss="mse",
        batch=SETTINGS["batch"],
    )

    def error(part: str) -> float:
        inputs, targets = parts[part]
        off = np.abs(network.answer(inputs) - targets)
        return round(float(np.nan_to_num(off, nan=1e3).mean()), 5)

    def train(seed: int) -> float:
        rng = np.random.default_rng(seed)
        least, weights = np.inf, network.model.get_weights()
        for _ in range(SETTINGS["checks"]):
            network.learn_epochs(rng, *parts["training"], SETTINGS["epochs_a_check"])
            if (now := error("validation")) < least:
                least, weights = now, network.model.get_weights()
        network.model.set_weights(weights)
        return least

    def test() -> float:
        return error("test")

    return best_rate(network, SETTINGS, piece, train, test, best=min)


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """networks[name]: error over the seeds, rate, parameters, and how much it is off
    more than the RNN, seed by seed; others[name]: error.
    """
    results = {piece["piece"]["network"]: piece["result"] for piece in pieces}
    others = results.pop("without a network")
    networks = {
        name: {
            "error": mean(result["test"], 4),
            "rate": result["chosen_rate"],
            "parameters": result["parameters"],
            "over_rnn": difference(result["test"], results["rnn"]["test"], 4),
        }
        for name, result in results.items()
    }
    return {"networks": networks, "others": others}


def findings(record: dict[str, Any]) -> dict[str, Any]:
    networks, others = record["networks"], record["others"]
    errors = {name: found["error"]["mean"] for name, found in networks.items()}
    worst = max(found["error"]["most"] for found in networks.values())
    return {
        "all_beat_naive_on_the_wave": finding(
            "Every network errs on every seed less than a quarter as much as the last "
            "value again.",
            worst < others["last_value"] / 4,
            worst=worst,
            last_value=others["last_value"],
        ),
        "rnn_a_little_ahead_on_the_wave": finding(
            "Each at its own rate, the RNN errs less than the GRU, by less than a "
            "twentieth, with a third of its parameters.",
            networks["gru"]["over_rnn"]["verdict"] == "more"
            and errors["rnn"] > 0.95 * errors["gru"]
            and networks["rnn"]["parameters"] < 0.34 * networks["gru"]["parameters"],
            errors=errors,
            gru_over_rnn=networks["gru"]["over_rnn"],
        ),
        "networks_ahead_of_trees_on_the_wave": finding(
            "Every network errs less on average than boosted trees, and those less "
            "than the linear formula, which is at least 1.9 times as far off as any "
            "network.",
            max(errors.values()) < others["trees"] < others["linear"]
            and 1.9 * max(errors.values()) < others["linear"],
            errors=errors,
            **others,
        ),
    }


def plot(record: dict[str, Any]) -> plots.Plot:
    fig, (axes,) = plots.figure(3.4)
    rows: list[Any] = []
    names = {"trees": "Boosted trees", "linear": "Linear formula"}
    for name, label in names.items():
        found = dict.fromkeys(("mean", "low", "high"), record["others"][name])
        rows.append((label, found, plots.PLAIN))
    for network, one in record["networks"].items():
        style = plots.STYLES[network]
        rows.append((style["label"], one["error"], style))
    plots.intervals(axes, rows)
    axes.set_xlabel("mean absolute error")
    axes.set_xlim(0, None)
    words = "; ".join(
        f"{name}: {found['mean']:.4f} ({found['low']:.4f} to {found['high']:.4f})"
        for name, found, _ in rows
    )
    return fig, "The next value of a noisy wave: error on new waves", words


differences = partial(error_differences, 0.015)
