"""Names, letter by letter: which language is it from, and which letter comes next?

Family names of six languages, as the package faker lists them, written with the letters
a to z. After each letter a network says which letter comes next and which language the
name is from; the loss is the sum of both. All in NumPy, with the cells, gradients and
training rule of labs/train_it_here.py. A linear model of letter groups and counts of
letter pairs and triples stand beside.

    make evidence only=family_names

Sources: a network that spells, Graves 2013, arXiv:1308.0850; the names, the package
faker (MIT licence), version in the record.
"""

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from snippets.experiments.training import TUNING, best_rate, equal_rnn_units
from snippets.from_scratch.first_network import adam
from snippets.labs.train_it_here import (
    LETTERS,
    Weights,
    cross_entropy,
    scores_of,
    slopes,
    softmax,
    spelled,
    start,
    states_of,
    whole,
)
from tools import plots
from tools.compare import apart
from tools.findings import finding
from tools.intervals import difference, mean
from tools.name_lists import names_of

SETTINGS: dict[str, Any] = {
    "languages": {
        "German": "de_DE",
        "Spanish": "es_ES",
        "Finnish": "fi_FI",
        "French": "fr_FR",
        "Croatian": "hr_HR",
        "Italian": "it_IT",
    },
    "names_each": 390,
    "networks": ["rnn", "equal_rnn", "gru"],
    "units": 32,
    "learning_rates": TUNING["learning_rates"],
    "selection_seeds": TUNING["selection_seeds"],
    "seeds": TUNING["seeds"],
    "batch": 64,
    "steps": 1000,
    "check": 100,
}
DECIDING: list[dict[str, Any]] = [
    {"network": "rnn", "seeds": [1], "rates": [0.003]},
    {"network": "without a network"},
]


def split() -> dict[str, list[tuple[str, int]]]:
    """Names with the number of their language: three fifths, one and one."""
    parts: dict[str, list[tuple[str, int]]] = {}
    for number, locale in enumerate(SETTINGS["languages"].values()):
        names = names_of(locale, SETTINGS["names_each"])
        fifth = len(names) // 5
        bounds = {"training": (0, 3), "validation": (3, 4), "test": (4, 5)}
        for part, (first, last) in bounds.items():
            chosen = names[first * fifth : last * fifth]
            parts.setdefault(part, []).extend((name, number) for name in chosen)
    return parts


# --8<-- [start:two]
def both_losses(
    scores: np.ndarray, letters: np.ndarray, languages: np.ndarray
) -> tuple[float, float, np.ndarray]:
    """Of the next letter and of the language, in nats a letter; the gradient of their
    sum for the scores, whose first 27 are the letters'. languages (names,), each asked
    for after everything that is read; after a name's end no letter is asked for.
    """
    many, point = len(LETTERS), LETTERS.index(".")
    asked = np.where(letters >= 0, languages[:, None], -1)
    over = np.cumsum(letters == point, axis=1) == 2
    of_letter, d_letter = cross_entropy(scores[..., :many], np.where(over, -1, letters))
    of_language, d_language = cross_entropy(scores[..., many:], asked)
    return of_letter, of_language, np.concatenate([d_letter, d_language], axis=-1)
    # --8<-- [end:two]


