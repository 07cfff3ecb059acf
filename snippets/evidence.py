"""Run the experiments on all cores and write their records: `make evidence`.

    python -m snippets.evidence                  all of them
    python -m snippets.evidence adding recall    only these
    python -m snippets.evidence --check adding   run and compare, write nothing
    python -m snippets.evidence --summaries      anew from the recorded cells, no run
    python -m snippets.evidence --scheduler tcp://host:8786    on Dask's workers there

An experiment is a file of snippets/experiments/ with SETTINGS, cells() (the settings of
each piece of work), run(cell), summarise(cells) and differences(cell, recorded, again).
A finished cell is kept in .evidence/ until the record of its experiment is written, so
an interrupted run goes on where it stopped. Beside x.py stands its record x.json: the
settings, every cell with its seeds and result, the summary that pages print, versions,
processor and date.
"""

import argparse
import ast
import hashlib
import importlib
import json
import logging
import os
import platform
import re
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

from snippets.record import ROOT, versions, write_whole

Cell = dict[str, Any]
PACKAGE = "snippets.experiments"
KEPT = ROOT / ".evidence"
# One thread each, on the processor: what runs beside it or a graphics card change less.
ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
}
CORES = (
    len(os.sched_getaffinity(0))
    if hasattr(os, "sched_getaffinity")
    else (os.cpu_count() or 1)
)
USUAL_SECONDS = 15.0  # the estimate for a cell that no record knows
# Besides what every program uses: whose data and runner the experiments rest on.
LIBRARIES = ("scikit-learn", "statsmodels", "distributed")


def experiments(package: str = PACKAGE) -> dict[str, ModuleType]:
    """Every experiment by name; those that only read other records come last."""
    folder = importlib.import_module(package).__path__[0]
    names = sorted(p.stem for p in Path(folder).glob("*.py") if p.stem != "__init__")
    found = {name: importlib.import_module(f"{package}.{name}") for name in names}
    return dict(sorted(found.items(), key=lambda item: not item[1].cells()))


def _name(experiment: ModuleType) -> str:
    return experiment.__name__.rpartition(".")[2]


def record_path(experiment: ModuleType) -> Path:
    return Path(str(experiment.__file__)).with_suffix(".json")


def digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# What turns results into sentences may change without a new run.
NOT_RUN = ("summarise", "differences")
NOT_RUN_MODULES = ("snippets.outcomes",)


def code(path: Path, seen: set[Path] | None = None) -> list[str]:
    """What decides a result: the code of a file and of the project's files that it
    imports, without comments, docstrings and what only reads results.
    """
    seen = set() if seen is None else seen
    seen.add(path)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parts = []
    for node in list(ast.walk(tree)):
        if project := _project_file(node):
            if project not in seen:
                parts += code(project, seen)
        elif isinstance(body := getattr(node, "body", None), list):
            left = [
                part
                for part in body
                if not _is_text(part)
                and getattr(part, "module", None) not in NOT_RUN_MODULES
                and not (part in tree.body and getattr(part, "name", None) in NOT_RUN)
            ]
            node.body = left or [ast.Pass()]  # type: ignore[attr-defined]
    return [json.dumps(_plain(tree)), *sorted(parts)]


def _plain(node: Any) -> Any:
    """A syntax tree as lists, the same in every version of Python: what is empty is
    left out.
    """
    if isinstance(node, list):
        return [_plain(part) for part in node]
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = {
        name: _plain(value)
        for name, value in ast.iter_fields(node)
        if value not in (None, []) and name not in ("ctx", "kind", "type_comment")
    }
    return [type(node).__name__, fields]


def _project_file(node: ast.AST) -> Path | None:
    """The file of the project that a statement imports from, but for what only reads
    results.
    """
    if isinstance(node, ast.Import) and any(
        name.name.split(".")[0] == "snippets" for name in node.names
    ):
        raise ValueError("expected 'from snippets.x import y', got 'import snippets'")
    if not isinstance(node, ast.ImportFrom) or node.module in NOT_RUN_MODULES:
        return None
    if node.level or node.module == "snippets":
        raise ValueError(
            "expected 'from snippets.x import y', got another form; the code that "
            "decides a result could not be followed"
        )
    if str(node.module).startswith("snippets."):
        path = ROOT / f"{str(node.module).replace('.', '/')}.py"
        return path if path.is_file() else None
    return None


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def stale(experiment: ModuleType) -> str | None:
    """Why the record is not that of today's code and settings, or None if it is."""
    path = record_path(experiment)
    if not path.is_file():
        return "there is no record"
    record = json.loads(path.read_text(encoding="utf-8"))
    if record["settings"] != json.loads(json.dumps(experiment.SETTINGS)):
        return "the settings have changed since the record"
    if [cell["cell"] for cell in record["cells"]] != experiment.cells():
        return "the cells have changed since the record"
    if record["code"] != digest(code(Path(str(experiment.__file__)))):
        return "the code has changed since the record"
    if record["checksum"] != digest(record["cells"]):
        return "the recorded cells were changed by hand"
    return None


