"""Which verb? An RNN learns that 'the keys to the old cabinet' takes 'are', not 'is'.

All of it is here: words, network, loss, slopes and training; it takes a few seconds.
Weights: embedding (words, 8), kernel (8, 16), recurrent_kernel (16, 16), bias (16,),
output_kernel (16, 1), output_bias (1,). Sources: the question, Linzen et al. 2016,
arXiv:1611.01368; the training rule, Adam, Kingma and Ba 2014, arXiv:1412.6980.
"""

import numpy as np

# --8<-- [start:words]
NOUNS = ["key", "cabinet", "window", "letter", "door", "picture", "table", "garden"]
PLURALS = [noun + "s" for noun in NOUNS]
PREPOSITIONS = ["to", "near", "behind", "beside"]
ADJECTIVES = ["old", "small", "green", "heavy"]
VOCABULARY = ["the", *PREPOSITIONS, *ADJECTIVES, *NOUNS, *PLURALS]
NUMBER = {word: number for number, word in enumerate(VOCABULARY)}
# --8<-- [end:words]
SENTENCE = "the keys to the old cabinet near the windows"


# --8<-- [start:sentences]
def sentences(rng, count, phrases):
    """words (count, length) by their numbers, are (count, 1): 1 if the verb is 'are'.
    The sentences of one call have the same length.
    """

    def pick(words):
        return rng.choice([NUMBER[word] for word in words], count)

    places = [pick(["the"]), pick(NOUNS + PLURALS)]
    for _ in range(phrases):
        places += [pick(PREPOSITIONS), pick(["the"])]
        if rng.random() < 0.5:
            places.append(pick(ADJECTIVES))
        places.append(pick(NOUNS + PLURALS))
    words = np.stack(places, axis=1)
    return words, (words[:, 1:2] >= NUMBER["keys"]).astype(float)
    # --8<-- [end:sentences]


def start(rng, units=16, size=8):
    """Random weights, drawn as Keras draws them."""

    def uniform(rows, columns):
        limit = np.sqrt(6 / (rows + columns))
        return rng.uniform(-limit, limit, (rows, columns))

    return {
        "embedding": rng.uniform(-0.05, 0.05, (len(VOCABULARY), size)),
        "kernel": uniform(size, units),
        "recurrent_kernel": np.linalg.qr(rng.normal(size=(units, units)))[0],
        "bias": np.zeros(units),
        "output_kernel": uniform(units, 1),
        "output_bias": np.zeros(1),
    }


# --8<-- [start:read]
def read(words, weights):
    """The hidden states (count, units), from the start to the last word, and the
    probability (count, 1) that the verb is 'are'.
    """
    states = [np.zeros((len(words), len(weights["bias"])))]
    for word in words.T:
        x = weights["embedding"][word]
        total = x @ weights["kernel"] + states[-1] @ weights["recurrent_kernel"]
        states.append(np.tanh(total + weights["bias"]))
    score = states[-1] @ weights["output_kernel"] + weights["output_bias"]
    return states, 1 / (1 + np.exp(-score))
    # --8<-- [end:read]


# --8<-- [start:loss]
def loss(probability, are):
    right = np.where(are == 1, probability, 1 - probability)  # that of the right verb
    return -np.log(right).mean()
    # --8<-- [end:loss]


def slopes(words, are, weights):
    """The loss, and how much it moves when a weight is nudged, for every weight."""
    states, probability = read(words, weights)
    slope = {name: np.zeros_like(weight) for name, weight in weights.items()}
    d_score = (probability - are) / len(words)
    slope["output_kernel"] = states[-1].T @ d_score
    slope["output_bias"] = d_score.sum(axis=0)
    d_hidden = d_score @ weights["output_kernel"].T
    for t in reversed(range(words.shape[1])):  # from the last word back to the first
        d_total = d_hidden * (1 - states[t + 1] ** 2)
        slope["kernel"] += weights["embedding"][words[:, t]].T @ d_total
        slope["recurrent_kernel"] += states[t].T @ d_total
        slope["bias"] += d_total.sum(axis=0)
        np.add.at(slope["embedding"], words[:, t], d_total @ weights["kernel"].T)
        d_hidden = d_total @ weights["recurrent_kernel"].T
    return loss(probability, are), slope


def adam(weights, slope, memory, step, rate=0.003, clip=1.0):
    """One training step: every weight moves a little, against its slope."""
    for name, now in slope.items():
        now = now / max(1, np.linalg.norm(now) / clip)  # a steep slope is cut to clip
        mean, square = memory.get(name, (0, 0))
        mean, square = 0.9 * mean + 0.1 * now, 0.999 * square + 0.001 * now**2
        memory[name] = mean, square
        typical = np.sqrt(square / (1 - 0.999**step)) + 1e-7
        weights[name] = weights[name] - rate * mean / (1 - 0.9**step) / typical


# --8<-- [start:train]
def train(steps, seed=0):
    """Weights after so many training steps, and what was seen on the way."""
    rng = np.random.default_rng(seed)
    weights, memory, seen = start(rng), {}, []
    words, are = sentences(np.random.default_rng(1000 + seed), 512, phrases=8)
    for step in range(1, steps + 1):
        batch = sentences(rng, 64, phrases=rng.integers(0, 9))
        surprise, slope = slopes(*batch, weights)
        adam(weights, slope, memory, step)
        if step % 25 == 0:
            right = ((read(words, weights)[1] > 0.5) == are).mean()
            seen.append({"step": step, "loss": surprise, "right": right})
    return weights, seen
    # --8<-- [end:train]


def main():
    weights, seen = train(steps=500)
    for now in seen[::4]:
        print("after {step:3} steps: loss {loss:.3f}, right {right:.0%}".format(**now))
    states, _ = read(np.array([[NUMBER[word] for word in SENTENCE.split()]]), weights)
    scores = np.stack(states)[1:] @ weights["output_kernel"] + weights["output_bias"]
    are = (1 / (1 + np.exp(-scores))).ravel()
    for word, probability in zip(SENTENCE.split(), are, strict=True):
        print(f"{word:8} are {probability:.3f}  is {1 - probability:.3f}")
    return {"seen": seen, "are": are.tolist()}


if __name__ == "__main__":
    main()
