"""Every program runs alone in an empty folder, and says what its record says."""

import ast
import json
import os
import re
import sys

import pytest

from tools import record, tfjs
from tools.compare import TOLERANCES, difference, record_difference
from tools.standalone import labs

NUMPY = record.programs("from_scratch")
KERAS = record.programs("with_keras")
TORCH = record.programs("with_pytorch")
BOTH = record.programs("runtimes")
PRACTICE = record.programs("practice")
ALL = [
    *NUMPY,
    *(
        pytest.param(
            path,  # it trains ten networks; a notebook that trains two runs each time
            marks=[pytest.mark.keras]
            + [pytest.mark.long] * (path.stem == "first_training"),
        )
        for path in KERAS
    ),
    *(pytest.param(path, marks=pytest.mark.pytorch) for path in TORCH),
    *(
        pytest.param(path, marks=[pytest.mark.keras, pytest.mark.pytorch])
        for path in BOTH
    ),
]


def advice(path):
    return f"if that is meant, run make record only={path.stem}"


def stale(path, differs):
    return f"{path.name} no longer gives its record: {differs}; {advice(path)}"


def name(path):
    return getattr(path, "stem", None)


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", ALL, ids=name)
def test_runs_alone_and_gives_its_record(path):
    """Prints its .out when it is the only file in a folder, and returns its .json."""
    printed, result = record.run_main(path)
    expected = path.with_suffix(".out").read_text(encoding="utf-8")
    if "TFJS" not in os.environ:  # asked in a long test, below
        lines = expected.splitlines(keepends=True)
        expected = "".join(line for line in lines if "TensorFlow.js" not in line)
    differs = difference(expected, printed, TOLERANCES.get(path.stem, 0.0))
    file = path.with_suffix(".json")
    assert file.exists() == (result is not None), stale(path, file.name)
    if result is not None and not differs:
        single = path.parent.name != "from_scratch"
        was = read(file)
        was.pop("findings", None)
        if "TFJS" not in os.environ:
            was.get("found", {}).pop("TensorFlow.js", None)
        differs = record_difference(path.stem, was, result, float32=single)
    assert not differs, stale(path, differs)


@pytest.mark.long
@pytest.mark.keras
@pytest.mark.pytorch
def test_tensorflow_js_is_as_recorded(monkeypatch):
    monkeypatch.setenv("TFJS", str(tfjs.fetched()))
    (path,) = (path for path in BOTH if path.stem == "one_gru_everywhere")
    test_runs_alone_and_gives_its_record(path)


@pytest.mark.parametrize(
    "path",
    [
        p
        for p in [*NUMPY, *KERAS, *TORCH, *BOTH, *labs()]
        if p.with_suffix(".json").exists()
    ],
    ids=name,
)
def test_findings_are_those_of_the_record(path):
    was = read(path.with_suffix(".json"))
    found = was.pop("findings", {})
    now = json.loads(json.dumps(record.with_findings(path, was))).get("findings", {})
    differs = record_difference(path.stem, found, now)
    assert not differs, stale(path, differs)


def imported(path):
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or ".").split(".")[0])
    return found


@pytest.mark.parametrize("path", [*NUMPY, *KERAS, *TORCH, *BOTH], ids=name)
def test_is_a_program_that_needs_nothing_but_numpy_and_its_library(path):
    source = path.read_text(encoding="utf-8")
    assert source.endswith('\n\nif __name__ == "__main__":\n    main()\n')
    allowed = {"numpy", "os", "io", "sys", "math", "warnings", "collections"}
    allowed |= {"keras", "tensorflow"} if path in KERAS else set()
    allowed |= {"torch"} if path in [*TORCH, *BOTH] else set()
    if path in BOTH:
        allowed |= {"contextlib", "itertools", "json", "keras"}
        allowed |= {"subprocess", "tensorflow"}
        allowed |= {"onnx", "onnxruntime", "ai_edge_litert"}
    assert imported(path) <= allowed


