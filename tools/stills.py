"""What each lab shows before a script has run: all of it, its controls still asleep.

    python -m tools.stills --write     as part of make record

The lab's own functions make it, in a browser, from the settings that it starts with.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from extensions.labs import element, files
from tools.browser import find, flags
from tools.record import write_whole
from tools.standalone import LABS, labs

SITE = "http://labs.test/"  # answered from files(), without a network
TYPES = {"mjs": "text/javascript", "json": "application/json", "txt": "text/plain"}
DRAWN = Path(__file__).with_suffix(".mjs")
HINT = "A still: the lab works on a page from a server, with JavaScript on."
# The labs by name, the functions of the modules, and a lab's data for some settings.
EXPOSE = """async stems => {
    const own = await Promise.all(stems.map(stem => import(`/labs/${stem}.mjs`)));
    window.labs = Object.fromEntries(own.map(({ lab }) => [lab.name, lab]));
    const shared = ["cells", "random", "settings", "through_time"];
    for (const name of shared) Object.assign(window, await import(`/labs/${name}.mjs`));
    Object.assign(window, await import("/stills.mjs"));
    window.loaded = async (lab, settings) => {
        const data = {};
        await lab.load?.(settings, data);
        return data;
    };
}"""
DRAW = """async name => {
    const lab = labs[name], settings = defaults(lab);
    return still(lab, settings, lab.compute(settings, await loaded(lab, settings)));
}"""


def visit(page: Any) -> None:
    """An empty page beside the labs' files."""
    made = files() | {"stills.mjs": DRAWN.read_text(encoding="utf-8")}

    def answer(route: Any) -> None:
        name = route.request.url.removeprefix(SITE)
        kind = TYPES.get(name.rpartition(".")[2], "text/html")
        route.fulfill(body=made.get(name, "<!doctype html>"), content_type=kind)

    page.route(f"{SITE}**", answer)
    page.goto(SITE)


def load(page: Any) -> None:
    """The labs in an empty page, their functions in reach."""
    visit(page)
    page.evaluate(EXPOSE, [path.stem for path in labs()])


@contextmanager
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find(), args=flags())
        yield chromium
        chromium.close()


def still(page: Any, stem: str) -> str:
    """The HTML of a lab's still; links start at ROOT/."""
    whole = page.evaluate(DRAW, element(stem))
    return f'{whole}\n<p class="lab-hint" role="status">{HINT}</p>\n'.replace(
        SITE, "ROOT/"
    )


def main() -> None:
    if sys.argv[1:] != ["--write"]:
        raise SystemExit(f"expected --write, got {sys.argv[1:]}")
    with browser() as chromium:
        page = chromium.new_page()
        load(page)
        for path in labs():
            write_whole(LABS / f"{path.stem}.html", still(page, path.stem))


if __name__ == "__main__":
    main()
