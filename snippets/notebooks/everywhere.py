# %% [markdown]
# # Train once, run elsewhere
#
# A network is trained in Keras and needed elsewhere: in a service without TensorFlow,
# in a colleague's PyTorch, on a phone. This notebook carries one GRU to NumPy, PyTorch,
# ONNX Runtime and LiteRT, and shows after each move that it still says the same.
#
# There is a baseline for the network and one for the effort. For the network it is
# logistic regression, an output layer straight on the pixels, which does this task about
# as well and moves anywhere in one line of NumPy. For the effort it is a dozen lines of NumPy, which turn out to be enough
# for one example at a time.
#
# To run it yourself: `pip install keras tensorflow torch onnx onnxruntime ai-edge-litert
# scikit-learn matplotlib`.

# %% [markdown]
# ## The network
#
# The digits of scikit-learn, eight by eight pixels, read row by row: eight time steps of
# eight numbers. A GRU of 32 units, and an output layer that scores the ten digits.

# %% aside=true
import contextlib
import io
import os
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

images, digits = load_digits(return_X_y=True)
images = (images / 16).astype("float32").reshape(-1, 8, 8)
x, x_test, y, y_test = train_test_split(images, digits, test_size=360, random_state=0)

keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.Input((8, 8)),
        keras.layers.GRU(32, name="gru"),
        keras.layers.Dense(10, name="scores"),
    ]
)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(keras.optimizers.Adam(0.005), loss, steps_per_execution=44)
model.fit(x, y, epochs=25, batch_size=32, verbose=0)
expected = model.predict(x_test, verbose=0)
print(f"GRU: {(expected.argmax(axis=1) == y_test).mean():.1%} of the test right")
formula = LogisticRegression(max_iter=5000).fit(x.reshape(-1, 64), y)
print(f"logistic regression: {formula.score(x_test.reshape(-1, 64), y_test):.1%}")

# %% shows="A digit as the GRU reads it. Left the image, eight by eight; right the scores of the ten digits after each row: one of them rises above the rest towards the end."
fig, (left, right) = plt.subplots(1, 2, figsize=(5, 2.6))
for (row, column), ink in np.ndenumerate(x_test[0]):
    left.add_patch(
        plt.Rectangle((column, -row), 1, 1, color="black", alpha=float(ink), lw=0)
    )
left.set(xlim=(0, 8), ylim=(-7, 1), aspect="equal")
left.axis("off")
layer = model.get_layer("gru")
reader = keras.layers.GRU(32, return_sequences=True)
reader.build((None, 8, 8))
reader.set_weights(layer.get_weights())
so_far = model.get_layer("scores")(reader(x_test[:1])).numpy()[0]
right.plot(range(1, 9), so_far, color="gray", lw=0.8)
right.plot(range(1, 9), so_far[:, y_test[0]], "o-", color="tab:blue")
right.set(xlabel="rows read", ylabel="score")
# %% [markdown]
# ## What there is to carry
#
# Five arrays. Keras keeps the GRU's three blocks side by side, in the order update gate,
# reset gate, candidate, and two biases: one on the side of the input, one on the side of
# the state, because its reset gate acts *after* the recurrent product. Every move below
# is about the order of the blocks and the place of the reset gate; [Conventions](../code/conventions.md) has them for more
# libraries.

# %%
W, U, b = layer.get_weights()
V, c = model.get_layer("scores").get_weights()
for name, array in {"W": W, "U": U, "b": b, "V": V, "c": c}.items():
    print(f"{name}: {array.shape}, {array.nbytes:,} bytes")

# %% shows="The weights by size. The recurrent kernel U takes two thirds, the kernel W a sixth; the output layer's bias c is too small to be named."
left, total = 0, sum(a.size for a in (W, U, b, V, c))
for name, array in {"W": W, "U": U, "b": b, "V": V, "c": c}.items():
    width = array.size / total
    plt.barh(
        0,
        width,
        left=left,
        color="tab:blue",
        alpha=0.3 + 0.5 * (name in "WU"),
        edgecolor="white",
    )
    if width > 0.03:
        plt.text(left + width / 2, 0, name, ha="center", va="center")
    left += width
