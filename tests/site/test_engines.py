"""Reading, copying, searching, choosing a scheme and driving each lab, the same tests
in Chromium, Firefox and WebKit: `make engines`.
"""

import json
import re
import subprocess

import pytest

from tests.site.lab import PLACES, every_lab
from tools.engines import ENGINES, ENTER, ESCAPE, LEFT, RIGHT, TAB, missing
from tools.measure import from_npm

pytestmark = [pytest.mark.engines, pytest.mark.browser]
# A formula in another engine beside Chromium's: by how many pixels it may be wider and
# higher, or by what share if it has several lines. The tilde floats in Firefox and
# WebKit: half a line. A sign's box holds the space beside it there, 8 pixels.
WIDER, HIGHER, SHARE, SIGN = 8, 12, 0.3, 12


@pytest.fixture(scope="module", params=ENGINES)
def engine(request):
    if request.param in missing():
        pytest.skip(f"no {request.param} here: python -m tools.engines --install")
    with ENGINES[request.param]() as window:
        window.resize(1280, 900)
        yield window


@pytest.fixture
def at(engine, base):
    def go(address, width=1280):
        engine.resize(width, 900)
        engine.go(f"{base}{address}{'/' if address else ''}")
        engine.run("localStorage.clear()")
        return engine

    return go


def test_a_page_is_read(at):
    page = at("guide/gru")
    assert page.run("return document.querySelector('h1').innerText").startswith(
        "What is a GRU"
    )
    page.until("[...document.fonts].some((font) => font.status === 'loaded')")
    clipped = page.run("""
        return [...document.querySelectorAll("article svg")]
            .filter((svg) => !svg.getBoundingClientRect().width).length""")
    assert not clipped


@pytest.mark.parametrize("width", [1280, 460])  # no window of WebKitGTK is narrower
def test_no_page_scrolls_sideways(at, pages, width):
    wide = []
    for address in pages:
        page = at(address, width)
        found = page.run("return [document.documentElement.scrollWidth, innerWidth]")
        if found[0] > found[1]:
            wide.append((address, found))
    assert not wide


def test_code_is_copied(at):
    page = at("code/example")
    code = page.run("return document.querySelector('.highlight code').innerText")
    page.run("document.querySelector('.highlight code').scrollIntoView()")
    button = ".highlight .md-code__button"  # it comes when its block is seen
    page.until(f"document.querySelector('{button}') !== null")
    page.click(button)
    page.until("document.querySelector('.md-dialog').innerText.includes('Copied')")
    page.run("""
        const area = document.body.appendChild(document.createElement("textarea"));
        area.id = "pasted";
        area.focus();""")
    page.press("v", control=True)
    pasted = page.until("document.querySelector('#pasted').value")
    assert pasted.strip() == code.strip()


def test_search_finds_and_opens(at):
    page = at("")
    page.press("/")
    page.press("update gate")
    first = page.until("document.querySelector('.md-search-result__item a')?.href")
    assert "/guide/gru/" in first
    page.press(ENTER)
    page.until("location.pathname.endsWith('/guide/gru/')")


def test_the_scheme_is_chosen_and_kept(at):
    page = at("guide/rnn")
    scheme = "document.body.dataset.mdColorScheme"
    before = page.run(f"return {scheme}")
    ground = "getComputedStyle(document.body).backgroundColor"
    colour = page.run(f"return {ground}")
    page.click("[data-md-component=palette] label:not([hidden])")
    page.until(f"{scheme} !== '{before}'")
    assert page.run(f"return {ground}") != colour
    page.run("location.reload()")
    page.until("document.readyState === 'complete'")
    page.until(f"{scheme} !== '{before}'")


def test_the_menu_opens_by_key_on_a_phone(at):
    page = at("guide/rnn", 460)
    shown = "!!document.querySelector('#__drawer').checked"
    for _ in range(12):
        page.press(TAB)
        if page.run(
            "return document.activeElement.matches('[aria-controls], .md-header__button')"
            " && document.activeElement.closest('.md-header') !== null"
            " && /menu|navigation/i.test(document.activeElement.getAttribute('aria-label') ?? '')"
        ):
            break
    page.press(ENTER)
    page.until(shown)
    page.press(ESCAPE)
    page.until(f"!({shown})")


def boxes(page, base, addresses):
    """Width and height of every formula, and the width of its widest sign, in the order
    of the pages.
    """
    found = []
    for address in addresses:
        page.go(f"{base}{address}/")
        page.run(
            "document.querySelectorAll('details').forEach((d) => { d.open = true; })"
        )
        # 'ready' alone may come before the page has asked for its font.
        page.run("""await document.fonts.load("1em 'STIX Two Math'")""")
        page.run("await document.fonts.ready")
        found += page.run("""
            return [...document.querySelectorAll("article math")].map((formula) => {
                const { width, height } = formula.getBoundingClientRect();
                const signs = [...formula.querySelectorAll("mo:not(munder > mo, mover > mo)")]
                    .map((sign) => sign.getBoundingClientRect().width);
                return [formula.textContent.slice(0, 60), width, height, Math.max(0, ...signs)];
            })""")
    return found


