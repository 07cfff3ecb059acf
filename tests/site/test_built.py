"""The built files, without a browser."""

import io
import json
import re
import unicodedata
from os.path import normpath
from pathlib import Path, PurePosixPath

import material
import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont

from extensions.links import address_of
from extensions.macros import ROOT
from extensions.quote import place_of, strip_markers
from tests.site.links import broken, parse
from tests.site.test_browser import PAGES
from tests.site.tiny import build_tiny
from tools.record import SNIPPETS, programs
from tools.serving import SUB_PATH
from tools.site import (
    FOLDERS,
    FONT,
    MANY_TABS,
    OFF,
    RIGHT_TO_LEFT,
    SCHEME,
    SWITCHING,
)

# Both workers would read all pages.
pytestmark = pytest.mark.xdist_group("built")


def test_every_internal_link_and_anchor_leads_somewhere(site):
    assert broken(site, SUB_PATH) == []


def test_every_page_is_built(pages):
    assert sorted(pages) == PAGES


def test_every_page_has_a_twin_in_markdown(site, pages):
    listed = (site / "llms.txt").read_text(encoding="utf-8")
    for address in pages:
        twin = site / address / "index.md"
        text = twin.read_text(encoding="utf-8")
        assert text.startswith("# "), address
        plain = re.sub(r"(`{3,}).*?\1|`[^`\n]*`", "", text, flags=re.DOTALL)
        left = re.search(r"\[\[ \w|--8<--|</?(svg|div|figure|a|script)\b|\{: ", plain)
        assert not left, f"{address}: {left[0]}"
        for link in re.findall(r"\]\(([^)\s]+)\)", plain):
            file = link.partition("#")[0]
            if file and ":" not in file:
                there = twin.parent / file
                assert there.exists(), f"{address} links to {link}"
        place = f"]({address}/index.md)" if address else "](index.md)"
        assert place in listed
        html = parse(site / address / "index.html")
        assert html.find("link", type="text/markdown")["href"] == "index.md"
    shown = (site / "practice" / "shapes" / "index.md").read_text(encoding="utf-8")
    assert "gru(series)" in shown
    assert "expected ndim=3" in shown
    assert "*Picture: " in shown
    assert "[Keras, GRU](https://keras.io/" in shown


def test_nothing_is_loaded_from_another_host(site):
    """Links may lead away; scripts, styles, pictures and fonts may not."""
    for path in site.rglob("*.html"):
        soup = parse(path)
        for tag, attribute in (("script", "src"), ("img", "src"), ("iframe", "src")):
            for element in soup.find_all(tag):
                assert "//" not in (element.get(attribute) or ""), path
        for link in soup.select("link[rel~=stylesheet], link[rel~=preconnect]"):
            assert "//" not in link["href"], path
    for path in site.rglob("*.css"):
        for address in re.findall(r"url\(([^)]*)\)", path.read_text(encoding="utf-8")):
            assert not re.match(r"[\"']?(https?:)?//", address), path


RAW = re.compile(r"\$\w|\\[a-z]{3,}|\*\*|\|--|\[\[|\]\(|;--8|\{ ?[.#:]")


def test_formulas_are_mathml_and_nothing_is_left_raw(site):
    formulas = 0
    for path in site.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        formulas += html.count("<math")
        soup = BeautifulSoup(html, "html.parser")
        for code in soup.select("pre, code, script, svg"):
            code.decompose()
        assert "arithmatex" not in html, path
        assert not RAW.search(soup.get_text()), path
        assert not soup.select(".formula > math:not([display=block])"), path
    assert formulas > 40


def test_the_font_has_every_character_of_the_formulas(site):
    font = TTFont(io.BytesIO((site / FONT).read_bytes()))
    assert "MATH" in font
    for path in site.rglob("*.html"):
        for formula in parse(path).find_all("math"):
            for character in formula.get_text():
                known = ord(character) in font.getBestCmap() or character.isspace()
                name = unicodedata.name(character, "?")
                assert known, f"{path.parent.name}: {character!r} {name}"
    for italic in "𝑥𝑡ℎ𝜎𝜕":  # how a browser draws x, t, h, sigma and the partial sign
        assert ord(italic) in font.getBestCmap(), italic


