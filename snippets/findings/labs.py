"""What the labs show: one function a lab, by its name, as in programs.py.

Each runs the lab's own program at other settings and returns {name: finding(...)}.
"""

import json
import re
from functools import partial
from itertools import product
from statistics import mean
from typing import Any

from snippets.labs.recall_race import NEAR
from tools.findings import finding
from tools.standalone import LABS, computed, settings

Findings = dict[str, dict[str, Any]]


def gradients() -> Findings:
    first = settings("gradients")

    def walks(seeds: int = 8, **change: Any) -> list[dict[str, Any]]:
        return [computed("gradients", seed=s, **change) for s in range(seeds)]

    def last(cell: str, runs: list[dict[str, Any]]) -> list[float]:
        return [float(f"{run[cell][-1]:.3g}") for run in runs]

    opened, biased, raised = walks(), walks(update_bias=2), walks(update_bias=4)
    quiet, wild = walks(spread=0.1), walks(20, scale=6)
    pytorch = computed("gradients", start="pytorch")
    long = [
        computed("gradients", length=100, update_bias=bias)["gru"][-1]
        for bias in (4, 8)
    ]
    rnn, gru = last("rnn", opened), last("gru", opened)
    gates = [round(run["keep"], 3) for run in opened]
    grown = {cell: [max(run[cell][1:]) for run in wild] for cell in ("rnn", "gru")}
    by_bias = {0: gru, 2: last("gru", biased), 4: last("gru", raised)}
    return {
        "lab_gru_falls_faster": finding(
            "With bias 0 the GRU's gradient falls faster than the RNN's, for each of "
            "eight seeds: it is shorter at the far end.",
            all(b < a for a, b in zip(rnn, gru, strict=True)),
            rnn=rnn,
            gru=gru,
        ),
        "lab_gate_near_half": finding(
            "With bias 0 the mean update gate is within 0.02 of one half.",
            all(abs(gate - 0.5) < 0.02 for gate in gates),
            mean_update_gate=gates,
        ),
        "lab_draft_passes_more": finding(
            "The GRU keeps more than the mean gate alone would leave.",
            all(run["gru"][-1] > run["keep"] ** first["LENGTH"] for run in opened),
            gru=gru,
            mean_update_gate=gates,
        ),
        "lab_bias_raises_gru": finding(
            "The GRU's line rises with the bias: 2 leaves more than a hundred times "
            "what 0 does, 4 more than that and over a fifth of the gradient.",
            all(
                100 * a < b < c and c > 0.2
                for a, b, c in zip(*by_bias.values(), strict=True)
            ),
            gru_by_bias=by_bias,
        ),
        "lab_quiet_inputs_help_rnn": finding(
            "With inputs a tenth as large the RNN keeps more than ten times as much, "
            "the GRU about the same, within a factor of ten.",
            all(q > 10 * a for q, a in zip(last("rnn", quiet), rnn, strict=True))
            and all(
                0.1 < q / a < 10 for q, a in zip(last("gru", quiet), gru, strict=True)
            ),
            rnn=last("rnn", quiet),
            gru=last("gru", quiet),
        ),
        "lab_large_weights_explode": finding(
            "With the recurrent kernel six times as large, the RNN's gradient grows "
            "more than a hundredfold on its way for each of twenty seeds, the GRU's "
            "grows for most.",
            min(grown["rnn"]) > 100
            and sum(most > 1 for most in grown["gru"]) > len(wild) / 2,
            smallest_growth_of_rnn=min(grown["rnn"]),
            seeds_where_gru_grows=sum(most > 1 for most in grown["gru"]),
        ),
        "lab_pytorch_start_turns": finding(
            "Drawn as in PyTorch, with seed 0, the RNN keeps less than the GRU.",
            first["SEED"] == 0 and pytorch["rnn"][-1] < pytorch["gru"][-1],
            rnn=pytorch["rnn"][-1],
            gru=pytorch["gru"][-1],
        ),
        "lab_length_100_needs_more_bias": finding(
            "Over 100 steps it takes a higher bias: 4 leaves less than half of the "
            "gradient, bias 8 more.",
            long[0] < 0.5 < long[1],
            bias_4=long[0],
            bias_8=long[1],
        ),
    }


