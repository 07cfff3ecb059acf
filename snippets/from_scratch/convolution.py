"""A convolution by hand: a window slides, multiplies and adds; then padding, stride,
channels, pooling, and how much of the image one output sees.

Image (rows, columns) or (rows, columns, channels), kernel (size, size) or (size, size,
channels). Source: LeCun et al. 1998, doi:10.1109/5.726791.
"""

import numpy as np

IMAGE = np.array(
    [
        [0, 0, 0, 0, 0, 0],
        [0, 1, 1, 1, 0, 0],
        [0, 0, 0, 1, 0, 0],
        [0, 0, 1, 0, 0, 0],
        [0, 0, 1, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
    ]
)
EDGE = np.array([[-1, 1]] * 2)  # no ink on the left, ink on the right


# --8<-- [start:convolve]
def convolve(image, kernel, stride=1, padding=0):
    """The kernel laid on every place: multiply what lies on each other, add it up."""
    image = np.pad(image, [(padding, padding)] * 2 + [(0, 0)] * (image.ndim - 2))
    size = len(kernel)
    rows = range(0, image.shape[0] - size + 1, stride)
    columns = range(0, image.shape[1] - size + 1, stride)
    return np.array(
        [
            [(image[r : r + size, c : c + size] * kernel).sum() for c in columns]
            for r in rows
        ]
    )


def pool(image, size=2):
    """The largest of each block."""
    rows, columns = (side // size for side in image.shape)
    blocks = image[: rows * size, : columns * size].reshape(rows, size, columns, size)
    return blocks.max(axis=(1, 3))
    # --8<-- [end:convolve]


def sees(layers, side=32):
    """How many pixels in a row reach one output of so many layers of 3 by 3, some with
    a stride: counted by nudging each pixel.
    """

    def through(image):
        for stride in layers:
            image = convolve(image, np.ones((3, 3)), stride)
        return image[len(image) // 2, len(image) // 2]

    image, reached = np.zeros((side, side)), 0
    for column in range(side):
        image[side // 2, column] = 1
        reached += int(through(image) != through(0 * image))
        image[side // 2, column] = 0
    return reached


def main():
    edges = convolve(IMAGE, EDGE)
    print("edges:")
    print(edges)
    print("pooled:", pool(edges).tolist())
    sizes = {
        "plain": convolve(IMAGE, np.ones((3, 3))),
        "padding 1": convolve(IMAGE, np.ones((3, 3)), padding=1),
        "stride 2": convolve(IMAGE, np.ones((3, 3)), stride=2, padding=1),
    }
    for words, found in sizes.items():
        print(f"3 by 3, {words}: 6 by 6 becomes {found.shape[0]} by {found.shape[1]}")
    colours = np.stack([IMAGE, 2 * IMAGE, 0 * IMAGE], axis=-1)
    print(
        "three channels in, one number out:",
        convolve(colours, np.ones((3, 3, 3)))[0, 0],
    )
    moved = np.roll(IMAGE, 1, axis=1)
    same = np.array_equal(convolve(moved, EDGE)[:, 1:], edges[:, :-1])
    print("the image moves, the map moves along:", same)
    highest = [int(convolve(image, EDGE).max()) for image in (IMAGE, moved)]
    print("the largest number of the map stays:", highest)
    field = {f"layers_{n}": sees([1] * n) for n in (1, 2, 3, 4)}
    field["strided_3"] = sees([2, 2, 1])
    print("pixels in a row that one output sees:", field)
    return {"edges": edges.tolist(), "highest": highest, "moves": same, "field": field}


if __name__ == "__main__":
    main()
