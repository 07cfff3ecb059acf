"""What is an RNN?, What is a GRU?: the two cells, wire by wire, and what they keep."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from snippets.from_scratch.first_network import SENTENCE
from tools.figures.kit import (
    FAINT,
    GREY,
    GRU,
    RNN,
    TEXT,
    box,
    canvas,
    chart,
    dumbbells,
    frame,
    record,
    say,
    scale,
    sign,
    squares,
    wire,
)
from tools.plots import Plot

WORDS = SENTENCE.split()

# The cells as lists: places with their words, and the wires between them. The pictures
# are drawn from these, and a test follows the wires and computes the cell's next state.
# kind: state, input, gate; a wire may say which share of a gate it carries.
RNN_CELL: dict[str, Any] = {
    "places": {
        "x": (40, 186, "xₜ", "end"),
        "h": (24, 60, "hₜ₋₁", "end"),
        "U": (98, 60, "× U", "box"),
        "W": (98, 150, "× W", "box"),
        "+": (176, 104, "+", "sign"),
        "b": (176, 176, "bias b", "end"),
        "tanh": (252, 104, "tanh", "box"),
        "new": (334, 104, "hₜ", "end"),
    },
    "wires": [
        ("h", "U", "state"),
        ("x", "W", "input"),
        ("U", "+", "state"),
        ("W", "+", "input"),
        ("b", "+", "input"),
        ("+", "tanh", "state"),
        ("tanh", "new", "state"),
    ],
}
GRU_CELL: dict[str, Any] = {
    "places": {
        "h": (20, 46, "hₜ₋₁", "end"),
        "keep": (184, 46, "×", "sign"),
        "blend": (298, 46, "+", "sign"),
        "new": (344, 46, "hₜ", "end"),
        "z": (120, 124, "update gate z", "box"),
        "rest": (298, 124, "×", "sign"),
        "candidate": (280, 206, "candidate", "box"),
        "see": (184, 206, "×", "sign"),
        "r": (120, 286, "reset gate r", "box"),
        "x": (14, 348, "xₜ", "end"),
    },
    # (from, to, kind, corners on the way, what it carries)
    "wires": [
        ("h", "keep", "state", (), ""),
        ("keep", "blend", "state", (), ""),
        ("blend", "new", "state", (), ""),
        ("h", "z", "state", ((40, 46), (40, 118)), ""),
        ("h", "see", "state", ((40, 46), (40, 206)), ""),
        ("h", "r", "state", ((40, 46), (40, 280)), ""),
        ("x", "z", "input", ((54, 348), (54, 132)), ""),
        ("x", "r", "input", ((54, 348), (54, 294)), ""),
        ("x", "candidate", "input", ((298, 348),), ""),
        ("z", "keep", "gate", ((184, 124),), "z"),
        ("z", "rest", "gate", (), "1 − z"),
        ("r", "see", "gate", ((184, 286),), "r"),
        ("see", "candidate", "state", (), ""),
        ("candidate", "rest", "state", ((298, 206),), ""),
        ("rest", "blend", "state", (), ""),
    ],
}
# Which places and which wires, by their ends, belong to each line of the equations.
STAGES = {
    "gru_update": ({"h", "x", "z"}, {("h", "z"), ("x", "z")}),
    "gru_reset": ({"h", "x", "r"}, {("h", "r"), ("x", "r")}),
    "gru_candidate": (
        {"h", "x", "r", "see", "candidate"},
        {("h", "see"), ("r", "see"), ("see", "candidate"), ("x", "candidate")},
    ),
    "gru_blend": (
        {"h", "z", "keep", "candidate", "rest", "blend", "new"},
        {
            ("h", "keep"),
            ("z", "keep"),
            ("z", "rest"),
            ("candidate", "rest"),
            ("keep", "blend"),
            ("rest", "blend"),
            ("blend", "new"),
        },
    ),
}
COLOURS = {"state": TEXT, "input": GREY, "gate": GRU}
HALF = {"box": (58, 17), "sign": (12, 12), "end": (16, 12)}


def _edge(cell: dict[str, Any], name: str, towards: tuple[float, float]) -> Any:
    """Where a wire to or from a place touches it, coming straight from towards."""
    x, y, words, kind = cell["places"][name]
    half, tall = HALF[kind]
    half = 36 if kind == "box" and len(words) < 6 else half
    dx, dy = towards[0] - x, towards[1] - y
    if abs(dy) <= tall and kind != "sign":
        return x + np.sign(dx) * half, towards[1]
    if abs(dx) <= half and abs(dx) < abs(dy):
        return towards[0], y + np.sign(dy) * tall
    return (x + np.sign(dx) * half, y) if abs(dx) > abs(dy) else (x, y + np.sign(dy) * tall)  # fmt: skip


def _gru(lit: str | None) -> Any:
    """The GRU's cell; with lit only one line's wires in full colour."""
    fig, axes = canvas(366)
    places, wires = STAGES[lit] if lit else (GRU_CELL["places"], None)
    for start, end, kind, corners, carries in GRU_CELL["wires"]:
        on = wires is None or (start, end) in wires
        path = [GRU_CELL["places"][start][:2], *corners, GRU_CELL["places"][end][:2]]
        path[0] = _edge(GRU_CELL, start, path[1])
        path[-1] = _edge(GRU_CELL, end, path[-2])
        colour = COLOURS[kind] if on else FAINT
        dash = "--" if kind == "input" else "-"
        lw, zorder = (2.2, 2) if on else (1.6, 1)
        wire(axes, path, color=colour, ls=dash, lw=lw, zorder=zorder)
        if carries and on:
            x, y = np.mean([path[-1], path[-2]], axis=0)
            dx, dy = {"1 − z": (0, -12), "z": (14, 4), "r": (12, 0)}[carries]
            say(axes, x + dx, y + dy, carries, color=GRU)
    for name, (x, y, words, kind) in GRU_CELL["places"].items():
        on = name in places
        ink = TEXT if on else GREY
        if kind == "box":
            colour = GRU if on else FAINT
            box(axes, x, y, words, width=116, height=34, colour=colour, color=ink)
        elif kind == "sign":
            sign(axes, x, y, words if on else "", TEXT if on else FAINT)
        else:
            say(axes, x, y, words, color=ink, style="italic", fontsize=15)
    return fig, axes


def gru_cell() -> Plot:
    fig, axes = _gru(None)
    say(axes, 240, 24, "the straight road", fontsize=12)
    return (
        fig,
        "The GRU cell",
        "A rail along the top carries the old hidden state from left to right. On it, a "
        "multiplication by the update gate z keeps a part of the old state, and an "
        "addition joins the rest of the new one. Below, the candidate is multiplied by 1 "
        "minus z before it goes up to the addition. The reset gate r multiplies what the "
        "candidate gets to see of the old state. The input goes to both gates and to the "
        "candidate, and so does the old state",
    )


def gru_update() -> Plot:
    return (
        _gru("gru_update")[0],
        "First: the update gate",
        "The GRU cell with all but two wires faint: the old state and the input lead "
        "into the update gate z",
    )


def gru_reset() -> Plot:
    return (
        _gru("gru_reset")[0],
        "Second: the reset gate",
        "The GRU cell with all but two wires faint: the old state and the input lead "
        "into the reset gate r",
    )


def gru_candidate() -> Plot:
    return (
        _gru("gru_candidate")[0],
        "Third: the candidate",
        "The GRU cell, lit: the old state is multiplied by the reset gate r and goes "
        "into the candidate, and so does the input",
    )


def gru_blend() -> Plot:
    return (
        _gru("gru_blend")[0],
        "Fourth: the blend",
        "The GRU cell, lit: along the top the old state times z, from below the "
        "candidate times 1 minus z; they are added, and the sum is the new state",
    )


def rnn_cell() -> Plot:
    fig, axes = canvas(210)
    for start, end, kind in RNN_CELL["wires"]:
        ends = [RNN_CELL["places"][name][:2] for name in (start, end)]
        straight = ends[0][0] == ends[1][0] or ends[0][1] == ends[1][1]
        path = ends if straight else [ends[0], (ends[1][0], ends[0][1]), ends[1]]
        if start == "x":
            path = [ends[0], (ends[0][0], ends[1][1]), ends[1]]
        path[0] = _edge(RNN_CELL, start, path[1])
        path[-1] = _edge(RNN_CELL, end, path[-2])
        dash = "--" if kind == "input" else "-"
        wire(axes, path, color=COLOURS[kind], ls=dash)
    for x, y, words, kind in RNN_CELL["places"].values():
        if kind == "box":
            box(axes, x, y, words, width=72, height=34, colour=RNN)
        elif kind == "sign":
            sign(axes, x, y, words)
        elif words.startswith("bias"):
            say(axes, x, y, words)
        else:
            say(axes, x, y, words, style="italic", fontsize=15)
    for x, y, words in (
        (60, 22, "old hidden state"),
        (316, 72, "new hidden\nstate"),
        (98, 192, "input"),
    ):
        say(axes, x, y, words, fontsize=12)
    return (
        fig,
        "The RNN cell",
        "The old hidden state goes through a box, times U, the input through another, "
        "times W. Both and the bias meet in an addition; the sum goes through tanh and "
        "is the new hidden state",
    )


def _table(
    axes: Axes, left: float, top: float, values: Any, size: float, **how: Any
) -> None:
    squares(axes, left, top, values, width=size, height=20, gap=1, **how)


def _words(axes: Axes, top: float, words: list[str] = WORDS) -> None:
    for row, word in enumerate(words):
        say(axes, 62, top + 20 * row + 10, word, at="right")


def two_readers() -> Plot:
    """Home: the trained RNN and GRU read the sentence."""
    found = record("which_verb")["read"]
    fig, axes = canvas(262)
    _words(axes, 34)
    for left, network, name, colour in (
        (70, "rnn", "RNN", RNN),
        (218, "bias_gru", "GRU", GRU),
    ):
        _table(axes, left, 34, found[network]["trained"]["states"], 8)
        say(axes, left + 64, 16, name, color=colour, fontweight="bold", fontsize=15)
    for left in (70, 218):
        axes.plot([left, left + 128], [224, 224], color=TEXT, lw=0.8)
    for left, network in ((134, "rnn"), (282, "bias_gru")):
        are = found[network]["trained"]["are"][-1]
        say(axes, left, 240, f"are: {are:.3f}", fontweight="bold")
    first = [
        float(np.abs(found[network]["trained"]["states"][1]).mean())
        for network in ("rnn", "bias_gru")
    ]
    return (
        fig,
        "An RNN and a GRU read a sentence",
        "The words of the sentence from top to bottom; beside each the sixteen numbers "
        "of the memory as colours, left of an RNN, right of a GRU. Both take "
        f"colour at keys, the RNN sooner, {first[0]:.2f} of 1 on average, the GRU "
        f"{first[1]:.2f}; both deepen with the next words. Both answer are",
    )


def _reading(network: str, name: str, colour: str) -> Plot:
    found = record("which_verb")["read"][network]
    fig, axes = canvas(256)
    _words(axes, 34)
    _table(axes, 70, 34, found["trained"]["states"], 13)
    say(axes, 174, 16, f"16 units of the {name}", color=colour, fontweight="bold")
    say(axes, 322, 16, "are")
    for row, are in enumerate(found["trained"]["are"]):
        say(axes, 322, 44 + 20 * row, f"{are:.3f}")
    scale(axes, 126, 232)
    return (
        fig,
        f"A trained {name} reads the sentence",
        "The words of the sentence from top to bottom; beside each the sixteen numbers "
        "of the hidden state as colours, and the probability of are: "
        + ", ".join(f"{are:.3f}" for are in found["trained"]["are"]),
    )


def reading_rnn() -> Plot:
    return _reading("rnn", "RNN", RNN)


def reading_gru() -> Plot:
    return _reading("gru", "GRU", GRU)


def reading_gate() -> Plot:
    found = record("which_verb")["gates"]
    fig, axes = canvas(278)
    _words(axes, 34)
    said = []
    for left, rate in ((70, "0.003"), (218, "0.1")):
        gates = found[rate]["read"]["update_gate"]
        _table(axes, left, 34, gates, 8, colour=GRU)
        say(axes, left + 64, 16, f"rate {rate}", color=GRU, fontweight="bold")
        for y, words in (
            (228, f"mean {found[rate]['mean']:.2f}"),
            (246, f"without: {100 * found[rate]['without']:.0f} %"),
        ):
            say(axes, left + 64, y, words)
        said.append(
            f"trained at {rate} its mean over many sentences is {found[rate]['mean']:.2f}, "
            f"and with the gate held at 0 {100 * found[rate]['without']:.0f} % are right"
        )
    scale(axes, 126, 262, colour=GRU)
    return (
        fig,
        "The update gate of two trained GRUs",
        "The words of the sentence from top to bottom; beside each the update gate of "
        f"sixteen units, the darker the more is kept: {'; '.join(said)}",
    )


def row_times_matrix() -> Plot:
    fig, axes = canvas(150)
    for left, width, height, name, colour in (
        (8, 46, 20, "xₜ", GREY),
        (66, 76, 46, "W", RNN),
        (164, 76, 20, "hₜ₋₁", GREY),
        (252, 76, 76, "U", RNN),
    ):
        frame(axes, left, 34, width, height, colour)
        say(axes, left + width / 2, 34 + height / 2, name, style="italic")
    for x, words in ((60, "·"), (153, "+"), (246, "·")):
        say(axes, x, 44, words, fontsize=15)
    say(axes, 340, 44, "+ b")
    for x, words in (
        (31, "1 × d"),
        (104, "d × u"),
        (202, "1 × u"),
        (290, "u × u"),
    ):
        say(axes, x, 20, words, fontsize=12)
    say(axes, 30, 130, "tanh of all:", at="left")
    frame(axes, 120, 120, 76, 20, GREY)
    say(axes, 158, 130, "hₜ", style="italic")
    say(axes, 204, 130, "1 × u, as before", at="left")
    return (
        fig,
        "The shapes of one step",
        "A row of d inputs times a matrix W of d rows and u columns, plus a row of u old "
        "states times a square matrix U, plus u biases. Every term is a row of u "
        "numbers, and so is the new state",
    )


def fading() -> Plot:
    states = np.array(record("rnn_cell")["states"])
    fig, axes = chart(190)
    steps = range(1, len(states) + 1)
    for unit, style in enumerate(({"marker": "o"}, {"marker": "s", "ls": "--"})):
        axes.plot(steps, states[:, unit], color=RNN, label=f"unit {unit + 1}", **style)
    axes.axhline(0, color=TEXT, lw=0.8)
    axes.set(xlabel="time step", ylabel="hidden state", ylim=(-1, 1))
    axes.set_xticks([*steps], [f"{s}\ninput {1 if s == 1 else 0}" for s in steps])
    axes.legend(loc="lower right", ncols=2)
    return (
        fig,
        "A single 1, then silence",
        "The two numbers of the state over the time steps: "
        + "; ".join(
            f"unit {unit + 1}: {', '.join(f'{v:.2f}' for v in states[:, unit])}"
            for unit in range(2)
        ),
    )


def _apart(networks: list[tuple[str, str, dict[str, Any]]], title: str) -> Plot:
    found = record("which_verb")["apart"]
    fig, axes = chart(250)
    said = []
    for network, state, style in networks:
        far = found[network][state][1:]  # from the first noun on
        axes.plot(range(len(far)), far, **style | {"markevery": 4, "ms": 4})
        said.append(f"{style['label']}: {far[0]:.2g} after the noun, {far[-1]:.2g} "
                    f"after {len(far) - 1} more words")  # fmt: skip
    axes.set(yscale="log", xlabel="words read after the first noun")
    axes.set_ylabel("difference of the states")
    axes.legend(loc="lower left")
    return fig, title, "; ".join(said)


def first_noun_rnn() -> Plot:
    return _apart(
        [
            ("rnn", "untrained",
             {"color": GREY, "ls": "--", "marker": "x", "label": "before training"}),
            ("rnn", "trained", {"color": RNN, "marker": "o", "label": "trained"}),
        ],
        "How much of the first noun is left in an RNN",
    )  # fmt: skip


def first_noun_gru() -> Plot:
    return _apart(
        [
            ("rnn", "untrained", {"color": RNN, "marker": "o", "label": "RNN"}),
            ("bias_gru", "untrained",
             {"color": GRU, "ls": "-.", "marker": "v", "label": "GRU, bias 2"}),
            ("gru", "untrained",
             {"color": GRU, "ls": "--", "marker": "s", "label": "GRU"}),
        ],
        "How much of the first noun is left, before any training",
    )  # fmt: skip


def nearest_first() -> Plot:
    seen = record("which_verb")["seen"]["gru"]
    fig, axes = chart(240)
    steps = [one["step"] for one in seen if one["step"] <= 250]
    said = []
    for key, style in (
        ("agree", {"color": GRU, "marker": "o", "label": "nearest noun agrees"}),
        ("disagree",
         {"color": GRU, "ls": "--", "marker": "s", "label": "nearest noun disagrees"}),
    ):  # fmt: skip
        right = [100 * one[key] for one in seen][: len(steps)]
        axes.plot(steps, right, **style)
        said.append(f"{style['label']}: {', '.join(f'{r:.0f}' for r in right)}")
    axes.axhline(50, color=TEXT, lw=0.8, ls=(0, (1, 3)))
    axes.set(xlabel="training steps", ylabel="right, %", ylim=(-3, 105))
    axes.legend(loc="lower right")
    return (
        fig,
        "First the nearest noun, then the first",
        f"The share of right verbs of a GRU every 25 training steps: {'; '.join(said)}",
    )


def tap() -> Plot:
    fig, axes = canvas(196)
    for row, (z, words) in enumerate(
        ((0.9, "keep"), (0.5, "half and half"), (0.1, "take the draft"))
    ):
        y = 46 + 54 * row
        say(axes, 8, y - 18, f"z = {z}: {words}", at="left")
        frame(axes, 8, y - 4, 300 * z, 22, TEXT)
        frame(axes, 8 + 300 * z, y - 4, 300 * (1 - z), 22, GRU)
        axes.plot([8 + 300 * z] * 2, [y - 10, y + 24], color=GRU, lw=3)
        if z > 0.3:
            say(axes, 8 + 150 * z, y + 7, f"{z} old")
        if z < 0.7:
            say(axes, 8 + 300 * (1 + z) / 2, y + 7, f"{1 - z:.1f} draft")
    say(axes, 334, 53, "old\n+ draft", fontsize=12)
    return (
        fig,
        "The gate as a mixing tap",
        "Three bars, each a blend of old state and draft: with z 0.9 nine tenths are old "
        "and one tenth is draft, with z 0.5 half and half, with z 0.1 one tenth is old",
    )


def one_unit_steps() -> Plot:
    steps = record("one_unit_by_hand")
    fig, axes = canvas(60 + 74 * len(steps))
    left, right = 24, 336

    def at(value: float) -> float:
        return left + (value + 1) / 2 * (right - left)

    said, old = [], 0.0
    for row, step in enumerate(steps.values()):
        y = 50 + 74 * row
        z, draft, new = step["update_gate"], step["candidate"], step["hidden"]
        axes.plot([left, right], [y, y], color=FAINT, lw=3)
        axes.plot([at(old), at(draft)], [y, y], color=GRU, lw=1.6)
        axes.plot([at(old)], [y], "o", color=TEXT, ms=8)
        axes.plot([at(draft)], [y], "o", mfc="none", mec=GRU, mew=2, ms=9)
        axes.plot([at(new)], [y], "D", color=GRU, ms=8)
        say(axes, left, y - 22, f"step {row + 1}: z = {z:.2f}", at="left")
        said.append(f"step {row + 1}: old {old:.2f}, draft {draft:.2f}, z {z:.2f}, new "
                    f"{new:.2f}")  # fmt: skip
        old = new
    y = 62 + 74 * (len(steps) - 1)
    for value in (-1, 0, 1):
        say(axes, at(value), y + 12, f"{value}".replace("-", "−"))
    y += 34
    for x, marker, words in (
        (60, "o", "old"),
        (140, "ring", "draft"),
        (230, "D", "new"),
    ):
        how = {"mfc": "none", "mec": GRU, "mew": 2} if marker == "ring" else {
            "color": TEXT if marker == "o" else GRU}  # fmt: skip
        axes.plot([x], [y], "o" if marker == "ring" else marker, ms=8, **how)
        say(axes, x + 10, y, words, at="left")
    return (
        fig,
        "Three steps of one unit",
        "On a line from minus 1 to 1, for each step, the old state, the draft and the "
        f"new state between the two: {'; '.join(said)}",
    )


def gradient_left() -> Plot:
    found = record("gradient_through_time")
    rows = [("RNN", "rnn", RNN)] + [
        (f"GRU, bias {bias}", f"gru_{bias}", GRU) for bias in (0, 2, 4)
    ]
    values = [
        (name, colour, found[f"quiet_{key}_left"], found[f"loud_{key}_left"])
        for name, key, colour in rows
    ]
    fig = dumbbells(values, ("quiet inputs", "loud inputs"), found["steps"])
    said = "; ".join(f"{n}: loud {loud:.1g}, quiet {q:.1g}" for n, _, q, loud in values)
    return (
        fig,
        "What is left of the gradient, before training",
        f"On a logarithmic scale, {found['steps']} steps back, for loud and for quiet inputs: {said}",
    )


def long_alone_rnn() -> Plot:
    found = record("which_verb")
    rates = found["settings"]["learning_rates"]
    fig, axes = chart(230)
    said = []
    for training, style in (
        ("mixed", {"marker": "o", "label": "short ones among them"}),
        ("long", {"marker": "s", "ls": "--", "label": "long ones alone"}),
    ):
        by_rate = found[training]["races"]["rnn"]["8"]["by_rate"]
        solved = [by_rate[str(rate)]["solved"] for rate in rates]
        axes.plot(range(len(rates)), solved, color=RNN, **style)
        said.append(f"{style['label']}: {', '.join(map(str, solved))}")
    axes.set_xticks(range(len(rates)), [str(rate) for rate in rates])
    axes.set(xlabel="learning rate", ylabel="seeds of 20", ylim=(-1, 27))
    axes.set_yticks([0, 10, 20])
    axes.legend(loc="upper center", ncols=2, columnspacing=0.8, handlelength=1.4)
    return (
        fig,
        "RNNs that learn which verb",
        f"Seeds of 20 that learn it at {', '.join(map(str, rates))}: {'; '.join(said)}",
    )


def gru_weights() -> Plot:
    fig, axes = canvas(222)
    for top, height, name, shape in (
        (34, 22, "kernel W", "d × 3u"),
        (76, 76, "recurrent kernel U", "u × 3u"),
        (172, 22, "bias b", "2 × 3u"),
    ):
        for block, words in enumerate(("z", "r", "h")):
            frame(axes, 62 + 78 * block, top, 74, height, GRU)
            say(axes, 99 + 78 * block, top + height / 2, words, style="italic")
        say(axes, 54, top + height / 2, name[-1], at="right", style="italic")
        say(axes, 352, top + height / 2, shape, at="right")
    for block, words in enumerate(("update", "reset", "candidate")):
        say(axes, 99 + 78 * block, 16, words, fontsize=12, color=GRU)
    return (
        fig,
        "How Keras lays out the weights of a GRU",
        "Three tables, the kernel W of d rows, the recurrent kernel U of u rows and two rows of biases b. Each has three blocks side by side, u columns wide: for the update gate, the reset gate and the candidate",
    )


def one_length() -> Plot:
    found = record("which_verb")
    phrases = [str(n) for n in found["settings"]["asked_phrases"]]
    fig, axes = chart(250)
    said = []
    for training, network, style in (
        ("mixed", "rnn", {"color": RNN, "marker": "o", "label": "RNN, mixed lengths"}),
        ("long", "gru", {"color": GRU, "marker": "s", "label": "GRU, long ones alone"}),
        ("long", "rnn",
         {"color": RNN, "ls": "--", "marker": "x", "label": "RNN, long ones alone"}),
    ):  # fmt: skip
        right = [
            100 * found[training]["by_phrases"][network][n]["mean"] for n in phrases
        ]
        axes.plot(range(len(phrases)), right, **style)
        said.append(f"{style['label']}: {', '.join(f'{r:.0f}' for r in right)}")
    axes.axhline(50, color=TEXT, lw=0.8, ls=(0, (1, 3)))
    axes.axvline(phrases.index("8"), color=TEXT, lw=0.8, ls=(0, (1, 3)))
    axes.set_xticks(range(len(phrases)), phrases)
    axes.set(xlabel="phrases", ylabel="right, %", ylim=(0, 108))
    axes.legend(loc="lower left")
    return (
        fig,
        "One length, or any",
        f"Percent right with {', '.join(phrases)} phrases: {'; '.join(said)}",
    )


def swings() -> Plot:
    found = record("which_verb")
    right = np.array(found["early"]["rnn"])
    fig, axes = canvas(270)
    squares(axes, 20, 32, right, width=8, height=10, gap=0.6, colour=RNN)
    say(axes, 180, 14, "right if the verb came after so many words")
    for word in (1, 10, 20, 30, 40):
        say(axes, 20 + 8 * (word - 0.5), 246, f"{word}")
    say(axes, 12, 132, "networks", rotation=90)
    say(axes, 180, 262, "words after the first noun", fontsize=12)
    solved = np.mean(right[:, 27:30])
    return (
        fig,
        "RNNs that know one length swing",
        "Twenty rows, each a network, and forty columns, each a word after the first noun; "
        "the stronger the colour, the more sentences would be right if the verb came "
        "after that word. In most rows strong and empty stretches follow each other "
        f"every few words. After 28 to 30 words {solved:.0%} are right, after 22 "
        f"{np.mean(right[:, 21]):.0%}",
    )
