"""Two StyleGAN2 generators written from the papers, each in another program's convention.

They share no code with `studio.engines.latent`: weights are modulated one picture at a time, the
doubling of the side is written once as a transposed convolution and once as zeros put between and
a plain convolution, and every gain stands where that program has it.
"""

from __future__ import annotations

import itertools
import math

import torch
import torch.nn.functional as F

State = dict[str, torch.Tensor]


def random(seed: int):
    chance = torch.Generator().manual_seed(seed)
    return lambda *shape: torch.randn(*shape, generator=chance)


def blurred(x: torch.Tensor, before: int, after: int) -> torch.Tensor:
    """Filtered by [1, 3, 3, 1] / 4 both ways, after padding."""
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 4
    kernel = torch.outer(taps, taps).expand(x.shape[1], 1, 4, 4)
    return F.conv2d(F.pad(x, (before, after, before, after)), kernel, groups=x.shape[1])


def between_zeros(x: torch.Tensor) -> torch.Tensor:
    """[B, C, S, S] -> [B, C, 2S, 2S], the numbers at even places."""
    spread = x.new_zeros(*x.shape[:2], 2 * x.shape[2], 2 * x.shape[3])
    spread[:, :, ::2, ::2] = x
    return spread


def doubled(x: torch.Tensor) -> torch.Tensor:
    return blurred(between_zeros(x), 2, 1)


def normed(z: torch.Tensor) -> torch.Tensor:
    return z / (z.square().mean(1, keepdim=True) + 1e-8).sqrt()


def fully(x: torch.Tensor, state: State, name: str, lr: float, bent: bool) -> torch.Tensor:
    weight = state[f"{name}.weight"]
    x = x @ weight.T * (lr / math.sqrt(weight.shape[1])) + state[f"{name}.bias"] * lr
    return F.leaky_relu(x, 0.2) * math.sqrt(2) if bent else x


# rosinality's convention


def rosinality_state(widths: list[int], dim: int, layers: int, seed: int = 0) -> State:
    """Random weights of a generator with `widths` channels at 4, 8, 16 ... pixels."""
    draw = random(seed)
    kernel = torch.outer(torch.tensor([1.0, 3, 3, 1]), torch.tensor([1.0, 3, 3, 1])) / 16
    state: State = {"input.input": draw(1, widths[0], 4, 4)}
    for index in range(layers):
        state[f"style.{index + 1}.weight"] = draw(dim, dim) / 0.01
        state[f"style.{index + 1}.bias"] = draw(dim) * 10

    def modulated(name: str, inputs: int, outputs: int, side: int) -> None:
        state[f"{name}.conv.weight"] = draw(1, outputs, inputs, side, side)
        state[f"{name}.conv.modulation.weight"] = draw(inputs, dim)
        state[f"{name}.conv.modulation.bias"] = 1 + draw(inputs) * 0.1

    def convolution(name: str, inputs: int, outputs: int) -> None:
        modulated(name, inputs, outputs, 3)
        state[f"{name}.noise.weight"] = draw(1) * 0.3
        state[f"{name}.activate.bias"] = draw(outputs) * 0.3

    def to_rgb(name: str, inputs: int) -> None:
        modulated(name, inputs, 3, 1)
        state[f"{name}.bias"] = draw(1, 3, 1, 1) * 0.3

    convolution("conv1", widths[0], widths[0])
    to_rgb("to_rgb1", widths[0])
    state["noises.noise_0"] = draw(1, 1, 4, 4)
    for step, (inputs, outputs) in enumerate(itertools.pairwise(widths)):
        convolution(f"convs.{2 * step}", inputs, outputs)
        state[f"convs.{2 * step}.conv.blur.kernel"] = kernel
        convolution(f"convs.{2 * step + 1}", outputs, outputs)
        to_rgb(f"to_rgbs.{step}", outputs)
        state[f"to_rgbs.{step}.upsample.kernel"] = kernel
        for at in (1, 2):
            state[f"noises.noise_{2 * step + at}"] = draw(1, 1, 8 * 2**step, 8 * 2**step)
    return state


