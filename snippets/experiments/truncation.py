"""What does a network learn when its gradient is cut?

A tanh RNN, in NumPy, reads the whole sequence and answers at its end; only the gradient
differs. whole: backpropagation through all steps. half, quarter: the sequence is read
in two windows, or four; the state crosses their borders, the gradient does not. random:
the gradient of each example is cut by chance, once on average as in halves, and made
larger where it is not, so that its mean is the whole gradient. The tasks are recall
over 24 steps and adding over 12. Inputs (batch, steps, features), targets (batch, 1).

    make evidence only=truncation

Sources: windows, Williams and Peng 1990, doi:10.1162/neco.1990.2.4.490; random cuts,
Tallec and Ollivier 2017, arXiv:1705.08209.
"""

import time
from itertools import product
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from snippets.experiments.adding import adding
from snippets.experiments.recall import recall
from snippets.experiments.training import TUNING, Race, race_at_every_rate
from snippets.from_scratch.first_network import adam
from tools import plots, races
from tools.compare import apart
from tools.findings import finding
from tools.intervals import mean

SETTINGS: dict[str, Any] = TUNING | {
    "tasks": {"recall": [24, 4], "adding": [12, 2]},  # steps, features
    "networks": ["whole", "half", "quarter", "random"],
    "units": 32,
    "batch": 32,
    "asked": 256,
    "long_budget": 12000,
    # Gradients compared: of so many batches, and so many random cuts of each; before
    # training and after.
    "compared": {"batches": 20, "cuts": 20, "trained": 1000, "rate": 0.003},
    "race": {"check": 50, "solved": 0.95},
}
DECIDING = [
    {"task": "recall", "network": "half", "seeds": [0, 1], "rates": [0.003]},
    {"task": "recall", "network": "quarter", "seeds": [0, 1], "rates": [0.003]},
    {"task": "adding", "network": "quarter", "seeds": [0], "rates": [0.003]},
]
Weights = dict[str, np.ndarray]


