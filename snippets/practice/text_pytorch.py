"""Text in PyTorch: codes, embeddings, sampling.

tokens (batch, steps). Source: torch.nn.Embedding, torch.multinomial.
"""

import torch
from torch import nn

torch.manual_seed(0)

# --8<-- [start:one-hot]
embedding = nn.Embedding(5, 3)
tokens = torch.tensor([[4, 0]])
one_hot = nn.functional.one_hot(tokens, 5).float()
same = torch.allclose(one_hot @ embedding.weight, embedding(tokens))
print("a product with one-hot rows:", same)
# --8<-- [end:one-hot]

# --8<-- [start:range]
embedding = nn.Embedding(10, 4)
try:
    embedding(torch.tensor([[3, 10]]))  # the largest allowed is 9
except IndexError as error:
    print(error)
try:
    embedding(torch.tensor([[3.0, 9.0]]))
except RuntimeError as error:
    print(error)
# --8<-- [end:range]


# --8<-- [start:sampling]
def sample(scores, temperature, times=1000):
    shares = (scores / temperature).softmax(dim=-1)
    return torch.multinomial(shares, times, replacement=True)


scores = torch.tensor([2.0, 1.0, 0.0])
for temperature in (0.1, 1.0, 5.0):
    found = sample(scores, temperature).bincount(minlength=3)
    print(f"temperature {temperature}: {(found / 1000).numpy()}")
# --8<-- [end:sampling]

# --8<-- [start:one-at-a-time]
embedding, gru, score = (
    nn.Embedding(10, 4),
    nn.GRU(4, 8, batch_first=True),
    nn.Linear(8, 10),
)
token, state, found = torch.tensor([[1]]), None, []
with torch.no_grad():
    for _ in range(5):  # one letter in, one letter out, the state kept
        output, state = gru(embedding(token), state)
        token = score(output).argmax(dim=-1)
        found.append(token.item())
    again = score(gru(embedding(torch.tensor([[1, *found[:-1]]])))[0]).argmax(dim=-1)
print("the same as reading it all again:", again[0].tolist() == found)
# --8<-- [end:one-at-a-time]

# --8<-- [start:pretrained]
vectors = {"key": [0.2, 0.7], "door": [0.4, -0.1]}  # as read from the file
table = torch.zeros(4, 2)  # the rows of: padding, unknown, key, door
for row, word in enumerate(["key", "door"], start=2):
    table[row] = torch.tensor(vectors[word])
given = nn.Embedding.from_pretrained(table, freeze=True, padding_idx=0)
print(given(torch.tensor([[3, 2]])))
print("learned with the rest:", given.weight.requires_grad)
given.weight.requires_grad_(True)  # later, with a smaller learning rate
# --8<-- [end:pretrained]

# --8<-- [start:blank]
words, units = 20, 8
table, both = (
    nn.Embedding(words, 6),
    nn.GRU(6, units, batch_first=True, bidirectional=True),
)
scores = nn.Linear(2 * units, words)
sentence = torch.tensor([[1, 7, 4, 9, 5, 2]])  # 1 is <bos>, 2 is <eos>
vectors = table(sentence).detach().requires_grad_()
states, _ = both(vectors)
before, after = states[:, :-2, :units], states[:, 2:, units:]  # of words 1 to 4
guesses = scores(torch.cat([before, after], dim=-1))
print("scores:", tuple(guesses.shape), "targets:", sentence[:, 1:-1].tolist())
guesses[0, 1].sum().backward()  # the guess for the word at place 2
print("it depends on:", (vectors.grad[0].abs().sum(dim=1) > 0).int().tolist())
# --8<-- [end:blank]

# --8<-- [start:next-word]
text = "the cat sat on the mat and the dog sat on the rug"
words = sorted({*text.split()})
numbers = torch.tensor([words.index(word) for word in text.split()])
pairs = numbers.unfold(0, 4, 1)  # three words and the next
embed, gru = nn.Embedding(len(words), 8), nn.GRU(8, 16, batch_first=True)
out = nn.Linear(16, len(words))  # one score for each word
parts = nn.ModuleList([embed, gru, out])
optimizer = torch.optim.Adam(parts.parameters(), 0.02)
for _ in range(100):
    optimizer.zero_grad()
    scores = out(gru(embed(pairs[:, :3]))[1][-1])
    nn.functional.cross_entropy(scores, pairs[:, 3]).backward()
    optimizer.step()
for said in ("dog sat on", "on the mat"):
    given = torch.tensor([[words.index(word) for word in said.split()]])
    print(said, "→", words[out(gru(embed(given))[1][-1]).argmax()])
# --8<-- [end:next-word]
