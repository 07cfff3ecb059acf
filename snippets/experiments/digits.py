"""Handwritten digits, read as a sequence: row by row, or pixel by pixel.

Images of 8 by 8 pixels from scikit-learn. By rows: inputs (images, 8, 8), eight steps
of eight pixels. By pixels: inputs (images, 64, 1). The learning rate is chosen on
validation images; the test images are then asked once, of the networks of that rate.
The yardstick is logistic regression, which sees all pixels at once.

    make evidence only=digits

Source of the data: sklearn.datasets.load_digits, from the UCI repository.
"""

from functools import partial
from typing import Any

import numpy as np

from snippets.experiments.training import Network, best_rate
from tools import plots
from tools.compare import apart, spread
from tools.findings import finding

SETTINGS: dict[str, Any] = {
    "readings": {"rows": [8, 8], "pixels": [64, 1]},
    "networks": ["rnn", "gru", "open_gru"],
    "units": 32,
    "learning_rates": [0.003, 0.01, 0.03],
    "epochs": 30,
    "batch": 64,
    "seeds": [0, 1, 2, 3, 4],
    "validation": 360,
    "test": 360,
}
DECIDING: list[dict[str, Any]] = [
    {"reading": "rows", "network": "rnn", "seeds": [0, 1]},
    {"network": "logistic"},
]


