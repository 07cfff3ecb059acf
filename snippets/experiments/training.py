"""What the experiments share: the networks, how one is trained until it has solved a
task, and how its learning rate is chosen.

Inputs are (batch, steps, features), targets (batch, 1). Keras is imported when a race
is made, so that reading a record needs no TensorFlow. Sources: chrono initialisation,
Tallec and Ollivier 2018, arXiv:1804.11188; the ReLU network, Le, Jaitly and Hinton
2015, arXiv:1504.00941.
"""

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

import numpy as np

from snippets.from_scratch.count_parameters import gru_parameters, rnn_parameters

# Sums split over threads round differently from run to run; training carries that on.
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

Data = tuple[np.ndarray, np.ndarray]
NETWORKS = ("rnn", "equal_rnn", "relu_rnn", "gru", "bias_gru", "chrono_gru", "lstm")
# The same for every race: the rate is chosen on seeds that are reported nowhere, and a
# network that has not solved its task at the chosen rate gets the long budget.
TUNING: dict[str, Any] = {
    "learning_rates": [0.001, 0.003, 0.01, 0.03, 0.1],
    "selection_seeds": [100, 101, 102, 103, 104],
    "seeds": [*range(20)],
    "budget": 3000,
    "long_budget": 20000,
}


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
    """How many units give an RNN as many parameters as a GRU, or the nearest to it."""
    wanted = gru_parameters(features, units)
    return min(
        range(1, 4 * units),
        key=lambda n: abs(rnn_parameters(features, n) - wanted),
    )


def make_layer(
    network: str, units: int, features: int, steps: int, *, seed: int, bias: float = 2.0
) -> Any:
    """A Keras layer, built, with the weights it starts from. Networks that differ only
    in how a gate starts get the same random numbers from the same seed.
    """
    import keras

    keras.utils.set_random_seed(seed)
    layers = keras.layers
    if network == "rnn":
        layer = layers.SimpleRNN(units)
    elif network == "equal_rnn":
        layer = layers.SimpleRNN(equal_rnn_units(features, units))
    elif network == "relu_rnn":
        layer = layers.SimpleRNN(
            units, activation="relu", recurrent_initializer="identity"
        )
    elif network in ("gru", "bias_gru", "chrono_gru"):
        layer = layers.GRU(units)
    elif network == "lstm":
        layer = layers.LSTM(units)
    elif network == "tcn":
        layer = temporal_convolution(units, steps)
    else:
        raise ValueError(f"network: expected one of {NETWORKS}, got {network!r}")
    layer.build((None, steps, features))
    if network == "bias_gru":
        start_remembering(layer, np.full(units, bias))
    if network == "chrono_gru":
        # Units that remember from 1 to steps time steps long.
        times = np.random.default_rng(seed).uniform(1, steps - 1, units)
        start_remembering(layer, np.log(times))
    return layer


def temporal_convolution(filters: int, steps: int) -> Any:
    """No recurrence, to compare with: causal convolutions over 3 steps, 1, 2, 4, ...
    apart, until the last step sees all.
    """
    import keras

    layers = keras.layers
    convolutions = [
        layers.Conv1D(
            filters, 3, dilation_rate=2**depth, padding="causal", activation="relu"
        )
        for depth in range(math.ceil(math.log2((steps + 1) / 2)))
    ]
    last_step = [layers.Cropping1D((steps - 1, 0)), layers.Flatten()]
    return keras.Sequential(convolutions + last_step)


def start_remembering(layer: Any, biases: np.ndarray) -> None:
    """Give the update gate of each unit a bias, (units,). In Keras the update gate
    keeps the old state, and it is the first block.
    """
    kernel, recurrent_kernel, bias = layer.get_weights()
    bias[0, : layer.units] = biases
    layer.set_weights([kernel, recurrent_kernel, bias])
    # --8<-- [end:networks]


