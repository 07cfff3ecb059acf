"""Time to solution: in which settings is it true that a GRU is faster?

Time is steps times the cost of a step. The steps come from adding.py and recall.py,
each network at its own learning rate, seed by seed; the cost of a training step at the
same width, batch and length (32 units, 32 examples), compiled as in those races, from
step_cost.py. Both are ratios, so the product belongs to no machine's clock. Nothing
runs here: this file reads those three records.

    make evidence only="step_cost adding recall"

Source of the runs: the records beside this file.
"""

import json
from pathlib import Path
from typing import Any

from tools import plots
from tools.findings import finding
from tools.intervals import ratio
from tools.races import own_runs

READS = ("step_cost", "adding", "recall")
SETTINGS: dict[str, Any] = {
    "reads": [*READS],
    "lengths": [10, 40, 80],
    "pairs": [
        ["gru", "rnn"],
        ["gru", "equal_rnn"],
        ["gru", "relu_rnn"],
        ["bias_gru", "rnn"],
        ["bias_gru", "relu_rnn"],
    ],
}


def pieces() -> list[dict[str, Any]]:
    return []


def record_of(name: str) -> dict[str, Any]:
    path = Path(__file__).with_name(f"{name}.json")
    return json.loads(path.read_text(encoding="utf-8"))


# --8<-- [start:ratio]
def time_ratio(
    gru: list[int | None], rnn: list[int | None], cost: list[float]
) -> dict[str, Any]:
    """Training steps of both, seed by seed, and what a step of the GRU costs in steps
    of the RNN, [low, median, high] -> the ratio of time, seed by seed, its interval,
    which leaves room for both, and who is first.
    """
    low, at_median, high = (ratio(gru, rnn, one) for one in cost)
    found = {"time": at_median["ratio"], "low": low["low"], "high": high["high"]}
    words = {"sooner": "gru", "later": "rnn", "tie": "tie"}
    first = low["verdict"] if low["verdict"] == high["verdict"] else "tie"
    return found | {"first": words[first]}
    # --8<-- [end:ratio]


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """pairs[task][gru][rnn][length]: steps, cost and time, GRU over RNN."""
    del pieces
    costs = record_of("step_cost")["compiled"]
    found: dict[str, Any] = {}
    for task, where in (("adding", "length"), ("recall", "lag")):
        runs = {
            (piece["piece"]["network"], piece["piece"][where]): own_runs(
                piece["result"]
            )
            for piece in record_of(task)["pieces"]
            if not piece["piece"].get("options")
        }
        for gru, rnn in SETTINGS["pairs"]:
            row = found.setdefault(task, {}).setdefault(gru, {}).setdefault(rnn, {})
            for length in SETTINGS["lengths"]:
                if (rnn, length) in runs:
                    both = runs[gru, length], runs[rnn, length]
                    equal = "equal_" if rnn == "equal_rnn" else ""
                    cost = costs[str(length)][f"gru_over_{equal}rnn"]
                    row[str(length)] = {
                        "steps": ratio(*both),
                        "cost": cost,
                        **time_ratio(*both, cost),
                    }
    return {"pairs": found}


def findings(record: dict[str, Any]) -> dict[str, Any]:
    adding, recall = record["pairs"]["adding"]["gru"], record["pairs"]["recall"]["gru"]

    def first(row: dict[str, Any]) -> dict[str, str]:
        return {length: one["first"] for length, one in row.items()}

    return {
        "gru_first_at_adding": finding(
            "On adding, each at its own rate, the GRU is faster than the tanh RNN, "
            "first in time, small or as large, at every length that was run.",
            all(
                set(first(adding[name]).values()) == {"gru"}
                for name in ("rnn", "equal_rnn")
            ),
            **{name: first(row) for name, row in adding.items()},
        ),
        "relu_rnn_against_gru_at_adding": finding(
            "On adding against the ReLU RNN, the GRU is first in time at the longer "
            "lengths, 40 and 80 time steps, and not at 10.",
            first(adding["relu_rnn"])["10"] != "gru"
            and all(first(adding["relu_rnn"])[n] == "gru" for n in ("40", "80")),
            **adding["relu_rnn"],
        ),
        "recall_is_not_the_grus": finding(
            "On recall no run shows the GRU faster: it is first in time against "
            "neither the tanh RNN nor the ReLU RNN, at any lag.",
            all(
                one["first"] != "gru"
                for name in ("rnn", "relu_rnn")
                for one in recall[name].values()
            ),
            **{name: first(row) for name, row in recall.items()},
        ),
    }


def plot(record: dict[str, Any]) -> plots.Plot:
    fig, panels = plots.figure(4.3, panels=2)
    styles: dict[str, dict[str, Any]] = {
        "rnn": {"ls": "-", "marker": "o", "color": plots.TEXT},
        "equal_rnn": {"ls": "--", "marker": "s", "color": plots.TEXT},
        "relu_rnn": {"ls": ":", "marker": "^", "color": plots.TEXT},
    }
    least, most, words = 1 / 60, 60.0, []

    def within(value: float | None) -> float:
        """Where it stands: at the edge if one of the two alone solves the task."""
        return most if value is None else min(max(value, least), most)

    for axes, (task, found) in zip(panels, record["pairs"].items(), strict=True):
        for place, (rnn, row) in enumerate(found["gru"].items()):
            label = f"GRU / {plots.STYLES[rnn]['label']}"
            xs = [int(n) * 1.06 ** (place - 1) for n in row]
            told = [within(one["time"]) for one in row.values()]
            ends = [
                [
                    abs(value - within(one[end]))
                    for one, value in zip(row.values(), told, strict=True)
                ]
                for end in ("low", "high")
            ]
            axes.errorbar(xs, told, yerr=ends, **styles[rnn], label=label, elinewidth=1)
            times = ", ".join(
                f"{n}: {'later than any' if one['time'] is None else one['time']}"
                for n, one in row.items()
            )
            words.append(f"{task}, {label}: {times}")
        axes.axhline(1, **plots.THIN)
        axes.set(xscale="log", yscale="log", title=task)
        axes.set_ylim(least / 1.3, most * 1.3)
        axes.set_xlabel("length" if task == "adding" else "lag")
        plots.x_ticks(axes, record["settings"]["lengths"])
    marks = {least: "GRU alone", 0.1: "0.1", 0.3: "0.3", 1: "1", 3: "3"}
    marks |= {10: "10", most: "RNN alone"}
    panels[0].set_yticks([*marks], [*marks.values()])
    panels[0].set_ylabel("time to solve, GRU over RNN")
    plots.legend(fig, panels[0], 2)
    title = "Time to a solution, GRU over RNN; below 1 the GRU is first"
    return fig, title, "; ".join(words)
