"""Adding: which network learns to add two marked numbers, as the sequence grows?

Each time step gives a number from 0 to 1 and a mark; two steps are marked, one in each
half; the answer, (examples, 1), is the sum of their numbers. Inputs (examples, length,
2). Always to be read beside recall.py: alone, either misleads.

    make evidence only=adding

Source of the task: Hochreiter and Schmidhuber 1997, doi:10.1162/neco.1997.9.8.1735.
"""

from functools import partial
from itertools import product
from typing import Any

import numpy as np

from snippets.experiments.training import (
    NETWORKS,
    TUNING,
    Data,
    Race,
    Task,
    race_at_every_rate,
)
from tools import plots, races
from tools.findings import finding

SETTINGS: dict[str, Any] = TUNING | {
    "lengths": [10, 40, 80],
    "networks": [*NETWORKS],
    "longest": {"equal_rnn": 40},  # its steps cost most
    "near": 0.1,
    "race": {"units": 32, "batch": 32, "check": 50, "solved": 0.95},
}
DECIDING = [
    {"network": "gru", "length": 10, "seeds": [0, 1], "rates": [0.01]},
    {"network": "relu_rnn", "length": 10, "seeds": [0, 1], "rates": [0.003]},
]


# --8<-- [start:task]
def adding(rng: np.random.Generator, examples: int, length: int) -> Data:
    """inputs (examples, length, 2): numbers from 0 to 1, marks; targets (examples,
    1).
    """
    numbers = rng.uniform(size=(examples, length))
    marks = np.zeros((examples, length))
    rows, half = np.arange(examples), length // 2
    marks[rows, rng.integers(0, half, examples)] = 1  # one in the first half,
    marks[rows, rng.integers(half, length, examples)] = 1  # one in the second
    sums = (numbers * marks).sum(axis=1, keepdims=True)
    return np.stack([numbers, marks], axis=-1), sums
    # --8<-- [end:task]


def pieces() -> list[dict[str, Any]]:
    longest = SETTINGS["longest"]
    return [
        {"network": network, "length": length, "seeds": SETTINGS["seeds"]}
        for length, network in product(SETTINGS["lengths"], SETTINGS["networks"])
        if length <= longest.get(network, length)
    ]


def run(piece: dict[str, Any]) -> dict[str, Any]:
    length = piece["length"]
    task = Task(partial(adding, length=length), length, 2, SETTINGS["near"])
    race = Race(task, piece["network"], **SETTINGS["race"])
    return race_at_every_rate(race, SETTINGS, piece)


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """races[network][length] and over_gru[length][network]: see tools/races.py."""
    return races.table(pieces, SETTINGS, "length")


