"""Sounds to keep in tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from studio.library import Artwork, Library
from studio.recipes.tune import TuneRecipe
from tests.sound.scores import tune

RATE = 44_100
RECIPE = TuneRecipe(mood="calm", words="Ruhiger Abend ♪ 静かな夜", score=tune(2))


def sound(seconds: float = 0.5, rate: int = RATE) -> np.ndarray:
    """Two tones that fade away and differ left and right; float32, [frames, 2]."""
    t = np.arange(round(seconds * rate)) / rate
    tones = np.sin(2 * np.pi * 440 * t), np.sin(2 * np.pi * 330 * t + 1)
    return (0.6 * np.exp(-t)[:, None] * np.stack(tones, axis=1)).astype(np.float32)


def blocks(of: np.ndarray | None = None, size: int = 3000) -> Iterator[np.ndarray]:
    """A sound in pieces, the last of them shorter."""
    whole = sound() if of is None else of
    return (whole[at : at + size] for at in range(0, len(whole), size))


def keep_sound(
    library: Library, of: Iterable[np.ndarray] | None = None, rate: int = RATE, **more: Any
) -> Artwork:
    """Keep a sound, half a second of tones unless told otherwise."""
    values = {"recipe": RECIPE, "made_by": "Test Model 1", **more}
    return library.add_sound(blocks() if of is None else of, rate, **values)
