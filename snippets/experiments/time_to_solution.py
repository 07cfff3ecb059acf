"""Time to solution: in which settings is it true that a GRU is faster?

Time is steps times the cost of a step. The steps come from adding.py and recall.py, the
cost of a training step at the same width, batch and (nearest) length, (32 units, 64
examples), from step_cost.py. Both are ratios, so the product belongs to no machine's
clock. Nothing runs here: this file reads those three records.

    make evidence only="step_cost adding recall"

Source of the runs: the records beside this file.
"""

import json
import math
from pathlib import Path
from statistics import median
from typing import Any

from tools import plots
from tools.findings import finding, middle, solved

READS = ("step_cost", "adding", "recall")
SETTINGS: dict[str, Any] = {
    "reads": [*READS],
    "recall_rate": 0.003,
    "undecided_within": 1.25,  # a ratio between 1 / 1.25 and 1.25 decides nothing
}


def pieces() -> list[dict[str, Any]]:
    return []


def record_of(name: str) -> dict[str, Any]:
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
    if gru_steps == rnn_steps == math.inf:  # most seeds of both ran out of steps
        return {"first": "neither", "time": None}
    if math.inf in (gru_steps, rnn_steps):
        return {"first": "gru" if gru_steps < rnn_steps else "rnn", "time": None}
    time = gru_steps / rnn_steps * cost
    bound = SETTINGS["undecided_within"]
    first = "gru" if time < 1 / bound else "rnn" if time > bound else "undecided"
    return {"first": first, "time": round(time, 2)}
    # --8<-- [end:ratio]


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """rows: task, length, the cost of a step and the verdict for each pair."""
    del pieces
    adding, recall, cost = (
        record_of(name) for name in ("adding", "recall", "step_cost")
    )
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


def findings(record: dict[str, Any]) -> dict[str, Any]:
    adding, recall = record["by_pair"]["adding"], record["by_pair"]["recall"]
    lengths = [*adding["gru"]["rnn"]]
    gru, relu = adding["gru"]["rnn"], adding["gru"]["relu_rnn"]
    tanh = {name: adding["gru"][name] for name in ("rnn", "equal_rnn")}
    default, opened = recall["gru"]["rnn"], recall["open_gru"]["rnn"]

    def first(row: dict[str, Any]) -> dict[str, str]:
        return {length: found["first"] for length, found in row.items()}

    races = {length: race_cost(length) for length in lengths}
    timed = {length: found["cost"] for length, found in gru.items()}
    relu_steps = [
        middle(record_of("adding")["steps"][n]["10"]) for n in ("relu_rnn", "gru")
    ]
    return {
        "gru_first_at_adding": finding(
            "On adding the GRU is first in time against the tanh RNN, small or as "
            "large, at every length but the shortest, where it is first or close.",
            all(row[n]["first"] == "gru" for row in tanh.values() for n in lengths[1:])
            and all(
                row["10"]["first"] in ("gru", "undecided") for row in tanh.values()
            ),
            **{name: first(row) for name, row in tanh.items()},
        ),
        "gru_gains_with_length": finding(
            "Against the small tanh RNN the GRU takes 0.5 to 1 of its time at 10 time "
            "steps, less than 0.8 of that ratio at 20, and alone solves it from 40 on.",
            0.5 < gru["10"]["time"] < 1
            and gru["20"]["time"] < 0.8 * gru["10"]["time"]
            and all(gru[n]["time"] is None for n in lengths[2:]),
            time={n: gru[n]["time"] for n in lengths},
        ),
        "no_gulf_at_ten": finding(
            "At 10 time steps the GRU solves adding in half of the RNN's time or more, "
            "and both solve recall at the first check.",
            gru["10"]["time"] > 0.5 and default["10"]["first"] == "floor",
            adding=gru["10"],
            recall=default["10"],
        ),
        "relu_rnn_first_at_adding": finding(
            "On adding the ReLU RNN is first in time from 10 to 80 time steps, at 10 "
            "in training steps as well, and the GRU at 160.",
            [*first(relu).values()] == ["rnn"] * 4 + ["gru"]
            and relu_steps[0] < relu_steps[1],
            relu_rnn=first(relu),
            steps_at_10=relu_steps,
        ),
        "rnn_first_at_recall": finding(
            "On recall both are there at the first check at lag 10, the RNN is first "
            "at 20, and solves it alone at 40.",
            default["10"]["first"] == "floor"
            and default["20"]["first"] == "rnn"
            and (default["40"]["first"], default["40"]["time"]) == ("rnn", None),
            gru=first(default),
        ),
        "rnn_first_at_recall_40": finding(
            "On recall at lag 40 the RNN is first in time, before the GRU with its "
            "gate open.",
            opened["40"]["first"] == "rnn",
            open_gru=opened["40"],
        ),
        "open_first_at_long_recall": finding(
            "On recall the GRU with its gate open is level with the RNN at the first "
            "check at lags 10 and 20, behind it at 40 and first at 80 and 160.",
            [*first(opened).values()] == ["floor", "floor", "rnn", "gru", "gru"],
            open_gru=first(opened),
        ),
        "open_first_at_adding_20": finding(
            "On adding at 20 time steps the GRU with its gate open is first in time.",
            adding["open_gru"]["rnn"]["20"]["first"] == "gru",
            open_gru=adding["open_gru"]["rnn"]["20"],
        ),
        "level_at_recall_20": finding(
            "On recall at lag 20 the RNN and the GRU with its gate open are both there "
            "at the first check.",
            opened["20"]["first"] == "floor",
            open_gru=opened["20"],
        ),
        "both_solve_short": finding(
            "At 10 and 20 time steps RNN and default GRU solve both tasks on every "
            "seed.",
            all(
                solved(runs)
                for network in ("rnn", "gru")
                for n in ("10", "20")
                for runs in (
                    record_of("adding")["steps"][network][n],
                    *(
                        rate[n]
                        for rate in record_of("recall")["steps"][network].values()
                    ),
                )
            ),
            adding={n: record_of("adding")["steps"][n] for n in ("rnn", "gru")},
            recall={n: record_of("recall")["steps"][n] for n in ("rnn", "gru")},
        ),
        "races_cost_what_was_timed": finding(
            "GRU over RNN, the seconds of a training step in the races lie within a "
            "factor of 1.4 of what was timed.",
            all(1 / 1.4 < timed[n] / races[n] < 1.4 for n in lengths),
            races={n: round(cost, 2) for n, cost in races.items()},
            timed=timed,
        ),
    }


