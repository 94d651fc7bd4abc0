"""Reading size, length and texts of MP4, WebM, GIF and moving WebP without decoding a pixel.

Everything here is bounded, as in `containers`: what a file says of its own lengths is checked
against the file. MP4: ISO/IEC 14496-12; WebM: RFC 8794 and RFC 9559; GIF: the GIF89a
specification; WebP: RFC 9649; where XMP lies in each: Adobe's XMP specification, part 3.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from studio.library.contents import (
    LONGEST,
    MAX_PARTS,
    MAX_TEXT,
    XMP_KEYWORD,
    Contents,
    NotAPicture,
    StillPicture,
    checked_size,
)

XMP_UUID = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")
XMP_TAG = "XMP"  # of ours; Matroska has no place for XMP
GIF_XMP = b"XMP DataXMP"
GIF_XMP_END = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
_MAX_BLOCKS = 8_000_000  # of at most 255 bytes, in a GIF
_ENDS = 64 * 1024


@dataclass
class _Found:
    """What a walk through a file has come upon so far."""

    width: int = 0
    height: int = 0
    seconds: float = 0.0
    xmp: str = ""
    packet: tuple[int, int] | None = None
    data: bool = False  # there are pictures
    parts: int = 0
    scale: float = 1e-3  # seconds of a tick, in WebM
    extra: dict[str, int] = field(default_factory=dict)

    def step(self) -> None:
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise NotAPicture("it has too many parts")

    def result(self, format: str, file: BinaryIO) -> Contents:  # noqa: A002
        width, height = checked_size(self.width, self.height)
        if not self.data:
            raise NotAPicture("there are no pictures in it")
        if not 0 < self.seconds <= LONGEST:
            raise NotAPicture("it does not say how long it is")
        texts = {XMP_KEYWORD: self.xmp} if self.xmp else {}
        return Contents(format, width, height, self.seconds, texts, self.packet, _fingerprint(file))


def _fingerprint(file: BinaryIO) -> str:
    """Follows length, beginning and end: a film may be gigabytes long."""
    size = os.fstat(file.fileno()).st_size
    summary = hashlib.sha256(str(size).encode())
    for start in (0, max(0, size - _ENDS)):
        file.seek(start)
        summary.update(file.read(_ENDS))
    return summary.hexdigest()[:32]


def _exactly(file: BinaryIO, length: int) -> bytes:
    data = file.read(length)
    if len(data) < length:
        raise NotAPicture("it is cut short")
    return data


def _text(file: BinaryIO, found: _Found, length: int) -> None:
    """Note the XMP packet that begins here."""
    if length <= MAX_TEXT and not found.xmp:
        found.packet = (file.tell(), length)
        found.xmp = _exactly(file, length).decode("utf-8", "replace")


# -- MP4


def read_mp4(file: BinaryIO, size: int) -> Contents:
    """An MP4 or QuickTime film. NotAPicture when it is no whole one."""
    found = _Found()
    for kind, start, end in boxes(file, 0, size, found):
        if kind == b"moov":
            _read_moov(file, start, end, found)
        elif kind == b"mdat":
            found.data = found.data or end > start
        elif kind == b"uuid" and end - start > 16:
            file.seek(start)
            if _exactly(file, 16) == XMP_UUID:
                _text(file, found, end - start - 16)
    return found.result("mp4", file)


def boxes(
    file: BinaryIO, start: int, end: int, found: _Found | None = None
) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between two positions: kind, where the content begins, and where it ends."""
    found = found or _Found()
    while start < end:
        found.step()
        file.seek(start)
        length, kind = struct.unpack(">I4s", _exactly(file, 8))
        head = 8
        if length == 1:
            length, head = int.from_bytes(_exactly(file, 8), "big"), 16
        elif length == 0:  # to the end
            length = end - start
        if length < head:
            raise NotAPicture("it is damaged")
        if start + length > end:
            raise NotAPicture("it is cut short")
        yield kind, start + head, start + length
        start += length