plt.gcf().set_size_inches(5, 1.4)
plt.yticks([])
plt.xlabel("share of all parameters")

# %% [markdown]
# ## NumPy
#
# The equations, written down. Nothing is installed on the other side but NumPy, and the
# weights travel as one `.npz` file.


# %%
def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def in_numpy(x):
    h = np.zeros((len(x), 32), np.float32)
    U_z, U_r, U_h = np.split(U, 3, axis=1)
    for t in range(x.shape[1]):
        x_z, x_r, x_h = np.split(x[:, t] @ W + b[0], 3, axis=1)
        z = sigmoid(x_z + h @ U_z + b[1, :32])
        r = sigmoid(x_r + h @ U_r + b[1, 32:64])
        h = z * h + (1 - z) * np.tanh(x_h + r * (h @ U_h + b[1, 64:]))
    return h @ V + c


np.savez("digits.npz", W=W, U=U, b=b, V=V, c=c)
answers = {"NumPy": in_numpy(x_test)}
print(f"off by {np.abs(answers['NumPy'] - expected).max():.0e} at most")

# %% [markdown]
# ## PyTorch
#
# The same function with the blocks in another order, reset gate first, and every matrix
# on its side. Leave out the exchange of the two gates and the shapes still fit: no error,
# wrong answers.

# %%
import torch

gru, scores = torch.nn.GRU(8, 32, batch_first=True), torch.nn.Linear(32, 10)
NAMES = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")


def swapped(array):
    z, r, candidate = np.split(array, 3, axis=-1)
    return np.concatenate([r, z, candidate], axis=-1)


def in_torch(x, turn=swapped):
    arrays = (turn(W).T, turn(U).T, turn(b[0]), turn(b[1]))
    weights = zip(NAMES, map(torch.tensor, arrays), strict=True)
    gru.load_state_dict(dict(weights))
    scores.load_state_dict({"weight": torch.tensor(V.T), "bias": torch.tensor(c)})
    with torch.no_grad():
        return scores(gru(torch.tensor(x))[0][:, -1]).numpy()


# %% aside=true
unswapped = in_torch(x_test, turn=lambda array: array)
answers["PyTorch"] = in_torch(x_test)  # last, so that its weights stay
print(f"off by {np.abs(answers['PyTorch'] - expected).max():.0e} at most")
wrong = np.abs(unswapped - expected).max()
share = (unswapped.argmax(axis=1) == y_test).mean()
print(f"gates not exchanged: off by {wrong:.0f}, {share:.0%} right")


def by_torch(x):
    with torch.no_grad():
        return scores(gru(torch.tensor(x))[0][:, -1]).numpy()


# %% [markdown]
# ## ONNX
#
# ONNX is a file format for networks, and it has a GRU as one operation. We write the
# graph ourselves: a transposition, because ONNX wants time first, the GRU, and the
# output layer. Its blocks lie in Keras's order. What decides is one attribute,
# `linear_before_reset`: 1 means that the reset gate acts after the product, as here. Its
# default is 0. That is the other GRU, and again nothing complains.

# %%
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper


def nodes(reset_after):
    gru = {"hidden_size": 32, "linear_before_reset": reset_after}
    return [
        helper.make_node("Transpose", ["x"], ["by_time"], perm=[1, 0, 2]),
        helper.make_node("GRU", ["by_time", "W", "U", "b"], ["", "last"], **gru),
        helper.make_node("Squeeze", ["last", "first"], ["hidden"]),
        helper.make_node("Gemm", ["hidden", "V", "c"], ["scores"]),
    ]


# %% aside=true
def onnx_file(reset_after):
    weights = {"W": W.T[None], "U": U.T[None], "b": b.reshape(1, -1), "V": V, "c": c}
    weights["first"] = np.array([0])
    arrays = [
        numpy_helper.from_array(np.ascontiguousarray(array), name)
        for name, array in weights.items()
    ]
    ends = [
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)]
        for name, shape in (("x", ["n", 8, 8]), ("scores", ["n", 10]))
    ]
    graph = helper.make_graph(nodes(reset_after), "digits", *ends, arrays)
    version = {"opset_imports": [helper.make_opsetid("", 17)], "ir_version": 9}
    made = helper.make_model(graph, **version)
    onnx.checker.check_model(made)
    return made.SerializeToString()


