"""What the records of the small programs show: one function a program, by its name.

Each takes the program's record and returns {name: finding(...)}; see tools/findings.py.
"""

from typing import Any

from tools.findings import finding

Record = dict[str, Any]
Findings = dict[str, dict[str, Any]]


def rnn_cell(record: Record) -> Findings:
    first, *_, last = record["states"]
    return {
        "hand_picked_weights_let_go": finding(
            "In four steps the state of both units falls to less than half.",
            all(abs(b) < abs(a) / 2 for a, b in zip(first, last, strict=True)),
            first=first,
            last=last,
        )
    }


def one_unit_by_hand(record: Record) -> Findings:
    old, step = record["step_1"]["hidden"], record["step_2"]
    to_old, to_draft = (abs(step["hidden"] - x) for x in (old, step["candidate"]))
    return {
        "step_2_stays_near_the_old": finding(
            "In step 2 the new state is less than half as far from the old state as "
            "from the candidate.",
            to_old < 0.5 * to_draft,
            from_the_old=round(to_old, 3),
            from_the_candidate=round(to_draft, 3),
        )
    }


def count_parameters(record: Record) -> Findings:
    return {
        "three_times_the_products": finding(
            "A step of the GRU has exactly three times the RNN's multiplications by "
            "weights.",
            record["gru_no_bias"] == 3 * record["rnn_no_bias"],
            gru=record["gru_no_bias"],
            rnn=record["rnn_no_bias"],
        )
    }


def gradient_through_time(record: Record) -> Findings:
    left = {name: value for name, value in record.items() if name.endswith("_left")}
    inputs = ("loud", "quiet")
    return {
        "untrained_gru_loses_faster": finding(
            "With Keras's defaults the untrained GRU loses its gradient faster than "
            "the untrained RNN and keeps less of it, on loud and on quiet inputs.",
            all(
                left[f"{kind}_gru_0_left"] < left[f"{kind}_rnn_left"] for kind in inputs
            ),
            **left,
        ),
        "inputs_decide_for_rnn": finding(
            "The RNN keeps more than a tenth of its gradient on quiet inputs, more "
            "than the GRU with bias 4, and less than a ten-thousandth on loud ones, a "
            "thousandth of what that GRU keeps.",
            left["quiet_rnn_left"] > max(0.1, left["quiet_gru_4_left"])
            and left["loud_rnn_left"] < min(1e-4, left["loud_gru_4_left"] / 1000),
            **left,
        ),
        "gru_hardly_depends_on_inputs": finding(
            "From loud to quiet inputs, what the GRU keeps changes by less than a "
            "factor of ten, at each bias.",
            all(
                0.1 < left[f"loud_gru_{b}_left"] / left[f"quiet_gru_{b}_left"] < 10
                for b in (0, 2, 4)
            ),
            **left,
        ),
    }


def gru_gradients(record: Record) -> Findings:
    first_0, first_4, last_0, last_4 = (
        abs(record[f"bias_{bias}_input_{t}"]) for t in (1, 12) for bias in (0, 4)
    )
    return {
        "bias_4_moves_weight_to_early_inputs": finding(
            "With update-gate bias 4 the first input counts more than with bias 0, the "
            "last one less, and the first from half to twice as much as the last.",
            first_4 > first_0 and last_4 < last_0 and 0.5 < first_4 / last_4 < 2,
            **record,
        )
    }


def image_as_sequence(record: Record) -> Findings:
    return {
        "convolution_moves_along": finding(
            "When the picture moves, the convolution's map moves along exactly.",
            record["conv_error"] == 0,
            error=record["conv_error"],
        )
    }


def first_training(record: Record) -> Findings:
    rnn, gru = record["rnn_parameters"], record["gru_parameters"]
    return {
        "a_third_of_the_parameters": finding(
            "The RNN has about a third of the GRU's parameters.",
            0.3 < rnn / gru < 0.37,
            rnn=rnn,
            gru=gru,
        ),
    }


def start_remembering(record: Record) -> Findings:
    return {
        "default_start_forgets_silence": finding(
            "With bias 0 less than half a percent of the memory is left.",
            record["bias_0"] < 0.005,
            **record,
        )
    }