# --8<-- [start:network]
class Network:
    """A recurrent layer and an output layer, compiled once, started afresh for each
    seed. network: a name, or a function that makes the layer from a seed. clip bounds
    the gradient of each weight matrix; None leaves it as it is.
    """

    def __init__(
        self,
        network: str | Callable[..., Any],
        *,
        units: int,
        steps: int,
        features: int,
        loss: str,
        batch: int,
        outputs: int = 1,
        activation: str | None = None,
        bias: float = 2.0,
        clip: float | None = 1.0,
    ) -> None:
        import keras
        import tensorflow as tf

        self.remake = network
        if isinstance(network, str):
            sizes = units, features, steps
            self.remake = partial(make_layer, network, *sizes, bias=bias)
        self.batch, self.layer = batch, self.remake(seed=0)  # type: ignore[operator]
        self.output = keras.layers.Dense(outputs, activation=activation)
        inputs = keras.Input((steps, features))
        self.model = keras.Sequential([inputs, self.layer, self.output])
        optimizer = keras.optimizers.Adam(clipnorm=clip)
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
        """Random weights, and an optimizer that has seen nothing. The output layer's
        are drawn apart: they are the same, whatever the recurrent layer draws.
        """
        import keras

        self.layer.set_weights(self.remake(seed=seed).get_weights())  # type: ignore[operator]
        kernel = self.output.kernel
        kernel.assign(keras.initializers.GlorotUniform(seed)(kernel.shape))
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
    settings: dict[str, Any],
    piece: dict[str, Any],
    train: Callable[[int], float],
    test: Callable[[], float],
    best: Callable[..., Any],
) -> dict[str, Any]:
    """train(seed) trains the network, started afresh, and returns how well it does on
    the validation examples; best (max or min) chooses the rate by the mean of that over
    the selection seeds. Only the other seeds, at that rate, are asked test(). A piece
    that names its rates is a part of one: the first is taken as chosen.
    """
    validation: dict[str, list[float]] = {}
    rates = [] if "rates" in piece else settings["learning_rates"]
    for rate in rates:
        found = validation[str(rate)] = []
        for seed in settings["selection_seeds"]:
            network.start(seed, rate)
            found.append(train(seed))
    chosen = (
        piece["rates"][0]
        if "rates" in piece
        else best(rates, key=lambda rate: float(np.mean(validation[str(rate)])))
    )
    tests = []
    for seed in piece["seeds"]:
        network.start(seed, chosen)
        train(seed)
        tests.append(test())
    return {
        "validation": validation,
        "chosen_rate": chosen,
        "test": tests,
        "parameters": network.model.count_params(),
    }
    # --8<-- [end:rates]


# --8<-- [start:race]
class Race:
    """One network at one task; run(seed, rate, budget) starts it afresh, trains it."""

    def __init__(
        self,
        task: Task,
        network: str | Callable[..., Any],
        *,
        units: int,
        batch: int,
        check: int,
        solved: float,
        **options: Any,
    ) -> None:
        self.task, self.solved = task, solved
        self.examples, self.check = check * batch, check
        self.network = Network(
            network,
            units=units,
            steps=task.steps,
            features=task.features,
            loss="binary_crossentropy" if task.yes_or_no else "mse",
            activation="sigmoid" if task.yes_or_no else None,
            batch=batch,
            **options,
        )
        inputs, targets = task.make(np.random.default_rng(0), self.examples)
        self.network.learn(inputs, targets)  # compiles; a start forgets it
        self.network.answer(inputs[:512])

    def run(self, seed: int, learning_rate: float, budget: int) -> dict[str, Any]:
        """steps: training steps until solved, None if the budget ran out; right: the
        share of right answers at the last check; seconds of training.

        Solved: enough answers right at two checks in a row, on 512 new examples. The
        examples are the same for every network and every rate.
        """
        self.network.start(seed, learning_rate)
        rng = np.random.default_rng(seed)
        inputs, targets = self.task.make(np.random.default_rng(1000 + seed), 512)
        seconds, good_checks, solved_at, right = 0.0, 0, None, 0.0
        for steps in range(self.check, budget + 1, self.check):
            examples = self.task.make(rng, self.examples)  # each is seen once
            started = time.perf_counter()
            self.network.learn(*examples)
            seconds += time.perf_counter() - started
            answers = self.network.answer(inputs)
            right = float((np.abs(answers - targets) < self.task.near).mean())
            if not np.isfinite(answers).all():  # no step leads back from there
                break
            good_checks = good_checks + 1 if right >= self.solved else 0
            if good_checks == 2:
                solved_at = steps
                break
        return {"steps": solved_at, "right": round(right, 3), "seconds": seconds}

    def run_all(self, seeds: list[int], rate: float, budget: int) -> dict[str, Any]:
        """What run() gives, seed by seed; but the seconds of all together."""
        runs = [self.run(seed, rate, budget) for seed in seeds]
        columns = {key: [run[key] for run in runs] for key in runs[0]}
        return columns | {"seconds": round(sum(columns["seconds"]), 2)}
        # --8<-- [end:race]


# --8<-- [start:every_rate]
def quality(runs: dict[str, Any]) -> tuple[float, ...]:
    """To choose a rate by: seeds that solved, how soon, how much was right."""
    late = [float("inf") if steps is None else steps for steps in runs["steps"]]
    solved = sum(steps is not None for steps in runs["steps"])
    return solved, -median(late), sum(runs["right"])


def race_at_every_rate(
    race: Race, settings: dict[str, Any], piece: dict[str, Any]
) -> dict[str, Any]:
    """The rate chosen on the selection seeds, and the runs of the piece's seeds at
    every rate; at the chosen one with the long budget. A piece that names its rates is
    a part of one: only these are run, and none is chosen.
    """
    budget, rates = settings["budget"], piece.get("rates", settings["learning_rates"])
    selection: dict[str, Any] = {}
    chosen = None
    if "rates" not in piece:
        seeds = settings["selection_seeds"]
        selection = {str(rate): race.run_all(seeds, rate, budget) for rate in rates}
        chosen = max(rates, key=lambda rate: quality(selection[str(rate)]))
    runs = {}
    for rate in rates:
        steps = settings["long_budget"] if rate == chosen else budget
        runs[str(rate)] = race.run_all(piece["seeds"], rate, steps)
    return {"chosen_rate": chosen, "selection": selection, "runs": runs}
    # --8<-- [end:every_rate]