session = onnxruntime.InferenceSession(onnx_file(reset_after=1))
answers["ONNX Runtime"] = session.run(None, {"x": x_test})[0]
print(f"off by {np.abs(answers['ONNX Runtime'] - expected).max():.0e} at most")
other = onnxruntime.InferenceSession(onnx_file(0)).run(None, {"x": x_test})[0]
wrong = np.abs(other - expected).max()
share = (other.argmax(axis=1) == y_test).mean()
print(f"with its default, 0: off by {wrong:.0f}, {share:.0%} right")

# %% shows="Wrong and not an error. Share of the test that is right: as trained, with the two gates exchanged, and with the reset gate in the other place. The exchanged gates ruin it; the other reset costs enough to hurt, and little enough to be taken for poor training."
cases = {
    "as trained": expected,
    "gates not exchanged": unswapped,
    "reset in the other place": other,
}
for place, found in enumerate(cases.values()):
    share = 100 * (found.argmax(axis=1) == y_test).mean()
    plt.barh(-place, share, color="tab:blue" if place == 0 else "gray", alpha=0.6)
    plt.text(share + 1, -place, f"{share:.0f} %", va="center")
plt.yticks(-np.arange(3), cases)
plt.xlim(0, 118)
plt.gcf().set_size_inches(5, 2)
plt.xlabel("right, percent")
# %% [markdown]
# ## LiteRT, for small devices
#
# LiteRT, once called TensorFlow Lite, runs on phones and boards. Exported as it is, the
# GRU's loop becomes an operation that only the full TensorFlow knows, and the plain
# interpreter refuses the file. Either of two changes helps, and they belong to the layer,
# not to the weights: a batch of one fixes the shape of the loop, and `unroll=True` writes
# the eight steps out one after the other, which can be quantised. Here are both; the same
# weights go in.
#
# The second file is *quantised*: most weights are stored as whole numbers of eight bits.

# %%
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

device = keras.Sequential(
    [
        keras.Input((8, 8), batch_size=1),
        keras.layers.GRU(32, unroll=True),
        keras.layers.Dense(10),
    ]
)
device.set_weights(model.get_weights())
with contextlib.redirect_stdout(io.StringIO()):  # it talks a lot
    converter = tf.lite.TFLiteConverter.from_keras_model(device)
    lite = converter.convert()
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    quantised = converter.convert()


# %% aside=true
def in_litert(file):
    interpreter = Interpreter(model_content=file)
    interpreter.allocate_tensors()
    first = interpreter.get_input_details()[0]["index"]
    last = interpreter.get_output_details()[0]["index"]

    def answer(x):
        found = []
        for one in x:
            interpreter.set_tensor(first, one[None])
            interpreter.invoke()
            found.append(interpreter.get_tensor(last)[0])
        return np.array(found)

    return answer


by_lite, by_quantised = in_litert(lite), in_litert(quantised)
answers["LiteRT"], answers["LiteRT, 8 bits"] = by_lite(x_test), by_quantised(x_test)
for name in ("LiteRT", "LiteRT, 8 bits"):
    found = answers[name]
    share = (found.argmax(axis=1) == y_test).mean()
    print(f"{name}: off by {np.abs(found - expected).max():.0e}, {share:.1%} right")

# %% shows="How far each is from Keras, the largest difference of any score, on a logarithmic scale. NumPy, PyTorch, ONNX Runtime and LiteRT lie at a few millionths, the rounding of single precision; the file of eight bits lies thousands of times higher."
for place, found in enumerate(answers.values()):
    plt.plot([np.abs(found - expected).max()], [-place], "o", color="tab:blue")
