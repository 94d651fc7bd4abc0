"""The piano roll by mouse: drawing, moving, choosing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication

from studio.recipes.score import Note
from studio.recipes.tune import Bars
from studio.ui.music.roll import PianoRoll
from studio.ui.theme import Look
from tests.ui.music.hand import LEFT, Mods, beats, drag, ground, middle, notes, open_roll, rows
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


@pytest.fixture
def look(qapp) -> Look:
    return Look("dark")


@pytest.fixture
def roll(qtbot, look) -> PianoRoll:
    return open_roll(qtbot, look)


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
