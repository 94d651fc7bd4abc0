"""Opens diffusers folders from disk: offline, safetensors only, no code but the libraries'."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import diffusers
import torch
from diffusers import DiffusionPipeline
from diffusers.utils import logging as diffusers_logging
from transformers.utils import logging as transformers_logging

from studio.engines.devices import Device
from studio.engines.imaging.upscaler import Upscaler
from studio.engines.loading import one_at_a_time
from studio.errors import StudioError
from studio.shelf import check_diffusers_folder

DENOISERS = ("transformer", "unet")
LIBRARIES = ("diffusers", "transformers")


@one_at_a_time
def open_pipeline(folder: Path, device: Device) -> DiffusionPipeline:
    """Open the pipeline in `folder` on `device`, ready to be called.

    StudioError where it is no such folder, is damaged, does not fit together, or would need
    code that is not part of diffusers or transformers.
    """
    check_diffusers_folder(folder)
    _check_classes(folder)
    _quiet()
    try:
        pipeline = DiffusionPipeline.from_pretrained(
            folder,
            dtype=device.dtype,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
        )
        _place(pipeline, device)
    except MemoryError:
        raise
    except Exception as error:  # whatever is wrong, it is wrong with the files in the folder
        raise _cannot_open(folder) from error
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


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
        raise _cannot_open(folder.parent) from error
    return denoiser.to(device.name).eval()


@one_at_a_time
def open_upscaler(folder: Path, device: Device) -> Upscaler:
    """The network that enlarges a model's pictures, from a sub-folder of the model."""
    try:
        upscaler = Upscaler.from_folder(folder)
    except MemoryError:
        raise
    except Exception as error:
        raise _cannot_open(folder.parent) from error
    return upscaler.to(device.name, device.dtype).to(memory_format=torch.channels_last).eval()


def with_scheduler(original: Any, name: str) -> Any:
    """The scheduler of that class with the model's own settings; "" gives the model's own."""
    kind = getattr(diffusers, name, None) if name else type(original)
    if kind is None or not hasattr(kind, "set_timesteps"):
        raise StudioError(
            f"There is no drawing method “{name}”.", "Leave it to the model under Advanced."
        )
    return kind.from_config(original.config)


def _check_classes(folder: Path) -> None:
    """No class but those of the two libraries may be named: opening a model runs no other code."""
    parts = json.loads((folder / "model_index.json").read_text("utf-8"))
    if not hasattr(diffusers, parts["_class_name"]):
        raise StudioError(
            f"The model in “{folder.name}” needs a newer Easel ({parts['_class_name']}).",
            "Update Easel, or choose another model.",
        )
    for value in parts.values():
        if isinstance(value, list) and len(value) == 2 and value[0]:
            library = str(value[0])
            if library not in LIBRARIES and not hasattr(diffusers.pipelines, library):
                raise StudioError(
                    f"The model in “{folder.name}” wants to bring its own program code "
                    f"(“{library}”), which Easel does not run.",
                    "Choose another model.",
                )


def _place(pipeline: DiffusionPipeline, device: Device) -> None:
    parts = [part for part in pipeline.components.values() if isinstance(part, torch.nn.Module)]
    if device.name == "cuda":
        torch.backends.cudnn.deterministic = True
        need = sum(w.numel() * w.element_size() for part in parts for w in part.parameters())
        free, _ = torch.cuda.mem_get_info()
        if need * 1.3 > free:
            pipeline.enable_model_cpu_offload()
            return
    pipeline.to(device.name)
    for part in parts:
        part.eval()
        if any(isinstance(module, torch.nn.Conv2d) for module in part.modules()):
            part.to(memory_format=torch.channels_last)


def _quiet() -> None:
    diffusers_logging.set_verbosity_error()
    diffusers_logging.disable_progress_bar()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()


def _cannot_open(folder: Path) -> StudioError:
    return StudioError(
        f"The model in “{folder.name}” cannot be opened: its files do not fit together.",
        "Copy or download the model again, or choose another one.",
    )
