"""What each lab shows before a script has run: its picture, its sentence, its table,
and what it asks.

    python -m tools.stills --write     as part of make record

The lab's own functions make it, in a browser, from the settings that it starts with.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from extensions.labs import element, files
from tools.browser import find, flags
from tools.record import write_whole
from tools.standalone import LABS, labs

SITE = "http://labs.test/"  # answered from files(), without a network
TYPES = {"mjs": "text/javascript", "json": "application/json", "txt": "text/plain"}
HINT = (
    "A still of the lab: it moves on a page from a server, with JavaScript on. "
    "It then asks:"
)
# The labs by name, the functions of the modules, and a lab's data for some settings.
EXPOSE = """async stems => {
    const own = await Promise.all(stems.map(stem => import(`/labs/${stem}.mjs`)));
    window.labs = Object.fromEntries(own.map(({ lab }) => [lab.name, lab]));
    const shared = ["cells", "random", "through_time", "values", "view"];
    for (const name of shared) Object.assign(window, await import(`/labs/${name}.mjs`));
    window.loaded = async (lab, settings) => {
        const data = {};
        await lab.load?.(settings, data);
        return data;
    };
}"""
DRAW = """async name => {
    const lab = labs[name], settings = defaults(lab);
    const result = lab.compute(settings, await loaded(lab, settings));
    const made = [figure, table].map(part => part(lab, settings, result));
    return [...made, lab.questions.map(({ ask }) => ask)];
}"""


def load(page: Any) -> None:
    """The labs in an empty page, their functions in reach."""
    made = files()

    def answer(route: Any) -> None:
        name = route.request.url.removeprefix(SITE)
        kind = TYPES.get(name.rpartition(".")[2], "text/html")
        route.fulfill(body=made.get(name, "<!doctype html>"), content_type=kind)

    page.route(f"{SITE}**", answer)
    page.goto(SITE)
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
    figure, table, asked = page.evaluate(DRAW, element(stem))
    return (
        f'<figure class="lab-figure">{figure}</figure>{table}\n'
        f'<p class="lab-hint">{HINT}</p>\n'
        f'<ol class="lab-hint">{"".join(f"<li>{ask}</li>" for ask in asked)}</ol>\n'
    ).replace(SITE, "ROOT/")


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
