"""Many pictures around a place, each repeatable by itself, with a table that tells the truth."""

from __future__ import annotations

import numpy as np
import pytest

from studio.engines.base import JobCancelled
from studio.engines.latent.engine import SlideEngine
from studio.engines.latent.places import resolve
from studio.engines.latent.variations import VariationsEngine, places
from studio.errors import StudioError
from studio.recipes import Place, Share, VariationsRecipe
from tests.engines.latent.conftest import Job, done
from tests.tiny_latent import FACES


@pytest.fixture(scope="module")
def engine() -> VariationsEngine:
    return VariationsEngine()


def test_each_picture_can_be_made_again_by_itself(engine, shelf, model_id):
    job = done(engine, shelf, VariationsRecipe(model=model_id, count=5, seed=3))
    assert len(job.kept) == 5
    image, recipe = job.kept[3]
    again, _ = done(SlideEngine(), shelf, recipe).kept[0]
    assert np.array_equal(np.asarray(again), np.asarray(image))
    assert len({one.tobytes() for one, _ in job.kept}) == 5


def test_the_table_has_a_row_for_each_with_all_readings(engine, shelf, model):
    job = done(engine, shelf, VariationsRecipe(model=model.model.id, count=4))
    ((names, rows),) = job.tables
    assert names == ["seed", *model.sliders.ids]
    assert len(rows) == 4
    for row, (_, recipe) in zip(rows, job.kept, strict=True):
        assert row[0] == recipe.place.seed
        readings = model.sliders.readings(resolve(recipe.place, model))
        assert row[1:] == pytest.approx(list(readings.values()), abs=1e-3)


def test_varied_sliders_are_spread_over_their_whole_range(engine, shelf):
    recipe = VariationsRecipe(
        model=FACES, count=10, vary=("glasses", "smile"), place=Place().pin(smile=0.1, drift=0.3)
    )
    ((names, rows),) = done(engine, shelf, recipe).tables
    for name in ("glasses", "smile"):
        column = sorted(row[names.index(name)] for row in rows)
        for part, value in enumerate(column):
            assert -1 + part / 5 - 1e-3 <= value <= -1 + (part + 1) / 5 + 1e-3
    assert [row[names.index("drift")] for row in rows] == pytest.approx([0.3] * 10, abs=1e-3)


def test_how_different(model):
    def away(amount: float) -> float:
        recipe = VariationsRecipe(place=Place(seed=1), amount=amount, count=6)
        center = resolve(Place(seed=1), model)
        made = [resolve(place, model) for place in places(recipe, model)]
        return float(np.mean([float((code - center).norm()) for code in made]))

    assert away(0.0) < 1e-5
    assert 0 < away(0.2) < away(0.6) < away(1.0)


def test_a_place_that_is_a_mix_of_mixes_has_variations_too(engine, shelf, model_id):
    place = Place(seed=1)
    for seed in (2, 3, 4):
        place = Place(seed=seed, mixed=(Share(place=place, weight=0.5),))
    assert place.depth == 3
    job = done(engine, shelf, VariationsRecipe(model=model_id, place=place, count=2))
    image, recipe = job.kept[0]
    again, _ = done(SlideEngine(), shelf, recipe.change()).kept[0]
    assert np.array_equal(np.asarray(again), np.asarray(image))


def test_an_unknown_slider_is_told_before_anything_is_made(engine, shelf, model_id):
    job = Job(shelf)
    with pytest.raises(StudioError, match="no slider “wings”"):
        engine.run(VariationsRecipe(model=model_id, vary=("wings",)), job.context)
    assert not job.kept


def test_what_was_made_before_a_cancel_is_in_the_table(engine, shelf, model_id):
    job = Job(shelf, cancel_after=4)
    with pytest.raises(JobCancelled):
        engine.run(VariationsRecipe(model=model_id, count=1000), job.context)
    assert 0 < len(job.kept) < 5
    assert len(job.tables[0][1]) == len(job.kept)
