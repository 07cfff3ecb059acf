"""The labs: the files that the site gets for them, and what a page gets for one.

A lab x is snippets/labs/x.mjs, what the browser runs; x.py, the program that 'Copy as
Python' hands over; and x.html, its still, shown before any script has run. Modules
without a program are shared. A page writes [[ lab("gradients") ]] and gets the still
and a line that loads the lab's module when the reader comes near.
"""

import json
import re
from pathlib import Path
from typing import Any

import minify_html

from tools.standalone import LABS, labs, standalone, template

NAMES = LABS.parent / "names.json"
MODULE = "<script type=module>", "</script>"
# Comments on lines of their own. No text in the modules may begin a line like that.
COMMENT = re.compile(r"^\s*(?://.*\n|/\*\*[\s\S]*?\*/\n)", re.MULTILINE)
# The module comes when the lab is near; where it cannot come, the still stays.
WHEN_NEAR = """<script>
new IntersectionObserver((seen, near) => {
  if (!seen.at(-1).isIntersecting) return;
  near.disconnect();
  import("./%(module)s").catch(() => {});
}, { rootMargin: "50%%" }).observe(document.querySelector("lab-%(name)s"));
</script>"""


def element(stem: str) -> str:
    """step_the_cell -> step-the-cell, as pages and elements are called."""
    return stem.replace("_", "-")


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def minified(source: str) -> str:
    """A module with less space and without its comments; its exports stay."""
    start, end = MODULE
    code = COMMENT.sub("", source)
    made = minify_html.minify(f"{start}{code}{end}", minify_js=True)
    return made.removeprefix(start).removesuffix(end)


def networks() -> list[dict[str, Any]]:
    """The networks of the recall race, seed by seed: by learning rate and key, the name
    and the colour of each, its training steps and its weights.
    """
    known, runs_of = _json(NAMES), _json(LABS / "networks.json")
    rates = runs_of["rnn"]
    return [
        {
            rate: {
                key: {
                    "name": known[key]["name"],
                    "colour": known[key]["colour"],
                    "solved_at": runs[rate]["solved_at"][seed],
                    "weights": runs[rate]["weights"][seed],
                }
                for key, runs in runs_of.items()
            }
            for rate in rates
        }
        for seed in range(len(next(iter(rates.values()))["weights"]))
    ]


def files() -> dict[str, str]:
    """Every file of the labs, by its path below files/."""
    made = {
        f"labs/{path.name}": minified(path.read_text(encoding="utf-8"))
        for path in sorted(LABS.glob("*.mjs"))
    }
    for path in labs():
        made[f"labs/{path.name}"] = standalone(path)
        # The same with a gap for the settings, which the lab fills.
        made[f"labs/{path.stem}.txt"] = template(path)
    for seed, found in enumerate(networks()):
        for rate, four in found.items():
            text = json.dumps(four, separators=(",", ":"))
            made[f"labs/networks-{rate}-{seed}.json"] = text
    rules = _json(LABS / "which_one.json")["rules"]
    made["labs/which_one.json"] = json.dumps(rules, ensure_ascii=False)
    return made


def lab(name: str, root: str) -> str:
    """The lab of that name as HTML; root leads from the page to the site's root."""
    stems = {element(path.stem): path.stem for path in labs()}
    if name not in stems:
        raise ValueError(f"lab: expected one of {sorted(stems)}, got {name!r}")
    still = (LABS / f"{stems[name]}.html").read_text(encoding="utf-8")
    module = f"{root}files/labs/{stems[name]}.mjs"
    return f"""<div class="lab" data-search-exclude>
<link rel="stylesheet" href="{root}assets/stylesheets/labs.css">
<lab-{name}>{still.replace("ROOT/", root).rstrip()}</lab-{name}>
{WHEN_NEAR % {"module": module, "name": name}}
</div>"""
