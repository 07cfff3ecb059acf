"""Sentences that put a record into words: the words are there, and the record agrees.

Numbers on pages are taken from records, so they cannot be stale. A sentence such as
'the GRU wins the first race' can. Each stands here with the condition it rests on.
"""

import pytest

from extensions.records import records
from tests.pages.source import DOCS

R = records()
COUNTS, GRADIENT = R["count_parameters"], R["gradient_through_time"]
RACES, TRAINING = R["two_races"], R["first_training"]
BUDGET = RACES["budget"]


def solved(key):
    return all(r is not None for r in RACES[key])


def never(key):
    return all(r is None for r in RACES[key])


def always_before(first, second):
    """Every seed of the first solved, and before any seed of the second."""
    late = [BUDGET + 1 if r is None else r for r in RACES[second]]
    return solved(first) and max(RACES[first]) < min(late)


GRU_WINS_ADDING = always_before("adding_gru", "adding_rnn")
ADDING_RNN_FAILS = never("adding_rnn")
RECALL_GRU_FAILS = never("recall_gru")
RECALL_OPEN_SOON = solved("recall_open_gru") and max(RACES["recall_open_gru"]) <= 300
RECALL_RNN_LATE = solved("recall_rnn") and max(RACES["recall_rnn"]) > 5 * min(
    RACES["recall_rnn"]
)
OPEN_SLOWER_AT_ADDING = always_before("adding_gru", "adding_open_gru")
THREE_TIMES = COUNTS["products_ratio"] == 3
CLOSE = abs(TRAINING["rnn_mean"] - TRAINING["gru_mean"]) < 0.03
BOTH_BEAT_NAIVE = (
    max(TRAINING["rnn_high"], TRAINING["gru_high"]) < TRAINING["naive_error"] / 2
)
A_THIRD = 0.3 < TRAINING["rnn_parameters"] / TRAINING["gru_parameters"] < 0.37
LESS_THAN_RNN = all(
    GRADIENT[f"{kind}_gru_0_left"] < GRADIENT[f"{kind}_rnn_left"]
    for kind in ("loud", "quiet")
)
OPEN_LONGER_WHERE_LOUD = (
    GRADIENT["loud_gru_4_left"] > 1000 * GRADIENT["loud_rnn_left"]
    and GRADIENT["quiet_gru_4_left"] < GRADIENT["quiet_rnn_left"]
)
GRU_INDIFFERENT_TO_INPUTS = all(
    0.1 < GRADIENT[f"loud_gru_{b}_left"] / GRADIENT[f"quiet_gru_{b}_left"] < 10
    for b in (0, 2, 4)
)
BY_HAND = R["one_unit_by_hand"]
NEARER_TO_OLD = abs(
    BY_HAND["step_2"]["hidden"] - BY_HAND["step_1"]["hidden"]
) < 0.5 * abs(BY_HAND["step_2"]["hidden"] - BY_HAND["step_2"]["candidate"])

