"""FLAC files: what they say about themselves, read without decoding a sample, and said anew.

Everything here is bounded, as in `containers`. FLAC: RFC 9639; the texts are Vorbis comments,
https://www.xiph.org/vorbis/doc/v-comment.html, whose names know no upper and lower case.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator
from functools import cache
from typing import BinaryIO, NamedTuple

from studio.library.contents import LONGEST, MAX_PARTS, MAX_TEXT, Contents, NotAPicture
from studio.library.files import OpenFile

SIGNATURE = b"fLaC"
_STREAMINFO, _PADDING, _SEEKTABLE, _COMMENTS = 0, 1, 3, 4
_LAST = 0x80  # flag of the last block before the frames
_MOST_BLOCK = 2**24 - 1  # bytes
_MAX_TEXTS = 2 * MAX_TEXT  # of all texts of one file
_ENDS = 64 * 1024
_MAX_FRAME = 4 * 2**20  # bytes at the end in which the last frame is looked for
_MAX_TRIES = 5_000
_AT_ONCE = 4 * 2**20
_VENDOR = b"Easel"


class _Stream(NamedTuple):
    """What STREAMINFO says. samples: of each channel. block: samples of a frame, but the last."""

    rate: int
    channels: int
    samples: int
    block: int
    longest: int  # bytes of the longest frame, 0 where it is not known


def read_flac(file: BinaryIO, size: int) -> Contents:
    """Length and texts of a FLAC file. NotAPicture when it is no whole one."""
    stream, info = None, b""
    texts: dict[str, str] = {}
    begin = len(SIGNATURE)
    for kind, begin, length in _blocks(file, size):
        if kind == _STREAMINFO and stream is None:
            info = _exactly(file, length)
            stream = _stream(info)
        elif kind == _COMMENTS and not texts and length <= _MAX_TEXTS:
            texts = read_comments(_exactly(file, length))
        begin += length
    if stream is None:
        raise NotAPicture("its beginning is damaged")
    seconds = stream.samples / stream.rate
    if not 0 < seconds <= LONGEST:
        raise NotAPicture("it does not say how long it is")
    if not _ends_well(file, begin, size, stream):
        raise NotAPicture("it is cut short")
    summary = hashlib.sha256(info)
    for start in (begin, max(begin, size - _ENDS)):
        file.seek(start)
        summary.update(file.read(_ENDS))
    return Contents("flac", 0, 0, seconds, texts, None, summary.hexdigest()[:32], stream.rate)


def copy(
    source: BinaryIO,
    size: int,
    target: OpenFile,
    fields: Iterable[tuple[str, str]],
    *,
    keep: bool = False,
) -> None:
    """Copy a FLAC file so that these fields are all that it says about itself.

    The sound stays as it is to the last bit. fields: names of ASCII without "=", and texts.
    keep: leave what else it says and carries, such as a picture; fields that are not empty take
    the place of those of the same name.
    NotAPicture when the source is damaged, OSError when the disk fails, ValueError for fields
    that are longer than a FLAC file can hold.
    """
    kept = []
    lines = [f"{name}={text}".encode() for name, text in fields if text]
    new = {line.partition(b"=")[0].lower() for line in lines}
    begin = len(SIGNATURE)
    for kind, begin, length in _blocks(source, size):
        if kind == _COMMENTS and keep:
            old = _lines(_exactly(source, length))
            lines += [line for line in old if line.partition(b"=")[0].lower() not in new]
        elif kind in (_STREAMINFO, _SEEKTABLE) or (keep and kind != _PADDING):
            kept.append((kind, _exactly(source, length)))
        begin += length
    comments = _packed(lines)
    target.write(SIGNATURE)
    for kind, data in kept:
        target.write(bytes([kind]) + len(data).to_bytes(3, "big") + data)
    target.write(bytes([_COMMENTS | _LAST]) + len(comments).to_bytes(3, "big") + comments)
    source.seek(begin)
    while data := source.read(_AT_ONCE):
        target.write(data)


def _blocks(file: BinaryIO, size: int) -> Iterator[tuple[int, int, int]]:
    """Kind, beginning and length of each block, where the file then stands."""
    at = len(SIGNATURE)
    for number in range(MAX_PARTS):
        file.seek(at)
        head = _exactly(file, 4)
        kind, length = head[0] & 0x7F, int.from_bytes(head[1:], "big")
        if (number == 0) != (kind == _STREAMINFO) or kind == 0x7F:
            raise NotAPicture("its beginning is damaged")
        at += 4
        if at + length > size:
            raise NotAPicture("it is cut short")
        yield kind, at, length
        at += length
        if head[0] & _LAST:
            return
    raise NotAPicture("it has too many parts")


def _stream(info: bytes) -> _Stream:
    if len(info) != 34:
        raise NotAPicture("its beginning is damaged")
    least, most = struct.unpack(">HH", info[:4])
    packed = int.from_bytes(info[10:18], "big")
    rate = packed >> 44
    if not rate or most < 16 or least > most:
        raise NotAPicture("its beginning is damaged")
    channels, samples = (packed >> 41 & 7) + 1, packed & (2**36 - 1)
    return _Stream(rate, channels, samples, least, int.from_bytes(info[7:10], "big"))


def read_comments(data: bytes) -> dict[str, str]:
    """Vorbis comments by name, in small letters; the first of each. NotAPicture if damaged."""
    texts: dict[str, str] = {}
    for line in _lines(data):
        name, _, text = line.partition(b"=")
        if len(text) <= MAX_TEXT:
            texts.setdefault(name.decode("latin-1").lower(), text.decode("utf-8", "replace"))
    return texts


def _lines(data: bytes) -> list[bytes]:
    """Vorbis comments as they are written, "name=text". NotAPicture if damaged."""
    at = 0

    def take() -> bytes:
        nonlocal at
        (length,) = struct.unpack_from("<I", data, at)
        at += 4 + length
        if at > len(data):
            raise NotAPicture("it is damaged")
        return data[at - length : at]

    try:
        take()  # who wrote it
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
        return [take() for _ in range(min(count, MAX_PARTS))]
    except struct.error as error:
        raise NotAPicture("it is damaged") from error


def _packed(lines: list[bytes]) -> bytes:
    data = struct.pack("<I", len(_VENDOR)) + _VENDOR + struct.pack("<I", len(lines))
    data += b"".join(struct.pack("<I", len(line)) + line for line in lines)
    if len(data) > _MOST_BLOCK:
        raise ValueError(f"{len(data)} bytes of comments")
    return data


def _ends_well(file: BinaryIO, begin: int, size: int, stream: _Stream) -> bool:
    """Whether the frame that lies at the end is whole, and the last one by its number."""
    longest = min(stream.longest or _MAX_FRAME, _MAX_FRAME) + 128
    start = max(begin, size - longest)
    file.seek(start)
    tail = file.read(size - start)
    if tail[-128:-125] == b"TAG":  # as some taggers put it behind everything
        tail = tail[:-128]
    at = len(tail)
    for _ in range(_MAX_TRIES):
        at = tail.rfind(b"\xff", 0, at)
        if at < 0:
            return False
        if tail[at + 1 : at + 2] in (b"\xf8", b"\xf9"):
            found = _position(tail[at : at + 16], stream.block)
            if found is not None and sum(found) == stream.samples:
                return _crc(tail[at:], 0x8005, 16) == 0
    return False


def _position(head: bytes, block: int) -> tuple[int, int] | None:
    """First sample and number of samples of the frame that begins here; None where none does."""
    if len(head) < 6 or head[3] & 1:
        return None
    ones = 8 - (~head[4] & 0xFF).bit_length()  # as in UTF-8, but of up to 36 bits
    if ones in (1, 8):
        return None
    at = 4 + max(1, ones)
    number = head[4] & (0x7F >> ones)
    for byte in head[5:at]:
        number = number << 6 | byte & 0x3F
    code, rate = head[2] >> 4, head[2] & 15
    more = {6: 1, 7: 2}.get(code, 0)
    count = int.from_bytes(head[at : at + more], "big") + 1
    if code == 1:
        count = 192
    elif 2 <= code <= 5:
        count = 576 << (code - 2)
    elif code >= 8:
        count = 256 << (code - 8)
    at += more + {12: 1, 13: 2, 14: 2}.get(rate, 0)
    if code == 0 or rate == 15 or at >= len(head) or _crc(head[: at + 1], 0x07, 8):
        return None
    return (number if head[1] & 1 else number * block), count


def _crc(data: bytes, polynomial: int, bits: int) -> int:
    """Cyclic redundancy check, highest bit first; 0 over data with its own check at the end."""
    table, mask = _table(polynomial, bits), (1 << bits) - 1
    value, shift = 0, bits - 8
    for byte in data:
        value = (value << 8 & mask) ^ table[value >> shift ^ byte]
    return value


@cache
def _table(polynomial: int, bits: int) -> list[int]:
    top, mask = 1 << (bits - 1), (1 << bits) - 1
    table = []
    for value in range(256):
        value <<= bits - 8
        for _ in range(8):
            value = (value << 1 ^ (polynomial if value & top else 0)) & mask
        table.append(value)
    return table


def _exactly(file: BinaryIO, length: int) -> bytes:
    data = file.read(length)
    if len(data) < length:
        raise NotAPicture("it is cut short")
    return data
