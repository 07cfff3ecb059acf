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

from snippets.outcomes import chosen, race_differences
from snippets.training import Data, Race, Task

SETTINGS: dict[str, Any] = {
    "lags": [10, 20, 40, 80, 160],
    "runners": ["rnn", "gru", "open_gru"],
    "learning_rates": [0.003, 0.01],
    "seeds": [5, 5, 5, 5, 5],  # by lag
    "near": 0.5,
    "race": {"units": 32, "batch": 64, "budget": 1500, "check": 50, "solved": 0.95},
}


# --8<-- [start:task]
def recall(rng: np.random.Generator, examples: int, lag: int) -> Data:
    """inputs (examples, lag + 1, 4): one-hot symbols, the first is 0 or 1, the rest 2
    or 3; targets (examples, 1): the first symbol.
    """
    symbols = rng.integers(2, 4, size=(examples, lag + 1))
    symbols[:, 0] = rng.integers(0, 2, size=examples)
    return np.eye(4)[symbols], symbols[:, :1].astype(float)
    # --8<-- [end:task]


def cells() -> list[dict[str, Any]]:
    by_lag = zip(SETTINGS["lags"], SETTINGS["seeds"], strict=True)
    return [
        {"runner": runner, "lag": lag, "seeds": [*range(seeds)]}
        for (lag, seeds), runner in product(by_lag, SETTINGS["runners"])
    ]


def run(cell: dict[str, Any]) -> dict[str, Any]:
    """For each learning rate {"steps": [...], "seconds": [...]}, one for each seed;
    steps None: not solved.
    """
    lag, first = cell["lag"], SETTINGS["learning_rates"][0]
    task = Task(partial(recall, lag=lag), lag + 1, 4, SETTINGS["near"], yes_or_no=True)
    race = Race(task, cell["runner"], learning_rate=first, **SETTINGS["race"])
    result: dict[str, Any] = {}
    for rate in SETTINGS["learning_rates"]:
        race.learning_rate = rate
        runs = [race.run(seed) for seed in cell["seeds"]]
        result[str(rate)] = {
            key: [one[key] for one in runs] for key in ("steps", "seconds")
        }
    return result


def summarise(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """steps[runner][learning rate][lag]: training steps to solve, seed by seed."""
    return {
        "steps": {
            runner: {
                str(rate): {
                    str(lag): chosen(cells, runner=runner, lag=lag)[str(rate)]["steps"]
                    for lag in SETTINGS["lags"]
                }
                for rate in SETTINGS["learning_rates"]
            }
            for runner in SETTINGS["runners"]
        },
        "solved_percent": round(100 * SETTINGS["race"]["solved"]),
    }


def differences(
    cell: dict[str, Any], recorded: dict[str, Any], again: dict[str, Any]
) -> list[str]:
    """Solved or not, and the steps within bounds; see race_differences."""
    del cell
    return [
        f"learning rate {rate}, {text}"
        for rate in recorded
        for text in race_differences(recorded[rate]["steps"], again[rate]["steps"])
    ]
