"""The smallest complete run: make data, build, fit, predict, for an RNN and for a GRU.

The task: ten values of a noisy sine wave in, the next value out. inputs (examples, 10,
1), targets (examples, 1); the wave lies between -1 and 1, the noise has a spread of
0.1. The yardstick is the naive answer 'the same as the last value'. Source:
keras.Model.fit and predict.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

UNITS, SEEDS = 16, 5


# --8<-- [start:data]
def waves(examples, seed):
    """inputs (examples, 10, 1), targets (examples, 1): each wave has its own pace."""
    rng = np.random.default_rng(seed)
    pace = rng.uniform(0.3, 0.9, size=(examples, 1))
    start = rng.uniform(0, 2 * np.pi, size=(examples, 1))
    clean = np.sin(start + pace * np.arange(11))
    noisy = clean[:, :10] + rng.normal(scale=0.1, size=(examples, 10))
    return noisy[..., None].astype("float32"), clean[:, 10:].astype("float32")
    # --8<-- [end:data]


# --8<-- [start:train]
def train_and_test(layer):
    """Fit a recurrent layer and a Dense: parameters, error on new waves."""
    model = keras.Sequential([keras.Input(shape=(10, 1)), layer, keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse")
    inputs, targets = waves(2000, seed=1)
    model.fit(inputs, targets, epochs=15, batch_size=32, verbose=0)

    new_inputs, new_targets = waves(1000, seed=2)
    predictions = model.predict(new_inputs, verbose=0)
    return model.count_params(), float(np.abs(predictions - new_targets).mean())
    # --8<-- [end:train]


# --8<-- [start:main]
def main():
    inputs, targets = waves(1000, seed=2)
    naive = float(np.abs(inputs[:, -1] - targets).mean())
    record = {"units": UNITS, "seeds": SEEDS, "naive_error": naive}
    print(f"{UNITS} units, {SEEDS} random starts")
    print(f"naive: error {naive:.2f}")
    layers = {"rnn": keras.layers.SimpleRNN, "gru": keras.layers.GRU}
    for name, layer_type in layers.items():
        errors = []
        for seed in range(SEEDS):
            keras.utils.set_random_seed(seed)
            parameters, error = train_and_test(layer_type(UNITS))
            errors.append(error)
        low, mean, high = min(errors), np.mean(errors), max(errors)
        print(f"{name}: {parameters} parameters")
        print(f"  error {low:.2f} to {high:.2f}, mean {mean:.2f}")
        record |= {f"{name}_parameters": parameters, f"{name}_mean": mean}
        record |= {f"{name}_low": low, f"{name}_high": high}
    return record
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
