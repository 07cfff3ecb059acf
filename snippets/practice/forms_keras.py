"""The forms of a task in Keras: one to many, many to one, many to many.

inputs (batch, steps, features). Source: keras.layers.GRU, keras.Model.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)

# --8<-- [start:many-to-one]
model = keras.Sequential([keras.Input((None, 3)), layers.GRU(8), layers.Dense(2)])
print(model(np.zeros((5, 20, 3))).shape)
# --8<-- [end:many-to-one]

# --8<-- [start:aligned]
model = keras.Sequential(
    [
        keras.Input((None, 3)),
        layers.GRU(8, return_sequences=True),
        layers.Dense(2),  # at every step, with the same weights
    ]
)
print(model(np.zeros((5, 20, 3))).shape)
wrapped = layers.TimeDistributed(layers.Dense(2))
wrapped.build((5, 20, 8))
wrapped.layer.set_weights(model.layers[1].get_weights())
states = np.random.default_rng(0).normal(size=(5, 20, 8)).astype("float32")
same = np.allclose(wrapped(states), model.layers[1](states), atol=1e-6)
print("TimeDistributed(Dense) is Dense:", same)
# --8<-- [end:aligned]

# --8<-- [start:one-to-many]
model = keras.Sequential(
    [
        keras.Input((3,)),
        layers.RepeatVector(7),  # the same vector at each of 7 steps
        layers.GRU(8, return_sequences=True),
        layers.Dense(2),
    ]
)
print(model(np.zeros((5, 3))).shape)
# --8<-- [end:one-to-many]

# --8<-- [start:seq2seq]
VOCABULARY, UNITS, START = 10, 32, 0  # tokens 1 to 9 are digits
rng = np.random.default_rng(0)
question = rng.integers(1, VOCABULARY, size=(2000, 4))
answer = question[:, ::-1]  # the digits backwards
told = np.hstack([np.full((2000, 1), START), answer[:, :-1]])  # one step late

ask, tell = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
embed = layers.Embedding(VOCABULARY, 16)
encoder = layers.GRU(UNITS, return_state=True)
decoder = layers.GRU(UNITS, return_sequences=True, return_state=True)
score = layers.Dense(VOCABULARY)
_, thought = encoder(embed(ask))
states, _ = decoder(embed(tell), initial_state=thought)
model = keras.Model([ask, tell], score(states))
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(keras.optimizers.Adam(0.01), loss)
model.fit([question, told], answer, epochs=30, batch_size=64, verbose=0)
# --8<-- [end:seq2seq]


# --8<-- [start:decode]
def decoded(question, steps=4):
    """Feeds back its own answers: at this point nobody tells it the right ones."""
    _, state = encoder(embed(question))
    token, found = np.full((len(question), 1), START), []
    for _ in range(steps):
        states, state = decoder(embed(token), initial_state=state)
        token = np.argmax(score(states), axis=-1)
        found.append(token)
    return np.hstack(found)


new = rng.integers(1, VOCABULARY, size=(500, 4))
print(new[0], "->", decoded(new[:1])[0])
print("most of the new ones right:", (decoded(new) == new[:, ::-1]).mean() > 0.8)
# --8<-- [end:decode]

# --8<-- [start:attention]
sequence = keras.Input((None, 3))
states = layers.GRU(8, return_sequences=True)(sequence)
scores = layers.Dense(1)(states)
weights = layers.Softmax(axis=1)(scores)  # over the steps, not over the features
summary = layers.Dot(axes=1)([weights, states])
pooled = keras.Model(sequence, [layers.Reshape((8,))(summary), weights])
vector, weights = pooled(np.ones((2, 5, 3), "float32"))
print("one vector a sequence:", vector.shape, "weights:", weights.shape)
print("they sum to one:", np.allclose(np.array(weights).sum(axis=1), 1))
# --8<-- [end:attention]

# --8<-- [start:static]
sequence, fixed = keras.Input((None, 3)), keras.Input((2,))
first = layers.Dense(8, activation="tanh")(fixed)  # into the first state
last = layers.GRU(8)(sequence, initial_state=first)
beside = layers.Concatenate()([last, fixed])  # or beside the last
both = keras.Model([sequence, fixed], layers.Dense(1)(beside))
print(both([np.ones((4, 6, 3)), np.ones((4, 2))]).shape)
# --8<-- [end:static]


# --8<-- [start:own-cell]
class Leaky(keras.layers.Layer):
    """h' = 0.9 h + 0.1 tanh(x W + h U): any formula of your own."""

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = self.state_size = self.output_size = units

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], self.units))
        self.recurrent = self.add_weight(shape=(self.units, self.units))

    def call(self, inputs, states):
        (old,) = states
        new = keras.ops.tanh(inputs @ self.kernel + old @ self.recurrent)
        state = 0.9 * old + 0.1 * new
        return state, [state]


leaky = layers.RNN(Leaky(4), return_sequences=True)
print(leaky(np.ones((2, 5, 3), "float32")).shape)
# --8<-- [end:own-cell]

# --8<-- [start:first-state]
keras.utils.set_random_seed(0)
read = keras.Input((7, 3))
_, h, c = layers.LSTM(8, return_state=True)(read)  # last output, h, c
decoder = layers.LSTM(8, return_sequences=True)
try:
    decoder(h, initial_state=[h, c])  # a state is no sequence
except ValueError as error:
    print(error)

repeated = layers.RepeatVector(5)(h)
answer = layers.Dense(3)(decoder(repeated, initial_state=[h, c]))
print(keras.Model(read, answer)(np.zeros((2, 7, 3))).shape)
# --8<-- [end:first-state]

# --8<-- [start:autoencoder]
waves = np.sin(rng.uniform(0, 6, (100, 1)) + np.arange(20) / 3)[..., None]


def rebuilt(every):
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((20, 1)),
            layers.GRU(8),  # all it may keep of a wave: eight numbers
            layers.RepeatVector(20),
            layers.GRU(16, return_sequences=every),
            layers.Dense(1),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "mse")
    model.fit(waves, waves, epochs=40, verbose=0)
    return model.output_shape, model.evaluate(waves, waves, verbose=0)


for every in (True, False):
    shape, loss = rebuilt(every)
    print(f"return_sequences={every}: {shape}, loss {loss:.4f}")
# --8<-- [end:autoencoder]

# --8<-- [start:hierarchy]
text = keras.Input((7, 12), dtype="int32")  # 7 words of 12 letters; 0 is padding
letters = layers.Embedding(30, 8, mask_zero=True)(text)
words = layers.TimeDistributed(layers.GRU(16))(letters)  # a vector for each word
tokens = np.zeros((1, 7, 12), "int32")
tokens[0, :3, :4] = 5  # three words of four letters
try:
    keras.Model(text, layers.GRU(32)(words)).predict(tokens, verbose=0)
except ValueError as error:
    print(str(error).splitlines()[2].partition(" for ")[0].strip("\x1b[1m"))

some = keras.ops.any(text != 0, axis=-1)  # a word is real if one of its letters is
outer = layers.GRU(32)
vectors, state = keras.Model(text, [words, outer(words, mask=some)])(tokens)
alone = outer(np.array(vectors)[:, :3])
print(state.shape, "empty words left out:", np.allclose(state, alone, atol=1e-6))
# --8<-- [end:hierarchy]
