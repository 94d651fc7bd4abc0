"""One picture: the same pixels as a job, under a moving slider and at another time."""

from __future__ import annotations

import numpy as np
import pytest

from studio.engines.base import JobCancelled, LiveEngine, load_engines
from studio.engines.latent.engine import SlideEngine
from studio.recipes import Place, SlideRecipe
from studio.recipes.base import parse_recipe
from tests.engines.latent.conftest import Job, done


@pytest.fixture(scope="module")
def engine() -> SlideEngine:
    return SlideEngine()


def test_the_engines_of_this_room_are_registered():
    engines = load_engines(["slide", "walk", "find", "variations"])
    assert sorted(engines) == ["find", "slide", "variations", "walk"]
    assert isinstance(engines["slide"], LiveEngine)


@pytest.mark.parametrize("size", [0, 48, 20])
def test_a_kept_picture_is_what_was_seen_to_the_pixel(engine, shelf, model_id, size):
    recipe = SlideRecipe(model=model_id, place=Place(seed=3), size=size)
    sight = engine.looker().look(recipe, shelf, 0)
    image, kept = done(SlideEngine(), shelf, recipe).kept[0]
    assert kept == recipe
    assert sight.image.shape == (size or 32, size or 32, 3)
    assert sight.image.dtype == np.uint8
    assert np.array_equal(np.asarray(image), sight.image)
    again, _ = done(engine, shelf, parse_recipe(kept.to_json())).kept[0]
    assert np.array_equal(np.asarray(again), sight.image)


def test_other_places_look_different(engine, shelf, model_id):
    looker = engine.looker()
    seen = [
        looker.look(SlideRecipe(model=model_id, place=Place(seed=seed)), shelf, 0).image
        for seed in (1, 2)
    ]
    assert np.abs(seen[0].astype(int) - seen[1]).mean() > 2


def test_what_was_seen_can_be_returned_to(engine, shelf, model_id):
    looker = engine.looker()
    sight = looker.look(SlideRecipe(model=model_id, place=Place(seed=3)), shelf, 0)
    there = SlideRecipe(model=model_id, place=Place(found=sight.found))
    again = looker.look(there, shelf, 0)
    assert again.found == sight.found
    assert again.readings == pytest.approx(sight.readings, abs=0.01)
    assert np.abs(again.image.astype(int) - sight.image).mean() < 3


def test_a_slider_reads_what_it_was_set_to(engine, shelf, model_id):
    looker = engine.looker()
    names = list(looker.look(SlideRecipe(model=model_id), shelf, 0).readings)
    place = Place(seed=2).pin(**{names[0]: 0.75})
    sight = looker.look(SlideRecipe(model=model_id, place=place), shelf, 16)
    assert sight.readings[names[0]] == pytest.approx(0.75, abs=1e-4)


def test_while_dragging_the_picture_may_be_smaller(engine, shelf, model_id):
    looker = engine.looker()
    recipe = SlideRecipe(model=model_id, place=Place(seed=3), size=512)
    assert looker.look(recipe, shelf, 16).image.shape[0] in range(16, 33)
    assert looker.look(recipe, shelf, 512).image.shape[0] == 32  # as many as the model has


def test_cancel(engine, shelf, model_id):
    job = Job(shelf, cancel_after=0)
    with pytest.raises(JobCancelled):
        engine.run(SlideRecipe(model=model_id), job.context)
    assert not job.kept
