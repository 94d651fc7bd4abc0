"""The naming of StyleGAN2 and StyleGAN2-ADA as they were first written, with TensorFlow.

The same sums as in PyTorch, differently kept: a convolution's weight is [3, 3, in, out], a fully
connected one's [in, out]; where the side doubles, the weight is mirrored; the 1 that a modulation
starts from is added outside of its bias.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

import numpy as np

from studio.shelf.conversion.containers import Stored
from studio.shelf.conversion.plan import Array, Form, Plan, checked_form, number, take, unlike
from studio.shelf.conversion.torch_files import TorchFile

_TAPS = [1, 3, 3, 1]
_BLOCK = re.compile(r"synthesis/(\d{1,4})x\1/Conv1/weight$")
_LAYER = re.compile(r"mapping/Dense\d{1,2}/weight$")


def is_tensorflow(names: Mapping[str, object]) -> bool:
    """Whether these are the names of the TensorFlow programs' tensors."""
    return "synthesis/4x4/Const/const" in names and "mapping/Dense0/weight" in names


def plan_tensorflow(
    file: TorchFile, tensors: Mapping[str, Stored], settings: Mapping[object, object]
) -> Plan:
    """The plan of a generator in the TensorFlow programs' naming.

    settings: what the network was made with, as far as that was said.
    """
    for name in ("nonlinearity", "mapping_nonlinearity"):
        if settings.get(name, "lrelu") != "lrelu":
            raise unlike("is built in a way")
    if settings.get("resample_kernel", _TAPS) not in (_TAPS, tuple(_TAPS), None):
        raise unlike("smooths in a way")
    sides = sorted(int(match[1]) for name in tensors if (match := _BLOCK.match(name)))
    first = tensors["mapping/Dense0/weight"].shape
    if len(first) != 2:
        raise unlike("is built in a way")
    widths = {4: _width(tensors, "synthesis/4x4/Conv/weight")}
    form = checked_form(
        Form(
            widths=widths | {s: _width(tensors, f"synthesis/{s}x{s}/Conv1/weight") for s in sides},
            z_dim=first[0],
            w_dim=first[1],
            mapping_layers=sum(1 for name in tensors if _LAYER.match(name)),
            mapping_lr=number(settings.get("mapping_lrmul"), 0.01),
            conv_clamp=number(settings.get("conv_clamp"), 0.0),
        )
    )
    plan = Plan(form, "StyleGAN2, TensorFlow")
    seen: set[str] = set()
    for name, shape in form.layout().items():
        source, change = _source(name)
        seen.add(source)
        plan.make[name] = _taken(file, tensors, source, shape, change)
    for name in tensors:
        if name not in seen and re.match(r"mapping/|synthesis/\d", name):
            raise unlike(f"has a part (“{name}”)")
    return plan


def _taken(
    file: TorchFile,
    tensors: Mapping[str, Stored],
    source: str,
    shape: tuple[int, ...],
    change: Callable[[Array], Array],
) -> Callable[[], Array]:
    stored = shape
    if len(shape) == 4:
        stored = (*shape[2:], shape[1], shape[0])
    elif source.endswith("weight"):
        stored = shape[::-1]
    return lambda: np.array(change(take(file, tensors, source, stored)), order="C")


def _source(name: str) -> tuple[str, Callable[[Array], Array]]:
    """Where a tensor of ours lies in the file, and how it becomes ours."""
    part, _, kept = name.partition(".")
    if part == "mapping":
        if kept == "w_avg":
            return "dlatent_avg", _same
        return f"mapping/{kept.replace('fc', 'Dense').replace('.', '/')}", _turned
    block, _, kept = kept.partition(".")
    side, (layer, _, kept) = int(block[1:]), kept.partition(".")
    level = 2 * int(math.log2(side)) - 4  # of the block's second convolution, counted from 0
    names = {"const": "Const", "conv0": "Conv0_up", "torgb": "ToRGB"}
    place = f"synthesis/{side}x{side}/{names.get(layer, 'Conv1' if level else 'Conv')}"
    match kept:
        case "":
            return f"{place}/const", _same
        case "noise_const":
            return f"synthesis/noise{level - (layer == 'conv0')}", _same
        case "weight":
            return f"{place}/weight", _mirrored if layer == "conv0" else _turned
        case "affine.weight":
            return f"{place}/mod_weight", _turned
        case "affine.bias":
            return f"{place}/mod_bias", lambda values: values + np.float32(1)
    return f"{place}/{kept}", _same


def _same(values: Array) -> Array:
    return values


def _turned(values: Array) -> Array:
    """[in, out] -> [out, in]; [h, w, in, out] -> [out, in, h, w]."""
    return values.transpose(3, 2, 0, 1) if values.ndim == 4 else values.T


def _mirrored(values: Array) -> Array:
    return _turned(values[::-1, ::-1])


def _width(tensors: Mapping[str, Stored], name: str) -> int:
    found = tensors.get(name)
    return found.shape[-1] if found is not None and found.shape else 0
