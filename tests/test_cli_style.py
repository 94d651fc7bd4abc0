"""`easel style` with a tiny model. The engine is on threads of this process."""

from __future__ import annotations

import base64
import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.cli import OK, main
from studio.cli.style_commands import pack_mask
from studio.library import Library, read_artwork_id, read_recipe
from studio.recipes import FinestRecipe, StyleFilmRecipe, StyleRecipe, parse_recipe
from studio.recipes.style import MAX_MASK
from tests.commands import engine_on_threads, refuser, runner
from tests.library.film_sounds import WHITE, clicked, codec, sounding
from tests.tiny_style import save_tiny_style

KINDS = ("style", "style-film", "finest")


@pytest.fixture(scope="module")
def brushes(tmp_path_factory) -> str:
    return str(save_tiny_style(tmp_path_factory.mktemp("models") / "brushes"))


@pytest.fixture(autouse=True)
def near(monkeypatch):
    engine_on_threads(monkeypatch, KINDS)


@pytest.fixture
def easel(capsys):
    return runner(capsys)


@pytest.fixture
def refused(capsys):
    return refuser(capsys)


@pytest.fixture
def photo(tmp_path) -> Path:
    file = tmp_path / "garden.jpg"
    Image.linear_gradient("L").resize((90, 60)).convert("RGB").save(file)
    return file


@pytest.fixture
def painting(tmp_path) -> Path:
    file = tmp_path / "a painting.png"
    Image.radial_gradient("L").resize((70, 80)).convert("RGB").save(file)
    return file


def recipe_of(file: Path | str) -> StyleRecipe:
    recipe = parse_recipe(read_recipe(Path(file)))
    assert isinstance(recipe, StyleRecipe)
    return recipe


def library() -> Library:
    return Library.open(Path(os.environ["EASEL_LIBRARY"]))


def test_a_photo_like_a_painting(easel, brushes, photo, painting, tmp_path):
    out = tmp_path / "made.png"
    flags = ("--strength", 0.6, "--brush", -0.5, "--colours", "mine", "--size", 120)
    assert easel("style", photo, "--like", painting, "--model", brushes, *flags, "--out", out) == [
        str(out)
    ]
    recipe = recipe_of(out)
    assert (recipe.strength, recipe.brush, recipe.colours, recipe.size) == (0.6, -0.5, "mine", 120)
    assert recipe.title == "garden.jpg in the manner of a painting.png"
    with Image.open(out) as image:
        assert image.size == (120, 80)
    photo.unlink()
    painting.unlink()  # the library has taken both in
    [again] = easel("again", out)
    with Image.open(out) as first, Image.open(again) as second:
        assert first.tobytes() == second.tobytes()
    with library() as kept:
        assert [one.parents for one in kept.recent()] == [(read_artwork_id(out),), ()]


def test_learned_styles_mix_by_their_shares(easel, brushes, photo):
    [made] = easel("style", photo, "--like", "waves=0.7", "--like", "Dots=0.3", "--model", brushes)
    recipe = recipe_of(made)
    assert [(one.style, one.weight) for one in recipe.manners] == [("waves", 0.7), ("dots", 0.3)]
    assert recipe.title == "garden.jpg in the manner of Waves and Dots"


def test_a_file_whose_name_has_a_sign_in_it(easel, brushes, photo, painting):
    odd = painting.rename(painting.with_name("a=0.5"))
    recipe = recipe_of(easel("style", photo, "--like", odd, "--model", brushes)[0])
    assert recipe.manners[0].picture
    assert recipe.manners[0].weight == 1.0


def test_an_artwork_is_the_parent_and_is_not_taken_in_twice(easel, brushes, photo, tmp_path):
    [first] = easel("style", photo, "--like", "dots", "--model", brushes)
    [second] = easel("style", first, "--like", "waves", "--model", brushes)
    artwork = read_artwork_id(Path(first))
    assert recipe_of(second).content == f"work:{artwork}"
    copy = tmp_path / "copy.png"
    copy.write_bytes(Path(first).read_bytes())
    [third] = easel("style", photo, "--like", copy, "--model", brushes)
    assert recipe_of(third).manners[0].picture.startswith("source:")
    with library() as kept:
        for made in (second, third):
            assert kept.at(Path(made)).parents == (artwork,)
        assert len(list((kept.folder / ".easel" / "sources").iterdir())) == 2


@pytest.fixture
def film(tmp_path) -> Path:
    file = tmp_path / "film.gif"
    frames = [Image.new("RGB", (48, 32), (40 * n, 90, 200 - 40 * n)) for n in range(4)]
    frames[0].save(file, save_all=True, append_images=frames[1:], duration=100, loop=0)
    return file


def test_a_film_becomes_a_film(easel, brushes, film, tmp_path):
    out = tmp_path / "painted.webm"
    like = ("--like", "dots", "--model", brushes)
    assert easel("style", film, *like, "--steadiness", 0.2, "--out", out) == [str(out)]
    recipe = parse_recipe(read_recipe(out))
    assert isinstance(recipe, StyleFilmRecipe)
    assert (recipe.format, recipe.steadiness, recipe.content[:7]) == ("webm", 0.2, "source:")
    with library() as kept:
        [artwork] = kept.recent()
        assert artwork.seconds == pytest.approx(0.4, abs=0.11)


