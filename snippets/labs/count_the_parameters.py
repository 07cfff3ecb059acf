"""Count what stacked RNN and GRU layers learn, and what a step costs, block by block.

A layer reads FEATURES numbers a step, or what the layer below gives, (steps, units),
and twice that if the layers read in both directions. A block is a kernel (inputs,
units), a recurrent kernel (units, units) and its biases (units,): an RNN has one block,
a GRU three. Keras gives a block one bias, and its GRU with RESET_AFTER two; PyTorch
always gives two, and always resets after. Products are multiply-adds of one example at
one time step, those of the matrices alone; bytes are for 32-bit numbers. Source: the
shapes of the weights in Keras's and PyTorch's recurrent layers.
"""

from typing import Any

from snippets.from_scratch.count_parameters import count

# --8<-- [start:settings]
FEATURES = 1
UNITS = 64
LAYERS = 1
BIDIRECTIONAL = False
BIAS = True
RESET_AFTER = True
FRAMEWORK = "keras"
# --8<-- [end:settings]


def compute(
    features: int,
    units: int,
    layers: int,
    bidirectional: bool,
    bias: bool,
    reset_after: bool,
    framework: str,
) -> dict[str, Any]:
    """By cell: parameters, products, bytes; and the ratio of the parameters."""
    if framework not in ("keras", "pytorch"):
        raise ValueError(f"FRAMEWORK: expected 'keras' or 'pytorch', got {framework!r}")
    directions = 2 if bidirectional else 1
    result: dict[str, Any] = {}
    for cell, blocks in (("rnn", 1), ("gru", 3)):
        two = bias and (framework == "pytorch" or (cell == "gru" and reset_after))
        parameters = products = 0
        inputs = features
        for _ in range(layers):
            sizes = (blocks, inputs, units)
            parameters += directions * count(*sizes, use_bias=bias, two_biases=two)
            products += directions * count(*sizes, use_bias=False)
            inputs = directions * units
        result[cell] = {
            "parameters": parameters,
            "products": products,
            "bytes": 4 * parameters,
        }
    result["ratio"] = result["gru"]["parameters"] / result["rnn"]["parameters"]
    return result


def main() -> dict[str, Any]:
    result = compute(
        FEATURES, UNITS, LAYERS, BIDIRECTIONAL, BIAS, RESET_AFTER, FRAMEWORK
    )
    print("parameters, multiply-adds a step, bytes")
    for cell in ("rnn", "gru"):
        print(cell.upper(), *(f"{value:,}" for value in result[cell].values()))
    print(f"GRU over RNN, parameters: {result['ratio']:.4f}")
    return result


if __name__ == "__main__":
    main()
