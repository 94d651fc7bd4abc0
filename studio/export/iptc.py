"""The older IPTC block (IIM 4.2), for JPEG and TIFF: title, author, copyright,
instructions, tags.

Strings are UTF-8, which data set 1:90 says, and are cut where the standard's lengths end; XMP has
them whole.
"""

from __future__ import annotations

import struct
import unicodedata

from studio.export.words import Said

_UTF8 = b"\x1b%G"
_TITLE, _AUTHOR, _COPYRIGHT, _INSTRUCTIONS = (5, 64), (80, 32), (116, 128), (40, 256)
_TAG = (25, 64)
_PHOTOSHOP = b"Photoshop 3.0\0"
_JFIF_AND_EXIF = (0xE0, 0xE1)


def block(said: Said) -> bytes:
    """The data sets, or nothing where there is nothing to say."""
    sets = b""
    for (number, longest), text in (
        (_TITLE, said.title),
        (_INSTRUCTIONS, said.made),
        (_AUTHOR, said.words.author),
        (_COPYRIGHT, said.rights),
    ):
        if text:
            sets += _data_set(2, number, _cut(text, longest))
    for tag in said.tags:
        sets += _data_set(2, _TAG[0], _cut(tag, _TAG[1]))
    return _data_set(1, 90, _UTF8) + _data_set(2, 0, struct.pack(">H", 4)) + sets if sets else b""


def into_jpeg(data: bytes, iim: bytes) -> bytes:
    """JPEG bytes with the block in a Photoshop resource, after JFIF, EXIF and XMP."""
    if not iim:
        return data
    resource = b"8BIM" + struct.pack(">HHI", 0x0404, 0, len(iim)) + iim + bytes(len(iim) % 2)
    content = _PHOTOSHOP + resource
    segment = b"\xff\xed" + struct.pack(">H", len(content) + 2) + content
    place = 2
    while data[place] == 0xFF and data[place + 1] in _JFIF_AND_EXIF:
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return data[:place] + segment + data[place:]


def _data_set(record: int, number: int, value: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


def _cut(text: str, longest: int) -> bytes:
    """As much of the text as fits into `longest` bytes, in whole letters with their marks."""
    text = " ".join(text.split())
    end = len(text)
    while len(text[:end].encode("utf-8", "replace")) > longest:
        end -= 1
    while 0 < end < len(text) and unicodedata.category(text[end])[0] == "M":
        end -= 1
    return text[:end].encode("utf-8", "replace")
