"""Do the pages teach? Pictures, words, and the order in which things are met."""

import itertools
import re
from copy import copy

import pytest

from extensions.macros import ROOT
from tests.site.links import parse

# The fewest pictures of a page, by folder; the code example is a program and no more.
PICTURES = {"guide": 3, "articles": 5, "notebooks": 5}
TAUGHT = sorted(
    f"{folder}/{path.stem}"
    for folder in PICTURES
    for path in (ROOT / "docs" / folder).iterdir()
    if path.stem != "code_example"
)
every_taught_page = pytest.mark.parametrize("address", TAUGHT)


def pictures(article):
    """The figures of a page by their names."""
    drawn = article.select("figure.diagram svg[aria-labelledby]")
    return {svg["aria-labelledby"].split("-title")[0] for svg in drawn}


def words(soup):
    return len(re.findall(r"\w+", soup.get_text(" ")))


def test_there_is_a_picture_for_every_idea(site):
    found = [pictures(parse(path)) for path in site.rglob("index.html")]
    assert len(set().union(*found)) >= 40


@every_taught_page
def test_a_page_has_pictures_and_more_words_than_code(site, address):
    article = copy(parse(site / address / "index.html").select_one("article"))
    assert len(pictures(article)) >= PICTURES[address.split("/")[0]]
    for drawn in article.select("svg, math, .lab"):
        drawn.decompose()
    code = sum(words(block) for block in article.select(".highlight code"))
    share = code / words(article)
    assert share <= 1 / 3, f"{share:.0%} of the words are code: quote fewer lines"


def test_a_newcomer_meets_the_terms_in_order(site):
    address = "guide/rnns-for-beginners"
    article = copy(parse(site / address / "index.html").select_one("article"))
    for drawn in article.select("svg, .highlight"):
        drawn.decompose()
    introduced = [term.get_text() for term in article.select("strong")]
    expected = ["neuron", "weight", "layer", "network", "vocabulary", "one-hot"]
    expected += ["embedding", "tokens", "hidden state", "output layer", "probability"]
    expected += ["loss", "slope", "training step", "learning rate", "batch"]
    assert [term for term in introduced if term in expected] == expected


@pytest.mark.browser
@pytest.mark.parametrize("address", [a for a in TAUGHT if a.startswith("guide")])
def test_no_screenful_is_without_a_picture(open_page, address):
    """A lab's picture stays in sight while its controls pass."""
    page = open_page(address, viewport={"width": 1280, "height": 900})
    tops = page.evaluate(
        """() => [[0, 0], ...[...document.querySelectorAll(
            'article figure.diagram svg, article .lab form')]
            .map(e => (e.closest('.lab') ?? e).getBoundingClientRect())
            .filter(box => box.height > 60)
            .map(box => [box.top + scrollY, box.bottom + scrollY]),
            [(document.querySelector('.cite') ?? document.querySelector('footer'))
             .getBoundingClientRect().top + scrollY, 0]]"""
    )
    tops.sort()
    gaps = [
        (round(after[0] - before[1]), round(before[1]))
        for before, after in itertools.pairwise(tops)
    ]
    assert max(gaps)[0] < 900, f"{max(gaps)[0]} pixels from {max(gaps)[1]} on"


@pytest.mark.browser
def test_home_fits_one_screen(open_page):
    page = open_page("", viewport={"width": 1280, "height": 900})
    last = page.locator("article > :not(script)").last.bounding_box()
    assert last["y"] + last["height"] <= 900
    assert page.locator(".doors a").count() == 3
