"""Films made to do harm: a reader ends soon, and says what is wrong."""

from __future__ import annotations

import struct
import time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.library import Library, containers
from studio.library.contents import NotAPicture
from studio.library.playing import open_film
from tests.library.film_frames import EXTENSIONS, keep_film


@cache
def good(extension: str) -> bytes:
    with TemporaryDirectory() as place, Library.open(place) as library:
        return keep_film(library, extension).path.read_bytes()


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), extension=st.sampled_from(EXTENSIONS))
def test_damaged_bytes_never_crash_the_reader(data, extension, tmp_path) -> None:
    whole = good(extension)
    broken = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        # Where the structure is, more than where the pixels are.
        at = data.draw(st.integers(0, data.draw(st.sampled_from([64, 2000, len(broken) - 1]))))
        broken[at % len(broken)] = data.draw(st.sampled_from([0, 1, 0x7F, 0x80, 0xFF, 0x40]))
    path = tmp_path / "broken"
    path.write_bytes(broken[: data.draw(st.sampled_from([len(broken), len(broken) // 2, 50, 13]))])
    begin = time.process_time()
    try:
        contents = containers.read(path)
    except NotAPicture:
        pass
    else:
        assert contents.seconds >= 0
    assert time.process_time() - begin < 3


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), extension=st.sampled_from(EXTENSIONS))
def test_damaged_bytes_never_crash_the_decoder(data, extension, tmp_path) -> None:
    broken = bytearray(good(extension))
    for _ in range(data.draw(st.integers(1, 20))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "broken"
    path.write_bytes(broken)
    try:
        for moment in open_film(path).frames():
            assert moment.pixels.shape[2] == 3
    except (NotAPicture, OSError):
        pass


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    start=st.sampled_from(
        [b"\0\0\0\x18ftyp", b"\x1a\x45\xdf\xa3", b"GIF89a", b"RIFF\xff\xff\0\0WEBPVP8X\x0a\0\0\0\2"]
    ),
    rest=st.binary(max_size=400),
)
def test_noise_is_no_film(start, rest, tmp_path) -> None:
    path = tmp_path / "noise"
    path.write_bytes(start + rest)
    try:
        assert containers.read(path).seconds > 0
    except NotAPicture:
        pass


def box(kind: bytes, *inner: bytes) -> bytes:
    data = b"".join(inner)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def element(kind: int, data: bytes) -> bytes:
    return (
        kind.to_bytes((kind.bit_length() + 7) // 8, "big")
        + struct.pack(">Q", len(data) | 1 << 56)
        + data
    )


FTYP = box(b"ftyp", b"isom\0\0\2\0")
HEAD = element(0x1A45DFA3, element(0x4282, b"webm"))


@pytest.mark.parametrize(
    ("data", "words"),
    {
        "many empty boxes": (FTYP + box(b"free") * 200_000, "too many parts"),
        "boxes in the table": (FTYP + box(b"moov", box(b"trak") * 200_000), "too many parts"),
        "a box of no length": (FTYP + struct.pack(">I4s", 4, b"moov"), "damaged"),
        "a box of 2^63": (FTYP + struct.pack(">I4sQ", 1, b"mdat", 2**63), "cut short"),
        "no pictures": (FTYP + box(b"mdat", b"x"), "no size"),
        "an endless element": (HEAD + b"\x18\x53\x80\x67\x01" + b"\xff" * 7, "no size"),
        "many elements": (HEAD + element(0x18538067, b"\xec\x80" * 300_000), "too many parts"),
        "a GIF of empty blocks": (
            b"GIF89a" + struct.pack("<HHBBB", 9, 9, 0, 0, 0) + b"!\xfe\0" * 300_000,
            "too many parts",
        ),
        "a GIF too large": (
            b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0) + b";",
            "too large",
        ),
    }.values(),
    ids=range(9),
)
def test_lies_about_lengths(tmp_path, data, words) -> None:
    path = tmp_path / "lies"
    path.write_bytes(data)
    begin = time.process_time()
    with pytest.raises(NotAPicture, match=words):
        containers.read(path)
    assert time.process_time() - begin < 3


def test_a_packet_that_is_too_long_is_not_read(tmp_path, library, monkeypatch) -> None:
    path = keep_film(library, ".mp4").path
    monkeypatch.setattr("studio.library.film_boxes.MAX_TEXT", 100)
    contents = containers.read(path)
    assert contents.texts == {}
    assert contents.packet is None


def test_films_within_films_lead_nowhere(tmp_path) -> None:
    """A playlist that names other files or addresses, under a film's name."""
    path: Path = tmp_path / "list.mp4"
    for text in ("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n", "ffconcat version 1.0\n"):
        path.write_text(text)
        with pytest.raises(NotAPicture):
            open_film(path)
