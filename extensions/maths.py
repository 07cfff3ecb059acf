"""Turn the formulas that pymdownx.arithmatex finds into MathML while the page is built.

A formula that math-core cannot read stops the build and names the formula. What a page
leaves to the eye, a product without a sign and a function before its bracket, is said
to those who listen by signs that are not drawn.
"""

import html
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import markdown
from markdown.postprocessors import Postprocessor
from math_core import LatexError, LatexToMathML

FORMULA = re.compile(
    r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.DOTALL
)

APPLY, TIMES = "\u2061", "\u2062"


def unseen(left: ET.Element, right: ET.Element) -> str:
    """The sign that belongs between two neighbours, or none."""
    before, after = ("".join(one.itertext()) for one in (left, right))
    if "mtext" in (left.tag, right.tag) or (left.tag == "mo" and before != ")"):
        return ""
    if right.tag == "mo" and after != "(":
        return ""
    if before[:1] in "∂∑∏" or (left.tag == "mrow" and before == "d"):
        return ""  # a derivative, or all that follows
    function = left.tag in ("mi", "mrow") and (before == "σ" or len(before) > 1)
    return APPLY if function and right.tag == "mo" else TIMES


def spoken(mathml: str) -> str:
    """The same formula, with what it says but does not show."""
    root = ET.fromstring(mathml.replace("&ApplyFunction;", APPLY))
    for row in root.iter():
        if row.tag in ("math", "mrow", "mtd"):
            shown = [one for one in row if one.tag != "mspace"]
            for left, right in reversed([*pairwise(shown)]):
                if sign := unseen(left, right):
                    between = ET.Element("mo")
                    between.text = sign
                    row.insert([*row].index(left) + 1, between)
    for sign in root.iter("mo"):
        if sign.text == "⊙":
            sign.set("largeop", "false")  # or Firefox draws it so
            sign.set("intent", "_elementwise-times")
    return ET.tostring(root, encoding="unicode")


class MathsPostprocessor(Postprocessor):
    converter = LatexToMathML(fancy_error=False)

    def run(self, text: str) -> str:
        return FORMULA.sub(self.replace, text)

    def replace(self, match: re.Match[str]) -> str:
        tag, _, escaped = match.groups()
        latex = html.unescape(escaped).strip()
        try:
            mathml = self.converter.convert_with_local_state(
                latex, displaystyle=tag == "div"
            )
        except LatexError as error:
            raise ValueError(
                f"formula: expected LaTeX that math-core knows, got {latex!r}: {error}"
            ) from error
        mathml = spoken(mathml)
        if tag == "span":
            return mathml
        # Wide formulas scroll in a box of their own, which a keyboard can reach.
        attributes = 'class="formula" role="group" aria-label="Formula" tabindex="0"'
        return f"<div {attributes}>{mathml}</div>"


class MathsExtension(markdown.Extension):
    def extendMarkdown(self, md: markdown.Markdown) -> None:
        # After raw HTML is back in place (priority 30).
        md.postprocessors.register(MathsPostprocessor(md), "maths", 5)


def makeExtension(**options: object) -> MathsExtension:
    return MathsExtension(**options)