@pytest.fixture(scope="module")
def maths(site, pages):
    """The pages with formulas."""

    def has_some(address):
        return "<math" in (site / address / "index.html").read_text(encoding="utf-8")

    return [address for address in pages if has_some(address)]


@pytest.fixture(scope="module")
def drawn_by_chromium(engine, base, maths):
    if engine.name == "chromium":
        return boxes(engine, base, maths)
    with ENGINES["chromium"]() as window:
        window.resize(1280, 900)
        return boxes(window, base, maths)


def test_formulas_are_as_large_as_in_chromium(at, base, maths, drawn_by_chromium):
    page = at("")
    here = boxes(page, base, maths)
    assert [one[0] for one in here] == [one[0] for one in drawn_by_chromium]
    other = []
    for (words, *drawn), (_, *expected) in zip(here, drawn_by_chromium, strict=True):
        wider, taller, sign = (
            abs(one - two) for one, two in zip(drawn, expected, strict=True)
        )
        high = taller > HIGHER and taller > SHARE * expected[1]
        if wider > WIDER or high or sign > SIGN:
            other.append((words, drawn, expected))
    assert not other


@every_lab
def test_a_lab_is_driven(at, name):
    page = at(PLACES.get(name, f"labs/{name}"))
    lab = f"document.querySelector('lab-{name}')"
    page.run(f"{lab}.scrollIntoView({{ block: 'center', behavior: 'instant' }})")
    page.until(f"{lab}.hasAttribute('awake')")
    if name == "train-it-here":
        page.until(f"{lab}.innerText.includes('Press Play')")
    slider = f"[...{lab}.querySelectorAll('input[type=range]')].find((e) => e.checkVisibility())"
    before = page.run(f"const one = {slider}; one.focus(); return one.value")
    page.press(RIGHT * 2 + LEFT if before == "1" else LEFT * 2 + RIGHT)
    page.until(f"{slider}.value !== '{before}'")
    page.run(f"{lab}.querySelector('[data-act=reset]').id = 'reset'")
    page.click("#reset")
    page.until(f"{slider}.value === '{before}'")
    picture = page.run(f"return {lab}.querySelector('svg').innerHTML + {lab}.innerText")
    page.run(f"{slider}.focus()")
    page.press(RIGHT if before == "1" else LEFT)
    page.until(
        f"{lab}.querySelector('svg').innerHTML + {lab}.innerText !== {json.dumps(picture)}"
    )
    if name != "train-it-here":  # there a question is a training
        page.run(f"{lab}.querySelector('.lab-ask input').id = 'guess'")
        page.click("#guess")
        page.run(f"{lab}.querySelector('[data-act=reveal]').id = 'reveal'")
        page.click("#reveal")
        page.until(
            f"{lab}.querySelector('.lab-told')?.innerText.endsWith('shows it now.')"
        )


# What a screen reader says of the page of maths. It knows no sign for a product number
# by number; the others say it by the formula's `intent`.
SPOKEN = [
    "h sub t equals the hyperbolic tangent of open paren x sub t W plus "
    "h sub t minus 1 U plus b close paren",
    "sigma of a equals 1 divided by open paren 1 plus e raised to the negative a power close paren",
]
SPEAK = """
const speech = require("speech-rule-engine");
speech.setupEngine({ locale: "en", domain: "clearspeak", json: process.argv[1] })
  .then(() => speech.engineReady())
  .then(() => JSON.parse(require("fs").readFileSync(0, "utf8")))
  .then((formulas) => console.log(JSON.stringify(formulas.map((one) => speech.toSpeech(one)))));
"""


def test_formulas_are_read_as_sentences(site, maths):
    """By speech-rule-engine, as MathJax's readers hear them."""
    formulas = []
    for address in maths:
        text = (site / address / "index.html").read_text(encoding="utf-8")
        formulas += re.findall(r"<math\b.*?</math>", text, re.DOTALL)
    modules = from_npm("speech-rule-engine@4.1.5")
    rules = modules / "speech-rule-engine/lib/mathmaps"
    done = subprocess.run(
        ["node", "-e", SPEAK, str(rules)],
        cwd=modules.parent,
        input=json.dumps(formulas),
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(done.stdout)
    assert len(said) == len(formulas)
    assert all(said)
    # A product is no function, and sigma no factor.
    wrong = re.compile(r"sub \w( minus 1)? of |\b[WUV]( sub \w)? of |sigma times")
    assert not [one for one in said if wrong.search(one)]
    assert set(SPOKEN) <= set(said)
