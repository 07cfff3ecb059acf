"""An experiment and its record: is it fresh, does a new run agree, what is written.

An experiment is a file of snippets/experiments/. What runs: SETTINGS, pieces() (the
settings of each piece of work), run(piece). What reads: summarise(pieces),
findings(record), plot(record), differences(piece, recorded, again). DECIDING names the
cheapest pieces that decide something: a stamp and the tests run these again.
"""

import ast
import hashlib
import importlib
import json
import re
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from tools import plots
from tools.record import write_whole

Piece = dict[str, Any]
Record = dict[str, Any]
PACKAGE = "snippets.experiments"
# What only reads results, or is itself compared with the record, may change freely.
READERS = ("pieces", "summarise", "findings", "plot", "differences", "DECIDING")


def experiments(package: str = PACKAGE) -> dict[str, ModuleType]:
    """Every experiment by name; those that only read other records come last."""
    folder = Path(importlib.import_module(package).__path__[0])
    names = sorted(path.stem for path in folder.glob("*.py"))
    modules = {name: importlib.import_module(f"{package}.{name}") for name in names}
    found = [item for item in modules.items() if hasattr(item[1], "pieces")]
    return dict(sorted(found, key=lambda item: not item[1].pieces()))


def source(experiment: ModuleType) -> Path:
    return Path(str(experiment.__file__))


def recorded(experiment: ModuleType) -> Record:
    """The record beside the experiment, {} if there is none."""
    path = source(experiment).with_suffix(".json")
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class WithoutDocstrings(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        return None if isinstance(node.value, ast.Constant) else node


@cache  # as this process imported it
def code(path: Path) -> str:
    """What decides a result, as a digest: this file and those beside it that it
    imports, without comments, docstrings, imports and what only reads results.
    """
    tree = WithoutDocstrings().visit(ast.parse(path.read_text(encoding="utf-8")))
    words, parts = set(), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            words |= set(re.findall(r"\w+", ast.unparse(node)))
    for node in tree.body:
        target = getattr(node, "target", None) or getattr(node, "targets", [node])[0]
        name = getattr(target, "id", getattr(target, "name", None))
        if name not in READERS and not isinstance(node, ast.Import | ast.ImportFrom):
            # Python from 3.13 on leaves empty lists out.
            text = re.sub(r"\w+=\[\](, )?", "", ast.dump(node))
            parts.append(text.replace(", )", ")"))
    imported = [path.with_name(f"{word}.py") for word in sorted(words - {path.stem})]
    return digest([*parts, *(code(file) for file in imported if file.is_file())])


def stale(experiment: ModuleType, *, but_for_code: bool = False) -> str | None:
    """Why the record is not that of today's settings and code, and what to do about it;
    None if it is.
    """
    name, record = source(experiment).stem, recorded(experiment)
    pieces = record.get("pieces", [])
    checks = {
        "its settings are not those of a record": record.get("settings")
        == experiment.SETTINGS,
        "its pieces are not those of its record": experiment.pieces()
        == [one["piece"] for one in pieces],
        "the recorded pieces were changed by hand": record.get("checksum")
        == digest(pieces),
    }
    for why, good in checks.items():
        if not good:
            return f"{name}: {why}; run make evidence only={name}"
    if pieces and not but_for_code and record["code"] != code(source(experiment)):
        return (
            f"{name}: its code is not that of its record; run make evidence "
            f"only={name}, or, if it should give the same, python -m tools.evidence "
            f"--stamp {name}"
        )
    return None


def seedless(piece: Piece) -> Piece:
    """The piece without what a part of it may name for itself."""
    return {key: piece[key] for key in piece if key not in ("seeds", "rates")}


def deciding(experiment: ModuleType) -> list[Piece]:
    """The pieces that DECIDING names, with the seeds that stand there."""
    found = []
    for wanted in getattr(experiment, "DECIDING", []):
        named, keys = seedless(wanted).items(), wanted.keys() - {"rates"}
        pieces = [
            piece
            for piece in experiment.pieces()
            if named <= piece.items() and keys <= piece.keys()
        ]
        if len(pieces) != 1:
            raise ValueError(
                f"DECIDING: expected one piece {wanted}, got {len(pieces)}"
            )
        found.append(pieces[0] | wanted)
    return found


def compared(experiment: ModuleType, pieces: list[Record]) -> tuple[str, bool]:
    """Whether new pieces agree with the record, in words, and whether they differ."""
    record = recorded(experiment)
    if record.get("settings") != experiment.SETTINGS:
        return "a first record of these settings", False
    found = [
        f"{now['piece']}: {text}"
        for now in pieces
        for was in record["pieces"]
        if seedless(was["piece"]) == seedless(now["piece"])
        for text in experiment.differences(now["piece"], was["result"], now["result"])
    ]
    date = record["recorded"]["date"]
    if found:
        return f"differs from the record of {date}:\n  " + "\n  ".join(found), True
    return f"agrees with the record of {date}", False


def record_of(
    experiment: ModuleType, pieces: list[Record], made: Record, stamp: str
) -> Record:
    """The record of these pieces: when and where they were made, by which code, and
    what the experiment reads from them.
    """
    record = {"recorded": made, "settings": experiment.SETTINGS}
    record |= experiment.summarise(pieces)
    rest = {"code": stamp, "checksum": digest(pieces), "pieces": pieces}
    if hasattr(experiment, "findings"):
        record["findings"] = experiment.findings(record | rest)
    return record | rest


def write_record(
    experiment: ModuleType, pieces: list[Record], made: Record, stamp: str
) -> None:
    """The record and its plot: a line for each piece and each entry."""
    record, path = record_of(experiment, pieces, made, stamp), source(experiment)
    text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)
    text = re.sub(r"(?<=[\[{])\n {6,}|\n {4,}(?=[\]}])", "", text)
    text = re.sub(r",\n {6,}", ", ", text)
    if hasattr(experiment, "plot"):
        drawn = plots.svg(path.stem, experiment.plot, record)
        write_whole(path.with_suffix(".svg"), drawn)
    write_whole(path.with_suffix(".json"), text + "\n")
