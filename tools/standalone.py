"""A lab's program as one file that runs alone: what it imports from snippets/, written
into it, and its settings as plain values.

    python -m tools.standalone step_the_cell
"""

import ast
import inspect
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

SNIPPETS = Path(__file__).resolve().parent.parent / "snippets"
LABS = SNIPPETS / "labs"
START, END = "# --8<-- [start:settings]\n", "# --8<-- [end:settings]\n"
SETTINGS = "# SETTINGS\n"  # where a template waits for them
MARK = "# --8<-- ["
# What the settings of a program may use.
IMPORTED = "import json\nfrom pathlib import Path\nfrom typing import Any\n"


def programs() -> list[Path]:
    return sorted(LABS.glob("*.py"))


def labs() -> list[Path]:
    """The programs that are a lab's own, called as its module."""
    return [path for path in programs() if path.with_suffix(".mjs").is_file()]


@cache
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
        found |= dict.fromkeys(names, "".join(lines[first - 1 : node.end_lineno]))
    return found


@cache
def used(text: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}


@cache
def imports(source: str) -> list[tuple[str, str, str]]:
    """(module, name, line) of each import; module is '' for 'import x'."""
    found = []
    for node in ast.parse(source).body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        module = getattr(node, "module", "") or ""
        for alias in node.names:
            alone = (
                ast.ImportFrom(module, [alias], 0) if module else ast.Import([alias])
            )
            found.append((module, alias.asname or alias.name, ast.unparse(alone)))
    return found


class Taken:
    """The parts of snippets/ that a program needs, each after those that it needs."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.imports: dict[str, str] = {}

    def take(self, module: str, name: str) -> None:
        if name in self.texts:
            return
        path = SNIPPETS.parent.joinpath(*module.split(".")).with_suffix(".py")
        source = path.read_text(encoding="utf-8")
        known = parts(source)
        needs = used(known[name])
        self.texts[name] = ""  # a part that needs itself is not taken again
        self.take_imports(source, needs)
        for other in sorted(needs & known.keys()):
            self.take(module, other)
        del self.texts[name]
        self.texts[name] = known[name].strip()

    def take_imports(self, source: str, needs: set[str]) -> None:
        """What a source imports: the guide's own parts, or lines for anything else."""
        for module, name, line in imports(source):
            if not module.startswith("snippets"):
                self.imports[name] = line
            elif name in needs:
                self.take(module, name)


def template(path: Path) -> str:
    """The program with a gap where its settings stood; what it takes from snippets/
    stands in it, with all that this needs in turn.
    """
    source = path.read_text(encoding="utf-8")
    docstring = ast.get_source_segment(source, ast.parse(source).body[0])
    for module, _, line in imports(source):
        if module == "snippets" or (module.startswith("snippets.") and " as " in line):
            raise ValueError(
                f"{path.name}: expected 'from snippets.x import y', got {line!r}"
            )
    taken = Taken()
    taken.take_imports(source, {name for _, name, _ in imports(source)})
    _, rest = source.split(END)
    body = "\n\n\n".join([*taken.texts.values(), rest.strip()]) + "\n"
    needed = used(body)
    lines = {line for name, line in taken.imports.items() if name in needed}
    ordered = sorted(lines, key=lambda line: (line.startswith("from"), line))
    text = "\n".join([str(docstring), "", *ordered, "", f"{SETTINGS}\n", body])
    return "".join(line for line in text.splitlines(keepends=True) if MARK not in line)


def settings(stem: str) -> dict[str, Any]:
    """The names and values of the program's settings."""
    path = LABS / f"{stem}.py"
    source = path.read_text(encoding="utf-8")
    section = source.split(START)[1].split(END)[0]
    values: dict[str, Any] = {"__file__": str(path)}
    exec(IMPORTED + section, values)
    return {name: value for name, value in values.items() if name.isupper()}


def computed(stem: str, **change: Any) -> Any:
    """What the program computes at its settings, some of them changed."""
    given = {name.lower(): value for name, value in settings(stem).items()} | change
    compute = import_module(f"snippets.labs.{stem}").compute
    if inspect.getfullargspec(compute).varkw is None:  # others say what is printed
        given = {name: given[name] for name in inspect.signature(compute).parameters}
    return compute(**given)


def literal(value: Any) -> str:
    """A value as Python; a dictionary with a line for each of its keys."""
    if isinstance(value, dict):
        rows = "".join(f"    {key!r}: {part!r},\n" for key, part in value.items())
        return f"{{\n{rows}}}"
    return repr(value)


def standalone(path: Path) -> str:
    """The whole program with its own settings: runs alone in an empty folder."""
    lines = [
        f"{name} = {literal(value)}\n" for name, value in settings(path.stem).items()
    ]
    return template(path).replace(SETTINGS, "".join(lines))


if __name__ == "__main__":
    print(standalone(LABS / f"{sys.argv[1]}.py"), end="")
