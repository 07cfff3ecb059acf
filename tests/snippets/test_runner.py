"""The runner of the experiments, tried on an experiment of no weight."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from tools.record import ROOT

pytestmark = [pytest.mark.keras, pytest.mark.xdist_group("runner")]

SQUARES = '''
"""Squares of a few numbers, slowly; a line in the log for each run."""
import os, pathlib, signal, time

SETTINGS = {"numbers": [1, 2, 3, 4, 5, 6, 7, 8], "pause": 0.05}
DECIDING = [{"number": 2}]
HERE = pathlib.Path(__file__).parent


def asked(what):
    return (HERE / what).exists()


def pieces():
    return [{"number": number} for number in SETTINGS["numbers"]]


def run(piece):
    number = piece["number"]
    while number == 8 and asked("wait"):
        time.sleep(0.05)
    while number == 8 and asked("kill"):
        finished = len([*(HERE.parent / "kept").glob("squares/*.txt")])
        time.sleep(1)  # the runner lets go of what is kept
        if finished == 7:
            (HERE / "kill").unlink()
            os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(SETTINGS["pause"])
    if number == 3 and asked("fail"):
        raise ZeroDivisionError("planted")
    with open(HERE / "log", "a") as log:
        log.write(f"{number} {os.getpid()}\\n")
    return {"square": float("nan") if number == 5 and asked("nan") else number**2}


def summarise(pieces):
    return {"sum": sum(piece["result"]["square"] for piece in pieces)}


def findings(record):
    return {"large": {"holds": record["sum"] > 200}}


def differences(piece, recorded, again):
    return [] if recorded == again else [f"expected {recorded}, got {again}"]
'''
ONCE = dict.fromkeys(range(1, 9), 1)  # each number ran one time


@pytest.fixture
def toys(tmp_path):
    folder = tmp_path / "toys"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "squares.py").write_text(SQUARES)
    return folder


def start(toys, *more):
    command = [sys.executable, "-m", "tools.evidence", "--package", "toys"]
    return subprocess.Popen(
        [*command, "--kept", str(toys.parent / "kept"), *more],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{toys.parent}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )


def run(toys, *more, code=0):
    """(what it printed, its errors) of a run that ends with this code."""
    process = start(toys, *more)
    printed, errors = process.communicate(timeout=120)
    assert process.returncode == code, errors
    assert "Traceback" not in errors
    return printed, errors


def kept(toys):
    return sorted((toys.parent / "kept" / "squares").glob("*.txt"))


def log(toys):
    """How often each number ran, and on how many workers."""
    lines = [line.split() for line in (toys / "log").read_text().splitlines()]
    return Counter(int(number) for number, _ in lines), len({pid for _, pid in lines})


def record(toys):
    return json.loads((toys / "squares.json").read_text())


def test_a_run_leaves_a_whole_record_and_shows_how_far_it_is(toys):
    printed, errors = run(toys)
    written = record(toys)
    assert written["sum"] == 204
    assert written["findings"] == {"large": {"holds": True}}
    assert written["settings"] == {"numbers": [*ONCE], "pause": 0.05}
    assert [one["piece"]["number"] for one in written["pieces"]] == [*ONCE]
    assert {"date", "processor", "python", "keras", "numpy"} <= {*written["recorded"]}
    assert "8 of 8 pieces" in errors
    assert "to go" in errors  # the estimate
    assert "squares: a first record" in printed
    assert not kept(toys)  # the next run is anew
    before = (toys / "squares.json").read_text()
    assert "squares: agrees with the record of" in run(toys)[0]
    assert log(toys)[0] == dict.fromkeys(ONCE, 2)
    run(toys, "--summaries")
    assert log(toys)[0] == dict.fromkeys(ONCE, 2)
    assert [*record(toys)] == [*json.loads(before)]


@pytest.mark.parametrize(
    "sent", [signal.SIGKILL, pytest.param(signal.SIGINT, marks=pytest.mark.long)]
)
def test_a_stopped_run_loses_no_finished_piece(toys, sent):
    (toys / "wait").touch()
    process = start(toys)
    deadline = time.monotonic() + 60
    while len(kept(toys)) < 7:
        assert time.monotonic() < deadline, "the first pieces did not finish"
        time.sleep(0.05)
    if sent == signal.SIGKILL:
        os.killpg(process.pid, sent)
    else:
        process.send_signal(sent)
    printed, _ = process.communicate(timeout=60)
    if sent == signal.SIGINT:
        assert process.returncode == 130
        assert "stopped; what is finished is kept, run again to go on" in printed
    assert not (toys / "squares.json").exists()  # whole, or not at all
    (toys / "wait").unlink()
    assert "7 of 8 pieces are finished already" in run(toys)[0]
    assert log(toys)[0] == ONCE
    assert record(toys)["sum"] == 204


@pytest.mark.long
def test_a_finished_piece_runs_once_even_if_its_worker_is_killed_later(toys):
    (toys / "kill").touch()
    run(toys)
    assert not (toys / "kill").exists()  # the last piece took its worker with it
    assert log(toys)[0] == ONCE
    assert record(toys)["sum"] == 204


def test_a_failing_piece_and_a_spoilt_one_are_named_and_the_others_are_kept(toys):
    (toys / "fail").touch()
    (toys / "nan").touch()
    printed, errors = run(toys, code=1)
    assert "squares {'number': 3} failed: ZeroDivisionError('planted')" in errors
    assert "squares {'number': 5} failed: ValueError('Out of range float" in errors
    assert "squares: not all pieces are finished" in printed
    assert not (toys / "squares.json").exists()
    (toys / "fail").unlink()
    (toys / "nan").unlink()
    cut, edited, garbled, *others = kept(toys)
    assert len(others) == 3
    cut.write_text(cut.read_text()[:-9])
    edited.write_text(edited.read_text().replace('"seconds": 0', '"seconds": 9'))
    garbled.write_bytes(b"\xff\x00")
    printed, errors = run(toys)
    assert "3 of 8 pieces are finished already" in printed
    for file in (cut, edited, garbled):
        assert f"expected a checksum and what it is of in {file}, got" in errors
    assert record(toys)["sum"] == 204
    assert sum(log(toys)[0].values()) == 8 + 3 + 1  # three again, one gave NaN


@pytest.mark.long
def test_a_full_disk_is_said_and_the_run_goes_on_later(toys):
    """As where nothing more fits: pieces end, and cannot be kept."""
    (toys.parent / "kept").mkdir()
    (toys.parent / "kept" / "squares").write_text("in the way of a folder")
    printed, errors = run(toys, code=1)
    assert errors.count("could not be kept: ") == 8
    assert "squares: not all pieces are finished" in printed
    (toys.parent / "kept" / "squares").unlink()
    run(toys)
    assert record(toys)["sum"] == 204


@pytest.mark.long
def test_two_runs_at_once_do_not_spoil_each_other(toys):
    (toys / "wait").touch()
    process = start(toys)
    deadline = time.monotonic() + 60
    while len(kept(toys)) < 7:
        assert time.monotonic() < deadline, "the first pieces did not finish"
        time.sleep(0.05)
    _, errors = run(toys, code=1)
    assert "squares: another run of it is under way" in errors
    (toys / "wait").unlink()
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert log(toys)[0] == ONCE
    assert record(toys)["sum"] == 204


@pytest.mark.long
def test_a_check_writes_nothing_and_a_stamp_what_decided(toys):
    run(toys)
    first = record(toys)
    source, file = toys / "squares.py", toys / "squares.json"
    # The same, said otherwise: only the deciding piece runs.
    source.write_text(SQUARES.replace("number**2", "number * number"))
    assert "squares: agrees with the record of" in run(toys, "--stamp")[0]
    assert log(toys)[0] == ONCE | {2: 2}
    stamped = record(toys)
    assert stamped["code"] != first["code"]
    assert stamped["recorded"] == first["recorded"] | {
        "stamped": stamped["recorded"]["stamped"]
    }
    assert stamped["pieces"] == first["pieces"]
    # Something else: refused.
    source.write_text(SQUARES.replace("number**2", "number**2 + 1"))
    for mode in ("--stamp", "--check"):
        printed, _ = run(toys, mode, code=1)
        assert "expected {'square': 4}, got {'square': 5}" in printed
        assert record(toys) == stamped
    # Pieces edited by hand carry no stamp and no summary.
    file.write_text(file.read_text().replace('"square": 9', '"square": 8'))
    for mode in ("--stamp", "--summaries"):
        _, errors = run(toys, mode, code=1)
        assert "squares: the recorded pieces were changed by hand" in errors
        assert "run make evidence only=squares" in errors


def test_what_cannot_work_is_said_before_anything_runs(toys):
    _, errors = run(toys, "cubes", code=2)
    assert "no such experiment: cubes; there are ['squares']" in errors
    _, errors = run(toys, "--scheduler", "nonsense", code=1)
    assert "expected the address of a Dask scheduler with workers" in errors
    assert "got nonsense" in errors
    file = toys.parent / "file"
    file.touch()
    _, errors = run(toys, "--kept", str(file), code=2)
    assert "expected a folder to keep finished pieces in, got" in errors
    assert not (toys / "log").exists()


def test_a_worker_with_other_code_is_refused():
    from snippets.experiments import adding
    from tools.pieces import place, work_of

    (work, *_) = work_of(adding, adding.pieces(), ROOT)
    object.__setattr__(work, "place", place(adding) | {"code": "0"})
    with pytest.raises(RuntimeError, match=r"expected {'code': '0', .*, got .* on "):
        work.run()


def test_what_is_kept_counts_for_its_code_alone(tmp_path, monkeypatch):
    from snippets.experiments import adding
    from tools import pieces

    def files():
        return {work.file for work in pieces.work_of(adding, adding.pieces(), tmp_path)}

    before = files()
    assert files() == before
    monkeypatch.setattr(pieces, "place", lambda _: {"code": "0"})
    assert not files() & before


@pytest.mark.long
def test_the_workers_of_a_scheduler_share_the_pieces(toys, monkeypatch):
    """As over several machines: a scheduler and two workers that were there before."""
    from distributed import LocalCluster

    (toys / "squares.py").write_text(SQUARES.replace("0.05}", "0.3}"))
    monkeypatch.syspath_prepend(toys.parent)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as two:
        run(toys, "--scheduler", two.scheduler_address)
        assert len(two.scheduler_info["workers"]) == 2  # they go on
    assert log(toys) == (ONCE, 2)
    assert record(toys)["sum"] == 204
