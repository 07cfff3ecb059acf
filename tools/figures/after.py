"""After the GRU: scans, Newton's method, parity, and what carries over to longer."""

from typing import Any

import numpy as np

from snippets.from_scratch.bptt_by_hand import INPUTS, WEIGHTS
from snippets.from_scratch.newton_gru import all_steps, loop, scan
from snippets.from_scratch.parity import BIAS, KERNEL, RECURRENT
from tools.figures.kit import (
    FAINT,
    GREY,
    GRU,
    RNN,
    TEXT,
    arrow,
    box,
    canvas,
    frame,
    record,
    say,
    sign,
    squares,
    wire,
)
from tools.plots import STYLES, Plot


def chain_or_tree() -> Plot:
    fig, axes = canvas(286)
    xs = [30 + 43 * step for step in range(8)]
    say(axes, 8, 14, "a chain: one after the other", at="left", fontweight="bold")
    for step, x in enumerate(xs):
        box(axes, x, 44, str(step + 1), width=30, height=28, colour=RNN)
        if step:
            arrow(axes, (xs[step - 1] + 16, 44), (x - 16, 44), RNN)
    say(axes, 8, 92, "a scan: all steps, in three rounds", at="left", fontweight="bold")
    for row in range(4):
        y = 118 + 48 * row
        for x in xs:
            axes.plot([x], [y], "o", color=GRU, ms=8, zorder=3)
        if row < 3:
            apart = 2**row
            for step, x in enumerate(xs):
                arrow(axes, (x, y + 6), (x, y + 42), GREY, lw=1, head="-")
                if step >= apart:
                    arrow(
                        axes,
                        (xs[step - apart], y + 6),
                        (x, y + 42),
                        GRU,
                        lw=1.4,
                        head="-",
                    )
    return (
        fig,
        "A chain or a scan",
        "Above, eight boxes, each joined to the one before. Below, four rows of eight "
        "dots: from row to row each dot is joined to the one above it and to the one "
        "one, two and then four places before that",
    )


def joined_by_hand() -> Plot:
    factors, summands = np.array([0.5, 0.5, 0.8, 0.5]), np.array([1.0, 2.0, 1.0, 0.0])
    fig, axes = canvas(232)
    said = []
    for row, apart in enumerate((1, 2, 0)):
        y = 32 + 82 * row
        say(axes, 8, y, ("steps", "round 1", "round 2")[row], at="left", fontsize=12)
        for step, (a, b) in enumerate(zip(factors, summands, strict=True)):
            x = 96 + 76 * step
            words = f"× {a:g}\n+ {b:g}" if row < 2 else f"h{'₁₂₃₄'[step]}\n{b:g}"
            box(
                axes, x, y, words, width=60, height=42, colour=GRU if row == 2 else GREY
            )
            if apart and step >= apart:
                arrow(axes, (x - 76 * apart, y + 22), (x - 8, y + 60), GRU, lw=1.4)
        said.append(", ".join(f"times {a:g} plus {b:g}"
                              for a, b in zip(factors, summands, strict=True)))  # fmt: skip
        if apart:
            summands[apart:] += factors[apart:] * summands[:-apart]
            factors[apart:] *= factors[:-apart]
    return (
        fig,
        "A scan by hand",
        f"Four steps: {said[0]}. Joined with the one before: {said[1]}. Joined with the "
        f"one two before, the states: {', '.join(f'{b:g}' for b in summands)}",
    )


