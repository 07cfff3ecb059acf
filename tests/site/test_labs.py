"""The labs: their arithmetic against NumPy's, and what a person can do with them."""

import gzip
import itertools
import json
import re
from importlib import import_module

import numpy as np
import pytest

from extensions.labs import bundle, element, questions
from snippets.from_scratch import gru_cell, gru_gradients, rnn_cell, rnn_gradients
from snippets.labs import gradients, recall_race, which_one
from snippets.record import run_alone
from snippets.standalone import labs, standalone, state
from tests.compare import difference
from tests.site import stills
from tests.site.test_browser import violations

pytestmark = pytest.mark.browser

STEMS = [path.stem for path in labs()]
NAMES = [element(stem) for stem in STEMS]
every_lab = pytest.mark.parametrize("name", NAMES)
SIZE_LIMIT = 15_000  # bytes, gzipped, of the script of all labs together
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
# Pages of the guide that a lab stands in, besides its own.
EMBEDDED = {
    "guide/gru": "step-the-cell",
    "guide/math": "gradients",
    "guide/comparison": "recall-race",
    "guide/when-to-use": "which-one",
}


def stem_of(name):
    return name.replace("-", "_")


# The arithmetic, without a page.


@pytest.fixture(scope="module")
def bare(browser):
    """An empty page with the labs' functions in reach."""
    page = browser.new_page()
    stills.load(page)
    yield page
    page.close()


def values(block):
    """A state as Python wrote it: its names in lower case, and their values."""
    found = {}
    exec(block, found)
    return {name.lower(): value for name, value in found.items() if name.isupper()}


def both(bare, name, states):
    """(what the script computes, what the program computes) for each state, which goes
    from one to the other as the lines that 'Copy as Python' writes.
    """
    program = import_module(f"snippets.labs.{stem_of(name)}")
    answers = bare.evaluate(
        """([name, states, given]) => states.map(change => {
            const lab = labs[name], state = { ...defaults(lab), ...change };
            return [lab.compute(state, given), python(lab, state, given)];
        })""",
        [name, states, stills.given(stem_of(name))],
    )
    for result, block in answers:
        given = values(block)
        given.pop("time", None)
        yield result, program.compute(**given)


def differ(ours, theirs):
    """The largest difference, relative to the size where that is above 1."""
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    assert ours.shape == theirs.shape
    return float(np.max(np.abs(ours - theirs) / np.maximum(1, np.abs(theirs))))


def differ_relative(ours, theirs):
    """The largest relative difference; what is 0 must be 0."""
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    assert ours.shape == theirs.shape
    assert np.array_equal(ours == 0, theirs == 0)
    return float(np.max(np.abs(ours - theirs) / np.where(theirs == 0, 1, theirs)))


def weights(random, features, units, blocks):
    width = blocks * units
    return {
        "kernel": random.normal(size=(features, width)).tolist(),
        "recurrent": (random.normal(size=(units, width)) / np.sqrt(units)).tolist(),
        "bias": random.normal(size=width).tolist(),
        "bias2": random.normal(size=width).tolist(),
    }


SIZES = [(1, 1), (1, 2), (3, 5), (2, 8), (7, 33)]


@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize(("features", "units"), SIZES)
def test_cells_and_their_gradients_are_those_of_the_snippets(
    bare, features, units, after
):
    """Twelve steps forward and all the way back, both cells, both resets, 5 seeds."""
    for seed in range(5):
        random = np.random.RandomState(seed)
        inputs = random.normal(size=(12, features))
        one, three = (weights(random, features, units, blocks) for blocks in (1, 3))
        first = random.normal(size=units)
        got = bare.evaluate(
            """([inputs, one, three, first, after]) => {
                let h = first.map(() => 0), g = first;
                const rnn = inputs.map(x => h = rnnStep(x, h, one));
                for (const made of [...rnn].reverse()) g = rnnBack(g, made, one);
                const back = g;
                h = first.map(() => 0); g = first;
                const gru = inputs.map(x => {
                    const made = gruStep(x, h, three, { after });
                    h = made.hidden;
                    return made;
                });
                for (const made of [...gru].reverse())
                    g = gruBack(g, made, three, after);
                return [rnn, back, gru.map(made => made.hidden), g].map(list =>
                    list.map(row => row.length ? [...row] : row));
            }""",
            [inputs.tolist(), one, three, first.tolist(), after],
        )
        batch = inputs[None]
        upstream = np.zeros((1, 12, units))
        upstream[0, -1] = first
        parts = [np.array(one[key]) for key in ("kernel", "recurrent")]
        bias = np.array(one["bias"]) + one["bias2"]
        expected = [
            rnn_cell.rnn_sequence(batch, *parts, bias)[0],
            rnn_gradients.rnn_gradients(batch, *parts, bias, upstream).initial_hidden[
                0
            ],
        ]
        parts = [np.array(three[key]) for key in ("kernel", "recurrent")]
        bias = np.array([three["bias"], three["bias2"]]) if after else three["bias"]
        form = {"reset_after": after}
        backward = gru_gradients.gru_gradients(batch, *parts, bias, upstream, **form)
        expected += [
            gru_cell.gru_sequence(batch, *parts, bias, **form)[0],
            backward.initial_hidden[0],
        ]
        for ours, theirs in zip(got, expected, strict=True):
            assert differ(ours, theirs) < 1e-9