def rosinality_map(state: State, z: torch.Tensor) -> torch.Tensor:
    x = normed(z)
    for index in range(sum(name.startswith("style.") for name in state) // 2):
        x = fully(x, state, f"style.{index + 1}", 0.01, bent=True)
    return x


def rosinality_picture(state: State, code: torch.Tensor) -> torch.Tensor:
    """code [B, L, D] -> picture."""

    def modulated(x: torch.Tensor, name: str, w: torch.Tensor, up: bool, norm: bool):
        weight = state[f"{name}.conv.weight"][0]
        weight = weight / math.sqrt(weight[0].numel())
        pictures = []
        for one, style in zip(
            x, fully(w, state, f"{name}.conv.modulation", 1, bent=False), strict=True
        ):
            own = weight * style[None, :, None, None]
            if norm:
                own = own / (own.square().sum((1, 2, 3), keepdim=True) + 1e-8).sqrt()
            if up:
                pictures.append(F.conv_transpose2d(one[None], own.transpose(0, 1), stride=2))
            else:
                pictures.append(F.conv2d(one[None], own, padding=own.shape[-1] // 2))
        x = torch.cat(pictures)
        return blurred(x, 1, 1) if up else x

    def convolution(x: torch.Tensor, name: str, w: torch.Tensor, index: int, up: bool):
        x = modulated(x, name, w, up, norm=True)
        x = x + state[f"{name}.noise.weight"] * state[f"noises.noise_{index}"]
        bias = state[f"{name}.activate.bias"].view(1, -1, 1, 1)
        return F.leaky_relu(x + bias, 0.2) * math.sqrt(2)

    def to_rgb(x: torch.Tensor, name: str, w: torch.Tensor):
        return modulated(x, name, w, up=False, norm=False) + state[f"{name}.bias"]

    x = state["input.input"].expand(len(code), -1, -1, -1)
    x = convolution(x, "conv1", code[:, 0], 0, up=False)
    picture = to_rgb(x, "to_rgb1", code[:, 1])
    for step in range((code.shape[1] - 2) // 2):
        row = 2 * step + 1
        x = convolution(x, f"convs.{2 * step}", code[:, row], row, up=True)
        x = convolution(x, f"convs.{2 * step + 1}", code[:, row + 1], row + 1, up=False)
        picture = doubled(picture) + to_rgb(x, f"to_rgbs.{step}", code[:, row + 2])
    return picture


# StyleGAN2-ADA's convention


def ada_state(
    widths: list[int], dim: int, layers: int, *, z_dim: int = 0, kinds: int = 0, seed: int = 0
) -> State:
    """Random weights of a generator with `widths` channels at 4, 8, 16 ... pixels."""
    draw = random(seed)
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
    inputs = (z_dim or dim) + (dim if kinds else 0)
    state: State = {"mapping.w_avg": draw(dim) * 0.1}
    if kinds:
        state["mapping.embed.weight"] = draw(dim, kinds)
        state["mapping.embed.bias"] = draw(dim) * 0.1
    for index in range(layers):
        state[f"mapping.fc{index}.weight"] = draw(dim, dim if index else inputs) / 0.01
        state[f"mapping.fc{index}.bias"] = draw(dim) * 10

    def modulated(name: str, inputs: int, outputs: int, kernel: int) -> None:
        state[f"{name}.weight"] = draw(outputs, inputs, kernel, kernel)
        state[f"{name}.bias"] = draw(outputs) * 0.3
        state[f"{name}.affine.weight"] = draw(inputs, dim)
        state[f"{name}.affine.bias"] = 1 + draw(inputs) * 0.1

    def convolution(name: str, inputs: int, outputs: int, side: int) -> None:
        modulated(name, inputs, outputs, 3)
        state[f"{name}.resample_filter"] = torch.outer(taps, taps)
        state[f"{name}.noise_const"] = draw(side, side)
        state[f"{name}.noise_strength"] = draw(1)[0] * 0.3

    for step, width in enumerate(widths):
        side = 4 * 2**step
        block = f"synthesis.b{side}"
        state[f"{block}.resample_filter"] = torch.outer(taps, taps)
        if step:
            convolution(f"{block}.conv0", widths[step - 1], width, side)
        else:
            state[f"{block}.const"] = draw(width, 4, 4)
        convolution(f"{block}.conv1", width, width, side)
        modulated(f"{block}.torgb", width, 3, 1)
    return state


def ada_map(state: State, z: torch.Tensor, kind: int | None = None) -> torch.Tensor:
    x = normed(z)
    if kind is not None:
        told = F.one_hot(torch.tensor([kind]), state["mapping.embed.weight"].shape[1]).float()
        told = normed(fully(told, state, "mapping.embed", 1, bent=False))
        x = torch.cat([x, told.expand(len(x), -1)], dim=1)
    for index in range(sum(name.startswith("mapping.fc") for name in state) // 2):
        x = fully(x, state, f"mapping.fc{index}", 0.01, bent=True)
    return x


def ada_picture(state: State, code: torch.Tensor, clamp: float = math.inf) -> torch.Tensor:
    """code [B, L, D] -> picture."""

    def convolution(x: torch.Tensor, name: str, w: torch.Tensor, up: bool) -> torch.Tensor:
        weight, pictures = state[f"{name}.weight"], []
        for one, style in zip(x, fully(w, state, f"{name}.affine", 1, bent=False), strict=True):
            own = weight * style[None, :, None, None]
            own = own / (own.square().sum((1, 2, 3), keepdim=True) + 1e-8).sqrt()
            if up:  # the gradient of a convolution, written out
                spread = F.pad(between_zeros(one[None])[:, :, :-1, :-1], (2, 2, 2, 2))
                pictures.append(blurred(F.conv2d(spread, own.flip(2, 3)), 1, 1))
            else:
                pictures.append(F.conv2d(one[None], own, padding=1))
        x = torch.cat(pictures)
        x = x + state[f"{name}.noise_const"] * state[f"{name}.noise_strength"]
        x = F.leaky_relu(x + state[f"{name}.bias"].view(1, -1, 1, 1), 0.2) * math.sqrt(2)
        return x.clamp(-clamp, clamp)

    def to_rgb(x: torch.Tensor, name: str, w: torch.Tensor) -> torch.Tensor:
        style = fully(w, state, f"{name}.affine", 1, bent=False) / math.sqrt(x.shape[1])
        x = torch.einsum("bchw,bc,oc->bohw", x, style, state[f"{name}.weight"][:, :, 0, 0])
        return (x + state[f"{name}.bias"].view(1, -1, 1, 1)).clamp(-clamp, clamp)

    x, picture = state["synthesis.b4.const"].expand(len(code), -1, -1, -1), None
    for step in range(code.shape[1] // 2):
        block, row = f"synthesis.b{4 * 2**step}", 2 * step
        if step:
            x = convolution(x, f"{block}.conv0", code[:, row - 1], up=True)
        x = convolution(x, f"{block}.conv1", code[:, row], up=False)
        colours = to_rgb(x, f"{block}.torgb", code[:, row + 1])
        picture = colours if picture is None else doubled(picture) + colours
    return picture
