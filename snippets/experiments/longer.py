"""Trained short, asked long: what do an RNN, a GRU, an LSTM and a minGRU carry over?

Five tasks, learned over 20 time steps and then asked over up to 200. adding and recall
are those of adding.py and recall.py. verbs: the sentences of first_network.py, words
one-hot, with as many phrases as fit or fewer. parity: is the number of ones odd? The
ones lie in a last part of the sequence, of any length. counting: a number of a's, then
one more or one fewer b's; were there more a's? Inputs (examples, steps, features),
targets (examples, 1); what is shorter than the sequence has zeros before it.

    make evidence only=longer

Sources: minGRU, Feng et al. 2024, arXiv:2410.01201; counting, Weiss, Goldberg and Yahav
2018, arXiv:1805.04908; parity, Merrill, Petty and Sabharwal 2024, arXiv:2404.08819.
"""

from functools import partial
from itertools import product
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from snippets.experiments.adding import adding
from snippets.experiments.recall import recall
from snippets.experiments.training import (
    TUNING,
    Data,
    Race,
    Task,
    make_layer,
    race_at_every_rate,
)
from snippets.from_scratch.count_parameters import gru_parameters
from snippets.from_scratch.first_network import VOCABULARY, sentences
from tools import plots, races
from tools.findings import finding
from tools.intervals import mean

SETTINGS: dict[str, Any] = TUNING | {
    "tasks": {"adding": 2, "recall": 4, "verbs": 25, "parity": 1, "counting": 2},
    "networks": ["rnn", "gru", "bias_gru", "lstm", "min_gru", "two_min_grus"],
    "length": 20,
    "asked_lengths": [20, 40, 100, 200],
    "asked": 512,
    # Whose weights are kept, to look at how they count.
    "kept": {"rnn": 0.01, "gru": 0.03, "lstm": 0.03},
    "race": {"units": 16, "batch": 32, "check": 50, "solved": 0.98},
}
DECIDING = [
    {"task": "verbs", "network": "gru", "seeds": [0, 1], "rates": [0.01]},
    {"task": "counting", "network": "lstm", "seeds": [0, 1], "rates": [0.03]},
]


# --8<-- [start:tasks]
def verbs(rng: np.random.Generator, examples: int, length: int, longest: bool) -> Data:
    """Sentences with as many phrases as fit, or fewer; 32 in a row are alike."""
    most = (length - 2) // 4
    inputs, targets = np.zeros((examples, length, len(VOCABULARY))), []
    for first in range(0, examples, 32):
        phrases = most if longest else int(rng.integers(0, most + 1))
        words, are = sentences(rng, 32, phrases)
        inputs[first : first + 32, -words.shape[1] :] = np.eye(len(VOCABULARY))[words]
        targets.append(are)
    return inputs, np.concatenate(targets)


def parity(rng: np.random.Generator, examples: int, length: int, longest: bool) -> Data:
    """Zeros and ones; before a random place, or nowhere, only zeros."""
    bits = rng.integers(0, 2, (examples, length))
    first = rng.integers(0, length, (examples, 1)) * (not longest)
    bits *= np.arange(length) >= first
    return bits[..., None].astype(float), bits.sum(axis=1, keepdims=True) % 2.0


