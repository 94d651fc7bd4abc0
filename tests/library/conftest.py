"""A library in a fresh folder, and something to put into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from studio.library import Artwork, Library
from studio.recipes import PictureRecipe


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "Easel"


@pytest.fixture
def library(folder: Path) -> Iterator[Library]:
    with Library.open(folder) as opened:
        yield opened


@pytest.fixture
def picture() -> Image.Image:
    """48x32 RGBA in which no two pixels are alike and every degree of transparency occurs."""
    return Image.frombytes(
        "RGBA", (48, 32), bytes(v for i in range(48 * 32) for v in (i % 256, i // 6, 77, i % 251))
    )


@pytest.fixture
def keep(picture: Image.Image) -> Callable[..., Artwork]:
    """Add an artwork to a library: `keep(library, "a fox", seed=3)`."""

    def add(library: Library, prompt: str = "a red fox", **values: object) -> Artwork:
        return library.add(picture, PictureRecipe(prompt=prompt, **values), made_by="Test Model 1")

    return add
