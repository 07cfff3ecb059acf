"""How many numbers an RNN, a GRU and an LSTM layer learn.

One block is what a plain RNN has: a kernel (features, units), a recurrent kernel
(units, units) and a bias (units,). A GRU has three blocks, an LSTM four. Keras's GRU
(reset_after=True) has two biases a block. Source: the weights of Keras's layers.
"""


def count(blocks, features, units, use_bias=True, two_biases=False):
    """Parameters of a recurrent layer made of that many blocks."""
    biases = 2 if two_biases else int(use_bias)
    return blocks * units * (features + units + biases)


def rnn_parameters(features, units, use_bias=True):
    return count(1, features, units, use_bias)


def gru_parameters(features, units, use_bias=True, reset_after=True):
    return count(3, features, units, use_bias, two_biases=use_bias and reset_after)


def lstm_parameters(features, units, use_bias=True):
    return count(4, features, units, use_bias)


def main():
    features, units = 1, 64
    half_gru = gru_parameters(features, units // 2)
    # The widest RNN that is no larger than this GRU of half the width.
    width = max(u for u in range(units) if rnn_parameters(features, u) <= half_gru)
    numbers = {
        "features": features,
        "units": units,
        "rnn": rnn_parameters(features, units),
        "rnn_no_bias": rnn_parameters(features, units, use_bias=False),
        "gru": gru_parameters(features, units),
        "gru_reset_before": gru_parameters(features, units, reset_after=False),
        "gru_no_bias": gru_parameters(features, units, use_bias=False),
        "lstm": lstm_parameters(features, units),
        "half_gru": half_gru,
        "half_rnn_units": width,
    }
    for name, number in numbers.items():
        print(f"{name:16s} {number:7,}")
    return numbers


if __name__ == "__main__":
    main()
