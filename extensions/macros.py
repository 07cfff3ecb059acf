"""What mkdocs-macros offers to pages: records, ways to print a number, findings.

A page writes [[ count_parameters.gru | count ]]; the record is
snippets/**/count_parameters.json. It writes [[ so("gru_adds_everywhere") ]] behind the
sentence that leans on that finding of a record. An unknown record, key, filter or
finding stops the build, and so does a finding that its record no longer bears out.
"""

import ast
import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from textwrap import indent
from typing import Any, Protocol

from jinja2 import Undefined

from extensions.glossary import load
from extensions.labs import lab
from extensions.links import address_of, titles
from extensions.quote import place_of, strip_markers
from tools.record import programs as snippet_files
from tools.record import read_json

ROOT = Path(__file__).resolve().parent.parent
SNIPPETS, DOCS = ROOT / "snippets", ROOT / "docs"
TIMED_ALONE = ("step_cost",)  # as ALONE says in the file itself


def count(value: int) -> str:
    """12864 -> 12,864."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"count: expected a whole number, got {value!r}")
    return f"{value:,}"


def fixed(value: float, decimals: int = 2) -> str:
    """0.7291 -> 0.73; a true minus sign."""
    # Adding 0 takes the sign from a number that rounds to nothing.
    return f"{round(value, decimals) + 0:.{decimals}f}".replace("-", "−")


def power(value: float, decimals: int = 0) -> str:
    """0.00000086 -> 9 × 10<sup>−7</sup>; from 0.01 up as it is: 0.18."""
    if abs(value) >= 0.01:
        return fixed(value)
    digits, exponent = f"{value:.{decimals}e}".split("e")
    return f"{digits} × 10<sup>{fixed(int(exponent), 0)}</sup>"


def solved_of(share: dict[str, Any]) -> str:
    """How many seeds solved a task, and the interval: '18 of 20 (70 to 97 %)'."""
    low, high = share["low"], share["high"]
    return f"{share['solved']} of {share['of']} ({low} to {high} %)"


def median_of(found: dict[str, Any], budget: int) -> str:
    """The median of the training steps and its interval; 'not within 20,000' where most
    seeds ran out of their budget.
    """
    if found["median"] is None:
        return f"not within {budget:,}"
    low, middle, high = (found[key] for key in ("low", "median", "high"))
    end = f"over {budget:,}" if high is None else f"{high:,.0f}"
    return f"{middle:,.0f} ({low:,.0f} to {end})"


def times(found: dict[str, Any], name: str = "ratio") -> str:
    """A ratio and its interval: '0.42 (0.36 to 0.5)'; in words where one of the two did
    not solve its task.
    """
    if found[name] is None:
        return "beyond the budget"
    end = "beyond the budget" if found["high"] is None else f"{found['high']:.3g}"
    return f"{found[name]:.3g} ({found['low']:.3g} to {end})"


def interval(values: list[float]) -> str:
    """The median, and its interval in brackets: '2.4 (2.3 to 2.5)'."""
    low, middle, high = (fixed(value, 1) for value in values)
    return f"{middle} ({low} to {high})"


def mean_of(found: dict[str, Any], decimals: int = 1) -> str:
    """The mean over the seeds and its interval: '96.7 (96.3 to 97.1)'."""
    mean, low, high = (fixed(found[key], decimals) for key in ("mean", "low", "high"))
    return f"{mean} ({low} to {high})"


def figures(value: Any) -> str:
    """What a finding rests on, in a line: numbers to four digits, 'none' for a run that
    did not solve its task.
    """
    if isinstance(value, dict):
        inner = (f"{key}: {figures(one)}" for key, one in value.items())
        return "; ".join(inner).replace("_", " ")
    if isinstance(value, list):
        if set(map(str, value)) == {"None"}:
            return f"none of {len(value)}"
        return ", ".join(figures(one) for one in value)
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "none" if value is None else str(value).replace("_", " ")


FILTERS = (count, fixed, power, solved_of, median_of, times, interval, mean_of, figures)


def records(folder: Path = SNIPPETS) -> dict[str, Any]:
    """Every .json below snippets/ by its file name, without its findings and pieces;
    ValueError if two share a name.
    """
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*.json")):
        if path.stem in found:
            raise ValueError(
                f"records: expected one {path.stem}.json below snippets/, got two"
            )
        record = read_json(path).items()
        unread = ("findings", "pieces")  # what no page asks for
        found[path.stem] = {key: value for key, value in record if key not in unread}
    return found


def findings() -> dict[str, dict[str, Any]]:
    """Every finding of the records by name: words, holds, figures, record, made (its
    date or None), source (the program below snippets/), page and rerun; ValueError for
    a name that stands in two records.
    """
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(SNIPPETS.rglob("*.json")):
        record = read_json(path)
        source = path.with_suffix(".py").relative_to(SNIPPETS)
        ran = " ".join(record.get("settings", {}).get("reads", [path.stem]))
        experiment = source.parent.name == "experiments"
        about = {
            "record": path.stem,
            "made": record.get("recorded", {}).get("date"),
            "source": source.as_posix(),
            "page": place_of(source),
            "rerun": "make evidence only=" + (f'"{ran}"' if " " in ran else ran)
            if experiment
            else f"make record only={path.stem}",
        }
        for name, one in record.get("findings", {}).items():
            if name in found:
                raise ValueError(
                    f"findings: expected one {name}, got it in {found[name]['record']} "
                    f"and in {path.stem}"
                )
            found[name] = one | about
    return found


def used_on(docs: Path = DOCS) -> dict[str, list[str]]:
    """The pages, as paths below docs/, that mark a sentence with each finding, and the
    lab whose rules rest on it; those that quote each program or link to its entry, by
    its path without a suffix.
    """
    used: dict[str, set[str]] = {}
    for path in docs.rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        marks = " ".join(re.findall(r"\bso\(([^)]*)\)", text))
        quotes = re.findall(r'--8<-- "(\w+/\w+)\.(?:py|out)', text)
        links = re.findall(r"\b(from-scratch|with-keras)\.md#(\w+)", text)
        linked = [f"{folder.replace('-', '_')}/{program}" for folder, program in links]
        for name in [*re.findall(r'"(\w+)"', marks), *quotes, *linked]:
            used.setdefault(name, set()).add(path.relative_to(docs).as_posix())
    for rule in records()["which_one"]["rules"]:
        for name in rule.get("rests_on", []):
            used.setdefault(name, set()).add("guide/when-to-use.md")
    return {name: sorted(pages) for name, pages in used.items()}


def programs(*folders: str) -> list[dict[str, Any]]:
    """The programs of folders of snippets/: folder, name, what its docstring says
    first, how many lines a reader gets, and the pages that quote it.
    """
    used = used_on()
    found = []
    for path in snippet_files(*folders):
        folder = path.parent.name
        source = strip_markers(path.read_text(encoding="utf-8"))
        said = ast.get_docstring(ast.parse(source)) or ""
        what = said.split("\n\n")[0].replace("\n", " ")
        pages = used.get(f"{folder}/{path.stem}", [])
        lines = source.count("\n")
        one = {"folder": folder, "name": path.stem, "what": what}
        found.append(one | {"lines": lines, "pages": pages})
    return found


def claims() -> list[dict[str, Any]]:
    """Every finding with its name and the pages that lean on it: what the page 'All
    claims' shows and claims.json holds.
    """
    used = used_on()
    return [
        {"name": name, **one, "used": used.get(name, [])}
        for name, one in findings().items()
    ]


def mark(known: dict[str, dict[str, Any]], page: str, *names: str) -> str:
    """The sign behind a sentence that leans on these findings, and leads to them on the
    page at this address; ValueError for one that there is not, or that its record
    contradicts.
    """
    for name in names:
        if name not in known:
            raise ValueError(
                f"so: expected the name of a finding, got {name!r}; a record's "
                "findings are named beside it, see page 'All claims'"
            )
        one = known[name]
        if not one["holds"]:
            # Somebody formats the message on its way: a percent sign would hide it.
            words = one["words"].replace("%", "percent")
            raise ValueError(
                f"so: the record {one['record']} contradicts {name!r} "
                f"({words}): {figures(one['figures'])}; change the sentence"
            )
    return (
        f'<a class="so" href="{page}#{names[0]}" data-findings="{" ".join(names)}" '
        'aria-label="What this rests on">✓</a>'
    )


def race_table(record: dict[str, Any], length: int) -> str:
    """A row for each network that raced at this length: its own rate, the seeds that
    solved the task there, the training steps, those over the GRU's, and at how many
    rates almost all seeds did.
    """
    settings, names = record["settings"], records()["names"]
    long, rates = settings["long_budget"], len(settings["learning_rates"])
    lines = [
        "| Network | Own rate | Solved at it | Training steps | Over the GRU's | "
        "Works at |",
        "|---|---|---|---|---|---|",
    ]
    for network in settings["networks"]:
        found = record["races"][network].get(str(length))
        if found is None:
            continue
        over = record["over_gru"][str(length)].get(network)
        cells = [
            names[network]["name"],
            str(found["rate"]),
            solved_of(found["solved"]),
            median_of(found["steps"], long),
            "1" if over is None else f"{times(over)}, {over['verdict']}",
            f"{len(found['works_at'])} of {rates} rates",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def rate_table(record: dict[str, Any], length: int) -> str:
    """How many seeds of each network solved the task at each rate."""
    settings, names = record["settings"], records()["names"]
    rates = [str(rate) for rate in settings["learning_rates"]]
    head = f"| Learning rate | {' | '.join(rates)} |"
    lines = [head, "|---" * (len(rates) + 1) + "|"]
    for network in settings["networks"]:
        if found := record["races"][network].get(str(length)):
            shares = [str(found["by_rate"][rate]["solved"]) for rate in rates]
            lines.append(f"| {names[network]['name']} | {' | '.join(shares)} |")
    return "\n".join(lines)


def rerun(name: str) -> str:
    """How to run an experiment again, when it was recorded, and where its record is."""
    record = _record(name)
    made = record["recorded"]
    reads = record["settings"].get("reads", [])
    ran = [record, *(_record(other) for other in reads)]
    cores = 1 if name in TIMED_ALONE else 2
    seconds = sum(piece["seconds"] for one in ran for piece in one["pieces"]) / cores
    minutes = round(seconds / 60)
    took = f"about {minutes} minutes" if minutes > 1 else "about a minute"
    what = "this" if record["pieces"] else "this runs what it reads: it"
    how = "one piece after the other" if cores == 1 else "on all cores"
    whose = "its" if record["pieces"] else "their"
    chosen = name if record["pieces"] else f'"{" ".join(reads)}"'
    stamp = (
        f", its deciding pieces again on {made['stamped']}" if "stamped" in made else ""
    )
    return (
        f"```sh\nmake evidence only={chosen}\n```\n\n"
        f"In a clone of the project, {what} runs {how}, compares every outcome with "
        f"the record and writes a new one; on two cores it takes {took}. `make test` "
        f"and `make long` run {whose} cheapest deciding pieces again.\n\n"
        f"Measured on {made['date']}{stamp} on {ran[-1]['recorded']['processor']}, "
        f"with Keras {made['keras']}, TensorFlow {made['tensorflow']} and NumPy "
        f"{made['numpy']}. "
        f"[Download the record](/files/experiments/{name}.json){{ download }}: "
        f"settings, seeds and the outcome of every run.{superseded(name)}"
    )


LIBRARIES = {"keras": "Keras", "pytorch": "PyTorch"}


def shown(program: str, section: str) -> str:
    """A tab for each library whose program of that name has the section: its lines, and
    what they print; without a script, one labelled block after the other.
    """
    tabs: list[str] = []
    for library, name in LIBRARIES.items():
        path = SNIPPETS / "practice" / f"{program}_{library}.py"
        mark = f"[start:{section}]\n"
        if not path.is_file() or mark not in path.read_text(encoding="utf-8"):
            continue
        blocks = [f'```python\n--8<-- "practice/{path.name}:{section}"\n```']
        printed = path.with_suffix(".out").read_text(encoding="utf-8")
        if printed.partition(mark)[2].partition("--8<--")[0]:
            out = f"practice/{path.stem}.out:{section}"
            blocks.append(f'```text\n--8<-- "{out}"\n```')
        label = f"{name}\n{{: .library }}"
        body = indent("\n\n".join([label, *blocks]), "    ")
        first = "" if tabs else "!"  # a set of its own, whatever stands before
        tabs.append(f'==={first} "{name}"\n\n{body}\n')
    if not tabs:
        raise ValueError(
            f"shown: expected a section of practice/{program}_keras.py or "
            f"practice/{program}_pytorch.py, got {section!r}"
        )
    return "\n".join(tabs)


PROJECTS = {
    "keras": "keras-team/keras",
    "tf-keras": "keras-team/tf-keras",
    "tensorflow": "tensorflow/tensorflow",
    "pytorch": "pytorch/pytorch",
    "onnx": "onnx/onnx",
    "tfjs": "tensorflow/tfjs",
}


def asked(*threads: str) -> str:
    """Where a question was asked, 'keras#7403' or 'owner/name#5': a line of links."""
    links = []
    for thread in threads:
        name, _, number = thread.partition("#")
        if not number.isdigit():
            raise ValueError(f"asked: expected project#number, got {thread!r}")
        address = f"https://github.com/{PROJECTS.get(name, name)}/issues/{number}"
        links.append(f'<a href="{address}">{thread}</a>')
    return f'<p class="asked">Asked in {", ".join(links)}.</p>'


def exhibit(name: str) -> str:
    """An exhibit of wrong_grus.py: its lines against the right ones, and its tests."""
    one = records()["wrong_grus"][name]
    lines = ["```diff"]
    for right, wrong in one["lines"].items():
        for sign, text in (("-", right), ("+", wrong)):
            lines += [f"{sign} {line.strip()}" for line in text.strip().split("\n")]
    lines += ["```", ""]
    red = ", ".join(f"`{test}`" for test in one["red"])
    return "\n".join(
        [*lines, f"Off by up to {fixed(one['off'])}. Red: {red}; green: the others."]
    )


def whole_files(program: str) -> str:
    """Links to the programs that a page of answers quotes, whole."""
    links = [
        f"[{path.name}](/files/practice/{path.name}){{ download }}"
        for library in LIBRARIES
        if (path := SNIPPETS / "practice" / f"{program}_{library}.py").is_file()
    ]
    return f"All programs of this page, to run as they are: {' and '.join(links)}."


QUESTION = re.compile(r"^## (.+) \{ #([\w-]+) \}\n\n((?:.+\n)+?)\n", re.MULTILINE)


def questions() -> list[dict[str, Any]]:
    """The questions of the pages of Practice, in the order of the navigation: file,
    title, and of each question its words, its anchor and its first sentence.
    """
    found = []
    for path in practice_pages():
        text = path.read_text(encoding="utf-8")
        asked_here = [
            {"words": words, "anchor": anchor, "answer": answer.split("\n")[0]}
            for words, anchor, answer in QUESTION.findall(text)
        ]
        if asked_here:
            page = {"file": path.name, "title": titles()[f"practice/{path.name}"]}
            found.append(page | {"questions": asked_here})
    return found


def practice_pages() -> list[Path]:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    return [DOCS / page for page in re.findall(r"practice/[\w-]+\.md", text)]


def superseded(name: str) -> str:
    """Links to the records that stood here before, each under its date."""
    links = [
        f"[{path.stem.removeprefix(f'{name}-')}](/evidence/superseded/{path.name})"
        "{ download }"
        for path in sorted((DOCS / "evidence" / "superseded").glob(f"{name}-*.json"))
    ]
    return f" Records that stood here before: {', '.join(links)}." if links else ""


def _record(name: str) -> dict[str, Any]:
    record: dict[str, Any] = read_json(SNIPPETS / "experiments" / f"{name}.json")
    return record


def refusing_undefined(function: Callable[..., str]) -> Callable[..., str]:
    """The filter, but an unknown record or key is named in the error."""

    @wraps(function)
    def checked(value: Any, *options: Any) -> str:
        if isinstance(value, Undefined):
            str(value)  # Jinja's strict kind raises and says what is missing
        return function(value, *options)

    return checked


class Environment(Protocol):
    variables: dict[str, Any]
    page: Any

    def filter(self, function: Any) -> Any: ...

    def macro(self, function: Any, name: str = "") -> Any: ...


def define_env(env: Environment) -> None:
    """Called by mkdocs-macros at the start of each build."""
    found, known = records(), findings()
    network_names = {key: one["name"] for key, one in found["names"].items()}
    biases = {"gru_0": "bias 0", "gru_2": "bias 2", "gru_4": "bias 4"}
    gate_names = {"rnn": "RNN"} | {key: f"GRU, {bias}" for key, bias in biases.items()}
    env.variables.update(
        {
            **found,
            "glossary": load(DOCS / "reference" / "glossary.yml"),
            "network_names": network_names,
            "gate_names": gate_names,
            "claims": claims(),
            "titles": titles(),
        }
    )
    for function in FILTERS:
        env.filter(refusing_undefined(function))

    def root() -> str:
        return "../" * env.page.url.count("/")

    for macro in (
        programs,
        rerun,
        race_table,
        rate_table,
        shown,
        asked,
        exhibit,
        whole_files,
        questions,
    ):
        env.macro(macro)
    env.macro(lambda name: lab(name, root()), "lab")
    page = address_of("claims.md")
    env.macro(lambda *names: mark(known, root() + page, *names), "so")
