"""The piano roll: a tune as notes in colour, to be heard along, drawn and changed."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QWidget

from studio.recipes.score import Note, Score
from studio.recipes.tune import Bars
from studio.ui.theme import Look


class PianoRoll(QWidget):
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
        super().__init__()
        self._look = look
        self._score: Score | None = None
        self._range: Bars | None = None
        self._active = 0
        self._locked: frozenset[int] = frozenset()
        self._position = 0.0
        self._quiet: frozenset[int] = frozenset()
        self._growing = False
        self._empty = ""
        self._grid = 120
        self._tool = "draw"
        self._loudness = False
        self.setAccessibleName("Notes")

    # What is shown

    def score(self) -> Score | None:
        """What is shown."""
        return self._score

    def set_score(self, score: Score | None) -> None:
        """Show a tune, or the words of `set_empty`. Never emits `edited`."""
        self._score = score
        self.update()

    def set_position(self, ticks: float) -> None:
        """Move the playhead; to be called at 60 Hz while it plays. It is kept in view."""
        self._position = ticks

    def position(self) -> float:
        """Where the playhead is, in ticks."""
        return self._position

    def set_playing(self, on: bool) -> None:
        """Whether it plays: then the view follows the playhead."""

    def range(self) -> Bars | None:
        """The bars that are chosen."""
        return self._range

    def set_range(self, bars: Bars | None) -> None:
        """Mark bars as chosen. Never emits."""
        self._range = bars
        self.update()

    def active(self) -> int:
        """The part that is drawn in."""
        return self._active

    def set_active(self, part: int) -> None:
        """Draw in this part. Never emits."""
        self._active = part
        self.update()

    def set_locked(self, parts: frozenset[int]) -> None:
        """These parts cannot be changed."""
        self._locked = parts
        self.update()

    def set_quiet(self, parts: frozenset[int]) -> None:
        """These parts are not heard now (another is solo) and stand back; muted ones do anyway."""
        self._quiet = parts
        self.update()

    def set_growing(self, on: bool) -> None:
        """Whether it is being composed: it then grows by `set_score` and cannot be changed."""
        self._growing = on
        self.update()

    def set_empty(self, words: str) -> None:
        """What stands there while there is no tune."""
        self._empty = words
        self.update()

    def set_grid(self, ticks: int) -> None:
        """What notes snap to (`note_names.grids`), in ticks; 1 is no grid."""
        self._grid = ticks
        self.update()

    def set_tool(self, tool: str) -> None:
        """What a drag on empty ground does: "draw" a note, or "select" notes."""
        self._tool = tool

    def set_loudness_shown(self, on: bool) -> None:
        """Show a lane below with how hard the active part's notes are struck, to be drawn in."""
        self._loudness = on
        self.update()

    # What the room's menus and buttons do. Each is also a key: Ctrl+X, C, V, A, Delete,
    # Ctrl+plus, minus, 0

    def selection(self) -> tuple[Note, ...]:
        """The selected notes of the active part, in order."""
        return ()
