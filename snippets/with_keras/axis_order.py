"""The mistake that raises no error: sequences with time and batch exchanged.

Keras reads inputs as (batch, steps, features). Feed (steps, batch, features) and the
layer runs, the shape can look right, and each example leaks into the next. Source:
keras.layers.GRU, which takes the batch axis first.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np


# --8<-- [start:leak]
def leak(inputs, layer, batch_axis):
    """Change example 0 alone; how much does example 2 change? It must be exactly 0."""
    changed = inputs.copy()
    np.moveaxis(changed, batch_axis, 0)[0] += 1.0
    difference = np.array(layer(changed)) - np.array(layer(inputs))
    return float(np.abs(np.moveaxis(difference, batch_axis, 0)[2]).max())
    # --8<-- [end:leak]


# --8<-- [start:main]
def main():
    keras.utils.set_random_seed(0)
    # As many examples as steps: no shape can give the mistake away.
    inputs = np.random.default_rng(0).normal(size=(5, 5, 2)).astype("float32")
    layer = keras.layers.GRU(4, return_sequences=True)

    right = leak(inputs, layer, batch_axis=0)
    wrong = leak(inputs.swapaxes(0, 1), layer, batch_axis=1)
    print(f"(batch, steps, features): example 2 changes by {right:.2f}")
    print(f"(steps, batch, features): example 2 changes by {wrong:.2f}")
    return {"right": right, "wrong": wrong}
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
