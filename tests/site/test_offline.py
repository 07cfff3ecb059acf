"""The copy for a folder and the document for paper, made from the built site."""

import re
import zipfile
from urllib.parse import urldefrag

import pytest
from bs4 import BeautifulSoup

from tools.build import configured
from tools.offline import paper, printed_pages, write_copy, write_paper
from tools.record import ROOT


@pytest.fixture(scope="module")
def copy(site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("copy")
    write_copy(site, folder / "copy.zip")
    with zipfile.ZipFile(folder / "copy.zip") as file:
        file.extractall(folder)
    return folder / "rnn-or-gru"


@pytest.fixture
def open_file(browser, copy):
    context = browser.new_context()

    def open_it(address):
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto((copy / address / "index.html").as_uri())
        return page

    yield open_it
    context.close()


def test_every_link_of_the_copy_names_a_file(copy):
    lost = []
    for page in copy.rglob("*.html"):
        for address in re.findall(r'(?:href|src)="([^"]*)"', page.read_text()):
            path = urldefrag(address)[0].partition("?")[0]
            if path and not re.match(r"[a-z]+:|/", path):
                lost += [] if (page.parent / path).is_file() else [(page, address)]
    assert not lost


@pytest.mark.browser
def test_the_copy_is_read_and_searched_from_a_folder(open_file):
    page = open_file("guide/rnn")
    page.get_by_role("link", name="What is a GRU?").first.click()
    assert page.url.endswith("/guide/gru/index.html")
    page.locator(".md-search__input").click()
    page.keyboard.type("update gate")
    first = page.locator(".md-search-result__item a").first
    assert "/guide/gru/index.html" in first.get_attribute("href")
    first.click()
    page.wait_for_url("**/guide/gru/index.html*")
    assert page.errors == []


@pytest.mark.browser
def test_a_lab_of_the_copy_says_how_to_run_it(open_file):
    page = open_file("labs/step-the-cell")
    hint = page.locator(".lab-hint", has_text="http.server")
    hint.wait_for()
    figure = page.locator("lab-step-the-cell svg").first.bounding_box()
    said = hint.bounding_box()
    below, beside = figure["y"] + figure["height"], figure["x"] + figure["width"]
    assert said["y"] >= below or said["x"] >= beside  # not over the picture


@pytest.mark.browser
def test_a_mark_of_the_copy_leads_to_its_finding(open_file):
    page = open_file("guide/gru")
    page.locator("a.so").first.click()
    page.wait_for_url("**/reference/claims/index.html#*")


def test_the_document_for_paper_is_whole(site):
    config = configured(ROOT / "docs", site, site_url="https://example.org/")
    found = BeautifulSoup(paper(site, config), "html.parser")
    ids = [one["id"] for one in found.select("[id]")]
    assert len(ids) == len(set(ids))
    links = [one["href"] for one in found.select("a[href]")]
    within = [target[1:] for target in links if target.startswith("#")]
    assert len(within) > 100
    assert set(within) <= set(ids)
    assert all(target.startswith(("#", "https://", "http://")) for target in links)
    assert [one["id"][:-1] for one in found.select("article")] == [
        address.replace("/", ".") for address in printed_pages(config.nav)
    ]
    assert found.select("math")
    assert found.select("figure svg")


@pytest.mark.browser
def test_the_document_is_printed(browser, site, tmp_path):
    config = configured(ROOT / "docs", site)
    write_paper(site, tmp_path / "guide.pdf", config, browser)
    printed = (tmp_path / "guide.pdf").read_bytes()
    assert printed.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", printed)) > 100
    assert b"/Outlines" in printed