def environment() -> dict[str, str]:
    return versions() | {name: version(name) for name in LIBRARIES}


def processor() -> str:
    """The processor's own name where the system tells it, and the number of cores."""
    name = platform.processor() or platform.machine()
    with suppress(OSError):
        found = re.search(
            r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE
        )
        name = found[1] if found else name
    return f"{name}, {CORES} cores"


@cache
def loaded(package: str) -> dict[str, str]:
    """The code of every experiment as this process imported it."""
    found = experiments(package).items()
    return {name: digest(code(Path(str(one.__file__)))) for name, one in found}


def run_cell(name: str, cell: Cell, package: str, expected: str) -> dict[str, Any]:
    """Run one cell, here or on a worker: its result, seconds, versions, processor.

    RuntimeError if this process has other code than the one that asks.
    """
    for variable, value in ENVIRONMENT.items():
        os.environ.setdefault(variable, value)
    if loaded(package)[name] != expected:
        raise RuntimeError(
            f"{name}: expected code {expected} on {platform.node()}, got "
            f"{loaded(package)[name]}; update that clone and start its worker anew"
        )
    experiment = importlib.import_module(f"{package}.{name}")
    started = time.perf_counter()
    result = experiment.run(cell)
    return {
        "result": json.loads(json.dumps(result)),
        "seconds": round(time.perf_counter() - started, 1),
        "versions": environment(),
        "processor": processor(),
    }


def run_quietly(name: str, cell: Cell, package: str, expected: str) -> dict[str, Any]:
    """run_cell on a worker, without what TensorFlow writes to the error stream.

    What goes wrong comes back as an exception, and the runner shows it.
    """
    sys.stderr.flush()
    errors = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            return run_cell(name, cell, package, expected)
        finally:
            os.dup2(errors, 2)
            os.close(errors)


def kept_path(kept: Path, experiment: ModuleType, cell: Cell) -> Path:
    """Where a finished cell waits: of this code and of these versions alone."""
    package, _, name = experiment.__name__.rpartition(".")
    key = digest([loaded(package)[name], environment(), cell])
    return kept / name / f"{key}.json"


def expected_seconds(experiment: ModuleType) -> dict[str, float]:
    """How long each recorded cell took, by its digest."""
    path = record_path(experiment)
    if not path.is_file():
        return {}
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {digest(cell["cell"]): cell["seconds"] for cell in cells}


Work = tuple[str, Cell, Path, float]  # name, cell, where to keep it, seconds expected


def ended(
    client: Any, together: list[Work], alone: list[Work], package: str
) -> Iterator[tuple[Work, Any]]:
    """Each piece of work with its future, as it ends: first what runs on all cores,
    the longest at the start, so that no core waits; then one after the other what is
    timed.
    """
    from distributed import as_completed, wait

    def submit(item: Work) -> Any:
        name, cell, _, _ = item
        expected = loaded(package)[name]
        return client.submit(run_quietly, name, cell, package, expected, pure=False)

    futures = {submit(item): item for item in sorted(together, key=lambda i: -i[3])}
    for future in as_completed(futures):
        yield futures[future], future
    for item in alone:
        future = submit(item)
        wait([future])
        yield item, future


