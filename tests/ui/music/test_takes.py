"""Takes side by side."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication

from studio.ui.music.takes import Take, TakeStrip
from studio.ui.theme import Look
from tests.ui.music.tune import small_tune

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def strip(qtbot) -> TakeStrip:
    made = TakeStrip(Look("dark"))
    qtbot.addWidget(made)
    made.resize(500, 90)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    takes = [Take(name, f"Take {name}", small_tune(), f"made {name}") for name in "abcd"]
    made.set_takes([*takes, Take("e", "Take e", doing="Composing…")], "b")
    made.told = []
    made.chosen.connect(made.told.append)
    return made


def test_one_is_taken_and_nothing_is_said(strip):
    assert strip.taken() == "b"
    assert [take.id for take in strip.takes()] == list("abcde")
    assert strip.told == []
    strip.choose("")
    assert strip.taken() == ""
    strip.choose("c")
    assert strip.taken() == "c"
    assert strip.told == []


def test_a_press_chooses(qtbot, strip):
    qtbot.mouseClick(strip.tiles()[0], LEFT)
    assert strip.told == ["a"]
    assert strip.taken() == "a"


def test_the_arrow_keys_choose_and_tab_comes_once(qtbot, strip):
    stops = [t for t in strip.tiles() if t.focusPolicy() == Qt.FocusPolicy.TabFocus]
    assert stops == [strip.tiles()[1]]
    stops[0].setFocus()
    qtbot.keyClick(stops[0], Qt.Key.Key_Right)
    assert strip.told == ["c"]
    assert strip.tiles()[2].hasFocus()
    qtbot.keyClick(strip.tiles()[2], Qt.Key.Key_Left)
    assert strip.told == ["c", "b"]


def test_what_is_chosen_is_brought_into_sight(qtbot, strip):
    assert strip.horizontalScrollBar().value() == 0
    strip.set_takes([*strip.takes(), Take("f", "Take f")], "f")
    qtbot.waitUntil(lambda: strip.horizontalScrollBar().value() > 0)
    strip.choose("a")
    qtbot.waitUntil(lambda: strip.horizontalScrollBar().value() < 30)


def test_delete_and_the_menu_say_which(qtbot, strip):
    tile = strip.tiles()[3]
    with qtbot.waitSignal(strip.trash_wanted) as wanted:
        qtbot.keyClick(tile, Qt.Key.Key_Delete)
    assert wanted.args == ["d"]
    at = QPoint(5, 5)
    with qtbot.waitSignal(strip.menu_wanted) as wanted:
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(tile, QContextMenuEvent(reason, at, tile.mapToGlobal(at)))
    assert wanted.args == ["d", tile.mapToGlobal(at)]


def test_a_take_that_is_composed_says_so_and_then_shows_its_notes(strip):
    tile = strip.tiles()[4]
    assert tile.accessibleDescription() == "Composing…"
    before = tile.grab().toImage()
    strip.set_takes([*strip.takes()[:4], Take("e", "Take e", small_tune())], "b")
    assert strip.tiles()[4] is tile  # the same, so that nothing flickers and focus stays
    assert tile.accessibleDescription() == ""
    assert tile.grab().toImage() != before


def test_others_take_their_place(qtbot, strip):
    strip.set_takes([Take("x", "Only one", small_tune())], "x")
    assert [tile.text() for tile in strip.tiles()] == ["Only one"]
    qtbot.mouseClick(strip.tiles()[0], LEFT)
    assert strip.told == ["x"]
    strip.set_takes([])
    assert strip.takes() == ()
    assert strip.taken() == ""


def test_a_tune_without_notes_has_a_tile_too(strip):
    strip.set_takes([Take("x", "Silence", small_tune(parts=()))])
    strip.grab()
    assert strip.takes()[0].name == "Silence"
