"""Two small tasks, three runners: who needs fewer training steps?

Adding: 20 pairs (number, mark), two of them marked; the answer is the sum of those two.
Recall: a 0 or a 1, then 50 distracting symbols; the answer is the first symbol.
The runners are a tanh RNN, a GRU as Keras starts it, and a GRU whose update gate starts
with bias 4. All have 32 units; Adam 0.003, gradients clipped at 1, 64 fresh examples a
training step, 3 seeds, at most 1,500 steps. A run counts as solved when 95 % of 512 new
answers are right (adding: within 0.1) at two checks in a row, one every 50 steps.
Source of the adding task: Hochreiter and Schmidhuber 1997,
doi:10.1162/neco.1997.9.8.1735.
"""

import os
from numbers import Integral

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

UNITS, BATCH, SEEDS, BUDGET, CHECK = 32, 64, 3, 1500, 50
ADDING_LENGTH, RECALL_LENGTH = 20, 50
LEARNING_RATE, GATE_BIAS, SOLVED = 0.003, 4, 0.95
Data = tuple[np.ndarray, np.ndarray]


def whole_number(name: str, value: int, least: int = 1) -> int:
    """value, if it is a whole number from least up; else ValueError."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise ValueError(
            f"{name}: expected a whole number from {least} up, got {value!r}"
        )
    return int(value)


# --8<-- [start:tasks]
def adding(rng: np.random.Generator, examples: int) -> Data:
    """inputs (examples, 20, 2): numbers from 0 to 1, marks; targets (examples, 1)."""
    examples = whole_number("examples", examples)
    numbers = rng.uniform(size=(examples, ADDING_LENGTH))
    marks = np.zeros((examples, ADDING_LENGTH))
    rows, half = np.arange(examples), ADDING_LENGTH // 2
    marks[rows, rng.integers(0, half, examples)] = 1  # one in the first half,
    marks[rows, rng.integers(half, ADDING_LENGTH, examples)] = 1  # one in the second
    sums = (numbers * marks).sum(axis=1, keepdims=True)
    return np.stack([numbers, marks], axis=-1), sums


def recall(rng: np.random.Generator, examples: int) -> Data:
    """inputs (examples, 51, 4): one-hot symbols, the first is 0 or 1, the rest 2 or 3;
    targets (examples, 1): the first symbol.
    """
    examples = whole_number("examples", examples)
    symbols = rng.integers(2, 4, size=(examples, RECALL_LENGTH + 1))
    symbols[:, 0] = rng.integers(0, 2, size=examples)
    return np.eye(4)[symbols], symbols[:, :1].astype(float)
    # --8<-- [end:tasks]


# --8<-- [start:race]
def make_model(task: str, runner: str, features: int) -> keras.Model:
    """A recurrent layer and one output, compiled; runner is rnn, gru or open_gru."""
    if task not in ("adding", "recall"):
        raise ValueError(f"task: expected 'adding' or 'recall', got {task!r}")
    if runner not in ("rnn", "gru", "open_gru"):
        raise ValueError(f"runner: expected rnn, gru or open_gru, got {runner!r}")
    layer_type = keras.layers.SimpleRNN if runner == "rnn" else keras.layers.GRU
    layer = layer_type(UNITS)
    output = keras.layers.Dense(1, activation="sigmoid" if task == "recall" else None)
    model = keras.Sequential([keras.Input((None, features)), layer, output])
    if runner == "open_gru":
        kernel, recurrent_kernel, bias = layer.get_weights()
        bias[0, :UNITS] = GATE_BIAS
        layer.set_weights([kernel, recurrent_kernel, bias])
    model.compile(
        optimizer=keras.optimizers.Adam(LEARNING_RATE, clipnorm=1.0),
        loss="binary_crossentropy" if task == "recall" else "mse",
        steps_per_execution=CHECK,  # the same steps, with less talk between them
    )
    return model


def steps_to_solve(task: str, runner: str, seed: int) -> int | None:
    """Training steps until the task counts as solved, or None if the budget ran out."""
    keras.utils.set_random_seed(seed)
    model = make_model(task, runner, features=2 if task == "adding" else 4)
    make = adding if task == "adding" else recall
    rng = np.random.default_rng(seed)
    new_inputs, new_targets = make(np.random.default_rng(1000 + seed), 512)

    solved_checks = 0
    for steps in range(CHECK, BUDGET + 1, CHECK):
        inputs, targets = make(rng, CHECK * BATCH)  # every example is seen once
        model.fit(inputs, targets, batch_size=BATCH, shuffle=False, verbose=0)
        error = np.abs(model.predict_on_batch(new_inputs) - new_targets)
        right = (error < (0.1 if task == "adding" else 0.5)).mean()
        solved_checks = solved_checks + 1 if right >= SOLVED else 0
        if solved_checks == 2:
            return steps
    return None
    # --8<-- [end:race]


# --8<-- [start:main]
def main() -> dict[str, float | list[int | None]]:
    record: dict[str, float | list[int | None]] = {}
    print("training steps to solve, seed by seed")
    for task in ("adding", "recall"):
        for runner in ("rnn", "gru", "open_gru"):
            results = [steps_to_solve(task, runner, seed) for seed in range(SEEDS)]
            record[f"{task}_{runner}"] = results
            words = [f"never in {BUDGET}" if r is None else str(r) for r in results]
            print(f"{task}, {runner}: {', '.join(words)}")
    # --8<-- [end:main]
    return record | {
        "units": UNITS,
        "seeds": SEEDS,
        "budget": BUDGET,
        "check": CHECK,
        "smallest": 2 * CHECK,
        "adding_length": ADDING_LENGTH,
        "recall_length": RECALL_LENGTH,
        "learning_rate": LEARNING_RATE,
        "gate_bias": GATE_BIAS,
        "solved_percent": round(100 * SOLVED),
    }


if __name__ == "__main__":
    main()
