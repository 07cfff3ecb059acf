"""The built site, served as on GitHub Pages: compressed, below a sub-path."""

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SUB_PATH = "/guide-of-gates/"
COMPRESSED = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".py", ".txt", ".xml"}


class Handler(SimpleHTTPRequestHandler):
    server_version = sys_version = ""  # the name of a test's server is no page's weight
    sent = 0  # bytes of all answers, headers included, workers' and fonts' too

    @classmethod
    def forget(cls) -> None:
        """Count from 0, once nothing more comes of the pages before."""
        before = -1
        while before != cls.sent:
            before = cls.sent
            time.sleep(0.1)
        cls.sent = 0

    def do_GET(self) -> None:
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
        headers: list[bytes] = vars(self)["_headers_buffer"]
        Handler.sent += len(body) + sum(len(line) for line in headers)
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):  # a page that was closed
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The address at which the folder is served, on a port of its own."""
    handler = partial(Handler, directory=str(site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{SUB_PATH}"
    finally:
        server.shutdown()
        server.server_close()
