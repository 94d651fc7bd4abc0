"""Opens diffusers folders from disk: offline, safetensors only, no code but the libraries'."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import diffusers
import torch
from diffusers import DiffusionPipeline
from diffusers.utils import logging as diffusers_logging
from transformers.utils import logging as transformers_logging

from studio.engines.devices import Device
from studio.engines.loading import one_at_a_time
from studio.errors import StudioError
from studio.shelf import check_diffusers_folder

LIBRARIES = ("diffusers", "transformers")


@one_at_a_time
def open_pipeline(
    folder: Path, device: Device, exact: Collection[str] = (), without: Collection[str] = ()
) -> DiffusionPipeline:
    """Open the pipeline in `folder` on `device`, ready to be called.

    exact: parts that are opened in float32, whatever the device calculates in.
    without: parts that are left out; the caller brings others.

    StudioError where it is no such folder, is damaged, does not fit together, or would need
    code that is not part of diffusers or transformers.
    """
    check_diffusers_folder(folder)
    _check_classes(folder)
    _quiet()
    precision = {"default": device.dtype, **dict.fromkeys(exact, torch.float32)}
    try:
        pipeline = DiffusionPipeline.from_pretrained(
            folder,
            dtype=precision if exact else device.dtype,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            **dict.fromkeys(without),
        )
        _place(pipeline, device)
    except MemoryError:
        raise
    except Exception as error:  # whatever is wrong, it is wrong with the files in the folder
        raise cannot_open(folder) from error
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def hook_blocks(denoiser: torch.nn.Module, check: Callable[[], None]) -> None:
    """Look for Cancel before every block, since one step of a large model takes seconds."""

    def before(_module: torch.nn.Module, _args: Any) -> None:
        check()

    blocks = [part for part in denoiser.modules() if isinstance(part, torch.nn.ModuleList)]
    for part in blocks:
        for block in part:
            block.register_forward_pre_hook(before)


def cannot_open(folder: Path) -> StudioError:
    """The error of a model whose files are whole, but of no use together."""
    return StudioError(
        f"The model in “{folder.name}” cannot be opened: its files do not fit together.",
        "Copy or download the model again, or choose another one.",
    )


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
