"""What comes out of the sliders' room, and what comes back in."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget

from studio.recipes import (
    FindRecipe,
    Place,
    SlideRecipe,
    VariationsRecipe,
    WalkRecipe,
    parse_recipe,
)
from studio.ui.sliders.carry import RECIPE_MIME, slide_in
from studio.ui.sliders.export_dialog import ExportDialog
from studio.ui.sliders.room import SlidersRoom
from studio.ui.sliders.variations_dialog import VariationsDialog
from tests.ui.conftest import at_rest, enter
from tests.ui.garden import GardenEngine
from tests.ui.test_creating import ask, made
from tests.ui.test_sliders import engine
from tests.ui.test_wandering import drop, walk


def asked(room, place: int = -1):
    return parse_recipe(engine(room).runs[place].recipe)


def keep(qtbot, room) -> str:
    """Keep the picture on the canvas and wait until it is in the strip."""
    rows = room.works.strip.model().rowCount()
    room.canvas.setFocus()
    qtbot.keyClick(room.canvas, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    (kept,) = engine(room).make()
    qtbot.waitUntil(lambda: room.works.strip.model().rowCount() == rows + 1)
    return kept


def dialog(room, kind: type[QDialog]) -> QDialog:
    return room.window().findChildren(kind)[-1]


def answer(room, path: Path) -> None:
    """Choose a file or a folder in the dialog that is open."""
    asking = dialog(room, QFileDialog)
    asking.fileSelected.emit(str(path))
    asking.close()


def test_keeping_a_picture(qtbot, room):
    room.window().activateWindow()
    room.panel.rows["bloom size"].handle.setValue(70)
    room.guide.settle()
    keep(qtbot, room)
    assert asked(room) == SlideRecipe(model="easel/flowers", place=room.guide.journey.place)
    assert room.toast.words.text() == "Kept"
    assert room.toast.action.text() == "Show"
    qtbot.mouseClick(room.toast.action, Qt.MouseButton.LeftButton)
    viewer = room.window().picture.viewer
    qtbot.waitUntil(viewer.isVisible)
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    assert not viewer.isVisible()


def test_a_size_of_one_s_own(qtbot, room):
    sizes = room.panel.advanced.sizes
    assert sizes.values() == [0, 512, 1024, 2048]
    sizes.set_value(1024)
    room.bar.keep_button.click()
    assert asked(room).size == 1024


def test_a_kept_picture_opens_again(qtbot, room):
    room.window().activateWindow()
    here = room.guide.journey.place
    keep(qtbot, room)
    room.guide.throw()
    strip = room.works.strip
    room.below.turn_to("kept")
    strip.chosen.emit(strip.model().index(0).data(Qt.ItemDataRole.UserRole))
    assert room.guide.journey.place == here
    data = strip.model().mimeData([strip.model().index(0)])
    assert data.hasFormat(RECIPE_MIME)
    assert slide_in(data).place == here
    drop(room.panel.mix.slots_[0], data)
    qtbot.waitUntil(lambda: room.panel.mix.slots_[0].image is not None)
    drop(room.path, data)
    assert room.path.path.stops == [here]


def test_pictures_of_the_other_room_stay_there(qtbot, room):
    studio_window = room.window()
    studio_window.activateWindow()
    keep(qtbot, room)
    assert room.works.strip.model().rowCount() == 1
    assert studio_window.picture.strip.model().rowCount() == 1  # there, all that was made


def test_a_kept_picture_leads_here_from_the_other_room(qtbot, room):
    window = room.window()
    window.activateWindow()
    here = room.guide.journey.place
    keep(qtbot, room)
    room.guide.throw()
    window.go_to("picture")
    strip = window.picture.strip
    strip.chosen.emit(strip.model().index(0).data(Qt.ItemDataRole.UserRole))
    actions = window.picture.actions_
    qtbot.waitUntil(actions.use.isEnabled)
    assert not actions.little.isEnabled()
    assert not actions.again.isEnabled()
    actions.use.trigger()
    assert window.room is room
    assert window.rooms.currentWidget() is room
    assert room.guide.journey.place == here


def test_a_picture_whose_model_is_gone(qtbot, room):
    here = room.guide.journey.place
    room.use(SlideRecipe(model="gone/for-good"))
    assert room.guide.journey.place == here
    assert "not on this computer" in room.banner.what.text()


def test_saving_a_copy_keeps_first(qtbot, room, tmp_path):
    room.bar.save_button.click()
    assert isinstance(asked(room), SlideRecipe)
    engine(room).make()
    qtbot.waitUntil(lambda: bool(room.window().findChildren(QFileDialog)))
    answer(room, tmp_path / "mine.png")
    qtbot.waitUntil((tmp_path / "mine.png").is_file)
    runs = len(engine(room).runs)
    room.bar.save_button.click()  # the same picture again: it is kept already
    assert len(engine(room).runs) == runs
    answer(room, tmp_path / "again.png")
    qtbot.waitUntil((tmp_path / "again.png").is_file)


def test_copying(qtbot, room):
    room.window().activateWindow()
    room.canvas.setFocus()
    qtbot.keyClick(room.canvas, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().image().size() == room.canvas.image.size()
    assert room.toast.words.text() == "Copied"


# Films


def test_exporting_a_loop(qtbot, room):
    stops = walk(qtbot, room)
    room.path.export_button.click()
    asking = dialog(room, ExportDialog)
    asking.format.set_value("webm")
    asking.side.set_value(256)
    asking.pace.set_value(24)
    asking.fields.seconds.setValue(12)
    qtbot.mouseClick(asking.go, Qt.MouseButton.LeftButton)
    recipe = asked(room)
    assert isinstance(recipe, WalkRecipe)
    assert recipe.stops == tuple(stops)
    assert (recipe.format, recipe.size, recipe.fps) == ("webm", 256, 24)
    assert (recipe.seconds, recipe.loop, recipe.motion) == (12.0, True, "flowing")
    assert engine(room).run.target == ""


def test_single_pictures_go_into_a_folder(qtbot, room, tmp_path):
    walk(qtbot, room, 2)
    room.path.export_button.click()
    asking = dialog(room, ExportDialog)
    asking.format.set_value("frames")
    assert asking.go.accessibleName() == "Choose a folder…"
    qtbot.mouseClick(asking.go, Qt.MouseButton.LeftButton)
    assert not engine(room).runs
    answer(room, tmp_path / "frames")
    assert engine(room).run.target == str(tmp_path / "frames")
    engine(room).make()
    qtbot.waitUntil(lambda: "frames" in room.toast.words.text())


def test_a_path_of_a_kept_work_is_walked_again(qtbot, room):
    stops = walk(qtbot, room)
    room.path.export_button.click()
    asking = dialog(room, ExportDialog)
    asking.format.set_value("sheet")
    qtbot.mouseClick(asking.go, Qt.MouseButton.LeftButton)
    engine(room).make()
    strip = room.works.strip
    qtbot.waitUntil(lambda: strip.model().rowCount() == 1)
    room.path.remove(0)
    strip.chosen.emit(strip.model().index(0).data(Qt.ItemDataRole.UserRole))
    assert room.path.path.stops == stops
    assert room.guide.journey.path is room.path.path


# Variations


def test_variations(qtbot, room, tmp_path):
    room.doings.vary()
    asking = dialog(room, VariationsDialog)
    assert asking.count.value() == 200
    asking.count.setValue(50)
    asking.amount.setValue(30)
    qtbot.mouseClick(asking.boxes["colour"], Qt.MouseButton.LeftButton)
    assert "direction 1" not in asking.boxes
    qtbot.mouseClick(asking.go, Qt.MouseButton.LeftButton)
    answer(room, tmp_path / "set")
    recipe = asked(room)
    assert isinstance(recipe, VariationsRecipe)
    assert (recipe.count, recipe.amount, recipe.vary) == (50, 0.3, ("colour",))
    assert recipe.place == room.guide.journey.place
    assert engine(room).run.target == str(tmp_path / "set")


# Find my picture


@pytest.fixture
def own(tmp_path) -> Path:
    Image.new("RGB", (300, 200), (200, 40, 90)).save(tmp_path / "own.jpg")
    return tmp_path / "own.jpg"


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_a_picture_dropped_is_looked_for_and_found(qtbot, room, own):
    drop(room.canvas, files(own))
    qtbot.waitUntil(lambda: bool(engine(room).runs), timeout=20_000)
    recipe = asked(room)
    assert isinstance(recipe, FindRecipe)
    assert (recipe.model, bool(recipe.picture)) == ("easel/flowers", True)
    engine(room).begin()
    engine(room).preview()
    qtbot.waitUntil(lambda: room.canvas.shaping and room.canvas.image.width() == 32)
    engine(room).make()
    qtbot.waitUntil(lambda: bool(room.guide.journey.place.found))
    qtbot.waitUntil(lambda: at_rest(room))
    assert not room.canvas.shaping
    assert room.guide.journey.can_undo


def test_a_picture_pasted(qtbot, room):
    room.window().activateWindow()
    image = QImage(40, 60, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QApplication.clipboard().setImage(image)
    room.canvas.setFocus()
    qtbot.keyClick(room.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(engine(room).runs), timeout=20_000)
    assert isinstance(asked(room), FindRecipe)
    QApplication.clipboard().clear()


def test_a_picture_from_a_file(qtbot, room, own):
    qtbot.mouseClick(room.panel.find_button, Qt.MouseButton.LeftButton)
    answer(room, own)
    qtbot.waitUntil(lambda: bool(engine(room).runs), timeout=20_000)
    assert isinstance(asked(room), FindRecipe)


@pytest.mark.parametrize("content", [b"no picture", b"", b"\x89PNG\r\n\x1a\n torn"])
def test_what_is_no_picture_is_refused_at_once(qtbot, room, tmp_path, content):
    (tmp_path / "bad.png").write_bytes(content)
    here = room.guide.journey.place
    drop(room.canvas, files(tmp_path / "bad.png"))
    qtbot.waitUntil(room.banner.isVisible)
    assert "bad.png" in room.banner.what.text()
    assert room.banner.todo.text()
    assert not engine(room).runs
    assert room.guide.journey.place == here
    assert not room.canvas.shaping


def test_a_file_that_is_gone(qtbot, room, tmp_path):
    drop(room.canvas, files(tmp_path / "gone.png"))
    qtbot.waitUntil(room.banner.isVisible)
    assert not engine(room).runs


def test_moving_on_while_it_is_looked_for(qtbot, room, own):
    drop(room.canvas, files(own))
    qtbot.waitUntil(lambda: bool(engine(room).runs), timeout=20_000)
    engine(room).begin()
    room.guide.throw()
    qtbot.waitUntil(lambda: at_rest(room))
    engine(room).preview()
    QApplication.processEvents()
    assert room.canvas.image.width() != 32  # the picture under the hand stays


def test_a_search_that_is_cancelled(qtbot, room, own):
    here = room.guide.journey.place
    drop(room.canvas, files(own))
    qtbot.waitUntil(lambda: bool(engine(room).runs), timeout=20_000)
    engine(room).begin()
    engine(room).preview()
    qtbot.waitUntil(lambda: room.canvas.shaping)
    qtbot.keyClick(room.canvas, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not room.canvas.shaping)
    assert room.guide.journey.place == here
    qtbot.waitUntil(lambda: at_rest(room))


def test_a_search_that_fails_is_told_here(qtbot, room, own):
    drop(room.canvas, files(own))
    qtbot.waitUntil(lambda: bool(engine(room).runs), timeout=20_000)
    engine(room).begin()
    engine(room).fail("It cannot be found.", "Use another.")
    qtbot.waitUntil(room.banner.isVisible)
    assert room.banner.what.text() == "It cannot be found."
    assert not room.window().picture.banner.isVisible()


# The window of rooms


def test_a_picture_is_drawn_while_one_slides(qtbot, flowers, open_studio):
    studio = open_studio(make_engine=GardenEngine)
    ask(qtbot, studio)
    room = enter(qtbot, studio)
    studio.engine.inner.begin()
    studio.engine.inner.preview()
    studio.engine.inner.progress(0.5, "Drawing")
    room.guide.throw()
    qtbot.waitUntil(lambda: at_rest(room))
    assert studio.window.tray.note.text() == "Drawing"
    assert not room.canvas.shaping
    made(qtbot, studio)
    assert not room.toast.isVisible()
    assert room.works.strip.model().rowCount() == 0


def test_control_and_numbers_change_rooms(qtbot, room):
    window = room.window()
    window.activateWindow()
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(window, Qt.Key.Key_1, control)
    assert window.rooms.currentWidget() is window.picture
    qtbot.keyClick(window, Qt.Key.Key_2, control)
    assert window.rooms.currentWidget() is room
    window.go_to("settings")
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.rooms.currentWidget() is room
    assert window.rail.button("sliders").isChecked()


def test_the_room_is_made_when_it_is_first_looked_at(qtbot, flowers, open_studio):
    studio = open_studio(make_engine=GardenEngine)
    assert not studio.window.findChildren(SlidersRoom)
    assert not studio.engine.inner.looks
    room = studio.window.sliders
    assert studio.window.findChildren(SlidersRoom) == [room]


def test_everything_is_there_again_after_a_restart(qtbot, room, open_studio):
    room.guide.throw()
    qtbot.waitUntil(lambda: at_rest(room))
    room.panel.rows["colour"].lock.click()
    walk(qtbot, room, 2)
    room.names.name("easel/flowers", "direction 2", "taller")
    here, stops = room.guide.journey.place, list(room.path.path.stops)
    room.companions.set_open(False)
    room.window().close()
    again = open_studio(make_engine=GardenEngine)
    assert again.window.room is again.window.sliders
    room = again.window.sliders
    qtbot.waitUntil(lambda: at_rest(room))
    assert room.guide.journey.place == here
    assert room.guide.journey.locked == {"colour"}
    assert room.path.path.stops == stops
    assert not room.companions.is_open
    assert room.panel.rows["direction 2"].name.text() == "taller"


def visible(root: QWidget) -> list[QWidget]:
    return [w for w in root.findChildren(QWidget) if w.isVisible()]


def test_everything_that_takes_the_focus_has_a_name(qtbot, room):
    walk(qtbot, room, 2)
    for fold in (room.panel.more, room.panel.mix_fold, room.panel.advanced_fold):
        fold.set_open(True)
    reachable = [w for w in visible(room) if w.focusPolicy() != Qt.FocusPolicy.NoFocus]
    nameless = [
        f"{type(w).__name__} in {type(w.parent()).__name__}"
        for w in reachable
        if not w.accessibleName() and w.objectName() != "qt_scrollarea_viewport"
    ]
    assert len(reachable) > 40
    assert not nameless


@pytest.mark.parametrize("choice", ["dark", "light"])
@pytest.mark.parametrize("size", [(1024, 680), (1440, 900), (2560, 1440)])
def test_another_one_is_always_in_sight(qtbot, room, size, choice):
    from PySide6.QtCore import QPoint, QRect, QSize

    window = room.window()
    window.resize(QSize(*size))
    for fold in (room.panel.more, room.panel.mix_fold, room.panel.advanced_fold):
        fold.set_open(True)
    QApplication.processEvents()
    assert (window.width(), window.height()) == size
    for widget in (room.panel.another_button, room.path.add_button, room.companions.fold):
        place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
        assert window.rect().contains(place)
    inside = room.panel.scroller.widget()
    assert inside.width() <= room.panel.scroller.viewport().width()
    assert room.canvas.picture_rect().width() > 200
    assert not window.grab().isNull()


def test_the_credits_name_its_makers(qtbot, room):
    window = room.window()
    assert "Flowers" in [model.name for model in window._all_models()]
    window.go_to("settings")
    assert "Flowers" in [model.name for model in window.settings._models]


def test_a_picture_of_the_map_is_no_place_of_a_found_one(qtbot, room):
    room.guide.go(Place(found=room.guide.journey.found))
    assert room.panel.advanced.note.isVisibleTo(room.panel.advanced)


def test_tab_comes_by_everything_in_order(qtbot, room):
    window, panel = room.window(), room.panel
    window.activateWindow()
    panel.add_button.setFocus()
    seen: list[QWidget] = []
    for _ in range(90):
        focus = QApplication.focusWidget()
        if focus in seen:
            break
        seen.append(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    first, last = panel.rows["bloom size"], panel.rows["openness"]
    wanted = [
        panel.add_button,
        panel.models.segment("easel/flowers"),
        first.handle,
        first.lock,
        last.handle,
        panel.adventure,
        panel.find_button,
        panel.more.button,
        panel.advanced_fold.button,
        panel.another_button,
    ]
    assert [widget for widget in wanted if widget not in seen] == []
    assert sorted(wanted, key=seen.index) == wanted
    for widget in (room.canvas, room.map, room.breeding.buttons[0], room.path.add_button):
        assert widget in seen
