"""How a path becomes a file: what kind, how long, how large."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path as FilePath

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.recipes import WalkRecipe, control_of
from studio.ui.sliders.journey import Path
from studio.ui.sliders.path_options import PathFields
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, button_row, label, tighten, wrapped
from studio.ui.widgets.combo import Combo
from studio.ui.widgets.segmented import Segmented

SIZES = (256, 512, 1024)
PACES = ((12, "12"), (24, "24"), (30, "30"), (60, "60"))
SAYS = {
    "mp4": "Plays everywhere: on phones, in messengers, in any film program.",
    "webm": "Small, for web pages.",
    "gif": "Plays in old programs too, with few colours.",
    "apng": "Full colours, without loss; large. For web pages.",
    "webp": "Full colours, small. For web pages.",
    "frames": "One picture after the other into a folder of yours, numbered.",
    "sheet": "One picture that shows the whole path at a glance.",
}

Made = Callable[[WalkRecipe, FilePath | None], object]


class ExportDialog(QDialog):
    """Asks, then hands the recipe to `then`, with a folder where single pictures go."""

    def __init__(
        self, look: Look, parent: QWidget, model: str, own_size: int, path: Path, then: Made
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Export")
        self.setFixedWidth(440)
        self._model, self._path, self._then = model, path, then
        formats = control_of(WalkRecipe.model_fields["format"]).choices
        self.format = Combo(look, "What kind of file")
        self.format.set_options(formats)
        self.format.setCurrentIndex(0)
        self.says = wrapped("", "label")
        self.fields = PathFields(look)
        self.fields.show_path(path)
        self.side = Segmented(look, "Size", "Side in pixels.")
        self.side.set_options([(n, str(n)) for n in sorted({own_size, *SIZES})])
        self.side.set_value(512 if own_size <= 512 else own_size)
        self.pace = Segmented(look, "Pictures a second", "More look smoother.")
        self.pace.set_options(PACES)
        self.pace.set_value(30)
        self.hint = wrapped("", "hint")
        self.hint.hide()
        self.go = TextButton(look, "Export", "film", "accent", "on_accent")
        self.go.setDefault(True)
        self.away = TextButton(look, "Cancel")
        self._lay_out()
        self.format.currentIndexChanged.connect(self._show)
        self.go.clicked.connect(self._go)
        self.away.clicked.connect(self.reject)
        self._show()

    def recipe(self) -> WalkRecipe:
        """What is asked for. StudioError where it does not fit."""
        return self._path.recipe(
            self._model,
            fps=self.pace.value(),
            size=self.side.value(),
            format=self.format.value(),
        )

    def _show(self) -> None:
        kind = self.format.value()
        self.says.setText(SAYS.get(kind, ""))
        for part in (self.pace, self._pace_label):
            part.setVisible(kind != "sheet")
        self.go.set_words("Choose a folder…" if kind == "frames" else "Export")
        if kind == "gif":
            self.pace.set_value(24)

    def _go(self) -> None:
        try:
            recipe = self.recipe()
        except StudioError as error:
            self.hint.setText(error.what)
            self.hint.show()
            return
        if recipe.format != "frames":
            self._then(recipe, None)
            self.accept()
            return
        from studio.ui.dialogs import ask_folder

        def chosen(folder: FilePath) -> None:
            self._then(recipe, folder)
            self.accept()

        ask_folder(self, "A folder for the pictures", "", chosen)

    def _lay_out(self) -> None:
        self._pace_label = label("Pictures a second", "label")
        column = QVBoxLayout(self)
        tighten(column, 24, 8)
        column.addWidget(label("Export", "heading"))
        column.addSpacing(4)
        column.addWidget(label("As", "label", self.format))
        column.addWidget(self.format)
        column.addWidget(self.says)
        column.addSpacing(8)
        column.addWidget(self.fields)
        column.addSpacing(8)
        column.addWidget(label("Size", "label"))
        column.addWidget(self.side)
        column.addSpacing(8)
        column.addWidget(self._pace_label)
        column.addWidget(self.pace)
        column.addWidget(self.hint)
        column.addSpacing(12)
        column.addLayout(button_row(self.away, self.go))
