"""Models on this computer: what they are, where they lie, what their licence permits."""

from studio.shelf.inspect import check_diffusers_folder, is_pickle
from studio.shelf.manifest import (
    Credit,
    Effort,
    LatentTraits,
    Manifest,
    PictureTraits,
    SliderPart,
    Style,
)
from studio.shelf.shelf import Model, Shelf, effort_of

__all__ = [
    "Credit",
    "Effort",
    "LatentTraits",
    "Manifest",
    "Model",
    "PictureTraits",
    "Shelf",
    "SliderPart",
    "Style",
    "check_diffusers_folder",
    "effort_of",
    "is_pickle",
]
