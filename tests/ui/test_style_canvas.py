"""The style room's canvas: before and after, and the brush that says where."""

from __future__ import annotations

import base64

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage

from studio.ui.style.canvas import StyleCanvas
from studio.ui.style.divider import STEPS
from studio.ui.style.mask import Mask
from studio.ui.style.wish import Pick
from studio.ui.theme import Look
from tests.ui.conftest import painted

BEFORE, AFTER = QColor(200, 40, 40), QColor(40, 40, 200)


@pytest.fixture
def canvas(qtbot) -> StyleCanvas:
    canvas = StyleCanvas(Look("dark"))
    qtbot.addWidget(canvas)
    canvas.resize(600, 500)
    canvas.show_before(plain(BEFORE), "a photo")
    canvas.show()
    qtbot.waitExposed(canvas)
    return canvas


def plain(colour: QColor, width: int = 300, height: int = 200) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(colour)
    return image


def seen(canvas: StyleCanvas, part: float) -> QColor:
    """The colour on the screen at that part of the picture's width, off the knob."""
    box = canvas.picture_rect()
    at = QPoint(round(box.x() + part * box.width()), round(box.y() + 0.2 * box.height()))
    return canvas.grab().toImage().pixelColor(at * canvas.devicePixelRatio())


def on(canvas: StyleCanvas, across: float, down: float) -> QPoint:
    box = canvas.picture_rect()
    return QPoint(round(box.x() + across * box.width()), round(box.y() + down * box.height()))


def test_before_there_is_an_after_there_is_no_line(canvas):
    assert not canvas.divider.isVisible()
    assert seen(canvas, 0.9) == BEFORE


def test_left_of_the_line_it_is_as_it_was(qtbot, canvas):
    canvas.show_after(plain(AFTER, 150, 100))  # smaller: for the moment
    assert canvas.divider.isVisible()
    assert (seen(canvas, 0.25), seen(canvas, 0.75)) == (BEFORE, AFTER)
    canvas.divider.setValue(STEPS // 10)
    assert (seen(canvas, 0.25), seen(canvas, 0.75)) == (AFTER, AFTER)


def test_drag_the_line(qtbot, canvas):
    canvas.show_after(plain(AFTER))
    line = canvas.divider
    grip = line.rect().center() + QPoint(6, 40)  # a little beside it
    qtbot.mousePress(line, Qt.MouseButton.LeftButton, pos=grip)
    assert line.value() == STEPS // 2  # it does not jump
    way = round(0.25 * canvas.picture_rect().width())
    qtbot.mouseMove(line, grip + QPoint(way, 0))
    assert line.part == pytest.approx(0.75, abs=0.01)
    qtbot.mouseRelease(line, Qt.MouseButton.LeftButton, pos=line.rect().center())
    assert (seen(canvas, 0.7), seen(canvas, 0.85)) == (BEFORE, AFTER)
    qtbot.mouseDClick(line, Qt.MouseButton.LeftButton)
    assert line.value() == 0


def test_the_line_by_keys(qtbot, canvas):
    canvas.show_after(plain(AFTER))
    line = canvas.divider
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_Left)
    assert line.part == pytest.approx(0.48)
    qtbot.keyClick(line, Qt.Key.Key_End)
    assert line.part == 1.0
    assert seen(canvas, 0.95) == BEFORE
    qtbot.keyClick(line, Qt.Key.Key_Home)
    assert seen(canvas, 0.05) == AFTER


def test_a_tall_picture_and_a_narrow_window(qtbot, canvas):
    canvas.show_before(plain(BEFORE, 40, 4000))
    canvas.show_after(plain(AFTER, 40, 4000))
    canvas.resize(260, 210)
    box = canvas.picture_rect()
    assert canvas.rect().contains(box.toRect())
    assert canvas.divider.y() == round(box.y())


def test_enter_and_a_double_click_show_it_large(qtbot, canvas):
    with qtbot.waitSignal(canvas.opened):
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    with qtbot.waitSignal(canvas.opened):
        qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=on(canvas, 0.9, 0.9))


def test_a_drag_beside_the_line_takes_the_picture_along(qtbot, canvas):
    canvas.show_after(plain(AFTER))
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=on(canvas, 0.8, 0.8))
    with qtbot.waitSignal(canvas.dragged):
        qtbot.mouseMove(canvas, on(canvas, 0.6, 0.6))


# The mask


