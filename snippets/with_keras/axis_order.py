"""The mistake that raises no error: sequences with time and batch exchanged.

Keras reads inputs as (batch, steps, features). Feed (steps, batch, features) and the
layer runs, the shape can look right, and each example leaks into the next. Values are
plain numbers. Source: keras.layers.GRU, which takes the batch axis first.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np


# --8<-- [start:leak]
def leak(inputs: np.ndarray, layer: keras.layers.GRU, *, batch_axis: int) -> float:
    """Change example 0 alone; how much does example 2 change? It must be exactly 0."""
    inputs = np.asarray(inputs, "float32")
    if inputs.ndim != 3 or batch_axis not in (0, 1) or inputs.shape[batch_axis] < 3:
        raise ValueError(
            f"expected inputs of three axes with 3 examples or more and batch_axis 0 "
            f"or 1, got shape {inputs.shape} and batch_axis {batch_axis}"
        )
    if not layer.return_sequences:
        raise ValueError("layer: expected return_sequences=True, got False")
    changed = inputs.copy()
    np.moveaxis(changed, batch_axis, 0)[0] += 1.0
    before, after = np.array(layer(inputs)), np.array(layer(changed))
    return float(np.abs(np.moveaxis(after - before, batch_axis, 0)[2]).max())
    # --8<-- [end:leak]


# --8<-- [start:main]
def main() -> dict[str, float]:
    keras.utils.set_random_seed(0)
    examples, steps, features = (
        5,
        5,
        2,
    )  # equal sizes: no shape can give the mistake away
    inputs = np.random.default_rng(0).normal(size=(examples, steps, features))
    layer = keras.layers.GRU(4, return_sequences=True)

    right = leak(inputs, layer, batch_axis=0)
    wrong = leak(inputs.swapaxes(0, 1), layer, batch_axis=1)
    print(f"(batch, steps, features): example 2 changes by {right:.2f}")
    print(f"(steps, batch, features): example 2 changes by {wrong:.2f}")
    return {"right": right, "wrong": wrong}
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
