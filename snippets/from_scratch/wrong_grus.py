"""Mistakes in GRUs that shipped, planted in a right one, and the tests that see them.

inputs (batch, steps, features), hidden (batch, units), weights as in gru_cell.py. Each
exhibit replaces lines of gru() by wrong ones; each test gets a cell and says whether it
passes. Source of the equations: Cho et al. 2014, arXiv:1406.1078; of the mistakes: the
threads named on the page.
"""

import numpy as np


def sigmoid(values):
    return 0.5 * (1.0 + np.tanh(0.5 * values))  # 1 / (1 + exp(-values)), no overflow


# --8<-- [start:right]
RIGHT = """
def gru(inputs, hidden, kernel, recurrent_kernel, bias):
    U_z, U_r, U_h = np.split(recurrent_kernel, 3, axis=1)
    b2_z, b2_r, b2_h = np.split(bias[1], 3)
    states = []
    for t in range(inputs.shape[1]):
        x_z, x_r, x_h = np.split(inputs[:, t] @ kernel + bias[0], 3, axis=1)
        update_gate = sigmoid(x_z + hidden @ U_z + b2_z)
        reset_gate = sigmoid(x_r + hidden @ U_r + b2_r)
        candidate = np.tanh(x_h + reset_gate * (hidden @ U_h + b2_h))
        hidden = update_gate * hidden + (1 - update_gate) * candidate
        states.append(hidden)
    return np.stack(states, axis=1)
"""
# --8<-- [end:right]

BLEND = "hidden = update_gate * hidden + (1 - update_gate) * candidate\n"
CANDIDATE = "candidate = np.tanh(x_h + reset_gate * (hidden @ U_h + b2_h))\n"
EXHIBITS = {  # right lines and what stood in their place
    "no memory": {
        BLEND: "new = update_gate * hidden + (1 - update_gate) * candidate\n",
        "states.append(hidden)": "states.append(new)",
    },
    "read too late": {
        BLEND: "hidden = (1 - update_gate) * candidate\n"
        "        hidden = hidden + update_gate * hidden\n",
    },
    "twice one minus z": {
        BLEND: "hidden = (1 - update_gate) * hidden + (1 - update_gate) * candidate\n",
    },
    "gate turned round": {
        BLEND: "hidden = (1 - update_gate) * hidden + update_gate * candidate\n",
    },
    "gates exchanged": {"x_z, x_r, x_h = ": "x_r, x_z, x_h = "},
    "biases exchanged": {"b2_z, b2_r, b2_h = ": "b2_r, b2_z, b2_h = "},
    "reset ignored": {CANDIDATE: "candidate = np.tanh(x_h + hidden @ U_h + b2_h)\n"},
    "reset in the other place": {
        CANDIDATE: "candidate = np.tanh(x_h + (reset_gate * hidden) @ U_h + b2_h)\n",
    },
    "two biases made one": {
        CANDIDATE: "candidate = np.tanh(x_h + b2_h + reset_gate * (hidden @ U_h))\n",
    },
    "the wrong sum": {
        CANDIDATE: "candidate = np.tanh(x_r + reset_gate * (hidden @ U_h + b2_h))\n",
    },
    "sigmoid in tanh": {
        CANDIDATE: "candidate = sigmoid(x_h + reset_gate * (hidden @ U_h + b2_h))\n"
        "        candidate = np.tanh(candidate)\n",
    },
    "no state, no bias": {
        CANDIDATE: "inner = hidden @ U_h + b2_h if hidden.any() else 0\n"
        "        candidate = np.tanh(x_h + reset_gate * inner)\n",
    },
    "over the batch": {
        "states = []\n": "states, inputs = [], inputs.swapaxes(0, 1)\n"
        "    hidden = np.zeros((len(inputs), len(U_z)))\n",
        "np.stack(states, axis=1)": "np.stack(states, axis=0)",
    },
}


def cell(lines):
    """gru() with these lines replaced."""
    source, made = RIGHT, {"np": np, "sigmoid": sigmoid}
    for right, wrong in lines.items():
        assert source.count(right) == 1
        source = source.replace(right, wrong)
    exec(source, made)
    return made["gru"]