def test_what_is_taken_out_of_the_theme_is_in_it(site):
    """Or the theme has changed, and pages have grown heavy without a word."""
    theme = Path(material.__file__).parent / "templates/assets"
    styles = "".join(path.read_text("utf-8") for path in theme.rglob("*.min.css"))
    [bundle] = (path.read_text("utf-8") for path in theme.rglob("bundle.*.js"))
    for part in (SWITCHING, RIGHT_TO_LEFT, MANY_TABS, OFF):
        assert part.search(styles), part.pattern
    assert "table:not([class])" in styles
    assert "content.lazy" in bundle
    assert SCHEME[0] in bundle
    [ours] = (path.read_text("utf-8") for path in site.rglob("bundle.*.js"))
    assert SCHEME[0] not in ours


def test_every_figure_says_what_it_shows(site):
    figures = [
        figure
        for path in site.rglob("*.html")
        for figure in parse(path).select("figure.diagram")
    ]
    assert len(figures) >= 3
    for figure in figures:
        svg = figure.svg
        title, text = (figure.find(id=i) for i in svg["aria-labelledby"].split())
        assert (title.name, text.name) == ("title", "desc")
        assert len(text.get_text()) > 60
        assert len(figure.figcaption.get_text(strip=True)) > 15


def test_downloads_are_the_snippets(site):
    for path in programs(*FOLDERS):
        built = site / "files" / path.relative_to(SNIPPETS)
        source = strip_markers(path.read_text(encoding="utf-8"))
        assert built.read_text(encoding="utf-8") == source


def test_every_part_links_to_its_whole_file_and_its_download(site):
    parts = [
        (path.parent.relative_to(site).as_posix(), part)
        for path in site.rglob("index.html")
        for part in parse(path).select("article .highlight.part")
    ]
    assert len(parts) > 50
    for address, part in parts:
        file = part.select_one(".filename").get_text()
        links = part.find_next_sibling().find_all("a")
        hrefs = [normpath(f"{address}/{link['href']}") for link in links]
        assert hrefs[-1] == f"files/{file}"
        where = f"files/{file}"
        if file.startswith("experiments/"):
            page_name, _, anchor = place_of(PurePosixPath(file)).partition("#")
            where = f"{address_of(page_name)}#{anchor}"
        assert hrefs[0] == where
        assert (site / hrefs[-1]).read_text(encoding="utf-8").startswith('"""')


def test_every_experiment_page_has_its_plot_its_command_and_its_record(site):
    for path in sorted((SNIPPETS / "experiments").glob("*.json")):
        record = json.loads((site / "files/experiments" / path.name).read_text())
        assert record == json.loads(path.read_text())
        if path.stem == "agreement":
            continue
        name = f"{path.stem.replace('_', '-')}.md"
        page = parse(site / address_of(name) / "index.html")
        assert page.select_one(f"figure.plot svg[aria-labelledby^={path.stem}]")
        assert page.find("a", href=f"../../files/experiments/{path.name}")
        assert "make evidence only=" in page.select_one("article").get_text()
        assert len(page.select("article table")) >= 1
        headings = [h.get_text().rstrip("¶") for h in page.select("article h2")]
        expected = ["The question", "What we expected", "The setting", "The result"]
        expected += ["What it shows", "What it does not show", "Run it again"]
        assert [h for h in headings if h in expected] == expected


def test_every_verdict_leads_to_an_experiment_or_a_count(site):
    """From any verdict a reader can click to its evidence."""
    cards = [
        card
        for name in ("comparison", "when-to-use")
        for card in parse(site / "guide" / name / "index.html").select(".card")
    ]
    assert len(cards) == 11
    for card in cards:
        assert card.select_one(".verdict, .so"), card.get_text()
        links = [a["href"] for a in card.select("a:not(.so)")]
        assert any("/evidence/" in a or "#counting" in a for a in links), links


def test_the_notebook_can_be_downloaded_both_ways(site):
    page = parse(site / "notebooks" / "code_example" / "index.html")
    names = [a["href"] for a in page.select("p.code-links a[download]")]
    assert [name.rsplit(".", 1)[1] for name in names] == ["ipynb", "py"]
    original = ROOT / "docs" / "notebooks" / "code_example.ipynb"
    built = site / "notebooks" / "code_example" / "code_example.ipynb"
    assert json.loads(built.read_text()) == json.loads(original.read_text())


