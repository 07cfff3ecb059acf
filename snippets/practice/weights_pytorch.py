"""The weights of PyTorch's recurrent layers: how many, two biases, the formula, the way
from Keras.

inputs (batch, steps, features) = (5, 6, 3), with batch_first=True. Source:
torch.nn.GRU, torch.nn.LSTM, keras.layers.GRU.
"""

import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
inputs = torch.randn(5, 6, 3)


def off(a, b):
    return f"off by {(a - b).abs().max():.6f}"


# --8<-- [start:count]
for kind in (nn.RNN, nn.GRU, nn.LSTM):
    layer = kind(3, 4)  # 4 units on 3 features
    print(kind.__name__, sum(weight.numel() for weight in layer.parameters()))
# --8<-- [end:count]

# --8<-- [start:columns]
gru = nn.GRU(3, 4, batch_first=True)
print({name: list(weight.shape) for name, weight in gru.named_parameters()})
start = torch.full((1, 5, 4), 0.7)
with torch.no_grad():
    r, z, n = gru.bias_hh_l0.chunk(3)  # views: what is written there is in the layer
    kept = z.clone()
    z.fill_(50)  # an update gate that always keeps
    print("z at 1:", gru(inputs, start)[1][0, 0].numpy().round(4))
    z.copy_(kept)
# --8<-- [end:columns]

# --8<-- [start:two-biases]
right = gru(inputs)[1]
one = nn.GRU(3, 4, batch_first=True)
one.load_state_dict(gru.state_dict())
with torch.no_grad():
    b, b2 = one.bias_ih_l0, one.bias_hh_l0
    b[:8] += b2[:8]  # r and z
    b2[:8] = 0
    print("gates, one bias:        ", off(one(inputs)[1], right))
    b[8:] += b2[8:]  # the candidate
    b2[8:] = 0
    print("the candidate's as well:", off(one(inputs)[1], right))
# --8<-- [end:two-biases]

# --8<-- [start:formula]
cell = nn.GRUCell(3, 4)
x, old = inputs[:, 0], torch.randn(5, 4)
a = x @ cell.weight_ih.T + cell.bias_ih
b = old @ cell.weight_hh.T + cell.bias_hh
(a_r, a_z, a_n), (b_r, b_z, b_n) = a.chunk(3, 1), b.chunk(3, 1)
r, z = torch.sigmoid(a_r + b_r), torch.sigmoid(a_z + b_z)
n = torch.tanh(a_n + r * b_n)
new = cell(x, old)
print("(1 - z) * n + z * old:", off((1 - z) * n + z * old, new))
print("n + z * (old - n):    ", off(n + z * (old - n), new))
print("(1 - z) * old + z * n:", off((1 - z) * old + z * n, new))
turned = torch.sigmoid(-(a_z + b_z))  # every weight of z negated
print("... with z turned:    ", off((1 - turned) * old + turned * n, new))
# --8<-- [end:formula]

# --8<-- [start:reset-place]
after = torch.tanh(a_n + r * b_n)
U_n, b2_n = cell.weight_hh.chunk(3)[2], cell.bias_hh.chunk(3)[2]
before = torch.tanh(a_n + (r * old) @ U_n.T + b2_n)
print("after the product: ", off((1 - z) * after + z * old, new))
print("before the product:", off((1 - z) * before + z * old, new))
# --8<-- [end:reset-place]

# --8<-- [start:convert]
theirs = keras.layers.GRU(4, return_sequences=True, bias_initializer="normal")
answer = theirs(inputs)
kernel, recurrent, bias = theirs.get_weights()


def blocks(array):  # Keras has z, r, candidate, PyTorch r, z, candidate
    z, r, h = np.split(array, 3, axis=-1)
    return torch.tensor(np.concatenate([r, z, h], axis=-1))


ours = nn.GRU(3, 4, batch_first=True)
ours.load_state_dict(
    {
        "weight_ih_l0": blocks(kernel).T,
        "weight_hh_l0": blocks(recurrent).T,
        "bias_ih_l0": blocks(bias[0]),
        "bias_hh_l0": blocks(bias[1]),
    }
)
print("all states:", off(ours(inputs)[0], answer))
# --8<-- [end:convert]

# --8<-- [start:projection]
lstm = nn.LSTM(3, 8, proj_size=2, batch_first=True)
every, (h_n, c_n) = lstm(inputs)
print("output", tuple(every.shape), "h_n", tuple(h_n.shape), "c_n", tuple(c_n.shape))
print(
    "weight_hh", tuple(lstm.weight_hh_l0.shape), "weight_hr", *lstm.weight_hr_l0.shape
)
try:
    nn.GRU(3, 8, proj_size=2)
except ValueError as error:
    print(error)
# --8<-- [end:projection]
