"""Taking many files in: what a folder holds, a cancel, twins, and disks that fail."""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image

from studio.library import Scan, imports
from studio.library.walking import walk


def saved(path: Path, image: Image.Image) -> Path:
    image.save(path)
    return path


def test_what_came_before_a_cancel_stays_and_is_told(library, picture, tmp_path) -> None:
    for number in range(5):
        saved(tmp_path / f"{number}.png", picture.resize((number + 5, 5)))
    done: list[int] = []
    taken = library.imports.bring_in(
        [tmp_path], lambda at, _of: done.append(at), lambda: done[-1:] == [3]
    )
    assert [each.file.name for each in taken] == ["0.png", "1.png", "2.png"]
    assert all(each.artwork is not None for each in taken)
    assert library.count() == 3
    assert library.rescan() == Scan(0, 0, [])


def test_a_cancel_in_the_middle_of_a_large_file_leaves_nothing_of_it(
    library, folder, picture, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr("studio.library.imports._CHUNK", 64)
    file = saved(tmp_path / "one.png", picture.resize((99, 99)))
    asked: list[bool] = []

    def stop() -> bool:
        asked.append(True)
        return len(asked) == 10

    assert library.imports.bring_in([file], stop=stop) == []
    assert len(asked) == 10 < file.stat().st_size / 64
    assert list((folder / "imported").iterdir()) == []


def test_the_same_content_twice_in_a_folder_is_taken_in_once(library, picture, tmp_path) -> None:
    saved(tmp_path / "a.png", picture)
    (tmp_path / "b.png").write_bytes((tmp_path / "a.png").read_bytes())
    first, second = library.imports.bring_in([tmp_path])
    assert (first.already, second.already) == (False, True)
    assert first.artwork == second.artwork
    assert library.count() == 1


def test_a_file_whose_disk_fails_is_told_and_stops_nothing(
    library, picture, tmp_path, monkeypatch
) -> None:
    for number in range(3):
        saved(tmp_path / f"{number}.png", picture.resize((number + 5, 5)))
    whole = imports._parts

    def parts(source, stop):
        if source.name.endswith("1.png"):
            raise imports._Unread("Input/output error")
        return whole(source, stop)

    monkeypatch.setattr(imports, "_parts", parts)
    taken = library.imports.bring_in([tmp_path])
    assert [each.artwork is not None for each in taken] == [True, False, True]
    assert "Input/output error" in taken[1].said[0]


def test_a_walk_finds_all_that_may_be_an_artwork(tmp_path) -> None:
    for name in ("b.png", "a.TIF", "notes.txt", ".secret.png", "in/c.mp3", ".away/d.png"):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / ".away").mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "in" / "round").symlink_to(tmp_path, target_is_directory=True)
    asked = [tmp_path, tmp_path / "b.png", tmp_path / ".secret.png"]
    found = walk(asked)
    names = [file.relative_to(tmp_path).as_posix() for file in found.files]
    assert names == ["a.TIF", "b.png", "in/c.mp3", ".secret.png"]  # that one was pointed at
    assert found.closed == []
    assert walk(asked, lambda: True).files == []


def test_a_folder_that_may_not_be_opened_is_told(library, picture, tmp_path, monkeypatch) -> None:
    place = tmp_path / "theirs"
    (place / "locked").mkdir(parents=True)
    saved(place / "one.png", picture)
    scandir = os.scandir

    def refused(folder):
        if Path(folder).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr("studio.library.walking.os.scandir", refused)
    taken = library.imports.bring_in([place])
    assert {each.file.name: each.artwork is None for each in taken} == {
        "locked": True,
        "one.png": False,
    }
