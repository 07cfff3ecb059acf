"""Build the site strictly, in this process."""

from pathlib import Path
from typing import Any

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

from tools.record import ROOT


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
