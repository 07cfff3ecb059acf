"""What the faults of faults.toml do beside replacing a text, in the copy of the project
in which one is planted: the functions that a fault's `edit` calls.

    python -m tools.fault_edits 'recorded_anew("gru_cell")'

They make a fault hard to notice. Records, summaries, findings, checksums and plots are
made again with the project's own code, as an honest run would leave them, so that only
what the fault is about is wrong.
"""

import subprocess
import sys
from types import ModuleType
from typing import Any

from tools import experiments
from tools.compare import chosen
from tools.record import ROOT

Piece = dict[str, Any]


def replaced(file: str, old: str, new: str) -> None:
    """A text that stands once in a file, by another."""
    path = ROOT / file
    text = path.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise ValueError(f"{file}: expected {old!r} once, got {text.count(old)}")
    path.write_text(text.replace(old, new), encoding="utf-8")


def command(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", *arguments], check=True, cwd=ROOT)


def recorded_anew(*names: str) -> None:
    """As `make record` after a change of these programs, and as if every experiment
    that uses their code had run again and come out the same.
    """
    command("tools.record", *names)
    run_again()


def stills_anew() -> None:
    """As `make record` for what the labs show before a script has run."""
    command("tools.stills", "--write")


def redrawn() -> None:
    """As `make record` for the pictures of the pages."""
    command("tools.figures")


def run_again() -> None:
    """As `make evidence` after a change of code, with the outcomes that it had."""
    for experiment in experiments.experiments().values():
        if "its code is not" in (experiments.stale(experiment) or ""):
            rewritten(experiment, experiments.recorded(experiment)["pieces"])


def rewritten(experiment: ModuleType, pieces: list[Piece]) -> None:
    """Record, findings and plot of these pieces, as of today's code."""
    made = experiments.recorded(experiment)["recorded"]
    code = experiments.code(experiments.source(experiment))
    experiments.write_record(experiment, pieces, made, code)


def result(name: str, **wanted: Any) -> dict[str, Any]:
    """The recorded result of one piece of an experiment."""
    experiment = experiments.experiments()[name]
    return chosen(experiments.recorded(experiment)["pieces"], **wanted)


def outcome(name: str, *changes: tuple[Piece, dict[str, Any]]) -> None:
    """An experiment comes out differently: each change is (settings of a piece, what
    is new in its result). All that rests on its record is made again.
    """
    known = experiments.experiments()
    pieces = experiments.recorded(known[name])["pieces"]
    for wanted, new in changes:
        found = chosen(pieces, **wanted)
        for key, value in new.items():
            found[key] = found[key] | value if isinstance(value, dict) else value
    rewritten(known[name], pieces)
    for reader in known.values():
        if name in getattr(reader, "READS", ()):
            rewritten(reader, experiments.recorded(reader)["pieces"])
    if name == "inside_gate":  # whose networks a lab replays
        command("tools.record", "recall_race")


def raced(name: str, rate: str, steps: int | None, **wanted: Any) -> None:
    """All seeds of a piece of a race need so many steps at a learning rate."""
    run = result(name, **wanted)["runs"][rate]
    new = run | {"steps": [steps] * len(run["steps"])}
    outcome(name, (wanted, {"runs": {rate: new}}))


if __name__ == "__main__":
    exec(sys.argv[1])
