"""The gradients of bptt_by_hand.py, from PyTorch's autograd.

One unit, three steps; each value is one plain number (no batch axis, no unit of
measure). Source: Werbos 1990, doi:10.1109/5.58337.
"""

import torch


def main():
    # --8<-- [start:autograd]
    numbers = torch.tensor([0.8, 0.9, 0.1, 1.5, -0.2], requires_grad=True)
    w, u, b, v, c = numbers
    hidden = torch.tensor(0.0)
    for x in (1.0, -0.5, 0.25):
        hidden = torch.tanh(w * x + u * hidden + b)
    ((v * hidden + c - 1.0) ** 2 / 2).backward()
    found = numbers.grad.tolist()
    # --8<-- [end:autograd]
    print("w, u, b, v, c:", " ".join(f"{gradient:.4f}" for gradient in found))
    return dict(zip("wubvc", found, strict=True))


if __name__ == "__main__":
    main()
