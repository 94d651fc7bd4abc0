"""Labels in words: which of them may become sliders, and what their ends are called."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """A slider that may be: its label in the album, its id and name, its two ends, its group."""

    label: str
    id: str
    name: str
    low: str
    high: str
    group: str


FLOWERS = (
    Words("red bloom", "red", "Red", "pale or yellow", "red", "Colours"),
    Words("yellow bloom", "yellow", "Yellow", "pink or white", "yellow", "Colours"),
    Words("brightness", "brightness", "Brightness", "dark", "bright", "Light"),
    Words("saturation", "strong colours", "Strong colours", "soft", "strong", "Colours"),
    Words("bloom size", "bloom size", "Bloom size", "small", "large", "Bloom"),
    Words("blooms", "blooms", "Blooms", "one", "many", "Bloom"),
    Words("green around", "green around", "Green around", "bare", "green", "Light"),
    Words("daisy", "daisy", "Daisy", "another", "daisy", "Kind"),
    Words("dandelion", "dandelion", "Dandelion", "another", "dandelion", "Kind"),
    Words("roses", "rose", "Rose", "another", "rose", "Kind"),
    Words("sunflowers", "sunflower", "Sunflower", "another", "sunflower", "Kind"),
    Words("tulips", "tulip", "Tulip", "another", "tulip", "Kind"),
)


def candidates(labels: tuple[str, ...]) -> tuple[Words, ...]:
    """The sliders that may be, of those whose label the album has."""
    return tuple(words for words in FLOWERS if words.label in labels)