def recall_race() -> Findings:
    first = settings("recall_race")
    mark = first["MARK"]
    networks = json.loads((LABS / "networks.json").read_text(encoding="utf-8"))
    low, high = networks["gru"]
    solved_at = {
        name: {rate: runs["solved_at"] for rate, runs in by_rate.items()}
        for name, by_rate in networks.items()
    }

    def told(seed: int, rate: str, **change: Any) -> dict[str, Any]:
        four = {name: runs[rate]["weights"][seed] for name, runs in networks.items()}
        return computed("recall_race", networks=four, **change)

    def right(answers: dict[str, Any], value: float) -> list[bool]:
        return [abs(a["answers"][-1] - value) < NEAR for a in answers.values()]

    def solved(name: str, rate: str) -> int:
        return sum(steps is not None for steps in solved_at[name][rate])

    started, learned = told(0, low)["chrono_gru"], told(0, high)["gru"]
    after = {"started": mean(started["z"][mark:]), "learned": mean(learned["z"][mark:])}
    blank = [
        told(seed, low, value=value)["gru"]["answers"][-1]
        for seed in (0, 1, 2)
        for value in (-1, -0.5, 0, 0.5, 1)
    ]
    late = right(told(0, low, mark=20), first["VALUE"])
    shares = {}
    for rate, place in ((low, 3), (low, 20), (high, 20)):
        cases = [
            right(told(0, rate, mark=place, value=value, sequence=sequence), value)
            for sequence in range(10)
            for value in (-0.9, -0.7, -0.3, 0.1, 0.5, 0.9)
        ]
        columns = [round(mean(column), 2) for column in zip(*cases, strict=True)]
        shares[rate, place] = dict(zip(networks, columns, strict=True))
    return {
        "race_rate_turns": finding(
            "Of the five networks of each kind in the lab, at 0.003 all RNNs as large "
            "and two default GRUs had solved the task, at 0.03 no RNN and all default "
            "GRUs; those that started out remembering had at both.",
            [solved(n, low) for n in ("equal_rnn", "gru", "chrono_gru")] == [5, 2, 5]
            and [solved(n, high) for n in ("rnn", "equal_rnn", "gru", "chrono_gru")]
            == [0, 0, 5, 5],
            **solved_at,
        ),
        "race_learned_gate_drops": finding(
            "The default GRU of seed 0 at 0.03 is right at the end; its update gate "
            "falls at the mark and comes back: after it it is higher by more than "
            "0.3, in some unit below 0.3.",
            after["learned"] > learned["z"][mark - 1] + 0.3
            and learned["least"][mark - 1] < 0.3
            and abs(learned["answers"][-1] - first["VALUE"]) < NEAR,
            at_the_mark=round(learned["z"][mark - 1], 3),
            after_it=round(after["learned"], 3),
            least=round(learned["least"][mark - 1], 3),
        ),
        "race_remembering_gate_hardly_moves": finding(
            "The gate of the GRU that started out remembering, seed 0 at 0.003, moves "
            "by less than 0.1, and the network is right at the end.",
            abs(after["started"] - started["z"][mark - 1]) < 0.1
            and abs(started["answers"][-1] - first["VALUE"]) < NEAR,
            at_the_mark=round(started["z"][mark - 1], 3),
            after_it=round(after["started"], 3),
            answer=round(started["answers"][-1], 3),
        ),
        "race_failed_says_zero": finding(
            "The default GRUs of seeds 0, 1 and 2 at 0.003 answer within 0.05 of 0, "
            "whatever the number at the mark.",
            max(map(abs, blank)) < 0.05,
            answers=[round(answer, 3) for answer in blank],
        ),
        "race_late_mark_fails": finding(
            "With the mark at step 20 none of the four of seed 0 at 0.003 is right; "
            "over 60 other cases each is right in fewer than half.",
            not any(late) and max(shares[low, 20].values()) < 0.5,
            right_at_step_3=shares[low, 3],
            right_at_step_20=shares[low, 20],
        ),
        "race_learned_gate_works_late": finding(
            "The default GRU of seed 0 at 0.03 is right in all of 60 cases with the "
            "mark at step 20, where it was in no training; the one that started out "
            "remembering in fewer than half.",
            shares[high, 20]["gru"] == 1 and shares[high, 20]["chrono_gru"] < 0.5,
            right_at_step_20=shares[high, 20],
        ),
    }


