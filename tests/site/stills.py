"""What each lab shows before a script has run: its picture, its sentence, its table.

    python -m tests.site.stills --write     as part of make record

The lab's own functions make it, in a browser, from the state that it starts with.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from extensions.labs import bundle, data, element, networks
from snippets.record import write_whole
from snippets.standalone import LABS, labs
from tests.site.browser import find, flags

EXPOSE = """
const still = (lab, data) => {
    const state = defaults(lab), result = lab.compute(state, data);
    const drawn = figure(lab, state, result);
    return `<figure class="lab-figure">${drawn}</figure>${table(lab, state, result)}`;
};
Object.assign(window, { labs, still, python, parse, print, defaults, gruStep, gruBack,
    rnnStep, rnnBack, RandomState, gradients });
"""


def given(stem: str) -> dict[str, Any]:
    """The data that a lab has on a page; links start at ROOT/."""
    return {"root": "ROOT/", **data(stem), "networks": networks()}


def load(page: Any) -> None:
    """The labs' script in an empty page, its functions in reach."""
    page.set_content("<!doctype html><title>labs</title>")
    page.add_script_tag(type="module", content=bundle() + EXPOSE)
    page.wait_for_function("window.labs")


@contextmanager
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find(), args=flags())
        yield chromium
        chromium.close()


def stills(page: Any) -> dict[str, str]:
    """The HTML of each still, by the name of its program."""
    load(page)
    return {
        path.stem: page.evaluate(
            "([name, given]) => still(labs[name], given)",
            [element(path.stem), given(path.stem)],
        )
        + "\n"
        for path in labs()
    }


def main() -> None:
    if sys.argv[1:] != ["--write"]:
        raise SystemExit(f"expected --write, got {sys.argv[1:]}")
    with browser() as chromium:
        for stem, html in stills(chromium.new_page()).items():
            write_whole(LABS / f"{stem}.html", html)


if __name__ == "__main__":
    main()