def min_gru_cell() -> Plot:
    fig, axes = canvas(260)
    rail: dict[str, Any] = {"color": TEXT, "lw": 2}
    wire(axes, [(36, 46), (172, 46)], **rail)
    wire(axes, [(196, 46), (286, 46)], **rail)
    wire(axes, [(310, 46), (330, 46)], **rail)
    say(axes, 18, 46, "hₜ₋₁", style="italic", fontsize=15)
    say(axes, 344, 46, "hₜ", style="italic", fontsize=15)
    sign(axes, 184, 46, "×")
    sign(axes, 298, 46, "+")
    sign(axes, 298, 116, "×")
    box(axes, 140, 116, "update gate z", width=116, height=34, colour=GRU)
    box(axes, 252, 186, "candidate", width=96, height=34, colour=GRU)
    wire(axes, [(184, 99), (184, 58)], color=GRU, lw=2)
    wire(axes, [(198, 116), (286, 116)], color=GRU, lw=2)
    wire(axes, [(298, 169), (298, 128)], **rail)
    wire(axes, [(298, 104), (298, 58)], **rail)
    say(axes, 198, 78, "z", color=GRU)
    say(axes, 242, 102, "1 − z", color=GRU)
    say(axes, 18, 236, "xₜ", style="italic", fontsize=15)
    wire(axes, [(30, 236), (252, 236), (252, 203)], color=GREY, ls="--")
    wire(axes, [(30, 236), (140, 236), (140, 133)], color=GREY, ls="--")
    return (
        fig,
        "The minGRU cell",
        "A rail along the top carries the old state through a multiplication by the "
        "update gate and an addition. The gate and the candidate below it have one wire "
        "each, and it comes from the input; none comes from the old state",
    )


def newton_by_hand() -> Plot:
    w, u, b = (WEIGHTS[name] for name in "wub")
    fig, axes = canvas(176)
    heads = ("h₁", "miss", "off by", "h₂", "miss", "slope", "off by")
    xs = (70, 112, 156, 203, 249, 293, 337)
    for x, words in zip(xs, heads, strict=True):
        say(axes, x, 18, words, fontsize=12, fontweight="bold")
    h1, h2, said = 0.0, 0.0, []
    for row in range(3):
        y = 52 + 36 * row
        after_1, after_2 = (
            np.tanh(w * INPUTS[0] + b),
            np.tanh(w * INPUTS[1] + u * h1 + b),
        )
        slope = u * (1 - after_2**2)
        off_1 = after_1 - h1
        off_2 = after_2 - h2 + slope * off_1
        numbers = (h1, after_1 - h1, off_1, h2, after_2 - h2, slope, off_2)
        for x, value in zip(xs, numbers, strict=True):
            strong = "bold" if x in (70, 203) else "normal"
            told = f"{value + 0.0:.3f}".replace("-", "−")
            say(axes, x, y, told, fontsize=12, fontweight=strong)
        say(axes, 6, y, ("guess", "1", "2")[row], at="left", fontsize=12)
        said.append(f"h₁ {h1:.3f}, h₂ {h2:.3f}")
        h1, h2 = h1 + off_1, h2 + off_2
    say(axes, 180, 160, "off by = miss + slope × what h₁ is off by", fontsize=12)
    return (
        fig,
        "Newton's method on two steps",
        "Two states of a one-unit RNN, how far each misses and what it is off by, after "
        f"the guess and after one and two corrections: {'; '.join(said)}",
    )


def newton_rounds() -> Plot:
    rng = np.random.default_rng(0)
    kernel = rng.uniform(-0.5, 0.5, (4, 48))
    recurrent_kernel = np.linalg.qr(rng.normal(size=(48, 16)))[0].T
    inputs = rng.normal(size=(40, 4))
    truth = loop(inputs, kernel, recurrent_kernel)
    states, off = np.zeros_like(truth), []
    for _ in range(6):
        off.append(np.abs(states - truth).max(axis=1))
        before = np.vstack([np.zeros_like(states[:1]), states[:-1]])
        after, slope = all_steps(inputs @ kernel, before, recurrent_kernel)
        states = states + scan(slope, after - states)
    shade = np.clip((np.log10(np.maximum(off, 1e-13)) + 12) / 12, 0, 1)
    fig, axes = canvas(206)
    for row, values in enumerate(shade):
        y = 34 + 24 * row
        name = "guess" if row == 0 else f"{row}"
        say(axes, 62, y + 10, name, at="right")
        squares(axes, 70, y, values, width=7, height=20, colour=GRU, gap=0.5)
    say(axes, 210, 16, "40 time steps →")
    say(axes, 62, 190, "after", at="right", fontsize=12)
    say(axes, 70, 190, "so many corrections", at="left", fontsize=12)
    return (
        fig,
        "Newton's corrections",
        "A row a correction, a column a time step. The first row, the guess, is dark "
        "throughout; each row is lighter than the one before. The largest distance from "
        "the loop: "
        + ", ".join(
            f"{max(one):.0e}" if max(one) > 1e-12 else "under 1e-12" for one in off
        ),
    )


