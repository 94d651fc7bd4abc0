"""The GAN recipe's figures, alterations and measured properties, on cases with known answers."""

from __future__ import annotations

import pytest
import torch

from studio.training.gan import measure, properties
from studio.training.gan.augment import altered
from studio.training.gan.config import CriticConfig
from studio.training.gan.critic import Critic
from studio.training.gan.sliders import Moves


def dice(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_kid_and_frechet_are_small_for_alike_and_grow_with_distance() -> None:
    a, b = torch.randn(400, 8, generator=dice()), torch.randn(400, 8, generator=dice(1))
    assert abs(measure.kid(a, b)) < 60 < measure.kid(a, b + 1)
    assert measure.frechet(a, b) < 0.5
    assert measure.frechet(a, b + 1) == pytest.approx(8 + measure.frechet(a, b), abs=1.5)


def test_precision_falls_for_strange_and_recall_for_narrow_samples() -> None:
    real = torch.randn(300, 4, generator=dice())
    strange = torch.randn(300, 4, generator=dice(1)) + 6
    narrow = torch.randn(300, 4, generator=dice(2)) * 0.05
    assert measure.precision_recall(real, strange) == (0.0, 0.0)
    precision, recall = measure.precision_recall(real, narrow)
    assert precision > 0.95
    assert recall < 0.1
    assert measure.diversity(narrow) < 0.1 * measure.diversity(real)


def test_closest_pair_and_nearest_are_found() -> None:
    x = torch.arange(1200.0)[:, None] ** 1.1
    x[700] = x[30] + 1e-3
    distance, i, j = measure.closest_pair(x)
    assert {i, j} == {30, 700}
    assert distance == pytest.approx(1e-3, rel=0.1)
    near, where = measure.nearest(x[30:31] + 0.0001, x)
    assert where.item() == 30
    assert near.item() < 1e-3


@pytest.mark.parametrize("policy", ["colour", "shift", "cutout", "colour,shift,cutout"])
def test_alterations_pass_gradients_and_repeat_themselves(policy: str) -> None:
    x = torch.rand(4, 3, 16, 16, generator=dice()).requires_grad_()
    first = altered(x, policy, dice(5))
    assert torch.equal(first, altered(x, policy, dice(5)))
    assert not torch.equal(first, altered(x, policy, dice(6)))
    first.sum().backward()
    assert x.grad is not None
    assert x.grad.abs().sum() > 0


def test_an_unknown_alteration_is_refused() -> None:
    with pytest.raises(ValueError, match="swirl"):
        altered(torch.zeros(1, 3, 8, 8), "swirl", dice())


def test_the_critic_sees_that_a_group_is_all_alike() -> None:
    torch.manual_seed(0)
    critic = Critic(CriticConfig(patch=2, channels=[8, 8]))
    various = torch.randn(8, 3, 16, 16)
    alone = various[:1].expand(8, -1, -1, -1)
    assert critic(various).shape == (8,)
    assert (critic(various)[0] - critic(alone)[0]).abs() > 1e-4


def flower(colour: tuple[float, float, float], places: list[tuple[int, int, int]]) -> torch.Tensor:
    picture = torch.tensor([0.15, 0.5, 0.15])[:, None, None].expand(3, 128, 128).clone()
    down, across = torch.meshgrid(torch.arange(128), torch.arange(128), indexing="ij")
    for y, x, r in places:
        inside = (down - y) ** 2 + (across - x) ** 2 < r * r
        picture[:, inside] = torch.tensor(colour)[:, None]
    return picture * 2 - 1


def test_properties_of_blooms_are_measured() -> None:
    one_red = flower((0.9, 0.1, 0.1), [(64, 64, 40)])
    three_yellow = flower((0.9, 0.8, 0.1), [(30, 30, 14), (30, 95, 14), (95, 60, 14)])
    leaf = flower((0.9, 0.1, 0.1), [])
    values = properties.measured(torch.stack([one_red, three_yellow, leaf]))
    rows = [dict(zip(properties.NAMES, row.tolist(), strict=True)) for row in values]
    assert rows[0]["red bloom"] > 0.7 > rows[1]["red bloom"]
    assert rows[1]["yellow bloom"] > 0.6 > rows[0]["yellow bloom"]
    assert rows[0]["bloom size"] == pytest.approx(3.14 * 40**2 / 128**2, rel=0.1)
    assert rows[0]["blooms"] ** 2 == pytest.approx(1)
    assert rows[1]["blooms"] ** 2 == pytest.approx(3)
    assert rows[2]["blooms"] == 0
    assert rows[2]["green around"] == 1
    assert rows[2]["red bloom"] != rows[2]["red bloom"]  # there is no bloom: unknown


def test_correcting_moves_takes_out_what_they_do_to_each_other() -> None:
    readers = torch.eye(3, 5, dtype=torch.float64)
    moves = Moves(torch.zeros(5, dtype=torch.float64), readers, readers.clone())
    effects = torch.tensor([[1.0, 0.4, 0.0], [0.3, 2.0, 0.0], [0.0, 0.5, 1.0]]).double()
    better = moves.corrected(effects)
    assert torch.allclose(better.directions[:, :3] @ effects, torch.diag(effects.diagonal()))
    unit = better.readers @ better.directions.T
    assert torch.allclose(unit, torch.eye(3, dtype=torch.float64), atol=1e-9)