# --8<-- [start:cut]
def factors(
    rng: np.random.Generator, network: str, steps: int, batch: int
) -> np.ndarray:
    """(batch or 1, steps): what the gradient is multiplied by on its way to the step
    before.
    """
    if network == "random":
        chance = 1 / (steps - 1)
        return (rng.random((batch, steps)) > chance) / (1 - chance)
    windows = {"whole": 1, "half": 2, "quarter": 4}[network]
    return (np.arange(steps) % (steps // windows) > 0).astype(float)[None]


def gradient(
    inputs: np.ndarray, targets: np.ndarray, w: Weights, factors: np.ndarray
) -> Weights:
    """Of the mean squared error of the last answer."""
    states, answers = read(inputs, w)
    d_answer = 2 * (answers - targets) / len(inputs)
    found = {name: np.zeros_like(weight) for name, weight in w.items()}
    found["output_kernel"] = states[-1].T @ d_answer
    found["output_bias"] = d_answer.sum(axis=0)
    back = d_answer @ w["output_kernel"].T
    for t in reversed(range(inputs.shape[1])):
        d_total = back * (1 - states[t + 1] ** 2)
        found["kernel"] += inputs[:, t].T @ d_total
        found["recurrent_kernel"] += states[t].T @ d_total
        found["bias"] += d_total.sum(axis=0)
        back = factors[:, t, None] * (d_total @ w["recurrent_kernel"].T)
    return found
    # --8<-- [end:cut]


def read(inputs: np.ndarray, w: Weights) -> tuple[list[np.ndarray], np.ndarray]:
    """The hidden states, from the start on, and the answers (batch, 1)."""
    states = [np.zeros((len(inputs), len(w["bias"])))]
    for x in inputs.swapaxes(0, 1):
        total = x @ w["kernel"] + states[-1] @ w["recurrent_kernel"] + w["bias"]
        states.append(np.tanh(total))
    return states, states[-1] @ w["output_kernel"] + w["output_bias"]


class CutRace(Race):
    """A race of one network against itself: only the gradient differs."""

    def __init__(self, task: str, network: str) -> None:
        self.name, self.kind = task, network
        self.steps, self.features = SETTINGS["tasks"][task]

    def data(self, rng: np.random.Generator, examples: int) -> Any:
        if self.name == "adding":
            return adding(rng, examples, self.steps)
        inputs, targets = recall(rng, examples, self.steps - 1)
        return inputs, 2 * targets - 1  # answered by the sign

    def begin(self, seed: int) -> np.random.Generator:
        """Weights with Keras's defaults. Batches and cuts are drawn apart: all kinds
        see the same examples.
        """
        rng, units = np.random.default_rng(seed), SETTINGS["units"]

        def uniform(rows: int, columns: int) -> np.ndarray:
            limit = np.sqrt(6 / (rows + columns))
            return rng.uniform(-limit, limit, (rows, columns))

        self.weights = {
            "kernel": uniform(self.features, units),
            "recurrent_kernel": np.linalg.qr(rng.normal(size=(units, units)))[0],
            "bias": np.zeros(units),
            "output_kernel": uniform(units, 1),
            "output_bias": np.zeros(1),
        }
        self.memory: dict[str, Any] = {}
        self.step, self.cuts = 0, np.random.default_rng(5000 + seed)
        return rng

    def learn(self, rng: np.random.Generator, rate: float) -> None:
        batch = self.data(rng, SETTINGS["batch"])
        cuts = factors(self.cuts, self.kind, self.steps, SETTINGS["batch"])
        self.step += 1
        slope = gradient(*batch, self.weights, cuts)  # type: ignore[call-arg]
        adam(self.weights, slope, self.memory, self.step, rate)

    def run(self, seed: int, learning_rate: float, budget: int) -> dict[str, Any]:
        """Solved: enough answers right at two checks in a row."""
        rng, race = self.begin(seed), SETTINGS["race"]
        inputs, targets = self.data(
            np.random.default_rng(1000 + seed), SETTINGS["asked"]
        )
        near = 1.0 if self.name == "recall" else 0.1
        seconds, good_checks, solved_at, share = 0.0, 0, None, 0.0
        for step in range(1, budget + 1):
            started = time.perf_counter()
            self.learn(rng, learning_rate)
            seconds += time.perf_counter() - started
            if step % race["check"] == 0:
                answers = read(inputs, self.weights)[1]
                share = float((np.abs(answers - targets) < near).mean())
                good_checks = good_checks + 1 if share >= race["solved"] else 0
                if good_checks == 2:
                    solved_at = step
                    break
        return {"steps": solved_at, "right": round(share, 3), "seconds": seconds}


# --8<-- [start:compare]
def alike(one: np.ndarray, other: np.ndarray) -> dict[str, float]:
    """cosine: of the angle between two gradients; length: the first over the second."""
    lengths = np.linalg.norm(one), np.linalg.norm(other)
    cosine = float((one * other).sum() / (lengths[0] * lengths[1]))
    length = float(lengths[0] / lengths[1])
    return {"cosine": round(cosine, 4), "length": round(length, 4)}


def compare(race: CutRace, seed: int) -> dict[str, Any]:
    """Each gradient of the recurrent kernel beside the whole one, for a network before
    training and after: the mean over batches; of the random ones also that of a single
    cut, and over many cuts.
    """
    how, rng, found = SETTINGS["compared"], race.begin(seed), {}
    cuts = np.random.default_rng(seed)

    def one(batch: Any, kind: str) -> np.ndarray:
        cut = factors(cuts, kind, race.steps, SETTINGS["batch"])
        return gradient(*batch, race.weights, cut)["recurrent_kernel"]  # type: ignore[call-arg]

    for when in ("untrained", "trained"):
        batches = [race.data(rng, SETTINGS["batch"]) for _ in range(how["batches"])]
        means = {
            kind: np.mean([one(batch, kind) for batch in batches], axis=0)
            for kind in ("whole", "half", "quarter")
        }
        drawn = np.array(
            [[one(batch, "random") for _ in range(how["cuts"])] for batch in batches]
        )
        found[when] = {
            "half": alike(means["half"], means["whole"]),
            "quarter": alike(means["quarter"], means["whole"]),
            "random_once": alike(drawn[0, 0], one(batches[0], "whole")),
            "random_mean": alike(drawn.mean(axis=(0, 1)), means["whole"]),
        }
        for _ in range(how["trained"] if when == "untrained" else 0):
            race.learn(rng, how["rate"])
    return found
    # --8<-- [end:compare]


def pieces() -> list[dict[str, Any]]:
    compared = [
        {"task": task, "network": "whole", "compared": True, "seeds": SETTINGS["seeds"]}
        for task in SETTINGS["tasks"]
    ]
    return compared + [
        {"task": task, "network": network, "seeds": SETTINGS["seeds"]}
        for task, network in product(SETTINGS["tasks"], SETTINGS["networks"])
    ]


def run(piece: dict[str, Any]) -> dict[str, Any]:
    race = CutRace(piece["task"], piece["network"])
    if "compared" in piece:
        return {"runs": [compare(race, seed) for seed in piece["seeds"]]}
    return race_at_every_rate(race, SETTINGS, piece)


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """races[network][task]: see tools/races.py; own[task][network]: the training steps
    of each seed at its own rate; alike[task][when][gradient]: the mean
    over the seeds of its cosine with the whole gradient, and of its length.
    """
    found: dict[str, Any] = {"races": {}, "own": {}, "alike": {}}
    for piece in pieces:
        setting, result = piece["piece"], piece["result"]
        if "compared" not in setting:
            of_race = found["races"].setdefault(setting["network"], {})
            of_race[setting["task"]] = races.summary(result, SETTINGS)
            of_task = found["own"].setdefault(setting["task"], {})
            of_task[setting["network"]] = races.own_runs(result)
            continue
        found["alike"][setting["task"]] = {
            when: {
                kind: {
                    what: mean([run[when][kind][what] for run in result["runs"]])
                    for what in ("cosine", "length")
                }
                for kind in result["runs"][0][when]
            }
            for when in ("untrained", "trained")
        }
    return found


def findings(record: dict[str, Any]) -> dict[str, Any]:
    alike, seeds = record["alike"], len(record["settings"]["seeds"])
    solved = {
        task: {
            kind: one[task]["solved"]["solved"] for kind, one in record["races"].items()
        }
        for task in record["settings"]["tasks"]
    }

    steps = {kind: one["adding"]["steps"] for kind, one in record["races"].items()}

    def cosines(task: str, when: str) -> dict[str, float]:
        return {kind: one["cosine"]["mean"] for kind, one in alike[task][when].items()}

    return {
        "recall_is_learned_under_any_cut": finding(
            "At its own learning rate every kind of gradient learns recall over 24 "
            "steps on every seed, within 200 training steps (median).",
            all(n == seeds for n in solved["recall"].values())
            and all(
                one["recall"]["steps"]["median"] <= 200
                for one in record["races"].values()
            ),
            **solved["recall"],
        ),
        "adding_needs_the_gradient": finding(
            "Adding over 12 steps is learned from the whole gradient on every seed; "
            "from halves later, by a median more than twice as high and at a lower "
            "learning rate; from quarters on none, within 12,000 training steps.",
            record["settings"]["long_budget"] == 12000
            and solved["adding"]["whole"] == seeds
            and record["races"]["half"]["adding"]["steps"]["median"]
            > 2 * record["races"]["whole"]["adding"]["steps"]["median"]
            and record["races"]["half"]["adding"]["rate"]
            < record["races"]["whole"]["adding"]["rate"]
            and solved["adding"]["quarter"] == 0,
            solved=solved["adding"],
            median_steps={
                kind: one["adding"]["steps"]["median"]
                for kind, one in record["races"].items()
            },
        ),
        "random_cuts_add_before_halves": finding(
            "From randomly cut gradients adding is learned on every seed: before "
            "halves, and later than from the whole gradient (the intervals of the "
            "medians do not meet).",
            solved["adding"]["random"] == seeds
            and steps["random"]["high"] < steps["half"]["low"]
            and steps["random"]["low"] > steps["whole"]["high"],
            solved=solved["adding"],
            **{kind: steps[kind] for kind in ("whole", "random", "half")},
        ),
        "cuts_turn_the_gradient": finding(
            "Before training the gradient in quarters points elsewhere than the whole "
            "one, more so for adding: the cosine is below 0.9 for recall and below "
            "0.75 for adding.",
            cosines("recall", "untrained")["quarter"] < 0.9
            and cosines("adding", "untrained")["quarter"] < 0.75,
            recall=cosines("recall", "untrained"),
            adding=cosines("adding", "untrained"),
        ),
        "random_cuts_are_right_on_average": finding(
            "The mean of many random cuts is the whole gradient, its cosine above 0.99 "
            "and its length within three percent; before training that of a single "
            "batch is already nearer than halves.",
            all(
                of["random_mean"]["cosine"]["mean"] > 0.99
                and abs(of["random_mean"]["length"]["mean"] - 1) < 0.03
                for one in alike.values()
                for of in one.values()
            )
            and all(
                cosines(task, "untrained")["random_once"]
                > cosines(task, "untrained")["half"]
                for task in alike
            ),
            recall=cosines("recall", "untrained"),
            adding=cosines("adding", "untrained"),
        ),
        "trained_recall_hardly_notices": finding(
            "Once recall is learned the gradient in quarters points where the whole "
            "one does, its cosine above 0.98; in adding it stays below 0.85.",
            cosines("recall", "trained")["quarter"] > 0.98
            and cosines("adding", "trained")["quarter"] < 0.85,
            recall=cosines("recall", "trained"),
            adding=cosines("adding", "trained"),
        ),
    }


def plot(record: dict[str, Any]) -> plots.Plot:
    settings, said = record["settings"], []
    fig = Figure(figsize=(5, 5.2), layout="constrained")
    for axes, task in zip(fig.subplots(2, 1), settings["tasks"], strict=True):
        for name in settings["networks"]:
            runs = sorted(steps for steps in record["own"][task][name] if steps)
            style = {k: v for k, v in plots.STYLES[name].items() if k != "marker"}
            ends = [settings["race"]["check"], *runs, settings["long_budget"]]
            axes.step(ends, [*range(len(runs) + 1), len(runs)], where="post", **style)
            median = f"{runs[9]:,}" if len(runs) > 9 else "none"
            said.append(
                f"{task}, {style['label']}: {len(runs)}, the tenth after {median}"
            )
        axes.set(xscale="log", ylabel="seeds", ylim=(-1, 22))
        axes.set_yticks([0, 10, 20])
        plots.x_ticks(axes, [100, 1000, 10000])
        axes.set_title(f"{task}, {settings['tasks'][task][0]} steps", loc="left")
    axes.set_xlabel("training steps")
    plots.legend(fig, axes, 2)
    title = "Seeds that have learned it, by training step, at each gradient's own rate"
    return fig, title, "; ".join(said)


def differences(
    piece: dict[str, Any], recorded: dict[str, Any], again: dict[str, Any]
) -> list[str]:
    """As in a race; of compared gradients, how those in quarters lie at first."""
    if "compared" not in piece:
        return races.differences(piece, recorded, again)
    was, now = (
        [run["untrained"]["quarter"]["cosine"] for run in result["runs"]]
        for result in (recorded, again)
    )
    return apart("cosine", float(np.mean(was)), float(np.mean(now)), 0.05)
