"""Which device to draw on, and in which precision: found by measuring what is there."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch

from studio.paths import cache_dir

WORTH_IT = 1.15  # a lower precision must be this much faster to be chosen
SIDE, CHANNELS, ROUNDS = 32, 256, 3


@dataclass(frozen=True)
class Device:
    """`name` is torch's ("cuda", "mps", "cpu"); `words` is for the artist."""

    name: str
    dtype: torch.dtype
    words: str

    @property
    def dtype_name(self) -> str:
        return str(self.dtype).removeprefix("torch.")


@cache
def best_device() -> Device:
    """The fastest device of this computer and the fastest precision on it that draws well.

    CUDA, then Apple's MPS, then the processor. bfloat16 keeps float32's range and is preferred;
    float16 is only for graphics cards that do not calculate in bfloat16. Measuring takes a
    fraction of a second, once on a computer.
    """
    if torch.cuda.is_available():
        half = torch.bfloat16 if torch.cuda.is_bf16_supported(False) else torch.float16
        return Device("cuda", _faster("cuda", half), torch.cuda.get_device_name())
    if torch.backends.mps.is_available():
        return Device("mps", _faster("mps", torch.bfloat16), "Apple graphics")
    cores = torch.get_num_threads()
    words = f"this computer’s processor ({cores} {'core' if cores == 1 else 'cores'})"
    return Device("cpu", _faster("cpu", torch.bfloat16), words)


def _faster(device: str, half: torch.dtype) -> torch.dtype:
    """`half` where it is measurably faster, else float32.

    What was once found is remembered, since a busy moment must not change the precision, and
    with it the last bits of every picture, from one start to the next.
    """
    key = f"{device} {_processor(device)} torch {torch.__version__} {half}"
    memory = cache_dir() / "precision.json"
    known = _read(memory)
    if key not in known:
        known[key] = _speedup(device, half)
        _write(memory, known)
    return half if known[key] >= WORTH_IT else torch.float32


def _speedup(device: str, half: torch.dtype) -> float:
    """How many times faster than float32; the best of several rounds, taken in turn."""
    single, lower = float("inf"), float("inf")
    try:
        for _ in range(ROUNDS):
            single = min(single, _seconds(device, torch.float32))
            lower = min(lower, _seconds(device, half))
    except (RuntimeError, TypeError):  # the device does not know this precision at all
        return 0.0
    return round(single / lower, 2)


def _processor(device: str) -> str:
    return torch.cuda.get_device_name() if device == "cuda" else platform.processor()


def _read(memory: Path) -> dict[str, float]:
    try:
        known = json.loads(memory.read_text("utf-8"))
        return {str(key): float(value) for key, value in known.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _write(memory: Path, known: dict[str, float]) -> None:
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        memory.write_text(json.dumps(known), "utf-8")
    except OSError:
        pass  # measured again at the next start


def _seconds(device: str, dtype: torch.dtype) -> float:
    """Seconds of one convolution and one matrix product of the sizes that pipelines use."""
    picture = torch.zeros(2, CHANNELS, SIDE, SIDE, device=device, dtype=dtype)
    picture = picture.to(memory_format=torch.channels_last)
    kernel = torch.zeros(CHANNELS, CHANNELS, 3, 3, device=device, dtype=dtype)
    tokens = torch.zeros(512, 512, device=device, dtype=dtype)

    def once() -> None:
        torch.nn.functional.conv2d(picture, kernel, padding=1)
        (tokens @ tokens).sum().item()  # reading the sum waits for the device

    clock = time.thread_time if device == "cpu" else time.perf_counter
    with torch.inference_mode(), _one_thread():
        once()
        began = clock()
        once()
        return clock() - began


@contextmanager
def _one_thread() -> Iterator[None]:
    """One thread's own processor time says the same on a busy computer as on a quiet one."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
