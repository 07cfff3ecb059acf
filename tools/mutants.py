"""One token of a program turned into another, at places drawn by lot: does any test
notice?

    python -m tools.mutants                    fifty of each group below
    python -m tools.mutants programs --of 20   twenty of one group

A plus becomes a minus, a comparison loses its edge, a number is one more, `and` becomes
`or`. Nobody chose them, as somebody chose the faults of faults.toml; they are planted,
tested and judged the same way. A survivor is a test to write, or a token that changes
nothing that anybody sees.
"""

import argparse
import io
import random
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tools.faults import PROJECT, Fault, run_all

GROUPS = {
    "programs": (["snippets/from_scratch/*.py"], ["cells", "numpy"]),
    "training": (["snippets/experiments/training.py"], ["evidence", "cheap"]),
    "extensions": (["extensions/*.py"], ["pages", "built", "cheap"]),
    "arithmetic": (
        [f"snippets/labs/{name}.mjs" for name in (
            "cells", "learning", "matrix", "numbers", "random", "through_time",
            "train_cells", "train_network", "train_tasks", "vectors")],
        ["labs"],
    ),
}  # fmt: skip
TURNED = {
    "+": "-", "-": "+", "*": "/", "/": "*", "//": "/", "**": "*", "%": "*",
    "+=": "-=", "-=": "+=", "<": "<=", "<=": "<", ">": ">=", ">=": ">",
    "==": "!=", "!=": "==", "===": "!==", "!==": "===",
    "and": "or", "or": "and", "not": "", "in": "not in", "&&": "||", "||": "&&",
    "True": "False", "False": "True", "true": "false", "false": "true",
}  # fmt: skip
# What is left of JavaScript without its texts and comments.
SCRIPT = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`"
    r"|/(?![*/ ])[^\n/]+/[a-z]*(?=[.,)])"
    r"|(?P<token>(?<![\w.])\d[\d.]*(?:e-?\d+)?\b|[!=]==|&&|\|\||[<>+-]=|\*\*|(?<==)>|[-+*/%<>]|"
    r"\b(?:true|false)\b)",
    re.DOTALL,
)


def tokens(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Where each token of a program begins, and the token."""
    if path.suffix == ".mjs":
        for found in SCRIPT.finditer(text):
            if found["token"] and text[found.start() - 1] != "=":  # no arrow
                yield found.start(), found[0]
        return
    begins = [0]
    for line in text.splitlines(keepends=True):
        begins.append(begins[-1] + len(line))
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.OP, tokenize.NUMBER, tokenize.NAME):
            yield begins[token.start[0] - 1] + token.start[1], token.string


def sound(path: Path, text: str) -> bool:
    try:
        return path.suffix == ".mjs" or bool(compile(text, path.name, "exec"))
    except SyntaxError:
        return False


def mutants(group: str) -> list[Fault]:
    patterns, tests = GROUPS[group]
    found = []
    for path in sorted(path for one in patterns for path in PROJECT.glob(one)):
        text, file = path.read_text(encoding="utf-8"), str(path.relative_to(PROJECT))
        for at, token in tokens(path, text):
            new = f"({token} + 1)" if token[0].isdigit() else TURNED.get(token)
            if new is None:
                continue
            turned = text[:at] + new + text[at + len(token) :]
            line = text.count("\n", 0, at) + 1
            name = (
                f"{path.name}:{line}:{at - text.rfind(chr(10), 0, at)} {token} to {new}"
            )
            if sound(path, turned):
                found.append(Fault(group, name, file, text, turned, "", tests))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Does any test notice a mutant?")
    parser.add_argument("groups", nargs="*", choices=[*GROUPS, []], help="default: all")
    parser.add_argument("--of", type=int, default=50, help="how many of each group")
    parser.add_argument("--lot", type=int, default=0, help="the draw's seed")
    options = parser.parse_args()
    if options.of < 1:
        parser.error(f"--of: expected 1 or more of each group, got {options.of}")
    drawn = []
    for group in options.groups or GROUPS:
        found = mutants(group)
        drawn += random.Random(options.lot).sample(found, min(options.of, len(found)))
    return run_all(drawn)


if __name__ == "__main__":
    raise SystemExit(main())
