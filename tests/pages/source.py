"""What the pages' Markdown quotes and says, read without building the site."""

import re
from pathlib import Path

from extensions.quote import FENCE
from extensions.records import ROOT

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))

FENCED = re.compile(
    r"^(?P<indent> *)(?P<ticks>`{3,})(?P<info>[^\n]*)\n(?P<body>.*?)"
    r"^(?P=indent)(?P=ticks)$",
    re.MULTILINE | re.DOTALL,
)
SECTION = re.compile(r"# --8<-- \[start:([\w-]+)\]")
LOOP = re.compile(
    r"\[\[% set files = \[(?P<rows>.*?)\n\] -?%\]\]\n(?P<body>.*?)\[\[% endfor %\]\]",
    re.DOTALL,
)


def page_name(path: Path) -> str:
    return path.relative_to(DOCS).as_posix()


def text(path: Path) -> str:
    """The page's Markdown; the two lists of whole files are written out."""
    source = path.read_text(encoding="utf-8")

    def write_out(match: re.Match[str]) -> str:
        names = re.findall(r'^  \("(\w+)"', match["rows"], re.MULTILINE)
        body = re.sub(r"\[\[% for .*?%\]\]", "", match["body"])
        return "\n".join(body.replace("[[ name ]]", name) for name in names)

    return LOOP.sub(write_out, source)


def quotes(path: Path) -> list[tuple[str, str, str | None]]:
    """(language, file below snippets/, section or None) of each quoting fence."""
    return [
        (match["language"], match["path"], match["section"])
        for match in FENCE.finditer(text(path))
    ]


def prose(path: Path) -> str:
    """What a page types, its description, formulas and code words included: no quoted
    code, no number of a record, no address.
    """
    words = text(path)
    words = re.sub(r"<!--.*?-->", "", words, flags=re.DOTALL)
    words = FENCED.sub("", words)
    words = re.sub(r"\[\[.*?\]\]", "", words, flags=re.DOTALL)
    words = re.sub(r"\]\([^)]*\)", "]", words)
    words = re.sub(r"\{ #[^}\n]*\}", "", words)
    words = re.sub(r"<[^>]*?(?: alt=\"([^\"]*)\")?[^>]*>", r"\1", words)
    return re.sub(r"^--8<--.*$", "", words, flags=re.MULTILINE)
