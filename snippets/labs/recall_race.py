"""Four trained networks read one sequence: who still knows the marked number?

The networks come from the experiment inside_gate: a tanh RNN, an RNN with as many
parameters as the GRU, a GRU with Keras's defaults, and a GRU that started out
remembering, all trained from one seed at one learning rate, failed ones too. A sequence
has 25 steps and inputs (25, 2): a number from -1 to 1 and a mark. VALUE stands at the
mark, at step MARK; the other numbers are drawn by SEQUENCE. NETWORKS holds the weights
of each network, as in Keras: kernel, recurrent kernel, bias, and the output layer's
kernel (units, 1) and bias (1,). All values are plain numbers. Source of the equations:
gru_cell.py and rnn_cell.py.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from snippets.from_scratch.gru_cell import gru_sequence, sigmoid
from snippets.from_scratch.rnn_cell import rnn_sequence

# --8<-- [start:settings]
MARK = 4
VALUE = 0.8
SEQUENCE = 7
TIME = 25
NETWORKS = {
    key: runs["0.003"]["weights"][0]
    for key, runs in json.loads(
        Path(__file__).with_name("networks.json").read_text(encoding="utf-8")
    ).items()
}
NAMES = {
    key: network["name"]
    for key, network in json.loads(
        (Path(__file__).parents[1] / "names.json").read_text(encoding="utf-8")
    ).items()
    if key in NETWORKS
}
# --8<-- [end:settings]

LENGTH, NEAR = 25, 0.2


# --8<-- [start:replay]
def replay(weights: list[Any], inputs: np.ndarray) -> dict[str, np.ndarray]:
    """What a network would answer after each step, (steps,), and of a GRU the update
    and the reset gate, means over its units, and the least update gate of a unit.
    """
    kernel, recurrent, bias, out, out_bias = (np.array(w, float) for w in weights)
    if kernel.shape[1] == len(recurrent):
        hidden = rnn_sequence(inputs[None], kernel, recurrent, bias)[0]
        return {"answers": (hidden @ out + out_bias)[:, 0]}
    hidden = gru_sequence(inputs[None], kernel, recurrent, bias)[0]
    before = np.vstack([np.zeros(len(recurrent)), hidden[:-1]])
    sums = inputs @ kernel + bias[0] + before @ recurrent + bias[1]
    z, r, _ = np.split(sigmoid(sums), 3, axis=1)
    answers = (hidden @ out + out_bias)[:, 0]
    gates = {"z": z.mean(axis=1), "least": z.min(axis=1), "r": r.mean(axis=1)}
    return {"answers": answers, **gates}
    # --8<-- [end:replay]


def compute(
    mark: int, value: float, sequence: int, networks: dict[str, Any]
) -> dict[str, Any]:
    """By network: answers, and for a GRU z, least (z) and r, each (25,)."""
    if mark not in range(1, LENGTH + 1):
        raise ValueError(f"MARK: expected a step from 1 to {LENGTH}, got {mark!r}")
    numbers = np.random.RandomState(sequence).uniform(-1, 1, LENGTH)
    marks = np.zeros(LENGTH)
    numbers[mark - 1], marks[mark - 1] = value, 1
    inputs = np.stack([numbers, marks], axis=1)
    return {
        key: {name: told.tolist() for name, told in replay(weights, inputs).items()}
        for key, weights in networks.items()
    }


# --8<-- [start:main]
def main() -> dict[str, Any]:
    result = compute(MARK, VALUE, SEQUENCE, NETWORKS)
    print(f"answer at step {TIME}; of a GRU z, least z, r; answer at the end, off by")
    for key, told in result.items():
        end = told["answers"][-1]
        values = [series[TIME - 1] for series in told.values()]
        values += [end, abs(end - VALUE)]
        right = "right" if abs(end - VALUE) < NEAR else "wrong"
        print(f"{NAMES[key]:15}", *(f"{v:8.4f}" for v in values), right)
    # --8<-- [end:main]
    return result


if __name__ == "__main__":
    main()
