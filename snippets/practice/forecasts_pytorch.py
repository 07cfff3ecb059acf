"""Forecasts in PyTorch: several steps ahead.

series (steps, columns), inputs (batch, steps, columns), targets (batch, ahead), with
batch_first=True. Source: torch.nn.GRU.
"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)  # two that wait for each other are slower

# --8<-- [start:ahead]
WINDOW, AHEAD = 24, 12
t = torch.arange(600.0)
season = torch.sin(t * 2 * torch.pi / 12) + 0.2 * torch.randn(600)
series = torch.stack([season, torch.cos(t * 2 * torch.pi / 12)], dim=1)  # two columns
cut = series.unfold(0, WINDOW + AHEAD, 1).transpose(1, 2)  # (windows, steps, columns)
inputs, targets = cut[:, :WINDOW], cut[:, WINDOW:, 0]  # forecast the first column

gru, out = nn.GRU(2, 16, batch_first=True), nn.Linear(16, AHEAD)
optimizer = torch.optim.Adam([*gru.parameters(), *out.parameters()], 0.01)
for _ in range(100):
    optimizer.zero_grad()
    _, h_n = gru(inputs[:400])
    nn.functional.mse_loss(out(h_n[-1]), targets[:400]).backward()
    optimizer.step()
with torch.no_grad():
    forecast = out(gru(inputs[400:])[1][-1])
off = (forecast - targets[400:]).abs().mean(dim=0)
print(tuple(forecast.shape), "forecasts")
print(f"error at step 1: {off[0]:.2f}, at step 12: {off[-1]:.2f}")
# --8<-- [end:ahead]

# --8<-- [start:fair]
drift = torch.zeros(600)
for t in range(1, 600):  # it wanders, and comes back slowly
    drift[t] = 0.9 * drift[t - 1] + 0.2 * torch.randn(())
cut = drift.unfold(0, WINDOW + AHEAD, 1)[..., None]
inputs, targets = cut[:, :WINDOW], cut[:, WINDOW:, 0]
gru, out = nn.GRU(1, 16, batch_first=True), nn.Linear(16, 1)
optimizer = torch.optim.Adam([*gru.parameters(), *out.parameters()], 0.01)
for _ in range(100):
    optimizer.zero_grad()
    found = out(gru(inputs[:400])[1][-1])
    nn.functional.mse_loss(found, targets[:400, :1]).backward()
    optimizer.step()

window, fed = inputs[400:], []
with torch.no_grad():
    for _ in range(AHEAD):  # its own answer goes in as the next value
        fed.append(out(gru(window)[1][-1]))
        window = torch.cat([window[:, 1:], fed[-1][:, None]], dim=1)
off = (torch.cat(fed, dim=1) - targets[400:]).abs().mean(dim=0)
print(f"step 1, from true values: off by {off[0]:.2f}")
print(f"step 12, from its own:    off by {off[-1]:.2f}")
# --8<-- [end:fair]
