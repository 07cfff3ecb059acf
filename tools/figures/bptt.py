"""Backpropagation through time: on paper, cut, and kept in less memory."""

import numpy as np

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
    frame,
    record,
    say,
)
from tools.plots import Plot


def _signed(value: float, digits: int = 2) -> str:
    return f"{round(value, digits) + 0:.{digits}f}".replace("-", "−")


def by_hand() -> Plot:
    found = record("bptt_by_hand")
    steps = {step["t"]: step for step in found["steps"]}
    fig, axes = canvas(252)
    xs = [52, 138, 224]
    said = []
    for t, x in enumerate(xs, start=1):
        state = _signed(found["states"][t])
        box(axes, x, 96, f"h{'₁₂₃'[t - 1]}\n{state}", width=46, height=44, colour=RNN)
        say(axes, x, 26, f"x{'₁₂₃'[t - 1]} = {_signed((1, -0.5, 0.25)[t - 1])}",
            fontsize=12)  # fmt: skip
        arrow(axes, (x, 38), (x, 72), GREY)
        back = _signed(steps[t]["d_hidden"])
        say(axes, x, 150, f"dh = {back}", fontsize=12)
        for line, name in enumerate("wub"):
            say(axes, x, 178 + 18 * line, f"{name}: {_signed(steps[t][name])}",
                fontsize=12, color=RNN)  # fmt: skip
        if t > 1:
            arrow(axes, (xs[t - 2] + 24, 86), (x - 24, 86), TEXT)
            arrow(axes, (x - 24, 106), (xs[t - 2] + 24, 106), RNN, ls="--")
        said.append(f"step {t}: state {state}, comes back {back}")
    arrow(axes, (248, 86), (291, 86), TEXT)
    arrow(axes, (291, 106), (248, 106), RNN, ls="--")
    box(axes, 324, 96, f"loss\n{found['loss']:.3f}", width=64, height=48)
    say(axes, 180, 240, "what each step says about w, u and b", fontsize=12)
    return (
        fig,
        "Three steps, every number",
        "Three boxes with the states, an arrow from each to the next and on to the "
        f"loss, {found['loss']:.3f}; dashed arrows lead back. " + "; ".join(said),
    )


def direct_and_past() -> Plot:
    found = record("bptt_by_hand")
    steps = {step["t"]: step for step in found["steps"]}
    fig, axes = canvas(236)
    xs = [52, 152, 252]
    for t, x in enumerate(xs, start=1):
        box(axes, x, 56, f"h{'₁₂₃'[t - 1]}", width=52, height=36, colour=RNN)
        arrow(
            axes, (180 + 22 * (t - 2), 152), (x, 76), GRU, bend=0.08 * (2 - t), shrink=3
        )
        if t > 1:
            arrow(axes, (xs[t - 2] + 27, 56), (x - 27, 56), TEXT)
            say(axes, (xs[t - 2] + x) / 2, 22, "× u · slope", fontsize=12)
    box(axes, 328, 56, "loss", width=52, height=36)
    arrow(axes, (279, 56), (301, 56), TEXT)
    box(axes, 180, 168, "u", width=44, height=32, colour=GRU)
    shares = ", ".join(_signed(steps[t]["u"], 3) for t in (3, 2, 1))
    say(axes, 180, 206, f"directly, 1 back, 2 back: {shares}", fontsize=12)
    say(axes, 180, 224, f"together {_signed(found['gradient']['u'], 3)}", fontsize=12)
    return (
        fig,
        "Directly, and through the past",
        "From the weight u an arrow leads to each of the three states; from state to "
        f"state and on to the loss. What steps 3, 2 and 1 say about u: {shares}; together "
        f"{_signed(found['gradient']['u'], 3)}",
    )


