"""Disks that are full, locked, slow to answer or gone: a plain sentence, and nothing lost."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from studio.errors import StudioError
from studio.library import Library, Scan, places
from studio.library.files import TEMPORARY
from studio.library.gallery import Query
from studio.library.marks import Marks
from tests.library.older import make_older

AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def check_plain(error: StudioError) -> None:
    """Two sentences without a word of the trade in them."""
    for word in ("Errno", "errno", "Traceback", "sqlite", "None", "[", "fsync"):
        assert word not in str(error)
    assert error.what.endswith(".")
    assert error.todo.endswith(".")


def fails(monkeypatch, name: str, number: int) -> None:
    def fail(*args: object, **keywords: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, name, fail)


def all_files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if ".easel" not in path.parts and path.is_file()}


@pytest.mark.parametrize("call", ["write", "fsync"])
@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "is full"),
        (errno.EDQUOT, "is full"),
        (errno.EIO, "did not answer properly"),
        (errno.EROFS, "can only be read"),
        (errno.EACCES, "not allowed"),
        (errno.ENODEV, "not there any more"),
    ],
)
def test_a_failing_disk_leaves_nothing_half_written(
    library, folder, keep, monkeypatch, tmp_path, call, number, words
) -> None:
    made = keep(library)
    before = all_files(folder)
    with monkeypatch.context() as broken:
        fails(broken, call, number)
        with pytest.raises(StudioError, match=words) as caught:
            keep(library)
        check_plain(caught.value)
        with pytest.raises(StudioError, match=words) as caught:
            library.save_copy(made, tmp_path / "copy.png")
        check_plain(caught.value)
    assert all_files(folder) == before
    assert not list(tmp_path.glob("*.png")) + list(tmp_path.glob(f"{TEMPORARY}*"))
    assert library.recent() == [made]
    again = keep(library)
    assert library.recent() == [again, made]
    assert library.rescan() == Scan(0, 0, [])


@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX's")
def test_a_limit_on_file_size(folder, library) -> None:
    """The real thing: the kernel refuses the write half-way."""
    code = (
        "import resource, sys\n"
        "from PIL import Image\n"
        "from studio.errors import StudioError\n"
        "from studio.library import Library\n"
        "from studio.recipes import PictureRecipe\n"
        "library = Library.open(sys.argv[1])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try:\n"
        "    picture = Image.effect_noise((300, 300), 90)\n"
        "    library.add(picture, PictureRecipe(prompt='x'), made_by='')\n"
        "except StudioError as error:\n"
        "    print(error.what)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, folder], capture_output=True, text=True, check=True
    )
    assert "is full" in done.stdout
    assert all_files(folder) == set()


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A disk of 1 MB of its own, which only root can have."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if not AS_ROOT or sys.platform != "linux" or subprocess.run(mount, check=False).returncode:
        pytest.skip("may not mount a disk here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=False, stderr=subprocess.DEVNULL)


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler


def test_a_full_disk_and_room_again(small_disk, keep, picture) -> None:
    folder = small_disk / "Easel"
    with Library.open(folder) as library:
        made = keep(library)
        filler = fill(small_disk)
        with pytest.raises(StudioError, match="is full") as caught:
            keep(library)
        check_plain(caught.value)
        assert library.recent() == [made]
        assert all_files(folder) == {made.path}
        filler.unlink()
        again = keep(library)
        assert library.recent() == [again, made]
    filler = fill(small_disk)
    with Library.open(folder) as library:  # opened while it is full
        assert library.recent() == [again, made]
        with pytest.raises(StudioError, match="is full"):
            keep(library)
        library.trash(made.id)
    filler.unlink()
    with Library.open(folder) as library:
        assert library.recent() == [again]
        assert [artwork.id for artwork in library.trashed()] == [made.id]


def test_a_full_disk_keeps_what_was_said_and_can_be_emptied(small_disk, keep, tmp_path) -> None:
    folder = small_disk / "Easel"
    theirs = tmp_path / "theirs.png"
    Image.effect_noise((200, 200), 90).save(theirs)
    with Library.open(folder) as library:
        made = [keep(library, f"fox {number}") for number in range(3)]
        library.marking.tag([made[0].id], "kept")
        library.trash(made[1].id)
        filler = fill(small_disk)
        for attempt in (
            lambda: library.marking.note(made[0].id, "a note " * 2000),
            lambda: library.imports.bring_in([theirs]),
        ):
            with pytest.raises(StudioError, match="is full") as caught:
                attempt()
            check_plain(caught.value)
        assert library.marking.of([made[0].id])[made[0].id].tags == ("kept",)
        assert library.marking.of([made[0].id])[made[0].id].note == ""
        assert len(library.gallery.find(Query(words="fox"))) == 2
        assert library.bin.empty().count == 1  # room is what is wanted
        filler.unlink()
        library.marking.note(made[0].id, "a note")
        (taken,) = library.imports.bring_in([theirs])
        library.rescan()  # the index may have had no room for what was removed
        assert library.rescan() == Scan(0, 0, [])
    with Library.open(folder) as library:
        assert library.get(made[0].id).marks == Marks(note="a note", tags=("kept",))
        assert {each.id for each in library.recent()} == {made[0].id, made[2].id, taken.artwork.id}


def test_an_older_index_on_a_full_disk(small_disk, keep) -> None:
    folder = small_disk / "Easel"
    with Library.open(folder) as library:
        made = keep(library)
        library.marking.favourite([made.id])
    make_older(folder, 3)
    filler = fill(small_disk)
    for _ in range(2):
        with Library.open(folder) as library:  # with an index elsewhere
            assert [each.id for each in library.recent()] == [made.id]
            assert library.get(made.id).marks.favourite
    filler.unlink()
    with Library.open(folder) as library:
        assert library.gallery.count(Query(favourite=True)) == 1


def test_a_full_disk_for_the_first_time(small_disk) -> None:
    folder = small_disk / "Easel"
    folder.mkdir()
    fill(small_disk)
    with Library.open(folder) as library:
        assert library.recent() == []


def test_a_locked_disk_can_be_looked_at(small_disk, keep, tmp_path) -> None:
    folder = small_disk / "Easel"
    here = tmp_path / "here.png"
    Image.effect_noise((20, 20), 90).save(here)
    with Library.open(folder) as library:
        made = keep(library)
    remount = ["mount", "-o", "remount,ro", str(small_disk)]
    subprocess.run(remount, check=True)
    with Library.open(folder) as library:
        assert library.read_only
        assert library.recent() == [made]
        assert library.gallery.cards(library.gallery.find(), 0, 1)[0].id == made.id
        assert library.looking.fill() == 1
        assert library.save_copy(made, tmp_path / "copy.png").exists()
        for attempt in (
            lambda: keep(library),
            lambda: library.trash(made.id),
            lambda: library.marking.favourite([made.id]),
            lambda: library.imports.bring_in([made.path.with_name("nothing.png"), here]),
            lambda: library.save_copy(made, small_disk / "copy.png"),
        ):
            with pytest.raises(StudioError, match="can only be read") as caught:
                attempt()
            check_plain(caught.value)
        assert library.recent() == [made]


def test_a_folder_without_permission(folder, library, keep) -> None:
    made = keep(library)
    for place in (folder, made.path.parent):
        place.chmod(0o500)
    try:
        if os.access(folder, os.W_OK):
            pytest.skip("may write anywhere")
        with pytest.raises(StudioError, match="not allowed"):
            keep(library)
        with Library.open(folder) as again:
            assert again.recent() == [made]
    finally:
        for place in (folder, made.path.parent):
            place.chmod(0o700)


def test_an_unplugged_disk_is_not_made_anew(small_disk, keep) -> None:
    folder = small_disk / "Easel"
    with Library.open(folder) as library:
        made = keep(library)
    with Library.open(folder) as library:
        library.count()
        subprocess.run(["umount", "-l", str(small_disk)], check=True)
        for attempt in (
            lambda: keep(library),
            lambda: library.trash(made.id),
            library.count,
            library.rescan,
        ):
            with pytest.raises(StudioError, match="not there any more") as caught:
                attempt()
            check_plain(caught.value)
    with pytest.raises(StudioError, match="not there any more"):
        Library.open(folder)
    assert list(small_disk.iterdir()) == []


def test_a_disk_that_is_the_library(small_disk, keep) -> None:
    with Library.open(small_disk) as library:
        keep(library)
        subprocess.run(["umount", "-l", str(small_disk)], check=True)
        with pytest.raises(StudioError, match="not there any more"):
            keep(library)
    with pytest.raises(StudioError, match="not there any more"):
        Library.open(small_disk)
    assert list(small_disk.iterdir()) == []


def test_a_vanished_folder(folder, library, keep, tmp_path) -> None:
    made = keep(library)
    away = folder.rename(tmp_path / "away")
    for attempt in (
        lambda: keep(library),
        lambda: library.trash(made.id),
        library.recent,
        library.rescan,
        lambda: library.save_copy(made, tmp_path / "copy.png"),
    ):
        with pytest.raises(StudioError, match="not there any more") as caught:
            attempt()
        check_plain(caught.value)
    assert not folder.exists()
    away.rename(folder)
    again = keep(library)
    assert library.recent() == [again, made]


def test_a_folder_is_made_where_that_is_safe(tmp_path, monkeypatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setattr(Path, "home", lambda: home)
    Library.open(home / "Pictures" / "Easel").close()
    Library.open(tmp_path / "new").close()
    with pytest.raises(StudioError, match="There is no folder") as caught:
        Library.open(tmp_path / "media" / "stick" / "Easel")
    check_plain(caught.value)
    assert not (tmp_path / "media").exists()


def test_a_folder_deleted_at_home_is_made_again(folder) -> None:
    import shutil

    Library.open(folder).close()
    shutil.rmtree(folder)
    with Library.open(folder) as library:
        assert library.count() == 0


def test_a_library_known_from_another_disk(tmp_path, monkeypatch) -> None:
    folder = tmp_path / "stick" / "Easel"
    folder.parent.mkdir()
    real = places.device_of
    monkeypatch.setattr(
        places, "device_of", lambda path: real(path) + ("stick" in Path(path).parts)
    )
    Library.open(folder).close()
    monkeypatch.setattr(places, "device_of", real)
    folder.rename(tmp_path / "away")
    with pytest.raises(StudioError, match="connect that disk"):
        Library.open(folder)
    folder.parent.rmdir()
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    with pytest.raises(StudioError, match="connect that disk"):
        Library.open(folder)
    assert not folder.parent.exists()


def test_places_that_cannot_be_a_library(tmp_path) -> None:
    file = tmp_path / "file"
    file.touch()
    for folder, words in (
        (file, "is a file"),
        (file / "Easel", "is a file"),
        (str(tmp_path / "nul\0"), "not the name"),
        (tmp_path / ("x" * 400), "too long"),
    ):
        with pytest.raises(StudioError, match=words) as caught:
            Library.open(folder)
        check_plain(caught.value)


def test_copies_to_places_that_are_none(library, keep, tmp_path) -> None:
    made = keep(library)
    file = tmp_path / "file"
    file.touch()
    for target, words in (
        (file / "c.png", "is a file"),
        (tmp_path / "missing" / "c.png", "not there"),
        (tmp_path / ("x" * 400 + ".png"), "too long"),
        (f"{tmp_path}/nul\0.png", "not the name"),
    ):
        with pytest.raises(StudioError, match=words) as caught:
            library.save_copy(made, target)
        check_plain(caught.value)


def test_the_file_counts_when_the_index_cannot_be_written(folder, keep, monkeypatch) -> None:
    import sqlite3

    from studio.library import index

    def full(*_args: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with Library.open(folder) as library:
        with monkeypatch.context() as broken:
            broken.setattr(index, "put", full)
            made = keep(library)
        assert made.path.exists()
        assert library.needs_rescan
    with Library.open(folder) as library:
        assert library.recent() == [made]
