"""The parts of a picture model beside its pipeline: other denoisers, upscalers, schedulers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import diffusers
import torch
from diffusers import DiffusionPipeline

from studio.engines.devices import Device
from studio.engines.imaging.upscaler import Upscaler
from studio.engines.loading import one_at_a_time
from studio.engines.pipeline_folders import cannot_open
from studio.errors import StudioError

DENOISERS = ("transformer", "unet")


def denoiser_name(pipeline: DiffusionPipeline) -> str:
    """The name of the component that removes the noise. StudioError where there is none."""
    for name in DENOISERS:
        if getattr(pipeline, name, None) is not None:
            return name
    raise StudioError("This model does not draw from noise.", "Choose another model.")


@one_at_a_time
def open_denoiser(pipeline: DiffusionPipeline, folder: Path, device: Device) -> torch.nn.Module:
    """Another denoiser of the same class for `pipeline`, from a sub-folder of its model."""
    kind = type(getattr(pipeline, denoiser_name(pipeline)))
    try:
        denoiser = kind.from_pretrained(
            folder, dtype=device.dtype, local_files_only=True, use_safetensors=True
        )
    except MemoryError:
        raise
    except Exception as error:
        raise cannot_open(folder.parent) from error
    return denoiser.to(device.name).eval()


@one_at_a_time
def open_upscaler(folder: Path, device: Device) -> Upscaler:
    """The network that enlarges a model's pictures, from a sub-folder of the model."""
    try:
        upscaler = Upscaler.from_folder(folder)
    except MemoryError:
        raise
    except Exception as error:
        raise cannot_open(folder.parent) from error
    return upscaler.to(device.name, device.dtype).to(memory_format=torch.channels_last).eval()


def with_scheduler(original: Any, name: str) -> Any:
    """The scheduler of that class with the model's own settings; "" gives the model's own."""
    kind = getattr(diffusers, name, None) if name else type(original)
    if kind is None or not hasattr(kind, "set_timesteps"):
        raise StudioError(
            f"There is no drawing method “{name}”.", "Leave it to the model under Advanced."
        )
    return kind.from_config(original.config)
