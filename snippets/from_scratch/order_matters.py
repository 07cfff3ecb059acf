"""Two sentences with the same words: a bag of words cannot tell them apart, an RNN can.

Each word is a one-hot vector (features,); the RNN is untrained, its weights are random:
kernel (features, units), recurrent_kernel (units, units). Values are plain numbers.
Source of the equation: Elman 1990, doi:10.1207/s15516709cog1402_1.
"""

import numpy as np
from numpy.typing import ArrayLike

WORDS = ["dog", "bites", "man"]


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


# --8<-- [start:read]
def one_hot(word: str) -> np.ndarray:
    """A vector of zeros with a one at the word's place; ValueError for a word we do not
    know.
    """
    if word not in WORDS:
        raise ValueError(f"word: expected one of {WORDS}, got {word!r}")
    return np.eye(len(WORDS))[WORDS.index(word)]


def read(sentence: str, kernel: ArrayLike, recurrent_kernel: ArrayLike) -> np.ndarray:
    """The hidden state (units,) after the last word of a sentence."""
    kernel = checked("kernel", kernel, len(WORDS), "units")
    units = kernel.shape[1]
    recurrent_kernel = checked("recurrent_kernel", recurrent_kernel, units, units)
    hidden = np.zeros(len(recurrent_kernel))
    for word in sentence.split():
        hidden = np.tanh(one_hot(word) @ kernel + hidden @ recurrent_kernel)
    return hidden
    # --8<-- [end:read]


# --8<-- [start:main]
def main() -> dict[str, float | int]:
    rng = np.random.default_rng(0)
    kernel, recurrent_kernel = rng.normal(size=(len(WORDS), 4)), rng.normal(size=(4, 4))
    first, second = "dog bites man", "man bites dog"

    bags = [np.sum([one_hot(w) for w in s.split()], axis=0) for s in (first, second)]
    print("same bag of words:", np.array_equal(bags[0], bags[1]))
    states = [read(s, kernel, recurrent_kernel) for s in (first, second)]
    for sentence, state in zip((first, second), states, strict=True):
        print(f"{sentence}: hidden state {state.round(2)}")

    longer = read("dog bites man bites dog bites man", kernel, recurrent_kernel)
    print("seven words, the same weights, a state of the same size:", longer.shape)
    return {"difference": float(abs(states[0] - states[1]).max()), "units": 4}
    # --8<-- [end:main]


if __name__ == "__main__":
    main()
