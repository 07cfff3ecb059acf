"""The forms of a task in PyTorch: one to many, many to one, many to many.

inputs (batch, steps, features), with batch_first=True. Source: torch.nn.GRU.
"""

import torch
from torch import nn

torch.manual_seed(0)

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
