"""The GAN that ships: it opens, repeats itself, and its sliders do what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from studio.engines.devices import Device
from studio.engines.latent.model import LatentModel
from studio.engines.latent.places import resolve
from studio.recipes import Place
from studio.shelf import Model
from studio.shelf.manifest import read_manifest

FOLDER = Path(__file__).parents[3] / "models" / "portraits"


@pytest.fixture(scope="module")
def portraits() -> LatentModel:
    model = Model(read_manifest(FOLDER), FOLDER, True)
    return LatentModel(model, Device("cpu", torch.float32, "processor"))


def corners(model: LatentModel, at: float, slider: str) -> np.ndarray:
    """Mean colour of the upper corners, where only background is, over a few faces."""
    places = [Place(seed=seed, sliders={slider: at}) for seed in range(4)]
    frames = [model.frame(resolve(place, model)).astype(float) for place in places]
    parts = [np.concatenate([f[:20, :20], f[:20, -20:]]).mean((0, 1)) for f in frames]
    return np.mean(parts, 0)


def test_a_place_gives_the_same_pixels_again(portraits: LatentModel) -> None:
    code = resolve(Place(seed=11), portraits)
    assert np.array_equal(portraits.frame(code), portraits.frame(code))
    assert portraits.frame(code).std() > 20


def test_the_background_follows_its_sliders(portraits: LatentModel) -> None:
    light = [corners(portraits, at, "background").mean() for at in (-1, -0.5, 0, 0.5, 1)]
    assert light == sorted(light)
    assert light[-1] - light[0] > 40
    warm = [corners(portraits, at, "background warmth") for at in (-1, 0, 1)]
    red_over_blue = [colour[0] - colour[2] for colour in warm]
    assert red_over_blue == sorted(red_over_blue)


def test_glasses_change_the_face_and_nothing_else(portraits: LatentModel) -> None:
    for seed in range(3):
        off, on = (
            portraits.frame(resolve(Place(seed=seed, sliders={"glasses": at}), portraits))
            for at in (-1, 1)
        )
        moved = np.abs(on.astype(float) - off).mean(2)
        assert moved[100:165, 40:190].mean() > 5 * moved[:60].mean() + 1


def test_detail_of_another_leaves_the_form(portraits: LatentModel) -> None:
    one, other = (resolve(Place(seed=seed, adventurous=1.0), portraits) for seed in (4, 5))
    half = len(one) // 2
    crossed = torch.cat([one[:half], other[half:]])
    tops = [portraits.frame(code)[:90].astype(float) for code in (one, crossed, other)]
    hair = [np.abs(page - page[0, 0]).max(2) > 30 for page in tops]  # what is not background
    same, different = (hair[0] ^ hair[1]).mean(), (hair[0] ^ hair[2]).mean()
    assert same < different / 3


def test_lines_are_crisp(portraits: LatentModel) -> None:
    """Drawings are flat: most pixels are like the one beside them, the others very different."""
    steps = []
    for seed in range(6):
        page = portraits.frame(portraits.seeded(seed)).astype(float)
        steps.append(np.abs(np.diff(page, axis=1)).max(2))
    steps = np.stack(steps)
    assert (steps < 8).mean() > 0.85
    assert (steps > 60).mean() > 0.02


def test_readings_are_where_sliders_were_put(portraits: LatentModel) -> None:
    asked = {"skin": 0.7, "hair length": -0.4}
    readings = portraits.sliders.readings(resolve(Place(seed=2, sliders=asked), portraits))
    for name, at in asked.items():
        assert readings[name] == pytest.approx(at, abs=1e-3)
