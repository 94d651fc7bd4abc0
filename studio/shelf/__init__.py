"""Models on this computer: what they are, where they lie, what their licence permits."""

from studio.shelf.inspect import check_diffusers_folder, is_pickle
from studio.shelf.manifest import (
    Credit,
    Effort,
    LatentTraits,
    LearnedStyle,
    Manifest,
    PictureTraits,
    SliderPart,
    SoundTraits,
    Style,
    StyleTraits,
    TuneMood,
    TuneTraits,
)
from studio.shelf.shelf import Model, Shelf, completed, effort_of

__all__ = [
    "Credit",
    "Effort",
    "LatentTraits",
    "LearnedStyle",
    "Manifest",
    "Model",
    "PictureTraits",
    "Shelf",
    "SliderPart",
    "SoundTraits",
    "Style",
    "StyleTraits",
    "TuneMood",
    "TuneTraits",
    "check_diffusers_folder",
    "completed",
    "effort_of",
    "is_pickle",
]
