"""The soundfont that ships with Easel, taken apart so that only what is played is loaded.

SoundFont 2.04 (Creative, 2006) with Vorbis samples, as MuseScore's .sf3. Unpacking all of it takes
300 MB of memory and more than a second; one instrument is there in a few hundredths. `only()`
therefore writes a small soundfont of one preset, with the instruments and samples it uses.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio import paths
from studio.errors import StudioError

DRUM_BANK = 128

_RECORDS = {
    "phdr": np.dtype(
        [
            ("name", "S20"),
            ("preset", "<u2"),
            ("bank", "<u2"),
            ("bag", "<u2"),
            ("library", "<u4"),
            ("genre", "<u4"),
            ("morphology", "<u4"),
        ]
    ),
    "pbag": np.dtype([("gen", "<u2"), ("mod", "<u2")]),
    "pmod": np.dtype("V10"),
    "pgen": np.dtype([("oper", "<u2"), ("amount", "<u2")]),
    "inst": np.dtype([("name", "S20"), ("bag", "<u2")]),
    "ibag": np.dtype([("gen", "<u2"), ("mod", "<u2")]),
    "imod": np.dtype("V10"),
    "igen": np.dtype([("oper", "<u2"), ("amount", "<u2")]),
    "shdr": np.dtype(
        [
            ("name", "S20"),
            ("start", "<u4"),
            ("end", "<u4"),
            ("loop_start", "<u4"),
            ("loop_end", "<u4"),
            ("rate", "<u4"),
            ("pitch", "u1"),
            ("correction", "i1"),
            ("link", "<u2"),
            ("kind", "<u2"),
        ]
    ),
}
_INSTRUMENT, _SAMPLE = 41, 53  # the generators that name one
_RELEASE = 38  # the generator that says how long a note dies away, in timecents
#: (bank, program): seconds in which a note that was ended dies away (by 100 dB), at most. The steel
#: guitar would ring on for up to 25 s, through every chord that follows; a player's hand damps it.
_DAMPED = {(0, 25): 3.0}
_VORBIS = 0x10  # in a sample's kind

_Table = npt.NDArray[np.void]


def shipped() -> Path:
    """The soundfont that comes with Easel."""
    return paths.resources() / "soundfont" / "FluidR3Mono_GM.sf3"


class SoundFont:
    """An .sf3 file, of which presets are taken one at a time.

    StudioError when the file is missing or damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise StudioError(
                "The sounds of Easel's instruments are missing.", "Install Easel again."
            ) from error
        try:
            chunks = dict(_chunks(self._bytes))
            self._samples = chunks["smpl"]
            self._tables: dict[str, _Table] = {
                name: np.frombuffer(self._bytes[slice(*chunks[name])], dtype)
                for name, dtype in _RECORDS.items()
            }
        except (KeyError, ValueError, struct.error) as error:
            self.close()
            raise _damaged() from error
        self._presets = {
            (int(row["bank"]), int(row["preset"])): number
            for number, row in enumerate(self._tables["phdr"][:-1])
        }
        self._made: dict[tuple[int, int], bytes] = {}

    def close(self) -> None:
        """Let go of the file."""
        self._bytes.close()

    def has(self, bank: int, program: int) -> bool:
        """Whether there is such an instrument."""
        return (bank, program) in self._presets

    def only(self, bank: int, program: int) -> bytes:
        """A soundfont of this preset alone. KeyError when there is none; StudioError if damaged."""
        key = bank, program
        if key not in self._made:
            number = self._presets[key]
            try:
                self._made[key] = self._cut(number)
            except (IndexError, ValueError, struct.error) as error:
                raise _damaged() from error
        return self._made[key]

    def _cut(self, preset: int) -> bytes:
        tables = self._tables
        bags, gens, mods, counts = self._zones("p", "phdr", [preset])
        header = tables["phdr"][[preset, -1]].copy()
        header["bag"] = 0, counts[0]

        instruments = _renumber(gens, _INSTRUMENT)
        ibags, igens, imods, counts = self._zones("i", "inst", instruments)
        rows = tables["inst"][[*instruments, -1]].copy()
        rows["bag"] = np.cumsum([0, *counts])

        bank, program = int(header["bank"][0]), int(header["preset"][0])
        if (bank, program) in _DAMPED:
            _damp(igens, _DAMPED[bank, program])
        samples = tables["shdr"][[*_renumber(igens, _SAMPLE), -1]].copy()
        sounds = [self._sound(row) for row in samples[:-1]]
        ends = np.cumsum([len(each) for each in sounds])
        samples["end"][:-1] = ends
        samples["start"][:-1] = [0, *ends[:-1]]
        samples["link"] = 0
        made = [header, bags, mods, gens, rows, ibags, imods, igens, samples]
        return _written(b"".join(sounds), dict(zip(_RECORDS, made, strict=True)))

    def _zones(
        self, level: str, headers: str, chosen: list[int]
    ) -> tuple[_Table, _Table, _Table, list[int]]:
        """The bags, generators and modulators of these presets ("p") or instruments ("i").

        Numbered anew, with a last record each as the format wants it; and how many bags each has.
        """
        bag = self._tables[level + "bag"]
        first = self._tables[headers]["bag"]
        kept = [np.arange(first[each], first[each + 1]) for each in chosen]
        numbers = np.concatenate(kept)
        bags = np.zeros(len(numbers) + 1, bag.dtype)
        tables = []
        for kind in ("gen", "mod"):
            table, since, until = (
                self._tables[level + kind],
                bag[kind][numbers],
                bag[kind][numbers + 1],
            )
            bags[kind][1:] = np.cumsum(until - since)
            rows = [table[a:b] for a, b in zip(since, until, strict=True)]
            tables.append(np.concatenate([*rows, table[-1:]]))
        return bags, tables[0], tables[1], [len(each) for each in kept]

    def _sound(self, row: np.void) -> bytes:
        if not row["kind"] & _VORBIS:
            raise ValueError("a sample that is not Vorbis")
        begin = self._samples[0]
        return self._bytes[begin + int(row["start"]) : begin + int(row["end"])]


