"""Sounds: kept, found again, copied, and read by libsndfile, which has no part in writing them."""

from __future__ import annotations

import errno
import io
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.errors import StudioError
from studio.library import Library, Scan, containers, read_artwork_id, read_recipe
from studio.library.contents import NotAPicture
from studio.library.hearing import open_sound
from studio.library.playing import open_film
from studio.library.posters import poster
from studio.library.sounds import write_single_sound
from studio.recipes import PictureRecipe, parse_recipe
from studio.recipes.tune import TuneRecipe
from studio.sound.sources import FileSource
from tests.library.sound_blocks import RATE, RECIPE, blocks, keep_sound, sound

soundfile = pytest.importorskip("soundfile")

MARK = "trainedAlgorithmicMedia"


def all_files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if ".easel" not in path.parts and path.is_file()}


def heard(path: Path) -> tuple[np.ndarray, int]:
    return soundfile.read(path, dtype="float32", always_2d=True)


def test_a_sound_is_kept_and_found_again(library, folder) -> None:
    made = keep_sound(library, licence="Yours", parents=("a" * 32,))
    assert (made.kind, made.title, made.model) == ("tune", RECIPE.words, "Test Model 1")
    assert (made.width, made.height, made.seconds) == (0, 0, 0.5)
    assert made.is_sound
    assert not made.is_film
    assert library.recent() == [made]
    assert all_files(folder) == {made.path}
    assert parse_recipe(read_recipe(made.path)) == RECIPE
    assert read_artwork_id(made.path) == made.id
    assert library.find(f"work:{made.id}") == made.path
    library.close()
    for index in (folder / ".easel").glob("index*"):
        index.unlink()
    with Library.open(folder) as again:
        assert again.recent() == [made]
        assert again.rescan() == Scan(0, 0, [])


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000, 192_000])
def test_others_read_what_was_written(library, rate) -> None:
    asked = sound(0.3, rate)
    made = keep_sound(library, blocks(asked, 777), rate)
    read, told = heard(made.path)
    assert told == rate
    assert read.shape == asked.shape
    assert np.abs(read - asked).max() < 2**-22
    assert made.seconds == len(asked) / rate
    with soundfile.SoundFile(made.path) as file:
        assert file.subtype == "PCM_24"
        assert file.title == RECIPE.words


def test_we_read_what_was_written(library) -> None:
    made = keep_sound(library)
    recording = open_sound(made.path)
    assert (recording.rate, recording.seconds) == (RATE, 0.5)
    back = np.concatenate(list(recording.blocks()))
    assert np.abs(back - sound()).max() < 2**-23
    source = FileSource(made.path)  # what plays it
    assert source.seconds == pytest.approx(0.5, abs=0.001)
    source.close()


def test_what_is_too_loud_is_cut(library) -> None:
    loud = np.full((500, 2), 3.0, np.float32)
    read, _ = heard(keep_sound(library, [loud, -loud]).path)
    assert read.max() == pytest.approx(1.0, abs=1e-6)
    assert read.min() == pytest.approx(-1.0, abs=1e-6)


@pytest.mark.parametrize("frames", [1, 15, 16, 4607, 4608, 4609, 9216])
def test_sounds_of_any_length(library, frames) -> None:
    made = keep_sound(library, [np.full((frames, 2), 0.25, np.float32)])
    library.rescan()
    assert library.get(made.id).seconds == pytest.approx(frames / RATE)
    assert len(heard(made.path)[0]) == frames
    assert sum(map(len, open_sound(made.path).blocks())) == frames


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [np.zeros((0, 2), np.float32)],
        [np.zeros((9, 1), np.float32)],
        [np.zeros((9, 2), np.float64)],
        [np.zeros(9, np.float32)],
        [np.full((9, 2), np.nan, np.float32)],
    ],
    ids=range(6),
)
def test_what_is_no_sound_is_refused(library, folder, wrong) -> None:
    with pytest.raises(ValueError, match="sound"):
        keep_sound(library, wrong)
    assert all_files(folder) == set()
    with pytest.raises(ValueError, match="frames a second"):
        keep_sound(library, rate=7_999)
    with pytest.raises(ValueError, match="ids"):
        keep_sound(library, parents=["me"])


