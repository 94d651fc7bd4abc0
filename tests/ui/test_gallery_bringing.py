"""Many files brought into the gallery: how far it is, a cancel, and what is said at the end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPlainTextEdit

from studio.library import Library
from studio.library.imports import Imports
from studio.ui.gallery.bring_bar import in_words, time_left
from studio.ui.gallery.bringing import Going
from studio.ui.gallery.room import GalleryRoom
from studio.ui.studio import Studio
from tests.ui.test_gallery import is_favourite


@pytest.fixture
def room(qtbot, studio: Studio) -> GalleryRoom:
    studio.window.resize(1200, 800)
    studio.window.go_to("gallery")
    qtbot.waitUntil(lambda: studio.window.gallery.grid.found is not None)
    return studio.window.gallery


def paint(folder: Path, count: int) -> Path:
    """A folder of pictures, no two of them alike."""
    folder.mkdir()
    for number in range(count):
        Image.new("RGB", (20 + number, 20), "teal").save(folder / f"{number:03}.png")
    return folder


class Gate:
    """Lets so many files come in, and holds up the next until it is opened."""

    def __init__(self) -> None:
        self.free = 0
        self.opened = threading.Event()
        self.held = threading.Event()

    def pass_(self) -> None:
        if self.free:
            self.free -= 1
            return
        self.held.set()
        assert self.opened.wait(30)


@pytest.fixture
def gate(monkeypatch) -> Iterator[Gate]:
    made, copy = Gate(), Imports._copy

    def held(self, file, picture, stop):
        made.pass_()
        return copy(self, file, picture, stop)

    monkeypatch.setattr(Imports, "_copy", held)
    yield made
    made.opened.set()


def count(room: GalleryRoom) -> int:
    return len(room.grid.found) if room.grid.found else 0


def test_a_folder_comes_in_while_the_grid_fills(qtbot, room, gate, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("studio.library.imports._AT_ONCE", 10)
    gate.free = 25
    room.bringing.files([paint(tmp_path / "many", 30)])
    assert gate.held.wait(30)
    qtbot.waitUntil(lambda: 20 <= count(room) < 30, timeout=8000)
    qtbot.waitUntil(lambda: room.bring_bar.words.text().startswith("Bringing in 25 of 30"))
    assert not room.bring_bar.isHidden()
    assert (room.bring_bar.bar.value(), room.bring_bar.bar.maximum()) == (25, 30)
    # What else the artist does is not held up by it.
    qtbot.waitUntil(lambda: room.grid.cards.at(0) is not None)
    room.grid.take(0)
    qtbot.keyClick(room.grid, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: is_favourite(room, 0))
    gate.opened.set()
    qtbot.waitUntil(lambda: count(room) == 30)
    assert room.bring_bar.isHidden()
    assert room.toast.words.text() == "30 works brought in"
    assert room.toast.action.text() == "Show"
    assert room.banner.isHidden()


def test_a_cancel_works_at_once_and_what_came_stays(
    qtbot, room, gate, tmp_path, studio: Studio
) -> None:
    gate.free = 7
    room.bringing.files([paint(tmp_path / "many", 30)])
    assert gate.held.wait(30)
    qtbot.waitUntil(lambda: not room.bring_bar.isHidden())
    qtbot.mouseClick(room.bring_bar.away, Qt.MouseButton.LeftButton)
    assert room.bring_bar.words.text() == "Stopping; what has come in stays"
    assert not room.bring_bar.away.isEnabled()
    gate.opened.set()
    qtbot.waitUntil(room.bring_bar.isHidden)
    qtbot.waitUntil(lambda: count(room) == 7)
    assert room.toast.words.text() == "Stopped after 7 of 30 files: 7 works brought in"
    with Library.open(studio.library_folder()) as library:
        assert library.count() == 7
    # The rest comes when it is asked for again.
    room.bringing.files([tmp_path / "many"])
    qtbot.waitUntil(lambda: count(room) == 30)
    assert room.toast.words.text() == "23 works brought in, 7 works here already"


def test_what_could_not_be_brought_in_is_named_on_demand(qtbot, room, tmp_path) -> None:
    folder = paint(tmp_path / "many", 3)
    for name in ("broken.png", "empty.jpg", "scan.tif", ".hidden.png", "notes.txt"):
        (folder / name).write_bytes(b"II*\0" if name == "scan.tif" else b"")
    room.bringing.files([folder])
    qtbot.waitUntil(lambda: not room.banner.isHidden())
    said = room.banner.what.text()
    assert said == "3 works brought in, 3 files could not be brought in."
    room.banner.action.click()
    (dialog,) = [each for each in room.window_.findChildren(QDialog) if each.isVisible()]
    told = dialog.findChild(QPlainTextEdit).toPlainText()
    for name in ("broken.png", "empty.jpg", "scan.tif"):
        assert str(folder / name) in told
        assert f"“{name}” was not taken in: " in told
    assert ".hidden.png" not in told
    assert "notes.txt" not in told
    dialog.accept()


def test_what_is_dropped_meanwhile_comes_after(qtbot, room, gate, tmp_path) -> None:
    room.bringing.files([paint(tmp_path / "first", 2)])
    assert gate.held.wait(30)
    Image.new("RGB", (90, 90)).save(tmp_path / "second.png")
    room.bringing.files([tmp_path / "second.png"])
    assert room.toast.words.text() == "They come after what is being brought in now"
    gate.opened.set()
    qtbot.waitUntil(lambda: count(room) == 3)


def test_another_library_is_not_told_of_it(qtbot, room, gate, tmp_path, studio: Studio) -> None:
    gate.free = 1
    room.bringing.files([paint(tmp_path / "many", 9)])
    assert gate.held.wait(30)
    studio.window.library_chosen.emit(tmp_path / "Another")
    qtbot.waitUntil(lambda: room.asking.library is not None and not studio.collection.busy)
    gate.opened.set()
    qtbot.waitUntil(lambda: room.bring_bar.isHidden() and not room.bringing._busy)
    qtbot.waitUntil(lambda: room.stage.currentWidget() is room.none)
    assert room.banner.isHidden()
    assert room.toast.isHidden()
    assert not (tmp_path / "Another" / "imported").exists()


def test_closing_the_window_stops_it(qtbot, room, gate, tmp_path, studio: Studio) -> None:
    gate.free = 3
    room.bringing.files([paint(tmp_path / "many", 30)])
    assert gate.held.wait(30)
    room.bringing._stop.set()  # what closing does first, before it waits for the thread
    gate.opened.set()
    studio.window.close()
    with Library.open(studio.library_folder()) as library:
        assert library.count() == 3


def test_a_full_disk_is_told_and_what_came_stays(qtbot, room, tmp_path, monkeypatch) -> None:
    room.bringing.files([paint(tmp_path / "some", 2)])
    qtbot.waitUntil(lambda: count(room) == 2)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as small:
        small.setattr("studio.library.files.os.write", full)
        room.bringing.files([paint(tmp_path / "more", 5) / "004.png"])
        qtbot.waitUntil(lambda: not room.banner.isHidden())
    assert "is full" in room.banner.what.text()
    assert room.bring_bar.isHidden()


@pytest.mark.parametrize(
    ("going", "words"),
    [
        (Going(0, 0, 1.0, False), "Looking what there is to bring in…"),
        (Going(3, 800, 1.0, False), "Bringing in 3 of 800"),
        (Going(120, 800, 3.5, False), "Bringing in 120 of 800, about 20 seconds left"),
        (Going(1200, 1210, 30.0, False), "Bringing in 1,200 of 1,210, a few seconds left"),
        (Going(120, 800, 3.5, True), "Stopping; what has come in stays"),
    ],
)
def test_how_far_it_is_in_words(going: Going, words: str) -> None:
    assert in_words(going) == words


def test_times_in_words() -> None:
    said = [time_left(seconds) for seconds in (0, 33, 56, 150, 3300, 9000)]
    assert said == [
        "a few seconds left",
        "about 35 seconds left",
        "about a minute left",
        "about 2 minutes left",
        "about an hour left",
        "about 2 hours left",
    ]
