"""One small image read two ways: by a convolution, and row by row by an RNN.

Image (8, 8), convolution kernel (3, 3), RNN as in rnn_cell.py with one row a time step.
Weights are random and untrained. Sources: LeCun et al. 1998, doi:10.1109/5.726791
(convolution), Elman 1990, doi:10.1207/s15516709cog1402_1 (RNN).
"""

import numpy as np


# --8<-- [start:readers]
def convolve(image, kernel):
    """The same 3 x 3 kernel at every place: image (8, 8) -> map (6, 6)."""
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.tanh((windows * kernel).sum(axis=(2, 3)))


def read_rows(image, kernel, recurrent_kernel):
    """The same RNN cell at every row: image (8, 8) -> hidden states (8, units)."""
    hidden, states = np.zeros(len(recurrent_kernel)), []
    for row in image:
        hidden = np.tanh(row @ kernel + hidden @ recurrent_kernel)
        states.append(hidden)
    return np.array(states)
    # --8<-- [end:readers]


def pixels_that_matter(output, image):
    """How many single pixels, changed one at a time, change the output."""
    before, count = output(image), 0
    for place in np.ndindex(image.shape):
        changed = image.copy()
        changed[place] += 1.0
        count += not np.array_equal(output(changed), before)
    return count


def main():
    rng = np.random.default_rng(0)
    patch = rng.normal(size=(3, 3))
    kernel = 0.5 * rng.normal(size=(8, 16))
    recurrent_kernel = np.linalg.qr(rng.normal(size=(16, 16)))[0]
    weights = kernel, recurrent_kernel
    image = np.zeros((8, 8))
    image[2:5, 2:4] = 1.0  # a small block on an empty ground
    moved = np.roll(image, 1, axis=1)
    error = convolve(moved, patch) - np.roll(convolve(image, patch), 1, axis=1)
    change = read_rows(moved, *weights)[-1] - read_rows(image, *weights)[-1]
    numbers = {
        "pixels": image.size,
        "conv_reach": pixels_that_matter(lambda i: convolve(i, patch)[2, 2], image),
        "rnn_reach": pixels_that_matter(lambda i: read_rows(i, *weights)[-1], image),
        "conv_error": abs(error).max(),
        "rnn_change": abs(change).max(),
        "conv_weights": patch.size,
        "rnn_weights": kernel.size + recurrent_kernel.size,
    }
    for name, number in numbers.items():
        print(f"{name:12s} {number:.3g}")
    return numbers


if __name__ == "__main__":
    main()
