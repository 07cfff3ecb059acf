"""The built site in a real browser, as a person meets it."""

import json
import re

import pytest

from extensions import links
from tests.site.lab import CLIPBOARD
from tests.test_pages import FINDINGS
from tools.record import NOTEBOOKS
from tools.serving import Handler

pytestmark = pytest.mark.browser

PAGES = sorted(
    path.rpartition(".")[0].removesuffix("index").rstrip("/")
    for path in links.pages().values()
)
every_page = pytest.mark.parametrize("address", PAGES, ids=lambda a: a or "home")
WIRE_LIMIT = 105_000  # bytes, everything that opening a page fetches
PHONE = {"viewport": {"width": 360, "height": 740}}


# All colours come from one style sheet: for contrasts, and for the dark scheme, a page of
# each kind will do.
DARK = ("", "guide/gru", "articles/lstm", "code/example", "notebooks/letters",
        "evidence/recall", "evidence", "reference/claims", "practice/shapes")  # fmt: skip


@every_page
def test_opens_light_without_errors_or_other_hosts_whole_for_axe_and_a_phone(
    open_page, base, address
):
    Handler.forget()
    wide = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}
    wide["bypass_csp"] = False
    page = open_page(address, "networkidle", reduced_motion="reduce", **wide)
    assert page.errors == []
    assert [url for url in page.requested if not url.startswith((base, "data:"))] == []
    assert 50_000 < Handler.sent < WIRE_LIMIT, f"{Handler.sent:,} bytes"
    # From here on also what is folded away at first.
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    if not address.startswith("labs"):  # whose labs test_labs.py examines at work
        assert violations(page, "light", contrast=address in DARK) == []
    if address in DARK:
        assert violations(page, "dark") == []
    for width in (316, 720, 960, 1219):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.set_viewport_size(PHONE["viewport"])
    assert outside(page) == [360, []]
    page.set_viewport_size(wide["viewport"])
    twice = "document.documentElement.style.fontSize = '250%'"  # the theme has 125
    page.evaluate(twice)
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 990})
    assert page.evaluate(CLIPPED) == []


# Paper does not scroll.
CLIPPED = """() => [...document.querySelectorAll("article *")]
    .filter(e => e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 2
        && getComputedStyle(e).overflowX !== "visible")
    .map(e => e.outerHTML.slice(0, 90))"""


# A picture is one image to axe; the colours of code are the same everywhere.
EXAMINED = {"exclude": [["figure.diagram svg > *"], ["details .highlight code"]]}


def violations(page, scheme, contrast=True):
    """What axe finds: in light, the system's scheme, or in dark, switched to; None: in
    the scheme that there is.
    """
    from axe_playwright_python.sync_playwright import Axe

    if scheme == "dark":
        page.locator("label[title='Switch to the dark scheme']").dispatch_event("click")
    expected = {"light": ["default"], "dark": ["slate"]}.get(
        scheme, ["default", "slate"]
    )
    assert page.locator("body").get_attribute("data-md-color-scheme") in expected
    # The dark scheme is the same page in other colours.
    only = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}
    options = {"resultTypes": ["violations"], **only}
    if not contrast:  # half of the time
        options["rules"] = {"color-contrast": {"enabled": False}}
    found = Axe().run(page, context=EXAMINED, options=options).response["violations"]
    return [
        f"{scheme} {v['id']}: {v['nodes'][0]['html'][:200]} "
        f"{v['nodes'][0]['failureSummary']}"
        for v in found
    ]


def outside(page):
    """How wide the page is, and what of it is beyond the edge of the screen: wide things
    scroll inside boxes of their own, and all of them are inside the page.
    """
    return page.evaluate(
        """() => [document.documentElement.scrollWidth,
            [...document.querySelectorAll('article *')].filter(e => {
                const box = e.getBoundingClientRect();
                if (box.width === 0 || box.right <= innerWidth + 1) return false;
                for (let p = e; p && p.tagName !== 'ARTICLE'; p = p.parentElement)
                    if (/auto|scroll|hidden/.test(getComputedStyle(p).overflowX))
                        return false;
                return getComputedStyle(e).position !== 'absolute';
            }).map(e => e.outerHTML.slice(0, 90))]"""
    )


