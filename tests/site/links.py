"""Check every internal address of a built site: links, anchors, images, scripts."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

ADDRESSES = {
    "a": "href",
    "link": "href",
    "img": "src",
    "script": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "iframe": "src",
    "object": "data",
    "form": "action",
}
# Attributes that name an id of the same page.
NAMES = ("aria-labelledby", "aria-describedby", "aria-controls", "for")


def broken(site: Path, root: str = "/") -> list[str]:
    """What leads nowhere, one line each, 'page: address: why'; also ids used twice.

    root is the path that the site is made for: an address from the server's root must
    stay below it.
    """
    pages = {path: parse(path) for path in sorted(site.rglob("*.html"))}
    ids = {
        path: [str(tag["id"]) for tag in soup.select("[id]")]
        for path, soup in pages.items()
    }
    problems = []
    for path, soup in pages.items():
        name = path.relative_to(site).as_posix()
        known = ids[path]
        twice = {i for i in known if known.count(i) > 1}
        problems += [f"{name}: id {i!r} stands twice" for i in sorted(twice)]
        for element in soup.find_all(True):
            attribute = ADDRESSES.get(element.name, "")
            if element.has_attr(attribute):
                address = str(element[attribute])
                why = problem(site, name, address, root, ids)
                problems += [f"{name}: {address!r}: {why}"] if why else []
            for target in referred(element):
                if target not in known:
                    problems.append(f"{name}: #{target}: no such id")
    return problems


def referred(element: Tag) -> list[str]:
    """The ids that an element's attributes name, url(#...) of SVG included."""
    named = " ".join(str(element.get(name) or "") for name in NAMES).split()
    for value in element.attrs.values():
        named += re.findall(r"url\(#([^)]+)\)", str(value))
    return named


def parse(path: Path) -> BeautifulSoup:
    """The page, to be read and not to be changed."""
    return _parse(path.read_text(encoding="utf-8"))


@cache  # a page is read by many tests
def _parse(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def problem(
    site: Path, page: str, address: str, root: str, ids: dict[Path, list[str]]
) -> str | None:
    parts = urlsplit(address)
    if parts.scheme in ("http", "https", "mailto", "data"):
        return None
    if not address:
        return "empty"
    if address.startswith("/"):
        if not address.startswith(root):
            return f"not below {root}"
        parts = parts._replace(path="/" + parts.path.removeprefix(root))
    target = unquote(urlsplit(urljoin("/" + page, parts.path)).path)
    file = site / target.lstrip("/") if parts.path else site / page
    if file.is_dir():
        file = file / "index.html"
    if not file.is_file():
        return "no such file"
    if parts.fragment and file.suffix == ".html" and parts.fragment not in ids[file]:
        return "no such anchor"
    return None
