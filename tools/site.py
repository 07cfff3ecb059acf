"""The steps before and after the build of the site, whatever builds it.

    python -m tools.site before     writes docs/files/: what the pages offer and load
    python -m tools.site after      makes site/ whole, and light

Before: every snippet as a download without the lines that mark its sections, the
records, the claims, the labs' modules and programs. After: the font STIX Two Math, cut
down to the characters of the formulas, from the copy that the package ziamath carries,
the pictures that links to pages are shown with, pages without spare bytes, styles
without what no page uses, and a redirect from the old address of each page that moved.
"""

import base64
import hashlib
import html
import io
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from types import MappingProxyType

import lightningcss
import minify
from fontTools import subset
from PIL import Image, ImageColor, ImageDraw, ImageFont

from extensions import labs
from extensions.links import moved
from extensions.macros import claims
from extensions.quote import strip_markers
from tools.record import READ_AND_COPIED, ROOT, SNIPPETS, programs, write_whole

REDIRECT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>This page has moved</title>
<link rel="canonical" href="%(to)s"><meta http-equiv="refresh" content="0; url=%(to)s">
<script>const { search, hash } = location;
location.replace("%(to)s" + search + (hash || "%(at)s"))</script></head>
<body><p>This page has moved: <a href="%(to)s">go there</a>.</p></body></html>
"""
KINDS = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
}
# What simple readers of HTML need, and what styles look for, stays.
KEPT = ("document-tags", "end-tags", "quotes", "default-attr-vals")
minify.config({f"html-keep-{what}": True for what in KEPT})
# By this mark the theme's script finds the link to the repository, and asks its host
# for numbers; no page asks another host.
ASKS_FOR_STARS = ' data-md-component="source"'
# Names, signs and spaces of code have the colour of text: without an element for each,
# a page of code has half as many.
UNCOLOURED = re.compile(r'<span class="(?:n|o|p|w)">([^<]*)</span>')
# The theme's script puts each into a box when the page stands: it would be drawn twice.
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
FONT = "assets/fonts/stix-two-math.woff2"
FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)
LONE_LETTER = re.compile(r"<mi>(.)</mi>")
# Latin and Greek; the italic h is an older character of its own.
ITALIC = {
    unicodedata.normalize("NFKC", chr(code)): chr(code)
    for code in (*range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C))
} | {"h": "\u210e"}


FOLDERS = (*READ_AND_COPIED, "practice", "notebooks", "experiments")


def offered() -> dict[str, str]:
    """What pages offer for download and what labs load, by path below files/."""
    files = {}
    for path in programs(*FOLDERS):
        source = strip_markers(path.read_text(encoding="utf-8"))
        files[path.relative_to(SNIPPETS).as_posix()] = source
    for path in sorted((SNIPPETS / "experiments").glob("*.json")):
        files[f"experiments/{path.name}"] = path.read_text(encoding="utf-8")
    files["claims.json"] = json.dumps(claims(), indent=1, ensure_ascii=False) + "\n"
    return files | labs.files()


def before(docs: Path) -> None:
    """Write docs/files/, and take away what is no longer offered."""
    folder, files = docs / "files", offered()
    for name, content in files.items():
        path = folder / name
        # A file that is the same stays, or a server that watches would build for ever.
        if not path.is_file() or path.read_text(encoding="utf-8") != content:
            write_whole(path, content, quiet=True)
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()


def after(
    site: Path,
    moves: dict[str, str],
    policies: bool = True,
    cards: Mapping[str, tuple[str, str]] = MappingProxyType({}),
) -> None:
    """moves: old paths below docs/, and where the pages are now; policies: whether each
    page forbids what it does not need, also what a server that reloads puts into it;
    cards: the two lines of each picture that a link to a page is shown with.
    """
    pages = (path.read_text(encoding="utf-8") for path in site.rglob("*.html"))
    font = maths_font(formula_characters(pages))
    (site / FONT).parent.mkdir(parents=True, exist_ok=True)
    (site / FONT).write_bytes(font)
    for name, (title, below) in cards.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(card(title, below))
    for path in [*site.rglob("*.html"), *(site / "assets").rglob("*.*")]:
        if path.suffix in KINDS and ".min." not in path.name:
            text = path.read_text(encoding="utf-8").replace(ASKS_FOR_STARS, "")
            text = TABLE.sub(wrapped, UNCOLOURED.sub(r"\1", text))
            path.write_text(minify.string(KINDS[path.suffix], text), encoding="utf-8")
    lighten(site)
    if policies:
        write_policies(site)
    for old, new in moves.items():
        new, sign, place = new.partition("#")
        there = Path(new).with_suffix("").as_posix()
        up = "../" * (len(Path(old).parts))
        page = site / Path(old).with_suffix("") / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(
            REDIRECT % {"to": f"{up}{there}/", "at": sign + place}, encoding="utf-8"
        )


def wrapped(table: re.Match[str]) -> str:
    """A table in the boxes in which it scrolls."""
    inside = table[0].replace("<table>", '<table class="data">')
    boxes = '<div class="md-typeset__scrollwrap"><div class="md-typeset__table">'
    return f"{boxes}{inside}</div></div>"


INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
POLICY = (
    "default-src 'self'; script-src 'self'%s; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'"
)


def write_policies(site: Path) -> None:
    """A Content-Security-Policy in each page: files of the site, the page's own inline
    scripts by their hashes, and nothing else. The same for all pages in _headers, which
    some hosts of static sites read.
    """
    every: set[str] = set()
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        scripts = {script.encode() for script in INLINE.findall(text)}
        hashes = {
            f" 'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
            for script in scripts
        }
        every |= hashes
        policy = POLICY % "".join(sorted(hashes))
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        before, charset, rest = text.partition('<meta charset="utf-8">')
        if not charset:
            raise RuntimeError(f"{path}: expected a page that says its charset")
        path.write_text(before + charset + meta + rest, encoding="utf-8")
    policy = POLICY % "".join(sorted(every)) + "; frame-ancestors 'self'"
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    lines = ["/*", *(f"  {name}: {value}" for name, value in headers.items())]
    (site / "_headers").write_text("\n".join(lines) + "\n", encoding="utf-8")


# The theme stops all transitions while a scheme is switched, and does so at every load:
# a new style for each element of the page, most of the time that loading it blocks.
SWITCHING = re.compile(r"\[data-md-color-switching\] [^{}]*\{[^{}]*\}")
# It also tells the browser the scheme of each page by a new element, twice; the styles
# say it already.
SCHEME = ('{name:"color-scheme"}', '{name:"scheme"}')
# What a page names for its styles, and the names that its own styles give or read.
NAMES = re.compile(r'(?<= class=")[^"]*|(?<= id=")[^"]*|--[\w-]+')
# Parts of the theme that no page has.
OFF = re.compile(r"md-(annotation|version|tag|status|source__fact)")
# The fifth and later tabs of a group.
MANY_TABS = re.compile(r"(?<=[},])[^{},]*:nth-child\((?:[5-9]|1\d|20)\)[^{},]*,")
# For languages that are written from right to left.
RIGHT_TO_LEFT = re.compile(r"(?<=[}])\[dir=rtl\][^{},]*\{[^{}]*\}")


def lighten(site: Path) -> None:
    """Take out of the styles what no page and no script of the site names."""
    sheets = {path: path.read_text("utf-8") for path in site.rglob("assets/**/*.css")}
    named = {"js"}
    for path in site.rglob("*.html"):
        named.update(*map(str.split, NAMES.findall(path.read_text(encoding="utf-8"))))
    for path in [*site.rglob("*.js"), *site.rglob("*.mjs")]:
        # The theme's scripts name classes in several words; one word is just a word.
        words = r"\w+(?:-+\w+)+" if ".min." in path.name else r"[\w-]+"
        found = set(re.findall(words, path.read_text(encoding="utf-8")))
        named |= {name for name in found if not OFF.match(name)}
    for _ in range(2):  # what only an unused class used is unused, too
        text = "".join(sheets.values())
        read = set(re.findall(r"var\((--[\w-]+)", text))
        unused = set(re.findall(r"[.#]([a-zA-Z_][\w-]*)", text)) - named
        unused |= set(re.findall(r"(--[\w-]+)\s*:", text)) - named - read
        for path, sheet in sheets.items():
            light = lightningcss.process_stylesheet(sheet, unused_symbols=unused)
            for rule in (SWITCHING, RIGHT_TO_LEFT, MANY_TABS):
                light = rule.sub("", light)
            sheets[path] = light.replace("table:not([class])", "table.data")
    for path, sheet in sheets.items():
        path.write_text(sheet, encoding="utf-8")
    for path in site.rglob("bundle.*.js"):
        text = path.read_text(encoding="utf-8").replace(*SCHEME)
        path.write_text(text, encoding="utf-8")


def formula_characters(pages: Iterable[str]) -> frozenset[str]:
    """The characters that a browser draws for the formulas of these pages."""
    used = set(" ()")
    for formula in (match[0] for page in pages for match in FORMULA.finditer(page)):
        used |= set(html.unescape(re.sub(r"<[^>]*>", "", formula)))
        # A letter alone in <mi> is drawn in mathematical italics.
        used |= {ITALIC.get(a, a) for a in LONE_LETTER.findall(formula)}
    return frozenset(used)


@cache
def maths_font(characters: frozenset[str]) -> bytes:
    """STIX Two Math (SIL Open Font Licence) with these characters alone, as woff2."""
    path = distribution("ziamath").locate_file("ziamath/fonts/STIXTwoMath-Regular.ttf")
    source = io.BytesIO(Path(str(path)).read_bytes())
    options = subset.Options(flavor="woff2", layout_features=[], hinting=False)
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(characters)))
    subsetter.subset(font)
    font["head"].modified = font["head"].created  # the same bytes in every build
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()


@cache
def colours() -> dict[str, str]:
    """Those of the pages in the light scheme, which the styles name first: rnn, gru."""
    styles = (ROOT / "docs/assets/stylesheets/guide.css").read_text(encoding="utf-8")
    return dict(reversed(re.findall(r"^  --([\w-]+): (#\w+);", styles, re.MULTILINE)))


@cache
def ground() -> Image.Image:
    """What all cards show, 1200 by 630 pixels: an RNN and a GRU read the sentence."""
    record = SNIPPETS / "experiments" / "which_verb.json"
    read = json.loads(record.read_text(encoding="utf-8"))["read"]
    picture = Image.new("RGB", (1200, 630), colours()["md-default-bg-color"])
    draw = ImageDraw.Draw(picture)
    small = ImageFont.load_default(size=38)
    draw.rectangle((0, 0, 1200, 18), fill=colours()["brand"])
    plus, minus, paper = (
        ImageColor.getrgb(colours()[name])
        for name in ("plus", "minus", "md-default-bg-color")
    )
    for left, network, name in ((70, "rnn", "RNN"), (650, "bias_gru", "GRU")):
        draw.text((left, 238), name, font=small, fill=colours()[name.lower()])
        for row, states in enumerate(read[network]["trained"]["states"]):
            for column, value in enumerate(states):
                x, y = left + 30 * column, 296 + 33 * row
                hue = plus if value > 0 else minus
                mixed = tuple(
                    round(abs(value) * a + (1 - abs(value)) * b)
                    for a, b in zip(hue, paper, strict=True)
                )
                draw.rectangle((x, y, x + 27, y + 30), fill=mixed)
    return picture


def card(title: str, below: str) -> bytes:
    """The PNG that a link to a page is shown with: its title, and a line below it."""
    picture = ground().copy()
    draw = ImageDraw.Draw(picture)
    size = 92
    while draw.textlength(title, ImageFont.load_default(size=size)) > 1060:
        size -= 2
    ink, pale = (colours()[f"md-default-fg-color{which}"] for which in ("", "--light"))
    draw.text((70, 152), title, ink, ImageFont.load_default(size=size), "ls")
    draw.text((72, 172), below, pale, ImageFont.load_default(size=38))
    out = io.BytesIO()
    picture.save(out, format="PNG")
    return out.getvalue()


if __name__ == "__main__":
    if sys.argv[1:] not in (["before"], ["after"]):
        raise SystemExit(f"tools.site: expected before or after, got {sys.argv[1:]}")
    if sys.argv[1] == "before":
        before(ROOT / "docs")
    else:
        after(ROOT / "site", moved())
