"""Comparing two works of the gallery."""

from __future__ import annotations

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor

from studio.recipes import PictureRecipe
from studio.ui.gallery.compare import Compare
from studio.ui.gallery.room import GalleryRoom

RED, BLUE = (220, 30, 30, 255), (30, 30, 220, 255)


@pytest.fixture
def room(qtbot, studio) -> GalleryRoom:
    library = studio.collection.library
    for words, colour in (("Red", RED), ("Blue", BLUE)):
        recipe = PictureRecipe(model="easel/stickers", prompt=words, seed=1)
        library.add(Image.new("RGBA", (400, 300), colour), recipe, made_by="Fake")
    studio.window.go_to("gallery")
    return studio.window.gallery


def ids(room: GalleryRoom) -> list[str]:
    known = {each.title: each.id for each in room.asking.library.recent()}
    return [known["Red"], known["Blue"]]


@pytest.fixture
def compare(qtbot, room: GalleryRoom) -> Compare:
    made = Compare(room)
    made.show_works(ids(room))
    qtbot.waitUntil(lambda: not made.isHidden())
    return made


def colour_at(compare: Compare, part: float) -> str:
    """What is seen at a part of the width, at a third of the height."""
    box = compare.box(0)
    at = QPoint(round(box.left() + part * box.width()), round(box.top() + box.height() / 3))
    seen: QColor = compare.grab().toImage().pixelColor(at)
    return "red" if seen.red() > seen.blue() else "blue"


def test_the_slider_shows_more_of_the_one_or_the_other(qtbot, compare) -> None:
    assert compare.accessibleName() == "Comparing “Red” with “Blue”"
    assert (colour_at(compare, 0.3), colour_at(compare, 0.7)) == ("red", "blue")
    line = QPoint(round(compare.box(0).center().x()), round(compare.box(0).center().y()))
    there = QPoint(round(compare.box(0).left() + 0.9 * compare.box(0).width()), line.y())
    qtbot.mousePress(compare, Qt.MouseButton.LeftButton, pos=line)
    qtbot.mouseMove(compare, there)
    qtbot.mouseRelease(compare, Qt.MouseButton.LeftButton, pos=there)
    assert (colour_at(compare, 0.3), colour_at(compare, 0.7)) == ("red", "red")
    for _ in range(60):
        qtbot.keyClick(compare, Qt.Key.Key_Left)
    assert compare.split == 0
    assert colour_at(compare, 0.1) == "blue"


def test_swapped(qtbot, compare) -> None:
    qtbot.keyClick(compare, Qt.Key.Key_X)
    assert (colour_at(compare, 0.3), colour_at(compare, 0.7)) == ("blue", "red")
    assert compare.accessibleName() == "Comparing “Blue” with “Red”"


def test_side_by_side_both_are_whole(qtbot, compare) -> None:
    qtbot.keyClick(compare, Qt.Key.Key_M)
    left, right = compare.box(0), compare.box(1)
    assert left.right() < right.left()
    assert left.size() == right.size()
    assert colour_at(compare, 0.9) == "red"
    qtbot.mouseClick(compare.mode, Qt.MouseButton.LeftButton)
    assert compare.over
    assert compare.box(0) == compare.box(1)


def test_zoom_is_the_same_for_both_and_keeps_the_point(qtbot, compare) -> None:
    compare.change_mode()
    before = compare.box(1)
    at = QPointF(before.left() + 0.25 * before.width(), before.top() + 0.75 * before.height())
    compare.zoom_by(3, at)
    after = compare.box(1)
    assert after.width() == pytest.approx(3 * before.width())
    assert (at.x() - after.left()) / after.width() == pytest.approx(0.25)
    assert (at.y() - after.top()) / after.height() == pytest.approx(0.75)
    assert compare.box(0).size() == after.size()
    qtbot.keyClick(compare, Qt.Key.Key_0)
    assert compare.box(1) == before
    for _ in range(80):
        qtbot.keyClick(compare, Qt.Key.Key_Plus)
    assert compare.box(0).width() == pytest.approx(16 * 400)
    for _ in range(80):
        qtbot.keyClick(compare, Qt.Key.Key_Minus)
    assert compare.box(1) == before


def test_escape_uncovers_the_window(qtbot, compare, room) -> None:
    assert compare.geometry() == room.window_.rect()
    qtbot.keyClick(compare, Qt.Key.Key_Escape)
    assert compare.isHidden()
    assert not compare.escape()


def test_a_file_that_cannot_be_read_is_said(qtbot, room) -> None:
    both = ids(room)
    room.asking.library.get(both[1]).path.write_bytes(b"no picture")
    compare = Compare(room)
    compare.show_works(both)
    qtbot.waitUntil(room.banner.isVisible)
    assert compare.isHidden()
