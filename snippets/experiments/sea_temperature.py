"""A real series: next month's sea temperature off Peru, from the 24 months before.

Monthly means from 1950 to 2010 in degrees Celsius, 732 in all. The first 60 % of the
months train, the next 20 % choose the learning rate and the epoch, the last 20 % are
asked once. Inputs (windows, 24, 1), targets (windows, 1). Three answers without a
network stand beside: the last month again, the same month a year ago, and a linear
formula of the same 24 months.

    make evidence only=sea_temperature

Source of the data: NOAA, ERSST.V3B, Nino 1+2; statsmodels.datasets.elnino, public
domain.
"""

from itertools import product
from typing import Any

import numpy as np

from snippets.outcomes import spread
from snippets.training import Network

SETTINGS: dict[str, Any] = {
    "window": 24,
    "training_share": 0.6,
    "validation_share": 0.2,
    "runners": ["rnn", "gru", "open_gru"],
    "units": 32,
    "learning_rates": [0.003, 0.01, 0.03],
    "checks": 8,
    "epochs_a_check": 10,
    "batch": 32,
    "seeds": [0, 1, 2, 3, 4],
}
YEAR = 12


# --8<-- [start:split]
def split() -> tuple[dict[str, tuple[np.ndarray, np.ndarray]], float]:
    """(windows (n, 24, 1), next months (n, 1)) for each part, in units of the training
    months' standard deviation, and that deviation in degrees.
    """
    from statsmodels.datasets import elnino

    table = elnino.load_pandas().data
    series = table.drop(columns="YEAR").to_numpy().ravel()
    first = round(SETTINGS["training_share"] * len(series))
    second = first + round(SETTINGS["validation_share"] * len(series))
    mean, deviation = series[:first].mean(), float(series[:first].std())
    series = (series - mean) / deviation
    window = SETTINGS["window"]
    windows = np.lib.stride_tricks.sliding_window_view(series, window + 1)
    inputs, targets = windows[:, :window, None], windows[:, window:]
    # A window belongs to the part of the month it must give.
    a, b = first - window, second - window
    parts = {
        "training": (inputs[:a], targets[:a]),
        "validation": (inputs[a:b], targets[a:b]),
        "test": (inputs[b:], targets[b:]),
    }
    return parts, deviation
    # --8<-- [end:split]


def cells() -> list[dict[str, Any]]:
    networks: list[dict[str, Any]] = [
        {"runner": runner, "seeds": SETTINGS["seeds"]} for runner in SETTINGS["runners"]
    ]
    return [*networks, {"runner": "without a network"}]


# --8<-- [start:naive]
def run_naive() -> dict[str, Any]:
    """Mean absolute error on the test months, in degrees."""
    parts, deviation = split()
    (inputs, targets), (past, following) = parts["test"], parts["training"]
    ones = np.ones((len(past), 1))
    weights, *_ = np.linalg.lstsq(
        np.hstack([past[:, :, 0], ones]), following, rcond=None
    )
    answers = {
        "last_month": inputs[:, -1],
        "year_ago": inputs[:, -YEAR],
        "linear": np.hstack([inputs[:, :, 0], np.ones((len(inputs), 1))]) @ weights,
    }
    return {
        name: round(deviation * float(np.abs(answer - targets).mean()), 4)
        for name, answer in answers.items()
    }
    # --8<-- [end:naive]


# --8<-- [start:run]
def run(cell: dict[str, Any]) -> dict[str, Any]:
    """Mean absolute errors in degrees: on the validation months for each rate and seed,
    at the best of its checks; on the test months for the seeds of the chosen rate.
    """
    if cell["runner"] == "without a network":
        return run_naive()
    parts, deviation = split()
    inputs, targets = parts["training"]
    network = Network(
        cell["runner"],
        units=SETTINGS["units"],
        steps=SETTINGS["window"],
        features=1,
        loss="mse",
        batch=SETTINGS["batch"],
    )

    def error(part: str) -> float:
        windows, months = parts[part]
        off = np.abs(network.answer(windows) - months).mean()
        return round(deviation * float(off), 4)

    validation: dict[str, list[float]] = {}
    weights: dict[str, list[Any]] = {}
    for rate, seed in product(SETTINGS["learning_rates"], cell["seeds"]):
        network.start(seed, rate)
        rng = np.random.default_rng(seed)
        best, kept = np.inf, network.model.get_weights()
        for _ in range(SETTINGS["checks"]):
            network.learn_epochs(rng, inputs, targets, SETTINGS["epochs_a_check"])
            if (now := error("validation")) < best:
                best, kept = now, network.model.get_weights()
        validation.setdefault(str(rate), []).append(float(best))
        weights.setdefault(str(rate), []).append(kept)
    chosen = min(validation, key=lambda rate: float(np.mean(validation[rate])))
    test = []
    for trained in weights[chosen]:
        network.model.set_weights(trained)
        test.append(error("test"))
    return {
        "validation": validation,
        "chosen_rate": float(chosen),
        "test": test,
        "parameters": network.model.count_params(),
    }
    # --8<-- [end:run]


def summarise(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """By runner the mean absolute error on the test months in degrees (mean, lowest,
    highest), rate and parameters; and the three answers without a network.
    """
    summary: dict[str, Any] = {}
    for cell in cells:
        runner, result = cell["cell"]["runner"], cell["result"]
        if runner == "without a network":
            summary |= result
            continue
        kept = {key: result[key] for key in ("chosen_rate", "parameters")}
        summary[runner] = spread(result["test"], 3) | kept
    return summary


def differences(
    cell: dict[str, Any], recorded: dict[str, Any], again: dict[str, Any]
) -> list[str]:
    """Without a network the same; with one, the mean error within 0.06 degrees."""
    if cell["runner"] == "without a network":
        return [
            f"{name}: expected {recorded[name]}, got {again[name]}"
            for name in recorded
            if abs(recorded[name] - again[name]) > 1e-3
        ]
    was, now = (float(np.mean(result["test"])) for result in (recorded, again))
    if abs(was - now) <= 0.06:
        return []
    return [f"test error: expected {was:.3f} within 0.06, got {now:.3f}"]
