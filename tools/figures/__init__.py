"""The pictures of the pages: one function a picture, one file a chapter.

    python -m tools.figures                   draws all of them
    python -m tools.figures embedding         only this one

A function without a leading underscore takes nothing and returns (figure, title, what
it shows in words); the picture goes to docs/assets/figures/ under the function's name.
Numbers come from records, or from the cells of the guide run on recorded weights.
"""

import importlib
from collections.abc import Callable
from inspect import getmembers, isfunction
from pathlib import Path

from tools.plots import Plot, svg
from tools.record import ROOT, write_whole

FOLDER = ROOT / "docs" / "assets" / "figures"


def drawers() -> dict[str, Callable[[], Plot]]:
    """Every picture by name; ValueError if two chapters use one name."""
    found: dict[str, Callable[[], Plot]] = {}
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        module = importlib.import_module(f"{__name__}.{path.stem}")
        for name, function in getmembers(module, isfunction):
            ours = function.__module__ == module.__name__ and path.stem != "kit"
            if ours and not name.startswith("_"):
                if name in found:
                    raise ValueError(f"figures: expected one {name}, got two")
                found[name] = function
    return found


def drawn(name: str, draw: Callable[[], Plot]) -> str:
    return svg(name, lambda _: draw(), None)


def write(names: list[str]) -> None:
    known = drawers()
    if wrong := sorted({*names} - {*known}):
        raise SystemExit(f"figures: no such picture: {wrong}; there are {[*known]}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names or known:
        write_whole(FOLDER / f"{name}.svg", drawn(name, known[name]), quiet=True)
    if not names:  # one that is gone leaves nothing behind
        for path in FOLDER.glob("*.svg"):
            if path.stem not in known:
                path.unlink()
