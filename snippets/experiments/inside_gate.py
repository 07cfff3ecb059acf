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

from snippets.from_scratch.gru_cell import gru_sequence, sigmoid
from snippets.from_scratch.rnn_cell import rnn_sequence
from snippets.outcomes import chosen, race_differences
from snippets.training import Data, Race, Task

SETTINGS: dict[str, Any] = {
    "steps": 25,
    "marked_among_first": {"hard": 5, "easy": 25},
    "runners": {
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
    """(z, r, h) of a GRU that reads one example, (1, steps, features); each (steps,
    units).
    """
    hidden = gru_sequence(inputs, kernel, recurrent_kernel, bias)[0]
    before = np.vstack([np.zeros(hidden.shape[1]), hidden[:-1]])
    sums = inputs[0] @ kernel + bias[0] + before @ recurrent_kernel + bias[1]
    z, r, _ = np.split(sums, 3, axis=1)
    return sigmoid(z), sigmoid(r), hidden
    # --8<-- [end:gates]


def cells() -> list[dict[str, Any]]:
    return [
        {"form": form, "runner": runner, "seeds": SETTINGS["seeds"]}
        for form in SETTINGS["runners"]
        for runner in SETTINGS["runners"][form]
    ]


def short(values: np.ndarray, digits: int) -> Any:
    """Nested lists of numbers with so many digits."""
    if np.ndim(values):
        return [short(value, digits) for value in values]
    return float(f"{values:.{digits}g}")


def watch(runner: str, weights: list[np.ndarray]) -> dict[str, Any]:
    """The answer to the watched example at its end, and for a GRU the mean of z and of
    r over the units, and the least z, step by step.
    """
    *recurrent, kernel, bias = [np.asarray(w, np.float64) for w in weights]
    inputs = watched_example()
    if "gru" not in runner:
        hidden = rnn_sequence(inputs, *recurrent)[0]
        return {"answer": short((hidden[-1] @ kernel + bias)[0], 4)}
    z, r, hidden = gates(inputs, *recurrent)
    return {
        "answer": short((hidden[-1] @ kernel + bias)[0], 4),
        "z_mean": short(z.mean(axis=1), 4),
        "z_least": short(z.min(axis=1), 4),
        "r_mean": short(r.mean(axis=1), 4),
    }


def run(cell: dict[str, Any]) -> dict[str, Any]:
    """Steps, seconds, the final weights and what was watched, one for each seed."""
    first = SETTINGS["marked_among_first"][cell["form"]]
    make = partial(marked, steps=SETTINGS["steps"], first=first)
    task = Task(make, SETTINGS["steps"], 2, SETTINGS["near"])
    race = Race(task, cell["runner"], **SETTINGS["race"])
    runs = []
    for seed in cell["seeds"]:
        one = race.run(seed)
        weights = race.network.model.get_weights()
        one |= {
            "weights": [short(w, 7) for w in weights],
            "watched": watch(cell["runner"], weights),
        }
        runs.append(one)
    keys = ("steps", "seconds", "weights", "watched")
    return {key: [one[key] for one in runs] for key in keys} | {
        "parameters": race.network.model.count_params()
    }


def summarise(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """Steps by form and runner; over many examples, what the gates of the hard form do;
    and three networks that watch one example: the first seed that solved it with its
    gate open at the start, the first that solved it as Keras starts it, and, of those
    that did not, the one whose answer is furthest off.
    """
    forms, chosen_example = SETTINGS["runners"], SETTINGS["watched"]
    hard = {r: chosen(cells, form="hard", runner=r) for r in forms["hard"]}
    examples, steps_each = 200, SETTINGS["steps"]
    first = SETTINGS["marked_among_first"]["hard"]
    rng = np.random.default_rng(chosen_example["seed"])
    inputs, targets = marked(rng, examples, steps_each, first)
    rows, places = np.arange(examples), inputs[..., 1].argmax(axis=1)

    def gate_means(weights: list[Any]) -> dict[str, float]:
        """z at the mark and after it, over examples and units; the largest drop of a
        unit; and how many of the answers are right at the end of training.
        """
        arrays = [np.array(w) for w in weights]
        kernel, recurrent_kernel, bias, output_kernel, output_bias = arrays
        hidden = gru_sequence(inputs, kernel, recurrent_kernel, bias)
        before = np.concatenate([np.zeros_like(hidden[:, :1]), hidden[:, :-1]], axis=1)
        sums = inputs @ kernel + bias[0] + before @ recurrent_kernel + bias[1]
        z = sigmoid(sums[..., : hidden.shape[2]])
        at = z[rows, places].mean(axis=0)
        later = np.arange(steps_each) > places[:, None]
        after = z[later].mean(axis=0)
        error = np.abs(hidden[:, -1] @ output_kernel + output_bias - targets)
        right = 100 * (error < SETTINGS["near"]).mean()
        values = (at.mean(), after.mean(), (after - at).max(), right)
        names = ("at_mark", "after", "largest_drop", "right_percent")
        return {name: round(float(v), 2) for name, v in zip(names, values, strict=True)}

    def watch_one(runner: str, seed: int) -> dict[str, Any]:
        return {"seed": SETTINGS["seeds"][seed], **hard[runner]["watched"][seed]}

    def off(seed: int) -> float:
        answer = hard["gru"]["watched"][seed]["answer"]
        return abs(answer - chosen_example["value"])

    steps = hard["gru"]["steps"]
    failed = [seed for seed, at in enumerate(steps) if at is None]
    arrived = [seed for seed, at in enumerate(steps) if at is not None]
    started_open = hard["open_gru"]["steps"]
    watched = {}
    if started_open[0] is not None:
        watched["open"] = watch_one("open_gru", 0)
    if arrived:
        watched["solved"] = watch_one("gru", arrived[0])
    if failed:
        watched["failed"] = watch_one("gru", max(failed, key=off))
    return {
        "steps": {
            form: {
                runner: chosen(cells, form=form, runner=runner)["steps"]
                for runner in forms[form]
            }
            for form in forms
        },
        "parameters": {runner: hard[runner]["parameters"] for runner in hard},
        "solved_percent": round(100 * SETTINGS["race"]["solved"]),
        "gates": {
            runner: [gate_means(weights) for weights in hard[runner]["weights"]]
            for runner in ("gru", "open_gru")
        },
        "gate_examples": examples,
        "watched": watched,
    }


def differences(
    cell: dict[str, Any], recorded: dict[str, Any], again: dict[str, Any]
) -> list[str]:
    """Solved or not, and the steps within bounds; see race_differences."""
    del cell
    return race_differences(recorded["steps"], again["steps"])