def finish(client: Any, together: list[Work], alone: list[Work], package: str) -> int:
    """Run what is not finished and keep each cell as it ends; how many failed."""
    from tqdm import tqdm

    # On all cores the work goes by as many times faster.
    seconds = sum(item[3] for item in together) / CORES + sum(i[3] for i in alone)
    total = len(together) + len(alone)
    print(f"{total} cells to run, by the records about {seconds / 60:.0f} minutes")
    bar = tqdm(
        total=seconds,
        bar_format="{percentage:3.0f} % |{bar}| {postfix}{elapsed} gone, "
        "about {remaining} to go",
        file=sys.stderr,
    )
    failed = 0
    pieces = enumerate(ended(client, together, alone, package), start=1)
    for number, (item, future) in pieces:
        name, cell, path, expected = item
        if future.status == "finished":
            write_whole(path, json.dumps(future.result()), quiet=True)
        else:
            failed += 1
            tqdm.write(f"{name} {cell} failed: {future.exception()!r}", file=sys.stderr)
            lines = traceback.format_tb(future.traceback())
            tqdm.write("".join(lines[-2:]), file=sys.stderr)
        bar.set_postfix_str(f"{number} of {total} cells, last: {name}; ")
        bar.update(expected if item in alone else expected / CORES)
    bar.close()
    return failed


def compared(experiment: ModuleType, cells: list[dict[str, Any]]) -> str:
    """Whether new cells agree with the record, in words."""
    path = record_path(experiment)
    if not path.is_file():
        return "a first record"
    record = json.loads(path.read_text(encoding="utf-8"))
    recorded = {digest(cell["cell"]): cell["result"] for cell in record["cells"]}
    found = [
        f"{cell['cell']}: {text}"
        for cell in cells
        if digest(cell["cell"]) in recorded
        for text in experiment.differences(
            cell["cell"], recorded[digest(cell["cell"])], cell["result"]
        )
    ]
    new = sum(digest(cell["cell"]) not in recorded for cell in cells)
    date = record["recorded"]["date"]
    if found:
        return f"differs from the record of {date}:\n  " + "\n  ".join(found)
    return f"agrees with the record of {date}" + (f", {new} new cells" if new else "")


def write_record(
    experiment: ModuleType, cells: list[dict[str, Any]], recorded: dict[str, Any]
) -> None:
    summary = experiment.summarise(cells)
    record = {
        "recorded": recorded,
        "settings": experiment.SETTINGS,
        **summary,
        "code": loaded(experiment.__name__.rpartition(".")[0])[_name(experiment)],
        "checksum": digest(cells),
        "cells": cells,
    }
    path = record_path(experiment)
    drawn = draw(path.stem, record)  # before anything is written
    write_whole(path, lines_of(record))
    if drawn:
        write_whole(path.with_suffix(".svg"), drawn)


