"""How long a lab's script works for one movement of a slider: no test, a measurement.

    python -m tests.site.lab_times

Prints, for the first and the largest settings of each lab, the median and the longest
of 40 movements in milliseconds on this machine, the new picture and table included.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from extensions.records import ROOT
from tests.site.build import build_strictly, configured
from tests.site.conftest import SUB_PATH, Handler
from tests.site.stills import browser

# The slider that is moved, and the settings that make the most work.
LARGEST = {
    "step-the-cell": ("x", "preset=pair&done=" + "_".join(["1~0.5~0.5"] * 20)),
    "gradients": ("update_bias", "length=100&units=64"),
    "recall-race": ("value", ""),
    "count-the-parameters": (
        "features",
        "units=1024&layers=4&bidirectional=yes&features=1024",
    ),
    "which-one": ("lag", "length=400&lag=5&device=small&streaming=yes"),
}

MOVE = """([lab, name]) => {
    const slider = document.querySelector(`lab-${lab} input[type=range][name=${name}]`);
    const times = [];
    for (let i = 0; i < 40; i++) {
        i % 2 ? slider.stepUp() : slider.stepDown();
        const start = performance.now();
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        times.push(performance.now() - start);
    }
    return times;
}"""


@contextmanager
def served() -> Iterator[str]:
    with TemporaryDirectory() as folder:
        build_strictly(configured(ROOT / "docs", Path(folder)))
        handler = partial(Handler, directory=folder)
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{SUB_PATH}"
        server.shutdown()


def main() -> None:
    with served() as base, browser() as chromium:
        for lab, (slider, most) in LARGEST.items():
            for kind, query in (("first", ""), ("largest", most)):
                page = chromium.new_page()
                asked = "&".join(f"{lab}.{part}" for part in query.split("&") if part)
                page.goto(f"{base}labs/{lab}/?{asked}")
                page.locator(f"lab-{lab} form").wait_for()
                page.wait_for_timeout(500)
                times = page.evaluate(MOVE, [lab, slider])
                print(f"{lab:22} {kind:8} median {median(times):5.1f} ms, ", end="")
                print(f"longest {max(times):5.1f} ms")
                page.close()


if __name__ == "__main__":
    main()
