"""The piano roll: a tune as notes in colour, to be heard along, drawn and changed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
)

from studio.recipes.score import Note, Score
from studio.recipes.tune import Bars
from studio.ui.music.roll_gesture import Gesture
from studio.ui.music.roll_hand import at_end, begin
from studio.ui.music.roll_keys import Keys, words_for
from studio.ui.music.roll_sheet import RollSheet
from studio.ui.music.roll_view import GUTTER, RULER
from studio.ui.theme import Look

EDGE = 28  # pixels from the side at which a drag scrolls


class PianoRoll(RollSheet):
    """Shows a `Score` and lets it be changed; what was changed is said once per gesture.

    It keeps no history: the room does (`history.History`), and hands back by `set_score` what is
    to be shown. What is selected stays selected as far as it is still there.
    """

    edited = Signal(object)  # the new Score
    seek_wanted = Signal(float)  # ticks
    range_chosen = Signal(object)  # Bars, or None where no bars are chosen any more
    active_chosen = Signal(int)  # the part that is drawn in
    heard = Signal(object, int)  # a Note to be sounded, and its part
    refused = Signal(str)  # one sentence on why nothing was changed
    selected = Signal(int)  # how many notes are selected
    menu_wanted = Signal(QPoint)  # global position

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.tool = "draw"
        self._keys = Keys(self.desk, self.choose_range)
        self._gesture: Gesture | None = None
        self._spoken = ""
        self._connect()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Notes")
        self._say()

    # What is shown

    def score(self) -> Score | None:
        """What is shown."""
        return self.desk.score

    def set_score(self, score: Score | None) -> None:
        """Show a tune, or the words of `set_empty`. Never emits `edited`."""
        if score is self.desk.score and score is not None:
            return
        self._end_gesture()
        self.desk.take(score)
        self._take_notes()
        self._hover = None
        self._say()

    def range(self) -> Bars | None:
        """The bars that are chosen."""
        return self.desk.range

    def set_range(self, bars: Bars | None) -> None:
        """Mark bars as chosen. Never emits."""
        self.desk.range = bars
        self.update()

    def active(self) -> int:
        """The part that is drawn in."""
        return self.desk.active

    def set_active(self, part: int) -> None:
        """Draw in this part. Never emits."""
        self.desk.set_active(part)
        self._say()

    def set_locked(self, parts: frozenset[int]) -> None:
        """These parts cannot be changed."""
        self.desk.locked = parts
        self._changed()

    def set_growing(self, on: bool) -> None:
        """Whether it is being composed: it then grows by `set_score` and cannot be changed."""
        self.desk.growing = on
        if on:
            self._end_gesture()
            self._breath.start()
        else:
            self._breath.stop()
        self.update()

    def grid(self) -> int:
        """What notes snap to, in ticks."""
        return self.desk.grid

    def set_grid(self, ticks: int) -> None:
        """What notes snap to (`note_names.grids`), in ticks; 1 is no grid.

        A tune of another metre brings the usual grid of its own.
        """
        self.desk.grid = ticks
        self.update()

    def set_tool(self, tool: str) -> None:
        """What a drag on empty ground does: "draw" a note, or "select" notes."""
        self.tool = tool
        self._hover = None
        self.update()

    # What the room's menus and buttons do. Each is also a key

    def selection(self) -> tuple[Note, ...]:
        """The selected notes of the active part, in order."""
        return self.desk.chosen()

    def select_all(self) -> None:
        """Select the active part's notes, or those in the chosen bars (Ctrl+A)."""
        self.desk.select_all()

    def cut(self) -> None:
        """Take what is selected to the clipboard (Ctrl+X)."""
        if self.desk.copy():
            self.desk.remove()

    def copy(self) -> None:
        """Copy what is selected (Ctrl+C)."""
        self.desk.copy()

    def paste(self) -> None:
        """Put copied notes at the cursor (Ctrl+V)."""
        self.desk.paste()

    def can_paste(self) -> bool:
        """Whether notes were copied."""
        return self.desk.can_paste()

    def remove(self) -> None:
        """Take away what is selected (Delete)."""
        self.desk.remove()

    # Qt

    def hideEvent(self, _event: QHideEvent) -> None:
        """What is half drawn is given up."""
        self._end_gesture()

    def event(self, event: QEvent) -> bool:
        """Tab goes from note to note where one is among them; some keys are not the window's."""
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and self._keys.takes(event):
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                key, back = event.key(), event.key() == Qt.Key.Key_Backtab
                plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
                if plain and key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and self._keys.tab(back):
                    event.accept()
                    return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What `roll_keys` knows; Escape gives up a drag; Ctrl+plus, minus and 0 zoom."""
        if self._gesture is not None:
            if event.key() == Qt.Key.Key_Escape:
                self._end_gesture()
            return
        zooms = {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_0: self.zoom_fit,
        }
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        zoom = zooms.get(Qt.Key(event.key())) if control else None
        if zoom is not None:
            zoom()
        elif not self._keys.pressed(event):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Whoever comes by Tab is not yet among the notes, so that the next Tab goes on."""
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.desk.entered = False
            self._say()
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No cursor any more."""
        self.update()
        super().focusOutEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        if event.button() == Qt.MouseButton.LeftButton and self._gesture is None:
            self._hover = None
            self._gesture = begin(self, event.position(), event.modifiers())
            self.update()
            self._say()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On the ruler: no bars are chosen any more. Else two presses are two."""
        if event.position().y() < RULER and event.button() == Qt.MouseButton.LeftButton:
            if self.desk.range is not None:
                self.choose_range(None)
        else:
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the gesture; else show what a press would do."""
        if self._gesture is not None:
            self._gesture.move(event.position())
        else:
            self._show_hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of a gesture: what was changed is said."""
        if self._gesture is not None and event.button() == Qt.MouseButton.LeftButton:
            gesture, self._gesture, self.hint = self._gesture, None, None
            gesture.release()
            self.desk.entered = bool(self.desk.selection)  # Tab and arrows go on from there
            self.update()
            self._say()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing would be drawn any more."""
        self._set_hover(None)
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Take up what is under the mouse, and ask for a menu."""
        if self.desk.score is None or self._gesture is not None:
            return
        at = QPointF(event.pos())
        found = self.found(at) if event.reason() == QContextMenuEvent.Reason.Mouse else None
        if found is not None:
            self.activate(found[0])
            if found[1] not in self.desk.selection:
                self.desk.select((found[1],))
            self.desk.go(found[1].start, found[1].pitch)
        self.menu_wanted.emit(event.globalPos())

    # What a gesture needs (`roll_gesture.Board`)

    def found(self, at: QPointF) -> tuple[int, Note] | None:
        """The note at a place, and its part; the active part's first."""
        score = self.desk.score
        if score is None or not self.view.field.contains(at.toPoint()):
            return None
        drums = self.view.over_drums(at)
        reach = 6 if drums else 1
        ticks = self.view.tick_at(at.x())
        wide = (self.view.hit_width + reach) / self.view.per_tick if drums else 2.0
        order = sorted(range_of(score), key=lambda part: part != self.desk.active)
        for part in order:
            if (score.parts[part].role == "drums") != drums:
                continue
            first = ticks - wide if drums else ticks - 1
            for number in reversed(self._notes.between(part, first, ticks + wide).tolist()):
                note = score.parts[part].notes[number]
                box = self.view.box(note, drums).adjusted(-reach / 2, -1, reach / 2, 1)
                if box.contains(at):
                    return part, note
        return None

    def seek(self, ticks: float) -> None:
        """Tell that one wants to be there."""
        self.seek_wanted.emit(ticks)

    def choose_range(self, bars: Bars | None) -> None:
        """Choose bars, and tell."""
        self.desk.range = bars
        self.update()
        if bars is None:
            self._announce("No bars are chosen.")
        elif bars.until - bars.since == 1:
            self._announce(f"Bar {bars.since + 1} is chosen.")
        else:
            self._announce(f"Bars {bars.since + 1} to {bars.until} are chosen.")
        self.range_chosen.emit(bars)

    def activate(self, part: int) -> None:
        """Draw in this part, and tell."""
        if self.desk.set_active(part):
            self.active_chosen.emit(part)

    def keep_in_sight(self, at: QPointF) -> None:
        """Scroll where a drag comes to the side."""
        field, step = self.view.field, 0
        if at.x() > field.right() - EDGE:
            step = int(at.x() - field.right() + EDGE)
        elif at.x() < field.left() + EDGE and self.view.scroll_x > 0:
            step = int(at.x() - field.left() - EDGE)
        if step:
            self.view.scroll_x += max(-EDGE, min(EDGE, step)) // 2
            self.view.clamp()
            self._moved_view()

    def redraw(self) -> None:
        """Something is to be seen."""
        self.update()

    # Inside

    def _connect(self) -> None:
        desk = self.desk
        desk.edited.connect(self._edited)
        for mine, its in (
            (self.active_chosen, desk.active_chosen),
            (self.heard, desk.heard),
            (self.refused, desk.refused),
            (self.selected, desk.selected),
        ):
            its.connect(mine)
        desk.moved.connect(self._cursor_moved)

    def _edited(self, score: Score) -> None:
        self._take_notes()
        self.edited.emit(score)

    def _cursor_moved(self) -> None:
        if self.desk.entered:
            self._bring_cursor()
        self._changed()
        self._say()

    def _end_gesture(self) -> None:
        if self._gesture is not None:
            gesture, self._gesture, self.hint = self._gesture, None, None
            gesture.cancel()
            self.update()

    def _show_hover(self, at: QPointF) -> None:
        """Where a press would draw a note, and what the mouse would do."""
        desk, view = self.desk, self.view
        shape, hover = Qt.CursorShape.ArrowCursor, None
        inside = view.field.contains(at.toPoint())
        if desk.score is None:
            pass
        elif at.y() < RULER and at.x() >= GUTTER:
            shape = Qt.CursorShape.PointingHandCursor
        elif inside and not desk.growing and not (view.lane_shown and at.y() >= view.lane.top()):
            found = self.found(at)
            if found is not None:
                if found[0] in desk.locked:
                    shape = Qt.CursorShape.ForbiddenCursor
                elif found[0] == desk.active and at_end(self, at, found[1]):
                    shape = Qt.CursorShape.SizeHorCursor
                else:
                    shape = Qt.CursorShape.OpenHandCursor
            elif self.tool == "draw":
                shape = Qt.CursorShape.CrossCursor
                if desk.active in desk.locked:
                    shape = Qt.CursorShape.ForbiddenCursor
                elif view.over_drums(at) == desk.is_drums and desk.part is not None:
                    start = int(view.tick_at(at.x()) // desk.grid) * desk.grid
                    drums = desk.is_drums
                    pitch = view.drum_at(at.y()) if drums else view.pitch_at(at.y())
                    hover = view.box(desk.new_note(min(start, desk.score.ticks - 1), pitch), drums)
        self.setCursor(shape)
        self._set_hover(hover)

    def _say(self) -> None:
        """Tell those who do not see it what is at the cursor."""
        words = words_for(self.desk)
        if words == self._spoken:
            return
        self._spoken = words
        self.setAccessibleDescription(words)
        self._announce(words)

    def _announce(self, words: str) -> None:
        """Have it said aloud, where there is someone who does so."""
        if self.hasFocus() and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))


def range_of(score: Score) -> list[int]:
    """The numbers of all parts."""
    return list(range(len(score.parts)))
