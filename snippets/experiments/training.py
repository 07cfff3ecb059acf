"""What the experiments share: the networks, and how one is trained until it has solved
a task.

Inputs are (batch, steps, features), targets (batch, 1). Keras is imported when a race
is made, so that reading a record needs no TensorFlow. Sources: chrono initialisation,
Tallec and Ollivier 2018, arXiv:1804.11188; the ReLU network, Le, Jaitly and Hinton
2015, arXiv:1504.00941.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from snippets.from_scratch.count_parameters import gru_parameters, rnn_parameters

# Sums split over threads round differently from run to run; training carries that on.
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

Data = tuple[np.ndarray, np.ndarray]
NETWORKS = ("rnn", "equal_rnn", "relu_rnn", "gru", "open_gru", "lstm")


@dataclass(frozen=True)
class Task:
    """make(rng, examples) gives inputs (examples, steps, features), targets (examples,
    1); an answer counts as right when it is nearer to its target than near.
    """

    make: Callable[[np.random.Generator, int], Data]
    steps: int
    features: int
    near: float
    yes_or_no: bool = False


# --8<-- [start:networks]
def equal_rnn_units(features: int, units: int) -> int:
    """How many units give an RNN the parameters of a GRU, as nearly as may be."""
    wanted = gru_parameters(features, units)
    return min(
        range(1, 4 * units),
        key=lambda n: abs(rnn_parameters(features, n) - wanted),
    )


def make_layer(network: str, units: int, features: int, steps: int) -> Any:
    """A Keras layer, built, with the weights it starts from."""
    import keras

    layers = keras.layers
    if network == "rnn":
        layer = layers.SimpleRNN(units)
    elif network == "equal_rnn":
        layer = layers.SimpleRNN(equal_rnn_units(features, units))
    elif network == "relu_rnn":
        layer = layers.SimpleRNN(
            units, activation="relu", recurrent_initializer="identity"
        )
    elif network in ("gru", "open_gru"):
        layer = layers.GRU(units)
    elif network == "lstm":
        layer = layers.LSTM(units)
    else:
        raise ValueError(f"network: expected one of {NETWORKS}, got {network!r}")
    layer.build((None, steps, features))
    if network == "open_gru":
        open_gate(layer, steps)
    return layer


def open_gate(layer: Any, steps: int) -> None:
    """Chrono initialisation: units that start out remembering from 1 to steps long.

    In Keras the update gate keeps, and it is the first block of the bias.
    """
    from keras import random

    kernel, recurrent_kernel, bias = layer.get_weights()
    times = random.uniform((layer.units,), 1, steps - 1, seed=random.SeedGenerator())
    bias[0, : layer.units] = np.log(times)
    layer.set_weights([kernel, recurrent_kernel, bias])
    # --8<-- [end:networks]


# --8<-- [start:network]
class Network:
    """A recurrent layer and an output layer, compiled once, started afresh for each
    seed.
    """

    def __init__(
        self,
        network: str,
        *,
        units: int,
        steps: int,
        features: int,
        loss: str,
        batch: int,
        outputs: int = 1,
        activation: str | None = None,
    ) -> None:
        import keras
        import tensorflow as tf

        self.remake = partial(make_layer, network, units, features, steps)
        self.batch, self.layer = batch, self.remake()
        self.output = keras.layers.Dense(outputs, activation=activation)
        inputs = keras.Input((steps, features))
        self.model = keras.Sequential([inputs, self.layer, self.output])
        optimizer = keras.optimizers.Adam(clipnorm=1.0)
        self.model.compile(optimizer=optimizer, loss=loss)
        optimizer.build(self.model.trainable_variables)
        self.optimizer_at_start = [v.numpy() for v in optimizer.variables]
        self.answer_compiled = tf.function(self.model, jit_compile=True)

        def learn_batches(inputs: Any, targets: Any) -> None:
            for step in tf.range(len(inputs)):
                self.model.train_step((inputs[step], targets[step]))

        # Keras's own training step; TensorFlow compiles the loop as a whole, which is
        # several times faster than a call for each step.
        self.learn_batches = tf.function(learn_batches, jit_compile=True)

    def start(self, seed: int, learning_rate: float) -> None:
        """Random weights, and an optimizer that has seen nothing."""
        import keras

        keras.utils.set_random_seed(seed)
        self.layer.set_weights(self.remake().get_weights())
        kernel = self.output.kernel
        kernel.assign(keras.initializers.GlorotUniform()(kernel.shape))
        self.output.bias.assign(np.zeros(self.output.bias.shape))
        variables = self.model.optimizer.variables
        for variable, value in zip(variables, self.optimizer_at_start, strict=True):
            variable.assign(value)
        self.model.optimizer.learning_rate = learning_rate

    def learn(self, inputs: np.ndarray, targets: np.ndarray) -> None:
        """One pass over the examples, in whole batches and in the order given."""
        steps = len(inputs) // self.batch
        whole = steps * self.batch
        x = inputs[:whole].reshape(steps, self.batch, *inputs.shape[1:])
        y = targets[:whole].reshape(steps, self.batch, *targets.shape[1:])
        self.learn_batches(x.astype(np.float32), y.astype(np.float32))

    def learn_epochs(
        self,
        rng: np.random.Generator,
        inputs: np.ndarray,
        targets: np.ndarray,
        epochs: int,
    ) -> None:
        """Several passes, each in a random order and in whole batches."""
        whole = len(inputs) // self.batch * self.batch
        orders = [rng.permutation(len(inputs))[:whole] for _ in range(epochs)]
        order = np.concatenate(orders)
        self.learn(inputs[order], targets[order])

    def answer(self, inputs: np.ndarray) -> np.ndarray:
        """(examples, outputs) for inputs (examples, steps, features)."""
        return self.answer_compiled(inputs.astype(np.float32)).numpy()
        # --8<-- [end:network]


# --8<-- [start:rates]
def best_rate(
    network: Network,
    rates: list[float],
    seeds: list[int],
    train: Callable[[int], float],
    test: Callable[[], float],
    best: Callable[..., str],
) -> dict[str, Any]:
    """train(seed) trains the network, started afresh, and returns how well it does on
    the validation examples; best (max or min) chooses the rate by the mean of that.
    Only the networks of the chosen rate are asked test().
    """
    validation: dict[str, list[float]] = {str(rate): [] for rate in rates}
    weights: dict[str, list[Any]] = {str(rate): [] for rate in rates}
    for rate in rates:
        for seed in seeds:
            network.start(seed, rate)
            validation[str(rate)].append(train(seed))
            weights[str(rate)].append(network.model.get_weights())
    chosen = best(validation, key=lambda rate: float(np.mean(validation[rate])))
    tests = []
    for trained in weights[chosen]:
        network.model.set_weights(trained)
        tests.append(test())
    return {
        "validation": validation,
        "chosen_rate": float(chosen),
        "test": tests,
        "parameters": network.model.count_params(),
    }
    # --8<-- [end:rates]


# --8<-- [start:race]
class Race:
    """One network at one task; run(seed) starts it afresh and trains it."""

    def __init__(
        self,
        task: Task,
        network: str,
        *,
        units: int,
        batch: int,
        learning_rate: float,
        budget: int,
        check: int,
        solved: float,
    ) -> None:
        self.task, self.learning_rate = task, learning_rate
        self.examples, self.check = check * batch, check
        self.budget, self.solved = budget, solved
        self.network = Network(
            network,
            units=units,
            steps=task.steps,
            features=task.features,
            loss="binary_crossentropy" if task.yes_or_no else "mse",
            activation="sigmoid" if task.yes_or_no else None,
            batch=batch,
        )
        inputs, targets = task.make(np.random.default_rng(0), self.examples)
        self.network.learn(inputs, targets)  # compiles; a start forgets it
        self.right(inputs[:512], targets[:512])

    def start(self, seed: int) -> None:
        self.network.start(seed, self.learning_rate)

    def right(self, inputs: np.ndarray, targets: np.ndarray) -> float:
        """The share of answers that are right."""
        error = np.abs(self.network.answer(inputs) - targets)
        return float((error < self.task.near).mean())

    def run(self, seed: int) -> dict[str, Any]:
        """Training steps until solved, None if the budget ran out; seconds of training.

        Solved: enough answers right at two checks in a row, on 512 new examples.
        """
        self.start(seed)
        rng = np.random.default_rng(seed)
        inputs, targets = self.task.make(np.random.default_rng(1000 + seed), 512)
        seconds, good_checks, solved_at = 0.0, 0, None
        for steps in range(self.check, self.budget + 1, self.check):
            examples = self.task.make(rng, self.examples)  # each is seen once
            started = time.perf_counter()
            self.network.learn(*examples)
            seconds += time.perf_counter() - started
            good = self.right(inputs, targets) >= self.solved
            good_checks = good_checks + 1 if good else 0
            if good_checks == 2:
                solved_at = steps
                break
        return {"steps": solved_at, "seconds": round(seconds, 2)}

    def run_all(self, seeds: list[int]) -> dict[str, list[Any]]:
        """{"steps": [...], "seconds": [...]}, seed by seed."""
        runs = [self.run(seed) for seed in seeds]
        return {key: [run[key] for run in runs] for key in ("steps", "seconds")}
        # --8<-- [end:race]
