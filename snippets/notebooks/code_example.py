# %% [markdown]
# # The code example, end to end
#
# This notebook builds the guide's model, reads its summary, accounts for every
# parameter, and trains an RNN and a GRU on a small task. Every output below was
# produced by running it; the [code example](../code/example.md) explains the same model
# step by step.

# %% [markdown]
# ## Build the model
#
# Ten time steps of one feature go in. A GRU with 64 units reads them. A Dense layer
# turns the last hidden state into one number.

# %%
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"  # only Keras's own words, please
os.environ["COLUMNS"] = "72"  # the same table in every terminal

import keras
import numpy as np

keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.Input(shape=(10, 1)),
        keras.layers.GRU(64, name="gru"),
        keras.layers.Dense(1, name="dense"),
    ],
    name="guide_model",
)
model.summary(line_length=72, print_fn=print)

# %% [markdown]
# ## Account for every parameter
#
# A GRU has three blocks: update gate, reset gate, candidate. With $d$ features and $u$
# units, each block has a kernel of $d u$ numbers, a recurrent kernel of $u^2$, and in
# Keras's default form two biases of $u$. Together: $3u(d + u + 2)$.

# %%
d, u = 1, 64
print("by formula:", 3 * u * (d + u + 2))
print("by Keras:  ", model.get_layer("gru").count_params())
for weight in model.get_layer("gru").weights:
    print(f"{weight.name:16s} {tuple(weight.shape)}")

# %% [markdown]
# ## Make data
#
# Ten noisy values of a sine wave go in; the next value is the answer. Each wave has its
# own pace and its own start.


# %%
def waves(examples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """inputs (examples, 10, 1), targets (examples, 1)."""
    rng = np.random.default_rng(seed)
    pace = rng.uniform(0.3, 0.9, size=(examples, 1))
    start = rng.uniform(0, 2 * np.pi, size=(examples, 1))
    clean = np.sin(start + pace * np.arange(11))
    noisy = clean[:, :10] + rng.normal(scale=0.1, size=(examples, 10))
    return noisy[..., None].astype("float32"), clean[:, 10:].astype("float32")


inputs, targets = waves(2000, seed=1)
new_inputs, new_targets = waves(1000, seed=2)
print("inputs ", inputs.shape, "  (examples, time steps, features)")
print("targets", targets.shape, "     (examples, one number)")
naive = np.abs(new_inputs[:, -1] - new_targets).mean()
print(f"mean error of 'the same as the last value': {naive:.2f}")

# %% [markdown]
# ## Train both
#
# The same width, the same data, the same number of epochs. Only the layer differs.

# %%
for layer_type in (keras.layers.SimpleRNN, keras.layers.GRU):
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input(shape=(10, 1)), layer_type(16), keras.layers.Dense(1)]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse")
    model.fit(inputs, targets, epochs=15, batch_size=32, verbose=0)
    error = np.abs(model.predict(new_inputs, verbose=0) - new_targets).mean()
    print(
        f"{layer_type.__name__}: {model.count_params()} parameters, error {error:.2f}"
    )

# %% [markdown]
# ## What this shows, and what it does not
#
# Both beat the naive answer by far, and their errors are close: on a short, simple
# sequence the RNN does the job with a third of the parameters. One seed on one task
# says nothing about long sequences. [When to use each](../guide/when-to-use.md) has the
# conditions.
