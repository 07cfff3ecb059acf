"""Which one? An RNN, a GRU, no difference, or neither: a table of rules.

The answers to six questions go in. Every rule whose conditions all hold fires; the
first that fires decides, the others are further reasons. A condition on a number is
[least, most], None for no end; a condition on a word is a list of the words that it
allows. LENGTH and LAG are whole numbers of time steps: how long a sequence is, and how
far back an answer may depend on something. A rule rests on findings of experiments,
named as in their records, or cites a paper. Source: these experiments, whose sequences
have the shape (steps, features) and at most 80 steps between cause and answer.
"""

from typing import Any

# --8<-- [start:settings]
LENGTH = 50
LAG = 30
DATA = "some"
DEVICE = "ordinary"
STREAMING = False
BUDGET = "several"
# --8<-- [end:settings]

ANSWERS: dict[str, list[Any]] = {
    "data": ["little", "some", "much"],  # hundreds, thousands, millions of examples
    "device": ["small", "ordinary", "server"],  # small: memory is counted in kilobytes
    "streaming": [False, True],  # an answer at each step of a stream that goes on
    "budget": ["one", "several"],  # one training run, or several starts and rates
}

RULES: list[dict[str, Any]] = [
    {
        "name": "much data, a server",
        "when": {"data": ["much"], "device": ["server"], "streaming": [False]},
        "verdict": "neither",
        "because": "Attention reads all steps at once, so training need not go step by "
        "step, and the data and the machine are there.",
        "cites": "vaswani-2017",
    },
    {
        "name": "little data, short and whole",
        "when": {"data": ["little"], "length": [1, 30], "streaming": [False]},
        "verdict": "neither",
        "because": "On a short real series no network beat a formula of fourteen "
        "numbers, beyond chance. Try one first.",
        "rests_on": ["formula_as_good_at_sea"],
    },
    {
        "name": "further back than we tested",
        "when": {"lag": [81, None], "streaming": [False]},
        "verdict": "neither",
        "because": "No experiment here reaches so far back. Convolution and attention "
        "do not pass a state along: try them first.",
        "rests_on": ["lags_up_to_80"],
    },
    {
        "name": "a stream, further back than we tested",
        "when": {"lag": [81, None], "streaming": [True]},
        "verdict": "GRU",
        "because": "Let it start out remembering. Up to the longest lag we tried, it "
        "then recalled the symbol at every learning rate; beyond that, measure.",
        "rests_on": ["remembering_recalls_at_every_rate"],
    },
    {
        "name": "one run must do",
        "when": {"lag": [11, 80], "budget": ["one"]},
        "verdict": "GRU",
        "because": "Let it start out remembering, with bias 2: then it solved adding, "
        "recall and one number to hold at all five learning rates.",
        "rests_on": [
            "remembering_recalls_at_every_rate",
            "bias_2_adds_at_any_rate",
            "remembering_holds_at_every_rate",
        ],
    },
    {
        "name": "far back",
        "when": {"lag": [41, 80]},
        "verdict": "GRU",
        "because": "Let it start out remembering: then it solved both tasks at every "
        "learning rate. No tanh RNN learned to add so many numbers, within 20,000 "
        "training steps at the one rate that was run so long.",
        "rests_on": [
            "bias_2_adds_at_any_rate",
            "remembering_recalls_at_every_rate",
            "rnn_does_not_add_80",
        ],
    },
    {
        "name": "some way back",
        "when": {"lag": [11, 40]},
        "verdict": "GRU",
        "because": "Let it start out remembering: then it solved both tasks at every "
        "learning rate. A tanh RNN recalled as well at its own rate; to add forty "
        "numbers took it thousands of training steps.",
        "rests_on": [
            "bias_2_adds_at_any_rate",
            "remembering_recalls_at_every_rate",
            "rnn_recalls_40_at_its_own_rate",
            "rnn_adds_40_late",
        ],
    },
    {
        "name": "a small device, not far back",
        "when": {"lag": [1, 10], "device": ["small"]},
        "verdict": "RNN",
        "because": "At its own learning rate it solved both tasks at this length on "
        "every seed, with a third of the weights and a step that costs less. If size "
        "is all that counts, try a narrower GRU too.",
        "rests_on": [
            "all_recall_10",
            "rnn_adds_10_later",
            "step_always_costs_more",
            "a_third_of_the_parameters",
        ],
    },
    {
        "name": "close by",
        "when": {"lag": [1, 10]},
        "verdict": "no difference",
        "because": "Each at its own learning rate, both solved both tasks on every "
        "seed, and read digits by rows about as well. The GRU added sooner and at more "
        "rates, the RNN is smaller: take the smaller if it trains.",
        "rests_on": ["all_recall_10", "rnn_adds_10_later", "rows_close"],
    },
    {
        "name": "a stream",
        "when": {"streaming": [True]},
        "verdict": "no difference",
        "because": "Both hold one small state from step to step; a convolution holds "
        "its window, attention all steps so far.",
        "cites": "bai-2018",
    },
]


def holds(wanted: Any, answer: Any) -> bool:
    """Whether one condition of a rule holds for the answer to its question."""
    if isinstance(answer, int) and not isinstance(answer, bool):
        least, most = wanted
        return least <= answer and (most is None or answer <= most)
    return answer in wanted


def compute(**answers: Any) -> dict[str, Any]:
    """The verdict, and the names of the rules that fired, the deciding one first."""
    for name, allowed in {"lag": range(1, answers["length"] + 1), **ANSWERS}.items():
        if answers[name] not in allowed:
            raise ValueError(
                f"{name.upper()}: expected one of {allowed}, got {answers[name]!r}"
            )
    rules = [
        rule
        for rule in RULES
        if all(holds(wanted, answers[name]) for name, wanted in rule["when"].items())
    ]
    return {"verdict": rules[0]["verdict"], "fired": [rule["name"] for rule in rules]}


def main() -> dict[str, Any]:
    result = compute(
        length=LENGTH,
        lag=LAG,
        data=DATA,
        device=DEVICE,
        streaming=STREAMING,
        budget=BUDGET,
    )
    print("Which one?", result["verdict"])
    for number, name in enumerate(result["fired"], start=1):
        rule = next(rule for rule in RULES if rule["name"] == name)
        print(f"{number}. {name} -> {rule['verdict']}")
        print("  ", rule["because"])
        print("   From:", ", ".join(rule.get("rests_on") or [rule["cites"]]))
    return result | {"rules": RULES}


if __name__ == "__main__":
    main()
