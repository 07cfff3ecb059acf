"""The gradients of bptt_by_hand.py, from TensorFlow's GradientTape.

One unit, three steps; each value is one plain number (no batch axis, no unit of
measure). Source: Werbos 1990, doi:10.1109/5.58337.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"  # only Keras's own words, please

import tensorflow as tf


def main():
    # --8<-- [start:tape]
    w, u, b, v, c = weights = [tf.Variable(n) for n in (0.8, 0.9, 0.1, 1.5, -0.2)]
    with tf.GradientTape() as tape:
        hidden = 0.0
        for x in (1.0, -0.5, 0.25):
            hidden = tf.tanh(w * x + u * hidden + b)
        loss = (v * hidden + c - 1.0) ** 2 / 2
    found = [float(gradient) for gradient in tape.gradient(loss, weights)]
    # --8<-- [end:tape]
    print("w, u, b, v, c:", " ".join(f"{gradient:.4f}" for gradient in found))
    return dict(zip("wubvc", found, strict=True))


if __name__ == "__main__":
    main()
