"""Two sentences with the same words: a bag of words cannot tell them apart, an RNN can.

Weights are random: kernel (features, units), a feature for each word, recurrent_kernel
(units, units). Source of the equation: Elman 1990, doi:10.1207/s15516709cog1402_1.
"""

import numpy as np

WORDS = ["the", "keys", "to", "cabinet"]


def one_hot(word):
    """(features,): zeros, and a one at the word's place."""
    return np.eye(len(WORDS))[WORDS.index(word)]


# --8<-- [start:read]
def read(sentence, kernel, recurrent_kernel):
    """The hidden state (units,) after the last word of a sentence."""
    hidden = np.zeros(len(recurrent_kernel))
    for word in sentence.split():
        hidden = np.tanh(one_hot(word) @ kernel + hidden @ recurrent_kernel)
    return hidden
    # --8<-- [end:read]


def main():
    rng = np.random.default_rng(0)
    kernel, recurrent_kernel = rng.normal(size=(4, 4)), rng.normal(size=(4, 4))
    sentences = ["the keys to the cabinet", "the cabinet to the keys"]
    bags = [sum(one_hot(word) for word in s.split()) for s in sentences]
    print("same bag of words:", np.array_equal(bags[0], bags[1]))
    states = [read(sentence, kernel, recurrent_kernel) for sentence in sentences]
    for sentence, state in zip(sentences, states, strict=True):
        print(f"{sentence}: hidden state {state.round(2)}")
    difference = abs(states[0] - states[1]).max()
    print(f"the states differ by up to {difference:.2f}")
    return {"difference": difference}


if __name__ == "__main__":
    main()
