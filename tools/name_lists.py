"""Family names by language, from the package faker, in the letters a to z."""

import hashlib
import unicodedata
from functools import cache
from importlib import import_module

# Letters that do not come apart into one of a to z and an accent.
OTHERS = str.maketrans({"ß": "ss", "đ": "d", "ø": "o", "æ": "ae", "ı": "i", "ł": "l"})


def folded(name: str) -> str:
    """A name in the letters a to z; what cannot be written so is left out."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(OTHERS))
    return "".join(letter for letter in plain if "a" <= letter <= "z")


@cache
def names_of(locale: str, most: int) -> tuple[str, ...]:
    """So many of a locale's family names, none twice, in an order that no alphabet
    decides; locale as faker writes it: it_IT.
    """
    listed = import_module(f"faker.providers.person.{locale}").Provider.last_names
    plain = {folded(name) for name in listed if name.isalpha()}
    mixed = sorted(plain, key=lambda name: hashlib.sha256(name.encode()).digest())
    if len(mixed) < most:
        raise ValueError(f"{locale}: expected {most} names, faker lists {len(mixed)}")
    return tuple(mixed[:most])
