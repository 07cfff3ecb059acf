"""Older PyTorch code: what it says now, and what to write.

inputs (batch, steps, features), with batch_first=True. Source: the PyTorch 0.4
migration guide, torch.nn.
"""

import tempfile
import warnings

import torch
from torch import nn

torch.manual_seed(0)
gru = nn.GRU(1, 4, batch_first=True)

# --8<-- [start:variable]
from torch.autograd import Variable

print(type(Variable(torch.zeros(1))).__name__, "- a Variable is a tensor")
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    x = Variable(torch.zeros(2, 5, 1), volatile=True)
print(str(warned[0].message).partition(". ")[0])
print("volatile, a graph is built:", gru(x)[0].requires_grad)
with torch.no_grad():
    print("no_grad, a graph is built: ", gru(x)[0].requires_grad)
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
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    nn.utils.clip_grad_norm(gru.parameters(), 1.0)
print(str(warned[0].message).partition(". ")[0])
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

# --8<-- [start:state-dict]
model = nn.ModuleDict({"gru": nn.GRU(3, 4), "out": nn.Linear(4, 1)})
with tempfile.TemporaryDirectory() as folder:
    torch.save(model.state_dict(), f"{folder}/weights.pt")  # the weights, no code
    again = nn.ModuleDict({"gru": nn.GRU(3, 4), "out": nn.Linear(4, 1)})
    print(again.load_state_dict(torch.load(f"{folder}/weights.pt", weights_only=True)))
    try:
        nn.GRU(3, 5).load_state_dict(model["gru"].state_dict())
    except RuntimeError as error:
        print(str(error).splitlines()[1].strip())
# --8<-- [end:state-dict]
