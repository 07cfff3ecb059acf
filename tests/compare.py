"""Compare what a program printed with its record."""

import re

# How far a number may be from its record, where training decides it: other processors
# and thread counts round differently, and training carries that on. Everything else
# must be the same to the last character.
TOLERANCES = {
    "first_training": 0.03,  # mean errors around 0.1, naive 0.4
    "code_example": 0.03,
    "two_races": 200.0,  # training steps, checked every 50
}

NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?")


def difference(expected: str, actual: str, tolerance: float = 0.0) -> str | None:
    """None if the texts agree, numbers within the tolerance; else what differs."""
    old, new = expected.rstrip().split("\n"), actual.rstrip().split("\n")
    if len(old) != len(new):
        return f"expected {len(old)} lines, got {len(new)}:\n{actual}"
    for number, (was, now) in enumerate(zip(old, new, strict=True), start=1):
        same_words = NUMBER.sub("#", was) == NUMBER.sub("#", now)
        if was != now and not (
            tolerance and same_words and _close(was, now, tolerance)
        ):
            return f"line {number}: expected {was!r}, got {now!r}"
    return None


def _close(was: str, now: str, tolerance: float) -> bool:
    pairs = zip(NUMBER.findall(was), NUMBER.findall(now), strict=True)
    return all(
        abs(float(a.replace(",", "")) - float(b.replace(",", ""))) <= tolerance
        for a, b in pairs
    )


def close_records(expected: object, actual: object, tolerance: float) -> bool:
    """Two JSON values agree: the same shape, numbers within the tolerance."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(
            close_records(expected[key], actual[key], tolerance) for key in expected
        )
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(
            close_records(a, b, tolerance)
            for a, b in zip(expected, actual, strict=True)
        )
    if isinstance(expected, float) or (tolerance and isinstance(expected, int)):
        # Rounding of the last places apart, also where no training is involved.
        if not isinstance(actual, float | int):
            return False
        return abs(expected - actual) <= max(tolerance, 1e-6 * abs(expected))
    return expected == actual
