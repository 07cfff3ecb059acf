"""Text in Keras: codes, embeddings, marks, sampling.

tokens (batch, steps). Source: keras.layers.Embedding, keras.layers.TextVectorization.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)

# --8<-- [start:one-hot]
embedding = layers.Embedding(5, 3)
tokens = np.array([[4, 0]])
vectors = np.array(embedding(tokens))
table = embedding.get_weights()[0]
one_hot = np.eye(5)[tokens]
print("a product with one-hot rows:", np.allclose(one_hot @ table, vectors))
print(f"for 50,000 words: {50_000 * 3:,} numbers in the table,", end=" ")
print(f"{20 * 50_000:,} in one sentence of 20 one-hot words")
# --8<-- [end:one-hot]

# --8<-- [start:codes]
gru = layers.GRU(4)
codes = np.array([[[1.0], [2.0]], [[1.0], [40.0]]])  # words as plain numbers
print("1 then 2: ", np.array(gru(codes))[0].round(2))
print("1 then 40:", np.array(gru(codes))[1].round(2))
# --8<-- [end:codes]

# --8<-- [start:range]
embedding = layers.Embedding(10, 4)
try:
    embedding(np.array([[3, 10]]))  # the largest allowed is 9
except Exception as error:
    print(type(error).__name__, str(error).rpartition("}} ")[2].partition(" [Op")[0])
print(layers.Embedding(11, 4)(np.array([[3, 10]])).shape)
# --8<-- [end:range]

# --8<-- [start:twice]
try:
    layers.GRU(4)(layers.Embedding(10, 4)(np.eye(10)[None, [3, 7]]))  # already one-hot
except ValueError as error:
    print(error)
# --8<-- [end:twice]

# --8<-- [start:unknown]
known = layers.TextVectorization(output_mode="int", output_sequence_length=5)
known.adapt(["the key", "the door"])
print(*map(repr, map(str, known.get_vocabulary())))
print(np.array(known(["the zebra"])).tolist(), "0 pads, 1 is any unknown word")
# --8<-- [end:unknown]

# --8<-- [start:marks]
START, END = 1, 2
sentence = [5, 7, 6]
inputs, targets = [START, *sentence], [*sentence, END]
print("reads ", inputs)
print("says  ", targets)
# --8<-- [end:marks]


# --8<-- [start:sampling]
def sample(scores, temperature, rng, times=1000):
    shares = np.exp((scores - scores.max()) / temperature)
    return rng.choice(len(scores), size=times, p=shares / shares.sum())


scores = np.array([2.0, 1.0, 0.0])
for temperature in (0.1, 1.0, 5.0):
    found = sample(scores, temperature, np.random.default_rng(0))
    print(f"temperature {temperature}: {np.bincount(found, minlength=3) / 1000}")
# --8<-- [end:sampling]

# --8<-- [start:one-at-a-time]
embedding, score = layers.Embedding(10, 4), layers.Dense(10)
gru = layers.GRU(8, return_state=True)
token, state, found = np.array([[1]]), np.zeros((1, 8)), []
for _ in range(5):  # one letter in, one letter out, the state kept
    output, state = gru(embedding(token), initial_state=state)
    token = np.argmax(score(output), axis=-1)[None]
    found.append(int(token[0, 0]))
whole = np.array([[1, *found[:-1]]])
again = np.argmax(score(gru(embedding(whole))[0]), axis=-1)
print("the same as reading it all again:", again[0] == found[-1])
# --8<-- [end:one-at-a-time]

# --8<-- [start:memory]
sentences, words, vocabulary = 10_000, 20, 50_000
print(f"one-hot targets: {sentences * words * vocabulary * 4 / 1e9:.0f} GB")
print(f"whole numbers:   {sentences * words * 4 / 1e9:.4f} GB")
targets = np.array([3, 1, 4])
probabilities = np.full((3, 5), 0.2)
with_numbers = keras.losses.sparse_categorical_crossentropy(targets, probabilities)
with_rows = keras.losses.categorical_crossentropy(np.eye(5)[targets], probabilities)
print("the same loss:", np.allclose(with_numbers, with_rows))
# --8<-- [end:memory]

# --8<-- [start:words]
text = "the cat sat . the dog sat ."
for units in (list(text), text.split()):
    numbers = {unit: number for number, unit in enumerate(sorted(set(units)), 1)}
    tokens = [numbers[unit] for unit in units]
    print(len(tokens), "steps,", len(numbers), "rows in the embedding:", tokens[:7])
# --8<-- [end:words]

# --8<-- [start:pretrained]
vectors = {"key": [0.2, 0.7], "door": [0.4, -0.1]}  # as read from the file
table = np.zeros((4, 2), "float32")  # the rows of: padding, unknown, key, door
for row, word in enumerate(["key", "door"], start=2):
    table[row] = vectors[word]
given = layers.Embedding(4, 2, weights=[table], trainable=False)
print(np.array(given(np.array([[3, 2]]))).round(1).tolist())
print("learned with the rest:", len(given.trainable_weights) > 0)
# --8<-- [end:pretrained]

# --8<-- [start:next-word]
text = "the cat sat on the mat and the dog sat on the rug"
words = sorted({*text.split()})
numbers = np.array([words.index(word) for word in text.split()])
pairs = np.lib.stride_tricks.sliding_window_view(numbers, 4)  # three words and the next
model = keras.Sequential(
    [
        layers.Embedding(len(words), 8),
        layers.GRU(16),
        layers.Dense(len(words), activation="softmax"),  # one score for each word
    ]
)
model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
model.fit(pairs[:, :3], pairs[:, 3], epochs=100, verbose=0)
for said in ("dog sat on", "on the mat"):
    given = np.array([[words.index(word) for word in said.split()]])
    print(said, "→", words[model.predict(given, verbose=0).argmax()])
# --8<-- [end:next-word]

# --8<-- [start:large]
words, size = 1_000_000, 300
print(f"the table: {words * size * 4 / 1e9:.1f} GB")
model = keras.Sequential([layers.Embedding(100, 3), layers.GRU(4)])
model.build((None, None))
adam = keras.optimizers.Adam()
adam.build(model.trainable_variables)
kept = sum(np.prod(one.shape) for one in adam.variables) / model.count_params()
print(f"Adam keeps {kept:.0f} more numbers for each weight")
few = layers.TextVectorization(max_tokens=4)
few.adapt(["the key the door the cabinet key"])
print(np.array(few(["the key door"])), [str(word) for word in few.get_vocabulary()])
# --8<-- [end:large]

# --8<-- [start:rows]
tokens = np.array([[4, 0, 2]])
model = keras.Sequential(
    [layers.Lambda(lambda tokens: keras.ops.one_hot(tokens, 5)), layers.GRU(4)]
)
print(model.layers[0](tokens).numpy().astype(int).tolist(), model(tokens).shape)
fixed = layers.Embedding(5, 5, embeddings_initializer="identity", trainable=False)
print(
    "an embedding that does it:", np.array_equal(fixed(tokens), model.layers[0](tokens))
)
# --8<-- [end:rows]

# --8<-- [start:as-row]
model = keras.Sequential([layers.Embedding(10, 4), layers.GRU(8), layers.Dense(10)])
for tokens in ([[3], [7]], [[3, 7]]):
    shape = np.array(tokens).shape
    print(tokens, shape, "gives", len(model.predict(np.array(tokens), verbose=0)))
# --8<-- [end:as-row]
