"""Compare two runs: what a program printed and returned, what an experiment found."""

import re
from statistics import fmean
from typing import Any

Result = dict[str, Any]

# How far a printed number may be from its record; all else must be the same to the last
# character. Other processors round differently: in float32 that can turn the last digit
# shown, and training carries it on.
TOLERANCES = {
    "same_numbers": 0.00011,  # four decimals of float32
    "conventions": 0.011,  # two decimals
    "axis_order": 0.011,
    "start_remembering": 0.011,
    "first_training": 0.03,  # errors around 0.1, naive 0.4
    "code_example": 0.03,
    "weights_there_and_back": 0.011,
    # Answers of Practice, others within 0.02: errors of trained networks; times.
    "forecasts_keras": 0.3,
    "speed_keras": 1e9,
    "speed_pytorch": 1e9,
    # Notebooks: errors from 0.2 to 5; perplexities; percent of some hundred cases.
    # Each stops by itself if what it says in words does not hold.
    "forecast": 0.3,
    "letters": 0.02,
    "surnames": 6,
    "speakers": 3,
    "everywhere": 3,
}
# The keys of a record that training decides; the others are settings or exact.
TRAINED = {
    "first_training": re.compile(r"(rnn|gru)_(mean|low|high)"),
}

NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?")


def difference(expected: str, actual: str, tolerance: float = 0.0) -> str | None:
    """None if the texts agree, numbers within the tolerance; else what differs."""
    old, new = expected.rstrip().split("\n"), actual.rstrip().split("\n")
    if len(old) != len(new):
        return f"expected {len(old)} lines, got {len(new)}:\n{actual}"
    for number, (was, now) in enumerate(zip(old, new, strict=True), start=1):
        words = [" ".join(NUMBER.sub("#", line).split()) for line in (was, now)]
        near = tolerance and words[0] == words[1] and _near(was, now, tolerance)
        if was != now and not near:
            return f"line {number}: expected {was!r}, got {now!r}"
    return None


def _near(was: str, now: str, tolerance: float) -> bool:
    pairs = zip(NUMBER.findall(was), NUMBER.findall(now), strict=True)
    return all(
        abs(float(a.replace(",", "")) - float(b.replace(",", ""))) <= tolerance
        for a, b in pairs
    )


def record_difference(
    name: str, expected: object, actual: object, *, float32: bool = False
) -> str | None:
    """None if two results of one program agree; else the first key that differs.

    Numbers that training decides may differ by the program's tolerance, other fractions
    by rounding (float32 for what Keras computes), whole numbers not at all.
    """
    if not isinstance(expected, dict) or not isinstance(actual, dict):
        return None if expected == actual else f"expected {expected}, got {actual}"
    if expected.keys() != actual.keys():
        return f"expected the keys {sorted(expected)}, got {sorted(actual)}"
    for key in expected:
        trained = name in TRAINED and TRAINED[name].fullmatch(key)
        tolerance = TOLERANCES[name] if trained else 0.0
        if not _agree(expected[key], actual[key], tolerance, float32):
            return f"{key}: expected {expected[key]}, got {actual[key]}"
    return None


def _agree(expected: object, actual: object, tolerance: float, float32: bool) -> bool:
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(
            _agree(expected[key], actual[key], tolerance, float32) for key in expected
        )
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(
            _agree(a, b, tolerance, float32)
            for a, b in zip(expected, actual, strict=True)
        )
    if isinstance(expected, bool) or not isinstance(expected, int | float):
        return expected == actual
    if isinstance(actual, bool) or not isinstance(actual, int | float):
        return False
    if isinstance(expected, int) and not tolerance:
        return expected == actual
    # Small values, such as what is left of a gradient, keep their digits.
    floor = 5e-6 if float32 and (abs(expected) > 1e-3 or expected == 0) else 0.0
    relative = 1e-3 if float32 else 1e-9
    bound = max(tolerance, floor, relative * abs(expected))
    return abs(expected - actual) <= bound


def far(name: str, was: float, now: float, factor: float) -> list[str]:
    """Nothing if the two lie within a factor of each other."""
    if was / factor <= now <= was * factor:
        return []
    return [f"{name}: expected {was:.3g} within a factor of {factor}, got {now:.3g}"]


def apart(name: str, was: float, now: float, bound: float) -> list[str]:
    """Nothing if the two lie no further apart than the bound."""
    if abs(was - now) <= bound:
        return []
    return [f"{name}: expected {was:.4g} within {bound}, got {now:.4g}"]


def error_differences(
    bound: float, piece: dict[str, Any], recorded: Result, again: Result
) -> list[str]:
    """The differences of a forecast: without a network the same errors; with one, the
    mean over the seeds within the bound.
    """
    if piece["network"] == "without a network":
        return [
            text
            for name, was in recorded.items()
            for text in apart(name, average(was), average(again[name]), 2e-3)
        ]
    return apart("test error", average(recorded["test"]), average(again["test"]), bound)


def average(value: Any) -> float:
    """Of a list, or the number itself."""
    return fmean(value) if isinstance(value, list) else float(value)


def chosen(pieces: list[dict[str, Any]], **wanted: Any) -> Any:
    """The result of the one piece with these settings."""
    found = [
        piece["result"]
        for piece in pieces
        if all(piece["piece"].get(key) == value for key, value in wanted.items())
    ]
    if len(found) != 1:
        raise ValueError(f"expected one piece with {wanted}, got {len(found)}")
    return found[0]
