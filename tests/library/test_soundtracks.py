"""What is heard in a film stays with its pictures: in step, as long, in a kind the file takes."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import av
import numpy as np
import pytest

from studio.library import films
from studio.library.files import open_atomically
from studio.library.reading import read_picture, read_recipe
from studio.library.soundtracks import Soundtrack
from studio.recipes import Manner, StyleFilmRecipe, parse_recipe
from tests.library.film_frames import RECIPE, keep_film
from tests.library.film_sounds import (
    FPS,
    KINDS,
    SECONDS,
    WHITE,
    clicked,
    codec,
    heard,
    sounding,
)

RECIPE_OF_A_FILM = StyleFilmRecipe(content="source:" + "0" * 64, manners=(Manner(style="dots"),))
NEAR = 0.004  # seconds


def pictures(count: int = FPS * SECONDS):
    """Pictures of another film, white when something clicks."""
    for number in range(count):
        yield np.full((24, 32, 3), 255 if number / FPS in WHITE else 40, np.uint8)


def under(source: Path, target: Path, count: int = FPS * SECONDS) -> Path:
    track = Soundtrack.of(source)
    assert track is not None
    with open_atomically(target) as file:
        films.write(file, pictures(count), FPS, target.suffix, "<packet/>", track)
    return target


def lengths(path: Path) -> tuple[float, float]:
    """Seconds of picture and sound, from the first picture on."""
    with av.open(str(path)) as container:
        count = sum(1 for _ in container.decode(video=0))
    return count / FPS, len(heard(path)) / 48_000


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


KEPT = [("aac", ".mp4", "aac"), ("mp3", ".mp4", "mp3float"), ("opus", ".webm", "libopus")]
ANEW = [
    ("opus", ".mp4", "aac"),
    ("flac", ".mp4", "aac"),
    ("pcm", ".mp4", "aac"),
    ("aac", ".webm", "libopus"),
    ("pcm", ".webm", "libopus"),
    ("mp3", ".webm", "libopus"),
]


@pytest.mark.parametrize(("kind", "ending", "becomes"), [*KEPT, *ANEW])
@pytest.mark.parametrize("late", [0.0, 0.35])
def test_in_step_and_as_long(tmp_path, kind, ending, becomes, late):
    source = sounding(tmp_path / "source", kind, late=late)
    made = under(source, tmp_path / f"made{ending}")
    assert codec(made) in (becomes, becomes.removeprefix("lib"), becomes.removesuffix("float"))
    assert clicked(made) == pytest.approx(WHITE, abs=NEAR)
    seen, sound = lengths(made)
    assert seen == SECONDS
    assert sound == pytest.approx(SECONDS, abs=0.03)
    assert read_picture(made).seconds == pytest.approx(SECONDS, abs=0.05)


@pytest.mark.parametrize(("kind", "ending", "becomes"), KEPT)
def test_what_the_file_takes_is_not_packed_anew(tmp_path, kind, ending, becomes):
    source = sounding(tmp_path / "source", kind)
    made = under(source, tmp_path / f"made{ending}")
    before, after = packets(source), packets(made)
    assert len(before) - len(after) <= 3
    assert after == before[: len(after)]


@pytest.mark.parametrize(("kind", "ending", "becomes"), [*KEPT, *ANEW])
def test_it_ends_with_the_pictures(tmp_path, kind, ending, becomes):
    made = under(sounding(tmp_path / "source", kind), tmp_path / f"made{ending}", 30)
    assert clicked(made) == pytest.approx(WHITE[:2], abs=NEAR)
    seen, sound = lengths(made)
    assert seen == 1.5
    assert sound == pytest.approx(1.5, abs=0.03)


@pytest.mark.parametrize("ending", [".mp4", ".webm"])
@pytest.mark.parametrize(("channels", "rate"), [(1, 44_100), (2, 22_050), (6, 48_000)])
def test_any_channels_and_rates(tmp_path, ending, channels, rate):
    source = sounding(tmp_path / "source", "pcm", channels=channels, rate=rate)
    made = under(source, tmp_path / f"made{ending}")
    assert clicked(made) == pytest.approx(WHITE, abs=NEAR)
    with av.open(str(made)) as container:
        assert container.streams.audio[0].codec_context.channels == min(2, channels)
    assert np.abs(heard(made)).max() > 0.2


@pytest.mark.parametrize("kind", KINDS)
def test_it_may_end_before_the_pictures(tmp_path, kind):
    made = under(sounding(tmp_path / "source", kind), tmp_path / "made.mp4", 80)
    seen, sound = lengths(made)
    assert seen == 4.0
    assert sound <= 3.1
    assert clicked(made) == pytest.approx(WHITE, abs=NEAR)


@pytest.mark.parametrize(("kind", "ending"), [("aac", ".mp4"), ("pcm", ".mp4"), ("aac", ".webm")])
def test_the_same_again_to_the_last_byte(tmp_path, kind, ending):
    source = sounding(tmp_path / "source", kind)
    one, other = (under(source, tmp_path / f"{number}{ending}").read_bytes() for number in "12")
    assert one == other


def test_what_cannot_be_heard(tmp_path, library):
    for extension in (".mp4", ".gif", ".webm", ".png"):
        assert Soundtrack.of(keep_film(library, extension).path) is None
    assert Soundtrack.of(tmp_path / "none.mp4") is None
    (tmp_path / "words.mp4").write_text("no film")
    assert Soundtrack.of(tmp_path / "words.mp4") is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_damaged_sound_spoils_no_film(tmp_path, kind, part):
    source = sounding(tmp_path / "source", kind)
    data = bytearray(source.read_bytes())
    at = int(len(data) * part)
    data[at : at + 300] = bytes(reversed(data[at : at + 300]))
    source.write_bytes(data)
    track = Soundtrack.of(source)
    target = tmp_path / "made.mp4"
    with open_atomically(target) as file:
        seconds = films.write(file, pictures(), FPS, ".mp4", "<packet/>", track)
    assert seconds == SECONDS
    with av.open(str(target)) as container:
        assert sum(1 for _ in container.decode(video=0)) == FPS * SECONDS


@pytest.mark.parametrize("extension", [".mp4", ".webm"])
def test_kept_as_an_artwork(tmp_path, library, extension):
    track = Soundtrack.of(sounding(tmp_path))
    kept = keep_film(library, extension, frames=pictures(), fps=FPS, track=track)
    assert clicked(kept.path) == pytest.approx(WHITE, abs=NEAR)
    copy = library.save_copy(kept, tmp_path / f"copy{extension}", keep_recipe=False)
    assert clicked(copy) == pytest.approx(WHITE, abs=NEAR)


@pytest.mark.parametrize("extension", [".gif", ".png", ".webp"])
def test_some_kinds_have_no_sound(tmp_path, library, extension):
    track = Soundtrack.of(sounding(tmp_path))
    with pytest.raises(ValueError, match="no kind of film"):
        keep_film(library, extension, track=track)


@pytest.mark.parametrize("extension", [".mp4", ".webm", ".gif", ".png", ".webp"])
def test_a_film_may_say_at_its_end_what_it_came_to(library, extension):
    frames = islice(pictures(), 12)
    shorter = RECIPE_OF_A_FILM.change(length=9_999_999)
    kept = keep_film(
        library, extension, frames=frames, recipe=RECIPE_OF_A_FILM, made=lambda: shorter
    )
    assert parse_recipe(kept.recipe) == shorter
    assert parse_recipe(read_recipe(kept.path)) == shorter
    assert not library.check(pixels=True).damaged
    same = keep_film(library, extension, frames=pictures(9), made=lambda: RECIPE)
    assert parse_recipe(read_recipe(same.path)) == RECIPE
