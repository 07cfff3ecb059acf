"""One GRU in every runtime: what each computes, found out by running it.

Each runtime gets random weights in its own layout and reads inputs (batch, steps,
features); then NumPy tries every convention there is until one gives the same last
states. Runtimes: Keras, PyTorch, ONNX Runtime, LiteRT, and TensorFlow.js, if TFJS names
its file tf.min.js. Sources: keras.layers.GRU, torch.nn.GRU, the GRU operator of ONNX,
the LiteRT converter, tf.layers.gru.
"""

import contextlib
import io
import json
import os
import subprocess
from itertools import permutations, product

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import numpy as np
import onnx
import onnxruntime
import tensorflow as tf
import torch
from ai_edge_litert.interpreter import Interpreter
from onnx import TensorProto, helper, numpy_helper

BATCH, STEPS, FEATURES, UNITS = 3, 6, 2, 4
RNG = np.random.default_rng(0)
INPUTS = RNG.normal(size=(BATCH, STEPS, FEATURES)).astype("float32")


def drawn(*shape):
    return RNG.normal(size=shape).astype("float32")


def sigmoid(values):
    return 0.5 * (1.0 + np.tanh(0.5 * values))  # 1 / (1 + exp(-values)), no overflow


# --8<-- [start:recognise]
SQUEEZES = {
    "sigmoid": sigmoid,
    "hard sigmoid of slope 1/5": lambda values: np.clip(values / 5 + 0.5, 0, 1),
    "hard sigmoid of slope 1/6": lambda values: np.clip(values / 6 + 0.5, 0, 1),
}


def numpy_gru(kernel, recurrent_kernel, bias, order, reset_after, keeps, gates):
    """Last states (batch, units) by one convention; bias (1 or 2, 3 units)."""
    place = [order.index(gate) for gate in ("update", "reset", "candidate")]
    W, U = (np.split(one, 3, axis=1) for one in (kernel, recurrent_kernel))
    W_z, W_r, W_h, U_z, U_r, U_h = (one[at] for one in (W, U) for at in place)
    b = np.split(bias[0], 3)
    b2 = np.split(bias[1], 3) if len(bias) == 2 else np.zeros((3, UNITS))
    b_z, b_r, b_h, b2_z, b2_r, b2_h = (one[at] for one in (b, b2) for at in place)
    hidden = np.zeros((BATCH, UNITS))
    for x in INPUTS.swapaxes(0, 1):
        z = SQUEEZES[gates](x @ W_z + b_z + hidden @ U_z + b2_z)
        r = SQUEEZES[gates](x @ W_r + b_r + hidden @ U_r + b2_r)
        if reset_after:
            candidate = np.tanh(x @ W_h + b_h + r * (hidden @ U_h + b2_h))
        else:
            candidate = np.tanh(x @ W_h + b_h + (r * hidden) @ U_h + b2_h)
        old, new = (z, 1 - z) if keeps else (1 - z, z)
        hidden = old * hidden + new * candidate
    return hidden


def recognise(states, kernel, recurrent_kernel, bias):
    """The one convention that gives these states: order, reset, z keeps, gates."""
    orders = permutations(("update", "reset", "candidate"))
    fits = [
        convention
        for convention in product(orders, (True, False), (True, False), SQUEEZES)
        if np.allclose(
            numpy_gru(kernel, recurrent_kernel, bias, *convention), states, atol=1e-5
        )
    ]
    (found,) = fits  # one fits, and only one
    return found
    # --8<-- [end:recognise]


# The runtimes: read(inputs) -> last states, and its weights in NumPy's order of axes.


def by_keras(reset_after):
    gru = keras.layers.GRU(UNITS, reset_after=reset_after)
    gru.build(INPUTS.shape)
    gru.set_weights([drawn(*w.shape) for w in gru.get_weights()])
    kernel, recurrent_kernel, bias = gru.get_weights()
    return lambda x: np.array(gru(x)), kernel, recurrent_kernel, np.atleast_2d(bias)


def by_torch():
    gru = torch.nn.GRU(FEATURES, UNITS)
    arrays = [drawn(*weight.shape) for weight in gru.parameters()]
    for weight, array in zip(gru.parameters(), arrays, strict=True):
        weight.data = torch.tensor(array)

    def read(x):
        with torch.no_grad():
            return gru(torch.tensor(x))[0][-1].numpy()

    return read, arrays[0].T, arrays[1].T, np.stack(arrays[2:])


def onnx_session(kind, weights, **attributes):
    """A session of one recurrent operator; weights W, R and B as ONNX has them."""
    names = [numpy_helper.from_array(w, n) for n, w in zip("WRB", weights, strict=True)]
    outputs = ["", "last"]
    node = helper.make_node(
        kind, ["x", *"WRB"], outputs, hidden_size=UNITS, **attributes
    )
    ends = [
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)]
        for name, shape in (("x", [None, None, FEATURES]), ("last", [1, None, UNITS]))
    ]
    graph = helper.make_graph([node], "one", *ends, names)
    version = {"opset_imports": [helper.make_opsetid("", 17)], "ir_version": 9}
    made = helper.make_model(graph, **version)
    onnx.checker.check_model(made)
    return onnxruntime.InferenceSession(made.SerializeToString())


def by_onnx(linear_before_reset):
    W, R = drawn(1, 3 * UNITS, FEATURES), drawn(1, 3 * UNITS, UNITS)
    B = drawn(1, 6 * UNITS)
    attributes = {"linear_before_reset": linear_before_reset}
    session = onnx_session("GRU", (W, R, B), **attributes)

    def read(x):
        return session.run(None, {"x": x})[0][0]

    return read, W[0].T, R[0].T, B.reshape(2, -1)


