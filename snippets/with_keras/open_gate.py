"""Raise the bias of a Keras GRU's update gate: it starts out keeping its memory.

In Keras the update gate keeps, so a positive bias means: keep more. The layer must be
built, inputs (batch, steps, features); its bias has shape (2, 3 units), the update gate
first. Values are plain numbers. Source of the second choice, chrono initialisation:
Tallec and Ollivier 2018, arXiv:1804.11188.
"""

import os
from numbers import Integral

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np


def whole_number(name: str, value: int, least: int = 1) -> int:
    """value, if it is a whole number from least up; else ValueError."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise ValueError(
            f"{name}: expected a whole number from {least} up, got {value!r}"
        )
    return int(value)


# --8<-- [start:open]
def open_update_gate(layer: keras.layers.GRU, value: float | np.ndarray) -> None:
    """Set the update gate's bias: one number for all units, or one each, (units,)."""
    if not isinstance(layer, keras.layers.GRU):
        raise ValueError(f"layer: expected a keras.layers.GRU, got {layer!r}")
    if not layer.built or not layer.use_bias:
        raise ValueError(
            f"layer: expected a built GRU with a bias, got built={layer.built}, "
            f"use_bias={layer.use_bias}; call it on data or build() it first"
        )
    array = np.asarray(value)
    if (
        array.dtype.kind not in "fiu"
        or array.shape not in ((), (layer.units,))
        or not np.isfinite(array).all()
    ):
        raise ValueError(
            f"value: expected a finite number or {layer.units} of them, got {value!r}"
        )
    kernel, recurrent_kernel, bias = layer.get_weights()
    bias[..., : layer.units] = 0.0  # the update gate's block of each bias
    input_bias = bias[0] if layer.reset_after else bias
    input_bias[: layer.units] = value
    layer.set_weights([kernel, recurrent_kernel, bias])


def chrono_bias(units: int, longest: int, seed: int) -> np.ndarray:
    """One bias a unit, (units,), for memories of up to longest time steps."""
    units, longest = whole_number("units", units), whole_number("longest", longest, 3)
    rng = np.random.default_rng(seed)
    return np.log(rng.uniform(1, longest - 1, size=units))
    # --8<-- [end:open]


# --8<-- [start:main]
def main() -> dict[str, float | int]:
    keras.utils.set_random_seed(0)
    units, steps = 32, 20
    silence = np.zeros((1, steps, 1), "float32")
    memory = np.full((1, units), 0.5, "float32")
    layer = keras.layers.GRU(units)
    layer.build(silence.shape)

    record: dict[str, float | int] = {"units": units, "steps": steps}
    print(f"share of a memory that is left after {steps} steps of silence")
    for name, value in (
        ("bias_0", 0.0),
        ("bias_4", 4.0),
        ("chrono", chrono_bias(units, longest=100, seed=0)),
    ):
        open_update_gate(layer, value)
        left = np.abs(layer(silence, initial_state=memory)).mean() / memory.mean()
        print(f"{name}: {left:.2f}")
        record[name] = float(left)
    return record
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
