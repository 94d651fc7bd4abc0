"""From latents to sound, a few seconds at a time, so that its length does not cost memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from studio.shelf.sounds import product

EXACT = 4  # bytes of a number in float32
TILE = 128  # latents that are decoded at once
AROUND = 64  # latents on either side that they are heard together with, so that no seam is heard

Samples = npt.NDArray[np.float32]  # [frames, channels]


def decoded(
    vae: Any, latents: torch.Tensor, frames: int, check: Callable[[float], None]
) -> Iterator[Samples]:
    """The first `frames` frames of the sound of `latents` [1, channels, n], in order.

    The decoders see less far than `AROUND`: the convolutions of AutoencoderOobleck about 60
    latents, the attention of AutoencoderSAME one for each of its 12 layers.

    check: called before each piece with how much is done (0..1); may raise to stop it.
    """
    count = latents.shape[-1]
    latents = latents.to(vae.dtype)
    done = 0
    for start in range(0, count, TILE):
        check(done / frames)
        end = min(count, start + TILE)
        low, high = max(0, start - AROUND), min(count, end + AROUND)
        piece = vae.decode(latents[:, :, low:high]).sample[0]
        hop = piece.shape[-1] / (high - low)
        piece = piece[:, round((start - low) * hop) : round((end - low) * hop)]
        made: Samples = piece.float().cpu().numpy().T[: frames - done]
        done += len(made)
        yield made
        if done >= frames:
            return


def memory_of_decoding(config: dict[str, object]) -> int:
    """About how many bytes decoding takes beside the weights, by the decoder's own settings."""
    latents = TILE + 2 * AROUND
    if "downsampling_ratios" in config:
        # its last layers hold some copies of as many channels at the full rate
        channels = config.get("decoder_channels")
        frames = latents * product(config["downsampling_ratios"], 2048)
        return 5 * EXACT * frames * (channels if isinstance(channels, int) else 128)
    tokens = latents * (product(config.get("encoder_strides"), 16) + 1)
    return 4 * EXACT * tokens * tokens
