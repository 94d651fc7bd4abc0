"""The sliders' commands: `easel slide`, `walk`, `find` and `variations`, with tiny models.

The engine is on threads of this process, but for the last test, which goes the whole way.
"""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from studio.cli import CANNOT, INTERRUPTED, OK, USAGE, main
from studio.library import Library, read_artwork_id, read_recipe
from studio.paths import builtin_models
from studio.recipes import PictureRecipe, parse_recipe
from tests.commands import engine_on_threads
from tests.tiny_latent import save_tiny_gan, save_tiny_vae

SECONDS = 60.0


@pytest.fixture(scope="module")
def faces(tmp_path_factory) -> str:
    return str(save_tiny_vae(tmp_path_factory.mktemp("models") / "faces"))


@pytest.fixture(scope="module")
def flowers(tmp_path_factory) -> str:
    return str(save_tiny_gan(tmp_path_factory.mktemp("models") / "flowers"))


@pytest.fixture(autouse=True)
def near(request, monkeypatch):
    """The engine on threads instead of in a process, which would take seconds to start."""
    if request.node.get_closest_marker("slow"):
        return
    engine_on_threads(monkeypatch, ("slide", "walk", "find", "variations"))


@pytest.fixture
def easel(capsys):
    """Run a command that must work; what it printed, line by line."""

    def run(*arguments: object) -> list[str]:
        code = main([str(one) for one in arguments])
        said = capsys.readouterr()
        assert (code, said.err) == (OK, "")
        return said.out.splitlines()

    return run


@pytest.fixture
def refused(capsys):
    """Run a command that cannot be done; what it said."""

    def run(*arguments: object) -> str:
        assert main([str(one) for one in arguments]) == CANNOT
        said = capsys.readouterr()
        assert said.out == ""
        assert "Traceback" not in said.err
        return said.err

    return run


def pixels(file: str | Path) -> bytes:
    with Image.open(file) as image:
        return image.convert("RGB").tobytes()


def recipe_of(file: str | Path):
    return parse_recipe(read_recipe(Path(file)))


def test_a_slide_is_made_as_asked_and_again_to_the_pixel(easel, faces, tmp_path):
    out = tmp_path / "für mich" / "猫.png"
    arguments = ("slide", faces, "--seed", 7, "--adventurous", 0.5, "--size", 48)
    settings = ("--set", "Glasses=0.8", "--set", "smile = -1")
    assert easel(*arguments, *settings, "--out", out) == [str(out)]
    recipe = recipe_of(out)
    assert recipe.place.sliders == {"glasses": 0.8, "smile": -1.0}
    assert (recipe.place.seed, recipe.place.adventurous, recipe.size) == (7, 0.5, 48)
    with Image.open(out) as image:
        assert image.size == (48, 48)
    [again] = easel("again", out)
    assert pixels(again) == pixels(out)
    with Library.open(Path(os.environ["EASEL_LIBRARY"])) as library:
        assert library.count() == 2
        assert library.at(Path(again)).parents == (read_artwork_id(out),)


def test_a_slide_may_begin_at_a_picture(easel, faces, tmp_path):
    easel("slide", faces, "--seed", 3, "--set", "smile=1", "--out", tmp_path / "a.png")
    easel("slide", "--from", tmp_path / "a.png", "--set", "glasses=1", "--out", tmp_path / "b.webp")
    recipe = recipe_of(tmp_path / "b.webp")
    assert recipe.model == "test/faces"
    assert (recipe.place.seed, recipe.place.sliders) == (3, {"smile": 1.0, "glasses": 1.0})


def test_without_a_seed_the_dice_are_thrown(easel, faces):
    seeds = {recipe_of(easel("slide", faces)[0]).place.seed for _ in range(2)}
    assert len(seeds) == 2


def test_a_models_sliders_are_listed_in_words(easel, faces, flowers):
    lines = easel("slide", faces, "--list")
    assert lines[0] == "Faces 0, 3 sliders"
    assert lines[1].split(maxsplit=1) == ["glasses", "none … large"]
    assert "found, not named" in lines[3]
    assert "direction 1" in " ".join(easel("slide", flowers, "--list"))


def test_models_are_listed(easel, faces):
    easel("slide", faces, "--list")  # a folder that is named goes on the shelf
    lines = easel("models")
    assert any(
        line.split() == ["test/faces", "Faces", "0", "sliders", "Apache-2.0"] for line in lines
    )
    assert any("pictures from words" in line for line in lines)
    assert easel("slide", "FACES", "--seed", 1)  # from now on it goes by its name


