"""Files of sound, read back by libsndfile, which has no part in writing them."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
import pytest

from studio.errors import StudioError
from studio.sound import RATE, files, render
from studio.sound.files import FORMS, MARK, Form, Tags
from tests.sound.scores import tune

soundfile = pytest.importorskip("soundfile")
pytest.importorskip("tinysoundfont")

RECIPE = '{"kind":"tune","words":"Ruhiger Abend ♪ 静かな夜"}'
TAGS = Tags(
    title="Ruhiger Abend ♪",
    software="Easel 0.1",
    licence="CC0-1.0",
    date="2026-11-20",
    recipe=RECIPE + " " * 40_000,
    more=(("easel:artwork", '{"id":"ab"}'),),
)
EXPECTED_RATE = {"wav": RATE, "flac": RATE, "ogg": 48_000, "mp3": RATE}


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    return np.concatenate(list(render.tune(tune(3))))


def in_blocks(sound: np.ndarray, size: int = 5000):
    return (sound[at : at + size] for at in range(0, len(sound), size))


@pytest.mark.parametrize("form", FORMS)
def test_another_library_reads_it_whole(tmp_path: Path, sound: np.ndarray, form: Form) -> None:
    path = tmp_path / f"tune.{form}"
    assert files.save(path, in_blocks(sound), TAGS) == len(sound)
    read, rate = soundfile.read(path, dtype="float32")
    assert rate == EXPECTED_RATE[form]
    assert read.shape[1] == 2
    assert len(read) / rate == pytest.approx(len(sound) / RATE, abs=0.002)
    assert np.abs(read).max() < 1.0
    loud = np.flatnonzero(np.abs(read).max(axis=1) > 2e-3) / rate
    assert loud[0] < 0.3
    assert len(read) / rate - loud[-1] < 0.5
    if form in ("wav", "flac"):
        assert np.abs(read - sound).max() < 2**-22
    elif form == "mp3":
        assert np.corrcoef(read[:, 0], sound[:, 0])[0, 1] > 0.99


@pytest.mark.parametrize("form", FORMS)
def test_it_says_what_it_is(tmp_path: Path, sound: np.ndarray, form: Form) -> None:
    path = tmp_path / f"tune.{form}"
    files.save(path, in_blocks(sound[:RATE]), TAGS)
    with av.open(str(path)) as container:
        said = {**container.metadata, **container.streams.audio[0].metadata}
    said = {key.lower(): value for key, value in said.items()}
    assert said["title"] == "Ruhiger Abend ♪"
    assert said["comment"] == MARK
    assert said["copyright"] == "CC0-1.0"
    assert said["date"] == "2026-11-20"
    assert "Easel 0.1" in (said.get("software"), said.get("encoder"))
    with soundfile.SoundFile(path) as other:
        assert other.title == "Ruhiger Abend ♪"
    if form != "wav":
        assert said["easel:recipe"].strip() == RECIPE
        assert said["easel:artwork"] == '{"id":"ab"}'
    else:
        data = path.read_bytes()
        at = data.index(files.RECIPE_CHUNK)
        (size,) = struct.unpack("<I", data[at + 4 : at + 8])
        assert data[at + 8 : at + 8 + size].decode().strip() == RECIPE
        assert struct.unpack("<I", data[4:8])[0] == len(data) - 8


@pytest.mark.parametrize("form", FORMS)
def test_what_is_not_said_is_not_there(tmp_path: Path, sound: np.ndarray, form: Form) -> None:
    path = tmp_path / f"tune.{form}"
    files.save(path, in_blocks(sound[:RATE]), Tags(comment=""))
    data = path.read_bytes()
    assert b"easel" not in data.lower()
    assert b"easl" not in data
    assert b"title" not in data.lower()
    assert soundfile.info(path).frames > 0


@pytest.mark.parametrize("form", FORMS)
def test_very_short_sounds(tmp_path: Path, form: Form) -> None:
    path = tmp_path / f"short.{form}"
    files.save(path, [np.full((2000, 2), 0.1, np.float32)], TAGS)
    assert soundfile.info(path).frames >= 2000


@pytest.mark.parametrize("form", FORMS)
def test_what_fails_half_way_leaves_nothing(tmp_path: Path, sound: np.ndarray, form: Form) -> None:
    path = tmp_path / f"tune.{form}"
    path.write_bytes(b"what was there before")

    def broken():
        yield sound[:5000]
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        files.save(path, broken(), TAGS)
    assert path.read_bytes() == b"what was there before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_says_so(tmp_path: Path, sound: np.ndarray) -> None:
    nowhere = tmp_path / "no such folder" / "tune.wav"
    with pytest.raises(StudioError, match="could not be written"):
        files.save(nowhere, [sound], TAGS)
    in_the_way = tmp_path / "tune.wav"
    in_the_way.mkdir()
    with pytest.raises(StudioError, match="could not be written"):
        files.save(in_the_way, [sound], TAGS)
    assert list(tmp_path.iterdir()) == [in_the_way]
    with pytest.raises(StudioError, match="folder"):
        files.save_stems(_a_file(tmp_path), tune(1), TAGS)


def _a_file(folder: Path) -> Path:
    path = folder / "file"
    path.touch()
    return path


def test_the_name_says_the_form() -> None:
    assert files.form_of(Path("a.MP3")) == "mp3"
    for name in ("a.aac", "a", "a.mid"):
        with pytest.raises(StudioError, match="Choose WAV"):
            files.form_of(Path(name))


def test_stems_are_files_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "stems"
    written = files.save_stems(folder, tune(1), TAGS)
    assert [path.name for path in written] == [
        "01 Melody - Flute.wav",
        "02 Chords - Piano.wav",
        "03 Bass - Upright bass.wav",
        "04 Drums - Drum kit.wav",
    ]
    assert len({soundfile.info(path).frames for path in written}) == 1
    for path in written:
        read, _ = soundfile.read(path)
        assert 0.001 < np.abs(read).max() < 1.0
    with soundfile.SoundFile(written[0]) as first:
        assert first.title == "Ruhiger Abend ♪ - Melody - Flute"
