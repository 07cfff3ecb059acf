"""The labs: their arithmetic against NumPy's, and what a person can do with them."""

import gzip
import json
import re
from itertools import product

import numpy as np
import pytest

from extensions.labs import element, files
from snippets.labs import recall_race, which_one
from tests.site.lab import Lab, enter, numbers
from tests.site.lab_answers import answers
from tests.site.test_browser import violations
from tools import stills
from tools.compare import difference
from tools.record import run_alone
from tools.standalone import LABS, computed, labs

pytestmark = pytest.mark.browser

STEMS = {element(path.stem): path.stem for path in labs()}
every_lab = pytest.mark.parametrize("name", STEMS)
SIZE_LIMIT = 40_000  # bytes, gzipped, of all modules of all labs together
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


# The modules against the programs, which tests/snippets/ holds to the guide's cells.


@pytest.fixture(scope="module")
def bare(browser):
    """An empty page with the labs' functions in reach."""
    page = browser.new_page()
    stills.load(page)
    yield page
    page.close()


def written(block):
    """Settings as lines of Python: their names in lower case, and their values."""
    found = {}
    exec(block, found)
    return {name.lower(): value for name, value in found.items() if name.isupper()}


def both(bare, name, changes):
    """(what the module computes, what the program computes) for each change of the
    settings, which go from one to the other as the lines that 'Copy as Python' writes.
    """
    answers = bare.evaluate(
        """([name, changes]) => Promise.all(changes.map(async change => {
            const lab = labs[name], settings = { ...defaults(lab), ...change };
            const data = await loaded(lab, settings);
            return [lab.compute(settings, data), python(lab, settings, data)];
        }))""",
        [name, changes],
    )
    for result, block in answers:
        yield result, computed(STEMS[name], **written(block))


def grid(**choices):
    return [dict(zip(choices, one, strict=True)) for one in product(*choices.values())]


def close(ours, theirs, rtol=0, atol=1e-9):
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    np.testing.assert_allclose(ours, theirs, rtol, atol, strict=True)


