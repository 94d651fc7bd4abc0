"""Films in a style: the right pictures at the right time, calm where nothing moves."""

from __future__ import annotations

import base64
import io
import struct
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.engines.base import JobCancelled, load_engines
from studio.engines.latent.walk import WalkEngine
from studio.engines.style import films
from studio.engines.style.footage import FilmFootage
from studio.errors import StudioError
from studio.library import Library
from studio.recipes import Manner, Place, StyleFilmRecipe, WalkRecipe
from studio.shelf import Shelf
from tests.engines.style.conftest import Job, scenery
from tests.library.film_frames import EXTENSIONS, RECIPE
from tests.library.film_frames import frames as bars
from tests.tiny_latent import FACES, save_tiny_vae
from tests.tiny_style import BRUSHES

DOTS, WAVES = Manner(style="dots"), Manner(style="waves")
Frames = list[np.ndarray]


@pytest.fixture(scope="module")
def engine() -> films.StyleFilmEngine:
    return films.StyleFilmEngine()


@pytest.fixture(scope="session")
def shelf(style_folder, tmp_path_factory) -> Shelf:
    """The painter, and a model with sliders."""
    if not (style_folder.parent / "faces").exists():
        save_tiny_vae(style_folder.parent / "faces")
    return Shelf(style_folder.parent, style_folder.parent / "models.json")


@pytest.fixture
def film(tmp_path, pictures) -> Callable[..., str]:
    """A film in a file of its own; its reference."""

    def make(frames=None, extension=".gif", fps=10.0) -> str:
        with Library.open(tmp_path / "films") as library:
            kept = library.add_film(
                bars() if frames is None else frames,
                fps,
                RECIPE,
                extension=extension,
                made_by="a test",
            )
        return pictures.take(kept.path)

    return make


@pytest.fixture
def gif(tmp_path, pictures) -> Callable[[list[int], list[int]], str]:
    """A GIF of plain greys, each shown for so many milliseconds."""

    def make(greys: list[int], pauses: list[int]) -> str:
        file = tmp_path / "film.gif"
        first, *others = [Image.new("L", (32, 24), grey) for grey in greys]
        first.save(file, save_all=True, append_images=others, duration=pauses, loop=0)
        return pictures.take(file)

    return make


@pytest.fixture
def paint(engine, shelf, pictures) -> Callable[..., tuple[Frames, float]]:
    """The pictures of a film's recipe and how many there are a second."""

    def make(content: str = "", **values) -> tuple[Frames, float]:
        job = FilmJob(shelf, pictures.find)
        recipe = wish(content, **values)
        engine.run(recipe, job.context)
        [(frames, fps, kept)] = job.films
        assert kept == recipe
        assert all(frame.dtype == np.uint8 for frame in frames)
        assert [done for done, _ in job.done] == sorted(done for done, _ in job.done)
        assert job.previews
        return frames, fps

    return make


def wish(content: str = "", **values) -> StyleFilmRecipe:
    values = {"manners": (DOTS,)} | values
    return StyleFilmRecipe(model=BRUSHES, content=content, **values)


class FilmJob(Job):
    def __init__(self, shelf: Shelf, find, cancel_after: int | None = None) -> None:
        super().__init__(shelf, find, cancel_after)
        self.films: list[tuple[Frames, float, StyleFilmRecipe]] = []
        self.sound: Path | None = None

        def film(index, frames: Iterator[np.ndarray], fps: float, recipe, sound=None, made=None):
            taken: Frames = []
            for frame in frames:
                taken.append(frame.copy())
            self.films.append((taken, fps, made() if made else recipe))
            self.sound = sound

        self.context.keep_film = film


def apart(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(float) - other).mean())


def test_the_engine_is_registered():
    assert isinstance(load_engines(["style-film"])["style-film"], films.StyleFilmEngine)


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_film_of_every_kind_comes_out_as_long_and_large_as_it_went_in(film, paint, extension):
    content = film(extension=extension)
    frames, fps = paint(content)
    assert (len(frames), round(fps)) == (10, 10)
    assert frames[0].shape == (32, 48, 3)
    unpainted, _ = paint(content, strength=0.0)
    for number, (own, there) in enumerate(zip(bars(), unpainted, strict=True)):
        assert apart(own, there) < 12, number
    assert all(apart(a, b) > 3 for a, b in zip(frames, unpainted, strict=True))


