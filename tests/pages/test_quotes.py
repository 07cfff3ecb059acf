"""Every page quotes live code and fresh records, and types neither."""

import re
from collections import Counter

import jupytext
import nbformat
import pytest
import yaml

from extensions.glossary import load, spellings
from extensions.quote import strip_markers, whole_file_page
from extensions.records import (
    ROOT,
    count,
    fixed,
    power,
    quartiles,
    records,
    seed_by_seed,
    steps,
    verdict,
)
from snippets.record import NOTEBOOKS, SNIPPETS, programs
from snippets.standalone import labs
from tests.pages.source import (
    DOCS,
    FENCED,
    PAGES,
    SECTION,
    page_name,
    prose,
    quotes,
    text,
)

pages = pytest.mark.parametrize("path", PAGES, ids=page_name)
EXPERIMENTS = [*programs("experiments"), SNIPPETS / "training.py"]


def all_quotes():
    return [quote for path in PAGES for quote in quotes(path)]


@pages
def test_python_and_outputs_are_quoted_and_never_typed(path):
    """A fence holds one line that quotes; contributing.md shows how to write one."""
    for match in FENCED.finditer(text(path)):
        language = match["info"].strip("{} .").split()[0] if match["info"] else ""
        if page_name(path) == "reference/contributing.md":
            assert language == "text"
        elif language != "sh":
            quoted = re.fullmatch(r' *--8<-- "[\w/.:-]+"\n', match["body"])
            assert quoted, f"typed into {page_name(path)}:\n{match[0]}"
            assert language in ("python", "text")


def test_every_quoted_file_and_section_exists():
    for _, file, section in all_quotes():
        path = SNIPPETS / file
        assert path.is_file(), file
        if section:
            assert section in SECTION.findall(path.read_text(encoding="utf-8"))


def test_every_section_is_shown():
    shown = {(file, section) for _, file, section in all_quotes() if section}
    for path in [*programs(), *EXPERIMENTS, *labs()]:
        file = path.relative_to(SNIPPETS).as_posix()
        source = path.read_text(encoding="utf-8")
        for section in SECTION.findall(source):
            assert (file, section) in shown, f"{file}:{section} is not shown"
        starts, ends = SECTION.findall(source), re.findall(r"\[end:([\w-]+)\]", source)
        assert Counter(starts) == Counter(ends), file


def test_every_program_is_shown_whole_once_with_its_output():
    quoted = Counter((file, section) for _, file, section in all_quotes())
    for path in programs():
        file = path.relative_to(SNIPPETS).as_posix()
        assert quoted[file, None] == 1, f"{file} is not shown whole exactly once"
        assert quoted[file.replace(".py", ".out"), None] >= 1


def test_every_experiment_is_shown_whole_once_on_its_page():
    quoted = Counter((file, section) for _, file, section in all_quotes())
    for path in EXPERIMENTS:
        file = path.relative_to(SNIPPETS)
        assert quoted[file.as_posix(), None] == 1, f"{file} is not shown whole once"
        page, _, anchor = whole_file_page(file).partition("#")
        source = (DOCS / page).read_text(encoding="utf-8")
        assert f'--8<-- "{file.as_posix()}"' in source
        assert f"{{ #{anchor} }}" in source


def test_every_record_is_printed_on_a_page():
    expressions = " ".join(
        expression
        for path in PAGES
        for expression in re.findall(r"\[\[(.*?)\]\]", path.read_text("utf-8"))
    )
    for name in records():
        if name in ("article_form", "axis_order", "gru_model", "same_numbers"):
            continue  # shown as output; their numbers stand in no sentence
        if name in ("gradients", "which_one", "networks"):
            continue  # shown as output, or by the labs
        assert re.search(rf"\b{name}\.", expressions), f"{name}.json is printed nowhere"


# What a page may type: definitions, settings to try, names. Nothing measured.
TYPED = {
    "articles/backpropagation-through-time.md": ["Werbos 1990"],
    "code/from-scratch.md": ["boost: 0.5"],
    "code/with-keras.md": ["boost: 0.5"],
    "guide/gru.md": [r"\sigma(-0.6 + 0.2)", "to −30", "to 30,"],
    "guide/comparison.md": ["32-bit"],
    "labs/step-the-cell.md": ["pin r at 0.5"],
    "labs/gradients.md": ["inputs to 0.1", "a length of 100"],
    "labs/recall-race.md": ["it to step 20"],
    "labs/count-the-parameters.md": ["GRU of 32 units", "Set 32 units"],
    "labs/which-one.md": ["a lag of 15"],
    "code/example.md": ["np.arange(12)"],
    "code/output.md": ["32-bit", "(None, 64)", "gru_parameters(2, 64)"],
    "articles/rnns-for-beginners.md": ["by 0.3"],
    "reference/tested.md": ["32-bit", "64-bit"],
    "code_example.ipynb": ["with 64 units"],
    # Ports, bounds that a test checks, and numbers of exercises.
    "evidence/index.md": [
        ":8786 --nthreads",
        "MACHINE:8786`",
        "40 % or 100",
        "0.06 degrees",
    ],
    "evidence/time-to-solution.md": ["a lag of 20?"],
    "evidence/recall.md": ["a lag of 160 if", "to 512 examples"],
    "evidence/gradient-flow.md": ["of 0.99 leaves how much after 100 steps"],
    "evidence/inside-gate.md": ["at step 20?"],
    "evidence/sea-temperature.md": ["of 61 years"],
    "evidence/adding.md": ["to 512 examples"],
}
NOT_CHECKED = {
    "reference/references.md",  # volumes and identifiers
    "reference/contributing.md",  # versions, and how the filters print
}
NUMBER = re.compile(r"(?<![\w.])\d[\d,.]*\d|(?<![\w.])\d")


