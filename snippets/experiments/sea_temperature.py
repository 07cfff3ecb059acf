"""A real series: next month's sea temperature off Peru, from the months before.

Monthly means from 1950 to 2010 in degrees Celsius, 732 in all. The first 60 % of the
months train, the next 20 % choose the learning rate and the epoch, the last 20 % are
asked once. Inputs (windows, window, 1), targets (windows, 1): the temperatures as they
are, or anomalies, how far each lies from the mean of its month in the training years.
The usual answers without a network stand beside.

    make evidence only=sea_temperature

Source of the data: NOAA, ERSST.V3B, Nino 1+2; statsmodels.datasets.elnino, public
domain.
"""

from functools import partial
from typing import Any

import numpy as np

from snippets.experiments.training import TUNING, Network, best_rate
from tools import plots
from tools.compare import error_differences
from tools.findings import finding
from tools.intervals import difference, mean

SETTINGS: dict[str, Any] = {
    "forms": {
        "temperatures": {"anomalies": False, "window": 24},
        "anomalies": {"anomalies": True, "window": 24},
        "anomalies, five years": {"anomalies": True, "window": 60},
    },
    "training_share": 0.6,
    "validation_share": 0.2,
    "networks": ["rnn", "gru", "bias_gru", "lstm", "tcn"],
    "units": 32,
    "filters": 16,  # of the temporal convolution
    # Lower than in the races: at the lowest of those, every network still improved.
    "learning_rates": [0.0003, 0.001, 0.003, 0.01, 0.03],
    "selection_seeds": TUNING["selection_seeds"],
    "seeds": TUNING["seeds"],
    "checks": 20,
    "epochs_a_check": 6,
    "batch": 32,
}
DECIDING: list[dict[str, Any]] = [
    {"form": "anomalies", "network": "gru", "seeds": [0, 1], "rates": [0.001]},
    {"network": "without a network"},
]
YEAR = 12
Parts = dict[str, tuple[np.ndarray, np.ndarray]]


# --8<-- [start:split]
def split(*, anomalies: bool, window: int) -> tuple[Parts, float]:
    """(windows (n, window, 1), next months (n, 1)) for each part, in units of the
    training months' standard deviation, and that deviation in degrees.
    """
    from statsmodels.datasets import elnino

    table = elnino.load_pandas().data.drop(columns="YEAR").to_numpy()
    months = table.size
    first = round(SETTINGS["training_share"] * months)
    second = first + round(SETTINGS["validation_share"] * months)
    series = table.ravel()
    if anomalies:
        month = np.arange(months) % YEAR
        means = [series[:first][month[:first] == m].mean() for m in range(YEAR)]
        series = series - np.array(means)[month]
    mean, deviation = series[:first].mean(), float(series[:first].std())
    series = (series - mean) / deviation
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
        {"form": form, "network": network, "seeds": SETTINGS["seeds"]}
        for form in SETTINGS["forms"]
        for network in SETTINGS["networks"]
    ]
    return [*networks, {"network": "without a network"}]


# --8<-- [start:baselines]
def linear(parts: Parts, last: int) -> np.ndarray:
    """A constant and a weight for each of the last values, by least squares."""

    def columns(windows: np.ndarray) -> np.ndarray:
        return np.hstack([windows[:, -last:, 0], np.ones((len(windows), 1))])

    past, following = parts["training"]
    weights, *_ = np.linalg.lstsq(columns(past), following, rcond=None)
    return columns(parts["test"][0]) @ weights


def trees(parts: Parts) -> np.ndarray:
    from sklearn.ensemble import HistGradientBoostingRegressor

    past, following = parts["training"]
    model = HistGradientBoostingRegressor(loss="absolute_error", random_state=0)
    model.fit(past[:, :, 0], following[:, 0])
    return model.predict(parts["test"][0][:, :, 0])[:, None]


