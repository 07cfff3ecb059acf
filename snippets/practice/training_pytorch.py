"""Training a recurrent network in PyTorch: clipping, dropout, seeds, losses.

inputs (batch, steps, features), with batch_first=True. Source: torch.nn.GRU,
torch.nn.utils.clip_grad_norm_.
"""

import warnings

import torch
from torch import nn

torch.manual_seed(0)

# --8<-- [start:clip]
weights = [nn.Parameter(torch.zeros(2)), nn.Parameter(torch.zeros(1))]


def gradients():
    weights[0].grad, weights[1].grad = torch.tensor([3.0, 4.0]), torch.tensor([12.0])


gradients()
length = nn.utils.clip_grad_norm_(weights, 1.0)  # after backward(), before step()
print(f"was {length:.0f}:", *[w.grad.numpy().round(2) for w in weights])
gradients()
nn.utils.clip_grad_value_(weights, 1.0)
print("by value:", *[w.grad.numpy() for w in weights])
# --8<-- [end:clip]

# --8<-- [start:nan]
long = torch.ones(1, 1000, 1)
for activation in ("tanh", "relu"):
    rnn = nn.RNN(1, 8, nonlinearity=activation, batch_first=True)
    with torch.no_grad():
        rnn.weight_hh_l0.copy_(1.1 * torch.eye(8))  # a tenth more at every step
        print(activation, "stays finite:", bool(rnn(long)[0].isfinite().all()))
# --8<-- [end:nan]

# --8<-- [start:find-nan]
inputs = torch.randn(64, 10, 1)
inputs[17, 4, 0] = float("nan")  # a gap in the data
print(
    "input finite:", bool(inputs.isfinite().all()), inputs.isnan().nonzero()[0].tolist()
)
states, _ = nn.GRU(1, 4, batch_first=True)(inputs)
first = states[17].isnan().any(dim=1).nonzero()[0].item()
print("its state is NaN from step", first, "on")
print("another example's:", bool(states[16].isnan().any()))
# --8<-- [end:find-nan]

# --8<-- [start:late-nan]
weight = nn.Parameter(torch.tensor([1.0]))
for loss in (weight.square().sum(), (weight - 1).sqrt().sum()):  # a root at 0
    weight.grad = None
    loss.backward()
    length = nn.utils.clip_grad_norm_([weight], 1.0)
    print(f"gradient {length.item()}, clipped {weight.grad.item()}", end=", ")
    print("step" if length.isfinite() else "skip this batch")
# --8<-- [end:late-nan]

# --8<-- [start:dropout]
inputs = torch.ones(1, 6, 3)
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    one = nn.GRU(3, 4, dropout=0.5, batch_first=True)
print(warned[0].message)
two = nn.GRU(3, 4, num_layers=2, dropout=0.5, batch_first=True)


def twice_the_same(layer):
    return torch.allclose(layer(inputs)[0], layer(inputs)[0])


print("the same twice in training: one layer", twice_the_same(one), end=", ")
print("two layers", twice_the_same(two))
two.eval()
print("after eval(): two layers", twice_the_same(two))
# --8<-- [end:dropout]


# --8<-- [start:seeds]
def trained(seed):
    torch.manual_seed(seed)
    gru, out = nn.GRU(1, 4, batch_first=True), nn.Linear(4, 1)
    parameters = [*gru.parameters(), *out.parameters()]
    optimizer = torch.optim.Adam(parameters, 0.01)
    for _ in range(10):
        loss = (out(gru(waves)[1][-1]) - waves[:, -1]).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


waves = torch.arange(640).reshape(64, 10, 1).sin()
print("same seed, same number:", trained(1) == trained(1))
print("other seed, other number:", trained(1) != trained(2))
# --8<-- [end:seeds]

# --8<-- [start:logits]
right, scores = torch.tensor([2]), torch.tensor([[1.0, 2.0, 8.0]])
loss = nn.CrossEntropyLoss()  # takes scores: softmax is inside
print(f"scores:  {loss(scores, right):.4f}")
print(f"softmax: {loss(scores.softmax(dim=1), right):.4f}  (softmax twice)")
# --8<-- [end:logits]

# --8<-- [start:every-step]
scores = torch.randn(5, 7, 10)  # (batch, steps, classes)
targets = torch.randint(10, (5, 7))
try:
    nn.CrossEntropyLoss()(scores, targets)
except Exception as error:
    print(error)

print(f"{nn.CrossEntropyLoss()(scores.transpose(1, 2), targets):.2f}")  # classes second
print(f"{nn.CrossEntropyLoss()(scores.flatten(0, 1), targets.flatten()):.2f}")
# --8<-- [end:every-step]

