"""The painter's recipe on a small world: made-up tars, and a VGG16 of random weights."""

from __future__ import annotations

import io
import json
import tarfile
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from studio.shelf.manifest import read_manifest
from studio.training.style import batches, data, stages, train
from studio.training.style.config import CONFIGS, with_train
from studio.training.style.paintings import PAINTINGS, SHOWN
from studio.training.style.references import OlderPainter, optimise, plain_losses
from studio.training.style.still_life import still_life
from studio.training.style.teacher import (
    CHANNELS,
    GROUPS,
    Moments,
    Teacher,
    across_terms,
    colour_terms,
    content_terms,
    grid_terms,
    moments,
    style_terms,
)


def noise(side: int, seed: int, tint: tuple[float, float, float] = (1, 1, 1)) -> torch.Tensor:
    dice = torch.Generator().manual_seed(seed)
    return torch.rand(1, 3, side, side, generator=dice) * torch.tensor(tint).view(1, 3, 1, 1)


def _tar(path: Path, names: list[str], size: tuple[int, int], mode: str = "RGB") -> None:
    dice = np.random.default_rng(len(names))
    with tarfile.open(path, "w") as archive:
        for name in names:
            pixels = dice.integers(0, 256, (6, 8, len(mode))).astype(np.uint8)
            picture = Image.fromarray(pixels, mode).resize(size, Image.Resampling.BICUBIC)
            buffer = io.BytesIO()
            picture.save(buffer, "PNG")
            member = tarfile.TarInfo(name)
            member.size = buffer.tell()
            buffer.seek(0)
            archive.addfile(member, buffer)


@pytest.fixture
def world(tmp_path: Path) -> tuple[Path, Path]:
    """(folder of tars, work folder with a teacher)."""
    tars, work = tmp_path / "tars", tmp_path / "work"
    tars.mkdir()
    (work / "teachers").mkdir(parents=True)
    _tar(tars / "flowers.tar", [f"daisy/{i}.jpg" for i in range(6)], (80, 60))
    _tar(tars / "photos-clothing.tar", ["a.jpg", "b.jpg"], (64, 64))
    names = [f"styles/{p.file}.jpg" for p in PAINTINGS] + ["aic/1.jpg", "aic/2.jpg"]
    _tar(tars / "paintings.tar", names, (96, 80))
    for sheet in ("t2i-1", "t2i-2"):
        _tar(tars / f"{sheet}.tar", ["x.webp", "y.webp", "z.webp"], (32, 32), "RGBA")
    dice = torch.Generator().manual_seed(1)
    state, last, i = {}, 3, 0
    for group, channels in zip(GROUPS, CHANNELS, strict=True):
        for _ in range(group):
            weight = torch.randn(channels, last, 3, 3, generator=dice) * (2 / (9 * last)) ** 0.5
            state[f"VGG16_0.Conv_{i}.kernel"] = weight
            state[f"VGG16_0.Conv_{i}.bias"] = torch.zeros(channels)
            last, i = channels, i + 1
    save_file(state, work / "teachers" / "vgg16.safetensors")
    return tars, work


def test_moments_survive_the_disk() -> None:
    x = noise(16, 1)
    maps = [noise(8, 2).expand(1, 3, 8, 8).repeat(1, 22, 1, 1)[:, :c] for c in (64,)]
    maps += [torch.rand(1, c, 4, 4) for c in CHANNELS[1:]]
    found = moments(x, maps)
    again = Moments.unflat(found.flat())
    for a, b in zip((*found.means, *found.covariances), (*again.means, *again.covariances),
                    strict=True):  # fmt: skip
        assert torch.equal(a, b)
    assert torch.allclose(found.means[0], x.mean((2, 3)))


def test_a_picture_has_its_own_style_and_not_anothers(world: tuple[Path, Path]) -> None:
    teacher = Teacher(world[1])
    a, b = noise(32, 1), noise(32, 2, (0.2, 0.9, 0.5))
    of_a, of_b = moments(a, teacher(a)), moments(b, teacher(b))
    assert style_terms(of_a, of_a).abs().max() == 0
    assert style_terms(of_a, of_b).sum() > 0.1
    assert style_terms(of_a, of_b, robust=True).sum() < style_terms(of_a, of_b).sum()
    assert content_terms(teacher(a), teacher(a)).abs().max() == 0
    assert content_terms(teacher(a), teacher(b)).min() > 0.1


