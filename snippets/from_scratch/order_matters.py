"""Two sentences with the same words: a bag of words cannot tell them apart, an RNN can.

Each word is a one-hot vector (features,); the RNN is untrained, its weights are random:
kernel (features, units), recurrent_kernel (units, units). Values are plain numbers.
Source of the equation: Elman 1990, doi:10.1207/s15516709cog1402_1.
"""

import numpy as np

WORDS = ["dog", "bites", "man"]


# --8<-- [start:read]
def one_hot(word: str) -> np.ndarray:
    """A vector of zeros with a one at the word's place; ValueError for a word we do not
    know.
    """
    if word not in WORDS:
        raise ValueError(f"word: expected one of {WORDS}, got {word!r}")
    return np.eye(len(WORDS))[WORDS.index(word)]


def read(sentence: str, kernel: np.ndarray, recurrent_kernel: np.ndarray) -> np.ndarray:
    """The hidden state (units,) after the last word of a sentence."""
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
