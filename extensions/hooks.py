"""MkDocs calls the steps of tools/site.py, and gets the notebooks' pages.

mkdocs-jupyter finds the notebooks and offers them for download. Their pages are
Markdown, recorded beside their sources, so that code, maths, links and search are those
of every other page.
"""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.pages import Page

from tools import site
from tools.record import SNIPPETS


def on_config(config: MkDocsConfig) -> None:
    site.before(Path(config.docs_dir))


@event_priority(100)  # before mkdocs-macros
def on_page_markdown(
    markdown: str, page: Page, config: MkDocsConfig, **_: object
) -> str:
    path = Path(page.file.src_path)
    if path.suffix != ".ipynb":
        return markdown
    page.__dict__.pop("render", None)  # mkdocs-jupyter's own, put there just before
    recorded = SNIPPETS / "notebooks" / f"{path.stem}.md"
    return recorded.read_text(encoding="utf-8").replace(
        "<!-- colab -->", colab(config.repo_url, path.stem)
    )


def colab(repository: str | None, name: str) -> str:
    """A link that opens the notebook in Colab, if it lies in a repository on GitHub."""
    found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)/?", repository or "")
    if not found:
        return ""
    address = f"https://colab.research.google.com/github/{found[1]}/blob/main"
    return f' · <a href="{address}/docs/notebooks/{name}.ipynb">Open in Colab</a>'


def on_post_build(config: MkDocsConfig) -> None:
    site.after(Path(config.site_dir), config.extra["moved"])
