"""How far does it count? An RNN, a GRU and an LSTM that learned to compare two numbers.

The task is counting of longer.py: n a's, then n + 1 or n - 1 b's; were there more a's?
Training goes up to a number, and training steps end when almost all answers are right.
Then every number is asked, from 1 on: how far are both answers right, without a gap?
Inputs (examples, steps, 2), targets (examples, 1).

    make evidence only=counting

Source of the question: Weiss, Goldberg and Yahav 2018, arXiv:1805.04908.
"""

from functools import partial
from itertools import product
from typing import Any

import numpy as np

from snippets.experiments.longer import counting, make
from snippets.experiments.training import TUNING, Race, Task, race_at_every_rate
from tools import intervals, plots, races
from tools.findings import finding

SETTINGS: dict[str, Any] = TUNING | {
    "networks": ["rnn", "gru", "bias_gru", "lstm"],
    "up_to": [10, 20],
    "asked_up_to": [10, 20, 40, 80, 160],
    "long_budget": 6000,
    "race": {"units": 16, "batch": 32, "check": 50, "solved": 0.98},
}
DECIDING = [
    {"network": "lstm", "up_to": 10, "seeds": [0, 1], "rates": [0.03]},
    {"network": "gru", "up_to": 10, "seeds": [0, 1], "rates": [0.03]},
]


class CountingRace(Race):
    """A race whose network, once trained, is asked how far it counts."""

    def __init__(self, network: str, up_to: int) -> None:
        import tensorflow as tf

        length = 2 * up_to + 1
        super().__init__(
            Task(
                partial(counting, length=length, longest=False),
                length,
                2,
                0.5,
                yes_or_no=True,
            ),
            partial(make, network, 2),
            **SETTINGS["race"],
        )
        layer, output = self.network.layer, self.network.output
        self.answer = tf.function(lambda x: output(layer(x)), jit_compile=True)

    # --8<-- [start:far]
    def counts_to(self) -> int:
        """The largest number up to which it is never wrong, one more or one fewer."""
        first = 1
        for most in SETTINGS["asked_up_to"]:
            numbers = np.arange(first, most + 1).repeat(2)
            more = np.tile([0, 1], most + 1 - first)  # 1: more a's
            inputs = np.zeros((len(numbers), 2 * most + 1, 2), np.float32)
            for row, (a, b) in enumerate(
                zip(numbers, numbers + 1 - 2 * more, strict=True)
            ):
                inputs[row, len(inputs[row]) - a - b :, 0] = 1
                inputs[row, len(inputs[row]) - b :] = 0, 1
            wrong = (self.answer(inputs).numpy()[:, 0] > 0.5) != more
            if wrong.any():
                return int(numbers[wrong.argmax()]) - 1
            first = most + 1
        return SETTINGS["asked_up_to"][-1]
        # --8<-- [end:far]

    def run(self, seed: int, learning_rate: float, budget: int) -> dict[str, Any]:
        return super().run(seed, learning_rate, budget) | {
            "counts_to": self.counts_to()
        }


def pieces() -> list[dict[str, Any]]:
    return [
        {"up_to": up_to, "network": network, "seeds": SETTINGS["seeds"]}
        for up_to, network in product(SETTINGS["up_to"], SETTINGS["networks"])
    ]


def run(piece: dict[str, Any]) -> dict[str, Any]:
    race = CountingRace(piece["network"], piece["up_to"])
    return race_at_every_rate(race, SETTINGS, piece)


