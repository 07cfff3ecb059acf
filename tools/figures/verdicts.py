"""Key differences, when to use each: the results of the experiments as pictures."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from snippets.experiments.wave import waves
from tools.figures.kit import (
    FAINT,
    GREY,
    GRU,
    RNN,
    TEXT,
    arrow,
    box,
    canvas,
    chart,
    dumbbells,
    frame,
    record,
    say,
    squares,
)
from tools.plots import Plot

THREE = (
    ("rnn", "RNN", RNN),
    ("gru", "GRU", GRU),
    ("bias_gru", "GRU, bias 2", GRU),
)
FOUR = (*THREE, ("lstm", "LSTM", GREY))


def _grid(
    axes: Axes,
    top: float,
    rows: list[tuple[str, str]],
    columns: list[str],
    values: Any,
    most: float,
    left: float = 112,
) -> None:
    """A table of counts: a cell a number, the fuller the higher."""
    width = (352 - left) / len(columns)
    for place, words in enumerate(columns):
        say(axes, left + width * (place + 0.5), top - 12, words, fontsize=12)
    for row, (name, colour) in enumerate(rows):
        y = top + 30 * row
        say(axes, left - 8, y + 13, name, at="right", color=colour)
        for place, value in enumerate(values[row]):
            x = left + width * place
            frame(axes, x + 1, y, width - 4, 26, FAINT)
            if value:
                axes.add_patch(_fill(x + 1, y, width - 4, 26, value / most, colour))
            if value is not None:
                say(axes, x + width / 2 - 1, y + 13, str(value), zorder=5)
            else:
                say(axes, x + width / 2 - 1, y + 13, "–", zorder=5)


def _fill(
    x: float, y: float, width: float, height: float, share: float, hue: str
) -> Any:
    return Rectangle((x, y + height * (1 - share)), width, height * share, fc=hue,
                     alpha=0.3, ec="none")  # fmt: skip


def _by_rate(races: dict[str, Any], length: str, rates: list[float]) -> Any:
    return [
        [races[name][length]["by_rate"][str(rate)]["solved"] for rate in rates]
        for name, *_ in FOUR
    ]


def recall_by_rate() -> Plot:
    found = record("recall")
    rates = found["settings"]["learning_rates"]
    values = _by_rate(found["races"], "40", rates)
    fig, axes = canvas(198)
    rows = [(name, colour) for _, name, colour in FOUR]
    _grid(axes, 52, rows, [str(rate) for rate in rates], values, 20)
    say(axes, 352, 14, "recall over 40 symbols, by learning rate", at="right")
    say(axes, 232, 186, "seeds that solve it, of 20", fontsize=12)
    return fig, "Who recalls, at which learning rate", _said(rows, rates, values)


def _said(rows: Any, columns: Any, values: Any) -> str:
    return "; ".join(
        f"{name}: "
        + ", ".join(f"{v} at {c}" for c, v in zip(columns, line, strict=True))
        for (name, _), line in zip(rows, values, strict=True)
    ) + ", of 20 seeds"  # fmt: skip


def rates_that_work() -> Plot:
    rows = [*((n, name, c) for n, name, c in THREE), ("lstm", "LSTM", GREY)]
    fig, axes = canvas(330)
    said = []
    for place, task in enumerate(("adding", "recall")):
        found = record(task)
        lengths = [str(n) for n in found["settings"].get("lengths", found["settings"].get("lags"))]  # fmt: skip
        values = [
            [len(found["races"][n][length]["works_at"]) for length in lengths]
            for n, *_ in rows
        ]
        top = 44 + 158 * place
        named = [(name, colour) for _, name, colour in rows]
        _grid(axes, top, named, lengths, values, 5)
        say(axes, 104, top - 12, task.capitalize(), at="right", fontweight="bold")
        said += [
            f"{task}, {name}: "
            + ", ".join(f"{v} over {n}" for n, v in zip(lengths, line, strict=True))
            for (name, _), line in zip(named, values, strict=True)
        ]
    say(axes, 232, 12, "at how many of five learning rates it works", fontsize=12)
    return (
        fig,
        "Length, and how many learning rates work",
        f"Of five learning rates so many work, by the length of the sequence: "
        f"{'; '.join(said)}",
    )


def gradient_before_and_after() -> Plot:
    found = record("gradient_flow")
    rows = [("RNN", "rnn", RNN)] + [
        (f"GRU, bias {bias}", f"gru_{bias}", GRU) for bias in (0, 2, 4)
    ]
    values = [
        (name, colour, found["keras"][key]["left"], found["trained"][key]["left"])
        for name, key, colour in rows
    ]
    fig = dumbbells(values, ("untrained", "trained"), found["settings"]["steps"])
    said = "; ".join(
        f"{n}: {was:.1g} before, {now:.1g} after" for n, _, was, now in values
    )
    return fig, "The gradient before and after training", said


def cost_of_a_step() -> Plot:
    found = record("step_cost")
    fig, axes = chart(250)
    widths = found["settings"]["widths"]
    said = []
    for key, style in (
        ("training", {"color": GRU, "marker": "o", "label": "Keras"}),
        ("pytorch_training",
         {"color": GREY, "marker": "s", "ls": "--", "label": "PyTorch"}),
    ):  # fmt: skip
        all_ = [found["by_width"][key][str(w)]["gru_over_rnn"] for w in widths]
        low, middle, high = np.array(all_).T
        axes.plot(range(len(widths)), middle, **style)
        axes.fill_between(
            range(len(widths)), low, high, color=style["color"], alpha=0.15
        )
        said.append(f"{style['label']}: {', '.join(f'{m:.1f}' for m in middle)}")
    axes.axhline(1, color=RNN, lw=1.5, ls=":")
    axes.annotate("an RNN's step", (5, 1), (0, 5), textcoords="offset points",
                  ha="right", color=RNN)  # fmt: skip
    axes.set_xticks(range(len(widths)), [str(w) for w in widths])
    axes.set(xlabel="units", ylabel="times as long", ylim=(0, 4.4))
    axes.legend(loc="upper left", ncols=2)
    return (
        fig,
        "What a GRU's training step costs",
        f"A GRU's training step over an RNN's of the same width, at "
        f"{', '.join(map(str, widths))} units: {'; '.join(said)}",
    )


def steps_to_solve() -> Plot:
    fig, axes = chart(310)
    place, places, labels, said = 0.0, [], [], []
    for task in ("adding", "recall"):
        races = record(task)["races"]
        for name, label, colour in FOUR:
            found = races[name]["40"]["steps"]
            low, high = found["low"], found["high"] or 20000
            axes.plot([low, high], [place] * 2, color=colour, lw=3, alpha=0.5)
            axes.plot([found["median"]], [place], "o", color=colour, ms=9)
            labels.append(f"    {task}, {label}" if name == "rnn" else f"    {label}")
            said.append(f"{task}, {label}: {found['median']:,.0f}")
            places.append(place)
            place += 1
        place += 0.6
    axes.set_yticks(places, labels)
    axes.set(xscale="log", ylim=(8.1, -0.6), xlim=(60, 30000))
    axes.set_xticks([100, 1000, 10000], ["100", "1,000", "10,000"])
    axes.grid(axis="x")
    axes.set_xlabel("training steps, median of 20 seeds")
    return fig, "Training steps to solve it, over 40 time steps", "; ".join(said)


def rate_order() -> Plot:
    found = record("inside_gate")["hard"]
    rates = found["settings"]["learning_rates"]
    fig, axes = chart(240)
    said = []
    for name, style in (
        ("equal_rnn", {"color": RNN, "marker": "o", "label": "RNN, as large"}),
        ("gru", {"color": GRU, "marker": "s", "ls": "--", "label": "GRU"}),
        ("bias_gru",
         {"color": GRU, "marker": "v", "ls": "-.", "label": "GRU, bias 2"}),
    ):  # fmt: skip
        solved = [
            found["races"][name]["25"]["by_rate"][str(rate)]["solved"] for rate in rates
        ]
        axes.plot(range(len(rates)), solved, **style)
        said.append(f"{style['label']}: {', '.join(map(str, solved))}")
    axes.set_xticks(range(len(rates)), [str(rate) for rate in rates])
    axes.set(xlabel="learning rate", ylabel="seeds of 20", ylim=(-1, 27))
    axes.set_yticks([0, 10, 20])
    axes.legend(loc="upper center", ncols=3, columnspacing=0.8, handlelength=1.2,
                fontsize=12)  # fmt: skip
    return (
        fig,
        "One number to hold: the rate turns the order",
        f"Seeds of 20 that solve it at {', '.join(map(str, rates))}: {'; '.join(said)}",
    )


def wave_example() -> Plot:
    inputs, targets = waves(np.random.default_rng(4), 1)
    fig, axes = chart(220)
    steps = np.arange(1, 11)
    axes.plot(steps, inputs[0, :, 0], color=TEXT, marker="o", label="read")
    axes.plot([11], targets[0], "D", color=GRU, ms=9, label="asked")
    last = inputs[0, -1, 0]
    axes.plot([10, 11], [last, last], color=GREY, ls="--", marker="x", label="lazy")
    axes.set(xlabel="time step", ylabel="value", ylim=(-1.4, 1.9))
    axes.set_xticks([1, 5, 10, 11])
    axes.legend(loc="upper center", ncols=3)
    return (
        fig,
        "A short, noisy wave",
        "Ten noisy values of a sine wave, "
        + ", ".join(f"{v:.1f}" for v in inputs[0, :, 0])
        + f". Asked is the next one, {targets[0, 0]:.1f}; the lazy answer repeats the "
        f"last, {last:.1f}",
    )


def wave_errors() -> Plot:
    found = record("wave")
    fig, axes = chart(220)
    rows = [
        ("last value again", found["others"]["last_value"], None, GREY),
        ("linear formula", found["others"]["linear"], None, GREY),
    ]
    for name, label, colour in THREE[:2]:
        one = found["networks"][name]["error"]
        rows.append((label, one["mean"], one, colour))
    said = []
    for place, (name, value, spread, colour) in enumerate(rows):
        axes.barh(place, value, 0.6, fc=colour, alpha=0.55)
        axes.annotate(f"{value:.3f}", (value, place), (5, 0), va="center",
                      textcoords="offset points")  # fmt: skip
        said.append(f"{name} {value:.3f}")
        if spread:
            axes.plot([spread["low"], spread["high"]], [place] * 2, color=TEXT, lw=2)
    axes.set_yticks(range(len(rows)), [f"    {name}" for name, *_ in rows])
    axes.set(ylim=(len(rows) - 0.4, -0.6), xlim=(0, 0.47), xlabel="mean absolute error")
    axes.grid(axis="x")
    return fig, "The next value of a wave: the error of each answer", "; ".join(said)


def short_not_easy() -> Plot:
    fig, axes = chart(210)
    labels, said = [], []
    for place, (task, name, label, colour) in enumerate(
        (t, n, lab, c) for t in ("recall", "adding") for n, lab, c in THREE[:2]
    ):
        found = record(task)["races"][name]["10"]["steps"]
        axes.plot(
            [found["low"], found["high"]], [place] * 2, color=colour, lw=3, alpha=0.5
        )
        axes.plot([found["median"]], [place], "o", color=colour, ms=9)
        labels.append(f"    {task}, {label}")
        said.append(f"{task}, {label}: {found['median']:,.0f}")
    axes.set_yticks(range(4), labels)
    axes.set(xscale="log", ylim=(3.5, -0.5), xlim=(60, 8000))
    axes.set_xticks([100, 1000], ["100", "1,000"])
    axes.grid(axis="x")
    axes.set_xlabel("training steps, median of 20 seeds")
    return fig, "Ten time steps, an easy task and a hard one", "; ".join(said)


def sizes() -> Plot:
    found = record("count_parameters")
    fig, axes = chart(200)
    rows = (
        (f"RNN, {found['units']} units", found["rnn"], RNN),
        (f"GRU, {found['units']} units", found["gru"], GRU),
        (f"GRU, {found['units'] // 2} units", found["half_gru"], GRU),
    )
    for place, (_, value, colour) in enumerate(rows):
        axes.barh(place, value, 0.6, fc=colour, alpha=0.55)
        axes.annotate(f"{value:,}", (value, place), (5, 0), va="center",
                      textcoords="offset points")  # fmt: skip
    axes.set_yticks(range(3), [f"    {name}" for name, *_ in rows])
    axes.set(ylim=(2.6, -0.6), xlim=(0, 16500), xticks=[0, 5000, 10000])
    axes.set_xticklabels(["0", "5,000", "10,000"])
    axes.set_xlabel("parameters")
    axes.grid(axis="x")
    said = "; ".join(f"{name}: {value:,}" for name, value, _ in rows)
    return fig, "Equal width is not equal size", f"Parameters with one feature, {said}"


def silence() -> Plot:
    found = record("start_remembering")
    fig, axes = chart(190)
    rows = (
        ("bias 0, Keras's default", "bias_0"),
        ("bias 4", "bias_4"),
        ("chrono", "chrono"),
    )
    for place, (_, key) in enumerate(rows):
        axes.barh(place, found[key], 0.6, fc=GRU, alpha=0.55)
        axes.annotate(f"{found[key]:.2f}", (found[key], place), (5, 0), va="center",
                      textcoords="offset points")  # fmt: skip
    axes.set_yticks(range(3), [f"    {name}" for name, _ in rows])
    axes.set(ylim=(2.6, -0.6), xlim=(0, 1.05), xticks=[0, 0.5, 1])
    axes.set_xlabel("share of the memory left")
    axes.grid(axis="x")
    said = "; ".join(f"{name}: {found[key]:.2f}" for name, key in rows)
    return (
        fig,
        "What an untrained GRU keeps through silence",
        (f"Share of the memory left after {found['steps']} steps of silence: {said}"),
    )


def which_first() -> Plot:
    fig, axes = canvas(330)
    box(axes, 180, 30, "Is a naive answer good enough?", width=250)
    box(axes, 62, 104, "Use it.", width=90)
    box(axes, 248, 104, "Can the answer depend\non something far back?", width=200,
        height=48)  # fmt: skip
    box(axes, 92, 200, "Begin with an RNN", width=160, colour=RNN)
    box(axes, 268, 200, "Begin with a GRU that\nstarts out remembering", width=176,
        height=48, colour=GRU)  # fmt: skip
    box(axes, 180, 292, "Tune each network's learning rate,\nseveral seeds; compare",
        width=260, height=48)  # fmt: skip
    for start, end, words, where in (
        ((120, 45), (78, 88), "yes", (76, 66)),
        ((220, 45), (240, 79), "no", (250, 62)),
        ((200, 128), (120, 184), "a few steps", (112, 150)),
        ((266, 128), (268, 175), "far, or unsure", (217, 153)),
        ((100, 216), (140, 267), "", (0, 0)),
        ((262, 225), (230, 267), "", (0, 0)),
    ):
        arrow(axes, start, end, GREY)
        say(axes, *where, words, fontsize=12)
    return (
        fig,
        "Where to begin",
        "A tree of questions. Is a naive answer good enough? If yes, use it. If no: can "
        "the answer depend on something far back? A few steps: begin with an RNN. Far, or "
        "not known: begin with a GRU that starts out remembering. Either way: tune each "
        "network's learning rate, take several seeds, compare",
    )


def what_each_holds() -> Plot:
    fig, axes = canvas(210)
    for row, (name, kept, colour) in enumerate(
        (
            ("recurrent", (11,), GRU),
            ("convolution", tuple(range(6, 12)), GREY),
            ("attention", tuple(range(12)), TEXT),
        )
    ):
        y = 40 + 58 * row
        say(axes, 92, y, name, at="right")
        for step in range(12):
            x = 106 + 20 * step
            on = step in kept
            squares(axes, x, y - 8, [[1.0 if on else 0.0]], width=17, colour=colour)
        words = ("one state", "a window", "all steps so far")[row]
        say(axes, 350, y + 22, words, at="right", fontsize=12)
    say(axes, 224, 14, "a stream, up to now →", fontsize=12)
    return (
        fig,
        "What must be held while a stream goes by",
        "Twelve steps of a stream. A recurrent network holds one state, whatever the "
        "length; a convolution the last few steps, its window; attention all steps so far",
    )


def rewrite_or_edit() -> Plot:
    fig, axes = canvas(210)
    lines = ("plural", "old", "cabinet", "near")
    for left, name, colour in ((92, "RNN", RNN), (268, "GRU", GRU)):
        say(axes, left, 16, name, color=colour, fontweight="bold")
        for row, words in enumerate(lines):
            y = 50 + 36 * row
            kept = name == "GRU" and row == 0
            box(axes, left, y, words if kept else "", width=128, height=28,
                colour=colour if not kept else TEXT)  # fmt: skip
            if not kept:
                say(axes, left, y, "written anew", zorder=5, fontsize=12)
    say(axes, 92, 196, "every line, every step", fontsize=12)
    say(axes, 268, 196, "line by line, as the gate says", fontsize=12)
    return (
        fig,
        "Rewrite or edit",
        "Two notebooks of four lines. In the RNN's all four lines are written anew. In "
        "the GRU's the first line, which says plural, is kept as it is, the other three "
        "are written anew",
    )
