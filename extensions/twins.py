"""A Markdown twin of every page, and llms.txt, the list of them, for those who read
with a model.

The twin is what the page's source says once macros, quoted code, records and pictures'
words are in it, with formulas as TeX and links that work from there.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from extensions.quote import strip_markers

SNIPPETS = Path(__file__).resolve().parent.parent / "snippets"
FIGURES = SNIPPETS.parent / "docs" / "assets" / "figures"
QUOTED = re.compile(r'^( *)--8<-- "([\w/.-]+?)(?::([\w-]+))?"$', re.MULTILINE)
LAB = re.compile(r'<div class="lab".*?</script>\n</div>', re.DOTALL)
DRAWN = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
HTML_LINK = re.compile(r'<a\b[^>]*?href="([^"]*)"[^>]*>(.*?)</a>')
MARK = re.compile(r'<a class="so".*?</a>')
TAG = re.compile(r"</?(?:div|figure|figcaption|p|span|br|a id)\b[^>]*>")
# Tabs, and what unfolds; the library's name stands in a tab once more.
BOX = re.compile(r'^(?:===!?|\?\?\?\+?|!!!)[ \w]* "(.*)"$')
ATTRIBUTES = re.compile(
    r"^\w+\n\{: \.library \}\n| *\{:? (?:[#.][^}]*|download )\}", re.MULTILINE
)
LINK = re.compile(r"(\]\()([^)\s]+)(\))")


def twin(markdown: str, folder: str, known: dict[str, str]) -> str:
    """folder: of the page, below the site's root; known: each page's path below docs/,
    by its file name.
    """
    text = LAB.sub("(Here is a lab: open the page to use it.)", markdown)
    text = MARK.sub("", QUOTED.sub(quoted, unfolded(text)))
    text = HTML_LINK.sub(r"[\2](\1)", text)
    text = TAG.sub("", DRAWN.sub(lambda drawn: words_of(drawn[0]), text))
    text = LINK.sub(lambda link: link[1] + led(link[2], folder, known) + link[3], text)
    return re.sub(r"\n{3,}", "\n\n", ATTRIBUTES.sub("", text)).strip() + "\n"


def unfolded(text: str) -> str:
    """Tabs and folded answers as plain paragraphs below their titles."""
    lines, inside = [], False
    for line in text.split("\n"):
        if box := BOX.match(line):
            lines += ["", f"**{box[1]}**"]
            inside = True
            continue
        inside = inside and (not line or line.startswith("    "))
        lines.append(line.removeprefix("    ") if inside else line)
    return "\n".join(lines)


def quoted(match: re.Match[str]) -> str:
    indent, name, section = match.groups()
    places = (folder / name for folder in (SNIPPETS, FIGURES, SNIPPETS.parent))
    path = next(place for place in places if place.exists())
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".svg":
        return indent + words_of(text)
    if section:
        start, end = (rf"^.*--8<-- \[{at}:{section}\].*\n" for at in ("start", "end"))
        text = re.split(end, re.split(start, text, flags=re.M)[1], flags=re.M)[0]
    lines = strip_markers(text).rstrip().split("\n")
    return "\n".join(indent + line for line in lines)


def words_of(drawn: str) -> str:
    """What a picture says to those who do not see it."""
    found = [
        re.search(rf"<{tag}[^>]*>(.*?)</{tag}>", drawn, re.DOTALL)
        for tag in ("title", "desc")
    ]
    title, said = (match[1] if match else "" for match in found)
    return f"*Picture: {said if said.startswith(title) else f'{title}. {said}'}*"


def led(address: str, folder: str, known: dict[str, str]) -> str:
    """A link by a page's file name, or from docs/ on, as it works from the twin."""
    file, sign, place = address.partition("#")
    name = posixpath.basename(file)
    if "://" in file or not (name in known or file.startswith("/")):
        return address
    path = file.removeprefix("/") if file.startswith("/") else known[name]
    if path.endswith((".md", ".ipynb")):
        stem = posixpath.splitext(path)[0].removesuffix("index").rstrip("/")
        path = f"{stem}/index.md".removeprefix("/")
    return posixpath.relpath(path, folder or ".") + sign + place


def listed(nav: Navigation, config: MkDocsConfig) -> str:
    """llms.txt: each page's twin with its description, by section."""
    lines = [f"# {config.site_name}", "", f"> {config.site_description}"]
    for item in nav.items:
        found = [item] if isinstance(item, Page) else item.children or []
        lines += ["", f"## {item.title}", ""]
        lines += [entry(page) for page in found if isinstance(page, Page)]
    return "\n".join(lines) + "\n"


def entry(page: Page) -> str:
    said = page.meta.get("description", "")
    return f"- [{page.title}]({page.url}index.md)" + (f": {said}" if said else "")
