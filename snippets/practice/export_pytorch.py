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
