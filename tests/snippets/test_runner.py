"""The runner of the experiments, tried on experiments of no weight."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from snippets import evidence
from snippets.record import ROOT

pytestmark = [pytest.mark.keras, pytest.mark.xdist_group("runner")]

SQUARES = '''
"""Squares of a few numbers, slowly; a line in the log for each run."""
import os, pathlib, time
from typing import Any

SETTINGS = {"numbers": [1, 2, 3, 4], "pause": 0.05}
HERE = pathlib.Path(__file__).parent


def cells():
    return [{"number": n} for n in SETTINGS["numbers"]]


def run(cell):
    number = cell["number"]
    while number == 4 and (HERE / "wait").exists():
        time.sleep(0.05)
    time.sleep(SETTINGS["pause"])
    if number == 3 and (HERE / "fail").exists():
        raise ZeroDivisionError("planted")
    with open(HERE / "log", "a") as log:
        log.write(f"{number} {os.getpid()}\\n")
    return {"square": number**2}


def summarise(cells):
    return {"sum": sum(cell["result"]["square"] for cell in cells)}


def differences(cell, recorded, again):
    return [] if recorded == again else [f"expected {recorded}, got {again}"]
'''


@pytest.fixture
def toys(tmp_path):
    folder = tmp_path / "toys"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "squares.py").write_text(SQUARES)
    return folder


def command(toys, *more):
    return [
        sys.executable,
        *("-m", "snippets.evidence", "--package", "toys"),
        *("--kept", str(toys.parent / "kept")),
        *more,
    ]


def environment(toys):
    path = os.pathsep.join([str(ROOT), str(toys.parent)])
    return {**os.environ, "PYTHONPATH": path}


def runs(toys, *more):
    return subprocess.run(
        command(toys, *more),
        cwd=ROOT,
        env=environment(toys),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


def log(toys):
    """The numbers that ran, in any order, and how many workers ran them."""
    lines = (toys / "log").read_text().split("\n")[:-1]
    numbers = sorted(int(line.split()[0]) for line in lines)
    return numbers, len({line.split()[1] for line in lines})


def record(toys):
    return json.loads((toys / "squares.json").read_text())


def test_a_run_leaves_a_whole_record_and_shows_how_far_it_is(toys):
    done = runs(toys)
    assert done.returncode == 0, done.stderr
    written = record(toys)
    assert written["sum"] == 30
    assert written["settings"] == {"numbers": [1, 2, 3, 4], "pause": 0.05}
    assert [cell["cell"]["number"] for cell in written["cells"]] == [1, 2, 3, 4]
    assert {"date", "processor", "python", "keras", "numpy"} <= {*written["recorded"]}
    assert "4 of 4 cells" in done.stderr
    assert "to go" in done.stderr  # the estimate
    assert "squares: a first record" in done.stdout
    assert not list((toys.parent / "kept").rglob("*.json"))  # the next run is anew
    again = runs(toys)
    assert "squares: agrees with the record of" in again.stdout
    assert log(toys)[0] == [1, 1, 2, 2, 3, 3, 4, 4]


def test_a_killed_run_loses_no_finished_cell(toys):
    (toys / "wait").touch()
    process = subprocess.Popen(
        command(toys),
        cwd=ROOT,
        env=environment(toys),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    kept = toys.parent / "kept" / "squares"
    deadline = time.monotonic() + 60
    while len(list(kept.glob("*.json"))) < 3:
        assert time.monotonic() < deadline, "the first cells did not finish"
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not (toys / "squares.json").exists()  # whole, or not at all
    (toys / "wait").unlink()
    done = runs(toys)
    assert done.returncode == 0, done.stderr
    assert "3 of 4 cells are finished already" in done.stdout
    assert log(toys)[0] == [1, 2, 3, 4]
    assert record(toys)["sum"] == 30


def test_a_failing_cell_is_named_and_the_others_are_kept(toys):
    (toys / "fail").touch()
    done = runs(toys)
    assert done.returncode == 1
    assert "squares {'number': 3} failed: ZeroDivisionError('planted')" in done.stderr
    assert "squares: not all cells are finished" in done.stdout
    assert not (toys / "squares.json").exists()
    (toys / "fail").unlink()
    assert "3 of 4 cells are finished already" in runs(toys).stdout
    assert record(toys)["sum"] == 30


def test_a_check_compares_and_writes_nothing(toys):
    runs(toys)
    before = (toys / "squares.json").read_text()
    (toys / "squares.json").write_text(before.replace('"square": 9', '"square": 8'))
    planted = (toys / "squares.json").read_text()
    done = runs(toys, "--check")
    assert done.returncode == 1
    assert "expected {'square': 8}, got {'square': 9}" in done.stdout
    assert (toys / "squares.json").read_text() == planted


def test_a_scheduler_that_is_not_there_is_named(toys):
    done = runs(toys, "--scheduler", "nonsense")
    assert done.returncode == 1
    assert "expected the address of a Dask scheduler with workers" in done.stderr
    assert "got nonsense" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_worker_with_other_code_is_refused():
    with pytest.raises(RuntimeError, match=r"adding: expected code 0 on .*, got \w+;"):
        evidence.run_cell("adding", {}, evidence.PACKAGE, expected="0")


def test_an_interrupt_keeps_what_is_finished(toys):
    (toys / "wait").touch()
    process = subprocess.Popen(
        command(toys),
        cwd=ROOT,
        env=environment(toys),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )
    kept = toys.parent / "kept" / "squares"
    deadline = time.monotonic() + 60
    while len(list(kept.glob("*.json"))) < 3:
        assert time.monotonic() < deadline, "the first cells did not finish"
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    (toys / "wait").unlink()
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopped; what is finished is kept, run again to go on" in printed
    assert not (toys / "squares.json").exists()


def test_an_unknown_name_is_refused(toys):
    done = runs(toys, "cubes")
    assert done.returncode == 2
    assert "no such experiment: cubes; there are ['squares']" in done.stderr


def test_the_workers_of_a_scheduler_share_the_cells(toys):
    """As over several machines: a scheduler, and two workers started on their own."""
    source = SQUARES.replace('"pause": 0.05', '"pause": 0.5')
    (toys / "squares.py").write_text(source)
    dask = [sys.executable, "-m", "dask"]
    quiet = {
        "cwd": ROOT,
        "env": environment(toys),
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
    }
    file = toys.parent / "scheduler.json"
    scheduler = [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0"]
    scheduler += ["--no-dashboard", "--scheduler-file", str(file)]
    worker = [*dask, "worker", "--scheduler-file", str(file), "--nthreads", "1"]
    worker += ["--no-dashboard", "--no-nanny", "--host", "127.0.0.1"]
    started = [subprocess.Popen(line, **quiet) for line in (scheduler, worker, worker)]
    try:
        deadline = time.monotonic() + 60
        while not (file.exists() and file.read_text().endswith("}")):
            assert time.monotonic() < deadline, "the scheduler did not start"
            time.sleep(0.1)
        address = json.loads(file.read_text())["address"]
        from distributed import Client

        with Client(address, timeout=60) as client:
            client.wait_for_workers(2, timeout=60)
        done = runs(toys, "--scheduler", address)
    finally:
        for process in started:
            process.kill()
            process.wait(timeout=30)
    assert done.returncode == 0, done.stderr
    assert log(toys) == ([1, 2, 3, 4], 2)
    assert record(toys)["sum"] == 30