def parity_states() -> Plot:
    corners = {"even": (-1, -1), "odd": (1, -1), "even again": (1, 1)}
    fig, axes = canvas(262)
    places = {name: (180 + 100 * x, 116 - 84 * y) for name, (x, y) in corners.items()}
    moves = []
    for name, state in corners.items():
        for bit in (0, 1):
            new = np.tanh(bit * KERNEL + np.array(state) @ RECURRENT + BIAS).round()
            to = next(n for n, corner in corners.items() if tuple(new) == corner)
            moves.append(f"{name} with a {bit}: {to}")
            if to != name:
                start, end = places[name], places[to]
                bend = {("even", "odd"): 0.0, ("odd", "even again"): 0.0}.get(
                    (name, to), 0.18
                )
                arrow(
                    axes,
                    start,
                    end,
                    RNN,
                    shrink=38,
                    bend=bend,
                    ls="--" if not bit else "-",
                )
                x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
                off = {"even": (0, 16), "odd": (18, 0), "even again": (-34, -34)}[name]
                if name == "even again" and to == "odd":
                    off = (-32, 0)
                say(axes, x + off[0], y + off[1], str(bit), fontweight="bold")
    for name, (x, y) in places.items():
        odd = name == "odd"
        where = ", ".join(str(value) for value in corners[name]).replace("-", "−")
        box(axes, x, y, f"{'odd' if odd else 'even'}\n{where}", width=66, height=44,
            colour=GRU if odd else GREY, fontsize=13)  # fmt: skip
        if name != "even again":
            say(axes, x, y + 36, "0: stays", fontsize=12)
    return (
        fig,
        "Parity as three corners",
        "Three corners of a square: both units off, even; only unit 1 on, odd; both on, "
        "even again. " + "; ".join(moves),
    )


TASKS = ("adding", "recall", "verbs", "parity", "counting")


def who_learns_what() -> Plot:
    found = record("longer")
    networks = found["settings"]["networks"]
    fig, axes = canvas(60 + 32 * len(networks))
    said = []
    for place, task in enumerate(TASKS):
        say(axes, 128 + 50 * place, 18 + 14 * (place % 2), task, fontsize=12)
    for row, name in enumerate(networks):
        y = 46 + 32 * row
        colour = {"rnn": RNN, "gru": GRU, "bias_gru": GRU}.get(name, GREY)
        say(
            axes,
            98,
            y + 13,
            STYLES[name]["label"],
            at="right",
            color=colour,
            fontsize=12,
        )
        counts = []
        for place, task in enumerate(TASKS):
            solved = found["by_length"][task][name]["20"]["nearly_all"]
            counts.append(f"{task} {solved}")
            x = 105 + 50 * place
            frame(axes, x, y, 46, 26, FAINT)
            frame_height = 26 * solved / 20
            if solved:
                squares(axes, x, y + 26 - frame_height, [[0.3]], width=46,
                        height=frame_height, colour=colour, gap=0)  # fmt: skip
            say(axes, x + 23, y + 13, str(solved), zorder=5)
        said.append(f"{STYLES[name]['label']}: {', '.join(counts)}")
    return (
        fig,
        "Who learns what",
        f"Seeds of twenty nearly always right over twenty steps. {'; '.join(said)}",
    )