def _read_moov(file: BinaryIO, start: int, end: int, found: _Found) -> None:
    for kind, begin, close in boxes(file, start, end, found):
        if kind == b"mvhd":
            # Rather than a track's own length, which counts what an edit list leaves out.
            found.seconds = _ticks(file, begin, close) or found.seconds
        elif kind == b"trak":
            _read_track(file, begin, close, found)


def _read_track(file: BinaryIO, start: int, end: int, found: _Found) -> None:
    size, pictures, seconds = (0, 0), False, 0.0
    for kind, begin, close in boxes(file, start, end, found):
        if kind == b"tkhd" and close - begin >= 84:
            file.seek(close - 8)
            across, down = struct.unpack(">II", _exactly(file, 8))
            size = across >> 16, down >> 16
        elif kind == b"mdia":
            for inner, first, last in boxes(file, begin, close, found):
                if inner == b"hdlr" and last - first >= 12:
                    file.seek(first + 8)
                    pictures = _exactly(file, 4) == b"vide"
                elif inner == b"mdhd":
                    seconds = _ticks(file, first, last)
    if pictures and not found.width:
        found.width, found.height = size
        found.seconds = found.seconds or seconds


def _ticks(file: BinaryIO, start: int, end: int) -> float:
    """Seconds that a movie or media header gives."""
    file.seek(start)
    head = _exactly(file, min(end - start, 32))
    form, at = (">IQ", 20) if head[:1] == b"\x01" else (">II", 12)
    if len(head) < at + struct.calcsize(form):
        raise NotAPicture("it is damaged")
    scale, length = struct.unpack_from(form, head, at)
    unknown = length in (2**32 - 1, 2**64 - 1)
    return length / scale if scale and not unknown else 0.0


# -- WebM

_SEGMENT, _INFO, _TRACKS, _ENTRY, _VIDEO = 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0xE0
_TAGS, _TAG, _SIMPLE, _NAME, _STRING = 0x1254C367, 0x7373, 0x67C8, 0x45A3, 0x4487
_CLUSTER, _SCALE, _DURATION, _WIDTH, _HEIGHT = 0x1F43B675, 0x2AD7B1, 0x4489, 0xB0, 0xBA
_FOLDERS = {_SEGMENT, _INFO, _TRACKS, _ENTRY, _VIDEO, _TAGS, _TAG}


def read_webm(file: BinaryIO, size: int) -> Contents:
    """A WebM or Matroska film. NotAPicture when it is no whole one."""
    found = _Found()
    _read_elements(file, 0, size, found, 0)
    found.seconds *= found.scale
    return found.result("webm", file)


def _read_elements(file: BinaryIO, start: int, end: int, found: _Found, depth: int) -> None:
    for kind, begin, close in elements(file, start, end, found):
        if kind in _FOLDERS and depth < 5:
            _read_elements(file, begin, close, found, depth + 1)
        elif kind == _CLUSTER:
            found.data = True
        elif kind == _SIMPLE:
            _read_tag(file, begin, close, found)
        elif kind in (_SCALE, _WIDTH, _HEIGHT) and close - begin <= 8:
            value = int.from_bytes(_exactly(file, close - begin), "big")
            if kind == _SCALE:
                found.scale = value * 1e-9
            elif kind == _WIDTH:
                found.width = found.width or value
            else:
                found.height = found.height or value
        elif kind == _DURATION and close - begin in (4, 8):
            form = ">f" if close - begin == 4 else ">d"
            (found.seconds,) = struct.unpack(form, _exactly(file, close - begin))


def elements(file: BinaryIO, start: int, end: int, found: _Found) -> Iterator[tuple[int, int, int]]:
    """The elements between two positions: id, where the content begins, and where it ends."""
    while start < end:
        found.step()
        file.seek(start)
        kind, _ = _number(file, keep_mark=True)
        length, unknown = _number(file, keep_mark=False)
        begin = file.tell()
        # One that goes on "until the next", as live recordings have them, is taken to the end.
        close = end if unknown else begin + length
        if close > end:
            raise NotAPicture("it is cut short")
        yield kind, begin, close
        start = close