def typed_numbers(words):
    """Numbers in prose, except 0 to 12 and the year of a citation."""
    words = re.sub(r"(et al\.|and [A-Z]\w+) (19|20)\d\d\b", "", words)
    words = re.sub(r"CC BY 4\.0", "", words)
    for number in NUMBER.findall(words):
        if not re.fullmatch(r"\d|1[0-2]", number):
            yield number


def check_typed(name, words):
    for phrase in TYPED.get(name, []):
        assert phrase in words, (
            f"{name} no longer types {phrase!r}: take it off the list"
        )
        words = words.replace(phrase, "")
    typed = list(typed_numbers(words))
    assert typed == [], f"{name} types {typed}"


@pytest.mark.parametrize(
    "path", [p for p in PAGES if page_name(p) not in NOT_CHECKED], ids=page_name
)
def test_no_number_is_typed(path):
    check_typed(page_name(path), prose(path))


@pytest.mark.parametrize("path", programs("notebooks"), ids=lambda p: p.stem)
def test_the_notebook_is_its_source_and_types_no_number(path):
    notebook = nbformat.read(NOTEBOOKS / f"{path.stem}.ipynb", as_version=4)
    source = jupytext.read(path, fmt="py:percent")
    cells = [(c.cell_type, c.source) for c in notebook.cells]
    assert cells == [(c.cell_type, c.source) for c in source.cells]
    words = "\n".join(text for kind, text in cells if kind == "markdown")
    words = re.sub(r"\]\([^)]*\)", "]", words)
    check_typed(f"{path.stem}.ipynb", words)
    printed = "\n".join(
        output.text for cell in notebook.cells for output in cell.get("outputs", [])
    )
    # Its two sentences about the outcome, and the count in its output.
    errors = dict(re.findall(r"(\w+): \d+ parameters, error ([\d.]+)", printed))
    sizes = dict(re.findall(r"(\w+): (\d+) parameters, error", printed))
    naive = float(re.search(r"last value': ([\d.]+)", printed)[1])
    assert "beat the naive answer by far, and their errors are close" in words
    assert max(map(float, errors.values())) < naive / 2
    assert abs(float(errors["GRU"]) - float(errors["SimpleRNN"])) < 0.03
    assert "a third of the parameters" in " ".join(words.split())
    assert 0.3 < int(sizes["SimpleRNN"]) / int(sizes["GRU"]) < 0.37
    gru = records()["gru_model"]["gru"]
    assert f"by formula: {gru}\nby Keras:   {gru}\n" in printed


def test_the_number_check_sees_typed_numbers():
    words = (
        "It has 12,864 parameters, 3.05 times more (Cho et al. 2014), 64 units, 9 z."
    )
    assert list(typed_numbers(words)) == ["12,864", "3.05", "64"]
    assert list(typed_numbers("Keras 2048 units, `12,865`, $12866$")) == [
        "2048",
        "12,865",
        "12866",
    ]


@pages
def test_code_hides_in_no_other_form(path):
    """Only fences of backticks hold code; a shell block holds make alone."""
    body = path.read_text(encoding="utf-8").split("---\n", 2)[2]
    assert not re.search(r"^\s*~~~|<pre|<code", body, re.MULTILINE)
    for match in FENCED.finditer(body):
        if match["info"].strip() == "sh":
            only = r'make \w+( only=(\w+|"[\w ]+"))?\n'
            assert re.fullmatch(only, match["body"])
    loose = FENCED.sub("", body)
    for line in re.findall(r"\n\n(?:    )+(\S.*)", loose):
        inside = re.match(r"[-*\w(`$<–—'\"]", line) and not re.match(
            r"(import|from|def|for|print)\b", line
        )
        assert inside, f"indented code in {page_name(path)}: {line}"


@pages
def test_each_page_has_a_description_and_one_title(path):
    source = path.read_text(encoding="utf-8")
    _, front, body = source.split("---\n", 2)
    assert 40 < len(yaml.safe_load(front)["description"]) < 170
    body = FENCED.sub("", body)
    assert len(re.findall(r"^# \S", body, re.MULTILINE)) == 1