def test_a_film_from_a_telephone_held_upright_stands_upright(film, paint, pictures):
    file = pictures.find(film(extension=".mp4"))
    data = bytearray(file.read_bytes())
    at = data.index(b"tkhd")
    matrix = at + 4 + 40  # version 0: what comes before it has 40 bytes
    assert struct.unpack_from(">9i", data, matrix)[:5] == (0x10000, 0, 0, 0, 0x10000)
    clockwise = (0, 0x10000, 0, -0x10000, 0, 0, 32 << 16, 0, 0x40000000)
    struct.pack_into(">9i", data, matrix, *clockwise)
    lying = file.with_name("lying.mp4")
    lying.write_bytes(data)
    frames, _ = paint(pictures.take(lying), strength=0.0)
    assert frames[0].shape == (48, 32, 3)
    for own, there in zip(bars(), frames, strict=True):
        assert apart(np.rot90(own, -1), there) < 12


def test_equal_recipes_give_equal_films(film, paint, engine, shelf, pictures):
    content = film()
    first, _ = paint(content)
    other, _ = paint(content, manners=(WAVES,))
    again, _ = paint(content)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert all(apart(a, b) > 1 for a, b in zip(first, other, strict=True))


def greys(frames: Frames) -> list[int]:
    return [round(float(frame.mean())) for frame in frames]


def test_pictures_that_stand_longer_are_shown_longer(gif, paint):
    content = gif([0, 100, 200], [300, 50, 100])
    frames, fps = paint(content, strength=0.0)
    assert fps == pytest.approx(20)
    assert greys(frames) == [0] * 6 + [100] + [200] * 2


def test_an_even_film_has_its_own_pace(gif, paint):
    frames, fps = paint(gif([0, 100, 200, 250], [40, 40, 40, 40]), strength=0.0)
    assert fps == pytest.approx(25)
    assert greys(frames) == [0, 100, 200, 250]


@pytest.mark.parametrize(
    ("fps", "shown"),
    [(5, [0, 100, 200]), (10, [0, 50, 100, 150, 200]), (20, sorted([0, 50, 100, 150, 200] * 2))],
)
def test_another_pace_can_be_asked_for(gif, paint, fps, shown):
    frames, found = paint(gif([0, 50, 100, 150, 200], [100] * 5), strength=0.0, fps=fps)
    assert found == fps
    assert len(frames) == len(shown) or fps == 5
    assert set(greys(frames)) <= set(shown) | {50, 150}
    if fps != 5:
        assert greys(frames) == shown


def test_a_picture_that_stands_is_painted_once(gif, paint, monkeypatch):
    counted = []
    hand_paint = films.Hand.paint

    def counting(self, *given, **named):
        counted.append(1)
        return hand_paint(self, *given, **named)

    monkeypatch.setattr(films.Hand, "paint", counting)
    frames, _ = paint(gif([0, 200, 90], [1000, 50, 50]))
    assert len(frames) == 22
    assert len(counted) <= 3 + 1  # and one from which the colours are known
    assert all(np.array_equal(frame, frames[0]) for frame in frames[:20])


def test_what_is_known_of_the_film_is_known_of_all_its_pictures(film, paint):
    dark = np.asarray(scenery(48, 32)) // 3
    light = 255 - dark
    frames, _ = paint(film([dark, light, dark, light, light], ".png"), steadiness=0.0)
    assert np.array_equal(frames[0], frames[2])
    assert np.array_equal(frames[1], frames[4])
    alone, _ = paint(film([dark, dark], ".png"), steadiness=0.0)
    assert apart(alone[0], frames[0]) > 1  # a dark film is not a dark picture of a light one


def noise(count: int, deviation: float = 4.0) -> Iterator[np.ndarray]:
    """A scene that stands still, and a sensor's noise."""
    clean = np.asarray(scenery(96, 64), float)
    dice = np.random.default_rng(1)
    for _ in range(count):
        yield (clean + dice.normal(0, deviation, clean.shape)).clip(0, 255).astype(np.uint8)