@pytest.mark.parametrize("ending", ["mp4", "webm", "gif", "png", "webp"])
def test_a_walk_becomes_the_film_that_its_name_says(ending, easel, faces, tmp_path):
    for seed in (1, 2):
        easel("slide", faces, "--seed", seed, "--out", tmp_path / f"{seed}.png")
    out = tmp_path / f"loop.{ending}"
    stops = (tmp_path / "1.png", "seed:12", tmp_path / "2.png")
    film = ("--seconds", 1, "--fps", 8, "--one-way", "--motion", "resting", "--size", 32)
    assert easel("walk", *stops, *film, "--out", out) == [str(out)]
    recipe = recipe_of(out)
    assert [place.seed for place in recipe.stops] == [1, 12, 2]
    assert (recipe.loop, recipe.motion, recipe.count) == (False, "resting", 8)
    assert recipe.format == {"png": "apng"}.get(ending, ending)
    assert recipe.model == "test/faces"
    [again] = easel("again", out)
    assert Path(again).read_bytes()[:4] == out.read_bytes()[:4]
    with Library.open(Path(os.environ["EASEL_LIBRARY"])) as library:
        kept = library.recent()
    assert [one.is_film for one in kept] == [True, True, False, False]
    assert set(kept[1].parents) == {read_artwork_id(tmp_path / f"{seed}.png") for seed in (1, 2)}
    assert kept[0].parents == (kept[1].id,)


def test_a_walk_becomes_single_pictures_and_those_again(easel, faces, tmp_path):
    walk = ("walk", "seed:1", "seed:2", "--model", faces, "--seconds", 0.5, "--fps", 8)
    assert easel(*walk, "--format", "frames", "--out", tmp_path / "a") == [str(tmp_path / "a")]
    names = [f"{number:04}.png" for number in (1, 2, 3, 4)]
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == names
    assert easel("again", tmp_path / "a" / names[2], "--out", tmp_path / "b")
    for name in names:
        assert pixels(tmp_path / "a" / name) == pixels(tmp_path / "b" / name)


def test_a_walk_becomes_a_contact_sheet(easel, faces, tmp_path):
    walk = ("walk", "seed:1", "seed:2", "--model", faces, "--seconds", 1, "--format", "sheet")
    assert easel(*walk, "--out", tmp_path / "sheet.jpg") == [str(tmp_path / "sheet.jpg")]
    with Image.open(tmp_path / "sheet.jpg") as image:
        assert image.format == "JPEG"


def test_a_walk_without_out_is_kept_in_the_library(easel, faces):
    [path] = easel("walk", "seed:1", "seed:2", "--model", faces, "--seconds", 0.3, "--fps", 10)
    assert Path(path).is_relative_to(os.environ["EASEL_LIBRARY"])
    assert path.endswith(".mp4")
    assert recipe_of(path).loop


def test_a_found_picture_can_be_slid_on(easel, faces, tmp_path):
    Image.linear_gradient("L").convert("CMYK").save(tmp_path / "photo.jpg")
    find = ("find", tmp_path / "photo.jpg", "--model", faces, "--patience", 0)
    assert easel(*find, "--out", tmp_path / "found.png") == [str(tmp_path / "found.png")]
    assert recipe_of(tmp_path / "found.png").place.found
    easel(
        "slide", "--from", tmp_path / "found.png", "--set", "smile=1", "--out", tmp_path / "b.png"
    )
    recipe = recipe_of(tmp_path / "b.png")
    assert recipe.place.found == recipe_of(tmp_path / "found.png").place.found
    assert recipe.place.sliders == {"smile": 1.0}


