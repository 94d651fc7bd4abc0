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


CHARACTERS = (
    Words("smile", "smile", "Smile", "frown", "smile", "Face"),
    Words("mouth_open", "mouth open", "Mouth", "closed", "open", "Face"),
    Words("eyes_open", "eyes open", "Eyes", "closed", "wide open", "Face"),
    Words("brows_worried", "brows", "Brows", "cross", "worried", "Face"),
    Words("skin_light", "skin", "Skin", "dark", "light", "Face"),
    Words("glasses", "glasses", "Glasses", "none", "glasses", "Face"),
    Words("earrings", "earrings", "Earrings", "none", "earrings", "Face"),
    Words("hair_length", "hair length", "Hair length", "short", "long", "Hair"),
    Words("hair_light", "hair lightness", "Hair lightness", "dark", "light", "Hair"),
    Words("hair_warm", "hair warmth", "Hair warmth", "cool", "warm", "Hair"),
    Words("flowers", "flowers in hair", "Flowers in the hair", "none", "flowers", "Hair"),
    Words(
        "background_light",
        "background lightness",
        "Background lightness",
        "dark",
        "light",
        "Background",
    ),
    Words(
        "background_warm", "background warmth", "Background warmth", "cool", "warm", "Background"
    ),
)
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


def candidates(source: str, labels: tuple[str, ...]) -> tuple[Words, ...]:
    """The sliders that may be for a source's labels."""
    known = FLOWERS if source == "flowers" else CHARACTERS
    return tuple(words for words in known if words.label in labels)
