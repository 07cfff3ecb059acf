"""Write the records of the small programs, the labs and the notebooks.

    python -m tools.record            all of them, and the versions
    python -m tools.record rnn_cell   only those whose name is given

Beside snippets/x.py stand x.out, what it printed, and x.json, what its main() returned
(only if it returned something). A file is replaced whole, after its program has run to
the end.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

from tools.standalone import LABS, labs, standalone

ROOT = Path(__file__).resolve().parent.parent
SNIPPETS = ROOT / "snippets"
NOTEBOOKS = ROOT / "docs" / "notebooks"

# Calls main() in the folder of the copy: its prints and its result, from one run.
CALL_MAIN = """
import importlib, json, pathlib, sys
sys.path.insert(0, "")
result = importlib.import_module(sys.argv[1]).main()
pathlib.Path("result").write_text(json.dumps(result), encoding="utf-8")
"""


READ_AND_COPIED = ("from_scratch", "with_keras", "with_pytorch", "runtimes")


def programs(*folders: str) -> list[Path]:
    """The files of these folders of snippets/; by default all a reader can copy."""
    return [
        path
        for folder in folders or READ_AND_COPIED
        for path in sorted((SNIPPETS / folder).glob("*.py"))
    ]


def run(arguments: list[str], folder: Path) -> str:
    """Run Python in a folder and return what it printed; RuntimeError with the end of
    its errors.
    """
    environment = {
        **os.environ,
        "PYTHONIOENCODING": "utf-8",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments[-1:])} failed:\n{done.stderr[-2000:]}")
    return done.stdout


SECTION = re.compile(r"^# (--8<-- \[(?:start|end):[\w-]+\])$", re.MULTILINE)


def announced(source: str) -> str:
    """The program, made to print the marks of its sections: so what each of them prints
    can be quoted as its lines are.
    """
    return SECTION.sub(r'print("\1", flush=True)', source)


def run_alone(name: str, source: str) -> str:
    """What a program prints when its text is the only file in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, name).write_text(source, encoding="utf-8")
        return run([name], Path(folder))


def run_main(path: Path, source: str | None = None) -> tuple[str, Any]:
    """(what main() printed, what it returned), run on a copy in an empty folder; source
    stands for the file's own text.
    """
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, path.name).write_text(
            source or path.read_text(encoding="utf-8"), encoding="utf-8"
        )
        printed = run(["-c", CALL_MAIN, path.stem], Path(folder))
        return printed, json.loads(Path(folder, "result").read_text(encoding="utf-8"))


