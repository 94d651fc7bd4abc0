"""The sliders' room: a picture that follows the hand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from studio.work.messages import Died, LookFailed
from tests.ui import garden
from tests.ui.conftest import at_rest, enter
from tests.ui.garden import GardenEngine


def engine(room) -> GardenEngine:
    return room.works.keeper._queue._engine.inner


def row(room, name="bloom size"):
    return room.panel.rows[name]


def drag(qtbot, slider, *parts: float) -> None:
    """Press the handle's track at these parts of its width, one after the other; no release."""
    for n, part in enumerate(parts):
        at = QPoint(round(part * slider.width()), slider.height() // 2)
        if n == 0:
            qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=at)
        else:
            qtbot.mouseMove(slider, at)


def release(qtbot, slider) -> None:
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))


def test_the_first_picture_comes_by_itself(qtbot, room):
    assert room.canvas.image is not None
    assert room.canvas.image.width() == garden.SIDE
    assert room.bar.title.text() == "Flowers"
    readings = garden.see(engine(room).look(), 0).readings
    assert row(room).handle.value() == round(readings["bloom size"] * 100)
    assert not row(room).handle.pinned


def test_a_drag_asks_small_and_the_release_in_full(qtbot, room):
    fake, handle = engine(room), row(room).handle
    drag(qtbot, handle, 0.5, 0.9)
    qtbot.waitUntil(lambda: at_rest(room))
    look = fake.look()
    assert 0 < look.side <= 128
    assert fake.places()[0].sliders["bloom size"] > 0.8
    assert handle.pinned
    assert not room.guide.journey.can_undo
    release(qtbot, handle)
    assert fake.look().side == 0
    assert fake.places()[0] == room.guide.journey.place
    qtbot.waitUntil(lambda: at_rest(room))
    assert room.guide.journey.can_undo
    assert room.guide.journey.readings["bloom size"] > 0.8


def test_newest_wins_and_nothing_piles_up(qtbot, room):
    fake, handle = engine(room), row(room).handle
    fake.hold = True
    before = len(fake.looks)
    drag(qtbot, handle, 0.1, 0.2, 0.3, 0.4, 0.6, 0.95)
    canvas = [look for look in fake.looks[before:] if look.view == "canvas"]
    assert len(canvas) == 1  # the others wait, and only the newest of them
    shown = []
    room.guide.shown.connect(lambda sight: shown.append(sight.readings["bloom size"]))
    fake.hold = False
    fake.answer(canvas[0])
    qtbot.waitUntil(lambda: at_rest(room))
    assert len(shown) == 2
    assert shown[1] == pytest.approx(room.guide.journey.place.sliders["bloom size"])
    release(qtbot, handle)


def test_a_late_answer_is_not_shown(qtbot, room):
    fake = engine(room)
    old = fake.look()
    room.guide.throw()
    qtbot.waitUntil(lambda: at_rest(room))
    shown = []
    room.guide.shown.connect(shown.append)
    fake.answer(old)
    QApplication.processEvents()
    qtbot.wait(20)
    assert not shown


def test_free_sliders_follow_the_picture(qtbot, room):
    values = {name: r.handle.value() for name, r in room.panel.rows.items()}
    row(room).handle.setValue(120)
    room.guide.settle()
    room.guide.throw()
    qtbot.waitUntil(lambda: at_rest(room))
    assert not row(room).handle.pinned  # the dice let go of it
    after = {name: r.handle.value() for name, r in room.panel.rows.items()}
    assert len({name for name in values if values[name] != after[name]}) > 3


def test_the_dice_leave_alone_what_is_locked(qtbot, room):
    at = row(room).handle.value()
    qtbot.mouseClick(row(room).lock, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: at_rest(room))
    seeds = set()
    for _ in range(3):
        qtbot.mouseClick(room.panel.another_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: at_rest(room))
        place = room.guide.journey.place
        seeds.add(place.seed)
        assert list(place.sliders) == ["bloom size"]
        assert row(room).handle.value() == pytest.approx(at, abs=1)
        assert row(room).lock.isChecked()
    assert len(seeds) == 3


