"""From latents to sound, a few seconds at a time, so that its length does not cost memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from studio.shelf.sounds import product

EXACT = 4  # bytes of a number in float32
TILE = 128  # latents that are decoded at once by convolutions
AROUND = 64  # latents on either side that they are heard together with, so that no seam is heard
ATTENTIVE_TILE = 64  # latents at once where every one is compared with every other
MOST_REACH = 64

Samples = npt.NDArray[np.float32]  # [frames, channels]


def decoded(
    vae: Any, latents: torch.Tensor, frames: int, check: Callable[[float], None]
) -> Iterator[Samples]:
    """The first `frames` frames of the sound of `latents` [1, channels, n], in order.

    check: called before each piece with how much is done (0..1); may raise to stop it.
    """
    count = latents.shape[-1]
    tile, around = _spans(vae.config)
    latents = latents.to(vae.dtype)
    done = 0
    for start in range(0, count, tile):
        check(done / frames)
        end = min(count, start + tile)
        low, high = max(0, start - around), min(count, end + around)
        piece = vae.decode(latents[:, :, low:high]).sample[0]
        hop = piece.shape[-1] / (high - low)
        piece = piece[:, round((start - low) * hop) : round((end - low) * hop)]
        made: Samples = piece.float().cpu().numpy().T[: frames - done]
        done += len(made)
        yield made
        if done >= frames:
            return


def memory_of_decoding(config: Mapping[str, object]) -> int:
    """About how many bytes decoding takes beside the weights, by the decoder's own settings.

    The factors are rounded up from what was measured: 4.5 copies of the last layers of Stable Audio
    Open's decoder, 7 tables of who hears whom in a layer of Stable Audio 3's.
    """
    tile, around = _spans(config)
    latents = tile + 2 * around
    if _is_attentive(config):
        tokens = latents * (product(config.get("encoder_strides"), 16) + 1)
        return 8 * EXACT * tokens * tokens
    channels = config.get("decoder_channels")
    frames = latents * product(config.get("downsampling_ratios"), 2048)
    return 5 * EXACT * frames * (channels if isinstance(channels, int) else 128)


def _spans(config: Mapping[str, object]) -> tuple[int, int]:
    """How many latents are decoded at once, and how many on either side can be heard in them.

    The convolutions of AutoencoderOobleck reach about 60 latents; each layer of attention in
    AutoencoderSAME reaches `sliding_window` further.
    """
    if not _is_attentive(config):
        return TILE, AROUND
    depths = config["encoder_transformer_depths"]
    layers = depths if isinstance(depths, list | tuple) else ()
    told = [one for one in layers if isinstance(one, int)]
    window = config.get("sliding_window")
    reach = (window if isinstance(window, int) else 1) * sum(told) + 1
    return ATTENTIVE_TILE, min(MOST_REACH, max(1, reach))


def _is_attentive(config: Mapping[str, object]) -> bool:
    return "encoder_transformer_depths" in config
