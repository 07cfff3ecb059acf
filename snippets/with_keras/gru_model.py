"""The guide's model in Keras: ten numbers in, a GRU of 64 units, one number out.

Input (batch, 10, 1): ten time steps of one feature. Output (batch, 1). Source:
keras.layers.GRU, keras.Input and keras.Model.summary.
"""

import io
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # only Keras's own words, please

import keras


# --8<-- [start:build]
def build_model(steps=10, features=1, units=64):
    """A GRU reads a sequence, a Dense layer turns its last state into one number."""
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
def main():
    # A fixed width and UTF-8, so that every terminal shows the same table.
    os.environ["COLUMNS"] = "72"
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    model = build_model()
    model.summary(line_length=72, print_fn=print)

    gru, dense = model.layers
    record = {"gru": gru.count_params(), "dense": dense.count_params()}
    record["total"] = model.count_params()
    print("weights of the GRU layer:")
    for weight in gru.weights:
        record[weight.name] = weight.numpy().size
        print(f"  {weight.name:16s} {weight.shape!s:10s} {record[weight.name]:6,}")
    return record
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
