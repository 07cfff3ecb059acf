"""A GRU of PyTorch as an ONNX file: lengths, batch sizes, state, what it computes.

inputs (batch, steps, features), with batch_first=True; a state (layers, batch, units).
Source: torch.onnx.export, the GRU operator of ONNX.
"""

import io
import warnings

import onnx
import onnxruntime
import torch

torch.manual_seed(0)
gru = torch.nn.GRU(3, 4, batch_first=True)


# --8<-- [start:export]
def exported(module, given, **options):
    file = io.BytesIO()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        torch.onnx.export(module, given, file, dynamo=False, **options)
    return file.getvalue(), [str(one.message) for one in warned]


def answers(file, **given):
    session = onnxruntime.InferenceSession(file)
    return session.run(None, {name: x.numpy() for name, x in given.items()})
    # --8<-- [end:export]


# --8<-- [start:sizes]
names = {"input_names": ["x"], "output_names": ["states", "last"]}
fixed, _ = exported(gru, (torch.zeros(2, 6, 3),), **names)
try:
    answers(fixed, x=torch.zeros(5, 6, 3))
except Exception as error:
    print(str(error).partition(" : ")[2].partition("\n ")[0][20:])
    print(str(error).splitlines()[1].strip())

free = {"dynamic_axes": {"x": {0: "batch", 1: "steps"}}}
file, warned = exported(gru, (torch.zeros(2, 6, 3),), **names, **free)
for shape in ((5, 6, 3), (1, 50, 3)):
    x = torch.randn(shape)
    off = abs(answers(file, x=x)[0] - gru(x)[0].detach().numpy()).max()
    print(f"{shape}: off by {off:.6f}")
# --8<-- [end:sizes]

# --8<-- [start:warning]
print(warned[-1].partition(". ")[0])
state = torch.zeros(1, 1, 4)
for given in ((torch.zeros(1, 6, 3),), (torch.zeros(1, 6, 3), state)):
    _, again = exported(gru, given)
    print(f"batch of one, {len(given)} inputs: warned", warned[-1] in again)
# --8<-- [end:warning]

# --8<-- [start:state]
names = {"input_names": ["x", "before"], "output_names": ["states", "after"]}
step, _ = exported(gru, (torch.zeros(1, 1, 3), torch.zeros(1, 1, 4)), **names)
series, state = torch.randn(1, 50, 3), torch.zeros(1, 1, 4)
for t in range(50):  # a step at a time, the state in your hands
    _, after = answers(step, x=series[:, t : t + 1], before=state)
    state = torch.tensor(after)
off = (state - gru(series)[1]).abs().max()
print(f"fifty single steps: off by {off:.6f}")
# --8<-- [end:state]

# --8<-- [start:reset]
(node,) = [
    one for one in onnx.load_from_string(file).graph.node if one.op_type == "GRU"
]
for attribute in node.attribute:
    if attribute.name == "linear_before_reset":
        print("linear_before_reset:", attribute.i)
# --8<-- [end:reset]


