"""What lies on the piano roll: the tune, what is selected in it, and the cursor.

Hand and keys work on it; nothing here knows of pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QByteArray, QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication

from studio.recipes.score import Note, Part, Score
from studio.recipes.tune import Bars
from studio.ui.music.note_names import part_name, pulse, usual_grid
from studio.ui.music.roll_edits import (
    drum_rows,
    floored,
    from_text,
    lengthened,
    moved,
    replace,
    room_for,
    struck,
    to_text,
)

NOTES_MIME = "application/x-easel-notes"
FULL = "This tune holds no more notes."


class Desk(QObject):
    """The state of a piano roll. A change of notes is said by `edited`, once for each gesture."""

    edited = Signal(object)
    active_chosen = Signal(int)
    heard = Signal(object, int)
    refused = Signal(str)
    selected = Signal(int)
    changed = Signal()  # something else is to be drawn
    moved = Signal()  # the cursor is elsewhere

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.score: Score | None = None
        self.range: Bars | None = None
        self.active = 0
        self.locked: frozenset[int] = frozenset()
        self.growing = False
        self.grid = 120
        self.length = 0  # of the next note; 0 is as long as the grid
        self.velocity = 84  # of the next note
        self.selection: frozenset[Note] = frozenset()
        self.cursor = (0, 60)
        self.entered = False  # whether the arrow keys and Tab go among the notes
        self.held: tuple[Note, ...] = ()  # taken up by the hand: they lie no longer where they were
        self.shown: tuple[Note, ...] = ()  # what they would become
        self.drums: tuple[int, ...] = ()

    # What there is

    @property
    def part(self) -> Part | None:
        """The part that is drawn in."""
        if self.score is None or not 0 <= self.active < len(self.score.parts):
            return None
        return self.score.parts[self.active]

    @property
    def is_drums(self) -> bool:
        """Whether drums are drawn."""
        return self.part is not None and self.part.role == "drums"

    @property
    def step(self) -> int:
        """How far an arrow key goes: the grid; a small step where there is none."""
        return self.grid if self.grid > 1 or self.score is None else pulse(self.score) // 8

    def chosen(self) -> tuple[Note, ...]:
        """The selected notes, in order."""
        notes = self.part.notes if self.part else ()
        return tuple(note for note in notes if note in self.selection)

    def under_cursor(self) -> Note | None:
        """The note of the active part at the cursor, the latest to begin."""
        ticks, pitch = self.cursor
        there = [
            note
            for note in (self.part.notes if self.part else ())
            if note.pitch == pitch and note.start < ticks + self.step and note.end > ticks
        ]
        sounding = [note for note in there if note.start <= ticks]
        if sounding or there:
            return (sounding or there)[-1]
        return None

    def take(self, score: Score | None) -> None:
        """Show another score; what is selected stays so where it is still there."""
        before, self.score = self.score, score
        self.held = self.shown = ()
        self.drums = drum_rows(score) if score else ()
        if score is None:
            self.active, self.range, self.cursor, self.entered = 0, None, (0, 60), False
        else:
            self.active = min(self.active, max(0, len(score.parts) - 1))
            if before is None or (before.beats, before.unit) != (score.beats, score.unit):
                self.grid = usual_grid(score)
            if before is None:
                self._to_first()
            if self.range and self.range.until > score.bars:
                self.range = None
            self.cursor = (min(self.cursor[0], score.ticks - 1), self.cursor[1])
        self._select(note for note in self.selection if self.part and note in self.part.notes)

    def set_active(self, part: int) -> bool:
        """Draw in this part; False where it was so already, or there is none."""
        if self.score is None or part == self.active or not 0 <= part < len(self.score.parts):
            return False
        self.active = part
        self._select(())
        self._to_nearest()
        self.changed.emit()
        return True

    def may_change(self, part: int | None = None) -> bool:
        """Whether a part can be changed now; says why not."""
        part = self.active if part is None else part
        if self.score is None or self.part is None or self.growing:
            return False
        if part in self.locked:
            self.refused.emit(f"{part_name(self.score, part)}: locked. Unlock it to change it.")
            return False
        return True

    # Selection and cursor

    def select(self, notes: Iterable[Note]) -> None:
        """Select these notes of the active part, and no others."""
        if self._select(notes):
            self.changed.emit()

    def select_all(self) -> None:
        """Select the whole part, or what begins in the chosen bars."""
        first, last = 0, self.score.ticks if self.score else 0
        if self.score is not None and self.range is not None:
            first, last = self.range.since * self.score.bar, self.range.until * self.score.bar
        notes = self.part.notes if self.part else ()
        self.select(note for note in notes if first <= note.start < last)

    def go(self, ticks: int, pitch: int) -> None:
        """Put the cursor there."""
        last = self.score.ticks - 1 if self.score else 0
        if self.is_drums and pitch not in self.drums:
            pitch = min(self.drums, key=lambda drum: abs(drum - pitch))
        self.cursor = (min(last, max(0, ticks)), min(127, max(0, pitch)))
        self.moved.emit()

    def go_to(self, note: Note) -> None:
        """Put the cursor on a note, select it alone, and let it be heard."""
        self.select((note,))
        self.go(note.start, note.pitch)
        self.hear(note)

    def next_note(self, back: bool = False) -> bool:
        """Go to the next note of the part, or the one before; False where there is none."""
        notes = self.part.notes if self.part else ()
        chosen = self.chosen()
        if chosen:
            place = notes.index(chosen[0] if back else chosen[-1]) + (-1 if back else 1)
        else:
            later = [i for i, note in enumerate(notes) if note.start >= self.cursor[0]]
            place = (later[0] if later else len(notes)) - (1 if back else 0)
        if not 0 <= place < len(notes):
            return False
        self.go_to(notes[place])
        return True

    def hear(self, note: Note) -> None:
        """Let a note be heard."""
        self.heard.emit(note, self.active)

    # Changing notes

    def change(self, gone: Sequence[Note], new: Sequence[Note]) -> bool:
        """Put notes in the stead of others; the new ones are selected. Says so once."""
        self.held = self.shown = ()
        if self.score is None or tuple(gone) == tuple(new):
            self.changed.emit()
            return False
        if len(new) - len(gone) > room_for(self.score):
            self.refused.emit(FULL)
            self.changed.emit()
            return False
        self.score = replace(self.score, self.active, gone, new)
        self._select(new)
        self.changed.emit()
        self.edited.emit(self.score)
        return True

    def lift(self, notes: Sequence[Note], shown: Sequence[Note] | None = None) -> None:
        """Take notes up; `show` says where they would lie, `put` lays them there."""
        self.held = tuple(notes)
        self.shown = tuple(notes if shown is None else shown)
        self.changed.emit()

    def put(self) -> bool:
        """Lay what is held where it is shown."""
        return self.change(self.held, self.shown)

    def drop(self) -> None:
        """Lay what is held back where it was."""
        self.held = self.shown = ()
        self.changed.emit()

    def add_at_cursor(self) -> None:
        """A note at the cursor; or take up the one that is there already."""
        there = self.under_cursor()
        if there is not None:
            self.go_to(there)
        elif self.may_change():
            note = self.new_note(*self.cursor)
            if self.change((), (note,)):
                self.hear(note)

    def new_note(self, ticks: int, pitch: int) -> Note:
        """A note as long and as loud as the last one that was made."""
        last = self.score.ticks if self.score else ticks + 1
        length = self.step if self.is_drums else self.length or self.step
        return Note(ticks, max(1, min(length, last - ticks)), pitch, self.velocity)

    def shift(self, ticks: int, rows: int) -> None:
        """Move what is selected."""
        chosen = self.chosen()
        if self.score is None or not chosen or not self.may_change():
            return
        drums = self.drums if self.is_drums else ()
        new = moved(chosen, ticks, rows, self.score, drums)
        if self.change(chosen, new):
            self.go(new[0].start, new[0].pitch)
            if rows:
                self.hear(new[0])

    def lengthen(self, ticks: int) -> None:
        """Make longer what is selected, or what is under the cursor."""
        chosen = self._meant()
        if self.score is not None and chosen and not self.is_drums and self.may_change():
            new = lengthened(chosen, ticks, self.score, self.step)
            if self.change(chosen, new):
                self.length = new[-1].length
                self.moved.emit()

    def strike(self, by: int) -> None:
        """Make louder or softer what is selected, or what is under the cursor."""
        chosen = self._meant()
        if chosen and self.may_change():
            new = struck(chosen, by)
            if self.change(chosen, new):
                self.velocity = new[-1].velocity
                self.hear(new[-1])
                self.moved.emit()

    def remove(self) -> None:
        """Take away what is selected, or what is under the cursor."""
        chosen = self._meant()
        if chosen and self.may_change():
            self.change(chosen, ())
            self.moved.emit()

    # The clipboard

    def copy(self) -> bool:
        """Put what is selected on the clipboard."""
        chosen = self.chosen()
        if chosen:
            data = QMimeData()
            text = to_text(chosen, self.is_drums).encode()
            data.setData(NOTES_MIME, QByteArray(text))
            QGuiApplication.clipboard().setMimeData(data)
        return bool(chosen)

    def can_paste(self) -> bool:
        """Whether there are notes on the clipboard."""
        data: QMimeData | None = QGuiApplication.clipboard().mimeData()  # None where it is empty
        return data is not None and data.hasFormat(NOTES_MIME)

    def paste(self) -> None:
        """Put the clipboard's notes at the cursor, which then stands behind them."""
        if not self.can_paste() or self.score is None or not self.may_change():
            return
        data = QGuiApplication.clipboard().mimeData().data(NOTES_MIME)
        try:
            notes, drums = from_text(bytes(data.data()).decode())
        except ValueError:
            self.refused.emit("What was copied are no notes.")
            return
        if drums != self.is_drums:
            self.refused.emit("Drums and notes cannot be put in each other's place.")
            return
        first = min((note.start for note in notes), default=0)
        by = self.cursor[0] - floored(first, self.step)
        there = [note._replace(start=note.start + by) for note in notes]
        fits = [note for note in there if note.start >= 0 and note.end <= self.score.ticks]
        if len(fits) < len(there):
            self.refused.emit("The tune is too short for all of these notes.")
        if fits and self.change((), fits):
            end = max(note.end for note in fits)
            self.go(-(-end // self.step) * self.step, fits[0].pitch)

    def _meant(self) -> tuple[Note, ...]:
        there = self.under_cursor()
        return self.chosen() or ((there,) if there is not None else ())

    def _select(self, notes: Iterable[Note]) -> bool:
        before, self.selection = self.selection, frozenset(notes)
        if before == self.selection:
            return False
        self.selected.emit(len(self.selection))
        return True

    def _to_first(self) -> None:
        """Put the cursor at the first note, without telling."""
        notes = self.part.notes if self.part else ()
        self.cursor = (0, notes[0].pitch if notes else (self.drums[0] if self.is_drums else 60))

    def _to_nearest(self) -> None:
        """Put the cursor among the part's notes, at the same moment, without telling."""
        notes = self.part.notes if self.part else ()
        if notes:
            ticks = self.cursor[0]
            near = min(notes, key=lambda note: abs(note.start - ticks))
            self.cursor = (ticks, near.pitch)
        elif self.is_drums:
            self.cursor = (self.cursor[0], self.drums[0])
