"""Plant faults in a copy of the project, one at a time: does any test notice?

    python -m tools.faults                   every fault of faults.toml
    python -m tools.faults labs tex-broken   only those of a class, or of a name
    python -m tools.faults --list            what there is
    python -m tools.faults --check           can each still be planted? runs no test

A fault is a mistake that somebody could make. In faults.toml each stands below its
class: `old` text in `file` becomes `new`, and `edit`, a few lines of Python, does what
one replacement cannot, with the functions of fault_edits.py. `tests` names the suites
that could notice, or else [order] does for its class, the likely one first; a fault is
caught if one of them fails. Before the first fault, all of them must pass. The copy is
a clone of what is committed.

Ends with 0 if every fault was caught, 1 if one survived, 2 if one cannot be planted.
"""

import argparse
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

PROJECT = Path(__file__).resolve().parent.parent
CAUGHT, SURVIVED, NOT_PLANTED = "caught", "SURVIVED", "CANNOT BE PLANTED"
LIMIT = 1800  # seconds for one suite
ENVIRONMENT = os.environ | {
    "CI": "true",  # what cannot run fails, and is not silently left out
    "PYTHONDONTWRITEBYTECODE": "1",  # of one fault, in the run of the next
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "NO_MKDOCS_2_WARNING": "1",
}


class Fault(NamedTuple):
    kind: str
    name: str
    file: str = ""
    old: str = ""
    new: str = ""
    edit: str = ""
    tests: Sequence[str] = ()


def read(path: Path) -> tuple[dict[str, str], list[Fault]]:
    """The command of each suite, and the faults."""
    classes = tomllib.loads(path.read_text(encoding="utf-8"))
    suites, order = classes.pop("suites"), classes.pop("order")
    rows = [(kind, row) for kind, rows in classes.items() for row in rows]
    return suites, [Fault(kind, **{"tests": order[kind], **row}) for kind, row in rows]


def run(copy: Path, *command: str) -> tuple[int, str]:
    """Exit status, and all that a command prints."""
    options: dict[str, Any] = {"cwd": copy, "env": ENVIRONMENT, "encoding": "utf-8"}
    options |= {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run(command, timeout=LIMIT, **options)
    return done.returncode, done.stdout


def python(copy: Path, *arguments: str) -> tuple[int, str]:
    return run(copy, str(copy / ".venv/bin/python"), *arguments)


def plant(copy: Path, fault: Fault) -> None:
    """ValueError if the project has changed and faults.toml must follow."""
    if fault.file:
        path = copy / fault.file
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if not fault.old or text.count(fault.old) != 1:
            times = text.count(fault.old)
            raise ValueError(f"{fault.file}: expected the old text once, got {times}")
        path.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
    if fault.edit:
        status, printed = python(copy, "-m", "tools.fault_edits", fault.edit)
        if status:
            raise ValueError(f"edit: {printed[-500:]}")
    if not run(copy, "git", "status", "--porcelain", "--", ":!.venv")[1]:
        raise ValueError("it changes nothing")


def restore(copy: Path) -> None:
    run(copy, "git", "checkout", "-q", ".")
    run(copy, "git", "clean", "-fdq", "--exclude=.venv")


def failing(copy: Path, command: str) -> str | None:
    """The first test of a suite that fails, or None if all pass."""
    try:
        status, printed = python(copy, "-m", *shlex.split(command))
    except subprocess.TimeoutExpired:
        return f"still running after {LIMIT} seconds"
    if status < 0:
        raise SystemExit(f"a suite was ended by signal {-status}, which says nothing")
    named = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", printed, re.MULTILINE)
    return None if status == 0 else named[1] if named else printed.strip()[-200:]


def judge(copy: Path, fault: Fault, suites: dict[str, str]) -> tuple[str, str]:
    """What becomes of one fault, and the test or the reason."""
    try:
        plant(copy, fault)
        found = (failing(copy, suites[name]) for name in fault.tests)
        if why := next(filter(None, found), ""):
            return CAUGHT, why
        return SURVIVED if fault.tests else "planted", ""
    except ValueError as error:
        return NOT_PLANTED, str(error)
    finally:
        restore(copy)


def table(outcomes: list[tuple[Fault, str]]) -> str:
    rows = []
    for kind in [*dict.fromkeys(fault.kind for fault, _ in outcomes), "all"]:
        found = [outcome for fault, outcome in outcomes if kind in (fault.kind, "all")]
        planted = len(found) - found.count(NOT_PLANTED)
        rows.append(f"{kind:12} {found.count(CAUGHT):3} of {planted:3} caught")
    for outcome in (SURVIVED, NOT_PLANTED):
        names = [fault.name for fault, found in outcomes if found == outcome]
        rows.append(f"{outcome}: {', '.join(names) or 'none'}")
    return "\n".join(rows)


def run_all(faults: list[Fault]) -> int:
    """Prints what becomes of each; the status to end with."""
    # What a shell starts with & ignores interrupts, and so would the tests' runners.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    suites, _ = read(PROJECT / "tools/faults.toml")
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        subprocess.run(["git", "clone", "-q", PROJECT, copy], check=True)
        (copy / ".venv").symlink_to(PROJECT / ".venv")
        for suite in dict.fromkeys(name for fault in faults for name in fault.tests):
            if why := failing(copy, suites[suite]):
                raise SystemExit(f"without any fault, {suite} fails: {why}")
        for fault in faults:
            outcome, why = judge(copy, fault, suites)
            outcomes.append((fault, outcome))
            print(f"{outcome:9} {fault.name}  {why}".rstrip(), flush=True)
    if any(fault.tests for fault in faults):
        print(table(outcomes))
    worst = {outcome for _, outcome in outcomes}
    return 2 if NOT_PLANTED in worst else 1 if SURVIVED in worst else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Does any test notice a fault?")
    parser.add_argument("names", nargs="*", help="faults or classes (default: all)")
    parser.add_argument("--list", action="store_true", help="print what there is")
    parser.add_argument("--check", action="store_true", help="plant, run no test")
    options = parser.parse_args()
    _, faults = read(PROJECT / "tools/faults.toml")
    if options.names:
        wanted = {*options.names}
        faults = [fault for fault in faults if {fault.kind, fault.name} & wanted]
        if unknown := wanted - {word for fault in faults for word in fault[:2]}:
            parser.error(f"no such fault or class: {', '.join(sorted(unknown))}")
    if options.list:
        print(*(f"{fault.kind:12} {fault.name}" for fault in faults), sep="\n")
        return 0
    return run_all([f._replace(tests=()) for f in faults] if options.check else faults)


if __name__ == "__main__":
    sys.exit(main())
