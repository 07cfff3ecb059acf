"""Speed in PyTorch: a layer against a loop of cells, batches, what prediction needs.

inputs (batch, steps, features), with batch_first=True. Times are of one processor and
differ from run to run. Source: torch.nn.GRU, torch.inference_mode.
"""

import time
from functools import partial

import torch
from torch import nn

torch.manual_seed(0)


def milliseconds(*calls, times=40):
    """The median time of each call; they take turns, so that what else the machine does
    hits all alike.
    """
    taken = [[] for _ in calls]
    for _ in range(times):
        for call, mine in zip(calls, taken, strict=True):
            started = time.perf_counter()
            call()
            mine.append(1000 * (time.perf_counter() - started))
    medians = [sorted(mine)[times // 2] for mine in taken]
    return medians if len(calls) > 1 else medians[0]


# --8<-- [start:loop]
gru, cell = nn.GRU(8, 64, batch_first=True), nn.GRUCell(8, 64)
with torch.no_grad():
    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        getattr(cell, name).copy_(getattr(gru, f"{name}_l0"))
inputs = torch.randn(32, 100, 8)


def by_cell():
    state = torch.zeros(32, 64)
    for t in range(100):
        state = cell(inputs[:, t], state)
    return state


print("the same numbers:", torch.allclose(by_cell(), gru(inputs)[1][0], atol=1e-5))
layer, loop = milliseconds(lambda: gru(inputs), by_cell)
print(f"layer {layer:.1f} ms, loop of cells {loop:.1f} ms")
# --8<-- [end:loop]

# --8<-- [start:compile]
try:
    torch.compile(gru, fullgraph=True)(inputs)
except Exception as error:
    print(*[line.strip() for line in str(error).splitlines()[1:3]], sep="\n")

torch.compile(gru)(inputs)  # runs: the layer stays as it is
# --8<-- [end:compile]

# --8<-- [start:inference]
with torch.inference_mode():
    print("gradients kept:", gru(inputs)[1].requires_grad, end=", ")
    print(f"{milliseconds(lambda: gru(inputs)):.1f} ms")
print("gradients kept:", gru(inputs)[1].requires_grad)
# --8<-- [end:inference]


# --8<-- [start:batches]
def an_example(batch):
    inputs = torch.zeros(batch, 50, 8)
    return milliseconds(lambda: gru(inputs)) / batch


print(f"batch of  1: {an_example(1):6.3f} ms an example")
print(f"batch of 32: {an_example(32):6.3f} ms an example")
# --8<-- [end:batches]

# --8<-- [start:eval]
deep = nn.GRU(8, 64, num_layers=2, dropout=0.5, batch_first=True)
with torch.no_grad():
    same = torch.equal(deep(inputs)[1], deep(inputs)[1])
    print("no_grad alone, twice the same:", same)
    deep.eval()
    same = torch.equal(deep(inputs)[1], deep(inputs)[1])
    print("with eval(),   twice the same:", same)
# --8<-- [end:eval]

# --8<-- [start:gpu]
ARITHMETIC = ("mm", "addmm", "add", "add_", "sub", "mul_", "sigmoid_", "tanh_")


def operations(steps, batch):
    """How many pieces of arithmetic a call starts, one after the other."""
    inputs = torch.zeros(batch, steps, 8)
    with torch.profiler.profile() as profile, torch.no_grad():
        gru(inputs)
    found = profile.key_averages()
    names = [f"aten::{name}" for name in ARITHMETIC]
    return sum(event.count for event in found if event.key in names)


for steps, batch in ((100, 1), (100, 256), (10, 256)):
    print(f"{steps} steps, batch of {batch}: {operations(steps, batch)} operations")
# --8<-- [end:gpu]

# --8<-- [start:twice]
x = torch.randn(2, 5, 8, requires_grad=True)
with torch.backends.cudnn.flags(enabled=False):  # around the forward pass
    answer = gru(x)[1].sum()
(gradient,) = torch.autograd.grad(answer, x, create_graph=True)
gradient.square().sum().backward()  # a penalty on the gradient, differentiated
print("a gradient of a gradient:", bool(gru.weight_hh_l0.grad.any()))
# --8<-- [end:twice]

# --8<-- [start:flatten]
before = gru(inputs)[1]
gru.flatten_parameters()  # arranges memory, changes no number
print("the same numbers:", torch.equal(before, gru(inputs)[1]))
# --8<-- [end:flatten]


# --8<-- [start:memory]
def kept(layer, inputs):
    """Megabytes that a forward pass keeps for the way back."""
    sizes = {}

    def note(tensor):
        sizes[tensor.data_ptr()] = tensor.nbytes
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        layer(inputs)
    return sum(sizes.values()) / 1e6


long, short = torch.randn(400, 32, 64), torch.randn(100, 32, 64)
for kind in (torch.nn.RNN, torch.nn.GRU, torch.nn.LSTM):
    layer = kind(64, 128)
    weights = sum(one.nbytes for one in layer.parameters()) / 1e6
    steps = [f"{len(one)} steps {kept(layer, one):.0f} MB" for one in (short, long)]
    print(f"{kind.__name__:4} weights {weights:.1f} MB, kept:", ", ".join(steps))
# --8<-- [end:memory]

# --8<-- [start:packed]
lengths, padded = torch.linspace(500, 1000, 16).long(), torch.randn(16, 1000, 8)
packed = nn.utils.rnn.pack_padded_sequence(
    padded, lengths, batch_first=True, enforce_sorted=False
)


def learn(layer, given):
    states = layer(given)[0]
    (states if given is padded else states.data).sum().backward()


for kind in (nn.GRU, nn.LSTM):
    calls = [partial(learn, kind(8, 16, batch_first=True), x) for x in (padded, packed)]
    whole, packs = milliseconds(*calls, times=5)
    print(f"{kind.__name__:4} padded {whole:.0f} ms, packed {packs:.0f} ms")
# --8<-- [end:packed]
