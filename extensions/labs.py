"""The labs: the files that the site gets for them, and what a page gets for one.

A lab x is snippets/labs/x.mjs, what the browser runs; x.py, the program that 'Copy as
Python' hands over; and x.html, all that it shows, before any script has run. Other
modules are shared, other programs are a lab's second. A page writes
[[ lab("gradients") ]] and gets the still and a line that loads the lab's module when
the reader comes near.
"""

import json
from pathlib import Path
from typing import Any

import minify

from tools.name_lists import names_of
from tools.standalone import LABS, labs, programs, standalone, template

NAMES = LABS.parent / "names.json"
# The module comes when the lab is near; where it cannot, the still stays and says so.
WHEN_NEAR = """<script>{
const lab = document.querySelector("lab-%(name)s");
const hint = lab.querySelector(".lab-hint");
const tell = (...words) => {
  if (lab.hasAttribute("awake")) return;
  const { offsetTop, offsetLeft } = lab.querySelector("form");
  Object.assign(hint.style, { top: offsetTop + "px", left: offsetLeft + "px" });
  hint.replaceChildren(...words);
  lab.setAttribute("lost", "");
};
const lost = () => {
  if (location.protocol === "file:") return tell(...hint.childNodes);
  const again = document.createElement("button");
  again.textContent = "Try again";
  again.onclick = () => location.reload();
  tell("A part of the lab could not be loaded. ", again);
};
lab.addEventListener("lost", lost);
new IntersectionObserver((seen, near) => {
  if (!seen.at(-1).isIntersecting) return;
  near.disconnect();
  const late = setTimeout(tell, 800, "The lab is loading.");
  lab.addEventListener("lost", () => clearTimeout(late));
  import("./%(module)s").catch(() => lab.dispatchEvent(new Event("lost")));
}, { rootMargin: "50%%" }).observe(lab);
}</script>"""


def element(stem: str) -> str:
    """step_the_cell -> step-the-cell, as pages and elements are called."""
    return stem.replace("_", "-")


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


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


def readers() -> dict[str, str]:
    """The weights of the networks that read words and letters, from their records."""
    found = {}
    for record, called in (("which_verb", "verb"), ("family_names", "names")):
        for one in _json(LABS.parent / "experiments" / f"{record}.json")["pieces"]:
            piece, weights = one["piece"], one["result"].get("weights")
            if weights is None or piece["network"] == "equal_rnn":
                continue  # what no lab offers
            name = f"{called}-{piece['network']}"
            if "kept_at" in piece:
                name += f"_{piece['kept_at']}"
            found[f"labs/{name}.json"] = json.dumps(weights, separators=(",", ":"))
    return found


def files() -> dict[str, str]:
    """Every file of the labs, by its path below files/."""
    made = {
        f"labs/{path.name}": minify.string(
            "text/javascript", path.read_text(encoding="utf-8")
        )
        for path in sorted(LABS.glob("*.mjs"))
    }
    for path in programs():
        made[f"labs/{path.name}"] = standalone(path)
        # The same with a gap for the settings, which the lab fills.
        made[f"labs/{path.stem}.txt"] = template(path)
    for seed, found in enumerate(networks()):
        for rate, four in found.items():
            text = json.dumps(four, separators=(",", ":"))
            made[f"labs/networks-{rate}-{seed}.json"] = text
    made |= readers()
    made["labs/names.json"] = json.dumps(names_of("it_IT", 200))
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
<lab-{name} id="lab-{name}">{still.replace("ROOT/", root).rstrip()}</lab-{name}>
{WHEN_NEAR % {"module": module, "name": name}}
</div>"""
