"""Keras 1 and 2 code in Keras 3: what it says now, and what to write.

inputs (batch, steps, features). Source: keras.layers.GRU, the Keras 3 migration guide.
"""

import os
import tempfile
import warnings
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import numpy as np
from keras import layers

# --8<-- [start:time-major]
try:
    layers.GRU(4, time_major=True)
except Exception as error:
    print(str(error).splitlines()[0])

by_time = np.zeros((10, 5, 3))  # (steps, batch, features)
print(layers.GRU(4)(by_time.swapaxes(0, 1)).shape)
# --8<-- [end:time-major]

# --8<-- [start:cudnn]
try:
    layers.CuDNNGRU(4)
except AttributeError as error:
    print(error)

layers.GRU(4)  # with its defaults it takes cuDNN by itself, where there is one
# --8<-- [end:cudnn]

# --8<-- [start:input-shape]
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    keras.Sequential([layers.GRU(4, input_shape=(10, 3))])
print(warned[0].message)
keras.Sequential([keras.Input((10, 3)), layers.GRU(4)])
for old in ({"batch_input_shape": (2, 10, 3)}, {"input_dim": 3, "input_length": 10}):
    try:
        layers.GRU(4, **old)
    except Exception as error:
        print(str(error).splitlines()[0])
keras.Sequential([keras.Input(batch_shape=(2, 10, 3)), layers.GRU(4, stateful=True)])
# --8<-- [end:input-shape]

# --8<-- [start:embedding]
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    layers.Embedding(100, 8, input_length=20)
print(warned[0].message)
# --8<-- [end:embedding]

# --8<-- [start:optimizer]
try:
    keras.optimizers.Adam(lr=0.001)
except (TypeError, ValueError) as error:
    print(error)
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    keras.optimizers.Adam(learning_rate=0.001, decay=1e-4)
print(warned[0].message)

schedule = keras.optimizers.schedules.ExponentialDecay(0.001, 1000, 0.9)
print(keras.optimizers.Adam(schedule).learning_rate.numpy())
# --8<-- [end:optimizer]

# --8<-- [start:hard-sigmoid]
values = np.array([-3.0, -2.5, -1.0, 0.0, 1.0, 2.5, 3.0], "float32")
of_keras_2 = np.clip(0.2 * values + 0.5, 0, 1)
of_keras_3 = np.array(keras.activations.hard_sigmoid(values))
print("Keras 2:", of_keras_2.round(2))
print("Keras 3:", of_keras_3.round(2))
print("sigmoid:", np.array(keras.activations.sigmoid(values)).round(2))
# --8<-- [end:hard-sigmoid]

# --8<-- [start:reset-after]
before, after = layers.GRU(4, reset_after=False), layers.GRU(4)
for layer in (before, after):
    layer.build((None, 10, 3))
    print([weight.shape for weight in layer.get_weights()])
try:
    after.set_weights(before.get_weights())
except ValueError as error:
    print(error)
# --8<-- [end:reset-after]

# --8<-- [start:gone]
model = keras.Sequential([keras.Input((10, 3)), layers.GRU(4), layers.Dense(2)])
for name in ("fit_generator", "predict_classes", "predict_proba", "reset_states"):
    print(f"{name}: {'still there' if hasattr(model, name) else 'gone'}")
print(np.argmax(model.predict(np.zeros((5, 10, 3)), verbose=0), axis=-1))
# --8<-- [end:gone]

# --8<-- [start:tokenizer]
print("keras.preprocessing.text:", hasattr(keras.preprocessing, "text"))
words = layers.TextVectorization()
words.adapt(["the key", "the door"])
print(np.array(words(["the key"])))
# --8<-- [end:tokenizer]

# --8<-- [start:legacy]
old = keras.Sequential([keras.Input((None, 3)), layers.GRU(4)])
with tempfile.TemporaryDirectory() as folder:
    old.save_weights(f"{folder}/old.weights.h5")
    new = keras.Sequential([keras.Input((None, 3)), layers.GRU(4)])
    new.load_weights(f"{folder}/old.weights.h5")  # into a model built in code
same = all(np.array_equal(*pair) for pair in zip(old.weights, new.weights, strict=True))
print("Keras", keras.__version__.split(".")[0], "- the same weights:", same)
# --8<-- [end:legacy]


# --8<-- [start:own-layer]
class Doubled(keras.layers.Layer):
    def call(self, inputs):
        return 2 * inputs


@keras.saving.register_keras_serializable()
class Halved(keras.layers.Layer):
    def call(self, inputs):
        return inputs / 2


for own in (Doubled, Halved):
    model = keras.Sequential([keras.Input((None, 3)), layers.GRU(4), own()])
    with tempfile.TemporaryDirectory() as folder:
        model.save(f"{folder}/model.keras")
        try:
            again = keras.saving.load_model(f"{folder}/model.keras")
            given = np.ones((1, 5, 3), "float32")
            print("the same answers:", np.allclose(model(given), again(given)))
        except Exception as error:
            print("Could", str(error).rpartition("Could ")[2].partition(".")[0])
# --8<-- [end:own-layer]

# --8<-- [start:names]
for old in (
    {"inner_activation": "sigmoid"},
    {"inner_init": "zeros"},
    {"dropout_W": 0.1},
    {"consume_less": "cpu"},
):
    try:
        layers.LSTM(4, **old)
    except ValueError as error:
        print(str(error).splitlines()[0])
try:
    layers.LSTM(output_dim=4)
except TypeError as error:
    print(error)
# --8<-- [end:names]


# --8<-- [start:variables]
class Mine(layers.LSTM):
    """Nothing new but the name."""


def model_with(layer):
    return keras.Sequential([keras.Input((None, 3)), layer])


with tempfile.TemporaryDirectory() as folder:
    model_with(Mine(4)).save_weights(f"{folder}/mine.weights.h5")
    for layer in (Mine(4), layers.LSTM(4)):
        try:
            model_with(layer).load_weights(f"{folder}/mine.weights.h5")
            print(type(layer).__name__, "loads")
        except ValueError as error:
            print(str(error).splitlines()[2])
    model_with(layers.LSTM(4)).save(f"{folder}/whole.keras")
    with zipfile.ZipFile(f"{folder}/whole.keras") as whole:
        print("says its version:", "keras_version" in str(whole.read("metadata.json")))
# --8<-- [end:variables]
