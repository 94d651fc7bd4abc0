"""Reading the texts inside PNG, JPEG and WebP files without decoding a pixel.

Everything here is bounded: a hostile file can make it fail, never take long or much memory.
PNG: https://www.w3.org/TR/png-3/; XMP in files: Adobe's XMP specification, part 3.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
XMP_KEYWORD = "XML:com.adobe.xmp"
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
MAX_PIXELS = 89_000_000  # Pillow warns of a decompression bomb above this
MAX_TEXT = 8 * 2**20  # bytes of one text, unpacked
_MAX_TEXTS = 4 * MAX_TEXT  # of all texts of one file
_MAX_CHUNKS = 100_000


class NotAPicture(ValueError):
    """A file that is none of the three, or is broken; says how."""


@dataclass(frozen=True)
class Contents:
    """Size in pixels (0 where it was not read), texts by keyword (XMP among them), a fingerprint.

    fingerprint: 32 hex digits that follow the pixels' packed data, for a file without an id.
    """

    format: str
    width: int = 0
    height: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    fingerprint: str = ""


def read(path: Path) -> Contents:
    """The texts of a picture, whose format is told by its content.

    OSError when the file cannot be opened, NotAPicture when it is no whole picture.
    """
    # A pipe of that name must not make us wait for someone to write into it.
    descriptor = os.open(
        path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    with os.fdopen(descriptor, "rb") as file:
        start = file.read(12)
        if start[:8] == PNG_SIGNATURE:
            file.seek(8)
            return _read_png(file, os.fstat(file.fileno()).st_size)
        if start[:3] == b"\xff\xd8\xff":
            file.seek(2)
            return Contents("jpeg", texts=_read_jpeg(file))
        if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
            return Contents("webp", texts=_read_webp(file))
    raise NotAPicture("it is not a PNG, JPEG or WebP picture")


def _read_png(file: BinaryIO, size: int) -> Contents:
    width = height = room = 0
    texts: dict[str, str] = {}
    fingerprint = hashlib.sha256()
    for number in range(_MAX_CHUNKS):
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
        elif kind in _TEXTS and length <= MAX_TEXT and room <= _MAX_TEXTS:
            keyword, text = _png_text(kind, _checked(file, kind, length))
            room += len(text)
            texts.setdefault(keyword, text)
        else:
            file.seek(length, os.SEEK_CUR)
            checksum = file.read(4)
            if kind == b"IDAT":
                fingerprint.update(head + checksum)
        if kind == b"IEND":
            return Contents("png", width, height, texts, fingerprint.hexdigest()[:32])
    raise NotAPicture("it has too many parts")


def _checked(file: BinaryIO, kind: bytes, length: int) -> bytes:
    data = file.read(min(length, MAX_TEXT))
    if zlib.crc32(data, zlib.crc32(kind)) != int.from_bytes(file.read(4), "big"):
        raise NotAPicture("it is damaged")
    return data


def _png_size(header: bytes) -> tuple[int, int]:
    if len(header) != 13:
        raise NotAPicture("its beginning is damaged")
    width, height = struct.unpack(">II", header[:8])
    if not width or not height:
        raise NotAPicture("it has no size")
    if width * height > MAX_PIXELS:
        raise NotAPicture("it is too large")
    return width, height


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
    for _ in range(_MAX_CHUNKS):
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
    for _ in range(_MAX_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            return {}
        kind, length = struct.unpack("<4sI", head)
        if kind == b"XMP " and length <= MAX_TEXT:
            return {XMP_KEYWORD: file.read(length).decode("utf-8", "replace")}
        file.seek(length + length % 2, os.SEEK_CUR)
    return {}
