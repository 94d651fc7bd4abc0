"""The keyboard on the piano roll: everything that the mouse can do, and the words for it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from studio.recipes.score import Score
from studio.recipes.tune import Bars
from studio.ui.music.note_names import (
    describe,
    key_name,
    loudness_name,
    note_name,
    part_name,
    place_name,
)
from studio.ui.music.roll_desk import Desk

LOUDER = 8  # velocities
Key = Qt.Key
Mods = Qt.KeyboardModifier
HELP = (
    "The arrow keys go among the notes, or move what is selected. Enter adds or takes up a note, "
    "Tab goes to the next, Shift and arrows make it longer, Alt and arrows louder, Delete takes "
    "it away, numbers choose the part, Control, Shift and arrows choose bars, Control and A all "
    "notes in them, Escape and then Tab leave."
)


class Keys:
    """Does what a key says. `pressed` is False for keys that are not the roll's."""

    def __init__(self, desk: Desk, choose_bars: Callable[[Bars | None], None]) -> None:
        self._desk, self._choose_bars = desk, choose_bars

    def takes(self, event: QKeyEvent) -> bool:
        """Whether a key is the roll's, though the window may have it as a shortcut."""
        control = bool(event.modifiers() & Mods.ControlModifier)
        key = event.key()
        if control:
            mine = (Key.Key_A, Key.Key_C, Key.Key_X, Key.Key_V, Key.Key_Plus, Key.Key_Minus)
            return key in (*mine, Key.Key_Equal, Key.Key_0) or key in _ARROWS
        return (
            key in _ARROWS
            or key in (Key.Key_Delete, Key.Key_Backspace, Key.Key_Home, Key.Key_End)
            or (key in (Key.Key_Return, Key.Key_Enter))
        )

    def pressed(self, event: QKeyEvent) -> bool:
        """Do it; False where the key means nothing here."""
        desk, key = self._desk, Key(event.key())
        if desk.score is None:
            return False
        held = event.modifiers() & ~Mods.KeypadModifier
        control = bool(held & Mods.ControlModifier)
        if key in _ARROWS and not held & Mods.MetaModifier:
            self._arrow(key, held, desk.score)
        elif control:
            return self._command(key)
        elif held & Mods.AltModifier:
            return False
        elif key in (Key.Key_Return, Key.Key_Enter):
            desk.entered = True
            desk.add_at_cursor()
        elif key in (Key.Key_Delete, Key.Key_Backspace):
            desk.remove()
        elif key in (Key.Key_Home, Key.Key_End):
            last = desk.score.ticks - 1
            self._go(0 if key == Key.Key_Home else last // desk.step * desk.step, desk.cursor[1])
        elif key in (Key.Key_PageUp, Key.Key_PageDown):
            self._rows(12 if key == Key.Key_PageUp else -12)
        elif Key.Key_1 <= key <= Key.Key_9:
            return self._choose_part(int(key) - int(Key.Key_1))
        elif key == Key.Key_Escape:
            return self._escape()
        else:
            return False
        return True

    def tab(self, back: bool) -> bool:
        """Go to the next note; False where Tab is to leave."""
        return self._desk.entered and self._desk.next_note(back)

    def _arrow(self, key: Qt.Key, held: Qt.KeyboardModifier, score: Score) -> None:
        desk = self._desk
        desk.entered = True
        across, up = _ARROWS[key]
        control = bool(held & Mods.ControlModifier)
        if held & Mods.AltModifier:
            if up:
                desk.strike(up * LOUDER)
        elif control and held & Mods.ShiftModifier and across:
            self._more_bars(across, score)
        elif held & Mods.ShiftModifier:
            if across:
                desk.lengthen(across * desk.step)
            else:
                self._rows(up)
        elif up:
            self._rows(up * (12 if control and not desk.is_drums else 1))
        else:
            far = score.bar if control else desk.step
            if desk.selection:
                desk.shift(across * far, 0)
            else:
                ticks = desk.cursor[0] + across * far
                self._go(round(ticks / desk.step) * desk.step, desk.cursor[1])

    def _more_bars(self, across: int, score: Score) -> None:
        """Choose the cursor's bar; then one more at the end, or one less."""
        desk = self._desk
        if desk.range is None:
            bar = desk.cursor[0] // score.bar
            self._choose_bars(Bars(since=bar, until=bar + 1))
            return
        since, until = desk.range.since, min(score.bars, desk.range.until + across)
        self._choose_bars(Bars(since=since, until=until) if until > since else None)

    def _rows(self, up: int) -> None:
        """Go or move up by semitones; by drums where it is drums."""
        desk = self._desk
        desk.entered = True
        if desk.selection:
            desk.shift(0, up)
        elif desk.is_drums:
            place = desk.drums.index(desk.cursor[1]) + up if desk.cursor[1] in desk.drums else 0
            self._go(desk.cursor[0], desk.drums[min(len(desk.drums) - 1, max(0, place))])
        else:
            self._go(desk.cursor[0], desk.cursor[1] + up)

    def _go(self, ticks: int, pitch: int) -> None:
        desk = self._desk
        desk.entered = True
        if desk.selection:
            desk.select(())
        desk.go(ticks, pitch)

    def _command(self, key: Qt.Key) -> bool:
        desk = self._desk
        if key == Key.Key_A:
            desk.select_all()
        elif key == Key.Key_C:
            return desk.copy()
        elif key == Key.Key_X:
            if desk.copy():
                desk.remove()
        elif key == Key.Key_V:
            desk.paste()
        else:
            return False
        return True

    def _choose_part(self, part: int) -> bool:
        desk = self._desk
        if desk.set_active(part):
            desk.active_chosen.emit(part)
            desk.moved.emit()
            return True
        return False

    def _escape(self) -> bool:
        """First let go of notes, then of bars, then of the notes altogether."""
        desk = self._desk
        if desk.selection:
            desk.select(())
            desk.moved.emit()
        elif desk.range is not None:
            self._choose_bars(None)
        elif desk.entered:
            desk.entered = False
            desk.moved.emit()
        else:
            return False
        return True


def words_for(desk: Desk) -> str:
    """What is at the cursor, for those who do not see it."""
    score = desk.score
    if score is None or desk.part is None:
        return "There are no notes yet."
    if not desk.entered:
        key = key_name(score.tonic, score.mode)
        bars = "1 bar" if score.bars == 1 else f"{score.bars} bars"
        parts = ", ".join(part_name(score, part).lower() for part in range(len(score.parts)))
        return f"{bars} in {key}: {parts}. {HELP}"
    chosen = desk.chosen()
    if len(chosen) > 1:
        return f"{len(chosen)} notes selected, {part_name(score, desk.active).lower()}"
    note = chosen[0] if chosen else desk.under_cursor()
    if note is not None:
        words = f"{describe(score, desk.active, note)}, {loudness_name(note.velocity)}"
        return f"{words}, selected" if chosen else words
    where = f"{note_name(desk.part, desk.cursor[1])}, {place_name(score, desk.cursor[0])}"
    words = f"{where}, no note, {part_name(score, desk.active).lower()}"
    return f"{words}, locked" if desk.active in desk.locked else words


_ARROWS = {
    Key.Key_Left: (-1, 0),
    Key.Key_Right: (1, 0),
    Key.Key_Up: (0, 1),
    Key.Key_Down: (0, -1),
}