READABLE = """() => {
    const seen = e => {
        const box = e.getBoundingClientRect(), style = getComputedStyle(e);
        return box.width > 0 && box.height > 0 && style.visibility === 'visible'
            && style.opacity !== '0';
    };
    const hidden = selector => [...document.querySelectorAll(selector)]
        .filter(e => !e.closest('details:not([open])') && !seen(e))
        .filter(e => !e.closest('.lab :is(form, .lab-copy, .lab-buttons, [role])'))
        .map(e => e.outerHTML.slice(0, 90));
    return hidden('article :is(h1, h2, p, li, math, pre, figure svg, table, td)');
}"""


@pytest.fixture(scope="module")
def quiet(browser):
    """A page for all addresses, without JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


@every_page
def test_everything_is_readable_without_javascript(quiet, base, address):
    page = quiet
    page.goto(base + address + ("/" if address else ""))
    article = page.locator("article")
    # Playwright's own measuring works in a world of its own, without page scripts.
    assert page.evaluate(READABLE) == []
    assert len(article.inner_text()) > 500
    folded = article.locator("details:not(.cite) summary")
    if folded.count():  # hidden answers open without a script
        folded.last.click()
        assert (
            article.locator("details:not(.cite)").last.locator("p").first.is_visible()
        )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_open_menu_and_the_search(open_page, scheme):
    page = open_page("guide/math", "networkidle", reduced_motion="reduce", **PHONE)
    page.get_by_role("button", name="Menu").click()
    assert violations(page, scheme) == []
    page.keyboard.press("Escape")
    page.locator("label[for=__search]").first.click()
    page.keyboard.type("reset_after")
    page.locator(".md-search-result__item a").first.wait_for()
    page.wait_for_timeout(300)
    assert violations(page, None) == []


FOCUS = """() => {
    const e = document.activeElement, box = e.getBoundingClientRect();
    if (e === document.body) return null;
    const { outlineStyle, visibility } = getComputedStyle(e);
    const seen = box.right > 0 && box.left < innerWidth && visibility === "visible"
        && outlineStyle !== "none";
    return [seen, e.matches(".md-sidebar--primary *"), e.outerHTML.slice(0, 90)];
}"""


def stops(page):
    """Each stop of the Tab key until the page is left."""
    for _ in range(300):
        page.keyboard.press("Tab")
        page.wait_for_timeout(30)
        if (found := page.evaluate(FOCUS)) is None:
            return
        yield found
    raise AssertionError("the Tab key leads round in a circle")


@pytest.mark.parametrize("address", ["", "guide/gru"])
def test_the_keyboard_reaches_what_is_seen_and_opens_the_menu_of_a_phone(
    open_page, address
):
    page = open_page(address, "networkidle", reduced_motion="reduce", **PHONE)
    found = list(stops(page))
    assert [what for seen, _, what in found if not seen] == []
    assert not any(inside for _, inside, _ in found), "the closed menu has stops"
    menu = page.get_by_role("button", name="Menu")
    menu.focus()
    page.keyboard.press("Enter")
    assert menu.get_attribute("aria-expanded") == "true"
    assert page.evaluate(FOCUS)[1], "the focus is in the menu"
    inside = []
    for stop in stops(page):
        if not stop[1]:
            break
        inside.append(stop)
    assert len(inside) > 5
    assert [what for seen, _, what in inside if not seen] == []
    page.keyboard.press("Escape")
    assert menu.get_attribute("aria-expanded") == "false"
    assert menu.evaluate("e => e === document.activeElement")


def test_maths_is_drawn_with_our_font(open_page):
    page = open_page("guide/math")
    assert page.evaluate("document.fonts.check('16px \"STIX Two Math\"')")
    assert any("stix-two-math" in url for url in page.requested)
    tall = page.locator("math").first.bounding_box()
    assert tall["height"] > 8


def test_pages_without_maths_do_not_load_the_font(open_page):
    page = open_page("reference/contributing")
    assert not any("stix-two-math" in url for url in page.requested)


def test_search_finds_the_update_gate(open_page, base):
    page = open_page("", bypass_csp=False)
    page.keyboard.press("/")
    page.keyboard.type("update gate")
    results = page.locator(".md-search-result__item a")
    results.first.wait_for()
    hrefs = [results.nth(i).get_attribute("href") for i in range(results.count())]
    assert "guide/gru" in hrefs[0], hrefs
    results.first.click()
    assert page.url.startswith(base)
    page.locator("article").wait_for()
    assert page.errors == []


# What somebody types, and where the answer stands.
SOUGHT = {
    "clipnorm": "practice/training/#clip",
    "get_weights": "practice/weights/#columns",
    "GPU slower than CPU": "practice/speed/#gpu",
    "CUDNN_STATUS_BAD_PARAM": "practice/speed/#bad-param",
    "tf2onnx GRU Loop": "practice/export/#keras-onnx",
    "systematic offset": "practice/forecasts/#offset",
    "torchscript": "practice/export/#script",
    "return_state": "practice/returns/#state",
    "batch_first": "practice/shapes/#order",
    "ndim": "practice/shapes/#ndim",
    "enforce_sorted": "practice/lengths/#sorted",
    "reset_after": "practice/old-code/#reset-after",
    "CuDNNGRU is not compatible with GRU(reset_after=False)": "practice/old-code/#cudnn",
    "lengths argument should be a 1D CPU int64 tensor": "practice/lengths/#empty",
    "found ndim=4 convolution output LSTM": "practice/shapes/#convolution",
    "go_backwards": "practice/returns/#go-backwards",
    "predict next n steps": "practice/forecasts/#ahead",
    "torch.compile LSTM": "practice/speed/#compile",
    "PackedSequence slow": "practice/speed/#packed",
    "lstm autoencoder": "practice/forms/#autoencoder",
    "predict next word": "practice/text/#next-word",
    "negative loss": "practice/training/#negative",
    "inner_activation": "practice/old-code/#names",
    "received 0 variables during loading": "practice/old-code/#variables",
    "onnx export batch size": "practice/export/#sizes",
    "backward through the graph a second time": "practice/state/#backward",
    "object has no attribute reset_states": "practice/state/#reset",
    "index out of range in self": "practice/text/#range",
    "tf.function retracing": "practice/speed/#retrace",
    "bidirectoinal": "practice/returns/#bidirectional",
    "tempurature": "practice/text/#sampling",
}


def test_search_finds_identifiers_errors_and_slips(open_page):
    """Among the first three pages, and the section among those shown of it."""
    page = open_page("")
    page.keyboard.press("/")
    field = page.locator("[data-md-component=search-query]")
    for words, place in SOUGHT.items():
        field.fill(words[:-1])
        field.press_sequentially(words[-1])  # the search listens to keys
        page.wait_for_function(
            """place => [...document.querySelectorAll(
                ".md-search-result__item:nth-child(-n+3) a")]
                .some(a => a.href.replace(/\\?[^#]*/, "").endsWith(place))""",
            arg=place,
        )


def test_the_choice_of_a_library_holds_for_the_site(open_page, base):
    page = open_page("practice/shapes")
    page.get_by_text("PyTorch", exact=True).first.click()
    for address in ("practice/shapes", "practice/returns"):
        page.goto(f"{base}{address}/")
        code = page.locator(".tabbed-block:visible .filename >> nth=0")
        code.get_by_text("_pytorch.py").wait_for()


def test_without_a_script_both_libraries_are_there_with_their_names(quiet, base):
    quiet.goto(f"{base}practice/shapes/")
    first = quiet.locator(".tabbed-set").first
    assert first.locator(".library").all_inner_texts() == ["Keras", "PyTorch"]
    assert all(block.is_visible() for block in first.locator("pre").all())
    assert not first.locator(".tabbed-labels").is_visible()


def test_a_system_in_the_dark_gets_the_dark_scheme(open_page):
    page = open_page("", color_scheme="dark")
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"


def test_the_scheme_can_be_switched_and_is_remembered(open_page):
    page = open_page("guide/gru", color_scheme="light")

    def background():
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colour)[:3]))

    assert background() > 600
    page.locator("label[title='Switch to the dark scheme']").click()
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"
    assert background() < 150
    page.reload()
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"
    strokes = page.evaluate(
        "getComputedStyle(document.querySelector('figure.diagram text')).fill"
    )
    assert sum(map(int, re.findall(r"\d+", strokes)[:3])) > 450