def by_litert():
    _, *weights = by_keras(reset_after=True)
    model = keras.Sequential(
        [
            keras.Input((STEPS, FEATURES), batch_size=BATCH),
            keras.layers.GRU(UNITS, unroll=True),
        ]
    )
    model.set_weights(weights)
    with contextlib.redirect_stdout(io.StringIO()):  # it talks a lot
        file = tf.lite.TFLiteConverter.from_keras_model(model).convert()
    interpreter = Interpreter(model_content=file)
    interpreter.allocate_tensors()
    (first,), (last,) = (
        interpreter.get_input_details(),
        interpreter.get_output_details(),
    )

    def read(x):
        interpreter.set_tensor(first["index"], x)
        interpreter.invoke()
        return interpreter.get_tensor(last["index"])

    return read, *weights


IN_NODE = """
const tf = require(require("path").resolve(process.env.TFJS));
const { x, weights } = JSON.parse(require("fs").readFileSync(0));
const gru = tf.layers.gru({ units: weights[1].length });
const inputs = tf.tensor(x);
gru.apply(inputs);
gru.setWeights(weights.map((one) => tf.tensor(one)));
console.log(JSON.stringify(gru.apply(inputs).arraySync()));
"""


def by_tfjs():
    """A bias of one row: TensorFlow.js refuses another."""
    weights = drawn(FEATURES, 3 * UNITS), drawn(UNITS, 3 * UNITS), drawn(3 * UNITS)

    def read(x):
        given = {"x": x.tolist(), "weights": [one.tolist() for one in weights]}
        return np.array(in_node(IN_NODE, json.dumps(given)))

    return read, *weights[:2], weights[2][None]


def in_node(script, given=""):
    done = subprocess.run(
        ["node", "-e", script], input=given, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def refused():
    """What TensorFlow.js says to Keras's default."""
    return in_node(
        "const tf = require(require('path').resolve(process.env.TFJS));"
        "try { tf.layers.gru({ units: 4, resetAfter: true }); }"
        "catch (error) { console.log(JSON.stringify(error.message)); }"
    )


RUNTIMES = {
    "Keras": lambda: by_keras(True),
    "Keras, reset_after=False": lambda: by_keras(False),
    "PyTorch": by_torch,
    "ONNX Runtime": lambda: by_onnx(0),
    "ONNX Runtime, linear_before_reset=1": lambda: by_onnx(1),
    "LiteRT, from Keras": by_litert,
}
if "TFJS" in os.environ:
    RUNTIMES["TensorFlow.js"] = by_tfjs


# --8<-- [start:axes]
def first_axis(read):
    """What the first axis of the input is, by changing its first entry: a change of one
    example leaves the last states of the others alone, one of a step does not.
    """
    square = RNG.normal(size=(BATCH, BATCH, FEATURES)).astype("float32")
    if not accepts(read, square):
        return "batch" if accepts(read, INPUTS) else "steps"
    changed = square.copy()
    changed[0] += 1
    moved = abs(read(square) - read(changed)).max(axis=1) > 1e-6
    return "steps" if moved.all() else "batch"
    # --8<-- [end:axes]


def accepts(read, inputs):
    try:
        read(inputs)
    except ValueError:
        return False
    return True


# --8<-- [start:starts]
def starts(kernel, recurrent_kernel, bias):
    """How fresh weights were drawn, (features, 3 units), (units, 3 units), bias."""
    bound = 1 / np.sqrt(UNITS_OF_STARTS)
    arrays = (kernel, recurrent_kernel, bias)
    if all(0.97 * bound < abs(one).max() <= bound for one in arrays):
        return "all uniform up to 1/√units"
    glorot = np.sqrt(6 / sum(kernel.shape))
    square = recurrent_kernel @ recurrent_kernel.T
    assert 0.97 * glorot < abs(kernel).max() <= glorot
    assert np.allclose(square, np.eye(len(square)), atol=1e-5)
    assert not bias.any()
    return "Glorot uniform; orthogonal over all blocks; zeros"
    # --8<-- [end:starts]


UNITS_OF_STARTS = 64


def started():
    """The default start of the two libraries that have one."""
    keras.utils.set_random_seed(0)
    gru = keras.layers.GRU(UNITS_OF_STARTS)
    gru.build((None, None, 8))
    of_keras = starts(*gru.get_weights())
    torch.manual_seed(0)
    fresh = torch.nn.GRU(8, UNITS_OF_STARTS)
    w, u, *b = (weight.detach().numpy() for weight in fresh.parameters())
    return {"Keras": of_keras, "PyTorch": starts(w.T, u.T, np.stack(b))}


# --8<-- [start:main]
def main():
    record, begins = {}, started()
    for name, make in RUNTIMES.items():
        read, *weights = make()
        time_first = name.startswith(("PyTorch", "ONNX"))
        states = read(INPUTS.swapaxes(0, 1) if time_first else INPUTS)
        order, reset_after, keeps, gates = recognise(states, *weights)
        record[name] = {
            "order": ", ".join(order),
            "reset": "after" if reset_after else "before",
            "high_z": "keeps" if keeps else "writes",
            "gates": gates,
            "biases": len(weights[2]),
            "first_axis": first_axis(read),
            "start": begins.get(
                name.partition(",")[0], "not asked: its weights come with a file"
            ),
        }
        print(name, *record[name].values(), sep=" | ")
    if "TFJS" in os.environ:
        print("reset_after in TensorFlow.js:", refused())
    return {"found": record}
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
