"""Train it here: two networks learn one task from the same batches, in NumPy.

TASK is "verb" (is or are?), "recall" (the first symbol), "adding" (two marked numbers),
"wave" (the next value) or "names" (the next letter); LENGTH its phrases, distracting
symbols, numbers, values seen, or letters at most. NETWORKS: for each its cell ("rnn",
"relu_rnn", "gru", "bias_gru", "lstm"), units, learning rate, and the length at which
the gradient of a weight matrix is clipped, None for never. Weights lie as in Keras;
inputs (examples, steps, features), targets (examples, steps that are asked). Sources:
rnn_gradients.py, gru_gradients.py; the LSTM, Hochreiter and Schmidhuber 1997,
doi:10.1162/neco.1997.9.8.1735, in Keras's form; the ReLU network, Le, Jaitly and Hinton
2015, arXiv:1504.00941; the training rule, Kingma and Ba 2014, arXiv:1412.6980.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from snippets.from_scratch.first_network import (
    ADJECTIVES,
    NOUNS,
    NUMBER,
    PLURALS,
    PREPOSITIONS,
    VOCABULARY,
    adam,
)
from snippets.from_scratch.gradient_through_time import keras_weights
from snippets.from_scratch.gru_cell import gru_sequence, sigmoid
from snippets.from_scratch.gru_gradients import gru_gradients
from snippets.from_scratch.rnn_cell import rnn_sequence
from snippets.from_scratch.rnn_gradients import rnn_gradients

# --8<-- [start:settings]
TASK = "verb"
LENGTH = 4
SEED = 0
STEPS = 300
NETWORKS: list[dict[str, Any]] = [
    {"cell": "rnn", "units": 16, "rate": 0.003, "clip": 1},
    {"cell": "gru", "units": 16, "rate": 0.003, "clip": 1},
]
NAMES: list[str] = []  # what the task "names" is learned from
# --8<-- [end:settings]

BATCH, CHECK, ASKED, SOLVED = 32, 25, 200, 0.95
BLOWN_UP = 1e6  # a loss that is no smaller, or no number
TASKS = ["verb", "recall", "adding", "wave", "names"]
CELLS = ["rnn", "relu_rnn", "gru", "bias_gru", "lstm"]
NEAR = {"adding": 0.1, "wave": 0.1}  # off by less is right
LETTERS = "abcdefghijklmnopqrstuvwxyz."  # the point starts and ends a name
Data = tuple[np.ndarray, np.ndarray]
Weights = dict[str, np.ndarray]


def whole(random: np.random.RandomState, below: int, count: int) -> np.ndarray:
    """Whole numbers from 0 to below it. RandomState draws the same in any version."""
    return np.floor(random.uniform(0, below, count)).astype(int)


def verb(random: np.random.RandomState, count: int, phrases: int) -> Data:
    """One-hot words; 0 for is, 1 for are, as the first noun has it."""

    def pick(words: list[str]) -> np.ndarray:
        return np.array([NUMBER[word] for word in words])[
            whole(random, len(words), count)
        ]

    places = [pick(["the"]), pick(NOUNS + PLURALS)]
    for _ in range(phrases):
        places += [pick(PREPOSITIONS), pick(["the"])]
        if whole(random, 2, 1)[0]:
            places.append(pick(ADJECTIVES))
        places.append(pick(NOUNS + PLURALS))
    words = np.stack(places, axis=1)
    return np.eye(len(VOCABULARY))[words], (words[:, 1:2] >= NUMBER["keys"]).astype(int)


def recall(random: np.random.RandomState, count: int, lag: int) -> Data:
    """One-hot symbols: the first is 0 or 1 and asked for, the lag others are 2 or 3."""
    first = whole(random, 2, count)[:, None]
    rest = 2 + whole(random, 2, count * lag).reshape(count, lag)
    return np.eye(4)[np.hstack([first, rest])], first


def adding(random: np.random.RandomState, count: int, length: int) -> Data:
    """Numbers and marks; the sum of the two that are marked, one in each half."""
    numbers = random.uniform(0, 1, (count, length))
    marks, rows, half = np.zeros((count, length)), np.arange(count), length // 2
    marks[rows, whole(random, half, count)] = 1
    marks[rows, half + whole(random, length - half, count)] = 1
    sums = (numbers * marks).sum(axis=1, keepdims=True)
    return np.stack([numbers, marks], axis=-1), sums


def wave(random: np.random.RandomState, count: int, length: int) -> Data:
    """Noisy values of a sine wave with a pace of its own; the next value, clean."""
    pace = random.uniform(0.3, 0.9, (count, 1))
    start = random.uniform(0, 2 * np.pi, (count, 1))
    clean = np.sin(start + pace * np.arange(length + 1))
    noise = 0.1 * random.normal(size=(count, length))
    return (clean[:, :-1] + noise)[..., None], clean[:, -1:]


def spelled(names: list[str], length: int) -> Data:
    """One-hot letters after a point; each asks for the letter after it, at last for a
    point, and for -1, nothing, beyond.
    """
    codes = np.full((len(names), length + 2), -1)
    for row, name in zip(codes, names, strict=True):
        row[: len(name) + 2] = [LETTERS.index(letter) for letter in f".{name}."]
    inputs = np.eye(len(LETTERS))[codes[:, :-1]]
    inputs[codes[:, 1:] < 0] = 0  # nothing is read where nothing is asked
    return inputs, codes[:, 1:]


def names(
    random: np.random.RandomState, count: int, length: int, known: list[str]
) -> Data:
    """Some of the names that are short enough, letter by letter."""
    short = [name for name in known if len(name) <= length]
    return spelled([short[i] for i in whole(random, len(short), count)], length)


# Two cells that have no file of their own.


def relu_sequence(
    inputs: np.ndarray, kernel: np.ndarray, recurrent: np.ndarray, bias: np.ndarray
) -> np.ndarray:
    """As rnn_sequence, with a ReLU instead of tanh."""
    hidden, states = np.zeros((len(inputs), len(bias))), []
    for t in range(inputs.shape[1]):
        total = inputs[:, t] @ kernel + hidden @ recurrent + bias
        hidden = np.maximum(total, 0)
        states.append(hidden)
    return np.stack(states, axis=1)


def relu_back(
    inputs: np.ndarray, states: np.ndarray, weights: Weights, upstream: np.ndarray
) -> tuple[np.ndarray, Weights]:
    """As back_through, of the ReLU network."""
    before, carried = before_each(states), np.zeros_like(states[:, 0])
    d_total = np.zeros_like(states)
    for t in reversed(range(states.shape[1])):
        d_total[:, t] = (upstream[:, t] + carried) * (states[:, t] > 0)
        carried = d_total[:, t] @ weights["recurrent_kernel"].T
    return d_total @ weights["kernel"].T, {
        "kernel": together(inputs, d_total),
        "recurrent_kernel": together(before, d_total),
        "bias": d_total.sum(axis=(0, 1)),
    }


def lstm_tape(
    inputs: np.ndarray, kernel: np.ndarray, recurrent: np.ndarray, bias: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """All hidden states (batch, steps, units), and the input, forget and output gates,
    the candidate and the memory, (5, batch, steps, units).
    """
    hidden = memory = np.zeros((len(inputs), len(recurrent)))
    states, tape = [], []
    for t in range(inputs.shape[1]):
        total = inputs[:, t] @ kernel + hidden @ recurrent + bias
        i, f, c, o = np.split(total, 4, axis=1)
        i, f, c, o = sigmoid(i), sigmoid(f), np.tanh(c), sigmoid(o)
        memory = f * memory + i * c
        hidden = o * np.tanh(memory)
        states.append(hidden)
        tape.append([i, f, o, c, memory])
    return np.stack(states, axis=1), np.moveaxis(np.array(tape), 0, 2)


def lstm_back(
    inputs: np.ndarray, weights: Weights, upstream: np.ndarray
) -> tuple[np.ndarray, Weights]:
    """As back_through, of the LSTM."""
    kernel, recurrent = weights["kernel"], weights["recurrent_kernel"]
    states, (i, f, o, c, memory) = lstm_tape(inputs, kernel, recurrent, weights["bias"])
    old, bent = before_each(memory), np.tanh(memory)
    d_total = np.zeros((*states.shape[:2], kernel.shape[1]))
    carried = d_memory = np.zeros_like(states[:, 0])
    for t in reversed(range(states.shape[1])):
        d_hidden = upstream[:, t] + carried
        d_memory = d_memory + d_hidden * o[:, t] * (1 - bent[:, t] ** 2)
        d_i = d_memory * c[:, t] * i[:, t] * (1 - i[:, t])
        d_f = d_memory * old[:, t] * f[:, t] * (1 - f[:, t])
        d_c = d_memory * i[:, t] * (1 - c[:, t] ** 2)
        d_o = d_hidden * bent[:, t] * o[:, t] * (1 - o[:, t])
        d_total[:, t] = np.hstack([d_i, d_f, d_c, d_o])
        carried = d_total[:, t] @ recurrent.T
        d_memory = d_memory * f[:, t]
    return d_total @ kernel.T, {
        "kernel": together(inputs, d_total),
        "recurrent_kernel": together(before_each(states), d_total),
        "bias": d_total.sum(axis=(0, 1)),
    }


def before_each(states: np.ndarray) -> np.ndarray:
    """(batch, steps, units): the state before each step; 0 before the first."""
    return np.concatenate([np.zeros_like(states[:, :1]), states[:, :-1]], axis=1)


def together(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """left.T @ right, summed over batch and steps."""
    return np.tensordot(left, right, axes=([0, 1], [0, 1]))


# --8<-- [start:network]
def start(
    random: np.random.RandomState, cell: str, features: int, units: int, outputs: int
) -> Weights:
    """Weights as Keras draws them: uniform, orthogonal, biases 0."""
    blocks = {"gru": 3, "bias_gru": 3, "lstm": 4}.get(cell, 1)
    kernel, recurrent = keras_weights(random, features, units, blocks)
    bias = np.zeros((2, 3 * units) if blocks == 3 else blocks * units)
    if cell == "relu_rnn":
        recurrent = np.eye(units)
    if cell == "bias_gru":
        bias[0, :units] = 2  # the update gate starts out remembering
    if cell == "lstm":
        bias[units : 2 * units] = 1  # the forget gate starts out keeping, as in Keras
    limit = np.sqrt(6 / (units + outputs))
    return {
        "kernel": kernel,
        "recurrent_kernel": recurrent,
        "bias": bias,
        "output_kernel": random.uniform(-limit, limit, (units, outputs)),
        "output_bias": np.zeros(outputs),
    }


def states_of(cell: str, inputs: np.ndarray, weights: Weights) -> np.ndarray:
    """All hidden states, (examples, steps, units)."""
    layer = weights["kernel"], weights["recurrent_kernel"], weights["bias"]
    if cell == "lstm":
        return lstm_tape(inputs, *layer)[0]
    sequence = {"rnn": rnn_sequence, "relu_rnn": relu_sequence}.get(cell, gru_sequence)
    return sequence(inputs, *layer)


def back_through(
    cell: str,
    inputs: np.ndarray,
    states: np.ndarray,
    weights: Weights,
    upstream: np.ndarray,
) -> tuple[np.ndarray, Weights]:
    """The gradients for the inputs, and by name for the weights of the cell; upstream
    is that for the hidden states.
    """
    if cell == "relu_rnn":
        return relu_back(inputs, states, weights, upstream)
    if cell == "lstm":
        return lstm_back(inputs, weights, upstream)
    layer = weights["kernel"], weights["recurrent_kernel"], weights["bias"]
    back = rnn_gradients if cell == "rnn" else gru_gradients
    found = back(inputs, *layer, upstream)._asdict()
    names = ("kernel", "recurrent_kernel", "bias")
    return found["inputs"], {name: found[name] for name in names}


def scores_of(states: np.ndarray, weights: Weights, asked: int) -> np.ndarray:
    """(examples, asked, outputs): what the output layer says at the last steps."""
    return states[:, -asked:] @ weights["output_kernel"] + weights["output_bias"]


def slopes(
    cell: str, inputs: np.ndarray, states: np.ndarray, weights: Weights, d_scores: Any
) -> Weights:
    """The gradient of the loss for every weight, from that for the scores."""
    asked = d_scores.shape[1]
    upstream = np.zeros_like(states)
    upstream[:, -asked:] = d_scores @ weights["output_kernel"].T
    _, found = back_through(cell, inputs, states, weights, upstream)
    return found | {
        "output_kernel": together(states[:, -asked:], d_scores),
        "output_bias": d_scores.sum(axis=(0, 1)),
    }
    # --8<-- [end:network]


def softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def cross_entropy(scores: np.ndarray, targets: np.ndarray) -> tuple[float, np.ndarray]:
    """The loss, and its gradient for the scores; a target below 0 is not asked for."""
    probability, asked = softmax(scores), targets >= 0
    wanted = np.eye(scores.shape[-1])[targets] * asked[..., None]
    loss = -np.log(probability[wanted == 1]).sum() / asked.sum()
    return loss, (probability * asked[..., None] - wanted) / asked.sum()


def squared_error(scores: np.ndarray, targets: np.ndarray) -> tuple[float, np.ndarray]:
    off = scores[..., 0] - targets
    return (off**2).mean(), 2 * off[..., None] / off.size


def right(task: str, scores: np.ndarray, targets: np.ndarray) -> float:
    """The share of the answers that are right."""
    if task in NEAR:
        return float((np.abs(scores[..., 0] - targets) < NEAR[task]).mean())
    return float((scores.argmax(axis=-1) == targets)[targets >= 0].mean())


def data(
    task: str, random: np.random.RandomState, count: int, length: int, known: list[str]
) -> Data:
    if task == "names":
        return names(random, count, length, known)
    tasks = {"verb": verb, "recall": recall, "adding": adding, "wave": wave}
    return tasks[task](random, count, length)


def outputs_of(task: str) -> int:
    return 1 if task in NEAR else len(LETTERS) if task == "names" else 2


# --8<-- [start:train]
def train(
    task: str, length: int, seed: int, network: dict[str, Any], known: list[str]
) -> Iterator[dict[str, Any]]:
    """Of each training step the loss before it and the largest gradient of a weight
    matrix; every 25 steps also right, asked on examples that are not trained on.
    """
    loss_of = squared_error if task in NEAR else cross_entropy
    # Every fifth name is kept for the question.
    for_training = [name for i, name in enumerate(known) if i % 5]
    batches = np.random.RandomState(1000 + seed)
    asking = np.random.RandomState(2000 + seed)
    questions = data(task, asking, ASKED, length, known[::5])
    cell = network["cell"]
    memory: dict[str, Any] = {}
    features, outputs = questions[0].shape[-1], outputs_of(task)
    weights = start(
        np.random.RandomState(seed), cell, features, network["units"], outputs
    )
    step = 0
    while True:
        step += 1
        # Sentences are of any length up to the longest; the questions all of that.
        now = whole(batches, length + 1, 1)[0] if task == "verb" else length
        inputs, targets = data(task, batches, BATCH, now, for_training)
        states = states_of(cell, inputs, weights)
        loss, d_scores = loss_of(scores_of(states, weights, targets.shape[1]), targets)
        slope = slopes(cell, inputs, states, weights, d_scores)
        largest = max(float(np.linalg.norm(one)) for one in slope.values())
        adam(weights, slope, memory, step, network["rate"], network["clip"] or np.inf)
        seen = {"step": step, "loss": float(loss), "gradient": largest}
        if step % CHECK == 0:
            inputs, targets = questions
            states = states_of(cell, inputs, weights)
            scores = scores_of(states, weights, targets.shape[1])
            seen["right"] = right(task, scores, targets)
        yield seen
    # --8<-- [end:train]


def compute(
    task: str,
    length: int,
    seed: int,
    steps: int,
    networks: list[dict[str, Any]],
    names: list[str],
) -> list[dict[str, Any]]:
    """For each network its losses, its gradients and, every 25 steps, the share right;
    solved: the training step at the second check in a row with 95 % right, where it
    stops, or None. It also stops once it has blown up.
    """
    if task not in TASKS:
        raise ValueError(f"TASK: expected one of {TASKS}, got {task!r}")
    for network in networks:
        if network["cell"] not in CELLS:
            raise ValueError(f"cell: expected one of {CELLS}, got {network['cell']!r}")
    found = []
    for network in networks:
        losses, gradients, shares, solved = [], [], [], None
        for seen in train(task, length, seed, network, names):
            losses.append(seen["loss"])
            gradients.append(seen["gradient"])
            if "right" in seen:
                shares.append(seen["right"])
                if min([0, *shares][-2:]) >= SOLVED:
                    solved = seen["step"]
            if solved or seen["step"] == steps or not seen["loss"] < BLOWN_UP:
                break
        found.append(
            {"loss": losses, "gradient": gradients, "right": shares, "solved": solved}
        )
    return found


def main() -> dict[str, Any]:
    found = compute(TASK, LENGTH, SEED, STEPS, NETWORKS, NAMES)
    record = {}
    for number, (network, of) in enumerate(zip(NETWORKS, found, strict=True), 1):
        print(f"{number}: {network['cell']}, {network['units']} units")
        checked = of["loss"][CHECK - 1 :: CHECK]
        for check, (loss, share) in enumerate(
            zip(checked, of["right"], strict=True), 1
        ):
            print(f"  step {CHECK * check:4}: loss {loss:.6f}, {share:.1%} right")
        print("  not solved" if of["solved"] is None else f"  solved at {of['solved']}")
        record[str(number)] = {"loss": checked, "right": of["right"]}
    return record


if __name__ == "__main__":
    main()
