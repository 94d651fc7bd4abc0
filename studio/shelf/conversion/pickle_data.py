"""Reads the data in a pickle without unpickling it: nothing in the file is ever imported or called.

A pickle is a program for a small stack machine. Two of its instructions make it dangerous: one
imports any function by name, the other calls it. Python's own unpickler can be told which names to
admit, but it still imports and calls, sets attributes, and trusts whoever wrote the list of names.
Here is a machine of our own that has no such instructions at all. Where the file says "import",
it gets a `Name`, which is two words; where it says "call", it gets a `Call`, which is a note of
what was asked for. `torch_files` reads those notes as one reads a table of contents.

So nothing depends on the list of admitted names for safety. It is there so that a file that wants
more than weights need is refused, and the artist is told what it wanted.

Large pieces of bytes stay in the file: they come out as a `Window`, which says where they lie. Any
input ends in a value or in an error soon: steps, text and memory are bounded, keys of dictionaries
are plain (deep tuples take for ever to hash), and nothing here walks through what it has built.

Instructions: https://github.com/python/cpython/blob/main/Lib/pickletools.py, protocols 2 to 5,
less those for out-of-band buffers, extension codes and the text forms of protocol 0.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

MAX_STEPS = 1_000_000  # a checkpoint with its optimiser takes some 100,000
MAX_TEXT = 64 * 2**20  # bytes of text in all; a network's source code takes some 100,000
MAX_NAME = 300  # bytes
MAX_LONG = 64  # bytes of a whole number


class Malformed(ValueError):
    """The bytes are no pickle of the kind that is read here."""


class Forbidden(ValueError):
    """The file asks for something that is not admitted; `wanted` names it."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted


