"""Masks: where the style goes."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from studio.engines.style.masks import Mask
from studio.errors import StudioError


def packed(image: Image.Image) -> str:
    file = io.BytesIO()
    image.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def half(width: int = 100, height: int = 50) -> Image.Image:
    """White on the right."""
    image = Image.new("L", (width, height), 0)
    image.paste(255, (width // 2, 0, width, height))
    return image


def test_no_mask_is_everywhere():
    assert Mask("", 0.5).weights((30, 20)) is None


def test_it_stretches_over_the_picture_and_its_edge_is_as_sharp_as_it_was_painted():
    weights = Mask(packed(half()), 0.0).weights((400, 300))
    assert weights.shape == (300, 400)
    assert weights.dtype == np.float32
    assert (weights[:, :190] == 0.0).all()
    assert (weights[:, 210:] == 1.0).all()


def test_a_soft_edge_is_soft_and_the_mask_stays_where_it_was():
    widths = []
    for feather in (0.0, 0.3, 1.0):
        row = Mask(packed(half()), feather).weights((400, 200))[100]
        widths.append(int(((row > 0.05) & (row < 0.95)).sum()))
        assert row[199:201].mean() == pytest.approx(0.5, abs=0.05)  # the edge lies between
        assert (np.diff(row) >= 0).all()
        assert (row[0], row[-1]) == (0.0, 1.0)
    assert widths[0] < 10 < widths[1] < widths[2]


def test_an_even_mask_does_not_fade_at_the_picture_s_edges():
    weights = Mask(packed(Image.new("L", (64, 64), 255)), 1.0).weights((300, 200))
    assert (weights == 1.0).all()


def test_a_large_mask_is_taken_smaller():
    weights = Mask(packed(half(4000, 3000)), 0.2).weights((80, 60))
    assert weights.shape == (60, 80)


@pytest.mark.parametrize(
    "text",
    ["!!!", "abc", base64.b64encode(b"no picture").decode(), packed(half())[:-40] + "AAAA"],
)
def test_a_damaged_mask_is_refused(text):
    with pytest.raises(StudioError):
        Mask(text, 0.0)
