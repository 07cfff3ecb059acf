"""Sequences of unequal length in Keras: padding, masks and what they do.

inputs (batch, steps, features) or tokens (batch, steps). Source: keras.layers.Masking,
keras.layers.Embedding, keras.utils.pad_sequences.
"""

import os
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(0)

# --8<-- [start:pad]
sentences = [[5, 2, 9], [7, 1]]
print(keras.utils.pad_sequences(sentences).tolist(), "by default: in front")
print(keras.utils.pad_sequences(sentences, padding="post").tolist())
print(keras.utils.pad_sequences([[1, 2, 3, 4]], maxlen=3).tolist(), "cuts the front")
# --8<-- [end:pad]

# --8<-- [start:washed]
bias = keras.initializers.RandomNormal(stddev=0.5)  # as if trained
gru = keras.layers.GRU(4, bias_initializer=bias)
sentence = np.random.default_rng(0).normal(size=(1, 5, 2)).astype("float32")
after = np.concatenate([sentence, np.zeros((1, 20, 2), "float32")], axis=1)
before = np.concatenate([np.zeros((1, 20, 2), "float32"), sentence], axis=1)
alone = np.array(gru(sentence))
print(f"padded after:  off by {abs(gru(after) - alone).numpy().max():.2f}")
print(f"padded before: off by {abs(gru(before) - alone).numpy().max():.6f}")
masked = keras.Sequential([keras.layers.Masking(), gru])
print(f"after, masked: off by {abs(masked(after) - alone).numpy().max():.6f}")
# --8<-- [end:washed]

# --8<-- [start:does]
rnn = keras.layers.GRU(2, return_sequences=True)
mask = np.array([[True, True, False, True, False]])
states = np.array(rnn(np.ones((1, 5, 1)), mask=mask))[0]
print(states[:, 0].round(2), "masked steps repeat the state before them")
rnn.zero_output_for_mask = True
states = np.array(rnn(np.ones((1, 5, 1)), mask=mask))[0]
print(states[:, 0].round(2), "the same state, but not shown")
# --8<-- [end:does]

# --8<-- [start:dense]
layer = keras.layers.GRU(2, return_sequences=True)
score = keras.layers.Dense(1, bias_initializer="ones")
scores = np.array(score(layer(np.ones((1, 5, 1)), mask=mask)))[0, :, 0]
print(scores.round(2), "a number at every step")
print((scores * mask[0]).round(2), "times the mask")
# --8<-- [end:dense]

# --8<-- [start:zero]
embed = keras.layers.Embedding(10, 4, mask_zero=True)
tokens = np.array([[3, 0, 7, 0, 0]])  # the first 0 is a word, the others padding
print(np.array(embed.compute_mask(tokens)).tolist(), "skips the word as well")
print("its vector is not zero:", bool(np.any(embed(tokens)[0, 1] != 0)))
tokens[0, :3] += 1  # words from 1 on
print(np.array(embed.compute_mask(tokens)).tolist())
# --8<-- [end:zero]

# --8<-- [start:features]
inputs = np.array([[[0.0, 0.0], [0.0, 5.0], [0.0, 0.0]]])
found = keras.layers.Masking(0.0).compute_mask(inputs)
print(np.array(found).tolist(), "skipped only where all features are 0")
# --8<-- [end:features]

# --8<-- [start:lost]
model = keras.Sequential(
    [
        keras.layers.Embedding(10, 4, mask_zero=True),
        keras.layers.Conv1D(4, 3, padding="same"),
        keras.layers.GRU(4),
    ]
)
tokens = np.array([[3, 4, 0, 0]])
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    model(tokens)
print(str(warned[0].message).partition(" and will")[0])

embed, convolve, gru = model.layers  # hand the mask on yourself
states = gru(convolve(np.array(embed(tokens))), mask=embed.compute_mask(tokens))
print(states.shape)
# --8<-- [end:lost]

