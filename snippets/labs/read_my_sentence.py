"""Read a sentence word by word: is or are? An RNN and a GRU that have learned it.

TEXT is read by NETWORKS, from the experiment which_verb: by name their embedding
(words, 8), kernel, recurrent kernel and bias as in Keras, and the output layer's kernel
(units, 1) and bias. A word that is not in the vocabulary is skipped. Sources of the
equations: rnn_cell.py and gru_cell.py.
"""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from snippets.from_scratch.first_network import NUMBER
from snippets.from_scratch.gru_cell import gru_sequence, sigmoid
from snippets.from_scratch.rnn_cell import rnn_sequence

# --8<-- [start:settings]
TEXT = "the keys to the old cabinet near the windows"
NETWORKS = {
    one["piece"]["network"]: one["result"]["weights"]
    for one in json.loads(
        (Path(__file__).parents[1] / "experiments" / "which_verb.json").read_text()
    )["pieces"]
    if one["piece"].get("kept") and one["piece"]["network"] != "bias_gru"
}
# --8<-- [end:settings]


# --8<-- [start:read]
def read(numbers: list[int], weights: dict[str, Any]) -> dict[str, np.ndarray]:
    """After each word: states (words, units), are (words,), the probability, and of a
    GRU gate (words, units).
    """
    w = {name: np.array(weight) for name, weight in weights.items()}
    x = w["embedding"][numbers]
    layer = w["kernel"], w["recurrent_kernel"], w["bias"]
    gated = w["bias"].ndim == 2  # a GRU has two biases
    states = (gru_sequence if gated else rnn_sequence)(x[None], *layer)[0]
    are = sigmoid(states @ w["output_kernel"] + w["output_bias"])[:, 0]
    found = {"states": states, "are": are}
    if gated:
        before = np.vstack([np.zeros_like(states[:1]), states[:-1]])
        sums = x @ layer[0] + layer[2][0] + before @ layer[1] + layer[2][1]
        found["gate"] = sigmoid(sums[:, : states.shape[1]])
    return found
    # --8<-- [end:read]


def compute(text: str, networks: dict[str, Any]) -> dict[str, Any]:
    """The words that are read, those that are skipped, and by network what read()
    gives.
    """
    words = re.findall('[^\\s.,;:!?"“”()<>&]+', text.lower())
    known = [word for word in words if word in NUMBER]
    numbers = [NUMBER[word] for word in known]
    return {
        "words": known,
        "skipped": [word for word in words if word not in NUMBER],
        "networks": {
            name: {key: value.tolist() for key, value in read(numbers, weights).items()}
            for name, weights in networks.items()
            if known
        },
    }


def main() -> dict[str, Any]:
    result = compute(TEXT, NETWORKS)
    print("the probability of 'are':", ", ".join(NETWORKS))
    for number, word in enumerate(result["words"]):
        row = [f"{one['are'][number]:.4f}" for one in result["networks"].values()]
        print(f"{word:10}", *row)
    if result["skipped"]:
        print("not in the vocabulary:", ", ".join(result["skipped"]))
    return {name: one["are"] for name, one in result["networks"].items()}


if __name__ == "__main__":
    main()
