"""MkDocs hooks: what the site offers beyond its pages, and how notebooks become pages.

- Every snippet can be downloaded, without the lines that mark its sections, and so can
  the records of the experiments.
- The labs' modules become one script, their programs files that run alone.
- The maths font is cut down from the copy that the package ziamath carries.
- mkdocs-jupyter finds the notebooks and offers them for download; their cells are
  handed to the site's own Markdown, so that code, maths, links and search are those of
  every other page.
"""

import html
import io
import json
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import nbformat
from fontTools import subset
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from extensions.labs import bundle, element, networks
from extensions.quote import strip_markers
from snippets.standalone import labs, standalone, template

ROOT = Path(__file__).resolve().parent.parent
DOWNLOADS = ("from_scratch", "with_keras", "notebooks", "experiments", "")
FONT = "assets/fonts/stix-two-math.woff2"
FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)
LONE_LETTER = re.compile(r"<mi>(.)</mi>")
# Latin and Greek; the italic h is an older character of its own.
ITALIC = {
    unicodedata.normalize("NFKC", chr(code)): chr(code)
    for code in (*range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C))
} | {"h": "\u210e"}


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
    options = subset.Options(flavor="woff2", layout_features=[])
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(characters)))
    subsetter.subset(font)
    font["head"].modified = font["head"].created  # the same bytes in every build
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()


def on_post_build(config: MkDocsConfig) -> None:
    site = Path(config.site_dir)
    pages = (path.read_text(encoding="utf-8") for path in site.rglob("*.html"))
    target = site / FONT
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(maths_font(formula_characters(pages)))


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for folder in DOWNLOADS:
        for path in sorted((ROOT / "snippets" / folder).glob("*.py")):
            source = strip_markers(path.read_text(encoding="utf-8"))
            name = path.relative_to(ROOT / "snippets").as_posix()
            files.append(File.generated(config, f"files/{name}", content=source))
    for path in sorted((ROOT / "snippets" / "experiments").glob("*.json")):
        record = path.read_text(encoding="utf-8")
        name = f"files/experiments/{path.name}"
        files.append(File.generated(config, name, content=record))
    for path in labs():
        name = f"files/labs/{path.name}"
        files.append(File.generated(config, name, content=standalone(path)))
        # The same with a gap for the state, which the lab fills.
        name = f"labs/{element(path.stem)}.txt"
        files.append(File.generated(config, name, content=template(path)))
    for seed, found in networks().items():
        name, content = f"labs/networks-{seed}.json", json.dumps(found)
        files.append(File.generated(config, name, content=content))
    files.append(File.generated(config, "labs/labs.js", content=bundle()))
    return files


def notebook_to_markdown(path: Path) -> str:
    """The cells of an executed notebook as a page's Markdown; ValueError for one that
    failed.
    """
    notebook = nbformat.read(path, as_version=4)
    title, *rest = notebook.cells
    script = f"{path.stem}.py"
    downloads = (
        '<p class="code-links">'
        f'<a href="{path.name}" download>Download {path.name}</a> · '
        f'<a href="../../files/notebooks/{script}" download>Download {script}</a>'
        "</p>"
    )
    parts = [title.source, downloads]
    for number, cell in enumerate(rest, start=1):
        if cell.cell_type == "markdown":
            parts.append(cell.source)
            continue
        parts.append(f"``` {{.python .cell}}\n{cell.source}\n```")
        for output in cell.outputs:
            if output.output_type == "error":
                raise ValueError(
                    f"{path.name}, cell {number}: expected a run without an error"
                )
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            parts.append(f'``` {{.text .output title="Output"}}\n{text.rstrip()}\n```')
    return "\n\n".join(parts)


@event_priority(100)  # before mkdocs-macros
def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    if not page.file.src_path.endswith(".ipynb"):
        return markdown
    page.__dict__.pop("render", None)  # mkdocs-jupyter's own, put there just before
    body = notebook_to_markdown(Path(str(page.file.abs_src_path)))
    return f"[[% raw %]]\n{body}\n[[% endraw %]]"
