"""The naming of rosinality's stylegan2-pytorch and of what descends from it.

The same sums as StyleGAN2-ADA's, differently kept: a convolution's equalising gain 1 / sqrt(9 C) is
outside its weights even where they are demodulated, tensors have idle sides of one, layers are
numbered through, and the mean code lies beside the network, if anywhere.

Orientation: both turn a weight [out, in, 3, 3] into [in, out, 3, 3] for the transposed convolution
that doubles the side, and neither mirrors it, so weights go over as they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import numpy as np

from studio.shelf.conversion.containers import Stored
from studio.shelf.conversion.plan import (
    Form,
    Plan,
    check_filter,
    checked_form,
    taken,
    unlike,
)
from studio.shelf.conversion.torch_files import TorchFile

_LAYER = re.compile(r"style\.(\d{1,2})\.weight$")
_UP = re.compile(r"to_rgbs\.(\d{1,2})\.conv\.weight$")


def is_rosinality(names: Mapping[str, object]) -> bool:
    """Whether these are the names of rosinality's tensors."""
    return "input.input" in names and "conv1.conv.weight" in names and "style.1.weight" in names


def plan_rosinality(file: TorchFile, tensors: Mapping[str, Stored], mean: Stored | None) -> Plan:
    """The plan of a generator in rosinality's naming; `mean`: the mean code, where one is kept."""
    steps = sum(1 for name in tensors if _UP.match(name))
    convolutions = {f"convs.{2 * step + 1}": 8 * 2**step for step in range(steps)}
    mapping = tensors["style.1.weight"].shape
    if len(mapping) != 2:
        raise unlike("is built in a way")
    form = checked_form(
        Form(
            widths={
                side: _width(tensors, name) for name, side in ({"conv1": 4} | convolutions).items()
            },
            z_dim=mapping[1],
            w_dim=mapping[0],
            mapping_layers=sum(1 for name in tensors if _LAYER.match(name)),
        )
    )
    plan = Plan(form, "rosinality’s StyleGAN2")
    layout = form.layout()
    seen = {"input.input"}

    def add(name: str, source: str, times: float = 1.0) -> None:
        seen.add(source)
        plan.make[name] = taken(file, tensors, source, layout[name], times)

    def add_modulated(name: str, source: str, bias: str, times: float) -> None:
        add(f"{name}.weight", f"{source}.conv.weight", times)
        add(f"{name}.bias", f"{source}.{bias}")
        add(f"{name}.affine.weight", f"{source}.conv.modulation.weight")
        add(f"{name}.affine.bias", f"{source}.conv.modulation.bias")

    def add_convolution(name: str, source: str, index: int) -> None:
        gain = 1.0 / math.sqrt(9 * layout[f"{name}.weight"][1])
        add_modulated(name, source, "activate.bias", gain)
        add(f"{name}.noise_strength", f"{source}.noise.weight")
        noise = f"noises.noise_{index}"
        seen.add(noise)
        shape = layout[f"{name}.noise_const"]
        # Their pictures are drawn with noise of the moment; early files keep none to draw again.
        plan.make[f"{name}.noise_const"] = (
            taken(file, tensors, noise, shape)
            if noise in tensors
            else lambda: np.random.default_rng(index).standard_normal(shape, np.float32)
        )

    for index in range(form.mapping_layers):
        for part in ("weight", "bias"):
            add(f"mapping.fc{index}.{part}", f"style.{index + 1}.{part}")
    plan.make["mapping.w_avg"] = (
        taken(file, {"latent_avg": mean}, "latent_avg", (form.w_dim,)) if mean else plan.mean_code
    )
    add("synthesis.b4.const", "input.input")
    add_convolution("synthesis.b4.conv1", "conv1", 0)
    add_modulated("synthesis.b4.torgb", "to_rgb1", "bias", 1.0)
    for step in range(steps):
        block = f"synthesis.b{8 * 2**step}"
        add_convolution(f"{block}.conv0", f"convs.{2 * step}", 2 * step + 1)
        add_convolution(f"{block}.conv1", f"convs.{2 * step + 1}", 2 * step + 2)
        add_modulated(f"{block}.torgb", f"to_rgbs.{step}", "bias", 1.0)
    _nothing_else(file, tensors, seen)
    return plan


def _width(tensors: Mapping[str, Stored], name: str) -> int:
    found = tensors.get(f"{name}.conv.weight")
    return found.shape[1] if found is not None and len(found.shape) == 5 else 0


def _nothing_else(file: TorchFile, tensors: Mapping[str, Stored], seen: set[str]) -> None:
    """Refuse a network with parts that ours has not: it would draw something else without them."""
    for name in tensors:
        if name.endswith(".kernel"):
            check_filter(file, tensors, name)
        elif name not in seen:
            raise unlike(f"has a part (“{name}”)")
