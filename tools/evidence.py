"""Run the experiments on all cores and write their records: `make evidence`.

    python -m tools.evidence                  all of them
    python -m tools.evidence adding recall    only these
    python -m tools.evidence --check adding   run and compare, write nothing
    python -m tools.evidence --stamp adding   run its deciding pieces; if they agree,
                                              the record is one of today's code
    python -m tools.evidence --summaries      anew from the recorded pieces, no run
    python -m tools.evidence --scheduler tcp://host:8786    on Dask's workers there

A finished piece is kept in .evidence/ until the record of its experiment is written, so
an interrupted run goes on where it stopped; committed, it does so on another machine.
tools/experiments.py says what an experiment is.
"""

import argparse
import fcntl
import sys
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from tools import experiments
from tools.pieces import Work, place, work_of
from tools.record import ROOT

MODES = {
    "check": "compare, write nothing",
    "stamp": "run what decides; if it agrees, the record counts as one of today's code",
    "summaries": "run nothing, make summaries, findings and plots anew",
}


@contextmanager
def workers(scheduler: str | None) -> Iterator[Any]:
    """Dask's client: of the scheduler, or of a worker for each core of this machine."""
    import dask
    from distributed import Client, LocalCluster

    # A piece that is moved while it starts would run twice.
    dask.config.set({"distributed.scheduler.work-stealing": False})
    if scheduler is None:
        local: dict[str, Any] = {"memory_limit": 0, "dashboard_address": ":0"}
        local |= {"threads_per_worker": 1, "silence_logs": "CRITICAL"}
        # What TensorFlow writes would tear the bar; an exception comes back.
        local["preload"] = "import os; os.dup2(os.open(os.devnull, os.O_WRONLY), 2)"
        # The client ends first: a cluster that ends before it computes again what its
        # dying workers held.
        with LocalCluster(**local) as cluster, Client(cluster) as client:
            yield client
        return
    try:
        client = Client(scheduler, timeout=20)
        client.wait_for_workers(1, timeout=30)
        found = client.scheduler_info(n_workers=-1)["workers"].values()
        if any(worker["nthreads"] != 1 for worker in found):
            raise ValueError("a worker has several threads, start it with --nthreads 1")
    except (OSError, ValueError, TimeoutError) as error:
        raise SystemExit(
            "--scheduler: expected the address of a Dask scheduler with workers of one "
            f"thread each, such as tcp://host:8786, got {scheduler} ({error})"
        ) from None
    with client:
        yield client


@contextmanager
def alone(chosen: list[ModuleType], folder: Path) -> Iterator[None]:
    """No other run of these experiments keeps its pieces here meanwhile: two would do
    the same work, and each would clear away what the other needs.
    """
    with ExitStack() as stack:
        folder.mkdir(parents=True, exist_ok=True)
        for one in chosen:
            name = experiments.source(one).stem
            file = stack.enter_context((folder / f"{name}.lock").open("w"))
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SystemExit(
                    f"{name}: another run of it is under way, whose pieces are in "
                    f"{folder}; wait for its end, or name other experiments"
                ) from None
        yield


def batches(todo: list[Work]) -> list[list[Work]]:
    """What can run together, the longest first so that no core waits at the end; then,
    one by one, what is timed.
    """
    together = sorted((w for w in todo if not w.alone), key=lambda w: -w.seconds)
    return [together, *([work] for work in todo if work.alone)]


def run_all(client: Any, batches: list[list[Work]]) -> None:
    """Run one batch after the other, and keep each piece as it ends."""
    from distributed import as_completed
    from tqdm import tqdm

    everything = [work for batch in batches for work in batch]
    seconds = sum(work.seconds for work in everything)
    print(f"{len(everything)} pieces, about {seconds / 60:.0f} minutes on one core")
    shown = "{percentage:3.0f} % |{bar}| {desc}{elapsed} gone, {remaining} to go"
    bar = tqdm(total=seconds, bar_format=shown)
    ended = 0
    for batch in batches:
        futures = {client.submit(Work.run, work, pure=False): work for work in batch}
        for future in as_completed(futures):
            work = futures.pop(future)
            if future.status == "finished":
                try:
                    work.keep(future.result())
                except OSError as error:  # a full disk, say: the others may still fit
                    bar.write(f"{work} could not be kept: {error}", file=sys.stderr)
            else:
                bar.write(f"{work} failed: {future.exception()!r}", file=sys.stderr)
                traceback.print_tb(future.traceback(), limit=-2)
            # Held any longer, it would run again if the worker that ran it died.
            future.release()
            ended += 1
            bar.set_description_str(f"{ended} of {len(everything)} pieces; ")
            bar.update(work.seconds)
    bar.close()


