"""Strokes run along forms, over empty ground by chance, and alike in every piece of a picture."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from studio.engines.style.flow import CELL, CURRENTS, PERIOD, Flow, currents, flow

NARROW, BROAD, SURE = 0, 2, 8


def spread(picture: Tensor) -> Tensor:
    return picture.var((2, 3)).mean(1).clamp(min=0.0016)


def slanted(angle: float, side: int = 128) -> Tensor:
    """Soft stripes that run along `angle` degrees (from left to right and down)."""
    y, x = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    turned = math.radians(angle)
    across = y * math.cos(turned) - x * math.sin(turned)
    return (0.5 + 0.4 * torch.sin(across / 5)).expand(1, 3, side, side)


def degrees(found: Flow) -> Tensor:
    """The angles, 0..180."""
    return (torch.atan2(found.turn[:, 1], found.turn[:, 0]).rad2deg() / 2) % 180


def uniform(angle: float, cells: int) -> Flow:
    """The same direction everywhere."""
    turned = 2 * math.radians(angle)
    turn = torch.tensor([math.cos(turned), math.sin(turned)]).view(1, 2, 1, 1)
    return Flow(turn.expand(1, 2, cells, cells), torch.ones(1, 1, cells, cells))


@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0, 135.0])
def test_strokes_run_along_stripes(angle):
    picture = slanted(angle)
    found = flow(picture, spread(picture))
    apart = (degrees(found) - angle + 90) % 180 - 90
    assert apart.abs().max() < 8
    assert found.sure.min() > 0.9


def test_forms_are_felt_beside_them_and_chance_decides_far_away():
    """A dark bar on white: ground beside it takes its direction."""
    picture = torch.ones(1, 3, 512, 512)
    picture[..., :, 40:56] = 0.0
    found = flow(picture, spread(picture))
    sure = found.sure[0, 0]
    assert sure[:, 4:8].min() > 0.9
    assert sure[:, 45:].max() < 0.1
    beside = degrees(found)[0, :, 9:11]  # 16 to 32 pixels from it
    assert (beside - 90).abs().max() < 15
    far = degrees(found)[0, :, 45:]
    assert far.std() > 10


def test_the_same_whether_light_or_faint():
    picture = slanted(20.0)
    faint = 0.5 + 0.5 * (picture - 0.5)
    first, second = (flow(one, spread(one)) for one in (picture, faint))
    assert torch.allclose(first.sure, second.sure, atol=1e-3)
    assert torch.allclose(first.turn, second.turn, atol=0.02)


def test_empty_ground_has_directions_too():
    picture = torch.full((1, 3, 64, 64), 0.7)
    found = flow(picture, spread(picture))
    assert torch.allclose(found.turn.square().sum(1), torch.tensor(1.0), atol=1e-4)
    assert found.sure.max() == 0


def test_another_beginning_is_another_chance_and_pictures_do_not_mind_each_other():
    empty = torch.full((2, 3, 64, 64), 0.7)
    both = flow(empty, spread(empty), [(0, 0), (512, 8)])
    assert not torch.allclose(both.turn[0], both.turn[1], atol=0.1)
    second = flow(empty[1:], spread(empty[1:]), [(512 + PERIOD, 8)])
    assert torch.allclose(both.turn[1:], second.turn, atol=1e-6)


def test_a_piece_has_what_the_whole_has_there():
    picture = slanted(70.0, 256)
    found = flow(picture, spread(picture))
    whole = currents(found, (0, 0, 256, 256))
    assert whole.shape == (1, CURRENTS, 128, 128)
    piece = currents(found, (64, 128, 200, 256))
    # beside a piece's own edge broad strokes are enlarged without their neighbours
    inner = (slice(2, -2), slice(2, -2))
    assert torch.allclose(piece[..., 2:-2, 2:-2], whole[..., 64:, 32:100][..., *inner], atol=1e-4)


def test_noise_joins_itself_where_it_begins_again():
    found = uniform(25.0, 8)
    here = currents(found, (0, 0, 64, 64))
    there = currents(found, (0, 0, 64, 64), origin=(PERIOD, -PERIOD))
    assert torch.equal(here, there)
    across = currents(found, (0, 0, 64, 64), origin=(PERIOD - 32, 0))[:, :BROAD]
    step = across.diff(dim=-1).abs().mean((0, 1, 2))
    assert step[15] < 1.6 * step.mean()


@pytest.mark.parametrize("angle", [0.0, 40.0, 90.0])
def test_strokes_are_longer_than_broad(angle):
    found = currents(uniform(angle, 64), (0, 0, 512, 512))
    turned = math.radians(angle)

    def alike(layer: int, along: bool, far: int) -> float:
        """How alike places are that lie so many pixels apart."""
        dx, dy = math.cos(turned) * far / 2, math.sin(turned) * far / 2
        if not along:
            dx, dy = -dy, dx
        moved = found[0, layer].roll((-round(dy), -round(dx)), (0, 1))[32:-32, 32:-32]
        here = found[0, layer, 32:-32, 32:-32]
        return float(torch.corrcoef(torch.stack([moved.flatten(), here.flatten()]))[0, 1])

    for layer, far in ((NARROW, 16), (BROAD, 32)):
        assert alike(layer, True, far) > 0.3
        assert abs(alike(layer, False, far)) < 0.15
        assert alike(layer, True, far) > alike(layer + 1, True, far) + 0.15  # the short ones


def test_all_currents_are_about_as_strong():
    found = currents(uniform(10.0, 64), (0, 0, 512, 512))
    strong = found[0, :6].std((1, 2))
    assert strong.min() > 0.6
    assert strong.max() < 1.6


def test_a_picture_twice_as_large_has_the_same_directions():
    picture = slanted(30.0, 256)
    found = flow(picture, spread(picture))
    small = currents(found, (0, 0, 256, 256))[:, 6:]
    large = currents(found, (0, 0, 512, 512), (0.5, 0.5))[:, 6:]
    assert torch.allclose(torch.nn.functional.avg_pool2d(large, 2), small, atol=0.02)
    assert CELL * found.turn.shape[-1] == 256
