"""Remembered ways to export: chosen, kept under a name, renamed, forgotten."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.export import BUILT_IN, ExportPlan, Presets
from studio.ui.gallery.name_dialog import NameDialog
from studio.ui.theme import Look
from studio.ui.widgets.basics import IconButton, label, tighten
from studio.ui.widgets.combo import Combo

FREE = ""  # the place in the list of what is no preset
LAST = "\0last"  # and of what was done the last time; no name is like that


class PresetRow(QWidget):
    """A list of presets with three buttons.

    chosen: an `ExportPlan`. keep_wanted: asks for the plan as it stands, which `keep` then takes.
    problem: a StudioError.
    """

    chosen = Signal(object)
    keep_wanted = Signal()
    problem = Signal(object)

    def __init__(self, look: Look, presets: Presets) -> None:
        super().__init__()
        self._look, self._presets = look, presets
        self.list = Combo(look, "Ways to save copies")
        self.keep_button = IconButton(look, "plus", "Remember these settings…")
        self.rename_button = IconButton(look, "pencil", "Call it something else…")
        self.forget_button = IconButton(look, "trash-2", "Forget it")
        column = QVBoxLayout(self)
        tighten(column, 0, 6)
        column.addWidget(label("Start from", "label", self.list))
        row = QHBoxLayout()
        tighten(row, 0, 4)
        column.addLayout(row)
        row.addWidget(self.list, 1)
        for button in (self.keep_button, self.rename_button, self.forget_button):
            row.addWidget(button)
        self._last = presets.last()
        self._fill(self._first())
        self.list.currentIndexChanged.connect(self._take)
        self.keep_button.clicked.connect(self.keep_wanted)
        self.rename_button.clicked.connect(self.rename)
        self.forget_button.clicked.connect(self._forget)

    def plan(self) -> ExportPlan:
        """What to begin with: what was done the last time."""
        return self._last or ExportPlan()

    def no_longer(self) -> None:
        """The settings are not those of a preset any more."""
        self._show(FREE)

    def keep(self, plan: ExportPlan) -> NameDialog:
        """Ask for a name, and remember the plan under it."""

        def kept(name: str) -> None:
            self._fill(self._presets.keep(name, plan))

        words = "What shall these settings be called?"
        dialog = NameDialog(self._look, self, "Remember these settings", words, kept)
        dialog.open()
        return dialog

    def rename(self) -> NameDialog:
        """Ask for another name of the one that is chosen."""
        name = self.list.value()

        def renamed(new: str) -> None:
            self._fill(self._presets.rename(name, new))

        words = "What shall it be called?"
        dialog = NameDialog(self._look, self, "Another name", words, renamed, name)
        dialog.go.set_words("Rename it")
        dialog.open()
        return dialog

    def _first(self) -> str:
        """The preset that the last time was by, where it was by one."""
        if self._last is None:
            return FREE
        named = self._presets.all().items()
        return next((name for name, plan in named if plan == self._last), LAST)

    def _fill(self, name: str) -> None:
        self.list.blockSignals(True)
        named = [(each, each) for each in self._presets.all()]
        last = [] if self._last is None else [(LAST, "As the last time")]
        self.list.set_options([(FREE, "As set below"), *last, *named])
        self.list.blockSignals(False)
        self._show(name)

    def _show(self, name: str) -> None:
        self.list.blockSignals(True)
        self.list.set_value(name)
        self.list.blockSignals(False)
        self._fit()

    def _take(self) -> None:
        self._fit()
        name = self.list.value()
        plan = self._last if name == LAST else self._presets.all().get(name)
        if plan is not None:
            self.chosen.emit(plan)

    def _forget(self) -> None:
        name = self.list.value()
        try:
            self._presets.remove(name)
        except StudioError as error:
            self.problem.emit(error)
            return
        self._fill(name if name in BUILT_IN else FREE)

    def _fit(self) -> None:
        own = self.list.value() in self._presets.own()
        for button in (self.rename_button, self.forget_button):
            button.setEnabled(own)
