"""Pages quote live code and fresh records, and type neither."""

import re
from pathlib import Path

import pytest
import yaml

from extensions import macros
from extensions.glossary import load, spellings
from extensions.links import pages
from snippets.labs import which_one
from tools.record import ROOT, SNIPPETS

DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if "files" not in path.parts)
FENCED = re.compile(
    r"^(?P<indent> *)(?P<ticks>`{3,})(?P<info>[^\n]*)\n(?P<body>.*?)"
    r"^(?P=indent)(?P=ticks)$",
    re.MULTILINE | re.DOTALL,
)


def name(path):
    return path.relative_to(DOCS).as_posix()


def text(path):
    return path.read_text(encoding="utf-8")


def prose(path):
    """What a page types: no quoted code, no number of a record, no address."""
    words = re.sub(r"^search:\n.*\n", "", FENCED.sub("", text(path)), flags=re.M)
    words = re.sub(r"\[\[.*?\]\]", "", words, flags=re.DOTALL)
    words = re.sub(r"\]\([^)]*\)", "]", words)
    words = re.sub(r"\{ #[^}\n]*\}|^--8<--.*$", "", words, flags=re.MULTILINE)
    return re.sub(r"<[^>]*>", "", words)


every_page = pytest.mark.parametrize("path", PAGES, ids=name)
content = pytest.mark.parametrize(
    "path", [p for p in PAGES if p.parent.name != "reference"], ids=name
)


@every_page
def test_code_is_quoted(path):
    for fence in FENCED.finditer(text(path)):
        if len(fence["ticks"]) > 3:  # shows how to quote
            continue
        language = re.match(r"\W*(\w*)", fence["info"])[1]
        allowed = {
            "python": r' *--8<-- "[^"\n]+"\n',
            "text": r' *--8<-- "[^"\n]+"\n',
            "sh": r"make .+\n",
        }
        assert re.fullmatch(allowed.get(language, "$^"), fence["body"]), (
            f"{name(path)} types code:\n{fence[0]}\nput it into snippets/ and quote "
            'it: --8<-- "folder/file.py:section"'
        )


@content
def test_numbers_are_quoted(path):
    """Numbers above twelve; a year goes with its authors."""
    words = re.sub(r"(et al\.|[A-Z]\w+) (19|20)\d\d\b", "", prose(path))
    typed = re.findall(r"(?<![\w.])\d[\d,.]*\d|(?<![\w.])\d", words)
    typed = [number for number in typed if not re.fullmatch(r"\d|1[0-2]", number)]
    assert not typed, (
        f"{name(path)} types {typed}: a number that a run gave is quoted from its "
        "record, [[ record.key | fixed ]]; a definition or a setting to try says that "
        "it is typed on purpose by [[ 100 ]]"
    )


@content
def test_claims_carry_a_mark(path):
    """Of what claims something, this sees the cards with a verdict, the myths, and the
    points under 'What it shows', and no other sentence.
    """
    rows = re.findall(r'<div class="card.*?</div>', text(path), re.DOTALL)
    shown = re.search(r"^## What it shows$(.*?)^## ", text(path), re.S | re.M)
    points = re.split(r"^- ", shown[1], flags=re.MULTILINE)[1:] if shown else []
    for said in rows + points:
        assert "[[" in said, (
            f"{name(path)}: what does this rest on?\n{said.strip()}\nmark it with a "
            'finding, [[ so("name") ]], or quote a number'
        )


MARK = re.compile(r"\[\[ so\(([^)]*)\) \]\]")
NETWORKS = re.compile(r"\b(RNN|GRU|LSTM)")
RANKS = re.compile(
    r"\b(always|never|cannot|faster|slower|better|best|worse|outperforms?|beats?|wins?)\b"
)


@pytest.mark.parametrize(
    "path",
    [p for p in PAGES if p.parent.name not in ("practice", "reference")],
    ids=name,
)
def test_a_sentence_that_ranks_a_network_says_what_it_rests_on(path):
    """A mark, a number, a link; or it asks, doubts, repeats what *others say*, leads
    into a **point** or names what a run does not show, 'That ...'. Under an answer of
    Practice stands the run that shows it.
    """
    _, front, body = FENCED.sub("", text(path)).split("---\n", 2)
    for line in [yaml.safe_load(front)["description"], *body.splitlines()]:
        line = re.sub(rf"([.!?])((?:{MARK.pattern})+)", r"\2\1", line)
        for sentence in re.split(r"(?<=[.!?]) (?=[A-Z])", line):
            said = re.sub(r"\*[^*]+\*", "", sentence)
            rests = re.search(r"\[\[|\]\(|\?|\bmay\b|^That ", said)
            ranks = NETWORKS.search(said) and RANKS.search(said)
            assert rests or not ranks, f"{name(path)}: what shows this? {sentence!r}"


