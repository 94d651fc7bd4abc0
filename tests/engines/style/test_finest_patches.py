"""Patches are found again, laid without a trace, and used evenly; enlarging shows no seam."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from studio.engines.style import enlarging, patches
from studio.engines.style.exemplars import Exemplars
from studio.engines.style.patches import REACH, Basis, Store, Wanted, improve, lay, nearest
from studio.engines.style.pixels import tensor
from studio.engines.style.synthesis import Synthesis, allowed
from tests.engines.style.conftest import scenery


def chance(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def known():
    """A picture, the store of its patches and what it looks for to find itself."""
    picture = tensor(scenery(48, 36))
    described = Basis.of([picture], 20, chance()).describe(picture)
    price = torch.full((36, 48), math.inf)
    price[REACH:-REACH, REACH:-REACH] = 0.0
    store = Store(described, price.flatten(), 36, 48)
    wanted = Wanted(described, torch.ones(len(described)), 12, 48)
    return picture, store, wanted


def inner(chosen: torch.Tensor) -> torch.Tensor:
    return chosen.view(36, 48)[REACH:-REACH, REACH:-REACH]


def test_a_picture_finds_its_own_patches(known):
    _, store, wanted = known
    there = inner(torch.arange(36 * 48))
    exact = nearest(wanted, store)
    assert (inner(exact) == there).float().mean() > 0.99
    guessed = allowed(None, store, len(wanted), chance())
    before = store.cost(wanted, guessed).mean()
    for _ in range(3):
        guessed = improve(guessed, wanted, store, chance(1))
    assert (inner(guessed) == there).float().mean() > 0.9
    assert store.cost(wanted, guessed).mean() < 0.1 * before
    assert torch.isfinite(store.price[guessed]).all()


def test_many_patches_are_guessed_not_compared(known, monkeypatch):
    _, store, wanted = known
    monkeypatch.setattr(patches, "_EXACT", 1000)
    assert nearest(wanted, store) is None


def test_a_picture_laid_of_its_own_patches_is_itself(known):
    picture, store, _ = known
    itself = allowed(torch.arange(36 * 48), store, 36 * 48, chance()).view(36, 48)
    rows, columns = torch.arange(36).clamp(REACH, 33), torch.arange(48).clamp(REACH, 45)
    itself = torch.where(
        torch.isfinite(store.price.view(36, 48)), itself, rows[:, None] * 48 + columns
    )
    laid = lay(itself, picture[0].flatten(1), 48, 1.0)
    inside = slice(2 * REACH, -2 * REACH)
    assert torch.allclose(laid[..., inside, inside], picture[..., inside, inside], atol=1e-5)


def test_later_passes_fit_better():
    styles = Exemplars([scenery(60, 40, seed=3)], [1.0], 0.0)
    with torch.inference_mode():
        work = Synthesis(np.asarray(scenery(80, 60)), styles, 0)
        while len(work.fits) < 4:
            work.work()
            assert work.whole == bool(work.fits)
    assert min(work.fits[1:]) < work.fits[0]
    assert work.picture.shape == (60, 80, 3)


@pytest.mark.parametrize("brush", [-1.0, 0.0, 1.0])
def test_a_broader_brush_has_larger_strokes(brush):
    sheet = Exemplars([scenery(64, 48)], [1.0], brush).sheet((80, 60))
    assert sheet.width == pytest.approx(80 * 2 ** (0.7 * brush), abs=1.5)
    native = Exemplars([scenery(64, 48)], [1.0], brush).sheet((800, 600), native=True)
    assert (native.width, native.height) == (64, 48)


def test_the_sheet_of_several_styles_has_no_patch_across():
    sheet = Exemplars([scenery(64, 48), scenery(30, 60, seed=1)], [0.5, 0.5], 0.0).sheet((60, 60))
    marks = sheet.style.view(sheet.height, sheet.width)
    for number in (0, 1):
        rows, columns = (marks == number).nonzero().T
        around = marks[rows.min() - REACH : rows.max() + REACH + 1]
        assert set(around.unique().tolist()) == {-1, number}
        assert columns.min() >= REACH
    assert len((marks >= 0).nonzero())


def test_many_large_styles_stay_within_bounds():
    styles = Exemplars([scenery(300, 200)] * 4, [0.25] * 4, 1.0)
    sheet = styles.sheet((1200, 1000), most=200_000)
    assert (sheet.style >= 0).sum() <= 200_000


def test_no_seam_between_the_pieces(monkeypatch):
    """Where pieces meet, a picture changes no more than anywhere else."""
    monkeypatch.setattr(enlarging, "TILE", 48)
    small = np.asarray(scenery(72, 60, seed=4))
    styles = Exemplars([scenery(120, 90, seed=5)], [1.0], 0.0)

    def own(size):
        return np.asarray(scenery(72, 60, seed=4).resize(size))

    with torch.inference_mode():
        large = enlarging.enlarge(small, own, (144, 120), styles, 0).astype(float)
    across = np.abs(np.diff(large, axis=1)).mean((0, 2))
    seams = across[[47, 95]]
    assert seams.mean() < 1.2 * across.mean()
    again = large.reshape(60, 2, 72, 2, 3).mean((1, 3))
    assert np.abs(again - small).mean() < 4
