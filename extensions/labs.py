"""The labs: their modules as one script, and what a page gets where a lab stands.

docs/labs/*.mjs are plain ES modules: arithmetic.mjs and lab.mjs, which the others
import, and one file a lab. The build joins them, without comments and indents, into
labs/labs.js. A page writes [[ lab("gradients") ]] and gets the lab's still (what it
shows before any script has run), its questions, its data, and a line that loads the
script when the lab is near. The script fetches the lab's program when it is asked for.
"""

import html
import json
import re
from pathlib import Path
from typing import Any

import yaml

from snippets.standalone import LABS, labs

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "docs" / "labs"
SHARED = ("arithmetic", "lab")
IMPORT = re.compile(r'^import \{[^}]*\} from "\./(?:arithmetic|lab)\.mjs";\n', re.M)
# Comments on lines of their own, and what stands before the first word of a line. No
# text in the modules may begin a line with either.
SPARE = re.compile(r"^\s*(?://.*\n|/\*\*[\s\S]*?\*/\n)|^[ \n]+", re.M)
# The script comes when the lab is near; where it cannot come, the still stays.
WHEN_NEAR = (
    "new IntersectionObserver((seen, near) => { if (seen.at(-1).isIntersecting) "
    '{ near.disconnect(); import("./%(root)slabs/labs.js").catch(() => {}); } }, '
    '{ rootMargin: "50%%" }).observe(document.querySelector("lab-%(name)s"));'
)
HINT = "A still of the lab: it moves on a page from a server, with JavaScript on."


def element(stem: str) -> str:
    """step_the_cell -> step-the-cell, as pages, modules and elements are called."""
    return stem.replace("_", "-")


def bundle() -> str:
    """All modules of the labs as one, each lab in a scope of its own; ValueError for a
    module that imports something else.
    """
    joined = []
    for name in (*SHARED, *(element(path.stem) for path in labs())):
        source = IMPORT.sub("", (MODULES / f"{name}.mjs").read_text(encoding="utf-8"))
        if re.search(r"^import ", source, re.MULTILINE):
            raise ValueError(f"{name}.mjs: expected imports from {SHARED} alone")
        if name not in SHARED:
            source = (
                "{\n" + source.replace("\nexport const lab ", "\nconst lab ") + "}\n"
            )
        joined.append(source)
    return SPARE.sub("", "".join(joined))


def networks() -> dict[str, dict[str, Any]]:
    """The networks of the recall race, one record a seed: by runner, solved_at and
    weights.
    """
    runners = json.loads((LABS / "networks.json").read_text(encoding="utf-8"))
    seeds = range(len(runners["rnn"]["weights"]))
    return {
        str(seed): {
            name: {
                "solved_at": runs["solved_at"][seed],
                "weights": runs["weights"][seed],
            }
            for name, runs in runners.items()
        }
        for seed in seeds
    }


def questions(name: str) -> list[dict[str, Any]]:
    """What a lab asks first: ask, and choices."""
    source = (MODULES / "questions.yml").read_text(encoding="utf-8")
    return yaml.safe_load(source)[name]


def data(stem: str) -> dict[str, Any]:
    """What a lab reads besides its state."""
    asked = {"questions": questions(element(stem))}
    if stem != "which_one":
        return asked
    record = json.loads((LABS / f"{stem}.json").read_text(encoding="utf-8"))
    return {**asked, "rules": record["rules"]}


def lab(name: str, root: str) -> str:
    """The lab of that name as HTML; root leads from the page to the site's root."""
    stems = {element(path.stem): path.stem for path in labs()}
    if name not in stems:
        raise ValueError(f"lab: expected one of {sorted(stems)}, got {name!r}")
    path = LABS / f"{stems[name]}.py"
    still = path.with_suffix(".html").read_text(encoding="utf-8").replace("ROOT/", root)
    own = json.dumps(data(path.stem), ensure_ascii=False).replace("</", "<\\/")
    asked = "".join(f"<li>{html.escape(q['ask'])}</li>" for q in questions(name))
    near = WHEN_NEAR % {"name": name, "root": root}
    lines = [
        '<div class="lab" data-search-exclude>',
        f'<link rel="stylesheet" href="{root}labs/labs.css">',
        f'<lab-{name} data-root="{root}">{still.rstrip()}',
        f'<p class="lab-hint">{HINT} It then asks:</p>',
        f'<ol class="lab-hint">{asked}</ol>',
        f'<script type="application/json" class="lab-data">{own}</script>',
        f"</lab-{name}>",
        f"<script>{near}</script>",
        "</div>",
    ]
    return "\n".join(lines)
