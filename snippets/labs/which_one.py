"""Which one? An RNN, a GRU, no difference, or neither: a table of rules.

The answers to six questions go in. Every rule whose conditions all hold fires; the
first that fires decides, the others are further reasons. A condition on a number is
[least, most], None for no end; a condition on a word is a list of the words that it
allows. LENGTH and LAG are whole numbers of time steps: how long a sequence is, and how
far back an answer may depend on something. Raises ValueError for an answer that the
table does not know. Source: the experiments that the rules name, whose sequences have
the shape (steps, features) and at most 160 steps between cause and answer.
"""

from typing import Any

from snippets.from_scratch.count_parameters import whole_number

# --8<-- [start:state]
LENGTH = 50
LAG = 30
DATA = "some"
DEVICE = "ordinary"
STREAMING = False
BUDGET = "several"
# --8<-- [end:state]

# --8<-- [start:questions]
ANSWERS: dict[str, list[Any]] = {
    "data": ["little", "some", "much"],  # hundreds, thousands, millions of examples
    "device": ["small", "ordinary", "server"],  # small: memory is counted in kilobytes
    "streaming": [False, True],  # an answer at each step of a stream that goes on
    "budget": ["one", "several"],  # one training run, or several starts and rates
}
# --8<-- [end:questions]

# --8<-- [start:rules]
RULES: list[dict[str, Any]] = [
    {
        "name": "much data, a server",
        "when": {"data": ["much"], "device": ["server"], "streaming": [False]},
        "verdict": "neither",
        "because": "Attention reads all steps at once, so training need not go step by "
        "step, and the data and the machine are there.",
        "see": "guide/when-to-use/#when-to-use-neither",
    },
    {
        "name": "little data, short and whole",
        "when": {"data": ["little"], "length": [1, 30], "streaming": [False]},
        "verdict": "neither",
        "because": "On a short real series a linear model was about as good as either "
        "network. Try one first.",
        "see": "evidence/sea-temperature/",
    },
    {
        "name": "further back than we tested",
        "when": {"lag": [161, None], "streaming": [False]},
        "verdict": "neither",
        "because": "No experiment here reaches so far back. Convolution and attention "
        "do not pass a state along: try them first.",
        "see": "guide/when-to-use/#when-to-use-neither",
    },
    {
        "name": "a stream, further back than we tested",
        "when": {"lag": [161, None], "streaming": [True]},
        "verdict": "GRU",
        "because": "Start with the gate open. Up to the longest lag we tried, it "
        "recalled the symbol from every start; beyond that, measure.",
        "see": "evidence/recall/",
    },
    {
        "name": "far back",
        "when": {"lag": [41, 160]},
        "verdict": "GRU",
        "because": "Start with the gate open: then it solved both tasks from every "
        "start. The tanh RNN never added so many numbers, and recalled from "
        "some starts only.",
        "see": "evidence/adding/",
    },
    {
        "name": "some way back",
        "when": {"lag": [21, 40]},
        "verdict": "GRU",
        "because": "Start with the gate open: then it solved both tasks from every "
        "start. Most tanh RNNs failed to add forty numbers; at recall the "
        "RNN was first, and a GRU with its gate half open mostly failed.",
        "see": "evidence/adding/",
    },
    {
        "name": "one run must do",
        "when": {"lag": [11, 160], "budget": ["one"]},
        "verdict": "GRU",
        "because": "Start with the gate open: it failed from no start in any of our "
        "races.",
        "see": "evidence/recall/",
    },
    {
        "name": "a small device, not far back",
        "when": {"lag": [1, 20], "device": ["small"]},
        "verdict": "RNN",
        "because": "It solved both tasks at this length from every start, with a third "
        "of the weights and a cheaper step. If size is all that counts, try "
        "a narrower GRU too.",
        "see": "evidence/step-cost/",
    },
    {
        "name": "a little way back",
        "when": {"lag": [11, 20]},
        "verdict": "GRU",
        "because": "Start with the gate open: then it was first on adding twenty "
        "numbers, and at recall both arrived at once.",
        "see": "evidence/time-to-solution/",
    },
    {
        "name": "close by",
        "when": {"lag": [1, 10]},
        "verdict": "no difference",
        "because": "Both solved both tasks from every start in about the same time, "
        "and on digits read row by row they were close. Take the smaller.",
        "see": "evidence/digits/",
    },
    {
        "name": "a stream",
        "when": {"streaming": [True]},
        "verdict": "no difference",
        "because": "Both hold one small state from step to step; a convolution holds "
        "its window, attention all steps so far.",
        "see": "guide/when-to-use/#when-to-use-neither",
    },
]
# --8<-- [end:rules]


# --8<-- [start:fired]
def holds(wanted: Any, answer: Any) -> bool:
    """Whether one condition of a rule holds for the answer to its question."""
    if isinstance(answer, int) and not isinstance(answer, bool):
        least, most = wanted
        return least <= answer and (most is None or answer <= most)
    return answer in wanted


def compute(**answers: Any) -> dict[str, Any]:
    """The verdict, and the names of the rules that fired, the deciding one first."""
    for name in ("length", "lag"):
        whole_number(name.upper(), answers[name])
    if answers["lag"] > answers["length"]:
        raise ValueError(
            f"LAG: expected at most LENGTH, {answers['length']}, got {answers['lag']}"
        )
    for name, allowed in ANSWERS.items():
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
    # --8<-- [end:fired]


# --8<-- [start:main]
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
        print(f"   {rule['because']} See {rule['see']}")
    # --8<-- [end:main]
    return result | {"rules": RULES}


if __name__ == "__main__":
    main()
