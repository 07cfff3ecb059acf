"""Dress each code block that quotes a snippet: its title, its links, its recorded
output.

A page quotes with a plain fence around one line of pymdownx.snippets:

    ```python                                         ```text
    --8<-- "from_scratch/rnn_cell.py:step"            --8<-- "from_scratch/rnn_cell.out"
    ```                                               ```

A named section becomes a part: it gets links to the whole file and to its download. A
file without a section is an experiment, whole, and gets the download. An .out file is
an output. The answers of snippets/practice/ get no links: their page has them once.
"""

import re
from pathlib import Path, PurePosixPath

import markdown
from markdown.preprocessors import Preprocessor

FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>python|text)\n"
    r'(?P=indent)--8<-- "(?P<path>[\w/]+\.(?:py|out))(?::(?P<section>[\w-]+))?"\n'
    r"(?P=indent)```$",
    re.MULTILINE,
)
MARKER = re.compile(r"^[ \t]*# --8<-- \[(?:start|end):[\w-]+\][ \t]*\n?", re.MULTILINE)


def strip_markers(source: str) -> str:
    """A snippet file as a reader gets it: without the lines that mark its sections."""
    return MARKER.sub("", source)


def place_of(path: PurePosixPath | Path) -> str:
    """Where a file below snippets/ is shown and explained, as a link names it: an
    experiment and a lab on a page of their own, a program among all of its folder.
    """
    page = path.stem.replace("_", "-")
    if path.stem == "agreement":  # of NumPy and Keras: a test more than an experiment
        return "tested.md#the-program"
    if path.stem == "training":
        return "evidence/index.md#training"
    if path.parent.name == "experiments":
        return f"{page}.md#the-program"
    if path.parent.name == "labs":
        return f"{page}.md"
    # All that needs a library shares a page.
    folder = "from-scratch" if path.parent.name == "from_scratch" else "with-keras"
    return f"{folder}.md#{path.stem}"


class QuotePreprocessor(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        return FENCE.sub(self.dress, "\n".join(lines)).split("\n")

    def dress(self, match: re.Match[str]) -> str:
        indent, section = match["indent"], match["section"]
        path = PurePosixPath(match["path"])
        quoted = (
            f'{indent}--8<-- "{path}{":" + section if section else ""}"\n{indent}```'
        )
        if path.suffix == ".out":
            source = path.with_suffix(".py")
            return f'{indent}``` {{.text .output title="Output of {source}"}}\n{quoted}'
        if path.parent.name == "practice":
            return f'{indent}``` {{.python title="{path}"}}\n{quoted}'
        kind = "part" if section else "experiment"
        download = f"[Download {path.name}](/files/{path}){{ download }}"
        # A lab hands out its whole program, with the reader's numbers in it; an
        # experiment stands on a page, whole.
        whole_file = path.parent.name != "experiments"
        where = f"/files/{path}" if whole_file else place_of(path)
        elsewhere = section and path.parent.name != "labs"
        whole = f"[Whole file]({where}) · " if elsewhere else ""
        # Whole files would fill the search with what their parts already say.
        search = "" if section else ' data-search-exclude=""'
        return (
            f'{indent}``` {{.python .{kind} title="{path}"{search}}}\n{quoted}\n\n'
            f"{indent}{whole}{download}\n{indent}{{: .code-links }}\n"
        )


class MarkerPreprocessor(Preprocessor):
    """Takes the section markers out of files that are quoted whole."""

    def run(self, lines: list[str]) -> list[str]:
        return [line for line in lines if not MARKER.match(line)]


class QuoteExtension(markdown.Extension):
    def extendMarkdown(self, md: markdown.Markdown) -> None:
        # pymdownx.snippets runs at 32, the fences at 25.
        md.preprocessors.register(QuotePreprocessor(md), "quote", 34)
        md.preprocessors.register(MarkerPreprocessor(md), "quote_markers", 31)


def makeExtension(**options: object) -> QuoteExtension:
    return QuoteExtension(**options)
