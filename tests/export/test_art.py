"""Drawings, stickers, icons and wallpapers, opened again by Qt, FFmpeg and by hand."""

from __future__ import annotations

import json
import struct
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from studio.export import ExportPlan, Size, Stickers, Wallpapers, export_many
from studio.export.screens import SCREENS
from studio.export.stickers import MOST_BYTES, packs
from studio.library.xmp import MACHINE_MADE
from tests.export.conftest import BLUE, RED, SECRET, WORDS, fox, packet


def drawn(file: Path, width: int, height: int) -> np.ndarray:
    """A drawing, rendered by Qt: uint8 height x width x 4, RGBA."""
    renderer = QSvgRenderer(QByteArray(file.read_bytes()))
    assert renderer.isValid()
    image = QImage(width, height, QImage.Format.Format_RGBA8888)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return np.asarray(image.constBits()).reshape(height, width, 4).copy()


def test_flat_art_becomes_a_drawing(qapp, keep, plan, tmp_path) -> None:
    file = export_many([keep(fox((240, 160)))], plan("svg"), tmp_path / "out").files[0]
    pixels = drawn(file, 480, 320).astype(int)  # scaled, as drawings can be
    assert pixels[3, 3, 3] == 0
    assert np.abs(pixels[160, 240, :3] - BLUE).max() < 12
    assert np.abs(pixels[160, 150, :3] - RED).max() < 12
    root = ElementTree.parse(file).getroot()
    mark = "{http://www.w3.org/2000/svg}"
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == (
        "240",
        "160",
        "0 0 240 160",
    )
    assert root.findtext(f"{mark}title") == WORDS.title
    assert root.findtext(f"{mark}desc") == WORDS.alt
    assert packet(file)["DigitalSourceType"] == MACHINE_MADE


def test_a_drawing_has_the_size_asked_for_and_no_secrets(qapp, keep, plan, tmp_path) -> None:
    size = Size(how="longest", longest=480)
    made = plan("svg", size=size, background="#ffff00", keep_recipe=False)
    file = export_many([keep(fox((240, 160)))], made, tmp_path / "out").files[0]
    assert ElementTree.parse(file).getroot().get("width") == "480"
    corner = drawn(file, 48, 32)[1, 1].astype(int)
    assert np.abs(corner - (255, 255, 0, 255)).max() <= 1
    assert SECRET not in file.read_text("utf-8")


