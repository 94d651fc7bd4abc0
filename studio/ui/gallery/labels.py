"""Tags and albums of artworks as small chips: seen, taken away, and added with completion."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from studio.library.marks import LONGEST_NAME
from studio.ui.gallery.flow import FlowLayout
from studio.ui.theme import Look
from studio.ui.widgets.basics import IconButton, TextButton, chain, tighten

_WIDEST = 200  # pixels of a chip


class LabelChip(QWidget):
    """One tag or album: a click goes there, the cross takes it away."""

    wanted = Signal()
    gone = Signal()

    def __init__(self, look: Look, name: str, what: str) -> None:
        super().__init__()
        self.name = name
        self.button = TextButton(look, "", role="pick")
        words = self.button.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, _WIDEST)
        self.button.setText(words.replace("&", "&&"))
        self.button.setAccessibleName(f"{what} {name}")
        self.button.setToolTip(f"Show all with “{name}”")
        self.cross = IconButton(look, "x", f"Take away {what.lower()} {name}", size=14)
        row = QHBoxLayout(self)
        tighten(row)
        row.addWidget(self.button)
        row.addWidget(self.cross)
        self.button.clicked.connect(self.wanted)
        self.cross.clicked.connect(self.gone)


class Labels(QWidget):
    """The chips of one sort, and for tags a line to add one.

    wanted: a name that was clicked. gone: one to take away. added: one to give.
    """

    wanted = Signal(str)
    gone = Signal(str)
    added = Signal(str)

    def __init__(self, look: Look, what: str, add: str = "") -> None:
        """what: "Tag" or "Album". add: what the line for a new one says; "" for no line."""
        super().__init__()
        self._look, self._what = look, what
        self.names: tuple[str, ...] = ()
        self.chips: list[LabelChip] = []
        self._box = QWidget()
        self._flow = FlowLayout(self._box)
        self.line = QLineEdit()
        self.line.setPlaceholderText(add)
        self.line.setAccessibleName(add)
        self.line.setMaxLength(LONGEST_NAME)
        self.line.setVisible(bool(add))
        self._completer = QCompleter([], self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.line.setCompleter(self._completer)
        column = QVBoxLayout(self)
        tighten(column, 0, 6)
        column.addWidget(self._box)
        column.addWidget(self.line)
        self._box.hide()
        self.line.returnPressed.connect(self._add)
        # What was picked stands in the line a moment after it was picked.
        self._completer.activated.connect(lambda _name: QTimer.singleShot(0, self, self._add))

    def show_names(self, names: Sequence[str], known: Sequence[str] = ()) -> None:
        """Show these. known: names there are anywhere, to complete from."""
        model = self._completer.model()
        model.setStringList([name for name in known if name not in names])  # type: ignore[attr-defined]
        if tuple(names) == self.names:
            return
        self.names = tuple(names)
        self._flow.clear()
        self.chips = []
        for name in names:
            chip = LabelChip(self._look, name, self._what)
            chip.wanted.connect(partial(self.wanted.emit, name))
            chip.gone.connect(partial(self.gone.emit, name))
            self._flow.addWidget(chip)
            self.chips.append(chip)
        chain(self._box, [each for chip in self.chips for each in (chip.button, chip.cross)])
        self._box.setVisible(bool(names))
        self._flow.invalidate()
        self.updateGeometry()

    def _add(self) -> None:
        name = self.line.text().strip()
        self.line.clear()
        if name:
            self.added.emit(name)
