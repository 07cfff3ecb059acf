"""What so many seeds allow to say: shares, medians and ratios, with their intervals.

Every interval is one of 95 %. Runs are the training steps of each seed, None for a seed
that did not solve its task within the budget: it counts as slower than any that did.
"""

from math import inf, isfinite
from statistics import median
from typing import Any

import numpy as np
from scipy import stats

Runs = list[int | None]
Found = dict[str, Any]


def share(runs: Runs, budget: float = inf) -> Found:
    """How many seeds solved the task within the budget, and the interval of that share
    in percent (Wilson).
    """
    solved = sum(steps is not None and steps <= budget for steps in runs)
    interval = stats.binomtest(solved, len(runs)).proportion_ci(method="wilson")
    low, high = (round(100 * end) for end in interval)
    return {"solved": solved, "of": len(runs), "low": low, "high": high}


def middle(values: list[float]) -> tuple[float, float, float]:
    """The median and its interval, from the ranks alone, so inf may be among them."""
    ranks = stats.quantile_test(np.arange(len(values), dtype=float), q=0, p=0.5)
    low, high = ranks.confidence_interval()
    ordered = sorted(values)
    return median(ordered), ordered[int(low)], ordered[int(high)]


def told(value: float, digits: int) -> float | None:
    """None where there is no number: most runs ended without a solution."""
    return float(f"{value:.{digits}g}") if isfinite(value) else None


def median_steps(runs: Runs) -> Found:
    """The median of the training steps with its interval, None beyond the budget."""
    found = middle([inf if run is None else run for run in runs])
    return dict(
        zip(("median", "low", "high"), (told(f, 6) for f in found), strict=True)
    )


def ratio(first: Runs, second: Runs, cost: float = 1.0) -> Found:
    """The median of first over second, seed by seed, times the cost of a step; and in
    a word whether the first is sooner, later, or it is a tie. A seed that neither
    solved is a tie.
    """
    ratios = []
    for one, other in zip(first, second, strict=True):
        if one is None or other is None:
            ratios.append(1.0 if one == other else inf if one is None else 0.0)
        else:
            ratios.append(one / other * cost)
    ratio, low, high = middle(ratios)
    verdict = "sooner" if high < 1 else "later" if low > 1 else "tie"
    numbers = {"ratio": ratio, "low": low, "high": high}
    return {k: told(v, 3) for k, v in numbers.items()} | {"verdict": verdict}


def mean(values: list[float], digits: int = 3) -> Found:
    """The mean over the seeds and its interval (Student's t), lowest and highest."""
    low, high = np.mean(values), np.mean(values)
    if min(values) < max(values):
        error = stats.sem(values)
        low, high = stats.t.interval(0.95, len(values) - 1, np.mean(values), error)
    found = {"mean": np.mean(values), "low": low, "high": high}
    found |= {"least": min(values), "most": max(values)}
    return {name: round(float(value), digits) for name, value in found.items()}


def difference(first: Any, second: Any, digits: int = 3, block: int = 1) -> Found:
    """The mean of first minus second, case by case (images or months), and its interval
    by drawing cases again, in blocks of neighbours where they hang together.
    """
    apart = np.asarray(first, float) - np.asarray(second, float)
    rng, blocks = np.random.default_rng(0), len(apart) // block
    starts = rng.integers(0, len(apart) - block + 1, size=(4000, blocks, 1))
    means = apart[starts + np.arange(block)].mean(axis=(1, 2))
    low, high = np.percentile(means, [2.5, 97.5])
    found = {"mean": apart.mean(), "low": low, "high": high}
    numbers = {name: round(float(value), digits) for name, value in found.items()}
    verdict = "less" if high < 0 else "more" if low > 0 else "tie"
    return numbers | {"verdict": verdict}
