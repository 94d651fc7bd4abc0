"""The noise a picture starts from: made on the CPU in float32, so that a seed means the same
on every device and in every precision."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from diffusers import DiffusionPipeline

from studio.recipes import PictureRecipe


def generator(seed: int) -> torch.Generator:
    """A source of random numbers on the CPU, seeded."""
    return torch.Generator("cpu").manual_seed(seed)


def slerp(a: torch.Tensor, b: torch.Tensor, t: float) -> torch.Tensor:
    """Spherical interpolation from a (t=0) to b (t=1), any shape; keeps the norm of noise.

    Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985.
    """
    cosine = torch.sum(a * b) / (a.norm() * b.norm())
    angle = torch.acos(cosine.clamp(-1.0, 1.0))
    if angle.sin().abs() < 1e-6:
        return torch.lerp(a, b, t)
    return (torch.sin((1 - t) * angle) * a + torch.sin(t * angle) * b) / torch.sin(angle)


@contextmanager
def seeded_noise(pipeline: DiffusionPipeline, recipe: PictureRecipe) -> Iterator[None]:
    """While open, `pipeline` starts from the recipe's noise, whatever kind of pipeline it is.

    Its `prepare_latents` is asked in float32, and asked again for each turn of a variation: the
    noise of the recipe's seed is turned towards that of the turn's.
    """
    original = pipeline.prepare_latents
    signature = inspect.signature(original)

    def one(bound: inspect.BoundArguments, seed: int) -> Any:
        bound.arguments["generator"] = generator(seed)
        return original(*bound.args, **bound.kwargs)

    def prepare(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        dtype = bound.arguments.get("dtype")
        if dtype is not None:
            bound.arguments["dtype"] = torch.float32
        made = one(bound, recipe.seed)
        latents, rest = (made[0], made[1:]) if isinstance(made, tuple) else (made, None)
        for turn in recipe.turns:
            other = one(bound, turn.seed)
            other = other[0] if isinstance(other, tuple) else other
            latents = slerp(latents, other, turn.amount)
        latents = latents.to(dtype) if dtype is not None else latents
        return latents if rest is None else (latents, *rest)

    pipeline.prepare_latents = prepare
    try:
        yield
    finally:
        del pipeline.prepare_latents
