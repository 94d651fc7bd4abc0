"""The VAE's networks: shapes, the map from random numbers, exactness, and what enters first."""

from __future__ import annotations

import pytest
import torch

from studio.engines.latent.vae import DecoderConfig, EncoderConfig, VaeEncoder, VaeGenerator

SMALL = DecoderConfig(
    size=32, shuffle=2, start=4, widths=(12, 10, 8), blocks=(1, 1, 1), hidden=16, named=3, free=5,
    palette=4, steps=5,
)  # fmt: skip
EYE = EncoderConfig(
    size=32, shuffle=2, widths=(8, 10, 12), blocks=(1, 1, 1), hidden=16, named=3, free=5
)


@pytest.fixture
def generator() -> VaeGenerator:
    torch.manual_seed(0)
    return VaeGenerator(SMALL).eval()


def test_a_code_becomes_a_picture_of_the_promised_size(generator: VaeGenerator) -> None:
    code = generator.map(torch.randn(2, generator.z_dim))
    assert code.shape == (2, generator.layers, generator.dim) == (2, 1, 8)
    assert generator.synthesize(code).shape == (2, 3, 32, 32)
    assert generator.preview(code, 16).shape == (2, 3, 16, 16)
    assert generator.preview(code, 0).shape == (2, 3, 32, 32)


def test_a_picture_becomes_a_code() -> None:
    torch.manual_seed(0)
    encoder = VaeEncoder(EYE).eval()
    pictures = torch.rand(2, 3, 32, 32) * 2 - 1
    named, mean, spread = encoder.posterior(pictures)
    code = encoder(pictures)
    assert code.shape == (2, 1, 8)
    assert torch.equal(code[:, 0], torch.cat([named, mean], 1))
    assert spread.shape == (2, 5)
    assert not torch.allclose(code[0], code[1])


def test_the_same_code_gives_the_same_pixels(generator: VaeGenerator) -> None:
    code = torch.randn(1, 1, 8)
    assert torch.equal(generator.synthesize(code), generator.synthesize(code))


def test_each_number_of_the_code_changes_the_picture(generator: VaeGenerator) -> None:
    code = torch.zeros(1, 1, 8)
    before = generator.synthesize(code)
    for place in range(8):
        moved = code.clone()
        moved[0, 0, place] = 0.7
        assert (generator.synthesize(moved) - before).abs().max() > 1e-4, place


def test_random_numbers_become_named_ones_as_the_table_says(generator: VaeGenerator) -> None:
    # Three of five entries say "without": so must about half to three quarters of all people.
    generator.named_table.copy_(torch.tensor([-1.0, -1, -1, 1, 1]).expand(3, 5))
    generator.free_mean.fill_(2.0)
    generator.free_mix.copy_(0.5 * torch.eye(5))
    z = torch.randn(4000, 8, generator=torch.Generator().manual_seed(1))
    code = generator.map(z)[:, 0]
    assert code[:, :3].abs().max() <= 1
    assert 0.55 < (code[:, :3] < 0).float().mean() < 0.7
    assert code[:, 3:].mean().item() == pytest.approx(2.0, abs=0.05)
    assert code[:, 3:].std().item() == pytest.approx(0.5, abs=0.05)
    order = z[:, 0].argsort()
    assert (code[order, 0].diff() >= 0).all()  # the table rises, so does the number


def test_far_random_numbers_stay_inside_the_table(generator: VaeGenerator) -> None:
    z = torch.full((1, 8), 40.0)
    assert torch.isfinite(generator.map(z)).all()
    assert torch.isfinite(generator.map(-z)).all()
    assert generator.map(z)[0, 0, 0].item() == pytest.approx(1.0)


def test_a_wild_code_still_gives_numbers(generator: VaeGenerator) -> None:
    wild = generator.synthesize(torch.full((1, 1, 8), 1e3))
    assert torch.isfinite(wild).all()


def test_small_moves_are_seen_in_half_precision(generator: VaeGenerator) -> None:
    generator.prepare(torch.bfloat16)
    code = torch.full((1, 1, 8), 0.5)
    moved = code.clone()
    moved[0, 0, 0] += 0.001  # less than a bfloat16 can tell from 0.5
    assert generator.read[0].weight.dtype == torch.float32
    assert not torch.equal(generator.read(code[:, 0]), generator.read(moved[:, 0]))
    assert torch.isfinite(generator.synthesize(code)).all()


def test_half_precision_draws_nearly_the_same(generator: VaeGenerator) -> None:
    code = torch.randn(1, 1, 8)
    exact = generator.synthesize(code)
    rough = generator.prepare(torch.bfloat16).synthesize(code).float()
    assert (exact - rough).abs().mean() < 0.02


def test_what_enters_first_has_a_column_for_each_number(generator: VaeGenerator) -> None:
    weights = generator.modulation()
    assert weights.shape == (2 * SMALL.hidden, generator.dim)
    assert weights.dtype == torch.float32


def test_widths_that_do_not_lead_to_the_size_are_refused() -> None:
    with pytest.raises(ValueError, match="size"):
        VaeGenerator(DecoderConfig(size=64, shuffle=2, start=4, widths=(8, 8), blocks=(1, 1)))
