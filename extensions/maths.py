"""Turn the formulas that pymdownx.arithmatex finds into MathML while the page is built.

A formula that math-core cannot read stops the build and names the formula.
"""

import html
import re

import markdown
from markdown.postprocessors import Postprocessor
from math_core import LatexError, LatexToMathML

FORMULA = re.compile(
    r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.DOTALL
)


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
