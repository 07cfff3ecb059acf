"""MkDocs calls the steps of tools/site.py, and gets what only it can place: the
notebooks' pages, each page's twin, its picture and how to cite it.

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
from extensions.changed import changed
from extensions.links import known
from extensions.twins import DRAWN
from tools import site
from tools.record import ROOT, SNIPPETS, write_whole

# Of the build that is going on: its navigation, and each page's twin by its path.
made: dict[str, Any] = {}
dates: dict[str, str] = {}
cards: dict[str, tuple[str, str]] = {}
pictures: dict[str, list[str]] = {}
running: dict[str, str] = {}


PICTURE = "<!-- picture -->"
ARTICLES = ("guide", "practice", "evidence", "articles", "labs", "notebooks", "code")
SENTENCE = "the keys to the old cabinet near the windows ..."
AUTHORS = "The authors of RNN or GRU"


def on_startup(command: str, **_: object) -> None:
    running["command"] = command


def on_config(config: MkDocsConfig) -> None:
    made.clear()
    cards.clear()
    dates.update(changed(ROOT))
    if not config.repo_url:
        config.edit_uri = ""  # or pages would link into themselves
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
    made["nav"], made["known"] = nav, known()


def on_page_content(html: str, page: Page, **_: object) -> str:
    made[f"{page.url}index.md"] = twins.twin(
        page.markdown or "", page.url, made["known"]
    )
    # The search would read every path of a picture, every span of a program.
    pictures[page.url] = DRAWN.findall(html)
    return DRAWN.sub(PICTURE, site.UNCOLOURED.sub(r"\1", html))


def on_post_page(output: str, page: Page, **_: object) -> str:
    kept = iter(pictures.pop(page.url))
    return re.sub(PICTURE, lambda _: next(kept), output)


def on_page_context(
    context: Any, page: Page, config: MkDocsConfig, **_: object
) -> None:
    """For overrides/main.html: the picture that a link to the page is shown with, and
    the page as an article, for machines and to cite.
    """
    if page.canonical_url:
        name = page.url.strip("/").replace("/", ".") or "home"
        context["card"] = f"assets/images/cards/{name}.png"
        home = page.is_homepage
        below = SENTENCE if home else config.site_name
        cards[context["card"]] = (config.site_name if home else page.title, below)
    date = dates.get(f"docs/{page.file.src_path}")
    section = page.file.src_path.partition("/")[0]
    if not page.canonical_url or section not in ARTICLES:
        return
    article = {
        "@context": "https://schema.org",
        "@type": "TechArticle",
        "headline": page.title,
        "description": page.meta.get("description"),
        "url": page.canonical_url,
        "inLanguage": "en",
        "isPartOf": {
            "@type": "WebSite",
            "name": config.site_name,
            "url": config.site_url,
        },
        "author": {"@type": "Organization", "name": AUTHORS},
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "isAccessibleForFree": True,
    } | ({"dateModified": date} if date else {})
    context["article"] = article | {
        "key": f"rnn-or-gru:{Path(page.file.src_path).stem}"
    }


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
    serving = running.get("command") == "serve"
    site.after(folder, config.extra["moved"], policies=not serving, cards=cards)