def lines_of(record: dict[str, Any]) -> str:
    """JSON with one line for each cell and each entry, for eyes and for diffs."""

    def block(value: Any) -> str:
        if isinstance(value, dict) and value:
            lines = [f"    {_json(key)}: {_json(one)}" for key, one in value.items()]
            return "{\n" + ",\n".join(lines) + "\n  }"
        if isinstance(value, list) and value:
            return "[\n" + ",\n".join(f"    {_json(one)}" for one in value) + "\n  ]"
        return _json(value)

    lines = [f"  {_json(key)}: {block(value)}" for key, value in record.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def draw(name: str, record: dict[str, Any]) -> str | None:
    """The plot of a record, if there is one for this experiment."""
    from snippets import plots

    return plots.svg(name, record) if name in plots.PLOTS else None


def gathered(experiment: ModuleType, kept: Path) -> tuple[list[Any], dict[str, Any]]:
    """The finished cells in order, and when, where and with what they ran."""
    outcomes = [
        json.loads(kept_path(kept, experiment, cell).read_text(encoding="utf-8"))
        for cell in experiment.cells()
    ]
    cells = [
        {"cell": cell, "result": outcome["result"], "seconds": outcome["seconds"]}
        for cell, outcome in zip(experiment.cells(), outcomes, strict=True)
    ]
    everywhere = [outcome["versions"] for outcome in outcomes] or [environment()]
    if any(found != environment() for found in everywhere):
        forget(kept, experiment)
        raise SystemExit(
            f"{experiment.__name__}: expected {environment()} on all workers, got "
            f"{sorted({str(found) for found in everywhere})}; give the workers the "
            "pinned environment (requirements/test.txt) and run again"
        )
    processors = {outcome["processor"] for outcome in outcomes}
    recorded = {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": "; ".join(sorted(processors)) or "none: it reads other records",
        **everywhere[0],
    }
    return cells, recorded


def again_from_cells(chosen: dict[str, ModuleType]) -> int:
    """Summaries and plots anew from the recorded cells; how many are stale."""
    left = 0
    for experiment in chosen.values():
        why = experiment.cells() and stale(experiment)
        if why:
            print(f"{_name(experiment)}: {why}; run make evidence", file=sys.stderr)
            left += 1
            continue
        record = json.loads(record_path(experiment).read_text(encoding="utf-8"))
        write_record(experiment, record["cells"], record["recorded"])
    return left


def forget(kept: Path, experiment: ModuleType) -> None:
    for cell in experiment.cells():
        kept_path(kept, experiment, cell).unlink(missing_ok=True)


def start(scheduler: str | None) -> Any:
    """Dask: the workers of a scheduler, or one for each core of this machine."""
    import dask
    from distributed import Client, LocalCluster

    # A cell that is moved while it starts would run twice.
    dask.config.set({"distributed.scheduler.work-stealing": False})
    if scheduler:
        try:
            client = Client(scheduler, timeout=20)
            client.wait_for_workers(1, timeout=30)
        except (OSError, ValueError, TimeoutError) as error:
            raise SystemExit(
                "--scheduler: expected the address of a Dask scheduler with workers, "
                f"such as tcp://host:8786, got {scheduler} ({error}); start both and "
                "try again"
            ) from None
        workers = client.scheduler_info(n_workers=-1)["workers"]
        if wide := [name for name, one in workers.items() if one["nthreads"] != 1]:
            raise SystemExit(
                f"--scheduler: expected workers with one thread, got {wide} with more; "
                "start them with --nthreads 1"
            )
        return client
    return LocalCluster(
        n_workers=CORES,
        threads_per_worker=1,
        memory_limit=0,
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
    ).get_client()


def unfinished(chosen: dict[str, ModuleType], kept: Path) -> Iterator[Work]:
    for name, experiment in chosen.items():
        usual = expected_seconds(experiment)
        for cell in experiment.cells():
            path = kept_path(kept, experiment, cell)
            if not path.is_file():
                yield name, cell, path, usual.get(digest(cell), USUAL_SECONDS)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Run the experiments.")
    parser.add_argument("names", nargs="*", help="file names without .py (default all)")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--summaries", action="store_true", help="no run")
    parser.add_argument("--scheduler", help="address of a Dask scheduler")
    parser.add_argument("--package", default=PACKAGE, help="where the experiments are")
    parser.add_argument("--kept", type=Path, default=KEPT, help="finished cells")
    options = parser.parse_args(arguments)

    known = experiments(options.package)
    if wrong := sorted({*options.names} - {*known}):
        parser.error(f"no such experiment: {', '.join(wrong)}; there are {[*known]}")
    # What reads a chosen record is made anew too.
    chosen = {
        name: experiment
        for name, experiment in known.items()
        if not options.names
        or name in options.names
        or {*options.names} & {*getattr(experiment, "READS", ())}
    }
    if options.summaries:
        return 1 if again_from_cells(chosen) else 0

    os.environ.update(ENVIRONMENT)
    work = list(unfinished(chosen, options.kept))
    total = sum(len(experiment.cells()) for experiment in chosen.values())
    if len(work) < total:
        print(f"{total - len(work)} of {total} cells are finished already")
    failed = 0
    if work:
        # What is timed runs last, with nothing beside it.
        timed = {n for n, one in chosen.items() if getattr(one, "ALONE", False)}
        together = [item for item in work if item[0] not in timed]
        alone = [item for item in work if item[0] in timed]
        client = None
        try:
            client = start(options.scheduler)
            failed = finish(client, together, alone, options.package)
        except KeyboardInterrupt:
            print("stopped; what is finished is kept, run again to go on")
            return 130
        finally:
            # A scheduler that was there before goes on; what was started here ends.
            if client is not None:
                if options.scheduler is None:
                    client.cluster.close(timeout=30)
                client.close()
    missing = {name for name, *_ in unfinished(chosen, options.kept)}
    different = False
    for name, experiment in chosen.items():
        if name in missing:
            print(f"{name}: not all cells are finished, its record stays as it was")
            continue
        cells, recorded = gathered(experiment, options.kept)
        words = compared(experiment, cells)
        different |= words.startswith("differs")
        print(f"{name}: {words}")
        if not options.check:
            write_record(experiment, cells, recorded)
        forget(options.kept, experiment)
    return 1 if failed or missing or (different and options.check) else 0


if __name__ == "__main__":
    # Under its own name, so that workers can import what they are sent.
    from snippets import evidence

    sys.exit(evidence.main())
