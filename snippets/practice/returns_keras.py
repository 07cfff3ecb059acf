"""What a recurrent layer of Keras returns, with every switch.

inputs (batch, steps, features), states (batch, steps, units). Source: keras.layers.GRU.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import numpy as np

inputs = np.random.default_rng(0).normal(size=(5, 10, 3)).astype("float32")

# --8<-- [start:last]
last = keras.layers.GRU(4)(inputs)
every = keras.layers.GRU(4, return_sequences=True)(inputs)
print("last", last.shape, "  every", every.shape)
# --8<-- [end:last]

# --8<-- [start:state]
gru = keras.layers.GRU(4, return_sequences=True, return_state=True)
states, final = gru(inputs)
print("GRU: ", states.shape, final.shape)
print("the state is the last output:", np.array_equal(states[:, -1], final))
lstm = keras.layers.LSTM(4, return_state=True)
output, h, c = lstm(inputs)
print("LSTM:", output.shape, h.shape, c.shape, "output, h, c")
print("output is h:", np.array_equal(output, h), "  and c:", np.array_equal(output, c))
# --8<-- [end:state]

# --8<-- [start:stacked]
try:
    keras.Sequential([keras.Input((10, 3)), keras.layers.GRU(4), keras.layers.GRU(4)])
except ValueError as error:
    print(error)

layers = [keras.layers.GRU(4, return_sequences=True), keras.layers.GRU(4)]
print(keras.Sequential([keras.Input((10, 3)), *layers]).output_shape)
# --8<-- [end:stacked]

# --8<-- [start:bidirectional]
both = keras.layers.Bidirectional(keras.layers.GRU(4, return_sequences=True))
states = np.array(both(inputs))  # (5, 10, 8): 4 forward, 4 backward
other = inputs.copy()
other[:, :-1] = 0  # only the last step is left
alone = np.array(both(other))
backward = slice(4, 8)
print("backward half at the last step has read only that step:")
print(np.allclose(states[:, -1, backward], alone[:, -1, backward], atol=1e-6))
final = keras.layers.Bidirectional(keras.layers.GRU(4))
final.build(inputs.shape)
final.set_weights(both.get_weights())
print("return_sequences=False takes it from the first step, where it has read all:")
print(np.allclose(final(inputs)[:, backward], states[:, 0, backward], atol=1e-6))
# --8<-- [end:bidirectional]

# --8<-- [start:go-backwards]
back = keras.layers.GRU(4, return_sequences=True, go_backwards=True)
states = np.array(back(inputs))
first = inputs.copy()
first[:, 0] += 1  # only the first step is another
moved = abs(np.array(back(first)) - states).max(axis=(0, 2)) > 1e-6
print("rows that notice the first step:", np.flatnonzero(moved).tolist(), "of 10")
aligned = states[:, ::-1]  # now row t has read the steps from t to the end
both = keras.layers.Bidirectional(keras.layers.GRU(4, return_sequences=True))
both.build(inputs.shape)
both.backward_layer.set_weights(back.get_weights())
same = np.allclose(np.array(both(inputs))[..., 4:], aligned, atol=1e-6)
print("turned back, it is Bidirectional's backward half:", same)
# --8<-- [end:go-backwards]

# --8<-- [start:merge]
for merge in ("concat", "sum", "mul", "ave", None):
    both = keras.layers.Bidirectional(keras.layers.GRU(4), merge_mode=merge)
    found = both(inputs)
    print(f"{merge}: {found.shape if merge else f'two of {found[0].shape}'}")
both = keras.layers.Bidirectional(keras.layers.LSTM(4, return_state=True))
print("with return_state:", len(both(inputs)), "parts: output, h, c, h, c")
# --8<-- [end:merge]

# --8<-- [start:inside]
keras.utils.set_random_seed(0)
model = keras.Sequential(
    [keras.Input((None, 3)), keras.layers.GRU(4), keras.layers.Dense(1)]
)
# ... trained; now its states, step by step:
reader = keras.layers.GRU(4, return_sequences=True)
reader.build((None, None, 3))
reader.set_weights(model.layers[0].get_weights())
states = reader(inputs)
print(states.shape)
print(np.allclose(model.layers[1](states[:, -1]), model(inputs), atol=1e-6))
# --8<-- [end:inside]

# --8<-- [start:units]
for units in (5, 50):
    for steps in (10, 1000):
        gru = keras.layers.GRU(units)
        states = gru(np.zeros((1, steps, 3)))
        print(units, "units,", steps, "steps:", states.shape, gru.count_params())
# --8<-- [end:units]


# --8<-- [start:every-c]
class Both(keras.layers.LSTMCell):
    """An LSTM cell whose output is h and c side by side."""

    def call(self, inputs, states, training=False):
        _, (h, c) = super().call(inputs, states, training=training)
        return keras.ops.concatenate([h, c], axis=-1), [h, c]


sequence = np.ones((2, 6, 3), "float32")
h, c = np.split(keras.layers.RNN(Both(4), return_sequences=True)(sequence), 2, axis=-1)
print("h at every step:", h.shape, "c at every step:", c.shape)
# --8<-- [end:every-c]

# --8<-- [start:none]
inputs = keras.Input((None, 3))
every = keras.layers.GRU(4, return_sequences=True)(inputs)
print(every.shape, "batch and steps left open")
print(keras.layers.GRU(4)(inputs).shape, "batch left open")
try:
    keras.layers.Dense(1)(keras.layers.Flatten()(every))  # steps times units: unknown
except ValueError as error:
    print(str(error).partition(" (")[0])
# --8<-- [end:none]

# --8<-- [start:some]
given = keras.Input((20, 3))
states = keras.layers.GRU(8, return_sequences=True)(given)
print("step 7:", states[:, 7].shape, "the last five:", states[:, -5:].shape)
answers = keras.layers.Dense(2)(states[:, -5:])
print("twenty in, five out:", keras.Model(given, answers).output_shape)
# --8<-- [end:some]

# --8<-- [start:both-first]
x = np.ones((2, 5, 3), "float32")
bidirectional, lstm = keras.layers.Bidirectional, keras.layers.LSTM
_, *states = bidirectional(lstm(4, return_state=True))(x)
print(len(states), "states: forward h, forward c, backward h, backward c")
print("two ways:", bidirectional(lstm(4))(x, initial_state=states).shape)
try:
    bidirectional(lstm(4))(x, initial_state=states[:2])
except IndexError as error:
    print("two of them:", str(error).splitlines()[2].strip("\x1b[10m"))

forward_h, forward_c, backward_h, backward_c = states
h = keras.ops.concatenate([forward_h, backward_h], axis=1)
c = keras.ops.concatenate([forward_c, backward_c], axis=1)
print("one way: ", lstm(8)(x, initial_state=[h, c]).shape)
# --8<-- [end:both-first]

# --8<-- [start:gates]
gru = keras.layers.GRU(4, return_sequences=True, bias_initializer="normal")
x = np.random.default_rng(0).normal(size=(2, 6, 3)).astype("float32")
states = np.array(gru(x))
before = np.concatenate([np.zeros((2, 1, 4)), states[:, :-1]], axis=1)
kernel, recurrent, bias = gru.get_weights()
x_z, x_r, x_h = np.split(x @ kernel + bias[0], 3, axis=-1)
h_z, h_r, h_h = np.split(before @ recurrent + bias[1], 3, axis=-1)
update, reset = (1 / (1 + np.exp(-a)) for a in (x_z + h_z, x_r + h_r))
candidate = np.tanh(x_h + reset * h_h)
after = update * before + (1 - update) * candidate
print("gates at every step:", update.shape, reset.shape)
print("they give the states:", np.allclose(after, states, atol=1e-6))
# --8<-- [end:gates]

# --8<-- [start:flag]
x = np.ones((32, 10, 3), "float32")
for every, shape in ((False, (32, 1)), (True, (32, 1)), (True, (32, 10, 1))):
    for loss in ("mse", "binary_crossentropy"):
        gru = keras.layers.GRU(4, return_sequences=every)
        model = keras.Sequential([keras.Input((10, 3)), gru, keras.layers.Dense(1)])
        model.compile("sgd", loss)
        try:
            model.fit(x, np.ones(shape), verbose=0)
            said = "trains"
        except ValueError as error:
            said = str(error).partition("Received: ")[2]
        print(f"{every!s:5} {shape} {loss}: {said}")
# --8<-- [end:flag]