def one_loss_or_many() -> Plot:
    fig, axes = canvas(250)
    for top, name, answers in (
        (14, "many-to-one", (3,)),
        (138, "many-to-many", (0, 1, 2, 3)),
    ):
        say(axes, 10, top, name, at="left", fontweight="bold")
        for t in range(4):
            x, y = 46 + 88 * t, top + 74
            box(axes, x, y, "", width=48, height=26, colour=RNN)
            if t:
                arrow(axes, (x - 25, y), (x - 63, y), RNN, ls="--",
                      lw=1.2 + 0.6 * (4 - t if len(answers) > 1 else 1))  # fmt: skip
            if t in answers:
                arrow(axes, (x, y - 34), (x, y - 15), RNN, ls="--")
                say(axes, x, y - 42, "answer", fontsize=12)
    return (
        fig,
        "One answer, or one at every step",
        "Two rows of four steps. Above, one answer at the end sends its gradient back "
        "along a dashed arrow from step to step. Below, an answer at each step sends its "
        "own, and the arrows back grow thicker as they are added",
    )


def it_learns() -> Plot:
    losses = record("rnn_that_learns")["losses"]
    fig, axes = chart(190)
    steps = [1, 10, *range(20, 401, 20)]
    axes.plot(steps, [losses[step - 1] for step in steps], color=RNN)
    axes.set(yscale="log", xlabel="training steps", ylabel="loss")
    axes.set_yticks([1, 0.1, 0.01], ["1", "0.1", "0.01"])
    told = ", ".join(f"{losses[step - 1]:.3f} at {step}" for step in (1, 50, 100, 400))
    return fig, "It learns", f"The loss falls steeply at first, then slowly: {told}"


def matrix_powers() -> Plot:
    rng = np.random.default_rng(3)
    turn = np.linalg.qr(rng.normal(size=(8, 8)))[0]
    stretching = np.diag(np.full(8, 0.9)) + 0.25 * np.diag(np.ones(7), 1)
    fig, axes = chart(250)
    said = []
    for matrix, style in (
        (1.02 * turn, {"ls": "-.", "color": GREY, "label": "1.02 × rotation"}),
        (turn, {"color": TEXT, "label": "rotation"}),
        (0.9 * turn, {"ls": "--", "color": RNN, "label": "0.9 × rotation"}),
        (stretching, {"ls": ":", "color": GRU, "label": "0.9, stretches"}),
    ):
        gradient, lengths = np.eye(8)[0], [1.0]
        for _ in range(240):
            gradient = gradient @ matrix
            lengths.append(float(np.linalg.norm(gradient)))
        axes.plot(range(0, 241, 8), lengths[::8], **style)
        said.append(
            f"{style['label']}: {max(lengths):.3g} at most, {lengths[-1]:.2g} after 240"
        )
    axes.set(yscale="log", xlabel="steps back", ylabel="length", ylim=(1e-4, 1e5))
    axes.set_yticks([0.01, 1, 100], ["0.01", "1", "100"])
    axes.legend(loc="upper left", ncols=2, columnspacing=1, handlelength=1.8)
    return fig, "Powers of a matrix", "; ".join(said)


def four_routes() -> Plot:
    fig, axes = canvas(268)
    box(axes, 46, 130, "old\nstate", width=72, height=56)
    box(axes, 318, 130, "new\nstate", width=72, height=56)
    rows = (
        ("× z", 34, 4.0, "straight: no matrix"),
        ("update gate", 92, 1.4, "through its matrix"),
        ("reset gate", 156, 1.4, "through its matrix"),
        ("draft", 220, 1.4, "through r and its matrix"),
    )
    for name, y, width, words in rows:
        straight = name == "× z"
        box(axes, 182, y, name, width=112, height=30, colour=GRU)
        say(axes, 182, y + 27, words, fontsize=12)
        style = {"lw": width, "ls": "-" if straight else "--"}
        arrow(axes, (280, 130 + (y - 130) * 0.24), (240, y), GRU, **style)
        arrow(axes, (124, y), (84, 130 + (y - 130) * 0.24), GRU, **style)
    return (
        fig,
        "Four roads back through a GRU",
        "From the new state four roads lead back to the old one: a thick one straight, "
        "times z, with no matrix; and three thin ones through the update gate, the reset "
        "gate and the draft, each through a matrix",
    )


