"""Ways to move in the sliders' room: the map, the nine, the mix, the path."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication

from studio.recipes import Place, SlideRecipe, wander
from studio.ui.sliders.carry import recipe_mime
from tests.ui.conftest import at_rest
from tests.ui.test_sliders import engine


def drop(widget, data: QMimeData, at: QPoint | None = None) -> None:
    """What Qt sends at the end of a drag, which cannot be driven without a screen."""
    at = at or widget.rect().center()
    event = QDropEvent(
        QPointF(at),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QEvent.Type.Drop,
    )
    widget.dropEvent(event)


def slide(room, place: Place) -> QMimeData:
    return recipe_mime(SlideRecipe(model=room.guide.model(), place=place))


# The map


def test_the_map_shows_its_crossings(qtbot, room):
    qtbot.waitUntil(lambda: len(room.map.tiles) >= 16)
    fake = engine(room)
    assert wander(0, 0, 0, 0.8) in fake.places("map")
    assert room.guide.journey.place == wander(0, 0, 0)  # where one begins lies under the ring


def test_dragging_the_ring_wanders(qtbot, room):
    the_map = room.map
    at = the_map._to_widget(*the_map.point).toPoint()
    qtbot.mousePress(the_map, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(the_map, at + QPoint(30, 10))
    x, y = the_map.point
    assert (x, y) != (0, 0)
    assert room.guide.journey.place == wander(0, x, y)
    assert not room.guide.journey.can_undo
    qtbot.mouseRelease(the_map, Qt.MouseButton.LeftButton, pos=at + QPoint(30, 10))
    assert room.guide.journey.can_undo
    assert engine(room).look().side == 0 or not at_rest(room)


def test_dragging_the_ground_pans(qtbot, room):
    the_map = room.map
    qtbot.waitUntil(lambda: len(the_map.tiles) >= 16)
    known, place = set(the_map.tiles), room.guide.journey.place
    corner = QPoint(the_map.width() - 20, the_map.height() - 20)
    qtbot.mousePress(the_map, Qt.MouseButton.LeftButton, pos=corner)
    qtbot.mouseMove(the_map, QPoint(20, 20))
    qtbot.mouseRelease(the_map, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert room.guide.journey.place == place
    qtbot.waitUntil(lambda: len(the_map.tiles) > len(known))
    asked = engine(room).places("map")
    assert not {wander(0, *tile).seed for tile in known} & {place.seed for place in asked}


def test_a_press_on_the_map_goes_there(qtbot, room):
    at = QPoint(room.map.width() - 20, 20)
    qtbot.mouseClick(room.map, Qt.MouseButton.LeftButton, pos=at)
    assert room.guide.journey.place == wander(0, *room.map.point)
    assert room.guide.journey.can_undo


def test_arrow_keys_wander_and_the_ground_goes_along(qtbot, room):
    the_map = room.map
    qtbot.keyClick(the_map, Qt.Key.Key_Right)
    assert the_map.point == (0.25, 0)
    for _ in range(6):
        qtbot.keyClick(the_map, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert the_map.point == (6.25, 0)
    assert the_map.rect().contains(the_map._to_widget(*the_map.point).toPoint())
    assert room.guide.journey.place == wander(0, 6.25, 0)


def test_what_is_locked_stays_while_one_wanders(qtbot, room):
    room.panel.rows["colour"].lock.click()
    qtbot.waitUntil(lambda: at_rest(room))
    at = room.guide.journey.place.sliders["colour"]
    qtbot.keyClick(room.map, Qt.Key.Key_Down)
    assert room.guide.journey.place.sliders == {"colour": at}


# The nine


def picture_of_nine(room, number):
    return room.breeding.buttons[number]


def test_nine_children_of_the_picture(qtbot, room):
    qtbot.waitUntil(lambda: all(b.image is not None for b in room.breeding.buttons))
    assert len(set(engine(room).look("breed").recipes)) == 9


def test_the_children_of_favourites(qtbot, room):
    breeding = room.breeding
    qtbot.waitUntil(lambda: all(child.found for child in breeding.children_))
    first = list(breeding.children_)
    for number in (2, 7):
        qtbot.mouseClick(picture_of_nine(room, number), Qt.MouseButton.LeftButton)
    assert [child.liked for child in first] == [n in (2, 7) for n in range(9)]
    assert breeding.hint.text() == "2 picked"
    qtbot.mouseClick(breeding.next, Qt.MouseButton.LeftButton)
    parents = {first[2].found, first[7].found}
    for place in engine(room).places("breed"):
        assert {share.place.found for share in place.mixed} == parents
    assert not breeding.liked
    qtbot.mouseClick(breeding.back, Qt.MouseButton.LeftButton)
    assert breeding.children_ == first
    assert picture_of_nine(room, 2).isChecked()
    assert not breeding.back.isVisible()


def test_how_wild_they_are(qtbot, room):
    for wild in (0, 80):
        room.breeding.wild.setValue(wild)
        room.breeding.breed()
        shares = engine(room).places("breed")[0].mixed
        assert sum(share.weight for share in shares) == pytest.approx(1 - wild / 100)


def test_no_more_favourites_than_can_be_bred(qtbot, room):
    qtbot.waitUntil(lambda: all(child.found for child in room.breeding.children_))
    for number in range(6):
        qtbot.mouseClick(picture_of_nine(room, number), Qt.MouseButton.LeftButton)
    assert len(room.breeding.liked) == 4
    assert not picture_of_nine(room, 5).isChecked()


def test_a_child_comes_to_the_canvas(qtbot, room):
    qtbot.waitUntil(lambda: all(child.found for child in room.breeding.children_))
    qtbot.mouseDClick(picture_of_nine(room, 4), Qt.MouseButton.LeftButton)
    assert room.guide.journey.place == Place(found=room.breeding.children_[4].found)
    assert not room.breeding.liked
    picture_of_nine(room, 5).setFocus()
    qtbot.keyClick(picture_of_nine(room, 5), Qt.Key.Key_Return)
    assert room.guide.journey.place == Place(found=room.breeding.children_[5].found)


def test_children_keep_what_is_locked(qtbot, room):
    room.panel.rows["colour"].lock.click()
    qtbot.waitUntil(lambda: at_rest(room))
    room.breeding.breed()
    assert all(list(p.sliders) == ["colour"] for p in engine(room).places("breed"))


# The mix


def mixed(qtbot, room, count: int):
    room.panel.mix_fold.set_open(True)
    numbers = []
    for corner in range(count):
        room.guide.throw()
        qtbot.waitUntil(lambda: at_rest(room))
        numbers.append(room.guide.journey.found)
        qtbot.mouseClick(room.panel.mix.slots_[corner], Qt.MouseButton.LeftButton)
    return numbers


def test_two_are_mixed_on_a_line(qtbot, room):
    one, other = mixed(qtbot, room, 2)
    pad = room.panel.mix.pad
    assert pad.isVisible()
    assert pad.height() < pad.width() / 2
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(pad.width() - 14, 16))
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(pad.width() - 14, 16))
    place = room.guide.journey.place
    assert (place.found, place.mixed[0].place.found) == (one, other)
    assert place.mixed[0].weight == 1
    qtbot.keyClick(pad, Qt.Key.Key_Left)
    assert room.guide.journey.place.mixed[0].weight == pytest.approx(0.95)


def test_four_are_mixed_on_a_pad(qtbot, room):
    numbers = mixed(qtbot, room, 4)
    pad = room.panel.mix.pad
    assert pad.height() == pad.width()
    qtbot.mouseClick(pad, Qt.MouseButton.LeftButton, pos=pad.rect().center())
    place = room.guide.journey.place
    assert [place.found, *(share.place.found for share in place.mixed)] == numbers
    assert [share.weight for share in place.mixed] == pytest.approx([0.25] * 3, abs=0.02)


def test_form_of_one_and_detail_of_another(qtbot, room):
    mixed(qtbot, room, 2)
    row = room.panel.mix.layers
    assert row.isVisible()
    qtbot.mouseClick(row.segment("coarse"), Qt.MouseButton.LeftButton)
    assert room.guide.journey.place.mixed[0].layers == "coarse"


def test_a_slot_takes_what_is_dropped_and_gives_it_back(qtbot, room):
    slots = room.panel.mix.slots_
    room.panel.mix_fold.set_open(True)
    drop(slots[1], slide(room, Place(seed=77)))
    qtbot.waitUntil(lambda: slots[1].image is not None)
    assert room.mixer.blend.corners[1].found  # in numbers, so that it can be mixed
    qtbot.mouseClick(slots[1], Qt.MouseButton.LeftButton)
    assert room.guide.journey.place == room.mixer.blend.corners[1]
    qtbot.keyClick(slots[1], Qt.Key.Key_Delete)
    assert room.mixer.blend.corners == [None] * 4
    drop(slots[0], recipe_mime(SlideRecipe(model="another/model")))
    assert room.banner.isVisible()
    assert room.mixer.blend.corners == [None] * 4


# The path


def walk(qtbot, room, count: int = 3) -> list[Place]:
    for _ in range(count):
        room.guide.throw()
        qtbot.waitUntil(lambda: at_rest(room))
        qtbot.mouseClick(room.path.add_button, Qt.MouseButton.LeftButton)
    return list(room.path.path.stops)


def test_stops_are_added_and_gone_to(qtbot, room):
    assert not room.path.play_button.isVisible()
    stops = walk(qtbot, room)
    assert len({stop.seed for stop in stops}) == 3
    assert all(button.image is not None for button in room.path.buttons)
    assert room.path.play_button.isVisible()
    qtbot.mouseClick(room.path.buttons[0], Qt.MouseButton.LeftButton)
    assert room.guide.journey.place == stops[0]


def test_stops_change_places_and_go(qtbot, room):
    a, b, c = walk(qtbot, room)
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(room.path.buttons[0], Qt.Key.Key_Right, control)
    assert room.path.path.stops == [b, a, c]
    qtbot.keyClick(room.path.buttons[2], Qt.Key.Key_Left, control)
    assert room.path.path.stops == [b, c, a]
    qtbot.keyClick(room.path.buttons[1], Qt.Key.Key_Delete)
    assert room.path.path.stops == [b, a]
    QApplication.processEvents()
    data = slide(room, c)
    drop(room.path, data, room.path.mapFromGlobal(room.path.buttons[0].mapToGlobal(QPoint(2, 9))))
    assert room.path.path.stops == [c, b, a]
    data.setData("application/x-easel-stop", b"0")
    end = room.path.add_button.mapToGlobal(QPoint(30, 9))
    drop(room.path, data, room.path.mapFromGlobal(end))
    assert room.path.path.stops == [b, a, c]


def test_playing_shows_what_lies_between(qtbot, room):
    walk(qtbot, room)
    here = room.guide.journey.place
    room.path.path.seconds = 600.0
    shown = []
    room.guide.shown.connect(shown.append)
    qtbot.mouseClick(room.path.play_button, Qt.MouseButton.LeftButton)
    assert room.path.play_button.accessibleName() == "Stop"
    qtbot.waitUntil(lambda: len(shown) > 3)
    between = engine(room).places()[0]
    assert between.found == room.path.numbers(0).found
    assert between.mixed[0].place.found == room.path.numbers(1).found
    assert room.guide.journey.place == here
    qtbot.keyClick(room.canvas, Qt.Key.Key_Escape)
    assert not room.player.playing
    qtbot.waitUntil(lambda: at_rest(room))
    assert engine(room).places() == [here]
    assert room.path.play_button.accessibleName() == "Play"


def test_a_step_stops_the_film(qtbot, room):
    walk(qtbot, room, 2)
    room.path.play_button.click()
    room.guide.throw()
    assert not room.player.playing
    qtbot.waitUntil(lambda: at_rest(room))
    assert engine(room).places() == [room.guide.journey.place]


def test_how_a_path_moves(qtbot, room):
    walk(qtbot, room, 2)
    room.path.options_button.click()
    fields = room.path.options.fields
    fields.seconds.setValue(20)
    fields.loop.set_value(False)
    fields.motion.set_value("resting")
    fields.motion.changed.emit("resting")
    path = room.guide.journey.path
    assert (path.seconds, path.loop, path.motion) == (20.0, False, "resting")
    assert room.path.options_button.accessibleName() == "one way · 20 s"
    assert room.path.export_button.accessibleName() == "Export path…"
    room.path.options.hide()


def test_a_stop_kept_before_its_picture_came_gets_its_own(qtbot, room):
    fake = engine(room)
    before = room.guide.sight
    fake.hold = True
    room.guide.throw()
    room.path.add_button.click()
    assert room.guide.here is None
    assert room.path.sight(0) is not before
    fake.hold = False
    for view in ("canvas", "path"):
        fake.answer(fake.look(view))
    qtbot.waitUntil(lambda: room.path.sight(0) is not None and at_rest(room))
    assert room.path.sight(0).found == room.guide.here.found
