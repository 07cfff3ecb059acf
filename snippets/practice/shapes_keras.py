"""Shapes in Keras: what a recurrent layer reads, and what its errors mean.

inputs (batch, steps, features). Source: keras.layers.GRU.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import numpy as np
import tensorflow as tf

# --8<-- [start:ndim]
gru = keras.layers.GRU(4)
series = np.zeros((32, 10))  # 32 series of 10 values
try:
    gru(series)
except ValueError as error:
    print(error)

print(gru(series[..., None]).shape)  # (32, 10, 1): one feature is an axis, too
# --8<-- [end:ndim]

# --8<-- [start:features]
model = keras.Sequential([keras.Input((10, 3)), keras.layers.GRU(4)])
try:
    model.predict(np.zeros((32, 10, 5)), verbose=0)
except ValueError as error:
    print(str(error).splitlines()[2].partition(" for ")[0].lstrip("\x1b[1m"))

model = keras.Sequential([keras.Input((None, 3)), keras.layers.GRU(4)])
print(model(np.zeros((32, 10, 3))).shape, model(np.zeros((32, 7, 3))).shape)
# --8<-- [end:features]

# --8<-- [start:convolution]
pictures = keras.Input((64, 28, 28, 1))  # 64 pictures in a row
maps = keras.layers.TimeDistributed(keras.layers.Conv2D(8, 3))(pictures)
try:
    keras.layers.GRU(4)(maps)
except ValueError as error:
    print(error)

rows = keras.layers.TimeDistributed(keras.layers.Flatten())(maps)
print(rows.shape, "->", keras.layers.GRU(4)(rows).shape)
one = keras.Input((64, 28, 8))  # one picture's map, its 64 rows as time steps
print(keras.layers.GRU(4)(keras.layers.Reshape((64, 28 * 8))(one)).shape)
# --8<-- [end:convolution]

# --8<-- [start:windows]
series = np.arange(6.0)  # one series, six values
windows = np.lib.stride_tricks.sliding_window_view(series, 4)
inputs, targets = windows[:, :-1, None], windows[:, -1]
print(inputs.shape, targets.shape)  # (3 windows, 3 steps, 1 feature)
print(inputs[0, :, 0], "->", targets[0])
# --8<-- [end:windows]

# --8<-- [start:reshape]
wind = [1, 2, 3, 4]
rain = [10, 20, 30, 40]
table = np.array([wind, rain])  # (features, steps)
print("reshape: ", table.reshape(4, 2).tolist())  # wind with wind: wrong
print("stack:   ", np.stack([wind, rain], axis=-1).tolist())  # a row each step
# --8<-- [end:reshape]

# --8<-- [start:order]
inputs = np.random.default_rng(0).normal(size=(3, 8, 2))  # 3 examples of 8 steps
changed = inputs.copy()
changed[0] += 1  # only example 0


def noticed(change_axes):
    """Which of the three examples notice a change of example 0?"""
    layer = keras.layers.GRU(4, return_sequences=True, seed=0)
    before, after = layer(change_axes(inputs)), layer(change_axes(changed))
    moved = abs(change_axes(np.array(before - after))) > 1e-6
    return moved.any(axis=(1, 2)).tolist()


print("batch first:", noticed(lambda x: x))
print("steps first:", noticed(lambda x: x.swapaxes(0, 1)))
# --8<-- [end:order]

# --8<-- [start:targets]
targets = np.array([0.0, 1.0, 2.0, 3.0])  # (4,)
answers = targets[:, None]  # (4, 1), what a Dense(1) gives: all of them right
by_keras = keras.losses.MeanSquaredError()(targets, answers)
print(f"Keras's own loss sees to it: {by_keras:.2f}")
by_hand = np.mean((answers - targets) ** 2)
print(f"a loss by hand does not: {by_hand:.2f} of {(answers - targets).shape}")
# --8<-- [end:targets]

# --8<-- [start:initial]
gru = keras.layers.GRU(4)
inputs = np.zeros((5, 10, 1))
print(gru(inputs, initial_state=np.zeros((5, 4))).shape)  # (batch, units)
print(gru(inputs, initial_state=np.zeros((1, 4))).shape)  # one for all: no error
try:
    gru(inputs, initial_state=np.zeros((5, 3)))
except Exception as error:
    print(str(error).splitlines()[2].rpartition("}} ")[2].partition(" [Op")[0])
# --8<-- [end:initial]

# --8<-- [start:without-steps]
for shape in ((3,), (10, 3)):
    try:
        keras.Sequential([keras.Input(shape), keras.layers.GRU(4)])
        print(f"Input({shape}) runs")
    except ValueError as error:
        print(f"Input({shape}):", str(error).partition(": ")[2])
# --8<-- [end:without-steps]

# --8<-- [start:one-step]
lags = np.random.default_rng(0).normal(size=(32, 7)).astype("float32")
for inputs in (lags[:, None, :], lags[:, :, None]):
    gru = keras.layers.GRU(4)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(gru(inputs) ** 2)
    kernel, recurrent, bias = tape.gradient(loss, gru.trainable_variables)
    print(inputs.shape, "learns to remember:", bool(np.any(recurrent)))
# --8<-- [end:one-step]

# --8<-- [start:cardinality]
for x, y in (
    (np.zeros((10, 2, 3)), np.zeros(2)),  # time first: 10 steps of 2 examples
    (np.zeros((2, 10, 3)), np.zeros((2, 5))),  # one-hot answers for whole numbers
    (np.zeros((2, 10, 3)), np.zeros(2)),
):
    model = keras.Sequential([keras.layers.GRU(4), keras.layers.Dense(5, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    try:
        model.fit(x, y, verbose=0)
        print(x.shape, y.shape, "trains")
    except ValueError as error:
        print(*str(error).split())
# --8<-- [end:cardinality]


# --8<-- [start:fixed]
def model_of(kind, steps):
    given, gru = keras.Input((steps, 3)), keras.layers.GRU(4)
    return kind(given, gru(given)) if kind is keras.Model else kind([given, gru])


for kind, steps in ((keras.Model, 8), (keras.Model, None), (keras.Sequential, 8)):
    try:
        shape = model_of(kind, steps).predict(np.zeros((2, 5, 3)), verbose=0).shape
        print(kind.__name__, steps, "runs:", shape)
    except ValueError as error:
        print(kind.__name__, steps, str(error).partition("layer: ")[2])
# --8<-- [end:fixed]
