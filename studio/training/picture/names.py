"""Clean names for drawings: numbers cut off, run-together words split, look-alikes grouped."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

_TRAILING_NUMBER = re.compile(r"(?<=[a-z])[\s-]+\d+$")


def tidy(caption: str) -> str:
    """Lower case, one space between words, no trailing copy number ("birthday cake 1")."""
    text = re.sub(r"[_\s]+", " ", caption.lower()).strip()
    return _TRAILING_NUMBER.sub("", text).strip() or text


class Splitter:
    """Splits run-together names ("heartlefttip") with the words of other captions.

    The cheapest split under a unigram model, found by dynamic programming.
    """

    def __init__(self, captions: Iterable[str]) -> None:
        words = Counter(w for c in captions for w in re.findall(r"[a-z]+", c.lower()) if len(w) > 1)
        total = sum(words.values()) or 1
        self.cost = {w: math.log(total / n) + 2.0 for w, n in words.items()}
        self.unknown = math.log(total) + 8.0

    def split(self, name: str) -> str:
        """The words of ``name``, separated by spaces. Names that hold a space stay as they are."""
        if not re.fullmatch(r"[a-z]{4,}", name):
            return name
        best: list[tuple[float, int]] = [(0.0, 0)]
        for end in range(1, len(name) + 1):
            options = []
            for start in range(max(0, end - 16), end):
                word = name[start:end]
                price = self.cost.get(word, self.unknown + 3.0 * len(word))
                options.append((best[start][0] + price, start))
            best.append(min(options))
        parts: list[str] = []
        end = len(name)
        while end:
            start = best[end][1]
            parts.append(name[start:end])
            end = start
        return " ".join(reversed(parts))
