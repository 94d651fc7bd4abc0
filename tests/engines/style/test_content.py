"""The picture that is painted over, with its transparency."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from studio.engines.style.content import Content
from tests.engines.style.conftest import scenery


def sticker(size: tuple[int, int] = (120, 90)) -> Image.Image:
    """A red patch on nothing; the colour of nothing is black."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    image.paste((230, 30, 40, 255), (40, 30, 80, 60))
    return image


def test_what_is_transparent_is_filled_with_what_is_near():
    pixels = Content(sticker()).pixels((120, 90))
    assert np.array_equal(pixels[35, 45], (230, 30, 40))
    assert np.abs(pixels.reshape(-1, 3).astype(int) - (230, 30, 40)).max() < 12


def test_a_wholly_transparent_picture_is_white():
    pixels = Content(Image.new("RGBA", (50, 40), (9, 9, 9, 0))).pixels((50, 40))
    assert (pixels == 255).all()


def test_the_result_is_as_transparent_at_any_size():
    content = Content(sticker())
    shown = content.shown(np.zeros((45, 60, 3), np.uint8))
    assert shown.mode == "RGBA"
    alpha = np.asarray(shown.getchannel("A"))
    assert (alpha[20, 25], alpha[3, 3]) == (255, 0)
    assert Content(scenery(30, 20)).shown(np.zeros((45, 60, 3), np.uint8)).mode == "RGB"


def test_a_smaller_one_goes_by_the_size_of_the_whole():
    content = Content(sticker((1200, 900)))
    small = content.smaller(300)
    assert small.size == (1200, 900)
    assert small.alpha.size == (300, 225)
    assert np.abs(small.pixels((60, 45)).astype(int) - content.pixels((60, 45))).mean() < 2
    assert content.smaller(1200) is content


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "CMYK"])
def test_pictures_of_all_modes_become_colours(mode, tmp_path):
    file = tmp_path / "picture.tiff"
    scenery(40, 30).convert(mode).save(file)
    assert Content.of(file).pixels((40, 30)).shape == (30, 40, 3)
