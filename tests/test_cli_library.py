"""`easel library`: what it prints, does and returns."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.cli import CANNOT, OK, USAGE, main
from studio.library import Library
from studio.library.marking import Label
from studio.recipes import PictureRecipe


@pytest.fixture
def folder() -> Path:
    return Path(os.environ["EASEL_LIBRARY"])


@pytest.fixture
def made(folder):
    with Library.open(folder) as library:
        return [
            library.add(
                Image.new("RGB", (20, 10 + n)), PictureRecipe(prompt=f"fox {n}"), made_by="x"
            )
            for n in range(3)
        ]


def test_rescan(folder, made, capsys) -> None:
    for file in (folder / ".easel").glob("index.sqlite3*"):
        file.unlink()
    made[0].path.rename(folder / "elsewhere.png")
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nhalf")
    assert main(["library", "rescan"]) == OK
    said = capsys.readouterr().out
    assert said.startswith("3 artworks; ")
    assert f"cannot be read: {folder / 'broken.png'}" in said


def test_check(folder, made, capsys) -> None:
    assert main(["library", "check", "--pixels"]) == OK
    assert capsys.readouterr().out == "3 artworks; all is well.\n"

    whole = made[0].path.read_bytes()
    broken = bytearray(whole)
    at = broken.index(b"IDAT") + 8
    broken[at] ^= 255
    made[0].path.write_bytes(broken)
    status = made[0].path.stat()
    os.utime(made[0].path, ns=(status.st_atime_ns, status.st_mtime_ns))
    made[1].path.write_bytes(made[1].path.read_bytes()[:-20])
    made[2].path.unlink()
    with Library.open(folder) as library:
        library.rescan()
        library.marking.favourite([made[2].id])
    assert main(["library", "check"]) == CANNOT
    said = capsys.readouterr().out
    assert f"damaged: {made[1].path}: it is cut short" in said
    assert str(made[0].path) not in said
    assert "1 artwork with tags, notes or a star" in said
    assert main(["library", "check", "--pixels"]) == CANNOT
    assert f"damaged: {made[0].path}: " in capsys.readouterr().out


def test_check_says_what_changed_since(folder, made, capsys) -> None:
    Image.new("RGB", (5, 5)).save(made[0].path)
    assert main(["library", "check"]) == CANNOT
    said = capsys.readouterr().out
    assert f"not in the list as it is now: {made[0].path}" in said
    assert "rescan" in said
    assert main(["library", "rescan"]) == OK
    assert main(["library", "check"]) == OK


def test_import(folder, made, capsys, tmp_path) -> None:
    info = PngInfo()
    info.add_text("parameters", "a castle\nSteps: 20, Sampler: Odd One, Seed: 5, Version: v1.9")
    (tmp_path / "theirs").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "theirs" / "1.png", pnginfo=info)
    asked = ["library", "import", str(tmp_path / "theirs"), "--tag", "theirs"]
    assert main(asked) == OK
    said = capsys.readouterr()
    assert said.out == f"{folder / 'imported' / '1.png'}\n"
    assert "Odd One" in said.err
    assert main(asked) == OK
    assert "was here already" in capsys.readouterr().out
    with Library.open(folder) as library:
        assert library.marking.tags() == [Label("theirs", 1)]
        assert library.count() == 4
    (tmp_path / "theirs" / "2.png").write_text("no picture")
    assert main(asked) == CANNOT
    assert "2.png" in capsys.readouterr().err
    assert main(["library", "import", str(tmp_path / "nowhere")]) == CANNOT
    assert "no file or folder" in capsys.readouterr().err


def test_trash(folder, made, capsys) -> None:
    with Library.open(folder) as library:
        library.bin.put([each.id for each in made[:2]])
    assert main(["library", "trash"]) == OK
    said = capsys.readouterr().out
    assert f"{made[0].id}  fox 0  kept until 2" in said
    assert "2 artworks in the trash, " in said
    assert main(["library", "trash", "--restore", made[0].id]) == OK
    assert capsys.readouterr().out == f"{made[0].path}\n"
    assert main(["library", "trash", "--older-than", "1"]) == OK
    assert capsys.readouterr().out == "0 artworks removed for good, 0 bytes.\n"
    assert main(["library", "trash", "--empty"]) == OK
    assert capsys.readouterr().out.startswith("1 artwork removed for good, ")
    with Library.open(folder) as library:
        assert library.count() == 2
        assert library.trashed() == []
    for wrong in ("x", "0" * 32):
        assert main(["library", "trash", "--restore", wrong]) == CANNOT
    with pytest.raises(SystemExit) as stopped:
        main(["library", "trash", "--older-than", "0"])
    assert stopped.value.code == USAGE


def test_another_folder(tmp_path, capsys) -> None:
    (tmp_path / "other").mkdir()
    assert main(["library", "check", "--library", str(tmp_path / "other")]) == OK
    assert capsys.readouterr().out == "0 artworks; all is well.\n"
