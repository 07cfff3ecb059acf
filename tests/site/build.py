"""Build the site, or a tiny one of a few pages, strictly and in this process."""

import logging
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

from extensions.records import ROOT
from snippets.record import programs

STYLE = "assets/stylesheets/guide.css"


def configured(docs: Path, site: Path, **options: Any) -> MkDocsConfig:
    return load_config(
        str(ROOT / "mkdocs.yml"), docs_dir=str(docs), site_dir=str(site), **options
    )


def build_strictly(config: MkDocsConfig) -> None:
    """Raises mkdocs.exceptions.Abort, or what stopped it, as `make site` would fail."""
    config.plugins.on_startup(command="build", dirty=False)
    try:
        build(config)
    finally:
        config.plugins.on_shutdown()


def build_tiny(folder: Path, markdown: str) -> Path:
    """A site of one page, with the parts of docs/ that every page leans on."""
    docs, site = folder / "docs", folder / "site"
    copies = ["reference/glossary.yml", STYLE]
    copies += ["assets/javascripts/guide.mjs", "assets/javascripts/search-later.js"]
    copies += ["assets/images/logo.svg", "assets/images/favicon.svg"]
    copies += ["assets/diagrams/rnn-cell.svg"]
    for name in copies:
        target = docs / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / "docs" / name).read_bytes())
    (docs / "code").mkdir()
    for part in ("from_scratch", "with_keras"):
        headings = [f"## {p.stem} {{ #{p.stem} }}\n" for p in programs(part)]
        page = docs / "code" / f"{part.replace('_', '-')}.md"
        page.write_text("\n".join(["# Files\n", *headings]), encoding="utf-8")
    (docs / "index.md").write_text(markdown, encoding="utf-8")
    nav = ["index.md", "code/from-scratch.md", "code/with-keras.md"]
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    build_strictly(configured(docs, site, strict=True, nav=nav))
    return site
