"""Draw the plots of the experiments from their records: x.svg beside x.json.

Inline SVG that takes its colours and its font from the page: one hue for the RNN, one
for the GRU, grey for the rest; lines also differ in dash and marker. A failed run
stands on the line 'never'.
"""

import io
import re
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Colours that stand for those of the page until the SVG is written.
RNN, GRU, BESIDE, TEXT, FAINT = "#0a0b01", "#0a0b02", "#0a0b03", "#0a0b04", "#0a0b05"
ON_PAGE = {
    RNN: "var(--rnn)",
    GRU: "var(--gru)",
    BESIDE: "var(--beside)",
    TEXT: "var(--md-default-fg-color)",
    FAINT: "var(--md-default-fg-color--lightest)",
}
STYLES: dict[str, dict[str, Any]] = {
    "rnn": {"color": RNN, "ls": "-", "marker": "o", "label": "RNN"},
    "equal_rnn": {"color": RNN, "ls": "--", "marker": "s", "label": "RNN, as large"},
    "relu_rnn": {"color": RNN, "ls": ":", "marker": "^", "label": "RNN, ReLU"},
    "gru": {"color": GRU, "ls": "-", "marker": "D", "label": "GRU"},
    "open_gru": {"color": GRU, "ls": "--", "marker": "v", "label": "GRU, gate open"},
    "lstm": {"color": BESIDE, "ls": "-.", "marker": "X", "label": "LSTM"},
}
SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text
    "font.size": 12.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": TEXT,
    "axes.labelcolor": TEXT,
    "text.color": TEXT,
    "xtick.color": TEXT,
    "ytick.color": TEXT,
    "grid.color": FAINT,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.grid.which": "major",
    "xtick.minor.bottom": False,
    "ytick.minor.left": False,
    "lines.linewidth": 2,
    "lines.markersize": 6,
    "legend.frameon": False,
    "legend.fontsize": 12,
    "figure.dpi": 72,
}
Plot = tuple[Figure, str, str]  # what is drawn, its title, what it shows in words


def figure(height: float = 3.9, panels: int = 1) -> tuple[Figure, list[Axes]]:
    fig = Figure(figsize=(5.8, height), layout="constrained")
    axes = fig.subplots(1, panels, sharey=True, squeeze=False)[0]
    return fig, list(axes)


def legend(fig: Figure, axes: Axes, columns: int = 3) -> None:
    handles, labels = axes.get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside upper left", ncols=columns)


def ticks(axes: Axes, x: list[Any] | None = None, y: list[Any] | None = None) -> None:
    """Exactly these numbers on the axes, written out."""
    for axis, values in ((axes.xaxis, x), (axes.yaxis, y)):
        if values is not None:
            axis.set_ticks(values, [f"{value:,}" for value in values])


def said(runs: list[int | None]) -> str:
    """600 to 750, or never, for the words that go with a plot."""
    solved = [run for run in runs if run is not None]
    if not solved:
        return "never"
    failed = "" if len(solved) == len(runs) else f", {runs.count(None)} never"
    span = f"{min(solved):,}"
    if max(solved) > min(solved):
        span += f" to {max(solved):,}"
    return span + failed


