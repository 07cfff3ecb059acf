"""Weights from Keras to PyTorch, to ONNX and back: RNN, GRU and LSTM, in layers and in
both directions, too; and each classic mistake on the way.

inputs (batch, steps, features). A layer's weights in Keras: kernel (features, blocks x
units), recurrent_kernel (units, blocks x units), bias; in PyTorch: their transposes
weight_ih and weight_hh, and two biases. Sources: keras.layers, torch.nn, the operators
of ONNX.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

UNITS, FEATURES = 4, 3
RNG = np.random.default_rng(0)
INPUTS = RNG.normal(size=(5, 7, FEATURES)).astype("float32")

# --8<-- [start:convert]
# Where PyTorch and ONNX have the blocks of Keras.
TO_TORCH = {"rnn": [0], "gru": [1, 0, 2], "lstm": [0, 1, 2, 3]}
TO_ONNX = {"rnn": [0], "gru": [0, 1, 2], "lstm": [0, 3, 1, 2]}


def moved(array, order):
    """(..., blocks x units): the blocks in another order."""
    blocks = np.split(array, len(order), axis=-1)
    return np.concatenate([blocks[place] for place in order], axis=-1)


def two_biases(bias):
    """(2, n) as it is; (n,) with zeros as the second."""
    return bias if bias.ndim == 2 else np.stack([bias, np.zeros_like(bias)])


def to_torch(kind, kernel, recurrent_kernel, bias):
    """weight_ih, weight_hh, bias_ih, bias_hh from Keras's three arrays."""
    order = TO_TORCH[kind]
    b, b2 = moved(two_biases(bias), order)
    return moved(kernel, order).T, moved(recurrent_kernel, order).T, b, b2


def to_keras(kind, weight_ih, weight_hh, bias_ih, bias_hh):
    """And back. RNN and LSTM have one bias in Keras: the sum is the same function."""
    order = np.argsort(TO_TORCH[kind])
    both = moved(np.stack([bias_ih, bias_hh]), order)
    bias = both if kind == "gru" else both.sum(axis=0)
    return moved(weight_ih.T, order), moved(weight_hh.T, order), bias


def to_onnx(kind, kernel, recurrent_kernel, bias):
    """W, R and B of one direction."""
    order = TO_ONNX[kind]
    both = moved(two_biases(bias), order)
    W, R = moved(kernel, order).T, moved(recurrent_kernel, order).T
    return W[None], R[None], both.reshape(1, -1)
    # --8<-- [end:convert]


# --8<-- [start:layers]
KERAS = {
    "rnn": keras.layers.SimpleRNN,
    "gru": keras.layers.GRU,
    "lstm": keras.layers.LSTM,
}
TORCH = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}


def in_keras(kind, depth, both):
    """A model of so many layers, in one direction or both, with random weights."""
    model = keras.Sequential([keras.Input((None, FEATURES))])
    for _ in range(depth):
        layer = KERAS[kind](UNITS, return_sequences=True)
        model.add(keras.layers.Bidirectional(layer) if both else layer)
    model.set_weights([drawn(*weight.shape) for weight in model.get_weights()])
    return model


def in_torch(kind, model, depth, both, convert=to_torch):
    """The same in PyTorch: Keras's arrays come in threes, forward before backward."""
    layer = TORCH[kind](
        FEATURES, UNITS, num_layers=depth, bidirectional=both, batch_first=True
    )
    arrays, state = model.get_weights(), {}
    directions = ("", "_reverse") if both else ("",)
    names = [f"_l{level}{way}" for level in range(depth) for way in directions]
    for place, name in enumerate(names):
        found = convert(kind, *arrays[3 * place : 3 * place + 3])
        for part, array in zip(
            ("weight_ih", "weight_hh", "bias_ih", "bias_hh"), found, strict=True
        ):
            state[part + name] = torch.tensor(array)
    layer.load_state_dict(state)
    return layer
    # --8<-- [end:layers]


def drawn(*shape):
    return RNG.normal(size=shape).astype("float32")


def off(model, layer):
    """The largest difference of all states."""
    with torch.no_grad():
        theirs = layer(torch.tensor(INPUTS))[0].numpy()
    return float(abs(np.array(model(INPUTS)) - theirs).max())


