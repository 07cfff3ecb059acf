"""State between batches in PyTorch: given, returned, detached.

inputs (batch, steps, features), with batch_first=True; a state (layers, batch, units).
Source: torch.nn.GRU.
"""

import torch

torch.manual_seed(0)
inputs = torch.randn(2, 12, 1)

# --8<-- [start:forgets]
gru = torch.nn.GRU(1, 4, batch_first=True)
_, whole = gru(inputs)
gru(inputs[:, :6])  # the first half ...
_, second = gru(inputs[:, 6:])  # ... is forgotten before the second
print(f"in two calls: off by {(whole - second).abs().max():.3f}")
# --8<-- [end:forgets]

# --8<-- [start:by-hand]
_, state = gru(inputs[:, :6])
_, state = gru(inputs[:, 6:], state)
print(f"by hand, in two calls: off by {(whole - state).abs().max():.6f}")
# --8<-- [end:by-hand]

# --8<-- [start:backward]
state = None
try:
    for chunk in inputs.split(6, dim=1):
        states, state = gru(chunk, state)
        states.pow(2).mean().backward()
except RuntimeError as error:
    print(str(error).partition(" (")[0])

state = None
for chunk in inputs.split(6, dim=1):
    states, state = gru(chunk, state)
    states.pow(2).mean().backward()
    state = state.detach()  # its value goes on, its history ends here
print("detached: runs")
# --8<-- [end:backward]

# --8<-- [start:gradient]
first = inputs[:, :6].clone().requires_grad_()
_, state = gru(first)
after = gru(inputs[:, 6:], state)[1].sum()
print("kept:", bool((torch.autograd.grad(after, first)[0] != 0).all()))
_, state = gru(first)
after = gru(inputs[:, 6:], state.detach())[1].sum()
print("detached:", torch.autograd.grad(after, first, allow_unused=True)[0])
# --8<-- [end:gradient]

# --8<-- [start:other-size]
_, state = gru(inputs)  # of a batch of 2
try:
    gru(inputs[:1], state)  # the last, smaller batch of a data set
except RuntimeError as error:
    print(error)

print(gru(inputs[:1], state[:, :1])[1].shape)
# --8<-- [end:other-size]


# --8<-- [start:learned]
class LearnedStart(torch.nn.Module):
    def __init__(self, units):
        super().__init__()
        self.gru = torch.nn.GRU(1, units, batch_first=True)
        self.start = torch.nn.Parameter(torch.zeros(1, 1, units))

    def forward(self, x):
        start = self.start.expand(1, len(x), -1).contiguous()
        return self.gru(x, start)[1][-1]


layer = LearnedStart(4)
print(layer(inputs).shape, len(list(layer.parameters())), "weights learn")
# --8<-- [end:learned]

# --8<-- [start:lstm]
lstm = torch.nn.LSTM(1, 4, batch_first=True)
try:
    lstm(inputs, torch.zeros(1, 2, 4))
except IndexError as error:
    print(error, "(its state is a pair)")

_, (h, c) = lstm(inputs, (torch.zeros(1, 2, 4), torch.zeros(1, 2, 4)))
_, state = lstm(inputs, (h.detach(), c.detach()))
print(len(state), "parts, h and c; detach both")
# --8<-- [end:lstm]

# --8<-- [start:init-hidden]
gru = torch.nn.GRU(1, 4, batch_first=True)
state = torch.zeros(1, 32, 4)  # made once, for batches of 32
last = torch.randn(8, 6, 1)  # what is left for the last batch
try:
    gru(last, state)
except RuntimeError as error:
    print(error)

made = torch.zeros(1, last.shape[0], 4)  # as large as this batch
print("left out is zeros:", torch.equal(gru(last)[1], gru(last, made)[1]))
try:
    gru(last, h_0=made)
except TypeError as error:
    print(error)

print("hx is its name:", torch.equal(gru(last, hx=made)[1], gru(last)[1]))
# --8<-- [end:init-hidden]

# --8<-- [start:every-step]
cell, x = torch.nn.GRUCell(1, 4), torch.randn(6, 2, 1, requires_grad=True)
for detach in (False, True):
    h = torch.zeros(2, 4)
    for t in range(6):
        h = cell(x[t], h.detach() if detach else h)
    (found,) = torch.autograd.grad(h.sum(), x)
    print("detached:" if detach else "kept:    ", (found[:, 0, 0] != 0).int().tolist())
# --8<-- [end:every-step]

# --8<-- [start:rows-end]
gru = torch.nn.GRU(1, 4, batch_first=True)
first, second = torch.randn(3, 5, 1), torch.randn(3, 5, 1)
_, state = gru(first)
ended = torch.tensor([False, True, False])  # row 1 begins something new
_, after = gru(second, state * ~ended[None, :, None])
anew, on = gru(second)[1], gru(torch.cat([first, second], dim=1))[1]
print("row 1 as from zeros:", torch.allclose(after[:, 1], anew[:, 1], atol=1e-6))
print("row 0 goes on:", torch.allclose(after[:, 0], on[:, 0], atol=1e-6))
# --8<-- [end:rows-end]
