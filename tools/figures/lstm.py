"""The LSTM: its cell, what it couples and what not, and how far it counts."""

from typing import Any

import numpy as np

from snippets.from_scratch.gru_cell import gru_sequence
from snippets.from_scratch.lstm_cell import counter, lstm_sequence
from tools.figures.kit import (
    FAINT,
    GREY,
    GRU,
    RNN,
    TEXT,
    box,
    canvas,
    chart,
    frame,
    record,
    say,
    sign,
    wire,
)
from tools.plots import Plot

# As the cells in cells.py: a test follows the wires and computes the next states.
LSTM_CELL: dict[str, Any] = {
    "places": {
        "c": (16, 46, "cₜ₋₁", "end"),
        "keep": (70, 46, "×", "sign"),
        "add": (192, 46, "+", "sign"),
        "new_c": (344, 46, "cₜ", "end"),
        "write": (192, 150, "×", "sign"),
        "tanh": (256, 104, "tanh", "box"),
        "out": (316, 150, "×", "sign"),
        "new_h": (344, 204, "hₜ", "end"),
        "f": (70, 240, "f", "box"),
        "i": (152, 240, "i", "box"),
        "draft": (234, 240, "draft", "box"),
        "o": (316, 240, "o", "box"),
        "h": (16, 304, "hₜ₋₁", "end"),
        "x": (16, 340, "xₜ", "end"),
    },
    # (from, to, kind, corners on the way)
    "wires": [
        ("c", "keep", "state", ()),
        ("keep", "add", "state", ()),
        ("add", "new_c", "state", ()),
        ("f", "keep", "gate", ()),
        ("i", "write", "gate", ((152, 150),)),
        ("draft", "write", "state", ((234, 150),)),
        ("write", "add", "state", ()),
        ("add", "tanh", "state", ((256, 46),)),
        ("tanh", "out", "state", ((316, 104),)),
        ("o", "out", "gate", ()),
        ("out", "new_h", "state", ((344, 150),)),
        *(("h", to, "state", ((x - 10, 304),)) for to, x in
          (("f", 70), ("i", 152), ("draft", 234), ("o", 316))),
        *(("x", to, "input", ((x + 10, 340),)) for to, x in
          (("f", 70), ("i", 152), ("draft", 234), ("o", 316))),
    ],
}  # fmt: skip
HALF = {"box": (30, 16), "sign": (12, 12), "end": (16, 12)}


def _edge(name: str, towards: tuple[float, float]) -> tuple[float, float]:
    """Where a wire that comes straight from towards touches a place."""
    x, y, _, kind = LSTM_CELL["places"][name]
    half, tall = HALF[kind]
    across, down = towards[0] - x, towards[1] - y
    if abs(across) < half:
        return towards[0], y + np.sign(down) * tall
    return x + np.sign(across) * half, y


def lstm_cell() -> Plot:
    fig, axes = canvas(362)
    for start, end, kind, corners in LSTM_CELL["wires"]:
        path = [LSTM_CELL["places"][start][:2], *corners, LSTM_CELL["places"][end][:2]]
        path[0], path[-1] = _edge(start, path[1]), _edge(end, path[-2])
        dash, colour = (
            ("--" if kind == "input" else "-"),
            (TEXT if kind == "state" else GREY),
        )
        wire(axes, path, color=colour, ls=dash, lw=2 if kind == "state" else 1.6)
    for x, y, words, kind in LSTM_CELL["places"].values():
        if kind == "box":
            box(axes, x, y, words, width=60, height=32)
        elif kind == "sign":
            sign(axes, x, y, words)
        else:
            say(axes, x, y, words, style="italic", fontsize=15)
    say(axes, 128, 22, "the cell's rail: keep, then add", fontsize=12)
    for x, words in ((46, "forget"), (126, "input"), (290, "output")):
        say(axes, x, 206, words, fontsize=12)
    return (
        fig,
        "The LSTM cell",
        "Along the top a rail carries the cell state: a multiplication by the forget gate "
        "f keeps a part, an addition joins the draft times the input gate i. From the "
        "rail the new cell state goes down through tanh and a multiplication by the "
        "output gate o to the new hidden state. All three gates and the draft see the old "
        "hidden state and the input",
    )