def finish(experiment: ModuleType, done: list[Work], mode: str | None) -> bool:
    """Compare with the record, write the new one; whether it is as it should be."""
    name, before = experiments.source(experiment).stem, experiments.recorded(experiment)
    pieces = [outcome for work in done if (outcome := work.kept())]
    if len(pieces) < len(done):
        print(f"{name}: not all pieces are finished, its record stays as it was")
        return False
    ran_on = "; ".join(sorted({outcome.pop("processor") for outcome in pieces}))
    words, differs = experiments.compared(experiment, pieces)
    print(f"{name}: {words}")
    made, today = place(experiment), date.today().isoformat()
    code = made.pop("code")
    if mode is None:
        made = {
            "date": today,
            "processor": ran_on or "none: it reads other records",
            **made,
        }
        experiments.write_record(experiment, pieces, made, code)
    elif mode == "stamp" and differs:
        print(f"  so its record stays as it was; run make evidence only={name}")
    elif mode == "stamp":
        made = before["recorded"] | ({"stamped": today} if done else {})
        experiments.write_record(experiment, before["pieces"], made, code)
    for work in done:
        work.file.unlink()
    return mode is None or not differs


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Run the experiments.")
    parser.add_argument("names", nargs="*", help="file names without .py (default all)")
    modes = parser.add_mutually_exclusive_group()
    for mode, what in MODES.items():
        modes.add_argument(
            f"--{mode}", action="store_const", const=mode, dest="mode", help=what
        )
    parser.add_argument(
        "--scheduler",
        help="address of a Dask scheduler, which runs what anybody there sends",
    )
    parser.add_argument("--package", default=experiments.PACKAGE, help="for tests")
    parser.add_argument(
        "--kept", type=Path, default=ROOT / ".evidence", help="for tests"
    )
    options = parser.parse_args(arguments)

    known = experiments.experiments(options.package)
    if wrong := sorted({*options.names} - {*known}):
        parser.error(f"no such experiment: {', '.join(wrong)}; there are {[*known]}")
    # What reads a chosen record is made anew too.
    chosen = [
        experiment
        for name, experiment in known.items()
        if not options.names
        or {*options.names} & {name, *getattr(experiment, "READS", ())}
    ]
    if options.mode in ("stamp", "summaries"):  # they rest on the recorded pieces
        why = [experiments.stale(one, but_for_code=True) for one in chosen]
        if any(why):
            raise SystemExit("\n".join(filter(None, why)))
    if options.mode == "summaries":
        for one in chosen:
            record = experiments.recorded(one)
            made, code = record["recorded"], record["code"]
            experiments.write_record(one, record["pieces"], made, code)
        return 0

    with ExitStack() as stack:
        try:  # before hours are spent
            ours = [one for one in chosen if one.pieces()]
            stack.enter_context(alone(ours, options.kept))
        except OSError as error:
            parser.error(f"expected a folder to keep finished pieces in, got {error}")
        return run(chosen, options)


def run(chosen: list[ModuleType], options: argparse.Namespace) -> int:
    """Run what is not kept yet, and finish each experiment."""
    work = {}
    for one in chosen:
        pieces = experiments.deciding(one) if options.mode == "stamp" else one.pieces()
        work[one] = work_of(one, pieces, options.kept)
    everything = [piece for pieces in work.values() for piece in pieces]
    todo = [piece for piece in everything if not piece.kept()]
    if finished := len(everything) - len(todo):
        print(f"{finished} of {len(everything)} pieces are finished already")
    if todo:
        try:
            with workers(options.scheduler) as client:
                run_all(client, batches(todo))
        except KeyboardInterrupt:
            print("stopped; what is finished is kept, run again to go on")
            return 130
    good = []
    for one, pieces in work.items():
        try:
            good.append(finish(one, pieces, options.mode))
        except OSError as error:
            print(f"{one.__name__}: could not be written, its pieces are kept: {error}")
            good.append(False)
    return 0 if all(good) else 1


if __name__ == "__main__":
    # Under its own name, so that workers can import what they are sent.
    from tools import evidence

    sys.exit(evidence.main())
