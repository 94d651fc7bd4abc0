"""A model with a space of pictures, opened from its folder and ready to draw."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from studio.engines.base import Frame
from studio.engines.devices import Device
from studio.engines.latent.directions import find_directions
from studio.engines.latent.sliders import Sliders, read_sliders
from studio.engines.weights import Misfit, check_shape, configure, damaged, fill
from studio.errors import StudioError
from studio.shelf import Model

GENERATOR, ENCODER = "generator.safetensors", "encoder.safetensors"
DIRECTIONS = "directions.safetensors"
MAX_CODE = 24_000  # numbers; a place written out (`Place.found`) holds no more


@dataclass(frozen=True)
class Family:
    """Where a family's networks are; each is made from its configuration.

    Imported only when used, so that one family's models open without the other's code.
    """

    module: str
    generator: str
    generator_config: str
    encoder_module: str
    encoder: str
    encoder_config: str

    def make_generator(self, values: dict[str, Any]) -> Any:
        module = import_module(self.module)
        config = configure(getattr(module, self.generator_config), values)
        return lambda: getattr(module, self.generator)(config)

    def make_encoder(self, values: dict[str, Any]) -> Any:
        module = import_module(self.encoder_module)
        config = configure(getattr(module, self.encoder_config), values)
        return lambda: getattr(module, self.encoder)(config)


_HERE = "studio.engines.latent."
FAMILIES = {
    "vae": Family(
        _HERE + "vae",
        "VaeGenerator",
        "DecoderConfig",
        _HERE + "vae",
        "VaeEncoder",
        "EncoderConfig",
    ),
    "style-gan": Family(
        _HERE + "style_generator",
        "StyleGenerator",
        "StyleConfig",
        _HERE + "style_encoder",
        "StyleEncoder",
        "StyleEncoderConfig",
    ),
    "flat-gan": Family(
        _HERE + "flat_generator",
        "FlatGenerator",
        "FlatConfig",
        _HERE + "style_encoder",
        "StyleEncoder",
        "StyleEncoderConfig",
    ),
}


class LatentModel:
    """A latent model in memory. Used from one thread.

    A code is a float32 tensor [layers, dim] on the CPU. Random numbers, mapping and sliders are
    calculated there in float32 or better, so that a seed leads to the same code everywhere; only
    drawing uses the device and its precision. Pictures are drawn one at a time: the same code
    then gives the same pixels alone, in a film and under a moving slider.

    StudioError on opening where manifest and files do not agree, or weights are damaged.
    """

    def __init__(self, model: Model, device: Device) -> None:
        self.model = model
        self.device = device
        self.traits = model.latent
        self.layers, self.dim, self.size = self.traits.layers, self.traits.dim, self.traits.size
        self._family = FAMILIES[self.traits.family]
        try:
            self._generator = self._open_generator()
            self._encoder = self._open_encoder()
            self.sliders = self._open_sliders()
        except Misfit as error:
            raise damaged(model.folder) from error
        self._drawer = _prepared(copy.deepcopy(self._generator), device.dtype).to(device.name)
        self._codes: dict[int, Tensor] = {}

    @property
    def round_from(self) -> int:
        """From which of a row's numbers on they are normal random ones, which all lie about as
        far from the average; mixing keeps that distance. `dim` where none are."""
        if self.traits.family != "vae":
            return self.dim
        return int(getattr(self._generator.config, "named", 0))

    @property
    def has_encoder(self) -> bool:
        return self._encoder is not None

    @property
    def center(self) -> Tensor:
        """The model's average code [L, D], float32."""
        return self.sliders.center.float()

    def seeded(self, seed: int) -> Tensor:
        """The code [L, D] that a seed leads to, not truncated."""
        if seed not in self._codes:
            dice = torch.Generator("cpu").manual_seed(seed)
            z = torch.randn(1, self._generator.z_dim, generator=dice, dtype=torch.float32)
            with torch.inference_mode():
                code = self._generator.map(z)[0].float().clone()
            while len(self._codes) >= 256:
                del self._codes[next(iter(self._codes))]
            self._codes[seed] = code
        return self._codes[seed]

    def frame(self, code: Tensor, side: int = 0) -> Frame:
        """Draw a code: uint8 [H, W, 3]. `side` 0 is the model's full size; a smaller one may be
        cheaper, and gives at least `side` pixels where the model has that many.

        StudioError where the network calculates nonsense.
        """
        with torch.inference_mode():
            batch = code[None].to(self.device.name)
            if 0 < side < self.size:
                picture = self._drawer.preview(batch, side)
            else:
                picture = self._drawer.synthesize(batch)
            return self._pixels(picture)

    def sized_frame(self, code: Tensor, size: int) -> Frame:
        """Draw a code in full at `size` pixels a side, 0 is the model's own: uint8 [H, W, 3]."""
        frame = self.frame(code)
        if size in (0, self.size):
            return frame
        image = Image.fromarray(frame).resize((size, size), Image.Resampling.LANCZOS)
        return np.asarray(image)

    def image(self, code: Tensor, size: int = 0) -> Image.Image:
        """The same as an RGB image."""
        return Image.fromarray(self.sized_frame(code, size))

    def encode(self, picture: Tensor) -> Tensor:
        """The encoder's answer: picture [3, size, size] in -1..1 -> code [L, D]."""
        assert self._encoder is not None
        with torch.inference_mode():
            code: Tensor = self._encoder(picture[None].cpu())[0].float().clone()
        if not torch.isfinite(code).all():
            raise self.nonsense()
        return code

    @cached_property
    def learner(self) -> Any:
        """The generator in float32 on the device, through which gradients may pass to a code."""
        with torch.inference_mode(False):
            return _prepared(copy.deepcopy(self._generator), torch.float32).to(self.device.name)

    @cached_property
    def judge(self) -> Any:
        """The encoder on the device, for comparing pictures as it sees them; None without one."""
        if self._encoder is None:
            return None
        with torch.inference_mode(False):
            return copy.deepcopy(self._encoder).to(self.device.name)

    @cached_property
    def spread(self) -> Tensor:
        """How far codes of random pictures lie from the average, number by number: [L, D]."""
        codes = torch.stack([self.seeded(seed) for seed in range(192)])
        return codes.std(0).clamp_min(1e-3)

    def nonsense(self) -> StudioError:
        """The error of a result that is not a number."""
        return StudioError(
            f"“{self.model.name}” calculated nonsense and was stopped.",
            "Its files may be damaged; copy it again, or choose other settings.",
        )

    def _pixels(self, picture: Tensor) -> Frame:
        values = picture[0].float()
        if not torch.isfinite(values.sum()):  # one number that is none makes the sum none
            raise self.nonsense()
        values = values.permute(1, 2, 0).contiguous()
        values = torch.add(127.5, values, alpha=127.5).round_().clamp_(0, 255)
        return np.asarray(values.to("cpu", torch.uint8).numpy())

    def _open_generator(self) -> Any:
        if self.layers * self.dim > MAX_CODE:
            raise StudioError(
                f"“{self.model.name}” needs more numbers for one picture than Easel can keep.",
                "Choose a smaller model.",
            )

        def check(plan: Any) -> None:
            codes, pictures = (1, self.layers, self.dim), (1, 3, self.size, self.size)
            check_shape(plan.map(torch.zeros(1, plan.z_dim)), codes)
            check_shape(plan.synthesize(torch.zeros(codes)), pictures)

        build = self._family.make_generator(self.traits.generator)
        return fill(build, check, self.model.folder / GENERATOR)

    def _open_encoder(self) -> Any:
        if self.traits.encoder is None:
            return None

        def check(plan: Any) -> None:
            code = plan(torch.zeros(1, 3, self.size, self.size))
            check_shape(code, (1, self.layers, self.dim))

        build = self._family.make_encoder(self.traits.encoder)
        encoder = fill(build, check, self.model.folder / ENCODER)
        return encoder.to(memory_format=torch.channels_last)

    def _open_sliders(self) -> Sliders:
        file = self.model.folder / DIRECTIONS
        if file.is_file():
            ids = tuple(slider.id for slider in self.traits.sliders)
            return read_sliders(file, ids, self.layers, self.dim)
        if self.traits.sliders:
            raise Misfit("the manifest names sliders, but there are no directions")
        return find_directions(self._generator)


def _prepared(generator: nn.Module, dtype: torch.dtype) -> nn.Module:
    """A generator that draws in `dtype`; where it has parts that stay exact, it sees to that."""
    prepare = getattr(generator, "prepare", None)
    if prepare is not None:
        prepare(dtype)
    else:
        generator.to(dtype)
    return generator.to(memory_format=torch.channels_last)
