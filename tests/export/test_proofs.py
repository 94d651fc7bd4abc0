"""What is looked at before it is written is what comes out then."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from studio.errors import StudioError
from studio.export import Cut, ExportPlan, Print, Sheet, Size, Wallpapers, Words, export_many
from studio.export.proofs import SIDE, Proofs
from studio.library import Library
from tests.export.conftest import RED, fox
from tests.library.film_frames import keep_film


class Stopped(Exception):
    """What a check raises."""


def stripes(width: int = 300, height: int = 120) -> Image.Image:
    """Red, green and blue side by side, opaque."""
    image = Image.new("RGB", (width, height), (20, 160, 40))
    image.paste(RED, (0, 0, width // 3, height))
    image.paste((30, 60, 200), (width - width // 3, 0, width, height))
    return image


def shown(proof) -> Image.Image:
    return proof.images[0][0]


def apart(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pictures of the same proportions, on white, of 256."""
    pixels = []
    for image in (one, other):
        ground = Image.new("RGBA", image.size, "#ffffff")
        whole = Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
        pixels.append(np.asarray(whole.resize((60, 40), Image.Resampling.BOX), float))
    return float(np.abs(pixels[0] - pixels[1]).mean())


SIZES = [
    Size(),
    Size(how="longest", longest=60),
    Size(how="crop", width=50, height=70),
    Size(how="pad", width=90, height=90),
    Size(how="pad", width=400, height=90, enlarge=False),
    Size(how="crop", width=2000, height=900),
]


@pytest.mark.parametrize("wanted", ["png", "jpeg", "webp", "tiff", "avif"])
@pytest.mark.parametrize("size", SIZES)
def test_pictures(keep, tmp_path, wanted, size) -> None:
    work = keep(fox((240, 160)))
    plan = ExportPlan(format=wanted, size=size, quality=95, words=Words(author="Ada"))
    (file,) = export_many([work], plan, tmp_path / "out").files
    proofs = Proofs([work])
    made, draft = (proofs.make(plan, 0, draft=draft) for draft in (False, True))
    with Image.open(file) as opened:
        written = opened.convert("RGBA")
    assert made.size == file.stat().st_size
    assert made.pixels == draft.pixels == written.size
    assert max(shown(made).size) <= SIDE
    assert apart(shown(made), written) < 1
    assert apart(shown(draft), written) < 5
    assert not draft.size
    assert (made.window is None) == (size.how != "crop")


def test_jpeg_stands_on_its_background(keep) -> None:
    proofs = Proofs([keep()])
    for draft in (True, False):
        made = proofs.make(ExportPlan(format="jpeg", background="#00ff00"), 0, draft=draft)
        assert abs(np.asarray(shown(made).convert("RGB"), int)[1, 1] - (0, 255, 0)).max() < 12
        made = proofs.make(ExportPlan(format="png"), 0, draft=draft)
        assert shown(made).getpixel((1, 1))[3] == 0


@pytest.mark.parametrize("paper", [
    Print(width=148, height=105, bleed=3, marks=True),
    Print(bleed=2),
    Print(width=100, height=100, fill="fit"),
])  # fmt: skip
def test_a_page_is_as_it_will_be_printed(keep, tmp_path, paper) -> None:
    work = keep(stripes())
    plan = ExportPlan(format="pdf", print=paper, lossless=True)
    (file,) = export_many([work], plan, tmp_path / "out").files
    document = pdfium.PdfDocument(file)
    page = document[0]
    trim, whole = page.get_trimbox(), page.get_mediabox()
    printed = page.render(scale=4).to_pil().convert("RGB")
    document.close()
    proofs = Proofs([work])
    made, draft = (proofs.make(plan, 0, draft=draft) for draft in (False, True))
    assert made.size == pytest.approx(file.stat().st_size, abs=20)  # its time and number differ
    for proof in (made, draft):
        assert apart(shown(proof), printed) < 4
        assert proof.paper == pytest.approx(
            [(trim[2] - trim[0]) / 72 * 25.4, (trim[3] - trim[1]) / 72 * 25.4], abs=0.01
        )
        assert proof.trim == pytest.approx(
            (trim[0] / whole[2], trim[1] / whole[3], trim[2] / whole[2], trim[3] / whole[3]),
            abs=0.002,
        )
        assert (proof.window is None) == (paper.fill == "fit")


