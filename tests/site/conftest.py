"""The built site, and browsers to open it in."""

import logging
import time

import pytest

from extensions.macros import ROOT
from tools.browser import find, flags
from tools.build import build_strictly, configured
from tools.record import write_whole
from tools.serving import SUB_PATH, served


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id):
    """The folder of the strict build, made as it is published: for an address below a
    sub-path and from a named repository; by the first worker that needs it.
    """
    base = tmp_path_factory.getbasetemp()
    base = base if worker_id == "master" else base.parent
    folder, built = base / "built", base / "built" / "done"
    try:
        folder.mkdir()
    except FileExistsError:
        while not built.exists():
            time.sleep(0.2)
    else:
        build_whole(folder / "site", built)
    assert built.read_text() == "", built.read_text()
    return folder / "site"


def build_whole(folder, built):
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    address = f"https://example.org{SUB_PATH}"
    try:
        published = {"site_url": address, "repo_url": "https://github.com/some/guide"}
        config = configured(ROOT / "docs", folder, strict=True, **published)
        build_strictly(config)
    except BaseException as error:
        write_whole(built, f"the build stopped: {error!r}", quiet=True)
        raise
    write_whole(built, "", quiet=True)


@pytest.fixture(scope="session")
def pages(site):
    """The addresses of all pages, relative to the site."""
    found = sorted(
        path
        for path in site.rglob("index.html")
        if 'http-equiv="refresh"' not in path.read_text(encoding="utf-8")
    )
    return [
        path.parent.relative_to(site).as_posix().replace(".", "", 1) for path in found
    ]


@pytest.fixture(scope="session")
def base(site):
    with served(site) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    path = find()
    if path is None:
        pytest.skip("no Chromium found: python -m tools.browser --install")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags())
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, base):
    """open_page(address, query="?...", **context) -> the page, loaded; its errors and
    requests are noted. The page's policy is set aside unless bypass_csp=False:
    Playwright's wait_for_function does what it forbids.
    """
    contexts = []

    def open_it(address, wait_until="load", query="", **options):
        context = browser.new_context(**{"bypass_csp": True, **options})
        context.set_default_timeout(120_000)  # a busy machine is no failure
        contexts.append(context)
        page = context.new_page()
        page.requested, page.errors = [], []
        page.on("request", lambda request: page.requested.append(request.url))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on(
            "console",
            lambda m: page.errors.append(m.text) if m.type == "error" else None,
        )
        address += "/" if address else ""
        page.goto(base + address + query, wait_until=wait_until)
        return page

    yield open_it
    for context in contexts:
        context.close()