def run_without() -> dict[str, Any]:
    """Absolute error on each test month, in degrees."""
    found = {}
    raw, raw_deviation = split(anomalies=False, window=24)
    odd, deviation = split(anomalies=True, window=24)
    answers = {
        "last_month": (raw, raw_deviation, raw["test"][0][:, -1]),
        "year_ago": (raw, raw_deviation, raw["test"][0][:, -YEAR]),
        "linear": (raw, raw_deviation, linear(raw, 24)),
        "trees": (raw, raw_deviation, trees(raw)),
        "month_mean": (odd, deviation, 0 * odd["test"][1]),
        "last_anomaly": (odd, deviation, odd["test"][0][:, -1]),
        "anomaly_formula": (odd, deviation, linear(odd, 1)),
        "linear_anomalies": (odd, deviation, linear(odd, 24)),
        "trees_anomalies": (odd, deviation, trees(odd)),
    }
    for name, (parts, degrees, answer) in answers.items():
        errors = degrees * np.abs(answer - parts["test"][1])
        found[name] = [round(float(error), 4) for error in errors[:, 0]]
    return found
    # --8<-- [end:baselines]


# --8<-- [start:run]
def run(piece: dict[str, Any]) -> dict[str, Any]:
    """Mean absolute errors in degrees: on the validation months for each rate and
    selection seed, at the best of its checks; on the test months for the other seeds
    at the chosen rate, and month by month their mean.
    """
    if piece["network"] == "without a network":
        return run_without()
    form = SETTINGS["forms"][piece["form"]]
    parts, deviation = split(**form)
    network = Network(
        piece["network"],
        units=SETTINGS["filters" if piece["network"] == "tcn" else "units"],
        steps=form["window"],
        features=1,
        loss="mse",
        batch=SETTINGS["batch"],
    )

    def errors(part: str) -> np.ndarray:
        windows, months = parts[part]
        off = np.abs(network.answer(windows) - months)
        return deviation * np.nan_to_num(off, nan=1e3)[:, 0]

    def train(seed: int) -> float:
        rng = np.random.default_rng(seed)
        least, weights = np.inf, network.model.get_weights()
        for _ in range(SETTINGS["checks"]):
            network.learn_epochs(rng, *parts["training"], SETTINGS["epochs_a_check"])
            if (now := float(errors("validation").mean())) < least:
                least, weights = now, network.model.get_weights()
        network.model.set_weights(weights)
        return round(least, 4)

    by_month: list[np.ndarray] = []

    def test() -> float:
        by_month.append(errors("test"))
        return round(float(by_month[-1].mean()), 4)

    found = best_rate(network, SETTINGS, piece, train, test, best=min)
    means = np.mean(by_month, axis=0)
    return found | {"by_month": [round(float(error), 4) for error in means]}
    # --8<-- [end:run]


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """networks[form][network]: error in degrees over the seeds, rate, parameters, and
    how much it is off more than the formula for anomalies, month by month in blocks of
    a year; others[name]: error, and the same.
    """
    results = {
        (piece["piece"].get("form"), piece["piece"]["network"]): piece["result"]
        for piece in pieces
    }
    others = results[None, "without a network"]
    formula = others["anomaly_formula"]
    summary: dict[str, Any] = {"networks": {}, "others": {}}
    for name, months in others.items():
        over = difference(months, formula, block=YEAR)
        error = round(float(np.mean(months)), 3)
        summary["others"][name] = {"error": error, "over_formula": over}
    for (form, network), result in results.items():
        if form:
            summary["networks"].setdefault(form, {})[network] = {
                "error": mean(result["test"]),
                "rate": result["chosen_rate"],
                "parameters": result["parameters"],
                "over_formula": difference(result["by_month"], formula, block=YEAR),
            }
    return summary