def read_whole(names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """As spelled(), with the point at the end of each name read, too."""
    return spelled([f"{name}." for name in names], max(map(len, names)) + 1)


class NameReader:
    """A network and its training, started afresh for a seed and a learning rate."""

    def __init__(self, network: str) -> None:
        self.cell = "gru" if network == "gru" else "rnn"
        self.units, self.outputs = SETTINGS["units"], len(LETTERS)
        self.outputs += len(SETTINGS["languages"])
        if network == "equal_rnn":
            self.units = equal_rnn_units(len(LETTERS), self.units)
        self.model = self  # what best_rate() asks for its size

    def start(self, seed: int, rate: float) -> None:
        features = len(LETTERS)
        random = np.random.RandomState(seed)
        self.weights = start(random, self.cell, features, self.units, self.outputs)
        self.memory: dict[str, Any] = {}
        self.step, self.rate = 0, rate

    def count_params(self) -> int:
        return sum(weight.size for weight in self.weights.values())

    def losses(self, chosen: list[tuple[str, int]]) -> tuple[float, float, Weights]:
        """Both losses on these names, and the gradients of the weights."""
        names = [name for name, _ in chosen]
        inputs, letters = read_whole(names)
        languages = np.array([language for _, language in chosen])
        states = states_of(self.cell, inputs, self.weights)
        scores = scores_of(states, self.weights, letters.shape[1])
        of_letter, of_language, d_scores = both_losses(scores, letters, languages)
        slope = slopes(self.cell, inputs, states, self.weights, d_scores)
        return of_letter, of_language, slope

    def learn(self, chosen: list[tuple[str, int]]) -> None:
        self.step += 1
        *_, slope = self.losses(chosen)
        adam(self.weights, slope, self.memory, self.step, self.rate)

    def ask(self, chosen: list[tuple[str, int]]) -> dict[str, float]:
        """wrong: the share of names whose language is not the likeliest at the end;
        bits: the loss of the next letter.
        """
        said = [self.languages(name)[-1].argmax() for name, _ in chosen]
        wrong = np.mean([a != b for a, (_, b) in zip(said, chosen, strict=True)])
        bits = self.losses(chosen)[0] / np.log(2)
        return {"wrong": round(float(wrong), 4), "bits": round(float(bits), 4)}

    def languages(self, name: str) -> np.ndarray:
        """(letters + 2, languages): the probabilities before any letter, after each,
        and at the end.
        """
        inputs, _ = read_whole([name])
        states = states_of(self.cell, inputs, self.weights)
        scores = scores_of(states, self.weights, len(name) + 2)
        return softmax(scores[0, :, len(LETTERS) :])

    def on_the_way(self, chosen: list[tuple[str, int]]) -> dict[str, list[float]]:
        """After 0 to 5 letters, of names that long: right, the share whose language is
        the likeliest, and sure, the mean of what that is said to be.
        """
        found: dict[str, list[float]] = {"right": [], "sure": []}
        for letters in range(6):
            long = [one for one in chosen if len(one[0]) >= letters]
            said = [self.languages(name)[letters] for name, _ in long]
            right = [p.argmax() == a for p, (_, a) in zip(said, long, strict=True)]
            found["right"].append(round(float(np.mean(right)), 4))
            found["sure"].append(round(float(np.mean([p.max() for p in said])), 4))
        return found


def pieces() -> list[dict[str, Any]]:
    networks: list[dict[str, Any]] = [
        {"network": network, "seeds": SETTINGS["seeds"]}
        for network in SETTINGS["networks"]
    ]
    return [*networks, {"network": "without a network"}]


def run_without() -> dict[str, Any]:
    """The same two answers from counts: groups of up to three letters in a logistic
    regression, and how often a letter follows another, or two others.
    """
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    parts = split()
    groups = CountVectorizer(analyzer="char", ngram_range=(1, 3))
    model = make_pipeline(groups, LogisticRegression(max_iter=2000))
    asked = {}
    for part in ("training", "test"):
        asked[part] = [f".{name}." for name, _ in parts[part]]
    model.fit(asked["training"], [language for _, language in parts["training"]])
    said = model.predict(asked["test"])
    wrong = np.mean(said != np.array([language for _, language in parts["test"]]))
    import faker

    asked["validation"] = [f".{name}." for name, _ in parts["validation"]]
    weights = (1, 3, 10, 30, 100)  # how many triples a pair counts for
    bits = {w: counted(asked["training"], asked["validation"], w) for w in weights}
    best = min(bits, key=lambda w: bits[w])
    return {
        "wrong": round(float(wrong), 4),
        "bits": round(counted(asked["training"], asked["test"], None), 4),
        "triples": round(counted(asked["training"], asked["test"], best), 4),
        "asked": len(asked["test"]),
        "faker": faker.VERSION,
        "in_two": in_two_languages(),
    }


def counted(known: list[str], asked: list[str], weight: float | None) -> float:
    """Bits a letter of names asked, from how often in the known ones a letter follows
    another (every pair once more, so that none is impossible); with a weight from how
    often it follows two others, the pairs counting for that many triples.
    """
    codes = [[LETTERS.index(letter) for letter in name] for name in known]
    many = len(LETTERS)
    pairs, triples = np.ones((many, many)), np.zeros((many, many, many))
    for name in codes:
        for first, second in pairwise(name):
            pairs[first, second] += 1
        for before, (first, second) in zip(name, pairwise(name[1:]), strict=False):
            triples[before, first, second] += 1
    pairs /= pairs.sum(axis=1, keepdims=True)
    bits = []
    for name in asked:
        first = LETTERS.index(name[0])
        before = None
        for letter in name[1:]:
            second = LETTERS.index(letter)
            p = pairs[first, second]
            if weight is not None and before is not None:
                seen = triples[before, first]
                p = (seen[second] + weight * p) / (seen.sum() + weight)
            bits.append(-np.log2(p))
            before, first = first, second
    return float(np.mean(bits))


def in_two_languages() -> float:
    """The share of the names that more than one language lists."""
    locales, each = SETTINGS["languages"].values(), SETTINGS["names_each"]
    every = [name for locale in locales for name in names_of(locale, each)]
    return round(sum(every.count(name) > 1 for name in every) / len(every), 4)


def run(piece: dict[str, Any]) -> dict[str, Any]:
    """test: wrong and bits, seed by seed, at the chosen rate; weights: those of seed 0
    to four digits, and kept, what they give on the test names.
    """
    if piece["network"] == "without a network":
        return run_without()
    parts, reader = split(), NameReader(piece["network"])
    kept: dict[str, Any] = {}

    def train(seed: int) -> float:
        random, least, best = np.random.RandomState(1000 + seed), np.inf, reader.weights
        for step in range(1, SETTINGS["steps"] + 1):
            chosen = whole(random, len(parts["training"]), SETTINGS["batch"])
            reader.learn([parts["training"][i] for i in chosen])
            if step % SETTINGS["check"] == 0:
                now = sum(reader.losses(parts["validation"])[:2])
                if now < least:
                    least, best = now, dict(reader.weights)
        reader.weights = best
        if seed == SETTINGS["seeds"][0]:
            for name, weight in best.items():
                kept[name] = np.vectorize(lambda v: float(f"{v:.4g}"))(weight).tolist()
        return float(np.nan_to_num(least, posinf=1e3))

    def test() -> Any:
        return reader.ask(parts["test"])

    result = best_rate(reader, SETTINGS, piece, train, test, best=min)  # type: ignore[arg-type]
    if kept:
        result["weights"] = kept
        reader.weights = {name: np.array(weight) for name, weight in kept.items()}
        result["kept"] = reader.ask(parts["test"])
        result["on_the_way"] = reader.on_the_way(parts["test"])
    return result


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """networks[name]: wrong and bits over the seeds, rate, parameters, how the weights
    of seed 0 do (kept, on_the_way) and how much more it errs than the RNN, seed by
    seed; counts: the same without a network, error the standard error of a share of
    the names that are asked.
    """
    results = {piece["piece"]["network"]: piece["result"] for piece in pieces}
    counts = results.pop("without a network")
    of = {
        key: {
            name: [one[key] for one in found["test"]] for name, found in results.items()
        }
        for key in ("wrong", "bits")
    }
    networks = {
        name: {
            "wrong": mean(of["wrong"][name], 4),
            "bits": mean(of["bits"][name], 4),
            "rate": result["chosen_rate"],
            "parameters": result["parameters"],
            "kept": result["kept"],
            "on_the_way": result["on_the_way"],
            "over_rnn": {
                key: difference(found[name], found["rnn"], 4)
                for key, found in of.items()
            },
        }
        for name, result in results.items()
    }
    wrong = counts["wrong"]
    counts["error"] = round(float(np.sqrt(wrong * (1 - wrong) / counts["asked"])), 4)
    return {"networks": networks, "counts": counts}


def findings(record: dict[str, Any]) -> dict[str, Any]:
    networks, counts = record["networks"], record["counts"]
    gru, equal = (networks[name]["over_rnn"] for name in ("gru", "equal_rnn"))
    way = networks["gru"]["on_the_way"]
    too_sure = np.round(np.subtract(way["sure"], way["right"])[1:], 3).tolist()
    return {
        "names_better_than_chance": finding(
            "Every network is wrong about the language of fewer than half of the test "
            "names, on every seed; chance would be five of six.",
            all(one["wrong"]["most"] < 0.5 for one in networks.values()),
            **{name: one["wrong"] for name, one in networks.items()},
        ),
        "gru_ahead_on_names": finding(
            "Each at its own rate, the GRU is better than the RNN at both, the "
            "language and the next letter: it errs less. The RNN with as many "
            "parameters as the GRU is better than the small one at neither.",
            gru["wrong"]["verdict"] == gru["bits"]["verdict"] == "less"
            and "less" not in (equal["wrong"]["verdict"], equal["bits"]["verdict"]),
            gru=gru,
            equal_rnn=equal,
        ),
        "counting_letters_names_the_language": finding(
            "A linear model of letter groups is better at the language than any "
            "network, right about more test names on average; about the next letter "
            "every network errs less, on every seed, than counted pairs and triples.",
            counts["wrong"] < min(one["wrong"]["low"] for one in networks.values())
            and min(counts["bits"], counts["triples"])
            > max(one["bits"]["most"] for one in networks.values()),
            **{key: counts[key] for key in ("wrong", "bits", "triples")},
        ),
        "gru_nearly_as_right_as_it_says": finding(
            "After one to five letters of a test name, the GRU of the lab is surer of "
            "the language than it is right, and the mean gap is below ten points.",
            all(0 < gap < 0.1 for gap in too_sure),
            surer_by=too_sure,
        ),
    }


def plot(record: dict[str, Any]) -> plots.Plot:
    fig = Figure(figsize=(5, 4), layout="constrained")
    panels = fig.subplots(2, 1)
    words = []
    labels = {"wrong": "language wrong, share of names", "bits": "bits a letter"}
    for axes, (key, label) in zip(panels, labels.items(), strict=True):
        counts = dict.fromkeys(("mean", "low", "high"), record["counts"][key])
        rows: list[Any] = [("Counts", counts, plots.PLAIN)]
        for network, one in record["networks"].items():
            rows.append(
                (plots.STYLES[network]["label"], one[key], plots.STYLES[network])
            )
        plots.intervals(axes, rows)
        axes.set_xlabel(label)
        axes.set_xlim(0, None)
        axes.xaxis.set_major_locator(MaxNLocator(4))
        words += [
            f"{label}, {name}: {found['mean']:.3f} ({found['low']:.3f} to "
            f"{found['high']:.3f})"
            for name, found, _ in rows
        ]
    return fig, "Names: the language, and the next letter", "; ".join(words)


def differences(
    piece: dict[str, Any], recorded: dict[str, Any], again: dict[str, Any]
) -> list[str]:
    if "seeds" not in piece:
        return [
            text
            for key in ("wrong", "bits")
            for text in apart(key, recorded[key], again[key], 0.02)
        ]
    return [
        text
        for key, near in (("wrong", 0.08), ("bits", 0.2))
        for was, now in zip(recorded["test"], again["test"], strict=False)
        for text in apart(key, was[key], now[key], near)
    ]
