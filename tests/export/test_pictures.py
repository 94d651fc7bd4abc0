"""Pictures in five formats, opened again by FFmpeg, exiftool and a plain XML parser."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageCms, TiffImagePlugin

from studio.export import ExportPlan, Size, export_many
from studio.export.proofs import Proofs
from studio.library import read_recipe
from studio.library.xmp import MACHINE_MADE
from tests.export.conftest import BLUE, MAY, RED, SECRET, WORDS, exiftool, fox, packet

FORMATS = ("png", "jpeg", "webp", "tiff", "avif")
EXACT = ("png", "tiff")


def decoded(path: Path) -> list[np.ndarray]:
    """The picture by FFmpeg, uint8 height x width x 4; of AVIF its transparency is a second one."""
    with av.open(str(path)) as opened:
        frames = [next(opened.decode(stream)) for stream in opened.streams.video[:1]]
        if len(opened.streams.video) > 1:
            opened.seek(0)
            frames.append(next(opened.decode(opened.streams.video[1])))
    return [frame.to_ndarray(format="rgba") for frame in frames]


@pytest.mark.parametrize("wanted", FORMATS)
def test_ffmpeg_reads_size_colours_and_transparency(keep, plan, tmp_path, wanted) -> None:
    size = Size(how="longest", longest=192, filter="nearest")
    done = export_many([keep()], plan(wanted, size=size, quality=95), tmp_path / "out")
    pixels, *second = decoded(done.files[0])
    assert pixels.shape == (128, 192, 4)
    limit = 0 if wanted in EXACT else 8
    assert np.abs(pixels[64, 96, :3].astype(int) - BLUE).max() <= limit
    assert np.abs(pixels[64, 60, :3].astype(int) - RED).max() <= limit
    if wanted == "jpeg":
        assert pixels[0, 0, :3].min() >= 253
        return
    alpha = second[0][..., 0] if second else pixels[..., 3]
    assert alpha[0, 0] <= 1
    assert alpha[64, 96] >= 254


@pytest.mark.parametrize("wanted", FORMATS)
def test_the_words_are_there_in_any_script(keep, plan, tmp_path, wanted) -> None:
    done = export_many([keep()], plan(wanted), tmp_path / "out")
    said = packet(done.files[0])
    assert said["title"] == WORDS.title
    assert said["creator"] == WORDS.author
    assert said["AltTextAccessibility"] == WORDS.alt
    assert said["UsageTerms"] == WORDS.licence
    assert said["WebStatement"] == "https://creativecommons.org/licenses/by/4.0/"
    assert said["rights"] == WORDS.copyright
    assert said["DigitalSourceType"] == MACHINE_MADE
    assert said["AISystemUsed"] == "Easel Stickers 1-small"
    assert said["Instructions"] == f"Made with Easel Stickers 1-small. {MAY}"


@pytest.mark.parametrize("wanted", FORMATS)
def test_exiftool_agrees(keep, plan, tmp_path, wanted) -> None:
    done = export_many([keep()], plan(wanted), tmp_path / "out")
    read = exiftool(done.files[0])
    assert not [key for key in read if "Warning" in key or "Error" in key]
    assert read["XMP-dc:Title"] == WORDS.title
    assert read["XMP-dc:Creator"] == WORDS.author
    assert read["XMP-iptcCore:AltTextAccessibility"] == WORDS.alt
    assert read["XMP-iptcExt:DigitalSourceType"] == MACHINE_MADE
    assert read["ICC_Profile:ProfileDescription"] == "sRGB built-in"
    if wanted in ("jpeg", "tiff"):
        assert read["IPTC:ObjectName"] == WORDS.title
        assert read["IPTC:By-line"] == WORDS.author
        assert read["IPTC:CopyrightNotice"] == WORDS.copyright
        assert read["IPTC:CodedCharacterSet"] == "UTF8"


@pytest.mark.parametrize("wanted", FORMATS)
def test_without_the_recipe_only_the_mark_and_what_was_said_stay(keep, tmp_path, wanted) -> None:
    plan = ExportPlan(format=wanted, keep_recipe=False, name="{number}")
    data = export_many([keep()], plan, tmp_path / "out").files[0].read_bytes()
    for coding in ("utf-8", "utf-16-be", "utf-16-le", "latin-1"):
        assert SECRET.encode(coding) not in data
    assert MACHINE_MADE.encode() in data
    assert MAY.encode() in data
    kept = export_many([keep()], ExportPlan(format=wanted), tmp_path / "kept").files[0]
    assert SECRET.encode() in kept.read_bytes()


@pytest.mark.parametrize("wanted", ["png", "jpeg", "webp"])
def test_easel_reads_the_recipe_back(keep, plan, tmp_path, wanted) -> None:
    work = keep()
    done = export_many([work], plan(wanted, keep_recipe=True), tmp_path / "out")
    assert read_recipe(done.files[0]) == work.recipe


def test_a_recipe_too_long_for_jpeg_is_left_out_and_the_words_are_not(keep, plan, tmp_path) -> None:
    work = keep(prompt=" ".join(f"word{number}" for number in range(200)))
    from dataclasses import replace

    long = replace(work, recipe=work.recipe[:-1] + ',"note":"' + "ж" * 40_000 + '"}')
    done = export_many([long], plan("jpeg"), tmp_path / "out")
    said = packet(done.files[0])
    assert "recipe" not in said
    assert said["AltTextAccessibility"] == WORDS.alt


@pytest.mark.parametrize("wanted", FORMATS)
def test_display_p3_says_so_and_has_other_numbers(keep, plan, tmp_path, wanted) -> None:
    red = Image.new("RGB", (64, 64), (255, 0, 0))
    made = plan(wanted, profile="display-p3", quality=100)
    file = export_many([keep(red)], made, tmp_path / "out").files[0]
    with Image.open(file) as opened:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(opened.info["icc_profile"]))
        pixel = opened.convert("RGB").getpixel((30, 30))
    assert ImageCms.getProfileDescription(profile).strip() == "Display P3"
    # The red of sRGB in Display P3, as CSS Color 4 has it: 0.9175 0.2003 0.1386.
    assert np.abs(np.array(pixel) - (234, 51, 35)).max() <= (1 if wanted in EXACT else 4)


def test_the_profile_that_a_picture_has_can_be_kept(keep, plan, library, tmp_path) -> None:
    from studio.export.colours import display_p3

    work = keep(Image.new("RGB", (32, 32), (255, 0, 0)))
    with Image.open(work.path) as opened:
        opened.load()
        opened.save(work.path, icc_profile=display_p3())
    kept, turned = (
        export_many([work], plan("png", profile=profile), tmp_path / profile).files[0]
        for profile in ("keep", "srgb")
    )
    with Image.open(kept) as opened:
        assert opened.info["icc_profile"] == display_p3()
        assert opened.getpixel((9, 9)) == (255, 0, 0)
    with Image.open(turned) as opened:
        assert opened.info["icc_profile"] != display_p3()
        assert opened.getpixel((9, 9)) == (255, 0, 0)  # cannot be redder in sRGB
    green = keep(Image.new("RGB", (32, 32), (120, 200, 120)))
    with Image.open(green.path) as opened:
        opened.load()
        opened.save(green.path, icc_profile=display_p3())
    with Image.open(export_many([green], plan("png"), tmp_path / "g").files[0]) as opened:
        red, level, _ = opened.getpixel((9, 9))
        assert red < 115
        assert level > 200


def test_a_damaged_profile_is_no_reason_to_stop(keep, plan, tmp_path) -> None:
    work = keep(Image.new("RGB", (32, 32), RED))
    with Image.open(work.path) as opened:
        opened.load()
        opened.save(work.path, icc_profile=b"\0" * 200)
    done = export_many([work], plan("png", profile="keep"), tmp_path / "out")
    with Image.open(done.files[0]) as opened:
        assert "icc_profile" not in opened.info
        assert opened.getpixel((9, 9)) == RED


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (Size(), (96, 64)),
        (Size(how="longest", longest=48), (48, 32)),
        (Size(how="longest", longest=192), (192, 128)),
        (Size(how="longest", longest=192, enlarge=False), (96, 64)),
        (Size(how="fit", width=50, height=50), (50, 33)),
        (Size(how="pad", width=50, height=70), (50, 70)),
        (Size(how="crop", width=30, height=60), (30, 60)),
        (Size(how="crop", width=300, height=600, enlarge=False), (32, 64)),
        (Size(how="pad", width=200, height=200, enlarge=False), (200, 200)),
    ],
)
def test_sizes(keep, tmp_path, size, expected) -> None:
    work = keep()
    plan = ExportPlan(format="png", size=size)
    file = export_many([work], plan, tmp_path / "out").files[0]
    assert decoded(file)[0].shape[1::-1] == expected
    proofs = Proofs([work])
    assert proofs.make(plan, 0, draft=True).pixels == expected
    made = proofs.make(plan, 0, draft=False)
    assert (made.pixels, made.size) == (expected, file.stat().st_size)


def test_what_is_padded_is_clear_or_of_the_colour_asked_for(keep, tmp_path) -> None:
    size = Size(how="pad", width=100, height=100)
    clear = export_many([keep()], ExportPlan(size=size), tmp_path / "a").files[0]
    assert decoded(clear)[0][2, 50, 3] == 0
    plan = ExportPlan(size=size, background="#00ff00")
    coloured = decoded(export_many([keep()], plan, tmp_path / "b").files[0])[0]
    assert tuple(coloured[2, 50]) == (0, 255, 0, 255)
    assert tuple(coloured[50, 1]) == (0, 255, 0, 255)


def test_cutting_keeps_what_stands_out(keep, tmp_path) -> None:
    wide = Image.new("RGB", (400, 100), (200, 205, 210))
    wide.paste(RED, (330, 20, 380, 80))
    plan = ExportPlan(format="png", size=Size(how="crop", width=100, height=100))
    pixels = decoded(export_many([keep(wide)], plan, tmp_path / "out").files[0])[0]
    reds = (pixels[..., 0] > 200) & (pixels[..., 1] < 90)
    assert 0.9 * 50 * 60 < reds.sum() < 1.1 * 50 * 60


def test_a_frame_does_not_draw_the_cut_to_the_edge(keep, tmp_path) -> None:
    wide = Image.new("RGB", (400, 100), (60, 90, 60))
    wide.paste((255, 255, 255), (396, 0, 400, 100))
    wide.paste((200, 205, 60), (100, 30, 140, 70))
    plan = ExportPlan(format="png", size=Size(how="crop", width=100, height=100))
    pixels = decoded(export_many([keep(wide)], plan, tmp_path / "out").files[0])[0]
    assert (pixels[..., :3].min(axis=2) > 240).sum() == 0
    assert ((pixels[..., 0] > 180) & (pixels[..., 2] < 90)).sum() > 1400


def test_scaling_down_brings_no_dark_edge_from_what_is_transparent(keep, tmp_path) -> None:
    white = Image.new("RGBA", (128, 128), (0, 0, 0, 0))
    white.paste((255, 255, 255, 255), (32, 32, 96, 96))
    plan = ExportPlan(format="png", size=Size(how="longest", longest=37))
    pixels = decoded(export_many([keep(white)], plan, tmp_path / "out").files[0])[0]
    seen = pixels[pixels[..., 3] > 8]
    assert seen[:, :3].min() >= 250


def test_greys_stay_exact_and_sixteen_bits_become_eight(keep, plan, tmp_path) -> None:
    grey = keep(Image.linear_gradient("L").resize((64, 64)))
    file = export_many([grey], plan("png", profile="keep"), tmp_path / "a").files[0]
    with Image.open(file) as opened, Image.open(grey.path) as before:
        assert opened.mode == "L"
        assert opened.tobytes() == before.tobytes()
    fine = keep()
    values = (np.arange(64 * 64, dtype=np.uint32) * 16).astype(np.uint16).reshape(64, 64)
    Image.fromarray(values).save(fine.path)
    file = export_many([fine], plan("png", profile="keep"), tmp_path / "b").files[0]
    with Image.open(file) as opened:
        assert np.abs(np.asarray(opened, float) - values / 257).max() <= 0.51


def test_lossless_webp_is_exact(keep, plan, tmp_path) -> None:
    noise = Image.effect_noise((64, 64), 90).convert("RGB")
    file = export_many([keep(noise)], plan("webp", lossless=True), tmp_path / "out").files[0]
    assert np.array_equal(decoded(file)[0][..., :3], np.asarray(noise))


def test_a_picture_that_a_format_cannot_hold_is_left_out_in_words(keep, plan, tmp_path) -> None:
    long = keep(Image.new("RGB", (400, 1)))
    size = Size(how="longest", longest=17_000)
    done = export_many([long], plan("webp", size=size), tmp_path / "out")
    assert "too large for WEBP" in done.left_out[0].why.what
    assert not (tmp_path / "out").exists()
    square = keep(Image.new("RGB", (4, 4)))
    size = Size(how="longest", longest=32_768)
    done = export_many([square], plan("png", size=size), tmp_path / "out")
    assert "more than Easel can handle" in done.left_out[0].why.what


def test_the_dots_per_inch_are_told(keep, plan, tmp_path) -> None:
    for wanted in ("png", "jpeg", "tiff"):
        file = export_many([keep()], plan(wanted), tmp_path / wanted).files[0]
        with Image.open(file) as opened:
            assert [round(float(each)) for each in opened.info["dpi"]] == [300, 300]


def test_tiff_has_the_older_words_where_they_can_be_spelled(keep, tmp_path) -> None:
    from studio.export import Words

    plan = ExportPlan(format="tiff", words=Words(author="Ada", copyright="(c) Ada", title="狐"))
    with Image.open(export_many([keep()], plan, tmp_path / "out").files[0]) as opened:
        assert isinstance(opened, TiffImagePlugin.TiffImageFile)
        tags = opened.tag_v2
        assert (tags[315], tags[33432]) == ("Ada", "(c) Ada")
        assert 270 not in tags


def test_a_picture_of_no_machine_gets_no_mark(keep, library, tmp_path) -> None:
    from studio.export.outside import from_file

    file = tmp_path / "photo.png"
    fox().save(file)
    out = export_many([from_file(file)], ExportPlan(format="jpeg"), tmp_path / "out").files[0]
    assert "DigitalSourceType" not in packet(out)
    again = from_file(export_many([keep()], ExportPlan(format="jpeg"), tmp_path / "o2").files[0])
    out = export_many([again], ExportPlan(format="webp"), tmp_path / "o3").files[0]
    assert packet(out)["DigitalSourceType"] == MACHINE_MADE
