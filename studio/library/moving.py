"""Writing moving pictures: GIF, moving PNG and moving WebP, frame by frame.

Each takes about as much memory as two frames, however long the film is; what has to stand at the
beginning of the file and is known only at its end is filled in then. GIF89a; PNG 3 (APNG):
https://www.w3.org/TR/png-3/; WebP: RFC 9649.
"""

from __future__ import annotations

import io
import math
import struct
import zlib
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from studio.library.containers import PNG_SIGNATURE, PNG_XMP
from studio.library.film_boxes import GIF_XMP, GIF_XMP_END
from studio.library.palette import Palette

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.library.files import OpenFile

    Frame = NDArray[np.uint8]

_WEBP_QUALITY = 90


class _Moving:
    """What the three have in common.

    size: width and height of all frames, in pixels. fps: frames a second. packet: XMP.
    """

    def __init__(self, file: OpenFile, size: tuple[int, int], fps: Fraction, packet: bytes) -> None:
        self.file, self.size, self.fps, self.count = file, size, fps, 0
        self._before: Frame | None = None
        self.begin(packet)

    def begin(self, packet: bytes) -> None:
        raise NotImplementedError

    def add(self, frame: Frame) -> None:
        """Write a frame, uint8, height x width x 3."""
        self.put(frame, changed_box(self._before, frame))
        self._before = frame.copy()
        self.count += 1

    def put(self, frame: Frame, box: tuple[int, int, int, int], /) -> None:
        raise NotImplementedError

    def finish(self) -> None:
        """Write what comes at the end."""
        raise NotImplementedError

    def abort(self) -> None:
        """Let go; the file will not be kept."""

    def until(self, number: int, unit: int) -> int:
        """When frame `number` is shown, in parts of a second. Rounded here, it never drifts."""
        return round(Fraction(number * unit) / self.fps)


def changed_box(before: Frame | None, frame: Frame) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is different from the frame before; never empty."""
    height, width = frame.shape[:2]
    if before is None:
        return 0, 0, width, height
    differs = (before != frame).any(axis=2)
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not rows.size:
        return 0, 0, 1, 1
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


class PngFilm(_Moving):
    """A moving PNG: every pixel as it is, in large files."""

    def begin(self, packet: bytes) -> None:
        self._number = 0  # of the parts that have one
        self.file.write(PNG_SIGNATURE)
        self._chunk(b"IHDR", struct.pack(">IIBBBBB", *self.size, 8, 2, 0, 0, 0))
        self._plan = self.file.tell()
        self._chunk(b"acTL", bytes(8))
        self._chunk(b"iTXt", PNG_XMP + packet)

    def put(self, frame: Frame, box: tuple[int, int, int, int]) -> None:
        left, top, right, bottom = box
        pause = 1 / self.fps
        above, below = pause.limit_denominator(65535).as_integer_ratio()
        self._chunk(
            b"fcTL",
            struct.pack(">IIIII", self._next(), right - left, bottom - top, left, top)
            + struct.pack(">HHBB", min(above, 65535), below, 0, 0),
        )
        data = _packed(frame[top:bottom, left:right])
        if self.count == 0:
            self._chunk(b"IDAT", data)
        else:
            self._chunk(b"fdAT", struct.pack(">I", self._next()) + data)

    def finish(self) -> None:
        self._chunk(b"IEND", b"")
        self.file.seek(self._plan)
        self._chunk(b"acTL", struct.pack(">II", self.count, 0))

    def _next(self) -> int:
        self._number += 1
        return self._number - 1

    def _chunk(self, kind: bytes, data: bytes) -> None:
        checksum = zlib.crc32(data, zlib.crc32(kind))
        self.file.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum))


def _packed(pixels: Frame) -> bytes:
    """Each row as the difference from the one above it (filter 2), packed.

    Runs and Huffman codes alone: a sixth of the time of a search for repetitions, and for smooth
    pictures no larger.
    """
    height, width = pixels.shape[:2]
    rows = pixels.reshape(height, 3 * width)
    lines = np.empty((height, 1 + 3 * width), np.uint8)
    lines[:, 0] = 2
    lines[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=lines[1:, 1:])
    packer = zlib.compressobj(4, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_RLE)
    return packer.compress(lines.tobytes()) + packer.flush()


class WebpFilm(_Moving):
    """A moving WebP: lossy, every frame whole, so that it can be written as it comes."""

    def begin(self, packet: bytes) -> None:
        width, height = self.size
        xmp, animation = 0x04, 0x02
        head = bytes([xmp | animation, 0, 0, 0]) + _three(width - 1) + _three(height - 1)
        self.file.write(b"RIFF" + bytes(4) + b"WEBP")
        self._chunk(b"VP8X", head)
        self._chunk(b"ANIM", bytes(6))
        self._packet = packet

    def put(self, frame: Frame, box: tuple[int, int, int, int]) -> None:
        # Where a part begins is written halved.
        left, top, right, bottom = box[0] & ~1, box[1] & ~1, box[2], box[3]
        buffer = io.BytesIO()
        part = Image.fromarray(np.ascontiguousarray(frame[top:bottom, left:right]))
        part.save(buffer, "WEBP", quality=_WEBP_QUALITY, method=2)
        pause = self.until(self.count + 1, 1000) - self.until(self.count, 1000)
        head = _three(left // 2) + _three(top // 2) + _three(right - left - 1)
        head += _three(bottom - top - 1) + _three(pause)
        no_blending = 0x02
        self._chunk(b"ANMF", head + bytes([no_blending]) + _webp_pixels(buffer.getvalue()))

    def finish(self) -> None:
        self._chunk(b"XMP ", self._packet)
        length = self.file.tell() - 8
        if length >= 2**32:
            raise OverflowError
        self.file.seek(4)
        self.file.write(struct.pack("<I", length))

    def _chunk(self, kind: bytes, data: bytes) -> None:
        self.file.write(kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2))


def _three(value: int) -> bytes:
    return value.to_bytes(3, "little")


def _webp_pixels(whole: bytes) -> bytes:
    """The pixels' part of a still WebP file."""
    at = 12
    while at < len(whole):
        kind, length = struct.unpack_from("<4sI", whole, at)
        end = at + 8 + length + length % 2
        if kind in (b"VP8 ", b"VP8L"):
            return whole[at:end]
        at = end
    raise ValueError("a WebP file without pixels")


