"""Links between pages by file name alone: [adding](adding.md#the-setting).

Wherever a page lies below docs/, its name leads to it, so that moving one changes no
other page. Only index.md stands in several folders: it is named by its whole path. A
link that begins with / names a file from docs/ on.
"""

import posixpath
import re
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import markdown
from markdown.treeprocessors import Treeprocessor
from mkdocs.utils.yaml import yaml_load

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = re.compile(r"^(/?[\w/-]+\.\w+)(#.*)?$")


def pages(docs: Path = DOCS) -> dict[str, str]:
    """The path below docs/ of every page, by its file name; ValueError for a name that
    two pages share.
    """
    found: dict[str, str] = {}
    for path in sorted([*docs.rglob("*.md"), *docs.rglob("*.ipynb")]):
        where = path.relative_to(docs).as_posix()
        name = where if path.stem == "index" else path.name
        if name in found:
            raise ValueError(
                f"pages: expected one {name} below docs/, got {found[name]} and "
                f"{where}; a link names a page by its file name, so rename one"
            )
        found[name] = where
    return found


def address_of(name: str) -> str:
    """adding.md -> evidence/adding/, from the root, also by a name that it had before;
    KeyError if there is no such page.
    """
    path = Path(known()[name])
    folder = path.parent if path.stem == "index" else path.with_suffix("")
    return f"{folder.as_posix()}/"


def moved() -> dict[str, str]:
    """Old paths below docs/, and where the pages are now, from mkdocs.yml."""
    moves = parsed((DOCS.parent / "mkdocs.yml").read_text(encoding="utf-8"))
    return dict(moves["extra"]["moved"])


@cache  # every page asks
def parsed(config: str) -> dict[str, Any]:
    return yaml_load(config)


def known() -> dict[str, str]:
    """The path of every page by its file name, also by one that it had before."""
    former = {Path(old).name: new.partition("#")[0] for old, new in moved().items()}
    return former | pages()


def titles(docs: Path = DOCS) -> dict[str, str]:
    """The first heading of every page, by its path below docs/."""
    found = {}
    for path in docs.rglob("*.md"):
        heading = re.search(r"^# (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        if heading:
            found[path.relative_to(docs).as_posix()] = heading[1]
    return found


class PageLinks(Treeprocessor):
    def __init__(self, md: markdown.Markdown):
        super().__init__(md)
        self.known = known()

    def run(self, root: Element) -> None:
        folder = posixpath.dirname(self.page())
        for link in root.iter("a"):
            match = PAGE.match(link.get("href", ""))
            if match and (match[1] in self.known or match[1].startswith("/")):
                path = self.known.get(match[1], match[1].removeprefix("/"))
                link.set("href", posixpath.relpath(path, folder) + (match[2] or ""))

    def page(self) -> str:
        """The page that is being built, below docs/: MkDocs's own step for links, which
        runs after this one and checks them, knows it.
        """
        step: Any = self.md.treeprocessors["relpath"]
        return str(step.file.src_uri)


class LinksExtension(markdown.Extension):
    def extendMarkdown(self, md: markdown.Markdown) -> None:
        # Before MkDocs resolves links, at 0.
        md.treeprocessors.register(PageLinks(md), "page_links", 5)


def makeExtension(**options: object) -> LinksExtension:
    return LinksExtension(**options)