def test_a_drawing_is_the_file_itself(keep, tmp_path) -> None:
    work = keep(fox((120, 80)))
    plan = ExportPlan(format="svg")
    (file,) = export_many([work], plan, tmp_path / "out").files
    proofs = Proofs([work])
    assert proofs.make(plan, 0, draft=False).drawing == file.read_bytes()
    draft = proofs.make(plan, 0, draft=True)
    assert draft.pixels == (120, 80)
    assert apart(shown(draft), fox((120, 80))) < 2


def test_a_sticker_has_its_outline(keep, tmp_path) -> None:
    works = [keep(), keep(stripes())]
    plan = ExportPlan(format="stickers")
    files = export_many(works, plan, tmp_path / "out").files
    proofs = Proofs(works)
    assert proofs.count(plan) == 2
    for number in range(2):
        file = next(each for each in files if each.name == f"0{number + 1}.webp")
        made = proofs.make(plan, number, draft=False)
        with Image.open(file) as opened:
            assert apart(shown(made), opened) == 0
        assert made.size == file.stat().st_size
        assert apart(shown(proofs.make(plan, number, draft=True)), shown(made)) < 3


def test_icons_come_in_their_sizes(keep, tmp_path) -> None:
    work = keep()
    plan = ExportPlan(format="icons")
    files = export_many([work], plan, tmp_path / "out").files
    made = Proofs([work]).make(plan, 0, draft=False)
    assert made.files == len(files)
    assert made.size == sum(file.stat().st_size for file in files)
    by_words = {words: image for image, words in made.images}
    assert {words for words in by_words if words.isdigit()} == {
        "256",
        "128",
        "64",
        "48",
        "32",
        "16",
    }
    with Image.open(next(file for file in files if file.name == "icon.ico")) as icon:
        for side in (256, 48, 16):
            icon.size = (side, side)
            assert apart(icon.convert("RGBA"), by_words[str(side)]) == 0


