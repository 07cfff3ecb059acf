"""Handwritten digits, read as a sequence: row by row, or pixel by pixel.

Images of 8 by 8 pixels from scikit-learn. By rows: inputs (images, 8, 8), eight steps
of eight pixels. By pixels: inputs (images, 64, 1). Learning rate and epoch are chosen
on validation images; the test images are then asked once, of other seeds at that rate.
Beside the networks stand a temporal convolution, and logistic regression and boosted
trees that see the last pixels only, or all at once.

    make evidence only=digits

Source of the data: sklearn.datasets.load_digits, from the UCI repository.
"""

from typing import Any

import numpy as np

from snippets.experiments.training import TUNING, Network, best_rate
from tools import plots
from tools.compare import apart
from tools.findings import finding
from tools.intervals import difference, mean

SETTINGS: dict[str, Any] = {
    "readings": {"rows": [8, 8], "pixels": [64, 1]},
    "networks": ["rnn", "relu_rnn", "gru", "bias_gru", "chrono_gru", "lstm", "tcn"],
    "units": 32,
    "filters": 16,  # of the temporal convolution
    "learning_rates": TUNING["learning_rates"],
    "selection_seeds": TUNING["selection_seeds"],
    "seeds": TUNING["seeds"],
    "checks": 15,
    "epochs_a_check": 4,
    "batch": 32,
    "validation": 360,
    "test": 360,
    "last_pixels": [8, 32, 64],  # what the answers without a network see
}
DECIDING: list[dict[str, Any]] = [
    {"reading": "rows", "network": "rnn", "seeds": [0, 1], "rates": [0.003]},
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
    others = [{"reading": "last pixels", "network": name} for name in OTHERS]
    return [*networks, *others]


def which(answers: np.ndarray, digits: np.ndarray) -> str:
    """Which answers are right, a bit for each image, as hexadecimal digits."""
    return np.packbits(answers == digits).tobytes().hex()


OTHERS = ("logistic", "trees")


def run_other(name: str) -> dict[str, Any]:
    """Logistic regression or boosted trees, by how many of the last pixels they see."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    parts = split()
    found = {}
    for last in SETTINGS["last_pixels"]:
        trees = HistGradientBoostingClassifier(random_state=0)
        model = trees if name == "trees" else LogisticRegression(max_iter=5000)
        pixels, digits = parts["training"]
        model.fit(pixels[:, -last:], digits)
        pixels, digits = parts["test"]
        found[str(last)] = which(model.predict(pixels[:, -last:]), digits)
    return {"test": found}


# --8<-- [start:run]
def run(piece: dict[str, Any]) -> dict[str, Any]:
    """Validation accuracy of each rate and selection seed, the chosen rate, and which
    test images the other seeds name at that rate.
    """
    if piece["network"] in OTHERS:
        return run_other(piece["network"])
    steps, features = SETTINGS["readings"][piece["reading"]]
    parts = {
        name: (pixels.reshape(-1, steps, features), digits)
        for name, (pixels, digits) in split().items()
    }
    network = Network(
        piece["network"],
        units=SETTINGS["filters" if piece["network"] == "tcn" else "units"],
        steps=steps,
        features=features,
        outputs=10,
        activation="softmax",
        loss="sparse_categorical_crossentropy",
        batch=SETTINGS["batch"],
    )

    def named(part: str) -> tuple[np.ndarray, np.ndarray]:
        images, digits = parts[part]
        return network.answer(images).argmax(axis=1), digits

    def train(seed: int) -> float:
        rng = np.random.default_rng(seed)
        most, weights = -1.0, network.model.get_weights()
        for _ in range(SETTINGS["checks"]):
            network.learn_epochs(rng, *parts["training"], SETTINGS["epochs_a_check"])
            answers, digits = named("validation")
            if (now := float((answers == digits).mean())) > most:
                most, weights = now, network.model.get_weights()
        network.model.set_weights(weights)
        return round(most, 4)

    def test() -> str:
        return which(*named("test"))

    return best_rate(network, SETTINGS, piece, train, test, best=max)  # type: ignore[arg-type]
    # --8<-- [end:run]


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """By reading and network: right, percent over the seeds; the chosen rate,
    parameters; over_gru: right more often than the GRU, in points, image by image, and
    over logistic regression that sees all. others[name][last pixels]: percent right.
    """
    images = SETTINGS["test"]

    def shares(codes: list[str]) -> np.ndarray:
        """(seeds, images): 1 where the answer was right."""
        bits = [np.unpackbits(np.frombuffer(bytes.fromhex(c), np.uint8)) for c in codes]
        return np.array(bits, float)[:, :images]

    summary: dict[str, Any] = {"others": {}}
    right: dict[tuple[str, str], np.ndarray] = {}
    for piece in pieces:
        setting, result = piece["piece"], piece["result"]
        name, reading = setting["network"], setting["reading"]
        if name in OTHERS:
            found = {last: shares([code])[0] for last, code in result["test"].items()}
            right[name, "all"] = found[max(found, key=int)]
            summary["others"][name] = {
                last: round(100 * float(one.mean()), 1) for last, one in found.items()
            }
            continue
        each = shares(result["test"])
        right[name, reading] = each.mean(axis=0)
        summary.setdefault(reading, {})[name] = {
            "right": mean([100 * share for share in each.mean(axis=1)], 1),
            "rate": result["chosen_rate"],
            "parameters": result["parameters"],
        }
    for reading in SETTINGS["readings"]:
        for name, found in summary[reading].items():
            ours = 100 * right[name, reading]
            against = {
                "over_gru": right["gru", reading],
                "over_logistic": right["logistic", "all"],
            }
            for key, other in against.items():
                found[key] = difference(ours, 100 * other, 1)
    share = summary["rows"]["gru"]["right"]["mean"] / 100
    error = 100 * (share * (1 - share) / images) ** 0.5
    return summary | {"standard_error": round(error, 1)}


def findings(record: dict[str, Any]) -> dict[str, Any]:
    rows, pixels = record["rows"], record["pixels"]
    logistic, trees = record["others"]["logistic"], record["others"]["trees"]
    by_rows = {name: found["right"]["mean"] for name, found in rows.items()}
    by_pixels = {name: found["right"]["mean"] for name, found in pixels.items()}
    gated = ("gru", "bias_gru", "chrono_gru", "lstm")
    return {
        "rows_close": finding(
            "Read by rows, the RNN is right less often than the GRU by less than two "
            "points, with 0.3 to 0.4 of its parameters.",
            0 < by_rows["gru"] - by_rows["rnn"] < 2
            and 0.3 < rows["rnn"]["parameters"] / rows["gru"]["parameters"] < 0.4,
            right_percent=by_rows,
            rnn_over_gru=rows["rnn"]["over_gru"],
        ),
        "logistic_close_on_digits": finding(
            "Read by rows, no network is ahead of logistic regression, which sees all "
            "pixels, by more than chance allows.",
            all(found["over_logistic"]["verdict"] != "more" for found in rows.values()),
            logistic=logistic["64"],
            trees=trees["64"],
            right_percent=by_rows,
        ),
        "pixels_worse_than_rows": finding(
            "Read by pixels, every recurrent network is right less often than by rows "
            "by more than three points, and less often than logistic regression.",
            all(
                by_pixels[name] < by_rows[name] - 3
                and pixels[name]["over_logistic"]["verdict"] == "less"
                for name in pixels
                if name != "tcn"
            ),
            rows=by_rows,
            pixels=by_pixels,
        ),
        "convolution_ahead_by_pixels": finding(
            "Read by pixels, the convolution is right more often than every recurrent "
            "network, by more than two points, and level with logistic regression.",
            all(
                by_pixels["tcn"] > by_pixels[name] + 2
                for name in pixels
                if name != "tcn"
            )
            and pixels["tcn"]["over_logistic"]["verdict"] == "tie",
            pixels=by_pixels,
        ),
        "gates_help_little_by_pixels": finding(
            "Read by pixels, the GRUs, the LSTM and the tanh RNN lie within three "
            "points; the RNN with ReLU is far behind.",
            max(by_pixels[name] for name in (*gated, "rnn"))
            - min(by_pixels[name] for name in (*gated, "rnn"))
            < 3
            and by_pixels["relu_rnn"] < by_pixels["rnn"] - 10,
            pixels=by_pixels,
        ),
        "bias_2_costs_on_digits": finding(
            "Read by rows and by pixels, the GRU with bias 2 is right less often than "
            "the default GRU, beyond chance, by less than two points.",
            all(
                found["bias_gru"]["over_gru"]["verdict"] == "less"
                and found["bias_gru"]["over_gru"]["mean"] > -2
                for found in (rows, pixels)
            ),
            rows=rows["bias_gru"]["over_gru"],
            pixels=pixels["bias_gru"]["over_gru"],
        ),
        "early_pixels_matter": finding(
            "From the last eight pixels logistic regression and boosted trees name "
            "barely half of the digits, from the last 32 at most nine in ten.",
            all(one["8"] < 55 and one["32"] < 90 for one in (logistic, trees)),
            logistic=logistic,
            trees=trees,
        ),
    }


def plot(record: dict[str, Any]) -> plots.Plot:
    fig, (axes,) = plots.figure(5.2)
    rows, words = [], []
    for reading in record["settings"]["readings"]:
        for network in record["settings"]["networks"]:
            found, style = record[reading][network]["right"], plots.STYLES[network]
            name = f"{style['label']}, {reading}"
            rows.append((name, found, style))
            words.append(f"{name}: {found['mean']} ({found['low']} to {found['high']})")
    plots.intervals(axes, rows)
    logistic = record["others"]["logistic"]["64"]
    axes.axvline(logistic, **plots.THIN)
    axes.set_xlabel("right, percent")
    words.append(f"logistic regression: {logistic}")
    return fig, "Digits read as sequences: right on the test images", "; ".join(words)


def differences(
    piece: dict[str, Any], recorded: dict[str, Any], again: dict[str, Any]
) -> list[str]:
    """Which images: of the same network and rate, within three points on average."""
    if piece["network"] in OTHERS:
        pairs = [
            (name, [recorded["test"][name]], [again["test"][name]])
            for name in recorded["test"]
        ]
    else:
        pairs = [("test accuracy", recorded["test"], again["test"])]
    found = []
    for name, *codes in pairs:
        was, now = (
            100
            * float(np.mean([int(code, 16).bit_count() for code in one]))
            / SETTINGS["test"]
            for one in codes
        )
        found += apart(f"{name}, percent", was, now, 3)
    return found
