"""The weights of Keras's recurrent layers: how many, which columns are which gate.

inputs (batch, steps, features) = (5, 6, 3). Source: keras.layers.SimpleRNN,
keras.layers.GRU, keras.layers.LSTM.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import numpy as np
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(0)
inputs = np.random.default_rng(0).normal(size=(5, 6, 3)).astype("float32")

# --8<-- [start:count]
for kind in (layers.SimpleRNN, layers.GRU, layers.LSTM):
    layer = kind(4)  # 4 units on 3 features
    layer.build((None, None, 3))
    print(kind.__name__, layer.count_params())
before = layers.GRU(4, reset_after=False)  # one bias, not two
before.build((None, None, 3))
print("GRU, reset_after=False:", before.count_params())
# --8<-- [end:count]

# --8<-- [start:columns]
gru, lstm = layers.GRU(4), layers.LSTM(4)
gru(inputs), lstm(inputs)
print("GRU: ", [weight.shape for weight in gru.get_weights()])
print("LSTM:", [weight.shape for weight in lstm.get_weights()])

kernel, recurrent, bias = gru.get_weights()
z, r, h = np.split(bias, 3, axis=1)  # views: what is written there is in bias, too
z[:] = 50  # an update gate that always keeps
gru.set_weights([kernel, recurrent, bias])
start = np.full((5, 4), 0.7, "float32")
print("z at 1:", gru(inputs, initial_state=start)[0].numpy())

kernel, recurrent, bias = lstm.get_weights()
i, f, c, o = np.split(bias, 4)
i[:], f[:] = -50, 50  # take nothing in, forget nothing
lstm.set_weights([kernel, recurrent, bias])
lstm.return_state = True
print("i at 0, f at 1:", lstm(inputs, initial_state=[start, start])[2][0].numpy())
# --8<-- [end:columns]

# --8<-- [start:tf1]
rng, zero = np.random.default_rng(0), np.zeros(4, "float32")
single = rng.normal(size=(3 + 4, 4 * 4)).astype("float32")  # input rows, then state
bias = rng.normal(size=4 * 4).astype("float32")
x = rng.normal(size=(2, 6, 3)).astype("float32")
c = h = np.zeros((2, 4), "float32")
for t in range(6):  # TensorFlow's own operator for that cell
    given = {"cs_prev": c, "h_prev": h, "w": single, "b": bias, "forget_bias": 1.0}
    off = {"wci": zero, "wcf": zero, "wco": zero, "cell_clip": -1.0}
    step = tf.raw_ops.LSTMBlockCell(x=x[:, t], **given, **off)
    c, h = step.cs, step.h


def keras_order(blocks):
    i, candidate, f, o = np.split(blocks, 4, axis=-1)
    return np.concatenate([i, f, candidate, o], axis=-1)


lstm, forget = layers.LSTM(4), np.repeat([0, 1, 0, 0], 4)
lstm.build((None, None, 3))
for name, change, plus in (
    ("exchanged, forget_bias added", keras_order, forget),
    ("exchanged, without the 1", keras_order, 0),
    ("as it is", np.copy, 0),
):
    lstm.set_weights([change(single[:3]), change(single[3:]), change(bias) + plus])
    print(f"{name}: off by {abs(lstm(x) - h).numpy().max():.6f}")
# --8<-- [end:tf1]
