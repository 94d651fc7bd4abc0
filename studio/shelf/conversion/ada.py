"""StyleGAN2-ADA's own naming, which is ours: almost every tensor is taken as it is.

Karras et al. 2020, "Training Generative Adversarial Networks with Limited Data".
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import numpy as np

from studio.errors import StudioError
from studio.shelf.conversion.containers import Stored
from studio.shelf.conversion.plan import (
    TINY,
    Array,
    Form,
    Plan,
    check_filter,
    checked_form,
    number,
    take,
    taken,
    unlike,
)
from studio.shelf.conversion.torch_files import TorchFile

_BLOCK = re.compile(r"synthesis\.b(\d{1,4})\.conv1\.weight$")
_LAYER = re.compile(r"mapping\.fc(\d{1,2})\.weight$")


def is_ada(names: Mapping[str, object]) -> bool:
    """Whether these are the names of StyleGAN2-ADA's tensors."""
    return "synthesis.b4.const" in names and "mapping.fc0.weight" in names


def plan_ada(
    file: TorchFile,
    tensors: Mapping[str, Stored],
    settings: Mapping[object, object],
    kind: int | None,
) -> Plan:
    """The plan of a generator in StyleGAN2-ADA's naming.

    settings: what the network was made with, where the file says so.
    kind: which of its kinds of pictures, where it was trained to tell several apart.
    """
    mapping = file.mapping(settings.get("mapping_kwargs")) or {}
    synthesis = {**settings, **(file.mapping(settings.get("synthesis_kwargs")) or {})}
    for given in (mapping, synthesis):
        if given.get("activation", "lrelu") != "lrelu":
            raise unlike("is built in a way")
    sides = sorted(int(match[1]) for name in tensors if (match := _BLOCK.match(name)))
    kinds = _kinds(tensors)
    first = tensors["mapping.fc0.weight"].shape
    code = tensors.get("mapping.w_avg", tensors.get("mapping.fc0.bias"))
    if len(first) != 2 or code is None or len(code.shape) != 1:
        raise unlike("is built in a way")
    embedded = tensors["mapping.embed.weight"].shape[0] if kinds else 0
    form = checked_form(
        Form(
            widths={side: _width(tensors, side) for side in sides},
            z_dim=first[1] - embedded,
            w_dim=code.shape[0],
            mapping_layers=sum(1 for name in tensors if _LAYER.match(name)),
            noise="synthesis.b4.conv1.noise_const" in tensors,
            mapping_lr=number(mapping.get("lr_multiplier"), 0.01),
            conv_clamp=number(synthesis.get("conv_clamp"), 0.0),
        )
    )
    _nothing_else(file, tensors, form)
    plan = Plan(form, "StyleGAN2-ADA")
    for name, shape in form.layout().items():
        plan.make[name] = taken(file, tensors, name, shape)
    if kinds:
        _choose_kind(file, tensors, plan, kinds, kind)
    elif "mapping.w_avg" not in tensors:
        plan.make["mapping.w_avg"] = plan.mean_code
    return plan


def _choose_kind(
    file: TorchFile, tensors: Mapping[str, Stored], plan: Plan, kinds: int, kind: int | None
) -> None:
    """Fix one of several kinds of pictures: what it adds to the first layer is a constant.

    The layer's sum over [z, y] is divided by sqrt(len(z) + len(y)); with y in the bias, over z
    alone, by sqrt(len(z)). The mean code is taken anew, of this kind only.
    """
    if kind is None or not 0 <= kind < kinds:
        raise StudioError(
            f"This model was trained on {kinds} kinds of pictures, and Easel takes one of them.",
            f"Say which one, by its number from 0 to {kinds - 1} (easel convert … --class 0).",
        )
    z, w = plan.form.z_dim, plan.form.w_dim
    length = tensors["mapping.embed.weight"].shape[0]

    def whole() -> Array:
        return take(file, tensors, "mapping.fc0.weight", (w, z + length))

    def weight() -> Array:
        return np.ascontiguousarray(whole()[:, :z]) * np.float32(math.sqrt(z / (z + length)))

    def bias() -> Array:
        embed = take(file, tensors, "mapping.embed.weight", (length, kinds))
        y = embed[:, kind] / np.float32(math.sqrt(kinds))
        y = y + take(file, tensors, "mapping.embed.bias", (length,))
        y = y / np.sqrt(np.square(y).mean() + np.float32(TINY))
        added: Array = whole()[:, z:] @ y / np.float32(math.sqrt(z + length))
        return take(file, tensors, "mapping.fc0.bias", (w,)) + added

    plan.make["mapping.fc0.weight"] = weight
    plan.make["mapping.fc0.bias"] = bias
    plan.make["mapping.w_avg"] = plan.mean_code
    plan.origin += f", kind {kind} of {kinds}"


def _kinds(tensors: Mapping[str, Stored]) -> int:
    """How many kinds of pictures the network tells apart; 0 where it does not."""
    found = tensors.get("mapping.embed.weight")
    if found is None:
        return 0
    if len(found.shape) != 2 or not found.shape[1]:
        raise unlike("is built in a way")
    return found.shape[1]


def _width(tensors: Mapping[str, Stored], side: int) -> int:
    found = tensors.get(f"synthesis.b{side}.conv1.weight")
    return found.shape[0] if found is not None and found.shape else 0


def _nothing_else(file: TorchFile, tensors: Mapping[str, Stored], form: Form) -> None:
    """Refuse a network with parts that ours has not: it would draw something else without them."""
    wanted = form.layout()
    for name in tensors:
        if name.endswith("resample_filter"):
            check_filter(file, tensors, name)
        elif name not in wanted and name.startswith(("mapping.fc", "synthesis.")):
            raise unlike(f"has a part (“{name}”)")
