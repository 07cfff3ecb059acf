"""Handwritten digits, read as a sequence: row by row, or pixel by pixel.

Images of 8 by 8 pixels from scikit-learn. By rows: inputs (images, 8, 8), eight steps
of eight pixels. By pixels: inputs (images, 64, 1). The learning rate is chosen on
validation images; the test images are then asked once, of the networks of that rate.
The yardstick is logistic regression, which sees all pixels at once.

    make evidence only=digits

Source of the data: sklearn.datasets.load_digits, from the UCI repository.
"""

from itertools import product
from typing import Any

import numpy as np

from snippets.outcomes import spread
from snippets.training import Network

SETTINGS: dict[str, Any] = {
    "readings": {"rows": [8, 8], "pixels": [64, 1]},
    "runners": ["rnn", "gru", "open_gru"],
    "units": 32,
    "learning_rates": [0.003, 0.01, 0.03],
    "epochs": 30,
    "batch": 64,
    "seeds": [0, 1, 2, 3, 4],
    "validation": 360,
    "test": 360,
}


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


def cells() -> list[dict[str, Any]]:
    networks = [
        {"reading": reading, "runner": runner, "seeds": SETTINGS["seeds"]}
        for reading in SETTINGS["readings"]
        for runner in SETTINGS["runners"]
    ]
    return [*networks, {"reading": "all at once", "runner": "logistic"}]


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
def run(cell: dict[str, Any]) -> dict[str, Any]:
    """Validation accuracy of each rate and seed, the chosen rate, and the test accuracy
    of its seeds.
    """
    if cell["runner"] == "logistic":
        return run_logistic()
    steps, features = SETTINGS["readings"][cell["reading"]]
    parts = {
        name: (pixels.reshape(-1, steps, features), digits)
        for name, (pixels, digits) in split().items()
    }
    inputs, targets = parts["training"]
    network = Network(
        cell["runner"],
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

    validation: dict[str, list[float]] = {}
    weights: dict[str, list[Any]] = {}
    for rate, seed in product(SETTINGS["learning_rates"], cell["seeds"]):
        network.start(seed, rate)
        rng = np.random.default_rng(seed)
        network.learn_epochs(rng, inputs, targets, SETTINGS["epochs"])
        validation.setdefault(str(rate), []).append(accuracy("validation"))
        weights.setdefault(str(rate), []).append(network.model.get_weights())
    chosen = max(validation, key=lambda rate: float(np.mean(validation[rate])))
    test = []
    for trained in weights[chosen]:
        network.model.set_weights(trained)
        test.append(accuracy("test"))
    return {
        "validation": validation,
        "chosen_rate": float(chosen),
        "test": test,
        "parameters": network.model.count_params(),
    }
    # --8<-- [end:run]


def summarise(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """By reading and runner: test accuracy in percent (mean, lowest, highest), the
    chosen rate, parameters; and the standard error that so few test images leave.
    """
    summary: dict[str, Any] = {}
    for cell in cells:
        setting, result = cell["cell"], cell["result"]
        entry = spread([100 * share for share in result["test"]], 1)
        kept = {
            key: result[key] for key in ("chosen_rate", "parameters") if key in result
        }
        summary.setdefault(setting["reading"].replace(" ", "_"), {})[
            setting["runner"]
        ] = entry | kept
    share = summary["rows"]["rnn"]["mean"] / 100
    error = 100 * (share * (1 - share) / SETTINGS["test"]) ** 0.5
    return summary | {"standard_error": round(error, 1)}


def differences(
    cell: dict[str, Any], recorded: dict[str, Any], again: dict[str, Any]
) -> list[str]:
    """Mean test accuracy within three points (rows, all at once) or eight (pixels)."""
    points = 8 if cell["reading"] == "pixels" else 3
    was, now = (100 * float(np.mean(result["test"])) for result in (recorded, again))
    if abs(was - now) <= points:
        return []
    return [f"test accuracy: expected {was:.1f} within {points} points, got {now:.1f}"]
