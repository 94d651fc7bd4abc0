"""The piano roll by keyboard, and what it says to those who do not see it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QMimeData, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from studio.recipes.score import Note
from studio.recipes.tune import Bars
from studio.ui.music.roll import PianoRoll
from studio.ui.music.roll_desk import NOTES_MIME
from studio.ui.theme import Look
from tests.ui.music.tune import C4, DRUMS, E4, G4, KICK, MELODY, Q, small_tune

Key = Qt.Key
Mods = Qt.KeyboardModifier


@pytest.fixture
def page(qtbot) -> QWidget:
    """The roll between two buttons, as in a window."""
    made = QWidget()
    qtbot.addWidget(made)
    row = QHBoxLayout(made)
    row.addWidget(QPushButton("before"))
    made.roll = PianoRoll(Look("dark"))
    row.addWidget(made.roll, 1)
    row.addWidget(QPushButton("after"))
    made.resize(1000, 560)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.fixture
def roll(page) -> PianoRoll:
    page.roll.set_score(small_tune())
    page.roll.setFocus()
    page.roll.told = []
    page.roll.edited.connect(page.roll.told.append)
    return page.roll


def notes(roll: PianoRoll, part: int = MELODY) -> tuple[Note, ...]:
    return roll.score().parts[part].notes


def press(qtbot, roll: PianoRoll, *keys: Qt.Key, held=Mods.NoModifier) -> None:
    for key in keys:
        qtbot.keyClick(roll, key, held)


def said(roll: PianoRoll) -> str:
    return roll.accessibleDescription()


def test_the_cursor_goes_and_enter_adds(qtbot, roll):
    assert roll.desk.cursor == (0, 60)
    press(qtbot, roll, Key.Key_Right, Key.Key_Right, Key.Key_Up)
    assert roll.desk.cursor == (240, 61)
    assert said(roll) == "C sharp 4, bar 1 beat 1 and a half, no note, melody"
    with qtbot.waitSignal(roll.heard):
        press(qtbot, roll, Key.Key_Return)
    assert Note(240, 120, 61, 84) in notes(roll)
    assert len(roll.told) == 1


def test_enter_on_a_note_takes_it_up_and_arrows_move_it(qtbot, roll):
    press(qtbot, roll, Key.Key_Return)
    assert roll.selection() == (C4,)
    assert said(roll) == "C 4, bar 1 beat 1, one beat, melody, medium, selected"
    press(qtbot, roll, Key.Key_Up, Key.Key_Right)
    assert notes(roll)[0] == Note(120, Q, 61, 80)
    press(qtbot, roll, Key.Key_Right, held=Mods.ControlModifier)
    assert notes(roll)[-1] == Note(4 * Q + 120, Q, 61, 80)
    press(qtbot, roll, Key.Key_Down, held=Mods.ControlModifier)
    assert notes(roll)[-1].pitch == 49
    assert len(roll.told) == 4


def test_shift_and_arrows_change_the_length(qtbot, roll):
    press(qtbot, roll, Key.Key_Return)
    press(qtbot, roll, Key.Key_Right, Key.Key_Right, held=Mods.ShiftModifier)
    assert notes(roll)[0].length == Q + 240
    press(qtbot, roll, *[Key.Key_Left] * 20, held=Mods.ShiftModifier)
    assert notes(roll)[0].length == 120


def test_alt_and_arrows_change_the_loudness(qtbot, roll):
    press(qtbot, roll, Key.Key_Return)
    press(qtbot, roll, Key.Key_Up, held=Mods.AltModifier)
    assert notes(roll)[0].velocity == 88
    assert "loud" in said(roll)


def test_delete_takes_away(qtbot, roll):
    press(qtbot, roll, Key.Key_Right)  # still under the long note
    press(qtbot, roll, Key.Key_Delete)
    assert notes(roll) == (E4, G4)
    press(qtbot, roll, Key.Key_A, held=Mods.ControlModifier)
    assert said(roll).startswith("2 notes selected") or len(roll.selection()) == 2
    press(qtbot, roll, Key.Key_Backspace)
    assert notes(roll) == ()


def test_tab_goes_from_note_to_note_and_then_on(qtbot, page, roll):
    press(qtbot, roll, Key.Key_Home)
    press(qtbot, roll, Key.Key_Tab)
    assert roll.selection() == (C4,)
    press(qtbot, roll, Key.Key_Tab)
    assert said(roll) == "E 4, bar 1 beat 2, one beat, melody, medium, selected"
    press(qtbot, roll, Key.Key_Backtab)
    assert roll.selection() == (C4,)
    press(qtbot, roll, Key.Key_Tab, Key.Key_Tab)
    assert roll.selection() == (G4,)
    press(qtbot, roll, Key.Key_Tab)
    assert not roll.hasFocus()
    assert page.focusWidget().text() == "after"


def test_tab_goes_on_from_a_note_that_was_pressed(qtbot, roll):
    at = roll.view.box(C4, False).center().toPoint()
    qtbot.mouseClick(roll, Qt.MouseButton.LeftButton, pos=at)
    press(qtbot, roll, Key.Key_Tab)
    assert roll.selection() == (E4,)


def test_whoever_only_passes_by_is_not_held(qtbot, page, roll):
    before, after = page.findChildren(QPushButton)
    before.setFocus()
    qtbot.keyClick(before, Key.Key_Tab)
    assert roll.hasFocus()
    press(qtbot, roll, Key.Key_Tab)
    assert after.hasFocus()


def test_escape_lets_go_step_by_step(qtbot, page, roll):
    chosen = []
    roll.range_chosen.connect(chosen.append)
    roll.set_range(Bars(since=0, until=1))
    press(qtbot, roll, Key.Key_Return)
    assert roll.selection()
    press(qtbot, roll, Key.Key_Escape)
    assert not roll.selection()
    assert roll.range()
    press(qtbot, roll, Key.Key_Escape)
    assert chosen == [None]
    press(qtbot, roll, Key.Key_Escape)
    press(qtbot, roll, Key.Key_Tab)
    assert page.focusWidget().text() == "after"


def test_bars_are_chosen_by_keyboard_and_all_in_them(qtbot, roll):
    chosen = []
    roll.range_chosen.connect(chosen.append)
    both = Mods.ControlModifier | Mods.ShiftModifier
    press(qtbot, roll, Key.Key_Right, held=Mods.ControlModifier)  # to the second bar
    press(qtbot, roll, Key.Key_Right, Key.Key_Right, held=both)
    assert roll.range() == Bars(since=1, until=3)
    press(qtbot, roll, Key.Key_A, held=Mods.ControlModifier)
    assert roll.selection() == ()
    press(qtbot, roll, Key.Key_Left, Key.Key_Left, held=both)
    assert chosen[-1] is None
    press(qtbot, roll, Key.Key_Home)
    press(qtbot, roll, Key.Key_Right, held=both)
    press(qtbot, roll, Key.Key_A, held=Mods.ControlModifier)
    assert roll.selection() == (C4, E4, G4)


def test_numbers_choose_the_part(qtbot, roll):
    with qtbot.waitSignal(roll.active_chosen) as chosen:
        press(qtbot, roll, Key.Key_3)
    assert chosen.args == [DRUMS]
    press(qtbot, roll, Key.Key_Up)
    assert roll.desk.cursor[1] == roll.desk.drums[1]
    press(qtbot, roll, Key.Key_Down, Key.Key_Delete)
    assert KICK not in notes(roll, DRUMS)
    press(qtbot, roll, Key.Key_9)
    assert roll.active() == DRUMS


def test_copy_and_paste(qtbot, roll):
    press(qtbot, roll, Key.Key_A, Key.Key_C, held=Mods.ControlModifier)
    press(qtbot, roll, Key.Key_Escape)
    press(qtbot, roll, Key.Key_Right, held=Mods.ControlModifier)
    press(qtbot, roll, Key.Key_V, held=Mods.ControlModifier)
    later = tuple(note._replace(start=note.start + 4 * Q) for note in (C4, E4, G4))
    assert notes(roll) == (C4, E4, G4, *later)
    press(qtbot, roll, Key.Key_V, held=Mods.ControlModifier)  # and once more behind it
    assert len(notes(roll)) == 9
    assert notes(roll)[6].start == 8 * Q
    assert len(roll.told) == 2


def test_what_does_not_fit_is_said(qtbot, roll):
    words = []
    roll.refused.connect(words.append)
    press(qtbot, roll, Key.Key_A, Key.Key_X, held=Mods.ControlModifier)
    assert notes(roll) == ()
    press(qtbot, roll, Key.Key_End)
    press(qtbot, roll, Key.Key_V, held=Mods.ControlModifier)
    assert words == ["The tune is too short for all of these notes."]
    press(qtbot, roll, Key.Key_3)
    press(qtbot, roll, Key.Key_V, held=Mods.ControlModifier)
    assert len(words) == 2
    assert notes(roll, DRUMS) == small_tune().parts[DRUMS].notes


def test_a_damaged_clipboard_is_said(qtbot, roll):
    words = []
    roll.refused.connect(words.append)
    data = QMimeData()
    data.setData(NOTES_MIME, QByteArray(b"\xff{"))
    QGuiApplication.clipboard().setMimeData(data)
    press(qtbot, roll, Key.Key_V, held=Mods.ControlModifier)
    assert words == ["What was copied are no notes."]
    assert not roll.told


def test_the_room_keeps_its_keys_and_the_roll_its_own(qtbot, page, roll):
    """The window's Ctrl+C copies a picture; among notes it is the notes'."""
    done = []
    for keys in ("Ctrl+C", "Ctrl+Z", "Space"):
        action = QAction(keys, page)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _on=False, keys=keys: done.append(keys))
        page.addAction(action)
    press(qtbot, roll, Key.Key_Return)
    press(qtbot, roll, Key.Key_C, Key.Key_Z, held=Mods.ControlModifier)
    press(qtbot, roll, Key.Key_Space)
    assert done == ["Ctrl+Z", "Space"]
    assert roll.can_paste()


def test_the_cursor_is_brought_into_sight(qtbot, roll):
    for _ in range(8):
        press(qtbot, roll, Key.Key_Plus, held=Mods.ControlModifier)
    press(qtbot, roll, Key.Key_End)
    field = roll.view.field
    assert field.left() <= roll.view.x_of(roll.desk.cursor[0]) <= field.right()
    press(qtbot, roll, *[Key.Key_PageUp] * 5)
    room = roll.view.pitched
    assert room.top() <= roll.view.y_of(roll.desk.cursor[1]) <= room.bottom()
    press(qtbot, roll, Key.Key_0, held=Mods.ControlModifier)
    assert roll.view.most_x == 0


def test_it_says_what_it_is_and_how_to_get_in(qtbot, roll):
    assert roll.accessibleName() == "Notes"
    assert said(roll).startswith("4 bars in C major: melody, bass, drums. The arrow keys")
    roll.set_locked(frozenset({MELODY}))
    press(qtbot, roll, Key.Key_End)
    assert said(roll).endswith("melody, locked")
    roll.set_score(None)
    assert said(roll) == "There are no notes yet."