def flicker(frames: Frames) -> float:
    frames = frames[3:]
    return float(np.mean([apart(a, b) for a, b in pairwise(frames)]))


@pytest.mark.parametrize("colours", ["style", "mine", "matched"])
def test_a_still_scene_does_not_flicker(film, paint, colours):
    source = list(noise(12))
    content = film(source, ".png")
    frames, _ = paint(content, strength=1.0, colours=colours)
    lively, _ = paint(content, strength=1.0, colours=colours, steadiness=0.0)
    assert flicker(frames) <= 1.2 * flicker(source)
    assert flicker(frames) < 0.5 * flicker(lively)


def test_what_moves_leaves_no_trail(film, paint):
    def rolling() -> Iterator[np.ndarray]:
        for number, frame in enumerate(noise(14, 2.0)):
            frame = frame.copy()
            frame[20:44, 6 * number : 6 * number + 16] = 250, 30, 30
            yield frame

    content = film(rolling(), ".png")
    calm, _ = paint(content, steadiness=1.0)
    lively, _ = paint(content, steadiness=0.0)
    left = np.s_[24:40, 4:20]  # it was here in the first pictures
    assert apart(calm[-1][left], lively[-1][left]) < 0.25 * apart(calm[0][left], lively[-1][left])


def test_a_mask_keeps_what_is_outside_of_it(film, paint):
    mask = Image.new("L", (48, 32), 0)
    mask.paste(255, (0, 0, 24, 32))
    file = io.BytesIO()
    mask.save(file, "PNG")
    content = film(extension=".png")
    frames, _ = paint(content, mask=base64.b64encode(file.getvalue()).decode(), feather=0.0)
    for own, there in zip(bars(), frames, strict=True):
        assert np.array_equal(own[:, 26:], there[:, 26:])
        assert apart(own[:, :22], there[:, :22]) > 3


def test_a_film_can_be_larger_than_its_source(film, paint):
    frames, _ = paint(film(), size=96)
    assert frames[0].shape == (64, 96, 3)


def test_a_film_that_no_player_shows_is_refused(film, paint):
    with pytest.raises(StudioError, match="4,096"):
        paint(film(), size=5000)


def test_a_huge_film_is_made_smaller(film):
    recipe = wish("source:" + "0" * 64)
    assert films.film_size(recipe, (7680, 4320)) == (4096, 2304)
    assert films.film_size(recipe, (1920, 1080)) == (1920, 1080)


# -- Paths of the sliders' room


def path(**values) -> WalkRecipe:
    stops = (Place(seed=1), Place(seed=2), Place(seed=3))
    return WalkRecipe(**{"model": FACES, "stops": stops, "seconds": 0.8, "fps": 10} | values)


def test_a_path_is_drawn_as_its_own_room_draws_it(paint, shelf):
    walk = path(size=48)
    job = FilmJob(shelf, lambda reference: Path())
    WalkEngine().run(walk, job.context)
    drawn = job.films[0][0]
    frames, fps = paint(walk=walk, strength=0.0)
    assert fps == 10
    assert all(np.array_equal(a, b) for a, b in zip(frames, drawn, strict=True))
    painted, _ = paint(walk=walk)
    assert len(painted) == len(drawn)
    assert all(apart(a, b) > 3 for a, b in zip(painted, drawn, strict=True))


def test_a_path_is_painted_large_enough_to_see_strokes(paint):
    frames, fps = paint(walk=path(), fps=5)
    assert (len(frames), fps) == (4, 5)
    assert frames[0].shape == (films.LEAST_WALK, films.LEAST_WALK, 3)


def test_a_path_that_rests_is_not_painted_again_and_again(paint, monkeypatch):
    counted = []
    hand_paint = films.Hand.paint

    def counting(self, *given, **named):
        counted.append(1)
        return hand_paint(self, *given, **named)

    monkeypatch.setattr(films.Hand, "paint", counting)
    stops = (Place(seed=1), Place(seed=1))
    frames, _ = paint(walk=path(stops=stops, size=48))
    assert len(frames) == 8
    assert len(counted) <= 2


