"""Four forms of one recurrent network: what goes in, what comes out, and when.

Weights are random: kernel (3, 4), recurrent_kernel (4, 4), output (4, 3). The outputs
have as many numbers as the inputs, so that one can be the next input. Source of the
unaligned form: Sutskever et al. 2014, arXiv:1409.3215.
"""

import numpy as np

rng = np.random.default_rng(0)
kernel, recurrent_kernel = rng.normal(size=(3, 4)), 0.5 * rng.normal(size=(4, 4))
output, start = rng.normal(size=(4, 3)), np.zeros(4)


def step(x, hidden):
    return np.tanh(x @ kernel + hidden @ recurrent_kernel)


# --8<-- [start:many_to_one]
def many_to_one(inputs):  # a sentence in, one verb out
    hidden = start
    for x in inputs:
        hidden = step(x, hidden)
    return hidden @ output
    # --8<-- [end:many_to_one]


def one_to_many(x, length):  # a picture in, its caption out
    hidden, outputs = start, []
    for _ in range(length):
        hidden = step(x, hidden)
        x = hidden @ output  # what it said is what it reads next
        outputs.append(x)
    return np.array(outputs)


def aligned(inputs):  # words in, for each its part of speech out
    hidden, outputs = start, []
    for x in inputs:
        hidden = step(x, hidden)
        outputs.append(hidden @ output)
    return np.array(outputs)


def unaligned(inputs, length):  # a sentence in, its translation out
    hidden, outputs, x = start, [], np.zeros(3)
    for word in inputs:  # the encoder reads to the end
        hidden = step(word, hidden)
    for _ in range(length):  # then the decoder writes
        hidden = step(x, hidden)
        x = hidden @ output
        outputs.append(x)
    return np.array(outputs)


def main():
    inputs = rng.normal(size=(5, 3))  # five steps of three numbers
    print("many to one:   5 steps in, out", many_to_one(inputs).shape)
    print("one to many:   1 step in,  out", one_to_many(inputs[0], 4).shape)
    print("aligned:       5 steps in, out", aligned(inputs).shape)
    print("not aligned:   5 steps in, out", unaligned(inputs, 2).shape)


if __name__ == "__main__":
    main()
