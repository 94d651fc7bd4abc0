"""What differs between the families of pipelines that make sound."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from studio.recipes import SoundRecipe
from studio.shelf.sounds import ACE_STEP, STABLE_AUDIO, STABLE_AUDIO_3

Shape = tuple[int, int, int]

# What ACE-Step's own program says to its model where there are no words to be sung.
NOBODY_SINGS = "[Instrumental]"


@dataclass(frozen=True)
class Family:
    """How a pipeline is called.

    noise: (pipeline, seconds) -> shape of the noise that it begins with.
    arguments: (recipe) -> those of its call that say what is wanted.
    upright: its latents as its decoder takes them, [1, channels, frames].
    """

    noise: Callable[[Any, float], Shape]
    arguments: Callable[[SoundRecipe], dict[str, Any]]
    upright: Callable[[Tensor], Tensor] = lambda latents: latents


def _ace_noise(pipeline: Any, seconds: float) -> Shape:
    channels = pipeline.transformer.config.audio_acoustic_hidden_dim
    return 1, math.ceil(seconds * pipeline.latents_per_second), channels


def _ace_arguments(recipe: SoundRecipe) -> dict[str, Any]:
    sung = recipe.lyrics.strip()
    return {
        "lyrics": sung or NOBODY_SINGS,
        "vocal_language": recipe.language if sung else "unknown",
        "audio_duration": recipe.seconds,
    }


def _stable_noise(pipeline: Any, _seconds: float) -> Shape:
    """Stable Audio Open always fills its whole length, and is silent after the seconds asked."""
    config = pipeline.transformer.config
    return 1, config.in_channels, config.sample_size


def _stable_arguments(recipe: SoundRecipe) -> dict[str, Any]:
    return {"audio_end_in_s": recipe.seconds, "negative_prompt": recipe.negative.strip() or None}


def _stable_3_noise(pipeline: Any, seconds: float) -> Shape:
    vae = pipeline.vae
    frames = math.ceil(seconds * vae.config.sampling_rate / vae.downsampling_ratio)
    return 1, vae.config.latent_dim, frames


def _stable_3_arguments(recipe: SoundRecipe) -> dict[str, Any]:
    return {"duration": recipe.seconds, "negative_prompt": recipe.negative.strip() or None}


FAMILIES: dict[str, Family] = {
    ACE_STEP: Family(_ace_noise, _ace_arguments, lambda latents: latents.transpose(1, 2)),
    STABLE_AUDIO: Family(_stable_noise, _stable_arguments),
    STABLE_AUDIO_3: Family(_stable_3_noise, _stable_3_arguments),
}