def off_in_onnx(kind, model, convert=to_onnx, **attributes):
    """The same for the last states of ONNX's operator."""
    names = [
        numpy_helper.from_array(np.ascontiguousarray(array), name)
        for name, array in zip("WRB", convert(kind, *model.get_weights()), strict=True)
    ]
    outputs = ["", "last"]
    node = helper.make_node(
        kind.upper(), ["x", *"WRB"], outputs, hidden_size=UNITS, **attributes
    )
    ends = [
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)]
        for name, shape in (("x", [None, None, FEATURES]), ("last", [1, None, UNITS]))
    ]
    graph = helper.make_graph([node], kind, *ends, names)
    version = {"opset_imports": [helper.make_opsetid("", 17)], "ir_version": 9}
    made = helper.make_model(graph, **version)
    onnx.checker.check_model(made)
    session = onnxruntime.InferenceSession(made.SerializeToString())
    last = session.run(None, {"x": INPUTS.swapaxes(0, 1)})[0][0]
    return float(abs(np.array(model(INPUTS))[:, -1] - last).max())


AFTER = {"gru": {"linear_before_reset": 1}}


# --8<-- [start:mistakes]
def untransposed(kind, kernel, recurrent_kernel, bias):
    w, u, b, b2 = to_torch(kind, kernel, recurrent_kernel, bias)
    return w.T, u.T, b, b2


def unmoved(_, kernel, recurrent_kernel, bias):
    return kernel.T, recurrent_kernel.T, *two_biases(bias)


def summed(kind, *arrays):
    w, u, b, b2 = to_torch(kind, *arrays)
    return w, u, b + b2, np.zeros_like(b2)


def doubled(kind, *arrays):
    w, u, b, _ = to_torch(kind, *arrays)
    return w, u, b, b


def one_bias(kind, kernel, recurrent_kernel, bias):
    return to_torch(kind, kernel, recurrent_kernel, bias[0])


def torchs_order(kind, kernel, recurrent_kernel, bias):
    w, u, b, b2 = to_torch(kind, kernel, recurrent_kernel, bias)
    return w[None], u[None], np.concatenate([b, b2])[None]


MISTAKES = {  # to which layer, and how
    "GRU, matrices not transposed": ("gru", untransposed),
    "GRU, reset and update not exchanged": ("gru", unmoved),
    "GRU, the two biases added": ("gru", summed),
    "GRU, the second bias left out": ("gru", one_bias),
    "RNN, its one bias put in both places": ("rnn", doubled),
    "LSTM, its one bias put in both places": ("lstm", doubled),
}
MISTAKES_IN_ONNX = {
    "GRU, linear_before_reset left out": ("gru", to_onnx, {}),
    "GRU, blocks in PyTorch's order": ("gru", torchs_order, AFTER["gru"]),
    "LSTM, blocks in PyTorch's order": ("lstm", torchs_order, {}),
}
# --8<-- [end:mistakes]


# --8<-- [start:main]
def main():
    record = {}
    for kind in KERAS:
        found = []
        for depth in (1, 2):
            for both in (False, True):
                model = in_keras(kind, depth, both)
                layer = in_torch(kind, model, depth, both)
                found.append(off(model, layer))
                first = [w.detach().numpy() for w in list(layer.parameters())[:4]]
                back = to_keras(kind, *first)
                same = zip(back, model.get_weights()[:3], strict=True)
                assert all(np.array_equal(ours, theirs) for ours, theirs in same)
        model = in_keras(kind, 1, both=False)
        onnx_off = off_in_onnx(kind, model, **AFTER.get(kind, {}))
        assert max(*found, onnx_off) < 1e-5
        print(
            f"{kind:4} to PyTorch, 1 and 2 layers, 1 and 2 directions: less than 1e-05"
        )
        print(f"{'':4} and back: unchanged; to ONNX Runtime: less than 1e-05")
    for name, (kind, convert) in MISTAKES.items():
        model = in_keras(kind, 1, both=False)
        try:
            record[name] = off(model, in_torch(kind, model, 1, False, convert))
        except RuntimeError as error:
            record[name] = str(error).splitlines()[1].strip()
    for name, (kind, convert, attributes) in MISTAKES_IN_ONNX.items():
        model = in_keras(kind, 1, both=False)
        record[f"{name}, to ONNX"] = off_in_onnx(kind, model, convert, **attributes)
    for name, found in record.items():
        print(f"{name}: {found if isinstance(found, str) else f'off by {found:.2f}'}")
    return {"mistakes": record}
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
