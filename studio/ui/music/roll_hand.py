"""The mouse on the piano roll: one gesture at a time, from press to release."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt

from studio.recipes.score import Note
from studio.recipes.tune import Bars
from studio.ui.music.note_names import drum_name, length_name, loudness_name, pitch_name
from studio.ui.music.roll_edits import (
    LOUDEST,
    SOFTEST,
    floored,
    lengthened,
    moved,
    snapped,
    struck,
)
from studio.ui.music.roll_gesture import FAR, Board, Gesture
from studio.ui.music.roll_view import RULER

END = 7.0  # pixels at a note's end by which it is made longer
NEAR = 6.0  # pixels around a drum's hit, and beside a stem of the loudness
Mods = Qt.KeyboardModifier


class Move(Gesture):
    """Selected notes go elsewhere; the one that was pressed comes to lie on the grid.

    alone: whether a press without a drag selects that one alone.
    """

    def __init__(self, board: Board, at: QPointF, note: Note, alone: bool) -> None:
        super().__init__(board, at)
        self.alone = alone
        self.remember()
        self.note = note
        self.notes = self.desk.chosen()
        self.drums = self.desk.drums if self.desk.is_drums else ()
        self.heard = note.pitch
        self.row_began = self._row(at)

    def drag(self, at: QPointF) -> None:
        score = self.desk.score
        if score is None:
            return
        if not self.take_up(self.notes):
            return
        sideways = abs(at.x() - self.began.x()) >= FAR
        to = snapped(self.note.start + self.ticks_moved(at), self.desk.grid)
        ticks = to - self.note.start if sideways else 0
        new = moved(self.notes, ticks, self._row(at) - self.row_began, score, self.drums)
        self.desk.shown = new
        lead = new[self.notes.index(self.note)]
        if lead.pitch != self.heard:
            self.heard = lead.pitch
            self.desk.hear(lead)
        name = drum_name(lead.pitch) if self.drums else pitch_name(lead.pitch)
        self.board.hint = (at, name)

    def release(self) -> None:
        if self.desk.held:
            self.desk.put()
            for note in self.desk.chosen()[:1]:
                self.desk.go(note.start, note.pitch)
        elif not self.far and self.alone:
            self.desk.select((self.note,))

    def _row(self, at: QPointF) -> int:
        if self.drums:
            return self.drums.index(self.view.drum_at(at.y()))
        return self.view.pitch_at(at.y())


class Lengthen(Gesture):
    """Selected notes end elsewhere; the end that was pressed comes to lie on the grid."""

    def __init__(self, board: Board, at: QPointF, note: Note) -> None:
        super().__init__(board, at)
        self.remember()
        self.note, self.notes = note, self.desk.chosen()

    def drag(self, at: QPointF) -> None:
        score = self.desk.score
        if score is None:
            return
        if not self.take_up(self.notes):
            return
        end = snapped(self.note.end + self.ticks_moved(at), self.desk.grid)
        self.desk.shown = lengthened(self.notes, end - self.note.end, score, self.desk.step)
        lead = self.desk.shown[self.notes.index(self.note)]
        self.board.hint = (at, length_name(score, lead.length))

    def release(self) -> None:
        if self.desk.held:
            lead = self.desk.shown[self.notes.index(self.note)]
            self.desk.length = lead.length
            self.desk.put()


class Strike(Gesture):
    """Selected notes become louder upwards and softer downwards."""

    def __init__(self, board: Board, at: QPointF) -> None:
        super().__init__(board, at)
        self.notes = self.desk.chosen()

    def drag(self, at: QPointF) -> None:
        if not self.take_up(self.notes):
            return
        self.desk.shown = struck(self.notes, round(self.began.y() - at.y()))
        self.board.hint = (at, loudness_name(self.desk.shown[0].velocity))

    def release(self) -> None:
        if self.desk.held:
            self.desk.velocity = self.desk.shown[0].velocity
            self.desk.put()


class Draw(Gesture):
    """A new note, as long as the drag; of drums one hit for each step that is passed.

    now: whether a press alone makes one. Where notes were selected it only lets go of them.
    """

    def __init__(self, board: Board, at: QPointF, now: bool) -> None:
        super().__init__(board, at)
        self.drums = self.desk.is_drums
        pitch = self.view.drum_at(at.y()) if self.drums else self.view.pitch_at(at.y())
        start = floored(self.view.tick_at(at.x()), self.desk.grid)
        last = self.desk.score.ticks - 1 if self.desk.score else 0
        self.first = self.desk.new_note(min(start, last), pitch)
        self.heard = False
        self.desk.go(self.first.start, pitch)
        if now:
            self.dead = not self.desk.may_change()
            if not self.dead:
                self._begin()

    def _begin(self) -> None:
        self.desk.lift((), (self.first,))
        self.desk.hear(self.first)
        self.heard = True
        self.board.redraw()

    def drag(self, at: QPointF) -> None:
        score = self.desk.score
        if score is None:
            return
        if not self.heard:
            self.dead = not self.desk.may_change()
            if self.dead:
                return
            self._begin()
        step = self.desk.step
        to = floored(self.view.tick_at(at.x()), step)
        if self.drums:
            low, high = sorted((self.first.start, to))
            count = range(low, min(high, score.ticks - 1) + 1, step)
            there = {(note.start, note.pitch) for note in self._there()}
            self.desk.shown = tuple(
                self.first._replace(start=start, length=min(step, score.ticks - start))
                for start in count
                if (start, self.first.pitch) not in there
            )
            return
        end = min(score.ticks, max(self.first.start + step, to + step))
        note = self.first._replace(length=end - self.first.start)
        self.desk.shown = (note,)
        self.board.hint = (at, f"{pitch_name(note.pitch)}, {length_name(score, note.length)}")

    def release(self) -> None:
        if not self.heard:
            return
        if self.far and self.desk.shown and not self.drums:
            self.desk.length = self.desk.shown[0].length
        self.desk.put()

    def _there(self) -> tuple[Note, ...]:
        return self.desk.part.notes if self.desk.part else ()


class Band(Gesture):
    """Selects what it goes over. With `more`, what was selected stays so."""

    def __init__(self, board: Board, at: QPointF, more: bool) -> None:
        super().__init__(board, at)
        self.before = self.desk.selection if more else frozenset()
        if not more:
            self.desk.select(())

    def drag(self, at: QPointF) -> None:
        self.board.band = QRectF(self.began, at).normalized()
        first = self.view.tick_at(self.board.band.left())
        last = self.view.tick_at(self.board.band.right())
        drum = self.desk.is_drums
        over = {
            note
            for note in (self.desk.part.notes if self.desk.part else ())
            if note.start < last
            and (note.end > first or drum)
            and self.view.box(note, drum).intersects(self.board.band)
        }
        self.desk.select(self.before | over)

    def release(self) -> None:
        self.board.band = None
        self.board.redraw()

    def cancel(self) -> None:
        self.board.band = None
        self.desk.select(self.before)


class Loudness(Gesture):
    """Draws in the lane below: the stems that are passed get the height of the mouse."""

    def __init__(self, board: Board, at: QPointF) -> None:
        super().__init__(board, at)
        self.last = at
        chosen = self.desk.chosen()
        self.notes = chosen or (self.desk.part.notes if self.desk.part else ())
        self.gone: dict[int, Note] = {}
        self.far = True
        self.dead = not self.notes or not self.desk.may_change()
        if not self.dead:
            self.drag(at)

    def drag(self, at: QPointF) -> None:
        left, right = sorted((self.last.x(), at.x()))
        loud = min(LOUDEST, max(SOFTEST, self.view.loudness_at(at.y())))
        self.last = at
        for number, note in enumerate(self.notes):
            if left - NEAR <= self.view.x_of(note.start) <= right + NEAR:
                self.gone[number] = note._replace(velocity=loud)
        if self.gone:
            held = tuple(self.notes[number] for number in self.gone)
            self.desk.lift(held, tuple(self.gone.values()))
            self.board.hint = (at, loudness_name(loud))

    def release(self) -> None:
        if self.gone:
            selection = self.desk.selection
            new = dict(zip(self.desk.held, self.desk.shown, strict=True))
            self.desk.put()
            self.desk.select(new.get(note, note) for note in selection)


class Ruler(Gesture):
    """A press goes there; a drag chooses bars."""

    def __init__(self, board: Board, at: QPointF) -> None:
        super().__init__(board, at)
        self.remember()
        self.before = self.desk.range
        bars = self.desk.range
        score = self.desk.score
        self.anchor = self._bar(self.ticks_began)
        if bars is not None and score is not None:  # the ends of what is chosen can be moved
            for end, other in ((bars.since, bars.until - 1), (bars.until, bars.since)):
                if abs(self.view.x_of(end * score.bar) - at.x()) < END:
                    self.anchor = other

    def drag(self, at: QPointF) -> None:
        low, high = sorted((self.anchor, self._bar(self.view.tick_at(at.x()))))
        self.desk.range = Bars(since=low, until=high + 1)

    def release(self) -> None:
        if self.far:
            self.board.choose_range(self.desk.range)
        else:
            self.board.seek(self.view.tick_at(self.at.x()))

    def cancel(self) -> None:
        self.desk.range = self.before
        self.board.redraw()

    def _bar(self, ticks: float) -> int:
        score = self.desk.score
        return min(score.bars - 1, int(ticks // score.bar)) if score else 0


def begin(board: Board, at: QPointF, modifiers: Qt.KeyboardModifier) -> Gesture | None:
    """The gesture that a press of the left button begins."""
    desk, view = board.desk, board.view
    if desk.score is None:
        return None
    if at.y() < RULER:
        return Ruler(board, at)
    if desk.growing or not view.field.contains(at.toPoint()):
        return None
    if view.lane_shown and at.y() >= view.lane.top() - 4:
        return Loudness(board, at)
    more = bool(modifiers & (Mods.ShiftModifier | Mods.ControlModifier))
    found = board.found(at)
    if found is None:
        return _on_ground(board, at, more)
    part, note = found
    if part != desk.active:
        board.activate(part)
    if more:
        desk.select(desk.selection ^ {note})
    elif note not in desk.selection:
        desk.select((note,))
    desk.go(note.start, note.pitch)
    if note not in desk.selection:
        return None
    desk.hear(note)
    if modifiers & Mods.AltModifier:
        return Strike(board, at)
    if at_end(board, at, note):
        return Lengthen(board, at, note)
    return Move(board, at, note, alone=not more)


def _on_ground(board: Board, at: QPointF, more: bool) -> Gesture | None:
    desk, view = board.desk, board.view
    drums = view.over_drums(at)
    if more or board.tool == "select" or desk.part is None:
        return Band(board, at, more)
    if drums != desk.is_drums:  # the other half of the roll: draw in a part that is there
        roles = [part.role for part in desk.score.parts] if desk.score else []
        fits = [n for n, role in enumerate(roles) if (role == "drums") == drums]
        if not fits:
            return Band(board, at, more)
        board.activate(fits[0])
    now = not desk.selection
    desk.select(())
    return Draw(board, at, now)


def at_end(board: Board, at: QPointF, note: Note) -> bool:
    """Whether a place is at the end of a note, where it is made longer."""
    if board.desk.is_drums:
        return False
    box = board.view.box(note, drum=False)
    return at.x() >= box.right() - min(END, box.width() / 3)
