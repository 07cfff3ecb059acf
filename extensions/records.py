"""What mkdocs-macros offers to pages: the records by name, ways to print a number, the
glossary.

A page writes [[ count_parameters.gru | count ]]; the record is
snippets/**/count_parameters.json. An unknown record, key or filter stops the build.
"""

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Undefined

from extensions.glossary import load

ROOT = Path(__file__).resolve().parent.parent


def count(value: int) -> str:
    """12864 -> 12,864."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"count: expected a whole number, got {value!r}")
    return f"{value:,}"


def fixed(value: float, decimals: int = 2) -> str:
    """0.7291 -> 0.73; a true minus sign."""
    return f"{value:.{decimals}f}".replace("-", "−")


def power(value: float, decimals: int = 0) -> str:
    """0.00000086 -> 9 × 10<sup>−7</sup>; from 0.01 up as it is: 0.18."""
    if abs(value) >= 0.01:
        return fixed(value)
    digits, exponent = f"{value:.{decimals}e}".split("e")
    return f"{digits} × 10<sup>{fixed(int(exponent), 0)}</sup>"


def steps(results: list[int | None]) -> str:
    """The runs of several seeds in words: '600 to 650', or 'never' for those that ran
    out.
    """
    solved = [r for r in results if r is not None]
    if not solved:
        return f"never ({len(results)} of {len(results)} seeds)"
    span = (
        f"{min(solved):,}"
        if min(solved) == max(solved)
        else f"{min(solved):,} to {max(solved):,}"
    )
    failed = len(results) - len(solved)
    return span + (f", never for {failed} of {len(results)} seeds" if failed else "")


def records(folder: Path = ROOT / "snippets") -> dict[str, Any]:
    """Every .json below snippets/, by its file name; ValueError if two share a name."""
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*.json")):
        if path.stem in found:
            raise ValueError(
                f"records: expected one {path.stem}.json below snippets/, got two"
            )
        found[path.stem] = json.loads(path.read_text(encoding="utf-8"))
    return found


def refusing_undefined(function: Callable[..., str]) -> Callable[..., str]:
    """The filter, but an unknown record or key is named in the error."""

    @wraps(function)
    def checked(value: Any, *options: Any) -> str:
        if isinstance(value, Undefined):
            str(value)  # Jinja's strict kind raises and says what is missing
        return function(value, *options)

    return checked


class Environment(Protocol):
    variables: dict[str, Any]

    def filter(self, function: Any) -> Any: ...


def define_env(env: Environment) -> None:
    """Called by mkdocs-macros at the start of each build."""
    env.variables.update(records())
    env.variables["glossary"] = load(ROOT / "docs" / "reference" / "glossary.yml")
    for function in (count, fixed, power, steps):
        env.filter(refusing_undefined(function))
