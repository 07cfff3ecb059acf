"""Which sentences of the pages claim a quantity, and what each of them rests on.

    python -m tests.pages.claims            the count, page by page
    python -m tests.pages.claims --list     every claim with its kind

A sentence is a claim if it gives a number, a fraction or a multiple, or if it says of a
network, a layer, a gate, a task or the like that it is more, less, faster, never solved
and so on. It is *bound* if it prints a record, or stands in test_claims.CLAIMS with the
condition it rests on; *cited* if its paragraph links to the references; *by definition*
if it follows from an equation, a setting, or the way words are used, and stands in
definitions.txt; else *unbound*.
"""

import re
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tests.pages.source import FENCED, PAGES, page_name

DEFINITIONS = Path(__file__).with_name("definitions.txt")
KINDS = ("bound", "cited", "by definition", "unbound")
# No prose of the guide's own: bibliography, and how to contribute.
LEFT_OUT = ("reference/references.md", "reference/contributing.md")

QUANTITY = re.compile(
    r"\[\[(?!\s*versions)"
    r"|(?<![\w.#^_/-])\d[\d,.]*(?!\w)"
    r"|\b(twice|half|thirds?|quarters?|percent|doubles?|times as|times the"
    r"|(?:two|three|four|five|six|eight|ten|hundred|thousand) times)\b",
    re.IGNORECASE,
)
SUBJECT = re.compile(
    r"\b(RNNs?|GRUs?|LSTMs?|ReLU|tanh|gates?|networks?|layers?|Keras|PyTorch|gradients?"
    r"|bias|formula|convolutions?|CNN|Transformers?|attention|steps?|task|recall|adding"
    r"|seeds?|runners?|memory|learning rate|size|width|predict|it|they|both|neither"
    r"|former|latter)\b",
    re.IGNORECASE,
)
OUTCOME = re.compile(
    r"\b(faster|slower|quicker|cheaper|dearer|longer|shorter|smaller|larger|bigger"
    r"|better|worse|stronger|weaker|sooner|later|earlier|harder|easier|fewer|less|more"
    r"|most|least|best|worst|never|always|cannot|ahead|behind|close|tie|wins?|won"
    r"|beats?|beat|fails?|failed|solves?|solved|loses?|lost|vanish(?:es)?|rivals?"
    r"|outperforms?|superior|inferior|dominates?|obsolete|helps?|forgets?|remembers?"
    r"|converges?|strong|weak|poor|good|soon|late|expensive|cheap|as well as|as good as"
    r"|first at|the same)\b",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+(?=[A-Z*`(\[$'])")


class Claim(NamedTuple):
    page: str
    words: str
    kind: str


def sentences(source: str) -> list[tuple[str, str]]:
    """(sentence, the paragraph, list item or table row it stands in)."""
    front, body = source.split("---\n", 2)[1:]
    description = re.search(r"^description: (.*)$", front, re.MULTILINE)
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    body = FENCED.sub("", body)
    body = re.sub(r"\$\$.*?\$\$", "", body, flags=re.DOTALL)
    body = re.sub(r"\[\[%.*?%\]\]", "", body, flags=re.DOTALL)
    body = re.sub(r"^--8<--.*$", "", body, flags=re.MULTILINE)
    body = re.sub(r'<span class="verdict[^>]*>.*?</span>', "", body)  # a judgement
    body = re.sub(r"</?(?:div|span|figure|figcaption|br|sub|sup)\b[^>]*>", "", body)
    body = re.sub(r"\{ [#:.][^}\n]*\}", "", body)
    # What we believed before a run is no claim; what the run said about it is.
    body = re.sub(r"^## What we expected$.*?(?=^## )", "", body, flags=re.M | re.S)
    # Nor are the heads of tables.
    body = re.sub(r"^\|.*\|\n(?=\|\s*:?-)", "", body, flags=re.M)
    blocks: list[str] = [description[1]] if description else []
    for paragraph in re.split(r"\n\s*\n", body):
        lines: list[str] = []
        for line in paragraph.splitlines():
            # Rows, list items and headings stand for themselves.
            if re.match(r"\s*(\||[-*+] |\d+\. |#+ |\?\?\?)", line) or not lines:
                lines.append(line.strip())
            else:
                lines[-1] += " " + line.strip()
        blocks += lines
    found = []
    for block in blocks:
        if re.fullmatch(r"[|\s:-]*|\?\?\? .*", block):
            continue
        plain = " ".join(block.split())
        # In a table, each cell speaks for itself.
        cells = [plain]
        if plain.startswith("|"):
            row = re.sub(r"\[\[.*?\]\]", lambda m: m[0].replace("|", "!"), plain)
            cells = [cell.strip() for cell in row.strip("|").split("|")]
        parts = [part for cell in cells for part in re.split(SENTENCE_END, cell)]
        found += [(part, plain) for part in parts]
    return found


def is_claim(sentence: str) -> bool:
    words = re.sub(r"\]\([^)]*\)", "]", sentence)
    words = re.sub(r"`[^`]*`|\$[^$]*\$", "", words)
    words = re.sub(r"^(\d+\.|#+|[-*])( |$)", "", words)
    words = re.sub(r"(et al\.|and [A-Z]\w+|[A-Z]\w+) (19|20)\d\d\b", "", words)
    if words.endswith("?"):
        return False
    return bool(
        QUANTITY.search(words) or (SUBJECT.search(words) and OUTCOME.search(words))
    )


def definitions() -> list[tuple[str, str]]:
    """(page, words) of each line of definitions.txt; '#' begins a reason."""
    lines = DEFINITIONS.read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line and not line.startswith("#")]
    return [tuple(row.split(" | ", 1)) for row in rows]  # type: ignore[misc]


def claims() -> list[Claim]:
    from tests.pages.test_claims import CLAIMS

    known = definitions()
    found = []
    for path in PAGES:
        page = page_name(path)
        if page in LEFT_OUT:
            continue
        phrases = [words for where, words, _ in CLAIMS if where == page]
        stated = [words for where, words in known if where in (page, "*")]
        for sentence, block in sentences(path.read_text(encoding="utf-8")):
            if not is_claim(sentence):
                continue
            if re.search(r"\[\[(?!\s*versions)", sentence) or any(
                overlaps(sentence, words) for words in phrases
            ):
                kind = "bound"
            elif "references.md#" in block:
                kind = "cited"
            elif sentence in stated:
                kind = "by definition"
            else:
                kind = "unbound"
            found.append(Claim(page, sentence, kind))
    return found


def overlaps(sentence: str, words: str) -> bool:
    """Whether a worded claim stands in this sentence, or this sentence in it."""

    def plain(text: str) -> str:
        return re.sub(r"^- |\*|</?\w[^>]*>", "", text)

    one = plain(sentence)
    parts = [plain(part) for part in re.split(SENTENCE_END, words)]
    # Most of the sentence, so that nothing of weight stands before or after.
    return one in plain(words) or any(
        part in one and len(part) > 0.6 * len(one) for part in parts
    )


def main() -> None:
    found = claims()
    if "--list" in sys.argv:
        for claim in found:
            print(f"{claim.kind:14} {claim.page}: {claim.words}")
    for page in dict.fromkeys(claim.page for claim in found):
        counts = Counter(claim.kind for claim in found if claim.page == page)
        print(f"{page:45}", *(f"{kind} {counts[kind]:3}" for kind in KINDS))
    counts = Counter(claim.kind for claim in found)
    print(f"{len(found)} claims:", *(f"{kind} {counts[kind]}" for kind in KINDS))


if __name__ == "__main__":
    main()
