"""Reading the texts inside the files of pictures, films and sounds without decoding them.

Films, apart from moving PNGs, are read in `film_boxes`, sounds in `flac` and `sound_texts`.
Everything here is bounded: a hostile file can make it fail, never take long or much memory.
PNG: https://www.w3.org/TR/png-3/; XMP in files: Adobe's XMP specification, part 3.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from studio.library import film_boxes, flac, sound_texts
from studio.library.contents import (
    LONGEST,
    MAX_PARTS,
    MAX_PIXELS,
    MAX_TEXT,
    XMP_KEYWORD,
    Contents,
    NotAPicture,
    StillPicture,
    checked_size,
)

__all__ = [
    "MAX_PIXELS",
    "MAX_TEXT",
    "PNG_SIGNATURE",
    "XMP_KEYWORD",
    "Contents",
    "NotAPicture",
    "StillPicture",
    "read",
]

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# An XMP chunk up to the packet: not compressed, without language or keyword in that language.
PNG_XMP = XMP_KEYWORD.encode() + bytes(5)
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_MAX_TEXTS = 4 * MAX_TEXT  # of all texts of one file


def read(path: Path) -> Contents:
    """Size, length and texts of a picture, film or sound, whose format is told by its content.

    OSError when the file cannot be opened, NotAPicture when it is no whole one.
    """
    # A pipe of that name must not make us wait for someone to write into it.
    descriptor = os.open(
        path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    with os.fdopen(descriptor, "rb") as file:
        return read_open(file)


def read_open(file: BinaryIO) -> Contents:
    """The same of an open file, from wherever in it."""
    file.seek(0)
    start = file.read(21)
    size = os.fstat(file.fileno()).st_size
    if start[:8] == PNG_SIGNATURE:
        file.seek(8)
        return _read_png(file, size)
    if start[:3] == b"\xff\xd8\xff":
        file.seek(2)
        return Contents("jpeg", texts=_read_jpeg(file))
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        if start[12:16] == b"VP8X" and start[20:21] and start[20] & 2:
            return film_boxes.read_moving_webp(file, size)
        file.seek(12)
        return Contents("webp", texts=_read_webp(file))
    if start[4:8] == b"ftyp":
        return film_boxes.read_mp4(file, size)
    if start[:4] == b"\x1a\x45\xdf\xa3":
        return film_boxes.read_webm(file, size)
    if start[:6] in (b"GIF87a", b"GIF89a"):
        return film_boxes.read_gif(file, size)
    if start[:4] == flac.SIGNATURE:
        return flac.read_flac(file, size)
    read_texts = _sound_reader(start)
    if read_texts is not None:
        return read_texts(file, size)
    raise NotAPicture("it is not a picture, film or sound of a kind that Easel knows")


def _sound_reader(start: bytes) -> Callable[[BinaryIO, int], Contents] | None:
    """What reads the texts of a copy of a sound."""
    if start[:4] == b"RIFF" and start[8:12] == b"WAVE":
        return sound_texts.read_wav
    if start[:4] == b"OggS":
        return sound_texts.read_ogg
    return sound_texts.read_mp3 if start[:3] == b"ID3" else None


@dataclass
class _Motion:
    """What a PNG says of moving."""

    moves: bool = False
    frames: int = 0
    seconds: float = 0.0

    def note(self, kind: bytes, data: bytes) -> None:
        if kind == b"acTL":
            self.moves = True
        elif len(data) == 26:
            self.frames += 1
            above, below = struct.unpack(">HH", data[20:24])
            self.seconds += above / (below or 100)

    @property
    def length(self) -> float:
        """Seconds, 0 for a picture that stands still."""
        moving = self.moves and self.frames > 1
        return min(max(self.seconds, self.frames / 1000), LONGEST) if moving else 0.0


def _read_png(file: BinaryIO, size: int) -> Contents:
    width = height = room = 0
    texts: dict[str, str] = {}
    packet: tuple[int, int] | None = None
    motion = _Motion()
    fingerprint = hashlib.sha256()
    for number in range(MAX_PARTS):
        head = file.read(8)
        if len(head) < 8:
            raise NotAPicture("it is cut short")
        length, kind = struct.unpack(">I4s", head)
        if (number == 0) != (kind == b"IHDR"):
            raise NotAPicture("its beginning is damaged")
        if file.tell() + length + 4 > size:
            raise NotAPicture("it is cut short")
        if kind == b"IHDR":
            data = _checked(file, kind, length)
            fingerprint.update(data)
            width, height = _png_size(data)
        elif kind in (b"acTL", b"fcTL") and length <= 26:
            motion.note(kind, _checked(file, kind, length))
        elif kind in _TEXTS and length <= MAX_TEXT and room <= _MAX_TEXTS:
            begin = file.tell()
            data = _checked(file, kind, length)
            keyword, text = _png_text(kind, data)
            room += len(text)
            if keyword == XMP_KEYWORD and data.startswith(PNG_XMP) and packet is None:
                packet = begin + len(PNG_XMP), length - len(PNG_XMP)
            texts.setdefault(keyword, text)
        else:
            file.seek(length, os.SEEK_CUR)
            checksum = file.read(4)
            if kind == b"IDAT":
                fingerprint.update(head + checksum)
        if kind == b"IEND":
            return Contents(
                "png", width, height, motion.length, texts, packet, fingerprint.hexdigest()[:32]
            )
    raise NotAPicture("it has too many parts")


def _checked(file: BinaryIO, kind: bytes, length: int) -> bytes:
    data = file.read(min(length, MAX_TEXT))
    if zlib.crc32(data, zlib.crc32(kind)) != int.from_bytes(file.read(4), "big"):
        raise NotAPicture("it is damaged")
    return data


def _png_size(header: bytes) -> tuple[int, int]:
    if len(header) != 13:
        raise NotAPicture("its beginning is damaged")
    return checked_size(*struct.unpack(">II", header[:8]))


def _png_text(kind: bytes, data: bytes) -> tuple[str, str]:
    """Keyword and text of a text chunk; the text is "" where it cannot be read."""
    keyword, _, rest = data.partition(b"\0")
    name = keyword.decode("latin-1")
    if kind == b"tEXt":
        return name, rest.decode("latin-1")
    if kind == b"zTXt":
        return name, _unpack(rest[1:]).decode("latin-1")
    packed = rest[:1] == b"\x01"
    _, _, rest = rest[2:].partition(b"\0")  # language
    _, _, rest = rest.partition(b"\0")  # the keyword in that language
    return name, (_unpack(rest) if packed else rest).decode("utf-8", "replace")


def _unpack(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, MAX_TEXT)
    except zlib.error:
        return b""
    return b"" if unpacker.unconsumed_tail else text


def _read_jpeg(file: BinaryIO) -> dict[str, str]:
    for _ in range(MAX_PARTS):
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            raise NotAPicture("it is damaged")
        length = int.from_bytes(head[2:], "big") - 2
        if head[1] == 0xDA or length < 0:  # the pixels begin; metadata comes before
            return {}
        data = file.read(length)
        if head[1] == 0xE1 and data.startswith(_JPEG_XMP):
            return {XMP_KEYWORD: data[len(_JPEG_XMP) :].decode("utf-8", "replace")}
    return {}


def _read_webp(file: BinaryIO) -> dict[str, str]:
    for _ in range(MAX_PARTS):
        head = file.read(8)
        if len(head) < 8:
            return {}
        kind, length = struct.unpack("<4sI", head)
        if kind == b"XMP " and length <= MAX_TEXT:
            return {XMP_KEYWORD: file.read(length).decode("utf-8", "replace")}
        file.seek(length + length % 2, os.SEEK_CUR)
    return {}
