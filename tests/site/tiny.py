"""A tiny site, built as the whole one is."""

import logging
from pathlib import Path

from extensions import macros
from extensions.links import moved
from tools.build import build_strictly, configured
from tools.record import ROOT, programs


def build_tiny(folder, markdown):
    """A site of one page, with the parts of docs/ that every page leans on."""
    docs, site = folder / "docs", folder / "site"
    index = "# Files\n\n" + "".join(
        f"## {path.stem} {{ #{path.stem} }}\n\n"
        for path in programs("from_scratch", "with_keras")
    )
    claims = "# All claims\n\n" + "".join(
        f'<a id="{one}"></a>\n' for one in macros.findings()
    )
    made = {
        "index.md": markdown,
        "code/from-scratch.md": index,
        "code/with-keras.md": index,
        "reference/claims.md": claims,
    }
    copied = (
        "assets/figures/rnn_cell.svg",
        "assets/images/favicon.svg",
        "assets/images/logo.svg",
        "assets/javascripts/guide.mjs",
        "assets/javascripts/search-later.js",
        "assets/stylesheets/guide.css",
        "reference/glossary.yml",
    )
    made |= {one: (ROOT / "docs" / one).read_text("utf-8") for one in copied}
    for name, content in made.items():
        (docs / name).parent.mkdir(parents=True, exist_ok=True)
        (docs / name).write_text(content, encoding="utf-8")
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    nav = [name for name in made if name.endswith(".md")]
    build_strictly(configured(docs, site, strict=True, nav=nav))
    for leads_away in (
        "404",
        *(f"{Path(old).with_suffix('')}/index" for old in moved()),
    ):
        (site / f"{leads_away}.html").unlink()  # to pages that are not here
    return site