def counting(
    rng: np.random.Generator, examples: int, length: int, longest: bool
) -> Data:
    """inputs (examples, length, 2), one-hot: n a's, n + 1 or n - 1 b's, with n as large
    as fits or smaller, but at least half of it if longest.
    """
    most = (length - 1) // 2
    a = rng.integers(most // 2 + 1 if longest else 1, most + 1, (examples, 1))
    more = rng.integers(0, 2, (examples, 1))  # 1: more a's
    b = a + 1 - 2 * more
    place = np.arange(length)
    is_b = place >= length - b
    is_a = (place >= length - b - a) & ~is_b
    return np.stack([is_a, is_b], axis=-1).astype(float), more.astype(float)
    # --8<-- [end:tasks]


def data(
    rng: np.random.Generator,
    examples: int,
    *,
    task: str,
    length: int,
    longest: bool = False,
) -> Data:
    """longest: nothing shorter than the sequence; when counting, than half of it."""
    if task == "adding":
        return adding(rng, examples, length)
    if task == "recall":
        return recall(rng, examples, length - 1)
    make = {"verbs": verbs, "parity": parity, "counting": counting}[task]
    return make(rng, examples, length, longest)


# --8<-- [start:min_gru]
def min_gru(units: int) -> Any:
    """A Keras layer. Update gate and candidate see the input alone; as everywhere in
    this guide, the update gate keeps.
    """
    import keras
    from keras import ops

    class MinGRUCell(keras.layers.Layer):
        state_size = output_size = units

        def build(self, shape: tuple[int, ...]) -> None:
            self.kernel = self.add_weight(shape=(shape[-1], 2 * units))
            self.bias = self.add_weight(shape=(2 * units,), initializer="zeros")

        def call(self, inputs: Any, states: Any) -> tuple[Any, list[Any]]:
            total = ops.matmul(inputs, self.kernel) + self.bias
            update_gate = ops.sigmoid(total[:, :units])
            candidate = total[:, units:]
            hidden = update_gate * states[0] + (1 - update_gate) * candidate
            return hidden, [hidden]

    return keras.layers.RNN(MinGRUCell())
    # --8<-- [end:min_gru]


def min_gru_units(layers: int, features: int, units: int) -> int:
    """How many units give one or two minGRUs as many parameters as the GRU."""
    wanted = gru_parameters(features, units)

    def parameters(n: int) -> int:
        return 2 * n * (features + 1) + (layers - 1) * 2 * n * (n + 1)

    return min(range(1, 4 * wanted), key=lambda n: abs(parameters(n) - wanted))


def make(network: str, features: int, seed: int) -> Any:
    """A layer, built, as it starts."""
    units, steps = SETTINGS["race"]["units"], SETTINGS["length"]
    if network not in ("min_gru", "two_min_grus"):
        return make_layer(network, units, features, steps, seed=seed)
    import keras

    keras.utils.set_random_seed(seed)
    layers = 1 if network == "min_gru" else 2
    stacked = [min_gru(min_gru_units(layers, features, units)) for _ in range(layers)]
    for layer in stacked[:-1]:
        layer.return_sequences = True
    layer = stacked[0] if layers == 1 else keras.Sequential(stacked)
    layer.build((None, None, features))
    return layer


class LongRace(Race):
    """A race whose network, once trained, is asked about other lengths too."""

    def __init__(self, task: str, network: str) -> None:
        import tensorflow as tf

        self.name, features = task, SETTINGS["tasks"][task]
        length = SETTINGS["length"]
        super().__init__(
            Task(
                partial(data, task=task, length=length),
                length,
                features,
                0.1 if task == "adding" else 0.5,
                yes_or_no=task != "adding",
            ),
            partial(make, network, features),
            **SETTINGS["race"],
        )
        layer, output = self.network.layer, self.network.output
        self.answer = tf.function(lambda x: output(layer(x)), jit_compile=True)

    def run(self, seed: int, learning_rate: float, budget: int) -> dict[str, Any]:
        """As in a race; by_length: the share of right answers over so many steps."""
        found = super().run(seed, learning_rate, budget)
        rng, by_length = np.random.default_rng(2000 + seed), {}
        for length in SETTINGS["asked_lengths"]:
            inputs, targets = data(
                rng, SETTINGS["asked"], task=self.name, length=length, longest=True
            )
            answers = self.answer(inputs.astype(np.float32)).numpy()
            right = np.abs(answers - targets) < self.task.near
            by_length[str(length)] = round(float(right.mean()), 3)
        return found | {"by_length": by_length}

    def keep(self, seed: int, rate: float) -> dict[str, Any]:
        """The weights of one run, and when it was solved."""
        steps = super().run(seed, rate, SETTINGS["budget"])["steps"]
        weights = [
            [float(f"{value:.6g}") for value in weight.ravel()]
            for weight in self.network.layer.get_weights()
        ]
        return {"steps": steps, "weights": weights}


def pieces() -> list[dict[str, Any]]:
    kept = [
        {"task": "counting", "network": network, "kept": True}
        for network in SETTINGS["kept"]
    ]
    return kept + [
        {"task": task, "network": network, "seeds": SETTINGS["seeds"]}
        for task, network in product(SETTINGS["tasks"], SETTINGS["networks"])
    ]


def run(piece: dict[str, Any]) -> dict[str, Any]:
    race = LongRace(piece["task"], piece["network"])
    if "kept" in piece:
        return race.keep(0, SETTINGS["kept"][piece["network"]])
    found = race_at_every_rate(race, SETTINGS, piece)
    return found | {"parameters": race.network.model.count_params()}


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """races[network][task]: see tools/races.py; by_length[task][network][length]: the
    share right at the network's own rate, how many seeds got as many right as when
    solved, and how many of those did so over 20 steps, too; the first two at every
    rate: by_rate[task][network][rate][length]; kept[network]: weights.
    """
    found: dict[str, Any] = {"races": {}, "by_length": {}, "by_rate": {}}
    found |= {"parameters": {}, "kept": {}}

    def over(runs: list[dict[str, float]], length: str) -> dict[str, Any]:
        enough = [run[length] >= SETTINGS["race"]["solved"] for run in runs]
        as_taught = [run["20"] >= SETTINGS["race"]["solved"] for run in runs]
        return mean([run[length] for run in runs]) | {
            "nearly_all": sum(enough),
            "of_those_at_20": sum(
                a and b for a, b in zip(enough, as_taught, strict=True)
            ),
        }

    for piece in pieces:
        setting, result = piece["piece"], piece["result"]
        task, network = setting["task"], setting["network"]
        if "kept" in setting:
            found["kept"][network] = result
            continue
        of_race = found["races"].setdefault(network, {})
        of_race[task] = races.summary(result, SETTINGS)
        found["parameters"].setdefault(task, {})[network] = result["parameters"]
        lengths = [str(length) for length in SETTINGS["asked_lengths"]]
        by_rate = {
            rate: {length: over(runs["by_length"], length) for length in lengths}
            for rate, runs in result["runs"].items()
        }
        own = by_rate[str(result["chosen_rate"])]
        found["by_length"].setdefault(task, {})[network] = own
        found["by_rate"].setdefault(task, {})[network] = {
            rate: {
                length: {key: one[key] for key in ("mean", "nearly_all")}
                for length, one in at_rate.items()
            }
            for rate, at_rate in by_rate.items()
        }
    return found


def findings(record: dict[str, Any]) -> dict[str, Any]:
    by_length, by_rate = record["by_length"], record["by_rate"]
    networks, seeds = record["settings"]["networks"], len(record["settings"]["seeds"])
    usual = ("rnn", "gru", "bias_gru", "lstm")
    grus, two = ("gru", "bias_gru"), "two_min_grus"
    solved = {
        task: {n: record["races"][n][task]["solved"]["solved"] for n in networks}
        for task in record["settings"]["tasks"]
    }

    def nearly_all(task: str, length: int) -> dict[str, int]:
        return {n: by_length[task][n][str(length)]["nearly_all"] for n in networks}

    def at_rates(task: str, length: int, what: str) -> dict[str, dict[str, Any]]:
        """[network][rate]."""
        return {
            n: {rate: one[str(length)][what] for rate, one in by_rate[task][n].items()}
            for n in networks
        }

    def highest(task: str, length: int) -> float:
        return max(max(one.values()) for one in at_rates(task, length, "mean").values())

    recall, verbs, parity = (
        at_rates(task, 200, "nearly_all") for task in ("recall", "verbs", "parity")
    )
    counting = at_rates("counting", 40, "mean")
    low = {
        n: record["races"][n]["verbs"]["by_rate"]["0.001"]["solved"] for n in networks
    }
    kept = {
        n: [by_length["parity"][n][str(at)]["of_those_at_20"] for at in (20, 200)]
        for n in usual
    }
    at_parity = {n: record["races"][n]["parity"]["works_at"] for n in usual}
    return {
        "the_usual_four_learn_all_five": finding(
            "Each at its own learning rate, RNN, GRU, GRU with bias 2 and LSTM learn "
            "each of the five tasks over 20 time steps on at least 15 of 20 seeds.",
            all(one[n] >= 15 for one in solved.values() for n in usual),
            **{task: {n: one[n] for n in usual} for task, one in solved.items()},
        ),
        "a_min_gru_learns_no_parity": finding(
            "No minGRU, of one layer or two, learns parity over 20 time steps, at any "
            "learning rate, and at its own not within 20,000 training steps.",
            record["settings"]["long_budget"] == 20000
            and all(
                record["races"][n]["parity"]["solved"]["solved"] == 0
                and all(
                    one["solved"] == 0
                    for one in record["races"][n]["parity"]["by_rate"].values()
                )
                for n in ("min_gru", two)
            ),
            right={n: by_length["parity"][n]["20"]["mean"] for n in ("min_gru", two)},
        ),
        "one_min_gru_is_too_few_for_verbs": finding(
            "One layer of minGRU learns which verb on fewer than five seeds; two "
            "layers with as many parameters learn it on all.",
            solved["verbs"]["min_gru"] < 5 and solved["verbs"][two] == seeds,
            **solved["verbs"],
        ),
        "min_grus_add_and_recall": finding(
            "On adding and recall the minGRUs solve the task over 20 time steps on "
            "every seed.",
            all(
                solved[task][n] == seeds
                for task in ("adding", "recall")
                for n in ("min_gru", two)
            ),
            adding=solved["adding"],
            recall=solved["recall"],
        ),
        "adding_does_not_carry_over": finding(
            "At no learning rate does any network add right in more than two cases of "
            "three over 40 time steps, or in more than three of ten over 100.",
            highest("adding", 40) < 0.67 and highest("adding", 100) < 0.3,
            at_40=at_rates("adding", 40, "mean"),
        ),
        "recall_carries_over_with_gates": finding(
            "Over 200 time steps both GRUs recall on at least 19 of 20 seeds at every "
            "learning rate, the LSTM and two minGRUs on all at their own; the RNN on "
            "at most 11 at any.",
            all(min(recall[n].values()) >= 19 for n in grus)
            and all(nearly_all("recall", 200)[n] == seeds for n in ("lstm", two))
            and max(recall["rnn"].values()) <= 11,
            seeds_by_rate=recall,
        ),
        "verbs_carry_over_with_gates": finding(
            "In sentences ten times as long as the longest in training the GRUs, the "
            "LSTM and two minGRUs take the right verb in 98 % or more on at least 17 "
            "of 20 seeds, each at its own rate, 0.01 or a higher one; the RNN on "
            "fewer than half, at any.",
            all(nearly_all("verbs", 200)[n] >= 17 for n in (*grus, "lstm", two))
            and all(
                record["races"][n]["verbs"]["rate"] >= 0.01
                for n in (*grus, "lstm", two)
            )
            and max(verbs["rnn"].values()) < seeds / 2,
            seeds_by_rate=verbs,
        ),
        "low_rates_do_not_carry_verbs_over": finding(
            "At the lowest rate, 0.001, the GRUs, the LSTM and two minGRUs learn the "
            "verbs over 20 time steps on every seed, and take them over to 200 on two "
            "at most.",
            all(low[n] == seeds for n in (*grus, "lstm", two))
            and all(verbs[n]["0.001"] <= 2 for n in (*grus, "lstm", two)),
            learned=low,
            over_200={n: verbs[n]["0.001"] for n in networks},
        ),
        "parity_mostly_carries_over": finding(
            "Each at its own rate, an RNN, an LSTM or a GRU with bias 2 that gets "
            "parity right over 20 time steps gets it right over 200, on every such "
            "seed; of the default GRUs at least three in four do, and not all.",
            all(kept[n][0] == kept[n][1] for n in ("rnn", "lstm", "bias_gru"))
            and 0.75 * kept["gru"][0] <= kept["gru"][1] < kept["gru"][0],
            right_over_20_and_200=kept,
        ),
        "bias_2_is_no_help_at_parity": finding(
            "Over 20 steps of parity the GRU with bias 2 works at fewer learning rates "
            "than the default one, three against four, and the LSTM at all five.",
            [len(at_parity[n]) for n in ("bias_gru", "gru", "lstm")] == [3, 4, 5],
            works_at=at_parity,
        ),
        "the_lstm_keeps_parity_most": finding(
            "At every learning rate the LSTM gets parity right over 200 time steps on "
            "more seeds than the RNN and than either GRU.",
            all(
                parity["lstm"][rate] > parity[n][rate]
                for n in ("rnn", *grus)
                for rate in parity["lstm"]
            ),
            seeds_by_rate={n: parity[n] for n in usual},
        ),
        "counting_waits_for_a_high_rate": finding(
            "Trained on numbers up to nine, the LSTM compares numbers from 10 to 19 "
            "right in 95 % or more at the highest rate, 0.1, and in fewer than three "
            "of four at 0.001 to 0.01; the GRUs in fewer than three of four at any "
            "rate.",
            counting["lstm"]["0.1"] >= 0.95
            and all(counting["lstm"][r] < 0.75 for r in ("0.001", "0.003", "0.01"))
            and all(max(counting[n].values()) < 0.75 for n in grus),
            at_40=counting,
        ),
    }


def plot(record: dict[str, Any]) -> plots.Plot:
    tasks, networks = record["settings"]["tasks"], record["settings"]["networks"]
    lengths = record["settings"]["asked_lengths"]
    fig = Figure(figsize=(5, 9.6), layout="constrained")
    panels, said = fig.subplots(len(tasks), 1, sharex=True), []
    for axes, task in zip(panels, tasks, strict=True):
        for name in networks:
            by = record["by_length"][task][name]
            shares = [100 * by[str(length)]["mean"] for length in lengths]
            style = plots.STYLES[name] | {"markersize": 5, "lw": 1.6}
            axes.plot(range(len(lengths)), shares, **style)
            told = ", ".join(f"{share:.0f}" for share in shares)
            said.append(f"{task}, {style['label']}: {told}")
        axes.set(ylabel="right, %", ylim=(-6, 108))
        axes.set_yticks([0, 50, 100])
        axes.set_title(task, loc="left")
    panels[-1].set_xticks(range(len(lengths)), [str(length) for length in lengths])
    panels[-1].set_xlabel("time steps asked")
    plots.legend_of(fig, networks)
    title = "Learned over 20 time steps, asked over more: percent right"
    return fig, title, "; ".join(said)


def differences(
    piece: dict[str, Any], recorded: dict[str, Any], again: dict[str, Any]
) -> list[str]:
    """As in a race; of kept weights, whether the network was solved at all."""
    if "kept" not in piece:
        return races.differences(piece, recorded, again)
    was, now = recorded["steps"], again["steps"]
    same = (was is None) == (now is None)
    return [] if same else [f"steps: expected {was}, got {now}"]