def _renumber(generators: _Table, naming: int) -> list[int]:
    """Make the generators of that kind count from 0; returns the numbers they had."""
    where = generators["oper"][:-1] == naming
    old, new = np.unique(generators["amount"][:-1][where], return_inverse=True)
    generators["amount"][:-1][where] = new
    return [int(each) for each in old]


def _damp(generators: _Table, seconds: float) -> None:
    """Let no note die away longer than that."""
    most = round(1200 * np.log2(seconds))
    where = generators["oper"] == _RELEASE
    amounts = generators["amount"][where].view(np.int16)
    generators["amount"][where] = np.minimum(amounts, most).astype(np.int16).view(np.uint16)


def _chunks(data: mmap.mmap) -> Iterator[tuple[str, tuple[int, int]]]:
    """The name of each chunk and where its contents lie; lists are gone into."""
    kind, _, form = struct.unpack("<4sI4s", data[:12])
    if kind != b"RIFF" or form != b"sfbk":
        raise ValueError("not a soundfont")
    at = 12
    while at + 8 <= len(data):
        kind, size = struct.unpack("<4sI", data[at : at + 8])
        if kind == b"LIST":
            at += 12
            continue
        if at + 8 + size > len(data):
            raise ValueError("cut off")
        yield kind.decode("latin-1"), (at + 8, at + 8 + size)
        at += 8 + size
        if size % 2 and data[at : at + 1] == b"\0":  # RIFF fills up; MuseScore's writer does not
            at += 1


def _written(sound: bytes, tables: dict[str, _Table]) -> bytes:
    info = _list(b"INFO", _chunk(b"ifil", struct.pack("<HH", 2, 4)))
    samples = _list(b"sdta", _chunk(b"smpl", sound + b"\0" * (len(sound) % 2)))
    rest = b"".join(_chunk(name.encode(), table.tobytes()) for name, table in tables.items())
    return _chunk(b"RIFF", b"sfbk" + info + samples + _list(b"pdta", rest))


def _list(kind: bytes, contents: bytes) -> bytes:
    return _chunk(b"LIST", kind + contents)


def _chunk(kind: bytes, contents: bytes) -> bytes:
    return struct.pack("<4sI", kind, len(contents)) + contents


def _damaged() -> StudioError:
    return StudioError("The sounds of Easel's instruments are damaged.", "Install Easel again.")
