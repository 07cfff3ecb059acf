"""A lab as a person meets it: fields, buttons, a picture, a table, a sentence."""

import re

import pytest

from extensions.labs import element
from tools.standalone import labs

STEMS = {element(path.stem): path.stem for path in labs()}
every_lab = pytest.mark.parametrize("name", STEMS)
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
# Labs that stand on another page than their own.
PLACES = {
    "count-the-parameters": "guide/math",
    "read-my-name": "labs/read-my-sentence",
    "which-one": "guide/when-to-use",
}
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def numbers(words):
    """4.59 × 10⁻¹¹ and −0.5 as floats; words have none."""
    plain = words.replace("−", "-").replace(",", "")
    plain = re.sub(
        r" × 10([⁻⁰-⁹¹²³]+)", lambda m: f"e{m[1].translate(SUPERSCRIPTS)}", plain
    )
    found = re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", plain)
    return [float(number) for number in found]


class Lab:
    def __init__(self, page, name):
        self.page, self.name = page, name
        self.root = page.locator(f"lab-{name}")
        self.find = self.root.locator

    def wake(self):
        self.root.scroll_into_view_if_needed()
        self.page.locator(f"lab-{self.name}[awake]").wait_for()
        if self.name == "train-it-here":  # its worker, too
            self.find("figcaption", has_text="Press Play").wait_for()
        return self

    @property
    def is_still(self):
        asleep = self.root.get_attribute("awake") is None
        return asleep and self.find("svg").is_visible() and self.is_out_of_reach

    @property
    def is_out_of_reach(self):
        """Nothing can be pressed or filled in."""
        return not self.find("button:visible, form [name]:visible").count()

    def field(self, name):
        """The number field, choice or box of that name."""
        return self.find(f"form [name='{name}']:not([type='range'])")

    def value(self, name):
        control = self.field(name)
        if control.get_attribute("type") == "checkbox":
            return "yes" if control.is_checked() else "no"
        return control.input_value()

    def fill(self, name, words, leave=False):
        """Type into a field, and leave it, which ends the change."""
        self.field(name).fill(words)
        if leave:
            self.field(name).press("Tab")

    def first_slider(self):
        """The first slider in sight, and the name of its field."""
        slider = self.find("input[type=range]:visible").first
        return slider, slider.get_attribute("name")

    def button(self, name):
        return self.root.get_by_role("button", name=name)

    def press(self, name):
        self.button(name).click()

    @property
    def note(self):
        return self.find(".lab-note").inner_text()

    def says(self, words):
        """Wait until the note holds these words."""
        self.find(".lab-note", has_text=words).wait_for()

    @property
    def picture(self):
        return self.find("svg").inner_html()

    def differs(self, picture):
        """Wait until the picture is another one."""
        self.page.wait_for_function(
            "([lab, old]) => document.querySelector(`lab-${lab} svg`).innerHTML !== old",
            arg=[self.name, picture],
        )

    def shows(self, picture):
        """Wait until it is this one."""
        self.page.wait_for_function(
            "([lab, old]) => document.querySelector(`lab-${lab} svg`).innerHTML === old",
            arg=[self.name, picture],
        )

    def told(self):
        """The answer to the question, once it is there."""
        told = self.find(".lab-told", has_text=re.compile("shows it now.$"))
        told.wait_for()
        return told.inner_text()

    def unfold(self):
        self.page.evaluate(
            "document.querySelectorAll('details').forEach(d => { d.open = true; })"
        )

    def heads(self):
        """The first cell of each row of the table."""
        return self.find("tbody th").all_inner_texts()

    def rows(self):
        """The numbers in the table, row by row, as a reader sees them."""
        rows = [row.locator("th, td") for row in self.find("tbody tr").all()]
        return [numbers(" ".join(row.all_inner_texts())) for row in rows]

    def everything(self):
        """Every control's value, the picture, its sentence and the table."""
        controls = self.find("form [name]").evaluate_all(
            "all => all.map(e => [e.name, e.value, e.checked, e.disabled])"
        )
        return controls, self.find("figure").inner_html(), self.rows()


def enter(open_page, name, query="", address=None, **options):
    """The lab, alive; the query says what follows the lab's name."""
    address = address or PLACES.get(name, f"labs/{name}")
    asked = "&".join(f"{name}.{part}" for part in query.split("&") if part)
    query = f"?{asked}" if asked else ""
    return Lab(open_page(address, query=query, **options), name).wake()
