"""Networks from a model's folder: what the files hold is checked before anything believes it."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from studio.errors import StudioError

FLOATS = {"F16": torch.float16, "BF16": torch.bfloat16, "F32": torch.float32}
_SCALING = (Tensor.__truediv__, Tensor.div, Tensor.__mul__, Tensor.mul)  # by a number
MAX_NUMBER = 65536  # no part of a configuration is larger; a number beyond it is a mistake
MAX_LIST = 64
MAX_BLOCKS = 64  # of one kind; each becomes many objects, before any file is looked at
_BROKEN = (OSError, ValueError, KeyError, TypeError, struct.error, SafetensorError)


class Misfit(Exception):
    """What a file holds is not what its model says of itself; the message is for a developer."""


def fill(build: Callable[[], nn.Module], check: Callable[[Any], None], file: Path) -> Any:
    """The network that `build` makes, with the weights in `file`, float32, ready for inference.

    Built first without memory (on torch's meta device), so that the sizes a manifest claims are
    compared with those in the file before anything of that size is allocated. Half-precision
    weights are widened. At last `check` tries the network. Misfit where it cannot be built or
    used, names, shapes or types differ, or a weight is not finite.
    """
    with _manifests_word("no network can be built from the manifest"):
        with torch.device("meta"), _Unfilled(plan=True):
            plan = build()
        wanted = {name: tuple(tensor.shape) for name, tensor in plan.state_dict().items()}
    weights = read(file, wanted)
    with _manifests_word("the network cannot be used"), torch.no_grad():
        with _Unfilled(plan=False):
            network = build()
        network.load_state_dict(weights, strict=True)
        network.float().eval().requires_grad_(False)
        check(network)
    return network


class _Unfilled(TorchFunctionMode):
    """Leaves out what weights would be filled with; they are about to be read from the file.

    On the meta device, some of it would also load torch's compiler, which takes seconds.
    """

    def __init__(self, plan: bool) -> None:
        super().__init__()
        self._plan = plan

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if getattr(func, "__module__", "") == "torch.nn.init":
            return args[0] if args else kwargs["tensor"]
        if func in (Tensor.normal_, Tensor.uniform_):
            return args[0]
        if self._plan and func in _SCALING:
            return args[0]  # the meta device has shapes, no values
        if self._plan and func is torch.eye:
            return torch.empty(args[0], args[-1])
        if self._plan and func is torch.linspace:
            return torch.empty(args[2] if len(args) > 2 else kwargs["steps"])
        return func(*args, **kwargs)


@contextmanager
def _manifests_word(what: str) -> Iterator[None]:
    """Whatever goes wrong within is wrong with what the manifest says: a Misfit."""
    try:
        yield
    except (Misfit, MemoryError):
        raise
    except Exception as error:
        raise Misfit(what) from error


def check_shape(made: Tensor, wanted: tuple[int, ...]) -> None:
    """Misfit where what a network makes has not the shape that the manifest promises."""
    if tuple(made.shape) != wanted:
        raise Misfit(f"the network makes {tuple(made.shape)}, not {wanted}")


def read(file: Path, wanted: dict[str, tuple[int, ...]]) -> dict[str, Tensor]:
    """The tensors of a file, which must be exactly those `wanted` (name: shape), and finite."""
    try:
        with safe_open(file, framework="pt") as opened:
            names = set(opened.keys())
            if names != set(wanted):
                odd = sorted(names ^ set(wanted))
                raise Misfit(f"{file.name}: missing or unknown tensors: {', '.join(odd[:5])}")
            for name, shape in wanted.items():
                found = opened.get_slice(name)
                if tuple(found.get_shape()) != shape:
                    raise Misfit(f"{file.name}: {name} is {found.get_shape()}, not {list(shape)}")
                if found.get_dtype() not in FLOATS:
                    raise Misfit(f"{file.name}: {name} has the type {found.get_dtype()}")
            tensors = {name: opened.get_tensor(name) for name in wanted}
    except _BROKEN as error:
        raise Misfit(f"{file.name} cannot be read") from error
    for name, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            raise Misfit(f"{file.name}: {name} holds numbers that are not finite")
    return tensors


def configure(kind: Callable[..., Any], values: dict[str, Any]) -> Any:
    """A network's configuration from a manifest's numbers. Misfit where they make no sense."""
    for name, value in values.items():
        numbers = value if isinstance(value, list) else [value]
        if len(numbers) > MAX_LIST:
            raise Misfit(f"{name} has {len(numbers)} entries")
        for number in numbers:
            most = MAX_BLOCKS if name == "blocks" else MAX_NUMBER
            if isinstance(number, int | float) and not -most <= number <= most:
                raise Misfit(f"{name} is {number}")
    try:
        return kind(**values)
    except (TypeError, ValueError) as error:
        raise Misfit(f"the configuration does not fit: {error}") from error


def damaged(folder: Path) -> StudioError:
    """The one sentence on a model whose files and manifest do not agree."""
    return StudioError(
        f"The model in “{folder.name}” cannot be opened: its files do not fit together.",
        "Copy or download the model again, or choose another one.",
    )
