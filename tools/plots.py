"""What the plots of the experiments share: style, legend, and an SVG for the page.

Each experiment's plot(record) draws its own: (figure, title, what it shows in words).
The SVG takes its colours and its font from the page: one hue for the RNN, one for the
GRU, grey for the rest; lines also differ in dash and marker, as snippets/names.json
says.
"""

import io
import json
import re
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tools.record import SNIPPETS

Plot = tuple[Figure, str, str]
# Colours that stand for those of the page until the SVG is written.
ON_PAGE = {
    name: f"#0a0b{number:02x}"
    for number, name in enumerate(
        (
            "rnn",
            "rnn-soft",
            "gru",
            "gru-soft",
            "beside",
            "plus",
            "minus",
            "md-default-fg-color",
            "md-default-fg-color--lightest",
            "md-default-bg-color",
        )
    )
}
RNN, GRU, BESIDE = (ON_PAGE[name] for name in ("rnn", "gru", "beside"))
TEXT, FAINT = ON_PAGE["md-default-fg-color"], ON_PAGE["md-default-fg-color--lightest"]
STYLES: dict[str, dict[str, Any]] = {
    network: {
        "color": ON_PAGE[one["colour"]],
        "ls": one["line"],
        "marker": one["marker"],
        "label": one["name"],
    }
    for network, one in json.loads((SNIPPETS / "names.json").read_text("utf-8")).items()
}
PLAIN = {"color": BESIDE, "marker": "X"}  # an answer without a network
THIN: dict[str, Any] = {"color": TEXT, "lw": 0.8, "ls": (0, (1, 3))}
SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text
    "font.size": 12.5,
    "axes.edgecolor": TEXT,
    "axes.labelcolor": TEXT,
    "text.color": TEXT,
    "xtick.color": TEXT,
    "ytick.color": TEXT,
    "grid.color": FAINT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.minor.bottom": False,
    "ytick.minor.left": False,
    "axes.titlesize": 12.5,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "lines.linewidth": 2,
    "lines.markersize": 6,
    "legend.frameon": False,
    "legend.fontsize": 12,
    "figure.dpi": 72,
}


def figure(height: float, panels: int = 1) -> tuple[Figure, list[Axes]]:
    fig = Figure(figsize=(5, height), layout="constrained")
    return fig, list(fig.subplots(1, panels, sharey=True, squeeze=False)[0])


def legend(fig: Figure, axes: Axes, columns: int = 3) -> None:
    handles, labels = axes.get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside upper left", ncols=columns)


def x_ticks(axes: Axes, values: list[int]) -> None:
    """Exactly these numbers, written out."""
    axes.set_xticks(values, [f"{value:,}" for value in values])


def legend_of(fig: Figure, networks: list[str]) -> None:
    """A legend whose lines carry the markers of the single runs."""
    handles = [mpl.lines.Line2D([], [], **STYLES[network]) for network in networks]
    fig.legend(handles=handles, loc="outside upper left", ncols=2)


def intervals(
    axes: Axes, rows: list[tuple[str, dict[str, float], dict[str, Any]]]
) -> None:
    """One row each: a mark at the mean, a line over its interval."""
    for place, (_, found, style) in enumerate(reversed(rows)):
        kind = {"color": style["color"], "marker": style["marker"], "ls": ""}
        axes.plot([found["low"], found["high"]], [place] * 2, color=style["color"])
        axes.plot([found["mean"]], [place], **kind)
    # The page's font may be wider: the spaces, which an SVG leaves out, keep it room.
    names = [f"     {name}" for name, *_ in reversed(rows)]
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.grid(axis="x")


RECTANGLE = re.compile(r"M (\S+) (\S+) L (\S+) \2 L \3 (\S+) L \1 \4 (L \1 \2 )?z")


def shorter(path: str) -> str:
    """The same path in fewer letters."""
    path = RECTANGLE.sub(r"M\1 \2H\3V\4H\1z", " ".join(path.split()))
    return " " + re.sub(r" ?([MLCQHVz]) ?", r"\1", path)


def without_bare_groups(text: str) -> str:
    """Without <g> that say nothing about what is in them, and without turns by 0."""
    opened: list[str] = []

    def kept(tag: re.Match[str]) -> str:
        if tag[0] == "</g>":
            return tag[0] if opened.pop() else ""
        opened.append(tag[1])
        return tag[0] if tag[1] else ""

    text = re.sub(r' transform="rotate\(-?0 [^"]*"', "", text)
    return re.sub(r"<g\b([^>]*)>|</g>", kept, text)


def svg(name: str, plot: Callable[[dict[str, Any]], Plot], record: Any) -> str:
    """The plot of a record as one <svg> element for a page."""
    with mpl.rc_context(SETTINGS | {"svg.hashsalt": name}):
        fig, title, words = plot(record)
        out = io.StringIO()
        fig.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    text = out.getvalue()
    if not any(axes.axison for axes in fig.axes):  # a canvas cuts nothing off
        text = re.sub(r' clip-path="[^"]*"', "", text)
        text = re.sub(r"<clipPath.*?</clipPath>", "", text, flags=re.DOTALL)
    return for_page(text, name, title, words, ON_PAGE)


def for_page(
    text: str, name: str, title: str, words: str, colours: dict[str, str]
) -> str:
    """What Matplotlib wrote, as light as it goes, named, told in words, and in the
    colours of the page: by their names there.
    """
    text = text[text.index("<svg") :]
    # Its global style would reach the whole page; the page has a font of its own.
    extra = r"<metadata>.*?</metadata>|<defs>\s*<style.*?</defs>|<!--.*?-->"
    text = re.sub(extra, "", text, flags=re.DOTALL)
    text = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", text)
    text = re.sub(r"font-family: [^;\"]*; ?", "", text)
    # A tenth of a pixel will do, for places and not for words.
    text = re.sub(r"<[^>]*>", lambda tag: re.sub(r"(\d+\.\d)\d+", r"\1", tag[0]), text)
    text = re.sub(r'<path d="[^"]*" style="fill: none"/>|<defs>\s*</defs>', "", text)
    # What nothing points at needs no name.
    named = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
    text = re.sub(r' id="([^"]*)"', lambda one: one[0] if one[1] in named else "", text)
    text = without_bare_groups(text)
    text = re.sub(r' d="[^"]*"', lambda path: shorter(path[0]), text)
    for variable, colour in colours.items():
        text = text.replace(colour, f"var(--{variable})")
    text = text.replace('id="', f'id="{name}-').replace("url(#", f"url(#{name}-")
    text = text.replace('xlink:href="#', f'href="#{name}-')
    view = re.findall(r'viewBox="[^"]*"', text)[0]
    head = (
        f'<svg {view} role="img" class="plot" '
        f'aria-labelledby="{name}-title {name}-text">\n'
        f'<title id="{name}-title">{title}</title>\n'
        f'<desc id="{name}-text">{title}. {words}.</desc>'
    )
    text = re.sub(r"<svg[^>]*>", lambda _: head, text, count=1)
    # One line: a blank one would end the HTML block in Markdown.
    return re.sub(r"\s*\n\s*", " ", text).strip() + "\n"
