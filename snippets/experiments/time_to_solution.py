"""Time to solution: in which settings is it true that a GRU is faster?

Time is steps times the cost of a step. The steps come from adding.py and recall.py, the
cost of a training step at the same width, batch and (nearest) length, (32 units, 64
examples), from step_cost.py. Both are ratios, so the product belongs to no machine's
clock. Nothing runs here: this file reads those three records.

    make evidence only="step_cost adding recall"

Source of the runs: the records beside this file.
"""

import json
from pathlib import Path
from typing import Any

from snippets.outcomes import middle

READS = ("step_cost", "adding", "recall")
SETTINGS: dict[str, Any] = {
    "reads": [*READS],
    "recall_rate": 0.003,
    "undecided_within": 1.25,  # a ratio between 1 / 1.25 and 1.25 decides nothing
}


def cells() -> list[dict[str, Any]]:
    return []


def run(cell: dict[str, Any]) -> dict[str, Any]:
    raise ValueError(f"time_to_solution has no cells of its own, got {cell}")


def record(name: str) -> dict[str, Any]:
    path = Path(__file__).with_name(f"{name}.json")
    return json.loads(path.read_text(encoding="utf-8"))


# --8<-- [start:ratio]
def verdict(
    gru: list[int | None], rnn: list[int | None], cost: float, floor: int = 100
) -> dict[str, Any]:
    """Training steps of both, seed by seed, and the cost of a GRU's step in steps of
    the RNN -> who is first, and the ratio of the medians of time, if both solve it.
    floor is the first number of steps at which a task can count as solved.
    """
    gru_steps, rnn_steps = middle(gru), middle(rnn)
    if gru_steps == rnn_steps == floor:  # neither can have been seen any sooner
        return {"first": "floor", "time": None}
    if gru_steps is None and rnn_steps is None:
        return {"first": "neither", "time": None}
    if gru_steps is None or rnn_steps is None:
        return {"first": "rnn" if gru_steps is None else "gru", "time": None}
    time = gru_steps / rnn_steps * cost
    bound = SETTINGS["undecided_within"]
    first = "gru" if time < 1 / bound else "rnn" if time > bound else "undecided"
    return {"first": first, "time": round(time, 2)}
    # --8<-- [end:ratio]


def summarise(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """rows: task, length, the cost of a step and the verdict for each pair."""
    del cells
    adding, recall, cost = (record(name) for name in ("adding", "recall", "step_cost"))
    costs = cost["by_length"]["compiled"]
    rows = []
    for length in adding["settings"]["lengths"]:
        steps, found = adding["steps"], costs[str(length)]
        rows += [
            {
                "task": "adding",
                "length": length,
                "gru": gru,
                "rnn": rnn,
                "cost": found[against][1],
                **verdict(
                    steps[gru][str(length)], steps[rnn][str(length)], found[against][1]
                ),
            }
            for gru in ("gru", "open_gru")
            for rnn, against in (
                ("rnn", "gru_over_rnn"),
                ("equal_rnn", "gru_over_equal_rnn"),
                ("relu_rnn", "gru_over_rnn"),
            )
        ]
    rate = str(SETTINGS["recall_rate"])
    for lag in recall["settings"]["lags"]:
        steps, one = recall["steps"], costs[str(lag)]["gru_over_rnn"][1]
        rows += [
            {
                "task": "recall",
                "length": lag,
                "gru": gru,
                "rnn": "rnn",
                "cost": one,
                **verdict(
                    steps[gru][rate][str(lag)], steps["rnn"][rate][str(lag)], one
                ),
            }
            for gru in ("gru", "open_gru")
        ]
    firsts = [row["first"] for row in rows]
    return {
        "rows": rows,
        "by_pair": by_pair(rows),
        "counts": {first: firsts.count(first) for first in dict.fromkeys(firsts)},
    }


def by_pair(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """table[task][gru][rnn][length]: one row each."""
    table: dict[str, Any] = {}
    for row in rows:
        pair = table.setdefault(row["task"], {}).setdefault(row["gru"], {})
        pair.setdefault(row["rnn"], {})[str(row["length"])] = {
            key: row[key] for key in ("cost", "first", "time")
        }
    return table


def differences(
    cell: dict[str, Any], recorded: dict[str, Any], again: dict[str, Any]
) -> list[str]:
    """It has no cells: the records that it reads are compared themselves."""
    del cell, recorded, again
    return []
