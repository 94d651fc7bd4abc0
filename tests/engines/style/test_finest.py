"""The finest quality: the style's own patches, round by round, stopped whenever one likes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from studio.engines.base import JobCancelled, load_engines
from studio.engines.style import finest
from studio.engines.style.finest import FinestEngine
from studio.errors import StudioError
from studio.recipes import FinestRecipe, Manner, parse_recipe
from tests.engines.style.conftest import Job, scenery
from tests.tiny_style import BRUSHES


def stripes(size: int = 64) -> Image.Image:
    """A style nobody takes for another: diagonal bars of two colours, and a red corner."""
    rows, columns = np.mgrid[:size, :size]
    bars = ((rows + columns) // 4 % 2)[..., None]
    pixels = np.where(bars, (240, 220, 60), (20, 40, 120)).astype(np.uint8)
    pixels[: size // 4, : size // 4] = (200, 30, 30)
    return Image.fromarray(pixels)


@pytest.fixture
def finer(pictures):
    """A recipe for a small picture in the manner of the stripes; other values as given."""

    def make(**values) -> FinestRecipe:
        if "manners" not in values:
            values["manners"] = (Manner(picture=pictures.add(stripes())),)
        values.setdefault("content", pictures.add(scenery(60, 45)))
        values.setdefault("rounds", 4)
        return FinestRecipe(**({"model": BRUSHES, "strength": 1.0} | values))

    return make


@pytest.fixture
def made(shelf, pictures):
    """What a recipe gives: the picture and the recipe that is kept."""

    def make(recipe: FinestRecipe, **context) -> tuple[Image.Image, FinestRecipe]:
        job = Job(shelf, pictures.find)
        FinestEngine().run(recipe, replace(job.context, **context))
        assert job.done[-1] == (1.0, "Done")
        assert [done for done, _ in job.done] == sorted(done for done, _ in job.done)
        [(image, kept)] = job.kept
        return image, kept

    return make


def distance(a: Image.Image, b: Image.Image) -> float:
    return float(np.abs(np.asarray(a, float) - np.asarray(b, float)).mean())


def test_the_engine_is_registered():
    assert isinstance(load_engines(["finest"])["finest"], FinestEngine)


def test_its_colours_are_the_styles_and_its_shapes_the_pictures(made, finer, pictures):
    own = Image.new("RGB", (64, 48), (90, 90, 90))
    own.paste((200, 200, 200), (32, 0, 64, 48))
    image, _ = made(finer(content=pictures.add(own), rounds=6))
    pixels = np.asarray(image, float)
    assert pixels[:, 36:].mean() > pixels[:, :28].mean() + 15
    palette = np.array([(240, 220, 60), (20, 40, 120), (200, 30, 30)], float)
    off = np.abs(pixels[:, :, None] - palette).sum(-1).min(-1)
    assert np.median(off) < 60
    assert distance(image, own) > 40


def test_equal_recipes_give_equal_pictures_and_other_seeds_others(made, finer):
    recipe = finer()
    first, kept = made(recipe)
    assert kept == recipe
    assert made(parse_recipe(recipe.to_json()))[0].tobytes() == first.tobytes()
    assert made(recipe.change(seed=1))[0].tobytes() != first.tobytes()


@pytest.mark.parametrize("stop", [1, 3, 9])
def test_what_is_stopped_is_what_so_many_rounds_make(stop, made, finer):
    recipe = finer(rounds=400)
    rounds = 0

    def enough() -> bool:
        nonlocal rounds
        rounds += 1
        return rounds >= stop

    image, kept = made(recipe, enough=enough)
    assert kept == recipe.change(rounds=stop)
    assert made(kept)[0].tobytes() == image.tobytes()


def test_progress_goes_on_from_where_it_was_stopped(shelf, pictures, finer):
    job = Job(shelf, pictures.find)
    job.context.enough = lambda: len(job.done) > 4
    FinestEngine().run(finer(rounds=400, size=400), job.context)
    done = [one for one, _ in job.done]
    rounds = [one for one, note in job.done if note.startswith("Round")]
    finishing = [one for one, note in job.done if note == "Finishing"]
    assert done == sorted(done)
    assert finishing[0] == rounds[-1] < 0.1
    assert len(set(finishing)) > 2


def test_cancelled_it_keeps_nothing(shelf, pictures, finer):
    recipe = finer()
    whole = Job(shelf, pictures.find)
    FinestEngine().run(recipe, whole.context)
    for after in (0, 3, whole.looks // 2, whole.looks - 1):
        job = Job(shelf, pictures.find, cancel_after=after)
        with pytest.raises(JobCancelled):
            FinestEngine().run(recipe, job.context)
        assert not job.kept


def test_early_looks_have_the_pictures_shape(shelf, pictures, finer, monkeypatch):
    monkeypatch.setattr(finest, "SHOW_EVERY", 0.0)
    job = Job(shelf, pictures.find)
    FinestEngine().run(finer(rounds=6), job.context)
    assert len(job.previews) >= 4
    assert {image.size for image in job.previews} == {(60, 45)}


def test_a_larger_size_is_the_same_picture_only_finer(made, finer, monkeypatch):
    recipe = finer()
    small, _ = made(recipe)
    monkeypatch.setattr(finest, "WORKED", 60 * 45)
    large, kept = made(recipe.change(size=150))
    assert large.size == (150, 112)
    assert kept.size == 150
    assert distance(large.resize(small.size, Image.Resampling.BOX), small) < 18
    plain = np.asarray(small.resize(large.size, Image.Resampling.BICUBIC), float)

    def detail(pixels: np.ndarray) -> float:
        return float(np.abs(np.diff(pixels, axis=1)).mean())

    assert detail(np.asarray(large, float)) > 1.1 * detail(plain)


def test_strength_and_transparency(made, finer, pictures):
    own = scenery(60, 45).convert("RGBA")
    own.putalpha(Image.linear_gradient("L").resize((60, 45)))
    reference = pictures.add(own)
    image, _ = made(finer(content=reference, strength=0.0))
    assert image.getchannel("A").tobytes() == own.getchannel("A").tobytes()
    solid = np.asarray(own)[..., 3] > 250
    assert np.abs(np.asarray(image, int) - np.asarray(own))[solid].max() <= 1
    half, whole = (made(finer(content=reference, strength=strength))[0] for strength in (0.5, 1.0))

    def off(image: Image.Image) -> float:
        return float(np.abs(np.asarray(image, int) - np.asarray(own))[solid].mean())

    assert 1 < off(half) < off(whole)


def test_several_manners_all_show(made, finer, pictures):
    """A style with a small share shows less than one with a large one."""
    red = Manner(picture=pictures.add(Image.new("RGB", (40, 40), (220, 20, 20))), weight=1.0)
    grain = scenery(40, 40, seed=5)
    blue = Image.blend(grain, Image.new("RGB", (40, 40), (20, 20, 220)), 0.8)
    others = Manner(picture=pictures.add(blue), weight=1.0)

    def redness(first: float, second: float) -> float:
        manners = (
            red.model_copy(update={"weight": first}),
            others.model_copy(update={"weight": second}),
        )
        pixels = np.asarray(made(finer(manners=manners))[0], float)
        return float((pixels[..., 0] - pixels[..., 2]).mean())

    assert redness(0.9, 0.1) > redness(0.5, 0.5) > redness(0.1, 0.9)


def test_a_learned_style_needs_no_picture(made, finer):
    image, _ = made(finer(manners=(Manner(style="dots"),)))
    other, _ = made(finer(manners=(Manner(style="waves"),)))
    assert distance(image, other) > 2


@pytest.mark.parametrize("own", [(1, 1), (3, 200), (200, 3)])
@pytest.mark.parametrize("style", [(1, 1), (4, 90), (64, 64)])
def test_the_smallest_and_the_longest_pictures(own, style, made, finer, pictures):
    manner = Manner(picture=pictures.add(scenery(*style, seed=2)))
    image, _ = made(finer(content=pictures.add(scenery(*own)), manners=(manner,), rounds=2))
    assert image.size == own


def test_pictures_of_one_colour(made, finer, pictures):
    grey = pictures.add(Image.new("RGB", (40, 30), (128, 128, 128)))
    green = Manner(picture=pictures.add(Image.new("RGB", (40, 30), (20, 160, 40))))
    pixels = np.asarray(made(finer(content=grey, manners=(green,)))[0], int)
    assert np.abs(pixels - (20, 160, 40)).max() <= 6


def test_what_is_gone_is_said(made, finer):
    gone = Manner(picture="work:" + "0" * 32)
    with pytest.raises(StudioError, match="not in the library"):
        made(finer(manners=(gone,)))
    with pytest.raises(StudioError, match="more than Easel can paint"):
        made(finer(size=12_000))