def count_the_parameters() -> Findings:
    counted = partial(computed, "count_the_parameters")

    ratios = {
        "no biases": counted(bias=False)["ratio"],
        "one bias each": counted(reset_after=False)["ratio"],
        "two biases each": counted(framework="pytorch")["ratio"],
        "Keras's default": counted()["ratio"],
    }
    cases = [
        counted(units=units, bias=bias, layers=layers)
        for units, bias, layers in product((1, 8, 64), (False, True), (1, 3))
    ]
    gru = counted(units=32)["gru"]["parameters"]
    width = next(
        units
        for units in range(32, 200)
        if counted(units=units)["rnn"]["parameters"] >= gru
    )
    return {
        "three_times_if_biases_match": finding(
            "GRU over RNN is exactly 3 where each block has as many biases, and from 3 "
            "to 3.1 with Keras's defaults.",
            [*ratios.values()][:3] == [3, 3, 3] and 3 < ratios["Keras's default"] < 3.1,
            **ratios,
        ),
        "products_always_three_times": finding(
            "The GRU has exactly three times the RNN's products, with or without "
            "biases, at every size tried.",
            all(c["gru"]["products"] == 3 * c["rnn"]["products"] for c in cases),
            sizes=len(cases),
        ),
        "less_than_three_times_the_units": finding(
            "An RNN as large as a GRU of 32 units needs less than three times as "
            "many, fewer than 96.",
            width < 96,
            units=width,
        ),
    }


def step_the_cell() -> Findings:
    source = (LABS / "cell_weights.mjs").read_text(encoding="utf-8")
    pair = re.search(r"pair: \{.*?weights: (\[.*?\]),\n  \}", source, re.DOTALL)
    if not pair:
        raise ValueError("cell_weights.mjs: expected the weights of the preset 'pair'")
    kernel, *recurrent, bias = json.loads(pair[1])
    two_units = {"kernel": [kernel], "recurrent_kernel": recurrent, "bias": bias}
    two_units["start"] = [0, 0]

    def stepped(steps: list[Any], **change: Any) -> list[dict[str, list[float]]]:
        return computed("step_the_cell", steps=steps, **change)["steps"]

    def apart(r: float | None, **change: Any) -> float:
        """How far the place of the reset moves the second new state."""
        steps = [[1, None, r], [1, None, r]]
        one, other = (
            stepped(steps, **change, reset_after=after)[-1]["hidden"]
            for after in (True, False)
        )
        return max(abs(a - b) for a, b in zip(one, other, strict=True))

    held = [
        s["hidden"] for s in stepped([[1, None, None], [2, 1, None], [-0.3, 1, None]])
    ]
    plain = stepped([[1, None, None], [0.5, 0, 1]])[-1]
    far = {"computed r": apart(None, **two_units), "r pinned": apart(0.5, **two_units)}
    fresh = [stepped([[1, 0, 0]], start=[s])[0]["hidden"] for s in (0.9, 0)]
    return {
        "pinned_at_1_copies": finding(
            "With z pinned at 1 the state is the same to the last digit, whatever the "
            "input.",
            held[0] == held[1] == held[2],
            states=held,
        ),
        "pinned_at_0_is_an_rnn": finding(
            "With z pinned at 0 and r at 1 the new state is that of a tanh RNN.",
            abs(plain["hidden"][0] - plain["rnn"][0]) < 1e-12,
            gru=plain["hidden"],
            rnn=plain["rnn"],
        ),
        "reset_place_matters_from_two_units": finding(
            "With two units the place of the reset moves the new state, unless r is "
            "the same for both; with one unit it never does.",
            far["r pinned"] < 1e-12 < 1e-4 < far["computed r"] and apart(None) < 1e-12,
            two_units=far,
            one_unit=apart(None),
        ),
        "pinned_at_0_forgets": finding(
            "With z and r pinned at 0 the new state does not depend on the old one.",
            fresh[0] == fresh[1],
            states=fresh,
        ),
    }
