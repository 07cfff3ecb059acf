"""Start a page, or move one.

    python -m tools.page new guide/attention.md "Attention"
    python -m tools.page move evidence/adding.md evidence/sums.md

new writes the skeleton of the page, of a NumPy program for it and of a test, and puts
the page into the navigation. move changes the file's place and the navigation, and
leaves a redirect; links to the old name go on working.
"""

import argparse
import re
from pathlib import Path

from tools.record import ROOT, SNIPPETS, write_whole

DOCS, CONFIG = ROOT / "docs", ROOT / "mkdocs.yml"
TESTS = ROOT / "tests" / "snippets"

PAGE = """---
description: {title}, in one sentence that says what a reader finds here.
---

# {title}

<div class="answer" markdown>
The answer in plain words, before anything else.
</div>

## See it run

Words first, then a picture, then symbols, then code.

```python
--8<-- "from_scratch/{name}.py:main"
```

```text
--8<-- "from_scratch/{name}.out"
```

The answer is [[ {name}.answer ]].

??? question "Try it: what would change it?"

    Something to do, with its answer.
"""
PROGRAM = '''"""{title}: what this program shows.

inputs (batch, steps, features). Source: whose equation this is.
"""

import numpy as np


# --8<-- [start:main]
def main() -> dict[str, int]:
    answer = int(np.sum([1, 2, 3]))
    print("answer:", answer)
    return {{"answer": answer}}
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
'''
TEST = '''"""{title}: would this fail if the numbers were wrong?"""

from snippets.from_scratch import {name}


def test_the_answer():
    assert {name}.main() == {{"answer": 6}}
'''


def refuse(expected: str, got: object) -> None:
    raise SystemExit(f"tools.page: expected {expected}, got {got}")


def new(page: str, title: str) -> None:
    name = Path(page).stem.replace("-", "_")
    if not re.fullmatch(r"(guide|articles)/[a-z][a-z0-9-]*\.md", page):
        refuse("a page such as guide/attention.md (others: see Contributing)", page)
    files = {
        DOCS / page: PAGE,
        SNIPPETS / "from_scratch" / f"{name}.py": PROGRAM,
        TESTS / f"test_{name}.py": TEST,
    }
    if there := [path.name for path in files if path.exists()]:
        refuse("a name that is free", f"{', '.join(there)}, which exists")
    config = CONFIG.read_text(encoding="utf-8")
    entries = list(re.finditer(rf"^( +- ).*: {Path(page).parent}/.*$\n", config, re.M))
    place = entries[-1].end()
    entry = f"{entries[-1][1]}{title}: {page}\n"
    write_whole(CONFIG, config[:place] + entry + config[place:])
    for path, skeleton in files.items():
        write_whole(path, skeleton.format(title=title, name=name))
    print(f"Now write the program, then make record only={name}, then the page.")


def move(page: str, to: str) -> None:
    config = CONFIG.read_text(encoding="utf-8")
    if not (DOCS / page).is_file() or f": {page}\n" not in config:
        refuse("a page of the navigation, such as evidence/adding.md", page)
    if (DOCS / to).exists() or not to.endswith(".md"):
        refuse("the path of a page that does not exist yet", to)
    (DOCS / to).parent.mkdir(parents=True, exist_ok=True)
    (DOCS / page).rename(DOCS / to)
    config = config.replace(f": {page}\n", f": {to}\n")
    head, tail = config.split("moved:\n")
    kept = tail.removeprefix("    {}\n")
    write_whole(CONFIG, f"{head}moved:\n    {page}: {to}\n{kept}")
    print(f"{page} leads to {to} now; links to {Path(page).name} still find it.")


def main() -> None:
    parser = argparse.ArgumentParser(description="Start a page, or move one.")
    commands = parser.add_subparsers(required=True, dest="command")
    start = commands.add_parser("new")
    start.add_argument("page", help="below docs/, such as guide/attention.md")
    start.add_argument("title", nargs="?", help="by default made from the name")
    other = commands.add_parser("move")
    other.add_argument("page")
    other.add_argument("to")
    options = parser.parse_args()
    if options.command == "move":
        move(options.page, options.to)
    else:
        words = Path(options.page).stem.replace("-", " ").capitalize()
        new(options.page, options.title or words)


if __name__ == "__main__":
    main()