def test_white_strokes_have_no_colour_error() -> None:
    dice = torch.Generator().manual_seed(3)
    x = torch.randn(1, 3, 64, 64, generator=dice)
    assert colour_terms(x).max() < 0.01
    grey = x[:, :1].expand(1, 3, 64, 64)
    assert colour_terms(grey)[0, 1] > 0.5
    assert colour_terms(x + 1)[0, 0] == pytest.approx(1, abs=0.1)


def test_stripes_along_the_currents_are_told_from_those_across() -> None:
    stripes = (0.5 + 0.4 * torch.sin(torch.arange(64) / 4)).expand(2, 3, 64, 64)  # upright
    turn = torch.zeros(2, 2, 32, 32)
    turn[0, 0], turn[1, 0] = -1.0, 1.0  # 90 degrees, 0 degrees
    found = across_terms(stripes, turn)
    assert torch.allclose(found, torch.tensor([0.0, 1.0]), atol=1e-3)
    anywhere = across_terms(noise(64, 4), turn[:1])
    assert anywhere.item() == pytest.approx(0.5, abs=0.08)


def test_a_chequered_grid_is_told_from_stripes() -> None:
    y, x = torch.meshgrid(torch.arange(32), torch.arange(32), indexing="ij")
    grid = 0.5 + 0.1 * ((x + y) % 2).expand(1, 3, 32, 32)
    stripes = (x % 2).float().expand(1, 3, 32, 32)
    assert grid_terms(grid).item() == pytest.approx(0.1, abs=1e-5)
    assert grid_terms(stripes).item() == 0


def test_optimisation_comes_closer_to_the_style(world: tuple[Path, Path]) -> None:
    teacher = Teacher(world[1])
    content, style = noise(32, 1), noise(32, 2, (0.2, 0.9, 0.5))
    made = optimise(content, style, teacher, weight=0.1, steps=12)
    before, _ = plain_losses(content, content, style, teacher)
    after, kept = plain_losses(made, content, style, teacher)
    assert after < 0.7 * before
    assert kept > 0


def test_the_older_painter_normalises_over_the_picture() -> None:
    x = torch.randn(2, 4, 8, 8) * 3 + 5
    scale, shift = torch.full((2, 4), 2.0), torch.full((2, 4), -1.0)
    y = OlderPainter.normalise(x, scale, shift)
    assert torch.allclose(y.mean((2, 3)), shift, atol=1e-4)
    assert torch.allclose(y.std((2, 3), correction=0), scale, atol=1e-3)


def test_batches_repeat_themselves_and_keep_their_shares(world: tuple[Path, Path]) -> None:
    tars, work = world
    config = CONFIGS["tiny"]
    data.prepare([tars], work, config.data)
    material = data.open_material(work)
    assert material.contents.shape[1:] == (48, 48, 3)
    assert sorted(set(material.owner)) == list(range(-1, len(PAINTINGS)))
    first, again = (batches.draw(material, config.train, 7, False, 0) for _ in range(2))
    assert torch.equal(first.crops(32), again.crops(32))
    assert first.owner == again.owner
    owners = [batches.draw(material, config.train, i, False, 0).owner for i in range(150)]
    learned = np.mean([owner in SHOWN for pair in owners for owner in pair])
    assert learned == pytest.approx(config.train.learned, abs=0.08)
    only = batches.draw(material, config.train, 7, False, 0, only=True)
    assert only.owner == [0, 0]
    assert len(list(data.unseen_flowers([tars], config.data, 3))) == 3


def test_a_painter_is_trained_goes_on_and_is_packed(
    world: tuple[Path, Path], tmp_path: Path
) -> None:
    tars, work = world
    out = tmp_path / "styles"
    options = Namespace(
        config="tiny", make="painter", threads=0, minutes=None, workers=None, stage="data",
        data=[tars], work=work, out=out, begin=None,
    )  # fmt: skip
    stages.run(options)
    for stage, minutes in (("painter", -3), ("painter", -5), ("pack", None)):
        stages.run(Namespace(**vars(options) | {"stage": stage, "minutes": minutes}))
    assert json.loads((work / "painter" / "progress.json").read_text())["step"] == 5
    assert (work / "painter" / "sheet-000002.jpg").exists()
    manifest = read_manifest(out)
    assert manifest.style is not None
    assert len(manifest.style.styles) == len(SHOWN)
    codes = load_file(out / "styles.safetensors")["codes"]
    assert codes.shape == (len(SHOWN), 16)
    assert (codes[:, 0] == 0).all()
    for style in manifest.style.styles:
        with Image.open(out / style.thumbnail) as picture:
            assert picture.size == (256, 256)


