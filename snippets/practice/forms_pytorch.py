"""The forms of a task in PyTorch: one to many, many to one, many to many.

inputs (batch, steps, features), with batch_first=True. Source: torch.nn.GRU.
"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)  # two that wait for each other are slower

# --8<-- [start:many-to-one]
gru, out = nn.GRU(3, 8, batch_first=True), nn.Linear(8, 2)
states, h_n = gru(torch.zeros(5, 20, 3))
print(out(h_n[-1]).shape)
# --8<-- [end:many-to-one]

# --8<-- [start:aligned]
states, _ = gru(torch.zeros(5, 20, 3))
print(out(states).shape)  # a Linear works on the last axis, at every step
# --8<-- [end:aligned]

# --8<-- [start:one-to-many]
vector = torch.zeros(5, 3)
states, _ = gru(vector[:, None].expand(-1, 7, -1))  # the same vector at 7 steps
print(out(states).shape)
# --8<-- [end:one-to-many]

# --8<-- [start:seq2seq]
VOCABULARY, UNITS, START = 10, 32, 0  # tokens 1 to 9 are digits
question = torch.randint(1, VOCABULARY, (2000, 4))
answer = question.flip(1)  # the digits backwards
told = torch.cat([torch.full((2000, 1), START), answer[:, :-1]], dim=1)  # a step late

embed = nn.Embedding(VOCABULARY, 16)
encoder = nn.GRU(16, UNITS, batch_first=True)
decoder = nn.GRU(16, UNITS, batch_first=True)
score = nn.Linear(UNITS, VOCABULARY)
parts = nn.ModuleList([embed, encoder, decoder, score])
optimizer = torch.optim.Adam(parts.parameters(), lr=0.01)
for _ in range(30):
    for part in torch.randperm(2000).split(64):
        _, thought = encoder(embed(question[part]))
        states, _ = decoder(embed(told[part]), thought)
        scores = score(states).flatten(0, 1)
        loss = nn.functional.cross_entropy(scores, answer[part].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
# --8<-- [end:seq2seq]


# --8<-- [start:decode]
@torch.no_grad()
def decoded(question, steps=4):
    """Feeds back its own answers: at this point nobody tells it the right ones."""
    _, state = encoder(embed(question))
    token, found = torch.full((len(question), 1), START), []
    for _ in range(steps):
        states, state = decoder(embed(token), state)
        token = score(states).argmax(dim=-1)
        found.append(token)
    return torch.cat(found, dim=1)


new = torch.randint(1, VOCABULARY, (500, 4))
print(new[0].tolist(), "->", decoded(new[:1])[0].tolist())
right = (decoded(new) == new.flip(1)).float().mean()
print("most of the new ones right:", bool(right > 0.8))
# --8<-- [end:decode]

# --8<-- [start:attention]
gru, score = nn.GRU(3, 8, batch_first=True), nn.Linear(8, 1)
states, _ = gru(torch.ones(2, 5, 3))
weights = score(states).softmax(dim=1)  # over the steps, not over the features
vector = (weights * states).sum(dim=1)
print("one vector a sequence:", tuple(vector.shape), "weights:", tuple(weights.shape))
print("they sum to one:", torch.allclose(weights.sum(dim=1), torch.ones(2, 1)))
# --8<-- [end:attention]

# --8<-- [start:static]
fixed = torch.ones(4, 2)
start, out = nn.Linear(2, 8), nn.Linear(8 + 2, 1)
first = start(fixed).tanh()[None]  # into the first state: (layers, batch, units)
_, last = gru(torch.ones(4, 6, 3), first)
print(tuple(out(torch.cat([last[-1], fixed], dim=1)).shape))  # and beside the last
# --8<-- [end:static]


# --8<-- [start:own-cell]
class Leaky(nn.Module):
    """h' = 0.9 h + 0.1 tanh(x W + h U): any formula of your own."""

    def __init__(self, features, units):
        super().__init__()
        self.units = units
        self.both = nn.Linear(features + units, units)

    def forward(self, inputs):
        state = inputs.new_zeros(inputs.shape[0], self.units)
        outputs = []
        for step in inputs.unbind(dim=1):
            new = self.both(torch.cat([step, state], dim=1)).tanh()
            state = 0.9 * state + 0.1 * new
            outputs.append(state)
        return torch.stack(outputs, dim=1), state


print(tuple(Leaky(3, 4)(torch.ones(2, 5, 3))[0].shape))
# --8<-- [end:own-cell]

# --8<-- [start:decoder-size]
encoder, narrow = nn.LSTM(2, 8, batch_first=True), nn.LSTM(1, 1, batch_first=True)
_, state = encoder(torch.ones(2, 5, 2))
try:
    narrow(torch.zeros(2, 1, 1), state)  # one number out, so hidden_size=1?
except RuntimeError as error:
    print(error)
decoder, number = nn.LSTM(1, 8, batch_first=True), nn.Linear(8, 1)
answer, answers = torch.zeros(2, 1, 1), []
for _ in range(3):
    output, state = decoder(answer, state)
    answer = number(output)  # (batch, 1, 1), and back in
    answers.append(answer)
print("three numbers for each:", tuple(torch.cat(answers, dim=1).shape))
# --8<-- [end:decoder-size]

# --8<-- [start:first-state]
torch.manual_seed(0)
encoder, decoder = nn.LSTM(3, 8, batch_first=True), nn.LSTM(8, 8, batch_first=True)
_, (h, c) = encoder(torch.zeros(2, 7, 3))  # each (layers, batch, units)
repeated = h[-1][:, None].expand(-1, 5, -1)  # the decoder reads a sequence, too
states, _ = decoder(repeated, (h, c))  # the state: a pair, and no keyword
print(nn.Linear(8, 3)(states).shape)
# --8<-- [end:first-state]

# --8<-- [start:autoencoder]
waves = torch.sin(6 * torch.rand(100, 1) + torch.arange(20) / 3)[..., None]
encoder, decoder = nn.GRU(1, 8, batch_first=True), nn.GRU(8, 16, batch_first=True)
out = nn.Linear(16, 1)
parts = nn.ModuleList([encoder, decoder, out])
optimizer = torch.optim.Adam(parts.parameters(), 0.01)
for _ in range(200):
    optimizer.zero_grad()
    _, h_n = encoder(waves)  # all it may keep of a wave: eight numbers
    states, _ = decoder(h_n[-1][:, None].expand(-1, 20, -1))
    loss = nn.functional.mse_loss(out(states), waves)
    loss.backward()
    optimizer.step()
print(f"loss {loss:.4f}, of a flat line {waves.var():.4f}")
# --8<-- [end:autoencoder]

# --8<-- [start:hierarchy]
embed, letters = nn.Embedding(30, 8), nn.GRU(8, 16, batch_first=True)
words = nn.GRU(16, 32, batch_first=True)
text = torch.randint(30, (5, 7, 12))  # (sentences, words, letters)
_, h_n = letters(embed(text.flatten(0, 1)))  # every word is an example
print(words(h_n[-1].unflatten(0, (5, 7)))[1].shape)
# --8<-- [end:hierarchy]
