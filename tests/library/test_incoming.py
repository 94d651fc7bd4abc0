"""Pictures from outside, of every kind there is, and files that only look like pictures."""

from __future__ import annotations

import base64
import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from studio.errors import StudioError
from studio.library.incoming import (
    open_picture,
    open_with_alpha,
    pack_picture,
    squared,
    unpack_picture,
)
from tests.library.film_frames import apart, frames, keep_film


def saved(image: Image.Image, form: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def colour(data: bytes, at: tuple[int, int] = (4, 4)) -> tuple[int, ...]:
    image = open_picture(data)
    assert image.mode == "RGB"
    return image.getpixel(at)


def near(found: tuple[int, ...], wanted: tuple[int, ...], slack: int = 3) -> bool:
    return all(abs(a - b) <= slack for a, b in zip(found, wanted, strict=True))


def test_transparency_lies_on_white():
    assert colour(saved(Image.new("RGBA", (8, 8), (255, 0, 0, 0)))) == (255, 255, 255)
    assert near(colour(saved(Image.new("RGBA", (8, 8), (255, 0, 0, 128)))), (255, 127, 127))
    assert near(colour(saved(Image.new("LA", (8, 8), (0, 128)))), (127, 127, 127))
    indexed = Image.new("P", (8, 8), 1)
    indexed.putpalette([0, 0, 0, 10, 20, 30])
    assert colour(saved(indexed)) == (10, 20, 30)
    assert colour(saved(indexed, transparency=1)) == (255, 255, 255)


def test_transparency_is_kept_where_it_is_asked_for():
    half = Image.new("RGBA", (8, 8), (255, 0, 0, 128))
    assert open_with_alpha(saved(half)).getpixel((4, 4)) == (255, 0, 0, 128)
    assert open_with_alpha(saved(Image.new("LA", (8, 8), (9, 0)))).getpixel((4, 4)) == (9, 9, 9, 0)
    indexed = Image.new("P", (8, 8), 1)
    indexed.putpalette([0, 0, 0, 10, 20, 30])
    assert open_with_alpha(saved(indexed, transparency=1)).getpixel((4, 4)) == (10, 20, 30, 0)
    for opaque in (Image.new("RGBA", (8, 8), (1, 2, 3, 255)), Image.new("RGB", (8, 8), (1, 2, 3))):
        found = open_with_alpha(saved(opaque))
        assert (found.mode, found.getpixel((4, 4))) == ("RGB", (1, 2, 3))
    sheet = saved(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "TIFF")
    assert near(open_with_alpha(sheet).getpixel((4, 4)), (255, 0, 0))
    grey = Image.fromarray(np.full((8, 8), 0x8000, np.uint16))
    assert near(open_with_alpha(saved(grey)).getpixel((4, 4)), (128, 128, 128))


def test_transparency_lies_on_its_side_with_its_picture():
    lying = Image.new("RGBA", (8, 4), (10, 20, 30, 255))
    lying.putpixel((0, 0), (10, 20, 30, 0))
    tags = Image.Exif()
    tags[0x0112] = 6  # a quarter turn clockwise puts it upright
    upright = open_with_alpha(saved(lying, exif=tags))
    assert upright.size == (4, 8)
    assert upright.getpixel((3, 0)) == (10, 20, 30, 0)


@pytest.mark.parametrize("extension", [".mp4", ".webm", ".gif", ".png", ".webp"])
def test_of_a_film_the_first_frame(library, extension):
    image = open_with_alpha(keep_film(library, extension).path)
    assert image.mode == "RGB"
    assert apart(np.asarray(image), next(frames())) < 12


def test_a_film_without_pictures_is_refused(tmp_path):
    file = tmp_path / "holiday.mp4"
    file.write_bytes(b"\0\0\0\x18ftypisom" + bytes(400))
    with pytest.raises(StudioError, match=r"“holiday\.mp4”"):
        open_with_alpha(file)


def test_print_colours():
    assert near(colour(saved(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "TIFF")), (255, 0, 0))
    assert near(
        colour(saved(Image.new("CMYK", (8, 8), (255, 0, 255, 0)), "JPEG")), (0, 255, 0), slack=8
    )


def test_sixteen_bits_and_more():
    grey = Image.fromarray(np.full((8, 8), 0x8000, np.uint16))
    assert near(colour(saved(grey)), (128, 128, 128))
    assert near(colour(saved(grey, "TIFF")), (128, 128, 128))
    assert near(
        colour(saved(Image.fromarray(np.full((8, 8), 0.5, np.float32)), "TIFF")), (128,) * 3
    )
    steep = np.full((8, 8), np.nan, np.float32)
    steep[0, 0] = 1000.0
    assert colour(saved(Image.fromarray(steep), "TIFF"), (0, 0)) == (255, 255, 255)
    assert colour(deep_png()) == (255, 128, 0)


def deep_png() -> bytes:
    """An RGB PNG with 16 bits a channel, which Pillow itself does not write."""
    row = b"\0" + struct.pack(">HHH", 0xFFFF, 0x8000, 0) * 8

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", 8, 8, 16, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(row * 8)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP", "TIFF"])
def test_of_a_moving_picture_the_first_frame(form):
    frames = [Image.new("RGB", (8, 8), name) for name in ("red", "blue")]
    data = saved(frames[0], form, save_all=True, append_images=frames[1:])
    assert near(colour(data), (255, 0, 0))


