"""Every program runs alone in an empty folder, and says what its record says."""

import ast
import importlib
import json
import re

import pytest

from extensions.quote import strip_markers
from snippets import record
from tests.compare import TOLERANCES, close_records, difference

NUMPY = record.programs("from_scratch")
KERAS = record.programs("with_keras")
ALL = [
    *NUMPY,
    *(pytest.param(path, marks=pytest.mark.keras) for path in KERAS),
]
# The two that train for long are run once, above; their results stand in their output,
# and two tests below compare the two records.
LONG = ("first_training", "two_races")
QUICK = [each for each in ALL if getattr(each, "values", [each])[0].stem not in LONG]


def name(path):
    return getattr(path, "stem", None)


@pytest.fixture(scope="session")
def run_program(program_runs):
    def run(path):
        source = strip_markers(path.read_text(encoding="utf-8"))
        return program_runs(path.name, source)

    return run


@pytest.mark.parametrize("path", ALL, ids=name)
def test_runs_alone_and_prints_its_record(path, run_program):
    expected = path.with_suffix(".out").read_text(encoding="utf-8")
    tolerance = TOLERANCES.get(path.stem, 0.0)
    assert difference(expected, run_program(path), tolerance) is None


@pytest.mark.parametrize("path", QUICK, ids=name)
def test_returns_its_record(path, capsys):
    module = importlib.import_module(f"snippets.{path.parent.name}.{path.stem}")
    result = module.main()
    capsys.readouterr()
    file = path.with_suffix(".json")
    if result is None:
        assert not file.exists(), f"{file.name} has no program that writes it"
    else:
        recorded = json.loads(file.read_text(encoding="utf-8"))
        again = json.loads(json.dumps(result))
        assert close_records(recorded, again, TOLERANCES.get(path.stem, 0.0))


def test_the_record_of_the_races_is_what_the_output_says():
    folder = record.SNIPPETS / "with_keras"
    races = json.loads((folder / "two_races.json").read_text(encoding="utf-8"))
    lines = (folder / "two_races.out").read_text(encoding="utf-8").splitlines()[1:]
    assert len(lines) == 4
    for line in lines:
        label, results = line.split(": ")
        task, cell = label.lower().split(", ")
        words = [
            f"never in {races['budget']}" if r is None else str(r)
            for r in races[f"{task}_{cell}"]
        ]
        assert results == ", ".join(words)


def test_the_record_of_the_training_is_what_the_output_says():
    folder = record.SNIPPETS / "with_keras"
    run = json.loads((folder / "first_training.json").read_text(encoding="utf-8"))
    text = (folder / "first_training.out").read_text(encoding="utf-8")
    assert re.findall(r"(\w+): .*mean error ([\d.]+)", text) == [
        (cell, f"{run[f'{cell}_error']:.2f}") for cell in ("naive", "rnn", "gru")
    ]
    assert re.findall(r"(\w+): (\d+) parameters", text) == [
        (cell, str(run[f"{cell}_parameters"])) for cell in ("rnn", "gru")
    ]


def test_no_record_without_a_program():
    for path in record.SNIPPETS.rglob("*"):
        if path.suffix in (".out", ".json") and path.name != "versions.json":
            assert path.with_suffix(".py").exists(), path


@pytest.mark.parametrize("path", [*NUMPY, *KERAS], ids=name)
def test_needs_nothing_but_numpy_and_keras(path):
    allowed = {"numpy", "os", "io", "sys", "math", "typing", "warnings", "collections"}
    allowed |= {"keras"} if path in KERAS else set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            used = {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            used = {(node.module or ".").split(".")[0]}
        else:
            continue
        assert used <= allowed, f"{path.name} imports {used - allowed}"


@pytest.mark.keras
def test_versions_are_those_of_the_records():
    recorded = json.loads((record.SNIPPETS / "versions.json").read_text())
    now = record.versions()
    for library in ("keras", "tensorflow"):
        assert recorded[library] == now[library], "run make record"


@pytest.mark.keras
@pytest.mark.parametrize("path", record.programs("notebooks"), ids=name)
def test_notebook_runs_again_with_the_same_outputs(path):
    committed = json.loads(
        (record.NOTEBOOKS / f"{path.stem}.ipynb").read_text(encoding="utf-8")
    )
    again = json.loads(record.execute_notebook(path))
    assert [c["source"] for c in committed["cells"]] == [
        c["source"] for c in again["cells"]
    ]
    texts = []
    for notebook in (committed, again):
        texts.append(
            "\n".join(
                "".join(output.get("text", []))
                for cell in notebook["cells"]
                for output in cell.get("outputs", [])
            )
        )
    assert texts[0].strip()
    assert difference(texts[0], texts[1], TOLERANCES.get(path.stem, 0.0)) is None


def test_notebooks_and_their_sources_match():
    sources = {path.stem for path in record.programs("notebooks")}
    assert sources == {path.stem for path in record.NOTEBOOKS.glob("*.ipynb")}


def test_a_stopped_write_leaves_the_old_record(tmp_path, monkeypatch):
    monkeypatch.setattr(record, "ROOT", tmp_path)
    target = tmp_path / "x.json"
    record.write_json(target, {"a": 1})
    with pytest.raises(TypeError):
        record.write_json(target, {"a": object()})
    assert json.loads(target.read_text()) == {"a": 1}


def test_a_failing_program_is_named_with_its_error():
    with pytest.raises(
        RuntimeError, match=r"broken.py failed:(?s:.*)ZeroDivisionError"
    ):
        record.run_alone("broken.py", "1 / 0")


def test_the_comparison_sees_what_it_should():
    assert difference("a 1.00\nb", "a 1.00\nb\n") is None
    assert difference("a 1.00", "a 1.01") is not None
    assert difference("a 1.00", "a 1.01", tolerance=0.02) is None
    assert difference("a 1.00", "b 1.00", tolerance=0.02) is not None
    assert difference("never in 1000", "950", tolerance=200) is not None
    assert difference("a", "a\nb") is not None
    assert close_records({"a": [1, None]}, {"a": [1, None]}, 0)
    assert not close_records({"a": [1, None]}, {"a": [1, 2]}, 9)
    assert not close_records({"a": 1.0}, {"a": 1.1}, 0)
    assert not close_records({"a": 1}, {"b": 1}, 0)
