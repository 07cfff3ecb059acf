"""A copy of the built site for reading without a server, and the guide on paper.

    python -m tools.offline       from site/ into site/downloads/, as make offline does

rnn-or-gru.zip works when index.html is opened from a folder: links name their files,
the search reads an index that is a script. What a browser refuses a page from a folder,
the modules of the labs, says so. rnn-or-gru.pdf holds the guide, the articles, glossary
and references as one document, printed by Chromium, with its links and an outline.
"""

import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

from bs4 import BeautifulSoup, Tag
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

from tools.record import ROOT
from tools.serving import served
from tools.stills import HINT, browser

NAME = "rnn-or-gru"
# Only so that the same site gives the same bytes.
DATE = (1980, 1, 1, 0, 0, 0)
ADDRESS = re.compile(r'(?<=[\s<])(href|src)="([^"#?:]*)([#?][^"]*)?"')
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
OFFERED = re.compile(r'<span class="downloads">.*?</span>', re.DOTALL)
MODULE = re.compile(r'(<script src="[^"]*guide\.mjs") type="module">')
SERVE = (
    "A still: a browser runs the lab only from a server. In the folder of this copy, "
    "run <code>python -m http.server</code>, and open <code>http://localhost:8000</code>."
)
PRINTED = ("Guide", "Related articles", "Reference")
LEFT_OUT = ("reference/claims", "reference/tested", "reference/contributing")


def to_file(match: re.Match[str]) -> str:
    """An address of a folder becomes that of its index.html."""
    attribute, path, rest = match.groups()
    if path and (path.endswith(("/", "..")) or path == "."):
        path = f"{path.rstrip('/')}/index.html"
    return f'{attribute}="{path}{rest or ""}"'


def from_folder(text: str) -> str:
    """A page that works without a server."""
    text = OFFERED.sub("", POLICY.sub("", text)).replace(HINT, SERVE)
    return ADDRESS.sub(to_file, MODULE.sub(r"\1 defer>", text))


def index_script(text: str) -> str:
    """The search's index as a script, its places as files."""
    index: dict[str, Any] = json.loads(text)
    for place in index["docs"]:
        path, sign, anchor = place["location"].partition("#")
        place["location"] = f"{path}index.html{sign}{anchor}"
    return f"var __index = {json.dumps(index, ensure_ascii=False)}"


