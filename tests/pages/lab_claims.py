"""What the labs' pages and rules say about the labs, and the condition for each.

LAB_CLAIMS is part of test_claims.CLAIMS; GROUNDS holds one condition for each rule of
'Which one?', on the records of the experiments that the rule leans on.
"""

import json
import re
from itertools import product
from statistics import mean
from typing import Any

from extensions.labs import MODULES
from extensions.records import records
from snippets.labs import count_the_parameters, gradients, recall_race, step_the_cell
from snippets.standalone import LABS, state

SEEDS = range(8)


def started(stem: str) -> dict[str, Any]:
    values = state(LABS / f"{stem}.py")
    return {name.lower(): value for name, value in values.items()}


# Gradients: the last norms over seeds, by what is changed.
START = started("gradients")


def walks(**change: Any) -> list[dict[str, Any]]:
    return [gradients.compute(**START | change | {"seed": seed}) for seed in SEEDS]


ASIS, HALF_OPEN, OPEN = walks(), walks(update_bias=2), walks(update_bias=4)
QUIET = walks(spread=0.1)
WILD = [gradients.compute(**START | {"scale": 6, "seed": s}) for s in range(20)]
TORCH = gradients.compute(**START | {"start": "pytorch"})
LONG = [gradients.compute(**START | {"length": 100, "update_bias": b}) for b in (4, 8)]


def last(cell: str, ran: list[dict[str, Any]]) -> list[float]:
    return [one[cell][-1] for one in ran]


FASTER = all(one["gru"][-1] < one["rnn"][-1] for one in ASIS)
NEAR_HALF = all(abs(one["keep"] - 0.5) < 0.02 for one in ASIS)
ABOVE_GUIDE = all(one["gru"][-1] > one["keep"] ** START["length"] for one in ASIS)
RISES = all(
    a < b / 100 < c / 100 and c > 0.2
    for a, b, c in zip(
        last("gru", ASIS), last("gru", HALF_OPEN), last("gru", OPEN), strict=True
    )
)
QUIET_HELPS_RNN = all(
    quiet > 10 * loud
    for quiet, loud in zip(last("rnn", QUIET), last("rnn", ASIS), strict=True)
) and all(
    0.1 < quiet / loud < 10
    for quiet, loud in zip(last("gru", QUIET), last("gru", ASIS), strict=True)
)
RNN_EXPLODES = all(max(one["rnn"]) > 100 for one in WILD)
GRU_MOSTLY_GROWS = sum(max(one["gru"][1:]) > 1 for one in WILD) > len(WILD) / 2
TORCH_TURNS = TORCH["rnn"][-1] < TORCH["gru"][-1] and START["seed"] == 0
NEEDS_HIGH = LONG[0]["gru"][-1] < 0.5 < LONG[1]["gru"][-1]

# The race, from each seed.
NETWORKS = json.loads((LABS / "networks.json").read_text(encoding="utf-8"))
RACE = started("recall_race")
del RACE["time"]


def told(seed: int, **change: Any) -> dict[str, Any]:
    four = {name: runs["weights"][seed] for name, runs in NETWORKS.items()}
    return recall_race.compute(**RACE | {"networks": four} | change)


FIRST, MARK = told(0), RACE["mark"]
WRITES = (
    mean(FIRST["gru"]["z"][MARK:]) > FIRST["gru"]["z"][MARK - 1] + 0.2
    and FIRST["gru"]["least"][MARK - 1] < 0.1
    and NETWORKS["gru"]["solved_at"][0] is None
)
OPEN_HARDLY_MOVES = (
    abs(mean(FIRST["open_gru"]["z"][MARK:]) - FIRST["open_gru"]["z"][MARK - 1]) < 0.1
    and abs(FIRST["open_gru"]["answers"][-1] - RACE["value"]) < recall_race.NEAR
)
IDLE = all(
    abs(told(seed, value=value)["gru"]["answers"][-1]) < 0.15
    for seed in (1, 4)
    for value in (-1, -0.5, 0, 0.5, 1)
)
LATE = told(0, mark=20)
NONE_RIGHT_LATE = all(
    abs(one["answers"][-1] - RACE["value"]) >= recall_race.NEAR for one in LATE.values()
)
RIGHT_AT = {
    mark: [
        [
            abs(one["answers"][-1] - value) < recall_race.NEAR
            for one in told(0, mark=mark, value=value, sequence=sequence).values()
        ]
        for sequence in range(10)
        for value in (-0.9, -0.7, -0.3, 0.1, 0.5, 0.9)
    ]
    for mark in (3, 20)
}
SHARES = {
    mark: [mean(column) for column in zip(*rows, strict=True)]
    for mark, rows in RIGHT_AT.items()
}
LUCK_WHERE_LATE = min(SHARES[3]) > 0.85 and 0 < min(SHARES[20]) <= max(SHARES[20]) < 0.5
AT = {name: runs["solved_at"] for name, runs in NETWORKS.items()}
EQUAL_ALWAYS = None not in AT["equal_rnn"] and AT["gru"].count(None) > 2
OPEN_SOONER = all(
    opened < equal
    for opened, equal in zip(AT["open_gru"], AT["equal_rnn"], strict=True)
)

