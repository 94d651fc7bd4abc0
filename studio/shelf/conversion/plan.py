"""What a style-based generator of ours is made of, and the plan to make one from a checkpoint.

The names are those of `studio.engines.latent.style_generator`, which are StyleGAN2-ADA's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from studio.errors import StudioError
from studio.shelf.conversion.containers import Stored
from studio.shelf.conversion.torch_files import TorchFile

Array = npt.NDArray[np.float32]

MIN_SIZE, MAX_SIZE = 16, 2048  # pixels
MAX_WIDTH = 4096  # channels, and numbers of a code
MAX_MAPPING = 16  # layers
MAX_CLAMP = 65536.0
SLOPE = 0.2  # of the leaky ReLU
TINY = 1e-8
MEAN_OF = 4096  # codes that the mean code is taken of where the file brings none


@dataclass(frozen=True)
class Form:
    """The shape of a generator: channels by side (4, 8, 16 ... pixels), and lengths."""

    widths: dict[int, int]
    z_dim: int
    w_dim: int
    mapping_layers: int
    noise: bool = True
    mapping_lr: float = 0.01
    conv_clamp: float = 0.0

    @property
    def size(self) -> int:
        return max(self.widths)

    def config(self) -> dict[str, bool | int | float | str | list[int]]:
        """The generator's configuration, as `StyleConfig` takes it."""
        return {
            "size": self.size,
            "z_dim": self.z_dim,
            "w_dim": self.w_dim,
            "mapping_layers": self.mapping_layers,
            "mapping_lr": self.mapping_lr,
            "channels": list(self.widths.values()),
            "noise": self.noise,
            "conv_clamp": self.conv_clamp,
        }

    def layout(self) -> dict[str, tuple[int, ...]]:
        """Every tensor of the generator and its shape."""
        names: dict[str, tuple[int, ...]] = {}
        for index in range(self.mapping_layers):
            inputs = self.w_dim if index else self.z_dim
            names[f"mapping.fc{index}.weight"] = (self.w_dim, inputs)
            names[f"mapping.fc{index}.bias"] = (self.w_dim,)
        names["mapping.w_avg"] = (self.w_dim,)
        before = 0
        for side, width in self.widths.items():
            block = f"synthesis.b{side}"
            if before:
                names |= self._convolution(f"{block}.conv0", before, width, side)
            else:
                names[f"{block}.const"] = (width, side, side)
            names |= self._convolution(f"{block}.conv1", width, width, side)
            names |= self._modulated(f"{block}.torgb", width, 3, 1)
            before = width
        return names

    def _convolution(
        self, name: str, inputs: int, outputs: int, side: int
    ) -> dict[str, tuple[int, ...]]:
        names = self._modulated(name, inputs, outputs, 3)
        if self.noise:
            names[f"{name}.noise_const"] = (side, side)
            names[f"{name}.noise_strength"] = ()
        return names

    def _modulated(
        self, name: str, inputs: int, outputs: int, kernel: int
    ) -> dict[str, tuple[int, ...]]:
        return {
            f"{name}.weight": (outputs, inputs, kernel, kernel),
            f"{name}.bias": (outputs,),
            f"{name}.affine.weight": (inputs, self.w_dim),
            f"{name}.affine.bias": (inputs,),
        }


@dataclass
class Plan:
    """How each tensor of the new generator comes out of the file.

    origin: which program left the file, in words. make: by name, called once each.
    """

    form: Form
    origin: str
    make: dict[str, Callable[[], Array]] = field(default_factory=dict)

    def mean_code(self) -> Array:
        """The mean [w_dim] of what the mapping network makes of random numbers, of a fixed seed."""
        form = self.form
        x = np.random.default_rng(0).standard_normal((MEAN_OF, form.z_dim), np.float32)
        x /= np.sqrt(np.square(x).mean(1, keepdims=True) + TINY)
        for index in range(form.mapping_layers):
            weight = self.make[f"mapping.fc{index}.weight"]()
            bias = self.make[f"mapping.fc{index}.bias"]()
            gain = form.mapping_lr / math.sqrt(weight.shape[1])
            x = x @ (weight.T * np.float32(gain)) + bias * np.float32(form.mapping_lr)
            x = np.where(x < 0, x * np.float32(SLOPE), x) * np.float32(math.sqrt(2))
        mean: Array = x.mean(0, dtype=np.float64).astype(np.float32)
        return mean


def checked_form(form: Form) -> Form:
    """The form, if our network has one like it. StudioError where it has not."""
    powers = [4 * 2**step for step in range(len(form.widths))]
    lengths = (form.z_dim, form.w_dim, *form.widths.values())
    if (
        list(form.widths) != powers
        or not MIN_SIZE <= form.size <= MAX_SIZE
        or not all(1 <= one <= MAX_WIDTH for one in lengths)
        or not 1 <= form.mapping_layers <= MAX_MAPPING
        or not 0.0 < form.mapping_lr <= 1.0
        or not 0.0 <= form.conv_clamp <= MAX_CLAMP
    ):
        raise unlike("is built in a way")
    return form


def take(
    file: TorchFile, tensors: Mapping[str, Stored], name: str, shape: tuple[int, ...]
) -> Array:
    """A tensor of numbers by its name in the file, in a shape that has as many of them.

    StudioError where it is missing, of another shape or kind, or holds what is no number.
    """
    found = tensors.get(name)
    if found is None or not found.storage.kind.endswith(("f2", "f4", "f8", "bfloat16")):
        raise unlike(f"lacks a part (“{name}”)")
    if [side for side in found.shape if side != 1] != [side for side in shape if side != 1]:
        raise unlike(f"has a part of another shape (“{name}”)")
    values = file.array(found).reshape(shape)
    if not np.isfinite(values).all():
        raise StudioError(
            f"The weights in “{file.name}” hold values that are no numbers.",
            "Its training went wrong; ask for an earlier state of it.",
        )
    return values


def taken(
    file: TorchFile,
    tensors: Mapping[str, Stored],
    name: str,
    shape: tuple[int, ...],
    times: float = 1.0,
) -> Callable[[], Array]:
    """`take`, when the time has come."""
    return lambda: take(file, tensors, name, shape) * np.float32(times)


def unlike(how: str) -> StudioError:
    """The error of a network that is no plain StyleGAN2."""
    return StudioError(
        f"This file’s network {how} that Easel’s does not know.",
        "Easel takes generators of StyleGAN2, as StyleGAN2-ADA and rosinality’s program train it.",
    )


def check_filter(file: TorchFile, tensors: Mapping[str, Stored], name: str) -> None:
    """Our network smooths with [1, 3, 3, 1], both ways, and with nothing else."""
    wanted = np.outer([1, 3, 3, 1], [1, 3, 3, 1]) / 64
    if tensors[name].shape == wanted.shape:
        values = take(file, tensors, name, wanted.shape)
        total = float(values.sum())
        if total and np.allclose(values / total, wanted, atol=1e-3):
            return
    raise unlike("smooths in a way")


def number(value: object, otherwise: float) -> float:
    """A setting of a network that should be a number."""
    return float(value) if isinstance(value, int | float) else otherwise
