"""Raise the bias of a Keras GRU's update gate: it starts out keeping its memory.

In Keras the update gate keeps, so a positive bias means: keep more. The layer must be
built, inputs (batch, steps, features); its bias has shape (2, 3 units), the update gate
first. Source of the second choice, chrono initialisation: Tallec and Ollivier 2018,
arXiv:1804.11188.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np


# --8<-- [start:start]
def start_remembering(layer, value):
    """Set the update gate's bias: one number for all units, or one each, (units,)."""
    kernel, recurrent_kernel, bias = layer.get_weights()
    bias[..., : layer.units] = 0.0  # the update gate's block of each bias
    input_bias = bias[0] if layer.reset_after else bias
    input_bias[: layer.units] = value
    layer.set_weights([kernel, recurrent_kernel, bias])
    # --8<-- [end:start]


def chrono_bias(units, longest, seed):
    """One bias a unit, (units,), for memories of up to longest time steps."""
    rng = np.random.default_rng(seed)
    return np.log(rng.uniform(1, longest - 1, size=units))


def main():
    keras.utils.set_random_seed(0)
    units, steps = 32, 20
    silence = np.zeros((1, steps, 1), "float32")
    memory = np.full((1, units), 0.5, "float32")
    layer = keras.layers.GRU(units)
    layer.build(silence.shape)

    biases = {"bias_0": 0.0, "bias_4": 4.0, "chrono": chrono_bias(units, 100, seed=0)}
    record = {"units": units, "steps": steps}
    print(f"share of a memory left after {steps} steps of silence, {units} units")
    for name, value in biases.items():
        start_remembering(layer, value)
        left = np.abs(layer(silence, initial_state=memory)).mean() / memory.mean()
        print(f"{name}: {left:.2f}")
        record[name] = float(left)
    return record


if __name__ == "__main__":
    main()
