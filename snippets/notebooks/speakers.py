# %% [markdown]
# # Who is speaking?
#
# Nine men say the same two vowels, many times; which one is it? A GRU gets almost all of
# them right, and so does a method without any network: look for the most similar
# recording and name its speaker. A small convolution over time does at least as well.
# Last comes a GRU that is not told where the recordings end.
#
# The recordings have different lengths. Getting that right is worth more here than the
# choice of the cell, and this notebook shows what goes wrong otherwise.
#
# To run it yourself: `pip install keras tensorflow sktime scikit-learn matplotlib`.

# %% [markdown]
# ## The recordings
#
# The data set *Japanese Vowels* ships with the package sktime. A recording is a series
# of up to 29 time steps; each step has twelve numbers that describe the sound of that
# moment, in the way speech recognition did for decades. There are thirty recordings of
# each speaker to learn from, and a separate test, with 24 to 88 of each.

# %% aside=true
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import matplotlib.pyplot as plt
import numpy as np
from sktime.datasets import load_japanese_vowels


def load(split):
    series, speakers = load_japanese_vowels(split=split, return_type="df-list")
    return [one.to_numpy("float32") for one in series], speakers.astype(int) - 1


recordings, who = load("train")
test_recordings, test_who = load("test")
lengths = np.array([len(one) for one in recordings])
print(
    f"{len(recordings)} recordings to learn from, {len(test_recordings)} to test with"
)
print(
    f"{lengths.min()} to {lengths.max()} time steps of {recordings[0].shape[1]} numbers"
)

# %% shows="Two recordings of each of two speakers. Each line is one of the twelve numbers; follow the two blue ones. They run alike in the recordings of one speaker and otherwise in those of the other; and no two recordings are equally long."
fig, axes = plt.subplots(2, 2, sharex=True, sharey=True, figsize=(5, 3.6))
for row, speaker in enumerate((0, 4)):
    for column, one in enumerate(np.flatnonzero(who == speaker)[:2]):
        axes[row, column].plot(recordings[one], color="gray", lw=0.8, alpha=0.6)
        axes[row, column].plot(recordings[one][:, :2], color="tab:blue", lw=1.6)
        axes[row, column].set_title(f"speaker {speaker + 1}", fontsize=12)
fig.supxlabel("time step", fontsize=12)
# %% shows="How long the recordings are. Most have between 11 and 20 time steps, a few are much longer."
plt.hist(lengths, bins=np.arange(6.5, 30), color="gray", rwidth=0.85)
plt.xlabel("time steps")
plt.ylabel("recordings")
# %% [markdown]
# ## One shape for all: padding
#
# A batch is a box: all series in it must have one length. So the short ones are filled
# up with zeros behind their end. The scale comes from the training recordings alone.
#
# Now the last time step of a short recording is a zero, and so are many before it. A
# recurrent network that is told nothing reads on through this silence, and what it says
# at the end is what is left of the voice by then. A *mask* tells it where to stop: at a
# masked step the state is simply handed on. In Keras, `Masking` marks the steps that
# are zero throughout, and the layers after it obey. In PyTorch, packed sequences do it.

# %%
mean = np.concatenate(recordings).mean(axis=0)
spread = np.concatenate(recordings).std(axis=0)


def padded(series, length=29):
    """(recordings, length, 12), zeros behind the end of each."""
    box = np.zeros((len(series), length, 12), "float32")
    for place, one in enumerate(series):
        box[place, : len(one)] = (one - mean) / spread
    return box


inputs, test_inputs = padded(recordings), padded(test_recordings)
order = np.random.default_rng(0).permutation(len(who))
chosen, trained = order[:60], order[60:]  # to choose the learning rate, to train
print(
    "inputs", inputs.shape, "of which filled up:", f"{(inputs == 0).all(-1).mean():.0%}"
)

# %% shows="A batch is a box. Each row is a recording, padded behind its end. The dark part is sound, the light part is padding: more than four tenths of the box."
plt.figure(figsize=(5, 2.6))
for row, length in enumerate(lengths[order[:20]]):
    plt.barh(row, length, color="tab:blue", alpha=0.7)
    plt.barh(row, 29 - length, left=length, color="gray", alpha=0.2)
plt.yticks([])
plt.xlabel("time step")

# %% [markdown]
# ## Without a network
#
# Bring every recording to twenty time steps by drawing a straight line between its
# points. Then compare a test recording with all that the networks learn from, number by
# number, and take the nearest. There is nothing to train and nothing to tune.


# %% aside=true
def stretched(one, steps=20):
    """All twelve lines of a recording at as many moments, as one row of numbers."""
    at, moments = np.linspace(0, len(one) - 1, steps), np.arange(len(one))
    scaled = (one - mean) / spread
    return np.stack([np.interp(at, moments, line) for line in scaled.T]).ravel()


