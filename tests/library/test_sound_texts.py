"""What copies of sounds say about themselves; damaged ones end soon."""

from __future__ import annotations

import struct
import time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.errors import StudioError
from studio.library import Library, containers, read_artwork_id, read_recipe
from studio.library.contents import NotAPicture
from studio.library.hearing import open_sound
from studio.library.reading import read_picture
from studio.recipes import parse_recipe
from studio.recipes.tune import TuneRecipe
from tests.library.sound_blocks import RECIPE, keep_sound
from tests.sound.scores import tune

FORMS = ["wav", "ogg", "mp3"]


@cache
def good(form: str) -> bytes:
    with TemporaryDirectory() as place, Library.open(Path(place) / "Easel") as library:
        return library.save_copy(keep_sound(library), Path(place) / f"c.{form}").read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_a_copy_gives_its_recipe_back(library, tmp_path, form) -> None:
    made = keep_sound(library)
    copy = library.save_copy(made, tmp_path / f"copy.{form}")
    assert parse_recipe(read_recipe(copy)) == RECIPE
    # WAV has no place for the id.
    assert read_artwork_id(copy) == ("" if form == "wav" else made.id)
    bare = library.save_copy(made, tmp_path / f"bare.{form}", keep_recipe=False)
    assert read_artwork_id(bare) == ""
    with pytest.raises(StudioError, match="no recipe"):
        read_recipe(bare)


@pytest.mark.parametrize("form", FORMS)
def test_a_recipe_over_many_pages(library, tmp_path, form) -> None:
    recipe = TuneRecipe(words="long", score=tune(256))
    made = keep_sound(library, recipe=recipe)
    assert len(made.recipe) > 60_000
    copy = library.save_copy(made, tmp_path / f"copy.{form}")
    assert parse_recipe(read_recipe(copy)) == recipe


@pytest.mark.parametrize("form", FORMS)
def test_among_the_artworks_only_flac_is_one(library, folder, form) -> None:
    made = keep_sound(library)
    copy = library.save_copy(made, folder / f"beside.{form}")
    assert library.rescan().added == 0
    copy.rename(folder / "beside.flac")
    scan = library.rescan()
    assert scan.unreadable == [folder / "beside.flac"]
    assert library.count() == 1
    for read in (open_sound, read_picture):
        with pytest.raises(NotAPicture, match="no FLAC"):
            read(folder / "beside.flac")


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), form=st.sampled_from(FORMS))
def test_damaged_bytes_never_crash_the_reader(data, form, tmp_path) -> None:
    broken = bytearray(good(form))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, data.draw(st.sampled_from([64, 2000, len(broken) - 1]))))
        broken[at % len(broken)] = data.draw(st.sampled_from([0, 1, 0x7F, 0x80, 0xFF, 0x40]))
    path = tmp_path / "broken"
    path.write_bytes(broken[: data.draw(st.sampled_from([len(broken), len(broken) // 2, 50, 13]))])
    begin = time.process_time()
    try:
        assert all(isinstance(text, str) for text in containers.read(path).texts.values())
    except NotAPicture:
        pass
    assert time.process_time() - begin < 3


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    start=st.sampled_from(
        [b"RIFF\xff\xff\0\0WAVE", b"OggS\0\2", b"ID3\4\0\0", b"ID3\3\0\0\0\0\1\0"]
    ),
    rest=st.binary(max_size=400),
)
def test_noise_has_no_recipe(start, rest, tmp_path) -> None:
    path = tmp_path / "noise"
    path.write_bytes(start + rest)
    with pytest.raises(StudioError):
        read_recipe(path)


@pytest.mark.parametrize(
    ("data", "words"),
    {
        "many chunks": (b"RIFF\0\0\0\0WAVE" + b"junk\0\0\0\0" * 200_000, "too many parts"),
        "a chunk beyond the end": (b"RIFF\0\0\0\0WAVEdata\xff\xff\xff\xff", "cut short"),
        "pages without end": (
            (b"OggS\0\0" + bytes(20) + b"\1\xff" + bytes(255)) * 100_001,
            "damaged",
        ),
        "a packet without end": (
            b"OggS\0\2"
            + bytes(20)
            + b"\1\5OpusH"
            + (b"OggS\0\0" + bytes(20) + b"\xff" + b"\xff" * 255 + bytes(255 * 255)) * 300,
            "damaged",
        ),
        "a tag beyond the end": (b"ID3\4\0\0\x7f\x7f\x7f\x7f" + bytes(90), "damaged"),
    }.values(),
    ids=range(5),
)
def test_lies(tmp_path, data, words) -> None:
    path = tmp_path / "lies"
    path.write_bytes(data)
    begin = time.process_time()
    with pytest.raises(NotAPicture, match=words):
        containers.read(path)
    assert time.process_time() - begin < 3


def test_tags_of_other_writers(tmp_path) -> None:
    """ID3v2.3 in UTF-16, and frames that are of no interest."""

    def frame(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">4sIH", kind, len(data), 0) + data

    text = frame(b"TIT2", b"\0Tune") + frame(
        b"TXXX",
        b"\1" + "EASEL:RECIPE".encode("utf-16") + b"\0\0" + '{"kind":"x","é":1}'.encode("utf-16"),
    )
    size = len(text) + 50
    head = b"ID3\3\0\0" + bytes([0, 0, size >> 7, size & 127])
    path = tmp_path / "other.mp3"
    path.write_bytes(head + text + bytes(300))
    assert read_recipe(path) == '{"kind":"x","é":1}'