def test_training_repeats_itself_when_it_is_resumed(world: tuple[Path, Path]) -> None:
    tars, work = world
    config = CONFIGS["tiny"]
    data.prepare([tars], work, config.data)
    train.train(with_train(config, minutes=-4.0), work)
    straight = load_file(work / "painter" / "weights.safetensors")
    (work / "painter").rename(work / "straight")
    # stopped half-way: the rate is another then, so the budget is the same
    for stop in (2, 4):
        train.train(with_train(config, minutes=-4.0, stop=stop), work)
    resumed = load_file(work / "painter" / "weights.safetensors")
    for name, value in straight.items():
        assert torch.equal(value, resumed[name]), name


def test_a_painter_that_knew_no_currents_is_taught_them(
    world: tuple[Path, Path], tmp_path: Path
) -> None:
    tars, work = world
    config = CONFIGS["tiny"]
    data.prepare([tars], work, config.data)
    material = data.open_material(work)
    plain = replace(config, painter=config.painter.model_copy(update={"flow": False}))
    older = train.Pupil(plain, len(PAINTINGS))
    saved = {f"ema.{name}": value for name, value in older.state_dict().items()}
    save_file(saved, tmp_path / "weights.safetensors")
    pupil = train.Pupil(config, len(PAINTINGS))
    train.go_on_from(pupil, tmp_path, material)
    assert torch.equal(pupil.painter.stem.weight, older.painter.stem.weight)
    taken = pupil.painter.guided.weight.abs().sum((0, 2, 3))
    assert (taken > 0).tolist() == [True, False, True, *[False] * 6]
    assert pupil.get_buffer("palettes").abs().sum() > 0
    train.train(config, work, tmp_path)
    assert json.loads((work / "painter" / "progress.json").read_text())["step"] == 3
    save_file(saved | {"ema.other": torch.zeros(1)}, tmp_path / "weights.safetensors")
    with pytest.raises(ValueError, match="another network"):
        train.go_on_from(pupil, tmp_path, material)


@pytest.mark.parametrize("make", ["one-style", "any-style"])
def test_the_older_networks_are_trained_alike(world: tuple[Path, Path], make: str) -> None:
    tars, work = world
    config = replace(CONFIGS["tiny"], make=make)
    data.prepare([tars], work, config.data)
    train.train(config, work)
    rows = (work / make / "log.jsonl").read_text().splitlines()
    assert len(rows) == 3
    assert "still" not in rows[-1]


def test_a_step_without_a_finite_gradient_changes_nothing() -> None:
    weight = torch.nn.Parameter(torch.ones(3))
    descent = torch.optim.SGD([weight], 0.1)
    weight.grad = torch.tensor([1.0, float("nan"), 1.0])
    train._step([descent], [[0.1]], 1.0, [weight])
    assert torch.equal(weight, torch.ones(3))
    weight.grad = torch.ones(3)
    train._step([descent], [[0.1]], 1.0, [weight])
    assert torch.allclose(weight, torch.full((3,), 0.9))


def test_paintings_have_names_of_their_own() -> None:
    assert len(SHOWN) >= 16
    assert len({p.id for p in PAINTINGS}) == len({p.name for p in PAINTINGS}) == len(PAINTINGS)


def test_the_still_life_is_colourful_and_the_same_at_every_size() -> None:
    large, small = still_life(128), still_life(64)
    assert large.shape == (1, 3, 128, 128)
    assert float(large.min()) >= 0
    assert float(large.max()) <= 1
    assert large.std((2, 3)).min() > 0.15
    halved = torch.nn.functional.interpolate(large, (64, 64), mode="area")
    assert (halved - small).abs().mean() < 0.05
