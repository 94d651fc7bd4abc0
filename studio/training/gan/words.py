"""Labels in words: which of them may become sliders, and what their ends are called."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """A slider that may be: its label in the album, its id and name, its ends, its group."""

    label: str
    id: str
    low: str
    high: str
    group: str

    @property
    def name(self) -> str:
        return self.id.capitalize()


CHARACTERS = (
    Words("smile", "smile", "sad", "smiling", "Face"),
    Words("mouth_open", "open mouth", "shut", "open", "Face"),
    Words("eyes_open", "open eyes", "shut", "wide", "Face"),
    Words("brows_worried", "worried brows", "cross", "worried", "Face"),
    Words("skin_light", "light skin", "dark", "light", "Colours"),
    Words("glasses", "glasses", "none", "glasses", "Things"),
    Words("earrings", "earrings", "none", "earrings", "Things"),
    Words("flowers", "flowers in the hair", "none", "flowers", "Things"),
    Words("hair_length", "long hair", "short", "long", "Hair"),
    Words("hair_light", "light hair", "dark", "light", "Hair"),
    Words("hair_warm", "warm hair", "cool", "warm", "Hair"),
    Words("background_light", "light background", "dark", "light", "Colours"),
    Words("background_warm", "warm background", "cool", "warm", "Colours"),
)
FLOWERS = (
    Words("red bloom", "red", "pale or yellow", "red", "Colours"),
    Words("yellow bloom", "yellow", "pink or white", "yellow", "Colours"),
    Words("brightness", "brightness", "dark", "bright", "Light"),
    Words("saturation", "strong colours", "soft", "strong", "Colours"),
    Words("bloom size", "bloom size", "small", "large", "Bloom"),
    Words("blooms", "blooms", "one", "many", "Bloom"),
    Words("green around", "green around", "bare", "green", "Light"),
    Words("daisy", "daisy", "another", "daisy", "Kind"),
    Words("dandelion", "dandelion", "another", "dandelion", "Kind"),
    Words("roses", "rose", "another", "rose", "Kind"),
    Words("sunflowers", "sunflower", "another", "sunflower", "Kind"),
    Words("tulips", "tulip", "another", "tulip", "Kind"),
)


def candidates(source: str, labels: tuple[str, ...]) -> tuple[Words, ...]:
    """The sliders that may be for a source's labels."""
    known = FLOWERS if source == "flowers" else CHARACTERS
    return tuple(words for words in known if words.label in labels)
