"""Remembered ways to export: chosen, kept under a name, forgotten."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.errors import StudioError
from studio.export import BUILT_IN, ExportPlan, Presets
from studio.ui.gallery.name_dialog import NameDialog
from studio.ui.theme import Look
from studio.ui.widgets.basics import IconButton, label, tighten
from studio.ui.widgets.combo import Combo

LAST = ""  # the place in the list of what is no preset


class PresetRow(QWidget):
    """A list of presets with two buttons.

    chosen: an `ExportPlan`. keep_wanted: asks for the plan as it stands, which `keep` then takes.
    problem: a StudioError.
    """

    chosen = Signal(object)
    keep_wanted = Signal()
    problem = Signal(object)

    def __init__(self, look: Look, presets: Presets) -> None:
        super().__init__()
        self._look, self._presets = look, presets
        self.list = Combo(look, "Ways to export")
        self.keep_button = IconButton(look, "plus", "Remember these settings…")
        self.forget_button = IconButton(look, "trash-2", "Forget this way to export")
        row = QHBoxLayout(self)
        tighten(row, 0, 4)
        row.addWidget(label("Start from", "label", self.list))
        row.addSpacing(6)
        row.addWidget(self.list, 1)
        row.addWidget(self.keep_button)
        row.addWidget(self.forget_button)
        self._fill(LAST)
        self.list.currentIndexChanged.connect(self._take)
        self.keep_button.clicked.connect(self.keep_wanted)
        self.forget_button.clicked.connect(self._forget)

    def no_longer(self) -> None:
        """The settings are not those of a preset any more."""
        if self.list.value() != LAST:
            self.list.blockSignals(True)
            self.list.set_value(LAST)
            self.list.blockSignals(False)
            self._fit()

    def keep(self, plan: ExportPlan) -> NameDialog:
        """Ask for a name, and remember the plan under it."""

        def kept(name: str) -> None:
            self._fill(self._presets.keep(name, plan))

        words = "What shall these settings be called?"
        dialog = NameDialog(self._look, self, "Remember these settings", words, kept)
        dialog.open()
        return dialog

    def _fill(self, name: str) -> None:
        self.list.blockSignals(True)
        named = [(each, each) for each in self._presets.all()]
        self.list.set_options([(LAST, "As set below"), *named])
        self.list.set_value(name)
        self.list.blockSignals(False)
        self._fit()

    def _take(self) -> None:
        self._fit()
        plan = self._presets.all().get(self.list.value())
        if plan is not None:
            self.chosen.emit(plan)

    def _forget(self) -> None:
        name = self.list.value()
        try:
            self._presets.remove(name)
        except StudioError as error:
            self.problem.emit(error)
            return
        self._fill(name if name in BUILT_IN else LAST)

    def _fit(self) -> None:
        self.forget_button.setEnabled(self.list.value() in self._presets.own())
