"""MkDocs calls the steps of tools/site.py, and gets the notebooks' pages.

mkdocs-jupyter finds the notebooks and offers them for download. Their pages are
Markdown, recorded beside their sources, so that code, maths, links and search are those
of every other page.
"""

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from extensions import twins
from extensions.links import former, moved, pages
from tools import site
from tools.record import SNIPPETS, write_whole

# Of the build that is going on: its navigation, and each page's twin by its path.
made: dict[str, Any] = {}


def on_config(config: MkDocsConfig) -> None:
    made.clear()
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


def on_nav(nav: Navigation, **_: object) -> None:
    made["nav"], made["known"] = nav, former(moved()) | pages()


def on_page_content(_html: str, page: Page, **_: object) -> None:
    made[f"{page.url}index.md"] = twins.twin(
        page.markdown or "", page.url, made["known"]
    )


def colab(repository: str | None, name: str) -> str:
    """A link that opens the notebook in Colab, if it lies in a repository on GitHub."""
    found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)/?", repository or "")
    if not found:
        return ""
    address = f"https://colab.research.google.com/github/{found[1]}/blob/main"
    return f' · <a href="{address}/docs/notebooks/{name}.ipynb">Open in Colab</a>'


def on_post_build(config: MkDocsConfig) -> None:
    folder, nav = Path(config.site_dir), made.pop("nav")
    del made["known"]
    for name, text in {**made, "llms.txt": twins.listed(nav, config)}.items():
        write_whole(folder / name, text, quiet=True)
    site.after(folder, config.extra["moved"])