def findings(record: dict[str, Any]) -> dict[str, Any]:
    networks, others = record["networks"], record["others"]
    over = {
        f"{form}: {name}": found["over_formula"]
        for form, by_name in networks.items()
        for name, found in by_name.items()
    }
    verdicts = {name: one["verdict"] for name, one in over.items()}
    lazy = {name: others[name]["error"] for name in ("last_month", "year_ago")}
    raw, odd = networks["temperatures"], networks["anomalies"]
    return {
        "formula_as_good_at_sea": finding(
            "No network errs less than the formula for anomalies by more than chance "
            "allows: every interval of the difference reaches beyond 0 or lies above.",
            "less" not in verdicts.values(),
            **verdicts,
        ),
        "networks_beat_lazy_at_sea": finding(
            "Every network errs on average less than half as much as the last month "
            "again or the same month a year ago.",
            all(
                found["error"]["mean"] < 0.5 * min(lazy.values())
                for by_name in networks.values()
                for found in by_name.values()
            ),
            **lazy,
        ),
        "anomalies_help_the_networks": finding(
            "Each recurrent network errs less on average when it reads anomalies than "
            "when it reads temperatures, over the same months.",
            all(
                odd[name]["error"]["high"] < raw[name]["error"]["low"]
                for name in ("rnn", "gru", "bias_gru", "lstm")
            ),
            **{
                name: [raw[name]["error"]["mean"], odd[name]["error"]["mean"]]
                for name in odd
            },
        ),
        "bias_2_behind_on_temperatures": finding(
            "Over the seeds, the GRU with bias 2 errs more than the default GRU when "
            "both read temperatures.",
            raw["bias_gru"]["error"]["low"] > raw["gru"]["error"]["high"],
            **{name: raw[name]["error"] for name in ("gru", "bias_gru")},
        ),
        "gru_ahead_of_rnn_at_sea": finding(
            "Over the seeds, the GRU with bias 2 errs less than the default GRU, and "
            "that less than the RNN, on anomalies.",
            odd["bias_gru"]["error"]["high"] < odd["gru"]["error"]["low"]
            and odd["gru"]["error"]["high"] < odd["rnn"]["error"]["low"],
            **{name: found["error"] for name, found in odd.items()},
        ),
        "five_years_help_little": finding(
            "Five years of anomalies instead of two change no recurrent network's "
            "error by more than 0.01 degrees on average.",
            all(
                abs(
                    networks["anomalies, five years"][name]["error"]["mean"]
                    - odd[name]["error"]["mean"]
                )
                < 0.01
                for name in ("rnn", "gru", "bias_gru", "lstm")
            ),
            **{
                name: found["error"]["mean"]
                for name, found in networks["anomalies, five years"].items()
            },
        ),
    }


def plot(record: dict[str, Any]) -> plots.Plot:
    names = {
        "last_month": "Last month again",
        "year_ago": "A year ago",
        "month_mean": "Mean of the month",
        "last_anomaly": "Last anomaly again",
        "anomaly_formula": "Formula for anomalies",
        "linear": "Linear, temperatures",
        "linear_anomalies": "Linear, anomalies",
        "trees": "Boosted trees",
        "trees_anomalies": "Trees, anomalies",
    }
    short = {
        "temperatures": "temperatures",
        "anomalies": "anomalies",
        "anomalies, five years": "five years",
    }
    fig, (axes,) = plots.figure(6.6)
    rows: list[Any] = []
    for name, label in names.items():
        error = record["others"][name]["error"]
        if error < 0.7:  # the others are twice as far off, and stand in the table
            found = dict.fromkeys(("mean", "low", "high"), error)
            rows.append((label, found, plots.PLAIN))
    for form, networks in record["networks"].items():
        for network, found in networks.items():
            style = plots.STYLES[network]
            rows.append((f"{style['label']}, {short[form]}", found["error"], style))
    plots.intervals(axes, rows)
    axes.axvline(record["others"]["anomaly_formula"]["error"], **plots.THIN)
    axes.set_xlabel("error, degrees")
    words = "; ".join(
        f"{name}: {found['mean']:.3f} ({found['low']:.3f} to {found['high']:.3f})"
        for name, found, _ in rows
    )
    return fig, "Next month's sea temperature: error on the test months", words


differences = partial(error_differences, 0.06)
