"""The labs, as a person meets them; test_lab_arithmetic.py holds their numbers to NumPy's."""

import gzip
import json
import re
from urllib.parse import parse_qsl

import numpy as np
import pytest

from extensions.labs import files
from snippets.labs import which_one
from tests.site.lab import CLIPBOARD, PLACES, STEMS, Lab, enter, every_lab, numbers
from tests.site.lab_answers import answers
from tests.site.test_browser import violations
from tools.compare import difference
from tools.record import run_alone
from tools.standalone import LABS

pytestmark = pytest.mark.browser

WITH_BOXES = [
    name
    for name, stem in STEMS.items()
    if "lab-flag" in (LABS / f"{stem}.html").read_text(encoding="utf-8")
]
SIZE_LIMIT = 40_000  # bytes, gzipped, of all modules of all labs together


# The shipped files.


def test_every_file_of_the_labs_is_in_the_site_and_the_modules_are_small(site):
    made = files()
    for name, content in made.items():
        assert (site / "files" / name).read_text(encoding="utf-8") == content
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
    "read-my-sentence": r"^[a-z]+ +(\d.*)$",
    "read-my-name": r"^[a-z.]  \w+ (\d.*)$",
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
    "read-my-sentence": "text=the+dogs+near+the+heavy+key&read=4&gru=gru_0.1",
    "read-my-name": "name=schwarz&at=5&about=letter&cell=rnn&temperature=1.2&seed=7",
    "train-it-here": "task=recall&lag=12&cell1=lstm&units2=7&rate2=0.01&clip1=no&seed=3"
    "&budget=300&example=4&library=keras",
}
# Labs whose program prints what is on the screen before anything is pressed.
copied_labs = pytest.mark.parametrize("name", sorted(STEMS.keys() - {"train-it-here"}))


@pytest.mark.parametrize("linked", [False, True], ids=["start", "linked"])
@copied_labs
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
        if name == "read-my-sentence":  # the screen has the mean gate, too
            rows = [row[:2] for row in rows]
        if name == "read-my-name":  # the gradient is printed on a line of its own
            depends = re.search(r"depends on:\n(.*)", printed)[1]
            shown = [row[2] for row in rows if len(row) > 2]
            assert shown == numbers(depends)
            assert (
                printed.rpartition(": ")[2].strip()
                in lab.find("figcaption").inner_text()
            )
            rows = [row[:2] for row in rows]
        found = re.findall(PRINTED[name], printed, re.MULTILINE)
        if name == "read-my-sentence":  # whose screen may stop before the end
            found = found[: len(rows)]
        assert rows == [numbers(row) for row in found]
        assert sum(map(len, rows)) >= 6
    if name == "recall-race":  # called alike, on the screen and in the program
        for head in heads:
            assert re.search(rf"^{head} +-?\d", printed, re.MULTILINE)
    lab.root.get_by_text("See the Python").click()
    lab.page.wait_for_function(
        """([name, copied]) => copied ===
            document.querySelector(`lab-${name} .lab-code code`).textContent""",
        arg=[name, copied],
    )


