"""One small image read two ways: by a convolution, and row by row by an RNN.

Two questions are answered by trying: how many pixels can change one output, and what
happens when the picture moves. Image (8, 8), convolution kernel (3, 3), RNN as in
rnn_cell.py with one row of 8 pixels a time step. Weights are random and untrained;
values are plain numbers. Sources: LeCun et al. 1998, doi:10.1109/5.726791
(convolution), Elman 1990, doi:10.1207/s15516709cog1402_1 (RNN).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

SIZE, UNITS = 8, 16


def checked(name: str, value: ArrayLike, *shape: int | str) -> np.ndarray:
    """value as finite floats of that shape; a word stands for any size from 1 up."""
    expected = (
        f"{name}: expected finite numbers of shape ({', '.join(map(str, shape))})"
    )
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{expected}, got rows of different lengths") from None
    if array.ndim != len(shape) or any(
        have < 1 if isinstance(want, str) else have != want
        for have, want in zip(array.shape, shape, strict=True)
    ):
        raise ValueError(f"{expected}, got shape {array.shape}")
    if array.dtype.kind not in "fiu" or not np.isfinite(array).all():
        raise ValueError(
            f"{expected}, got {array.dtype} values that are not all finite numbers"
        )
    return array if array.dtype.kind == "f" else array.astype(float)


# --8<-- [start:readers]
def convolve(image: ArrayLike, kernel: ArrayLike) -> np.ndarray:
    """The same 3 x 3 kernel at every place: image (8, 8) -> map (6, 6)."""
    image = checked("image", image, SIZE, SIZE)
    kernel = checked("kernel", kernel, 3, 3)
    patches = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
    return np.tanh((patches * kernel).sum(axis=(2, 3)))


def read_rows(
    image: ArrayLike, kernel: ArrayLike, recurrent_kernel: ArrayLike
) -> np.ndarray:
    """The same RNN cell at every row: image (8, 8) -> hidden states (8, units)."""
    image = checked("image", image, SIZE, SIZE)
    kernel = checked("kernel", kernel, SIZE, "units")
    units = kernel.shape[1]
    recurrent_kernel = checked("recurrent_kernel", recurrent_kernel, units, units)
    hidden, states = np.zeros(units), []
    for row in image:
        hidden = np.tanh(row @ kernel + hidden @ recurrent_kernel)
        states.append(hidden)
    return np.array(states)
    # --8<-- [end:readers]


# --8<-- [start:reach]
def pixels_that_matter(
    output: Callable[[np.ndarray], np.ndarray], image: np.ndarray
) -> int:
    """How many single pixels, changed one at a time, change the output."""
    before, count = output(image), 0
    for place in np.ndindex(image.shape):
        changed = image.copy()
        changed[place] += 1.0
        count += not np.array_equal(output(changed), before)
    return count
    # --8<-- [end:reach]


# --8<-- [start:main]
def main() -> dict[str, float | int]:
    rng = np.random.default_rng(0)
    patch = rng.normal(size=(3, 3))
    kernel = 0.5 * rng.normal(size=(SIZE, UNITS))
    recurrent_kernel = np.linalg.qr(rng.normal(size=(UNITS, UNITS)))[0]

    image = np.zeros((SIZE, SIZE))
    image[2:5, 2:4] = 1.0  # a small block on an empty ground
    conv_reach = pixels_that_matter(lambda i: convolve(i, patch)[2, 2], image)
    rnn_reach = pixels_that_matter(
        lambda i: read_rows(i, kernel, recurrent_kernel)[-1], image
    )
    print(f"pixels that reach one convolution output: {conv_reach} of {image.size}")
    print(f"pixels that reach the RNN's last state: {rnn_reach} of {image.size}")

    def right(values: np.ndarray) -> np.ndarray:
        return np.roll(values, 1, axis=1)

    conv_error = abs(
        convolve(right(image), patch) - right(convolve(image, patch))
    ).max()
    states, moved = (
        read_rows(i, kernel, recurrent_kernel) for i in (image, right(image))
    )
    rnn_change = abs(moved[-1] - states[-1]).max()
    print(f"block moved right: convolution's map moves along, error {conv_error:.1f}")
    print(f"block moved right: RNN's last state changes by {rnn_change:.2f}")
    weights = kernel.size + recurrent_kernel.size
    print(f"weights: convolution {patch.size}, RNN of {UNITS} units {weights}")
    return {
        "size": SIZE,
        "pixels": image.size,
        "units": UNITS,
        "conv_reach": conv_reach,
        "rnn_reach": rnn_reach,
        "conv_error": float(conv_error),
        "rnn_change": float(rnn_change),
        "conv_weights": patch.size,
        "rnn_weights": weights,
    }
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
