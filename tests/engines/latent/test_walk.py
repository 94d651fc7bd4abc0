"""Films: they pass their stops, close without a jump, and come out the same twice."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from studio.engines.base import JobCancelled
from studio.engines.latent.engine import SlideEngine
from studio.engines.latent.paths import Path
from studio.engines.latent.walk import WalkEngine
from studio.recipes import Place, SlideRecipe, WalkRecipe
from tests.engines.latent.conftest import Job, done

MOTIONS = ["flowing", "resting", "steady"]
STOPS = (Place(seed=1), Place(seed=2), Place(seed=3))


@pytest.fixture(scope="module")
def engine() -> WalkEngine:
    return WalkEngine()


def film(engine, shelf, **values) -> list[np.ndarray]:
    recipe = WalkRecipe(**{"stops": STOPS, "seconds": 0.8, "fps": 20} | values)
    frames, fps, kept = done(engine, shelf, recipe).films[0]
    assert (fps, kept) == (recipe.fps, recipe)
    assert len(frames) == recipe.count
    return frames


def change(a, b) -> float:
    return float(np.abs(a.astype(int) - b).mean())


@pytest.mark.parametrize("motion", MOTIONS)
@pytest.mark.parametrize("loop", [True, False])
def test_every_stop_is_on_the_path(engine, shelf, model_id, motion, loop):
    frames = film(engine, shelf, model=model_id, motion=motion, loop=loop)
    looker = SlideEngine().looker()
    for place in STOPS:
        picture = looker.look(SlideRecipe(model=model_id, place=place), shelf, 0).image
        assert any(np.array_equal(picture, frame) for frame in frames)
    first = looker.look(SlideRecipe(model=model_id, place=STOPS[0]), shelf, 0).image
    assert np.array_equal(frames[0], first)


@pytest.mark.parametrize("motion", MOTIONS)
def test_a_loop_closes_without_a_jump(engine, shelf, model_id, motion):
    frames = film(engine, shelf, model=model_id, motion=motion, seconds=1.6)
    steps = [change(a, b) for a, b in pairwise(frames)]
    assert change(frames[-1], frames[0]) <= 1.5 * max(steps)
    assert max(steps) < 0.7 * change(frames[0], frames[len(frames) // 3])


def test_a_path_made_twice_is_identical(engine, shelf, model_id):
    first = film(engine, shelf, model=model_id, motion="steady")
    second = film(WalkEngine(), shelf, model=model_id, motion="steady")
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def test_size_and_other_forms(engine, shelf, model_id):
    frames = film(engine, shelf, model=model_id, size=48, format="frames")
    assert frames[0].shape == (48, 48, 3)
    sheet = WalkRecipe(model=model_id, stops=STOPS, seconds=4, format="sheet")
    job = done(engine, shelf, sheet)
    image, kept = job.kept[0]
    assert kept == sheet
    assert not job.films
    assert image.width == 6 * 32 + 7
    assert image.height == 4 * 32 + 5
    cell = np.asarray(image.crop((1, 1, 33, 33)))
    assert np.array_equal(cell, film(engine, shelf, model=model_id)[0])


def test_frames_are_drawn_when_they_are_asked_for_and_cancel_comes_between(shelf, model_id):
    job = Job(shelf, cancel_after=9)
    recipe = WalkRecipe(model=model_id, stops=STOPS, seconds=60)
    with pytest.raises(JobCancelled):
        WalkEngine().run(recipe, job.context)
    assert not job.films
    assert job.done[-1][0] < 0.1


def test_progress_rises_to_one(engine, shelf, model_id):
    job = done(engine, shelf, WalkRecipe(model=model_id, stops=STOPS, seconds=0.5))
    parts = [part for part, _ in job.done]
    assert parts == sorted(parts)
    assert parts[-1] == 1.0
    assert job.previews


def codes(seeds: list[int], dim: int = 6) -> list[torch.Tensor]:
    return [
        torch.randn(1, dim, generator=torch.Generator().manual_seed(seed)) + 0.0 for seed in seeds
    ]


@settings(deadline=None, max_examples=60)
@given(
    seeds=st.lists(st.integers(0, 5), min_size=2, max_size=6),
    count=st.integers(2, 60),
    loop=st.booleans(),
    motion=st.sampled_from(MOTIONS),
    round_from=st.sampled_from([0, 2, 6]),
)
@example([1, 1, 0], 2, False, "steady", 0)
def test_any_path_is_whole(seeds, count, loop, motion, round_from):
    """Whatever the stops (equal ones, too) and however few frames: finite, in order, at its ends,
    and nowhere further from the average than its stops allow."""
    stops = codes(seeds)
    path = Path(stops, loop, motion, torch.zeros(1, 6), round_from)
    spots = path.frames(count)
    assert len(spots) == count
    assert spots == sorted(spots)
    # not always 0: an even pace spends no frame between two stops that are the same
    assert torch.equal(path.at(spots[0]), stops[0])
    if not loop:
        assert torch.equal(path.at(spots[-1]), stops[-1])
    far = max(float(stop.norm()) for stop in stops)
    for spot in spots:
        code = path.at(spot)
        assert torch.isfinite(code).all()
        assert float(code.norm()) < 2 * far + 1e-3


def test_random_numbers_keep_their_length_between_stops():
    stops = codes([1, 2], dim=64)
    rounded = Path(stops, False, "flowing", torch.zeros(1, 64), 0)
    straight = Path(stops, False, "flowing", torch.zeros(1, 64), 64)
    lengths = [float(stop.norm()) for stop in stops]
    assert float(rounded.at(0.5).norm()) == pytest.approx(sum(lengths) / 2, rel=1e-4)
    assert float(straight.at(0.5).norm()) < 0.85 * min(lengths)


def speeds(path: Path, count: int) -> np.ndarray:
    found = [path.at(spot) for spot in path.frames(count)]
    return np.array([float((b - a).norm()) for a, b in pairwise(found)])


def test_steady_is_even_and_resting_rests():
    near = codes([1, 2])
    stops = [near[0], near[0] + 0.2 * (near[1] - near[0]), codes([5])[0]]
    zero = torch.zeros(1, 6)
    even = speeds(Path(stops, False, "steady", zero, 6), 60)
    assert even.max() < 1.6 * np.median(even)
    uneven = speeds(Path(stops, False, "flowing", zero, 6), 60)
    assert uneven.max() > 2 * np.median(even)
    rest = speeds(Path(stops, False, "resting", zero, 6), 61)
    assert rest[30] < 0.2 * rest[45]
    assert rest[0] < 0.2 * rest[15]


def test_flowing_does_not_jerk():
    """Speed changes little from one frame to the next, also across stops and a loop's seam."""
    path = Path(codes([1, 2, 3, 4]), True, "flowing", torch.zeros(1, 6), 6)
    found = [path.at(spot) for spot in path.frames(120)]
    steps = [b - a for a, b in zip(found, [*found[1:], found[0]], strict=True)]
    jerks = [float((b - a).norm()) for a, b in zip(steps, [*steps[1:], steps[0]], strict=True)]
    assert max(jerks) < 0.25 * max(float(step.norm()) for step in steps)