@pytest.fixture(scope="module")
def printed():
    """What the answers of Practice print: all of a library one after the other."""
    found = {}

    def by(path):
        if path not in found:
            library = path.stem.rpartition("_")[2]
            later = {"forecasts_keras"} - {path.stem}
            alike = [one for one in PRACTICE if one.stem.endswith(library)]
            found.update(record.answers([p for p in alike if p.stem not in later]))
        return found[path]

    return by


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path,
            marks=[getattr(pytest.mark, path.stem.rpartition("_")[2])]
            # Five networks are trained in it.
            + [pytest.mark.long] * (path.stem == "forecasts_keras"),
        )
        for path in PRACTICE
    ],
    ids=name,
)
def test_answers_are_those_of_the_record(path, printed):
    expected = path.with_suffix(".out").read_text(encoding="utf-8")
    differs = difference(expected, printed(path), TOLERANCES.get(path.stem, 0.02))
    assert not differs, stale(path, differs)


@pytest.mark.parametrize("path", PRACTICE, ids=name)
def test_an_answer_needs_its_library_alone(path):
    allowed = {*sys.stdlib_module_names, "numpy"}
    allowed |= {"torch"} if "pytorch" in path.stem else {"keras", "tensorflow"}
    if path.stem.startswith("export"):
        allowed |= {"onnx", "onnxruntime", "ai_edge_litert"}
    if path.stem == "weights_pytorch":  # Keras on PyTorch, to take weights from
        allowed.add("keras")
    assert imported(path) <= allowed


def test_no_record_without_a_program():
    for path in record.SNIPPETS.rglob("*"):
        if path.name in ("versions.json", "networks.json", "names.json"):
            continue  # no program's own
        if path.suffix in (".out", ".json", ".html"):
            assert path.with_suffix(".py").exists(), path
    notebooks = {path.stem for path in record.NOTEBOOKS.glob("*.ipynb")}
    assert notebooks == {path.stem for path in record.programs("notebooks")}


@pytest.mark.keras
def test_versions_are_those_of_the_records():
    recorded, now = read(record.SNIPPETS / "versions.json"), record.versions()
    assert recorded.keys() == now.keys()
    same_python = recorded["python"].split(".")[:2] == now["python"].split(".")[:2]
    # Another Python may get another NumPy; the pins are those of the recording one.
    for library in ("keras", "tensorflow", *(("numpy",) if same_python else ())):
        assert recorded[library] == now[library], "run make record"


every_notebook = pytest.mark.parametrize("path", record.programs("notebooks"), ids=name)


@every_notebook
def test_the_page_of_a_notebook_is_made_of_the_notebook(path):
    notebook = (record.NOTEBOOKS / f"{path.stem}.ipynb").read_text(encoding="utf-8")
    page = path.with_suffix(".md").read_text(encoding="utf-8")
    assert record.notebook_page(path.stem, notebook) == page, advice(path)


def shown(notebook):
    """What its cells print, but for times, and how many pictures each draws."""
    texts, pictures = [], []
    for cell in notebook["cells"]:
        outputs = cell.get("outputs", [])
        pictures.append(sum("data" in output for output in outputs))
        if "varies" not in cell["metadata"]:
            texts += ["".join(output.get("text", [])) for output in outputs]
    return "\n".join(texts), pictures


@every_notebook
def test_a_notebook_is_that_of_its_program_as_it_ran(path):
    """Those that train for minutes run in make record and make long: here, nothing in
    them, and nothing in what came of them, has changed since.
    """
    import jupytext

    committed = read(record.NOTEBOOKS / f"{path.stem}.ipynb")
    cells, program = committed["cells"], jupytext.read(path, fmt="py:percent")
    assert [cell["source"] for cell in program.cells] == [
        "".join(cell["source"]) for cell in cells
    ], "run make record"
    checksum = committed["metadata"]["recorded"]["checksum"]
    assert checksum == record.notebook_checksum(cells), advice(path)


