"""What the hand does on the piano roll: draw or select, on which grid, how hard."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from studio.recipes.score import Score
from studio.ui.music.note_names import grids, usual_grid
from studio.ui.music.roll import PianoRoll
from studio.ui.theme import Look
from studio.ui.widgets.basics import IconButton, tighten


class RollTools(QWidget):
    """Three small buttons."""

    def __init__(self, look: Look, roll: PianoRoll) -> None:
        super().__init__()
        self._roll = roll
        self._grid = 0  # that the artist has chosen, 0 for the usual one
        self._score: Score | None = None
        self.draw = IconButton(look, "pencil", "Draw notes by dragging; else dragging selects")
        self.draw.setCheckable(True)
        self.draw.setChecked(True)
        self.loudness = IconButton(look, "audio-lines", "Show how hard each note is struck")
        self.loudness.setCheckable(True)
        self.grid = IconButton(look, "layout-grid", "What notes snap to")
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._fill)
        self.grid.setMenu(self.menu)
        self.grid.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        row = QHBoxLayout(self)
        tighten(row, 0, 2)
        for button in (self.draw, self.grid, self.loudness):
            row.addWidget(button)
        self.draw.toggled.connect(self._tool)
        self.loudness.toggled.connect(self._show_loudness)

    def show_score(self, score: Score | None) -> None:
        """Offer the grids of this tune."""
        before, self._score = self._score, score
        for button in (self.draw, self.grid, self.loudness):
            button.setEnabled(score is not None)
        if score is None:
            return
        offered = [ticks for ticks, _ in grids(score)]
        if before is None or [ticks for ticks, _ in grids(before)] != offered:
            self._roll.set_grid(self._grid if self._grid in offered else usual_grid(score))

    def _fill(self) -> None:
        self.menu.clear()
        if self._score is None:
            return
        offered = grids(self._score)
        now = self._grid if self._grid in dict(offered) else usual_grid(self._score)
        for ticks, words in offered:
            action = self.menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(ticks == now)
            action.triggered.connect(partial(self._choose, ticks))

    def _choose(self, ticks: int) -> None:
        self._grid = ticks
        self._roll.set_grid(ticks)

    def _tool(self, draws: bool) -> None:
        self._roll.set_tool("draw" if draws else "select")

    def _show_loudness(self, on: bool) -> None:
        self._roll.set_loudness_shown(on)
