"""Find my picture: gets closer, keeps what it shows, and never trips over a bad file."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
import torch
from PIL import Image

from studio.engines.base import JobCancelled
from studio.engines.latent.engine import SlideEngine
from studio.engines.latent.find import FindEngine
from studio.engines.latent.finding import find, in_words, likeness
from studio.engines.latent.places import resolve
from studio.errors import StudioError
from studio.library.incoming import pack_picture
from studio.recipes import FindRecipe, Place
from tests.engines.latent.conftest import Job, done
from tests.tiny_latent import FACES


@pytest.fixture(scope="module")
def engine() -> FindEngine:
    return FindEngine()


def picture(model, seed: int) -> str:
    """A picture of the model's own, packed as the window packs a dropped one."""
    file = io.BytesIO()
    model.image(resolve(Place(seed=seed), model)).save(file, "PNG")
    return pack_picture(file.getvalue(), model.size)


def target(model, seed: int) -> torch.Tensor:
    frame = model.frame(resolve(Place(seed=seed), model))
    return torch.from_numpy(frame).permute(2, 0, 1).float() / 127.5 - 1


def test_it_gets_closer_than_its_start(model):
    wanted = target(model, 77)
    start = find(wanted, model, 0.0, seed=0)
    found = find(wanted, model, 0.3, seed=0)
    assert start.likeness == pytest.approx(likeness(start.code, wanted, model))
    assert found.likeness > start.likeness + 1.0
    assert torch.isfinite(found.code).all()
    assert torch.equal(found.code, find(wanted, model, 0.3, seed=0).code)


def test_what_is_kept_is_the_picture_at_the_place(engine, shelf, model):
    recipe = FindRecipe(model=model.model.id, picture=picture(model, 5), patience=0.05)
    job = done(engine, shelf, recipe)
    image, kept = job.kept[0]
    assert kept.kind == "slide"
    assert kept.place.found
    again, _ = done(SlideEngine(), shelf, kept).kept[0]
    assert np.array_equal(np.asarray(again), np.asarray(image))
    parts = [part for part, _ in job.done]
    assert parts == sorted(parts)
    assert job.done[-1] == (1.0, in_words(job_likeness(model, kept.place, recipe)))


def job_likeness(model, place: Place, recipe: FindRecipe) -> float:
    pixels = np.array(Image.open(io.BytesIO(base64.b64decode(recipe.picture))))
    wanted = torch.from_numpy(pixels).permute(2, 0, 1).float() / 127.5 - 1
    return likeness(resolve(place, model), wanted, model)


def test_how_close_it_came_is_said_in_words():
    assert "very like" in in_words(30.0)
    assert "as near as" in in_words(8.0)


@pytest.mark.parametrize("after", [1, 3, 70])
def test_cancel(engine, shelf, model, after):
    job = Job(shelf, cancel_after=after)
    recipe = FindRecipe(model=model.model.id, picture=picture(model, 5), patience=1.0)
    with pytest.raises(JobCancelled):
        engine.run(recipe, job.context)
    assert job.looks == after + 1
    assert not job.kept


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n broken"])
def test_a_picture_that_is_none_is_told_plainly(engine, shelf, data):
    recipe = FindRecipe(model=FACES, picture=base64.b64encode(data).decode())
    with pytest.raises(StudioError) as caught:
        engine.run(recipe, Job(shelf).context)
    assert caught.value.todo


def test_text_that_is_no_picture_is_told_plainly(engine, shelf):
    with pytest.raises(StudioError, match="damaged"):
        engine.run(FindRecipe(model=FACES, picture="%%%"), Job(shelf).context)
