"""Inside a trained gate: what do z and r do in a small GRU that has solved its task?

Each of 25 steps brings a number from -1 to 1; one step is marked; the answer,
(examples, 1), is the number at the mark. Inputs (examples, 25, 2). In the hard form the
mark is among the first five steps, so that there is always something to keep for long;
in the easy form it can be anywhere. The weights of every run are kept, and one example
is watched step by step.

    make evidence only=inside_gate

Source of the cell's equations: keras.layers.GRU.
"""

from functools import partial
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from snippets.experiments.training import (
    TUNING,
    Data,
    Race,
    Task,
    race_at_every_rate,
)
from snippets.from_scratch.gru_cell import gru_sequence, sigmoid
from tools import plots, races
from tools.compare import chosen
from tools.findings import finding

SETTINGS: dict[str, Any] = TUNING | {
    "steps": 25,
    "marked_among_first": {"hard": 5, "easy": 25},
    "networks": {
        "hard": ["rnn", "equal_rnn", "gru", "bias_gru", "chrono_gru", "lstm"],
        "easy": ["rnn", "gru", "chrono_gru"],
    },
    "near": 0.2,
    # The example that is watched, and how many others the means of the gates are over.
    "watched": {"seed": 7, "step": 4, "value": 0.8},
    "gate_examples": 200,
    # The networks whose weights are kept, for the lab that runs them.
    "kept": {
        "seeds": [0, 1, 2, 3, 4],
        "learning_rates": [0.003, 0.03],
        "networks": ["rnn", "equal_rnn", "gru", "chrono_gru"],
    },
    "race": {"units": 8, "batch": 32, "check": 50, "solved": 0.95},
}
DECIDING = [
    {"form": "hard", "network": "chrono_gru", "seeds": [0, 1], "rates": [0.01]},
    {"form": "hard", "network": "gru", "seeds": [0, 1], "rates": [0.03]},
]


# --8<-- [start:task]
def marked(rng: np.random.Generator, examples: int, steps: int, first: int) -> Data:
    """inputs (examples, steps, 2): numbers from -1 to 1, and one mark among the first
    steps; targets (examples, 1): the number at the mark.
    """
    numbers = rng.uniform(-1, 1, size=(examples, steps))
    rows, places = np.arange(examples), rng.integers(0, first, examples)
    marks = np.zeros((examples, steps))
    marks[rows, places] = 1
    return np.stack([numbers, marks], axis=-1), numbers[rows, places][:, None]
    # --8<-- [end:task]


def watched_example() -> np.ndarray:
    """One example, (1, steps, 2), its mark and its number where the settings say."""
    chosen = SETTINGS["watched"]
    rng = np.random.default_rng(chosen["seed"])
    numbers = rng.uniform(-1, 1, size=SETTINGS["steps"])
    marks = np.zeros(SETTINGS["steps"])
    numbers[chosen["step"] - 1], marks[chosen["step"] - 1] = chosen["value"], 1
    return np.stack([numbers, marks], axis=-1)[None]


