"""Recall: which network still knows the first symbol after many distracting ones?

The first symbol is 0 or 1, the lag symbols after it are 2 or 3; the answer, (examples,
1), is the first symbol. Inputs (examples, lag + 1, 4), one-hot. Always to be read
beside adding.py: alone, either misleads.

    make evidence only=recall

Source of the open GRU's bias: Tallec and Ollivier 2018, arXiv:1804.11188.
"""

from functools import partial
from itertools import product
from typing import Any

import numpy as np

from snippets.experiments.training import Data, Race, Task
from tools import plots
from tools.compare import chosen, race_differences
from tools.findings import finding, most_fail, solved, unsolved

SETTINGS: dict[str, Any] = {
    "lags": [10, 20, 40, 80, 160],
    "networks": ["rnn", "gru", "open_gru"],
    "learning_rates": [0.003, 0.01],
    "seeds": [5, 5, 5, 5, 5],  # by lag
    "near": 0.5,
    "race": {"units": 32, "batch": 64, "budget": 1500, "check": 50, "solved": 0.95},
}
DECIDING = [
    {"network": "rnn", "lag": 10, "seeds": [0]},
    {"network": "gru", "lag": 40, "seeds": [0]},
    {"network": "open_gru", "lag": 40, "seeds": [0]},
]


# --8<-- [start:task]
def recall(rng: np.random.Generator, examples: int, lag: int) -> Data:
    """inputs (examples, lag + 1, 4): one-hot symbols, the first is 0 or 1, the rest 2
    or 3; targets (examples, 1): the first symbol.
    """
    symbols = rng.integers(2, 4, size=(examples, lag + 1))
    symbols[:, 0] = rng.integers(0, 2, size=examples)
    return np.eye(4)[symbols], symbols[:, :1].astype(float)
    # --8<-- [end:task]


def pieces() -> list[dict[str, Any]]:
    by_lag = zip(SETTINGS["lags"], SETTINGS["seeds"], strict=True)
    return [
        {"network": network, "lag": lag, "seeds": [*range(seeds)]}
        for (lag, seeds), network in product(by_lag, SETTINGS["networks"])
    ]


def run(piece: dict[str, Any]) -> dict[str, Any]:
    """For each learning rate {"steps": [...], "seconds": [...]}, one for each seed;
    steps None: not solved.
    """
    lag, first = piece["lag"], SETTINGS["learning_rates"][0]
    task = Task(partial(recall, lag=lag), lag + 1, 4, SETTINGS["near"], yes_or_no=True)
    race = Race(task, piece["network"], learning_rate=first, **SETTINGS["race"])
    result: dict[str, Any] = {}
    for rate in SETTINGS["learning_rates"]:
        race.learning_rate = rate
        result[str(rate)] = race.run_all(piece["seeds"])
    return result


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """steps[network][learning rate][lag]: training steps to solve, seed by seed."""
    return {
        "steps": {
            network: {
                str(rate): {
                    str(lag): chosen(pieces, network=network, lag=lag)[str(rate)][
                        "steps"
                    ]
                    for lag in SETTINGS["lags"]
                }
                for rate in SETTINGS["learning_rates"]
            }
            for network in SETTINGS["networks"]
        },
        "solved_percent": round(100 * SETTINGS["race"]["solved"]),
    }


