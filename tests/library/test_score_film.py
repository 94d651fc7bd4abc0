"""A tune under a loop: as long as the tune, to the beat, and read by others."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from studio.errors import StudioError
from studio.library import films, score_film
from studio.library.files import open_atomically
from studio.library.films import Source
from studio.library.loops import fit
from studio.library.reading import read_picture, read_recipe
from studio.library.score_film import bar_of, prepare, put_under
from studio.recipes import ScoreFilmRecipe, TuneRecipe, parse_recipe
from studio.recipes.score import Note, Score
from studio.sound import RATE, render
from tests.full_disk import full_disk
from tests.library.film_frames import frames as gradient
from tests.sound.scores import alone, tune

pytest.importorskip("tinysoundfont")

TUNE = tune(3, tempo=120.0)  # bars of two seconds
STEP = 12  # in grey, from one frame of a loop to the next


def greys(count: int, side: int = 32):
    """Each frame a grey of its own, which the eye of `numbers` can tell."""
    for number in range(count):
        yield np.full((side, side, 3), 16 + STEP * number, np.uint8)


def loop(folder: Path, count: int = 18, fps: float = 10, ending: str = ".mp4") -> Path:
    path = folder / f"loop{ending}"
    with open_atomically(path) as file:
        films.write(file, greys(count), fps, ending, "packet")
    return path


def numbers(path: Path) -> list[int]:
    """Which frame of the loop each picture of a film shows."""
    with av.open(str(path)) as container:
        return [
            round((float(frame.to_ndarray(format="rgb24").mean()) - 16) / STEP)
            for frame in container.decode(video=0)
        ]


def lengths(path: Path) -> tuple[float, float]:
    """Seconds of picture and sound, as the file has them."""
    with av.open(str(path)) as container:
        streams = container.streams.video[0], container.streams.audio[0]
        picture, sound = (float(each.duration * each.time_base) for each in streams)
    return picture, sound


def heard(path: Path, rate: int = RATE) -> np.ndarray:
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("fltp", "stereo", rate)
        blocks = [
            each.to_ndarray() for frame in container.decode(audio=0)
            for each in resampler.resample(frame)
        ]  # fmt: skip
    return np.concatenate(blocks, axis=1).T


@pytest.mark.parametrize(
    ("seconds", "bars", "speed"),
    [
        (2.0, 1, 1.0),
        (2.2, 1, 1.1),
        (1.8, 1, 0.9),
        (4.1, 2, 1.025),
        (7.5, 4, 0.9375),
        (16.0, 8, 1.0),
        (6.0, 3, 1.0),  # not a power of two, but no change
        (10.4, 5, 1.04),
        (1.0, Fraction(1, 2), 1.0),
        (0.5, Fraction(1, 4), 1.0),
        (2.5, Fraction(5, 4), 1.0),  # five beats
        (0.2, 0, 1.0),  # shorter than a beat
        (1000.0, 0, 1.0),
    ],
)
def test_how_a_loop_fits(seconds, bars, speed) -> None:
    found = fit(seconds, Fraction(2))
    assert found.bars == bars
    assert found.speed == pytest.approx(speed)
    assert float(found.seconds) == pytest.approx(2 * bars if bars else seconds)


def test_without_bars_it_keeps_its_speed() -> None:
    assert fit(2.2, None).speed == 1.0
    assert float(fit(2.2, None).seconds) == pytest.approx(2.2)


def test_no_loop_changes_by_much() -> None:
    for bar in (Fraction(3, 2), Fraction(240, 97), Fraction(12, 7)):
        for tenths in range(3, 400):
            found = fit(tenths / 10, bar, beats=3)
            assert 1 / 1.15 <= found.speed <= 1.15
            if found.bars:
                assert found.seconds == found.bars * bar


def test_bars() -> None:
    assert bar_of(Score(bars=1, tempo=120)) == 2
    assert bar_of(Score(bars=1, beats=6, unit=8, tempo=90)) == 2
    assert bar_of(Score(bars=1, beats=3, tempo=97.35)) == Fraction(18000, 9735)


@pytest.mark.parametrize("ending", [".mp4", ".gif", ".webm"])
def test_loops_begin_on_bars_and_all_of_them_is_shown(tmp_path, ending) -> None:
    path = put_under(loop(tmp_path, ending=ending), TUNE, tmp_path / "film.mp4")
    seen = numbers(path)
    # 18 pictures in 1.8 seconds become 18 in a bar of 2 seconds
    assert seen == [number % 18 for number in range(len(seen))]
    with av.open(str(path)) as container:
        times = [frame.time for frame in container.decode(video=0)]
    begins = [time for time, number in zip(times, seen, strict=True) if number == 0]
    assert begins[:4] == pytest.approx([0.0, 2.0, 4.0, 6.0], abs=0.001)


def test_sound_and_picture_are_equally_long_and_together(tmp_path) -> None:
    path = put_under(loop(tmp_path), TUNE, tmp_path / "film.mp4")
    picture, sound = lengths(path)
    whole = np.concatenate(list(render.tune(TUNE, trimmed=False)))
    assert sound == pytest.approx(len(whole) / RATE, abs=0.001)
    assert abs(picture - sound) <= 2.0 / 18  # a picture's time
    found = heard(path)
    assert np.abs(found).max() < 1.0
    assert not np.isnan(found).any()
    one, other = found[: 2 * RATE, 0], whole[: 2 * RATE, 0]
    spectrum = np.fft.rfft(one, 4 * RATE) * np.conj(np.fft.rfft(other, 4 * RATE))
    late = int(np.fft.irfft(spectrum).argmax())
    assert min(late, 4 * RATE - late) / RATE < 0.001


@pytest.mark.parametrize("fps", [7, 24, 90])
def test_lengths_whatever_the_speed(tmp_path, fps) -> None:
    path = put_under(loop(tmp_path, 19, fps), tune(2, tempo=97.3), tmp_path / "film.mp4")
    picture, sound = lengths(path)
    with av.open(str(path)) as container:
        frame = 1 / container.streams.video[0].average_rate
    assert abs(picture - sound) <= frame


def test_what_is_silent_before_the_first_note_is_left_out_of_both(tmp_path) -> None:
    score = alone(Note(2400, 480, 60), Note(2880, 960, 64), bars=4, program=0)
    path = put_under(loop(tmp_path), score, tmp_path / "film.mp4")
    seen = numbers(path)
    # the note comes 2.5 seconds after the first bar's beginning: a quarter into the second loop
    assert seen[0] in (3, 4)
    assert seen == [(number + seen[0]) % 18 for number in range(len(seen))]
    loud = np.flatnonzero(np.abs(heard(path)).max(axis=1) > 1e-3)
    assert loud[0] / RATE < 0.3
    picture, sound = lengths(path)
    assert abs(picture - sound) <= 2.0 / 18


def test_an_uneven_film_is_shown_by_its_own_times(tmp_path) -> None:
    from PIL import Image

    path = tmp_path / "loop.gif"
    images = [Image.fromarray(frame) for frame in greys(4)]
    images[0].save(path, save_all=True, append_images=images[1:], duration=[1000, 500, 250, 250])
    made = numbers(put_under(path, TUNE, tmp_path / "film.mp4"))
    assert made[:60] == [0] * 30 + [1] * 15 + [2] * 7 + [3] * 8
    assert made[60:120] == made[:60]


def test_it_keeps_its_own_speed_where_that_is_asked_for(tmp_path) -> None:
    film = loop(tmp_path)
    assert prepare(film, TUNE).fps == 9
    assert prepare(film, TUNE, to_beat=False).fps == 10


def test_the_same_again_to_the_last_byte(tmp_path) -> None:
    film = loop(tmp_path)
    written = []
    for number in range(2):
        made = prepare(film, TUNE)
        with open_atomically(tmp_path / f"{number}.mp4") as file:
            score_film.write(file, made.frames, made.fps, made.blocks, made.rate, "packet")
        made.frames.close()
        written.append((tmp_path / f"{number}.mp4").read_bytes())
    assert written[0] == written[1]


def test_it_says_that_a_machine_made_it(tmp_path) -> None:
    path = put_under(
        loop(tmp_path),
        TUNE,
        tmp_path / "film.mp4",
        title="Both",
        made_by="A and B",
        licence="Free.",
    )
    facts = read_picture(path).facts
    assert facts.machine_made
    assert (facts.title, facts.model, facts.licence) == ("Both", "A and B", "Free.")
    assert read_picture(path).seconds == pytest.approx(lengths(path)[1], abs=0.06)


@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000])
def test_any_kept_sound(library, tmp_path, rate) -> None:
    seconds = np.arange(3 * rate) / rate
    tone = np.repeat(0.4 * np.sin(seconds * 2 * np.pi * 330)[:, None], 2, axis=1)
    recipe = TuneRecipe(words="A tone without notes")
    kept = library.add_sound([tone.astype(np.float32)], rate, recipe, made_by="Test")
    path = put_under(loop(tmp_path), kept.path, tmp_path / "film.mp4")
    picture, sound = lengths(path)
    assert sound == pytest.approx(3.0, abs=0.002)
    assert abs(picture - sound) <= 0.1
    found = heard(path)[RATE : 2 * RATE, 0]
    assert np.abs(np.fft.rfft(found)).argmax() == 330
    assert numbers(path)[:20] == [number % 18 for number in range(20)]  # at its own speed


def test_a_kept_tune_brings_its_beat(library, tmp_path) -> None:
    recipe = TuneRecipe(score=TUNE)
    kept = library.add_sound(render.tune(TUNE), RATE, recipe, made_by="Test")
    made = prepare(loop(tmp_path), kept.path)
    assert made.fit.bars == 1
    assert made.fps == 9


def test_it_is_kept_as_an_artwork(library, tmp_path) -> None:
    film = library.add_film(
        gradient(18), 10, TuneRecipe(), extension=".mp4", made_by="Loops 1", licence="Free."
    )
    sound = library.add_sound(render.tune(TUNE), RATE, TuneRecipe(score=TUNE), made_by="Tunes 1")
    recipe = ScoreFilmRecipe(film=f"work:{film.id}", tune=f"work:{sound.id}", words="Evening")
    assert recipe.pictures == (f"work:{film.id}", f"work:{sound.id}")
    made = prepare(library.find(recipe.film), library.find(recipe.tune))
    kept = library.add_film(
        made.frames,
        float(made.fps),
        recipe,
        extension=".mp4",
        made_by="Loops 1 and Tunes 1",
        parents=(film.id, sound.id),
        sound=(made.blocks, made.rate),
    )
    made.frames.close()
    assert kept.is_film
    assert kept.parents == (film.id, sound.id)
    assert kept.seconds == pytest.approx(lengths(kept.path)[1], abs=0.06)
    assert parse_recipe(read_recipe(kept.path)) == recipe
    assert library.recent()[0] == kept
    copy = library.save_copy(kept, tmp_path / "copy.mp4")
    assert lengths(copy) == lengths(kept.path)
    with pytest.raises(ValueError, match="no kind of film"):
        library.add_film(gradient(), 10, recipe, extension=".webm", made_by="", sound=((), RATE))


class Stopped(Exception):
    pass


def test_progress_and_stopping(tmp_path) -> None:
    film, target = loop(tmp_path), tmp_path / "film.mp4"
    told = []
    put_under(film, TUNE, target, check=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    before = target.read_bytes()
    for at in (0, len(told) // 2, len(told) - 2):
        left = iter(range(at))

        def stop(_done: float) -> None:
            if next(left, None) is None:  # noqa: B023 - used before the next round
                raise Stopped

        with pytest.raises(Stopped):
            put_under(film, TUNE, target, check=stop)
        assert target.read_bytes() == before
        assert set(tmp_path.iterdir()) == {film, target}


def test_a_full_disk_and_other_troubles(tmp_path) -> None:
    film = loop(tmp_path)
    said = pytest.raises(StudioError, match="is full, so Easel could not save this film")
    with said, full_disk(20_000):
        put_under(film, TUNE, tmp_path / "film.mp4")
    with pytest.raises(StudioError, match="not there any more"):
        put_under(film, TUNE, tmp_path / "none" / "film.mp4")
    with pytest.raises(StudioError, match="is an MP4 file"):
        put_under(film, TUNE, tmp_path / "film.webm")
    (tmp_path / "folder.mp4").mkdir()
    with pytest.raises(StudioError, match="is a folder"):
        put_under(film, TUNE, tmp_path / "folder.mp4")
    with pytest.raises(StudioError, match="nothing to hear"):
        put_under(film, Score(bars=1), tmp_path / "film.mp4")
    assert set(tmp_path.iterdir()) == {film, tmp_path / "folder.mp4"}


def test_what_is_no_film_or_no_sound(tmp_path) -> None:
    film = loop(tmp_path)
    still = tmp_path / "still.png"
    from PIL import Image

    Image.new("RGB", (8, 8)).save(still)
    torn = tmp_path / "torn.mp4"
    torn.write_bytes(film.read_bytes()[:200])
    for wrong in (still, torn, tmp_path / "none.mp4"):
        with pytest.raises(StudioError):
            put_under(wrong, TUNE, tmp_path / "film.mp4")
    for wrong in (still, torn, tmp_path / "none.flac"):
        with pytest.raises(StudioError):
            put_under(film, wrong, tmp_path / "film.mp4")
    assert not (tmp_path / "film.mp4").exists()


def test_what_the_maker_of_frames_raises_comes_through(tmp_path) -> None:
    def broken():
        yield from greys(3)
        raise OSError("of the maker's own")

    source = Source(broken())
    with (
        pytest.raises(OSError, match="of the maker's own"),
        open_atomically(tmp_path / "film.mp4") as file,
    ):
        score_film.write(file, source, 10, [np.zeros((RATE, 2), np.float32)], RATE, "packet")
    assert not (tmp_path / "film.mp4").exists()