def summarise(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """races[network][up_to]: see tools/races.py; counted[network][up_to]: how far each
    seed counts at the network's own rate, and the median with its interval.
    """
    found: dict[str, Any] = {"races": {}, "counted": {}}
    for piece in pieces:
        setting, result = piece["piece"], piece["result"]
        network, up_to = setting["network"], str(setting["up_to"])
        of_race = found["races"].setdefault(network, {})
        of_race[up_to] = races.summary(result, SETTINGS)
        each = result["runs"][str(result["chosen_rate"])]["counts_to"]
        middle, low, high = intervals.middle([float(one) for one in each])
        told = {"each": each, "median": middle, "low": low, "high": high}
        beyond = sum(one > setting["up_to"] for one in each)
        found["counted"].setdefault(network, {})[up_to] = told | {"beyond": beyond}
    return found


def findings(record: dict[str, Any]) -> dict[str, Any]:
    counted, seeds = record["counted"], len(record["settings"]["seeds"])
    grus, most = ("gru", "bias_gru"), record["settings"]["asked_up_to"][-1]

    def medians(up_to: str) -> dict[str, float]:
        return {name: found[up_to]["median"] for name, found in counted.items()}

    def beyond(up_to: str) -> dict[str, int]:
        return {name: found[up_to]["beyond"] for name, found in counted.items()}

    return {
        "up_to_ten_all_count": finding(
            "Trained up to 10, every network counts to 10 on every seed, and none "
            "beyond 20.",
            all(
                10 <= each <= 20
                for found in counted.values()
                for each in found["10"]["each"]
            ),
            medians=medians("10"),
        ),
        "the_lstm_counts_beyond_training": finding(
            "Trained up to 20, the LSTM counts further on every seed, each GRU on "
            "fewer than a quarter.",
            beyond("20")["lstm"] == seeds
            and all(beyond("20")[name] < seeds / 4 for name in grus),
            seeds_beyond_20=beyond("20"),
            medians=medians("20"),
        ),
        "trained_higher_the_lstm_counts_higher": finding(
            "Trained up to 20 the LSTM's median is more than twice that of training "
            "up to 10.",
            counted["lstm"]["20"]["median"] > 2 * counted["lstm"]["10"]["median"],
            **{f"up_to_{n}": found["median"] for n, found in counted["lstm"].items()},
        ),
        "grus_slip_inside_their_training": finding(
            "Trained up to 20, both GRUs make their first mistake below 10 on most "
            "seeds.",
            all(counted[name]["20"]["median"] < 10 for name in grus),
            medians=medians("20"),
        ),
        "every_counter_has_an_end": finding(
            f"No LSTM counts to {most}, the most that was asked.",
            all(max(found["each"]) < most for found in counted["lstm"].values()),
            furthest={n: max(found["each"]) for n, found in counted["lstm"].items()},
        ),
    }


def plot(record: dict[str, Any]) -> plots.Plot:
    settings, counted = record["settings"], record["counted"]
    fig, (axes,) = plots.figure(4.4)
    rng, said = np.random.default_rng(0), []
    for place, up_to in enumerate(settings["up_to"]):
        for shift, name in enumerate(settings["networks"]):
            one, style = counted[name][str(up_to)], plots.STYLES[name]
            x = place + 0.2 * (shift - 1.5)
            spread = x + rng.uniform(-0.05, 0.05, len(one["each"]))
            label = style["label"] if place == 0 else None
            kind = {key: style[key] for key in ("color", "marker")} | {
                "ls": "",
                "ms": 4,
            }
            heights = [max(number, 1) for number in one["each"]]
            axes.plot(spread, heights, alpha=0.5, label=label, **kind)
            middle = [max(one["median"], 1)] * 2
            axes.plot([x - 0.08, x + 0.08], middle, color=plots.TEXT, lw=2)
            said.append(f"{style['label']}, up to {up_to}: {one['median']:g}")
        axes.plot([place - 0.42, place + 0.42], [up_to] * 2, **plots.THIN)
    ticks = [f"1 to {up_to}" for up_to in settings["up_to"]]
    axes.set_xticks(range(len(ticks)), ticks)
    axes.set(yscale="log", ylim=(0.8, 300))
    axes.set(xlabel="numbers in training", ylabel="counts to")
    axes.set_yticks([1, 10, 100], ["1", "10", "100"])
    plots.legend(fig, axes, 2)
    title = "How far each counts without a mistake, a dot a seed, a bar the median"
    return fig, title, "; ".join(said)


differences = races.differences