class GifFilm(_Moving):
    """A GIF: 255 colours a frame, which change as slowly as the film does.

    Players slow a GIF down that asks for more than 50 frames a second: of such a film only every
    second frame is taken.
    """

    def begin(self, packet: bytes) -> None:
        self._every = math.ceil(self.fps / 50)
        self._asked = 0
        self.fps /= self._every
        self._palette = Palette(255)
        self._shown: Frame | None = None
        self.file.write(b"GIF89a" + struct.pack("<HHBBB", *self.size, 0x70, 0, 0))
        for_ever = b"\x03\x01\0\0\0"
        self.file.write(b"!\xff\x0bNETSCAPE2.0" + for_ever)
        self.file.write(b"!\xff\x0b" + GIF_XMP + packet + GIF_XMP_END)

    def put(self, frame: Frame, _box: tuple[int, int, int, int]) -> None:
        indices, colours = self._palette.painted(frame)
        painted = colours[indices]
        left, top, right, bottom = changed_box(self._shown, painted)
        part = indices[top:bottom, left:right].copy()
        if self._shown is not None:  # what stays as it is need not be drawn, and packs better
            same = (painted == self._shown).all(axis=2)[top:bottom, left:right]
            part[same] = 255
        self._shown = painted
        pause = self.until(self.count + 1, 100) - self.until(self.count, 100)
        stays_and_clear = 0x05
        self.file.write(b"!\xf9\x04" + struct.pack("<BHBB", stays_and_clear, pause, 255, 0))
        local_colours = 0x87
        self.file.write(
            b"," + struct.pack("<HHHHB", left, top, right - left, bottom - top, local_colours)
        )
        self.file.write(colours.tobytes() + bytes(3 * (256 - len(colours))))
        self.file.write(_gif_pixels(part))

    def add(self, frame: Frame) -> None:
        if self._asked % self._every == 0:
            super().add(frame)
        self._asked += 1

    def finish(self) -> None:
        self.file.write(b";")


def _gif_pixels(indices: Frame) -> bytes:
    """The pixels' part of a GIF, packed by Pillow; it begins with the size of a code."""
    buffer = io.BytesIO()
    image = Image.fromarray(np.ascontiguousarray(indices))
    image.save(buffer, "GIF", optimize=False, interlace=0)
    whole = buffer.getvalue()
    colours = 3 << (whole[10] & 7) + 1 if whole[10] & 0x80 else 0
    start = 13 + colours
    while whole[start : start + 1] == b"!":  # extensions before it
        start += 2
        while length := whole[start]:
            start += 1 + length
        start += 1
    if whole[start : start + 1] != b"," or whole[start + 9] & 0x80:
        raise ValueError("a GIF file of an unknown form")
    return whole[start + 10 : -1]