# What 'no difference' rests on.
PAIRS = records()["time_to_solution"]["by_pair"]
ROWS = records()["digits"]["rows"]
GROUNDS_OF_CLOSE = (
    PAIRS["adding"]["gru"]["rnn"]["10"]["first"] == "undecided"
    and PAIRS["recall"]["gru"]["rnn"]["10"]["first"] == "floor"
    and abs(ROWS["rnn"]["mean"] - ROWS["gru"]["mean"]) < 2
)

# Counts.
BASE = started("count_the_parameters")


def ratio(**change: Any) -> float:
    return count_the_parameters.compute(**BASE | change)["ratio"]


THREE_IF_BIASES_MATCH = (
    ratio(bias=False) == ratio(reset_after=False) == ratio(framework="pytorch") == 3
    and 3 < ratio() < 3.1
)
PRODUCTS_THREE = all(
    found["gru"]["products"] == 3 * found["rnn"]["products"]
    for units, bias, layers in product((1, 8, 64), (False, True), (1, 3))
    for found in [
        count_the_parameters.compute(
            **BASE | {"units": units, "bias": bias, "layers": layers}
        )
    ]
)
THIRTY_TWO = count_the_parameters.compute(**BASE | {"units": 32})["gru"]["parameters"]
NARROWER = next(
    units
    for units in range(32, 200)
    if count_the_parameters.compute(**BASE | {"units": units})["rnn"]["parameters"]
    >= THIRTY_TWO
)

# Steps: pinned, swapped, and with the reset at both places.
CELL = started("step_the_cell")
# The two units that the lab offers: kernel, recurrent kernel by rows, bias.
OFFERED = re.search(
    r'pair: \["two units", 2, (\[.*?\])\]',
    (MODULES / "step-the-cell.mjs").read_text(encoding="utf-8"),
)
assert OFFERED, "step-the-cell.mjs: expected the preset 'pair', of two units"
ROWS_OF_PAIR = [json.loads(OFFERED[1])[at : at + 6] for at in (0, 6, 12, 18)]
PAIR = {
    "kernel": ROWS_OF_PAIR[:1],
    "recurrent_kernel": ROWS_OF_PAIR[1:3],
    "bias": ROWS_OF_PAIR[3],
    "start": [0, 0],
}


def stepped(steps: list[Any], **change: Any) -> list[dict[str, list[float]]]:
    return step_the_cell.compute(**CELL | change | {"steps": steps})["steps"]


def apart(r: float | None, **change: Any) -> float:
    """How far the place of the reset moves the second new state."""
    steps = [[1, None, r], [1, None, r]]
    ran = [stepped(steps, **change, reset_after=after)[-1] for after in (True, False)]
    one, other = (np_row["hidden"] for np_row in ran)
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


HELD = stepped([[1, None, None], [2, 1, None], [-0.3, 1, None]])
COPIES = HELD[0]["hidden"] == HELD[1]["hidden"] == HELD[2]["hidden"]
BARE = stepped([[1, None, None], [0.5, 0, 1]])[-1]
PLAIN_RNN = abs(BARE["hidden"][0] - BARE["rnn"][0]) < 1e-12
RESET_PLACE = apart(0.5, **PAIR) < 1e-12 < 1e-4 < apart(None, **PAIR)
ONE_UNIT_NEVER = apart(None) < 1e-12
FORGETS = (
    stepped([[1, 0, 0]], start=[0.9])[0]["hidden"] == stepped([[1, 0, 0]])[0]["hidden"]
)

