"""What can be done with a picture that was made."""

from __future__ import annotations

import shutil

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from studio.ui.dialogs import ask_copy, file_name, with_suffix
from studio.ui.strip import ARTWORK
from tests.ui.test_creating import ask, made


@pytest.fixture
def shown(qtbot, studio):
    """A studio that shows a picture."""
    ask(qtbot, studio)
    made(qtbot, studio)
    return studio


def test_make_again(qtbot, shown):
    before = shown.engine.inner.recipe()
    artwork = shown.window.room.artwork
    shown.window.room.actions_.again.trigger()
    assert shown.engine.inner.recipe() == before
    assert shown.engine.inner.run.parents == (artwork.id,)


def test_vary(qtbot, shown):
    engine, room = shown.engine.inner, shown.window.room
    artwork, before = room.artwork, engine.recipe()
    room.panel.form.set_values({"count": 2})
    for action, amount in ((room.actions_.little, 0.25), (room.actions_.lot, 0.6)):
        action.trigger()
        recipe = engine.recipe()
        assert (recipe.seed, recipe.prompt, recipe.count) == (before.seed, before.prompt, 2)
        assert [turn.amount for turn in recipe.turns] == [amount]
        assert engine.run.parents == (artwork.id,)
        shown.window.tray.cancel_running()
        qtbot.waitUntil(lambda: shown.queue.running is None)
        qtbot.waitUntil(lambda: not room.stage.canvas.shaping and room.actions_.little.isEnabled())
    assert engine.recipe(-1).turns[0].seed != engine.recipe(-2).turns[0].seed


def test_trash_and_undo(qtbot, shown):
    room = shown.window.room
    artwork = room.artwork
    room.actions_.trash.trigger()
    qtbot.waitUntil(room.toast.isVisible)
    assert room.toast.words.text() == "Moved to the trash"
    assert room.strip.model().rowCount() == 0
    qtbot.waitUntil(lambda: room.stage.currentWidget() is room.stage.invitation)
    qtbot.mouseClick(room.toast.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: room.artwork is not None and room.artwork.id == artwork.id)
    qtbot.waitUntil(lambda: room.stage.currentWidget() is room.stage.canvas)
    assert room.strip.model().rowCount() == 1
    assert room.artwork.path.is_file()


def test_delete_in_the_strip(qtbot, shown):
    room = shown.window.room
    qtbot.keyClick(room.strip, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: room.strip.model().rowCount() == 0)


def test_its_words_and_settings(qtbot, shown):
    room = shown.window.room
    recipe = shown.engine.inner.recipe()
    room.panel.prompt.set_value("something else")
    room.actions_.use.trigger()
    assert room.panel.recipe().prompt == recipe.prompt
    assert room.panel.recipe().seed == recipe.seed
    assert room.panel.seed.locked


def test_what_the_model_would_choose_anyway_stays_its_own(qtbot, shown):
    panel, recipe = shown.window.room.panel, shown.engine.inner.recipe()
    panel.use(recipe.change(steps=20, guidance=9.0))  # 20 is the model's own, 9 is not
    values = panel.form.values()
    assert (values["steps"], values["guidance"]) == (None, 9.0)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_save_a_copy(qtbot, shown, tmp_path, suffix):
    room = shown.window.room
    target = tmp_path / f"Füchslein 🦊{suffix}"
    room.verbs.save_to(room.artwork, target)
    qtbot.waitUntil(room.toast.isVisible)
    assert target.name in room.toast.words.text()
    with Image.open(target) as image:
        assert image.size == (64, 64)


def test_a_copy_that_cannot_be_written(qtbot, shown, tmp_path):
    room = shown.window.room
    room.verbs.save_to(room.artwork, tmp_path / "nowhere" / "x.png")
    qtbot.waitUntil(room.banner.isVisible)
    assert room.banner.what.text()


def test_the_dialog_for_a_copy(qtbot, shown, tmp_path):
    taken = []
    dialog = ask_copy(shown.window, "a/b: fox?", taken.append)
    qtbot.waitUntil(dialog.isVisible)
    dialog.fileSelected.emit(str(tmp_path / "fox"))
    dialog.reject()
    assert taken == [tmp_path / "fox.png"]