def findings(record: dict[str, Any]) -> dict[str, Any]:
    steps = record["steps"]
    slow, fast = (str(rate) for rate in record["settings"]["learning_rates"])
    lags = [str(lag) for lag in record["settings"]["lags"]]
    rnn, gru, opened = steps["rnn"], steps["gru"], steps["open_gru"]
    late = {rate: rnn[rate]["80"] + rnn[rate]["160"] for rate in (slow, fast)}

    def unsolved_seeds(network: dict[str, Any], rate: str) -> int:
        return sum(network[rate][lag].count(None) for lag in ("80", "160"))

    def first_failure(network: dict[str, Any]) -> int:
        """The shortest lag that not every seed solves."""
        return min(
            [int(lag) for lag in lags if not solved(network[slow][lag])] or [9999]
        )

    return {
        "lags_up_to_160": finding(
            "The longest lag that was tried is 160 time steps.",
            max(record["settings"]["lags"]) == 160,
            lags=lags,
        ),
        "open_recalls_everywhere": finding(
            "The GRU with its gate open solved recall on every seed, at every lag and "
            "at both learning rates.",
            all(solved(opened[rate][lag]) for rate in (slow, fast) for lag in lags),
            open_gru=opened,
        ),
        "gru_recalls_nothing_from_40": finding(
            f"At learning rate {slow}, the GRU with Keras's defaults did not solve "
            "recall on any seed at lags 40, 80 and 160.",
            all(unsolved(gru[slow][lag]) for lag in ("40", "80", "160")),
            gru=gru[slow],
        ),
        "rnn_recalls_40_gru_does_not": finding(
            f"At learning rate {slow} and lag 40, the RNN solved recall on every seed, "
            "as did the GRU with its gate open, and the default GRU on none.",
            solved(rnn[slow]["40"])
            and solved(opened[slow]["40"])
            and unsolved(gru[slow]["40"]),
            rnn=rnn[slow]["40"],
            gru=gru[slow]["40"],
            open_gru=opened[slow]["40"],
        ),
        "rnn_recalls_longer_than_gru": finding(
            f"At learning rate {slow}, seeds of the default GRU begin to fail at a "
            "shorter lag than seeds of the RNN.",
            first_failure(gru) < first_failure(rnn),
            gru=first_failure(gru),
            rnn=first_failure(rnn),
        ),
        "higher_rate_helps_rnn_recall": finding(
            f"At learning rate {fast}, fewer RNNs fail at lags 80 and 160 than at "
            f"{slow}.",
            unsolved_seeds(rnn, fast) < unsolved_seeds(rnn, slow),
            **{
                f"unsolved_at_{rate}": unsolved_seeds(rnn, rate)
                for rate in (slow, fast)
            },
        ),
        "rnn_recall_is_luck_from_80": finding(
            "At lags 80 and 160, some RNNs solve recall early, some more than three "
            "times as late, some not at all, at both learning rates.",
            all(
                0 < runs.count(None) < len(runs)
                and max(filter(None, runs)) > 3 * min(filter(None, runs))
                for runs in late.values()
            ),
            **{f"rate_{rate}": runs for rate, runs in late.items()},
        ),
        "higher_rate_helps_gru_little": finding(
            f"At learning rate {fast} too, most default GRUs fail at each lag from 40 "
            "on.",
            all(most_fail(gru[fast][lag]) for lag in ("40", "80", "160")),
            gru=gru[fast],
        ),
        "gru_recall_mostly_fails_40": finding(
            "Most default GRUs fail at lag 40, at both learning rates.",
            all(most_fail(gru[rate]["40"]) for rate in (slow, fast)),
            **{f"rate_{rate}": gru[rate]["40"] for rate in (slow, fast)},
        ),
    }


def plot(record: dict[str, Any]) -> plots.Plot:
    rates = record["settings"]["learning_rates"]
    fig, panels = plots.figure(4.1, panels=len(rates))
    for axes, rate in zip(panels, rates, strict=True):
        steps = {name: found[str(rate)] for name, found in record["steps"].items()}
        plots.races(axes, steps, record["settings"]["lags"])
        axes.set_title(f"learning rate {rate}")
        axes.set_xlabel("distracting symbols")
    panels[0].set_ylabel("training steps to solve")
    plots.legend_of(fig, record["settings"]["networks"])
    words = "; ".join(
        f"{plots.STYLES[network]['label']} at learning rate {rate}: "
        + ", ".join(f"lag {lag} {plots.said(runs)}" for lag, runs in found.items())
        for network, by_rate in record["steps"].items()
        for rate, found in by_rate.items()
    )
    return fig, "Training steps to recall the first symbol, by lag", words


differences = race_differences
