"""Two tanh units compute parity, however long the sequence: is the number of ones odd?

Unit 1 is on if the old parity or the new bit is 1, unit 2 if both are; the parity is
where the two differ. Inputs (steps,) of 0 and 1, states (2,). Source of the question:
Merrill, Petty and Sabharwal 2024, arXiv:2404.08819.
"""

import numpy as np

# --8<-- [start:weights]
STEEP = 20.0  # tanh(10) is 1, to eight digits
KERNEL = STEEP * np.array([1.0, 1.0])
RECURRENT = STEEP * np.array([[0.5, 0.5], [-0.5, -0.5]])  # the old parity, to both
BIAS = STEEP * np.array([-0.5, -1.5])  # on from 1 on; on from 2 on


def parity(bits):
    """The parity after every bit: 0 even, 1 odd."""
    state, found = np.zeros(2), []
    for bit in bits:
        state = np.tanh(bit * KERNEL + state @ RECURRENT + BIAS)
        found.append((state[0] - state[1]) / 2)
    return np.array(found)
    # --8<-- [end:weights]


def main():
    bits = [1, 0, 1, 1]
    print("bits  ", bits)
    print("parity", parity(bits).round(3).tolist())
    bits = np.random.default_rng(0).integers(0, 2, 100_000)
    errors = np.abs(parity(bits) - np.cumsum(bits) % 2)
    print(f"{len(bits):,} random bits: off by {errors.max():.0e} at most")
    return {"steps": len(bits), "error": float(errors.max())}


if __name__ == "__main__":
    main()
