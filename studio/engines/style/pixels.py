"""Pictures as numbers and back."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from studio.engines.base import Frame


def tensor(picture: Image.Image | Frame) -> Tensor:
    """RGB, 8 bits -> [1, 3, H, W], float32 in 0..1."""
    values = torch.from_numpy(np.array(picture))  # a copy, which may be written to
    return values.permute(2, 0, 1)[None].float().div_(255.0).contiguous()


def frame(values: Tensor) -> Frame:
    """[1, 3, H, W] in 0..1 -> RGB, 8 bits, rounded."""
    rows = values[0].permute(1, 2, 0).mul(255.0).round_().clamp_(0, 255)
    return np.asarray(rows.to(torch.uint8).contiguous().numpy())