# --8<-- [start:gates]
def gates(
    inputs: np.ndarray,
    kernel: np.ndarray,
    recurrent_kernel: np.ndarray,
    bias: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(z, r, h) of a GRU that reads inputs (examples, steps, features); each
    (examples, steps, units).
    """
    hidden = gru_sequence(inputs, kernel, recurrent_kernel, bias)
    before = np.concatenate([np.zeros_like(hidden[:, :1]), hidden[:, :-1]], axis=1)
    sums = inputs @ kernel + bias[0] + before @ recurrent_kernel + bias[1]
    z, r, _ = np.split(sums, 3, axis=-1)
    return sigmoid(z), sigmoid(r), hidden
    # --8<-- [end:gates]


def short(values: np.ndarray, digits: int = 4) -> Any:
    """Nested lists of numbers with so many digits."""
    if np.ndim(values):
        return [short(value, digits) for value in values]
    return float(f"{values:.{digits}g}")


def watch(weights: list[np.ndarray]) -> dict[str, Any]:
    """The answer of a GRU to the watched example at its end; the mean of z and of r
    over the units, the least z and the highest, step by step.
    """
    *recurrent, kernel, bias = weights
    inputs = watched_example()
    z, r, hidden = (found[0] for found in gates(inputs, *recurrent))
    return {
        "answer": short(hidden[-1] @ kernel + bias)[0],
        "z_mean": short(z.mean(axis=1)),
        "z_least": short(z.min(axis=1)),
        "z_highest": short(z.max(axis=1)),
        "r_mean": short(r.mean(axis=1)),
    }


def gate_means(weights: list[np.ndarray], first: int) -> dict[str, float]:
    """z at the mark and after it, over examples and units; the largest drop of a unit
    at the mark, and the highest z of a unit after it.
    """
    steps, examples = SETTINGS["steps"], SETTINGS["gate_examples"]
    rng = np.random.default_rng(SETTINGS["watched"]["seed"])
    inputs, _ = marked(rng, examples, steps, first)
    rows, places = np.arange(examples), inputs[..., 1].argmax(axis=1)
    z, _, _ = gates(inputs, *weights[:3])
    at = z[rows, places].mean(axis=0)
    after = z[np.arange(steps) > places[:, None]].mean(axis=0)
    means = {"at_mark": at.mean(), "after": after.mean()}
    means |= {"largest_drop": (after - at).max(), "highest_after": after.max()}
    return {name: round(float(value), 4) for name, value in means.items()}


class WatchedRace(Race):
    """A race that keeps the weights of some networks, and looks into the gates."""

    gated, first = False, 0  # the mark is among so many first steps

    def run(self, seed: int, learning_rate: float, budget: int) -> dict[str, Any]:
        found = super().run(seed, learning_rate, budget)
        weights = [np.asarray(w, np.float64) for w in self.network.model.get_weights()]
        finite = all(np.isfinite(w).all() for w in weights)
        kept = SETTINGS["kept"]
        wanted = seed in kept["seeds"] and learning_rate in kept["learning_rates"]
        found["weights"] = [short(w, 7) for w in weights] if wanted and finite else None
        if self.gated:
            found["gates"] = gate_means(weights, self.first) if finite else None
            found["watched"] = watch(weights) if wanted and finite else None
        return found


def pieces() -> list[dict[str, Any]]:
    return [
        {"form": form, "network": network, "seeds": SETTINGS["seeds"]}
        for form in SETTINGS["networks"]
        for network in SETTINGS["networks"][form]
    ]


def run(piece: dict[str, Any]) -> dict[str, Any]:
    first = SETTINGS["marked_among_first"][piece["form"]]
    make = partial(marked, steps=SETTINGS["steps"], first=first)
    task = Task(make, SETTINGS["steps"], 2, SETTINGS["near"])
    race = WatchedRace(task, piece["network"], **SETTINGS["race"])
    race.gated, race.first = "gru" in piece["network"], first
    result = race_at_every_rate(race, SETTINGS, piece)
    return result | {"parameters": race.network.model.count_params()}


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """By form races[network][steps] and over_gru, as adding.py has them. For each GRU
    and kept rate of the hard form, what its gates do, medians over the seeds that
    solved the task and over those that did not. And three networks that watch one
    example: one that started out remembering, a default one that solved the task, and
    a default one that did not.
    """
    shared = ("learning_rates", "budget", "long_budget")
    steps, rates = SETTINGS["steps"], SETTINGS["kept"]["learning_rates"]
    low, high = (str(rate) for rate in rates)
    summary: dict[str, Any] = {"gates": {}, "watched": {}, "parameters": {}}
    for form, networks in SETTINGS["networks"].items():
        of_form = [
            one | {"piece": one["piece"] | {"length": steps}}
            for one in pieces
            if one["piece"]["form"] == form
        ]
        settings = SETTINGS | {"networks": networks}
        kept = {key: SETTINGS[key] for key in shared} | {"networks": networks}
        table = races.table(of_form, settings, "length")
        summary[form] = table | {"settings": kept}

    def gates_of(run: dict[str, Any]) -> dict[str, Any]:
        """Medians over the seeds that solved the task, and over those that did not."""
        found: dict[str, Any] = {}
        for name, solved in (("solved", True), ("failed", False)):
            seen = [
                gate
                for gate, steps in zip(run["gates"], run["steps"], strict=True)
                if gate and (steps is not None) == solved
            ]
            found[name] = {"seeds": len(seen)} | {
                key: round(float(np.median([gate[key] for gate in seen])), 3)
                for key in (seen[0] if seen else ())
            }
        return found

    hard = {
        name: chosen(pieces, form="hard", network=name)
        for name in SETTINGS["networks"]["hard"]
    }
    for name, result in hard.items():
        summary["parameters"][name] = result["parameters"]
        if "gru" in name:
            summary["gates"][name] = {
                rate: gates_of(run) for rate, run in result["runs"].items()
            }

    def watched(name: str, rate: str, *, solved: bool) -> dict[str, Any] | None:
        run = hard[name]["runs"][rate]
        for seed, found in enumerate(run["watched"]):
            if found and (run["steps"][seed] is not None) == solved:
                return {"network": name, "rate": rate, "seed": seed, **found}
        return None

    looks = {
        "remembering": watched("chrono_gru", low, solved=True),
        "solved": watched("gru", high, solved=True),
        "failed": watched("gru", low, solved=False),
    }
    summary["watched"] = {name: look for name, look in looks.items() if look}
    return summary


def findings(record: dict[str, Any]) -> dict[str, Any]:
    steps, seeds = str(record["settings"]["steps"]), len(record["settings"]["seeds"])
    low, high = (str(rate) for rate in record["settings"]["kept"]["learning_rates"])
    hard, easy = (
        races.solved_at(record[form]["races"], steps) for form in ("hard", "easy")
    )
    own = {name: found[steps] for name, found in record["hard"]["races"].items()}
    default = chosen(record["pieces"], form="hard", network="gru")["runs"]
    learned = [
        gate
        for run in default.values()
        for gate, at in zip(run["gates"], run["steps"], strict=True)
        if at is not None
    ]
    gates = record["gates"]
    started = {name: gates[name][low]["solved"] for name in ("bias_gru", "chrono_gru")}
    highest = {
        name: gates[name]["0.1"]["solved"] for name in ("bias_gru", "chrono_gru")
    }
    at_low = gates["gru"][low]
    failed, late = at_low["failed"], gates["gru"][high]["solved"]

    def drops(gate: dict[str, float]) -> bool:
        return gate["at_mark"] < gate["after"] and gate["largest_drop"] > 0.25

    too = [
        drops(gate)
        for gate, at in zip(default[low]["gates"], default[low]["steps"], strict=True)
        if at is None
    ]
    return {
        "default_gru_holds_at_high_rates_alone": finding(
            "The default GRU of 8 units solved the hard form on every seed at the two "
            "highest learning rates, 0.03 and 0.1, and on fewer than half at the "
            "three lower ones, 0.001, 0.003 and 0.01, within 3,000 steps.",
            all(hard["gru"][rate] == seeds for rate in ("0.03", "0.1"))
            and all(hard["gru"][rate] < seeds / 2 for rate in ("0.001", low, "0.01")),
            solved=hard["gru"],
            of=seeds,
        ),
        "remembering_holds_at_every_rate": finding(
            "The GRU that starts out remembering, with bias 2 or chrono, solved the "
            "hard form on every seed at every learning rate.",
            all(
                set(hard[name].values()) == {seeds}
                for name in ("bias_gru", "chrono_gru")
            ),
            bias=hard["bias_gru"],
            chrono=hard["chrono_gru"],
        ),
        "equal_rnn_holds_at_low_rates_alone": finding(
            "The RNN as large solved the hard form on at least 85 % of the seeds at "
            "the two lowest rates, 0.001 and 0.003, and on none at 0.03 and 0.1.",
            all(hard["equal_rnn"][rate] >= 0.85 * seeds for rate in ("0.001", low))
            and all(hard["equal_rnn"][rate] == 0 for rate in (high, "0.1")),
            solved=hard["equal_rnn"],
            of=seeds,
        ),
        "rate_turns_the_order": finding(
            "Which is better turns with the learning rate: at 0.003 more RNNs as "
            "large solved the hard form than default GRUs, at 0.03 it is the other "
            "way round.",
            hard["equal_rnn"][low] > hard["gru"][low] + seeds / 4
            and hard["gru"][high] > hard["equal_rnn"][high] + seeds / 4,
            **{
                rate: {n: hard[n][rate] for n in ("equal_rnn", "gru")}
                for rate in (low, high)
            },
        ),
        "lstm_holds_at_low_rates": finding(
            "The LSTM solved the hard form on every seed up to learning rate 0.01, on "
            "fewer than half at 0.03 and on none at 0.1.",
            all(hard["lstm"][rate] == seeds for rate in ("0.001", low, "0.01"))
            and hard["lstm"][high] < seeds / 2
            and hard["lstm"]["0.1"] == 0,
            solved=hard["lstm"],
        ),
        "all_hold_at_their_own_rate": finding(
            "Each at its own rate, the small RNN alone fails, on more than a quarter "
            "of the seeds; the three GRUs, the LSTM and the RNN as large solved the "
            "hard form on every one.",
            all(own[name]["solved"]["solved"] == seeds for name in own if name != "rnn")
            and own["rnn"]["solved"]["solved"] < 0.75 * seeds,
            **{name: one["solved"] for name, one in own.items()},
        ),
        "remembering_buys_little_speed": finding(
            "At their own rates, each at its best, the GRUs that start out "
            "remembering are hardly better: they need 0.75 to 1 times the default "
            "one's training steps, so far apart are the ends of the intervals.",
            all(
                one["low"] >= 0.75 and one["high"] is not None and one["high"] <= 1
                for one in (
                    record["hard"]["over_gru"][steps][name]
                    for name in ("bias_gru", "chrono_gru")
                )
            ),
            over_gru={
                name: record["hard"]["over_gru"][steps][name]
                for name in ("bias_gru", "chrono_gru")
            },
        ),
        "easy_form_hides_it": finding(
            "In the easy form the default GRU solved the task on every seed at every "
            "learning rate.",
            set(easy["gru"].values()) == {seeds},
            solved=easy["gru"],
        ),
        "learned_gates_drop": finding(
            "In every default GRU that solved the hard form, at any rate, the update "
            "gate is lower at the mark than after it, in some unit by a quarter of the "
            "range.",
            len(learned) >= 20 and all(map(drops, learned)),
            networks=len(learned),
            least_drop=min(gate["after"] - gate["at_mark"] for gate in learned),
            least_largest_drop=min(gate["largest_drop"] for gate in learned),
        ),
        "failed_gates_drop_too": finding(
            "More than half of the default GRUs that failed at 0.003 drop at the mark "
            "by as much as was asked of those that solved the hard form.",
            len(too) > 0 and sum(too) > len(too) / 2,
            drop=sum(too),
            failed=len(too),
        ),
        "solved_gates_stay_higher": finding(
            "At 0.003 the update gate of the default GRUs that solved the hard form is "
            "higher after the mark than of those that failed, by more than 0.1 "
            "(medians).",
            at_low["solved"]["after"] > failed["after"] + 0.1,
            solved=at_low["solved"]["after"],
            failed=failed["after"],
        ),
        "remembering_gates_move_at_the_highest_rate": finding(
            "At 0.1 the gate of a GRU that starts out remembering drops at the mark by "
            "more than half of the range in some unit (medians).",
            all(one["largest_drop"] > 0.5 for one in highest.values()),
            **highest,
        ),
        "remembering_gates_hardly_move": finding(
            "At 0.003 a gate that starts out remembering is lower at the mark by less "
            "than 0.1, and keeps 0.85 to 0.92 of the state at a step after it "
            "(medians).",
            all(
                one["after"] - one["at_mark"] < 0.1 and 0.85 < one["after"] < 0.92
                for one in started.values()
            ),
            **started,
        ),
        "some_units_keep_nearly_all": finding(
            "In the default GRUs that solved the hard form at 0.03, the unit that "
            "keeps most keeps more than 0.99 a step, the mean over the units less than "
            "0.93 (medians).",
            late["highest_after"] > 0.99 and late["after"] < 0.93,
            **late,
        ),
        "failed_gates_stay_near_half": finding(
            "In the default GRUs that failed at 0.003, the update gate is 0.4 to 0.6 "
            "on average, at the mark and after it (medians).",
            failed["seeds"] > 0 and 0.4 < failed["at_mark"] < failed["after"] < 0.6,
            **failed,
        ),
    }


def plot(record: dict[str, Any]) -> plots.Plot:
    fig = Figure(figsize=(5, 6.4), layout="constrained")
    above, below = fig.subplots(2, 1, height_ratios=[2, 3])
    settings, hard = record["settings"], record["hard"]
    races.curves(above, hard["races"], hard["settings"], str(settings["steps"]))
    above.set(ylabel="seeds solved, %", xlabel="learning rate")
    plots.legend_of(fig, hard["settings"]["networks"])
    at = settings["watched"]["step"]
    gru, chrono = plots.STYLES["gru"], plots.STYLES["chrono_gru"]
    failed = {"color": plots.BESIDE, "ls": ":", "marker": "x"}
    lines = {"remembering": chrono, "solved": gru, "failed": gru | failed}
    words = [races.in_words(hard, [settings["steps"]], "steps")]
    for name, found in record["watched"].items():
        style = lines[name] | {"markersize": 4}
        label = f"{gru['label'] if name != 'remembering' else chrono['label']}, {name}"
        label = label.replace("remembering", "solved")
        z, most = found["z_mean"], found["z_highest"]
        steps = range(1, len(z) + 1)
        below.plot(steps, z, **style | {"label": label})
        below.plot(steps, most, color=style["color"], ls=style["ls"], lw=0.8)
        words.append(
            f"{label}: mean {z[at - 1]:.2f} at the mark, {z[at]:.2f} a step later, "
            f"{z[-1]:.2f} at the end, highest unit {most[-1]:.2f}"
        )
    below.axvline(at, **plots.THIN)
    below.annotate("mark", (at, 0.25), xytext=(4, 0), textcoords="offset points")
    below.set(xlabel="time step", ylabel="update gate z", ylim=(0, 1.04))
    below.legend(loc="lower right")
    title = "One number to hold: who solves it, and the update gate of three networks"
    return fig, title, "; ".join(words)


differences = races.differences