def bptt_by_hand(record: Record) -> Findings:
    first = next(step for step in record["steps"] if step["t"] == 1)
    return {
        "the_first_step_says_nothing_of_u": finding(
            "Before step 1 the state is 0, so step 1 says nothing about u.",
            first["u"] == 0,
            step_1=first["u"],
        ),
        "one_step_downhill_helps": finding(
            "One step against the gradient brings the loss below a fifth.",
            record["after"] < record["loss"] / 5,
            before=record["loss"],
            after=record["after"],
        ),
    }


def rnn_that_learns(record: Record) -> Findings:
    losses = record["losses"]
    return {
        "forty_lines_learn": finding(
            "In 50 training steps the loss falls below a thirtieth, and in the end all "
            "answers of a batch have the right sign.",
            losses[49] < losses[0] / 30 and record["right"] == 1,
            first=losses[0],
            after_50=losses[49],
            right=record["right"],
        )
    }


def clipping(record: Record) -> Findings:
    turned = {
        name: round(one["turned"], 1)
        for name, one in record.items()
        if name != "before"
    }
    return {
        "only_the_global_norm_keeps_the_direction": finding(
            "Clipped by value and by weight the gradient turns by more than twenty "
            "degrees, by the global norm not at all.",
            turned["by_value"] > 20
            and turned["by_weight"] > 20
            and turned["by_global_norm"] < 0.1,
            **turned,
        )
    }


def checkpointing(record: Record) -> Findings:
    longest = record["1024"]
    return {
        "checkpoints_hold_a_fifteenth": finding(
            "Over 1,024 steps less than a fifteenth of the states is held.",
            longest["few"] * 15 < longest["all"],
            **longest,
        )
    }


def parallel_scan(record: Record) -> Findings:
    return {
        "twelve_levels": finding(
            "4,096 steps take 12 levels.",
            record["levels_4096"] == 12,
            **record,
        )
    }


def newton_gru(record: Record) -> Findings:
    return {
        "newton_needs_few_corrections": finding(
            "With recurrent weights as Keras draws them, twice or three times as "
            "large, fewer than ten corrections solve 1,000 steps in every draw.",
            all(
                record[f"scale_{n}"]["arrived"] == record["draws"]
                and record[f"scale_{n}"]["most"] < 10
                for n in (1, 2, 3)
            ),
            **record,
        ),
        "newton_can_fail": finding(
            "With recurrent weights six times as large Newton's method arrives within "
            "99 corrections in no draw.",
            record["scale_6"]["arrived"] == 0,
            **record["scale_6"],
        ),
    }


def parity(record: Record) -> Findings:
    return {
        "two_units_hold_parity": finding(
            "Over 100,000 steps the parity is off by less than a millionth.",
            record["steps"] == 100_000 and record["error"] < 1e-6,
            **record,
        )
    }


def convolution(record: Record) -> Findings:
    return {
        "the_map_moves_the_maximum_stays": finding(
            "When the image moves, the map moves along; its largest number stays.",
            record["moves"] and len(set(record["highest"])) == 1,
            highest=record["highest"],
        ),
        "strides_see_further": finding(
            "Three layers see only 7 pixels in a row, two more with each, slowly; a "
            "stride of 2 early on, in the first two, makes the view grow fast, to 15.",
            record["field"]["layers_3"] == 7 and record["field"]["strided_3"] == 15,
            **record["field"],
        ),
    }


def wrong_grus(record: Record) -> Findings:
    def seen_by(test: str) -> list[str]:
        return [name for name, one in record.items() if test in one["red"]]

    shapes = seen_by("has_the_right_shape")
    first = seen_by("first_step_from_zero")
    best = seen_by("five_steps_with_biases")
    return {
        "shapes_see_no_wrong_gru": finding(
            "The test of shapes passes for every exhibit.", not shapes, seen=shapes
        ),
        "one_step_sees_less_than_half": finding(
            "One step from zero, without biases, sees less than half of the exhibits.",
            len(first) < len(record) / 2,
            seen=first,
        ),
        "five_steps_with_biases_see_all": finding(
            "Five steps with random biases, against a second implementation, see "
            "every exhibit.",
            len(best) == len(record),
            seen=len(best),
        ),
    }
