"""The command line, through its own door: what it prints, keeps and returns."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from studio.cli import CANNOT, INTERRUPTED, OK, USAGE, main
from studio.library import Library, read_recipe
from studio.recipes import parse_recipe
from tests.tiny_models import save_tiny_stickers


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> str:
    return str(save_tiny_stickers(tmp_path_factory.mktemp("models") / "tiny"))


def pixels(file: str | Path) -> bytes:
    with Image.open(file) as image:
        return image.convert("RGBA").tobytes()


@pytest.mark.slow
def test_make_and_again_give_the_same_pixels(model, tmp_path, capsys):
    out = tmp_path / "für mich 猫"
    asked = ["a red fox 🦊", "--model", model, "--seed", "7", "--count", "2", "--out", str(out)]
    assert main(["make", *asked]) == OK
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 2
    assert sorted(out.iterdir()) == sorted(Path(line) for line in printed)
    with Library.open(Path(os.environ["EASEL_LIBRARY"])) as library:
        kept = library.recent()
    assert len(kept) == 2
    assert [parse_recipe(read_recipe(Path(line))).seed for line in printed] == [7, 8]

    shutil.copy(printed[1], tmp_path / "renamed.jpg")  # what it is, is told by its content
    assert main(["again", str(tmp_path / "renamed.jpg")]) == OK
    again = capsys.readouterr().out.strip()
    assert pixels(again) == pixels(printed[1])
    with Library.open(Path(os.environ["EASEL_LIBRARY"])) as library:
        made = library.at(Path(again))
    assert made is not None
    assert len(made.parents) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["make", "  "], "There are no words yet"),
        (["make", "a" * 10_000], "10,000 characters long"),
        (["make", "a fox", "--count", "9"], "at most 8"),
        (["make", "a fox", "--seed", "seven"], "“Starting point”"),
        (["make", "a fox", "--model", "/nowhere/at/all"], "There is no folder “all”"),
        (["again", "/nowhere/fox.png"], "fox.png"),
    ],
)
def test_what_cannot_be_done_is_said_in_plain_words(arguments, sentence, capsys):
    assert main(arguments) == CANNOT
    said = capsys.readouterr()
    assert sentence in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


@pytest.mark.parametrize("arguments", [["paint"], ["make"], ["make", "a", "--quality", "best"]])
def test_what_is_not_understood_is_a_usage_error(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == USAGE
    assert "usage: easel" in capsys.readouterr().err


def test_a_picture_without_a_recipe_cannot_be_made_again(tmp_path, capsys):
    Image.new("RGB", (8, 8)).save(tmp_path / "plain.png")
    assert main(["again", str(tmp_path / "plain.png")]) == CANNOT
    assert "plain.png" in capsys.readouterr().err


def test_a_library_that_is_a_file_is_said_so(tmp_path, model, capsys):
    (tmp_path / "file").write_text("in the way")
    arguments = ["make", "a fox", "--model", model, "--library", str(tmp_path / "file")]
    assert main(arguments) == CANNOT
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.slow
def test_ctrl_c_stops_at_once_and_leaves_no_half_picture(model, tmp_path):
    library = tmp_path / "pictures"
    command = [sys.executable, "-m", "studio", "make", "a fox", "--model", model]
    command += ["--steps", "150", "--count", "8", "--library", str(library)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()  # the first picture is kept
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        _, said = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED
    assert b"Stopped." in said
    assert time.monotonic() - began < 20
    with Library.open(library) as opened:
        assert 1 <= opened.count() < 8
        assert len(list(library.rglob("*.png"))) == opened.count()


@pytest.mark.slow
def test_doctor_says_what_is_here(capsys):
    code = main(["doctor"])
    said = capsys.readouterr().out
    for topic in ("Easel", "torch", "Memory", "Window", "Sound", "Pictures", "Draws on"):
        assert f"{topic}: " in said
    assert code == (CANNOT if "MISSING" in said else OK)
