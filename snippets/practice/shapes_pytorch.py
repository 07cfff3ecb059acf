"""Shapes in PyTorch: what a recurrent layer reads, and what its errors mean.

inputs (batch, steps, features), with batch_first=True. Source: torch.nn.GRU.
"""

import warnings

import torch

# --8<-- [start:ndim]
gru = torch.nn.GRU(1, 4, batch_first=True)
series = torch.zeros(32, 10)  # 32 series of 10 values
try:
    gru(series)
except Exception as error:
    print(error)

states, last = gru(series[..., None])  # (32, 10, 1)
print(states.shape)
ten = torch.nn.GRU(10, 4, batch_first=True)  # (32, 10) as one series without a batch:
print(ten(series)[0].shape)  # no error, 32 time steps of 10 features
# --8<-- [end:ndim]

# --8<-- [start:features]
gru = torch.nn.GRU(3, 4, batch_first=True)
try:
    gru(torch.zeros(32, 10, 5))
except Exception as error:
    print(error)

print(gru(torch.zeros(32, 7, 3))[0].shape)  # any number of steps
# --8<-- [end:features]

# --8<-- [start:convolution]
pictures = torch.zeros(2, 64, 1, 28, 28)  # 2 examples of 64 pictures in a row
maps = torch.nn.Conv2d(1, 8, 3)(pictures.flatten(0, 1))  # all pictures at once
rows = maps.flatten(1).unflatten(0, (2, 64))  # (2, 64, what each picture gave)
gru = torch.nn.GRU(rows.shape[-1], 4, batch_first=True)
print(tuple(maps.shape), "->", tuple(rows.shape), "->", tuple(gru(rows)[0].shape))
# --8<-- [end:convolution]

# --8<-- [start:order]
gru = torch.nn.GRU(2, 4)  # without batch_first
inputs = torch.randn(3, 8, 2, generator=torch.manual_seed(0))  # 3 examples of 8 steps
changed = inputs.clone()
changed[0] += 1  # only example 0


def moved(layer):
    """Which of the three examples notice?"""
    differs = (layer(inputs)[0] - layer(changed)[0]).abs()
    return (differs.amax(dim=(1, 2)) > 1e-6).tolist()


print("as PyTorch reads it by default:", moved(gru))
gru.batch_first = True
print("with batch_first=True:         ", moved(gru))
# --8<-- [end:order]

# --8<-- [start:targets]
answers = torch.zeros(4, 1)  # what a Linear(4, 1) gives
targets = torch.tensor([0.0, 1.0, 2.0, 3.0])  # (4,)
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    wrong = torch.nn.functional.mse_loss(answers + targets[:, None], targets)
print(str(warned[0].message).partition(". ")[0])
right = torch.nn.functional.mse_loss((answers + targets[:, None])[:, 0], targets)
print(f"a perfect answer costs {wrong:.2f}; of the same shape {right:.2f}")
# --8<-- [end:targets]

# --8<-- [start:initial]
gru = torch.nn.GRU(1, 4, batch_first=True)
inputs = torch.zeros(5, 10, 1)
try:
    gru(inputs, torch.zeros(5, 1, 4))
except RuntimeError as error:
    print(error)

print(gru(inputs, torch.zeros(1, 5, 4))[0].shape)  # (layers, batch, units), always
# --8<-- [end:initial]

# --8<-- [start:one-step]
lags = torch.randn(32, 7)
for inputs in (lags[:, None, :], lags[:, :, None]):
    gru = torch.nn.GRU(inputs.shape[2], 4, batch_first=True)
    gru(inputs)[1].square().mean().backward()
    gradient = gru.weight_hh_l0.grad
    print(tuple(inputs.shape), "learns to remember:", bool(gradient.any()))
# --8<-- [end:one-step]

# --8<-- [start:one-at-a-time]
gru = torch.nn.GRU(3, 4, batch_first=True)
now, state = torch.zeros(5, 3), torch.zeros(5, 4)  # one step of each of 5 examples
try:
    gru(now[:, None], state)
except RuntimeError as error:
    print(error)

output, h_n = gru(now[:, None], state[None])  # a sequence of one step, one layer
print(tuple(output[:, 0].shape), tuple(h_n.shape))
# --8<-- [end:one-at-a-time]
