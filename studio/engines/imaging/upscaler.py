"""A small network that brings stickers to print size, with their transparency.

Sub-pixel convolution after ESPCN (Shi et al. 2016): all work happens at the small size, one
pixel shuffle makes the large one, and the network only adds to a bilinear enlargement. Colour is
premultiplied inside, so nothing of what hides under transparent pixels leaks into the edges.
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn


def premultiply(rgba: Tensor) -> Tensor:
    """Straight RGBA (B, 4, H, W) in [0, 1] -> colour times alpha, alpha."""
    return torch.cat([rgba[:, :3] * rgba[:, 3:], rgba[:, 3:]], 1)


def straighten(rgba: Tensor) -> Tensor:
    """The way back from `premultiply`, clamped to [0, 1]; fully transparent pixels are black."""
    alpha = rgba[:, 3:].clamp(0, 1)
    colour = (rgba[:, :3] / alpha.clamp_min(1e-3)).clamp(0, 1)
    return torch.cat([colour * (alpha > 0), alpha], 1)


class _Block(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.silu(self.first(x)))


class Upscaler(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """RGBA in, RGBA out, ``scale`` times larger. Saved and loaded as diffusers models are."""

    @register_to_config
    def __init__(self, scale: int = 4, channels: int = 40, blocks: int = 6) -> None:
        super().__init__()
        self.enter = nn.Conv2d(4, channels, 3, padding=1)
        self.body = nn.ModuleList(_Block(channels) for _ in range(blocks))
        self.leave = nn.Conv2d(channels, 4 * scale * scale, 3, padding=1)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)

    @property
    def scale(self) -> int:
        """How many times larger each side becomes."""
        return int(self.config.scale)

    @classmethod
    def from_folder(cls, folder: str | Path) -> Upscaler:
        """Open ``config.json`` and ``diffusion_pytorch_model.safetensors``; never a pickle."""
        model: Upscaler = cls.from_pretrained(
            str(folder), use_safetensors=True, local_files_only=True, low_cpu_mem_usage=False
        )
        return model.eval()

    def premultiplied(self, x: Tensor) -> Tensor:
        """Premultiplied RGBA (B, 4, H, W) -> premultiplied RGBA at the new size, not clamped."""
        dtype = self.enter.weight.dtype
        x = x.to(dtype)
        features = self.enter((x * 2 - 1).contiguous(memory_format=torch.channels_last))
        start = features
        for block in self.body:
            features = block(features)
        detail = F.pixel_shuffle(self.leave(features + start), self.scale)
        size = (x.shape[2] * self.scale, x.shape[3] * self.scale)
        return F.interpolate(x.float(), size, mode="bilinear") + detail.float()

    def forward(self, x: Tensor) -> Tensor:
        """Straight RGBA in [0, 1], (B, 4, H, W) -> (B, 4, H * scale, W * scale), float32."""
        return straighten(self.premultiplied(premultiply(x.float())))