def test_the_notebook_page_has_the_sites_own_style(site):
    page = site / "notebooks" / "code_example" / "index.html"
    html = page.read_text(encoding="utf-8")
    for stranger in ("jp-", "requirejs", "mathjax", "MathJax", "cdn"):
        assert stranger not in html
    soup = parse(page).select_one("article")
    assert len(soup.select(".highlight.cell")) == len(soup.select(".highlight.output"))
    assert soup.find("math")
    assert soup.select_one('a[href="../../guide/when-to-use/"]')


def test_tooltips_mark_a_term_once_a_page(site):
    page = parse(site / "guide" / "gru" / "index.html").select_one("article")
    marked = [a.get_text().lower().removesuffix("s") for a in page.find_all("abbr")]
    assert "update gate" in marked
    assert len(marked) == len(set(marked))
    assert not page.select("h1 abbr, h2 abbr, a abbr")


def test_the_search_index_is_clean(site):
    index = json.loads((site / "search" / "search_index.json").read_text())
    texts = " ".join(doc["text"] for doc in index["docs"])
    assert "update gate" in texts
    assert "Copied!" not in texts
    assert "--8<--" not in texts


def test_no_address_is_invented(tmp_path, monkeypatch):
    """Without SITE_URL and REPO_URL no page names an address for the guide."""
    monkeypatch.delenv("SITE_URL", raising=False)
    monkeypatch.delenv("REPO_URL", raising=False)
    html = (build_tiny(tmp_path, "# A page\n") / "index.html").read_text("utf-8")
    assert 'rel="canonical"' not in html
    assert "md-source" not in html


def test_addresses_come_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("SITE_URL", "https://example.org/below/")
    monkeypatch.setenv("REPO_URL", "https://example.org/source")
    html = (build_tiny(tmp_path, "# A page\n") / "index.html").read_text("utf-8")
    assert '<link rel="canonical" href="https://example.org/below/">' in html
    assert 'href="https://example.org/source"' in html


@pytest.mark.parametrize("name", ["logo", "favicon"])
def test_logo_and_favicon_are_our_own(site, name):
    assert "RNN or GRU" in (site / f"assets/images/{name}.svg").read_text()
    assert f"assets/images/{name}.svg" in (site / "index.html").read_text()


def test_a_link_to_a_page_is_shown_with_its_own_picture(site, pages):
    seen = set()
    for address in pages:
        head = parse(site / address / "index.html").head
        picture = head.find("meta", property="og:image")["content"]
        png = site / picture.removeprefix(f"https://example.org{SUB_PATH}")
        content = png.read_bytes()
        assert content.startswith(b"\x89PNG")
        size = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
        assert size == (1200, 630)
        assert len(content) < 60_000
        assert head.find("meta", property="og:title")["content"]
        seen.add(content)
    assert len(seen) >= len(pages) - 1  # a page and a notebook share a title


def test_an_address_that_is_not_there_leads_on(site):
    article = parse(site / "404.html").select_one("article")
    assert len(article.select("ul a")) >= 3


def test_a_page_says_what_it_is_where_to_change_it_and_how_to_cite_it(site):
    page = parse(site / "guide" / "gru" / "index.html")
    article = json.loads(page.find("script", type="application/ld+json").string)
    assert article["headline"] == "What is a GRU?"
    assert article["url"] == f"https://example.org{SUB_PATH}guide/gru/"
    assert page.find("link", rel="canonical")["href"] == article["url"]
    assert article["license"] == "https://creativecommons.org/licenses/by/4.0/"
    edit = page.find("a", rel="edit")["href"]
    assert edit == "https://github.com/some/guide/edit/main/docs/guide/gru.md"
    entry = page.select_one("details.cite code").get_text()
    assert entry.startswith("@misc{rnn-or-gru:gru,\n")
    assert entry.count("{") == entry.count("}")
    assert f"url = {{{article['url']}}}" in entry
    date = article.get("dateModified")  # none where the history is cut short
    assert (f"year = {{{date[:4]}}}" if date else "url") in entry


def test_two_builds_are_the_same_to_the_byte(site, tmp_path):
    from tests.site.conftest import build_whole

    build_whole(tmp_path / "elsewhere" / "again", tmp_path / "done")
    assert (tmp_path / "done").read_text(encoding="utf-8") == ""
    first, second = (
        {
            p.relative_to(folder): p.read_bytes()
            for p in folder.rglob("*.*")
            if p.is_file()
        }
        for folder in (site, tmp_path / "elsewhere" / "again")
    )
    assert first.keys() == second.keys()
    assert [path for path, body in first.items() if second[path] != body] == []