@dataclass(frozen=True, slots=True)
class Name:
    """A function or class that the file speaks of. Two words, nothing more."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(slots=True, eq=False)
class Call:
    """A note that the file wanted `what` called with `args`, and what it wanted done to the result.

    state: what would have been set on it; items, pairs: what would have been put into it.
    """

    what: str
    args: tuple[object, ...]
    state: object = None
    items: list[object] = field(default_factory=list)
    pairs: dict[object, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """Bytes that stay where they are: from `start`, `length` of them."""

    start: int
    length: int


@dataclass(frozen=True, slots=True, eq=False)
class Outside:
    """Something kept beside the pickle, by the id that torch.save gave it."""

    id: object


_MARK = object()


class PickleData:
    """One pickle in `file`, from `start` and before `stop` (offsets in bytes).

    admitted: says of a name ("module.name") whether the file may speak of it.
    end: where the pickle ended, once `read` has returned.
    outside: everything kept beside the pickle, in the order of its mention.
    """

    def __init__(
        self, file: BinaryIO, start: int, stop: int, admitted: Callable[[str], bool]
    ) -> None:
        self._file, self._stop, self._admitted = file, stop, admitted
        self.end = start
        self.outside: list[Outside] = []
        self._stack: list[object] = []
        self._memo: dict[int, object] = {}
        self._text_left = MAX_TEXT

    def read(self) -> object:
        """The value. Malformed, or Forbidden with the name that is not admitted."""
        self._file.seek(self.end)
        for _ in range(MAX_STEPS):
            code = self._take(1)
            if code == b".":
                value = self._pop()
                if value is _MARK:
                    raise Malformed("a mark for a value")
                return value
            step = _STEPS.get(code)
            if step is None:
                raise Malformed(f"instruction {code!r}")
            step(self)
        raise Malformed("too long")

    # What the instructions are made of

    def _take(self, count: int) -> bytes:
        if count > self._stop - self.end:
            raise Malformed("cut short")
        data = self._file.read(count)
        if len(data) != count:
            raise Malformed("cut short")
        self.end += count
        return data

    def _number(self, layout: str) -> int:
        (number,) = struct.unpack(layout, self._take(struct.calcsize(layout)))
        return int(number)

    def _line(self) -> str:
        data = self._file.readline(min(MAX_NAME, self._stop - self.end))
        self.end += len(data)
        if not data.endswith(b"\n"):
            raise Malformed("a name without end")
        return data[:-1].decode("utf-8", "replace")

    def _pop(self) -> object:
        if not self._stack:
            raise Malformed("nothing there")
        return self._stack.pop()

    def _value(self) -> object:
        value = self._pop()
        if value is _MARK:
            raise Malformed("a mark for a value")
        return value

    def _top(self) -> object:
        if not self._stack or self._stack[-1] is _MARK:
            raise Malformed("nothing there")
        return self._stack[-1]

    def _since_mark(self) -> list[object]:
        values = []
        while (value := self._pop()) is not _MARK:
            values.append(value)
        values.reverse()
        return values

    def _remember(self, key: int) -> None:
        self._memo[key] = self._top()

    def _recall(self, key: int) -> None:
        if key not in self._memo:
            raise Malformed("nothing remembered")
        self._stack.append(self._memo[key])

    # Instructions

    def _protocol(self) -> None:
        if self._number("B") > 5:
            raise Malformed("a protocol that is not known")

    def _whole(self, layout: str) -> None:
        length = self._number(layout)
        if not 0 <= length <= MAX_LONG:
            raise Malformed("a number too long")
        self._stack.append(int.from_bytes(self._take(length), "little", signed=True))

    def _text(self, layout: str, encoding: str = "utf-8") -> None:
        length = self._number(layout)
        self._text_left -= length
        if length < 0 or self._text_left < 0:
            raise Malformed("too much text")
        self._stack.append(self._take(length).decode(encoding, "replace"))

    def _bytes(self, layout: str) -> None:
        length = self._number(layout)
        if length > self._stop - self.end:
            raise Malformed("cut short")
        self._stack.append(Window(self.end, length))
        self.end += length
        self._file.seek(self.end)

    def _name(self, module: object, name: object) -> None:
        if not (isinstance(module, str) and isinstance(name, str)):
            raise Malformed("a name that is none")
        found = Name(module[:MAX_NAME], name[:MAX_NAME])
        if not self._admitted(str(found)):
            raise Forbidden(str(found))
        self._stack.append(found)

    def _name_on_stack(self) -> None:
        name, module = self._value(), self._value()
        self._name(module, name)

    def _call(self, named_too: bool = False) -> None:
        named = self._value() if named_too else {}
        args, what = self._value(), self._value()
        whole = isinstance(what, Name) and isinstance(args, tuple) and isinstance(named, dict)
        if not whole or named:
            raise Malformed("a call of nothing")
        assert isinstance(args, tuple)
        self._stack.append(Call(str(what), args))

    def _set_state(self) -> None:
        state, target = self._value(), self._top()
        if not isinstance(target, Call):
            raise Malformed("a state for nothing")
        target.state = state

    def _put(self, values: list[object]) -> None:
        target = self._top()
        if isinstance(target, Call):
            target.items += values
        elif isinstance(target, list):
            target += values
        else:
            raise Malformed("items for nothing")

    def _pair(self, values: list[object]) -> None:
        target = self._top()
        pairs = target.pairs if isinstance(target, Call) else target
        if not isinstance(pairs, dict) or len(values) % 2:
            raise Malformed("pairs for nothing")
        for key, value in zip(values[::2], values[1::2], strict=True):
            if not _plain(key):
                raise Malformed("a key that is not plain")
            pairs[key] = value

    def _append(self) -> None:
        value = self._value()
        self._put([value])

    def _set_item(self) -> None:
        value, key = self._value(), self._value()
        self._pair([key, value])

    def _tuple(self, count: int) -> None:
        values = [self._value() for _ in range(count)]
        self._stack.append(tuple(reversed(values)))

    def _kept_outside(self) -> None:
        found = Outside(self._value())
        self.outside.append(found)
        self._stack.append(found)


def _plain(key: object) -> bool:
    """Text, or a small whole number: large ones can be chosen so that all of them hash alike."""
    return isinstance(key, str) or (isinstance(key, int) and abs(key) < 2**31)


_STEPS: dict[bytes, Callable[[PickleData], object]] = {
    b"\x80": PickleData._protocol,
    b"\x95": lambda at: at._take(8),  # the length of a frame: of use to streams only
    b"N": lambda at: at._stack.append(None),
    b"\x88": lambda at: at._stack.append(True),
    b"\x89": lambda at: at._stack.append(False),
    b"J": lambda at: at._stack.append(at._number("<i")),
    b"K": lambda at: at._stack.append(at._number("B")),
    b"M": lambda at: at._stack.append(at._number("<H")),
    b"\x8a": lambda at: at._whole("B"),
    b"\x8b": lambda at: at._whole("<i"),
    b"G": lambda at: at._stack.append(struct.unpack(">d", at._take(8))[0]),
    b"\x8c": lambda at: at._text("B"),
    b"X": lambda at: at._text("<I"),
    b"\x8d": lambda at: at._text("<Q"),
    b"U": lambda at: at._text("B", "latin-1"),  # Python 2's strings
    b"T": lambda at: at._text("<i", "latin-1"),
    b"C": lambda at: at._bytes("B"),
    b"B": lambda at: at._bytes("<I"),
    b"\x8e": lambda at: at._bytes("<Q"),
    b"\x96": lambda at: at._bytes("<Q"),
    b"]": lambda at: at._stack.append([]),
    b"}": lambda at: at._stack.append({}),
    b")": lambda at: at._stack.append(()),
    b"\x8f": lambda at: at._stack.append([]),  # a set; nothing asks whether one is a set
    b"(": lambda at: at._stack.append(_MARK),
    b"t": lambda at: at._stack.append(tuple(at._since_mark())),
    b"\x91": lambda at: at._stack.append(at._since_mark()),
    b"\x85": lambda at: at._tuple(1),
    b"\x86": lambda at: at._tuple(2),
    b"\x87": lambda at: at._tuple(3),
    b"a": PickleData._append,
    b"e": lambda at: at._put(at._since_mark()),
    b"\x90": lambda at: at._put(at._since_mark()),
    b"s": PickleData._set_item,
    b"u": lambda at: at._pair(at._since_mark()),
    b"0": PickleData._pop,
    b"1": PickleData._since_mark,
    b"q": lambda at: at._remember(at._number("B")),
    b"r": lambda at: at._remember(at._number("<I")),
    b"\x94": lambda at: at._remember(len(at._memo)),
    b"h": lambda at: at._recall(at._number("B")),
    b"j": lambda at: at._recall(at._number("<I")),
    b"c": lambda at: at._name(at._line(), at._line()),
    b"\x93": PickleData._name_on_stack,
    b"R": PickleData._call,
    b"\x81": PickleData._call,  # a new object of a class
    b"\x92": lambda at: at._call(named_too=True),
    b"b": PickleData._set_state,
    b"Q": PickleData._kept_outside,
}