class Cancelled(Exception):
    pass


@pytest.mark.parametrize("error", [Cancelled, KeyboardInterrupt, OSError, StudioError])
@pytest.mark.parametrize("after", [0, 1, 7])
def test_what_the_blocks_raise_comes_through_and_nothing_is_left(
    library, folder, error, after, tmp_path
) -> None:
    raised = error("enough")

    def stopping():
        for number, block in enumerate(blocks()):
            if number == after:
                raise raised
            yield block

    with pytest.raises(error) as caught:
        keep_sound(library, stopping())
    assert caught.value is raised
    assert all_files(folder) == set()
    assert library.count() == 0
    with pytest.raises(error) as caught:
        write_single_sound(stopping(), RATE, RECIPE, tmp_path / "x.flac", made_by="x")
    assert caught.value is raised
    assert not (tmp_path / "x.flac").exists()


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_full_disk(library, folder, monkeypatch, call, tmp_path) -> None:
    with monkeypatch.context() as broken:

        def fail(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        broken.setattr(os, call, fail)
        with pytest.raises(StudioError, match="is full"):
            keep_sound(library)
        with pytest.raises(StudioError, match="is full"):
            write_single_sound(blocks(), RATE, RECIPE, tmp_path / "x.flac", made_by="x")
    assert all_files(folder) == set()
    assert not (tmp_path / "x.flac").exists()
    assert keep_sound(library).path.exists()


def test_one_alone_in_any_folder(tmp_path) -> None:
    path = write_single_sound(blocks(), RATE, RECIPE, tmp_path / "0001.flac", made_by="Tunes")
    assert parse_recipe(read_recipe(path)) == RECIPE
    assert np.abs(heard(path)[0] - sound()).max() < 2**-22


def test_to_the_trash_and_back(library, folder) -> None:
    made = keep_sound(library)
    library.trash(made.id)
    assert library.recent() == []
    assert library.trashed()[0].is_sound
    library.rescan()
    assert library.trashed()[0].id == made.id
    library.restore(made.id)
    assert library.recent() == [made]


def test_renamed_moved_and_copied_by_hand(library, folder) -> None:
    made = keep_sound(library)
    moved = folder / "mine" / "evening.flac"
    moved.parent.mkdir()
    made.path.rename(moved)
    assert library.rescan() == Scan(0, 0, [])
    assert library.get(made.id).path == moved
    shutil.copy(moved, folder / "again.flac")
    assert library.rescan() == Scan(1, 0, [])
    one, other = library.recent()
    assert one.id != other.id
    assert one.recipe == other.recipe == made.recipe
    assert library.get(made.id).path in (moved, folder / "again.flac")


def test_sounds_from_elsewhere_are_sounds_without_a_recipe(library, folder) -> None:
    """As with pictures and films: whatever lies in the folder is shown."""
    soundfile.write(folder / "birds at dawn.flac", sound(0.7)[:, :1], 22_050)
    library.rescan()
    (found,) = library.recent()
    assert (found.kind, found.title, found.recipe) == ("sound", "birds at dawn", "")
    assert found.is_sound
    assert found.seconds == pytest.approx(1.4)
    with pytest.raises(StudioError, match="no recipe"):
        read_recipe(found.path)
    again = Path(shutil.move(found.path, folder / "2026.flac"))
    library.rescan()
    assert [each.id for each in library.recent()] == [found.id]
    assert Image.open(io.BytesIO(poster(again))).size == (1024, 1024)
    before = again.read_bytes()
    for form in ("flac", "wav"):
        copy = library.save_copy(library.get(found.id), folder.parent / f"c.{form}")
        assert np.abs(heard(copy)[0][:, 0] - sound(0.7)[:, 0]).max() < 2**-15
    assert (folder.parent / "c.flac").read_bytes() == before


def test_a_sound_of_another_name_is_still_a_sound(library, folder) -> None:
    made = keep_sound(library)
    made.path.rename(folder / "renamed.png")
    library.rescan()
    found = library.get(made.id)
    assert found.path.name == "renamed.png"
    assert found.is_sound
    assert not found.is_film
    with pytest.raises(NotAPicture, match="does not move"):
        open_film(found.path)


@pytest.mark.parametrize("form", ["flac", "wav", "ogg", "mp3"])
@pytest.mark.parametrize("keep_recipe", [True, False])
def test_copies(library, tmp_path, form, keep_recipe) -> None:
    made = keep_sound(library, licence="Yours")
    copy = library.save_copy(made, tmp_path / f"copy.{form}", keep_recipe=keep_recipe)
    read, rate = heard(copy)
    assert len(read) / rate == pytest.approx(0.5, abs=0.002)
    if form in ("flac", "wav"):
        assert np.array_equal(read, heard(made.path)[0])
    else:
        assert 0.3 < np.abs(read).max() < 0.7
    data = copy.read_bytes()
    assert b"artificial intelligence" in data
    assert b"Yours" in data
    said = [RECIPE.words.encode(), made.id.encode(), b'"kind":"tune"']
    assert all((each in data) == keep_recipe for each in said if form != "wav")
    assert (b'"kind":"tune"' in data) == keep_recipe
    if form != "wav":  # which has no place for it
        assert MARK.encode() in data
    if form == "flac":
        assert containers.read(copy).seconds == 0.5
        if keep_recipe:
            assert parse_recipe(read_recipe(copy)) == RECIPE
            assert read_artwork_id(copy) == made.id
        else:
            with pytest.raises(StudioError, match="no recipe"):
                read_recipe(copy)
    assert all_files(tmp_path) - all_files(library.folder) == {copy}


def test_copies_that_cannot_be(library, folder, tmp_path) -> None:
    made = keep_sound(library)
    for name in ("copy.png", "copy", "copy.mp4"):
        with pytest.raises(StudioError, match="cannot save sounds as"):
            library.save_copy(made, tmp_path / name)
    with pytest.raises(StudioError, match="belongs to the library"):
        library.save_copy(made, made.path)
    made.path.write_bytes(made.path.read_bytes()[:-1000])
    for form in ("flac", "mp3"):
        with pytest.raises(StudioError, match="damaged: it is cut short"):
            library.save_copy(made, tmp_path / f"copy.{form}")
    made.path.unlink()
    with pytest.raises(StudioError, match="not in the library's folder"):
        library.save_copy(made, tmp_path / "copy.flac")
    assert all_files(tmp_path) == set()


def test_a_full_disk_while_copying(library, tmp_path, monkeypatch) -> None:
    made = keep_sound(library)
    with monkeypatch.context() as broken:

        def fail(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        broken.setattr(os, "write", fail)
        for form in ("flac", "wav", "ogg", "mp3"):
            with pytest.raises(StudioError, match="is full"):
                library.save_copy(made, tmp_path / f"copy.{form}")
    assert all_files(tmp_path) == {made.path}


def test_the_recipe_of_a_long_tune_with_many_notes_comes_back(library) -> None:
    from studio.recipes.score import Note, Part, Score

    notes = tuple(Note(48 * n, 40, 30 + n % 60, 80) for n in range(10_000))
    score = Score(bars=256, parts=(Part(role="melody", notes=notes),) * 4)
    recipe = TuneRecipe(task="between", given=score, other=score, score=score)
    made = keep_sound(library, recipe=recipe)
    assert len(made.recipe) > 2_000_000
    library.rescan()
    assert library.recent() == [made]
    assert parse_recipe(read_recipe(made.path)) == recipe


def test_of_pictures_and_sounds_each_is_what_it_is(library, picture) -> None:
    made = library.add(picture, PictureRecipe(prompt="a fox"), made_by="x")
    kept = keep_sound(library)
    assert [(one.is_sound, one.is_film) for one in library.recent()] == [
        (True, False),
        (False, False),
    ]
    assert {made.id, kept.id} == {one.id for one in library.recent()}
