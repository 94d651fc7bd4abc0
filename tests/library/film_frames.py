"""Frames and films for tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

from studio.library import Artwork, Library
from studio.recipes import Place, WalkRecipe

EXTENSIONS = (".mp4", ".webm", ".gif", ".png", ".webp")
RECIPE = WalkRecipe(stops=(Place(seed=3), Place(seed=4)), seconds=1.0, fps=10)


def frames(count: int = 10, width: int = 48, height: int = 32) -> Iterator[np.ndarray]:
    """A bright bar that moves over a gradient."""
    for number in range(count):
        frame = np.zeros((height, width, 3), np.uint8)
        frame[:, :, 0] = np.linspace(0, 200, width)
        frame[:, :, 1] = np.linspace(0, 200, height)[:, None]
        start = number * (width - 8) // count
        frame[:, start : start + 8] = 250, 250, 120
        yield frame


def keep_film(library: Library, extension: str = ".mp4", **values: Any) -> Artwork:
    """Add a film of a second, 48 x 32, unless told otherwise."""
    given = {"frames": frames(), "fps": 10, "recipe": RECIPE, "made_by": "Test Model 1"} | values
    return library.add_film(
        given.pop("frames"), given.pop("fps"), given.pop("recipe"), extension=extension, **given
    )


def shown(path: Path) -> list[np.ndarray]:
    """All frames, as somebody else's program decodes them."""
    if path.suffix in (".mp4", ".webm"):
        with av.open(str(path)) as container:
            return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    with Image.open(path) as image:
        decoded = []
        for number in range(image.n_frames):
            image.seek(number)
            decoded.append(np.asarray(image.convert("RGB")))
        return decoded


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """The mean difference, in steps of 256."""
    return float(np.abs(one.astype(float) - other).mean())
