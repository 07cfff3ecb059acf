"""The built site, served as on GitHub Pages: compressed, below a sub-path."""

import gzip
import logging
import os
import threading
import time
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from extensions.macros import ROOT
from tools.browser import find, flags
from tools.build import build_strictly, configured
from tools.record import write_whole

SUB_PATH = "/guide-of-gates/"
COMPRESSED = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".py", ".txt", ".xml"}


class Handler(SimpleHTTPRequestHandler):
    server_version = sys_version = ""  # the name of a test's server is no page's weight
    sent = 0  # bytes of all answers, headers included, workers' and fonts' too

    @classmethod
    def forget(cls):
        """Count from 0, once nothing more comes of the pages before."""
        before = -1
        while before != cls.sent:
            before = cls.sent
            time.sleep(0.1)
        cls.sent = 0

    def do_GET(self):
        if not self.path.startswith(SUB_PATH):
            self.send_error(404)
            return
        path = Path(self.translate_path("/" + self.path.removeprefix(SUB_PATH)))
        if path.is_dir():
            path = path / "index.html"
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if path.suffix in COMPRESSED:
            body = gzip.compress(body, 6, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")  # as GitHub Pages says
        Handler.sent += len(body) + sum(map(len, self._headers_buffer))
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):  # a page that was closed
            self.wfile.write(body)

    def log_message(self, *arguments):
        pass


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
    handler = partial(Handler, directory=str(site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{SUB_PATH}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser():
    path = find()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium found: python -m tools.browser --install")
        pytest.skip("no Chromium found: python -m tools.browser --install")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags())
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, base):
    """open_page(address, query="?...", **context) -> the page, loaded; its errors and
    requests are noted.
    """
    contexts = []

    def open_it(address, wait_until="load", query="", **options):
        context = browser.new_context(**options)
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