CLAIMS = [
    (
        "index.md",
        "A step costs three times the multiplications in its matrix products",
        THREE_TIMES,
    ),
    (
        "index.md",
        "The GRU wins the first race. In the second, the GRU as Keras starts it never "
        "gets there, the RNN does, sooner or later, and the GRU with its gate open "
        "does "
        "soon, from every start.",
        GRU_WINS_ADDING and RECALL_GRU_FAILS and RECALL_RNN_LATE and RECALL_OPEN_SOON,
    ),
    (
        "guide/rnn.md",
        "these weights, picked by hand, let go of it",
        R["rnn_cell"]["last_state_1"] < R["rnn_cell"]["state_1"] / 2
        and abs(R["rnn_cell"]["last_state_2"]) < abs(R["rnn_cell"]["state_2"]) / 2,
    ),
    (
        "guide/gru.md",
        "the GRU with Keras's start lets less through than the RNN, in both columns",
        LESS_THAN_RNN,
    ),
    (
        "guide/gru.md",
        "quiet ones leave a good part of the gradient, loud ones push tanh towards",
        GRADIENT["quiet_rnn_left"] > 0.1 and GRADIENT["loud_rnn_left"] < 1e-4,
    ),
    ("guide/gru.md", "The GRU hardly depends on them", GRU_INDIFFERENT_TO_INPUTS),
    (
        "guide/gru.md",
        "stays much closer to the old one than to the draft",
        NEARER_TO_OLD,
    ),
    (
        "guide/comparison.md",
        "As Keras starts it, the GRU has the shorter reach of the two, in both columns",
        LESS_THAN_RNN,
    ),
    (
        "guide/comparison.md",
        "far longer than the RNN's where they are loud, no longer where they are quiet",
        OPEN_LONGER_WHERE_LOUD,
    ),
    (
        "guide/comparison.md",
        "the GRU starts like the second row and solves what the RNN does not within",
        GRU_WINS_ADDING and ADDING_RNN_FAILS,
    ),
    (
        "guide/comparison.md",
        "the RNN never solves the shorter task within the budget and solves the longer "
        "one sooner or later; the GRU as Keras starts it always solves the shorter one "
        "and never the longer one",
        ADDING_RNN_FAILS
        and RECALL_RNN_LATE
        and RECALL_GRU_FAILS
        and solved("adding_gru")
        and RACES["adding_length"] < RACES["recall_length"],
    ),
    ("guide/comparison.md", "A GRU has three times the weights", THREE_TIMES),
    ("guide/when-to-use.md", "they end close together", CLOSE),
    ("guide/when-to-use.md", "Both beat the naive answer by far", BOTH_BEAT_NAIVE),
    ("guide/when-to-use.md", "with a third of the parameters", A_THIRD),
    (
        "guide/when-to-use.md",
        "On ten values of a noisy wave the RNN does as well as the GRU",
        TRAINING["rnn_mean"] < TRAINING["gru_mean"] + 0.005,
    ),
    (
        "guide/when-to-use.md",
        "With its gate open, a GRU solved the race for memory from every start. As "
        "Keras starts it, it never did; the RNN did, sooner or later.",
        RECALL_GRU_FAILS and RECALL_OPEN_SOON and RECALL_RNN_LATE,
    ),
    (
        "guide/when-to-use.md",
        "the GRU as Keras starts it won one of our two races and never finished the",
        GRU_WINS_ADDING and RECALL_GRU_FAILS,
    ),
    (
        "guide/when-to-use.md",
        "it turned failure into success where one symbol had to be kept, and it made "
        "the addition slower",
        RECALL_GRU_FAILS and RECALL_OPEN_SOON and OPEN_SLOWER_AT_ADDING,
    ),
    (
        "guide/when-to-use.md",
        "With Keras's start, bias 0, the memory is gone",
        R["open_gate"]["bias_0"] < 0.005,
    ),
    (
        "guide/takeaways.md",
        "Keras's GRU loses its gradient faster than the RNN does",
        LESS_THAN_RNN,
    ),
    (
        "guide/takeaways.md",
        "the plain RNN never finished the first, the GRU as Keras starts it won the "
        "first and never finished the second, and an open gate helped in the second "
        "and hurt in the first",
        ADDING_RNN_FAILS
        and RECALL_RNN_LATE
        and RECALL_OPEN_SOON
        and GRU_WINS_ADDING
        and RECALL_GRU_FAILS
        and OPEN_SLOWER_AT_ADDING,
    ),
    (
        "articles/backpropagation-through-time.md",
        "the GRU keeps about the same whatever it reads",
        GRU_INDIFFERENT_TO_INPUTS,
    ),
    (
        "articles/backpropagation-through-time.md",
        "The GRU as Keras starts it loses the gradient faster than the RNN",
        LESS_THAN_RNN,
    ),
    (
        "articles/backpropagation-through-time.md",
        "with quiet inputs it keeps even more than the open GRU",
        OPEN_LONGER_WHERE_LOUD,
    ),
    (
        "articles/backpropagation-through-time.md",
        "with bias 4 the early inputs count more, and the last one less",
        R["gru_gradients"]["bias_4_first"] > R["gru_gradients"]["bias_0_first"]
        and R["gru_gradients"]["bias_4_last"] < R["gru_gradients"]["bias_0_last"],
    ),
    (
        "articles/backpropagation-through-time.md",
        "the first input still counts about as much as the last one",
        0.5 < R["gru_gradients"]["bias_4_first_over_last"] < 2,
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


@pytest.mark.keras
def test_only_the_gru_layer_has_a_switch_for_cudnn():
    """'The plain RNN layer has no such switch.'"""
    import inspect

    import keras

    assert "use_cudnn" in inspect.signature(keras.layers.GRU).parameters
    assert "use_cudnn" not in inspect.signature(keras.layers.SimpleRNN).parameters
    said = (DOCS / "guide" / "comparison.md").read_text("utf-8")
    assert "no such switch" in " ".join(said.split())
