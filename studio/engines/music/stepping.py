"""The network (`network.Writer`) one token after the other, in numpy.

For one token a network this small takes longer to call than to calculate: with torch most of the
time goes into the calls between the products. Here they are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import Tensor

from studio.engines.music.network import Writer

Array = npt.NDArray[np.float32]

_ROOM = 512  # steps, by which a memory grows
_LEAST = 1e-12  # length of a key or query
_PITCH_CLASSES = np.arange(12)


class Steps:
    """A stretch of one tune: what was said in it is remembered, as keys and values.

    writer: on the processor. wishes: rows of its table, for the whole stretch.
    """

    def __init__(self, writer: Writer, wishes: Sequence[int]) -> None:
        self._table = _array(writer.table)
        self._sounding = _array(writer.sounding.weight).T
        self._wish = _array(writer.wishes)[list(wishes)].sum(0)
        self._layers = [_Layer(block) for block in writer.blocks]
        self._last, self._head = _Norm(writer.last), _array(writer.head.weight).T
        self._turns = writer.turns
        self._filled = 0

    def scores(self, rows: Sequence[Sequence[int]], sounding: Sequence[int]) -> Array:
        """Scores [tokens] of what follows these steps, which follow those already said.

        rows: [T][F], of the table. sounding: [T] masks of twelve pitch classes.
        """
        until = self._filled + len(rows)
        x = self._table[np.array(rows)].sum(1) + self._wish
        x += (np.array(sounding)[:, None] >> _PITCH_CLASSES & 1).astype(np.float32) @ self._sounding
        cos, sin = (_array(one)[self._filled : until, None, None] for one in self._turns(until))
        with np.errstate(over="ignore"):  # of exp, where a gate is shut
            for layer in self._layers:
                layer(x, (cos, sin), self._filled)
        self._filled = until
        scores: Array = (self._last(x[-1:]) @ self._head)[0]
        return scores


class _Norm:
    def __init__(self, norm: Any) -> None:
        self._weight, self._eps = _array(norm.weight), np.float32(norm.eps)

    def __call__(self, x: Array) -> Array:
        mean = np.einsum("tw,tw->t", x, x)[:, None] / np.float32(x.shape[1])
        normed: Array = x / np.sqrt(mean + self._eps) * self._weight
        return normed


class _Layer:
    """One block, and what it remembers [heads, room, channels]."""

    def __init__(self, block: Any) -> None:
        self._first, self._second = _Norm(block.first), _Norm(block.second)
        self._attend, self._gather, self._rise, self._fall = (
            _array(one.weight).T for one in (block.attend, block.gather, block.rise, block.fall)
        )
        self._heads = int(block.heads)
        channels = self._gather.shape[0] // self._heads
        self._sharpness = _array(block.sharpness)[:, 0] * np.float32(channels**0.5)
        self._keys = self._values = np.empty((self._heads, 0, channels), np.float32)

    def __call__(self, x: Array, turn: tuple[Array, Array], since: int) -> None:
        """Adds to x [T, width] in place."""
        steps, width = x.shape
        channels = width // self._heads
        mixed = (self._first(x) @ self._attend).reshape(steps, 3, self._heads, channels)
        both = mixed[:, :2]  # queries and keys
        both /= np.maximum(np.sqrt(np.einsum("tbhc,tbhc->tbh", both, both)), _LEAST)[..., None]
        both[:, 0] *= self._sharpness
        both = _turned(both, *turn)
        keys, values = self._remembered(both[:, 1], mixed[:, 2], since)
        heard = both[:, 0].transpose(1, 0, 2) @ keys.transpose(0, 2, 1)  # [heads, T, all]
        if steps > 1:
            at = np.arange(since + steps)
            heard[:, at[since:, None] < at] = -np.inf
        heard -= heard.max(-1, keepdims=True)
        np.exp(heard, out=heard)
        heard /= heard.sum(-1, keepdims=True)
        x += (heard @ values).transpose(1, 0, 2).reshape(steps, width) @ self._gather
        gate, rise = np.split(self._second(x) @ self._rise, 2, axis=1)
        x += (gate / (1 + np.exp(-gate)) * rise) @ self._fall

    def _remembered(self, keys: Array, values: Array, since: int) -> tuple[Array, Array]:
        """All keys and values, those of the new steps behind the others."""
        until = since + len(keys)
        if until > self._keys.shape[1]:
            more = ((0, 0), (0, until + _ROOM - since), (0, 0))
            self._keys = np.pad(self._keys[:, :since], more)
            self._values = np.pad(self._values[:, :since], more)
        self._keys[:, since:until] = keys.transpose(1, 0, 2)
        self._values[:, since:until] = values.transpose(1, 0, 2)
        return self._keys[:, :until], self._values[:, :until]


def _turned(x: Array, cos: Array, sin: Array) -> Array:
    """Rotary positions; x: [T, 2, heads, channels]."""
    half = x.shape[-1] // 2
    left, right = x[..., :half], x[..., half:]
    turned = np.empty_like(x)
    turned[..., :half] = left * cos - right * sin
    turned[..., half:] = left * sin + right * cos
    return turned


def _array(tensor: Tensor) -> Array:
    array: Array = tensor.detach().float().numpy()
    return array
