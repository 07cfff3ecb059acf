"""Clip a gradient in three ways, and see what each does to its direction.

A gradient here is a list of arrays, one a weight: a kernel (rows, columns), a bias
(columns,). Source: clipping by norm, Pascanu,
Mikolov and Bengio 2013, arXiv:1211.5063.
"""

import numpy as np


# --8<-- [start:clip]
def by_value(gradients, limit):  # Keras: clipvalue; PyTorch: clip_grad_value_
    return [np.clip(g, -limit, limit) for g in gradients]


def by_weight(gradients, limit):  # Keras: clipnorm
    return [g / max(1, np.linalg.norm(g) / limit) for g in gradients]


def by_global_norm(gradients, limit):
    # Keras: global_clipnorm; PyTorch: clip_grad_norm_
    return [g / max(1, length(gradients) / limit) for g in gradients]
    # --8<-- [end:clip]


def flat(gradients):
    return np.concatenate([g.ravel() for g in gradients])


def length(gradients):
    return np.linalg.norm(flat(gradients))


def turned(before, after):
    """The angle between two gradients, in degrees."""
    cosine = flat(before) @ flat(after) / (length(before) * length(after))
    return np.degrees(np.arccos(min(1.0, cosine)))


def main():
    kernel, bias = np.array([[6.0, 0.5]]), np.array([0.3, 0.4])
    gradients, found = [kernel, bias], {}
    print("kernel", kernel[0], "bias", bias, f"length {length(gradients):.2f}")
    for clip in (by_value, by_weight, by_global_norm):
        now = clip(gradients, 1.0)
        angle = turned(gradients, now)
        found[clip.__name__] = {
            "kernel": now[0][0].tolist(),
            "bias": now[1].tolist(),
            "length": length(now),
            "turned": angle,
        }
        print(
            f"{clip.__name__:14} kernel {now[0][0].round(2)} bias {now[1].round(2)} "
            f"length {length(now):.2f}, turned by {angle:.0f} degrees"
        )
    return found | {"before": [6.0, 0.5, 0.3, 0.4]}


if __name__ == "__main__":
    main()
