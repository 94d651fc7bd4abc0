"""FLAC files made to do harm: a reader ends soon, and says what is wrong."""

from __future__ import annotations

import io
import random
import struct
import time
from functools import cache
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.library import Library, containers, flac
from studio.library.contents import NotAPicture
from studio.library.hearing import open_sound
from tests.library.sound_blocks import keep_sound

soundfile = pytest.importorskip("soundfile")

FUZZED = 500
INFO = bytes.fromhex("1000 1000 000000 000100") + struct.pack(">Q", 44_100 << 44 | 1 << 41 | 99)
STREAMINFO = b"\0\0\0\x22" + INFO + bytes(16)


@cache
def good() -> bytes:
    with TemporaryDirectory() as place, Library.open(place) as library:
        return keep_sound(library).path.read_bytes()


def block(kind: int, data: bytes, *, last: bool = False) -> bytes:
    return bytes([kind | (0x80 if last else 0)]) + len(data).to_bytes(3, "big") + data


def comments(*lines: bytes, count: int | None = None) -> bytes:
    data = struct.pack("<I", 1) + b"x" + struct.pack("<I", len(lines) if count is None else count)
    return data + b"".join(struct.pack("<I", len(line)) + line for line in lines)


def test_fuzzed_heads_stop_no_scan_and_each_is_named(library, folder) -> None:
    """Where the structure is: the signature, the blocks, the comments, the first frame."""
    whole = good()
    end = whole.index(b"easel:artwork") + 700
    chance = random.Random(11)
    written = set()
    for number in range(FUZZED):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 5)):
            at = chance.choice([chance.randrange(4, 60), chance.randrange(4, end)])
            broken[at] = chance.choice(
                [0, 1, 0x7F, 0x80, 0xFF, broken[at] ^ 1 << chance.randrange(8)]
            )
        if number % 5 == 0:
            del broken[chance.randrange(4, len(broken)) :]
        path = folder / f"{number:03}.flac"
        path.write_bytes(broken)
        written.add(path)
    begin = time.process_time()
    scan = library.rescan()
    assert time.process_time() - begin < 60
    shown = {artwork.path for artwork in library.recent(10_000)}
    assert shown | set(scan.unreadable) == written
    assert not shown & set(scan.unreadable)
    assert len(scan.unreadable) > FUZZED // 5
    assert library.rescan().unreadable == scan.unreadable
    for path in sorted(shown)[:40]:  # what is shown either plays or says that it cannot
        try:
            for sound in open_sound(path).blocks():
                assert np.isfinite(sound).all()
        except NotAPicture:
            pass


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(rest=st.binary(max_size=400), head=st.sampled_from([b"", STREAMINFO]))
def test_noise_is_no_sound(rest, head, tmp_path) -> None:
    path = tmp_path / "noise"
    path.write_bytes(b"fLaC" + head + rest)
    with pytest.raises(NotAPicture):
        containers.read(path)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=200))
def test_noise_is_no_comments(data) -> None:
    try:
        assert all(isinstance(text, str) for text in flac.read_comments(data).values())
    except NotAPicture:
        pass


def test_whatever_is_cut_off_is_missed(tmp_path) -> None:
    path = tmp_path / "cut.flac"
    for length in (*range(0, 1000, 31), *range(1000, len(good()), 997), len(good()) - 1):
        path.write_bytes(good()[:length])
        with pytest.raises(NotAPicture):
            containers.read(path)
    path.write_bytes(good())
    assert containers.read(path).seconds == 0.5


