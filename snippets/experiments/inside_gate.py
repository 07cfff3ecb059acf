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

from snippets.experiments.training import Data, Race, Task
from snippets.from_scratch.gru_cell import gru_sequence, sigmoid
from snippets.from_scratch.rnn_cell import rnn_sequence
from tools import plots
from tools.compare import chosen, race_differences
from tools.findings import always_before, finding, most_fail, solved

SETTINGS: dict[str, Any] = {
    "steps": 25,
    "marked_among_first": {"hard": 5, "easy": 25},
    "networks": {
        "hard": ["rnn", "equal_rnn", "gru", "open_gru"],
        "easy": ["gru", "open_gru"],
    },
    "seeds": [0, 1, 2, 3, 4],
    "near": 0.2,
    "watched": {"seed": 7, "step": 4, "value": 0.8},  # the example that is watched
    "race": {
        "units": 8,
        "batch": 64,
        "learning_rate": 0.003,
        "budget": 3000,
        "check": 50,
        "solved": 0.95,
    },
}
DECIDING = [
    {"form": "hard", "network": "open_gru", "seeds": [0]},
    {"form": "hard", "network": "equal_rnn", "seeds": [0]},
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


def pieces() -> list[dict[str, Any]]:
    return [
        {"form": form, "network": network, "seeds": SETTINGS["seeds"]}
        for form in SETTINGS["networks"]
        for network in SETTINGS["networks"][form]
    ]


def short(values: np.ndarray, digits: int) -> Any:
    """Nested lists of numbers with so many digits."""
    if np.ndim(values):
        return [short(value, digits) for value in values]
    return float(f"{values:.{digits}g}")


def watch(network: str, weights: list[np.ndarray]) -> dict[str, Any]:
    """The answer to the watched example at its end, and for a GRU the mean of z and of
    r over the units, and the least z, step by step.
    """
    *recurrent, kernel, bias = [np.asarray(w, np.float64) for w in weights]
    inputs = watched_example()
    if "gru" not in network:
        hidden = rnn_sequence(inputs, *recurrent)[0]
        return {"answer": short((hidden[-1] @ kernel + bias)[0], 4)}
    z, r, hidden = (found[0] for found in gates(inputs, *recurrent))
    return {
        "answer": short((hidden[-1] @ kernel + bias)[0], 4),
        "z_mean": short(z.mean(axis=1), 4),
        "z_least": short(z.min(axis=1), 4),
        "r_mean": short(r.mean(axis=1), 4),
    }


def run(piece: dict[str, Any]) -> dict[str, Any]:
    """Steps, seconds, the final weights and what was watched, one for each seed."""
    first = SETTINGS["marked_among_first"][piece["form"]]
    make = partial(marked, steps=SETTINGS["steps"], first=first)
    task = Task(make, SETTINGS["steps"], 2, SETTINGS["near"])
    race = Race(task, piece["network"], **SETTINGS["race"])
    runs = []
    for seed in piece["seeds"]:
        one = race.run(seed)
        weights = race.network.model.get_weights()
        one |= {
            "weights": [short(w, 7) for w in weights],
            "watched": watch(piece["network"], weights),
        }
        runs.append(one)
    keys = ("steps", "seconds", "weights", "watched")
    return {key: [one[key] for one in runs] for key in keys} | {
        "parameters": race.network.model.count_params()
    }


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """Steps by form and network; over many examples, what the gates of the hard form
    do; and three networks that watch one example: the first open GRU if it solved the
    task, the first GRU with Keras's defaults that did, and, of those that did not, the
    one whose answer is furthest off.
    """
    forms, chosen_example = SETTINGS["networks"], SETTINGS["watched"]
    hard = {name: chosen(pieces, form="hard", network=name) for name in forms["hard"]}
    examples, steps_each = 200, SETTINGS["steps"]
    first = SETTINGS["marked_among_first"]["hard"]
    rng = np.random.default_rng(chosen_example["seed"])
    inputs, targets = marked(rng, examples, steps_each, first)
    rows, places = np.arange(examples), inputs[..., 1].argmax(axis=1)

    def gate_means(weights: list[Any]) -> dict[str, float]:
        """z at the mark and after it, over examples and units; the largest drop of a
        unit; and how many of the answers are right at the end of training.
        """
        *recurrent, output_kernel, output_bias = [np.array(w) for w in weights]
        z, _, hidden = gates(inputs, *recurrent)
        at = z[rows, places].mean(axis=0)
        later = np.arange(steps_each) > places[:, None]
        after = z[later].mean(axis=0)
        error = np.abs(hidden[:, -1] @ output_kernel + output_bias - targets)
        right = 100 * (error < SETTINGS["near"]).mean()
        values = (at.mean(), after.mean(), (after - at).max(), right)
        names = ("at_mark", "after", "largest_drop", "right_percent")
        return {name: round(float(v), 2) for name, v in zip(names, values, strict=True)}

    def watch_one(network: str, seed: int) -> dict[str, Any]:
        return {"seed": SETTINGS["seeds"][seed], **hard[network]["watched"][seed]}

    def off(seed: int) -> float:
        answer = hard["gru"]["watched"][seed]["answer"]
        return abs(answer - chosen_example["value"])

    steps = hard["gru"]["steps"]
    failed = [seed for seed, at in enumerate(steps) if at is None]
    solved_by = [seed for seed, at in enumerate(steps) if at is not None]
    started_open = hard["open_gru"]["steps"]
    watched = {}
    if started_open[0] is not None:
        watched["open"] = watch_one("open_gru", 0)
    if solved_by:
        watched["solved"] = watch_one("gru", solved_by[0])
    if failed:
        watched["failed"] = watch_one("gru", max(failed, key=off))
    return {
        "steps": {
            form: {
                network: chosen(pieces, form=form, network=network)["steps"]
                for network in forms[form]
            }
            for form in forms
        },
        "parameters": {network: hard[network]["parameters"] for network in hard},
        "solved_percent": round(100 * SETTINGS["race"]["solved"]),
        "gates": {
            network: [gate_means(weights) for weights in hard[network]["weights"]]
            for network in ("gru", "open_gru")
        },
        "gate_examples": examples,
        "watched": watched,
    }


def findings(record: dict[str, Any]) -> dict[str, Any]:
    hard, easy = record["steps"]["hard"], record["steps"]["easy"]
    watched = record["watched"].get("failed", {"answer": 1.0})
    gates, opened = record["gates"]["gru"], record["gates"]["open_gru"]
    pairs = list(zip(hard["gru"], gates, strict=True))
    learned = [gate for steps, gate in pairs if steps is not None]
    failed = [gate for steps, gate in pairs if steps is None]
    idle = [gate for gate in failed if gate["right_percent"] < 50]
    nearly = [gate for gate in failed if gate["right_percent"] > 90]

    def drops(gate: dict[str, float]) -> bool:
        return gate["at_mark"] < gate["after"] - 0.1

    return {
        "learned_gates_drop": finding(
            "In every default GRU that solved the hard form, the update gate is lower "
            "at the mark than after it, in some unit by nearly half of the range or "
            "more.",
            bool(learned)
            and all(drops(gate) and gate["largest_drop"] > 0.45 for gate in learned),
            gates=learned,
        ),
        "single_units_drop_further": finding(
            "Where the gate had to learn, a single unit drops by more than 0.6 in some "
            "network, the mean over the units by less than 0.35 in all.",
            max(gate["largest_drop"] for gate in learned) > 0.6
            and all(gate["after"] - gate["at_mark"] < 0.35 for gate in learned),
            gates=learned,
        ),
        "open_gates_hardly_move": finding(
            "A gate that starts open moves by less than 0.08 on average and keeps four "
            "fifths to nine tenths of the state at each step.",
            all(
                gate["after"] - gate["at_mark"] < 0.08 and 0.78 < gate["after"] < 0.93
                for gate in opened
            ),
            gates=opened,
        ),
        "gates_that_learned_nothing_stay": finding(
            "In every default GRU that learned nothing (fewer than half of its answers "
            "right), the update gate stays between 0.45 and 0.6 on average.",
            bool(idle)
            and all(
                0.45 < gate[when] < 0.6
                for gate in idle
                for when in ("at_mark", "after")
            )
            and abs(watched["answer"]) < 0.1,
            gates=idle,
            answer_to_the_watched_example=watched["answer"],
        ),
        "nearly_solved_looks_solved": finding(
            "One GRU that counts as failed had more than nine tenths of its answers "
            "right when the budget ended, and its gate drops at the mark.",
            any(drops(gate) for gate in nearly),
            gates=nearly,
        ),
        "default_gru_mostly_fails_hard_form": finding(
            "Most default GRUs did not solve the hard form.",
            most_fail(hard["gru"]),
            gru=hard["gru"],
        ),
        "open_gru_solves_hard_form": finding(
            "The GRU with its gate open solved the hard form on every seed.",
            solved(hard["open_gru"]),
            open_gru=hard["open_gru"],
        ),
        "open_gru_first_in_hard_form": finding(
            "Every GRU with its gate open solved the hard form before any default one.",
            always_before(hard["open_gru"], hard["gru"]),
            open_gru=hard["open_gru"],
            gru=hard["gru"],
        ),
        "open_holds_one_number": finding(
            "The GRU with its gate open solved both forms on every seed.",
            solved(hard["open_gru"]) and solved(easy["open_gru"]),
            hard=hard["open_gru"],
            easy=easy["open_gru"],
        ),
        "both_solve_easy_form": finding(
            "The default GRU and the one with its gate open solved the easy form on "
            "every seed.",
            solved(easy["gru"]) and solved(easy["open_gru"]),
            **easy,
        ),
        "equal_rnn_solves_hard_form": finding(
            "The RNN with as many parameters as the GRU solved the hard form on every "
            "seed.",
            solved(hard["equal_rnn"]),
            equal_rnn=hard["equal_rnn"],
        ),
    }


def plot(record: dict[str, Any]) -> plots.Plot:
    fig, (axes,) = plots.figure(4.0)
    at = record["settings"]["watched"]["step"]
    gru, opened = plots.STYLES["gru"], plots.STYLES["open_gru"]
    failed = {"color": plots.BESIDE, "ls": ":", "marker": "x"}
    lines = {
        "open": opened | {"label": f"{opened['label']}, solved"},
        "solved": gru | {"label": f"{gru['label']}, solved"},
        "failed": gru | failed | {"label": f"{gru['label']}, failed"},
    }
    words = []
    for name, found in record["watched"].items():
        z, style = found["z_mean"], lines[name]
        axes.plot(range(1, len(z) + 1), z, **style, markersize=4.5)
        words.append(
            f"{style['label']}: {z[at - 1]:.2f} at the mark, {z[at]:.2f} a step later, "
            f"{z[-1]:.2f} at the end"
        )
    axes.axvline(at, **plots.THIN)
    axes.annotate("mark", (at, 0.03), xytext=(4, 0), textcoords="offset points")
    axes.set(
        xlabel="time step", ylabel="update gate z, mean over units", ylim=(0, 1.02)
    )
    plots.legend(fig, axes, 2)
    return fig, "The update gate while it reads one example", "; ".join(words)


differences = race_differences