def test_a_tooltip_explains_a_term(open_page):
    page = open_page("guide/gru")
    term = page.locator("article abbr", has_text="sigmoid").first
    term.hover()
    page.get_by_role("tooltip").first.wait_for()
    assert "0 to 1" in page.get_by_role("tooltip").first.inner_text()


def test_formulas_and_code_can_be_reached_by_keyboard(open_page):
    page = open_page("guide/gru", **PHONE)
    boxes = page.locator("div.formula")
    assert boxes.count() > 0
    boxes.first.focus()
    assert page.evaluate("document.activeElement.matches('div.formula')")


def test_a_table_that_scrolls_can_be_reached_by_keyboard(open_page):
    page = open_page("evidence/step-cost", **PHONE)
    boxes = page.locator(".md-typeset__scrollwrap[tabindex='0']")
    assert boxes.count() > 0
    boxes.first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")


CLAIM = ("guide/comparison", "rnn_adds_40_late rnn_recalls_40_at_its_own_rate")


@pytest.mark.parametrize("by", ["mouse", "key", "finger"])
def test_the_mark_behind_a_claim_opens_what_it_rests_on(open_page, by):
    address, names = CLAIM
    options = {"has_touch": True, **PHONE} if by == "finger" else {}
    page = open_page(address, **options)
    mark = page.locator(f"a.so[data-findings^='{names}']").first
    mark.scroll_into_view_if_needed()
    if by == "key":
        mark.focus()
        page.keyboard.press("Enter")
    elif by == "finger":
        mark.tap()
    else:
        mark.click()
    card = page.get_by_role("dialog", name="What this rests on")
    for name in names.split():
        card.get_by_text(FINDINGS[name]["words"]).first.wait_for()
    card.get_by_text("make evidence only=recall").first.wait_for()
    assert violations(page, "light") == []
    leads = [link.get_attribute("href") for link in card.get_by_role("link").all()]
    assert all(page.request.get(link.split("#")[0]).ok for link in leads)
    page.keyboard.press("Escape")
    assert card.count() == 0
    assert page.evaluate("document.activeElement.matches('a.so')")
    assert page.errors == []


