"""Sentences that put a record into words: the words are there, and the record agrees.

Numbers on pages are taken from records, so they cannot be stale. A sentence such as
'the GRU wins the first race' can. Each stands here with the condition it rests on.
"""

from statistics import median

import pytest

from extensions.records import records
from tests.pages.source import DOCS

R = records()
COUNTS, GRADIENT = R["count_parameters"], R["gradient_through_time"]
RACES, TRAINING = R["two_races"], R["first_training"]
BUDGET = RACES["budget"]


def steps(key):
    return median(BUDGET * 10 if r is None else r for r in RACES[key])


def always_before(first, second):
    worst = max(BUDGET * 10 if r is None else r for r in RACES[first])
    return worst < min(BUDGET * 10 if r is None else r for r in RACES[second])


GRU_WINS_ADDING = always_before("adding_gru", "adding_rnn")
RNN_WINS_RECALL = always_before("recall_rnn", "recall_gru")
THREE_TIMES = COUNTS["products_ratio"] == 3
CLOSE = abs(TRAINING["rnn_error"] - TRAINING["gru_error"]) < 0.03
BOTH_BEAT_NAIVE = (
    max(TRAINING["rnn_error"], TRAINING["gru_error"]) < TRAINING["naive_error"] / 2
)
A_THIRD = 0.3 < TRAINING["rnn_parameters"] / TRAINING["gru_parameters"] < 0.37
RNN_NEVER = all(r is None for r in RACES["adding_rnn"])
LESS_THAN_RNN = GRADIENT["gru_bias_0_left"] < GRADIENT["rnn_left"]
OPEN_KEEPS_MORE = GRADIENT["gru_bias_4_left"] > 100 * GRADIENT["rnn_left"]

CLAIMS = [
    ("index.md", "A step costs three times the multiplications", THREE_TIMES),
    (
        "index.md",
        "The GRU wins the first race, the RNN the second",
        GRU_WINS_ADDING and RNN_WINS_RECALL,
    ),
    (
        "guide/rnn.md",
        "these weights, picked by hand, let go of it",
        R["rnn_cell"]["last_state_1"] < R["rnn_cell"]["state_1"] / 2
        and abs(R["rnn_cell"]["last_state_2"]) < abs(R["rnn_cell"]["state_2"]) / 2,
    ),
    (
        "guide/gru.md",
        "the GRU with Keras's start lets less through than the RNN",
        LESS_THAN_RNN,
    ),
    (
        "guide/gru.md",
        "stays much closer to the old one than to the draft",
        abs(
            R["one_unit_by_hand"]["step_2"]["hidden"]
            - R["one_unit_by_hand"]["step_1"]["hidden"]
        )
        < 0.5
        * abs(
            R["one_unit_by_hand"]["step_2"]["hidden"]
            - R["one_unit_by_hand"]["step_2"]["candidate"]
        ),
    ),
    (
        "guide/comparison.md",
        "As Keras starts it, the GRU has the shorter reach of the two",
        LESS_THAN_RNN,
    ),
    ("guide/comparison.md", "it has by far the longer one", OPEN_KEEPS_MORE),
    (
        "guide/comparison.md",
        "the GRU starts like the second row and solves what the RNN does not",
        GRU_WINS_ADDING and RNN_NEVER,
    ),
    (
        "guide/comparison.md",
        "Already the RNN fails one task within the budget and wins the other",
        RNN_NEVER and RNN_WINS_RECALL,
    ),
    ("guide/comparison.md", "A GRU has three times the weights", THREE_TIMES),
    ("guide/when-to-use.md", "they end close together", CLOSE),
    ("guide/when-to-use.md", "Both beat the naive answer by far", BOTH_BEAT_NAIVE),
    (
        "guide/when-to-use.md",
        "The RNN does it with a third of the parameters",
        A_THIRD,
    ),
    (
        "guide/when-to-use.md",
        "On adding two numbers in",
        GRU_WINS_ADDING,
    ),
    (
        "guide/when-to-use.md",
        "its gradient fades faster than the RNN's",
        LESS_THAN_RNN,
    ),
    (
        "guide/when-to-use.md",
        "the GRU won one of our two races and lost the other",
        GRU_WINS_ADDING and RNN_WINS_RECALL,
    ),
    (
        "guide/takeaways.md",
        "Keras's GRU loses its gradient faster than the RNN does",
        LESS_THAN_RNN,
    ),
    (
        "guide/takeaways.md",
        "the plain RNN lost one by far and won the other",
        RNN_NEVER and RNN_WINS_RECALL,
    ),
    (
        "articles/backpropagation-through-time.md",
        "it keeps orders of magnitude more than the RNN",
        OPEN_KEEPS_MORE,
    ),
    (
        "articles/backpropagation-through-time.md",
        "The GRU as Keras starts it loses the gradient faster than the RNN",
        LESS_THAN_RNN,
    ),
    (
        "articles/cnn-or-rnn-in-vision.md",
        "the map, its grid of outputs, moves along exactly",
        R["image_as_sequence"]["conv_error"] == 0,
    ),
    ("code/example.md", "That both beat the naive answer by far", BOTH_BEAT_NAIVE),
]


@pytest.mark.parametrize(("page", "words", "holds"), CLAIMS, ids=lambda v: str(v)[:40])
def test_claim_in_words(page, words, holds):
    said = " ".join((DOCS / page).read_text(encoding="utf-8").split())
    assert words in said, f"{page} no longer says this: change or remove the claim"
    assert holds, f"{page} says {words!r}, and the record does not"


def test_the_article_says_what_the_gradients_show():
    """'With bias 4, the first input still counts about as much as the last one.'"""
    from snippets.record import SNIPPETS

    path = SNIPPETS / "from_scratch" / "gru_gradients.out"
    values = [
        abs(float(line.split(":")[1]))
        for line in path.read_text(encoding="utf-8").splitlines()
        if ":" in line
    ]
    closed, opened = values[:4], values[4:]
    assert 0.5 < opened[3] / opened[0] < 2
    assert closed[3] / closed[0] < 0.01
    said = (DOCS / "articles" / "backpropagation-through-time.md").read_text()
    assert "the first input still counts about as much as the last one" in said
