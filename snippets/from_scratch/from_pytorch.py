"""Move the weights of a PyTorch GRU into Keras's layout, with NumPy alone.

Both compute the same function. PyTorch holds weight_ih (3 units, features), weight_hh
(3 units, units), blocks in the order reset, update, new; Keras holds the transposes, in
the order update, reset, candidate. Source: the documentation of torch.nn.GRU.
"""

import numpy as np


# --8<-- [start:convert]
def swap_gates(blocks):
    """(..., 3 units): exchange the first two of three blocks on the last axis."""
    first, second, third = np.split(blocks, 3, axis=-1)
    return np.concatenate([second, first, third], axis=-1)


def from_pytorch(weight_ih, weight_hh, bias_ih, bias_hh):
    """Keras's kernel, recurrent_kernel and bias (2, 3 units) from PyTorch's arrays."""
    kernel, recurrent_kernel = swap_gates(weight_ih.T), swap_gates(weight_hh.T)
    return kernel, recurrent_kernel, swap_gates(np.stack([bias_ih, bias_hh]))
    # --8<-- [end:convert]


# --8<-- [start:main]
def main():
    # One unit, one feature; in PyTorch's order: reset, update, new.
    weight_ih = np.array([[0.8], [-0.6], [1.2]])
    weight_hh = np.array([[0.5], [0.9], [-0.7]])
    bias_ih, bias_hh = np.array([0.1, 0.2, 0.3]), np.zeros(3)
    kernel, _, _ = from_pytorch(weight_ih, weight_hh, bias_ih, bias_hh)
    print("PyTorch's weight_ih, transposed:", weight_ih.T)
    print("Keras's kernel:                 ", kernel)
    back = swap_gates(kernel).T  # a second swap undoes the first
    print("there and back unchanged:", np.array_equal(back, weight_ih))
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
