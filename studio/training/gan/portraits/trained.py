"""The generator as far as it has come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from studio.engines.latent.flat_generator import FlatGenerator
from studio.training.gan.portraits import teach
from studio.training.gan.portraits.config import PortraitsConfig
from studio.training.picture import loop


def trained(config: PortraitsConfig, work: Path) -> FlatGenerator:
    """What the duel made of the generator, or, where there is none, what it began with; its reader
    settled for use."""
    generator = teach.build(config)
    polish = work / "polish"
    if (polish / "weights.safetensors").exists():
        loop.load_weights(polish, generator, "ema.generator.")
    else:
        loop.load_weights(work / "begin", generator)
    teach.settled(generator.read)
    return generator.eval()


@torch.no_grad()
def samples(
    generator: FlatGenerator, count: int, seed: int = 1000, between: bool = False, batch: int = 20
) -> Iterator[Tensor]:
    """Pictures [B, 3, S, S] of random numbers, unpicked and not truncated; or such half-way
    between the codes of two."""
    z = torch.randn(2, count, generator.z_dim, generator=torch.Generator().manual_seed(seed))
    for one, other in zip(z[0].split(batch), z[1].split(batch), strict=True):
        code = generator.map(one.to(loop.device()))
        if between:
            code = (code + generator.map(other.to(loop.device()))) / 2
        with loop.autocast(loop.device()):
            yield generator.synthesize(code).float().clamp(-1, 1)