def test_file_names():
    assert file_name('a/b: "fox"?') == "a b fox"
    assert file_name("...") == "picture"
    assert file_name("🦊") == "🦊"
    assert with_suffix("/x/fox", "JPEG (*.jpg *.jpeg)").name == "fox.jpg"
    assert with_suffix("/x/fox.webp", "JPEG (*.jpg *.jpeg)").name == "fox.webp"
    assert with_suffix("/x/fox.v2", "PNG, keeps transparency (*.png)").name == "fox.v2.png"


def test_control_c_copies_the_picture_or_the_words(qtbot, shown):
    room = shown.window.room
    shown.window.activateWindow()
    room.panel.prompt.setFocus()
    room.panel.prompt.selectAll()
    qtbot.keyClick(room.panel.prompt, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "a red fox"
    room.strip.setFocus()
    qtbot.keyClick(room.strip, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().mimeData().hasImage()


def test_copy_and_drag(qtbot, shown):
    room = shown.window.room
    room.actions_.copy.trigger()
    mime = QGuiApplication.clipboard().mimeData()
    assert mime.hasImage()
    assert mime.urls()[0].toLocalFile() == str(room.artwork.path)
    index = room.strip.model().index(0)
    dragged = room.strip.model().mimeData([index])
    assert dragged.hasImage()
    assert dragged.urls()[0].toLocalFile() == str(room.artwork.path)


def test_large(qtbot, shown):
    room, viewer = shown.window.room, shown.window.room.viewer
    room.strip.doubleClicked.emit(room.strip.model().index(0))
    qtbot.waitUntil(viewer.isVisible)
    assert viewer.size() == shown.window.size()
    fitting = viewer.zoom
    qtbot.keyClick(viewer, Qt.Key.Key_Plus)
    assert viewer.zoom > fitting
    for _ in range(40):
        qtbot.keyClick(viewer, Qt.Key.Key_Plus)
    viewer.grab()
    for _ in range(60):
        qtbot.keyClick(viewer, Qt.Key.Key_Minus)
    assert viewer.zoom == fitting
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    assert not viewer.isVisible()
    assert shown.queue.running is None


def test_walking_through_large_pictures(qtbot, shown):
    ask(qtbot, shown, "an owl")
    made(qtbot, shown)
    room, viewer = shown.window.room, shown.window.room.viewer
    room.open_large()
    qtbot.waitUntil(viewer.isVisible)
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: viewer.title.text() == "a red fox")
    qtbot.keyClick(viewer, Qt.Key.Key_Right)  # there is no older one
    qtbot.keyClick(viewer, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: viewer.title.text() == "an owl")


def test_a_picture_that_is_gone(qtbot, shown):
    ask(qtbot, shown, "an owl")
    made(qtbot, shown)
    room = shown.window.room
    index = room.strip.model().index(1)
    index.data(ARTWORK).path.unlink()
    room.strip.setCurrentIndex(index)
    qtbot.waitUntil(room.banner.isVisible)
    assert "no longer where it was" in room.banner.what.text()


def test_the_library_folder_vanishes(qtbot, shown):
    room = shown.window.room
    folder = shown.library_folder()
    shutil.rmtree(folder)
    room.actions_.trash.trigger()
    qtbot.waitUntil(room.banner.isVisible)
    assert room.banner.what.text()
    assert shown.window.isVisible()


def test_another_library_folder(qtbot, shown, tmp_path):
    room = shown.window.room
    other = tmp_path / "elsewhere"
    other.mkdir()
    shown.window.settings.library_chosen.emit(other)
    qtbot.waitUntil(lambda: not shown.collection.busy)
    assert shown.library_folder() == other
    qtbot.waitUntil(lambda: room.strip.model().rowCount() == 0)
    ask(qtbot, shown, "an owl")
    made(qtbot, shown)
    assert room.artwork.path.is_relative_to(other)


def test_what_was_made_is_there_the_next_time(qtbot, shown, open_studio):
    shown.window.close()
    again = open_studio()
    room = again.window.room
    qtbot.waitUntil(lambda: room.strip.model().rowCount() == 1)
    qtbot.waitUntil(lambda: room.stage.canvas.image is not None)
    assert room.topbar.title.text() == "a red fox"


def test_thumbnails_come(qtbot, shown):
    index = shown.window.room.strip.model().index(0)
    qtbot.waitUntil(lambda: index.data(Qt.ItemDataRole.DecorationRole) is not None)
