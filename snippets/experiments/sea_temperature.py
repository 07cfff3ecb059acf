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

from functools import partial
from typing import Any

import numpy as np

from snippets.experiments.training import Network, best_rate
from tools import plots
from tools.compare import apart, spread
from tools.findings import finding

SETTINGS: dict[str, Any] = {
    "window": 24,
    "training_share": 0.6,
    "validation_share": 0.2,
    "networks": ["rnn", "gru", "open_gru"],
    "units": 32,
    "learning_rates": [0.003, 0.01, 0.03],
    "checks": 8,
    "epochs_a_check": 10,
    "batch": 32,
    "seeds": [0, 1, 2, 3, 4],
}
DECIDING: list[dict[str, Any]] = [
    {"network": "gru", "seeds": [0]},
    {"network": "without a network"},
]
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


def pieces() -> list[dict[str, Any]]:
    networks: list[dict[str, Any]] = [
        {"network": network, "seeds": SETTINGS["seeds"]}
        for network in SETTINGS["networks"]
    ]
    return [*networks, {"network": "without a network"}]


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
def run(piece: dict[str, Any]) -> dict[str, Any]:
    """Mean absolute errors in degrees: on the validation months for each rate and seed,
    at the best of its checks; on the test months for the seeds of the chosen rate.
    """
    if piece["network"] == "without a network":
        return run_naive()
    parts, deviation = split()
    network = Network(
        piece["network"],
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

    def train(seed: int) -> float:
        rng = np.random.default_rng(seed)
        least, weights = np.inf, network.model.get_weights()
        for _ in range(SETTINGS["checks"]):
            network.learn_epochs(rng, *parts["training"], SETTINGS["epochs_a_check"])
            if (now := error("validation")) < least:
                least, weights = now, network.model.get_weights()
        network.model.set_weights(weights)
        return float(least)

    rates, test = SETTINGS["learning_rates"], partial(error, "test")
    return best_rate(network, rates, piece["seeds"], train, test, best=min)
    # --8<-- [end:run]


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """By network the mean absolute error on the test months in degrees (mean, lowest,
    highest), rate and parameters; and the three answers without a network.
    """
    summary: dict[str, Any] = {}
    for piece in pieces:
        network, result = piece["piece"]["network"], piece["result"]
        if network == "without a network":
            summary |= result
            continue
        kept = {key: result[key] for key in ("chosen_rate", "parameters")}
        summary[network] = spread(result["test"], 3) | kept
    return summary


def findings(record: dict[str, Any]) -> dict[str, Any]:
    networks, linear = record["settings"]["networks"], record["linear"]
    rnn, gru = record["rnn"], record["gru"]
    lazy = {name: record[name] for name in ("last_month", "year_ago")}
    errors = {name: record[name] for name in networks}
    return {
        "networks_beat_lazy_at_sea": finding(
            "The worst seed of every network errs less than half as much as the same "
            "month again or a year ago.",
            all(one["high"] < 0.5 * min(lazy.values()) for one in errors.values()),
            **lazy,
            **errors,
        ),
        "linear_close_at_sea": finding(
            "The linear formula lies within 0.03 degrees of every network's mean.",
            all(abs(linear - one["mean"]) < 0.03 for one in errors.values()),
            linear=linear,
            **errors,
        ),
        "gru_ahead_at_sea": finding(
            "The GRU errs less than the linear formula on every seed, the RNN more on "
            "average; the GRU has about three times the parameters.",
            gru["high"] < linear < rnn["mean"]
            and 2.8 < gru["parameters"] / rnn["parameters"] < 3.2,
            linear=linear,
            rnn=rnn,
            gru=gru,
        ),
        "networks_close_at_sea": finding(
            "The GRU's mean is ahead of the RNN's by less than the RNN's seeds spread.",
            0 < rnn["mean"] - gru["mean"] < rnn["high"] - rnn["low"],
            rnn=rnn,
            gru=gru,
        ),
        "lowest_rate_chosen_at_sea": finding(
            "Every network chose the lowest learning rate on offer.",
            {one["chosen_rate"] for one in errors.values()}
            == {min(record["settings"]["learning_rates"])},
            chosen={name: one["chosen_rate"] for name, one in errors.items()},
        ),
    }


def plot(record: dict[str, Any]) -> plots.Plot:
    fig, (axes,) = plots.figure(3.1)
    others = {"last_month": "Last month", "year_ago": "A year ago"}
    others |= {"linear": "Linear formula"}
    rows = []
    for part in record["pieces"]:
        style, result = plots.STYLES.get(part["piece"]["network"]), part["result"]
        if style:
            rows.append((style["label"], result["test"], style))
        else:
            rows += [(others[key], [result[key]], plots.PLAIN) for key in result]
    plots.dots(axes, rows)
    axes.set_xlabel("mean absolute error on the test months, degrees")
    axes.set_xlim(0, None)
    words = "; ".join(f"{name}: {min(v):.2f} to {max(v):.2f}" for name, v, _ in rows)
    return fig, "Next month's sea temperature: test error of each seed", words


def differences(
    piece: dict[str, Any], recorded: dict[str, Any], again: dict[str, Any]
) -> list[str]:
    """Without a network the same; with one, the mean error within 0.06 degrees."""
    if piece["network"] == "without a network":
        return [
            text
            for name, was in recorded.items()
            for text in apart(name, was, again[name], 1e-3)
        ]
    was, now = (float(np.mean(result["test"])) for result in (recorded, again))
    return apart("test error, degrees", was, now, 0.06)
