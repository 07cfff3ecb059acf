"""State between batches in Keras: stateful layers, states by hand, what resets them.

inputs (batch, steps, features), a state (batch, units). Source: keras.layers.GRU.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(0)
inputs = np.random.default_rng(0).normal(size=(2, 12, 1)).astype("float32")

# --8<-- [start:forgets]
gru = keras.layers.GRU(4)
whole = gru(inputs)
gru(inputs[:, :6])  # the first half ...
second = gru(inputs[:, 6:])  # ... is forgotten before the second
print(f"in two calls: off by {abs(whole - second).numpy().max():.3f}")
# --8<-- [end:forgets]

# --8<-- [start:stateful]
keeps = keras.layers.GRU(4, stateful=True)
keeps.build((2, 6, 1))
keeps.set_weights(gru.get_weights())
keeps(inputs[:, :6])
second = keeps(inputs[:, 6:])
print(f"stateful, in two calls: off by {abs(whole - second).numpy().max():.6f}")
keeps.reset_state()
print("after reset_state:", keeps.states[0][0].numpy().tolist())
# --8<-- [end:stateful]

# --8<-- [start:by-hand]
reads = keras.layers.GRU(4, return_state=True)
reads.build((None, None, 1))
reads.set_weights(gru.get_weights())
_, state = reads(inputs[:, :6])
_, state = reads(inputs[:, 6:], initial_state=state)
print(f"by hand, in two calls: off by {abs(whole - state).numpy().max():.6f}")
# --8<-- [end:by-hand]

# --8<-- [start:batch-size]
layers = [keras.layers.GRU(4, stateful=True), keras.layers.Dense(1)]
try:
    keras.Sequential([keras.Input((None, 1)), *layers])
except ValueError as error:
    print(str(error).partition(". ")[0])

model = keras.Sequential([keras.Input(batch_shape=(2, None, 1)), *layers])
print(model.output_shape)
# --8<-- [end:batch-size]

# --8<-- [start:other-size]
model.compile(loss="mse")
try:
    model.predict(inputs[:1], batch_size=1, verbose=0)
except Exception as error:
    print(type(error).__name__)

alone = keras.Sequential(
    [
        keras.Input(batch_shape=(1, None, 1)),
        keras.layers.GRU(4, stateful=True),
        keras.layers.Dense(1),
    ]
)
alone.set_weights(model.get_weights())  # the weights fit any batch size
print(alone.predict(inputs[:1], verbose=0).shape)
# --8<-- [end:other-size]

# --8<-- [start:reset]
try:
    model.reset_states()
except AttributeError as error:
    print(error)


def reset(model):
    """Keras 3: layer by layer, in models within the model as well."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            reset(layer)
        elif getattr(layer, "stateful", False):
            layer.reset_state()


outer = keras.Sequential([keras.Input(batch_shape=(2, None, 1)), model])
outer.predict(np.ones((2, 6, 1)), verbose=0)
print("kept: ", abs(model.layers[0].states[0].numpy()).max() > 0)
reset(outer)
print("reset:", abs(model.layers[0].states[0].numpy()).max() == 0)
# --8<-- [end:reset]

# --8<-- [start:rows]
series = np.arange(12)  # one long series, batch size 2
rows = series.reshape(2, 6)  # row 1 goes on where row 0 ends
batches = rows.reshape(2, 2, 3).swapaxes(0, 1)  # batches of (2 rows, 3 steps)
print(batches[0].tolist(), "then", batches[1].tolist())
# --8<-- [end:rows]

# --8<-- [start:gradient]
keeps.reset_state()
first = tf.constant(inputs[:, :6])
with tf.GradientTape(persistent=True) as tape:
    tape.watch(first)
    keeps(first)
    after = tf.reduce_sum(keeps(inputs[:, 6:]))
    _, state = reads(first)
    after_by_hand = tf.reduce_sum(reads(inputs[:, 6:], initial_state=state)[1])
print("stateful:", tape.gradient(after, first))
reached = np.array(tape.gradient(after_by_hand, first))
print("by hand: ", bool((abs(reached) > 0).all()))
# --8<-- [end:gradient]


# --8<-- [start:learned]
class LearnedStart(keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.gru = keras.layers.GRU(units)
        self.start = self.add_weight(shape=(1, units), initializer="zeros")

    def call(self, x):
        start = keras.ops.repeat(self.start, keras.ops.shape(x)[0], axis=0)
        return self.gru(x, initial_state=start)


layer = LearnedStart(4)
print(layer(inputs).shape, len(layer.trainable_weights), "weights learn")
# --8<-- [end:learned]

# --8<-- [start:checked]
GRU = keras.layers.GRU
fixed = keras.Sequential([keras.Input(batch_shape=(2, 6, 1)), GRU(4, stateful=True)])
try:
    fixed(np.zeros((3, 6, 1)))
except ValueError as error:
    print("called:", str(error).splitlines()[2].strip("\x1b[1m "))

for examples in (4, 3):
    found = fixed.predict(np.zeros((examples, 6, 1)), batch_size=2, verbose=0)
    print("predict:", examples, "examples in,", len(found), "rows out")
# --8<-- [end:checked]

# --8<-- [start:set]
lstm, x = keras.layers.LSTM(4, stateful=True), np.ones((2, 5, 3), "float32")
lstm(x)
kept = [state.numpy() for state in lstm.states]  # h and c, (batch, units) each
again = np.array(lstm(x))
try:
    lstm.reset_state(kept)
except TypeError as error:
    print(error)
for state, value in zip(lstm.states, kept, strict=True):
    state.assign(value)
print("put back, the same answer:", np.array_equal(lstm(x), again))
# --8<-- [end:set]
