"""The piano roll by mouse: drawing, moving, choosing; and what it shows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from studio.recipes.score import Note
from studio.recipes.tune import Bars
from studio.ui.music.roll import PianoRoll
from studio.ui.theme import Look
from tests.ui.music.tune import (
    BASS,
    C4,
    DRUMS,
    E4,
    G4,
    HAT,
    KICK,
    LOW,
    MELODY,
    Q,
    small_tune,
)

LEFT = Qt.MouseButton.LeftButton
Mods = Qt.KeyboardModifier


@pytest.fixture
def look() -> Look:
    return Look("dark")


@pytest.fixture
def roll(qtbot, look) -> PianoRoll:
    made = PianoRoll(look)
    qtbot.addWidget(made)
    made.resize(900, 560)
    made.show()
    qtbot.waitExposed(made)
    made.set_score(small_tune())
    made.told = []
    made.edited.connect(made.told.append)
    return made


def notes(roll: PianoRoll, part: int = MELODY) -> tuple[Note, ...]:
    return roll.score().parts[part].notes


def middle(roll: PianoRoll, note: Note, drum: bool = False) -> QPoint:
    return roll.view.box(note, drum).center().toPoint()


def ground(roll: PianoRoll, ticks: int, pitch: int, drum: bool = False) -> QPoint:
    """A little behind a moment, in the middle of a row."""
    cell = roll.view.cell(ticks, Q, pitch, drum)
    return QPoint(round(cell.left() + 3), round(cell.center().y()))


def drag(qtbot, roll: PianoRoll, *way: QPoint, held=Mods.NoModifier) -> None:
    qtbot.mousePress(roll, LEFT, held, way[0])
    for point in way[1:]:
        qtbot.mouseMove(roll, point)
    qtbot.mouseRelease(roll, LEFT, held, way[-1])


def beats(roll: PianoRoll, count: float) -> QPoint:
    return QPoint(round(count * Q * roll.view.per_tick), 0)


def rows(roll: PianoRoll, count: int) -> QPoint:
    return QPoint(0, -count * roll.view.row)


# Drawing


def test_a_drag_on_the_ground_draws_a_note(qtbot, roll):
    at = ground(roll, 4 * Q, 65)
    with qtbot.waitSignal(roll.heard) as heard:
        qtbot.mousePress(roll, LEFT, pos=at)
    assert heard.args[0].pitch == 65
    qtbot.mouseMove(roll, at + beats(roll, 0.3))
    qtbot.mouseMove(roll, at + beats(roll, 1.8))
    assert not roll.told  # not before the end
    qtbot.mouseRelease(roll, LEFT, pos=at + beats(roll, 1.8))
    assert roll.told == [roll.score()]
    assert notes(roll)[3] == Note(4 * Q, 2 * Q, 65, 84)
    assert roll.selection() == notes(roll)[3:]
    assert roll.score().parts[1:] == small_tune().parts[1:]


def test_a_press_alone_draws_one_as_long_as_the_last(qtbot, roll):
    drag(qtbot, roll, ground(roll, 4 * Q, 65), ground(roll, 4 * Q, 65) + beats(roll, 0.9))
    qtbot.keyClick(roll, Qt.Key.Key_Escape)
    qtbot.mouseClick(roll, LEFT, pos=ground(roll, 8 * Q, 60))
    assert notes(roll)[-1] == Note(8 * Q, Q, 60, 84)
    assert len(roll.told) == 2


def test_with_notes_selected_a_press_on_the_ground_only_lets_go_of_them(qtbot, roll):
    qtbot.mouseClick(roll, LEFT, pos=middle(roll, C4))
    assert roll.selection() == (C4,)
    qtbot.mouseClick(roll, LEFT, pos=ground(roll, 8 * Q, 60))
    assert roll.selection() == ()
    assert not roll.told


def test_what_is_drawn_ends_with_the_tune(qtbot, roll):
    at = ground(roll, 15 * Q, 65)
    drag(qtbot, roll, at, at + QPoint(30, 0), at + QPoint(800, 0))
    assert notes(roll)[-1].end == roll.score().ticks
    drag(qtbot, roll, middle(roll, C4), middle(roll, C4) + QPoint(5000, 0))
    assert max(note.end for note in notes(roll)) == roll.score().ticks


def test_no_grid_draws_where_the_hand_is(qtbot, roll):
    roll.set_grid(1)
    at = ground(roll, 4 * Q, 65)
    drag(qtbot, roll, at, at + QPoint(20, 0), at + QPoint(41, 0))
    new = notes(roll)[3]
    assert new.start == int(roll.view.tick_at(at.x()))
    assert new.start % 120


def test_drums_are_drawn_by_going_over_them(qtbot, roll):
    at = ground(roll, 4 * Q, 46, drum=True)
    with qtbot.waitSignal(roll.active_chosen) as chosen:
        drag(qtbot, roll, at, at + beats(roll, 0.5), at + beats(roll, 0.9))
    assert chosen.args == [DRUMS]
    assert [n.start - 4 * Q for n in notes(roll, DRUMS) if n.pitch == 46] == [0, 120, 240, 360]
    assert len(roll.told) == 1


# Changing


def test_a_note_is_moved_to_the_grid(qtbot, roll):
    at = middle(roll, C4)
    drag(qtbot, roll, at, at + beats(roll, 0.5), at + beats(roll, 4.1) + rows(roll, 2))
    assert notes(roll) == (E4, G4, Note(4 * Q, Q, 62, 80))
    assert roll.selection() == (Note(4 * Q, Q, 62, 80),)
    assert len(roll.told) == 1


def test_up_and_down_leaves_the_moment_as_it_was(qtbot, roll):
    loose = C4._replace(start=37)
    roll.set_score(
        small_tune(parts=(small_tune().parts[0].model_copy(update={"notes": (loose,)}),))
    )
    at = middle(roll, loose)
    drag(qtbot, roll, at, at + rows(roll, 1), at + rows(roll, 3))
    assert notes(roll) == (loose._replace(pitch=63),)


def test_several_are_moved_together(qtbot, roll):
    qtbot.mouseClick(roll, LEFT, pos=middle(roll, C4))
    qtbot.mouseClick(roll, LEFT, Mods.ShiftModifier, middle(roll, E4))
    assert roll.selection() == (C4, E4)
    at = middle(roll, E4)
    drag(qtbot, roll, at, at + rows(roll, 1), at + rows(roll, 5))
    assert notes(roll)[:2] == (C4._replace(pitch=65), E4._replace(pitch=69))
    qtbot.mouseClick(roll, LEFT, pos=middle(roll, notes(roll)[0]))
    assert len(roll.selection()) == 1


def test_the_end_of_a_note_makes_it_longer(qtbot, roll):
    box = roll.view.box(C4, False)
    at = QPoint(round(box.right() - 2), round(box.center().y()))
    drag(qtbot, roll, at, at + QPoint(10, 0), at + beats(roll, 1.0))
    assert notes(roll)[0] == C4._replace(length=2 * Q)
    assert len(roll.told) == 1


def test_alt_makes_it_louder(qtbot, roll):
    at = middle(roll, C4)
    drag(qtbot, roll, at, at + QPoint(0, -10), at + QPoint(0, -30), held=Mods.AltModifier)
    assert notes(roll)[0] == C4._replace(velocity=110)


def test_the_loudness_is_drawn_in_its_lane(qtbot, roll):
    roll.set_loudness_shown(True)
    lane = roll.view.lane
    way = [
        QPoint(round(roll.view.x_of(ticks)) + dx, lane.top() + 4) for ticks, dx in ((0, 3), (Q, 2))
    ]
    drag(qtbot, roll, *way)
    assert [note.velocity > 110 for note in notes(roll)] == [True, True, False]
    assert len(roll.told) == 1
    assert roll.selection() == ()


def test_escape_gives_up_a_drag(qtbot, roll):
    at = middle(roll, C4)
    qtbot.mousePress(roll, LEFT, pos=at)
    qtbot.mouseMove(roll, at + beats(roll, 3))
    qtbot.keyClick(roll, Qt.Key.Key_Escape)
    qtbot.mouseRelease(roll, LEFT, pos=at + beats(roll, 3))
    assert roll.score() == small_tune()
    assert not roll.told


def test_a_drag_that_comes_back_is_no_change(qtbot, roll):
    at = middle(roll, C4)
    drag(qtbot, roll, at, at + beats(roll, 2), at)
    assert roll.score() == small_tune()
    assert not roll.told


def test_hits_of_drums_are_moved_too(qtbot, roll):
    at = middle(roll, HAT, drum=True)
    to = ground(roll, 2 * Q, 38, drum=True)
    drag(qtbot, roll, at, at + QPoint(6, 0), to)
    assert notes(roll, DRUMS) == (KICK, HAT._replace(start=2 * Q, pitch=38))


# Selecting


def test_a_band_selects_what_it_goes_over(qtbot, roll):
    roll.set_tool("select")
    start = ground(roll, 3 * Q, 70)
    drag(qtbot, roll, start, start - QPoint(20, 0), ground(roll, 0, 63) + QPoint(2, 0))
    assert roll.selection() == (E4, G4)
    assert not roll.told
    drag(qtbot, roll, ground(roll, 5 * Q, 50), ground(roll, 6 * Q, 49))
    assert roll.selection() == ()


def test_shift_selects_by_band_with_the_other_tool(qtbot, roll):
    roll.desk.select((G4,))
    start = ground(roll, 0, 59)
    drag(
        qtbot,
        roll,
        start,
        start + QPoint(20, -5),
        ground(roll, Q // 2, 61),
        held=Mods.ShiftModifier,
    )
    assert roll.selection() == (C4, G4)


def test_a_press_on_another_part_s_note_goes_over_to_it(qtbot, roll):
    with qtbot.waitSignal(roll.active_chosen) as chosen:
        qtbot.mouseClick(roll, LEFT, pos=middle(roll, LOW))
    assert chosen.args == [BASS]
    assert roll.active() == BASS
    assert roll.selection() == (LOW,)


def test_the_menu_takes_up_what_is_under_the_mouse(qtbot, roll):
    at = middle(roll, E4)
    with qtbot.waitSignal(roll.menu_wanted) as wanted:
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(roll, QContextMenuEvent(reason, at, roll.mapToGlobal(at)))
    assert wanted.args == [roll.mapToGlobal(at)]
    assert roll.selection() == (E4,)


def test_what_is_selected_stays_so_as_far_as_it_is_there(roll):
    roll.desk.select((C4, E4))
    roll.set_score(small_tune(parts=(small_tune().parts[0].model_copy(update={"notes": (E4,)}),)))
    assert roll.selection() == (E4,)
    assert not roll.told


# Locks and growing


def test_a_locked_part_cannot_be_changed_and_says_so_once(qtbot, roll):
    said = []
    roll.refused.connect(said.append)
    roll.set_locked(frozenset({MELODY}))
    at = middle(roll, C4)
    drag(qtbot, roll, at, at + beats(roll, 1), at + beats(roll, 2))
    assert said == ["Melody: locked. Unlock it to change it."]
    qtbot.keyClick(roll, Qt.Key.Key_Escape)
    drag(qtbot, roll, ground(roll, 8 * Q, 60), ground(roll, 9 * Q, 60))
    roll.select_all()
    roll.remove()
    assert roll.score() == small_tune()
    assert len(said) == 3
    roll.set_locked(frozenset())
    roll.remove()
    assert notes(roll) == ()


def test_a_locked_part_looks_so(qtbot, roll):
    at = middle(roll, C4)
    before = roll.grab().toImage().pixelColor(at)
    roll.set_locked(frozenset({MELODY}))
    assert roll.grab().toImage().pixelColor(at) != before


def test_a_tune_that_grows_cannot_be_changed(qtbot, roll):
    roll.set_growing(True)
    drag(qtbot, roll, middle(roll, C4), middle(roll, C4) + beats(roll, 2))
    qtbot.keyClick(roll, Qt.Key.Key_Return)
    assert roll.score() == small_tune()
    roll.set_growing(False)
    qtbot.keyClick(roll, Qt.Key.Key_Escape)
    qtbot.mouseClick(roll, LEFT, pos=ground(roll, 8 * Q, 60))
    assert len(roll.told) == 1


# The ruler


def test_a_press_on_the_ruler_goes_there(qtbot, roll):
    x = round(roll.view.x_of(6 * Q))
    with qtbot.waitSignal(roll.seek_wanted) as wanted:
        qtbot.mouseClick(roll, LEFT, pos=QPoint(x, 8))
    assert wanted.args[0] == pytest.approx(6 * Q, abs=2 / roll.view.per_tick)


def test_a_drag_on_the_ruler_chooses_bars(qtbot, roll):
    said = []
    roll.range_chosen.connect(said.append)
    bar = roll.score().bar

    def at(bars: float) -> QPoint:
        return QPoint(round(roll.view.x_of(bars * bar)), 8)

    drag(qtbot, roll, at(2.4), at(2.0), at(1.5))
    assert said == [Bars(since=1, until=3)]
    drag(qtbot, roll, at(3), at(3.2), at(3.5))  # its end
    assert roll.range() == Bars(since=1, until=4)
    qtbot.mouseDClick(roll, LEFT, pos=at(0.5))
    assert roll.range() is None
    assert said[-1] is None


def test_bars_that_are_no_longer_there_are_not_chosen(roll):
    roll.set_range(Bars(since=2, until=4))
    roll.set_score(small_tune(bars=3))
    assert roll.range() is None


# Looking


def test_what_was_played_is_brighter_than_what_is_to_come(roll):
    at = middle(roll, G4)
    roll.set_playing(True)
    roll.set_position(10.0)
    coming = roll.grab().toImage().pixelColor(at)
    roll.set_position(4.0 * Q)
    played = roll.grab().toImage().pixelColor(at)
    assert played.lightness() > coming.lightness() + 20


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", [(420, 240), (900, 560)])
def test_moving_by_steps_shows_the_same_as_all_drawn_anew(qtbot, roll, look, theme, size):
    """The pixmaps are only patched; a fresh roll knows nothing of patches."""
    look.choose(theme)
    roll.resize(*size)
    for _ in range(5):
        roll.zoom_in()
    roll.set_playing(True)
    roll.grab()
    for step in range(40):
        roll._across.setValue(step * 7 % 200)
        roll.set_position(step * 37.0)
        roll.grab()
    fresh = PianoRoll(look)
    qtbot.addWidget(fresh)
    fresh.resize(*size)
    fresh.show()
    qtbot.waitExposed(fresh)
    fresh.set_score(roll.score())
    fresh.set_playing(True)
    fresh.set_position(39 * 37.0)
    fresh.view.__dict__.update(roll.view.__dict__)
    roll.clearFocus()
    fresh.clearFocus()
    shown, anew = roll.grab().toImage(), fresh.grab().toImage()
    inside = roll.view.field.adjusted(0, -20, 0, 0)  # the scroll bars lie outside
    assert shown.copy(inside) == anew.copy(inside)


def test_it_follows_while_it_plays_unless_one_looks_elsewhere(roll):
    for _ in range(10):
        roll.zoom_in()
    assert roll.view.most_x > 1000
    roll.set_playing(True)
    field = roll.view.field
    for ticks in range(0, 6 * Q, 60):
        roll.set_position(float(ticks))
        assert field.left() <= roll.view.x_of(ticks) <= field.right()
    roll._across.setValue(roll.view.most_x)
    away = roll.view.scroll_x
    roll.set_position(6.0 * Q)
    assert roll.view.scroll_x == away
    roll.set_playing(False)
    roll.set_playing(True)
    roll.set_position(6.1 * Q)
    assert field.left() <= roll.view.x_of(6.1 * Q) <= field.right()


def test_the_wheel_zooms_around_the_mouse(roll):
    at = QPointF(500, 200)
    ticks = roll.view.tick_at(at.x())
    before = roll.view.per_tick
    for _ in range(4):
        turn(roll, at, 120, Mods.ControlModifier)
    assert roll.view.per_tick > 2 * before
    assert roll.view.tick_at(at.x()) == pytest.approx(ticks, abs=2 / roll.view.per_tick)
    roll.zoom_fit()
    assert roll.view.per_tick == pytest.approx(before)


def test_the_wheel_scrolls(roll):
    for _ in range(6):
        roll.zoom_in()
    up, across = roll.view.scroll_y, roll.view.scroll_x
    turn(roll, QPointF(500, 200), -120)
    assert roll.view.scroll_y > up
    turn(roll, QPointF(500, 200), -120, Mods.ShiftModifier)
    assert roll.view.scroll_x > across


def turn(roll: PianoRoll, at: QPointF, by: int, held=Mods.NoModifier) -> None:
    event = QWheelEvent(
        at,
        QPointF(roll.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, by),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(roll, event)


def test_without_a_tune_nothing_can_go_wrong(qtbot, roll):
    roll.set_score(None)
    drag(qtbot, roll, QPoint(200, 100), QPoint(300, 120))
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Left, Qt.Key.Key_Delete, Qt.Key.Key_Tab):
        qtbot.keyClick(roll, key)
    roll.zoom_in()
    roll.set_position(100.0)
    roll.paste()
    roll.grab()
    assert roll.score() is None
    assert not roll.told


@pytest.mark.parametrize("size", [(330, 210), (1600, 1000)])
def test_a_tune_of_no_parts_or_many_bars_is_shown(roll, size):
    roll.resize(*size)
    for tune in (small_tune(parts=()), small_tune(bars=256), small_tune(bars=1)):
        roll.set_score(tune)
        roll.set_loudness_shown(True)
        roll.grab()
        roll.set_loudness_shown(False)
        assert roll.view.pitched.height() > 20
