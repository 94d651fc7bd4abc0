"""Two thousand malformed pictures and metadata in one library: each named, none stops a scan."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.library import Library, Scan
from studio.library.gallery import Query
from studio.recipes import PictureRecipe

COUNT = 2000
Breaker = Callable[[bytes, random.Random], bytes]


def pieces(picture: Image.Image) -> dict[str, bytes]:
    """Whole files of every kind that pictures come in."""
    info = PngInfo()
    info.add_itxt("easel:recipe", PictureRecipe(prompt="a fox").to_json())
    info.add_itxt("easel:artwork", '{"id": "' + "ab" * 16 + '", "title": "x", "parents": []}')
    info.add_text("parameters", "a castle\nSteps: 20, Seed: 5, Size: 64x64, Version: v1.9")
    info.add_text("prompt", '{"1": {"class_type": "KSampler", "inputs": {"seed": 5}}}')
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + "a castle\nSteps: 20".encode("utf-16-be")
    exif[0x010F] = "Prompt:{}"
    xmp = b'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"/><?xpacket end="w"?>'
    found = {}
    for suffix, options in {
        ".png": {"pnginfo": info},
        ".jpg": {"exif": exif, "xmp": xmp},
        ".webp": {"exif": exif, "xmp": xmp},
        ".gif": {"save_all": True, "append_images": [Image.new("RGB", picture.size)]},
    }.items():
        buffer = io.BytesIO()
        kind = {".jpg": "JPEG"}.get(suffix, suffix[1:].upper())
        picture.convert("RGB").save(buffer, kind, **options)
        found[suffix] = buffer.getvalue()
    return found


def bits(data: bytes, chance: random.Random) -> bytes:
    broken = bytearray(data)
    for _ in range(chance.randrange(1, 30)):
        broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
    return bytes(broken)


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def swapped(data: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(data)) for _ in range(2))
    return data[:start] + data[end:] + data[start:end]


def doubled(data: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(data)) for _ in range(2))
    return data[:end] + data[start:end] * chance.randrange(1, 5) + data[end:]


def lengths(data: bytes, chance: random.Random) -> bytes:
    """Four bytes that a reader may take for a length are huge, or nothing."""
    at = chance.randrange(max(1, len(data) - 4))
    value = chance.choice([0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000, len(data)])
    return data[:at] + struct.pack(chance.choice("<>") + "I", value) + data[at + 4 :]


def texts(data: bytes, chance: random.Random) -> bytes:
    """A PNG whose texts are strange, with checksums that are right."""
    keyword = chance.choice(
        [b"easel:recipe", b"easel:artwork", b"parameters", b"prompt", b"workflow", b"sd-metadata",
         b"invokeai_metadata", b"XML:com.adobe.xmp"]
    )  # fmt: skip
    value = chance.choice(
        [
            chance.randbytes(chance.randrange(200)),
            b"[" * chance.randrange(5000),
            b'{"kind": ' + b"9" * chance.randrange(1, 400) + b"}",
            b'{"id": "' + b"ab" * chance.choice([15, 16, 17]) + b'", "created": "9999-99-99"}',
            b'{"prompt": "' + b"\\ud800" * chance.randrange(50) + b'", "kind": "picture"}',
            b"<x" * chance.randrange(300),
            b'{"1": {"class_type": "KSampler", "inputs": {"positive": ["1", 0]}}}',
            b"a: " * chance.randrange(2000),
        ]
    )
    packed = chance.random() < 0.3
    body = zlib.compress(value) if packed else value
    if packed and chance.random() < 0.5:
        body = bits(body, chance)
    content = keyword + b"\0" + (b"\1\0" if packed else b"\0\0") + b"\0\0" + body
    kind = b"iTXt" + content
    whole = struct.pack(">I", len(content)) + kind + struct.pack(">I", zlib.crc32(kind))
    return data[:33] + whole + data[33:]


BREAKERS: tuple[Breaker, ...] = (bits, cut, swapped, doubled, lengths, texts)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_malformed_files_are_named_and_stop_no_scan(library, folder, keep, picture) -> None:
    chance = random.Random(2026)
    whole = keep(library)
    good = pieces(picture)
    written: set[Path] = set()
    for number in range(COUNT):
        breaker = BREAKERS[number % len(BREAKERS)]
        suffix = ".png" if breaker is texts else chance.choice(list(good))
        path = folder / "theirs" / f"{number}-{breaker.__name__}{suffix}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(breaker(good[suffix], chance))
        written.add(path)

    scan = library.rescan()
    found = library.gallery.find(Query())
    shown = {card.path for card in library.gallery.cards(found, 0, len(found))} - {whole.path}
    named = set(scan.unreadable)
    # A copy with the words of another artwork still in it is neither an artwork nor a trouble.
    quiet = written - shown - named
    assert shown <= written
    assert named <= written
    assert not shown & named
    assert all(path.suffix in (".jpg", ".webp", ".gif") for path in quiet)
    assert len(named) > COUNT // 4
    assert len(shown) > COUNT // 10
    assert library.get(whole.id) == whole
    print(f"{len(named)} named, {len(shown)} shown, {len(quiet)} copies or of no kept kind")

    assert library.rescan() == Scan(0, 0, scan.unreadable)
    checked = library.check()
    assert set(checked.damaged) == named
    assert all(checked.damaged.values())
    unpacked = library.check(pixels=True)
    assert named < set(unpacked.damaged) <= named | shown
    assert all(unpacked.damaged.values())
    with Library.open(folder) as again:
        assert again.count() == len(shown) + 1
    for path in shown:  # what is shown can be asked for all it has
        artwork = library.at(path)
        assert artwork is not None
        library.family.around(artwork.id)
    for path in written:
        path.unlink()
    assert library.rescan() == Scan(0, len(shown), [])
