"""Speed in Keras: what a call costs, what is compiled, when cuDNN may help.

inputs (batch, steps, features). Times are of one processor and differ from run to run.
Source: keras.layers.GRU, tf.function.
"""

import os
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import numpy as np
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(0)


def milliseconds(call, times=30):
    call()  # the first one compiles
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        taken.append(1000 * (time.perf_counter() - started))
    return np.median(taken)


# --8<-- [start:predict]
model = keras.Sequential([keras.Input((20, 4)), layers.GRU(32), layers.Dense(1)])
one = np.zeros((1, 20, 4), "float32")
compiled = tf.function(model)
print(f"predict:     {milliseconds(lambda: model.predict(one, verbose=0)):5.1f} ms")
print(f"a call:      {milliseconds(lambda: model(one)):5.1f} ms")
print(f"tf.function: {milliseconds(lambda: compiled(one)):5.1f} ms")
# --8<-- [end:predict]

# --8<-- [start:retrace]
model = keras.Sequential([keras.Input((None, 4)), layers.GRU(8)])
for given in (None, [tf.TensorSpec((None, None, 4), tf.float32)]):
    compiled = tf.function(model, input_signature=given)
    for steps in range(5, 15):
        compiled(tf.zeros((1, steps, 4)))
    called = "with a signature" if given else "without"
    traces = compiled.experimental_get_tracing_count()
    print(f"ten lengths, {called}: {traces} traces")
# --8<-- [end:retrace]

# --8<-- [start:unroll]
for steps in (10, 40):
    for unroll in (False, True):
        gru = layers.GRU(8, unroll=unroll)
        gru.build((1, steps, 4))
        inputs = tf.zeros((1, steps, 4))
        graph = tf.function(gru).get_concrete_function(inputs).graph
        count = len(graph.get_operations())
        print(f"{steps} steps, unroll={unroll}: {count} operations")
# --8<-- [end:unroll]

# --8<-- [start:cudnn]
from keras.src.backend.tensorflow.rnn import _do_gru_arguments_support_cudnn

DEFAULT = {
    "activation": keras.activations.tanh,
    "recurrent_activation": keras.activations.sigmoid,
    "unroll": False,
    "use_bias": True,
    "reset_after": True,
}
print("default:", _do_gru_arguments_support_cudnn(**DEFAULT))
for change in (
    {"reset_after": False},
    {"unroll": True},
    {"use_bias": False},
    {"activation": keras.activations.relu},
    {"recurrent_activation": keras.activations.hard_sigmoid},
):
    (name,) = change
    print(f"{name} changed:", _do_gru_arguments_support_cudnn(**DEFAULT | change))
# --8<-- [end:cudnn]

# --8<-- [start:batches]
gru = tf.function(layers.GRU(64))


def an_example(batch):
    inputs = tf.zeros((batch, 50, 8))
    return milliseconds(lambda: gru(inputs)) / batch


print(f"batch of  1: {an_example(1):6.3f} ms an example")
print(f"batch of 32: {an_example(32):6.3f} ms an example")
# --8<-- [end:batches]

# --8<-- [start:implementation]
for number in (1, 2):
    keras.utils.set_random_seed(0)
    cell = layers.GRUCell(4, implementation=number)
    state, _ = cell(np.ones((1, 3), "float32"), np.ones((1, 4), "float32"))
    print(f"{number}: {float(state[0, 0]):.6f}")
print("default:", layers.GRU(4).cell.implementation, end=", ")
print(
    "with recurrent_dropout:", layers.GRU(4, recurrent_dropout=0.1).cell.implementation
)
# --8<-- [end:implementation]

# --8<-- [start:open]
for steps in (None, 20):
    gru = layers.GRU(8, unroll=True)
    model = keras.Sequential([keras.Input((steps, 4)), gru])
    model.predict(np.zeros((1, 20, 4)), verbose=0)  # runs: a call knows its length
    open_length = tf.function(model, input_signature=[tf.TensorSpec((None, steps, 4))])
    try:
        open_length.get_concrete_function()
        print(steps, "runs")
    except ValueError as error:
        (line,) = (a for a in str(error).splitlines() if "Cannot unroll" in a)
        print(steps, line.strip().replace("\x1b[1m", ""))
# --8<-- [end:open]