# --8<-- [start:split]
def split() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """(pixels (images, 64) from 0 to 1, digits) for training, validation and test."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    pixels, digits = load_digits(return_X_y=True)
    pixels = (pixels / 16).astype(np.float32)
    rest, test, rest_digits, test_digits = train_test_split(
        pixels, digits, test_size=SETTINGS["test"], random_state=0, stratify=digits
    )
    train, validation, train_digits, validation_digits = train_test_split(
        rest,
        rest_digits,
        test_size=SETTINGS["validation"],
        random_state=0,
        stratify=rest_digits,
    )
    return {
        "training": (train, train_digits),
        "validation": (validation, validation_digits),
        "test": (test, test_digits),
    }
    # --8<-- [end:split]


def pieces() -> list[dict[str, Any]]:
    networks = [
        {"reading": reading, "network": network, "seeds": SETTINGS["seeds"]}
        for reading in SETTINGS["readings"]
        for network in SETTINGS["networks"]
    ]
    return [*networks, {"reading": "all at once", "network": "logistic"}]


def right(answers: np.ndarray, digits: np.ndarray) -> float:
    """The share of right answers, to four decimals."""
    return round(float((answers == digits).mean()), 4)


def run_logistic() -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression

    parts = split()
    model = LogisticRegression(max_iter=5000).fit(*parts["training"])
    pixels, digits = parts["test"]
    return {"test": [right(model.predict(pixels), digits)]}


# --8<-- [start:run]
def run(piece: dict[str, Any]) -> dict[str, Any]:
    """Validation accuracy of each rate and seed, the chosen rate, and the test accuracy
    of its seeds.
    """
    if piece["network"] == "logistic":
        return run_logistic()
    steps, features = SETTINGS["readings"][piece["reading"]]
    parts = {
        name: (pixels.reshape(-1, steps, features), digits)
        for name, (pixels, digits) in split().items()
    }
    network = Network(
        piece["network"],
        units=SETTINGS["units"],
        steps=steps,
        features=features,
        outputs=10,
        activation="softmax",
        loss="sparse_categorical_crossentropy",
        batch=SETTINGS["batch"],
    )

    def accuracy(part: str) -> float:
        images, digits = parts[part]
        return right(network.answer(images).argmax(axis=1), digits)

    def train(seed: int) -> float:
        rng = np.random.default_rng(seed)
        network.learn_epochs(rng, *parts["training"], SETTINGS["epochs"])
        return accuracy("validation")

    rates, test = SETTINGS["learning_rates"], partial(accuracy, "test")
    return best_rate(network, rates, piece["seeds"], train, test, best=max)
    # --8<-- [end:run]


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """By reading and network: test accuracy in percent (mean, lowest, highest), the
    chosen rate, parameters; and the standard error that so few test images leave.
    """
    summary: dict[str, Any] = {}
    for piece in pieces:
        setting, result = piece["piece"], piece["result"]
        entry = spread([100 * share for share in result["test"]], 1)
        kept = {
            key: result[key] for key in ("chosen_rate", "parameters") if key in result
        }
        summary.setdefault(setting["reading"].replace(" ", "_"), {})[
            setting["network"]
        ] = entry | kept
    share = summary["rows"]["rnn"]["mean"] / 100
    error = 100 * (share * (1 - share) / SETTINGS["test"]) ** 0.5
    return summary | {"standard_error": round(error, 1)}


def findings(record: dict[str, Any]) -> dict[str, Any]:
    rows, pixels = record["rows"], record["pixels"]
    networks = record["settings"]["networks"]
    rates = record["settings"]["learning_rates"]
    logistic, error = (
        record["all_at_once"]["logistic"]["mean"],
        record["standard_error"],
    )
    by_rows = {name: rows[name]["mean"] for name in networks}
    by_pixels = {name: pixels[name]["mean"] for name in networks}
    chosen_rates = {name: pixels[name]["chosen_rate"] for name in networks}
    best = max(by_rows.values())
    return {
        "rows_close": finding(
            "Read by rows, RNN and GRU are less than three standard errors apart, and "
            "the RNN has 0.3 to 0.4 of the parameters.",
            abs(by_rows["rnn"] - by_rows["gru"]) < 3 * error
            and 0.3 < rows["rnn"]["parameters"] / rows["gru"]["parameters"] < 0.4,
            right_percent=by_rows,
            standard_error=error,
            parameters={name: rows[name]["parameters"] for name in ("rnn", "gru")},
        ),
        "pixels_worse_than_rows": finding(
            "Read by pixels, every network is right less often by more than three "
            "points.",
            all(by_pixels[name] < by_rows[name] - 3 for name in networks),
            rows=by_rows,
            pixels=by_pixels,
        ),
        "pixels_gru_ahead": finding(
            "By pixels the GRU is ahead of the RNN on average, within the spread of "
            "the seeds; with its gate open it is further ahead, its worst seed above "
            "the RNN's mean.",
            by_pixels["rnn"] < by_pixels["gru"] < by_pixels["open_gru"]
            and pixels["rnn"]["high"] > pixels["gru"]["low"]
            and pixels["open_gru"]["low"] > by_pixels["rnn"],
            pixels={name: pixels[name] for name in networks},
        ),
        "pixels_cost_rnn_most": finding(
            "From rows to pixels the RNN loses more points than the GRU, gate open or "
            "not, and ends lowest.",
            all(
                by_rows["rnn"] - by_pixels["rnn"] > by_rows[name] - by_pixels[name]
                and by_pixels["rnn"] < by_pixels[name]
                for name in networks
                if name != "rnn"
            ),
            rows=by_rows,
            pixels=by_pixels,
        ),
        "logistic_as_good": finding(
            "Logistic regression is right at most 1.5 points less often than the best "
            "network.",
            logistic > best - 1.5,
            logistic=logistic,
            rows=by_rows,
        ),
        "no_network_beats_logistic": finding(
            "Read by rows, no network is ahead of logistic regression by a standard "
            "error.",
            best < logistic + error,
            logistic=logistic,
            rows=by_rows,
            standard_error=error,
        ),
        "pixels_rates_at_the_ends": finding(
            "By pixels the GRU chose the highest rate on offer, the RNN the lowest.",
            chosen_rates["gru"] == max(rates) and chosen_rates["rnn"] == min(rates),
            chosen_rates=chosen_rates,
            rates=rates,
        ),
    }


def plot(record: dict[str, Any]) -> plots.Plot:
    fig, (axes,) = plots.figure(3.4)
    rows = []
    for part in record["pieces"]:
        piece, shares = part["piece"], part["result"]["test"]
        plain = plots.PLAIN | {"label": "Logistic regression"}
        style = plots.STYLES.get(piece["network"], plain)
        name = f"{style['label']}, {piece['reading']}"
        rows.append((name, [100 * share for share in shares], style))
    plots.dots(axes, rows)
    axes.set_xlabel("right on the test images, percent")
    words = "; ".join(f"{name}: {min(v):.1f} to {max(v):.1f}" for name, v, _ in rows)
    return fig, "Digits read as sequences: test accuracy of each seed", words


def differences(
    piece: dict[str, Any], recorded: dict[str, Any], again: dict[str, Any]
) -> list[str]:
    """Mean test accuracy within three points (rows, all at once) or eight (pixels)."""
    points = 8 if piece["reading"] == "pixels" else 3
    was, now = (100 * float(np.mean(result["test"])) for result in (recorded, again))
    return apart("test accuracy, percent", was, now, points)