@every_lab
def test_a_link_opens_the_lab_as_it_was(open_page, name):
    lab = enter(open_page, name, LINKS[name])
    assert lab.note == ""
    before = lab.everything()
    asked = dict(parse_qsl(LINKS[name]))
    asked.pop("done", None)
    assert {key: lab.value(key) for key in asked} == asked
    # Any change writes the address anew; back to what it was, and open that.
    special = {"step-the-cell": "h1", "recall-race": "time", "which-one": "lag"}
    special |= {"read-my-sentence": "read", "read-my-name": "at"}
    chosen = special.get(name, "seed" if name == "train-it-here" else "units")
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
    slider.hover()
    box, mouse = slider.bounding_box(), lab.page.mouse
    y = box["y"] + box["height"] / 2
    mouse.move(box["x"] + box["width"] * 0.3, y)
    mouse.down()
    for part in (0.5, 0.7, 0.1 if name.startswith("read") else 0.85):
        mouse.move(box["x"] + box["width"] * part, y)
    lab.differs(picture)  # it moves while one drags
    mouse.up()
    assert lab.value(key) == slider.input_value() != before
    assert f"{name}.{key}=" in lab.page.url
    # When the hand rests, the sentence below the picture is read out.
    told = lab.find("figcaption").text_content()
    lab.find(".lab-live[role=status]", has_text=told).wait_for(state="attached")
    # And back, in one step.
    lab.press("Undo")
    lab.shows(picture)
    assert lab.value(key) == before
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
        used = good.replace("-", "−")
        assert re.match(f"expected a .*; still using {used}", place.inner_text())
        assert lab.picture == picture
    number.press("Tab")
    assert lab.page.url.endswith(f"/{PLACES.get(name, f'labs/{name}')}/")
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
step-the-cell.done=1~~_9~~ | x=-0.5 | expected a number from −2 to 2, got “9”
step-the-cell.done=1~4~ | x=-0.5 | expected a number from 0 to 1, got “4”
step-the-cell.done=MANY | x=-0.5 | expected at most 20 steps
step-the-cell.Wz1=5 | preset=own&Wz1=5 |
step-the-cell.preset=pair | preset=pair&Wz2=0.9 |
which-one.length=20&which-one.lag=30 | lag=20&length=20 |
gradients.back=9&gradients.length=7 | length=7&back=7 |
read-my-sentence.text=<b>dogs</b> | text=<b>dogs</b>&read=0 |
read-my-name.name=M4x | name=rossini | expected at most 14 letters from a to z
read-my-name.name=Müller | name=muller&at=7 |
train-it-here.units1=33 | units1=16 | expected a whole number from 1 to 32, got “33”
train-it-here.task=sorting | task=verb | expected verb or recall or adding or wave or names
"""


BY_LAB: dict[str, list[str]] = {}
for line in ADDRESSES.strip().splitlines():
    BY_LAB.setdefault(line.partition(".")[0], []).append(line)


@pytest.mark.parametrize("name", BY_LAB)
def test_a_hand_written_address_is_understood(open_page, base, name):
    place = PLACES.get(name, f"labs/{name}")
    page = open_page("404.html")
    for address in BY_LAB[name]:
        query, fields, said = (part.strip() for part in address.split("|"))
        query = query.replace("MANY", "_".join(["1~~"] * 21))
        page.goto(f"{base}{place}/?{query}")
        lab = Lab(page, name).wake()
        for key, words in (part.split("=") for part in fields.split("&")):
            assert lab.value(key) == words, address
        assert said in lab.note, address
        assert bool(said) == bool(lab.note), address


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
    lab.press("Undo")  # of the reset: the last change is the first to go
    assert lab.value("length") == "7"


def test_steps_go_forward_and_back(open_page):
    lab = enter(open_page, "step-the-cell")
    lab.press("Next step")
    lab.fill("x", "0.25", leave=True)
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
    assert len(lab.rows()) == 2
    # Weights that are typed make the cell the reader's own.
    lab.root.get_by_text("Weights", exact=True).click()
    assert lab.find(".lab-fold input:visible").count() == 9
    lab.root.get_by_label("Wz 1").fill("2.5")
    assert lab.value("preset") == "own"
    assert lab.rows()[0][3] == pytest.approx(1 / (1 + np.exp(-2.7)), abs=5e-5)
    lab.field("preset").select_option("pair")
    assert lab.find(".lab-fold input:visible").count() == 24
    assert len(lab.rows()) == 4
    assert lab.page.errors == []


@every_lab
def test_everything_can_be_done_by_keyboard(open_page, name):
    """Tab reaches every control in the order of the page; keys work them."""
    lab = enter(open_page, name)
    reached, focus = [], lab.find(":focus")
    lab.find("form :is(button, [name])").first.focus()
    while len(reached) < 90 and focus.count():
        reached += focus.evaluate_all(
            "all => all.map(e => e.dataset.act ?? e.name ?? e.classList[0])"
        )
        lab.page.keyboard.press("Tab")
    wanted = {"reveal", "next", "undo", "reset", "copy", "lab-numbers"}
    controls = lab.find("form [name]:visible").all()
    assert wanted | {one.get_attribute("name") for one in controls} <= set(reached)
    slider, key = lab.first_slider()
    before = float(lab.value(key))
    arrows = ("Right", "Right", "Left") if before == 1 else ("Left", "Left", "Right")
    for arrow in arrows:
        slider.press(f"Arrow{arrow}")
    assert float(lab.value(key)) != before
    lab.button("Reset").press("Enter")
    assert float(lab.value(key)) == before
    lab.find(".lab-ask input").first.press("Space")
    lab.button("Reveal").press("Space")
    assert re.match(r"As you said|Not so", lab.told())
    lab.button("Next question").press("Enter")
    assert lab.find(".lab-ask input:focus").count() == 1


@pytest.mark.parametrize(
    "name",  # there each question is a training
    [
        pytest.param(name, marks=[pytest.mark.long] * (name == "train-it-here"))
        for name in STEMS
    ],
)
def test_a_guess_is_answered_by_the_lab_itself(open_page, name):
    """Reveal says what is right and shows it; the way back leads to what was before."""
    lab = enter(open_page, name)
    asked, told, before = lab.find(".lab-ask"), lab.find(".lab-told"), lab.page.url
    questions = list(answers(STEMS[name]))
    for number, (right, values) in enumerate(questions, start=1):
        assert f"question {number} of {len(questions)}" in asked.inner_text()
        assert told.inner_text() == ""
        asked.get_by_role("radio").first.check()
        lab.press("Reveal")
        verdict = "As you said" if right == 0 else "Not so"
        choice = asked.locator("label").nth(right).inner_text().strip()
        start, words = f"{verdict}: {choice} ", lab.told()
        assert words.startswith(start)
        assert words.endswith("The lab shows it now.")
        assert lab.page.url != before
        if number == 1:
            lab.press("Back to where I was")
            assert lab.page.url == before
            lab.press("Reveal")
            lab.told()
        found = numbers(words.removeprefix(start))[: len(values)]
        assert found == pytest.approx(values, rel=6e-3, abs=6e-3)
        lab.press("Next question")
        assert lab.page.url == before
    assert "question 1 of" in asked.inner_text()


@pytest.mark.parametrize("name", WITH_BOXES)
def test_boxes_keep_their_labels_and_work(open_page, name):
    lab = enter(open_page, name)
    flags = lab.find(".lab-flag:visible").all()
    assert flags
    for flag in reversed(flags):  # one may hide those after it
        label, box = flag.locator("label"), flag.locator("input")
        words, was = label.inner_text(), box.is_checked()
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
def test_a_lab_needs_nothing_that_the_policy_of_its_page_forbids(open_page, name):
    address = PLACES.get(name, f"labs/{name}")
    lab = Lab(open_page(address, bypass_csp=False), name).wake()
    assert lab.page.errors == []


@every_lab
def test_axe_finds_nothing_and_a_lab_fits_on_a_phone_and_on_paper(open_page, name):
    quiet = {"color_scheme": "light", "reduced_motion": "reduce"}
    lab = enter(open_page, name, LINKS[name], **quiet)
    lab.press("Reveal")
    lab.told()
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
                && !e.closest(".lab-numbers") && getComputedStyle(e).clipPath === "none")
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
def test_without_a_script_a_lab_is_a_still(open_page, name):
    place = PLACES.get(name, f"labs/{name}")
    lab = Lab(open_page(place, java_script_enabled=False), name)
    record = (LABS / f"{STEMS[name]}.html").read_text(encoding="utf-8")
    assert lab.is_still
    for kind in ("figcaption", "tbody", ".lab-ask p >> nth=0"):
        assert lab.find(kind).is_visible()
        assert lab.find(kind).inner_html() in record.replace("ROOT/", "../../")
    assert lab.find(".lab-hint").is_visible()
    assert modules(lab.page) == set()


@pytest.mark.parametrize(
    ("name", "lost"), [("step-the-cell", "settings.mjs"), ("which-one", "*.json")]
)
def test_what_does_not_come_leaves_a_still_that_says_so(open_page, name, lost):
    """A module or the data lost; pressed, and the line is better."""
    place = PLACES.get(name, f"labs/{name}")
    page = open_page("")
    page.route(f"**/labs/{lost}", lambda route: route.abort())
    page.goto(f"{page.url}{place}/")
    lab = Lab(page, name)
    lab.root.scroll_into_view_if_needed()
    lab.find(".lab-hint", has_text="could not be loaded").wait_for()
    assert lab.find("svg").is_visible()
    assert not lab.find("form [name]:visible").count()
    page.unroute(f"**/labs/{lost}")
    lab.press("Try again")
    lab.wake()
    assert lab.find(".lab-hint:visible").count() == 0


def test_a_lab_without_a_server_is_a_still(browser, site):
    page = browser.new_page()
    page.goto((site / "labs/step-the-cell/index.html").as_uri())
    page.locator("lab-step-the-cell .lab-hint").wait_for()
    assert Lab(page, "step-the-cell").is_still
    page.close()


def test_what_comes_slowly_is_said_to_come_and_moves_nothing(open_page):
    page, held = open_page("", viewport={"width": 390, "height": 844}), []
    page.route("**/labs/*.mjs", lambda route: held.append(route))
    page.goto(f"{page.url}labs/step-the-cell/")
    lab = Lab(page, "step-the-cell")
    height = lab.root.evaluate("lab => lab.offsetHeight")
    lab.root.scroll_into_view_if_needed()
    lab.find(".lab-hint", has_text="The lab is loading").wait_for()
    assert lab.root.evaluate("lab => lab.offsetHeight") == height
    page.unroute("**/labs/*.mjs")  # which lets go those that are held
    lab.wake()
    assert lab.find(".lab-hint:visible").count() == 0


def test_data_that_come_slowly_or_not_at_all_are_said(open_page):
    lab, held = enter(open_page, "recall-race"), []
    lab.page.route("**/labs/networks-*", lambda route: held.append(route))
    lab.fill("seed", "3", leave=True)
    lab.says("are loading")
    held.pop().abort()
    lab.says("could not be loaded")
    assert lab.value("seed") == lab.find("form [name=seed][type=range]").input_value()
    lab.page.unroute("**/labs/networks-*")
    lab.fill("seed", "3", leave=True)
    lab.page.wait_for_function(
        "document.querySelector('lab-recall-race .lab-note').innerText === ''"
    )
    assert lab.value("seed") == "3"


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
