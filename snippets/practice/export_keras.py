"""A GRU of Keras as a LiteRT file, once called TensorFlow Lite.

inputs (batch, steps, features). Source: tf.lite.TFLiteConverter.
"""

import contextlib
import io
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

keras.utils.set_random_seed(0)


# --8<-- [start:converter]
def converted(model):
    with contextlib.redirect_stdout(io.StringIO()):  # it talks a lot
        return tf.lite.TFLiteConverter.from_keras_model(model).convert()


def model_of(**options):
    size = {"batch_size": 1} if options else {}
    return keras.Sequential(
        [keras.Input((8, 3), **size), keras.layers.GRU(4, **options)]
    )
    # --8<-- [end:converter]


# --8<-- [start:litert]
plain = model_of()
try:
    file = converted(plain)
    Interpreter(model_content=file).allocate_tensors()
except Exception as error:
    print(str(error).splitlines()[0].rpartition("): ")[2])

unrolled = model_of(unroll=True)
unrolled.set_weights(plain.get_weights())
interpreter = Interpreter(model_content=converted(unrolled))
interpreter.allocate_tensors()
inputs = np.random.default_rng(0).normal(size=(1, 8, 3)).astype("float32")
interpreter.set_tensor(interpreter.get_input_details()[0]["index"], inputs)
interpreter.invoke()
answer = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
print(f"unrolled, batch of one: off by {abs(answer - plain(inputs)).numpy().max():.6f}")
# --8<-- [end:litert]
