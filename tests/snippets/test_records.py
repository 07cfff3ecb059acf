"""Every program runs alone in an empty folder, and says what its record says."""

import ast
import importlib
import json

import pytest

from extensions.quote import strip_markers
from snippets import record
from tests.compare import TOLERANCES, difference, record_difference

NUMPY = record.programs("from_scratch")
KERAS = record.programs("with_keras")
ALL = [
    *NUMPY,
    *(pytest.param(path, marks=pytest.mark.keras) for path in KERAS),
]
# These train for long: one run gives both what they print and what they return.
LONG = ("first_training",)


def name(path):
    return getattr(path, "stem", None)


@pytest.mark.parametrize("path", ALL, ids=name)
def test_runs_alone_and_gives_its_record(path, program_runs, capsys):
    """Prints its .out when it is the only file in a folder, and returns its .json."""
    source = strip_markers(path.read_text(encoding="utf-8"))
    if path.stem in LONG:
        printed, result = record.run_main(path)
        program_runs.remember(path.name, source, printed)
    else:
        printed = program_runs(path.name, source)
        module = importlib.import_module(f"snippets.{path.parent.name}.{path.stem}")
        result = json.loads(json.dumps(module.main()))
        capsys.readouterr()
    expected = path.with_suffix(".out").read_text(encoding="utf-8")
    assert difference(expected, printed, TOLERANCES.get(path.stem, 0.0)) is None
    file = path.with_suffix(".json")
    if result is None:
        assert not file.exists(), f"{file.name} has no program that writes it"
    else:
        was = json.loads(file.read_text(encoding="utf-8"))
        in_keras = path.parent.name == "with_keras"
        assert record_difference(path.stem, was, result, float32=in_keras) is None


@pytest.mark.parametrize("path", [*NUMPY, *KERAS], ids=name)
def test_runs_main_when_it_is_the_program(path):
    source = path.read_text(encoding="utf-8")
    assert source.endswith('\n\nif __name__ == "__main__":\n    main()\n')


def recorded(name):
    path = record.SNIPPETS / "with_keras" / name
    result = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return result, path.with_suffix(".out").read_text(encoding="utf-8")


def test_the_record_of_the_training_is_what_the_output_says():
    run, printed = recorded("first_training")
    assert f"naive: error {run['naive_error']:.2f}\n" in printed
    for cell in ("rnn", "gru"):
        errors = f"{run[f'{cell}_low']:.2f} to {run[f'{cell}_high']:.2f}"
        parameters = run[f"{cell}_parameters"]
        assert f"{cell}: {parameters} parameters, error {errors}\n" in printed


def test_no_record_without_a_program():
    for path in record.SNIPPETS.rglob("*"):
        if path.name in ("versions.json", "networks.json"):
            continue  # written by record.py itself
        if path.suffix in (".out", ".json", ".html"):
            assert path.with_suffix(".py").exists(), path


@pytest.mark.parametrize("path", [*NUMPY, *KERAS], ids=name)
def test_needs_nothing_but_numpy_and_keras(path):
    allowed = {"numpy", "os", "io", "sys", "math", "typing", "warnings", "collections"}
    allowed |= {"numbers"}
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
    assert recorded.keys() == now.keys()
    same_python = recorded["python"].split(".")[:2] == now["python"].split(".")[:2]
    # Another Python may get another NumPy; the pins are those of the recording one.
    for library in ("keras", "tensorflow", *(("numpy",) if same_python else ())):
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
    assert difference("a  1.00", "a -1.00", tolerance=9) is None
    same = {"units": 32, "rnn_mean": 0.1, "left": 1.3e-20}
    assert record_difference("first_training", same, same) is None
    for key, value in (
        ("units", 33),
        ("rnn_mean", 0.2),
        ("left", 2e-20),
        ("units", True),
    ):
        assert record_difference("first_training", same, same | {key: value})
    near = same | {"rnn_mean": 0.12, "left": 1.3000001e-20}
    assert record_difference("first_training", same, near, float32=True) is None
    assert record_difference("first_training", same, near)  # float64 is held tighter
    assert record_difference("any", same, near)
    assert record_difference("any", {"a": 1}, {"b": 1})