FOLDERS = ("guide", "articles", "evidence", "labs")
GUIDE = [p for p in PAGES if page_name(p).split("/")[0] in FOLDERS]
CODE = [DOCS / "code" / f"{name}.md" for name in ("example", "output", "conventions")]


@pytest.mark.parametrize("path", [*GUIDE, *CODE], ids=page_name)
def test_each_guide_page_opens_with_the_answer_and_ends_with_something_to_do(path):
    body = path.read_text(encoding="utf-8").split("---\n", 2)[2]
    assert re.match(r'\s*# .+\n\n<div class="answer" markdown>', body)
    if page_name(path).startswith("evidence"):  # the program follows, folded
        body = body.split("\n## The program")[0]
    assert "??? question" in body[-1200:]


def test_citations_of_snippets_stand_in_the_references():
    known = (DOCS / "reference" / "references.md").read_text(encoding="utf-8")
    for path in [*programs(), *EXPERIMENTS, *labs()]:
        source = path.read_text(encoding="utf-8")
        for identifier in re.findall(r"(?:arXiv:|doi:)[\w./-]*\w", source):
            assert identifier in known, f"{path.name} cites {identifier}"


def test_each_reference_has_an_identifier_that_matches_its_link():
    source = (DOCS / "reference" / "references.md").read_text(encoding="utf-8")
    entries = source.split("\n## ")[1:]
    assert len(entries) > 10
    for entry in entries:
        link = re.search(r"\[([^\]]+)\]\((https://[^)]+)\)", entry)
        assert link, entry
        shown, address = link.groups()
        shown = shown.removeprefix("arXiv:").removeprefix("doi:")
        assert shown in address
        assert "\nFor: " in entry
    everything = "\n".join(text(path) for path in PAGES)
    for anchor in re.findall(r"\{ #([\w-]+) \}", source):
        used = f"references.md#{anchor}" in everything
        by_snippet = anchor in ("elman-1990", "hochreiter-1997")
        assert used or by_snippet, f"{anchor} is cited nowhere"


def test_references_are_in_order():
    source = (DOCS / "reference" / "references.md").read_text(encoding="utf-8")
    names = re.findall(r"^## (.+?) \{", source, re.MULTILINE)
    assert names == sorted(names, key=str.lower)


def test_glossary_terms_are_unambiguous_and_used():
    entries = load(DOCS / "reference" / "glossary.yml")
    words = [word for entry in entries for word in {*spellings(entry)}]
    assert len(words) == len(set(words)), "two entries claim one spelling"
    everything = "\n".join(prose(p) for p in PAGES if p.stem != "glossary")
    everything += "".join(p.read_text("utf-8") for p in programs("notebooks"))
    everything = " ".join(everything.split())
    for entry in entries:
        used = any(word in everything for word in spellings(entry))
        assert used, f"glossary: {entry['term']} appears on no page"


def test_glossary_refuses_an_incomplete_entry(tmp_path):
    file = tmp_path / "glossary.yml"
    file.write_text("- term: gate\n", encoding="utf-8")
    with pytest.raises(ValueError, match="expected term, means"):
        load(file)


def test_ways_to_print_a_number():
    assert count(12864) == "12,864"
    assert fixed(-0.4516, 3) == "−0.452"
    assert power(8.6e-7) == "9 × 10<sup>−7</sup>"
    assert power(2.4e-7, 1) == "2.4 × 10<sup>−7</sup>"
    assert power(0.1834) == "0.18"
    assert steps([600, 650, 650]) == "600 to 650"
    assert steps([1000, 1000]) == "1,000"
    assert steps([None, None]) == "never (2 of 2 seeds)"
    assert steps([300, None]) == "300 from 1 seed, never from 1"
    assert steps([300, None, 400]) == "300 to 400 from 2 seeds, never from 1"
    assert seed_by_seed([1300, None, 250]) == "1,300, never, 250"
    assert quartiles([2.34, 2.41, 2.5]) == "2.4 (2.3 to 2.5)"
    assert verdict({"first": "gru", "time": 0.519}) == "GRU, 0.52"
    assert verdict({"first": "undecided", "time": 1.1}) == "close, 1.10"
    assert verdict({"first": "rnn", "time": None}) == "RNN alone"
    assert verdict({"first": "neither", "time": None}) == "neither"
    with pytest.raises(ValueError, match=r"count: expected a whole number, got 3.5"):
        count(3.5)


def test_two_records_of_one_name_are_refused(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"expected one same.json"):
        records(tmp_path)


def test_downloads_carry_no_markers():
    for path in programs():
        stripped = strip_markers(path.read_text(encoding="utf-8"))
        assert "--8<--" not in stripped
        compile(stripped, path.name, "exec")


def test_every_page_is_in_the_navigation():
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for path in PAGES:
        assert f": {page_name(path)}\n" in config, page_name(path)
