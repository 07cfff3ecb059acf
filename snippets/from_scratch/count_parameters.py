"""How many numbers an RNN, a GRU and an LSTM layer learn, and how many products a step
costs.

One block is what a plain RNN has: a kernel (features, units), a recurrent kernel
(units, units) and a bias (units,). A GRU has three blocks (update, reset, candidate),
an LSTM four. Keras's default GRU (reset_after=True) adds a second bias to each block.
Counts are whole numbers; a size that is not a whole number from 1 up raises ValueError.
Source: the shapes of the weights in Keras's recurrent layers.
"""

from numbers import Integral


def whole_number(name: str, value: int, least: int = 1) -> int:
    """value, if it is a whole number from least up; else ValueError."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise ValueError(
            f"{name}: expected a whole number from {least} up, got {value!r}"
        )
    return int(value)


# --8<-- [start:count]
def count(
    blocks: int,
    features: int,
    units: int,
    *,
    use_bias: bool = True,
    two_biases: bool = False,
) -> int:
    """Parameters of a recurrent layer made of that many blocks."""
    blocks = whole_number("blocks", blocks)
    features, units = whole_number("features", features), whole_number("units", units)
    for name, flag in (("use_bias", use_bias), ("two_biases", two_biases)):
        if not isinstance(flag, bool):
            raise ValueError(f"{name}: expected True or False, got {flag!r}")
    if two_biases and not use_bias:
        raise ValueError("two_biases: expected use_bias=True with it, got False")
    biases = 2 if two_biases else int(use_bias)
    return blocks * (features * units + units * units + biases * units)


def rnn_parameters(features: int, units: int, *, use_bias: bool = True) -> int:
    """units (features + units + 1): one block."""
    return count(1, features, units, use_bias=use_bias)


def gru_parameters(
    features: int, units: int, *, use_bias: bool = True, reset_after: bool = True
) -> int:
    """3 units (features + units + 2), or + 1 with reset_after=False: three blocks."""
    if not isinstance(reset_after, bool):
        raise ValueError(f"reset_after: expected True or False, got {reset_after!r}")
    return count(
        3, features, units, use_bias=use_bias, two_biases=use_bias and reset_after
    )


def lstm_parameters(features: int, units: int, *, use_bias: bool = True) -> int:
    """4 units (features + units + 1): four blocks."""
    return count(4, features, units, use_bias=use_bias)
    # --8<-- [end:count]


# --8<-- [start:multiplications]
def multiplications_per_step(blocks: int, features: int, units: int) -> int:
    """Multiplications in the matrix products of one time step, for one example."""
    return count(blocks, features, units, use_bias=False)
    # --8<-- [end:multiplications]


# --8<-- [start:main]
def main() -> dict[str, int | float]:
    features, units = 1, 64
    rnn = rnn_parameters(features, units)
    gru = gru_parameters(features, units)
    before = gru_parameters(features, units, reset_after=False)
    bare = gru_parameters(features, units, use_bias=False)
    bare_rnn = rnn_parameters(features, units, use_bias=False)
    lstm = lstm_parameters(features, units)
    print(f"{units} units, {features} feature")
    print(f"RNN                         {rnn:6,}")
    print(f"RNN without a bias          {bare_rnn:6,}")
    print(f"GRU, Keras's default        {gru:6,}")
    print(f"GRU, reset_after=False      {before:6,}")
    print(f"GRU without biases          {bare:6,}")
    print(f"LSTM                        {lstm:6,}")
    print(f"GRU over RNN                {gru / rnn:6.2f}")

    block_inputs, block_state = features * units, units * units
    rnn_products = multiplications_per_step(1, features, units)
    gru_products = multiplications_per_step(3, features, units)
    print(f"products a step: RNN {rnn_products:,}, GRU {gru_products:,}")

    # The widest RNN that is no larger than a GRU of half the width.
    small_gru = gru_parameters(features, units // 2)
    width = max(u for u in range(1, 200) if rnn_parameters(features, u) <= small_gru)
    print(f"a GRU of {units // 2} units: {small_gru:,}, about an RNN of {width} units")
    # --8<-- [end:main]
    return {
        "features": features,
        "units": units,
        "rnn": rnn,
        "rnn_no_bias": bare_rnn,
        "gru": gru,
        "gru_reset_before": before,
        "gru_no_bias": bare,
        "lstm": lstm,
        "gru_two_features": gru_parameters(2, units),
        "gru_over_rnn": gru / rnn,
        "block_inputs": block_inputs,
        "block_state": block_state,
        "rnn_products": rnn_products,
        "gru_products": gru_products,
        "products_ratio": gru_products / rnn_products,
        "rnn_kilobytes": rnn * 4 / 1024,  # float32: four bytes each
        "gru_kilobytes": gru * 4 / 1024,
        "half_units": units // 2,
        "half_gru": small_gru,
        "half_rnn_units": width,
        "half_rnn": rnn_parameters(features, width),
    }


if __name__ == "__main__":
    main()