def test_wallpapers_for_each_screen(keep, tmp_path) -> None:
    works = [keep(stripes(prompt) if isinstance(prompt, int) else None) for prompt in (300, None)]
    plan = ExportPlan(
        format="wallpapers", wallpapers=Wallpapers(screens=("full-hd", "phone")), quality=95
    )
    files = export_many(works, plan, tmp_path / "out").files
    proofs = Proofs(works)
    assert proofs.count(plan) == len(files) == 4
    for number, file in enumerate(files):
        made, draft = (proofs.make(plan, number, draft=draft) for draft in (False, True))
        with Image.open(file) as opened:
            assert made.pixels == draft.pixels == opened.size
            assert apart(shown(made), opened) < 1
            assert apart(shown(draft), opened) < 5
        assert made.size == file.stat().st_size
        # The subject on nothing stands in the middle: there is nothing to move.
        assert (made.window is not None) == (draft.window is not None) == (number < 2)
        assert proofs.artwork(plan, number) == works[number // 2]


def test_pages_of_a_contact_sheet(keep, tmp_path) -> None:
    works = [keep(stripes(60 + 30 * number), f"work {number}") for number in range(5)]
    plan = ExportPlan(
        format="contact-sheet", sheet=Sheet(columns=2, rows=1, pages="png", dpi=72, heading="Mine")
    )
    files = export_many(works, plan, tmp_path / "out").files
    proofs = Proofs(works)
    assert proofs.count(plan) == len(files) == 3
    for number, file in enumerate(files):
        made, draft = (proofs.make(plan, number, draft=draft) for draft in (False, True))
        assert made.artwork is None
        with Image.open(file) as opened:
            assert made.pixels == opened.size
            assert apart(shown(made), opened) < 0.5
            assert apart(shown(draft), opened) < 2
    works[4].path.write_bytes(b"no picture")
    with pytest.raises(StudioError, match="None of these"):
        Proofs(works).make(plan, 2, draft=True)


WHERE = [(0.0, 0), (0.5, 1), (1.0, 2)]  # and which of the three stripes is seen then


@pytest.mark.parametrize("plan", [
    ExportPlan(size=Size(how="crop", width=40, height=60)),
    ExportPlan(format="pdf", print=Print(width=40, height=60)),
    ExportPlan(format="svg", size=Size(how="crop", width=40, height=60)),
    ExportPlan(format="icons"),
    ExportPlan(format="wallpapers", wallpapers=Wallpapers(screens=("phone",), saved_as="png")),
], ids=lambda plan: plan.format)  # fmt: skip
def test_what_is_cut_can_be_moved(keep, tmp_path, plan) -> None:
    """By the plan and for one work alone; the draft, the finished one and the file agree."""
    colours = np.array([RED, (20, 160, 40), (30, 60, 200)])
    work = keep(stripes())
    proofs = Proofs([work])
    for across, stripe in WHERE:
        own = {work.id: Cut(across=across)}
        by_plan = plan.model_copy(update={"cut": Cut(across=across)})
        for asked, cuts in ((plan, own), (by_plan, None)):
            for draft in (True, False):
                made = proofs.make(asked, 0, draft=draft, cuts=cuts)
                left, _, width, _ = made.window
                assert left == pytest.approx(across * (1 - width))
                if not made.drawing:
                    assert stripe_of(shown(made), colours) == stripe
        files = export_many([work], plan, tmp_path / f"{across}", cuts=own).files
        if plan.format in ("png", "wallpapers", "icons"):
            file = next(each for each in files if each.suffix == ".png")
            with Image.open(file) as opened:
                assert stripe_of(opened, colours) == stripe


def stripe_of(image: Image.Image, colours: np.ndarray) -> int:
    """Which of the colours is in the middle."""
    middle = image.convert("RGB").getpixel((image.width // 2, image.height // 2))
    return int(np.abs(colours - middle).sum(axis=1).argmin())


def test_films_and_what_cannot_be_read(keep, library: Library) -> None:
    film, lost = keep_film(library), keep()
    lost.path.write_bytes(b"no picture")
    proofs = Proofs([film, lost])
    made = proofs.make(ExportPlan(), 0, draft=True)
    assert (made.artwork, made.images) == (film, ())
    for draft in (True, False):
        with pytest.raises(StudioError, match="damaged"):
            proofs.make(ExportPlan(), 1, draft=draft)
    with pytest.raises(StudioError, match="nothing to look at"):
        Proofs([]).make(ExportPlan(), 0, draft=True)


@pytest.mark.parametrize("wanted", ["png", "svg", "stickers", "icons", "contact-sheet", "pdf"])
def test_a_finished_one_is_given_up_when_nobody_wants_it(keep, wanted) -> None:
    def check() -> None:
        raise Stopped

    with pytest.raises(Stopped):
        Proofs([keep()]).make(ExportPlan(format=wanted), 0, draft=False, check=check)


def test_a_photograph_that_was_turned_is_looked_at_upright(tmp_path: Path) -> None:
    from studio.export.outside import from_file

    file = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    stripes().save(file, exif=exif)
    proofs = Proofs([from_file(file)])
    for draft in (True, False):
        made = proofs.make(ExportPlan(size=Size(how="longest", longest=60)), 0, draft=draft)
        assert made.pixels == (24, 60)
        assert shown(made).size == (24, 60)


def test_a_draft_of_a_large_picture_is_small_and_has_its_true_size(keep) -> None:
    work = keep(stripes(3000, 1200))
    proofs = Proofs([work])
    draft = proofs.make(ExportPlan(), 0, draft=True)
    assert draft.pixels == (3000, 1200)
    assert max(shown(draft).size) <= 640
    page = proofs.make(ExportPlan(format="pdf"), 0, draft=True)
    assert page.paper == pytest.approx((254, 101.6))
    assert max(shown(page).size) <= 640