# What can turn a claim round: a marked sentence and its findings say it in the same
# words, the second of each pair.
TURNING = {
    "more": "more", "less": "less", "fewer": "few", "fast|faster": "fast",
    "slow|slower": "slow", "early|earlier": "earl", "late|later": "late",
    "sooner": "soon", "high|higher|highest": "high", "low|lower|lowest": "low",
    "longer": "long", "shorter": "short", "larger": "large", "smaller": "small",
    "wider": "wide", "narrower": "narrow", "better|best": "be(tter|st)",
    "worse|worst": "wors", "above": "above|over", "below": "below|under",
    "rises": "rises|grow", "falls": "falls|falling", "fails|failed": "fail",
}  # fmt: skip


def marked(path):
    """Each marked sentence, and the words of each of its findings."""
    for line in text(path).splitlines():
        line = re.sub(rf"([.!?])((?:{MARK.pattern})+)", r"\2\1", line)
        for sentence in re.split(r"(?<=[.!?]) (?=[A-Z])", line):
            names = re.findall(r'"([^"]+)"', " ".join(MARK.findall(sentence)))
            if names:
                said = re.sub(r"\[\[.*?\]\]|\]\([^)]*\)", "", sentence)
                yield said, [FINDINGS[one]["words"] for one in names]


FINDINGS = macros.findings()


def unlike(sentence, findings):
    """What a sentence says otherwise than its findings, in words; empty if nothing."""
    wrong, words = [], " ".join(findings)
    said, known = NETWORKS.findall(sentence), NETWORKS.findall(words)
    firsts = {NETWORKS.findall(one)[0] for one in findings if NETWORKS.search(one)}
    if said and known:
        wrong += [f"{one}, which no finding names" for one in {*said} - {*known}]
        if said[0] not in firsts:
            wrong.append(f"{said[0]} first, a finding {' or '.join(sorted(firsts))}")
    for word, same in TURNING.items():
        found = re.search(rf"\b({word})\b", sentence, re.IGNORECASE)
        if found and not re.search(rf"\b({same})", words, re.IGNORECASE):
            wrong.append(f"{found[0]!r}, which no finding says")
    return wrong


@content
def test_a_marked_sentence_says_what_its_finding_says(path):
    for sentence, findings in marked(path):
        wrong = unlike(sentence, findings)
        assert not wrong, (
            f"{name(path)}: {sentence!r} says {'; '.join(wrong)}: {findings}. Tell it "
            "in the finding's words, or let the finding say more, if its record does"
        )


@every_page
def test_a_number_is_that_of_the_network_it_stands_by(path):
    """Of the last that was named, or of the one that it is a number for or in."""
    for line in FENCED.sub("", text(path)).splitlines():
        last = ""
        for place in re.finditer(r"\[\[ (.*?) \]\]|\b(RNN|GRU|LSTM)s?\b", line):
            quoted, named = place.groups()
            last = named or last
            if named or quoted.startswith("so("):
                continue
            quoted = quoted.replace("over_rnn", "")
            keys = {*re.findall(r"(?<![a-z])(rnn|gru|lstm)(?![a-z])", quoted)}
            after = r"[^,;.|\[]{0,40}?\b(?:for|in) (?:the|Keras's) (RNN|GRU|LSTM)"
            beside = re.match(after, line[place.end() :])
            network = (beside[1] if beside else last).lower()
            assert len(keys) != 1 or not network or keys == {network}, (
                f"{name(path)}: {quoted!r} stands by {network}: {line!r}"
            )


EXPERIMENTS = {
    one["name"]: one["page"].partition("#")[0]
    for one in macros.claims()
    if one["source"].startswith("experiments/")
}


@pytest.mark.parametrize(
    "path", [p for p in PAGES if p.name in EXPERIMENTS.values()], ids=name
)
def test_an_experiment_s_page_links_to_another_that_it_leans_on(path):
    for line in text(path).splitlines():
        for mark in re.findall(r'"([^"]+)"', " ".join(MARK.findall(line))):
            page = EXPERIMENTS.get(mark, path.name)
            assert page == path.name or page in line, (
                f"{name(path)}: {mark} is a finding of {page}: is it the right one? If "
                f"so, link to the page: {line!r}"
            )


def test_what_a_verdict_confirms_its_findings_say():
    """Under a heading that compares: true, they say so; false, they do not."""
    cards = re.findall(
        r'^## [^\n]*\*([^\n]+)\*\n\n<div class="card" markdown>\n'
        r'<span class="verdict (\w+)">(.*?)</div>',
        text(DOCS / "guide" / "comparison.md"),
        re.MULTILINE | re.DOTALL,
    )
    assert len(cards) >= 5
    for claim, verdict, card in cards:
        names = re.findall(r'"([^"]+)"', " ".join(MARK.findall(card)))
        words = " ".join(FINDINGS[name]["words"] for name in names)
        for word, same in TURNING.items():
            if re.search(rf"\b({word})\b", claim):
                confirmed = bool(re.search(rf"\b({same})", words))
                assert confirmed == (verdict != "false"), f"{claim}: {words}"