def test_a_photograph_that_lies_on_its_side_is_put_upright():
    image = Image.new("RGB", (16, 8), "red")
    exif = Image.Exif()
    exif[0x0112] = 6
    assert open_picture(saved(image, "JPEG", exif=exif.tobytes())).size == (8, 16)


def test_a_colour_profile_is_followed_and_a_damaged_one_ignored():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = Image.new("RGB", (8, 8), (200, 100, 50))
    assert near(colour(saved(image, icc_profile=profile)), (200, 100, 50))
    assert near(colour(saved(image, icc_profile=b"nonsense" * 20)), (200, 100, 50))


def test_a_huge_picture_is_refused_before_it_is_unpacked(tmp_path):
    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    check = struct.pack(">I", zlib.crc32(b"IHDR" + header))
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + check
    empty = zlib.compress(b"")
    bomb += struct.pack(">I", len(empty)) + b"IDAT" + empty
    bomb += struct.pack(">I", zlib.crc32(b"IDAT" + empty))
    with pytest.raises(StudioError, match="too large"):
        open_picture(bomb, "bomb.png")
    large = Image.new("1", (10000, 9000))
    with pytest.raises(StudioError, match="too large"):
        open_picture(saved(large))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.png", b""),
        ("letter.txt", b"Dear aunt"),
        ("song.mid", b"MThd\0\0\0\x06\0\x01\0\x02\x01\xe0"),
        ("script.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n"),
    ],
)
def test_what_is_no_picture(tmp_path, name, data):
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(StudioError, match="not a picture") as caught:
        open_picture(file)
    assert name in caught.value.what


def test_a_torn_picture_and_one_that_is_gone(tmp_path):
    rng = np.random.default_rng(0)
    noise = Image.fromarray(rng.integers(0, 255, (64, 64, 3), dtype=np.uint8))
    for form in ("PNG", "JPEG", "WEBP"):
        with pytest.raises(StudioError):
            open_picture(saved(noise, form)[:-900])
    with pytest.raises(StudioError, match="cannot be read"):
        open_picture(tmp_path / "gone.png")
    with pytest.raises(StudioError):
        open_picture(tmp_path)


WHOLE = {
    form: saved(Image.effect_noise((24, 24), 60).convert("RGB"), form)
    for form in ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP")
}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    form=st.sampled_from(sorted(WHOLE)),
    at=st.floats(0, 1, exclude_max=True),
    damage=st.binary(min_size=1, max_size=6),
)
def test_whatever_is_wrong_with_a_file_it_is_a_picture_or_a_plain_sentence(form, at, damage):
    data = bytearray(WHOLE[form])
    place = int(at * len(data))
    data[place : place + len(damage)] = damage
    try:
        image = open_picture(bytes(data))
    except StudioError:
        return
    assert image.mode == "RGB"


def test_packing_and_unpacking():
    wide = Image.new("RGB", (60, 20), "white")
    wide.paste("red", (20, 0, 40, 20))
    text = pack_picture(saved(wide), 16)
    back = unpack_picture(text, 16)
    assert back.size == (16, 16)
    assert near(back.getpixel((8, 8)), (255, 0, 0))
    assert unpack_picture(text, 32).size == (32, 32)
    assert squared(wide, 10).size == (10, 10)


def test_a_picture_that_would_not_fit_into_a_recipe_is_packed_more_tightly(monkeypatch):
    rng = np.random.default_rng(0)
    noise = saved(Image.fromarray(rng.integers(0, 255, (128, 128, 3), dtype=np.uint8)))
    assert base64.b64decode(pack_picture(noise, 128))[1:4] == b"PNG"
    for most, side in ((40_000, 128), (4_000, 64)):
        monkeypatch.setattr("studio.library.incoming.MAX_PICTURE", most)
        text = pack_picture(noise, 128)
        assert len(text) <= most
        assert base64.b64decode(text)[:4] == b"RIFF"
        assert Image.open(io.BytesIO(base64.b64decode(text))).width <= side


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"\0\0\0\x18ftypheic", "is a HEIC picture"),
        (b"\0\0\0\x18ftypmif1", "is a HEIC picture"),
        (b"\0\0\0\x18ftypisom", "The film “x” is damaged"),
        (b"\x1a\x45\xdf\xa3", "The film “x” is damaged"),
        (b"\0\0\0\x18ftypavif", "not a picture that Easel can read"),
        (b"fLaC", "is a sound"),
        (b"RIFF\0\0\0\0WAVE", "is a sound"),
        (b"%PDF-1.4", "not a picture that Easel can read"),
    ],
)
def test_what_is_plainly_something_else_is_called_so(start, said):
    with pytest.raises(StudioError, match=said):
        open_picture(start + bytes(400), "x")


def test_a_film_that_is_cut_short_is_called_a_film(library, tmp_path):
    whole = keep_film(library, ".mp4").path.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StudioError, match=r"film .* is damaged"):
        open_with_alpha(cut)
