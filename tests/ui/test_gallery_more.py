"""The gallery's large view, what is brought in, and what plays while the mouse rests on it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl

from studio.library import Library
from studio.library.gallery import Query
from studio.sound.player import Player
from studio.ui import listening
from studio.ui.gallery.compare import Compare
from studio.ui.gallery.export_dialog import ExportDialog
from studio.ui.gallery.room import GalleryRoom
from studio.ui.gallery.trash_bar import SureDialog
from studio.ui.studio import Studio
from tests.library.film_frames import keep_film
from tests.library.sound_blocks import blocks, keep_sound, sound
from tests.sound.fake_sounddevice import FakeSoundDevice
from tests.ui.test_gallery import fill, titles


@pytest.fixture
def audible(monkeypatch) -> FakeSoundDevice:
    """The window plays on a device that is made up."""
    device = FakeSoundDevice(paced=True)
    make = lambda name: Player(module=device, device=name)  # noqa: E731
    monkeypatch.setattr(listening.Listening.__init__, "__defaults__", (None, make))
    return device


@pytest.fixture
def gallery(qtbot, studio: Studio) -> Callable[..., GalleryRoom]:
    """Goes to the gallery as the library is."""

    def enter(count: int) -> GalleryRoom:
        studio.window.resize(1200, 800)
        studio.window.go_to("gallery")
        room = studio.window.gallery
        qtbot.waitUntil(lambda: len(titles(room)) == count)
        return room

    return enter


def rest_on(qtbot, room: GalleryRoom, place: int) -> None:
    at = room.grid.box(place).center()
    qtbot.mouseMove(room.grid.viewport(), at - QPoint(3, 3))
    qtbot.mouseMove(room.grid.viewport(), at)


def test_arrows_go_through_what_was_found_in_the_large_view(qtbot, gallery, studio: Studio) -> None:
    fill(studio.library_folder(), ("first", "second", "third"))
    room = gallery(3)
    room.grid.take(0)
    qtbot.keyClick(room.grid, Qt.Key.Key_Return)
    viewer = room.works.large.viewer
    qtbot.waitUntil(lambda: viewer.accessibleName() == "third" and not viewer.isHidden())
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: viewer.accessibleName() == "second")
    assert room.grid.current.title == "second"
    qtbot.keyClick(viewer, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: viewer.accessibleName() == "third")
    studio.window.escape()
    assert viewer.isHidden()
    assert room.grid.current.title == "third"


def test_another_room_closes_the_large_view(qtbot, gallery, studio: Studio) -> None:
    fill(studio.library_folder(), ("one",))
    room = gallery(1)
    room.grid.take(0)
    room.grid.open_current()
    qtbot.waitUntil(lambda: not room.works.large.viewer.isHidden())
    studio.window.go_to("picture")
    assert room.works.large.viewer.isHidden()


def test_a_film_moves_while_the_mouse_rests_on_it(qtbot, gallery, studio: Studio) -> None:
    with Library.open(studio.library_folder()) as library:
        keep_film(library)
    room = gallery(1)
    qtbot.waitUntil(lambda: room.grid.sight.places and not room.thumbs._drawing)
    rest_on(qtbot, room, 0)
    qtbot.waitUntil(lambda: room.grid.hand.frame(0) is not None)
    room.grid.hand.rest()
    assert room.grid.hand.frame(0) is None


def test_a_tune_is_heard_while_the_mouse_rests_on_it(
    qtbot, audible, gallery, studio: Studio
) -> None:
    with Library.open(studio.library_folder()) as library:
        keep_sound(library, blocks(sound(3.0)))
    room = gallery(1)
    rest_on(qtbot, room, 0)
    qtbot.waitUntil(lambda: room.listening.playing)
    studio.window.go_to("picture")
    assert not room.listening.playing
    qtbot.waitUntil(lambda: "player" not in [thread.name for thread in threading.enumerate()])


def test_what_is_dropped_is_brought_in_and_shown(
    qtbot, gallery, studio: Studio, tmp_path: Path
) -> None:
    fill(studio.library_folder(), ("one",))
    room = gallery(1)
    Image.new("RGB", (50, 40), "teal").save(tmp_path / "lake.png")
    (tmp_path / "notes.png").write_text("no picture at all")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / n)) for n in ("lake.png", "notes.png")])
    assert room.bringing.data(data)
    qtbot.waitUntil(lambda: "lake" in titles(room))
    assert room.banner.what.text() == "1 work brought in, 1 file could not be brought in."
    assert "“notes.png”" in room.banner.todo.text()
    qtbot.waitUntil(lambda: room.grid.current is not None and room.grid.current.title == "lake")
    assert (tmp_path / "lake.png").exists()
    room.bringing.files([tmp_path / "lake.png"])
    qtbot.waitUntil(lambda: room.toast.words.text() == "1 work here already")


def test_the_trash_is_emptied_only_after_a_yes(qtbot, gallery, studio: Studio) -> None:
    made = fill(studio.library_folder(), ("one", "two", "three"), side=700)
    room = gallery(3)
    qtbot.waitUntil(lambda: len(list(room.thumbs.store.folder.glob("*/*.webp"))) == 3)
    assert room.trash_bar.isHidden()
    room.doings.trash([made[0].id, made[1].id])
    room.show_query(Query(trashed=True))
    qtbot.waitUntil(lambda: sorted(titles(room)) == ["one", "two"])
    assert room.trash_bar.isVisible()
    room.grid.take(0)
    qtbot.waitUntil(room.trash_bar.remove.isEnabled)
    assert "removed for good after 30 days" in room.trash_bar.words.text()
    qtbot.mouseClick(room.trash_bar.remove, Qt.MouseButton.LeftButton)
    asked = studio.window.findChild(SureDialog)
    qtbot.mouseClick(asked.away, Qt.MouseButton.LeftButton)
    qtbot.wait(50)
    assert len(titles(room)) == 2
    qtbot.waitUntil(lambda: studio.window.findChild(SureDialog) is None)
    qtbot.mouseClick(room.trash_bar.empty, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(studio.window.findChild(SureDialog).go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: room.stage.currentWidget() is room.none)
    assert room.none.heading.text() == "The trash is empty"
    assert len(list(studio.library_folder().rglob("*.png"))) == 1
    qtbot.waitUntil(lambda: len(list(room.thumbs.store.folder.glob("*/*.webp"))) == 1)


def test_copies_are_asked_for_of_all_that_is_chosen(qtbot, gallery, studio: Studio) -> None:
    fill(studio.library_folder(), ("one", "two", "three"))
    room = gallery(3)
    room.grid.take(0)
    qtbot.keyClick(room.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(room.chosen) == 3)
    qtbot.mouseClick(room.bar.save_button, Qt.MouseButton.LeftButton)
    asked = studio.window.findChild(ExportDialog)
    assert asked.isVisible()
    asked.reject()


def test_two_are_compared_until_escape(qtbot, gallery, studio: Studio) -> None:
    fill(studio.library_folder(), ("one", "two"))
    room = gallery(2)
    room.grid.take(0)
    qtbot.keyClick(room.grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    room.bar.compare.emit()
    qtbot.waitUntil(lambda: any(each.isVisible() for each in studio.window.findChildren(Compare)))
    studio.window.escape()
    assert not any(each.isVisible() for each in studio.window.findChildren(Compare))
    assert len(room.grid.selection.chosen) == 2


def test_another_folder_shows_other_works(qtbot, gallery, studio: Studio, tmp_path: Path) -> None:
    fill(studio.library_folder(), ("one", "two"))
    room = gallery(2)
    room.grid.take(0)
    room.doings.favourite([room.grid.current.id], True)
    qtbot.waitUntil(room.bar.back.isEnabled)
    fill(tmp_path / "other", ("elsewhere",))
    studio.window.library_chosen.emit(tmp_path / "other")
    qtbot.waitUntil(lambda: titles(room) == ["elsewhere"])
    assert not room.bar.back.isEnabled()


def test_a_folder_that_vanishes_is_told_in_plain_words(
    qtbot, gallery, studio: Studio, tmp_path: Path
) -> None:
    fill(studio.library_folder(), ("one", "two"))
    room = gallery(2)
    studio.library_folder().rename(tmp_path / "unplugged")
    room.grid.take(0)
    room.works.trash()
    qtbot.waitUntil(lambda: not room.banner.isHidden())
    assert room.banner.what.text()
    (tmp_path / "unplugged").rename(studio.library_folder())
    room.banner.hide()
    room.works.trash()
    qtbot.waitUntil(lambda: titles(room) == ["one"])
    room.show_query(Query(trashed=True))
    qtbot.waitUntil(lambda: titles(room) == ["two"])
