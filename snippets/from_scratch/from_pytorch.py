"""Move the weights of a PyTorch GRU into Keras's layout, and back, with NumPy alone.

PyTorch's nn.GRU computes the same function as Keras's default GRU: reset after the
product, the update gate keeps, two biases. Only the storage differs: PyTorch holds
weight_ih (3 units, features) and weight_hh (3 units, units), blocks in the order reset,
update, new; Keras holds the transposes, blocks in the order update, reset, candidate.
Values are plain numbers. Source: the documentation of torch.nn.GRU and the weights of
keras.layers.GRU.
"""

import numpy as np
from numpy.typing import ArrayLike


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


# --8<-- [start:convert]
def swap_gates(blocks: np.ndarray) -> np.ndarray:
    """(..., 3 units): exchange the first two of three blocks on the last axis."""
    first, second, third = np.split(blocks, 3, axis=-1)
    return np.concatenate([second, first, third], axis=-1)


def from_pytorch(
    weight_ih: ArrayLike, weight_hh: ArrayLike, bias_ih: ArrayLike, bias_hh: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """kernel (features, 3 units), recurrent_kernel (units, 3 units), bias (2, 3 units).

    Raises ValueError for a wrong shape or a value that is not a finite number.
    """
    weight_hh = checked("weight_hh", weight_hh, "3 units", "units")
    units = weight_hh.shape[1]
    weight_hh = checked("weight_hh", weight_hh, 3 * units, units)
    weight_ih = checked("weight_ih", weight_ih, 3 * units, "features")
    bias_ih = checked("bias_ih", bias_ih, 3 * units)
    bias_hh = checked("bias_hh", bias_hh, 3 * units)
    return (
        swap_gates(weight_ih.T),
        swap_gates(weight_hh.T),
        swap_gates(np.stack([bias_ih, bias_hh])),
    )


def to_pytorch(
    kernel: ArrayLike, recurrent_kernel: ArrayLike, bias: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """weight_ih, weight_hh, bias_ih, bias_hh from Keras's three arrays
    (reset_after=True).

    Raises ValueError for a wrong shape or a value that is not a finite number.
    """
    recurrent_kernel = checked("recurrent_kernel", recurrent_kernel, "units", "3 units")
    units = len(recurrent_kernel)
    recurrent_kernel = checked("recurrent_kernel", recurrent_kernel, units, 3 * units)
    kernel = checked("kernel", kernel, "features", 3 * units)
    bias_ih, bias_hh = swap_gates(checked("bias", bias, 2, 3 * units))
    return swap_gates(kernel).T, swap_gates(recurrent_kernel).T, bias_ih, bias_hh
    # --8<-- [end:convert]


# --8<-- [start:main]
def main() -> None:
    # One unit, one feature; in PyTorch's order: reset, update, new.
    weight_ih, weight_hh = [[0.8], [-0.6], [1.2]], [[0.5], [0.9], [-0.7]]
    bias_ih, bias_hh = [0.1, 0.2, 0.3], [0.0, 0.0, 0.0]
    kernel, recurrent_kernel, bias = from_pytorch(
        weight_ih, weight_hh, bias_ih, bias_hh
    )
    print("PyTorch's weight_ih, transposed:", np.transpose(weight_ih))
    print("Keras's kernel:                 ", kernel)
    back = to_pytorch(kernel, recurrent_kernel, bias)
    print("there and back unchanged:", np.array_equal(back[0], weight_ih))
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
