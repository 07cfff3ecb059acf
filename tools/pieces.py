"""A piece of an experiment: run on a worker, kept until its record is written."""

import importlib
import json
import os
import platform
import re
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

from tools.experiments import Piece, code, digest, recorded, source
from tools.record import versions, write_whole

# One thread each, on the processor: what runs beside it or a graphics card change less.
ENVIRONMENT = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
}
# Besides what every program uses: whose data and workers the experiments rest on.
LIBRARIES = ("scikit-learn", "statsmodels", "distributed")


@dataclass(frozen=True)
class Work:
    module: str
    piece: Piece
    place: dict[str, str]  # that of the process which asks
    file: Path  # keeps the outcome
    seconds: float  # that it took at the last record
    alone: bool  # it is timed, and has the machine for itself

    def __str__(self) -> str:
        return f"{self.module.rpartition('.')[2]} {self.piece}"

    def run(self) -> dict[str, Any]:
        """On a worker. RuntimeError if it has other code or other versions, ValueError
        for a result with NaN.
        """
        os.environ.update(ENVIRONMENT)  # before TensorFlow is imported
        experiment = importlib.import_module(self.module)
        if (here := place(experiment)) != self.place:
            raise RuntimeError(
                f"expected {self.place}, got {here} on {platform.node()}; update the "
                "clone and the environment there and start its worker anew"
            )
        started = time.perf_counter()
        result = experiment.run(self.piece)
        seconds = round(time.perf_counter() - started, 1)
        json.dumps(result, allow_nan=False)
        outcome = {"piece": self.piece, "result": result, "seconds": seconds}
        return outcome | {"processor": processor()}

    def keep(self, outcome: dict[str, Any]) -> None:
        text = json.dumps(outcome)
        write_whole(self.file, f"{digest(text)}\n{text}", quiet=True)

    def kept(self) -> dict[str, Any] | None:
        """The outcome; None if there is none yet or its file was spoilt."""
        if not self.file.is_file():
            return None
        text = self.file.read_text(encoding="utf-8", errors="replace")
        checksum, _, text = text.partition("\n")
        if checksum == digest(text):
            return json.loads(text)
        print(
            f"{self}: expected a checksum and what it is of in {self.file}, got a file "
            "that was cut short or changed; this piece runs again",
            file=sys.stderr,
        )
        return None


def place(experiment: ModuleType) -> dict[str, str]:
    """What must be the same wherever a piece of the experiment runs."""
    libraries = {name: version(name) for name in LIBRARIES}
    return {"code": code(source(experiment)), **versions(), **libraries}


def processor() -> str:
    """Its own name where the system tells it, and how many cores there are."""
    file = Path("/proc/cpuinfo")
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    found = re.search(r"model name\s*:\s*(.+)", text)
    name = found[1] if found else platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores"


def work_of(experiment: ModuleType, pieces: list[Piece], folder: Path) -> list[Work]:
    """A kept outcome counts for this code and these versions alone."""
    name, here = experiment.__name__, place(experiment)
    before = recorded(experiment).get("pieces", [])
    took = {digest(one["piece"]): one["seconds"] for one in before}
    found = []
    for piece in pieces:
        file = folder / source(experiment).stem / f"{digest([here, piece])}.txt"
        seconds = took.get(digest(piece), 15.0)
        alone = getattr(experiment, "ALONE", False)
        found.append(Work(name, piece, here, file, seconds, alone))
    return found
