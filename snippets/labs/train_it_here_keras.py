"""Train it here, in Keras: the same networks from the same weights on the same batches.

Settings, tasks and data as in the program in NumPy, whose losses these are, but for
rounding and for the place of a tiny number in Adam. In double precision, as there.
"""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from snippets.labs.train_it_here import (
    ASKED,
    BATCH,
    BLOWN_UP,
    CHECK,
    NEAR,
    SOLVED,
    data,
    outputs_of,
    right,
    start,
    whole,
)

# --8<-- [start:settings]
TASK = "verb"
LENGTH = 4
SEED = 0
STEPS = 50
NETWORKS: list[dict[str, Any]] = [
    {"cell": "rnn", "units": 16, "rate": 0.003, "clip": 1},
    {"cell": "gru", "units": 16, "rate": 0.003, "clip": 1},
]
NAMES: list[str] = []  # what the task "names" is learned from
# --8<-- [end:settings]

keras.config.set_floatx("float64")


def model_of(network: dict[str, Any], features: int, outputs: int, seed: int) -> Any:
    """A recurrent layer and an output layer, with the weights that NumPy draws."""
    cell, units = network["cell"], network["units"]
    layers = {
        "rnn": keras.layers.SimpleRNN,
        "relu_rnn": keras.layers.SimpleRNN,
        "gru": keras.layers.GRU,
        "bias_gru": keras.layers.GRU,
        "lstm": keras.layers.LSTM,
    }
    bend = {"activation": "relu"} if cell == "relu_rnn" else {}
    layer = layers[cell](units, return_sequences=True, **bend)
    model = keras.Sequential(
        [keras.Input((None, features)), layer, keras.layers.Dense(outputs)]
    )
    drawn = start(np.random.RandomState(seed), cell, features, units, outputs)
    model.set_weights(list(drawn.values()))
    return model


def loss_of(task: str, scores: Any, targets: np.ndarray) -> Any:
    """As in NumPy: squared, or the cross-entropy of the answers that are asked for."""
    if task in NEAR:
        return tf.reduce_mean((scores[..., 0] - targets) ** 2)
    asked = targets >= 0
    each = keras.losses.sparse_categorical_crossentropy(
        np.maximum(targets, 0), scores, from_logits=True
    )
    return tf.reduce_sum(each * asked) / asked.sum()


def compute(
    task: str,
    length: int,
    seed: int,
    steps: int,
    networks: list[dict[str, Any]],
    names: list[str],
) -> list[dict[str, Any]]:
    """For each network its losses, and the share right after every 25 steps."""
    known = [name for i, name in enumerate(names) if i % 5]
    asking = np.random.RandomState(2000 + seed)
    questions, answers = data(task, asking, ASKED, length, names[::5])
    found = []
    for network in networks:
        batches = np.random.RandomState(1000 + seed)
        model = model_of(network, questions.shape[-1], outputs_of(task), seed)
        adam = keras.optimizers.Adam(network["rate"], clipnorm=network["clip"])
        losses: list[float] = []
        shares: list[float] = []
        while len(losses) < steps and min([0, *shares][-2:]) < SOLVED:
            if losses and not losses[-1] < BLOWN_UP:
                break
            now = whole(batches, length + 1, 1)[0] if task == "verb" else length
            inputs, targets = data(task, batches, BATCH, now, known)
            with tf.GradientTape() as tape:
                scores = model(inputs)[:, -targets.shape[1] :]
                loss = loss_of(task, scores, targets)
            slopes = tape.gradient(loss, model.trainable_variables)
            adam.apply(slopes, model.trainable_variables)
            losses.append(float(loss))
            if len(losses) % CHECK == 0:
                scores = np.array(model(questions))[:, -answers.shape[1] :]
                shares.append(right(task, scores, answers))
        found.append({"loss": losses, "right": shares})
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
        record[str(number)] = {"loss": checked, "right": of["right"]}
    return record


if __name__ == "__main__":
    main()
