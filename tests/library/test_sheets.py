"""Contact sheets, and single pictures written into any folder."""

from __future__ import annotations

import pytest
from PIL import Image

from studio.errors import StudioError
from studio.library import read_recipe, sheets
from studio.library.export import write_single
from studio.library.sheets import sheet
from studio.recipes import Place, SlideRecipe, parse_recipe

COLOURS = [(200, 0, 0), (0, 200, 0), (0, 0, 200), (200, 200, 0), (0, 200, 200)]
PICTURES = [Image.new("RGB", (20, 10), colour) for colour in COLOURS]


def test_pictures_stand_in_reading_order() -> None:
    made = sheet(PICTURES, 2, gap=4, background="#ffffff")
    assert made.size == (4 + 2 * 24, 4 + 3 * 14)
    for number, colour in enumerate(COLOURS):
        row, column = divmod(number, 2)
        assert made.getpixel((4 + column * 24, 4 + row * 14)) == colour
        assert made.getpixel((4 + column * 24 + 19, 4 + row * 14 + 9)) == colour
    assert made.getpixel((1, 1)) == made.getpixel((40, 40)) == (255, 255, 255)


def test_a_sheet_is_about_square_by_itself() -> None:
    made = sheet([PICTURES[0]] * 50, gap=0)
    assert 0.6 < made.width / made.height < 1.6
    assert sheet(PICTURES[:1], gap=0).size == (20, 10)


def test_pictures_become_smaller_where_asked_or_needed(monkeypatch) -> None:
    assert sheet(PICTURES, 5, gap=2, cell=10).size == (2 + 5 * 12, 2 + 7)
    assert sheet(PICTURES, 5, gap=2, cell=99).size == (2 + 5 * 22, 14)
    monkeypatch.setattr(sheets, "LONGEST", 60)
    assert max(sheet(PICTURES, 5, gap=2).size) <= 60
    monkeypatch.setattr(sheets, "LONGEST", 8)
    with pytest.raises(StudioError, match="too many"):
        sheet(PICTURES, 5, gap=2)


def test_what_is_transparent_gets_the_background() -> None:
    clear = Image.new("RGBA", (8, 8), (0, 255, 0, 0))
    assert sheet([clear], background="#102030").getpixel((10, 10)) == (16, 32, 48)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp"])
def test_a_single_picture_carries_its_recipe(tmp_path, name) -> None:
    recipe = SlideRecipe(place=Place(seed=7))
    path = write_single(PICTURES[0], recipe, tmp_path / name, made_by="Test")
    assert parse_recipe(read_recipe(path)) == recipe
    assert b"trainedAlgorithmicMedia" in path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_a_single_picture_that_cannot_be_written(tmp_path) -> None:
    recipe = SlideRecipe()
    for path, words in (
        (tmp_path / "missing" / "a.png", "not there"),
        (tmp_path / "a.tga", "cannot save"),
    ):
        with pytest.raises(StudioError, match=words):
            write_single(PICTURES[0], recipe, path, made_by="")
    assert list(tmp_path.iterdir()) == []