def clipped() -> Plot:
    found = record("clipping")
    names = {
        "before": "the gradient",
        "by_value": "by value",
        "by_weight": "by weight",
        "by_global_norm": "by global norm",
    }
    fig, axes = canvas(292)
    say(axes, 176, 14, "kernel", fontsize=12)
    say(axes, 292, 14, "bias", fontsize=12)
    said = []
    for row, (key, words) in enumerate(names.items()):
        one = found[key]
        four = one if key == "before" else one["kernel"] + one["bias"]
        y = 30 + 67 * row
        say(axes, 8, y + 20, words, at="left", fontsize=12)
        if key != "before":
            say(
                axes,
                8,
                y + 36,
                f"turned by {one['turned']:.0f}°",
                at="left",
                fontsize=12,
            )
        for place, value in enumerate(four):
            left = 122 + 57 * place + (6 if place > 1 else 0)
            frame(axes, left, y, 50, 40, FAINT)
            size = 40 * min(1, value / 6) if key == "before" else 40 * min(1, value)
            frame(axes, left, y + 40 - size, 50, size, GREY if key == "before" else RNN)
            say(axes, left + 25, y + 50, f"{value:.2f}", fontsize=12)
        said.append(f"{words}: {', '.join(f'{v:.2f}' for v in four)}")
    return (
        fig,
        "Three ways to cut one gradient",
        "Four numbers of a gradient, two of the kernel and two of the bias, as bars, "
        "before and after three ways of clipping. " + "; ".join(said),
    )


def cut_windows() -> Plot:
    fig, axes = canvas(168)
    for step in range(9):
        x = 26 + 38 * step + 2 * (step // 3)
        box(axes, x, 74, "", width=17, height=30, colour=RNN)
        if step:
            before = x - 38 - (2 if step % 3 == 0 else 0)
            arrow(axes, (before + 9, 66), (x - 9, 66), TEXT, lw=1.4)
            if step % 3:
                arrow(
                    axes, (x - 9, 82), (before + 9, 82), RNN, ls=(0, (2, 1.2)), lw=1.4
                )
    for border in (121, 237):
        axes.plot([border, border], [34, 122], color=GREY, ls=":", lw=1.6)
    for middle, words in ((64, "window 1"), (180, "window 2"), (296, "window 3")):
        say(axes, middle, 22, words, fontsize=12)
    say(axes, 180, 148, "→ state      ⇠ gradient, cut at the borders", fontsize=12)
    return (
        fig,
        "Truncated backpropagation",
        "Nine steps in three windows. Solid arrows carry the state from step to step "
        "through all windows; dashed arrows carry the gradient back and are missing at "
        "the borders of the windows",
    )


def states_held() -> Plot:
    found = record("checkpointing")
    fig, axes = chart(210)
    steps = [int(step) for step in found]
    every = [one["all"] for one in found.values()]
    few = [one["few"] for one in found.values()]
    axes.plot(steps, every, "-o", color=GREY, label="all")
    axes.plot(steps, few, "--s", color=RNN, label="checkpoints")
    axes.set(
        xlabel="steps",
        ylabel="states held",
        xscale="log",
        yscale="log",
        ylim=(10, 4000),
    )
    axes.set_xticks(steps, [f"{step:,}" for step in steps])
    axes.set_yticks([10, 100, 1000], ["10", "100", "1,000"])
    axes.legend(loc="upper left", ncols=2)
    return (
        fig,
        "States held at most",
        f"At {', '.join(f'{s:,}' for s in steps)} steps: all states, "
        f"{', '.join(f'{n:,}' for n in every)}; with checkpoints, "
        f"{', '.join(map(str, few))}",
    )
