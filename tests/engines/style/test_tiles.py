"""Pieces that cover a picture exactly once and see far enough around them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.engines.style.tiles import cut, tiles

SIDES = st.integers(1, 700)


@settings(max_examples=60, deadline=None)
@given(SIDES, SIDES, st.integers(8, 200), st.integers(0, 40), st.sampled_from([1, 4, 8, 16]))
def test_every_pixel_is_kept_once_and_seen_with_its_margin(width, height, side, margin, multiple):
    covered = np.zeros((height, width), int)
    for tile in tiles((width, height), side, margin, multiple):
        covered[tile.place] += 1
        x, y, to_x, to_y = tile.seen
        left, top, right, bottom = tile.kept
        assert max(right - left, bottom - top) <= side + multiple
        assert x % multiple == y % multiple == to_x % multiple == to_y % multiple == 0
        assert 0 <= x <= max(0, left - margin)
        assert 0 <= y <= max(0, top - margin)
        assert min(width, right + margin) <= to_x < width + multiple
        assert min(height, bottom + margin) <= to_y < height + multiple
        seen = np.zeros((to_y - y, to_x - x))
        assert seen[tile.inside].shape == covered[tile.place].shape
        assert tile.pixels == seen.size
    assert (covered == 1).all()


def test_beyond_the_edge_the_edge_is_repeated():
    pixels = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    piece = cut(pixels, (0, 0, 4, 3))
    assert piece.shape == (3, 4, 3)
    assert np.array_equal(piece[:2, :2], pixels)
    assert np.array_equal(piece[2, 3], pixels[1, 1])


@pytest.mark.parametrize(("side", "count"), [(1024, 1), (500, 4), (256, 12)])
def test_pieces_are_about_equally_large(side, count):
    found = tiles((1000, 700), side, 8, 8)
    assert len(found) == count
    widths = [tile.kept[2] - tile.kept[0] for tile in found]
    assert min(widths) > 0.7 * max(widths)
