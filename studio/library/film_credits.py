"""Copies of films that say whose they are: title, author, what others may do, tags.

Pictures and sound stay as they are to the last bit. What is said stands in the XMP packet, which
becomes longer by it; where each kind of film has room for that: ISO/IEC 14496-12 (MP4), PNG 3
(APNG), RFC 9649 (WebP), GIF89a; a WebM is put together anew from its streams.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from studio.library.containers import PNG_SIGNATURE, PNG_XMP
from studio.library.copies import copy_film as copy_as_it_is
from studio.library.credits import NOTHING_SAID, Credits
from studio.library.files import OpenFile, open_atomically
from studio.library.film_boxes import XMP_TAG, XMP_UUID
from studio.library.metadata import packet
from studio.library.reading import PictureFile

_AT_ONCE = 4 * 2**20
_END = '<?xpacket end="w"?>'
_CRC = 4  # bytes after a chunk of PNG


def copy_film(
    source: Path,
    target: Path,
    film: PictureFile,
    *,
    keep_recipe: bool,
    credit: Credits = NOTHING_SAID,
    check: Callable[[], None] = lambda: None,
) -> None:
    """Copy a film, with what the artist says of it.

    film: what its file says. In a film from elsewhere, which has no packet of ours, nothing is
    changed. check: called now and then; what it raises comes through. OSError where the disk fails.
    """
    if credit == NOTHING_SAID or not film.ours or film.packet is None:
        copy_as_it_is(source, target, film, keep_recipe=keep_recipe)
        return
    text = packet(film.facts, keep_recipe=keep_recipe, credit=credit)
    start, length = film.packet
    missing = length - len(text.encode())
    if missing > 0:  # what was there before leaves no rest
        text = text.replace(_END, " " * missing + _END)
    with source.open("rb") as read:
        head = read.read(12)
    with open_atomically(target) as file:
        if head[:4] == b"\x1a\x45\xdf\xa3":
            _webm(source, file, text, check)
        else:
            writer = _PARTS.get(head[:4]) or _PARTS[head[4:8]]
            writer(source, file, start, length, text.encode(), check)


def _png(
    source: Path, file: OpenFile, start: int, length: int, text: bytes, check: Callable[[], None]
) -> None:
    begin = start - len(PNG_XMP) - 8
    chunk = b"iTXt" + PNG_XMP + text
    whole = struct.pack(">I", len(PNG_XMP) + len(text)) + chunk
    whole += struct.pack(">I", zlib.crc32(chunk))
    _spliced(source, file, begin, start + length + _CRC, whole, check)


def _webp(
    source: Path, file: OpenFile, start: int, length: int, text: bytes, check: Callable[[], None]
) -> None:
    chunk = struct.pack("<4sI", b"XMP ", len(text)) + text + bytes(len(text) % 2)
    _spliced(source, file, start - 8, start + length + length % 2, chunk, check)
    size = file.seek(0, 2)
    file.seek(4)
    file.write(struct.pack("<I", size - 8))


def _gif(
    source: Path, file: OpenFile, start: int, length: int, text: bytes, check: Callable[[], None]
) -> None:
    _spliced(source, file, start, start + length, text, check)


def _mp4(
    source: Path, file: OpenFile, start: int, length: int, text: bytes, check: Callable[[], None]
) -> None:
    """The old packet becomes room that is free and empty, so that nothing behind it moves."""
    _spliced(source, file, start, start + length, bytes(length), check)
    file.seek(start - len(XMP_UUID) - 4)
    file.write(b"free" + bytes(len(XMP_UUID)))
    file.seek(0, 2)
    file.write(struct.pack(">I4s", 24 + len(text), b"uuid") + XMP_UUID + text)


def _webm(source: Path, file: OpenFile, text: str, check: Callable[[], None]) -> None:
    import av

    into: Any = av.open(file, "w", format="webm", options={"fflags": "+bitexact"})
    try:
        with av.open(str(source)) as out_of:
            into.metadata[XMP_TAG] = text
            streams = {
                stream.index: into.add_stream_from_template(stream) for stream in out_of.streams
            }
            for part in out_of.demux():
                check()
                if part.dts is not None:
                    part.stream = streams[part.stream.index]
                    into.mux(part)
    finally:
        into.close()


def _spliced(
    source: Path, file: OpenFile, begin: int, end: int, new: bytes, check: Callable[[], None]
) -> None:
    """Copy the source, with something else between two places."""
    with source.open("rb") as read:
        left = begin
        while left and (data := read.read(min(left, _AT_ONCE))):
            check()
            file.write(data)
            left -= len(data)
        file.write(new)
        read.seek(end)
        while data := read.read(_AT_ONCE):
            check()
            file.write(data)


_PARTS: dict[bytes, Callable[..., None]] = {
    PNG_SIGNATURE[:4]: _png,
    b"RIFF": _webp,
    b"GIF8": _gif,
    b"ftyp": _mp4,
}
