"""Opens the containers that weights come in, and says where in the file the numbers lie.

Four are known, told apart by their first bytes:

- the zip that torch.save has written since version 1.6 (a pickle, and one file for each storage),
- the stream that it wrote before (five pickles, then the storages one after the other),
- a bare pickle, which StyleGAN2-ADA and StyleGAN3 write: networks with their source code in it,
  each tensor a stream of the former kind within,
- safetensors.

Formats: torch/serialization.py of PyTorch; https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import json
import math
import struct
import zipfile
from dataclasses import dataclass, field
from typing import BinaryIO

from studio.errors import StudioError
from studio.shelf.conversion.admitted import ADMITTED, FROM_BYTES, KINDS
from studio.shelf.conversion.pickle_data import (
    Call,
    Forbidden,
    Malformed,
    Name,
    Outside,
    PickleData,
    Window,
)

MAX_DIRECTORY = 16 * 2**20  # bytes of a zip's table of contents
MAX_HEADER = 16 * 2**20  # bytes of a safetensors header
MAX_RANK = 8

_MAGIC = 0x1950A86A20F9469CFC6C  # torch.save's, before the zip
_PROTOCOL = 1001
_SAFE = "Ask its maker for a “safetensors” file."


@dataclass(frozen=True, slots=True)
class Storage:
    """A row of numbers in the file: where it begins, how many, bytes each, numpy's name."""

    start: int
    count: int
    size: int
    kind: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A tensor that lies in the file. offset and strides count numbers, not bytes."""

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int
    storage: Storage = field(repr=False)

    @property
    def numbers(self) -> int:
        return math.prod(self.shape)


class Container:
    """An opened file of one of the four kinds; `content` is its value.

    Malformed where it is damaged; StudioError where it is something else, or asks for more than
    weights need.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self._name = file, name
        self._entries: dict[str, Window] = {}
        self._stream_storages: dict[str, Storage] = {}
        self._within: dict[Window, Storage] = {}
        self.size = file.seek(0, 2)
        self.content = self._open()

    def bytes_at(self, start: int, length: int) -> bytes:
        """Bytes of the file. Malformed where it has none there."""
        if start < 0 or length < 0 or start + length > self.size:
            raise Malformed("cut short")
        self._file.seek(start)
        data = self._file.read(length)
        if len(data) != length:
            raise Malformed("cut short")
        return data

    def storage(self, value: object) -> Storage:
        """The storage that a note in the content speaks of."""
        if isinstance(value, Call) and value.what == FROM_BYTES:
            window = value.args[0] if value.args else None
            if not isinstance(window, Window):
                raise Malformed("a storage without bytes")
            if window not in self._within:
                inside: dict[str, Storage] = {}
                found = self._stream(window.start, window.start + window.length, inside)
                key, _ = _named_storage(found) or ("", None)
                if key not in inside:
                    raise Malformed("a storage that is not there")
                self._within[window] = inside[key]
            return self._within[window]
        named = _named_storage(value)
        if named is None:
            raise Malformed("a storage of an unknown kind")
        key, (size, kind) = named
        if key in self._stream_storages:
            return self._stream_storages[key]
        entry = self._entries.get(f"data/{key}")
        if entry is None:
            raise Malformed("a storage that is not there")
        return Storage(entry.start, entry.length // size, size, kind)

    def stored(self, shape: object, strides: object, offset: object, storage: Storage) -> Stored:
        """The tensor, once it is sure that it lies in its storage and that in the file."""
        shape, strides = whole_numbers(shape), whole_numbers(strides)
        if len(shape) != len(strides) or not isinstance(offset, int) or offset < 0:
            raise Malformed("a tensor without form")
        found = Stored(shape, strides, offset, storage)
        last = offset + sum(s * (n - 1) for s, n in zip(strides, shape, strict=True))
        if found.numbers and (last >= storage.count or found.numbers > storage.count):
            raise Malformed("a tensor larger than its storage")
        if storage.start < 0 or storage.start + storage.count * storage.size > self.size:
            raise Malformed("a storage beyond the end")
        return found

    def _open(self) -> object:
        head = self.bytes_at(0, min(16, self.size))
        if head[:4] == b"PK\x03\x04":
            return self._open_zip()
        if head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
            value = self._pickle(0, self.size)[0]
            whole = isinstance(value, int) and value == _MAGIC
            return self._stream(0, self.size, self._stream_storages) if whole else value
        if head[8:9] == b"{":
            return self._open_safetensors()
        raise StudioError(
            f"“{self._name}” holds no weights that Easel can read.",
            "Choose a file that ends in .pkl, .pt, .pth or .safetensors.",
        )

    def _open_zip(self) -> object:
        try:
            with zipfile.ZipFile(_Frugal(self._file)) as packed:
                entries = {info.filename: info for info in packed.infolist()}
        except (zipfile.BadZipFile, ValueError, ArithmeticError, struct.error) as error:
            raise Malformed("a damaged zip") from error
        except NotImplementedError as error:
            raise Malformed("a zip of a kind that torch.save does not write") from error
        roots = [name[: -len("data.pkl")] for name in entries if name.endswith("/data.pkl")]
        if len(roots) != 1 or f"{roots[0]}constants.pkl" in entries:
            raise StudioError(
                f"“{self._name}” is no file of weights, or holds a whole program.", _SAFE
            )
        for name, info in entries.items():
            # torch.save compresses nothing, so nothing is unpacked here. Sizes are checked against
            # the file where they are used.
            if info.compress_type == zipfile.ZIP_STORED and name.startswith(roots[0]):
                head = self.bytes_at(info.header_offset, 30)
                names, extra = struct.unpack("<26xHH", head)
                start = info.header_offset + 30 + names + extra
                self._entries[name[len(roots[0]) :]] = Window(start, info.file_size)
        order = self._entries.get("byteorder")
        if order and self.bytes_at(order.start, min(order.length, 16)) != b"little":
            raise self._foreign()
        main = self._entries.get("data.pkl")
        if main is None or main.start + main.length > self.size:
            raise Malformed("no pickle in the zip")
        return self._pickle(main.start, main.start + main.length)[0]

    def _stream(self, start: int, stop: int, storages: dict[str, Storage]) -> object:
        """The value of torch.save's older stream; fills in where its storages lie."""
        values: list[object] = []
        outside: list[Outside] = []
        for _ in range(5):  # magic number, protocol, computer, value, keys of the storages
            value, start, spoken_of = self._pickle(start, stop)
            values.append(value)
            outside += spoken_of
        magic, protocol, computer, value, keys = values
        known = isinstance(magic, int) and magic == _MAGIC
        if not known or protocol != _PROTOCOL or not isinstance(keys, list):
            raise Malformed("not torch.save's stream")
        if isinstance(computer, dict) and computer.get("little_endian") is False:
            raise self._foreign()
        kinds = dict(filter(None, map(_named_storage, outside)))
        for key in keys:
            if not isinstance(key, str) or key not in kinds:
                raise Malformed("a storage that nobody speaks of")
            (count,) = struct.unpack("<q", self.bytes_at(start, 8))
            size, kind = kinds[key]
            storages[key] = Storage(start + 8, count, size, kind)
            start += 8 + count * size
            if count < 0 or start > stop:
                raise Malformed("a storage beyond the end")
        return value

    def _open_safetensors(self) -> dict[object, object]:
        (length,) = struct.unpack("<Q", self.bytes_at(0, 8))
        if length > min(MAX_HEADER, self.size - 8):
            raise Malformed("a header too long")
        try:
            header = json.loads(self.bytes_at(8, length))
            return {
                name: self._described(entry, 8 + length)
                for name, entry in header.items()
                if name != "__metadata__" and entry["dtype"] in KINDS
            }
        except Malformed:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Malformed("a header that cannot be read") from error

    def _described(self, entry: dict[str, list[int]], data: int) -> Stored:
        """A tensor by its entry in a safetensors header; `data`: where the numbers begin."""
        begin, end = entry["data_offsets"]
        size, kind = KINDS[str(entry["dtype"])]
        shape = whole_numbers(tuple(entry["shape"]))
        storage = Storage(data + begin, math.prod(shape), size, kind)
        if not 0 <= begin <= end or end - begin != storage.count * size:
            raise Malformed("a shape that its bytes do not fill")
        return self.stored(shape, contiguous(shape), 0, storage)

    def _pickle(self, start: int, stop: int) -> tuple[object, int, list[Outside]]:
        """A pickle's value, where it ended, and what it says lies beside it."""
        data = PickleData(self._file, start, stop, ADMITTED.__contains__)
        try:
            return data.read(), data.end, data.outside
        except Forbidden as error:
            wanted = "".join(c if c.isprintable() else "?" for c in error.wanted[:80])
            raise StudioError(
                f"“{self._name}” asks for a piece of program, “{wanted}”, that weights have no "
                "need of, so Easel does not read it.",
                _SAFE,
            ) from error

    def _foreign(self) -> StudioError:
        return StudioError(f"“{self._name}” was made on another kind of computer.", _SAFE)


class _Frugal:
    """A file for `zipfile` that refuses to be read in large pieces: it takes a table of contents
    into memory whole, however large the file says that it is."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell

    def read(self, count: int = -1) -> bytes:
        data = self._file.read(MAX_DIRECTORY + 1 if count < 0 else min(count, MAX_DIRECTORY + 1))
        if len(data) > MAX_DIRECTORY:
            raise ValueError("a table of contents too long")
        return data

    def seekable(self) -> bool:
        return True


def whole_numbers(value: object) -> tuple[int, ...]:
    """A tensor's shape or strides. Malformed where it is none."""
    if not isinstance(value, tuple) or len(value) > MAX_RANK:
        raise Malformed("a shape without form")
    if not all(isinstance(one, int) and 0 <= one < 2**48 for one in value):
        raise Malformed("a shape without form")
    return value


def contiguous(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The strides of a tensor whose last side lies closest together."""
    return tuple(math.prod(shape[at + 1 :]) for at in range(len(shape)))


def _named_storage(value: object) -> tuple[str, tuple[int, str]] | None:
    """(key, (bytes a number, kind)) of ("storage", class, key, place, count)."""
    if not isinstance(value, Outside) or not isinstance(value.id, tuple) or len(value.id) < 5:
        return None
    _, storage, key, view = value.id[0], value.id[1], value.id[2], value.id[5:]
    kind = storage.name.removesuffix("Storage") if isinstance(storage, Name) else ""
    if not isinstance(key, str) or kind not in KINDS or view not in ((), (None,)):
        return None
    return key, KINDS[kind]
