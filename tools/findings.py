"""Findings: what a record shows, in words, with its condition and its figures.

An experiment's findings(record) and the functions in snippets/findings/ return
{name: finding(...)}. They become part of the record; a page marks the sentence that
leans on one with [[ so("name") ]].
"""

from typing import Any


def finding(words: str, holds: bool, **figures: Any) -> dict[str, Any]:
    """words say what was found, holds whether the record bears it out, figures on what
    it rests, by name.
    """
    return {"words": words, "holds": bool(holds), "figures": figures}