def test_the_finest_quality(easel, brushes, photo, painting):
    like = ("--like", painting, "--model", brushes, "--finest")
    recipe = parse_recipe(read_recipe(easel("style", photo, *like, "--rounds", 2, "--seed", 7)[0]))
    assert isinstance(recipe, FinestRecipe)
    assert (recipe.rounds, recipe.seed) == (2, 7)


@pytest.mark.parametrize(("ending", "becomes"), [(".mp4", "aac"), (".webm", "opus"), (".gif", "")])
def test_a_film_keeps_its_sound(capsys, brushes, tmp_path, ending, becomes):
    film, out = sounding(tmp_path / "film"), tmp_path / f"painted{ending}"
    like = ["--like", "dots", "--model", brushes, "--out", str(out)]
    assert main(["style", str(film), *like]) == OK
    assert ("silent" in capsys.readouterr().err) == (not becomes)
    if becomes:
        assert codec(out).removeprefix("lib") == becomes
        assert clicked(out) == pytest.approx(WHITE, abs=0.004)


def test_after_so_many_minutes_the_finest_quality_is_kept_as_it_is_by_then(
    easel, brushes, photo, painting
):
    like = ("--like", painting, "--model", brushes, "--finest", "--rounds", 2000)
    [made] = easel("style", photo, *like, "--minutes", 0.01)
    assert 1 <= parse_recipe(read_recipe(made)).rounds < 2000


def test_what_does_not_go_with_a_film(refused, brushes, film, tmp_path):
    like = ("--like", "dots", "--model", brushes)
    assert "Leave out --finest" in refused("style", film, *like, "--finest")
    assert "End the name in .mp4" in refused("style", film, *like, "--out", tmp_path / "a.jpg")


def test_a_mask(easel, brushes, photo, tmp_path):
    mask = tmp_path / "mask.png"
    half = Image.new("L", (90, 60), 0)
    half.paste(255, (0, 0, 45, 60))
    half.save(mask)
    like = ("--like", "dots", "--model", brushes, "--feather", 0, "--strength", 1)
    [made] = easel("style", photo, *like, "--mask", mask)
    with Image.open(photo) as own, Image.open(made) as painted:
        far = np.abs(np.asarray(own, int) - np.asarray(painted.convert("RGB"), int))
    assert far[:, 46:].max() == 0
    assert far[:, :44].mean() > 5


def test_a_mask_is_made_to_fit_into_a_recipe(tmp_path):
    dice = np.random.default_rng(0)
    Image.fromarray(dice.integers(0, 256, (1500, 2000, 3), np.uint8)).save(tmp_path / "noise.png")
    packed = pack_mask(tmp_path / "noise.png")
    assert len(packed) <= MAX_MASK
    with Image.open(io.BytesIO(base64.b64decode(packed))) as mask:
        assert (mask.mode, mask.size) == ("L", (512, 384))


def test_the_styles_are_listed(easel, brushes):
    lines = easel("style", "--list", "--model", brushes)
    assert lines[0] == "Brushes 0, 3 styles"
    assert lines[1].split(maxsplit=1) == ["dots", "Dots, after nobody"]
    assert "--like painting.jpg" in lines[-1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["PHOTO"], "Nothing says what to paint like"),
        (["--like", "dots"], "nothing to paint"),
        (["PHOTO", "--like", "oil"], "“oil” is neither a picture nor a style of “Brushes”"),
        (["PHOTO", "--like", "MODEL/easel.json"], "not a picture"),
        (["MODEL/easel.json", "--like", "dots"], "not a picture"),
        (["/nowhere/a.png", "--like", "dots"], "a.png"),
        (["PHOTO", *["--like", "dots"] * 5], "“Style”"),
        (["PHOTO", "--like", "dots=0"], "None of the styles has a share"),
        (["PHOTO", "--like", "dots=7"], "can be at most 1"),
        (["PHOTO", "--like", "dots", "--strength", "2"], "“Strength” can be at most 1"),
        (["PHOTO", "--like", "dots", "--out", "a.bmp"], "End the name in .png, .jpg"),
        (["PHOTO", "--like", "dots", "--rounds", "7"], "Add --finest"),
        (["PHOTO", "--like", "dots", "--minutes", "1"], "Add --finest"),
        (["PHOTO", "--like", "dots", "--fps", "7"], "is not a film"),
        (["PHOTO", "--like", "dots", "--finest", "--minutes", "-3"], "cannot be waited"),
        (["PHOTO", "--like", "dots", "--mask", "MODEL/easel.json"], "not a picture"),
    ],
)
def test_what_cannot_be_done_is_said_in_plain_words(
    arguments, sentence, refused, brushes, photo, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    stand_ins = {"PHOTO": str(photo), "MODEL/easel.json": f"{brushes}/easel.json"}
    said = refused("style", "--model", brushes, *(stand_ins.get(one, one) for one in arguments))
    assert sentence in said
    if Path(os.environ["EASEL_LIBRARY"]).exists():
        with library() as kept:
            assert kept.count() == 0


def test_a_model_of_another_kind(refused, photo):
    from studio.paths import builtin_models

    stickers = str(builtin_models() / "stickers")
    said = refused("style", photo, "--like", "dots", "--model", stickers)
    assert "does not paint in styles" in said