LAB_CLAIMS = [
    (
        "labs/which-one.md",
        "- **No difference** means that they came out close in accuracy and in the time to a solution.",
        GROUNDS_OF_CLOSE,
    ),
    (
        "labs/gradients.md",
        "An untrained GRU loses it too; a raised bias of its update gate keeps the way open.",
        FASTER and RISES,
    ),
    (
        "labs/gradients.md",
        "As the lab opens, with bias 0, the GRU's gradient falls faster than the RNN's. z is near one half, and the dashed line shows what that alone would leave.",
        FASTER and NEAR_HALF,
    ),
    (
        "labs/gradients.md",
        "Here the GRU keeps more than that, because its draft passes a little on as well.",
        ABOVE_GUIDE,
    ),
    (
        "labs/gradients.md",
        "The GRU's line rises, and at 4 it stays near the top.",
        RISES,
    ),
    (
        "labs/gradients.md",
        "The RNN keeps far more now, and the GRU hardly notices: its gate decides, not its input.",
        QUIET_HELPS_RNN,
    ),
    (
        "labs/gradients.md",
        "From every seed we tried, the RNN's gradient grows more than a hundredfold on its way. From most, the GRU's grows as well: gates do not rule it out.",
        RNN_EXPLODES and GRU_MOSTLY_GROWS,
    ),
    (
        "labs/gradients.md",
        "With seed 0 the RNN keeps less than the GRU now.",
        TORCH_TURNS,
    ),
    ("labs/gradients.md", "For a length of 100 you will need a high one.", NEEDS_HIGH),
    (
        "labs/recall-race.md",
        "It never passed the test in training, and yet it learned to write.",
        WRITES,
    ),
    (
        "labs/recall-race.md",
        "and is right at the end. It lets a little in and loses little.",
        OPEN_HARDLY_MOVES,
    ),
    (
        "labs/recall-race.md",
        "With seed 1, and with seed 4, the GRU as Keras starts it says about 0 whatever the number: it learned nothing.",
        IDLE,
    ),
    (
        "labs/recall-race.md",
        "Reset, and move it to step 20: none of the four is right. With other numbers one or another is, but with seed 0 each of them is wrong more often than right there, and nearly always right where it was trained.",
        NONE_RIGHT_LATE and LUCK_WHERE_LATE,
    ),
    (
        "labs/recall-race.md",
        "Move *Number at the mark* to check; it is right by chance where the number itself is near 0.",
        IDLE,
    ),
    (
        "labs/recall-race.md",
        "It solved this task, the hard form of the experiment, from every seed, the GRU as Keras starts it from few. So on this task, at this length, gates that start half open are no help.",
        EQUAL_ALWAYS,
    ),
    (
        "labs/recall-race.md",
        "Look at the seeds one by one, then at the GRU whose gate started open: it solved the task from every seed as well, and in fewer training steps.",
        OPEN_SOONER,
    ),
    (
        "labs/count-the-parameters.md",
        "A GRU has three blocks where an RNN has one, so it learns three times as many numbers, exactly so when each block has as many biases. Keras's default is not quite three times: its GRU has two biases a block, its RNN one.",
        THREE_IF_BIASES_MATCH,
    ),
    (
        "labs/count-the-parameters.md",
        "They are three times as many in the GRU, with or without biases.",
        PRODUCTS_THREE,
    ),
    (
        "labs/count-the-parameters.md",
        "Less than three times as many units are enough, since the recurrent kernel grows with the square.",
        NARROWER < 96,
    ),
    (
        "labs/step-the-cell.md",
        "Pin a gate and the cell becomes something you already know: with z held at 1 a copy, with z at 0 and r at 1 a plain RNN.",
        COPIES and PLAIN_RNN,
    ),
    (
        "labs/step-the-cell.md",
        "The new state is the old one, to the last digit, whatever input you set and however far you step on: it is multiplied by 1, and 0 times the candidate is added.",
        COPIES,
    ),
    (
        "labs/step-the-cell.md",
        "Let the reset gate act before the product instead of after it: the new state moves. Now pin r at 0.5 and try again. It stays, because r is the same for both units.",
        RESET_PLACE,
    ),
    (
        "labs/step-the-cell.md",
        "With one unit and no second bias it can never matter: multiplying by r first or last is the same.",
        ONE_UNIT_NEVER,
    ),
    (
        "labs/step-the-cell.md",
        "Move *State before step 1* to see that nothing follows.",
        FORGETS,
    ),
]
