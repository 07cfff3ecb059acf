"""The maths, and backpropagation through time: counting, chains of factors, slopes."""

import numpy as np

from tools.figures.kit import (
    FAINT,
    GREY,
    GRU,
    PAGE,
    RNN,
    TEXT,
    arrow,
    box,
    canvas,
    chart,
    frame,
    record,
    say,
    squares,
)
from tools.plots import Plot


def one_equation_or_four() -> Plot:
    fig, axes = canvas(196)
    say(axes, 62, 16, "RNN", color=RNN, fontweight="bold")
    say(axes, 244, 16, "GRU", color=GRU, fontweight="bold")
    box(axes, 62, 96, "state", width=96, height=40, colour=RNN)
    for place, (words, y) in enumerate(
        (("update gate", 44), ("reset gate", 88), ("candidate", 132))
    ):
        box(axes, 200, y, words, width=112, height=34, colour=GRU)
        arrow(axes, (256, y), (296, 96 + 6 * (place - 1)), shrink=2)
    box(axes, 326, 96, "blend", width=60, height=40, colour=GRU)
    axes.plot([126, 126], [8, 176], color=FAINT, lw=1.5)
    say(axes, 62, 182, "1 weighed sum", fontsize=12)
    say(axes, 244, 182, "3 weighed sums, 1 blend", fontsize=12)
    return (
        fig,
        "One equation, or four",
        "On the left the RNN: one box, the state. On the right the GRU: three boxes, the "
        "update gate, the reset gate and the candidate, which lead into a fourth, the "
        "blend",
    )


def blocks() -> Plot:
    """Areas in proportion: a kernel, a recurrent kernel and a bias a block."""
    counts = record("count_parameters")
    fig, axes = canvas(256)
    rows = (
        ("RNN", 1, "rnn", RNN),
        ("GRU", 3, "gru", GRU),
        ("LSTM", 4, "lstm", GREY),
    )
    for row, (name, many, key, colour) in enumerate(rows):
        y = 14 + 78 * row
        say(axes, 46, y + 30, name, at="right", color=colour, fontweight="bold")
        for block in range(many):
            x = 56 + 60 * block
            frame(axes, x, y, 52, 6, colour)
            frame(axes, x, y + 10, 52, 46, colour)
            say(axes, x + 26, y + 33, "U", style="italic")
        say(axes, 352, y + 30, f"{counts[key]:,}", at="right", fontweight="bold")
    say(axes, 56, 244, "flat: W and the biases", fontsize=12, at="left")
    return (
        fig,
        "Blocks of weights",
        f"At {counts['units']} units and one feature: the RNN has one block, "
        f"{counts['rnn']:,} parameters; the GRU three, {counts['gru']:,}; the LSTM four, "
        f"{counts['lstm']:,}. In each block the square recurrent kernel U is by far the "
        "largest part",
    )


def slope_of_tanh() -> Plot:
    fig, (above, below) = chart(280, nrows=2, sharex=True)
    x = np.linspace(-4, 4, 161)
    above.plot(x, np.tanh(x), color=RNN)
    below.plot(x, 1 - np.tanh(x) ** 2, color=RNN, ls="--")
    for at in (0.0, 2.0):
        slope = 1 - np.tanh(at) ** 2
        ends = np.array([at - 0.9, at + 0.9])
        above.plot(ends, np.tanh(at) + slope * (ends - at), color=TEXT, lw=1.4)
        above.plot([at], [np.tanh(at)], "o", color=RNN)
        below.plot([at], [slope], "o", color=RNN)
        below.annotate(f"{slope:.2f}", (at, slope), (8, 4), textcoords="offset points")
    above.set(ylabel="tanh")
    below.set(ylabel="its slope", xlabel="what goes in", ylim=(0, 1.25))
    return (
        fig,
        "tanh and its slope",
        "Above tanh, below its slope: 1 at the middle, 0.07 where 2 goes in. A large "
        "input leaves next to no slope",
    )


def chain() -> Plot:
    """The gradient walks back; measured, loud inputs, untrained RNN."""
    found = record("gradient_through_time")
    factor = found["loud_rnn_per_step"]
    fig, axes = canvas(180)
    xs = [330, 262, 194, 126, 58]
    for step, x in enumerate(xs):
        left = factor ** (5 * step)
        name = "last" if step == 0 else f"−{5 * step}"
        box(axes, x, 70, name, width=46, height=34, colour=RNN)
        say(axes, x, 116, f"{left:.2f}")
        if step:
            arrow(
                axes, (xs[step - 1] - 24, 70), (x + 24, 70), TEXT,
                lw=0.6 + 3.4 * left, alpha=max(0.25, left),
            )  # fmt: skip
    arrow(axes, (22, 70), (0, 70), TEXT, lw=0.6, alpha=0.25)
    say(axes, 194, 22, "← the gradient walks back, 5 steps an arrow")
    say(axes, 194, 150, f"each step keeps {factor:.2f} of it")
    return (
        fig,
        "The chain rule as arrows that fade",
        f"Boxes for the last step and for 5, 10, 15 and 20 steps before it, joined by "
        f"arrows that lead back and grow thinner. Each step keeps {factor:.2f} of the "
        "gradient, so what is left is "
        + ", ".join(f"{factor ** (5 * step):.2f}" for step in range(5)),
    )


