"""How two runs of one experiment are compared, and how results are put together.

Nothing here decides a result, so a change here makes no record stale.
"""

from statistics import median
from typing import Any

Runs = list[int | None]


def race_differences(recorded: Runs, again: Runs) -> list[str]:
    """Solved or not must be the same, and each number of steps near those recorded:
    within 40 % of the span of the recorded seeds, or 100 steps.

    A seed does not give the very same run twice, so it is not compared with itself.
    Where some recorded seeds solved and others did not, chance decides, and nothing is
    compared.
    """
    solved = [run for run in recorded if run is not None]
    if 0 < len(solved) < len(recorded):
        return []
    found = []
    for seed, now in enumerate(again):
        if (now is None) != (not solved):
            wanted = "never" if not solved else "solved"
            found.append(f"seed {seed}: expected {wanted}, got {now or 'never'}")
        elif now is not None:
            least = min(0.6 * min(solved), min(solved) - 100)
            most = max(1.4 * max(solved), max(solved) + 100)
            if not least <= now <= most:
                found.append(
                    f"seed {seed}: expected {least:.0f} to {most:.0f} steps, got {now}"
                )
    return found


def far(name: str, was: float, now: float, factor: float) -> list[str]:
    """Nothing if the two lie within a factor of each other."""
    if was / factor <= now <= was * factor:
        return []
    return [f"{name}: expected {was:.3g} within a factor of {factor}, got {now:.3g}"]


def middle(runs: Runs) -> float | None:
    """The median of the steps, a run without a solution counting as the longest; None
    if that is one.
    """
    found = median(float("inf") if run is None else run for run in runs)
    return None if found == float("inf") else found


def spread(values: list[float], digits: int = 4) -> dict[str, float]:
    """Mean, lowest and highest."""
    return {
        "mean": round(sum(values) / len(values), digits),
        "low": round(min(values), digits),
        "high": round(max(values), digits),
    }


def chosen(cells: list[dict[str, Any]], **wanted: Any) -> Any:
    """The result of the one cell with these settings."""
    found = [
        cell["result"]
        for cell in cells
        if all(cell["cell"].get(key) == value for key, value in wanted.items())
    ]
    if len(found) != 1:
        raise ValueError(f"expected one cell with {wanted}, got {len(found)}")
    return found[0]
