"""MkDocs hooks: what the site offers beyond its pages, and how notebooks become pages.

- Every snippet can be downloaded, without the lines that mark its sections.
- The maths font is cut down from the copy that the package ziamath carries.
- mkdocs-jupyter finds the notebooks and offers them for download; their cells are
  handed to the site's own Markdown, so that code, maths, links and search are those of
  every other page.
"""

import io
from functools import cache
from importlib.resources import files as package_files
from pathlib import Path

import nbformat
from fontTools import subset
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from extensions.quote import strip_markers

ROOT = Path(__file__).resolve().parent.parent
DOWNLOADS = ("from_scratch", "with_keras", "notebooks")
# Latin, Greek, the mathematical letters, arrows, operators, fences.
MATHS_CHARACTERS = [
    *range(0x20, 0x7F),
    *(0xB1, 0xB7, 0xD7),
    *range(0x391, 0x3CA),
    *(0x2016, 0x2026, 0x2032, 0x2061, 0x2062, 0x2063, 0x210E, 0x2192, 0x21A6),
    *(
        0x2202,
        0x2207,
        0x2208,
        0x220F,
        0x2211,
        0x2212,
        0x2218,
        0x2219,
        0x221A,
        0x221E,
        0x2225,
    ),
    *(
        0x2248,
        0x2260,
        0x2264,
        0x2265,
        0x2297,
        0x2299,
        0x22A4,
        0x22C5,
        0x22EE,
        0x22EF,
        0x2D9,
    ),
    *(0x2C6, 0x2DC, 0x302, 0x303, 0x304, 0x307),
    *range(0x1D400, 0x1D468),
    *range(0x1D6A8, 0x1D71C),
]


@cache
def maths_font() -> bytes:
    """STIX Two Math (SIL Open Font Licence), only the characters that formulas use, as
    woff2.
    """
    source = (
        package_files("ziamath").joinpath("fonts/STIXTwoMath-Regular.ttf").read_bytes()
    )
    options = subset.Options(
        flavor="woff2", layout_features=["ssty", "dtls"], notdef_outline=True
    )
    font = subset.load_font(io.BytesIO(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=MATHS_CHARACTERS)
    subsetter.subset(font)
    font["head"].modified = font["head"].created  # the same bytes in every build
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for folder in DOWNLOADS:
        for path in sorted((ROOT / "snippets" / folder).glob("*.py")):
            source = strip_markers(path.read_text(encoding="utf-8"))
            files.append(
                File.generated(config, f"files/{folder}/{path.name}", content=source)
            )
    font = File.generated(
        config, "assets/fonts/stix-two-math.woff2", content=maths_font()
    )
    files.append(font)
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