def test_without_a_script_the_mark_is_a_link_to_the_finding(open_page):
    page = open_page(CLAIM[0], java_script_enabled=False)
    page.locator(f"a.so[data-findings^='{CLAIM[1]}']").first.click()
    page.wait_for_url("**/reference/claims/#rnn_adds_40_late")
    assert page.locator("#rnn_adds_40_late").is_visible()


def test_where_the_claims_cannot_be_read_the_mark_leads_there(open_page):
    page = open_page(CLAIM[0])
    page.route(
        "**/reference/claims/",
        lambda r: r.abort() if r.request.resource_type == "fetch" else r.continue_(),
    )
    page.locator("a.so").first.click()
    page.wait_for_url("**/reference/claims/#*")


def copy(page, block):
    """Press a block's copy button; what the clipboard holds then."""
    block.scroll_into_view_if_needed()
    block.hover()
    block.locator(".md-code__button, .md-clipboard").first.click()
    return page.evaluate("navigator.clipboard.readText()")


def test_a_file_of_the_list_downloads(open_page):
    page = open_page("code/from-scratch", accept_downloads=True)
    row = page.locator("p", has=page.locator("a[href$='/rnn_cell.py'][download]"))
    assert "lines" in row.inner_text()
    with page.expect_download() as download:
        row.get_by_role("link", name="download").click()
    assert download.value.suggested_filename == "rnn_cell.py"


def test_every_block_of_code_has_a_copy_button_that_copies_its_text(open_page):
    page = open_page("guide/gru", **CLIPBOARD)
    blocks = page.locator(".highlight.part")
    assert blocks.count() >= 2
    for index in range(blocks.count()):
        block = blocks.nth(index)
        code = block.locator("code")
        assert copy(page, block).strip() == code.inner_text().strip()
        covered = code.evaluate("""(code) => {
            const { left, right, top } = code.getBoundingClientRect();
            return [left + 30, right - 20].filter(
                (x) => !code.contains(document.elementFromPoint(x, top + 16)));
        }""")
        assert not covered, "the button stands on the first line"


def test_the_notebooks_cells_are_copied_as_they_ran(open_page):
    """Whose outputs test_records.py compares with those of another run."""
    page = open_page("notebooks/code_example", **CLIPBOARD)
    notebook = json.loads((NOTEBOOKS / "code_example.ipynb").read_text("utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    cells = page.locator(".highlight.cell")
    assert cells.count() == len(code) > 3
    for place, cell in enumerate(code):
        assert copy(page, cells.nth(place)).strip() == "".join(cell["source"]).strip()
