"""The labs at play: what is dragged, what runs by itself, races, and all of it in one view."""

import json
import re

import pytest

from tests.site.lab import CLIPBOARD, PLACES, Lab, enter, every_lab
from tools.record import run_alone

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def drag(lab, name, *places):
    """The pointer goes down on what is grabbed and over places, parts of its box."""
    box = lab.find(f"svg [data-grab={name}]").bounding_box()
    mouse = lab.page.mouse
    for number, (right, down) in enumerate(places):
        mouse.move(box["x"] + right * box["width"], box["y"] + down * box["height"])
        if number == 0:
            mouse.down()
    mouse.up()


# lab | grabbed | from, to, as parts of its box | what the field then holds
GRABS = [
    ("step-the-cell", "z", (0.5, 0.5), (0.05, 0.5), "0"),
    ("step-the-cell", "r", (0.5, 0.5), (0.05, 0.5), "0"),
    ("step-the-cell", "x", (0.5, 0.5), (0.99, 0.5), "2"),
    ("recall-race", "mark", (0.2, 0.5), (0.99, 0.5), "24"),
    ("recall-race", "time", (0.5, 0.5), (0.01, 0.5), "1"),
    ("gradients", "back", (0.1, 0.5), (0.99, 0.5), "0"),
    ("read-my-sentence", "read", (0.5, 0.9), (0.5, 0.2), "2"),
    ("read-my-name", "at", (0.9, 0.5), (0.01, 0.5), "0"),
]


@pytest.mark.parametrize(("name", "grabbed", "start", "end", "value"), GRABS)
def test_a_part_of_the_picture_is_dragged(open_page, name, grabbed, start, end, value):
    lab = enter(open_page, name)
    lab.find("svg").scroll_into_view_if_needed()
    before, picture = lab.value(grabbed), lab.picture
    drag(lab, grabbed, start, end)
    assert lab.value(grabbed) == value
    assert lab.picture != picture
    assert f"{name}.{grabbed}={value}" in lab.page.url
    if grabbed in "zr":  # what is set by hand is pinned
        assert lab.value(f"pin{grabbed.upper()}") == "yes"
    lab.press("Undo")
    assert (lab.value(grabbed), lab.picture) == (before, picture)
    # The same by keyboard, in words.
    slider = lab.find(f"input[type=range][name={grabbed}]")
    assert slider.get_attribute("aria-label").endswith(", slider")
    slider.press("Home" if float(value) <= float(before) else "End")
    assert lab.picture != picture
    assert lab.page.errors == []


# lab | the settings that it plays through, in order
PLAYS = {
    "step-the-cell": ("x", ["1", "-0.5", "0.25", "0", "0", "0", "-2", "0", "0", "1"]),
    "recall-race": ("time", [str(t) for t in range(1, 26)]),
    "gradients": ("back", [str(back) for back in range(0, 51, 2)]),
    "read-my-sentence": ("read", [str(word) for word in range(1, 10)]),
    "read-my-name": ("at", [str(letter) for letter in range(4, 9)]),
}


@pytest.mark.parametrize("name", PLAYS)
def test_a_lab_plays_pauses_and_ends(open_page, name):
    lab = enter(open_page, name)
    key, wanted = PLAYS[name]
    lab.page.clock.install(time=0)
    lab.page.clock.pause_at(3600)  # from here on time moves only when it is told to
    play = lab.find("[data-act=play]")
    called = play.inner_text()
    play.click()
    seen = [lab.value(key)]
    assert play.inner_text() == "Pause"
    for _ in wanted[1:]:
        lab.page.clock.run_for(900)
        seen.append(lab.value(key))
    assert seen == wanted
    lab.page.clock.run_for(1800)
    assert (play.inner_text(), lab.value(key)) == (called, wanted[-1])
    # Again from the start; a pause holds it, and so does a hand on a control.
    play.click()
    lab.page.clock.run_for(900)
    play.click()
    held = lab.value(key)
    lab.page.clock.run_for(5000)
    assert lab.value(key) == held
    play.click()
    slider, _first = lab.first_slider()
    slider.press("ArrowLeft")
    slider.press("ArrowRight")
    assert play.inner_text() == called
    # All that was played is undone in one step each.
    lab.press("Reset")
    assert f"{name}." not in lab.page.url


