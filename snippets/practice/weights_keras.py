"""The weights of Keras's recurrent layers: how many, which columns are which gate.

inputs (batch, steps, features) = (5, 6, 3). Source: keras.layers.SimpleRNN,
keras.layers.GRU, keras.layers.LSTM.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import numpy as np
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
