"""The style-based generator against the paper's own formulation, written out slowly."""

from __future__ import annotations

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor
from torch.nn import functional

from studio.engines.latent.style_generator import StyleConfig, StyleGenerator

TINY = StyleConfig(size=16, z_dim=6, w_dim=8, mapping_layers=2, channels=[8, 6, 4])
QUICK = StyleConfig(
    size=32,
    z_dim=6,
    w_dim=8,
    mapping_layers=1,
    channels=[8, 6],
    shuffle=4,
    fir=False,
    noise=False,
    grown=True,
)


def made(config: StyleConfig = TINY) -> StyleGenerator:
    torch.manual_seed(3)
    generator = StyleGenerator(config).eval()
    for name, parameter in generator.named_parameters():
        if name.endswith("noise_strength"):
            parameter.data.fill_(0.3)
        if name.endswith("bias") and "affine" not in name:
            parameter.data.normal_()
    return generator


def upfirdn(x: Tensor, pad: tuple[int, int], up: int) -> Tensor:
    """Zeros between, padding, then the 4x4 filter, as StyleGAN2 writes it."""
    batch, channels, side, _ = x.shape
    wide = torch.zeros(batch, channels, side * up, side * up)
    wide[:, :, ::up, ::up] = x
    wide = functional.pad(wide, (*pad, *pad))
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
    kernel = (taps[:, None] * taps) / 64 * 4
    return functional.conv2d(wide, kernel.expand(channels, 1, 4, 4), groups=channels)


def reference(generator: StyleGenerator, code: Tensor) -> Tensor:
    """StyleGAN2's synthesis of one picture, with weights made for it."""
    state = {k.removeprefix("synthesis."): v for k, v in generator.state_dict().items()}

    def style(name: str, w: Tensor) -> Tensor:
        weight, bias = state[f"{name}.affine.weight"], state[f"{name}.affine.bias"]
        return w @ weight.T / w.numel() ** 0.5 + bias

    def conv(name: str, x: Tensor, w: Tensor, up: bool) -> Tensor:
        weight = state[f"{name}.weight"] * style(name, w)[None, :, None, None]
        weight = weight * (weight.square().sum((1, 2, 3), keepdim=True) + 1e-8).rsqrt()
        if up:
            side = x.shape[2] * 2
            wide = torch.zeros(1, x.shape[1], side - 1, side - 1)
            wide[:, :, ::2, ::2] = x
            x = functional.conv2d(wide, weight.flip(2, 3), padding=2)
            x = upfirdn(x, (1, 1), 1)
        else:
            x = functional.conv2d(x, weight, padding=1)
        x = x + state[f"{name}.noise_const"] * state[f"{name}.noise_strength"]
        return functional.leaky_relu(x + state[f"{name}.bias"][:, None, None], 0.2) * 2**0.5

    def rgb(name: str, x: Tensor, w: Tensor) -> Tensor:
        scale = style(name, w) / x.shape[1] ** 0.5
        weight = state[f"{name}.weight"] * scale[None, :, None, None]
        return functional.conv2d(x, weight) + state[f"{name}.bias"][:, None, None]

    w = list(code[0])
    x = conv("b4.conv1", state["b4.const"][None], w[0], False)
    picture = rgb("b4.torgb", x, w[1])
    for side, row in ((8, 1), (16, 3)):
        x = conv(f"b{side}.conv0", x, w[row], True)
        x = conv(f"b{side}.conv1", x, w[row + 1], False)
        picture = upfirdn(picture, (2, 1), 2) + rgb(f"b{side}.torgb", x, w[row + 2])
    return picture


def test_it_computes_what_stylegan2_computes() -> None:
    generator = made()
    code = torch.randn(1, generator.layers, generator.dim)
    with torch.inference_mode():
        assert torch.allclose(generator.synthesize(code), reference(generator, code), atol=1e-4)


def test_names_and_shapes_are_those_of_stylegan2_ada() -> None:
    shapes = {name: tuple(tensor.shape) for name, tensor in made().state_dict().items()}
    assert shapes["mapping.fc0.weight"] == (8, 6)
    assert shapes["mapping.w_avg"] == (8,)
    assert shapes["synthesis.b4.const"] == (8, 4, 4)
    assert shapes["synthesis.b8.conv0.weight"] == (6, 8, 3, 3)
    assert shapes["synthesis.b8.conv0.affine.weight"] == (8, 8)
    assert shapes["synthesis.b16.conv1.noise_const"] == (16, 16)
    assert shapes["synthesis.b16.conv1.noise_strength"] == ()
    assert shapes["synthesis.b16.torgb.weight"] == (3, 4, 1, 1)


@pytest.mark.parametrize("config", [TINY, QUICK])
def test_shapes(config: StyleConfig) -> None:
    generator = made(config)
    code = generator.map(torch.randn(2, generator.z_dim))
    assert code.shape == (2, generator.layers, generator.dim)
    assert generator.synthesize(code).shape == (2, 3, config.size, config.size)
    assert generator.center().shape == (generator.layers, generator.dim)
    assert generator.modulation().shape[1] == generator.dim


def test_preview_stops_early_and_is_smaller() -> None:
    generator = made()
    code = generator.map(torch.randn(1, 6))
    assert generator.preview(code, 8).shape == (1, 3, 8, 8)
    assert generator.preview(code, 9).shape == (1, 3, 16, 16)


def test_prepared_for_half_precision_it_draws_the_same_to_the_pixel_each_time() -> None:
    exact = made()
    code = exact.map(torch.randn(1, 6))
    prepared = StyleGenerator(TINY)
    prepared.load_state_dict(exact.state_dict())
    prepared.prepare(torch.bfloat16)
    first, again = prepared.synthesize(code), prepared.synthesize(code)
    assert torch.equal(first, again)
    assert first.dtype == torch.float32
    assert (first - exact.synthesize(code)).abs().mean() < 0.05 * first.abs().mean() + 0.02


def test_every_row_of_a_code_matters_and_modulation_tells_which() -> None:
    generator = made()
    code = generator.map(torch.randn(1, 6)).contiguous()
    plain = generator.synthesize(code)
    for row in range(generator.layers):
        other = code.clone()
        other[:, row] += 3.0
        assert (generator.synthesize(other) - plain).abs().max() > 1e-4
    rows = [generator.modulation(row, row + 1) for row in range(generator.layers)]
    assert torch.equal(torch.cat(rows), generator.modulation())


@pytest.mark.parametrize(
    "lie", [{"size": 48}, {"size": 64, "shuffle": 3}, {"size": 64, "channels": [4]}, {"widht": 3}]
)
def test_a_shape_that_cannot_be_is_refused(lie: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        StyleConfig.model_validate(lie)