def write_whole(path: Path, text: str, *, quiet: bool = False) -> None:
    """Replace a file in one move, so that a stop half-way leaves the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_suffix(path.suffix + ".new")
    waiting.write_text(text, encoding="utf-8")
    waiting.replace(path)
    if not quiet:
        print("wrote", path.relative_to(ROOT) if ROOT in path.parents else path)


def read_json(path: Path) -> Any:
    """What a JSON file holds, read anew only when it has changed; not to be altered."""
    return _parsed(path, path.stat().st_mtime_ns)


@cache
def _parsed(path: Path, _changed: int) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def write_json(path: Path, value: Any) -> None:
    write_whole(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def versions() -> dict[str, str]:
    names = ("keras", "tensorflow", "numpy")
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in names},
    }


# What a cell of a notebook may say of itself: what its picture shows; that it is left
# out of the page; that it measures time, so that its outputs are never the same.
KEPT = ("shows", "aside", "varies")
# Runs before a notebook's first cell and is not part of it: pictures become SVGs whose
# words stay words, of the size that pages have.
BEFORE_NOTEBOOK = """
%config InlineBackend.figure_formats = ["svg"]
%config InlineBackend.print_figure_kwargs = {"bbox_inches": None}
import logging, matplotlib
logging.disable(logging.WARNING)
matplotlib.rcParams.update({settings})
"""
NOTEBOOK_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "notebook",
    "font.size": 12.5,
    "legend.fontsize": 12,
    "figure.figsize": (5, 3),
    "figure.dpi": 72,
    "figure.constrained_layout.use": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}


def execute_notebook(path: Path) -> str:
    """The notebook, as JSON text, that a .py file in percent format becomes when it is
    run.
    """
    import jupytext
    import nbclient
    import nbformat

    notebook = jupytext.read(path, fmt="py:percent")
    style = BEFORE_NOTEBOOK.replace("{settings}", repr(NOTEBOOK_STYLE))
    notebook.cells.insert(0, nbformat.v4.new_code_cell(style))
    with tempfile.TemporaryDirectory() as folder:
        nbclient.NotebookClient(
            notebook,
            timeout=300,
            kernel_name="python3",
            coalesce_streams=True,
            resources={"metadata": {"path": folder}},
        ).execute()
    notebook.cells.pop(0)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        kept = {k: v for k, v in cell.metadata.items() if k in KEPT}
        cell.metadata = nbformat.from_dict(kept)
        if cell.cell_type == "code":  # what it printed and drew; no chatter
            cell.outputs = [
                output
                for output in cell.outputs
                if output.get("name") == "stdout"
                or "image/svg+xml" in output.get("data", {})
            ]
            for output in cell.outputs:
                if "data" in output:
                    drawn = re.sub(
                        "<dc:date>.*?</dc:date>", "", output.data["image/svg+xml"]
                    )
                    output.data = nbformat.from_dict({"image/svg+xml": drawn})
                    output.metadata = nbformat.NotebookNode()
        cell.pop("execution_count", None)
        if cell.cell_type == "code":
            cell.execution_count = number
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about: dict[str, Any] = {"kernelspec": kernel, "language_info": {"name": "python"}}
    cells = json.loads(nbformat.writes(notebook))["cells"]
    about["recorded"] = {
        "checksum": notebook_checksum(cells),
        "versions": notebook_versions(cells),
    }
    notebook.metadata = nbformat.from_dict(about)
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def notebook_checksum(cells: Any) -> str:
    """Of the code and what came of it: neither changes without the other."""
    from tools.experiments import digest

    code = [cell for cell in cells if cell["cell_type"] == "code"]
    return digest([["".join(cell["source"]), cell["outputs"]] for cell in code])


def notebook_versions(cells: Any) -> dict[str, str]:
    """Of Python, and of the packages that its cells import."""
    code = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    names = r"^ *(?:import|from) (\w+)|import_module\(f?\"(\w+)"
    imported = {a or b for a, b in re.findall(names, code, re.MULTILINE)}
    packages = packages_distributions()
    found = {packages[name][0] for name in imported if name in packages}
    python = {"python": platform.python_version()}
    return python | {name: version(name) for name in sorted(found)}


def networks() -> dict[str, Any]:
    """The trained networks that the recall race replays: by name and learning rate, the
    training steps and the weights, to four digits, of each seed that the experiment
    kept of its hard form.
    """
    record = json.loads(
        (SNIPPETS / "experiments" / "inside_gate.json").read_text(encoding="utf-8")
    )

    def short(values: Any) -> Any:
        if isinstance(values, list):
            return [short(value) for value in values]
        return float(f"{values:.4g}")

    kept = record["settings"]["kept"]
    seeds = len(kept["seeds"])
    found: dict[str, Any] = {network: {} for network in kept["networks"]}
    for piece in record["pieces"]:
        network = piece["piece"]["network"]
        if piece["piece"]["form"] == "hard" and network in found:
            for rate in map(str, kept["learning_rates"]):
                run = piece["result"]["runs"][rate]
                found[network][rate] = {
                    "solved_at": run["steps"][:seeds],
                    "weights": short(run["weights"][:seeds]),
                }
    return found


def record_program(path: Path) -> None:
    if path.parent.name == "runtimes":
        from tools.tfjs import fetched

        os.environ["TFJS"] = str(fetched())
    printed, result = run_main(path)
    write_whole(path.with_suffix(".out"), printed)
    if result is not None:
        write_json(path.with_suffix(".json"), with_findings(path, result))


# Runs programs one after the other, so that their library is imported once.
IN_TURN = """
import contextlib, io, json, sys
found = {}
for name, source in json.load(open("programs")).items():
    if "keras" in sys.modules:
        sys.modules["keras"].utils.clear_session()
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(source, name, "exec"), {"__name__": "__main__"})
    found[name] = printed.getvalue()
json.dump(found, open("result", "w"))
"""


def answers(paths: list[Path]) -> dict[Path, str]:
    """What each program of snippets/practice/ prints, its sections announced."""
    sources = {str(path): announced(path.read_text("utf-8")) for path in paths}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "programs").write_text(json.dumps(sources), encoding="utf-8")
        run(["-c", IN_TURN], Path(folder))
        printed = json.loads(Path(folder, "result").read_text(encoding="utf-8"))
    return {path: printed[str(path)] for path in paths}


def record_answers(path: Path) -> None:
    write_whole(path.with_suffix(".out"), answers([path])[path])


def record_lab(path: Path) -> None:
    """As record_program; a lab's program is made to run alone first."""
    printed, result = run_main(path, standalone(path))
    write_whole(path.with_suffix(".out"), printed)
    write_json(path.with_suffix(".json"), with_findings(path, result))