def races(
    axes: Axes, steps: dict[str, dict[str, list[int | None]]], lengths: list[int]
) -> None:
    """Steps to solve over length: a mark for each seed, a line through the medians."""
    never = 15000
    for place, (runner, by_length) in enumerate(steps.items()):
        style = STYLES[runner]
        shift = 1.03 ** (place - len(steps) / 2)  # side by side, not on top
        medians = []
        for length in lengths:
            runs = sorted(run or never for run in by_length[str(length)])
            axes.plot(
                [length * shift] * len(runs),
                runs,
                color=style["color"],
                marker=style["marker"],
                ls="",
                markersize=4.5,
                alpha=0.75,
            )
            medians.append(runs[len(runs) // 2])
        xs = [length * shift for length in lengths]
        axes.plot(xs, medians, **{**style, "marker": None}, lw=1.8)
    axes.set(xscale="log", yscale="log", ylim=(75, 21000))
    axes.axhline(never, color=TEXT, lw=0.8, ls=(0, (1, 3)))
    ticks(axes, x=lengths)
    axes.set_yticks(
        [100, 300, 1000, 3000, never], ["100", "300", "1,000", "3,000", "never"]
    )


def with_markers(fig: Figure, runners: list[str], columns: int = 3) -> None:
    """A legend whose lines carry the markers of the single runs."""
    handles = [mpl.lines.Line2D([], [], **STYLES[runner]) for runner in runners]
    fig.legend(handles=handles, loc="outside upper left", ncols=columns)


def adding(record: dict[str, Any]) -> Plot:
    fig, (axes,) = figure(4.3)
    lengths = record["settings"]["lengths"]
    races(axes, record["steps"], lengths)
    axes.set(xlabel="time steps in a sequence", ylabel="training steps to solve")
    with_markers(fig, record["settings"]["runners"])
    words = "; ".join(
        f"{STYLES[runner]['label']}: "
        + ", ".join(f"{length} steps {said(runs)}" for length, runs in found.items())
        for runner, found in record["steps"].items()
    )
    return fig, "Training steps to solve the adding task, by length", words


def recall(record: dict[str, Any]) -> Plot:
    rates = record["settings"]["learning_rates"]
    fig, panels = figure(4.1, panels=len(rates))
    for axes, rate in zip(panels, rates, strict=True):
        steps = {runner: found[str(rate)] for runner, found in record["steps"].items()}
        races(axes, steps, record["settings"]["lags"])
        axes.set_title(f"learning rate {rate}", fontsize=12.5, color=TEXT)
        axes.set_xlabel("distracting symbols")
    panels[0].set_ylabel("training steps to solve")
    with_markers(fig, record["settings"]["runners"])
    words = "; ".join(
        f"{STYLES[runner]['label']} at learning rate {rate}: "
        + ", ".join(f"lag {lag} {said(runs)}" for lag, runs in found.items())
        for runner, by_rate in record["steps"].items()
        for rate, found in by_rate.items()
    )
    return fig, "Training steps to recall the first symbol, by lag", words


def step_cost(record: dict[str, Any]) -> Plot:
    fig, panels = figure(4.1, panels=2)
    pairs: dict[str, tuple[str, str]] = {
        "gru_over_rnn": ("gru", "GRU / RNN"),
        "gru_over_equal_rnn": ("open_gru", "GRU / RNN as large"),
        "lstm_over_rnn": ("lstm", "LSTM / RNN"),
    }
    words = []
    for axes, table, label in zip(
        panels, ("by_width", "by_length"), ("units", "time steps"), strict=True
    ):
        found = record[table]["training"]
        sizes = sorted(map(int, found))
        for name, (runner, title) in pairs.items():
            low, middle, high = zip(
                *(found[str(size)][name] for size in sizes), strict=True
            )
            style: dict[str, Any] = STYLES[runner] | {"label": title}
            axes.fill_between(sizes, low, high, color=style["color"], alpha=0.15, lw=0)
            axes.plot(sizes, middle, **style)
            medians = ", ".join(
                f"{size}: {value:.1f}"
                for size, value in zip(sizes, middle, strict=True)
            )
            words.append(f"{title} by {label}: {medians}")
        axes.axhline(1, color=TEXT, lw=0.8, ls=(0, (1, 3)))
        axes.set(xscale="log", xlabel=label, ylim=(0, None))
        ticks(axes, x=sizes)
        axes.tick_params(axis="x", labelsize=10.5)
    panels[0].set_ylabel("time of a training step, ratio")
    legend(fig, panels[0])
    return (
        fig,
        "How many times an RNN's training step the others cost",
        "; ".join(words),
    )


def gradient_flow(record: dict[str, Any]) -> Plot:
    fig, panels = figure(4.2, panels=2)
    networks: dict[str, dict[str, Any]] = {
        "rnn": {"color": RNN, "ls": "-", "label": "RNN"},
        "gru_0": {"color": GRU, "ls": "-", "label": "GRU, bias 0"},
        "gru_2": {"color": GRU, "ls": "--", "label": "GRU, bias 2"},
        "gru_4": {"color": GRU, "ls": ":", "label": "GRU, bias 4"},
    }
    words = []
    back = [5 * i for i in range(record["settings"]["steps"] // 5 + 1)]
    for axes, start, title in zip(
        panels, ("keras", "trained"), ("untrained", "trained"), strict=True
    ):
        for name, style in networks.items():
            found = record[start][name]
            axes.plot(back, found["curve"], **style)
            words.append(f"{title}, {style['label']}: {found['left']:.1g} left")
        axes.set(yscale="log", xlabel="steps back", ylim=(1e-22, 30))
        axes.set_title(title, fontsize=12.5, color=TEXT)
    powers = [0, -5, -10, -15, -20]
    panels[0].set_yticks(
        [10.0**p for p in powers], ["1", *(f"1e{p}" for p in powers[1:])]
    )
    panels[0].set_ylabel("gradient left")
    legend(fig, panels[0], 2)
    return fig, "What is left of the gradient, so many steps back", "; ".join(words)


def inside_gate(record: dict[str, Any]) -> Plot:
    fig, (axes,) = figure(4.0)
    steps = range(1, record["settings"]["steps"] + 1)
    at = record["settings"]["watched"]["step"]
    lines: dict[str, dict[str, Any]] = {
        "open": {"color": GRU, "ls": "--", "marker": "v", "label": "gate open, solved"},
        "solved": {
            "color": GRU,
            "ls": "-",
            "marker": "D",
            "label": "Keras's start, solved",
        },
        "failed": {
            "color": BESIDE,
            "ls": ":",
            "marker": "x",
            "label": "Keras's start, failed",
        },
    }
    words = []
    for name, style in lines.items():
        if name in record["watched"]:
            found = record["watched"][name]
            axes.plot(steps, found["z_mean"], **style, markersize=4.5)
            z = found["z_mean"]
            words.append(
                f"{style['label']}: {z[at - 1]:.2f} at the mark, {z[at]:.2f} a step "
                f"later, {z[-1]:.2f} at the end"
            )
    axes.axvline(at, color=TEXT, lw=0.8, ls=(0, (1, 3)))
    axes.annotate("mark", (at, 0.03), xytext=(4, 0), textcoords="offset points")
    axes.set(
        xlabel="time step", ylabel="update gate z, mean over units", ylim=(0, 1.02)
    )
    legend(fig, axes, 2)
    return fig, "The update gate while it reads one example", "; ".join(words)


def dots(axes: Axes, rows: list[tuple[str, list[float], dict[str, Any]]]) -> None:
    """One row each: a dot for each seed."""
    for place, (_, values, style) in enumerate(reversed(rows)):
        kind = {"color": style["color"], "marker": style["marker"], "ls": ""}
        axes.plot(values, [place] * len(values), **kind, alpha=0.8)
    axes.set_yticks(range(len(rows)), [name for name, *_ in reversed(rows)])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.grid(axis="x")


PLAIN = {"color": BESIDE, "marker": "X"}


def digits(record: dict[str, Any]) -> Plot:
    fig, (axes,) = figure(3.4)
    rows = []
    for cell in record["cells"]:
        setting, result = cell["cell"], cell["result"]
        style = STYLES.get(setting["runner"], PLAIN | {"label": "Logistic regression"})
        name = f"{style['label']}, {setting['reading']}"
        rows.append((name, [100 * share for share in result["test"]], style))
    dots(axes, rows)
    axes.set_xlabel("right on the test images, percent")
    words = "; ".join(f"{name}: {min(v):.1f} to {max(v):.1f}" for name, v, _ in rows)
    return fig, "Digits read as sequences: test accuracy of each seed", words


def sea_temperature(record: dict[str, Any]) -> Plot:
    fig, (axes,) = figure(3.1)
    rows = []
    for cell in record["cells"]:
        runner, result = cell["cell"]["runner"], cell["result"]
        if runner in STYLES:
            rows.append((STYLES[runner]["label"], result["test"], STYLES[runner]))
        else:
            names = {"last_month": "Last month", "year_ago": "A year ago"}
            names |= {"linear": "Linear formula"}
            rows += [(names[key], [value], PLAIN) for key, value in result.items()]
    dots(axes, rows)
    axes.set_xlabel("mean absolute error on the test months, degrees")
    axes.set_xlim(0, None)
    words = "; ".join(f"{name}: {min(v):.2f} to {max(v):.2f}" for name, v, _ in rows)
    return fig, "Next month's sea temperature: test error of each seed", words


def time_to_solution(record: dict[str, Any]) -> Plot:
    fig, (axes,) = figure(4.2)
    lines = {
        ("adding", "gru", "rnn"): ("GRU / RNN, adding", TEXT, "-", "o"),
        ("adding", "gru", "equal_rnn"): ("GRU / RNN as large, adding", TEXT, "--", "s"),
        ("adding", "gru", "relu_rnn"): ("GRU / ReLU RNN, adding", TEXT, ":", "^"),
        ("recall", "gru", "rnn"): ("GRU / RNN, recall", BESIDE, "-", "D"),
        ("recall", "open_gru", "rnn"): ("open GRU / RNN, recall", BESIDE, "--", "v"),
    }
    top, bottom, words = 30.0, 1 / 30, []
    lengths: set[int] = set()
    for (task, gru, rnn), (label, colour, dash, marker) in lines.items():
        found = record["by_pair"][task][gru][rnn]
        places = {"gru": bottom, "rnn": top}
        values = [
            (int(length), row["time"] or places[row["first"]])
            for length, row in found.items()
            if row["first"] in places or row["time"]
        ]
        lengths |= {length for length, _ in values}
        style: dict[str, Any] = {
            "color": colour,
            "ls": dash,
            "marker": marker,
            "label": label,
        }
        axes.plot(*zip(*values, strict=True), **style)
        alone = {"gru": "GRU alone", "rnn": "RNN alone", "floor": "both at once"}
        said_here = ", ".join(
            f"{length}: {row['time'] or alone.get(row['first'], row['first'])}"
            for length, row in found.items()
        )
        words.append(f"{label}, by length: {said_here}")
    axes.axhline(1, color=TEXT, lw=0.8, ls=(0, (1, 3)))
    axes.set(xscale="log", yscale="log", ylim=(bottom / 1.5, top * 1.5))
    axes.set(xlabel="length or lag", ylabel="time to solve, GRU over RNN")
    ticks(axes, x=sorted(lengths))
    axes.set_yticks(
        [bottom, 0.1, 0.3, 1, 3, 10, top],
        ["GRU alone", "0.1", "0.3", "1", "3", "10", "RNN alone"],
    )
    legend(fig, axes, 2)
    return (
        fig,
        "Time to a solution, GRU over RNN; below 1 the GRU is first",
        "; ".join(words),
    )


PLOTS: dict[str, Callable[[dict[str, Any]], Plot]] = {
    plot.__name__: plot
    for plot in (
        adding,
        recall,
        step_cost,
        gradient_flow,
        inside_gate,
        digits,
        sea_temperature,
        time_to_solution,
    )
}


def svg(name: str, record: dict[str, Any]) -> str:
    """The plot of a record as one <svg> element for a page."""
    with mpl.rc_context(SETTINGS | {"svg.hashsalt": name}):
        fig, title, words = PLOTS[name](record)
        out = io.StringIO()
        fig.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    # Its global style would reach the whole page.
    text = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", text)
    text = re.sub(r"font-family: [^;\"]*; ?", "", text)  # the page's
    # A tenth of a pixel will do, for places and not for words.
    text = re.sub(r"<[^>]*>", lambda tag: re.sub(r"(\d+\.\d)\d+", r"\1", tag[0]), text)
    for colour, on_page in ON_PAGE.items():
        text = text.replace(colour, on_page)
    text = text.replace('id="', f'id="{name}-').replace("url(#", f"url(#{name}-")
    text = text.replace('xlink:href="#', f'href="#{name}-')
    view = re.search(r'viewBox="([^"]*)"', text)
    assert view, "matplotlib wrote no viewBox"
    head = (
        f'<svg viewBox="{view[1]}" role="img" class="plot" '
        f'aria-labelledby="{name}-title {name}-text">\n'
        f'<title id="{name}-title">{title}</title>\n'
        f'<desc id="{name}-text">{title}. {words}.</desc>'
    )
    text = re.sub(r"<svg[^>]*>", lambda _: head, text, count=1)
    # One line: a blank one would end the HTML block in Markdown.
    return re.sub(r"\s*\n\s*", " ", text).strip() + "\n"
