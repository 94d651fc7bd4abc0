"""The tiny style model, pictures to paint, and a context that writes everything down."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from studio.engines.base import Context
from studio.engines.devices import best_device
from studio.engines.style.opened import StyleModel
from studio.errors import StudioError
from studio.recipes import Manner, Recipe, StyleRecipe
from studio.shelf import Shelf
from tests.tiny_style import BRUSHES, save_tiny_style


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Networks this small only lose time by handing work from thread to thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def style_folder(tmp_path_factory) -> Path:
    """The model's folder; tests that spoil it work on a copy."""
    return save_tiny_style(tmp_path_factory.mktemp("style") / "brushes")


@pytest.fixture(scope="session")
def shelf(style_folder: Path) -> Shelf:
    return Shelf(style_folder.parent, style_folder.parent / "models.json")


@pytest.fixture(scope="session")
def model(shelf) -> StyleModel:
    return StyleModel(shelf.model(BRUSHES), best_device())


def scenery(width: int, height: int, seed: int = 0) -> Image.Image:
    """Something like a photograph: soft large shapes with a little grain."""
    dice = np.random.default_rng(seed)
    small = Image.fromarray(dice.integers(0, 256, (4, 5, 3), np.uint8))
    soft = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), np.float32)
    grain = dice.normal(0.0, 6.0, (height, width, 3))
    return Image.fromarray((soft + grain).clip(0, 255).astype(np.uint8))


class Pictures:
    """A stand-in for the library: files that recipes refer to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self._files: dict[str, Path] = {}

    def add(self, image: Image.Image, name: str = "picture.png", **options: Any) -> str:
        """Save a picture; its reference."""
        file = self.folder / f"{len(self._files)} {name}"
        image.save(file, **options)
        return self.take(file)

    def take(self, file: Path) -> str:
        reference = f"source:{hashlib.sha256(file.read_bytes()).hexdigest()}"
        self._files[reference] = file
        return reference

    def find(self, reference: str) -> Path:
        self.asked.append(reference)
        if reference not in self._files:
            raise StudioError("A picture is not in the library any more.", "Put it back.")
        return self._files[reference]


@pytest.fixture
def pictures(tmp_path) -> Pictures:
    return Pictures(tmp_path)


@pytest.fixture
def wish(pictures) -> Callable[..., StyleRecipe]:
    """A recipe for a small picture in the manner "dots"; other values as given."""

    def make(**values: Any) -> StyleRecipe:
        values.setdefault("manners", (Manner(style="dots"),))
        if "content" not in values:
            values["content"] = pictures.add(scenery(96, 72))
        return StyleRecipe(model=BRUSHES, **values)

    return make


class Job:
    """A context that writes everything down; cancels after so many looks at the button."""

    def __init__(
        self, shelf: Shelf, find: Callable[[str], Path], cancel_after: int | None = None
    ) -> None:
        self.kept: list[tuple[Image.Image, Recipe]] = []
        self.done: list[tuple[float, str]] = []
        self.previews: list[Image.Image] = []
        self.looks = 0

        def cancelled() -> bool:
            self.looks += 1
            return cancel_after is not None and self.looks > cancel_after

        self.context = Context(
            shelf,
            report=lambda done, note: self.done.append((done, note)),
            show=lambda index, image: self.previews.append(image),
            keep=lambda index, image, recipe: self.kept.append((image, recipe)),
            cancelled=cancelled,
            find=find,
        )