# Reading.


def test_words_that_are_not_known_are_named_and_skipped(open_page):
    lab = enter(open_page, "read-my-sentence")
    sentence, told = lab.field("text"), lab.find("figcaption")
    for typed, words, said in [
        (
            "The KEY, near zebras & <i>doors</i>",
            ["the", "key", "near", "doors"],
            "zebras, i, /i",
        ),
        ("constructor toString the dogs", ["the"], "constructor, tostring, dogs"),
        ("日本語 schlüssel 42 %20", [], "skipped: 日本語, schlüssel, 42, %20."),
        ("", [], "Nothing is read yet."),
    ]:
        sentence.fill(typed)
        assert lab.heads() == words
        assert said in told.inner_text()
        assert sentence.get_attribute("aria-invalid") != "true"
    sentence.fill("the keys " * 19)
    assert (
        "at most 36 words that they know, got 38"
        in lab.find(".lab-error >> nth=0").inner_text()
    )
    lab.press("Another sentence")
    assert lab.heads()[1] == "keys"
    assert lab.page.errors == []


def test_a_name_is_folded_to_letters_and_nonsense_is_refused(open_page):
    lab = enter(open_page, "read-my-name")
    name = lab.field("name")
    name.fill("Ñúñez")
    assert lab.heads() == [*".nunez."]
    assert "At the end of “nunez”" in lab.find("figcaption").inner_text()
    name.fill("de la O'Brien-Ruiz")
    assert "".join(lab.heads()) == ".delaobrienruiz."
    name.fill("Ñúñez")
    name.fill("12 <b>")
    assert "14 letters from a to z" in lab.find(".lab-error >> nth=0").inner_text()
    assert lab.heads() == [*".nunez."]
    name.fill("")
    assert lab.heads() == [".", "."]
    assert "At the end of “”" in lab.find("figcaption").inner_text()
    assert lab.page.errors == []


# Training.


def race_is_over(lab):
    lab.find("[data-act=run]", has_text="Play").wait_for()
    lab.page.wait_for_function(
        "document.querySelector('lab-train-it-here').data.runs.every(run => run.over)"
    )


def losses(lab):
    return lab.page.evaluate(
        "document.querySelector('lab-train-it-here').data.runs.map(run => run.loss)"
    )


def test_a_race_is_played_paused_stepped_and_run_again_the_same(open_page):
    lab = enter(open_page, "train-it-here", "budget=300&rate2=0.0003")
    assert "Press Play" in lab.find("figcaption").inner_text()
    lab.press("One step")
    lab.find("tbody td", has_text=re.compile("^1$")).first.wait_for()
    assert [row[3] for row in lab.rows()] == [1, 1]
    lab.press("Play")
    lab.find("svg text", has_text=re.compile(": [1-9]\\d")).first.wait_for()
    lab.press("Pause")
    lab.find("[data-act=run]", has_text="Play").wait_for()
    held = losses(lab)
    lab.page.wait_for_timeout(300)
    assert losses(lab) == held
    lab.press("Play")
    race_is_over(lab)
    first, solved = losses(lab), lab.find("figcaption").inner_text()
    assert "RNN solved it after 175 training steps" in solved
    assert "GRU is at step 300 with" in solved
    assert "One run is an anecdote" in solved
    # The axis has doubled, and says so.
    assert lab.find("svg text", has_text="axis now to 400").count() == 1
    assert lab.find("svg .l-ghost").count() == 0
    lab.press("Rewind")
    lab.find("figcaption", has_text="Press Play").wait_for()
    assert lab.find("svg .l-ghost").count() == 6  # the last run, to compare with
    lab.press("Play")
    race_is_over(lab)
    assert losses(lab) == first
    assert lab.page.errors == []


