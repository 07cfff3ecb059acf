"""A lab's program as one file that runs alone: what it imports from snippets/, written
into it, and its state as plain values.

    python -m snippets.standalone step_the_cell
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SNIPPETS = Path(__file__).resolve().parent
LABS = SNIPPETS / "labs"
START, END = "# --8<-- [start:state]\n", "# --8<-- [end:state]\n"
STATE = "# STATE\n"  # where a template waits for the state
MARK = "# --8<-- ["


def labs() -> list[Path]:
    return sorted(LABS.glob("*.py"))


def parts(source: str) -> dict[str, str]:
    """The text of each function, class and constant of a module, by name."""
    lines = source.splitlines(keepends=True)
    found: dict[str, str] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [
                n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)
            ]
        else:
            continue
        first = min(n.lineno for n in [node, *getattr(node, "decorator_list", [])])
        text = "".join(lines[first - 1 : node.end_lineno])
        found |= dict.fromkeys(names, text)
    return found


def used(text: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}


def imports(source: str) -> Iterator[tuple[str, str, str]]:
    """(module, name, line) of each import; module is '' for 'import x'."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                text = ast.unparse(ast.Import([alias]))
                yield "", alias.asname or alias.name, text
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                text = ast.unparse(ast.ImportFrom(node.module, [alias], 0))
                yield node.module, alias.asname or alias.name, text


def template(path: Path) -> str:
    """The program with STATE where its state stood; what it takes from snippets/ stands
    in it, with all that this needs in turn.
    """
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    _, body = source.split(END)
    docstring = ast.get_source_segment(source, tree.body[0])
    outside = {
        name: line
        for module, name, line in imports(source)
        if module[:9] != "snippets."
    }
    taken: dict[str, str] = {}

    def take(module: str, name: str) -> None:
        if name in taken:
            return
        text = (
            (SNIPPETS.parent / Path(*module.split(".")))
            .with_suffix(".py")
            .read_text(encoding="utf-8")
        )
        known = parts(text)
        taken[name] = ""  # its place; a helper that needs itself would not end
        for needed in sorted(used(known[name])):
            if needed in known:
                take(module, needed)
        del taken[name]
        taken[name] = known[name]
        outside.update(
            (alias, line)
            for _, alias, line in imports(text)
            if alias in used(known[name])
        )

    for module, name, line in imports(source):
        if module == "snippets" or " as " in line.replace("import numpy as np", ""):
            raise ValueError(
                f"{path.name}: expected 'from snippets.x import y', got {line!r}"
            )
        if module.startswith("snippets."):
            take(module, name)
    body = (
        "\n\n\n".join([*(text.strip() for text in taken.values()), body.strip()]) + "\n"
    )
    needed = used(body)
    lines = sorted(line for name, line in outside.items() if name in needed)
    plain = [line for line in lines if line.startswith("import")]
    lines = [*plain, *(line for line in lines if line not in plain)]
    text = "\n".join([str(docstring), "", *lines, "", STATE + "\n", body])
    return "".join(line for line in text.splitlines(keepends=True) if MARK not in line)


def state(path: Path) -> dict[str, Any]:
    """The names and values of the program's state section."""
    source = path.read_text(encoding="utf-8")
    section = source.split(START)[1].split(END)[0]
    values: dict[str, Any] = {"__file__": str(path)}
    exec("import json\nfrom pathlib import Path\n" + section, values)
    return {name: value for name, value in values.items() if name.isupper()}


def literal(value: Any) -> str:
    """A value as Python; a dictionary with a line for each of its keys."""
    if isinstance(value, dict):
        rows = "".join(f"    {key!r}: {part!r},\n" for key, part in value.items())
        return f"{{\n{rows}}}"
    return repr(value)


def standalone(path: Path) -> str:
    """The whole program with its own state: runs alone in an empty folder."""
    lines = [f"{name} = {literal(value)}" for name, value in state(path).items()]
    return template(path).replace(STATE, "\n".join(lines) + "\n")


if __name__ == "__main__":
    print(standalone(LABS / f"{sys.argv[1]}.py"), end="")