def drawn_steps():
    """Cells, conventions, resets, pins and histories, drawn; 60 of them."""
    random = np.random.RandomState(0)
    rows = product(("W", "U1", "U2", "b"), "zrh", "12")
    names = [row[0] + gate + row[1:] + to for row, gate, to in rows]
    for number in range(60):
        pins = random.choice([None, None, 0, 1, 0.35], size=(4, 2)).tolist()
        done = [[float(random.uniform(-2, 2)), *pin] for pin in pins[: number % 5]]
        x, h1, h2 = random.uniform([-2, -1, -1], [2, 1, 1])
        z, r = random.choice([0, 1, 0.25], size=2)
        yield {name: float(random.normal(scale=2)) for name in names} | {
            "preset": ["own", "own2"][number % 2],
            "convention": ["keep", "write"][number // 2 % 2],
            "reset": ["after", "before"][number // 4 % 2],
            **{"x": x, "h1": h1, "h2": h2, "z": z, "r": r},
            "pinZ": bool(number // 3 % 2),
            "pinR": bool(number // 5 % 2),
            "done": done,
        }


def test_steps_are_those_of_the_program_and_of_the_tested_cell(bare):
    drawn = list(drawn_steps())
    swapped = bare.evaluate(
        """drawn => drawn.map(change => {
            const lab = labs["step-the-cell"];
            const swapped = lab.act({ ...defaults(lab), ...change }, "swap");
            return lab.compute(swapped).at(-1).hidden;
        })""",
        drawn,
    )
    pairs = zip(both(bare, "step-the-cell", drawn), swapped, strict=True)
    for (ours, theirs), after_the_swap in pairs:
        assert theirs["same"]
        for here, there in zip(ours, theirs["steps"], strict=True):
            for key in ("z", "r", "candidate", "hidden", "rnn"):
                close(here[key], there[key])
        close(after_the_swap, ours[-1]["hidden"])


def test_gradients_are_those_of_the_program(bare):
    """Relative, so that what is left of a vanished gradient counts too."""
    sizes = {"length": (5, 37, 100), "units": (1, 8, 16, 64), "scale": (0, 1, 6)}
    changes = grid(**sizes, update_bias=(-4, 0, 4), start=("keras", "pytorch"))
    assert len(changes) == 216
    for number, change in enumerate(changes):
        change["spread"] = {-4: 1, 0: 0.1, 4: 2}[change["update_bias"]]
        change["seed"] = number % 100
    for ours, theirs in both(bare, "gradients", changes):
        close(ours["rnn"], theirs["rnn"], rtol=1e-9, atol=0)
        close(ours["gru"], theirs["gru"], rtol=1e-9, atol=0)
        close(ours["keep"], theirs["keep"])


def test_networks_replay_as_in_the_program(bare):
    path = LABS.parent / "experiments" / "inside_gate.json"
    made = json.loads(path.read_text(encoding="utf-8"))["settings"]
    found = bare.evaluate("import('/labs/recall_race.mjs')")
    assert found["LENGTH"] == recall_race.LENGTH == made["steps"]
    assert found["NEAR"] == recall_race.NEAR == made["near"]
    assert found["LAST_TRAINED"] == made["marked_among_first"]["hard"]
    rates = ("0.003", "0.03")
    changes = grid(seed=range(5), mark=(1, 20), value=(-1, 0.35), rate=rates)
    for number, change in enumerate(changes):
        change["sequence"] = number
    for ours, theirs in both(bare, "recall-race", changes):
        assert list(ours["networks"]) == list(theirs)
        for name, told in theirs.items():
            for key, series in told.items():
                close(ours["networks"][name][key], series)


def test_counts_are_those_of_the_program(bare):
    sizes = {"features": (1, 3, 20), "units": (1, 8, 64), "layers": (1, 2, 4)}
    flags = dict.fromkeys(("bidirectional", "bias", "reset_after"), (False, True))
    changes = grid(**sizes, **flags, framework=("keras", "pytorch"))
    for ours, theirs in both(bare, "count-the-parameters", changes):
        for cell in ("rnn", "gru"):
            assert {key: ours[cell][key] for key in theirs[cell]} == theirs[cell]


def test_every_answer_of_the_table_of_rules(bare):
    """All choices, and all lengths and lags on both sides of every edge."""
    when = [rule["when"] for rule in which_one.RULES]
    ranges = [one[name] for one in when for name in ("length", "lag") if name in one]
    bounds = {bound for bounds in ranges for bound in bounds if bound}
    edges = {bound + beside for bound in bounds for beside in (-1, 0, 1)} | {400}
    every = grid(length=edges - {0}, lag=edges - {0}, **which_one.ANSWERS)
    changes = [change for change in every if change["lag"] <= change["length"]]
    assert len(changes) > 3000
    deciding, held = set(), set()
    for ours, theirs in both(bare, "which-one", changes):
        assert [rule["name"] for rule in ours["rules"]] == theirs["fired"]
        assert ours["rules"][0]["verdict"] == theirs["verdict"]
        deciding.add(theirs["fired"][0])
        held |= set(theirs["fired"])
    assert held == {rule["name"] for rule in which_one.RULES}
    assert held - deciding == {"a stream"}  # which gives a further reason


@pytest.mark.parametrize("stem", STEMS.values())
def test_a_still_is_what_the_lab_draws(bare, stem):
    record = (LABS / f"{stem}.html").read_text(encoding="utf-8")
    assert difference(record, stills.still(bare, stem), 0.11) is None


# The shipped files.


def test_every_file_of_the_labs_is_in_the_site_and_the_modules_are_small(site):
    made = files()
    for name, content in made.items():
        assert (site / "files" / name).read_text(encoding="utf-8") == content
    assert {f"labs/{path.name}" for path in labs()} < made.keys()
    size = 0
    for path in LABS.glob("*.mjs"):
        script, source = made[f"labs/{path.name}"], path.read_text(encoding="utf-8")
        size += len(gzip.compress(script.encode(), 6))
        assert len(script) < len(source)
        assert "://" not in script
        assert max(map(len, source.splitlines())) <= 100, path.name
    assert size < SIZE_LIMIT, f"{size:,} bytes"


def test_every_reason_leads_to_a_finding_or_a_paper(site):
    for rule in which_one.RULES:
        page = "claims" if "rests_on" in rule else "references"
        html = (site / "reference" / page / "index.html").read_text(encoding="utf-8")
        for anchor in rule.get("rests_on") or [rule["cites"]]:
            assert f'id="{anchor}"' in html, rule["name"]


# A person at a page.

# The lines of a program's output that stand for the rows of the table.
PRINTED = {
    "step-the-cell": r"^step \d+:(.*)$",
    "gradients": r"^( *\d+ .*e.*)$",
    "recall-race": r"^\D+ (-?\d.*) (?:right|wrong)$",
    "count-the-parameters": r"^(?:RNN|GRU) (\d.*)$",
}
# Settings other than the first, as a link would bring them.
LINKS = {
    "step-the-cell": "preset=pair&reset=before&done=1~~_-0.5~0.25~_0.3~~1&x=-1.25"
    "&convention=write&pinZ=yes&z=0.3",
    "gradients": "length=100&scale=6&update_bias=2&start=pytorch&spread=0.3"
    "&units=40&seed=11",
    "recall-race": "mark=20&value=-0.35&time=21&rate=0.03&seed=4&sequence=3",
    "count-the-parameters": "features=50&units=128&layers=3&bidirectional=yes"
    "&reset_after=no",
    "which-one": "length=400&lag=200&data=much&device=small&streaming=yes&budget=one",
}


@pytest.mark.parametrize("linked", [False, True], ids=["start", "linked"])
@every_lab
def test_the_copied_program_prints_the_numbers_on_the_screen(open_page, name, linked):
    lab = enter(open_page, name, LINKS[name] if linked else "", **CLIPBOARD)
    lab.press("Copy as Python")
    lab.says("Copied")
    copied = lab.page.evaluate("navigator.clipboard.readText()")
    printed, heads = run_alone("copied.py", copied), lab.heads()
    if not linked:  # both start from the same settings
        record = (LABS / f"{STEMS[name]}.out").read_text(encoding="utf-8")
        assert difference(record, printed) is None
    if name == "which-one":
        assert re.findall(r"^\d+\. (.*) ->", printed, re.MULTILINE) == heads
        verdict = re.search(r"Which one\? (.*)", printed)[1]
        assert lab.find("figcaption", has_text=f"{verdict}. ").count() == 1
    else:
        rows = lab.rows()
        if name == "step-the-cell":  # the head of a row says which step and which unit
            rows = [row[len(numbers(heads[0])) :] for row in rows]
        found = re.findall(PRINTED[name], printed, re.MULTILINE)
        assert rows == [numbers(row) for row in found]
        assert sum(map(len, rows)) >= 6
    if name == "recall-race":  # called alike, on the screen and in the program
        for head in heads:
            assert re.search(rf"^{head} +-?\d", printed, re.MULTILINE)
    lab.root.get_by_text("See the Python").click()
    lab.page.wait_for_function(
        "copied => document.querySelector('.lab-code code').textContent === copied",
        arg=copied,
    )


@every_lab
def test_a_link_opens_the_lab_as_it_was(open_page, name):
    lab = enter(open_page, name, LINKS[name])
    assert lab.note == ""
    before = lab.everything()
    asked = dict(part.split("=") for part in LINKS[name].split("&"))
    asked.pop("done", None)
    assert {key: lab.value(key) for key in asked} == asked
    # Any change writes the address anew; back to what it was, and open that.
    special = {"step-the-cell": "h1", "recall-race": "time", "which-one": "lag"}
    chosen = special.get(name, "units")
    for words in ("1", lab.value(chosen)):
        lab.fill(chosen, words, leave=True)
    lab.page.goto("about:blank")
    lab.page.go_back()
    assert lab.wake().everything() == before
    assert lab.page.errors == []


@every_lab
def test_a_slider_is_dragged_and_the_number_follows(open_page, name):
    lab = enter(open_page, name)
    slider, key = lab.first_slider()
    before, picture = lab.value(key), lab.picture
    slider.scroll_into_view_if_needed()
    box, mouse = slider.bounding_box(), lab.page.mouse
    y = box["y"] + box["height"] / 2
    mouse.move(box["x"] + box["width"] * 0.3, y)
    mouse.down()
    for part in (0.5, 0.7, 0.85):
        mouse.move(box["x"] + box["width"] * part, y)
    assert lab.picture != picture  # it moves while one drags
    mouse.up()
    assert lab.value(key) == slider.input_value() != before
    assert f"{name}.{key}=" in lab.page.url
    # When the hand rests, the sentence below the picture is read out.
    told = lab.find("figcaption").text_content()
    lab.find(".lab-live[role=status]", has_text=told).wait_for(state="attached")
    # And back, in one step.
    lab.press("Undo")
    assert (lab.value(key), lab.picture) == (before, picture)
    assert f"{name}.{key}=" not in lab.page.url
    lab.press("Undo")
    assert "Nothing to undo" in lab.note


@every_lab
def test_bad_values_keep_the_last_good_settings(open_page, name):
    lab = enter(open_page, name)
    _, key = lab.first_slider()
    number, good, picture = lab.field(key), lab.value(key), lab.picture
    for words in ("", "-99999", "1e999", "e"):
        number.fill("")
        lab.page.keyboard.insert_text(words)
        assert number.get_attribute("aria-invalid") == "true"
        place = lab.find("#" + number.get_attribute("aria-describedby"))
        assert re.match(f"expected a .*; still using {good}", place.inner_text())
        assert lab.picture == picture
    number.press("Tab")
    assert lab.page.url.endswith(f"/labs/{name}/")
    lab.find(".lab-live").get_by_text("expected a").wait_for(state="attached")
    lab.press("Reset")
    assert lab.value(key) == good
    assert number.get_attribute("aria-invalid") != "true"
    assert lab.find(".lab-error", has_text="expected").count() == 0


# What an address says | what the fields then hold | what is said about it.
ADDRESSES = """
gradients.length= | length=50 | length: expected a whole number from 5 to 100, got none
gradients.length=abc | length=50 | expected a whole number from 5 to 100, got “abc”
gradients.length=7.5 | length=50 | expected a whole number from 5 to 100, got “7.5”
gradients.length=1e9 | length=50 | expected a whole number from 5 to 100, got “1e9”
gradients.update_bias=NaN | update_bias=0 | expected a number from −4 to 8, got “NaN”
gradients.update_bias=Infinity | update_bias=0 | from −4 to 8, got “Infinity”
gradients.seed=<b>&gradients.update_bias=4 | seed=0&update_bias=4 | got “<b>”
gradients.start=jax | start=keras | start: expected keras or pytorch, got “jax”
count-the-parameters.bias=maybe | bias=yes | bias: expected yes or no, got “maybe”
step-the-cell.done=1~~_9~~ | x=1 | expected a number from −2 to 2, got “9”
step-the-cell.done=1~4~ | x=1 | expected a number from 0 to 1, got “4”
step-the-cell.done=MANY | x=1 | expected at most 20 steps
step-the-cell.Wz1=5 | preset=own&Wz1=5 |
step-the-cell.preset=pair | preset=pair&Wz2=0.9 |
which-one.length=20&which-one.lag=30 | lag=20&length=20 |
"""


@pytest.mark.parametrize("address", ADDRESSES.strip().splitlines())
def test_a_hand_written_address_is_understood(open_page, address):
    query, fields, said = (part.strip() for part in address.split("|"))
    query = query.replace("MANY", "_".join(["1~~"] * 21))
    name = query.partition(".")[0]
    lab = Lab(open_page(f"labs/{name}", query=f"?{query}"), name).wake()
    for key, words in (part.split("=") for part in fields.split("&")):
        assert lab.value(key) == words
    assert said in lab.note
    assert bool(said) == bool(lab.note)


def test_the_lag_and_the_length_move_each_other_along(open_page):
    lab = enter(open_page, "which-one")
    lab.fill("lag", "51")
    assert lab.value("length") == "51"
    lab.fill("length", "7")
    assert lab.value("lag") == "7"
    assert lab.find("svg").get_by_text("lag 7").count() == 1
    # What typing passes through, here 1 and 10, leaves no trace.
    lab.press("Reset")
    lab.fill("length", "")
    lab.field("length").press_sequentially("100")
    lab.field("length").press("Tab")
    assert lab.value("lag") == "30"
    assert "lag" not in lab.page.url
    lab.press("Undo")
    assert lab.value("length") == "50"


def test_steps_go_forward_and_back(open_page):
    lab = enter(open_page, "step-the-cell")
    for x in ("-0.5", "0.25"):
        lab.press("Next step")
        lab.fill("x", x, leave=True)
    path = LABS.parent / "from_scratch" / "one_unit_by_hand.json"
    by_hand, rows = json.loads(path.read_text(encoding="utf-8")), lab.rows()
    del by_hand["findings"]
    for row, step in zip(rows, by_hand.values(), strict=True):
        keys = ("update_gate", "reset_gate", "candidate", "hidden")
        assert row[1] == step["x"]
        assert row[3:] == pytest.approx([step[key] for key in keys], abs=5.1e-5)
    lab.press("Back")
    assert lab.rows() == rows[:2]
    lab.press("Back")
    lab.press("Back")
    assert "This is the first step" in lab.note
    for _ in range(21):
        lab.press("Next step")
    assert "Twenty steps" in lab.note
    lab.press("Reset")
    assert len(lab.rows()) == 1
    # Weights that are typed make the cell the reader's own.
    lab.root.get_by_text("Weights", exact=True).click()
    assert lab.find(".lab-fold input:visible").count() == 9
    lab.root.get_by_label("Wz 1").fill("2.5")
    assert lab.value("preset") == "own"
    assert lab.rows()[0][3] == pytest.approx(1 / (1 + np.exp(-2.7)), abs=5e-5)
    lab.field("preset").select_option("pair")
    assert lab.find(".lab-fold input:visible").count() == 24
    assert len(lab.rows()) == 2
    assert lab.page.errors == []


@every_lab
def test_everything_can_be_done_by_keyboard(open_page, name):
    """Tab reaches every control in the order of the page; keys work them."""
    lab = enter(open_page, name)
    reached, focus = [], lab.find(":focus")
    lab.find(".lab-ask input").first.focus()
    while len(reached) < 80 and focus.count():
        reached += focus.evaluate_all(
            "all => all.map(e => e.dataset.act ?? e.name ?? e.classList[0])"
        )
        lab.page.keyboard.press("Tab")
    wanted = {"reveal", "next", "undo", "reset", "copy", "lab-numbers"}
    controls = lab.find("form [name]:visible").all()
    assert wanted | {one.get_attribute("name") for one in controls} <= set(reached)
    slider, key = lab.first_slider()
    before = float(lab.value(key))
    for arrow in ("Left", "Right", "Right"):
        slider.press(f"Arrow{arrow}")
    assert float(lab.value(key)) > before
    lab.button("Reset").press("Enter")
    assert float(lab.value(key)) == before
    lab.find(".lab-ask input").first.press("Space")
    lab.button("Reveal").press("Space")
    assert re.match(r"As you said|Not so", lab.find(".lab-told").inner_text())
    lab.button("Next question").press("Enter")
    assert lab.find(".lab-ask input:focus").count() == 1


@every_lab
def test_a_guess_is_answered_from_the_settings_and_stays_true(open_page, name):
    lab = enter(open_page, name)
    asked, told = lab.find(".lab-ask"), lab.find(".lab-told")
    questions = list(answers(STEMS[name]))
    for number, (right, values) in enumerate(questions, start=1):
        assert f"question {number} of {len(questions)}" in asked.inner_text()
        assert told.inner_text() == ""
        asked.get_by_role("radio").first.check()
        lab.press("Reveal")
        verdict = "As you said" if right == 0 else "Not so"
        choice = asked.locator("label").nth(right).inner_text().strip()
        start, words = f"{verdict}: {choice} ", told.inner_text()
        assert words.startswith(start)
        found = numbers(words.removeprefix(start))[: len(values)]
        assert found == pytest.approx(values, rel=6e-3, abs=6e-3)
        lab.press("Next question")
    assert "question 1 of" in asked.inner_text()
    if name == "count-the-parameters":  # the answer follows the settings
        lab.press("Reveal")
        lab.fill("features", "500")
        lab.find(".lab-told", has_text="108,672 over 36,224").wait_for()


@every_lab
def test_boxes_keep_their_labels_and_work(open_page, name):
    lab = enter(open_page, name)
    labels = lab.find(".lab-flag label:visible").all()
    for label in reversed(labels):  # one may hide those after it
        words = label.inner_text()
        box = lab.root.get_by_label(words, exact=True)
        was = box.is_checked()
        label.click()
        assert (box.is_checked(), label.inner_text()) == (not was, words)


def test_back_in_the_browser_brings_the_settings_of_that_address(open_page):
    lab = enter(open_page, "gradients", "units=8")
    lab.page.evaluate("location.hash = 'how-it-is-computed'")
    lab.fill("units", "9", leave=True)
    lab.page.go_back()
    lab.page.wait_for_function("!location.hash")
    assert lab.value("units") == "8"


def test_a_program_that_does_not_come_is_said_and_asked_for_again(open_page):
    lab = enter(open_page, "gradients", **CLIPBOARD)
    lab.page.route("**/gradients.txt", lambda route: route.fulfill(status=404, body=""))
    lab.press("Copy as Python")
    lab.says("could not be loaded")
    lab.page.unroute("**/gradients.txt")
    lab.press("Copy as Python")
    lab.says("Copied")


@every_lab
def test_axe_finds_nothing_and_a_lab_fits_on_a_phone_and_on_paper(open_page, name):
    quiet = {"color_scheme": "light", "reduced_motion": "reduce"}
    lab = enter(open_page, name, LINKS[name], **quiet)
    lab.press("Reveal")
    lab.fill(lab.first_slider()[1], "-999")  # an error on the screen
    lab.unfold()
    lab.page.wait_for_function("document.querySelector('.lab-code code').textContent")
    for scheme in ("light", "dark"):
        assert violations(lab.page, scheme) == []
    lab.page.set_viewport_size({"width": 360, "height": 740})
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= 360
    wide = lab.root.evaluate(
        """lab => [...lab.querySelectorAll("button, input, select, label, svg, p")]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1
                && getComputedStyle(e).clipPath === "none")
            .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert wide == []
    lab.page.emulate_media(media="print")
    for kind in ("svg", "figcaption", "tbody"):
        assert lab.find(kind).is_visible()
    for kind in ("form", ".lab-ask", ".lab-code", "button >> nth=0"):
        assert not lab.find(kind).is_visible()


def modules(page):
    """The labs' modules that a page has asked for."""
    asked = {url.rpartition("/labs/")[2] for url in page.requested}
    return asked & {path.name for path in LABS.glob("*.mjs")}


@every_lab
def test_what_does_not_come_leaves_a_still(open_page, browser, site, name):
    """No JavaScript, no server, a module or its data lost."""
    lab = Lab(open_page(f"labs/{name}", java_script_enabled=False), name)
    record = (LABS / f"{STEMS[name]}.html").read_text(encoding="utf-8")
    assert lab.is_still
    for kind in ("figcaption", "tbody", "ol"):
        assert lab.find(kind).inner_html() in record.replace("ROOT/", "../../")
    assert modules(lab.page) == set()
    page = browser.new_page()
    page.goto((site / "labs" / name / "index.html").as_uri())
    page.wait_for_timeout(500)
    assert Lab(page, name).is_still
    page.close()
    page = open_page("")
    lost = "*.json" if name in ("recall-race", "which-one") else "values.mjs"
    page.route(f"**/labs/{lost}", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.goto(f"{page.url}labs/{name}/")
    page.wait_for_timeout(100)
    assert Lab(page, name).is_still


def test_a_page_without_a_lab_loads_nothing_of_it(open_page):
    page = open_page("guide/rnn", wait_until="networkidle")
    assert not [url for url in page.requested if re.search("/labs[/.]", url)]


# Pages of the guide that a lab stands in, besides its own.
EMBEDDED = {
    "guide/gru": "step-the-cell",
    "guide/math": "gradients",
    "guide/comparison": "recall-race",
    "guide/when-to-use": "which-one",
}


@pytest.mark.parametrize("address", EMBEDDED)
def test_a_lab_in_the_guide_wakes_when_a_reader_comes_near(open_page, base, address):
    page = open_page(address, wait_until="networkidle")
    lab = Lab(page, EMBEDDED[address])
    assert lab.is_still
    assert modules(page) == set()
    _, key = lab.wake().first_slider()
    before = lab.picture
    lab.fill(key, "9" if key == "length" else "2")
    assert lab.picture != before
    # Its own module and what that leans on have come, no other lab's.
    stems = {name.removesuffix(".mjs") for name in modules(page)}
    assert stems & set(STEMS.values()) == {STEMS[lab.name]}
    assert page.errors == []
    assert [url for url in page.requested if not url.startswith((base, "data:"))] == []
    if lab.name == "which-one":
        reason = lab.root.get_by_role("link", name="Evidence").first
        assert reason.get_attribute("href").startswith(f"{base}reference/claims/#")


def test_two_labs_on_a_page_keep_apart(open_page):
    count = enter(open_page, "count-the-parameters", address="guide/math")
    other = Lab(count.page, "gradients").wake()
    was = other.picture
    count.fill("units", "7", leave=True)
    assert other.picture == was
    other.fill("units", "9", leave=True)
    assert "count-the-parameters.units=7" in count.page.url
    assert "gradients.units=9" in count.page.url
    for lab in (count, other):
        lab.root.get_by_role("radio").first.check()
    assert count.root.get_by_role("radio").first.is_checked()
    ids = count.page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_networks_of_another_seed_come_when_they_are_asked_for(open_page):
    kept = json.loads((LABS / "networks.json").read_text(encoding="utf-8"))
    by_seed = kept["equal_rnn"]["0.003"]["solved_at"]  # other steps for each seed
    assert None not in by_seed
    zeroth, first, _, third, _ = (f"solved in {steps:,} training" for steps in by_seed)
    lab = enter(open_page, "recall-race")
    lab.fill("seed", "1")
    lab.find("svg text", has_text=first).wait_for()
    wanted = [url.rsplit("/", 1)[1] for url in lab.page.requested if "networks" in url]
    assert wanted == ["networks-0.003-0.json", "networks-0.003-1.json"]
    # Those that do not come leave the last good settings, and can be asked for again.
    lab.page.route("**/networks-0.003-3.json", lambda route: route.abort())
    lab.fill("seed", "3")
    lab.says("could not be loaded")
    assert lab.value("seed") == "1"
    lab.fill("mark", "2")
    assert lab.find("svg text", has_text=first).count() == 1
    lab.page.unroute("**/networks-0.003-3.json")
    lab.fill("seed", "3")
    lab.find("svg text", has_text=third).wait_for()
    assert "recall-race.seed=3" in lab.page.url
    assert lab.page.errors == ["Failed to load resource: net::ERR_FAILED"]
    # Those that fail too late to matter change nothing.
    lab.press("Reset")
    held = []
    lab.page.route("**/networks-0.003-4.json", lambda route: held.append(route))
    with lab.page.expect_request("**/networks-0.003-4.json"):
        lab.fill("seed", "4")
    lab.fill("seed", "0")
    with lab.page.expect_event("requestfailed"):
        held[0].abort()
    lab.page.wait_for_timeout(100)
    assert (lab.note, lab.value("seed")) == ("", "0")
    assert lab.find("svg text", has_text=zeroth).count() == 1
