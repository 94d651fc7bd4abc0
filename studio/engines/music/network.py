"""The network that writes tunes: a small decoder of tokens.

RMSNorm before each block (Zhang and Sennrich 2019), rotary positions (Su et al. 2021), normalised
queries and keys (Henry et al. 2020), SwiGLU (Shazeer 2020). What a step knows beside its token
(`tokens.Pen`) is added at the input, and so is what the whole tune is wished to be.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.engines.music.tokens import ROWS, TOKENS

MAX_TOKENS = 4096  # whose positions are calculated beforehand
_THETA = 10_000.0


@dataclass(frozen=True)
class WriterConfig:
    """wishes: how many values each wish for the whole tune has (`wishes.SIZES`)."""

    width: int = 320
    layers: int = 5
    heads: int = 5
    hidden: int = 832
    rows: int = ROWS
    tokens: int = TOKENS
    wishes: tuple[int, ...] = (9, 3, 5, 7, 5, 5, 5, 5)

    def __post_init__(self) -> None:
        if not (1 <= self.heads <= 64 and 1 <= self.layers <= 64):
            raise ValueError("too few or too many heads or layers")
        if self.width % self.heads or self.width // self.heads % 2:
            raise ValueError("the width is no even multiple of the heads")


class _Block(nn.Module):
    def __init__(self, config: WriterConfig) -> None:
        super().__init__()
        width = config.width
        self.heads = config.heads
        self.first, self.second = nn.RMSNorm(width, 1e-6), nn.RMSNorm(width, 1e-6)
        self.attend = nn.Linear(width, 3 * width, bias=False)
        self.gather = nn.Linear(width, width, bias=False)
        self.rise = nn.Linear(width, 2 * config.hidden, bias=False)
        self.fall = nn.Linear(config.hidden, width, bias=False)
        self.sharpness = nn.Parameter(torch.ones(config.heads, 1, 1))

    def forward(self, x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
        batch, steps, width = x.shape
        mixed = self.attend(self.first(x)).view(batch, steps, 3, self.heads, width // self.heads)
        query, key, value = mixed.permute(2, 0, 3, 1, 4)
        query = _turned(F.normalize(query, dim=-1) * self.sharpness, turn).to(value.dtype)
        key = _turned(F.normalize(key, dim=-1), turn).to(value.dtype)
        scale = float(width // self.heads) ** 0.5
        heard = F.scaled_dot_product_attention(query, key, value, is_causal=True, scale=scale)
        x = x + self.gather(heard.transpose(1, 2).reshape(batch, steps, width))
        gate, rise = self.rise(self.second(x)).chunk(2, -1)
        return x + self.fall(F.silu(gate) * rise)


def _turned(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    cos, sin = turn
    left, right = x.chunk(2, -1)
    return torch.cat([left * cos - right * sin, left * sin + right * cos], -1)


class Writer(nn.Module):
    """Rows of features and sounding pitch classes in, a score for each next token out."""

    def __init__(self, config: WriterConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.table = nn.Parameter(torch.empty(config.rows, width))
        self.sounding = nn.Linear(12, width, bias=False)
        self.wishes = nn.Parameter(torch.empty(sum(config.wishes), width))
        self.blocks = nn.ModuleList(_Block(config) for _ in range(config.layers))
        self.last = nn.RMSNorm(width, 1e-6)
        self.head = nn.Linear(width, config.tokens, bias=False)
        for table in (self.table, self.wishes):
            nn.init.normal_(table, std=0.2)
        for block in self.blocks:
            assert isinstance(block, _Block)
            nn.init.zeros_(block.gather.weight)
            nn.init.zeros_(block.fall.weight)
        nn.init.normal_(self.head.weight, std=0.02)
        self._turns: tuple[Tensor, Tensor] | None = None

    def forward(self, rows: Tensor, sounding: Tensor, wishes: Tensor) -> Tensor:
        """Scores [B, T, tokens].

        rows: [B, T, F] int64, of the table. sounding: [B, T, 12], 0 or 1. wishes: [B, W] int64,
        rows of the wishes' table. One token after the other is the work of `stepping`.
        """
        batch, steps, features = rows.shape
        flat = F.embedding_bag(rows.reshape(-1, features), self.table, mode="sum")
        x = flat.view(batch, steps, -1) + self.sounding(sounding.to(flat.dtype))
        x = x + F.embedding_bag(wishes, self.wishes, mode="sum").unsqueeze(1)
        cos, sin = self.turns(steps)
        turn = cos[:steps].to(x.dtype), sin[:steps].to(x.dtype)
        for block in self.blocks:
            x = block(x, turn)
        scores: Tensor = self.head(self.last(x))
        return scores

    def turns(self, least: int = 0) -> tuple[Tensor, Tensor]:
        """Cosines and sines of the rotary positions [at least so many, half a head's channels]."""
        if self._turns is None or len(self._turns[0]) < least:
            half = self.config.width // self.config.heads // 2
            speeds = _THETA ** (-torch.arange(half, device=self.table.device) / half)
            steps = torch.arange(max(MAX_TOKENS, least), device=self.table.device)
            angles = steps[:, None] * speeds
            self._turns = angles.cos(), angles.sin()
        return self._turns
