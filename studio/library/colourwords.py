"""The dozen words that people have for colours, and how the index keeps them."""

from __future__ import annotations

#: The words, in the order of their bits.
NAMES = (
    "black",
    "grey",
    "white",
    "red",
    "orange",
    "yellow",
    "green",
    "turquoise",
    "blue",
    "purple",
    "pink",
    "brown",
)


def bit(name: str) -> int:
    """The bit of a colour's word. ValueError where it is none of NAMES."""
    if name not in NAMES:
        raise ValueError(f"no colour: {name}")
    return 1 << NAMES.index(name)


def names(mask: int) -> tuple[str, ...]:
    """The words of a mask; none for -1, a picture that was not looked at yet."""
    return tuple(name for n, name in enumerate(NAMES) if mask >= 0 and mask >> n & 1)
