"""The guide's model in today's Keras: ten numbers in, a GRU of 64 units, one number
out.

Input (batch, 10, 1): ten time steps of one feature. Output (batch, 1). The values are
plain numbers. Source: keras.layers.GRU, keras.Input and keras.Model.summary.
"""

import io
import os
import sys
from numbers import Integral

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # only Keras's own words, please

import keras


def whole_number(name: str, value: int, least: int = 1) -> int:
    """value, if it is a whole number from least up; else ValueError."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise ValueError(
            f"{name}: expected a whole number from {least} up, got {value!r}"
        )
    return int(value)


# --8<-- [start:build]
def build_model(steps: int = 10, features: int = 1, units: int = 64) -> keras.Model:
    """A GRU that reads a sequence and a Dense layer that turns its last state into one
    number.
    """
    steps, features = whole_number("steps", steps), whole_number("features", features)
    units = whole_number("units", units)
    model = keras.Sequential(
        [
            keras.Input(shape=(steps, features)),
            keras.layers.GRU(units, name="gru"),
            keras.layers.Dense(1, name="dense"),
        ],
        name="guide_model",
    )
    model.compile(optimizer="adam", loss="mse")
    return model
    # --8<-- [end:build]


# --8<-- [start:main]
def main() -> dict[str, int]:
    model = build_model()
    # A fixed width and UTF-8, so that every terminal shows the same table.
    os.environ["COLUMNS"] = "72"
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    model.summary(line_length=72, print_fn=print)

    print("weights of the GRU layer:")
    for weight in model.get_layer("gru").weights:
        print(f"  {weight.name:16s} {weight.shape!s:10s} {weight.numpy().size:6,}")
    # --8<-- [end:main]
    gru, dense = model.layers
    return {
        "gru": gru.count_params(),
        "dense": dense.count_params(),
        "total": model.count_params(),
        "kernel": gru.weights[0].numpy().size,
        "recurrent_kernel": gru.weights[1].numpy().size,
        "bias": gru.weights[2].numpy().size,
    }


if __name__ == "__main__":
    main()
