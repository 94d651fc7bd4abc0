"""The generator of flat drawings: shapes, rows, choices, its palette, and refusals."""

from __future__ import annotations

import pytest
import torch
from pydantic import ValidationError

from studio.engines.latent.flat_generator import FlatConfig, FlatGenerator, Reader

CONFIG = FlatConfig(
    size=32, widths=[8, 6], blocks=[2, 1], seeds=[4, 2], z_dim=6, w_dim=5,
    choices=[3, 4], options=[3, 2], variants=4, plain=3, palette=4,
)  # fmt: skip


@pytest.fixture
def generator() -> FlatGenerator:
    torch.manual_seed(0)
    made = FlatGenerator(CONFIG).eval()
    for name, weights in made.named_parameters():
        if name.endswith("second.weight"):
            torch.nn.init.normal_(weights, std=0.2)  # as after training; at first they are 0
    return made


def test_random_numbers_become_a_row_for_each_layer_and_a_picture(generator) -> None:
    code = generator.map(torch.randn(2, 6))
    assert generator.layers == 5
    assert code.shape == (2, 5, 5)
    assert torch.equal(code[:, 0], code[:, 4])
    assert generator(torch.randn(2, 6)).shape == (2, 3, 32, 32)
    assert generator.center().shape == (5, 5)
    assert generator.modulation().shape == (3, 5)


def test_every_row_of_the_code_matters(generator) -> None:
    code = torch.randn(1, 5, 5)
    plain = generator.synthesize(code)
    for row in range(generator.layers):
        moved = code.clone()
        moved[:, row] += 1
        assert not torch.allclose(generator.synthesize(moved), plain, atol=1e-4), row


def test_colours_come_from_the_palette_and_pixels_lie_where_their_cells_do(generator) -> None:
    areas = torch.full((1, 4 * 16, 8, 8), -20.0)
    areas[:, :4] = 20.0  # of each cell the first pixel belongs to nothing but ...
    areas[:, 1:4] = -20.0  # ... the first colour
    colours = torch.tensor([[[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, -1]]])
    picture = generator.mixed(generator.shares(areas), colours)
    assert torch.allclose(picture[0, :, 0::4, 0::4], torch.tensor([1.0, 0, 0])[:, None, None])
    others = picture[0, :, 1::4, 1::4]  # all shares alike: the mean of the palette
    assert torch.allclose(others, colours.mean(1)[0][:, None, None].expand_as(others), atol=1e-6)


def test_the_mapping_chooses_one_answer_of_each_group(generator) -> None:
    generator.mapping.ask.weight.data.mul_(100)
    shares = generator.mapping.shares(torch.randn(64, 6))
    for group in shares.split([3, 4], 1):
        assert torch.allclose(group.sum(1), torch.ones(64), atol=1e-5)
        assert (group.max(1).values > 0.99).float().mean() > 0.8


def test_a_row_is_read_as_the_option_that_is_nearest() -> None:
    read = Reader(CONFIG)
    options = torch.tensor([[1.0, 0], [0, 0], [-1, 0], [0, 1], [0, -1]])
    near = torch.zeros(5, 5)
    near[:3, 0], near[3:, 1] = options[:3, 0], options[3:, 1]
    read.near.weight.data = 10 * near
    read.near.bias.data = -5 * near.square().sum(1)
    read.alike.weight.data = torch.tensor(
        [[1.0, 0, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1]]
    )
    said = read(torch.tensor([[0.9, 0.8, 0, 0, 0], [-0.4, -0.9, 0, 0, 0]]))
    assert said.shape == (2, 4 + 3)
    assert said[0, :4].round().tolist() == [1, 0, 1, 0]
    assert said[1, :4].round().tolist() == [0, 1, 0, 1]


def test_half_precision_draws_nearly_the_same_and_reads_codes_exactly(generator) -> None:
    code = torch.randn(1, 5, 5)
    exact = generator.synthesize(code)
    generator.prepare(torch.bfloat16)
    assert generator.read.near.weight.dtype == torch.float32
    assert generator.mapping.ask.weight.dtype == torch.float32
    assert (generator.synthesize(code) - exact).abs().mean() < 0.05


def test_a_preview_is_smaller(generator) -> None:
    code = torch.randn(1, 5, 5)
    assert generator.preview(code, 16).shape == (1, 3, 16, 16)
    assert torch.equal(generator.preview(code, 32), generator.synthesize(code))


@pytest.mark.parametrize(
    "changes",
    [{"widths": [8]}, {"size": 36}, {"blocks": [2, 0]}, {"choices": []}, {"palette": 1}],
)
def test_shapes_that_cannot_be_are_refused(changes) -> None:
    with pytest.raises(ValidationError):
        FlatConfig.model_validate(CONFIG.model_dump() | changes)
