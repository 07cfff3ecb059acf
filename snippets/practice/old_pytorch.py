"""Older PyTorch code: what it says now, and what to write.

inputs (batch, steps, features), with batch_first=True. Source: the PyTorch 0.4
migration guide, torch.nn.
"""

import warnings

import torch
from torch import nn

torch.manual_seed(0)
gru = nn.GRU(1, 4, batch_first=True)

# --8<-- [start:variable]
from torch.autograd import Variable  # noqa: E402

print(type(Variable(torch.zeros(1))).__name__, "- a Variable is a tensor")
try:
    Variable(torch.zeros(1), volatile=True)
except TypeError as error:
    print(error)

with torch.no_grad():
    print(gru(torch.zeros(2, 5, 1))[0].requires_grad)
# --8<-- [end:variable]

# --8<-- [start:item]
loss = gru(torch.zeros(2, 5, 1))[0].pow(2).mean()
try:
    loss.data[0]
except IndexError as error:
    print(error)

print(type(loss.item()).__name__)
# --8<-- [end:item]

# --8<-- [start:clip]
print("clip_grad_norm: ", hasattr(nn.utils, "clip_grad_norm"))
print("clip_grad_norm_:", hasattr(nn.utils, "clip_grad_norm_"))
# --8<-- [end:clip]

# --8<-- [start:average]
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    nn.MSELoss(size_average=False)(torch.zeros(3), torch.ones(3))
print(warned[0].message)
print(nn.MSELoss(reduction="sum")(torch.zeros(3), torch.ones(3)).item())
# --8<-- [end:average]

# --8<-- [start:repackage]
_, state = gru(torch.zeros(2, 5, 1))
state = state.detach()  # once called repackage_hidden(state)
print(state.requires_grad)
# --8<-- [end:repackage]
