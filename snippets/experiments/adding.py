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

from snippets.experiments.training import Data, Race, Task, equal_rnn_units
from tools import plots
from tools.compare import chosen, race_differences
from tools.findings import always_before, finding, middle, most_fail, solved, unsolved

SETTINGS: dict[str, Any] = {
    "lengths": [10, 20, 40, 80, 160],
    "networks": ["rnn", "equal_rnn", "relu_rnn", "gru", "open_gru", "lstm"],
    # The budget in training steps, and the seeds, by length.
    "budgets": [8000, 8000, 8000, 4000, 2000],
    "seeds": [5, 5, 5, 5, 5],
    "near": 0.1,
    "race": {
        "units": 32,
        "batch": 64,
        "learning_rate": 0.003,
        "check": 50,
        "solved": 0.95,
    },
}
DECIDING = [
    {"network": "rnn", "length": 10, "seeds": [0]},
    {"network": "gru", "length": 10, "seeds": [0]},
    {"network": "gru", "length": 20, "seeds": [0]},
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
    by_length = zip(
        SETTINGS["lengths"], SETTINGS["budgets"], SETTINGS["seeds"], strict=True
    )
    return [
        {
            "network": network,
            "length": length,
            "budget": budget,
            "seeds": [*range(seeds)],
        }
        for (length, budget, seeds), network in product(by_length, SETTINGS["networks"])
    ]


def run(piece: dict[str, Any]) -> dict[str, Any]:
    """{"steps": [...], "seconds": [...]}, one for each seed; steps None: not solved."""
    length = piece["length"]
    task = Task(partial(adding, length=length), length, 2, SETTINGS["near"])
    race = Race(task, piece["network"], budget=piece["budget"], **SETTINGS["race"])
    return race.run_all(piece["seeds"])


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """steps[network][length]: training steps to solve, seed by seed."""
    return {
        "steps": {
            network: {
                str(length): chosen(pieces, network=network, length=length)["steps"]
                for length in SETTINGS["lengths"]
            }
            for network in SETTINGS["networks"]
        },
        "equal_units": equal_rnn_units(2, SETTINGS["race"]["units"]),
        "solved_percent": round(100 * SETTINGS["race"]["solved"]),
    }


def findings(record: dict[str, Any]) -> dict[str, Any]:
    steps, lengths = record["steps"], [str(n) for n in record["settings"]["lengths"]]
    rnn, gru, lstm = steps["rnn"], steps["gru"], steps["lstm"]
    equal, relu, opened = steps["equal_rnn"], steps["relu_rnn"], steps["open_gru"]
    tanh = {"rnn": rnn, "equal_rnn": equal}
    return {
        "gru_adds_everywhere": finding(
            "The GRU solved adding on every seed, at every length.",
            all(solved(gru[n]) for n in lengths),
            gru=gru,
        ),
        "open_adds_everywhere": finding(
            "The GRU with its gate open solved adding on every seed, at every length.",
            all(solved(opened[n]) for n in lengths),
            open_gru=opened,
        ),
        "gru_adds_before_rnn": finding(
            "On adding, the slowest GRU is ahead of the fastest tanh RNN, small or as "
            "large as the GRU, at every length.",
            all(
                always_before(gru[n], one[n]) for n in lengths for one in tanh.values()
            ),
            gru=gru,
            **tanh,
        ),
        "gru_wins_adding_40": finding(
            "On adding over 40 time steps, every GRU solved the task before any RNN, "
            "with its gate open as well.",
            all(always_before(one["40"], rnn["40"]) for one in (gru, opened)),
            rnn=rnn["40"],
            gru=gru["40"],
            open_gru=opened["40"],
        ),
        "rnn_adds_only_short": finding(
            "The tanh RNN solved adding on every seed at 10 and 20 time steps, on a "
            "few at most at 40 (as large as the GRU, too), and on none at 80 and 160.",
            all(solved(rnn[n]) for n in ("10", "20"))
            and all(most_fail(one["40"]) for one in tanh.values())
            and all(unsolved(one[n]) for n in ("80", "160") for one in tanh.values()),
            **tanh,
        ),
        "most_rnns_fail_adding_40": finding(
            "Most tanh RNNs did not learn to add over 40 time steps.",
            all(most_fail(one["40"]) for one in tanh.values()),
            rnn=rnn["40"],
            equal_rnn=equal["40"],
        ),
        "gru_adds_in_far_fewer_steps": finding(
            "Where both solve adding, the GRU needs less than a third of the tanh "
            "RNN's training steps (medians).",
            all(3 * middle(gru[n]) < middle(rnn[n]) for n in ("10", "20")),
            gru=[middle(gru[n]) for n in ("10", "20")],
            rnn=[middle(rnn[n]) for n in ("10", "20")],
        ),
        "size_helps_adding_little": finding(
            "The RNN with as many parameters as the GRU needs fewer training steps "
            "than the small one at 10 and 20, and like it solves nothing from 80 on.",
            all(middle(equal[n]) < middle(rnn[n]) for n in ("10", "20"))
            and all(unsolved(one[n]) for n in ("80", "160") for one in tanh.values()),
            **tanh,
        ),
        "relu_rnn_near_gru_at_adding": finding(
            "From 10 to 80 time steps the ReLU RNN solves adding on every seed, ahead "
            "of the GRU at 10, and needs at most twice the GRU's steps and less than "
            "half of the tanh RNN's; at 160 most of its seeds fail.",
            middle(relu["10"]) < middle(gru["10"])
            and all(solved(relu[n]) for n in ("10", "20", "40", "80"))
            and all(
                middle(relu[n]) <= 2 * middle(gru[n])
                and 2 * middle(relu[n]) < middle(rnn[n])
                for n in ("10", "20", "40", "80")
            )
            and most_fail(relu["160"]),
            relu_rnn=relu,
            gru=gru,
            rnn=rnn,
        ),
        "lstm_adds_later": finding(
            "The LSTM needs more training steps than the GRU at every length "
            "(medians), and does not solve 160 within the budget on any seed.",
            all(middle(lstm[n]) > middle(gru[n]) for n in lengths)
            and unsolved(lstm["160"]),
            lstm=lstm,
            gru=gru,
        ),
        "open_gate_changes_adding_little": finding(
            "With its gate open, the GRU's median lies within a quarter of the default "
            "one at every length.",
            all(0.75 < middle(opened[n]) / middle(gru[n]) < 1.25 for n in lengths),
            ratios=[round(middle(opened[n]) / middle(gru[n]), 2) for n in lengths],
        ),
    }


def plot(record: dict[str, Any]) -> plots.Plot:
    fig, (axes,) = plots.figure(4.3)
    plots.races(axes, record["steps"], record["settings"]["lengths"])
    axes.set(xlabel="time steps in a sequence", ylabel="training steps to solve")
    plots.legend_of(fig, record["settings"]["networks"])
    words = "; ".join(
        f"{plots.STYLES[network]['label']}: "
        + ", ".join(f"{n} steps {plots.said(runs)}" for n, runs in found.items())
        for network, found in record["steps"].items()
    )
    return fig, "Training steps to solve the adding task, by length", words


differences = race_differences
