"""The texts inside copies of sounds, WAV, OGG and MP3, read without decoding a sample.

Everything here is bounded, as in `containers`. WAV: Multimedia Programming Interface and Data
Specifications 1.0; OGG: RFC 3533 and RFC 7845 (Opus), the Vorbis I specification; MP3: ID3v2.3
and ID3v2.4, https://id3.org.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from studio.library.contents import MAX_PARTS, MAX_TEXT, RECIPE_KEY, Contents, NotAPicture
from studio.library.flac import read_comments

_MAX_TEXTS = 2 * MAX_TEXT  # of all texts of one file
_RECIPE_CHUNK = b"easl"
_INFO = {b"INAM": "title", b"ISFT": "software", b"ICMT": "comment", b"ICOP": "copyright"}
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")  # as ID3v2 numbers them
_COMMENTS = (b"OpusTags", b"\x03vorbis")


def read_wav(file: BinaryIO, size: int) -> Contents:
    """A WAV file's texts. NotAPicture when it is cut short."""
    texts: dict[str, str] = {}
    at = 12
    for _ in range(MAX_PARTS):
        if at + 8 > size:
            return Contents("wav", texts=texts)
        file.seek(at)
        kind, length = struct.unpack("<4sI", file.read(8))
        if at + 8 + length > size:
            raise NotAPicture("it is cut short")
        if kind == _RECIPE_CHUNK and length <= MAX_TEXT:
            texts.setdefault(RECIPE_KEY, file.read(length).decode("utf-8", "replace"))
        elif kind == b"LIST" and length <= MAX_TEXT:
            _read_info(file.read(length), texts)
        at += 8 + length + length % 2
    raise NotAPicture("it has too many parts")


def read_ogg(file: BinaryIO, size: int) -> Contents:
    """The texts of an OGG file, Opus or Vorbis. NotAPicture when it is damaged."""
    packet = _second_packet(file, size)
    for start in _COMMENTS:
        if packet.startswith(start):
            return Contents("ogg", texts=read_comments(packet[len(start) :]))
    raise NotAPicture("it is a sound of a kind that Easel does not know")


def read_mp3(file: BinaryIO, size: int) -> Contents:
    """The texts of an MP3 file that begins with an ID3 tag. NotAPicture when that is damaged."""
    file.seek(0)
    head = file.read(10)
    version, length = head[3], _seven_bits(head[6:10])
    if version not in (3, 4) or 10 + length > size:
        raise NotAPicture("it is damaged")
    data = file.read(min(length, _MAX_TEXTS))
    texts: dict[str, str] = {}
    at = 0
    for _ in range(MAX_PARTS):
        frame = data[at : at + 10]
        if len(frame) < 10 or not frame[0]:  # padding
            break
        size_of = _seven_bits(frame[4:8]) if version == 4 else int.from_bytes(frame[4:8], "big")
        at += 10 + size_of
        if frame[:4] == b"TXXX" and size_of <= MAX_TEXT and not frame[9]:
            name, text = _named(data[at - size_of : at])
            texts.setdefault(name.lower(), text)
    return Contents("mp3", texts=texts)


def _read_info(data: bytes, texts: dict[str, str]) -> None:
    if data[:4] != b"INFO":
        return
    at = 4
    while at + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        text = data[at + 8 : at + 8 + length].rstrip(b"\0").decode("utf-8", "replace")
        if kind in _INFO:
            texts.setdefault(_INFO[kind], text)
        at += 8 + length + length % 2


def _second_packet(file: BinaryIO, size: int) -> bytes:
    """The second packet of the first stream, which is where its comments are."""
    packets, parts, room, serial = 0, [], 0, b""
    at = 0
    for _ in range(MAX_PARTS):
        file.seek(at)
        head = file.read(27)
        if len(head) < 27 or head[:4] != b"OggS" or at > size:
            break
        table = file.read(head[26])
        serial = serial or head[14:18]
        at += 27 + len(table) + sum(table)
        if head[14:18] != serial:
            continue
        for length in table:
            if packets == 1:
                parts.append(file.read(length))
                room += length
            else:
                file.seek(length, 1)
            if length < 255:
                if packets == 1:
                    return b"".join(parts)
                packets += 1
        if room > _MAX_TEXTS:
            break
    raise NotAPicture("it is damaged")


def _named(frame: bytes) -> tuple[str, str]:
    """Name and text of a TXXX frame; "" where they cannot be read."""
    if not frame or frame[0] >= len(_ENCODINGS):
        return "", ""
    text = frame[1:].decode(_ENCODINGS[frame[0]], "replace")
    name, _, rest = text.partition("\0")
    return name, rest.lstrip("\ufeff").rstrip("\0")


def _seven_bits(data: bytes) -> int:
    value = 0
    for byte in data:
        value = value << 7 | byte & 0x7F
    return value