known = np.array([stretched(recordings[place]) for place in trained])
asked = np.array([stretched(one) for one in test_recordings])
distance = ((asked[:, None] - known) ** 2).sum(axis=-1)
nearest = who[trained][distance.argmin(axis=1)]
print(f"nearest recording: {(nearest == test_who).mean():.1%} right")

# %% [markdown]
# ## The networks
#
# Four of them: an RNN and a GRU with a mask; the same GRU without; and a temporal
# convolution, which slides windows of three steps along the recording, twice (the second
# time over every other step), and keeps the strongest answer of each window. That one needs no mask: silence seldom
# gives the strongest answer.
#
# The learning rate is chosen on the sixty recordings held back. Two seeds each.


# %%
def network(kind, seed):
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    window = {"padding": "causal", "activation": "relu"}
    body = {
        "RNN": [layers.Masking(), layers.SimpleRNN(32)],
        "GRU": [layers.Masking(), layers.GRU(32)],
        "GRU, no mask": [layers.GRU(32)],
        "convolution": [
            layers.Conv1D(32, 3, **window),
            layers.Conv1D(32, 3, dilation_rate=2, **window),
            layers.GlobalMaxPooling1D(),
        ],
    }[kind]
    return keras.Sequential([keras.Input((29, 12)), *body, layers.Dense(9)])


# %% aside=true
def train(kind, rate, seed):
    model = network(kind, seed)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.Adam(rate, clipnorm=1.0)
    model.compile(optimizer=optimizer, loss=loss, steps_per_execution=7)
    model.fit(inputs[trained], who[trained], epochs=40, batch_size=30, verbose=0)
    return model


def right(model, series, speakers):
    return (model.predict(series, verbose=0).argmax(axis=1) == speakers).mean()


found, named = {}, {}
for kind in ("RNN", "GRU", "GRU, no mask", "convolution"):
    trials = {rate: train(kind, rate, 100) for rate in (0.003, 0.01)}
    rate = max(
        trials, key=lambda rate: right(trials[rate], inputs[chosen], who[chosen])
    )
    models = [train(kind, rate, seed) for seed in (0, 1)]
    found[kind] = [right(model, test_inputs, test_who) for model in models]
    named[kind] = models[0].predict(test_inputs, verbose=0).argmax(axis=1)
    size = models[0].count_params()
    print(
        f"{kind:13} {size:5,} parameters: "
        + " and ".join(f"{r:.1%}" for r in found[kind])
    )

# %% shows="Right in the test, percent. Two marks a network, one a seed, and a dotted line for the nearest recording. Without its mask the GRU falls well below the line; with it, one seed lies just below and one above."
colors = ("tab:orange", "tab:blue", "tab:blue", "gray")
for place, (shares, color) in enumerate(zip(found.values(), colors, strict=True)):
    plt.plot(100 * np.array(shares), [-place] * 2, "o", color=color)
plt.axvline(100 * (nearest == test_who).mean(), color="black", ls=":", lw=1)
plt.yticks(-np.arange(4), found)
plt.ylim(-3.5, 0.5)
plt.xlabel("right, percent")
# %% [markdown]
# ## Who is taken for whom
#
# One number hides where the errors lie. Rows are the true speakers, columns the named
# ones; off the diagonal every dot is a confusion. If one speaker drew most of the
# errors, more recordings of him would help more than a better network.

# %% shows="Who is taken for whom, by the GRU. The large dots on the diagonal are right; few others are left."
pairs = np.zeros((9, 9))
np.add.at(pairs, (test_who, named["GRU"]), 1)
row, column = np.nonzero(pairs)
plt.figure(figsize=(4.4, 4))
plt.scatter(column, row, s=6 * pairs[row, column], color="tab:blue", alpha=0.7)
plt.xticks(range(9), range(1, 10))
plt.yticks(range(9), range(1, 10))
plt.gca().invert_yaxis()
plt.xlabel("named")
plt.ylabel("true speaker")

# %% aside=true
# What this notebook says in words; if it does not hold, the run stops here.
share = {kind: np.mean(both) for kind, both in found.items()}
alone = (nearest == test_who).mean()
assert abs(share["GRU"] - alone) < 0.02
assert share["convolution"] > alone - 0.005
assert share["GRU, no mask"] < min(alone, share["GRU"], share["RNN"])

# %% [markdown]
# ## What this shows, and what it does not
#
# On short series with a clear signature, a method from before the networks is hard to
# beat, and it explains itself: here is the recording that yours resembles. The mask, one
# line, decided more than the step from nearest neighbour to GRU.
#
# All speakers of the test were known in training. Nothing here says how to recognise
# that a voice is *none* of the nine. The set is small: one recording more or less is a
# quarter of a percent. And two seeds say little about close calls; they say enough about
# the mask.
#
# Try it: pad before the recordings instead of behind. What happens to the GRU without a
# mask?