# --8<-- [start:script]
class Around(torch.nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.layer = kind(3, 4)

    def forward(self, x):
        return self.layer(x)[0]


class ByCell(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = torch.nn.GRUCell(3, 4)

    def forward(self, x):
        state = torch.zeros(x.shape[1], 4)
        for step in x:  # (steps, batch, features)
            state = self.cell(step, state)
        return state


warnings.simplefilter("ignore")  # TorchScript is deprecated
five, nine = torch.ones(5, 2, 3), torch.ones(9, 2, 3)
for kind in (torch.nn.RNN, torch.nn.GRU, torch.nn.LSTM):
    model = Around(kind)
    print(
        kind.__name__,
        "scripted:",
        torch.equal(torch.jit.script(model)(five), model(five)),
    )
try:
    torch.jit.script(torch.nn.GRU(3, 4))(five)
except AttributeError as error:
    print("alone:", error)

model = ByCell()
traced = torch.jit.trace(model, five)
print("traced with 5 steps, right for 5:", torch.allclose(traced(five), model(five)))
try:
    traced(nine)
except RuntimeError as error:
    print(str(error).splitlines()[-1])
# --8<-- [end:script]

# --8<-- [start:node]
x, h = torch.ones(1, 5, 3), torch.zeros(1, 1, 4)
file, _ = exported(torch.nn.LSTM(3, 4, batch_first=True), (x, (h, h)))
node = next(n for n in onnx.load_from_string(file).graph.node if n.op_type == "LSTM")
names = ("X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c")
for place, (name, given) in enumerate(zip(names, node.input, strict=True)):
    print(place, f"{name:14}", "given" if given else "left out")
# --8<-- [end:node]

# --8<-- [start:open]
step = torch.export.Dim("steps")
try:
    torch.export.export(gru, (torch.zeros(2, 6, 3),), dynamic_shapes=({1: step},))
except Exception as error:
    print(str(error).splitlines()[0][:90])
# --8<-- [end:open]

# --8<-- [start:layout]
file, _ = exported(gru, (torch.zeros(2, 6, 3),))
kinds = [node.op_type for node in onnx.load_from_string(file).graph.node]
print([kind for kind in kinds if kind in ("Transpose", "GRU")])
make, number = onnx.helper, onnx.TensorProto.FLOAT
given = make.make_tensor_value_info("x", number, [2, 6, 3])  # (batch, steps, features)
asked = make.make_tensor_value_info("y", number, [2, 6, 1, 4])
weights = [
    make.make_tensor(name, number, shape, [0.0] * (12 * shape[2]))
    for name, shape in (("W", (1, 12, 3)), ("R", (1, 12, 4)))
]
node = make.make_node("GRU", ["x", "W", "R"], ["y"], hidden_size=4, layout=1)
graph = make.make_graph([node], "one", [given], [asked], weights)
version = [make.make_opsetid("", 14)]
model = make.make_model(graph, opset_imports=version, ir_version=8)
try:
    answers(model.SerializeToString(), x=torch.zeros(2, 6, 3))
except Exception as error:
    print(str(error).rpartition("false. ")[2])
# --8<-- [end:layout]


# --8<-- [start:packed]
class Packed(torch.nn.Module):
    def __init__(self, unpack):
        super().__init__()
        self.gru, self.unpack = torch.nn.GRU(3, 4, batch_first=True), unpack

    def forward(self, x, lengths):
        packed = torch.nn.utils.rnn.pack_padded_sequence(
            x, lengths, batch_first=True, enforce_sorted=False
        )
        states, h_n = self.gru(packed)
        if not self.unpack:
            return h_n
        states, _ = torch.nn.utils.rnn.pad_packed_sequence(
            states, batch_first=True, total_length=x.shape[1]
        )
        return states, h_n


example = torch.zeros(2, 6, 3), torch.tensor([6, 4])
free = {"dynamic_axes": {"x": {0: "batch", 1: "steps"}, "lengths": {0: "batch"}}}
names = {"input_names": ["x", "lengths"]}
try:
    exported(Packed(unpack=False), example, **names, **free)  # prints the whole graph
except RuntimeError as error:
    print("not unpacked:", str(error).partition(": ")[0])

module = Packed(unpack=True)
file, _ = exported(module, example, **names, **free)
given = {"x": torch.randn(3, 9, 3), "lengths": torch.tensor([2, 8, 7])}
wanted = [one.detach().numpy() for one in module(**given)]
found = answers(file, **given)
off = max(abs(a - b).max() for a, b in zip(found, wanted, strict=True))
print(f"unpacked in the module, other sizes: off by {off:.6f}")


class Frozen(Packed):
    def forward(self, x, lengths):
        return super().forward(x, lengths.tolist())


file, warned = exported(Frozen(unpack=True), example, **names, **free)
inputs = onnxruntime.InferenceSession(file).get_inputs()
print("a list of lengths:", *[one.name for one in inputs], "is left of the inputs")
x = torch.randn(2, 6, 3)
off = abs(answers(file, x=x)[1] - module(x, torch.tensor([3, 6]))[1].detach().numpy())
print(f"for lengths 3 and 6: off by {off.max():.2f}")
# --8<-- [end:packed]
