"""Reads weights from the files that PyTorch programs leave behind, without running any of them.

`containers` opens the file, and `pickle_data`, which has no means to import or call anything, gives
its value as a tree of plain values and notes. The methods here read the notes. Tensors are
`Stored`: a place in the file, checked to lie within it, and read when asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from studio.errors import StudioError
from studio.shelf.conversion.admitted import (
    ARRAY,
    DICTS,
    NETWORK,
    REBUILD,
    REBUILD_PARAMETER,
    REBUILD_SUBCLASS,
    SETTINGS,
    SIZE,
    TF_NETWORK,
)
from studio.shelf.conversion.containers import (
    Container,
    Storage,
    Stored,
    contiguous,
    whole_numbers,
)
from studio.shelf.conversion.pickle_data import Call, Malformed, Name, Window

MAX_PARTS = 1_000_000  # of a network: everything that its modules name
MAX_DEPTH = 32  # of modules within modules
MAX_NAME = 200  # characters of a tensor's name


@dataclass(frozen=True, slots=True)
class Network:
    """A network out of a bare pickle, its parts' names joined by dots. Its code is not kept.

    name: of its class. settings: what it was made with, as plain as they were stored.
    """

    name: str
    settings: dict[object, object]
    tensors: dict[str, Stored]


class TorchFile:
    """One opened file. Use with `with`; `content` is its value, to be read by the methods.

    name: without its folders. size: in bytes.

    StudioError, in plain words, where it is of none of the kinds in `containers`, is damaged, or
    asks for more than weights need.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise StudioError(
                f"The file “{self.name}” cannot be opened.", "Look whether it is still there."
            ) from error
        try:
            self._container = Container(self._file, self.name)
        except BaseException as error:
            self._file.close()
            if isinstance(error, Malformed | OSError):
                raise self._damaged() from error
            raise
        self.content = self._container.content
        self.size = self._container.size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def mapping(self, value: object) -> dict[object, object] | None:
        """A dictionary, whichever kind it was in the file; None where `value` is none."""
        if isinstance(value, dict):
            return value
        if not isinstance(value, Call):
            return None
        if value.what in DICTS:
            if value.args:  # OrderedDict([[key, value], ...]), as old files have it
                value.pairs, value.args = dict(_paired(value.args[0])) | value.pairs, ()
            return value.pairs
        # object.__new__(Namespace), as copyreg has it, and Namespace() itself
        of = value.args[0] if value.what.endswith("._reconstructor") and value.args else None
        if value.what in SETTINGS or (isinstance(of, Name) and str(of) in SETTINGS):
            return value.state if isinstance(value.state, dict) else {}
        return None

    def tensor(self, value: object) -> Stored | None:
        """The tensor that `value` stands for; None where it stands for none.

        StudioError where it claims to lie outside the file.
        """
        if isinstance(value, Stored):
            return value
        for _ in range(4):  # a parameter holds a tensor, which may be of a subclass
            if not isinstance(value, Call):
                return None
            args = value.args
            if value.what.startswith(REBUILD):
                return self._rebuilt(args)
            if value.what.endswith(ARRAY):
                return self._numpy(value.state)
            if value.what.startswith(REBUILD_PARAMETER) and args:
                value = args[0]
            elif value.what == REBUILD_SUBCLASS and len(args) > 2 and isinstance(args[2], tuple):
                value = Call(REBUILD, args[2])
            else:
                return None
        return None

    def tensors(self, value: object) -> dict[str, Stored]:
        """The tensors of a dictionary by name; what else is in it is left out."""
        found = {}
        for name, one in (self.mapping(value) or {}).items():
            tensor = self.tensor(one)
            if tensor is not None and isinstance(name, str) and len(name) <= MAX_NAME:
                found[name] = tensor
        return found

    def network(self, value: object) -> Network | None:
        """The network that `value` stands for (StyleGAN's own way of storing); None where none."""
        if isinstance(value, Call) and value.what == TF_NETWORK:
            return self._tensorflow(value)
        parts = self._persistent(value)
        if parts is None:
            return None
        name, state = parts
        tensors: dict[str, Stored] = {}
        left = MAX_PARTS
        waiting = [("", state, 0)]
        while waiting:
            prefix, part, depth = waiting.pop()
            modules = self.mapping(part.get("_modules")) or {}
            groups = [self.mapping(part.get(name)) or {} for name in ("_parameters", "_buffers")]
            left -= 1 + len(modules) + sum(map(len, groups))
            if left < 0 or depth > MAX_DEPTH:
                raise self._damaged()
            for group in groups:
                tensors.update({prefix + key: one for key, one in self.tensors(group).items()})
            for key, module in modules.items():
                inner = self._persistent(module)
                if inner is not None and len(str(key)) <= MAX_NAME:
                    waiting.append((f"{prefix}{key}.", inner[1], depth + 1))
        return Network(name, self.mapping(state.get("_init_kwargs")) or {}, tensors)

    def array(self, tensor: Stored) -> npt.NDArray[np.float32]:
        """A tensor's numbers as float32, in its shape."""
        storage, shape = tensor.storage, tensor.shape
        last = sum(s * (n - 1) for s, n in zip(tensor.strides, shape, strict=True))
        count = last + 1 if tensor.numbers else 0
        start = storage.start + tensor.offset * storage.size
        try:
            data = self._container.bytes_at(start, count * storage.size)
        except (Malformed, OSError) as error:
            raise self._damaged() from error
        if storage.kind == "bfloat16":  # the upper half of a float32
            flat = (np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32)
        else:
            with np.errstate(over="ignore"):
                flat = np.frombuffer(data, storage.kind).astype(np.float32)
        steps = [stride * 4 for stride in tensor.strides]
        laid = np.lib.stride_tricks.as_strided(flat, shape, steps, writeable=False)
        return np.array(laid, np.float32, order="C")

    def _rebuilt(self, args: tuple[object, ...]) -> Stored:
        try:
            if len(args) < 4:
                raise Malformed("a tensor without its parts")
            storage = self._container.storage(args[0])
            return self._container.stored(_sizes(args[2]), _sizes(args[3]), args[1], storage)
        except (Malformed, OSError) as error:
            raise self._damaged() from error

    def _numpy(self, state: object) -> Stored | None:
        """An array by (version, shape, type, whether in Fortran's order, bytes)."""
        if not isinstance(state, tuple) or len(state) != 5 or not isinstance(state[4], Window):
            return None
        kind = state[2].args[0] if isinstance(state[2], Call) and state[2].args else None
        order = state[2].state if isinstance(state[2], Call) else None
        known = {"f2": 2, "f4": 4, "f8": 8}
        if not isinstance(kind, str) or kind not in known:
            return None
        if isinstance(order, tuple) and len(order) > 1 and order[1] == ">":
            return None
        try:
            shape = whole_numbers(state[1])
            strides = contiguous(shape[::-1])[::-1] if state[3] else contiguous(shape)
            size = known[kind]
            storage = Storage(state[4].start, state[4].length // size, size, f"<{kind}")
            return self._container.stored(shape, strides, 0, storage)
        except Malformed as error:
            raise self._damaged() from error

    def _tensorflow(self, network: Call) -> Network:
        """A network of dnnlib.tflib: variables, and networks within by name."""
        state = self.mapping(network.state) or {}
        tensors: dict[str, Stored] = {}
        left = MAX_PARTS
        waiting = [("", state)]
        for within, part in (self.mapping(state.get("components")) or {}).items():
            if isinstance(part, Call) and part.what == TF_NETWORK and len(waiting) < MAX_DEPTH:
                waiting.append((f"{str(within)[:MAX_NAME]}/", self.mapping(part.state) or {}))
        for prefix, one in waiting:
            listed = one.get("variables")
            pairs = {f"{prefix}{name}": value for name, value in _paired(listed).items()}
            left -= len(pairs)
            if left < 0:
                raise self._damaged()
            tensors.update(self.tensors(pairs))
        return Network("Network", self.mapping(state.get("static_kwargs")) or {}, tensors)

    def _persistent(self, value: object) -> tuple[str, dict[object, object]] | None:
        """Class name and state of an object that StyleGAN stored together with its code."""
        if not isinstance(value, Call) or value.what != NETWORK or len(value.args) != 1:
            return None
        meta = self.mapping(value.args[0]) or {}
        state = self.mapping(meta.get("state"))
        name = meta.get("class_name")
        return (name, state) if isinstance(name, str) and state is not None else None

    def _damaged(self) -> StudioError:
        return StudioError(
            f"The file “{self.name}” is damaged or incomplete.", "Copy or download it again."
        )


def _sizes(value: object) -> object:
    """A tensor's shape is a tuple, or torch.Size made of one."""
    if isinstance(value, Call) and value.what == SIZE and value.args:
        return value.args[0]
    return value


def _paired(pairs: object) -> dict[object, object]:
    """A dictionary of [(name, value), ...]."""
    found: dict[object, object] = {}
    for pair in pairs if isinstance(pairs, list) else []:
        if isinstance(pair, list | tuple) and len(pair) == 2 and isinstance(pair[0], str):
            found[pair[0]] = pair[1]
    return found