# What reads like a translation, or means two things, and what to say.
BETTER = {
    r"gates? (is |are |starts? )?(half )?open\b|\bopen (update )?gates?\b": (
        "starts out remembering (update-gate bias 2), keeps"
    ),
    r"as Keras starts": "with Keras's defaults",
    r"\bdearer\b": "costs more, takes longer",
    r"\bgets? (there|through)\b|\barrives? at the": "solves",
    r"from a seed|\d of \d random starts": "on all five seeds",
    r"as nearly .{1,20} as may be|with an eye on": "say it plainly",
}


@every_page
def test_words(path):
    for wrong, better in BETTER.items():
        found = re.search(wrong, prose(path), re.IGNORECASE)
        assert not found, f"{name(path)} says {found[0]!r}: say {better!r}"


def test_every_section_is_shown():
    shown = set()
    for path in PAGES:
        shown |= set(re.findall(r'--8<-- "(\w+/\w+\.py):([\w-]+)"', text(path)))
        for program, section in re.findall(r'shown\("(\w+)", "([\w-]+)"\)', text(path)):
            for library in macros.LIBRARIES:
                shown.add((f"practice/{program}_{library}.py", section))
    for path in SNIPPETS.rglob("*.py"):
        for section in re.findall(r"\[start:([\w-]+)\]", text(path)):
            file = path.relative_to(SNIPPETS).as_posix()
            if section == "settings" and path.parent.name == "labs":
                continue  # where a lab's own settings go
            said = f"{file}: no page shows {section}, take its two markers out"
            assert (file, section) in shown, said


@pytest.mark.parametrize("rule", which_one.RULES, ids=lambda rule: rule["name"])
def test_a_rule_rests_on_findings_that_hold(rule):
    for finding in rule.get("rests_on", []):
        assert FINDINGS[finding]["holds"], f"{finding}: {FINDINGS[finding]['figures']}"


def test_rules_change_where_lags_were_tried():
    tried = [0, *macros.records()["recall"]["settings"]["lags"], None]
    for rule in which_one.RULES:
        least, most = rule["when"].get("lag", [1, None])
        assert {least - 1, most} <= {*tried}, rule["name"]


THREAD = re.compile(r'"([\w./-]+#\d+)"')


def test_questions_are_answered_by_runs_lead_to_documentation_and_were_asked():
    threads, answered = set(), 0
    for page in macros.practice_pages():
        for question in re.split(r"^## ", text(page), flags=re.MULTILINE)[1:]:
            if "?" not in question.splitlines()[0]:
                continue  # no question: the list of all, the museum
            said = f"{name(page)}: {question.splitlines()[0]}"
            # A first sentence that the list of all can show, without a macro.
            assert re.match(r".+ \{ #[\w-]+ \}\n\n[^\[<|]+\.\n", question), said
            assert re.search(r"\[\[ shown\(", question), said
            assert re.search(r"^Docs: \[", question, re.MULTILINE), said
            asked = set(THREAD.findall(question))
            threads |= asked
            answered += bool(asked)  # the others are our own
    assert answered >= 60
    assert len(threads) >= 60


def test_an_answer_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match=r"expected a section of .* got 'nothing'"):
        macros.shown("shapes", "nothing")
    with pytest.raises(
        ValueError, match=r"asked: expected project#number, got 'keras'"
    ):
        macros.asked("keras")


def test_every_finding_is_used():
    unused = [one["name"] for one in macros.claims() if not one["used"]]
    assert not unused, f"no page leans on {unused}: mark a sentence, or delete them"


@every_page
def test_a_page_has_a_description_and_a_title(path):
    _, front, body = text(path).split("---\n", 2)
    assert 40 < len(yaml.safe_load(front)["description"]) < 170, "for search engines"
    titles = re.findall(r"^# \S", FENCED.sub("", body), re.MULTILINE)
    assert len(titles) == 1, f"{name(path)}: expected one title, got {len(titles)}"


OPENED = ("guide", "articles", "evidence", "labs", "practice")


@pytest.mark.parametrize(
    "path",
    [p for p in PAGES if p.parent.name in OPENED],
    ids=name,
)
def test_a_page_opens_with_the_answer_and_ends_with_something_to_do(path):
    body = text(path).split("---\n", 2)[2]
    assert re.match(r"\s*# .+\n\n<div class=\"answer\" markdown>", body), name(path)
    assert "??? question" in body, f"{name(path)}: end with a question to try"


