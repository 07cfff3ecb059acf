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

from snippets.outcomes import chosen, race_differences
from snippets.training import Data, Race, Task, equal_rnn_units

SETTINGS: dict[str, Any] = {
    "lengths": [10, 20, 40, 80, 160],
    "runners": ["rnn", "equal_rnn", "relu_rnn", "gru", "open_gru", "lstm"],
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


def cells() -> list[dict[str, Any]]:
    by_length = zip(
        SETTINGS["lengths"], SETTINGS["budgets"], SETTINGS["seeds"], strict=True
    )
    return [
        {"runner": runner, "length": length, "budget": budget, "seeds": [*range(seeds)]}
        for (length, budget, seeds), runner in product(by_length, SETTINGS["runners"])
    ]


def run(cell: dict[str, Any]) -> dict[str, Any]:
    """{"steps": [...], "seconds": [...]}, one for each seed; steps None: not solved."""
    length = cell["length"]
    task = Task(partial(adding, length=length), length, 2, SETTINGS["near"])
    race = Race(task, cell["runner"], budget=cell["budget"], **SETTINGS["race"])
    runs = [race.run(seed) for seed in cell["seeds"]]
    return {key: [one[key] for one in runs] for key in ("steps", "seconds")}


def summarise(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """steps[runner][length]: training steps to solve, seed by seed."""
    return {
        "steps": {
            runner: {
                str(length): chosen(cells, runner=runner, length=length)["steps"]
                for length in SETTINGS["lengths"]
            }
            for runner in SETTINGS["runners"]
        },
        "equal_units": equal_rnn_units(2, SETTINGS["race"]["units"]),
        "solved_percent": round(100 * SETTINGS["race"]["solved"]),
    }


def differences(
    cell: dict[str, Any], recorded: dict[str, Any], again: dict[str, Any]
) -> list[str]:
    """Solved or not, and the steps within bounds; see race_differences."""
    del cell
    return race_differences(recorded["steps"], again["steps"])
