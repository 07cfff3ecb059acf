"""Glossary terms become tooltips where a page first uses them.

docs/reference/glossary.yml is the one list: the glossary page is written from it, and
Python-Markdown's abbr marks its terms. This extension feeds abbr and then keeps the
first mark of each term on a page, outside headings and links, so that a page is not all
dotted lines.
"""

import os
from functools import cache
from pathlib import Path
from typing import TypedDict
from xml.etree.ElementTree import Element

import markdown
import yaml
from markdown.extensions.abbr import AbbrExtension
from markdown.treeprocessors import Treeprocessor

SKIPPED = {"h1", "h2", "h3", "h4", "h5", "h6", "a", "th", "summary", "dt"}


class Entry(TypedDict):
    term: str
    also: list[str]
    means: str


def load(path: str | os.PathLike) -> list[Entry]:
    """The glossary's entries, in the order of the alphabet; ValueError for an
    incomplete one.
    """
    return _loaded(Path(path), os.stat(path).st_mtime_ns)


@cache
def _loaded(path: Path, _changed: int) -> list[Entry]:
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    for entry in entries:
        if not {"term", "means"} <= set(entry) <= {"term", "also", "means"}:
            raise ValueError(
                f"glossary: expected term, means and perhaps also, got {entry}"
            )
        entry.setdefault("also", [])
    return sorted(entries, key=lambda entry: entry["term"].lower())


def spellings(entry: Entry) -> list[str]:
    """The words that get the tooltip: as given, in the plural, at the start of a
    sentence.
    """
    words = [entry["term"], *entry["also"]]
    words += [word + "s" for word in words]
    return words + [word[0].upper() + word[1:] for word in words]


class FirstUse(Treeprocessor):
    def __init__(self, md: markdown.Markdown, term_of: dict[str, str]):
        super().__init__(md)
        self.term_of = term_of

    def run(self, root: Element) -> None:
        self.visit(root, seen=set(), skip=False)

    def visit(self, parent: Element, seen: set[str], skip: bool) -> None:
        for child in list(parent):
            if child.tag == "abbr" and child.text in self.term_of:
                term = self.term_of[child.text]
                if skip or term in seen:
                    unwrap(parent, child)
                seen |= set() if skip else {term}
            else:
                self.visit(child, seen, skip or child.tag in SKIPPED)


def unwrap(parent: Element, child: Element) -> None:
    """Replace an element without children by its text."""
    text = (child.text or "") + (child.tail or "")
    place = list(parent).index(child)
    if place:
        before = parent[place - 1]
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    parent.remove(child)


class GlossaryExtension(markdown.Extension):
    def __init__(self, **options: object) -> None:
        self.config = {"path": ["", "The YAML file of the terms"]}
        super().__init__(**options)

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        entries = load(self.getConfig("path"))
        abbr = AbbrExtension()
        abbr.load_glossary({word: e["means"] for e in entries for word in spellings(e)})
        abbr.extendMarkdown(md)
        terms = {word: e["term"] for e in entries for word in spellings(e)}
        md.treeprocessors.register(FirstUse(md, terms), "glossary_first_use", 6)


def makeExtension(**options: object) -> GlossaryExtension:
    return GlossaryExtension(**options)
