"""Whether a model fits into the memory that is free, asked before it is opened."""

from __future__ import annotations

import json
import math
from pathlib import Path

import psutil

from studio.engines.audio.decoding import EXACT, memory_of_decoding
from studio.engines.devices import Device
from studio.errors import StudioError
from studio.shelf.inspect import check_safetensors

GB = 1e9


def memory_needed(folder: Path, device: Device, exact: tuple[str, ...]) -> int:
    """About how many bytes the model in `folder` takes while it works: weights and decoding.

    exact: the parts that are opened in float32. StudioError where its weights are damaged.
    """
    weights = 0
    for file in folder.glob("*/*.safetensors"):
        size = EXACT if file.parent.name in exact else device.dtype.itemsize
        tensors = check_safetensors(file).values()
        weights += size * sum(math.prod(tensor["shape"]) for tensor in tensors)
    return weights + memory_of_decoding(_config(folder))


def check_memory(folder: Path, name: str, device: Device, exact: tuple[str, ...]) -> None:
    """Say so where the model needs more memory than is free now: StudioError.

    The computer's own memory counts also where there is a graphics card: everything goes through
    it when it is opened, and stays there in turns where the card has too little.
    """
    need = memory_needed(folder, device, exact)
    free = psutil.virtual_memory().available
    if need > free:
        raise StudioError(
            f"“{name}” needs about {_gigabytes(need)} of memory, and {_gigabytes(free)} are free.",
            "Close other programs, or choose a smaller model.",
        )


def _gigabytes(count: int) -> str:
    return f"{count / GB:.1f} GB" if count < 100 * GB else f"{count / GB:.0f} GB"


def _config(folder: Path) -> dict[str, object]:
    try:
        found = json.loads((folder / "vae" / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
