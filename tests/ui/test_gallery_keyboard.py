"""The gallery without a mouse and without eyes: Tab, arrows, names, what is said aloud."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from studio.library.gallery import Query
from studio.ui.gallery.compare import Compare
from studio.ui.gallery.room import GalleryRoom
from studio.ui.studio import Studio
from studio.ui.widgets.cover import Cover
from tests.ui.test_gallery import chosen, fill, titles

WORDS = ("a red fox", "a blue owl", "a boat", "a castle")


@pytest.fixture
def room(qtbot, studio: Studio) -> GalleryRoom:
    fill(studio.library_folder(), WORDS, side=300)
    studio.window.resize(1200, 800)
    studio.window.activateWindow()
    studio.window.go_to("gallery")
    made = studio.window.gallery
    qtbot.waitUntil(lambda: titles(made) == list(reversed(WORDS)))
    return made


def stops(within: QWidget) -> list[QWidget]:
    """What Tab goes to in a part of the window, in order."""
    found, window = [], within.window()
    widget = window.nextInFocusChain()
    while widget is not window:
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled()
        if takes and widget.isVisible() and within.isAncestorOf(widget):
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def nameless(widgets: list[QWidget]) -> list[str]:
    return [
        type(widget).__name__
        for widget in widgets
        if not (widget.accessibleName() or getattr(widget, "text", str)()).strip()
    ]


def focused(room: GalleryRoom) -> QWidget:
    widget = room.window_.focusWidget()
    assert widget is not None
    return widget


def open_large(qtbot, room: GalleryRoom) -> Cover:
    room.grid.take(0)
    qtbot.waitUntil(lambda: room.grid.current is not None)
    qtbot.keyClick(room.grid, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: room.works.large.open)
    return room.works.large.viewer


def open_compare(qtbot, room: GalleryRoom) -> Cover:
    room.grid.take(0)
    qtbot.keyClick(room.grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    room.works.compare()

    def opened() -> Compare | None:
        return next((c for c in room.window_.findChildren(Compare) if c.isVisible()), None)

    qtbot.waitUntil(lambda: opened() is not None)
    return opened()


def test_all_that_tab_goes_to_has_a_name(qtbot, room) -> None:
    room.search.more.setChecked(True)
    room.grid.take(0)
    qtbot.waitUntil(lambda: room.details.pages.currentIndex() == 1)
    found = stops(room)
    assert nameless(found) == []
    order = [found.index(each) for each in (room.search.words, room.grid, room.details.one.poster)]
    assert order == sorted(order)
    room.grid.selection.all(len(WORDS))
    room.grid.changed(0)
    qtbot.waitUntil(lambda: room.details.pages.currentIndex() == 2)
    assert nameless(stops(room.details)) == []
    room.asking.library.bin.put(room.chosen[:2])
    room.show_query(Query(trashed=True))
    qtbot.waitUntil(lambda: len(titles(room)) == 2)
    room.grid.take(0)
    qtbot.waitUntil(room.trash_bar.back.isEnabled)
    found = stops(room)
    assert nameless(found) == []
    assert {room.trash_bar.back, room.trash_bar.remove, room.trash_bar.empty} <= set(found)


@pytest.mark.parametrize("opened", [open_large, open_compare])
def test_tab_stays_on_what_covers_the_window(qtbot, room, opened) -> None:
    cover = opened(qtbot, room)
    assert nameless(stops(cover)) == []
    seen = []
    for _ in range(len(stops(cover)) + 1):
        qtbot.keyClick(focused(room), Qt.Key.Key_Tab)
        assert cover is focused(room) or cover.isAncestorOf(focused(room))
        seen.append(focused(room))
    assert set(seen) == {cover, *stops(cover)}
    qtbot.keyClick(focused(room), Qt.Key.Key_Backtab)
    assert focused(room) is seen[-2]
    room.window_.escape()
    assert cover.isHidden()
    assert focused(room) is room.grid


def test_the_colours_are_one_stop_and_arrows_go_between_them(qtbot, room) -> None:
    room.search.more.setChecked(True)
    dots = room.filters.dots
    assert [dot for dot in stops(room) if dot in dots] == dots[:1]
    dots[0].setFocus()
    qtbot.keyClick(focused(room), Qt.Key.Key_Right)
    qtbot.keyClick(focused(room), Qt.Key.Key_Right)
    assert focused(room) is dots[2]
    qtbot.keyClick(focused(room), Qt.Key.Key_Space)
    assert room.query.colour == dots[2].name
    assert [dot for dot in stops(room) if dot in dots] == [dots[2]]
    qtbot.keyClick(focused(room), Qt.Key.Key_Left)
    qtbot.keyClick(focused(room), Qt.Key.Key_Left)
    qtbot.keyClick(focused(room), Qt.Key.Key_Left)
    assert focused(room) is dots[-1]


def test_what_the_keys_come_to_is_said_aloud(qtbot, room, monkeypatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(
        "studio.ui.gallery.grid_telling.say_aloud", lambda _of, words: said.append(words)
    )
    here = [True]  # a window without a screen is not always the active one
    monkeypatch.setattr(room.grid, "hasFocus", lambda: here[0])
    room.grid.take(0)
    qtbot.keyClick(room.grid, Qt.Key.Key_Right)
    qtbot.keyClick(room.grid, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: len(said) == 3)
    assert said[0].startswith("a castle, picture, made today")
    assert said[1].startswith("a boat, picture, made today")
    assert said[1].endswith("2 of 4, chosen")
    assert "a favourite" in said[2]
    here[0] = False
    room.grid.take(3)
    assert len(said) == 3


@pytest.mark.parametrize("way", ["key", "mouse"])
def test_the_menu_is_of_the_work_it_is_opened_on(qtbot, room, monkeypatch, way: str) -> None:
    opened: list[tuple[QPoint, list[str]]] = []

    def popup(at: QPoint) -> None:
        menu = QMenu()
        room.bar.fill(menu)
        opened.append((at, [action.text().partition("\t")[0] for action in menu.actions()]))

    monkeypatch.setattr(room.bar, "popup", popup)
    room.grid.selection.go(2)  # nothing is chosen yet
    room.grid.changed(2)
    assert room.bar._chosen == 0
    middle = room.grid.box(2).center()
    reason = QContextMenuEvent.Reason.Keyboard if way == "key" else QContextMenuEvent.Reason.Mouse
    where = room.grid.viewport().mapToGlobal(middle)
    event = QContextMenuEvent(reason, QPoint(1, 1) if way == "key" else middle, where)
    QApplication.sendEvent(room.grid if way == "key" else room.grid.viewport(), event)
    qtbot.waitUntil(lambda: bool(opened))
    ((at, words),) = opened
    assert at == where
    assert chosen(room) == ["a blue owl"]
    assert words[:2] == ["Show large", "Make again"]
    assert {"Mark as a favourite", "Copy", "Move to trash", "Choose all"} <= set(words)


def test_comparing_says_how_it_stands(qtbot, room) -> None:
    compare = open_compare(qtbot, room)
    assert compare.accessibleName() == "Comparing “a castle” with “a boat”"
    assert "the line at 50 % of the width" in compare.accessibleDescription()
    qtbot.keyClick(compare, Qt.Key.Key_Right)
    assert "the line at 52 % of the width" in compare.accessibleDescription()
    qtbot.keyClick(compare, Qt.Key.Key_M)
    assert compare.accessibleDescription().startswith("Side by side, at ")