plt.yticks(-np.arange(len(answers)), answers)
plt.xscale("log")
plt.ylim(-len(answers) + 0.5, 0.5)
plt.gcf().set_size_inches(5, 2.4)
plt.xlabel("largest difference of a score")
# %% [markdown]
# ## Size
#
# What has to be shipped, without the runtime that reads it. Unrolled, the LiteRT file
# holds the eight steps as separate operations, and they weigh more than what the eight
# bits save.

# %% shows="The size of each file, in kilobytes. The NumPy archive and the ONNX file are the smallest, the LiteRT files are about twice as large: eight written-out steps weigh more than the weights."
sizes = {
    "NumPy archive": os.path.getsize("digits.npz"),
    "ONNX": len(onnx_file(1)),
    "LiteRT": len(lite),
    "LiteRT, 8 bits": len(quantised),
}
for place, size in enumerate(sizes.values()):
    plt.barh(-place, size / 1000, color="gray", alpha=0.6)
    plt.text(size / 1000 + 0.5, -place, f"{size / 1000:.0f}", va="center")
plt.yticks(-np.arange(len(sizes)), sizes)
plt.gcf().set_size_inches(5, 2.2)
plt.xlabel("kilobytes")
# %% [markdown]
# ## How long for one example?
#
# One digit in, ten scores out, the usual case of a service or a device. All take turns,
# many times over, and the median counts. Times differ from machine to machine, so look
# at the order and at the factors, not at the microseconds.

# %% aside=true varies="times"
one = x_test[:1]
compiled = tf.function(model)
calls = {
    "Keras, predict": lambda: model.predict(one, verbose=0),
    "Keras, compiled": lambda: compiled(one),
    "PyTorch": lambda: by_torch(one),
    "NumPy": lambda: in_numpy(one),
    "ONNX Runtime": lambda: session.run(None, {"x": one}),
    "LiteRT": lambda: by_lite(one),
}
taken = {name: [] for name in calls}
for _ in range(40):
    for name, call in calls.items():
        started = time.perf_counter()
        call()
        taken[name].append(time.perf_counter() - started)
middle = {name: 1e6 * np.median(times) for name, times in taken.items()}
for name, microseconds in middle.items():
    print(f"{name:16} {microseconds:7,.0f} microseconds")

# %% shows="Time for one example, on a logarithmic scale. Keras's predict is by far the slowest; ONNX Runtime and LiteRT are the fastest, the others lie between." varies="times"
for place, microseconds in enumerate(middle.values()):
    plt.plot([microseconds], [-place], "o", color="tab:blue")
plt.yticks(-np.arange(len(middle)), middle)
plt.xscale("log")
plt.ylim(-len(middle) + 0.5, 0.5)
plt.gcf().set_size_inches(5, 2.4)
plt.xlabel("microseconds")

# %% aside=true
# What this notebook says in words; if it does not hold, the run stops here.
for name in ("NumPy", "PyTorch", "ONNX Runtime", "LiteRT"):
    assert np.abs(answers[name] - expected).max() < 1e-4, name


def right_share(found):
    return (found.argmax(axis=1) == y_test).mean()


assert abs(right_share(expected) - formula.score(x_test.reshape(-1, 64), y_test)) < 0.03
assert abs(right_share(answers["LiteRT, 8 bits"]) - right_share(expected)) < 0.02
assert right_share(unswapped) < 0.3 < right_share(other) < 0.93
assert middle["Keras, predict"] == max(middle.values())

# %% [markdown]
# ## What this shows, and what it does not
#
# The weights of a GRU are portable. What is not written on them is the order of the
# blocks and the place of the reset gate, and a wrong guess there runs without a word.
# So test a move with numbers: the same inputs, both sides, the largest difference. If it
# is a few millionths, the move is right (eight bits cost more: here a tenth). If it is
# several units, look for a gate in the wrong place or a matrix on its side. And keep that test where the
# network is used: the next version of a library may change a default.
#
# One small network, one processor, no graphics card, no phone: the sizes of the LiteRT
# files hold for eight steps written out and would grow with every step more. For long
# sequences on a device, export a single step and keep the state yourself.
#
# Try it: leave out `unroll=True`, and compare the size of the file; leave out
# `batch_size=1` as well, and read what the interpreter says.
