"""Findings: what a record shows, in words, with its condition and its figures.

An experiment's findings(record) and the functions in snippets/findings/ return
{name: finding(...)}. They become part of the record; a page marks the sentence that
leans on one with [[ so("name") ]].
"""

from collections.abc import Sequence
from statistics import median
from typing import Any

Runs = Sequence[int | None]  # training steps of each seed, None: not within the budget


def finding(words: str, holds: bool, **figures: Any) -> dict[str, Any]:
    """words say what was found, holds whether the record bears it out, figures on what
    it rests, by name.
    """
    return {"words": words, "holds": bool(holds), "figures": figures}


def solved(runs: Runs) -> bool:
    """On every seed."""
    return None not in runs


def unsolved(runs: Runs) -> bool:
    """On no seed."""
    return all(steps is None for steps in runs)


def most_fail(runs: Runs) -> bool:
    return list(runs).count(None) > len(runs) / 2


def middle(runs: Runs) -> float:
    """The median, an unsolved run counting as longer than any."""
    return median(float("inf") if steps is None else steps for steps in runs)


def always_before(first: Runs, second: Runs) -> bool:
    """Every run of the first solved, and before any run of the second."""
    rest = [float("inf") if steps is None else steps for steps in second]
    return solved(first) and max(filter(None, first)) < min(rest)