@pytest.mark.keras
@pytest.mark.pytorch
@every_notebook
def test_a_notebook_ran_with_the_libraries_of_today(path):
    committed = read(record.NOTEBOOKS / f"{path.stem}.ipynb")
    recorded = committed["metadata"]["recorded"]["versions"]
    now = record.notebook_versions(committed["cells"])
    if same_python := recorded["python"][:4] == now["python"][:4]:
        recorded["python"] = now["python"]
    for library in now if same_python else ("keras",):
        assert recorded[library] == now[library], advice(path)


@pytest.mark.keras
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path,
            marks=[pytest.mark.long] * (path.stem != "code_example")
            + [pytest.mark.pytorch] * (path.stem == "everywhere"),
        )
        for path in record.programs("notebooks")
    ],
    ids=name,
)
def test_notebook_runs_again_with_the_same_outputs(path):
    committed = read(record.NOTEBOOKS / f"{path.stem}.ipynb")
    again = json.loads(record.execute_notebook(path))
    sources = [[c["source"] for c in book["cells"]] for book in (committed, again)]
    assert sources[0] == sources[1], advice(path)
    (was, pictures), (now, drawn) = shown(committed), shown(again)
    assert was.strip()
    assert pictures == drawn
    # Python's manual, which one of them reads, is another in another Python.
    recorded = read(record.SNIPPETS / "versions.json")["python"].split(".")[:2]
    if recorded == record.versions()["python"].split(".")[:2]:
        differs = difference(was, now, TOLERANCES.get(path.stem, 0.0))
        assert not differs, stale(path, differs)


def test_a_stopped_write_leaves_the_old_record(tmp_path):
    target = tmp_path / "x.json"
    record.write_json(target, {"a": 1})
    with pytest.raises(UnicodeEncodeError):
        record.write_json(target, {"a": "\ud800"})  # half a character: it cannot end
    assert read(target) == {"a": 1}


def test_a_failing_program_is_named_with_its_error():
    with pytest.raises(RuntimeError, match=r"broken.py failed:(?s:.*)ZeroDivision"):
        record.run_alone("broken.py", "1 / 0")


@pytest.mark.parametrize(
    ("was", "now", "tolerance", "same"),
    [
        ("a 1.00\nb", "a 1.00\nb\n", 0, True),
        ("a 1.00", "a 1.01", 0, False),
        ("a 1.00", "a 1.01", 0.02, True),
        ("a 1.00", "b 1.00", 0.02, False),
        ("never in 1000", "950", 200, False),
        ("a", "a\nb", 0, False),
        ("a  1.00", "a -1.00", 9, True),
    ],
)
def test_outputs_are_compared_word_by_word(was, now, tolerance, same):
    assert (difference(was, now, tolerance) is None) == same


def test_a_tolerance_is_at_most_a_tenth_of_what_is_compared():
    for name, tolerance in TOLERANCES.items():
        for path in record.SNIPPETS.rglob(f"{name}.out"):
            numbers = re.findall(r"\d+\.\d+", path.read_text(encoding="utf-8"))
            times = name.startswith("speed_")
            assert times or tolerance <= max(map(float, numbers)) / 10, name


def test_records_are_compared_key_by_key():
    same = {"units": 32, "rnn_mean": 0.1, "left": 1.3e-20}
    near = same | {"rnn_mean": 0.12, "left": 1.3000001e-20}
    assert record_difference("first_training", same, same) is None
    assert record_difference("first_training", same, near, float32=True) is None
    assert record_difference("first_training", same, near)  # float64 is held tighter
    assert record_difference("any", same, near)
    assert record_difference("any", {"a": 1}, {"b": 1})
    for change in ({"units": 33}, {"rnn_mean": 0.2}, {"left": 2e-20}, {"units": True}):
        assert record_difference("first_training", same, same | change)