def powers() -> Plot:
    fig, axes = chart(240)
    steps = np.arange(51)
    for factor, style in (
        (1.1, {"ls": "-.", "color": GREY}),
        (1.0, {"ls": "-", "color": TEXT}),
        (0.9, {"ls": "--", "color": RNN}),
    ):
        axes.plot(steps, factor**steps, **style)
        end = factor ** steps[-1]
        axes.annotate(
            f"{factor:g}: {end:.3g}", (50, end), (-4, -12 if factor < 1 else 9),
            textcoords="offset points", ha="right", va="top" if factor < 1 else "bottom",
        )  # fmt: skip
    axes.set(yscale="log", xlabel="multiplied so many times", ylim=(1e-3, 1e3))
    axes.set_yticks([0.01, 1, 100], ["0.01", "1", "100"])
    return (
        fig,
        "Powers of 0.9, 1 and 1.1",
        f"On a logarithmic scale: 0.9 multiplied 50 times with itself is {0.9**50:.3g}, "
        f"1 stays 1, 1.1 becomes {1.1**50:.3g}",
    )


def two_ways_back() -> Plot:
    fig, axes = canvas(190)
    box(axes, 60, 90, "old state", width=84, height=40)
    box(axes, 300, 90, "new state", width=88, height=40)
    arrow(axes, (256, 76), (102, 76), GRU, lw=3.4, bend=0.42)
    arrow(axes, (256, 104), (102, 104), GREY, bend=-0.42, ls="--")
    say(axes, 180, 20, "× z, and no matrix", color=GRU, fontweight="bold")
    say(axes, 180, 158, "through draft and gates:")
    say(axes, 180, 176, "matrices and slopes")
    return (
        fig,
        "Two ways back through a GRU",
        "Two arrows lead from the new state back to the old one. The upper, thick one is "
        "the gradient times z, with no matrix on the way. The lower one goes through the "
        "draft and the gates, with matrices and slopes",
    )


def effects() -> Plot:
    found = record("gru_gradients")
    fig, axes = chart(230)
    said = []
    for bias, style in (
        (0, {"color": GREY, "hatch": "//"}),
        (4, {"color": GRU}),
    ):
        inputs = (1, 5, 9, 12)
        sizes = [abs(found[f"bias_{bias}_input_{at}"]) for at in inputs]
        places = np.arange(4) + (0.2 if bias else -0.2)
        fill = {"fc": PAGE, "ec": style["color"], "hatch": style.get("hatch")}
        if bias:
            fill["fc"] = GRU
        axes.bar(places, sizes, 0.36, label=f"bias {bias}", **fill)
        said.append(f"bias {bias}: {', '.join(f'{one:.2g}' for one in sizes)}")
    axes.set(yscale="log", ylabel="effect on the last state")
    axes.set_xticks(range(4), ["input 1", "5", "9", "12"])
    axes.legend(loc="upper left")
    return (
        fig,
        "What a change of an early input still does",
        f"The size of the effect of inputs 1, 5, 9 and 12 on the last state of a GRU, on "
        f"a logarithmic scale: {'; '.join(said)}",
    )


def hundred_steps() -> Plot:
    found = record("gradient_flow")
    fig, axes = chart(260)
    every = found["settings"]["every"]
    said = []
    for key, style in (
        ("gru_4", {"color": GRU, "ls": ":", "marker": "P", "label": "GRU, bias 4"}),
        ("gru_2", {"color": GRU, "ls": "-.", "marker": "v", "label": "GRU, bias 2"}),
        ("rnn", {"color": RNN, "marker": "o", "label": "RNN"}),
        ("gru_0", {"color": GRU, "ls": "--", "marker": "s", "label": "GRU, bias 0"}),
    ):
        curve = found["keras"][key]["curve"][::2]
        at = np.arange(len(curve)) * 2 * every
        axes.plot(at, curve, ms=4, markevery=2, **style)
        said.append(f"{style['label']}: {found['keras'][key]['left']:.1g}")
    axes.set(yscale="log", xlabel="steps back", ylabel="gradient left")
    axes.legend(loc="lower left")
    return (
        fig,
        "A hundred steps back, before training",
        f"What is left of the gradient on a logarithmic scale, and after "
        f"{found['settings']['steps']} steps: {'; '.join(said)}",
    )


def diagonal() -> Plot:
    """diag(z): what the straight road does to a gradient of six units."""
    fig, axes = canvas(170)
    z = [0.9, 0.5, 0.99, 0.2, 0.7, 0.95]
    squares(axes, 30, 36, np.diag(z), width=18, colour=GRU)
    say(axes, 84, 18, "diag(z)", color=GRU)
    say(axes, 160, 90, "· gradient =")
    for row, one in enumerate(z):
        y = 36 + 18 * row
        frame(axes, 214, y, 120 * one, 15, GRU)
        say(axes, 226, y + 8, f"× {one}", at="left", fontsize=12)
    return (
        fig,
        "The part without a matrix",
        "A square table with six values of z on its diagonal and nothing elsewhere. "
        "Multiplied with a gradient it keeps of each unit's number that unit's z: 0.9, "
        "0.5, 0.99, 0.2, 0.7, 0.95",
    )
