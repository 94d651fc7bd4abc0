"""The two tiny latent models, and a context that writes everything down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from studio.engines.base import Context
from studio.engines.devices import best_device
from studio.engines.latent.model import LatentModel
from studio.recipes import Recipe
from studio.shelf import Shelf
from tests.tiny_latent import FACES, FLOWERS, save_tiny_gan, save_tiny_vae


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Networks this small only lose time by handing work from thread to thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def latent_folder(tmp_path_factory) -> Path:
    """One folder with both; tests that spoil a model work on a copy."""
    folder = tmp_path_factory.mktemp("latent")
    save_tiny_vae(folder / "faces")
    save_tiny_gan(folder / "flowers")
    return folder


@pytest.fixture(scope="session")
def shelf(latent_folder: Path) -> Shelf:
    return Shelf(latent_folder, latent_folder / "models.json")


@pytest.fixture(scope="session", params=[FACES, FLOWERS])
def model_id(request) -> str:
    return request.param


@pytest.fixture(scope="session")
def faces(shelf) -> LatentModel:
    return LatentModel(shelf.model(FACES), best_device())


@pytest.fixture(scope="session")
def flowers(shelf) -> LatentModel:
    return LatentModel(shelf.model(FLOWERS), best_device())


@pytest.fixture
def model(model_id, faces, flowers) -> LatentModel:
    return faces if model_id == FACES else flowers


class Job:
    """A context that writes everything down; cancels after so many looks at the button."""

    def __init__(self, shelf: Shelf, cancel_after: int | None = None) -> None:
        self.kept: list[tuple[Image.Image, Recipe]] = []
        self.films: list[tuple[list[np.ndarray], float, Recipe]] = []
        self.tables: list[tuple[list[str], list[list[str | float]]]] = []
        self.done: list[tuple[float, str]] = []
        self.previews: list[Image.Image] = []
        self.looks = 0

        def cancelled() -> bool:
            self.looks += 1
            return cancel_after is not None and self.looks > cancel_after

        def film(index: int, frames: Iterator[np.ndarray], fps: float, recipe: Recipe) -> None:
            taken: list[np.ndarray] = []
            taken.extend(frame.copy() for frame in frames)
            self.films.append((taken, fps, recipe))

        self.context = Context(
            shelf,
            report=lambda done, note: self.done.append((done, note)),
            show=lambda index, image: self.previews.append(image),
            keep=lambda index, image, recipe: self.kept.append((image, recipe)),
            cancelled=cancelled,
            keep_film=film,
            keep_table=lambda names, rows: self.tables.append((names, rows)),
        )


def done(engine, shelf: Shelf, recipe: Recipe) -> Job:
    """The job of a recipe, run to its end."""
    job = Job(shelf)
    engine.run(recipe, job.context)
    return job
