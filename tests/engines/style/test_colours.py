"""Whose colours a painted picture gets."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from studio.engines.style.colours import LUMA, Colours
from tests.engines.style.conftest import scenery

CONTENT = np.asarray(scenery(80, 60, 1))
PAINTED = np.asarray(scenery(80, 60, 2).transpose(Image.Transpose.ROTATE_180))


def applied(whose, content=CONTENT, painted=PAINTED):
    colours = Colours(whose, content, painted)
    return colours.apply(content.astype(np.float32), painted.astype(np.float32))


def test_my_own_colours_stay_and_only_light_and_dark_change():
    made = applied("mine")

    def hues(pixels):
        values = np.asarray(pixels, np.float32)
        return values - (values @ LUMA)[..., None]

    assert np.abs(hues(made) - hues(CONTENT)).max() < 0.01
    own, painted = (values.astype(float) @ LUMA for values in (CONTENT, PAINTED))
    assert np.corrcoef((made @ LUMA).ravel(), painted.ravel())[0, 1] > 0.999
    assert abs(made.mean() - CONTENT.mean()) < abs(painted.mean() - own.mean())


def test_matched_colours_have_the_pictures_mean_and_covariance():
    made = applied("matched").reshape(-1, 3)
    own = CONTENT.reshape(-1, 3).astype(float)
    assert made.mean(0) == pytest.approx(own.mean(0), abs=0.5)
    assert np.cov(made.T) == pytest.approx(np.cov(own.T), rel=0.05, abs=20)


def test_matched_colours_may_keep_a_part_of_each_places_own_hue():
    content, painted = CONTENT.astype(np.float32), PAINTED.astype(np.float32)

    def far(hue: float) -> float:
        made = Colours("matched", CONTENT, PAINTED, hue=hue).apply(content, painted)
        hues = made - (made @ LUMA)[..., None]
        return float(np.abs(hues - (content - (content @ LUMA)[..., None])).mean())

    assert far(1.0) < 0.01 < 0.6 * far(0.0)
    assert far(0.5) == pytest.approx(far(0.0) / 2, rel=0.01)


def test_colours_are_not_spread_further_than_is_allowed():
    faint = (110 + 0.1 * (PAINTED.astype(float) - 110)).astype(np.uint8)
    painted = faint.astype(np.float32)
    for most in (1.0, 1.6, 3.0):
        made = Colours("matched", CONTENT, faint, most=most).apply(painted, painted)
        spread, before = (np.cov(one.reshape(-1, 3).T).trace() for one in (made, painted))
        assert spread <= 1.01 * most**2 * before


@pytest.mark.parametrize("whose", ["mine", "matched"])
@pytest.mark.parametrize("even", ["content", "painted", "both"])
def test_a_picture_of_one_colour_does_not_upset_it(whose, even):
    grey = np.full_like(CONTENT, 128)
    content = grey if even != "painted" else CONTENT
    painted = grey if even != "content" else PAINTED
    made = applied(whose, content, painted)
    assert np.isfinite(made).all()
    assert -400 < made.min() <= made.max() < 700
