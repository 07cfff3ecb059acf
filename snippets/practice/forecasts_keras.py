"""Forecasts in Keras: the copy of yesterday, naive answers, several steps ahead.

series (steps,), windows (examples, steps, 1). Source: keras.layers.GRU; Hyndman and
Koehler 2006, doi:10.1016/j.ijforecast.2006.03.001, for the scaled error.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)


# --8<-- [start:helpers]
def windows(series, length, ahead=1):
    """inputs (examples, length, 1), targets (examples, ahead)."""
    found = np.lib.stride_tricks.sliding_window_view(series, length + ahead)
    found = found.astype("float32")
    return found[:, :length, None], found[:, length:]


def trained(inputs, targets, epochs=30):
    model = keras.Sequential(
        [keras.Input((None, 1)), layers.GRU(16), layers.Dense(targets.shape[1])]
    )
    model.compile(keras.optimizers.Adam(0.01), "mse")
    model.fit(inputs, targets, epochs=epochs, batch_size=64, verbose=0)
    return model
    # --8<-- [end:helpers]


# --8<-- [start:copy]
walk = np.random.default_rng(0).normal(size=1500).cumsum() / 20
inputs, targets = windows(walk, 10)
model = trained(inputs[:1000], targets[:1000])
forecast = model.predict(inputs[1000:], verbose=0)[:, 0]
today, yesterday = targets[1000:, 0], inputs[1000:, -1, 0]
error = abs(forecast - today).mean() / abs(yesterday - today).mean()
print(f"correlation with the truth:   {np.corrcoef(forecast, today)[0, 1]:.3f}")
print(f"correlation with yesterday:   {np.corrcoef(forecast, yesterday)[0, 1]:.3f}")
print("better than saying yesterday:", bool(error < 0.99))
# --8<-- [end:copy]

# --8<-- [start:baselines]
season = np.sin(np.arange(1500) * 2 * np.pi / 12)
noisy = season + np.random.default_rng(1).normal(scale=0.2, size=1500)
inputs, targets = windows(noisy, 24)
x, y, target = inputs[:1000, :, 0], targets[:1000, 0], targets[1000:, 0]
formula = np.linalg.lstsq(np.c_[x, np.ones(1000)], y, rcond=None)[0]
test = inputs[1000:, :, 0]
model = trained(inputs[:1000], targets[:1000])
for name, answer in {
    "the last value": test[:, -1],
    "twelve steps ago": test[:, -12],
    "a linear formula": np.c_[test, np.ones(len(test))] @ formula,
    "a GRU": model.predict(inputs[1000:], verbose=0)[:, 0],
}.items():
    print(f"{name:17} error {abs(answer - target).mean():.2f}")
# --8<-- [end:baselines]

# --8<-- [start:differences]
trend = np.arange(600) * 0.05 + noisy[:600]  # it climbs out of the training range
change = np.diff(trend)
raw_in, raw_out = windows(trend, 24)
change_in, change_out = windows(change, 24)
raw = trained(raw_in[:300], raw_out[:300]).predict(raw_in[300:], verbose=0)[:, 0]
by_change = trained(change_in[:300], change_out[:300])
# A forecast change needs the last value again; windows of changes begin a step later.
back = by_change.predict(change_in[300:], verbose=0)[:, 0] + trend[324:-1]
print(f"plain values: error {abs(raw - raw_out[300:, 0]).mean():.1f}")
print(f"differences:  error {abs(back - trend[325:]).mean():.1f}")
# --8<-- [end:differences]

# --8<-- [start:ahead]
steps = 12
inputs, targets = windows(noisy, 24, ahead=steps)
direct = trained(inputs[:1000], targets[:1000])  # Dense(12): all twelve at once
one = trained(inputs[:1000], targets[:1000, :1])
window, fed = inputs[1000:], []
for _ in range(steps):  # its own answer goes in as the next value
    fed.append(one.predict(window, verbose=0))
    window = np.concatenate([window[:, 1:], fed[-1][:, None]], axis=1)
for name, answer in (
    ("all at once", direct.predict(inputs[1000:], verbose=0)),
    ("fed back   ", np.hstack(fed)),
):
    off = abs(answer - targets[1000:]).mean(axis=0)
    print(f"{name} error at step 1: {off[0]:.2f}, at step 12: {off[-1]:.2f}")
# --8<-- [end:ahead]

# --8<-- [start:inverse]
table = np.array([[10.0, 300.0], [20.0, 500.0], [30.0, 400.0]])  # two columns
mean, spread = table.mean(axis=0), table.std(axis=0)
forecast = np.array([[0.5], [-1.0]])  # scaled, and of the second column alone
print("stretched over both:", (forecast * spread + mean).shape)
print("its own mean and spread:", (forecast[:, 0] * spread[1] + mean[1]).round(1))
# --8<-- [end:inverse]

# --8<-- [start:offset]
wave = np.sin(np.arange(1500) / 3) + 2 * (np.arange(1500) >= 1100)  # moves up by 2
changes = np.diff(wave, prepend=0)
for name, read in (("the values", wave), ("the change", changes)):
    inputs, targets = windows(read, 10)
    model = trained(inputs[:1000], targets[:1000])
    off = targets - model.predict(inputs, verbose=0)
    print(f"{name}: off by {off[:1000].mean():5.2f} in training,", end=" ")
    print(f"{off[1110:].mean():5.2f} after the move")
# --8<-- [end:offset]

# --8<-- [start:flat]
noise = np.random.default_rng(1).normal(size=1500).astype("float32")
inputs, targets = windows(noise, 10)
model = trained(inputs[:1000], targets[:1000], epochs=3)
forecast, truth = model.predict(inputs[1000:], verbose=0), targets[1000:]
print(f"spread of the truth {truth.std():.2f}, of the forecast {forecast.std():.2f}")
print(f"error {np.mean((forecast - truth) ** 2):.2f},", end=" ")
print(f"of always the mean {np.mean((targets[:1000].mean() - truth) ** 2):.2f}")
# --8<-- [end:flat]

# --8<-- [start:timeseries-dataset]
series = np.arange(10.0)
pairs = {
    "next value:": (series, series[3:]),
    "shifted by one too few:": (series, series[2:]),  # the window's own last value
}
for name, (data, targets) in pairs.items():
    found = keras.utils.timeseries_dataset_from_array(data, targets, sequence_length=3)
    window, target = next(iter(found))
    print(name, np.array(window)[0].tolist(), "->", float(target[0]))
# --8<-- [end:timeseries-dataset]

# --8<-- [start:both-ways]
walks = np.random.default_rng(1).normal(size=(300, 21, 1)).cumsum(axis=1)
walks = walks.astype("float32") / 4
now, following = walks[:, :-1], walks[:, 1:]  # every step asks for the next value
for direction in ("one direction", "bidirectional"):
    keras.utils.set_random_seed(0)
    gru = layers.GRU(16, return_sequences=True)
    gru = layers.Bidirectional(gru) if direction == "bidirectional" else gru
    model = keras.Sequential([gru, layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.01), "mse")
    model.fit(now[:200], following[:200], epochs=60, verbose=0)
    off = np.abs(np.array(model(now[200:])) - following[200:]).mean(axis=0)
    print(
        f"{direction}: off by {off[:-1].mean():.2f}, at the last step {off[-1, 0]:.2f}"
    )
print(f"the value before, again: off by {np.abs(now - following)[200:].mean():.2f}")
# --8<-- [end:both-ways]

# --8<-- [start:columns]
several = np.stack([walk * 3, walk[::-1]], axis=1).astype("float32")  # (steps, columns)
found = np.lib.stride_tricks.sliding_window_view(several, 11, axis=0).swapaxes(1, 2)
inputs, targets = found[:, :10], found[:, 10]  # all columns at the next step
model = keras.Sequential([keras.Input((None, 2)), layers.GRU(16), layers.Dense(2)])
model.compile(keras.optimizers.Adam(0.01), "mse")
model.fit(inputs[:1000], targets[:1000], epochs=10, batch_size=64, verbose=0)
window = inputs[-1]
for _ in range(3):  # a forecast has all that the next input needs
    following = np.array(model(window[None]))
    window = np.concatenate([window[1:], following])
print("three steps of two columns:", window[-3:].shape)
print(f"largest value {np.abs(targets).max():.1f}; a state stays below 1")
# --8<-- [end:columns]

# --8<-- [start:late]
rng, cause = np.random.default_rng(0), np.zeros(1500)
for t in range(1, 1500):
    cause[t] = 0.95 * cause[t - 1] + rng.normal(scale=0.3)
effect = 0.8 * cause  # felt in the same step


def late(forecast, truth):
    """The shift, in steps, at which a forecast fits the truth best."""
    end = len(truth)
    fits = [np.corrcoef(forecast[k:], truth[: end - k])[0, 1] for k in range(10)]
    return int(np.argmax(fits))


found = np.lib.stride_tricks.sliding_window_view(cause, 10).astype("float32")
for name, inputs, targets in (
    ("a step before", found[:-1, :, None], effect[10:]),
    ("at the step", found[:, :, None], effect[9:]),
):
    model = trained(inputs[:1000], targets[:1000, None], epochs=10)
    forecast = model.predict(inputs[1000:], verbose=0)[:, 0]
    print(f"windows that end {name}: late by {late(forecast, targets[1000:])}")
# --8<-- [end:late]
