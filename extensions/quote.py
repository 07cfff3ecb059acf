"""Dress each code block that quotes a snippet: its title, its links, its recorded
output.

A page quotes with a plain fence around one line of pymdownx.snippets:

    ```python                                         ```text
    --8<-- "from_scratch/rnn_cell.py:step"            --8<-- "from_scratch/rnn_cell.out"
    ```                                               ```

A named section becomes a part: it gets links to the whole file and to its download. A
file without a section is a complete program: it gets the download. An .out file is an
output. An experiment needs the project around it, so it is not called complete.
"""

import os
import re
from pathlib import PurePosixPath

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


def whole_file_page(path: PurePosixPath) -> str:
    """Where a snippet is shown whole: one page a folder, one heading a file; an
    experiment at the end of its own page.
    """
    name = path.stem.replace("_", "-")
    if path.stem == "agreement":  # of NumPy and Keras: a test more than an experiment
        return "reference/tested.md#the-program"
    if path.parent.name == "experiments":
        return f"evidence/{name}.md#the-program"
    if path.parent.name:
        return f"code/{path.parent.name.replace('_', '-')}.md#{path.stem}"
    return f"evidence/index.md#{name}"


class QuotePreprocessor(Preprocessor):
    def __init__(
        self, md: markdown.Markdown, docs_dir: os.PathLike, page_dir: os.PathLike
    ):
        super().__init__(md)
        self.docs_dir, self.page_dir = docs_dir, page_dir

    def run(self, lines: list[str]) -> list[str]:
        return FENCE.sub(self.dress, "\n".join(lines)).split("\n")

    def relative(self, target: str) -> str:
        """A link from this page to a file of docs/, in the form that MkDocs checks."""
        absolute = os.path.join(os.fspath(self.docs_dir), target)
        return os.path.relpath(absolute, os.fspath(self.page_dir)).replace(os.sep, "/")

    def dress(self, match: re.Match[str]) -> str:
        indent, section = match["indent"], match["section"]
        path = PurePosixPath(match["path"])
        quoted = (
            f'{indent}--8<-- "{path}{":" + section if section else ""}"\n{indent}```'
        )
        if path.suffix == ".out":
            source = path.with_suffix(".py")
            return f'{indent}``` {{.text .output title="Output of {source}"}}\n{quoted}'
        alone = path.parent.name not in ("experiments", "")
        kind = "part" if section else "program" if alone else "experiment"
        download = (
            f"[Download {path.name}]({self.relative(f'files/{path}')}){{ download }}"
        )
        # A lab hands out its whole program, with the reader's numbers in it.
        elsewhere = section and path.parent.name != "labs"
        whole = (
            f"[Whole file]({self.relative(whole_file_page(path))}) · "
            if elsewhere
            else ""
        )
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
    def __init__(self, **options: object) -> None:
        self.config = {
            "docs_dir": ["", "The folder of the pages"],
            "page_dir": ["", "The folder of the page that is being built"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        quote = QuotePreprocessor(
            md, self.getConfig("docs_dir"), self.getConfig("page_dir")
        )
        # pymdownx.snippets runs at 32, the fences at 25.
        md.preprocessors.register(quote, "quote", 34)
        md.preprocessors.register(MarkerPreprocessor(md), "quote_markers", 31)


def makeExtension(**options: object) -> QuoteExtension:
    return QuoteExtension(**options)
