"""The same look at every size, and no seam between the pieces of a large picture."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from PIL import Image

from studio.engines.devices import Device
from studio.engines.style import painting
from studio.engines.style.content import Content
from studio.engines.style.network import Statistics
from studio.engines.style.opened import StyleModel
from studio.engines.style.painting import Hand, blurred, painting_size, steps
from tests.engines.style.conftest import scenery
from tests.tiny_style import BRUSHES


@pytest.fixture(scope="module")
def exact(shelf) -> StyleModel:
    """The tiny model in full precision."""
    return StyleModel(shelf.model(BRUSHES), Device("cpu", torch.float32, "this processor"))


def hand(model, brush=1.0) -> Hand:
    return Hand(model, model.learned("dots"), brush)


@pytest.mark.parametrize("size", [(6000, 4000), (640, 480), (30, 20), (3, 5000), (5000, 3), (1, 1)])
@pytest.mark.parametrize("brush", [-1.0, 0.0, 0.4, 1.0])
def test_the_brush_alone_decides_at_which_size_a_picture_is_painted(size, brush):
    width, height = painting_size(size, brush)
    assert 64 <= width <= 5600
    assert 64 <= height <= 5600
    twice = painting_size((2 * size[0], 2 * size[1]), brush)
    if brush >= 0.0:
        assert twice == (width, height)
    else:
        assert twice[0] >= width
        assert twice[1] >= height


def test_a_broader_brush_paints_smaller():
    widths = [painting_size((1600, 1200), brush)[0] for brush in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    assert widths == sorted(widths, reverse=True)
    assert (widths[0], widths[2], widths[4]) == (1400, 640, 380)


def test_the_finest_brush_paints_a_small_picture_no_finer_than_can_be_seen():
    widths = [painting_size((width, width * 3 // 4), -1.0)[0] for width in (64, 400, 600, 4000)]
    assert widths == [800, 800, 900, 1400]


@pytest.mark.parametrize("size", [(6000, 4000), (2000, 1333), (700, 500), (641, 481), (50, 40)])
def test_a_picture_grows_by_no_more_than_about_twice_at_a_time(size):
    sizes = [painting_size(size, 0.0), *steps(size, painting_size(size, 0.0))]
    assert len(sizes) == 1 or sizes[-1] == size
    for small, large in pairwise(sizes):
        assert 1.0 < large[0] / small[0] <= 2 * painting.NEARLY + 0.01


def test_no_seam_shows_between_pieces(exact, monkeypatch):
    """The whole picture in pieces of 96 pixels, next to the same in one piece."""
    content, size = Content(scenery(620, 410)), (620, 410)
    brush = hand(exact)
    whole = brush.paint(content, size)
    monkeypatch.setattr(painting, "TILE", 96)
    pieces = brush.paint(content, size)
    assert np.abs(whole.astype(int) - pieces).max() <= 1


def test_pieces_that_see_too_little_would_show(exact, monkeypatch):
    """The test above can fail."""
    monkeypatch.setattr(painting, "DETAIL", 4.0)
    content, size = Content(scenery(620, 410)), (620, 410)
    whole = hand(exact).paint(content, size)
    monkeypatch.setattr(painting, "TILE", 96)
    monkeypatch.setattr(StyleModel, "reach", 0)
    monkeypatch.setattr(painting, "BLUR_REACH", 1)
    pieces = hand(exact).paint(content, size)
    assert np.abs(whole.astype(int) - pieces).max() > 2


def test_what_is_large_is_what_was_small_only_sharper(exact):
    content = Content(scenery(760, 570))
    brush = hand(exact)
    small = brush.paint(content, (380, 285))
    large = brush.paint(content, (760, 570))
    shrunk = np.asarray(Image.fromarray(large).resize((380, 285), Image.Resampling.BOX))
    assert np.abs(shrunk.astype(int) - small).mean() < 3.0
    enlarged = Image.fromarray(small).resize((760, 570), Image.Resampling.BICUBIC)

    def edges(pixels) -> float:
        return float(np.abs(np.diff(np.asarray(pixels, float), axis=1)).mean())

    assert edges(large) > 1.2 * edges(enlarged)


def test_statistics_may_come_from_elsewhere(exact):
    content, brush = Content(scenery(200, 150)), hand(exact)
    usual = brush.paint(content, (200, 150), brush.measure(content))
    assert np.array_equal(usual, brush.paint(content, (200, 150)))
    other = Statistics.average([brush.measure(content), brush.measure(Content(scenery(99, 80, 5)))])
    assert not np.array_equal(usual, brush.paint(content, (200, 150), other))


def test_it_tells_how_far_it_is_between_the_pieces(exact, monkeypatch):
    monkeypatch.setattr(painting, "TILE", 128)
    told: list[float] = []
    early: list[tuple[int, ...]] = []
    hand(exact).paint(
        Content(scenery(700, 500)),
        (700, 500),
        step=told.append,
        show=lambda frame: early.append(frame.shape),
    )
    assert told[0] == 0.0
    assert told[-1] == pytest.approx(1.0)
    assert told == sorted(told)
    assert len(told) > 20
    assert early == [(278, 389, 3)]


@pytest.mark.parametrize("factor", [1.0, 1.5, 2.2])
def test_blurring_keeps_what_is_even_and_sees_no_further_than_it_says(factor):
    assert torch.allclose(blurred(torch.full((1, 3, 9, 9), 0.3), factor), torch.tensor(0.3))
    point = torch.zeros(1, 3, 41, 41)
    point[..., 20, 20] = 1.0
    spread = blurred(point, factor)
    assert spread.sum() == pytest.approx(3.0, abs=1e-4)
    assert (spread[..., : 20 - painting.BLUR_REACH, :] == 0).all()


@pytest.mark.parametrize("size", [(1, 1), (3, 400), (257, 1), (17, 9)])
def test_the_smallest_pictures(size, model):
    made = hand(model).paint(Content(scenery(*size)), size)
    assert made.shape == (size[1], size[0], 3)
