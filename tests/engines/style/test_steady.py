"""What stands still is told from what moves, noise or not."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from studio.engines.style.steady import Steady, grain_of, moved_along, pan_of, stillness
from tests.engines.style.conftest import scenery


def noisy(clean: np.ndarray, deviation: float, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, deviation, clean.shape)
    return (clean + noise).round().clip(0, 255).astype(np.uint8)


def scene(width: int = 320, height: int = 200, seed: int = 0) -> np.ndarray:
    return np.asarray(scenery(width, height, seed), float)


def seen(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    first, second = (torch.from_numpy(one.astype(np.float32)) for one in (a, b))
    return stillness(first, second).numpy()


@pytest.mark.parametrize("deviation", [0.0, 1.0, 3.0, 7.0])
def test_noise_is_no_motion(deviation):
    clean = scene()
    still = seen(noisy(clean, deviation, 1), noisy(clean, deviation, 2))
    assert still.mean() > 0.9


@pytest.mark.parametrize("deviation", [0.0, 3.0, 7.0])
def test_what_moves_is_seen_through_the_noise(deviation):
    clean = scene()
    later = clean.copy()
    later[60:120, 100:160] = scene(seed=5)[60:120, 100:160]
    still = seen(noisy(clean, deviation, 1), noisy(later, deviation, 2))
    assert still[70:110, 110:150].mean() < 0.1
    assert still[:, 220:].mean() > 0.9
    assert still[150:].mean() > 0.9


def test_where_all_moves_nothing_is_still():
    wide = scene(640, 200)
    still = seen(noisy(wide[:, 40:360], 2.0, 1), noisy(wide[:, :320], 2.0, 2))
    assert still.mean() < 0.35  # a sky that moves along itself looks still, and may


def test_a_bright_noisy_sky_is_as_still_as_the_dark():
    clean = scene()
    clean[:100] = 230
    clean[100:] = 40
    louder = np.where(clean > 128, 5.0, 1.0)
    still = seen(
        noisy(clean + louder * 0, 0.0, 1) + 0 * noisy(clean, 1.0, 1),
        noisy(clean, 0.0, 2),
    )
    assert still.mean() > 0.99
    dice = np.random.default_rng(3)
    frames = [
        (clean + dice.normal(0, 1, clean.shape) * louder).clip(0, 255).astype(np.uint8)
        for _ in range(2)
    ]
    still = seen(*frames)
    assert still[:90].mean() > 0.85
    assert still[110:].mean() > 0.85


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 9), (3, 2), (7, 500), (500, 3), (241, 239)])
def test_any_size(size):
    picture = np.asarray(scenery(*size))
    steady = Steady(1.0)
    for _ in range(3):
        assert steady.before(picture).shape == picture.shape
        assert np.array_equal(steady.after(picture), picture)


def test_grain_is_measured():
    flat = np.full((200, 200, 3), 120.0)
    found = grain_of(torch.from_numpy(noisy(flat, 5.0, 1).astype(np.float32)))
    difference = np.abs(noisy(flat, 5.0, 1).astype(float) - noisy(flat, 5.0, 2)).mean()
    assert found == pytest.approx(difference, rel=0.1)


def test_no_calm_changes_nothing():
    steady = Steady(0.0)
    for seed in range(3):
        picture = noisy(scene(), 4.0, seed)
        assert steady.before(picture) is picture
        assert steady.after(picture) is picture


def test_noise_goes_and_the_picture_stays():
    clean = scene()
    steady = Steady(0.7)
    for seed in range(8):
        calm = steady.before(noisy(clean, 4.0, seed))
    raw = noisy(clean, 4.0, 7)
    assert np.abs(calm - clean).mean() < 0.6 * np.abs(raw - clean).mean()


def test_a_cut_is_a_cut():
    steady = Steady(1.0)
    one, other = noisy(scene(), 2.0, 1), noisy(255 - scene(seed=9), 2.0, 2)
    for picture in (one, one, one):
        steady.before(picture)
        steady.after(picture)
    assert np.abs(steady.before(other).astype(float) - other).mean() < 2.5
    assert np.abs(steady.after(other).astype(float) - other).mean() < 2.5


def test_what_creeps_is_not_left_behind():
    """A light that fades by less than noise from picture to picture must not stay on."""
    clean = scene()
    steady = Steady(1.0)
    for number in range(60):
        faded = clean * (1.0 - number / 80)
        calm = steady.before(noisy(faded, 2.0, number))
    behind = np.abs(calm - faded).mean()
    assert behind < 6.0


def test_sizes_may_not_change_silently():
    steady = Steady(0.5)
    steady.before(np.zeros((8, 8, 3), np.uint8))
    with pytest.raises(RuntimeError):
        steady.before(np.zeros((9, 8, 3), np.uint8))


def texture(width: int, height: int) -> np.ndarray:
    """A scene with edges and detail, larger than what the camera sees of it."""
    dice = np.random.default_rng(8)
    large = scene(width, height, 4)
    for _ in range(60):
        x, y = dice.integers(0, width), dice.integers(0, height)
        across, down = dice.integers(6, 60, 2)
        large[y : y + down, x : x + across] = dice.integers(0, 256, 3)
    return large


@pytest.mark.parametrize("pan", [(0, 0), (1, 0), (-3, 2), (7, -5), (0, 13), (-20, -9)])
@pytest.mark.parametrize("size", [(320, 200), (901, 600)])
def test_the_camera_s_motion_is_found(pan, size):
    (width, height), (across, down) = size, pan
    large = texture(width + 80, height + 80)
    views = [
        noisy(large[40 + y : 40 + y + height, 40 + x : 40 + x + width], 3.0, seed)
        for seed, (x, y) in enumerate([(0, 0), (-across, -down)])
    ]
    before, now = (torch.from_numpy(view.astype(np.float32)) for view in views)
    assert pan_of(now, before) == (-across, -down)
    moved = moved_along(before, now, (-across, -down))
    assert float((moved - now).abs().mean()) < 5.0


def test_the_camera_s_motion_is_found_in_blocks_of_a_packed_film():
    dice = np.random.default_rng(0)
    large = np.kron(dice.integers(0, 256, (60, 80, 3)), np.ones((8, 8, 1)))
    views = [noisy(large[9 : 9 + 384, x : x + 512], 2.0, x) for x in (20, 23)]
    before, now = (torch.from_numpy(view.astype(np.float32)) for view in views)
    assert pan_of(now, before) == (3, 0)


def test_a_pan_is_calmed_as_well():
    large = texture(420, 200)
    steady = Steady(0.7)
    for number in range(8):
        clean = large[:, 5 * number : 5 * number + 320]
        raw = noisy(clean, 4.0, number)
        calm = steady.before(raw)
    assert np.abs(calm - clean).mean() < 0.65 * np.abs(raw - clean).mean()


def test_a_large_thing_that_passes_does_not_take_the_scene_along():
    clean, thing = texture(320, 200), texture(200, 120)
    steady = Steady(1.0)
    for number in range(8):
        now = clean.copy()
        now[40:160, 8 * number : 8 * number + 200] = thing
        calm = steady.before(noisy(now, 2.0, number))
    assert np.abs(calm - now).mean() < 2.5