def test_space_throws_the_dice_from_anywhere_but_a_button(qtbot, room):
    room.window().activateWindow()
    seeds = [room.guide.journey.place.seed]
    for widget in (room.canvas, row(room).handle, room.map):
        widget.setFocus()
        qtbot.keyClick(widget, Qt.Key.Key_Space)
        seeds.append(room.guide.journey.place.seed)
    assert len(set(seeds)) == 4
    lock = row(room).lock
    qtbot.keyClick(lock, Qt.Key.Key_Space)  # its own key
    assert lock.isChecked()
    assert room.guide.journey.place.seed == seeds[-1]


def test_back_and_forth(qtbot, room):
    start = room.guide.journey.place
    room.guide.throw()
    thrown = room.guide.journey.place
    row(room).handle.setValue(80)
    room.guide.settle()
    room.window().activateWindow()
    room.canvas.setFocus()
    qtbot.keyClick(room.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert room.guide.journey.place == thrown
    qtbot.mouseClick(room.bar.back, Qt.MouseButton.LeftButton)
    assert room.guide.journey.place == start
    assert not room.panel.undo_button.isEnabled()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(room.canvas, Qt.Key.Key_Z, both)
    qtbot.mouseClick(room.panel.redo_button, Qt.MouseButton.LeftButton)
    assert room.guide.journey.place.sliders == {"bloom size": 0.8}
    assert not room.bar.on.isEnabled()


def test_reset_and_letting_go(qtbot, room):
    handle = row(room).handle
    handle.setValue(80)
    row(room, "colour").handle.setValue(-80)
    room.guide.settle()
    qtbot.mouseDClick(handle, Qt.MouseButton.LeftButton)
    assert list(room.guide.journey.place.sliders) == ["colour"]
    qtbot.keyClick(row(room, "colour").handle, Qt.Key.Key_Delete)
    assert room.guide.journey.place.sliders == {}
    handle.setValue(80)
    room.guide.settle()
    qtbot.mouseClick(room.panel.reset_button, Qt.MouseButton.LeftButton)
    assert room.guide.journey.place.sliders == {}


def test_arrow_keys_move_a_little_and_with_shift_more(qtbot, room):
    handle = row(room).handle
    handle.setValue(0)
    qtbot.keyClick(handle, Qt.Key.Key_Right)
    small = handle.value()
    qtbot.keyClick(handle, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert 0 < small < handle.value() - small
    qtbot.keyClick(handle, Qt.Key.Key_Home)
    assert room.guide.journey.place.sliders["bloom size"] == -1.0
    qtbot.keyClick(handle, Qt.Key.Key_End)
    assert room.guide.journey.place.sliders["bloom size"] == 1.0


def test_both_ends_show_this_very_picture(qtbot, room):
    fake = engine(room)
    qtbot.waitUntil(lambda: row(room).high.image is not None)
    places = fake.places("ends")
    assert len(places) == 2 * len(garden.SLIDERS)  # what is folded away is not drawn
    base = room.guide.journey.place
    assert places[:2] == [base.pin(**{"bloom size": -1.0}), base.pin(**{"bloom size": 1.0})]
    small, large = row(room).low.image, row(room).high.image
    assert small != large
    room.guide.throw()
    qtbot.waitUntil(lambda: fake.places("ends")[0].seed == room.guide.journey.place.seed)


def test_an_end_takes_one_there(qtbot, room):
    qtbot.mouseClick(row(room).high, Qt.MouseButton.LeftButton)
    assert room.guide.journey.place.sliders == {"bloom size": 1.0}
    assert room.guide.journey.can_undo


def test_how_adventurous(qtbot, room):
    room.panel.adventure.setValue(115)
    assert room.panel.how.text() == "wild"
    assert engine(room).places()[0].adventurous == 1.15
    room.guide.throw()
    assert room.guide.journey.place.adventurous == 1.15
    room.panel.adventure.setValue(10)
    assert room.panel.how.text() == "safe"


def test_directions_without_names_can_be_named_and_kept(qtbot, room):
    assert "direction 1" in room.panel.rows
    assert not row(room, "direction 1").isVisible()
    qtbot.mouseClick(room.panel.more.button, Qt.MouseButton.LeftButton)
    one = row(room, "direction 1")
    assert one.isVisible()
    qtbot.waitUntil(lambda: one.high.image is not None)
    qtbot.mouseClick(one.pencil, Qt.MouseButton.LeftButton)
    one.edit.setText("  turned   round ")
    qtbot.keyClick(one.edit, Qt.Key.Key_Return)
    assert one.name.text() == "turned round"
    assert one.handle.accessibleName() == "turned round"
    qtbot.mouseClick(one.star, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: row(room, "direction 1") is not one)
    kept = row(room, "direction 1")
    assert not room.panel.more.isAncestorOf(kept)
    assert kept.name.text() == "turned round"
    assert kept.star.isChecked()


def test_the_starting_point_in_numbers(qtbot, room):
    room.panel.advanced_fold.set_open(True)
    number = room.panel.advanced.seed.number
    number.setFocus()
    number.setText("4711")
    number.editingFinished.emit()
    assert room.guide.journey.place.seed == 4711


def test_another_model(qtbot, flowers, shelf_folder, open_studio):
    garden.describe_garden(shelf_folder / "trees", "someone/trees", "Trees", layers=1)
    room = enter(qtbot, open_studio(make_engine=GardenEngine))
    assert room.model().name == "Flowers"
    room.guide.throw()
    here = room.guide.journey.place
    qtbot.mouseClick(room.panel.models.segment("someone/trees"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: at_rest(room))
    assert engine(room).look().recipes[0].count("someone/trees") == 1
    assert room.bar.title.text() == "Trees"
    assert room.guide.journey.place != here
    room.choose_model("easel/flowers")
    assert room.guide.journey.place == here  # where one was


def test_many_models_are_a_list(qtbot, flowers, shelf_folder, open_studio):
    for n in range(3):
        garden.describe_garden(shelf_folder / f"m{n}", f"someone/m{n}", f"Model {n}")
    room = enter(qtbot, open_studio(make_engine=GardenEngine))
    assert room.panel.list.isVisible()
    assert not room.panel.models.isVisible()
    room.panel.list.set_value("someone/m2")
    room.panel.list.activated.emit(3)
    assert room.model().id == "someone/m2"


def test_no_model_yet(qtbot, open_studio):
    studio = open_studio(make_engine=GardenEngine)
    studio.window.go_to("sliders")
    room = studio.window.sliders
    assert "nothing to slide" in room.canvas.words
    assert not room.panel.another_button.isEnabled()
    assert not room.panel.find_button.isVisible()
    assert room.panel.add_button.isEnabled()
    room.panel.another_button.click()
    qtbot.keyClick(room.canvas, Qt.Key.Key_Space)
    assert not studio.engine.inner.looks


def test_words_while_the_engine_is_starting(qtbot, flowers, open_studio):
    class Slow(GardenEngine):
        def start(self) -> None:
            self.started = self.hold = True

    studio = open_studio(make_engine=Slow)
    studio.window.go_to("sliders")
    assert studio.window.sliders.canvas.words == "One moment"


def test_a_picture_that_cannot_be_shown(qtbot, room):
    fake = engine(room)
    fake.hold = True
    room.guide.throw()
    look = fake.look()
    fake.post(LookFailed("canvas", look.stamp, "The model is damaged.", "Add it again."))
    qtbot.waitUntil(room.banner.isVisible)
    assert room.banner.what.text() == "The model is damaged."
    assert not room.banner.action.isVisible()
    room.guide.throw()
    stamp = fake.look().stamp
    fake.post(LookFailed("canvas", stamp, "Something went wrong.", "", "Traceback: x"))
    qtbot.waitUntil(room.banner.action.isVisible)
    qtbot.mouseClick(room.banner.action, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "Traceback: x"


def test_the_engine_dies_and_comes_again(qtbot, room):
    fake = engine(room)
    fake.hold = True
    room.guide.throw()
    fake.post(Died(-9))
    qtbot.waitUntil(room.banner.isVisible)
    fake.hold = False
    fake.start()
    qtbot.waitUntil(lambda: at_rest(room))
    qtbot.waitUntil(lambda: not room.banner.isVisible())


def test_the_status_line_tells_the_pace(qtbot, room):
    for at in range(8):
        row(room).handle.setValue(at * 10)
        QApplication.processEvents()
        qtbot.waitUntil(lambda: at_rest(room))
    room._say_pace()
    note = room.window().tray.note.text()
    assert note.startswith("Live · ")
    assert note.endswith("pictures a second")
    room.window().go_to("picture")
    assert room.window().tray.note.text() == ""