def write_copy(site: Path, path: Path) -> None:
    """The zip. Its files lie in one folder."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:

        def put(name: str, content: bytes) -> None:
            entry = zipfile.ZipInfo(f"{NAME}/{name}", DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, content)

        for one in sorted(site.rglob("*")):
            name = one.relative_to(site).as_posix()
            if not one.is_file() or name.startswith("downloads/") or name == "_headers":
                continue
            content = one.read_bytes()
            if one.suffix == ".html":
                content = from_folder(content.decode()).encode()
            if one.name == "guide.mjs":  # a script, and no module, in the copy
                content = b"{" + content + b"}"
            if name == "search/search_index.json":
                put("search/search_index.js", index_script(content.decode()).encode())
                continue
            put(name, content)


def printed_pages(nav: list[dict[str, Any]]) -> list[str]:
    """Their addresses, in the order of the navigation."""
    sections = {name: pages for part in nav for name, pages in part.items()}
    paths = [
        path for name in PRINTED for page in sections[name] for path in page.values()
    ]
    addresses = [path.removesuffix(".md").removesuffix("/index") for path in paths]
    return [address for address in addresses if address not in LEFT_OUT]


def name_of(address: str, anchor: str) -> str:
    """The id, in the one document, of a place on a page."""
    return f"{address.strip('/').replace('/', '.')}.{anchor}"


def article(site: Path, address: str, known: list[str], home: str) -> Tag:
    """The text of a page, its ids and links those of the one document; home is where
    links to what is not printed lead.
    """
    text = (site / address / "index.html").read_text(encoding="utf-8")
    found = BeautifulSoup(text, "html.parser").select_one("article")
    assert found, f"{address}: expected a page with an article"
    useless = ".headerlink, .so, script, .cite, .md-content__button, .asked, link"
    for one in found.select(useless):
        one.decompose()
    for fold in found.select("details"):
        fold["open"] = ""
    for one in found.find_all(True):
        if one.has_attr("id"):
            one["id"] = name_of(address, str(one["id"]))
        for key, value in list(one.attrs.items()):
            if key == "href" and one.name == "a":
                if target := link(str(value), address, known, home):
                    one["href"] = target
                else:
                    del one["href"]
            elif key in ("href", "xlink:href") and str(value).startswith("#"):
                one[key] = f"#{name_of(address, str(value)[1:])}"
            elif isinstance(value, str) and "url(#" in value:
                one[key] = value.replace("url(#", f"url(#{name_of(address, '')}")
            elif key == "src":
                one["src"] = urljoin(f"{address}/", str(value))
            elif key in ("aria-labelledby", "aria-describedby", "for"):
                ids = value.split() if isinstance(value, str) else value
                one[key] = " ".join(name_of(address, each) for each in ids)
    found["id"] = name_of(address, "")
    return found


def link(target: str, address: str, known: list[str], home: str) -> str:
    """Where a page's link leads in the one document; nowhere, if what it leads to is
    not printed and the site's address is not known.
    """
    path, anchor = urldefrag(target)
    if re.match(r"[a-z]+:", path):
        return target
    there = urljoin(f"{address}/", path).strip("/") if path else address
    if there in known:
        return f"#{name_of(there, anchor)}"
    return f"{home}{there}/{f'#{anchor}' if anchor else ''}" if home else ""


PAPER = """<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8">
<title>%(title)s</title>%(styles)s
<style>
  body { background: none; }
  .md-grid, .md-content__inner { max-width: none; margin: 0; padding: 0; }
  article { break-before: page; }
  h2, h3, figcaption { break-after: avoid; }
  figure, tr, .formula, .admonition-title { break-inside: avoid; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  .contents { columns: 2; }
  .contents ol { margin: 0 0 1em; }
</style></head>
<body data-md-color-scheme="default" data-md-color-primary="custom">
<div class="md-content"><div class="md-typeset" id="contents">
<h1>%(title)s</h1><p>%(description)s</p><p>%(licence)s</p>
<div class="contents">%(contents)s</div></div>
%(articles)s</div></body></html>"""
FOOT = """<p style="font: 8px sans-serif; width: 100%; text-align: center">
<span class="pageNumber"></span></p>"""


def paper(site: Path, config: MkDocsConfig) -> str:
    """The one document, as HTML in the root of the site."""
    pages = printed_pages(config.nav or [])
    home = config.site_url or ""
    articles = [article(site, address, pages, home) for address in pages]
    index = (site / "index.html").read_text(encoding="utf-8")
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)">', index)
    sheets.append("assets/stylesheets/labs.css")
    contents = []
    for address, one in zip(pages, articles, strict=True):
        heading = one.select_one("h1")
        assert heading, f"{address}: expected a heading"
        to = name_of(address, "")
        contents.append(f'<li><a href="#{to}">{heading.get_text()}</a></li>')
    return PAPER % {
        "title": config.site_name,
        "description": config.site_description,
        "licence": config.copyright,
        "styles": "".join(f'<link rel="stylesheet" href="{one}">' for one in sheets),
        "contents": f"<ol>{''.join(contents)}</ol>",
        "articles": "".join(map(str, articles)),
    }


def write_paper(site: Path, path: Path, config: MkDocsConfig, chromium: Any) -> None:
    """The PDF, as Chromium prints it."""
    document = paper(site, config)
    with served(site) as base:
        page = chromium.new_page(java_script_enabled=False)
        page.goto(base)  # where the document's pictures and styles are
        page.set_content(document)
        page.pdf(
            path=path,
            format="A4",
            scale=0.85,
            margin=dict.fromkeys(("top", "bottom", "left", "right"), "18mm"),
            outline=True,
            tagged=True,
            print_background=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOT,
        )
        page.close()


def main() -> None:
    if sys.argv[1:]:
        raise SystemExit(f"tools.offline: expected no arguments, got {sys.argv[1:]}")
    site = ROOT / "site"
    if not (site / "index.html").is_file():
        raise SystemExit("tools.offline: expected a built site in site/: make site")
    folder = site / "downloads"
    folder.mkdir(exist_ok=True)
    write_copy(site, folder / f"{NAME}.zip")
    config = load_config(str(ROOT / "mkdocs.yml"))
    with browser() as chromium:
        write_paper(site, folder / f"{NAME}.pdf", config, chromium)
    for one in sorted(folder.iterdir()):
        print(f"{one.relative_to(ROOT)}: {one.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