def test_variations_fill_a_folder_with_their_table(easel, faces, tmp_path):
    arguments = ("variations", faces, "--seed", 5, "--count", 4, "--amount", 0.3)
    out = tmp_path / "data"
    assert easel(*arguments, "--vary", "Smile", "--out", out) == [str(out)]
    with (out / "table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows] == [f"{number:04}.png" for number in (1, 2, 3, 4)]
    places = sorted(float(row["smile"]) for row in rows)
    assert places[0] < -0.5 < 0.5 < places[3]
    [again] = easel("again", out / "0002.png")
    assert pixels(again) == pixels(out / "0002.png")


def test_what_was_not_made_with_sliders_has_no_place(easel, refused, faces, tmp_path):
    easel("slide", faces, "--seed", 1, "--out", tmp_path / "good.png")
    Image.new("RGB", (8, 8)).save(tmp_path / "my photo.png")
    said = refused("walk", tmp_path / "good.png", tmp_path / "my photo.png")
    assert "“my photo.png” was not made with the sliders" in said
    assert f"easel find '{tmp_path / 'my photo.png'}'" in said
    with Library.open(tmp_path / "words") as library:
        words = library.add(
            Image.new("RGB", (8, 8)), PictureRecipe(prompt="a fox"), made_by="Someone"
        )
    assert "has no place" in refused("slide", "--from", words.path)


def test_no_path_leads_between_models(easel, refused, faces, flowers, tmp_path):
    easel("slide", faces, "--seed", 1, "--out", tmp_path / "a.png")
    easel("slide", flowers, "--seed", 1, "--out", tmp_path / "b.png")
    said = refused("walk", tmp_path / "a.png", tmp_path / "b.png")
    assert "are of different models" in said
    assert "different models" in refused("walk", tmp_path / "a.png", "seed:1", "--model", flowers)


def test_a_film_is_no_stop(easel, refused, faces, tmp_path):
    out = tmp_path / "a.gif"
    walk = ("--model", faces, "--seconds", 0.3, "--fps", 10, "--out", out)
    easel("walk", "seed:1", "seed:2", *walk)
    assert "“a.gif” is a film" in refused("walk", out, "seed:1")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["slide", "MODEL", "--set", "wings=1"], "no slider “wings”. It has: glasses, smile"),
        (["slide", "MODEL", "--set", "smile"], 'Write it like --set "smile=0.8"'),
        (["slide", "MODEL", "--set", "smile=9"], "“smile” can be at most 1.5"),
        (["slide", "MODEL", "--set", "smile=wide"], "“smile” does not fit"),
        (["slide", "MODEL", "--seed", "seven"], "“seed” does not fit"),
        (["slide", "MODEL", "--adventurous", "-1"], "“adventurous” must be at least 0"),
        (["slide", "MODEL", "--size", "100000"], "“Size” can be at most 4096"),
        (["slide", "MODEL", "--out", "fox.bmp"], "End the name in .png, .jpg, .jpeg, .webp"),
        (["slide", "/nowhere/at/all"], "There is no folder"),
        (["slide", "--from", "/nowhere/a.png"], "There is no file"),
        (["walk", "seed:1", "--model", "MODEL"], "“Stops”"),
        (["walk", "seed:x", "seed:2", "--model", "MODEL"], "“seed” does not fit"),
        (["walk", "seed:1", "seed:2", "--model", "MODEL", "--out", "a.avi"], "End the name in"),
        (
            ["walk", "seed:1", "seed:2", "--model", "MODEL", "--format", "gif", "--out", "a.mp4"],
            "End the name in .gif",
        ),
        (
            ["walk", "seed:1", "seed:2", "--model", "MODEL", "--format", "frames"],
            "Say with --out which one",
        ),
        (["walk", "seed:1", "seed:2", "--model", "MODEL", "--seconds", "0"], "“How long”"),
        (["find", "/nowhere/a.png", "--model", "MODEL"], "a.png"),
        (["find", "MODEL/easel.json", "--model", "MODEL"], "not a picture"),
        (["variations", "MODEL", "--count", "0", "--out", "x"], "“How many”"),
        (["variations", "MODEL", "--vary", "wings", "--out", "x"], "no slider “wings”"),
    ],
)
def test_what_cannot_be_done_is_said_in_plain_words(
    arguments, sentence, refused, faces, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert sentence in refused(*(one.replace("MODEL", faces) for one in arguments))
    assert not list(tmp_path.iterdir())


def test_a_model_that_draws_from_words_has_no_sliders(refused):
    stickers = str(builtin_models() / "stickers")
    assert "has no sliders" in refused("slide", stickers)


@pytest.mark.parametrize(
    "arguments", [["walk"], ["find"], ["variations"], ["walk", "a", "b", "--loop", "--one-way"]]
)
def test_what_is_not_understood_is_a_usage_error(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == USAGE
    assert "usage: easel" in capsys.readouterr().err


def test_a_copy_that_cannot_be_put_there_is_said_so_and_the_artwork_is_kept(
    faces, tmp_path, capsys
):
    (tmp_path / "file").write_text("in the way")
    assert main(["slide", faces, "--out", str(tmp_path / "file" / "a.png")]) == CANNOT
    said = capsys.readouterr()
    assert str(tmp_path / "file") in said.err
    assert Path(said.out.strip()).exists()


@pytest.mark.slow
def test_ctrl_c_stops_a_film_and_leaves_nothing_of_it(faces, tmp_path):
    library = tmp_path / "pictures"
    command = [sys.executable, "-m", "studio", "walk", "seed:1", "seed:2", "--model", faces]
    command += ["--seconds", "600", "--fps", "60", "--library", str(library)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        end = time.monotonic() + SECONDS
        while not list(library.rglob("*.tmp")):  # the film has been begun
            assert time.monotonic() < end
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=SECONDS)
    assert (process.returncode, out) == (INTERRUPTED, b"")
    assert b"Stopped." in said
    left = [path for path in library.rglob("*") if path.is_file()]
    assert not [path for path in left if path.suffix in (".mp4", ".tmp")]
    with Library.open(library) as opened:
        assert opened.count() == 0
