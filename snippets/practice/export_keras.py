"""A GRU of Keras as a LiteRT file, once called TensorFlow Lite, and as an ONNX file.

inputs (batch, steps, features). Source: tf.lite.TFLiteConverter,
keras.Model.export.
"""

import contextlib
import io
import os
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import numpy as np
import onnx
import onnxruntime
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

keras.utils.set_random_seed(0)


# --8<-- [start:converter]
def converted(model):
    with contextlib.redirect_stdout(io.StringIO()):  # it talks a lot
        return tf.lite.TFLiteConverter.from_keras_model(model).convert()


def model_of(batch_size=None, unroll=False):
    return keras.Sequential(
        [
            keras.Input((8, 3), batch_size=batch_size),
            keras.layers.GRU(4, unroll=unroll),
        ]
    )
    # --8<-- [end:converter]


# --8<-- [start:litert]
plain = model_of()
try:
    file = converted(plain)
    Interpreter(model_content=file).allocate_tensors()
except Exception as error:
    print(str(error).splitlines()[0].rpartition("): ")[2])

inputs = np.random.default_rng(0).normal(size=(1, 8, 3)).astype("float32")
for options in ({"batch_size": 1}, {"unroll": True}):
    model = model_of(**options)
    model.set_weights(plain.get_weights())
    file = converted(model)
    interpreter = Interpreter(model_content=file)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], inputs)
    interpreter.invoke()
    answer = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    off = abs(answer - plain(inputs)).numpy().max()
    print(f"{options}: {len(file):,} bytes, off by {off:.6f}")
# --8<-- [end:litert]


# --8<-- [start:keras-onnx]
def exported(layer, path):
    """How far the file is off, and which of its operators read the sequence."""
    model = keras.Sequential([keras.Input((None, 3)), layer])
    expected = model.predict(inputs, verbose=0)  # call it once, or export refuses
    model.export(path, format="onnx", verbose=False)
    session = onnxruntime.InferenceSession(path)
    (given,) = session.get_inputs()
    (found,) = session.run(None, {given.name: inputs})
    kinds = {node.op_type for node in onnx.load(path).graph.node}
    recurrent = sorted(kinds & {"GRU", "LSTM", "RNN", "Loop"})
    return f"{recurrent}, off by {abs(found - expected).max():.6f}"


inputs = np.random.default_rng(1).normal(size=(5, 7, 3)).astype("float32")
with tempfile.TemporaryDirectory() as folder:
    path = f"{folder}/model.onnx"
    print("LSTM: ", exported(keras.layers.LSTM(4), path))
    print("GRU:  ", exported(keras.layers.GRU(4), path))
    both = keras.layers.Bidirectional(keras.layers.GRU(4))
    print("both: ", exported(both, path))
# --8<-- [end:keras-onnx]

# --8<-- [start:stateful]
kept = keras.Sequential(
    [keras.Input(batch_shape=(5, 7, 3)), keras.layers.GRU(4, stateful=True)]
)
calls = [kept.predict(inputs, verbose=0) for _ in range(2)]
with tempfile.TemporaryDirectory() as folder:
    kept.export(f"{folder}/model.onnx", format="onnx", verbose=False)
    session = onnxruntime.InferenceSession(f"{folder}/model.onnx")
    (given,) = session.get_inputs()
    exported_calls = [session.run(None, {given.name: inputs})[0] for _ in range(2)]
print("Keras, the second call differs:", not np.allclose(*calls))
print("ONNX, the second call differs: ", not np.allclose(*exported_calls))
# --8<-- [end:stateful]