def findings(record: dict[str, Any]) -> dict[str, Any]:
    races, over, settings = record["races"], record["over_gru"], record["settings"]
    lengths = [str(length) for length in settings["lengths"]]
    grus, seeds = ("gru", "bias_gru", "chrono_gru"), len(settings["seeds"])
    shares = {
        name: {n: found["solved"]["solved"] for n, found in races[name].items()}
        for name in settings["networks"]
    }
    least = {
        name: {
            n: min(one["solved"] for one in found["by_rate"].values())
            for n, found in races[name].items()
        }
        for name in grus
    }
    works_at = {
        name: {n: len(found["works_at"]) for n, found in races[name].items()}
        for name in settings["networks"]
    }
    late = {name: races[name]["40"] for name in ("rnn", "equal_rnn")}
    against_gru = {
        name: {n: over[n][name] for n in lengths if name in over[n]}
        for name in settings["networks"]
        if name != "gru"
    }

    def ratios(name: str) -> dict[str, Any]:
        return {n: one["ratio"] for n, one in against_gru[name].items()}

    return {
        "gru_adds_everywhere": finding(
            "Each at its own learning rate, the GRU, with Keras's defaults or starting "
            "out remembering, solved adding on every seed, at every length.",
            all(shares[name][n] == seeds for name in grus for n in lengths),
            **{name: shares[name] for name in grus},
        ),
        "gru_adds_at_almost_any_rate": finding(
            "Within 3,000 training steps the GRU with Keras's defaults solved adding "
            "over 10 and 40 time steps at all five learning rates, the highest a "
            "hundred times the lowest, on at least nine seeds of ten, and over 80 at "
            "four of them, at the lowest on half.",
            settings["budget"] == 3000
            and works_at["gru"] == {"10": 5, "40": 5, "80": 4}
            and 0.001 not in races["gru"]["80"]["works_at"]
            and least["gru"]["80"] >= seeds / 2,
            rates_that_work=works_at["gru"],
            fewest_seeds_at_any_rate=least["gru"],
        ),
        "bias_2_adds_at_any_rate": finding(
            "The GRU with update-gate bias 2 solved adding at all five learning rates "
            "on at least nine seeds of ten, at every length.",
            works_at["bias_gru"] == {"10": 5, "40": 5, "80": 5},
            fewest_seeds_at_any_rate=least["bias_gru"],
        ),
        "rnn_adds_40_late": finding(
            "Over 40 time steps the tanh RNNs add late: more than half of them solve "
            "it at their own rate within 20,000 training steps, and none within 3,000 "
            "at any rate; the GRU's median is below 500.",
            settings["long_budget"] == 20000
            and late["rnn"]["solved"]["solved"] > seeds / 2
            and all(one["solved"] == 0 for one in late["rnn"]["by_rate"].values())
            and races["gru"]["40"]["steps"]["median"] < 500,
            rnn=late["rnn"]["solved"],
            steps=late["rnn"]["steps"],
            gru=races["gru"]["40"]["steps"],
        ),
        "rnn_does_not_add_80": finding(
            "Over 80 time steps no tanh RNN solves adding within 20,000 training steps "
            "at its own rate.",
            settings["long_budget"] == 20000 and shares["rnn"]["80"] == 0,
            rnn=races["rnn"]["80"]["solved"],
            rate=races["rnn"]["80"]["rate"],
        ),
        "rnn_adds_10_later": finding(
            "Over 10 time steps the tanh RNN, small or as large as the GRU, solves "
            "adding on every seed at its own rate, and needs more than ten times the "
            "GRU's training steps.",
            all(
                shares[name]["10"] == seeds and against_gru[name]["10"]["low"] > 10
                for name in ("rnn", "equal_rnn")
            ),
            rnn=against_gru["rnn"]["10"],
            equal_rnn=against_gru["equal_rnn"]["10"],
        ),
        "size_helps_adding_little": finding(
            "With as many parameters as the GRU, the tanh RNN is late, too: it needs "
            "more than ten times the GRU's training steps at 10 and at 40 time steps "
            "(median ratio and its interval).",
            all(against_gru["equal_rnn"][n]["low"] > 10 for n in ("10", "40")),
            over_gru=against_gru["equal_rnn"],
        ),
        "relu_adds_in_time": finding(
            "At its own rate the ReLU RNN solves adding on at least 90 % of the seeds "
            "at every length, in more training steps than the GRU, and at 40 time "
            "steps in less than a fifth of the tanh RNN's median.",
            all(shares["relu_rnn"][n] >= 0.9 * seeds for n in lengths)
            and all(against_gru["relu_rnn"][n]["verdict"] == "later" for n in lengths)
            and races["relu_rnn"]["40"]["steps"]["median"] * 5
            < late["rnn"]["steps"]["median"],
            solved=shares["relu_rnn"],
            over_gru=ratios("relu_rnn"),
        ),
        "relu_is_less_forgiving": finding(
            "The ReLU RNN works at fewer learning rates than the GRU at every length, "
            "and at fewer the longer the sequence.",
            all(works_at["relu_rnn"][n] < works_at["gru"][n] for n in lengths)
            and sorted(works_at["relu_rnn"].values(), reverse=True)
            == [works_at["relu_rnn"][n] for n in lengths],
            relu_rnn=works_at["relu_rnn"],
            gru=works_at["gru"],
        ),
        "lstm_adds_at_no_low_rate": finding(
            "Over 40 and 80 time steps the LSTM adds on fewer than a tenth of the "
            "seeds at the lowest rate, 0.001, and on every seed at the four higher "
            "rates.",
            all(
                one["solved"] < seeds / 10
                if rate == "0.001"
                else one["solved"] == seeds
                for n in ("40", "80")
                for rate, one in races["lstm"][n]["by_rate"].items()
            ),
            **{
                f"at_{n}": {
                    rate: one["solved"]
                    for rate, one in races["lstm"][n]["by_rate"].items()
                }
                for n in ("40", "80")
            },
        ),
        "lstm_adds_later": finding(
            "Both at their own rate, the LSTM adds later than the GRU, after more "
            "training steps, at every length.",
            all(against_gru["lstm"][n]["verdict"] == "later" for n in lengths),
            over_gru=against_gru["lstm"],
        ),
        "remembering_changes_adding_little": finding(
            "With a start that remembers, of either kind, the GRU is about as fast: "
            "the median ratio of training steps to the default GRU's lies within a "
            "half and twice, with its interval.",
            all(
                one["low"] >= 0.5 and one["high"] is not None and one["high"] <= 2
                for name in grus[1:]
                for one in against_gru[name].values()
            ),
            bias=ratios("bias_gru"),
            chrono=ratios("chrono_gru"),
        ),
        "gru_rate_at_the_end": finding(
            "At some length the default GRU's own rate is the highest on offer.",
            max(settings["learning_rates"])
            in [found["rate"] for found in races["gru"].values()],
            rates={n: found["rate"] for n, found in races["gru"].items()},
        ),
    }


def plot(record: dict[str, Any]) -> plots.Plot:
    lengths = record["settings"]["lengths"]
    title = "Share of seeds that solve the adding task, by learning rate"
    fig = races.forgiveness(record, lengths, "time steps")
    return fig, title, races.in_words(record, lengths, "time steps")


differences = races.differences
