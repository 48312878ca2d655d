"""The network: llama's architecture, as small as it gets, in PyTorch."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

ROPE_BASE = 10_000.0
NORM_EPSILON = 1e-5


@dataclass
class Shape:
    vocabulary: int
    width: int = 256
    layers: int = 4
    heads: int = 4
    inner: int = 512
    context: int = 1024


class Norm(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        x = x.float()
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + NORM_EPSILON) * self.weight


class Block(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        wide = shape.width
        self.attention_norm, self.inner_norm = Norm(wide), Norm(wide)
        self.q, self.k, self.v, self.output = (nn.Linear(wide, wide, bias=False) for _ in range(4))
        self.gate, self.up = (nn.Linear(wide, shape.inner, bias=False) for _ in range(2))
        self.down = nn.Linear(shape.inner, wide, bias=False)

    def forward(self, x, cos, sin, future):
        rows, length, wide = x.shape
        h = self.attention_norm(x)
        q, k, v = (
            part(h).view(rows, length, self.shape.heads, -1).transpose(1, 2) for part in (self.q, self.k, self.v)
        )
        # PyTorch's own attention takes longer for rows as short as these.
        seen = rotate(q, cos, sin) @ rotate(k, cos, sin).mT * q.shape[-1] ** -0.5
        mixed = (seen + future[:length, :length].to(seen.dtype)).softmax(-1) @ v
        x = x + self.output(mixed.transpose(1, 2).reshape(rows, length, wide))
        h = self.inner_norm(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


def rotate(x, cos, sin):
    """RoPE over neighbouring pairs, as llama.cpp reads the architecture `llama`: the weights need no permutation."""
    length = x.shape[2]
    even, odd = x[..., 0::2], x[..., 1::2]
    c, s = cos[:length].to(x.dtype), sin[:length].to(x.dtype)
    return torch.stack((even * c - odd * s, even * s + odd * c), -1).flatten(-2)


class Network(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = Norm(shape.width)
        for parameter in self.parameters():
            if parameter.ndim == 2:
                nn.init.normal_(parameter, 0, 0.02)
        for block in self.blocks:
            for layer in (block.output, block.down):
                nn.init.normal_(layer.weight, 0, 0.02 / math.sqrt(2 * shape.layers))
        size = shape.width // shape.heads
        speeds = ROPE_BASE ** (-torch.arange(0, size, 2).float() / size)
        angles = torch.outer(torch.arange(shape.context).float(), speeds)
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)
        # Added to what a token sees: nothing of what comes after it.
        future = torch.triu(torch.full((shape.context, shape.context), float("-inf")), 1)
        self.register_buffer("future", future, persistent=False)

    def hidden(self, tokens):
        """What the output layer gets. That layer is the embedding: the GGUF file then has no `output.weight`."""
        x = self.embedding(tokens)
        for block in self.blocks:
            x = block(x, self.cos, self.sin, self.future)
        return self.norm(x)