def test_what_is_no_flat_art_is_said_to_be_none(keep, plan, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("studio.export.drawings._MOST", 20_000)
    noise = keep(Image.effect_noise((128, 128), 90).convert("RGB"))
    done = export_many([noise], plan("svg"), tmp_path / "out")
    assert "small shapes" in done.left_out[0].why.what


def test_tracing_is_stopped_at_once_and_stops_nothing_else(keep, plan, tmp_path) -> None:
    noise = keep(Image.effect_noise((900, 900), 90).convert("RGB"))  # takes many seconds
    checks: list[float] = []

    def check() -> None:
        checks.append(time.monotonic())
        if len(checks) > 8:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        export_many([noise], plan("svg"), tmp_path / "out", check=check)
    assert checks[-1] - checks[0] < 20
    assert not list((tmp_path / "out").iterdir())


def test_what_takes_too_long_to_trace_is_no_flat_art(keep, plan, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("studio.export.drawings._LONGEST_TIME", 0.2)
    noise = keep(Image.effect_noise((900, 900), 90).convert("RGB"))
    done = export_many([noise], plan("svg"), tmp_path / "out")
    assert "small shapes" in done.left_out[0].why.what


def test_where_vtracer_is_missing_it_is_said(keep, plan, tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "vtracer", None)
    done = export_many([keep()], plan("svg"), tmp_path / "out")
    assert "vtracer" in str(done.left_out[0].why)


def decoded(file: Path) -> np.ndarray:
    with av.open(str(file)) as opened:
        return next(opened.decode(video=0)).to_ndarray(format="rgba")


def test_stickers_are_as_messengers_take_them(keep, plan, tmp_path) -> None:
    works = [keep(), keep(Image.new("RGB", (300, 200), RED)), keep(fox((20, 200)))]
    made = plan("stickers", stickers=Stickers(pack="Füchse"), keep_recipe=True)
    done = export_many(works, made, tmp_path / "out")
    folder = tmp_path / "out" / "Füchse"
    assert sorted(file.name for file in folder.iterdir()) == [
        "01.webp",
        "02.webp",
        "03.webp",
        "contents.json",
        "tray.png",
    ]
    assert set(folder.iterdir()) == set(done.files)
    assert done.notes == ()
    for name in ("01.webp", "02.webp", "03.webp"):
        file = folder / name
        pixels = decoded(file).astype(int)
        assert pixels.shape == (512, 512, 4)
        assert file.stat().st_size <= MOST_BYTES
        solid = pixels[..., 3] > 128
        rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
        assert min(rows[0], columns[0], 511 - rows[-1], 511 - columns[-1]) in (15, 16, 17)
        # Going in from the left the outline comes first: white, about eight pixels of it.
        row = pixels[(rows[0] + rows[-1]) // 2]
        start = int(np.flatnonzero(row[:, 3] > 200)[0])
        whites = row[start : start + 30, :3].min(axis=1) > 215
        assert 6 <= int(np.argmin(whites)) <= 11
        assert SECRET.encode() not in file.read_bytes()
        assert packet(file)["DigitalSourceType"] == MACHINE_MADE
    tray = decoded(folder / "tray.png")
    assert tray.shape == (96, 96, 4)
    listed = json.loads((folder / "contents.json").read_text("utf-8"))["sticker_packs"][0]
    assert listed["publisher"] == WORDS.author
    assert [each["image_file"] for each in listed["stickers"]] == ["01.webp", "02.webp", "03.webp"]
    assert listed["stickers"][0]["accessibility_text"] == WORDS.alt


def test_a_sticker_full_of_detail_stays_small(keep, plan, tmp_path) -> None:
    noise = keep(Image.effect_noise((512, 512), 120).convert("RGB"))
    file = export_many([noise], plan("stickers"), tmp_path / "out").files[0]
    assert 20_000 < file.stat().st_size <= MOST_BYTES


def test_nothing_to_see_is_no_sticker(keep, plan, tmp_path) -> None:
    done = export_many([keep(Image.new("RGBA", (64, 64)))], plan("stickers"), tmp_path / "out")
    assert not done.files
    assert "Nothing is to be seen" in done.left_out[0].why.what
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("count", [1, 2, 30, 31, 60, 61, 100])
def test_no_pack_has_more_than_thirty(count) -> None:
    shares = packs(count)
    sizes = [end - first for first, end in shares]
    assert sum(sizes) == count
    assert max(sizes) <= 30
    assert min(sizes) >= min(count, 3)
    assert [first for first, _ in shares[1:]] == [end for _, end in shares[:-1]]


def ico_sizes(data: bytes) -> list[int]:
    """Sides of the pictures in an ICO file, by its directory."""
    zero, kind, count = struct.unpack("<HHH", data[:6])
    assert (zero, kind) == (0, 1)
    sides = []
    for place in range(6, 6 + 16 * count, 16):
        width, height, _, _, _, bits, length, offset = struct.unpack(
            "<BBBBHHII", data[place : place + 16]
        )
        assert width == height
        assert bits in (0, 32)
        assert data[offset : offset + 8] == b"\x89PNG\r\n\x1a\n"
        assert offset + length <= len(data)
        sides.append(struct.unpack(">I", data[offset + 16 : offset + 20])[0])
    return sides


def icns_sizes(data: bytes) -> set[int]:
    """Sides of the PNG pictures in an ICNS file."""
    assert data[:4] == b"icns"
    assert int.from_bytes(data[4:8], "big") == len(data)
    sides, place = set(), 8
    while place < len(data):
        length = int.from_bytes(data[place + 4 : place + 8], "big")
        part = data[place + 8 : place + length]
        if part.startswith(b"\x89PNG"):
            sides.add(struct.unpack(">I", part[16:20])[0])
        place += length
    return sides


def test_the_icon_set(qapp, keep, plan, tmp_path) -> None:
    work = keep(fox((240, 160)))
    done = export_many([work], plan("icons", name="logo"), tmp_path / "out")
    folder = tmp_path / "out" / "logo"
    assert {file.parent for file in done.files} == {folder}
    assert ico_sizes((folder / "icon.ico").read_bytes()) == [16, 24, 32, 48, 64, 128, 256]
    assert ico_sizes((folder / "favicon.ico").read_bytes()) == [16, 32, 48]
    sides = icns_sizes((folder / "icon.icns").read_bytes())
    assert {32, 64, 128, 256, 512, 1024} <= sides
    for name, side, clear in (
        ("favicon-16x16.png", 16, True),
        ("favicon-32x32.png", 32, True),
        ("icon-192.png", 192, True),
        ("icon-512.png", 512, True),
        ("apple-touch-icon.png", 180, False),
        ("icon-maskable-512.png", 512, False),
    ):
        image = QImage(str(folder / name)).convertToFormat(QImage.Format.Format_RGBA8888)
        assert (image.width(), image.height()) == (side, side)
        assert (image.pixelColor(0, 0).alpha() == 0) is clear
        middle = image.pixelColor(side // 2, side // 2)
        assert side < 100 or abs(middle.blue() - BLUE[2]) < 12
        assert packet(folder / name)["DigitalSourceType"] == MACHINE_MADE
    manifest = json.loads((folder / "site.webmanifest").read_text("utf-8"))
    assert manifest["name"] == WORDS.title
    for icon in manifest["icons"]:
        side = int(icon["sizes"].partition("x")[0])
        assert QImage(str(folder / icon["src"].lstrip("/"))).width() == side
    assert "apple-touch-icon.png" in (folder / "head.html").read_text("utf-8")


@pytest.mark.parametrize("screen", ["full-hd", "ultrawide", "phone"])
def test_wallpapers_have_the_screen_s_size_and_all_of_the_subject(keep, tmp_path, screen) -> None:
    wide = Image.new("RGB", (400, 250), (90, 120, 150))
    wide.paste(Image.linear_gradient("L").resize((400, 250)).convert("RGB"), (0, 0))
    wide.paste(RED, (300, 100, 340, 150))
    walls = Wallpapers(screens=(screen,), saved_as="png")
    plan = ExportPlan(format="wallpapers", wallpapers=walls)
    with Image.open(export_many([keep(wide)], plan, tmp_path / "out").files[0]) as opened:
        pixels = np.asarray(opened.convert("RGB")).astype(int)
        wanted = SCREENS[screen]
        assert opened.size == (wanted.width, wanted.height)
    scale = max(wanted.width / 400, wanted.height / 250)
    red = (np.abs(pixels - RED).max(axis=2) < 40).sum()
    assert red == pytest.approx(40 * 50 * scale**2, rel=0.08)


def test_a_subject_on_nothing_stands_whole_in_the_middle(keep, tmp_path) -> None:
    walls = Wallpapers(screens=("phone", "full-hd"), saved_as="png")
    plan = ExportPlan(format="wallpapers", wallpapers=walls, background="#204060", name="{title}")
    done = export_many([keep(fox(), prompt="fox")], plan, tmp_path / "out")
    assert [file.name for file in done.files] == ["fox phone.png", "fox full-hd.png"]
    for file in done.files:
        with Image.open(file) as opened:
            pixels = np.asarray(opened.convert("RGB")).astype(int)
        assert tuple(pixels[0, 0]) == (0x20, 0x40, 0x60)
        there = np.argwhere(np.abs(pixels - (0x20, 0x40, 0x60)).max(axis=2) > 20)
        middle = (there.min(axis=0) + there.max(axis=0)) / 2
        assert np.abs(middle - np.array(pixels.shape[:2]) / 2).max() < 4
        room = (there.max(axis=0) - there.min(axis=0)) / pixels.shape[:2]
        assert 0.65 < room.max() < 0.75
