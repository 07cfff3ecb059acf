"""What a recurrent layer of PyTorch returns, with every switch.

inputs (batch, steps, features), with batch_first=True; h_n (layers x directions, batch,
units). Source: torch.nn.GRU.
"""

import torch

inputs = torch.randn(5, 10, 3, generator=torch.manual_seed(0))

# --8<-- [start:last]
gru = torch.nn.GRU(3, 4, batch_first=True)
every, h_n = gru(inputs)
print("every", every.shape, "  last", every[:, -1].shape)
# --8<-- [end:last]

# --8<-- [start:state]
print("h_n", h_n.shape, "batch second, whatever batch_first says")
print("h_n is the last output:", torch.equal(every[:, -1], h_n[0]))
output, (h_n, c_n) = torch.nn.LSTM(3, 4, batch_first=True)(inputs)
print("LSTM:", output.shape, h_n.shape, c_n.shape)
# --8<-- [end:state]

# --8<-- [start:stacked]
gru = torch.nn.GRU(3, 4, num_layers=2, batch_first=True)
every, h_n = gru(inputs)
print(every.shape, "the upper layer alone;", h_n.shape, "both layers' last")
print("h_n[-1] is the upper layer's:", torch.equal(every[:, -1], h_n[-1]))
# --8<-- [end:stacked]

# --8<-- [start:bidirectional]
both = torch.nn.GRU(3, 4, bidirectional=True, batch_first=True)
every, h_n = both(inputs)  # (5, 10, 8): 4 forward, 4 backward
other = inputs.clone()
other[:, :-1] = 0  # only the last step is left
alone, _ = both(other)
print("backward half at the last step has read only that step:")
print(torch.allclose(every[:, -1, 4:], alone[:, -1, 4:], atol=1e-6))
print("h_n takes it from the first step, where it has read all:")
print(torch.allclose(h_n[1], every[:, 0, 4:], atol=1e-6))
print("so a whole reading is", torch.cat([h_n[-2], h_n[-1]], dim=1).shape)
# --8<-- [end:bidirectional]

# --8<-- [start:layers]
deep = torch.nn.GRU(3, 4, num_layers=2, bidirectional=True, batch_first=True)
every, h_n = deep(inputs)
by_layer = h_n.view(2, 2, 5, 4)  # layers, directions, batch, units
print(h_n.shape, "->", by_layer.shape)
print(torch.equal(by_layer[1, 0], every[:, -1, :4]), "upper layer, forward")
print(torch.equal(by_layer[1, 1], every[:, 0, 4:]), "upper layer, backward")
# --8<-- [end:layers]

# --8<-- [start:sequential]
try:
    torch.nn.Sequential(torch.nn.GRU(3, 4), torch.nn.Linear(4, 1))(inputs)
except TypeError as error:
    print(error)


class LastState(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = torch.nn.GRU(3, 4, batch_first=True)
        self.out = torch.nn.Linear(4, 1)

    def forward(self, x):
        states, _ = self.gru(x)
        return self.out(states[:, -1])


print(LastState()(inputs).shape)
# --8<-- [end:sequential]

# --8<-- [start:units]
for units in (5, 50):
    for steps in (10, 1000):
        gru = torch.nn.GRU(3, units, batch_first=True)
        weights = sum(weight.numel() for weight in gru.parameters())
        states = gru(torch.zeros(1, steps, 3))[1]
        print(units, "units,", steps, "steps:", tuple(states.shape), weights)
# --8<-- [end:units]

# --8<-- [start:every-c]
lstm, inputs = torch.nn.LSTM(3, 4, batch_first=True), torch.ones(2, 6, 3)
state, cells = None, []
for step in inputs.split(1, dim=1):  # the layer itself, one step at a time
    output, state = lstm(step, state)
    cells.append(state[1][-1])
print("c at every step:", tuple(torch.stack(cells, dim=1).shape))
print("the last one is c_n:", torch.allclose(cells[-1], lstm(inputs)[1][1][-1]))
# --8<-- [end:every-c]

# --8<-- [start:up]
two = torch.nn.GRU(3, 4, num_layers=2, batch_first=True)
lower, upper = (torch.nn.GRU(size, 4, batch_first=True) for size in (3, 4))
for number, layer in enumerate((lower, upper)):
    names = {name: name.replace("l0", f"l{number}") for name in layer.state_dict()}
    layer.load_state_dict({ours: two.state_dict()[its] for ours, its in names.items()})

every, last = lower(inputs)
for name, states in (("zeros", upper(every)[0]), ("its state", upper(every, last)[0])):
    off = (states - two(inputs)[0]).abs().max()
    print(f"the upper layer starts from {name}: off by {off:.4f}")
# --8<-- [end:up]

# --8<-- [start:directions]
both = torch.nn.GRU(3, 4, batch_first=True, bidirectional=True)
for end in ("as drawn", "copied  "):
    _, (forward, backward) = both(inputs)
    _, (again, _) = both(inputs.flip(1))  # the sequence turned round
    off = (again - backward).abs().max()
    print(f"{end}: forward over the reversed sequence is off by {off:.4f}")
    with torch.no_grad():
        for name, weight in both.named_parameters():
            if name.endswith("_reverse"):
                getattr(both, name.removesuffix("_reverse")).copy_(weight)
# --8<-- [end:directions]
