"""One picture in the manner of others: kept as a job, and seen while a slider moves."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from studio.engines.base import JobCancelled, LiveEngine, load_engines
from studio.engines.style import painting
from studio.engines.style.engine import StyleEngine
from studio.engines.style.painting import Hand
from studio.errors import StudioError
from studio.recipes import Manner, StyleRecipe, parse_recipe
from tests.engines.style.conftest import Job, scenery

DOTS, WAVES = Manner(style="dots"), Manner(style="waves")


@pytest.fixture(scope="module")
def engine() -> StyleEngine:
    return StyleEngine()


@pytest.fixture
def made(engine, shelf, pictures):
    """The picture of a recipe, made as a job."""

    def make(recipe: StyleRecipe) -> Image.Image:
        job = Job(shelf, pictures.find)
        engine.run(recipe, job.context)
        [(image, kept)] = job.kept
        assert kept == recipe
        return image

    return make


def values(image) -> np.ndarray:
    return np.asarray(image, np.int16)


def left_half() -> str:
    image = Image.new("L", (40, 30), 0)
    image.paste(255, (0, 0, 20, 30))
    file = io.BytesIO()
    image.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_the_engine_is_registered():
    engines = load_engines(["style"])
    assert isinstance(engines["style"], LiveEngine)


def test_the_same_recipe_gives_the_same_picture(made, wish, shelf, pictures):
    recipe = wish()
    first = made(recipe)
    job = Job(shelf, pictures.find)
    StyleEngine().run(parse_recipe(recipe.to_json()), job.context)
    assert first.tobytes() == job.kept[0][0].tobytes()
    assert job.done[-1] == (1.0, "Done")
    assert not job.previews  # it is painted at once


@pytest.mark.parametrize(("size", "expected"), [(0, (96, 72)), (300, (300, 225)), (20, (20, 15))])
def test_sizes(size, expected, made, wish):
    assert made(wish(size=size)).size == expected


def test_a_large_picture_is_shown_early(engine, shelf, wish, pictures):
    job = Job(shelf, pictures.find)
    engine.run(wish(size=900, brush=1.0), job.context)
    assert [image.size for image in job.previews] == [(380, 285)]
    early = values(job.previews[0])
    late = values(job.kept[0][0].resize((380, 285), Image.Resampling.BOX))
    assert np.abs(early - late).mean() < 4


def test_strength_leads_from_the_own_picture_to_the_painted_one(made, wish):
    recipe = wish()
    own = values(scenery(96, 72))
    far = [np.abs(values(made(recipe.change(strength=s))) - own).mean() for s in (0, 0.2, 0.5, 1)]
    assert far[0] == 0
    assert far == sorted(far)
    assert far[3] > 10


def test_manners_mix_by_their_weights(made, wish):
    recipe = wish(strength=1.0)
    dots, waves = values(made(recipe)), values(made(recipe.change(manners=(WAVES,))))
    assert np.abs(dots - waves).mean() > 5
    mostly = (DOTS, Manner(style="waves", weight=0.1))
    mixed = values(made(recipe.change(manners=mostly)))
    assert 0 < np.abs(mixed - dots).mean() < np.abs(mixed - waves).mean()
    unused = (DOTS, Manner(style="waves", weight=0.0))
    assert np.array_equal(values(made(recipe.change(manners=unused))), dots)


def test_any_picture_is_a_manner(made, wish, pictures):
    styles = [pictures.add(scenery(70, 90, seed)) for seed in (7, 8)]
    first, second = (values(made(wish(manners=(Manner(picture=one),)))) for one in styles)
    assert np.abs(first - second).mean() > 0.5


def test_a_manner_without_a_share_need_not_be_there(made, wish):
    gone = Manner(picture="source:" + "0" * 64, weight=0.0)
    assert made(wish(manners=(DOTS, gone))).size == (96, 72)


def test_the_mask_says_where(made, wish):
    own = values(scenery(96, 72))
    recipe = wish(strength=1.0)
    painted = values(made(recipe))
    masked = values(made(recipe.change(mask=left_half(), feather=0.0)))
    assert np.array_equal(masked[:, :40], painted[:, :40])
    assert np.array_equal(masked[:, 56:], own[:, 56:])


def test_colours_differ(made, wish):
    recipe = wish(strength=1.0)
    one, two, three = (
        values(made(recipe.change(colours=whose))) for whose in ("style", "mine", "matched")
    )
    assert np.abs(one - two).mean() > 2
    assert np.abs(two - three).mean() > 2


def test_transparency_stays(made, wish, pictures):
    image = scenery(64, 64)
    alpha = Image.radial_gradient("L").resize((64, 64))
    image.putalpha(alpha)
    result = made(wish(content=pictures.add(image)))
    assert result.mode == "RGBA"
    assert result.getchannel("A").tobytes() == alpha.tobytes()


@pytest.mark.parametrize("name", ["photo.jpg", "photo.webp", "photo.gif", "photo.tiff"])
def test_files_of_many_kinds(name, made, wish, pictures):
    assert made(wish(content=pictures.add(scenery(50, 40), name))).size == (50, 40)


def test_a_photograph_that_lies_on_its_side_is_painted_upright(made, wish, pictures):
    exif = Image.Exif()
    exif[0x0112] = 6
    reference = pictures.add(scenery(50, 40), "photo.jpg", exif=exif)
    assert made(wish(content=reference)).size == (40, 50)


def test_cancel_between_the_pieces_keeps_nothing(engine, shelf, wish, pictures, monkeypatch):
    monkeypatch.setattr(painting, "TILE", 128)
    recipe = wish(size=700, brush=1.0)
    whole = Job(shelf, pictures.find)
    engine.run(recipe, whole.context)
    assert whole.looks > 20
    for after in (0, 1, 5, whole.looks - 1):
        job = Job(shelf, pictures.find, cancel_after=after)
        with pytest.raises(JobCancelled):
            engine.run(recipe, job.context)
        assert not job.kept
        assert job.looks == after + 1


def test_preparing_keeps_and_finds_nothing(engine, shelf, wish, pictures):
    job = Job(shelf, pictures.find)
    engine.prepare(wish(), job.context)
    assert (job.kept, job.previews, pictures.asked) == ([], [], [])


def test_what_cannot_be_painted_is_said_in_plain_words(engine, shelf, wish, pictures, tmp_path):
    (tmp_path / "text.png").write_text("no picture at all")
    Image.new("L", (9000, 9000)).save(tmp_path / "large.png")
    for values_, words in (
        ({"content": "source:" + "0" * 64}, "not in the library"),
        ({"content": pictures.take(tmp_path / "text.png")}, "not a picture"),
        ({"content": pictures.take(tmp_path / "large.png")}, "too large"),
        ({"manners": (Manner(picture=pictures.take(tmp_path / "text.png")),)}, "not a picture"),
        ({"manners": (Manner(style="nothing"),)}, "does not know the style"),
        ({"size": 12000}, "more than Easel can paint"),
        ({"mask": "????"}, "damaged"),
    ):
        job = Job(shelf, pictures.find)
        with pytest.raises(StudioError, match=words):
            engine.run(wish(**values_), job.context)
        assert not job.kept


class TestLive:
    @pytest.fixture
    def look(self, engine, shelf, pictures):
        looker = engine.looker()
        return lambda recipe, side: looker.look(recipe, shelf, side, pictures.find).image

    @pytest.fixture
    def painted(self, monkeypatch) -> list[tuple[int, int]]:
        """The sizes of what is painted from now on."""
        sizes: list[tuple[int, int]] = []
        paint = Hand.paint

        def counted(self, content, size, *more, **named):
            sizes.append(size)
            return paint(self, content, size, *more, **named)

        monkeypatch.setattr(Hand, "paint", counted)
        return sizes

    def test_what_is_seen_is_what_is_kept(self, look, made, wish):
        recipe = wish(colours="matched", mask=left_half())
        assert np.array_equal(look(recipe, 0), np.asarray(made(recipe)))
        assert np.array_equal(look(recipe, 96), np.asarray(made(recipe)))

    def test_small_it_looks_as_it_does_large(self, look, made, wish, pictures):
        recipe = wish(content=pictures.add(scenery(900, 600)), brush=1.0, strength=1.0)
        seen = look(recipe, 256)
        assert seen.shape == (171, 256, 3)
        small = made(recipe).resize((256, 171), Image.Resampling.BOX)
        assert np.abs(values(small) - seen).mean() < 4

    def test_a_large_picture_looks_the_same_though_it_is_kept_smaller(
        self, look, wish, pictures, made
    ):
        recipe = wish(content=pictures.add(scenery(2400, 1500)), brush=1.0, size=300)
        assert np.abs(values(look(recipe, 300)) - values(made(recipe))).mean() < 2

    def test_sides(self, look, wish):
        recipe = wish(size=200)
        assert look(recipe, 100).shape == (75, 100, 3)
        assert look(recipe, 1024).shape == (150, 200, 3)
        assert look(recipe, 0).shape == (150, 200, 3)

    def test_strength_mask_and_colours_paint_nothing_anew(self, look, wish, painted, pictures):
        recipe = wish(manners=(Manner(picture=pictures.add(scenery(50, 50, 9))),))
        first = look(recipe, 96)
        pictures.asked.clear()
        for change in (
            {"strength": 0.3},
            {"mask": left_half()},
            {"feather": 1.0},
            {"colours": "mine"},
            {"words": "a title"},
        ):
            recipe = recipe.change(**change)
            look(recipe, 96)
        assert len(painted) == 1
        assert pictures.asked == []
        assert not np.array_equal(look(recipe, 96), first)
        look(recipe.change(brush=0.5), 96)
        look(recipe.change(manners=(WAVES,)), 96)
        assert len(painted) == 3

    def test_no_more_than_a_few_pictures_are_remembered(self, look, wish, painted):
        recipe = wish()
        brushes = [number / 10 for number in range(8)]
        for brush in (*brushes, *reversed(brushes)):
            look(recipe.change(brush=brush), 64)
        assert len(painted) == 10  # the last six were remembered

    def test_what_is_transparent_lies_over_white(self, look, wish, pictures):
        image = Image.new("RGBA", (64, 64), (0, 0, 200, 0))
        assert (look(wish(content=pictures.add(image)), 64) == 255).all()

    def test_what_is_gone_is_said(self, look, wish):
        with pytest.raises(StudioError, match="not in the library"):
            look(wish(content="work:" + "0" * 32), 64)