@pytest.mark.parametrize(
    "library",
    ["numpy", pytest.param("keras", marks=[pytest.mark.keras, pytest.mark.long])],
)
def test_the_program_that_is_handed_over_prints_the_losses_on_the_screen(
    open_page, library
):
    query = (
        f"task=recall&lag=5&budget=300&cell2=lstm&units2=5&rate2=0.01&library={library}"
    )
    lab = enter(open_page, "train-it-here", query, **CLIPBOARD)
    lab.press("Play")
    race_is_over(lab)
    lab.press("Copy as Python")
    lab.says("Copied")
    printed = run_alone(
        "copied.py", lab.page.evaluate("navigator.clipboard.readText()")
    )
    found = re.split(r"^\d: .* units\n", printed, flags=re.MULTILINE)[1:]
    for ours, theirs in zip(losses(lab), found, strict=True):
        told = re.findall(r"step +(\d+): loss ([\d.]+)", theirs)
        assert len(told) >= 2
        for step, loss in told[: len(ours) // 25]:
            near = 1e-6 if library == "numpy" else 2e-3
            assert float(loss) == pytest.approx(ours[int(step) - 1], abs=near)
    if library == "numpy":
        for row, theirs in zip(lab.rows(), found, strict=True):
            step, loss = re.findall(r"step +(\d+): loss ([\d.]+)", theirs)[-1]
            assert row[3:5] == [float(step), float(loss)]


def test_ten_seeds_are_raced_and_their_spread_is_told(open_page):
    lab = enter(
        open_page, "train-it-here", "task=recall&lag=2&units1=8&units2=8&budget=300"
    )
    lab.press("Ten seeds")
    lab.find("figcaption", has_text="of 10 solved").wait_for()
    told = lab.find("figcaption").inner_text()
    assert told.startswith("Seed by seed: RNN, ")
    assert re.search(
        r"GRU, (\d+) of 10 solved, after \d+ to \d+ steps, half of those by", told
    )
    assert lab.find("svg text", has_text="of 10 seeds solved").count() == 2
    with lab.page.expect_download() as coming:
        lab.press("Download the runs")
    record = json.loads(coming.value.path().read_text(encoding="utf-8"))
    assert len(record["ten_seeds"]) == 10
    assert record["task"] == "recall"
    assert "train-it-here.lag=2" in record["address"]


def test_a_run_is_downloaded_as_a_record(open_page):
    lab = enter(open_page, "train-it-here", "task=wave&values=4&budget=300")
    lab.press("Play")
    race_is_over(lab)
    with lab.page.expect_download() as coming:
        lab.press("Download the runs")
    assert coming.value.suggested_filename == "train-it-here-wave-seed-0.json"
    record = json.loads(coming.value.path().read_text(encoding="utf-8"))
    assert [one["loss"] for one in record["networks"]] == losses(lab)
    assert [one["cell"] for one in record["networks"]] == ["rnn", "gru"]
    assert (record["length"], record["seed"], record["budget"]) == (4, 0, 300)


# What each story must show: the index of the network that comes out ahead.
STORIES = {
    "The GRU wins": 1,
    "The RNN wins": 0,
    "The gate decides": 1,
    "Too high a rate": 0,
    "With and without clipping": 1,
}
SLOW = ("The gate decides", "The RNN wins", "With and without clipping")


@pytest.mark.parametrize(
    "story",
    [
        pytest.param(story, marks=[pytest.mark.long] * (story in SLOW))
        for story in STORIES
    ],
)
def test_a_story_is_told_by_one_press_and_is_true(open_page, story):
    lab = enter(open_page, "train-it-here", "seed=5")
    lab.press(story)
    assert lab.note
    assert "train-it-here.budget" not in lab.page.url  # the start's own
    race_is_over(lab)
    runs = lab.page.evaluate(
        """document.querySelector('lab-train-it-here').data.runs.map(run =>
            ({ solved: run.solved ?? 1e9, failed: run.failed, loss: run.loss.at(-1) }))"""
    )
    ahead = STORIES[story]
    first, other = runs[ahead], runs[1 - ahead]
    assert first["solved"] < other["solved"], runs
    lab.press("Undo")
    lab.find("figcaption", has_text="Press Play").wait_for()
    assert lab.value("seed") == "5"


def test_widths_and_parameters_are_made_equal(open_page):
    lab = enter(open_page, "train-it-here", "units1=20")
    lab.press("Equal parameters")
    assert 8 <= int(lab.value("units2")) <= 12
    lab.press("Equal width")
    assert lab.value("units2") == "20"


@pytest.mark.parametrize("task", ["recall", "adding", "wave", "names"])
def test_every_task_shows_its_examples_as_they_are(open_page, task):
    lab = enter(open_page, "train-it-here", f"task={task}")
    read = lab.find(".lab-rows p").inner_text()
    assert read.startswith("Example 1: ")
    lab.fill("example", "2", leave=True)
    lab.find(".lab-rows p", has_text="Example 2: ").wait_for()
    assert lab.find(".lab-rows p").inner_text()[11:] != read[11:]
    lab.press("One step")
    lab.find("tbody td", has_text=re.compile("^1$")).first.wait_for()
    assert lab.page.errors == []


def test_a_worker_that_does_not_come_is_said(open_page):
    page = open_page("")
    page.route("**/labs/train_worker.mjs", lambda route: route.abort())
    page.goto(f"{page.url}labs/train-it-here/")
    lab = Lab(page, "train-it-here")
    lab.says("The training could not be loaded")
    assert lab.find("figcaption").inner_text() != ""


# In one view, on a desk and in a hand.

IN_VIEW = """(lab) => {
    const seen = [], figure = lab.querySelector(".lab-figure");
    for (const control of lab.querySelectorAll("form :is(input, select, button)")) {
        if (!control.checkVisibility() || control.closest(".lab-fold")) continue;
        control.scrollIntoView({ block: "nearest" });
        const one = control.getBoundingClientRect();
        const two = figure.querySelector("svg").getBoundingClientRect();
        const apart = one.left >= two.right || one.top >= two.bottom - 1;
        const inside = one.top >= 40 && one.bottom <= innerHeight + 1
            && two.top >= 40 && two.bottom <= innerHeight + 1;
        if (!apart || !inside)
            seen.push([control.name || control.dataset.act,
                Math.round(one.top), Math.round(two.top), Math.round(two.bottom)]);
    }
    return seen;
}"""


@pytest.mark.parametrize("size", [(1280, 900), (390, 844)], ids=["desk", "phone"])
@every_lab
def test_a_control_and_the_picture_that_it_changes_are_seen_together(
    open_page, name, size
):
    viewport = dict(zip(("width", "height"), size, strict=True))
    lab = enter(open_page, name, viewport=viewport)
    assert lab.root.evaluate(IN_VIEW) == []


@every_lab
def test_a_finger_finds_every_control(open_page, name):
    """44 pixels each way, but for the width of a box to tick, which its label shares."""
    lab = enter(open_page, name, **PHONE)
    small = lab.root.evaluate(
        """lab => [...lab.querySelectorAll("button, select, input, summary")]
            .filter(e => e.checkVisibility())
            .map(e => (e.closest("label, .lab-flag") ?? e).getBoundingClientRect())
            .filter(({ width, height }) => width < 44 || height < 43.5)
            .map(({ width, height }) => [Math.round(width), Math.round(height)])"""
    )
    assert small == []


@every_lab
def test_nothing_moves_when_a_lab_wakes(open_page, name):
    page = open_page("", viewport={"width": 390, "height": 844})
    held, awaited = [], True

    def hold(route):
        if awaited:
            held.append(route)
        else:
            route.continue_()

    page.route("**/labs/*.mjs", hold)
    page.goto(f"{page.url}{PLACES.get(name, f'labs/{name}')}/")
    lab = Lab(page, name)
    lab.root.scroll_into_view_if_needed()
    while not held:
        page.wait_for_timeout(20)
    places = """lab => [lab, ...lab.querySelectorAll(
        ".lab-figure, form, .lab-ask, .lab-rows, .lab-copy")]
        .map(e => [e.offsetTop, e.offsetHeight])"""
    before = lab.root.evaluate(places)
    awaited = False
    for route in held:
        route.continue_()
    lab.wake()
    assert lab.root.evaluate(places) == before


@pytest.mark.parametrize("name", ["count-the-parameters", "which-one"])
def test_an_old_address_still_leads_to_its_lab(open_page, base, name):
    key, value = {"count-the-parameters": ("units", "7"), "which-one": ("lag", "9")}[
        name
    ]
    page = open_page("")
    page.goto(f"{base}labs/{name}/?{name}.{key}={value}", wait_until="commit")
    page.wait_for_url(f"**/{PLACES[name]}/?{name}.{key}={value}#lab-{name}")
    assert Lab(page, name).wake().value(key) == value
