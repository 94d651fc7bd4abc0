"""What the writer is compared with: an n-gram model of the same tokens."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from studio.engines.music.tokens import TOKENS


class NGram:
    """Interpolated with Witten and Bell's weights (1991), down to all tokens being alike.

    Contexts are the tokens just before, and for every order also where the next one stands (its
    part and state), which makes it a fairer rival: the writer is told that too.
    """

    def __init__(self, order: int) -> None:
        self.order = order
        self._counts: list[dict[tuple[int, ...], Counter[int]]] = [
            defaultdict(Counter) for _ in range(order)
        ]

    def learn(self, tokens: Sequence[int], stands: Sequence[int]) -> None:
        """Count a sequence. stands: a number for where each token stands."""
        for at, token in enumerate(tokens):
            for back in range(min(at, self.order - 1) + 1):
                context = (stands[at], *tokens[at - back : at])
                self._counts[back][context][token] += 1

    def chance(self, context: Sequence[int], stand: int, token: int) -> float:
        """Of a token after a context, 0..1; never 0."""
        chance = 1 / TOKENS
        for back in range(min(len(context), self.order - 1) + 1):
            seen = self._counts[back].get((stand, *context[len(context) - back :]))
            if seen is None:
                break
            total, kinds = seen.total(), len(seen)
            chance = (seen[token] + kinds * chance) / (total + kinds)
        return chance

    def nats(self, sequences: Iterable[tuple[Sequence[int], Sequence[int]]]) -> float:
        """Mean nats a token of sequences that were not counted."""
        total, count = 0.0, 0
        for tokens, stands in sequences:
            for at, token in enumerate(tokens):
                context = tokens[max(0, at - self.order + 1) : at]
                total -= math.log(self.chance(context, stands[at], token))
                count += 1
        return total / max(1, count)
