"""The older way to write the model, with input_shape on the layer: Keras warns.

It still builds the same model: input (batch, 10, 1), output (batch, 1). Keras asks for
keras.Input instead. Source: keras.layers.Layer.
"""

import os
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras


# --8<-- [start:main]
def main():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = keras.Sequential(
            [keras.layers.GRU(64, input_shape=(10, 1)), keras.layers.Dense(1)]
        )
    for warning in caught:
        print(f"{warning.category.__name__}: {warning.message}")
    print("parameters of the GRU layer:", model.layers[0].count_params())
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