@pytest.mark.parametrize("seed", [0, 1, 7, 99])
def test_random_numbers_are_those_of_numpy(bare, seed):
    ours = bare.evaluate(
        """seed => { const random = new RandomState(seed);
            return [random.uniform(-3, 2, 700), random.normal(701, 0.5),
                    random.uniform(0, 1, 5), random.normal(4)]; }""",
        seed,
    )
    random = np.random.RandomState(seed)
    theirs = [
        random.uniform(-3, 2, 700),
        random.normal(scale=0.5, size=701),
        random.uniform(0, 1, 5),
        random.normal(size=4),
    ]
    for one, other in zip(ours, theirs, strict=True):
        assert differ(one, other) < 1e-14


def step_states():
    """Cells, conventions, resets, pins and histories, drawn; 60 of them."""
    random = np.random.RandomState(0)
    gates, places = "zrh", [("W", ""), ("U", "1"), ("U", "2"), ("b", "")]
    names = [p + g + f + str(t) for p, f in places for g in gates for t in (1, 2)]

    def pin():
        return random.choice([None, None, 0, 1, 0.35])

    for number in range(60):
        drawn = {name: float(random.normal(scale=2)) for name in names}
        done = [[float(random.uniform(-2, 2)), pin(), pin()] for _ in range(number % 5)]
        yield drawn | {
            "preset": ["own", "own2"][number % 2],
            "convention": ["keep", "write"][number // 2 % 2],
            "reset": ["after", "before"][number // 4 % 2],
            "x": float(random.uniform(-2, 2)),
            "h1": float(random.uniform(-1, 1)),
            "h2": float(random.uniform(-1, 1)),
            "pinZ": bool(number // 3 % 2),
            "z": float(random.choice([0, 1, 0.25])),
            "pinR": bool(number // 5 % 2),
            "r": float(random.choice([0, 1, 0.25])),
            "done": done,
        }


def test_steps_are_those_of_the_program_and_of_the_tested_cell(bare):
    for ours, theirs in both(bare, "step-the-cell", list(step_states())):
        assert theirs["same"]
        for here, there in zip(ours, theirs["steps"], strict=True):
            for key in ("z", "r", "candidate", "hidden", "rnn"):
                assert differ(here[key], there[key]) < 1e-9


def test_what_the_step_lab_lets_one_see(bare):
    """z = 1 copies; z = 0 and r = 1 is a tanh RNN; the swap changes nothing; and with
    one unit the place of the reset makes no difference, with two it does.
    """
    ran = bare.evaluate(
        """states => states.map(change => {
            const lab = labs["step-the-cell"];
            const state = { ...defaults(lab), ...change, convention: "keep" };
            const last = more => lab.compute({ ...state, ...more }).at(-1);
            const open = { pinZ: false, pinR: false };
            return { copy: last({ pinZ: true, z: 1 }),
                rnn: last({ pinZ: true, z: 0, pinR: true, r: 1 }),
                plain: last(state), swapped: lab.compute(lab.act(state, "swap")).at(-1),
                after: last({ ...open, reset: "after", done: [] }).hidden,
                before: last({ ...open, reset: "before", done: [] }).hidden };
        })""",
        list(step_states()),
    )
    for case in ran:
        assert case["copy"]["hidden"] == case["copy"]["before"]
        assert differ(case["rnn"]["hidden"], case["rnn"]["rnn"]) < 1e-15
        assert differ(case["plain"]["hidden"], case["swapped"]["hidden"]) < 1e-12
        if len(case["after"]) == 1:
            assert differ(case["after"], case["before"]) < 1e-15
        else:
            assert differ(case["after"], case["before"]) > 1e-6


GRADIENTS = [
    {"length": length, "units": units, "scale": scale, "update_bias": bias}
    | {"start": start, "spread": spread, "seed": seed}
    for seed, (length, units, scale, (bias, spread), start) in enumerate(
        itertools.product(
            (5, 37, 100),
            (1, 8, 16, 64),
            (0, 1, 6),
            ((-4, 1), (0, 0.1), (4, 2)),
            ("keras", "pytorch"),
        )
    )
]


def test_gradients_are_those_of_the_program(bare):
    """Relative, so that what is left of a vanished gradient counts too."""
    assert len(GRADIENTS) == 216
    states = [one | {"seed": one["seed"] % 100} for one in GRADIENTS]
    for ours, theirs in both(bare, "gradients", states):
        for cell in ("rnn", "gru"):
            assert differ_relative(ours[cell], theirs[cell]) < 1e-9
        assert differ(ours["keep"], theirs["keep"]) < 1e-9


@pytest.mark.parametrize("after", [True, False])
def test_the_walk_of_the_lab_has_both_resets(bare, after):
    setting = {"length": 30, "units": 8, "scale": 2, "start": "pytorch", "spread": 1}
    ours = bare.evaluate(
        "given => gradients(given)",
        setting | {"update_bias": 1, "seed": 3, "after": after},
    )
    theirs = gradients.compute(**setting, update_bias=1, seed=3, reset_after=after)
    assert differ_relative(ours["gru"], theirs["gru"]) < 1e-9


def test_networks_replay_as_in_the_program(bare):
    states = [
        {"seed": seed, "mark": mark, "value": value, "sequence": sequence}
        for seed in range(5)
        for mark, value, sequence in ((1, -1, 0), (4, 0.8, 7), (20, 0.35, 42))
    ]
    for ours, theirs in both(bare, "recall-race", states):
        assert list(ours["told"]) == list(theirs)
        for name, told in theirs.items():
            for key, series in told.items():
                assert differ(ours["told"][name][key], series) < 1e-9


SIZES_TO_COUNT = list(
    itertools.product(
        (1, 3, 20), (1, 8, 64), (1, 2, 4), *[(False, True)] * 3, ("keras", "pytorch")
    )
)


def test_counts_are_those_of_the_program(bare):
    keys = [
        "features",
        "units",
        "layers",
        "bidirectional",
        "bias",
        "reset_after",
        "framework",
    ]
    states = [dict(zip(keys, sizes, strict=True)) for sizes in SIZES_TO_COUNT]
    for ours, theirs in both(bare, "count-the-parameters", states):
        for cell in ("rnn", "gru"):
            found = {key: ours[cell][key] for key in theirs[cell]}
            assert found == theirs[cell]


def test_every_answer_of_the_table_of_rules(bare):
    """All choices, and all lengths and lags on both sides of every edge."""
    edges = {1, 400}
    for rule in which_one.RULES:
        for name in ("length", "lag"):
            for edge in rule["when"].get(name, []):
                edges |= {edge - 1, edge, edge + 1} if edge else set()
    edges = sorted(edge for edge in edges if 1 <= edge <= 400)
    names = list(which_one.ANSWERS)
    states = [
        {"length": length, "lag": lag, **dict(zip(names, rest, strict=True))}
        for length in edges
        for lag in edges
        if lag <= length
        for rest in itertools.product(*which_one.ANSWERS.values())
    ]
    decided, held = set(), set()
    for ours, theirs in both(bare, "which-one", states):
        assert [rule["name"] for rule in ours["list"]] == theirs["fired"]
        assert ours["list"][0]["verdict"] == theirs["verdict"]
        decided.add(theirs["verdict"])
        held |= set(theirs["fired"])
    assert decided == {"RNN", "GRU", "no difference", "neither"}
    assert held == {rule["name"] for rule in which_one.RULES}
    assert len(states) > 3000


@every_lab
def test_the_lab_and_its_program_start_from_the_same_state(bare, name):
    path = next(path for path in labs() if path.stem == stem_of(name))
    block = bare.evaluate(
        "([name, given]) => python(labs[name], defaults(labs[name]), given)",
        [name, stills.given(path.stem)],
    )
    own = {key.lower(): value for key, value in state(path).items()}
    assert values(block) == own


def test_the_stills_are_what_the_labs_draw(bare):
    for stem, drawn in stills.stills(bare).items():
        record = (stills.LABS / f"{stem}.html").read_text(encoding="utf-8")
        assert difference(record, drawn, 0.11) is None, stem


@every_lab
def test_every_question_has_an_answer_among_its_choices(bare, name):
    asked = questions(name)
    assert 2 <= len(asked) <= 3
    answers = bare.evaluate(
        "([name, given]) => labs[name].answers.map(one => "
        "one(defaults(labs[name]), given))",
        [name, stills.given(stem_of(name))],
    )
    assert len(answers) == len(asked)
    for question, (right, words) in zip(asked, answers, strict=True):
        assert 0 <= right < len(question["choices"])
        assert len(words) > 10


def program(name):
    """compute() of a lab's program at its first state, with changes."""
    module = import_module(f"snippets.labs.{stem_of(name)}")
    path = next(path for path in labs() if path.stem == stem_of(name))
    first = {key.lower(): value for key, value in state(path).items()}
    first.pop("time", None)
    return lambda **change: module.compute(**first | change)


def expected_answers():
    """(lab, question, index of the right choice, numbers in the answer) by NumPy."""
    walk = program("gradients")
    two, four, wild = walk(update_bias=2), walk(update_bias=4), walk(scale=6)
    ends = two["rnn"][-1], two["gru"][-1]
    yield "gradients", 0, int(ends[1] > ends[0]), ends
    left = four["gru"][-1]
    yield "gradients", 1, (left >= 0.01) + (left > 0.1), [left]
    most = max(wild["gru"][1:])
    yield "gradients", 2, int(most > 1), [most]
    race = program("recall-race")
    z = race()["gru"]["z"]
    at, after = z[3], float(np.mean(z[4:]))
    yield "recall-race", 1, int(at >= after), [at, after]
    late = race(mark=20)
    near = recall_race.NEAR
    right = sum(abs(told["answers"][-1] - 0.8) < near for told in late.values())
    yield "recall-race", 2, 0 if right == 0 else 1 if right < 3 else 2, [right]
    other = race(value=-0.8)
    right = [name for name, t in other.items() if abs(t["answers"][-1] + 0.8) < near]
    some = any("gru" in name for name in right)
    yield "recall-race", 0, 0 if len(right) == 4 else 1 if some else 2, [-0.8]
    count = program("count-the-parameters")
    torch = count(framework="pytorch")
    sizes = [torch[cell]["parameters"] for cell in ("gru", "rnn")]
    yield "count-the-parameters", 0, int(torch["ratio"] != 3), [*sizes, torch["ratio"]]
    one, double = (count(units=u)["gru"]["parameters"] for u in (64, 128))
    times = double / one
    yield (
        "count-the-parameters",
        1,
        (times >= 2.5) + (times > 3.5),
        [one, double, times],
    )
    choose, verdicts = program("which-one"), ["RNN", "GRU", "no difference", "neither"]
    for number, change in enumerate(
        (
            {"lag": 300, "length": 300, "streaming": True},
            {"lag": 5, "device": "small", "data": "some"},
        )
    ):
        yield "which-one", number, verdicts.index(choose(**change)["verdict"]), []
    step = program("step-the-cell")
    first = [1, None, None]
    kept, bare = (step(steps=[first, [1, *p]])["steps"] for p in ((1, None), (0, 1)))
    yield "step-the-cell", 0, 0, [kept[0]["hidden"][0], kept[1]["hidden"][0]]
    yield "step-the-cell", 1, 1, [bare[1]["hidden"][0], bare[1]["rnn"][0]]
    yield "step-the-cell", 2, 2, [kept[0]["hidden"][0]] * 2


def test_the_answers_are_those_of_the_programs(bare):
    asked = 0
    for name, number, index, expected in expected_answers():
        right, words = bare.evaluate(
            "([name, n, given]) => labs[name].answers[n](defaults(labs[name]), given)",
            [name, number, stills.given(stem_of(name))],
        )
        assert right == index, (name, number)
        found = numbers(words)[: len(expected)]
        assert found == pytest.approx(list(expected), rel=6e-3, abs=6e-3)
        asked += 1
    assert asked == sum(len(questions(name)) for name in NAMES)


FAULTS = [
    ("gradients", "length", "", "expected a whole number from 5 to 100, got none"),
    ("gradients", "length", "abc", "expected a whole number from 5 to 100, got “abc”"),
    ("gradients", "length", "7.5", "expected a whole number from 5 to 100, got “7.5”"),
    ("gradients", "update_bias", "NaN", "expected a number from −4 to 8, got “NaN”"),
    ("gradients", "update_bias", "Infinity", "expected a number from −4 to 8, got"),
    ("gradients", "update_bias", "9", "expected a number from −4 to 8, got “9”"),
    ("gradients", "start", "jax", "expected keras or pytorch, got “jax”"),
    ("count-the-parameters", "bias", "maybe", "expected yes or no, got “maybe”"),
    ("step-the-cell", "done", "1~~_9~~", "expected a number from −2 to 2, got “9”"),
    ("step-the-cell", "done", "1~4~", "expected a number from 0 to 1, got “4”"),
]


@pytest.mark.parametrize(("name", "field", "words", "said"), FAULTS)
def test_what_is_no_value_is_refused_with_what_is_allowed(
    bare, name, field, words, said
):
    got = bare.evaluate(
        """([name, field, words]) => {
            try { return ["taken", parse(labs[name].fields[field], words)]; }
            catch (why) { return ["refused", why]; }
        }""",
        [name, field, words],
    )
    assert got[0] == "refused"
    assert got[1].startswith(said)


@every_lab
def test_a_state_survives_the_address(bare, name):
    same = bare.evaluate(
        """name => Object.entries(labs[name].fields).map(([key, field]) => {
            const values = field.options ? Object.keys(field.options)
                : typeof field.value === "boolean" ? [true, false]
                : key === "done" ? [[], [[0.25, null, 1], [-1.5, 0, 0.35]]]
                : [field.min, field.max, field.value];
            return values.every(value => JSON.stringify(value)
                === JSON.stringify(parse(field, print(field, value))));
        })""",
        name,
    )
    assert len(same) > 3
    assert all(same)


# The shipped files.


def test_the_script_of_all_labs_is_small_and_knows_nobody_else(site):
    script = (site / "labs" / "labs.js").read_text(encoding="utf-8")
    assert script == bundle()
    assert len(gzip.compress(script.encode(), 6)) < SIZE_LIMIT
    assert "://" not in script
    assert not re.search(r"^import ", script, re.MULTILINE)


def test_programs_that_are_offered_run_alone(site):
    for path in labs():
        built = (site / "files" / "labs" / path.name).read_text(encoding="utf-8")
        assert built == standalone(path)
        assert "snippets." not in built
        assert "--8<--" not in built
        expected = path.with_suffix(".out").read_text(encoding="utf-8")
        assert difference(expected, run_alone(path.name, built)) is None


# A person at a page.


def enter(open_page, name, query="", address=None, **options):
    """The lab, alive, and its page."""
    query = f"?{query}" if query else ""
    page = open_page(address or f"labs/{name}", query=query, **options)
    lab = page.locator(f"lab-{name}")
    lab.scroll_into_view_if_needed()
    lab.locator("form").wait_for()
    return page, lab


def field(lab, name):
    """The number field, choice or box of that name."""
    return lab.locator(f"form [name='{name}']:not([type='range'])")


def shown(lab):
    """The numbers in the lab's table, row by row, as a reader sees them."""
    rows = []
    for row in lab.locator("tbody tr").all():
        cells = row.locator("th, td").all_inner_texts()
        rows.append([number for cell in cells for number in numbers(cell)])
    return rows


SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def numbers(words):
    """4.59 × 10⁻¹¹ and −0.5 as floats; words have none."""
    plain = words.replace("−", "-").replace(",", "")
    plain = re.sub(
        r" × 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda m: "e" + m[1].translate(SUPERSCRIPTS), plain
    )
    return [
        float(n) for n in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?", plain)
    ]


def printed_rows(name, printed):
    """The same numbers in what the program prints."""
    patterns = {
        "step-the-cell": r"^step \d+:(.*)$",
        "gradients": r"^( *\d+ .*e.*)$",
        "recall-race": r"^(?:rnn|equal_rnn|gru|open_gru) (.*)$",
        "count-the-parameters": r"^(?:RNN|GRU) (\d.*)$",
    }
    found = re.findall(patterns[name], printed, re.MULTILINE)
    return [
        [
            float(n.replace(",", ""))
            for n in re.findall(r"-?\d[\d.,]*(?:e[+-]\d+)?", row)
        ]
        for row in found
    ]


# States other than the first, as a link would bring them.
LINKS = {
    "step-the-cell": "preset=pair&reset=before&done=1~~_-0.5~0.25~_0.3~~1&x=-1.25"
    "&convention=write&pinZ=yes&z=0.3",
    "gradients": "length=100&scale=6&update_bias=2&start=pytorch&spread=0.3"
    "&units=40&seed=11",
    "recall-race": "mark=20&value=-0.35&time=21&seed=4&sequence=3",
    "count-the-parameters": "features=50&units=128&layers=3&bidirectional=yes"
    "&reset_after=no",
    "which-one": "length=400&lag=200&data=much&device=small&streaming=yes&budget=one",
}


def link(name):
    return "&".join(f"{name}.{part}" for part in LINKS[name].split("&"))


@pytest.mark.parametrize("linked", [False, True], ids=["start", "linked"])
@every_lab
def test_the_copied_program_prints_the_numbers_on_the_screen(open_page, name, linked):
    page, lab = enter(open_page, name, link(name) if linked else "", **CLIPBOARD)
    lab.get_by_role("button", name="Copy as Python").click()
    lab.locator(".lab-note", has_text="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    printed = run_alone("copied.py", copied)
    if name == "which-one":
        rules = lab.locator("tbody th").all_inner_texts()
        assert re.findall(r"^\d+\. (.*) ->", printed, re.MULTILINE) == rules
        verdict = re.search(r"Which one\? (.*)", printed)[1]
        assert (
            lab.locator("figcaption").inner_text().lower().startswith(verdict.lower())
        )
        return
    rows, expected = shown(lab), printed_rows(name, printed)
    if name == "step-the-cell":  # the head of a row says which step and which unit
        units = lab.locator("tbody th", has_text="unit").count()
        rows = [row[2 if units else 1 :] for row in rows]
    if name == "recall-race":
        assert len(rows) == 4
    assert rows == expected
    assert sum(map(len, rows)) >= 6
    lab.get_by_text("See the Python").click()
    page.wait_for_function(
        "copied => document.querySelector('.lab-code code').textContent === copied",
        arg=copied,
    )


def everything(lab):
    """Every control's value, the picture, its sentence and the table."""
    controls = lab.locator("form [name]").evaluate_all(
        "all => all.map(e => [e.name, e.value, e.checked, e.disabled])"
    )
    return controls, lab.locator("figure").inner_html(), shown(lab)


@every_lab
def test_a_link_opens_the_lab_as_it_was(open_page, name):
    page, lab = enter(open_page, name, link(name))
    assert lab.locator(".lab-note").inner_text() == ""
    before = everything(lab)
    for part in LINKS[name].split("&"):
        key, words = part.split("=")
        if key != "done":
            control = field(lab, key)
            if control.get_attribute("type") == "checkbox":
                words, was = words == "yes", control.is_checked()
            else:
                was = control.input_value()
            assert was == words
    # Any change writes the address anew; back to what it was, and open that.
    chosen = {"step-the-cell": "h1", "recall-race": "time"}.get(name)
    chosen = chosen or {"which-one": "lag"}.get(name, "units")
    was = field(lab, chosen).input_value()
    for value in ("1", was):
        field(lab, chosen).fill(value)
        field(lab, chosen).press("Tab")
    page.goto("about:blank")
    page.go_back()
    lab = page.locator(f"lab-{name}")
    lab.locator("form").wait_for()
    assert everything(lab) == before
    assert page.errors == []


@every_lab
def test_a_slider_is_dragged_and_the_number_follows(open_page, name):
    page, lab = enter(open_page, name)
    slider = lab.locator("input[type=range]").first
    key = slider.get_attribute("name")
    before, picture = field(lab, key).input_value(), lab.locator("svg").inner_html()
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.3, y)
    page.mouse.down()
    for part in (0.5, 0.7, 0.85):
        page.mouse.move(box["x"] + box["width"] * part, y)
    during = lab.locator("svg").inner_html()
    page.mouse.up()
    assert during != picture  # it moves while one drags
    assert field(lab, key).input_value() == slider.input_value() != before
    assert f"{name}.{key}=" in page.url
    # And back, in one step.
    lab.get_by_role("button", name="Undo").click()
    assert field(lab, key).input_value() == before
    assert lab.locator("svg").inner_html() == picture
    assert f"{name}.{key}=" not in page.url
    lab.get_by_role("button", name="Undo").click()
    assert "Nothing to undo" in lab.locator(".lab-note").inner_text()


@every_lab
def test_bad_values_keep_the_last_good_state(open_page, name):
    page, lab = enter(open_page, name)
    key = lab.locator("input[type=range]").first.get_attribute("name")
    number, picture = field(lab, key), lab.locator("svg").inner_html()
    good = number.input_value()
    for words in ("", "-99999", "1e999", "e"):
        number.fill("")
        page.keyboard.insert_text(words)
        assert number.get_attribute("aria-invalid") == "true"
        described = page.locator("#" + number.get_attribute("aria-describedby"))
        assert "expected a" in described.inner_text()
        assert f"still using {good}" in described.inner_text()
        assert lab.locator("svg").inner_html() == picture
    number.press("Tab")
    assert page.url.endswith(f"/labs/{name}/")
    heard = lab.locator(".lab-live")
    heard.get_by_text("expected a").wait_for(state="attached")
    assert heard.get_attribute("role") == "status"
    lab.get_by_role("button", name="Reset").click()
    assert number.input_value() == good
    assert number.get_attribute("aria-invalid") != "true"
    assert lab.locator(".lab-error", has_text="expected").count() == 0


def test_an_address_with_nonsense_says_so_and_uses_the_rest(open_page):
    query = "gradients.length=1e9&gradients.update_bias=4&gradients.seed=%3Cb%3E"
    _, lab = enter(open_page, "gradients", query)
    assert field(lab, "update_bias").input_value() == "4"
    assert field(lab, "length").input_value() == "50"
    said = lab.locator(".lab-note").inner_text()
    assert "length: expected a whole number from 5 to 100, got “1e9”" in said
    assert "got “<b>”" in said
    query = "which-one.length=20&which-one.lag=30"
    _, lab = enter(open_page, "which-one", query)
    assert field(lab, "lag").input_value() == "20"
    assert field(lab, "length").input_value() == "20"


def test_the_lag_and_the_length_move_each_other_along(open_page):
    _, lab = enter(open_page, "which-one")
    field(lab, "lag").fill("51")
    assert field(lab, "length").input_value() == "51"
    field(lab, "length").fill("7")
    assert field(lab, "lag").input_value() == "7"
    assert lab.locator("svg").get_by_text("lag 7").count() == 1


def test_steps_go_forward_and_back(open_page):
    page, lab = enter(open_page, "step-the-cell")
    lab.get_by_role("button", name="Step").click()
    field(lab, "x").fill("-0.5")
    lab.get_by_role("button", name="Step").click()
    field(lab, "x").fill("0.25")
    field(lab, "x").press("Tab")
    by_hand = json.loads(
        (stills.LABS.parent / "from_scratch" / "one_unit_by_hand.json").read_text()
    )
    rows = shown(lab)
    assert len(rows) == 3
    for row, step in zip(rows, by_hand.values(), strict=True):
        assert row[1] == step["x"]
        keys = ("update_gate", "reset_gate", "candidate", "hidden")
        assert row[3:] == pytest.approx([step[key] for key in keys], abs=5.1e-5)
    lab.get_by_role("button", name="Back").click()
    assert shown(lab) == rows[:2]
    lab.get_by_role("button", name="Back").click()
    lab.get_by_role("button", name="Back").click()
    assert "This is the first step" in lab.locator(".lab-note").inner_text()
    for _ in range(21):
        lab.get_by_role("button", name="Step").click()
    assert "Twenty steps" in lab.locator(".lab-note").inner_text()
    lab.get_by_role("button", name="Reset").click()
    assert len(shown(lab)) == 1
    assert page.errors == []


def test_weights_can_be_typed_and_make_the_cell_the_readers_own(open_page):
    _, lab = enter(open_page, "step-the-cell")
    lab.get_by_text("Weights", exact=True).click()
    assert lab.locator(".lab-fold input:visible").count() == 9
    lab.get_by_label("Wz 1").fill("2.5")
    assert field(lab, "preset").input_value() == "own"
    assert shown(lab)[0][3] == pytest.approx(1 / (1 + np.exp(-2.7)), abs=5e-5)
    field(lab, "preset").select_option("pair")
    assert lab.locator(".lab-fold input:visible").count() == 24
    assert len(shown(lab)) == 2


@every_lab
def test_everything_can_be_done_by_keyboard(open_page, name):
    """Tab reaches every control in the order of the page; keys work them."""
    page, lab = enter(open_page, name)
    reached = []
    lab.locator(".lab-ask input").first.focus()
    for _ in range(80):
        here = page.evaluate(
            f"""() => {{ const e = document.activeElement;
                if (!e.closest("lab-{name}")) return null;
                return e.dataset.act ?? e.name ?? e.classList[0] ?? e.tagName; }}"""
        )
        if here is None:
            break
        reached.append(here)
        page.keyboard.press("Tab")
    for expected in ("reveal", "next", "undo", "reset", "copy", "lab-numbers"):
        assert expected in reached, " ".join(reached)
    visible = lab.locator("form [name]:visible").evaluate_all(
        "all => all.map(e => e.name)"
    )
    assert set(visible) <= set(reached)
    slider = lab.locator("input[type=range]").first
    key = slider.get_attribute("name")
    slider.focus()
    before = float(slider.input_value())
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    after = float(field(lab, key).input_value())
    assert after > before
    lab.get_by_role("button", name="Reset").focus()
    page.keyboard.press("Enter")
    assert float(field(lab, key).input_value()) == before
    lab.locator(".lab-ask input").first.focus()
    page.keyboard.press("Space")
    lab.get_by_role("button", name="Reveal").focus()
    page.keyboard.press("Space")
    assert re.match(r"As you said|Not so", lab.locator(".lab-told").inner_text())


@every_lab
def test_a_guess_is_answered_from_the_state_and_stays_true(open_page, name):
    page, lab = enter(open_page, name)
    asked = questions(name)
    given = stills.given(stem_of(name)) | {"root": "../../"}
    for number, question in enumerate(asked, start=1):
        ask = lab.locator(".lab-ask")
        assert (
            f"question {number} of {len(asked)}" in ask.locator("legend").inner_text()
        )
        assert question["ask"] in ask.inner_text()
        ask.get_by_role("radio").nth(0).check()
        ask.get_by_role("button", name="Reveal").click()
        told = ask.locator(".lab-told").inner_text()
        right = page.evaluate(
            f"""async ([given, n]) => {{
                const {{ labs, defaults }} = await import("../../labs/labs.js");
                const lab = labs["{name}"];
                return lab.answers[n](defaults(lab), given);
            }}""",
            [given, number - 1],
        )
        verdict = "As you said" if right[0] == 0 else "Not so"
        assert told == f"{verdict}: {question['choices'][right[0]]} {right[1]}"
        if number < len(asked):
            ask.get_by_role("button", name="Next question").click()
            assert ask.locator(".lab-told").inner_text() == ""
    if name == "count-the-parameters":  # the answer follows the state
        field(lab, "features").fill("500")
        page.wait_for_function(
            "was => document.querySelector('.lab-told').textContent !== was", arg=told
        )


@every_lab
def test_boxes_keep_their_labels_and_work(open_page, name):
    _, lab = enter(open_page, name)
    boxes = lab.locator("form input[type=checkbox]").all()
    for box in reversed(boxes):  # one may hide those after it
        key = box.get_attribute("name")
        label = lab.locator(f"label[for='{box.get_attribute('id')}']")
        words, was = label.inner_text(), box.is_checked()
        label.click()
        assert box.is_checked() != was
        assert label.inner_text() == words
        assert lab.get_by_label(words, exact=True).get_attribute("name") == key


def test_what_typing_passes_through_leaves_no_trace(open_page):
    page, lab = enter(open_page, "which-one")
    field(lab, "length").fill("")
    field(lab, "length").press_sequentially("100")
    field(lab, "length").press("Tab")
    assert field(lab, "lag").input_value() == "30"
    assert "lag" not in page.url
    lab.get_by_role("button", name="Undo").click()
    assert field(lab, "length").input_value() == "50"


def test_next_question_keeps_the_focus(open_page):
    page, lab = enter(open_page, "gradients")
    lab.get_by_role("button", name="Next question").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.type") == "radio"


def test_back_in_the_browser_brings_the_state_of_that_address(open_page):
    page, lab = enter(open_page, "gradients", "gradients.units=8")
    page.evaluate("location.hash = 'how-it-is-computed'")
    field(lab, "units").fill("9")
    field(lab, "units").press("Tab")
    page.go_back()
    page.wait_for_function("!location.hash")
    assert field(lab, "units").input_value() == "8"


def test_a_hand_written_address_is_understood(open_page):
    _, lab = enter(open_page, "step-the-cell", "step-the-cell.Wz1=5")
    assert field(lab, "preset").input_value() == "own"
    long = "_".join(["1~~"] * 21)
    _, lab = enter(open_page, "step-the-cell", f"step-the-cell.done={long}")
    assert "at most 20 steps" in lab.locator(".lab-note").inner_text()
    _, lab = enter(open_page, "step-the-cell", "step-the-cell.preset=pair")
    assert len(shown(lab)) == 2
    assert field(lab, "preset").input_value() == "pair"


def test_a_program_that_does_not_come_is_said_and_asked_for_again(open_page):
    page, lab = enter(open_page, "gradients", **CLIPBOARD)
    page.route("**/gradients.txt", lambda route: route.fulfill(status=404, body="no"))
    lab.get_by_role("button", name="Copy as Python").click()
    lab.locator(".lab-note", has_text="could not be loaded").wait_for()
    page.unroute("**/gradients.txt")
    lab.get_by_role("button", name="Copy as Python").click()
    lab.locator(".lab-note", has_text="Copied").wait_for()


def test_results_are_announced_when_the_hand_rests(open_page):
    page, lab = enter(open_page, "gradients")
    live = lab.locator(".lab-live")
    assert live.get_attribute("role") == "status"
    field(lab, "length").fill("80")
    page.wait_for_function(
        "document.querySelector('.lab-live').textContent.startsWith('After 80 steps')"
    )
    assert live.inner_text() == lab.locator("figcaption").inner_text()


@every_lab
def test_axe_finds_nothing_in_a_lab_that_lives(open_page, name):
    quiet = {"color_scheme": "light", "reduced_motion": "reduce"}
    page, lab = enter(open_page, name, link(name), **quiet)
    lab.get_by_role("button", name="Reveal").click()
    key = lab.locator("input[type=range]").first.get_attribute("name")
    field(lab, key).fill("-999")  # an error on the screen
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.wait_for_function("document.querySelector('.lab-code code').textContent")
    for scheme in ("light", "dark"):
        assert violations(page, scheme) == []


@every_lab
def test_a_lab_fits_on_a_phone(open_page, name):
    phone = {"viewport": {"width": 360, "height": 740}}
    page, lab = enter(open_page, name, link(name), **phone)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    wide = lab.evaluate(
        """lab => [...lab.querySelectorAll("button, input, select, label, svg, p")]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1
                && getComputedStyle(e).clipPath === "none")
            .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert wide == []


@every_lab
def test_without_a_script_a_still_says_the_same(open_page, name):
    page = open_page(f"labs/{name}", java_script_enabled=False)
    lab = page.locator(f"lab-{name}")
    assert lab.locator("svg").bounding_box()["height"] > 60
    assert len(lab.locator("figcaption").inner_text()) > 40
    assert lab.locator("tbody tr").count() >= 1
    assert lab.locator("li").count() == len(questions(name))
    assert not [url for url in page.requested if url.endswith("labs.js")]
    record = (stills.LABS / f"{stem_of(name)}.html").read_text(encoding="utf-8")
    assert lab.locator("figcaption").inner_html() in record


def test_a_still_stands_in_a_file_without_a_server(browser, site):
    page = browser.new_page()
    page.goto((site / "labs" / "gradients" / "index.html").as_uri())
    page.wait_for_timeout(500)
    assert page.locator("lab-gradients svg").bounding_box()["height"] > 60
    assert page.locator("lab-gradients form").count() == 0
    page.close()


def test_on_paper_a_lab_is_its_picture_its_sentence_and_its_table(open_page):
    page, lab = enter(open_page, "gradients")
    page.emulate_media(media="print")
    for kind in ("svg", "figcaption", "tbody"):
        assert lab.locator(kind).first.is_visible()
    for kind in ("form", ".lab-ask", ".lab-code", "button >> nth=0"):
        assert not lab.locator(kind).is_visible()


def test_a_page_without_a_lab_loads_nothing_of_it(open_page):
    page = open_page("guide/rnn", wait_until="networkidle")
    assert not [url for url in page.requested if "/labs/" in url]


@pytest.mark.parametrize("address", EMBEDDED)
def test_a_lab_in_the_guide_wakes_when_a_reader_comes_near(open_page, base, address):
    page = open_page(address, wait_until="networkidle")
    assert not [url for url in page.requested if url.endswith("/labs/labs.js")]
    lab = page.locator(f"lab-{EMBEDDED[address]}")
    assert lab.locator("form").count() == 0
    lab.scroll_into_view_if_needed()
    lab.locator("form").wait_for()
    key = lab.locator("input[type=range]").first.get_attribute("name")
    before = lab.locator("svg").inner_html()
    field(lab, key).fill("9" if key == "length" else "2")
    assert lab.locator("svg").inner_html() != before
    if EMBEDDED[address] == "which-one":
        href = lab.get_by_role("link", name="Evidence").first.get_attribute("href")
        assert page.request.get(page.url.split("?")[0] + href.split("#")[0]).ok
    assert page.errors == []
    assert [url for url in page.requested if not url.startswith((base, "data:"))] == []


def test_two_labs_on_a_page_keep_apart(open_page):
    page, count = enter(open_page, "count-the-parameters", address="guide/math")
    other = page.locator("lab-gradients")
    other.scroll_into_view_if_needed()
    other.locator("form").wait_for()
    was = other.locator("svg").inner_html()
    field(count, "units").fill("7")
    field(count, "units").press("Tab")
    assert other.locator("svg").inner_html() == was
    field(other, "units").fill("9")
    field(other, "units").press("Tab")
    assert "count-the-parameters.units=7" in page.url
    assert "gradients.units=9" in page.url
    for lab in (count, other):
        lab.get_by_role("radio").first.check()
    assert count.get_by_role("radio").first.is_checked()
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_a_lab_whose_data_does_not_come_stays_a_still(open_page):
    page = open_page("labs/recall-race", wait_until="commit")
    page.route("**/networks-*.json", lambda route: route.abort())
    page.reload()
    page.wait_for_timeout(500)
    lab = page.locator("lab-recall-race")
    assert lab.locator("form").count() == 0
    assert lab.locator("svg").is_visible()


def test_networks_of_another_seed_come_when_they_are_asked_for(open_page):
    page, lab = enter(open_page, "recall-race")
    field(lab, "seed").fill("1")
    lab.locator("svg text", has_text="1,950").wait_for()
    wanted = [url.rsplit("/", 1)[1] for url in page.requested if "networks" in url]
    assert wanted == ["networks-0.json", "networks-1.json"]
    page.route("**/networks-3.json", lambda route: route.abort())
    field(lab, "seed").fill("3")
    lab.locator(".lab-note", has_text="could not be loaded").wait_for()
    assert field(lab, "seed").input_value() == "1"  # the last good state
    field(lab, "mark").fill("2")
    assert lab.locator("svg text", has_text="1,950").count() == 1
    page.unroute("**/networks-3.json")
    field(lab, "seed").fill("3")
    lab.locator("svg text", has_text="2,200").wait_for()
    assert "recall-race.seed=3" in page.url
    assert page.errors == ["Failed to load resource: net::ERR_FAILED"]


def test_a_load_that_fails_too_late_to_matter_says_nothing(open_page):
    page, lab = enter(open_page, "recall-race")
    held = []
    page.route("**/networks-4.json", lambda route: held.append(route))
    with page.expect_request("**/networks-4.json"):
        field(lab, "seed").fill("4")
    field(lab, "seed").fill("0")
    with page.expect_event("requestfailed"):
        held[0].abort()
    page.evaluate("new Promise(done => setTimeout(done, 100))")
    assert lab.locator(".lab-note").inner_text() == ""
    assert field(lab, "seed").input_value() == "0"
    assert lab.locator("svg text", has_text="2,250").count() == 1