def one_gate_or_two() -> Plot:
    fig, axes = canvas(206)
    say(axes, 8, 18, "GRU: one gate", at="left", color=GRU, fontweight="bold")
    for row, z in enumerate((0.9, 0.3)):
        y = 34 + 34 * row
        frame(axes, 8, y, 344 * z, 26, GRU)
        frame(axes, 8 + 344 * z, y, 344 * (1 - z), 26, FAINT)
        say(axes, 8 + 172 * z, y + 13, f"keeps {z:.1f}", fontsize=12)
        say(axes, 8 + 344 * z + 172 * (1 - z), y + 13,
            f"{1 - z:.1f}" if z > 0.5 else f"writes {1 - z:.1f}", fontsize=12)  # fmt: skip
    say(axes, 8, 122, "LSTM: two", at="left", fontweight="bold")
    for row, (words, share) in enumerate((("keeps 1.0", 1.0), ("writes 1.0", 1.0))):
        y = 138 + 32 * row
        frame(axes, 8, y, 344 * share, 26, GREY)
        say(axes, 180, y + 13, words, fontsize=12)
    return (
        fig,
        "One gate, or two",
        "Two bars for the GRU, each split in two: keep 0.9 and write 0.1, or keep 0.3 and "
        "write 0.7, always 1 together. Two bars for the LSTM, both whole: it may keep all "
        "and write all in the same step",
    )


def a_counter() -> Plot:
    inputs = np.eye(2)[[0] * 30 + [1] * 29][None]
    hidden, cell = (values[0, :, 0] for values in lstm_sequence(inputs, *counter()))
    fig, (above, below) = chart(290, nrows=2, sharex=True)
    steps = np.arange(1, len(cell) + 1)
    above.plot(steps, cell, color=GREY)
    below.plot(steps, hidden, color=GREY, ls="--")
    above.set(ylabel="cell", ylim=(0, 36))
    below.set(ylabel="hidden", xlabel="30 a's, then 29 b's", ylim=(0, 1.2))
    above.annotate(f"{cell.max():.0f}", (30, cell.max()), (0, 4), ha="center",
                   textcoords="offset points")  # fmt: skip
    return (
        fig,
        "A cell that counts",
        f"The cell state of one LSTM unit with weights set by hand: it climbs by one with "
        f"each a, to {cell.max():.0f}, and falls by one with each b, to {cell[-1]:.0f}. The "
        f"hidden state stays near 1 all along, and ends at {hidden[-1]:.2f}",
    )


def counting_inside() -> Plot:
    """The state of two trained networks that count; the unit that follows best."""
    kept = record("longer")["kept"]
    inputs = np.eye(2)[[0] * 20 + [1] * 20][None]
    number = np.concatenate([np.arange(1, 21), np.arange(19, -1, -1)])

    def weights(name: str, blocks: int) -> list[np.ndarray]:
        shapes: list[Any] = [(2, blocks * 16), (16, blocks * 16)]
        shapes.append((2, 48) if name == "gru" else (blocks * 16,))
        return [
            np.reshape(w, s) for w, s in zip(kept[name]["weights"], shapes, strict=True)
        ]

    cell = lstm_sequence(inputs, *weights("lstm", 4))[1][0]
    gru = gru_sequence(inputs, *weights("gru", 3))[0]
    fig, panels = chart(300, nrows=2, sharex=True)
    said = []
    for axes, name, states, colour in (
        (panels[0], "LSTM, cell", cell, GREY),
        (panels[1], "GRU, state", gru, GRU),
    ):
        follows = [abs(np.corrcoef(unit, number)[0, 1]) for unit in states.T]
        best = states[:, int(np.argmax(follows))]
        axes.axvline(20.5, color=FAINT, lw=1.5)
        axes.axvspan(9.5, 30.5, color=FAINT, alpha=0.5, lw=0)
        axes.plot(np.arange(1, 41), best, color=colour)
        axes.set_ylabel(name)
        said.append(f"{name}: from {best.min():.1f} to {best.max():.1f}")
    panels[1].set_xlabel("20 a's, then 20 b's")
    return (
        fig,
        "The unit that counts",
        "Of a trained LSTM and a trained GRU the unit that follows the count best, while "
        "twenty a's and twenty b's are read; both learned up to nine. "
        + "; ".join(said),
    )


def what_an_lstm_costs() -> Plot:
    found = record("step_cost")
    fig, axes = chart(230)
    widths = found["settings"]["widths"]
    said = []
    for key, name, style in (
        ("lstm_over_rnn", "LSTM", {"color": GREY, "marker": "X", "ls": "-."}),
        ("gru_over_rnn", "GRU", {"color": GRU, "marker": "D"}),
    ):
        middle = [found["by_width"]["training"][str(w)][key][1] for w in widths]
        axes.plot(range(len(widths)), middle, label=name, **style)
        said.append(f"{name}: {', '.join(f'{m:.1f}' for m in middle)}")
    axes.axhline(1, color=RNN, lw=1.5, ls=":")
    axes.annotate("an RNN's step", (5, 1), (0, 5), textcoords="offset points", ha="right",
                  color=RNN)  # fmt: skip
    axes.set_xticks(range(len(widths)), [str(w) for w in widths])
    axes.set(xlabel="units", ylabel="times as long", ylim=(0, 5.4))
    axes.legend(loc="upper left", ncols=2)
    return (
        fig,
        "A training step, over an RNN's",
        f"In Keras, at {', '.join(map(str, widths))} units: {'; '.join(said)}",
    )
