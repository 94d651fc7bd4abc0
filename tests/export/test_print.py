"""PDF, opened again by PDFium and exiftool: real size, boxes, colours, words."""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from studio.export import ExportPlan, Print, Sheet, Size, Words, export_many
from studio.export.printing import dots_per_inch
from studio.library.xmp import MACHINE_MADE
from tests.export.conftest import BLUE, RED, SECRET, WORDS, exiftool, fox, packet

MM = 72 / 25.4


def scene(width: int = 600, height: int = 400) -> Image.Image:
    image = Image.new("RGB", (width, height), (240, 240, 240))
    image.paste(RED, (0, 0, width // 2, height))
    return image


def boxes(path: Path) -> list[tuple[float, ...]]:
    document = pdfium.PdfDocument(path)
    page = document[0]
    found = [page.get_mediabox(), page.get_bleedbox(), page.get_trimbox()]
    document.close()
    return [tuple(round(value / MM, 2) for value in box) for box in found]


def shown(path: Path, number: int = 0, scale: float = 1.0) -> np.ndarray:
    document = pdfium.PdfDocument(path)
    pixels = np.asarray(document[number].render(scale=scale).to_pil().convert("RGB"))
    document.close()
    return pixels


def test_a_postcard_has_its_real_size_and_its_bleed(keep, plan, tmp_path) -> None:
    paper = Print(width=148, height=105, bleed=3)
    file = export_many([keep(scene())], plan("pdf", print=paper), tmp_path / "out").files[0]
    media, bleed, trim = boxes(file)
    assert media == bleed == (0, 0, 154, 111)
    assert trim == (3, 3, 151, 108)
    pixels = shown(file)
    assert np.abs(pixels[2, 2].astype(int) - RED).max() < 8  # the picture reaches into the bleed
    assert np.abs(pixels[-3, -3].astype(int) - 240).max() < 8


def test_marks_stand_outside_of_the_bleed(keep, plan, tmp_path) -> None:
    paper = Print(width=100, height=50, bleed=3, marks=True)
    file = export_many([keep(scene())], plan("pdf", print=paper), tmp_path / "out").files[0]
    media, bleed, trim = boxes(file)
    assert media == (0, 0, 118, 68)
    assert bleed == (6, 6, 112, 62)
    assert trim == (9, 9, 109, 59)
    dark = np.argwhere(shown(file, scale=4).astype(int).sum(axis=2) < 600) / 4 / MM
    outside = [(y, x) for y, x in dark if not (5.8 < y < 62.2 and 5.8 < x < 112.2)]
    assert {round(x) for y, x in outside if not 5.8 < y < 62.2} == {9, 109}
    assert {round(y) for y, x in outside if not 5.8 < x < 112.2} == {9, 59}
    assert {round(y) for y, _ in outside if y < 8} == {0, 1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("paper", "expected"),
    [
        (Print(dpi=300), (600 / 300 * 25.4, 400 / 300 * 25.4)),
        (Print(dpi=300, width=90), (90, 60)),
        (Print(dpi=300, height=90), (135, 90)),
    ],
)
def test_a_size_that_is_not_given_follows_from_the_picture(
    keep, plan, tmp_path, paper, expected
) -> None:
    file = export_many([keep(scene())], plan("pdf", print=paper), tmp_path / "out").files[0]
    assert boxes(file)[2][2:] == pytest.approx(expected, abs=0.01)


def test_fitting_shows_all_of_it_on_the_background(keep, plan, tmp_path) -> None:
    paper = Print(width=60, height=60, bleed=2, fill="fit")
    made = plan("pdf", print=paper, background="#00ff00")
    pixels = shown(export_many([keep(scene())], made, tmp_path / "out").files[0], scale=2)
    across = pixels[len(pixels) // 2]
    assert tuple(pixels[3, 3]) == (0, 255, 0)
    assert tuple(pixels[len(pixels) // 2, 3]) == (0, 255, 0)
    assert np.abs(across[len(across) // 4].astype(int) - RED).max() < 8
    assert np.abs(across[3 * len(across) // 4].astype(int) - 240).max() < 8


def test_a_subject_on_nothing_keeps_its_ears(keep, plan, tmp_path) -> None:
    paper = Print(width=100, height=20)
    file = export_many([keep(fox())], plan("pdf", print=paper), tmp_path / "out").files[0]
    pixels = shown(file, scale=3).astype(int)
    red = np.argwhere(np.abs(pixels - RED).max(axis=2) < 12)
    assert red[:, 0].min() > 3  # the disc does not touch the edges
    assert red[:, 0].max() < len(pixels) - 4
    assert tuple(pixels[2, 2]) == (255, 255, 255)


def test_pictures_are_brought_down_to_the_dots_asked_for_and_never_up(keep, plan, tmp_path) -> None:
    for dpi, expected in ((100, (197, 197)), (2400, (400, 400))):
        paper = Print(width=50, height=50, dpi=dpi)
        file = export_many([keep(scene())], plan("pdf", print=paper), tmp_path / f"{dpi}").files[0]
        document = pdfium.PdfDocument(file)
        sizes = [item.get_px_size() for item in document[0].get_objects() if item.type == 3]
        document.close()
        assert sizes == [expected]


def test_what_looks_soft_on_paper_is_said(keep, plan, tmp_path) -> None:
    assert dots_per_inch((600, 400), Print(width=50.8, height=25.4)) == pytest.approx(300)
    assert dots_per_inch((600, 400), Print()) == pytest.approx(300)
    large = export_many([keep()], plan("pdf", print=Print(width=420)), tmp_path / "a")
    assert "dots per inch" in large.notes[0]
    small = export_many([keep()], plan("pdf", print=Print(width=10)), tmp_path / "b")
    assert small.notes == ()


def test_a_subject_on_nothing_is_as_fine_as_it_is_shown(keep, tmp_path) -> None:
    """It is not cut, so it is no coarser than its height on the page says."""
    paper = Print(width=50, height=10)  # mm; the picture is 96 x 64 pixels
    done = export_many([keep()], ExportPlan(format="pdf", print=paper), tmp_path / "out")
    assert done.notes == ()
    assert dots_per_inch((96, 64), paper, whole=True) == pytest.approx(64 / 10 * 25.4)
    assert dots_per_inch((96, 64), paper) == pytest.approx(96 / 50 * 25.4)


def test_the_words_are_in_the_document(keep, plan, tmp_path) -> None:
    file = export_many([keep()], plan("pdf"), tmp_path / "out").files[0]
    said = packet(file)
    assert said["title"] == WORDS.title
    assert said["AltTextAccessibility"] == WORDS.alt
    assert said["DigitalSourceType"] == MACHINE_MADE
    document = pdfium.PdfDocument(file)
    told = document.get_metadata_dict()
    assert (told["Title"], told["Author"]) == (WORDS.title, WORDS.author)
    assert document.is_tagged()
    page = document[0]
    tree = pdfium.raw.FPDF_StructTree_GetForPage(page.raw)
    figure = pdfium.raw.FPDF_StructTree_GetChildAtIndex(tree, 0)
    letters = ctypes.create_string_buffer(1000)
    length = pdfium.raw.FPDF_StructElement_GetAltText(figure, letters, 1000)
    assert letters.raw[:length].decode("utf-16-le").rstrip("\0") == WORDS.alt
    pdfium.raw.FPDF_StructTree_Close(tree)
    document.close()


def test_exiftool_agrees(keep, plan, tmp_path) -> None:
    file = export_many([keep()], plan("pdf", keep_recipe=False), tmp_path / "out").files[0]
    read = exiftool(file)
    assert not [key for key in read if "Warning" in key or "Error" in key]
    assert read["XMP-dc:Creator"] == WORDS.author
    assert read["PDF:PDFVersion"] == 1.7
    assert read["PDF:TaggedPDF"] in (True, "Yes")
    assert SECRET.encode() not in file.read_bytes()


def test_transparency_is_kept_unless_a_background_is_asked_for(keep, plan, tmp_path) -> None:
    clear = export_many([keep()], plan("pdf", lossless=True), tmp_path / "a").files[0]
    assert b"/SMask" in clear.read_bytes()
    flat = export_many([keep()], plan("pdf", background="#ffffff"), tmp_path / "b").files[0]
    assert b"/SMask" not in flat.read_bytes()
    pixels = shown(clear, scale=8).astype(int)
    middle = pixels[len(pixels) // 2, pixels.shape[1] // 2]
    assert np.abs(middle - BLUE).max() < 10


def test_lossless_is_exact(keep, plan, tmp_path) -> None:
    noise = Image.effect_noise((72, 72), 90).convert("RGB")
    made = plan("pdf", lossless=True, print=Print(dpi=72), profile="keep")
    file = export_many([keep(noise)], made, tmp_path / "out").files[0]
    document = pdfium.PdfDocument(file)
    item = next(item for item in document[0].get_objects() if item.type == 3)
    pixels = np.asarray(item.get_bitmap().to_pil().convert("RGB"))
    document.close()
    assert np.array_equal(pixels, np.asarray(noise))


def test_many_pictures_become_one_document(keep, tmp_path) -> None:
    works = [keep(Image.new("RGB", (40, 40 + 10 * number), RED)) for number in range(3)]
    broken = keep()
    broken.path.write_bytes(broken.path.read_bytes()[:200])
    paper = Print(together=True, dpi=72)
    plan = ExportPlan(format="pdf", print=paper, words=Words(title="Füchse"))
    done = export_many([*works, broken], plan, tmp_path / "out")
    assert [file.name for file in done.files] == ["Füchse.pdf"]
    assert [left.artwork.id for left in done.left_out] == [broken.id]
    document = pdfium.PdfDocument(done.files[0])
    heights = [round(page.get_height()) for page in document]
    document.close()
    assert heights == [40, 50, 60]
    assert packet(done.files[0])["DigitalSourceType"] == MACHINE_MADE


def test_a_contact_sheet_has_its_pages_and_captions(keep, tmp_path) -> None:
    works = [keep(Image.new("RGB", (60, 40), RED), prompt=f"狐 {n}") for n in range(7)]
    sheet = Sheet(columns=2, rows=3, heading="Alle Füchse", dpi=100)
    plan = ExportPlan(format="contact-sheet", sheet=sheet, lossless=True, keep_recipe=False)
    file = export_many(works, plan, tmp_path / "out").files[0]
    assert file.name == "Alle Füchse.pdf"
    document = pdfium.PdfDocument(file)
    assert [round(value / MM) for value in document[0].get_size()] == [210, 297]
    document.close()
    reds = []
    for number in range(2):
        pixels = shown(file, number, scale=100 / 72).astype(int)
        red = np.abs(pixels - RED).max(axis=2) < 10
        reds.append(int(red.sum()))
        # Below the first picture there is a line of dark letters.
        rows = np.flatnonzero(red[:, : red.shape[1] // 2].any(axis=1))
        first_end = rows[0] + np.flatnonzero(np.diff(rows, append=10**6) > 1)[0]
        below = pixels[first_end + 1 : first_end + 20, : red.shape[1] // 2]
        assert (below.sum(axis=2) < 250).sum() > 20
    assert reds[0] == pytest.approx(6 * reds[1], rel=0.02)
    assert packet(file)["Instructions"].startswith("Made with Easel Stickers")


def test_a_contact_sheet_of_pictures(keep, tmp_path) -> None:
    works = [keep() for _ in range(3)]
    sheet = Sheet(columns=1, rows=2, pages="png", width=100, height=100, dpi=100)
    plan = ExportPlan(format="contact-sheet", sheet=sheet, size=Size())
    done = export_many(works, plan, tmp_path / "out")
    assert [file.name for file in done.files] == ["Contact sheet 01.png", "Contact sheet 02.png"]
    with Image.open(done.files[0]) as opened:
        assert opened.size == (394, 394)
    assert packet(done.files[1])["DigitalSourceType"] == MACHINE_MADE
