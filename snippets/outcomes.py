"""How two runs of one experiment are compared, and how results are put together.

Nothing here decides a result, so a change here makes no record stale.
"""

from statistics import median
from typing import Any

Runs = list[int | None]


def race_differences(recorded: Runs, again: Runs) -> list[str]:
    """Seed by seed: solved or not must be the same, and the number of steps near.

    Where some recorded seeds solved and others did not, chance decides, and on another
    processor it may decide otherwise: nothing is compared.
    """
    if 0 < recorded.count(None) < len(recorded):
        return []
    found = []
    for seed, (was, now) in enumerate(zip(recorded, again, strict=False)):
        if (was is None) != (now is None):
            found.append(
                f"seed {seed}: expected {was or 'never'}, got {now or 'never'}"
            )
        elif was and now and abs(now - was) > max(100, 0.4 * was):
            found.append(f"seed {seed}: expected about {was} steps, got {now}")
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
