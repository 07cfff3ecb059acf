"""Two small tasks, two winners: who needs fewer training steps, a tanh RNN or a GRU?

Adding: 20 pairs (number, mark); two are marked; the answer is the sum of those two
numbers. Recall: the first of 21 symbols (a 0 or a 1) must be named after 20 distracting
symbols. Both layers have 32 units and Keras's default weights; Adam 0.003, gradients
clipped at 1, 64 fresh examples a step, 3 seeds, at most 1,000 steps. A run counts as
solved when 95 % of 512 new answers are right (adding: within 0.1) at two checks in a
row; we check every 50 steps. Sources of the tasks: Hochreiter and Schmidhuber 1997,
doi:10.1162/neco.1997.9.8.1735.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

UNITS, BATCH, LENGTH, SEEDS, BUDGET = 32, 64, 20, 3, 1000
SOLVED = 0.95  # of the new answers are right
Data = tuple[np.ndarray, np.ndarray]


# --8<-- [start:tasks]
def adding(rng: np.random.Generator, examples: int) -> Data:
    """inputs (examples, 20, 2): numbers from 0 to 1, marks; targets (examples, 1)."""
    numbers = rng.uniform(size=(examples, LENGTH))
    marks = np.zeros((examples, LENGTH))
    rows = np.arange(examples)
    marks[rows, rng.integers(0, LENGTH // 2, examples)] = 1  # one in the first half,
    marks[rows, rng.integers(LENGTH // 2, LENGTH, examples)] = 1  # one in the second
    return np.stack([numbers, marks], axis=-1), (numbers * marks).sum(
        axis=1, keepdims=True
    )


def recall(rng: np.random.Generator, examples: int) -> Data:
    """inputs (examples, 21, 4): one-hot symbols, the first is 0 or 1, the rest 2 or 3;
    targets (examples, 1): the first symbol."""
    symbols = rng.integers(2, 4, size=(examples, LENGTH + 1))
    symbols[:, 0] = rng.integers(0, 2, size=examples)
    return np.eye(4)[symbols], symbols[:, :1].astype(float)
    # --8<-- [end:tasks]


# --8<-- [start:race]
def steps_to_solve(task: str, layer_type: type[keras.Layer], seed: int) -> int | None:
    """Training steps until the task counts as solved, or None if the budget ran out."""
    if task not in ("adding", "recall"):
        raise ValueError(f"task: expected 'adding' or 'recall', got {task!r}")
    make = adding if task == "adding" else recall
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    output = keras.layers.Dense(1, activation=None if task == "adding" else "sigmoid")
    model = keras.Sequential([layer_type(UNITS), output])
    loss = "mse" if task == "adding" else "binary_crossentropy"
    model.compile(optimizer=keras.optimizers.Adam(0.003, clipnorm=1.0), loss=loss)
    new_inputs, new_targets = make(np.random.default_rng(1000 + seed), 512)

    solved_checks = 0
    for steps in range(50, BUDGET + 1, 50):
        inputs, targets = make(rng, 50 * BATCH)  # every example is seen once
        model.fit(inputs, targets, batch_size=BATCH, shuffle=False, verbose=0)
        error = np.abs(
            model.predict(new_inputs, batch_size=512, verbose=0) - new_targets
        )
        right = (error < (0.1 if task == "adding" else 0.5)).mean()
        solved_checks = solved_checks + 1 if right >= SOLVED else 0
        if solved_checks == 2:
            return steps
    return None
    # --8<-- [end:race]


# --8<-- [start:main]
def main() -> dict[str, int | list[int | None]]:
    record: dict[str, int | list[int | None]] = {
        "units": UNITS,
        "length": LENGTH,
        "seeds": SEEDS,
        "budget": BUDGET,
        "solved_percent": round(100 * SOLVED),
    }
    print("training steps to solve, seed by seed")
    for task in ("adding", "recall"):
        for name, layer_type in (
            ("rnn", keras.layers.SimpleRNN),
            ("gru", keras.layers.GRU),
        ):
            results = [steps_to_solve(task, layer_type, seed) for seed in range(SEEDS)]
            record[f"{task}_{name}"] = results
            words = [f"never in {BUDGET}" if r is None else str(r) for r in results]
            print(f"{task}, {name.upper()}: {', '.join(words)}")
    return record
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