# --8<-- [start:backward]
both = keras.layers.Bidirectional(keras.layers.GRU(4, bias_initializer=bias))
alone = np.array(both(sentence))[0]
padded = np.array(both(after))[0]
masked = np.array(both(after, mask=np.arange(25)[None] < 5))[0]
print("forward, backward off by, without a mask:", end=" ")
print(f"{abs(padded - alone)[:4].max():.2f} {abs(padded - alone)[4:].max():.2f}")
print("with one:", end=" ")
print(f"{abs(masked - alone)[:4].max():.6f} {abs(masked - alone)[4:].max():.6f}")
# --8<-- [end:backward]

# --8<-- [start:ragged]
try:
    np.array([[1.0, 2.0, 3.0], [4.0, 5.0]])
except ValueError as error:
    print(str(error).partition(". ")[0])
print(keras.utils.pad_sequences([[1.0, 2.0, 3.0], [4.0, 5.0]], dtype="float32"))
# --8<-- [end:ragged]

# --8<-- [start:varies]
model = keras.Sequential([keras.Input((None, 1)), keras.layers.GRU(4)])
for steps in (3, 50):  # one length a batch, another in the next
    print(model(np.zeros((2, steps, 1))).shape)
# --8<-- [end:varies]

# --8<-- [start:buckets]
lengths = np.random.default_rng(0).integers(2, 100, size=640)


def computed(order):
    """Steps of all batches of 32, each padded to its own longest."""
    batches = lengths[order].reshape(-1, 32)
    return int(32 * batches.max(axis=1).sum())


useful = int(lengths.sum())
print(f"at random: {computed(np.arange(640)) / useful:.2f} times what is useful")
print(f"sorted by length: {computed(lengths.argsort()) / useful:.2f} times")
# --8<-- [end:buckets]

# --8<-- [start:loss]
model = keras.Sequential(
    [
        keras.layers.Embedding(10, 4, mask_zero=True),
        keras.layers.GRU(4, return_sequences=True),
        keras.layers.Dense(1),
    ]
)
tokens, targets = np.array([[3, 4, 0, 0]]), np.array([[[0.0], [0.0], [9.0], [9.0]]])
model.compile(loss="mse")
print(f"masked:  loss {model.evaluate(tokens, targets, verbose=0):.1f}")
embedding, *rest = model.layers
embedding.mask_zero = embedding.supports_masking = False
plain = keras.Sequential([embedding, *rest])
plain.compile(loss="mse")
print(f"without: loss {plain.evaluate(tokens, targets, verbose=0):.1f}")
# --8<-- [end:loss]

# --8<-- [start:ragged-tensor]
ragged = tf.ragged.constant([[[1.0], [2.0], [3.0]], [[4.0]]], ragged_rank=1)
gru = keras.layers.GRU(4)
try:
    gru(ragged)
except ValueError as error:
    print(str(error).splitlines()[2].strip("\x1b[10m"))

mask = tf.sequence_mask(ragged.row_lengths())
states = gru(ragged.to_tensor(), mask=mask)
alone = tf.concat([gru(row[None]) for row in ragged], axis=0)
print(f"padded and masked: off by {abs(states - alone).numpy().max():.6f}")
# --8<-- [end:ragged-tensor]

# --8<-- [start:empty]
tokens = np.array([[3, 1, 2], [4, 0, 0], [0, 0, 0]])  # 0 is padding
empty = ~(tokens != 0).any(axis=1)
print("empty rows:", np.flatnonzero(empty))
embedded = keras.layers.Embedding(5, 2, mask_zero=True)(tokens)
states = np.array(keras.layers.GRU(4)(embedded))
print("on a processor: zeros,", states[empty])
# --8<-- [end:empty]

# --8<-- [start:accuracy]
labels = np.array([[1, 1, 0, 0]])  # two real steps, two of padding
inputs = np.array([[[1.0], [1.0], [0.0], [0.0]]], "float32")
for start in ([keras.layers.Masking()], []):
    score = keras.layers.Dense(2)
    model = keras.Sequential([keras.Input((4, 1)), *start, score])
    score.set_weights([np.zeros((1, 2)), np.array([1.0, 0.0])])  # always says 0
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(loss=loss, metrics=["accuracy"])
    accuracy = model.evaluate(inputs, labels, verbose=0)[1]
    print("with a mask:   " if start else "without a mask:", accuracy)
