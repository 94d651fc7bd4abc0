"""The few EXIF values that copies in JPEG and WebP carry, as a big-endian block.

Exif 3.0 (CIPA DC-008), a TIFF structure. Written by hand because Pillow gives UserComment the
type of plain bytes, which strict readers refuse.
"""

from __future__ import annotations

import struct

_SOFTWARE, _EXIF_FOLDER, _VERSION, _USER_COMMENT = 0x0131, 0x8769, 0x9000, 0x9286
_ASCII, _LONG, _UNDEFINED = 2, 4, 7
_HEAD = b"MM\0*" + struct.pack(">I", 8)

_Value = tuple[int, int, bytes]


def write(software: str, comment: str = "") -> bytes:
    """The block, from its "Exif" on. comment: any text, as UTF-16 the way the common tools do."""
    values: list[_Value] = [(_SOFTWARE, _ASCII, software.encode("ascii", "replace") + b"\0")]
    if not comment:
        return b"Exif\0\0" + _HEAD + _directory(values, len(_HEAD))
    text = b"UNICODE\0" + comment.encode("utf-16-be", "replace")
    inner: list[_Value] = [(_VERSION, _UNDEFINED, b"0300"), (_USER_COMMENT, _UNDEFINED, text)]
    # Where the inner directory begins does not change how long the outer one is.
    outer = _directory([*values, (_EXIF_FOLDER, _LONG, bytes(4))], len(_HEAD))
    start = len(_HEAD) + len(outer)
    outer = _directory([*values, (_EXIF_FOLDER, _LONG, struct.pack(">I", start))], len(_HEAD))
    return b"Exif\0\0" + _HEAD + outer + _directory(inner, start)


def _directory(values: list[_Value], start: int) -> bytes:
    """A directory that lies `start` bytes into the block, with its values after it."""
    entries, room = b"", b""
    begin = start + 2 + 12 * len(values) + 4
    for tag, kind, data in values:
        count = 1 if kind == _LONG else len(data)
        entries += struct.pack(">HHI", tag, kind, count)
        if len(data) <= 4:
            entries += data.ljust(4, b"\0")
        else:
            entries += struct.pack(">I", begin + len(room))
            room += data + b"\0" * (len(data) % 2)
    return struct.pack(">H", len(values)) + entries + bytes(4) + room