# --8<-- [start:target-shape]
loss, log_loss = nn.CrossEntropyLoss(), nn.NLLLoss()
scores, classes = torch.randn(4, 10), torch.tensor([[3], [1], [4], [1]])
for wrong in (classes, classes[:, 0].float(), classes[0, 0]):
    try:
        loss(scores, wrong)
    except Exception as error:
        print(error)

right = loss(scores, classes[:, 0])  # (batch,), whole numbers
print(torch.equal(right, log_loss(scores.log_softmax(dim=1), classes[:, 0])))
print("negative:", bool(log_loss(scores.softmax(dim=1), classes[:, 0]) < 0))
# --8<-- [end:target-shape]

# --8<-- [start:starts]
gru, units = nn.GRU(3, 64), 64
largest = max(w.abs().max().item() for w in gru.parameters())
print(f"all uniform up to {largest:.3f}; 1 / sqrt(units) is {units**-0.5:.3f}")
with torch.no_grad():  # as Keras starts: Glorot, orthogonal, no bias
    for name, weight in gru.named_parameters():
        if "weight_ih" in name:
            nn.init.xavier_uniform_(weight)
        elif "weight_hh" in name:
            nn.init.orthogonal_(weight)
        else:
            weight.zero_()
    product = gru.weight_hh_l0.T @ gru.weight_hh_l0
    print("orthogonal:", torch.allclose(product, torch.eye(units), atol=1e-5))
# --8<-- [end:starts]