# --8<-- [end:accuracy]

# --8<-- [start:divisor]
keras.utils.set_random_seed(0)
layers = keras.layers
reader = keras.Sequential(
    [
        layers.Embedding(10, 4, mask_zero=True),
        layers.GRU(4, return_sequences=True),
        layers.Dense(1),
    ]
)
reader.compile(loss="mse")
tokens, targets = np.array([[3, 4, 5, 0, 0]]), np.ones((1, 5, 1))  # 3 real steps of 5
squares = (reader.predict(tokens, verbose=0) - targets)[0, :3] ** 2
print(f"Keras says {reader.evaluate(tokens, targets, verbose=0):.4f}")
total = squares.sum()
print(f"sum of the real steps / 3: {total / 3:.4f}, / 5: {total / 5:.4f}")
# --8<-- [end:divisor]

# --8<-- [start:fit]
sentences = [np.arange(1, length + 1) for length in (3, 40, 4, 38, 5, 41, 2, 39)]
for given in (sentences, np.array(sentences, dtype=object)):
    try:
        reader.fit(given, np.zeros(8), verbose=0)
    except ValueError as error:
        print(str(error).splitlines()[0])

kinds = tf.TensorSpec((None,), tf.int32), tf.TensorSpec((), tf.int32)
data = tf.data.Dataset.from_generator(
    lambda: ((one, len(one) % 2) for one in sentences), output_signature=kinds
)
print("as they come:", [tuple(x.shape) for x, _ in data.padded_batch(4)])
# A border between short and long, and the batch size of each group.
groups = data.bucket_by_sequence_length(lambda x, _: tf.shape(x)[0], [10], [4, 4])
print("in groups:   ", [tuple(x.shape) for x, _ in groups])
model = keras.Sequential(
    [layers.Embedding(50, 4, mask_zero=True), layers.GRU(4), layers.Dense(1)]
)
model.compile("adam", "mse")
model.fit(groups, verbose=0)
# --8<-- [end:fit]

# --8<-- [start:front]
rows = tf.data.Dataset.from_generator(
    lambda: iter([[1, 2, 3], [4]]), output_signature=tf.TensorSpec((None,), tf.int32)
)
turned = rows.map(lambda row: row[::-1]).padded_batch(2)
print([batch[:, ::-1].numpy().tolist() for batch in turned])
# --8<-- [end:front]

# --8<-- [start:gradient]
gru, x = layers.GRU(4), tf.random.normal((1, 5, 2), seed=0)


def pull(kept, mask):
    """The length of the gradient at each step of x."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_sum(gru(tf.gather(x, kept, axis=1), mask=mask))
    return tf.norm(tf.convert_to_tensor(tape.gradient(loss, x))[0], axis=1).numpy()


mask = np.array([[True, True, False, False, True]])
print("steps 2 and 3 masked: ", pull(range(5), mask).round(3))
print("steps 2 and 3 cut out:", pull([0, 1, 4], None).round(3))
# --8<-- [end:gradient]

# --8<-- [start:targets]
targets = keras.utils.pad_sequences([[3, 1], [4, 1, 5, 2]], padding="post")  # 6 real
x, real = np.random.default_rng(0).normal(size=(2, 4, 3)), (targets != 0).astype(float)
scorer = [layers.GRU(8, return_sequences=True), layers.Dense(6)]
model = keras.Sequential([keras.Input((4, 3)), *scorer])
scores = keras.ops.log_softmax(model(x))
total = -np.take_along_axis(np.array(scores), targets[..., None], 2)[real > 0].sum()
print(f"sum / 6: {total / 6:.4f}, sum / 8: {total / 8:.4f}")
loss = keras.losses.SparseCategoricalCrossentropy
for ignore, weight in ((0, None), (None, real)):
    model.compile(loss=loss(from_logits=True, ignore_class=ignore))
    found = model.evaluate(x, targets, sample_weight=weight, verbose=0)
    print("ignore_class:" if weight is None else "sample_weight:", round(found, 4))
# --8<-- [end:targets]
