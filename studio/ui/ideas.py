"""Things to draw, for who has no idea yet."""

from __future__ import annotations

import random

SUGGESTIONS = (
    "a smiling red fox",
    "a sailing boat on blue waves",
    "a sleepy owl with glasses",
    "a slice of cake with a cherry",
)

_WHO = (
    "fox", "cat", "dog", "owl", "dragon", "robot", "octopus", "rabbit", "whale", "frog", "bear",
    "penguin", "unicorn", "turtle", "snail", "bee", "ghost", "mouse", "lion", "duck",
)  # fmt: skip
_HOW = (
    "smiling", "sleepy", "surprised", "tiny", "round", "proud", "shy", "laughing", "grumpy",
    "happy", "curious", "winking",
)  # fmt: skip
_WITH = (
    "with a red hat", "with sunglasses", "with a yellow scarf", "holding a heart",
    "holding a balloon", "eating a strawberry", "with a crown", "with a flower", "in the snow",
    "on the moon",
)  # fmt: skip
_COLOUR = (
    "red", "orange", "golden", "green", "turquoise", "blue", "purple", "pink", "white", "black",
)  # fmt: skip
_THING = (
    "sailing boat", "mushroom", "strawberry", "cactus in a pot", "hot-air balloon", "teapot",
    "rocket", "tulip", "castle", "guitar", "umbrella", "lighthouse", "cupcake", "treasure chest",
    "bicycle", "crystal", "butterfly", "rainbow over hills",
)  # fmt: skip


def surprise(chance: random.Random | None = None) -> str:
    """A few words that no one asked for."""
    chance = chance or random.Random()
    if chance.random() < 0.35:
        thing = f"{chance.choice(_COLOUR)} {chance.choice(_THING)}"
        return f"{_article(thing)} {thing}"
    words = f"{chance.choice(_HOW)} {chance.choice((chance.choice(_COLOUR) + ' ', ''))}"
    who = f"{words}{chance.choice(_WHO)}"
    return f"{_article(who)} {who} {chance.choice(_WITH)}"


def _article(words: str) -> str:
    return "an" if words[0] in "aeio" else "a"
