"""The same races in PyTorch: do its own layers and its own first weights change the
answer?

Tasks, examples, rates, seeds and the rule for solved are those of recall.py and
adding.py at 40 time steps. Layers, first weights, optimizer and clipping are PyTorch's,
as its users would take them: all weights and biases uniform, one norm for the gradients
of all weights. Inputs (batch, steps, features), targets (batch, 1).

    make evidence only=pytorch

Source of the first weights: torch.nn.RNN, torch.nn.GRU.
"""

from functools import partial
from itertools import product
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from snippets.experiments.adding import adding
from snippets.experiments.recall import recall
from snippets.experiments.training import TUNING, Race, Task, race_at_every_rate
from tools import plots, races
from tools.findings import finding

SETTINGS: dict[str, Any] = TUNING | {
    "tasks": ["recall", "adding"],
    "length": 40,
    "networks": ["rnn", "gru", "chrono_gru"],
    "near": {"recall": 0.5, "adding": 0.1},
    "budget": 2000,
    "long_budget": 6000,
    "race": {"units": 32, "batch": 32, "check": 50, "solved": 0.95},
}
# For a stamp: no test installs PyTorch, so none runs these.
DECIDING: list[dict[str, Any]] = [
    {"task": "recall", "network": "gru", "seeds": [0, 1], "rates": [0.03]},
    {"task": "recall", "network": "chrono_gru", "seeds": [0, 1], "rates": [0.003]},
]


# --8<-- [start:layer]
def make_layer(network: str, features: int, units: int, steps: int, seed: int) -> Any:
    """A recurrent layer with PyTorch's first weights; chrono_gru starts out
    remembering. PyTorch's blocks are r, z, n: the update gate's bias is the second.
    """
    import torch

    torch.manual_seed(seed)
    kind = torch.nn.RNN if network == "rnn" else torch.nn.GRU
    layer = kind(features, units, batch_first=True)
    if network == "chrono_gru":
        times = np.random.default_rng(seed).uniform(1, steps - 1, units)
        with torch.no_grad():
            layer.bias_ih_l0[units : 2 * units] = torch.tensor(np.log(times))
            layer.bias_hh_l0[units : 2 * units] = 0
    return layer
    # --8<-- [end:layer]


# --8<-- [start:network]
class TorchNetwork:
    """What Network is for Keras: started afresh for each seed, trained, asked."""

    def __init__(self, network: str, task: Task, units: int, batch: int) -> None:
        self.network, self.task = network, task
        self.units, self.batch = units, batch

    def start(self, seed: int, learning_rate: float) -> None:
        import torch

        torch.set_num_threads(1)
        task = self.task
        self.layer = make_layer(
            self.network, task.features, self.units, task.steps, seed
        )
        torch.manual_seed(1000 + seed)
        self.output = torch.nn.Linear(self.units, 1)
        self.weights = [*self.layer.parameters(), *self.output.parameters()]
        self.optimizer = torch.optim.Adam(self.weights, lr=learning_rate)

    def raw(self, inputs: Any) -> Any:
        states, _ = self.layer(inputs)
        return self.output(states[:, -1])

    def learn(self, inputs: np.ndarray, targets: np.ndarray) -> None:
        """One pass over the examples, in whole batches and in the order given."""
        import torch
        from torch.nn import functional

        yes_or_no = self.task.yes_or_no
        loss_of = (
            functional.binary_cross_entropy_with_logits
            if yes_or_no
            else functional.mse_loss
        )
        x, y = (torch.tensor(data, dtype=torch.float32) for data in (inputs, targets))
        batches = zip(x.split(self.batch), y.split(self.batch), strict=True)
        for one, wanted in batches:
            self.optimizer.zero_grad()
            loss_of(self.raw(one), wanted).backward()
            torch.nn.utils.clip_grad_norm_(self.weights, 1.0)
            self.optimizer.step()

    def answer(self, inputs: np.ndarray) -> np.ndarray:
        import torch

        with torch.no_grad():
            raw = self.raw(torch.tensor(inputs, dtype=torch.float32))
            return (torch.sigmoid(raw) if self.task.yes_or_no else raw).numpy()
        # --8<-- [end:network]


class TorchRace(Race):
    def __init__(self, task: Task, network: str, **race: Any) -> None:
        self.task, self.solved = task, race["solved"]
        self.examples, self.check = race["check"] * race["batch"], race["check"]
        self.network: Any = TorchNetwork(network, task, race["units"], race["batch"])


def pieces() -> list[dict[str, Any]]:
    return [
        {"task": task, "network": network, "seeds": SETTINGS["seeds"]}
        for task, network in product(SETTINGS["tasks"], SETTINGS["networks"])
    ]