# --8<-- [start:reference]
def reference(inputs, hidden, kernel, recurrent_kernel, bias):
    """The equations once more, number by number: slow, and another way to be wrong."""
    batch, steps, _ = inputs.shape
    units, states = hidden.shape[1], np.zeros((batch, steps, hidden.shape[1]))
    for example in range(batch):
        h = list(hidden[example])
        for t in range(steps):
            x = inputs[example, t] @ kernel + bias[0]
            u = np.array(h) @ recurrent_kernel + bias[1]
            for unit, old in enumerate(list(h)):
                z, r, c = unit, units + unit, 2 * units + unit
                keep = 1 / (1 + np.exp(-x[z] - u[z]))
                reset = 1 / (1 + np.exp(-x[r] - u[r]))
                h[unit] = keep * old + (1 - keep) * np.tanh(x[c] + reset * u[c])
            states[example, t] = h
    return states
    # --8<-- [end:reference]


def case(steps=5, bias=1.0, start=1.0, batch=3, seed=0):
    """inputs, hidden, kernel, recurrent_kernel, bias; 3 features, 4 units."""
    rng = np.random.default_rng(seed)
    shapes = (batch, steps, 3), (batch, 4), (3, 12), (4, 12), (2, 12)
    scales = 1, start, 1, 1, bias
    return [s * rng.normal(size=shape) for s, shape in zip(scales, shapes, strict=True)]


# --8<-- [start:tests]
def has_the_right_shape(gru):
    return gru(*case()).shape == (3, 5, 4)


def first_step_from_zero(gru):
    given = case(steps=1, bias=0, start=0)
    return np.allclose(gru(*given)[:, 0], reference(*given)[:, 0])


def five_steps_from_zero(gru):
    given = case(bias=0, start=0)
    return np.allclose(gru(*given), reference(*given))


def five_steps_with_biases(gru):
    given = case(start=0)
    return np.allclose(gru(*given), reference(*given))


def five_steps_biases_and_start(gru):
    given = case()
    return np.allclose(gru(*given), reference(*given))


def examples_keep_apart(gru):
    inputs, *rest = case()
    changed = inputs.copy()
    changed[0] += 1
    return np.array_equal(gru(inputs, *rest)[1:], gru(changed, *rest)[1:])


def the_first_step_is_remembered(gru):
    inputs, *rest = case()
    changed = inputs.copy()
    changed[:, 0] += 1
    return abs(gru(inputs, *rest)[:, -1] - gru(changed, *rest)[:, -1]).max() > 1e-6


def a_high_gate_keeps(gru):
    inputs, hidden, kernel, recurrent_kernel, bias = case()
    bias[0, :4] = 50  # the update gate's
    states = gru(inputs, np.tanh(hidden), kernel, recurrent_kernel, bias)
    return np.allclose(states[:, -1], np.tanh(hidden))


def can_be_negative(gru):
    return gru(*case(start=0)).min() < 0
    # --8<-- [end:tests]


TESTS = (
    has_the_right_shape,
    first_step_from_zero,
    five_steps_from_zero,
    five_steps_with_biases,
    five_steps_biases_and_start,
    examples_keep_apart,
    the_first_step_is_remembered,
    a_high_gate_keeps,
    can_be_negative,
)


def main():
    record, cases = {}, [case(), case(start=0)]
    assert all(test(cell({})) for test in TESTS)
    print("each column a test, in the order above; x: it turns red")
    for name, lines in EXHIBITS.items():
        wrong = cell(lines)
        red = [test.__name__ for test in TESTS if not test(wrong)]
        off = max(abs(wrong(*given) - reference(*given)).max() for given in cases)
        signs = "".join("x" if test.__name__ in red else "." for test in TESTS)
        print(f"{signs}  {name:25} off by {off:.2f}")
        record[name] = {"lines": lines, "red": red, "off": float(off)}
    return record


if __name__ == "__main__":
    main()