@pytest.mark.parametrize(
    ("data", "words"),
    {
        "nothing else": (b"", "cut short"),
        "no stream": (block(4, comments(), last=True), "beginning is damaged"),
        "a short stream": (block(0, INFO, last=True), "beginning is damaged"),
        "a stream twice": (STREAMINFO + STREAMINFO, "beginning is damaged"),
        "a block beyond the end": (STREAMINFO + b"\x04\xff\xff\xff", "cut short"),
        "many empty blocks": (STREAMINFO + block(1, b"") * 200_000, "too many parts"),
        "many comments": (
            STREAMINFO + block(4, comments(count=2**32 - 1), last=True),
            "it is damaged",
        ),
        "a comment beyond the end": (
            STREAMINFO + block(4, comments() + b"\xff\xff\xff\xff", last=True),
            "cut short",
        ),
        "no frames": (STREAMINFO + block(1, b"", last=True), "cut short"),
        "no samples": (
            block(0, INFO[:10] + struct.pack(">Q", 44_100 << 44) + bytes(16), last=True),
            "how long",
        ),
        "years of samples": (
            block(0, INFO[:10] + struct.pack(">Q", 1 << 44 | 2**36 - 1) + bytes(16), last=True),
            "how long",
        ),
        "no rate": (
            block(0, INFO[:10] + struct.pack(">Q", 99) + bytes(16), last=True),
            "beginning is damaged",
        ),
        "frames without end": (
            STREAMINFO[:11]
            + b"\xff\xff\xff"
            + STREAMINFO[14:]
            + block(1, b"", last=True)
            + b"\xff\xf8" * 4_000_000,
            "cut short",
        ),
    }.values(),
    ids=range(13),
)
def test_lies(tmp_path, data, words) -> None:
    path = tmp_path / "lies"
    path.write_bytes(b"fLaC" + data)
    begin = time.process_time()
    with pytest.raises(NotAPicture, match=words):
        containers.read(path)
    assert time.process_time() - begin < 2


def test_texts_that_are_too_long_are_not_read(tmp_path, monkeypatch) -> None:
    path = tmp_path / "long.flac"
    path.write_bytes(good())
    monkeypatch.setattr("studio.library.flac.MAX_TEXT", 100)
    texts = containers.read(path).texts
    assert "easel:recipe" not in texts
    assert texts["software"].startswith("Easel")


@pytest.mark.parametrize("rate", [8_000, 44_100, 11_111, 96_000])
@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("frames", [1, 4_096, 5_000, 70_000])
def test_what_another_encoder_wrote_is_whole(tmp_path, rate, channels, frames) -> None:
    """libFLAC's; its frames and the last one are of other sizes than FFmpeg's."""
    noise = np.random.default_rng(3).integers(-9_000, 9_000, (frames, channels), np.int16)
    path = tmp_path / "other.flac"
    with soundfile.SoundFile(path, "w", rate, channels, "PCM_16") as file:
        file.title = "Birds"
        file.write(noise)
    contents = containers.read(path)
    assert contents.seconds == pytest.approx(frames / rate)
    assert (contents.rate, contents.texts["title"], contents.sort) == (rate, "Birds", "sound")
    assert sum(map(len, open_sound(path).blocks())) == frames
    path.write_bytes(path.read_bytes() + b"TAG".ljust(128, b"\0"))
    assert containers.read(path).seconds == contents.seconds
    path.write_bytes(path.read_bytes()[:-131])
    with pytest.raises(NotAPicture, match="cut short"):
        containers.read(path)


def test_retagging_leaves_the_sound_as_it_is(tmp_path) -> None:
    path, other = tmp_path / "a.flac", tmp_path / "b.flac"
    path.write_bytes(good())
    from studio.library.files import open_atomically

    with path.open("rb") as read, open_atomically(other) as file:
        flac.copy(read, len(good()), file, [("TITLE", "Ä"), ("EMPTY", ""), ("easel:x", "{}")])
    contents = containers.read(other)
    assert contents.texts == {"title": "Ä", "easel:x": "{}"}
    assert contents.fingerprint == containers.read(path).fingerprint
    assert (soundfile.read(other)[0] == soundfile.read(path)[0]).all()
    with pytest.raises(ValueError, match="bytes of comments"):
        flac.copy(io.BytesIO(good()), len(good()), io.BytesIO(), [("TITLE", "x" * 2**24)])