# -- Stopping, and what is no film


@pytest.mark.parametrize("looks", [0, 1, 3, 8, 14, 25, 40])
def test_a_cancel_at_any_moment_keeps_nothing(engine, shelf, pictures, film, looks):
    job = FilmJob(shelf, pictures.find, cancel_after=looks)
    with pytest.raises(JobCancelled):
        engine.run(wish(film()), job.context)
    assert not job.films
    again = FilmJob(shelf, pictures.find)
    engine.run(wish(film()), again.context)
    assert len(again.films[0][0]) == 10


def test_where_it_is_enough_what_there_is_is_a_film(engine, shelf, pictures, film):
    content = film()
    job = FilmJob(shelf, pictures.find)
    job.context.enough = lambda: job.done[-1][1] == "Painting picture 6 of 10"
    engine.run(wish(content), job.context)
    [(frames, fps, kept)] = job.films
    assert len(frames) == 6
    assert kept == wish(content, length=6)
    again = FilmJob(shelf, pictures.find)
    engine.run(kept, again.context)
    [(same, pace, recipe)] = again.films
    assert (pace, recipe) == (fps, kept)
    assert all(np.array_equal(a, b) for a, b in zip(frames, same, strict=True))


def test_a_film_of_hardly_any_pictures_is_not_enough(engine, shelf, pictures, film):
    job = FilmJob(shelf, pictures.find)
    job.context.enough = lambda: True
    engine.run(wish(film()), job.context)
    [(frames, _, kept)] = job.films
    assert (len(frames), kept.length) == (films.LEAST_KEPT, films.LEAST_KEPT)


def test_the_sound_comes_from_the_film_that_is_painted(engine, shelf, pictures, film):
    content = film(extension=".mp4")
    job = FilmJob(shelf, pictures.find)
    engine.run(wish(content), job.context)
    assert job.sound == pictures.find(content)
    engine.run(wish(walk=path(size=48)), job.context)
    assert job.sound is None


def test_a_picture_is_no_film(paint, pictures, gif):
    for content in (pictures.add(scenery(32, 24)), gif([50], [100])):
        with pytest.raises(StudioError, match="does not move") as caught:
            paint(content)
        assert "picture" in caught.value.todo


def test_a_film_that_is_gone_is_said(paint):
    with pytest.raises(StudioError, match="not in the library"):
        paint("source:" + "0" * 64)


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("part", [0.1, 0.5, 0.8, 0.97])
@pytest.mark.parametrize("how", ["cut", "spoilt"])
def test_a_damaged_film_is_painted_as_far_as_it_goes_or_refused(
    tmp_path, film, pictures, extension, part, how
):
    whole = pictures.find(film(extension=extension)).read_bytes()
    at = int(len(whole) * part)
    file = tmp_path / "damaged"
    file.write_bytes(whole[:at] if how == "cut" else whole[:at] + bytes(200) + whole[at + 200 :])
    try:
        footage = FilmFootage(file)
    except StudioError:
        return
    frames = list(footage.frames(footage.size))
    assert len(frames) == footage.count >= 2
    assert {frame.shape for frame in frames} == {(footage.size[1], footage.size[0], 3)}


def test_where_a_film_ends_early_it_is_said(engine, shelf, pictures, tmp_path, gif, monkeypatch):
    content = gif([0, 100, 200, 250], [100] * 4)
    decoded = FilmFootage(pictures.find(content))._film.frames

    class Torn(type(FilmFootage(pictures.find(content))._film)):
        def frames(self, longest=0):
            for number, moment in enumerate(decoded(longest)):
                if number == 3:
                    raise films_error()
                yield moment

    def films_error() -> Exception:
        from studio.library.contents import NotAPicture

        return NotAPicture("it is cut short")

    monkeypatch.setattr(
        "studio.engines.style.footage.open_film", lambda file: Torn(file, 32, 24, 0.4, "gif")
    )
    job = FilmJob(shelf, pictures.find)
    engine.run(wish(content, strength=0.0), job.context)
    assert greys(job.films[0][0]) == [0, 100, 200]
    assert "as far as" in job.done[-1][1]
