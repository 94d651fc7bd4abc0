"""The painter's network: local once it knows the statistics, its colours in closed form."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from studio.engines.style.grain import grain
from studio.engines.style.network import (
    COLOURS,
    Painter,
    PainterConfig,
    Statistics,
    colours,
)

TINY = PainterConfig(
    widths=(8, 8, 12), blocks=(1, 1), code=24, reader=(4, 4, 8, 8), hidden=8, style_side=32
)


@pytest.fixture
def painter() -> Painter:
    torch.manual_seed(4)
    painter = Painter(TINY)
    torch.nn.init.normal_(painter.manner.weight, std=0.3)
    torch.nn.init.normal_(painter.paint_out.weight, std=0.2)
    return painter.prepare(torch.float32)


def picture(height: int, width: int, seed: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    small = torch.rand(1, 3, height // 8, width // 8, generator=generator)
    return torch.nn.functional.interpolate(small, (height, width), mode="bilinear")


def code_of(painter: Painter, seed: int) -> Tensor:
    with torch.no_grad():
        return painter.read(picture(48, 64, seed))


@torch.no_grad()
def test_what_is_painted_depends_on_no_pixel_beyond_reach(painter: Painter) -> None:
    content, code = picture(64, 320), code_of(painter, 2)
    statistics = painter.measure(content, code)
    changed = content.clone()
    changed[..., :16] = 1 - changed[..., :16]
    first = painter.paint(content, code, statistics)
    second = painter.paint(changed, code, statistics)
    edge = 16 + painter.reach
    assert torch.equal(first[..., edge:], second[..., edge:])
    assert not torch.allclose(first[..., :16], second[..., :16], atol=1e-2)


@torch.no_grad()
def test_tiles_that_overlap_by_reach_are_cut_from_the_whole(painter: Painter) -> None:
    content, code = picture(64, 400), code_of(painter, 2)
    statistics = painter.measure(content, code)
    whole = painter.paint(content, code, statistics)
    start = 200 - painter.reach - painter.reach % painter.multiple
    tile = painter.paint(content[..., start:], code, statistics)
    assert torch.allclose(tile[..., 200 - start :], whole[..., 200:], atol=1e-5)


def test_reach_is_a_multiple_and_grows_with_the_blocks() -> None:
    reaches = [
        Painter(TINY.model_copy(update={"blocks": blocks})).reach
        for blocks in ((0, 0), (1, 1), (3, 1))
    ]
    assert reaches == sorted(set(reaches))
    assert all(reach % Painter.multiple == 0 for reach in reaches)


@torch.no_grad()
def test_the_painting_has_the_styles_colours_when_the_network_is_neutral(painter: Painter) -> None:
    """Colours taken out and put in again: a network that changes nothing recolours exactly."""
    content, style = picture(64, 64), picture(64, 64, 9) * 0.4 + 0.3
    code = painter.read(style)
    level = painter.level(content, painter.measure(content, code))
    coloured = painter.colour(level, code, painter.measure(content, code))
    wanted, found = colours(style, smooth=False), colours(coloured, smooth=True)
    assert torch.allclose(found.mean, wanted.mean, atol=0.02)
    assert torch.allclose(found.root, wanted.root, atol=0.03)


@torch.no_grad()
def test_the_identity_keeps_the_pictures_own_colours(painter: Painter) -> None:
    content = picture(64, 64)
    code = painter.identity[None]
    statistics = painter.measure(content, code)
    back = painter.colour(painter.level(content, statistics), code, statistics)
    assert torch.allclose(back, content, atol=1e-4)
    assert painter.identity.shape == (painter.code_dim,)


@torch.no_grad()
def test_read_takes_odd_sizes_and_says_the_palette_exactly(painter: Painter) -> None:
    style = picture(48, 64)[..., :47, :63]
    code = painter.read(style)
    assert code.shape == (1, 24)
    assert code.dtype == torch.float32
    assert code[0, 0] == 0
    assert torch.allclose(code[0, 1:4], style.mean((2, 3))[0], atol=1e-6)


@torch.no_grad()
def test_one_picture_and_a_batch_are_painted_alike(painter: Painter) -> None:
    """One picture goes a shorter way through the normalisation."""
    contents = torch.cat([picture(32, 32, 5), picture(32, 32, 6)])
    codes = torch.cat([code_of(painter, 2), code_of(painter, 3)])
    together = painter.paint(contents, codes, painter.measure(contents, codes))
    for i in range(2):
        one, code = contents[i : i + 1], codes[i : i + 1]
        alone = painter.paint(one, code, painter.measure(one, code))
        assert torch.allclose(alone[0], together[i], atol=1e-4)
    assert not torch.allclose(together[0], together[1], atol=0.05)


@torch.no_grad()
def test_bfloat16_paints_nearly_the_same(painter: Painter) -> None:
    content, code = picture(64, 64), code_of(painter, 2)
    exact = painter.paint(content, code, painter.measure(content, code))
    painter.prepare(torch.bfloat16)
    rough = painter.paint(content, code, painter.measure(content, code))
    assert rough.dtype == torch.float32
    assert (rough - exact).abs().mean() < 0.03


def test_statistics_are_averaged_number_by_number() -> None:
    first = Statistics(torch.zeros(1, 3), torch.eye(3)[None])
    second = Statistics(torch.ones(1, 3), 3 * torch.eye(3)[None])
    mean = Statistics.average([first, second])
    assert torch.equal(mean.mean, torch.full((1, 3), 0.5))
    assert torch.equal(mean.root, 2 * torch.eye(3)[None])


@torch.no_grad()
def test_a_small_version_measures_nearly_the_same(painter: Painter) -> None:
    content = picture(128, 128)
    small = torch.nn.functional.interpolate(content, (64, 64), mode="area")
    code = code_of(painter, 2)
    large, little = painter.measure(content, code), painter.measure(small, code)
    assert torch.allclose(large.mean, little.mean, atol=1e-3)
    assert torch.allclose(large.root, little.root, atol=0.02)


def test_grain_has_the_asked_strength_and_repeats_itself() -> None:
    first, again, other = (grain(96, 131, 0.05, seed) for seed in (3, 3, 4))
    assert torch.equal(first, again)
    assert first.shape == (1, 1, 96, 131)
    assert not torch.equal(first, other)
    assert 0.035 < float(first.std()) < 0.065


def test_a_code_too_short_for_its_colours_is_refused() -> None:
    with pytest.raises(ValueError, match="code"):
        PainterConfig(code=COLOURS)