def race_cost(length: str) -> float:
    """GRU over RNN, seconds of a training step in the races of adding."""
    seconds = {}
    for part in record_of("adding")["pieces"]:
        piece, result = part["piece"], part["result"]
        if piece["length"] == int(length):
            pairs = zip(result["seconds"], result["steps"], strict=True)
            spent = [total / (steps or piece["budget"]) for total, steps in pairs]
            seconds[piece["network"]] = median(spent)
    return seconds["gru"] / seconds["rnn"]


def plot(record: dict[str, Any]) -> plots.Plot:
    fig, (axes,) = plots.figure(4.2)
    grey, text = plots.BESIDE, plots.TEXT
    lines = {
        ("adding", "gru", "rnn"): ("GRU / RNN, adding", text, "-", "o"),
        ("adding", "gru", "equal_rnn"): ("GRU / RNN as large, adding", text, "--", "s"),
        ("adding", "gru", "relu_rnn"): ("GRU / ReLU RNN, adding", text, ":", "^"),
        ("recall", "gru", "rnn"): ("GRU / RNN, recall", grey, "-", "D"),
        ("recall", "open_gru", "rnn"): ("open GRU / RNN, recall", grey, "--", "v"),
    }
    ends = {"gru": 1 / 30, "rnn": 30.0}  # where one alone solves the task
    alone = {"gru": "GRU alone", "rnn": "RNN alone", "floor": "both at once"}
    words = []
    for (task, gru, rnn), (label, color, ls, marker) in lines.items():
        found = record["by_pair"][task][gru][rnn].items()
        shown = {int(n): row["time"] or ends.get(row["first"]) for n, row in found}
        shown = {length: ratio for length, ratio in shown.items() if ratio}
        style: dict[str, Any] = {"color": color, "ls": ls, "marker": marker}
        axes.plot([*shown], [*shown.values()], **style, label=label)
        ratios = (
            f"{n}: {row['time'] or alone.get(row['first'], row['first'])}"
            for n, row in found
        )
        words.append(f"{label}, by length: {', '.join(ratios)}")
    axes.axhline(1, **plots.THIN)
    axes.set(xscale="log", yscale="log", ylim=(ends["gru"] / 1.5, ends["rnn"] * 1.5))
    axes.set(xlabel="length or lag", ylabel="time to solve, GRU over RNN")
    plots.x_ticks(axes, [int(n) for n in record["by_pair"]["adding"]["gru"]["rnn"]])
    marks = {1 / 30: "GRU alone", 0.1: "0.1", 0.3: "0.3", 1: "1", 3: "3", 10: "10"}
    marks |= {30: "RNN alone"}
    axes.set_yticks([*marks], [*marks.values()])
    plots.legend(fig, axes, 2)
    title = "Time to a solution, GRU over RNN; below 1 the GRU is first"
    return fig, title, "; ".join(words)