def tones(mask: Mask) -> tuple[int, int]:
    """In the middle and in a corner."""
    image = mask.image
    assert image is not None
    middle = image.pixelColor(image.width() // 2, image.height() // 2).value()
    return middle, image.pixelColor(2, 2).value()


def test_the_first_stroke_says_only_here_or_not_here():
    middle = QPointF(0.5, 0.5)
    mask = Mask(3000, 2000)
    assert mask.pack() == ""
    mask.stroke(middle, middle, 0.1, on=True)
    assert tones(mask) == (255, 0)
    other = Mask(3000, 2000)
    other.stroke(middle, middle, 0.1, on=False)
    assert tones(other) == (0, 255)
    other.invert()
    assert tones(other) == (255, 0)


def test_a_mask_goes_into_the_recipe_and_comes_back():
    mask = Mask(1000, 500)
    mask.stroke(QPointF(0.1, 0.5), QPointF(0.9, 0.5), 0.05, on=True)
    packed = mask.pack()
    image = QImage.fromData(base64.b64decode(packed))
    assert (image.width(), image.height()) == (512, 256)
    assert image.format() == QImage.Format.Format_Grayscale8
    again = Mask(1000, 500, packed)
    assert again.image == mask.image


def test_a_mask_of_noise_still_fits():
    mask = Mask(512, 512)
    mask.invert()
    noise = bytes(range(256)) * 1024
    import random

    shuffled = bytearray(noise)
    random.Random(1).shuffle(shuffled)
    image = QImage(bytes(shuffled), 512, 512, 512, QImage.Format.Format_Grayscale8)
    mask._image = image.copy()
    from studio.recipes.style import MAX_MASK

    assert 0 < len(mask.pack()) <= MAX_MASK


@pytest.mark.parametrize("packed", ["%%%", "bm8gcG5n", base64.b64encode(b"\x89PNG\r\n").decode()])
def test_what_is_no_mask_is_everywhere(packed):
    assert Mask(10, 10, packed).image is None


def paint_stroke(qtbot, room, *points: tuple[float, float], release: bool = True) -> None:
    canvas = room.canvas
    for n, point in enumerate(points):
        at = on(canvas, *point)
        if n == 0:
            qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at)
        else:
            qtbot.mouseMove(canvas, at)
    if release:
        qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at)


def test_paint_where_it_applies(qtbot, easel):
    easel.panel.mask_fold.set_open(True)
    canvas = easel.canvas
    assert canvas.painting
    assert not canvas.divider.isVisible()
    paint_stroke(qtbot, easel, (0.1, 0.5), (0.3, 0.5), release=False)
    assert canvas.stroking
    assert canvas._tint is not None
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=on(canvas, 0.3, 0.5))
    qtbot.waitUntil(lambda: painted(easel))
    assert canvas._tint is None
    width, height = canvas.after.width(), canvas.after.height()
    before = canvas.before.scaled(width, height)
    here, there = QPoint(width // 5, height // 2), QPoint(width - 4, height - 4)
    assert canvas.after.pixelColor(here) != before.pixelColor(here)
    assert canvas.after.pixelColor(there) == before.pixelColor(there)
    assert easel.panel.mask_tools.clear.isEnabled()
    # A stroke is one step
    mask = easel.guide.wish.mask
    paint_stroke(qtbot, easel, (0.7, 0.5), (0.9, 0.5))
    assert easel.guide.wish.mask != mask
    easel.guide.undo()
    assert easel.guide.wish.mask == mask
    paint_stroke(qtbot, easel, (0.7, 0.2))  # goes on from there
    easel.guide.undo()
    assert easel.guide.wish.mask == mask
    assert easel.escape()
    assert not canvas.painting
    assert canvas.divider.isVisible()
    assert easel.guide.wish.mask == mask
    assert not easel.escape()


def test_erase_invert_soften_clear(qtbot, easel):
    easel.panel.mask_fold.set_open(True)
    tools = easel.panel.mask_tools
    qtbot.mouseClick(tools.tool.segment("eraser"), Qt.MouseButton.LeftButton)
    paint_stroke(qtbot, easel, (0.5, 0.5))
    mask = Mask(96, 64, easel.guide.wish.mask)
    assert tones(mask) == (0, 255)
    qtbot.mouseClick(tools.invert, Qt.MouseButton.LeftButton)
    assert tones(Mask(96, 64, easel.guide.wish.mask)) == (255, 0)
    tools.feather.slider.setValue(70)
    assert easel.guide.wish.feather == 0.7
    qtbot.mouseClick(tools.clear, Qt.MouseButton.LeftButton)
    assert easel.guide.wish.mask == ""
    assert not tools.clear.isEnabled()


def test_paint_by_keys(qtbot, easel):
    easel.panel.mask_fold.set_open(True)
    easel.panel.mask_tools.breadth.setValue(20)
    easel.canvas.setFocus()
    for _ in range(3):
        qtbot.keyClick(easel.canvas, Qt.Key.Key_Right)
    qtbot.keyClick(easel.canvas, Qt.Key.Key_Space)
    image = Mask(96, 64, easel.guide.wish.mask).image
    assert image.pixelColor(round(0.56 * image.width()), image.height() // 2).value() == 255
    assert image.pixelColor(round(0.30 * image.width()), image.height() // 2).value() == 0


def test_another_picture_has_no_mask_yet(qtbot, easel, tmp_path):
    from tests.ui.atelier import draw_photo

    easel.panel.mask_fold.set_open(True)
    paint_stroke(qtbot, easel, (0.5, 0.5))
    easel.take(draw_photo(tmp_path / "other.png", (40, 80)))
    qtbot.waitUntil(lambda: easel.bar.title.text().startswith("other"))
    assert easel.guide.wish.mask == ""
    assert easel.guide.wish.chosen == [Pick("swirls")]
    easel.guide.undo()
    assert easel.bar.title.text().startswith("garden")
    assert easel.guide.wish.mask
