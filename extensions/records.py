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
from extensions.labs import lab

ROOT = Path(__file__).resolve().parent.parent


def count(value: int) -> str:
    """12864 -> 12,864."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"count: expected a whole number, got {value!r}")
    return f"{value:,}"


def fixed(value: float, decimals: int = 2) -> str:
    """0.7291 -> 0.73; a true minus sign."""
    # Adding 0 takes the sign from a number that rounds to nothing.
    return f"{round(value, decimals) + 0:.{decimals}f}".replace("-", "−")


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
    if not failed:
        return span
    arrived = "1 seed" if len(solved) == 1 else f"{len(solved)} seeds"
    return f"{span} from {arrived}, never from {failed}"


def seed_by_seed(results: list[int | None]) -> str:
    """Every run of several seeds, in order: '450, never, 500'."""
    return ", ".join("never" if run is None else f"{run:,}" for run in results)


def quartiles(values: list[float]) -> str:
    """The median, and the middle half in brackets: '2.4 (2.3 to 2.5)'."""
    low, middle, high = (fixed(value, 1) for value in values)
    return f"{middle} ({low} to {high})"


def verdict(row: dict[str, Any]) -> str:
    """Who is first at the solution: 'GRU, 0.52'; 'GRU alone' if only one arrives."""
    names = {"gru": "GRU", "rnn": "RNN", "undecided": "close", "neither": "neither"}
    if row["first"] == "floor":
        return "both at once"
    name = names[row["first"]]
    if row["time"] is not None:
        return f"{name}, {fixed(row['time'])}"
    return name if name == "neither" else f"{name} alone"


# How the pages call the runners of the experiments.
RUNNER_NAMES = {
    "rnn": "RNN",
    "equal_rnn": "RNN, as large as the GRU",
    "relu_rnn": "RNN, ReLU",
    "gru": "GRU",
    "open_gru": "GRU, gate open",
    "lstm": "LSTM",
}
TIMED_ALONE = ("step_cost",)  # as ALONE says in the file itself
GATE_NAMES = {
    "rnn": "RNN",
    "gru_0": "GRU, bias 0",
    "gru_2": "GRU, bias 2",
    "gru_4": "GRU, bias 4",
}


def rerun(name: str) -> str:
    """How to run an experiment again, when it was recorded, and where its record is."""
    record = _record(name)
    made = record["recorded"]
    reads = record["settings"].get("reads", [])
    ran = [record, *(_record(other) for other in reads)]
    cores = 1 if name in TIMED_ALONE else 2
    seconds = sum(cell["seconds"] for one in ran for cell in one["cells"]) / cores
    minutes = round(seconds / 60)
    took = f"about {minutes} minutes" if minutes > 1 else "about a minute"
    what = "this" if record["cells"] else "this runs what it reads: it"
    how = "one piece after the other" if cores == 1 else "on all cores"
    whose = "its" if record["cells"] else "their"
    chosen = name if record["cells"] else f'"{" ".join(reads)}"'
    return (
        f"```sh\nmake evidence only={chosen}\n```\n\n"
        f"In a clone of the project, {what} runs {how}, compares every outcome with "
        f"the record and writes a new one; on two cores it takes {took}. `make test` "
        f"runs {whose} cheapest deciding cells again each time.\n\n"
        f"Measured on {made['date']} on {ran[-1]['recorded']['processor']}, with Keras "
        f"{made['keras']}, TensorFlow {made['tensorflow']} and NumPy {made['numpy']}. "
        f"[Download the record](../files/experiments/{name}.json){{ download }}: "
        "settings, seeds and the outcome of every run."
    )


def _record(name: str) -> dict[str, Any]:
    path = ROOT / "snippets" / "experiments" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


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
    page: Any

    def filter(self, function: Any) -> Any: ...

    def macro(self, function: Any, name: str = "") -> Any: ...


def define_env(env: Environment) -> None:
    """Called by mkdocs-macros at the start of each build."""
    env.variables.update(records())
    env.variables["glossary"] = load(ROOT / "docs" / "reference" / "glossary.yml")
    env.variables.update({"runner_names": RUNNER_NAMES, "gate_names": GATE_NAMES})
    for function in (count, fixed, power, steps, seed_by_seed, quartiles, verdict):
        env.filter(refusing_undefined(function))
    env.macro(rerun)
    env.macro(lambda name: lab(name, "../" * env.page.url.count("/")), "lab")
