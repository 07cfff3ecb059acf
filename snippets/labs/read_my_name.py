"""Read a name letter by letter: which language, which letter next, and why?

NAME is read by a network of the experiment family_names, whose WEIGHTS lie as in Keras:
kernel (27, ...), recurrent kernel, bias, and the output layer's kernel (units, 33) and
bias, 27 scores for the next letter and 6 for the language. After AT letters (one more
is the point at the end), how much the answer depends on each letter before: the length
of the gradient of its logarithm, for the input vector of that letter. ABOUT is "letter"
or "language". Then it writes on: letters drawn from its probabilities at TEMPERATURE,
by SEED. Sources: rnn_gradients.py and gru_gradients.py; sampling with a temperature,
Graves 2013, arXiv:1308.0850.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from snippets.from_scratch.gru_cell import gru_sequence, sigmoid
from snippets.from_scratch.gru_gradients import gru_gradients
from snippets.from_scratch.rnn_cell import rnn_sequence
from snippets.from_scratch.rnn_gradients import rnn_gradients

# --8<-- [start:settings]
NAME = "rossini"
AT = 3
ABOUT = "language"
TEMPERATURE = 0.7
SEED = 0
WEIGHTS = next(
    one["result"]["weights"]
    for one in json.loads(
        (Path(__file__).parents[1] / "experiments" / "family_names.json").read_text()
    )["pieces"]
    if one["piece"]["network"] == "gru"
)
# --8<-- [end:settings]

LETTERS = "abcdefghijklmnopqrstuvwxyz."  # the point starts and ends a name
LANGUAGES = ["German", "Spanish", "Finnish", "French", "Croatian", "Italian"]
MOST, TRIES = 14, 5  # letters of a name that is written, and such names


def softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def read(name: str, w: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """After the point and after each letter, and if the name has one, the point at its
    end: states and of a GRU gate, (steps, units); next (steps, 27) and language (steps,
    6), probabilities.
    """
    x = np.eye(len(LETTERS))[[LETTERS.index(letter) for letter in f".{name}"]]
    layer = w["kernel"], w["recurrent_kernel"], w["bias"]
    gated = w["bias"].ndim == 2  # a GRU has two biases
    states = (gru_sequence if gated else rnn_sequence)(x[None], *layer)[0]
    scores = states @ w["output_kernel"] + w["output_bias"]
    many = len(LETTERS)
    found = {"states": states, "next": softmax(scores[:, :many])}
    found["language"] = softmax(scores[:, many:])
    if gated:
        before = np.vstack([np.zeros_like(states[:1]), states[:-1]])
        sums = x @ layer[0] + layer[2][0] + before @ layer[1] + layer[2][1]
        found["gate"] = sigmoid(sums[:, : states.shape[1]])
    return found


# --8<-- [start:depends]
def depends(name: str, about: str, w: dict[str, np.ndarray]) -> list[float]:
    """How long the gradient of the logarithm of the likeliest answer is, for the input
    at each place of the name, the point before it among them.
    """
    x = np.eye(len(LETTERS))[[LETTERS.index(letter) for letter in f".{name}"]][None]
    found, many = read(name, w), len(LETTERS)
    probability = found["next" if about == "letter" else "language"][-1]
    # The slope of log softmax: 1 at the answer, less every probability.
    slope = np.eye(len(probability))[probability.argmax()] - probability
    columns = slice(0, many) if about == "letter" else slice(many, None)
    upstream = np.zeros((1, len(name) + 1, w["output_kernel"].shape[0]))
    upstream[0, -1] = w["output_kernel"][:, columns] @ slope
    back = gru_gradients if w["bias"].ndim == 2 else rnn_gradients
    layer = w["kernel"], w["recurrent_kernel"], w["bias"]
    return np.linalg.norm(back(x, *layer, upstream).inputs[0], axis=1).tolist()
    # --8<-- [end:depends]


# --8<-- [start:write]
def write_on(
    name: str, temperature: float, random: np.random.RandomState, w: Any
) -> str:
    """The name with letters drawn until its end: a low temperature takes the likeliest,
    a high one nearly any.
    """
    while len(name) < MOST and not name.endswith("."):
        scores = np.log(read(name, w)["next"][-1]) / temperature
        reached = np.cumsum(softmax(scores)) > random.uniform()
        letter = LETTERS[int(reached.argmax())]
        if letter == ".":
            break
        name += letter
    return name.rstrip(".")
    # --8<-- [end:write]


def compute(
    name: str, at: int, about: str, temperature: float, seed: int, weights: Any
) -> dict[str, Any]:
    """What read() gives; depends: see there, after so many letters; written: names that
    go on from those letters.
    """
    if not set(name) <= set(LETTERS[:-1]):
        raise ValueError(f"NAME: expected letters from a to z, got {name!r}")
    if not 0 <= at <= len(name) + 1:
        raise ValueError(f"AT: expected 0 to {len(name) + 1}, got {at}")
    if about not in ("letter", "language"):
        raise ValueError(f"ABOUT: expected 'letter' or 'language', got {about!r}")
    w = {key: np.array(weight) for key, weight in weights.items()}
    random = np.random.RandomState(seed)
    begun = f"{name}."[:at]
    found = {key: value.tolist() for key, value in read(f"{name}.", w).items()}
    return found | {
        "depends": depends(begun, about, w),
        "written": [write_on(begun, temperature, random, w) for _ in range(TRIES)],
    }


def main() -> dict[str, Any]:
    found = compute(NAME, AT, ABOUT, TEMPERATURE, SEED, WEIGHTS)
    rows = zip(f".{NAME}.", found["next"], found["language"], strict=True)
    for number, (letter, letters, languages) in enumerate(rows):
        likeliest = int(np.argmax(languages))
        following = LETTERS[int(np.argmax(letters))]
        then = f"next {following} {max(letters):.4f}"
        print(f"{letter}  {LANGUAGES[likeliest]} {languages[likeliest]:.4f}", end="  ")
        print(then if number <= len(NAME) else "the end")
    print(f"the {ABOUT} after {AT} letters depends on:")
    print(*(f"{size:.4f}" for size in found["depends"]))
    print("written on:", ", ".join(found["written"]))
    return {"depends": found["depends"], "written": found["written"]}


if __name__ == "__main__":
    main()