def run(piece: dict[str, Any]) -> dict[str, Any]:
    try:
        import torch
    except ImportError:
        raise RuntimeError(
            "expected PyTorch, which no requirements file brings: "
            "pip install torch==2.13.0 into this environment, then run again"
        ) from None
    length, near = SETTINGS["length"], SETTINGS["near"][piece["task"]]
    if piece["task"] == "recall":
        make, steps, features = partial(recall, lag=length), length + 1, 4
    else:
        make, steps, features = partial(adding, length=length), length, 2
    task = Task(make, steps, features, near, yes_or_no=piece["task"] == "recall")
    race = TorchRace(task, piece["network"], **SETTINGS["race"])
    found = race_at_every_rate(race, SETTINGS, piece)
    return found | {"torch": str(torch.__version__)}


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """By task races[network][length] and over_gru[length][network], as adding.py and
    recall.py have them; and PyTorch's version.
    """
    shared = ("networks", "learning_rates", "budget", "long_budget")
    found: dict[str, Any] = {"torch": pieces[0]["result"]["torch"]}
    for task in SETTINGS["tasks"]:
        of_task = [
            one | {"piece": one["piece"] | {"length": SETTINGS["length"]}}
            for one in pieces
            if one["piece"]["task"] == task
        ]
        table = races.table(of_task, SETTINGS, "length")
        found[task] = table | {"settings": {key: SETTINGS[key] for key in shared}}
    return found


def findings(record: dict[str, Any]) -> dict[str, Any]:
    length, seeds = str(record["settings"]["length"]), len(record["settings"]["seeds"])
    recalled, added = (
        races.solved_at(record[task]["races"], length) for task in ("recall", "adding")
    )
    own = {
        task: {name: found[length] for name, found in record[task]["races"].items()}
        for task in record["settings"]["tasks"]
    }
    return {
        "torch_gru_recalls_at_high_rates_alone": finding(
            "In PyTorch, over 40 symbols, the default GRU recalls on every seed at "
            "the two highest learning rates, 0.03 and 0.1, and on none at the two "
            "lowest, 0.001 and 0.003, within 2,000 steps.",
            all(recalled["gru"][rate] == seeds for rate in ("0.03", "0.1"))
            and all(recalled["gru"][rate] == 0 for rate in ("0.001", "0.003")),
            solved=recalled["gru"],
            of=seeds,
        ),
        "torch_remembering_recalls_at_every_rate": finding(
            "In PyTorch, over 40 symbols, the GRU that starts out remembering recalls "
            "on at least nine seeds of ten at every learning rate.",
            all(one >= 0.9 * seeds for one in recalled["chrono_gru"].values()),
            solved=recalled["chrono_gru"],
        ),
        "torch_chrono_adds_no_better_at_the_lowest": finding(
            "In PyTorch, over 40 time steps, at the lowest rate, 0.001, the GRU with "
            "chrono start adds on no more seeds than the default one.",
            added["chrono_gru"]["0.001"] <= added["gru"]["0.001"],
            solved=added,
        ),
        "torch_own_rate_is_not_the_best": finding(
            "In PyTorch more of the twenty seeds recall with the RNN at another rate "
            "than at its own, which was chosen on five others.",
            recalled["rnn"][str(own["recall"]["rnn"]["rate"])]
            < max(recalled["rnn"].values()),
            own=own["recall"]["rnn"]["rate"],
            solved=recalled["rnn"],
        ),
        "torch_rnn_recalls_at_one_rate": finding(
            "In PyTorch, over 40 symbols, the RNN recalls on nine seeds of ten at one "
            "of five learning rates, and on none at the lowest, 0.001, within 2,000 "
            "steps.",
            sum(one >= 0.9 * seeds for one in recalled["rnn"].values()) == 1
            and recalled["rnn"]["0.001"] == 0,
            solved=recalled["rnn"],
            of=seeds,
        ),
        "torch_gru_adds_rnn_does_not": finding(
            "In PyTorch, over 40 time steps, the GRU adds on every seed at its own "
            "learning rate, and the RNN on none within 6,000 steps at its own.",
            own["adding"]["gru"]["solved"]["solved"] == seeds
            and own["adding"]["rnn"]["solved"]["solved"] == 0
            and record["settings"]["long_budget"] == 6000,
            gru=own["adding"]["gru"]["solved"],
            rnn=own["adding"]["rnn"]["solved"],
            solved=added,
        ),
    }


def plot(record: dict[str, Any]) -> plots.Plot:
    title = "In PyTorch: share of seeds that solve each task, by learning rate"
    settings, words = record["settings"], []
    fig = Figure(figsize=(5, 5), layout="constrained")
    panels = fig.subplots(2, 1, sharex=True)
    for axes, task in zip(panels, settings["tasks"], strict=True):
        length = str(settings["length"])
        races.curves(axes, record[task]["races"], settings, length)
        axes.set_title(f"{task}, {length}", loc="left")
        axes.set_ylabel("seeds solved, %")
        words.append(races.in_words(record[task], [settings["length"]], task))
    panels[-1].set_xlabel("learning rate")
    plots.legend_of(fig, settings["networks"])
    return fig, title, "; ".join(words)


differences = races.differences