def test_citations_stand_in_the_references():
    known = text(DOCS / "reference" / "references.md")
    for path in SNIPPETS.rglob("*.py"):
        for identifier in re.findall(r"(?:arXiv:|doi:)[\w./-]*\w", text(path)):
            assert identifier in known, f"{path.name} cites {identifier}: add it there"


def test_references_are_in_order_and_link_to_what_they_name():
    entries = text(DOCS / "reference" / "references.md").split("\n## ")[1:]
    heads = [entry.split(" {")[0].lower() for entry in entries]
    assert heads == sorted(heads)
    for entry in entries:
        shown, address = re.search(r"\[([^\]]+)\]\((https://[^)]+)\)", entry).groups()
        assert re.sub("^(arXiv|doi):", "", shown) in address, entry
        assert "\nFor: " in entry, entry


def test_glossary_terms_are_unambiguous_and_used():
    entries = load(DOCS / "reference" / "glossary.yml")
    words = [word for entry in entries for word in {*spellings(entry)}]
    assert len(words) == len(set(words)), "two entries claim one spelling"
    said = " ".join(" ".join(map(prose, PAGES)).split())
    for entry in entries:
        assert any(word in said for word in spellings(entry)), (
            f"unused: {entry['term']}"
        )


def test_an_incomplete_glossary_entry_is_refused(tmp_path):
    file = tmp_path / "glossary.yml"
    file.write_text("- term: gate\n", encoding="utf-8")
    with pytest.raises(ValueError, match="expected term, means"):
        load(file)


PRINTED = [
    (macros.count(12864), "12,864"),
    (macros.fixed(-0.4516, 3), "−0.452"),
    (macros.power(8.6e-7), "9 × 10<sup>−7</sup>"),
    (macros.power(2.4e-7, 1), "2.4 × 10<sup>−7</sup>"),
    (macros.power(0.1834), "0.18"),
    (
        macros.solved_of({"solved": 18, "of": 20, "low": 70, "high": 97}),
        "18 of 20 (70 to 97 %)",
    ),
    (
        macros.median_of({"median": 1050.0, "low": 600.0, "high": None}, 20000),
        "1,050 (600 to over 20,000)",
    ),
    (
        macros.median_of({"median": None, "low": 600.0, "high": None}, 20000),
        "not within 20,000",
    ),
    (macros.times({"ratio": 0.421, "low": 0.4, "high": 0.5}), "0.421 (0.4 to 0.5)"),
    (
        macros.times({"ratio": 3.0, "low": 2.0, "high": None}),
        "3 (2 to beyond the budget)",
    ),
    (macros.times({"ratio": None, "low": None, "high": None}), "beyond the budget"),
    (macros.interval([2.34, 2.41, 2.5]), "2.4 (2.3 to 2.5)"),
    (macros.mean_of({"mean": 96.71, "low": 96.3, "high": 97.1}), "96.7 (96.3 to 97.1)"),
    (macros.figures({"rnn": {"10": [None, None]}, "x": [1500, None, 0.12345]}), None),
]


@pytest.mark.parametrize(("printed", "expected"), PRINTED)
def test_ways_to_print(printed, expected):
    assert printed == (expected or "rnn: 10: none of 2; x: 1,500, none, 0.1235")


def test_a_page_says_how_its_experiment_runs_again():
    for path in (SNIPPETS / "experiments").glob("*.json"):
        alone = "\nALONE = True" in text(path.with_suffix(".py"))
        said = "one piece after the other" if alone else "on all cores"
        assert said in macros.rerun(path.stem), path.stem


def test_a_count_is_a_whole_number():
    with pytest.raises(ValueError, match=r"count: expected a whole number, got 3.5"):
        macros.count(3.5)


KNOWN = {
    "true": {"holds": True, "words": "So it is", "figures": {}, "record": "r"},
    "false": {"holds": False, "words": "Not so", "figures": {"gru": 3}, "record": "r"},
}


def test_a_mark_leads_to_its_finding():
    sign = macros.mark(KNOWN, "../../reference/claims/", "true")
    assert 'href="../../reference/claims/#true"' in sign


@pytest.mark.parametrize(
    ("finding", "said"),
    [("flase", "got 'flase'"), ("false", r"contradicts 'false' \(Not so\): gru: 3")],
)
def test_a_false_or_unknown_finding_is_refused(finding, said):
    with pytest.raises(ValueError, match=said):
        macros.mark(KNOWN, "", finding)


def test_two_records_or_pages_of_one_name_are_refused(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.json").write_text("{}", encoding="utf-8")
        (tmp_path / folder / "same.md").write_text("# Same", encoding="utf-8")
    with pytest.raises(ValueError, match=r"expected one same.json"):
        macros.records(Path(tmp_path))
    with pytest.raises(ValueError, match=r"expected one same.md"):
        pages(Path(tmp_path))