def _number(file: BinaryIO, *, keep_mark: bool) -> tuple[int, bool]:
    """A number of variable length (RFC 8794, 4), and whether it stands for "unknown"."""
    first = _exactly(file, 1)[0]
    if not first:
        raise NotAPicture("it is damaged")
    length = 9 - first.bit_length()
    value = int.from_bytes(bytes([first]) + _exactly(file, length - 1), "big")
    bare = value & ((1 << 7 * length) - 1)
    return value if keep_mark else bare, bare == (1 << 7 * length) - 1


def _read_tag(file: BinaryIO, start: int, end: int, found: _Found) -> None:
    name = b""
    for kind, begin, close in elements(file, start, end, found):
        if kind == _NAME and close - begin <= 64:
            name = _exactly(file, close - begin)
        elif kind == _STRING and name == XMP_TAG.encode():
            _text(file, found, close - begin)


# -- GIF


def read_gif(file: BinaryIO, size: int) -> Contents:  # noqa: ARG001 - as the others
    """A moving GIF. StillPicture when it does not move, NotAPicture when it is no whole GIF."""
    found = _Found()
    file.seek(6)
    found.width, found.height, flags = struct.unpack("<HHBxx", _exactly(file, 7))
    checked_size(found.width, found.height)
    _skip_colours(file, flags)
    frames = hundredths = 0
    while (mark := _exactly(file, 1)) != b";":
        found.step()
        if mark == b",":
            frames += 1
            _skip_colours(file, _exactly(file, 9)[8])
            file.seek(1, os.SEEK_CUR)
            _skip_blocks(file, found)
        elif mark == b"!":
            hundredths += _read_extension(file, found)
        else:
            raise NotAPicture("it is damaged")
    if frames < 2:
        raise StillPicture("it is a GIF picture that stands still")
    found.data = True
    found.seconds = max(hundredths, frames) / 100
    return found.result("gif", file)


def _skip_colours(file: BinaryIO, flags: int) -> None:
    if flags & 0x80:
        file.seek(3 << (flags & 7) + 1, os.SEEK_CUR)


def _read_extension(file: BinaryIO, found: _Found) -> int:
    """Hundredths of a second that the next picture is shown."""
    label = _exactly(file, 1)[0]
    length = _exactly(file, 1)[0]
    head = _exactly(file, length)
    delay = int.from_bytes(head[1:3], "little") if label == 0xF9 and length == 4 else 0
    begin = file.tell()
    if length:
        _skip_blocks(file, found)
    after = file.tell()
    text = after - begin - len(GIF_XMP_END)
    if label == 0xFF and head == GIF_XMP and 0 < text <= MAX_TEXT:
        file.seek(begin)
        _text(file, found, text)
        file.seek(after)
    return delay


def _skip_blocks(file: BinaryIO, found: _Found) -> None:
    blocks = found.extra.get("blocks", 0)
    while length := _exactly(file, 1)[0]:
        blocks += 1
        file.seek(length, os.SEEK_CUR)
        if blocks > _MAX_BLOCKS:
            raise NotAPicture("it has too many parts")
    found.extra["blocks"] = blocks


# -- WebP


def read_moving_webp(file: BinaryIO, size: int) -> Contents:
    """A WebP whose header says that it moves. NotAPicture when it is no whole one."""
    found = _Found()
    file.seek(4)
    end = 8 + int.from_bytes(_exactly(file, 4), "little")
    if end > size:
        raise NotAPicture("it is cut short")
    start, thousandths, frames = 12, 0, 0
    while start + 8 <= end:
        found.step()
        file.seek(start)
        kind, length = struct.unpack("<4sI", _exactly(file, 8))
        if start + 8 + length > end:
            raise NotAPicture("it is cut short")
        if kind == b"VP8X" and length >= 10:
            head = _exactly(file, 10)
            found.width = 1 + int.from_bytes(head[4:7], "little")
            found.height = 1 + int.from_bytes(head[7:10], "little")
        elif kind == b"ANMF" and length >= 16:
            frames += 1
            thousandths += int.from_bytes(_exactly(file, 16)[12:15], "little")
        elif kind == b"XMP ":
            _text(file, found, length)
        start += 8 + length + length % 2
    if frames < 2:
        raise StillPicture("it is a WebP picture that stands still")
    found.data = True
    found.seconds = max(thousandths, frames) / 1000
    return found.result("webp", file)
