"""The command `easel export`."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from studio.cli import CANNOT, OK, USAGE, main
from studio.export import Cut, ExportPlan, Presets
from tests.export.conftest import EVERYTHING, MAY, leaves, packet


def easel(*arguments: object) -> int:
    return main(["export", *(str(each) for each in arguments)])


def test_by_id_by_file_and_by_words(keep, library, tmp_path, capsys) -> None:
    fox, owl, cat = (keep(prompt=name) for name in ("fox", "owl in a tree", "cat"))
    out = tmp_path / "deep" / "out"
    place = ("--library", library.folder, "--to", out)
    assert easel(fox.id[:8], cat.path, "--search", "tree", *place) == OK
    told = [Path(line).name for line in capsys.readouterr().out.splitlines()]
    assert told == ["fox.png", "cat.png", "owl in a tree.png"]
    assert easel("--all", "--format", "jpeg", *place) == OK
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert owl.path.exists()


def test_the_flags_make_the_plan(keep, library, tmp_path, capsys) -> None:
    keep(prompt="fox")
    flags = ["--format", "jpeg", "--size", "50x50", "--pad", "--background", "#0000ff"]
    flags += ["--quality", "95", "--name", "{number} {title}", "--no-recipe"]
    flags += ["--author", "Ада", "--alt", "ein Fuchs", "--title", "Fuchs"]
    to = tmp_path / "out"
    assert easel("--all", "--library", library.folder, "--to", to, *flags) == OK
    with Image.open(to / "1 Fuchs.jpg") as opened:
        assert opened.size == (50, 50)
        assert opened.getpixel((1, 1))[2] > 245
    said = packet(to / "1 Fuchs.jpg")
    assert (said["creator"], said["AltTextAccessibility"]) == ("Ада", "ein Fuchs")
    assert "recipe" not in said
    assert MAY in said["Instructions"]


def test_presets(keep, library, tmp_path, capsys) -> None:
    keep(prompt="fox")
    Presets.default().keep("Für mich", ExportPlan(format="webp", name="mine"))
    assert easel("--presets") == OK
    listed = capsys.readouterr().out
    assert "Stickers  (stickers)" in listed
    assert "Für mich  (webp)" in listed
    place = ("--all", "--library", library.folder, "--to", tmp_path / "out")
    assert easel("--preset", "für", *place) == OK
    assert (tmp_path / "out" / "mine.webp").exists()
    assert easel("--preset", "nothing", *place) == CANNOT


def test_there_is_a_flag_for_everything(capsys) -> None:
    first = leaves(ExportPlan())
    assert not [where for where, value in leaves(EVERYTHING).items() if value == first[where]]
    flags = """--format pdf --size 444x555 --pad --no-enlarge --filter nearest --cut bottom
        --background #123456 --profile display-p3 --quality 71 --lossless --no-recipe --no-own-tags
        --sounds mp3 --author A --licence L --copyright C --sign --paper 111x99 --dpi 240 --bleed 4
        --page fit --marks --together --columns 3 --rows 2 --pages png --sheet 300x250
        --sheet-dpi 99 --caption {number} --heading Mine --outline 3 --outline-colour #abcdef
        --pack Foxes --screens 4k,phone --saved-as webp --title T --alt B"""
    more = ["--name", "{date} {title}", "--tags", "fox, winter 2026"]
    assert easel("--remember", "mine", *flags.split(), *more) == OK
    made = leaves(Presets.default().own()["mine"])
    # What is said of one work is not remembered, and a size is the longest side or both.
    others = {"words.title": "", "words.alt": "", "size.longest": 2048}
    assert made == leaves(EVERYTHING) | others


def test_flags_take_back_what_a_preset_says(capsys) -> None:
    Presets.default().keep("all", EVERYTHING)
    flags = "--no-lossless --recipe --own-tags --no-sign --enlarge --no-marks --no-together"
    assert easel("--preset", "all", "--remember", "less", *flags.split(), "--cut", "25,75") == OK
    made = Presets.default().own()["less"]
    assert (made.lossless, made.keep_recipe, made.keep_tags, made.sign) == (
        False,
        True,
        True,
        False,
    )
    assert (made.size.enlarge, made.print.marks, made.print.together) == (True, False, False)
    assert made.cut == Cut(across=0.25, down=0.75)


def test_presets_are_remembered_renamed_and_forgotten(keep, library, tmp_path, capsys) -> None:
    keep(prompt="fox")
    assert easel("--remember", "small", "--format", "webp") == OK
    assert easel("--rename", "small", "tiny") == OK
    assert list(Presets.default().own()) == ["tiny"]
    assert easel("--rename", "small", "tiny") == CANNOT
    place = ("--all", "--library", library.folder, "--to", tmp_path / "out")
    assert easel("--preset", "tiny", *place) == OK
    assert easel("--forget", "tiny") == OK
    assert easel("--forget", "tiny") == CANNOT
    assert "of your own" in capsys.readouterr().err
    assert easel("--last", *place) == OK  # as the last time
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["fox 2.webp", "fox.webp"]
    assert Presets.default().folder() == tmp_path / "out"


def test_files_that_are_in_no_library(tmp_path, capsys) -> None:
    photo = tmp_path / "photo.jpg"
    Image.new("RGB", (40, 30), "red").save(photo)
    assert easel(photo, "--to", tmp_path / "out", "--format", "png") == OK
    with Image.open(tmp_path / "out" / "photo.png") as opened:
        assert opened.size == (40, 30)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ([], "where the files shall go"),
        (["--to", "{out}"], "nothing to export"),
        (["--to", "{out}", "deadbeef"], "No artwork's id begins"),
        (["--to", "{out}", "nowhere.png"], "no file"),
        (["--to", "{out}", "--all", "--size", "x"], "width and height"),
        (["--to", "{out}", "--all", "--size", "0x5"], "size width"),
        (["--to", "{out}", "--all", "--name", "{titel}"], "no part of a name"),
        (["--to", "{out}", "--all", "--cut", "here"], "no place in a picture"),
        (["--to", "{out}", "--all", "--cut", "200,0"], "cut across"),
        (["--to", "{out}", "--all", "--screens", "cinema"], "no such screens"),
    ],
)
def test_what_cannot_be_is_said(keep, library, tmp_path, capsys, flags, words) -> None:
    keep()
    given = [flag.replace("{out}", str(tmp_path / "out")) for flag in flags]
    assert easel("--library", library.folder, *given) == CANNOT
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_unknown_format_is_a_usage_error(capsys) -> None:
    with pytest.raises(SystemExit) as stopped:
        easel("--all", "--format", "gif", "--to", "out")
    assert stopped.value.code == USAGE


def test_what_is_left_out_is_named_and_the_rest_is_done(keep, library, tmp_path, capsys) -> None:
    broken, _ = keep(prompt="broken"), keep(prompt="whole")
    broken.path.write_bytes(broken.path.read_bytes()[:-40])
    place = ("--library", library.folder, "--to", tmp_path / "out")
    assert easel("--all", *place) == CANNOT
    told = capsys.readouterr()
    assert "whole.png" in told.out
    assert "“broken” was left out" in told.err
