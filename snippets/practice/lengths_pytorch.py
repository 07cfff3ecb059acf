"""Sequences of unequal length in PyTorch: padding, packing and what they do.

inputs (batch, steps, features), with batch_first=True. Source:
torch.nn.utils.rnn.pack_padded_sequence.
"""

import torch
from torch.nn.utils.rnn import (
    pack_padded_sequence,
    pack_sequence,
    pad_packed_sequence,
    pad_sequence,
)
from torch.utils.data import DataLoader

torch.manual_seed(0)

# --8<-- [start:pad]
sentences = [torch.tensor([5, 2, 9]), torch.tensor([7, 1])]
print(pad_sequence(sentences, batch_first=True).tolist(), "after, by default")
before = pad_sequence(sentences, batch_first=True, padding_side="left")
print(before.tolist())
# --8<-- [end:pad]

# --8<-- [start:washed]
gru = torch.nn.GRU(2, 4, batch_first=True)
short, long = torch.randn(5, 2), torch.randn(25, 2)
alone = gru(short[None])[1][0, 0]
padded = pad_sequence([long, short], batch_first=True)  # (2, 25, 2)
wrong = gru(padded)[0][1, -1]  # the last step of the short one is padding
print(f"padded: off by {(wrong - alone).abs().max():.2f}")
packed = pack_padded_sequence(padded, [25, 5], batch_first=True)
print(f"packed, h_n: off by {(gru(packed)[1][0, 1] - alone).abs().max():.6f}")
at_its_end = gru(padded)[0][torch.arange(2), torch.tensor([25, 5]) - 1]
print(f"padded, at its own end: off by {(at_its_end[1] - alone).abs().max():.6f}")
# --8<-- [end:washed]

# --8<-- [start:does]
states, lengths = pad_packed_sequence(gru(packed)[0], batch_first=True)
print(states.shape, lengths.tolist())
print("after its end:", states[1, 5:].abs().sum().item(), "(zeros, not its state)")
# --8<-- [end:does]

# --8<-- [start:zero]
embed = torch.nn.Embedding(10, 4, padding_idx=0)
tokens = torch.tensor([[3, 7, 0, 0]])
print("the padding's vector is zero:", bool((embed(tokens)[0, 2:] == 0).all()))
gru = torch.nn.GRU(4, 4, batch_first=True)
states = gru(embed(tokens))[0][0]
print(f"but the state goes on: it moved by {(states[3] - states[1]).abs().max():.2f}")
# --8<-- [end:zero]

# --8<-- [start:sorted]
try:
    pack_padded_sequence(torch.zeros(2, 25, 2), [5, 25], batch_first=True)
except RuntimeError as error:
    print(str(error).partition(". ")[0])

packed = pack_padded_sequence(
    torch.zeros(2, 25, 2), [5, 25], batch_first=True, enforce_sorted=False
)
print("order kept:", pad_packed_sequence(packed, batch_first=True)[1].tolist())
# --8<-- [end:sorted]

# --8<-- [start:empty]
try:
    pack_padded_sequence(torch.zeros(2, 3, 1), [3, 0], batch_first=True)
except RuntimeError as error:
    print(error)
# --8<-- [end:empty]

# --8<-- [start:total]
packed = pack_padded_sequence(
    torch.zeros(2, 10, 1), [6, 4], batch_first=True
)  # padded to 10, the longest has 6
print(pad_packed_sequence(packed, batch_first=True)[0].shape)
print(pad_packed_sequence(packed, batch_first=True, total_length=10)[0].shape)
# --8<-- [end:total]

# --8<-- [start:backward]
both = torch.nn.GRU(2, 4, batch_first=True, bidirectional=True)
alone = both(short[None])[1][:, 0]
padded = both(padded := pad_sequence([long, short], batch_first=True))[1][:, 1]
packed = pack_sequence([long, short])
right = both(packed)[1][:, 1]
print("forward, backward off by, padded:", end=" ")
print(*[f"{d:.2f}" for d in (padded - alone).abs().amax(dim=1)])
print("packed:", *[f"{d:.6f}" for d in (right - alone).abs().amax(dim=1)])
# --8<-- [end:backward]

# --8<-- [start:varies]
gru = torch.nn.GRU(1, 4, batch_first=True)
for steps in (3, 50):  # one length a batch, another in the next
    print(gru(torch.zeros(2, steps, 1))[1].shape)
# --8<-- [end:varies]

# --8<-- [start:loss]
scores = torch.zeros(2, 4, 10)  # (batch, steps, words)
targets = torch.tensor([[3, 4, 1, 5], [6, 2, 0, 0]])  # 0 is padding
loss = torch.nn.CrossEntropyLoss(ignore_index=0, reduction="sum")
each = torch.tensor(10.0).log()  # what any of these words costs
print(f"{loss(scores.transpose(1, 2), targets) / each:.0f} words count, not 8")
# --8<-- [end:loss]

# --8<-- [start:collate]
sentences = [torch.tensor([3, 1, 4]), torch.tensor([1, 5])]
try:
    next(iter(DataLoader(sentences, batch_size=2)))
except RuntimeError as error:
    print(error)


def side_by_side(examples):
    lengths = torch.tensor([len(one) for one in examples])
    return pad_sequence(examples, batch_first=True), lengths


for batch, lengths in DataLoader(sentences, batch_size=2, collate_fn=side_by_side):
    print(batch.tolist(), "lengths:", lengths.tolist())
# --8<-- [end:collate]

# --8<-- [start:divisor]
scores = torch.randn(1, 5, 10, generator=torch.manual_seed(0))  # (batch, steps, words)
targets = torch.tensor([[3, 4, 5, 0, 0]])
given = scores.transpose(1, 2), targets
mean = torch.nn.functional.cross_entropy(*given, ignore_index=0)
total = torch.nn.functional.cross_entropy(*given, ignore_index=0, reduction="sum")
print(f"PyTorch says {mean:.4f}")
print(f"sum of the real steps / 3: {total / 3:.4f}, / 5: {total / 5:.4f}")
# --8<-- [end:divisor]

# --8<-- [start:turned]
gru = torch.nn.GRU(2, 4, batch_first=True, bidirectional=True)
ahead, back = (torch.nn.GRU(2, 4, batch_first=True) for _ in range(2))
for one, end in ((ahead, ""), (back, "_reverse")):
    names = one.state_dict()
    one.load_state_dict({name: gru.state_dict()[name + end] for name in names})
x, lengths, t = torch.randn(3, 7, 2), torch.tensor([7, 4, 2])[:, None], torch.arange(7)
turned = torch.where(t < lengths, lengths - 1 - t, t)  # each within its own length
rows, last = torch.arange(3), lengths[:, 0] - 1
found = torch.stack(
    [
        ahead(x)[0][rows, last],
        back(x.gather(1, turned[..., None].expand(x.shape)))[0][rows, last],
    ]
)
packed = pack_padded_sequence(x, last + 1, batch_first=True, enforce_sorted=False)
print(f"without packing: off by {(found - gru(packed)[1]).abs().max():.6f}")
# --8<-- [end:turned]
