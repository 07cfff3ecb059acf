"""Training a recurrent network in Keras: order, splits, clipping, dropout, seeds.

inputs (batch, steps, features). Source: keras.Model.fit, keras.optimizers.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import numpy as np
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(0)

# --8<-- [start:shuffle]
windows = np.lib.stride_tricks.sliding_window_view(np.arange(100), 5)
order = np.random.default_rng(0).permutation(
    len(windows)
)  # what fit(shuffle=True) does
print(windows[order][:3].tolist())
print("time runs forward in each:", bool((np.diff(windows[order]) == 1).all()))
# --8<-- [end:shuffle]

# --8<-- [start:split]
inputs, targets = np.zeros((10, 3, 1)), np.arange(10.0)
model = keras.Sequential([keras.Input((3, 1)), layers.GRU(2), layers.Dense(1)])
model.compile(loss="mse", metrics=[lambda y, _: keras.ops.mean(y)])
seen = model.fit(inputs, targets, validation_split=0.2, verbose=0).history
print("held back: targets of mean", seen["val_lambda"][0], "- the last two, 8 and 9")
# --8<-- [end:split]

# --8<-- [start:scale]
series = np.concatenate([np.sin(np.arange(80)), 5 + np.sin(np.arange(20))])
train, test = series[:80], series[80:]  # it jumps after the training part
leaked = (train - series.mean()) / series.std()
honest = (train - train.mean()) / train.std()
later = (test - train.mean()) / train.std()
print(f"with all:      training lies at {leaked.mean():.2f}, it knows of the jump")
print(
    f"with training: training at {abs(honest.mean()):.2f}, test at {later.mean():.2f}"
)
# --8<-- [end:scale]

# --8<-- [start:clip]
gradients = [np.array([3.0, 4.0], "float32"), np.array([12.0], "float32")]
for option in ({"clipnorm": 1.0}, {"global_clipnorm": 1.0}, {"clipvalue": 1.0}):
    weights = [keras.Variable(np.zeros(2)), keras.Variable(np.zeros(1))]
    optimizer = keras.optimizers.SGD(1.0, **option)
    optimizer.apply(gradients, weights)
    steps = [(-w.numpy()).round(2).tolist() for w in weights]
    print(f"{next(iter(option)):16} {steps}")
# --8<-- [end:clip]

# --8<-- [start:nan]
long = np.ones((1, 1000, 1), "float32")
grows = keras.initializers.Identity(1.1)  # a tenth more at every step
for activation in ("tanh", "relu"):
    rnn = layers.SimpleRNN(8, activation, recurrent_initializer=grows)
    print(activation, "stays finite:", bool(np.isfinite(rnn(long)).all()))
# --8<-- [end:nan]

# --8<-- [start:find-nan]
keras.utils.set_random_seed(0)
inputs = np.random.default_rng(0).normal(size=(64, 10, 1)).astype("float32")
inputs[17, 4, 0] = np.nan  # a gap in the data
print(
    "input finite:", bool(np.isfinite(inputs).all()), np.argwhere(np.isnan(inputs))[0]
)
model = keras.Sequential([keras.Input((10, 1)), layers.GRU(4), layers.Dense(1)])
model.compile(keras.optimizers.Adam(clipnorm=1.0), "mse")
losses = model.fit(inputs, np.zeros((64, 1)), epochs=2, verbose=0).history["loss"]
print("losses:", losses)
# --8<-- [end:find-nan]

# --8<-- [start:dropout]
inputs = np.ones((1, 6, 16), "float32")
for option in ("dropout", "recurrent_dropout"):
    gru = layers.GRU(4, seed=0, **{option: 0.5})
    training = [np.array(gru(inputs, training=True)) for _ in range(2)]
    predicting = [np.array(gru(inputs)) for _ in range(2)]
    print(f"{option}: the same twice in training: {np.allclose(*training)},", end=" ")
    print(f"in predicting: {np.allclose(*predicting)}")
# --8<-- [end:dropout]


# --8<-- [start:seeds]
def trained(seed):
    keras.utils.set_random_seed(seed)  # Python's, NumPy's and TensorFlow's generators
    model = keras.Sequential([keras.Input((10, 1)), layers.GRU(4), layers.Dense(1)])
    model.compile("adam", "mse")
    model.fit(waves, waves[:, -1], epochs=2, verbose=0)
    return model.predict(waves[:1], verbose=0)[0, 0]


waves = np.sin(np.arange(640).reshape(64, 10, 1)).astype("float32")
tf.config.experimental.enable_op_determinism()
print("same seed, same number:", trained(1) == trained(1))
print("other seed, other number:", trained(1) != trained(2))
# --8<-- [end:seeds]

# --8<-- [start:logits]
right, scores = np.array([2]), np.array([[1.0, 2.0, 8.0]], "float32")
shares = np.array(keras.ops.softmax(scores))
loss = keras.losses.SparseCategoricalCrossentropy
print(f"scores, from_logits=True: {loss(from_logits=True)(right, scores):.4f}")
print(f"softmax, as by default:   {loss()(right, shares):.4f}")
print(f"softmax twice:            {loss(from_logits=True)(right, shares):.4f}")
print(f"scores, as by default:    {loss()(right, scores):.4f}")
# --8<-- [end:logits]

# --8<-- [start:one-batch]
keras.utils.set_random_seed(0)
few = np.random.default_rng(0).normal(size=(8, 10, 2)).astype("float32")
labels = np.arange(8) % 2
model = keras.Sequential([keras.Input((10, 2)), layers.GRU(16), layers.Dense(2)])
model.compile(keras.optimizers.Adam(0.01), loss(from_logits=True), metrics=["accuracy"])
model.fit(few, labels, epochs=100, verbose=0)
print("learnt by heart:", model.evaluate(few, labels, verbose=0)[1])
# --8<-- [end:one-batch]


# --8<-- [start:same-mask]
def dropped(layer):
    """Which of four features are dropped at each of three steps."""
    return (np.array(layer(np.ones((1, 3, 4)), training=True))[0] == 0).astype(int)


through = layers.SimpleRNN(  # hands its input on and remembers nothing
    4,
    activation=None,
    kernel_initializer="identity",
    recurrent_initializer="zeros",
    return_sequences=True,
    dropout=0.5,
    seed=1,
)
print("in a recurrent layer:", *dropped(through))
print("a Dropout layer:     ", *dropped(layers.Dropout(0.5, seed=1)))
print("SpatialDropout1D:    ", *dropped(layers.SpatialDropout1D(0.5, seed=1)))
# --8<-- [end:same-mask]

# --8<-- [start:batch-differs]
gru = layers.GRU(64)
inputs = np.random.default_rng(0).normal(size=(32, 20, 3)).astype("float32")
together = np.array(gru(inputs))
single = np.concatenate([gru(one[None]) for one in inputs])
print("to six places:", np.allclose(together, single, atol=1e-6))

inputs[0, 12:] = 0  # the first is shorter, and padded to the length of the others
distance = abs(np.array(gru(inputs)[0] - gru(inputs[:1, :12])[0])).max()
print(f"padded, no mask: off by {distance:.2f}")
# --8<-- [end:batch-differs]

# --8<-- [start:overfit]
chance = np.random.default_rng(0)
inputs = chance.normal(size=(240, 10, 2)).astype("float32")
labels = (inputs[:, :, 0].sum(axis=1) + chance.normal(size=240) > 0).astype("float32")
keras.utils.set_random_seed(0)
model = keras.Sequential([layers.GRU(32), layers.Dense(1, activation="sigmoid")])
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
stop = keras.callbacks.EarlyStopping(patience=10, restore_best_weights=True)
seen = model.fit(
    *(inputs[:40], labels[:40]),
    validation_data=(inputs[40:], labels[40:]),
    **{"epochs": 60, "callbacks": [stop], "verbose": 0},
).history
best = int(np.argmin(seen["val_loss"]))
for name, epoch in {"best": best, "last": -1}.items():
    print(name, *(f"{key} {seen[key][epoch]:.2f}" for key in ("loss", "val_loss")))
print("kept:", round(model.evaluate(inputs[40:], labels[40:], verbose=0), 2))
# --8<-- [end:overfit]

# --8<-- [start:rare]
rare = (inputs[:, :, 0].sum(axis=1) > 4).astype("float32")
for weights in (None, {0: 1.0, 1: (rare == 0).sum() / (rare == 1).sum()}):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([layers.GRU(8), layers.Dense(1, activation="sigmoid")])
    model.compile(keras.optimizers.Adam(0.003), "binary_crossentropy")
    model.fit(inputs, rare, epochs=8, class_weight=weights, verbose=0)
    said = np.array(model(inputs))[:, 0] > 0.5
    found, alarms = said[rare == 1].mean(), said[rare == 0].mean()
    print(
        f"found: {found:.0%} of the rare class; false alarms: {alarms:.0%} of the other"
    )
# --8<-- [end:rare]

# --8<-- [start:negative]
loss = keras.losses.BinaryCrossentropy()
for target in (1.0, 2.0, 7.0):
    print(f"target {target:.0f}: {loss([[target]], [[0.9]]):6.2f}")
# --8<-- [end:negative]

# --8<-- [start:empty]
mask = np.array([[True, True, False], [False, False, False]])  # row 1: only padding
states = np.ones((2, 3, 4), "float32")
print("GRU:            ", np.array(layers.GRU(1)(states, mask=mask)).ravel() != 0)
pooled = layers.GlobalAveragePooling1D()(states, mask=mask)
print("average pooling:", np.array(pooled)[:, 0])
# --8<-- [end:empty]

# --8<-- [start:spread]
keras.utils.set_random_seed(0)
x = np.random.default_rng(0).normal(size=(1, 20, 3)).astype("float32")
model = keras.Sequential([layers.GRU(16, dropout=0.5), layers.Dense(1)])
same = np.array_equal(model.predict(x, verbose=0), model.predict(x, verbose=0))
answers = [float(model(x, training=True)[0, 0]) for _ in range(30)]
print("predict twice the same:", same)
print(f"with training=True: {np.mean(answers):.2f}, give or take {np.std(answers):.2f}")
# --8<-- [end:spread]

# --8<-- [start:defaults]
for name in ("Adam", "RMSprop", "Adagrad", "SGD"):
    optimizer = getattr(keras.optimizers, name)()
    rate = float(optimizer.learning_rate.numpy())
    print(f"{name:8} rate {rate:.3f}, epsilon {getattr(optimizer, 'epsilon', None)}")
# --8<-- [end:defaults]