def with_findings(path: Path, result: dict[str, Any]) -> dict[str, Any]:
    """What main() returned, and what snippets/findings/ finds in it."""
    from snippets.findings import labs, programs

    if path.parent == LABS and hasattr(labs, path.stem):
        return result | {"findings": getattr(labs, path.stem)()}
    if path.parent != LABS and hasattr(programs, path.stem):
        return result | {"findings": getattr(programs, path.stem)(result)}
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the records of the snippets.")
    parser.add_argument(
        "names", nargs="*", help="file names without .py (default: all)"
    )
    arguments = parser.parse_args()

    jobs: dict[Path, Callable[[Path], None]] = dict.fromkeys(programs(), record_program)
    jobs |= dict.fromkeys(programs("practice"), record_answers)
    jobs |= dict.fromkeys(programs("notebooks"), record_notebook)
    jobs |= dict.fromkeys(labs(), record_lab)
    known = {path.stem for path in jobs}
    if unknown := set(arguments.names) - known:
        parser.error(
            f"no such snippet: {', '.join(sorted(unknown))}; there are {sorted(known)}"
        )
    for path, job in jobs.items():
        if arguments.names and path.stem not in arguments.names:
            continue
        if path.stem == "recall_race":
            text = json.dumps(networks(), separators=(",", ":"))
            write_whole(LABS / "networks.json", text + "\n")
        job(path)
    if not arguments.names:
        write_json(SNIPPETS / "versions.json", versions())


def record_notebook(path: Path) -> None:
    notebook = execute_notebook(path)
    write_whole(NOTEBOOKS / f"{path.stem}.ipynb", notebook)
    write_whole(path.with_suffix(".md"), notebook_page(path.stem, notebook))


def notebook_page(name: str, text: str) -> str:
    """The cells of an executed notebook as a page's Markdown; ValueError for one that
    failed, or that draws and does not say what its picture shows.
    """
    title, *rest = json.loads(text)["cells"]
    parts = [
        "".join(title["source"]),
        '<p class="code-links">'
        f'<a href="{name}.ipynb" download>Download {name}.ipynb</a> · '
        f'<a href="../../files/notebooks/{name}.py" download>Download {name}.py</a>'
        "<!-- colab --></p>",
    ]
    if any({"shows", "aside"} & cell.get("metadata", {}).keys() for cell in rest):
        parts.append(
            "This page leaves out the cells that only load, draw or tidy up; "
            "the notebook has them all."
        )
    for number, cell in enumerate(rest, start=1):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(source)
            continue
        about = cell.get("metadata", {})
        shown = about.get("shows")
        if not shown and "aside" not in about:
            parts.append(f"``` {{.python .cell}}\n{source}\n```")
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                raise ValueError(
                    f"{name}.ipynb, cell {number}: expected a run without an error"
                )
            if "data" in output:
                drawn = "".join(output["data"]["image/svg+xml"])
                parts.append(notebook_picture(f"{name}-{number}", shown, drawn))
                continue
            printed = "".join(output["text"]).rstrip()
            parts.append(f'``` {{.text .output title="Output"}}\n{printed}\n```')
    body = "\n\n".join(parts)
    return f"[[% raw %]]\n{body}\n[[% endraw %]]\n"


# Matplotlib's colours in the notebooks, and what stands for them on a page.
NOTEBOOK_COLOURS = {
    "rnn": "#ff7f0e",
    "gru": "#1f77b4",
    "beside": "#808080",
    "md-default-fg-color": "#000000",
    "md-default-bg-color": "#ffffff",
}


def notebook_picture(name: str, shown: str | None, drawn: str) -> str:
    """shown: a title, a full stop, and what the picture shows, in words."""
    from tools.plots import for_page

    if not shown:
        raise ValueError(
            f'{name}: a picture without words; begin its cell with # %% shows="..."'
        )
    title, _, words = shown.partition(". ")
    figure = for_page(drawn, name, title, words.rstrip("."), NOTEBOOK_COLOURS)
    caption = f"<figcaption>{shown}</figcaption>"
    return f'<figure class="diagram plot">\n{figure}{caption}\n</figure>'


if __name__ == "__main__":
    main()