# --8<-- [start:one-batch]
few, labels = torch.randn(8, 10, 2), torch.arange(8) % 2
gru, out = nn.GRU(2, 16, batch_first=True), nn.Linear(16, 2)
optimizer = torch.optim.Adam([*gru.parameters(), *out.parameters()], 0.01)
for _ in range(100):
    loss = nn.functional.cross_entropy(out(gru(few)[1][-1]), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
right = out(gru(few)[1][-1]).argmax(dim=1) == labels
print("learnt by heart:", right.float().mean().item())
# --8<-- [end:one-batch]

# --8<-- [start:same-mask]
ones = torch.ones(1, 3, 4)  # three steps of four features
print("nn.Dropout:", *(nn.Dropout(0.5)(ones)[0] == 0).int().tolist())
mask = nn.Dropout(0.5)(torch.ones(1, 1, 4))  # drawn once, for all steps
print("one mask:  ", *(ones * mask == 0)[0].int().tolist())

cell = nn.GRUCell(4, 8)  # the state's mask needs a loop of your own
state, mask = torch.zeros(1, 8), nn.Dropout(0.5)(torch.ones(1, 8))
for t in range(3):
    state = cell(ones[:, t], state * mask)
# --8<-- [end:same-mask]

# --8<-- [start:batch-differs]
gru = nn.GRU(3, 64, batch_first=True)
inputs = torch.randn(32, 20, 3)
together = gru(inputs)[1][0]
single = torch.cat([gru(one[None])[1][0] for one in inputs])
print("to six places:", torch.allclose(together, single, atol=1e-6))
inputs[0, 12:] = 0  # shorter, and padded to the length of the others
distance = (gru(inputs)[1][0, 0] - gru(inputs[:1, :12])[1][0, 0]).abs().max()
print(f"padded, not packed: off by {distance:.2f}")
# --8<-- [end:batch-differs]

# --8<-- [start:negative]
scores = torch.tensor([[2.0, 0.0, 0.0]])
target = torch.tensor([0])
print(f"scores:            {nn.functional.nll_loss(scores, target):.2f}")
print(f"log-probabilities: {nn.functional.nll_loss(scores.log_softmax(1), target):.2f}")
# --8<-- [end:negative]

# --8<-- [start:empty]
mask = torch.tensor([[True, True, False], [False, False, False]])  # row 1: only padding
for low in (-torch.inf, -1e9):
    shares = torch.zeros(2, 3).masked_fill(~mask, low).softmax(dim=1)
    print(f"softmax, {low:g}:", shares[1])
nothing = torch.zeros(1, 3, dtype=torch.long)
loss = nn.functional.cross_entropy(torch.zeros(1, 5, 3), nothing, ignore_index=0)
print("loss of no words:", loss.item())
# --8<-- [end:empty]

# --8<-- [start:spread]
torch.manual_seed(0)
x, gru = torch.randn(1, 20, 3), nn.GRU(3, 16, batch_first=True)
drop, out = nn.Dropout(0.5), nn.Linear(16, 1)
drop.train()  # the others may stay in eval()
with torch.no_grad():
    answers = torch.cat([out(drop(gru(x)[1][-1])) for _ in range(100)])
print(f"{answers.mean():.2f}, give or take {answers.std():.2f}")
# --8<-- [end:spread]

# --8<-- [start:one-target]
scores, target = torch.zeros(1, 10), torch.tensor(3)  # one letter, no axis
for given, wanted in ((scores, target), (scores, target[None]), (scores[0], target)):
    try:
        found = f"{nn.functional.cross_entropy(given, wanted):.2f}"
    except ValueError as error:
        found = str(error)
    print(tuple(given.shape), tuple(wanted.shape), found)
# --8<-- [end:one-target]

# --8<-- [start:apart]
x = torch.randn(2, 7, 3)
deep = nn.GRU(3, 4, num_layers=2, dropout=0.5, batch_first=True)
low, high = nn.GRU(3, 4, batch_first=True), nn.GRU(4, 4, batch_first=True)
for number, layer in enumerate((low, high)):
    names = layer.state_dict()
    its = {name: deep.state_dict()[name.replace("l0", f"l{number}")] for name in names}
    layer.load_state_dict(its)
torch.manual_seed(1)
inside = deep(x)[0]
torch.manual_seed(1)
outside = high(nn.functional.dropout(low(x)[0], 0.5))[0]
print("the same, with dropout on:", torch.allclose(inside, outside))
print("the top layer's output is dropped:", bool((inside == 0).any()))
# --8<-- [end:apart]

# --8<-- [start:forget]
lstm = nn.LSTM(3, 4, batch_first=True)
with torch.no_grad():
    lstm.bias_ih_l0.zero_()
    lstm.bias_hh_l0.zero_()
    lstm.bias_ih_l0.chunk(4)[1].fill_(1)  # i, f, candidate, o
    for again in (False, True):
        if again:
            lstm.bias_hh_l0.chunk(4)[1].fill_(1)
        _, (_, c) = lstm(
            torch.zeros(1, 1, 3), (torch.zeros(1, 1, 4), torch.ones(1, 1, 4))
        )
        print(f"{1 + again} in the two together: the gate keeps {c[0, 0, 0]:.2f}")
# --8<-- [end:forget]

# --8<-- [start:defaults]
for name in ("Adam", "RMSprop", "Adagrad", "SGD"):
    optimizer = getattr(torch.optim, name)([torch.zeros(1)])
    rate, epsilon = optimizer.defaults["lr"], optimizer.defaults.get("eps")
    print(f"{name:8} rate {rate:.3f}, epsilon {epsilon}")
# --8<-- [end:defaults]

# --8<-- [start:how-long]
torch.manual_seed(0)
gru, out = nn.GRU(1, 16, batch_first=True), nn.Linear(16, 1)
weights = [*gru.parameters(), *out.parameters()]
optimizer, found = torch.optim.Adam(weights, 0.003), []
for _ in range(100):
    x = torch.randn(32, 20, 1)
    optimizer.zero_grad()
    (out(gru(x)[1][-1]) - x.sum(dim=1)).square().mean().backward()
    found.append(nn.utils.clip_grad_norm_(weights, float("inf")))  # clips nothing
    optimizer.step()
median, most = torch.stack(found).quantile(torch.tensor([0.5, 0.9]))
print(f"median length {median:.0f}, nine in ten below {most:.0f}, max {max(found):.0f}")
# --8<-- [end:how-long]

# --8<-- [start:zero-grad]
for kind, rate in ((torch.optim.SGD, 0.1), (torch.optim.Adam, 0.01)):
    for zero in (True, False):
        torch.manual_seed(0)
        gru, out = nn.GRU(1, 16, batch_first=True), nn.Linear(16, 1)
        optimizer = kind([*gru.parameters(), *out.parameters()], rate)
        x = torch.randn(64, 10, 1)
        for _ in range(300):
            if zero:
                optimizer.zero_grad()
            loss = (out(gru(x)[1][-1]) - x.mean(dim=1)).square().mean()
            loss.backward()
            optimizer.step()
        said = "with" if zero else "without"
        print(f"{kind.__name__:4} {said:7} zero_grad: loss {loss:.4f}")
# --8<-- [end:zero-grad]

# --8<-- [start:stuck]
words, right = 6258, torch.tensor([0, 0, 0, 1])  # three of four times word 0
knows_nothing = nn.functional.cross_entropy(torch.zeros(4, words), right)
print(f"all words alike: loss {knows_nothing:.2f}, which is ln({words})")
for surer in (1.0, 3.0, 9.0):  # it says word 0 each time
    scores = torch.zeros(4, words)
    scores[:, 0] = surer
    loss = nn.functional.cross_entropy(scores, right)
    hits = (scores.argmax(dim=1) == right).float().mean()
    print(f"the commonest word: loss {loss:.2f}, accuracy {hits:.2f}")
# --8<-- [end:stuck]
