"""Which film a tune goes under."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from studio.ui.pictures import Pictures
from studio.ui.strip import THUMBNAIL
from studio.ui.style.welcome import WorkButton
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, button_row, label, set_role, tighten, wrapped

if TYPE_CHECKING:
    from studio.library import Artwork

COLUMNS, MOST = 5, 60
NONE = (
    "There is no film yet. The sliders’ room makes loops, and the style room paints them; "
    "then come back with your tune."
)


class FilmDialog(QDialog):
    """The films of the gallery, newest first. asked: the Artwork that was pressed."""

    asked = Signal(object)

    def __init__(
        self,
        look: Look,
        parent: QWidget,
        pictures: Pictures,
        tune: str,
        films: Sequence[Artwork],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Put it under a film")
        self.setFixedWidth(580)
        self._pictures = pictures
        self.films: list[WorkButton] = []
        inside = QWidget()
        set_role(inside, "scrolled")
        grid = QGridLayout(inside)
        tighten(grid, 4, 10)
        grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        for place, film in enumerate(films[:MOST]):
            button = WorkButton(look, film)
            button.setAccessibleName(f"Under {film.title}")
            button.set_image(pictures.thumbnail(film.path, THUMBNAIL))
            button.clicked.connect(partial(self._chosen, film))
            grid.addWidget(button, place // COLUMNS, place % COLUMNS)
            self.films.append(button)
        scroller = QScrollArea()
        scroller.setWidgetResizable(True)
        scroller.setWidget(inside)
        scroller.setFixedHeight(210)
        scroller.setVisible(bool(films))
        self.away = TextButton(look, "Cancel")
        column = QVBoxLayout(self)
        tighten(column, 24, 8)
        column.addWidget(label("Put it under a film", "heading"))
        words = (
            f"“{tune}” goes under the film you press. The film goes round as often as the tune "
            "is long, and is cut to its beat."
        )
        column.addWidget(wrapped(words if films else NONE, "muted"))
        column.addSpacing(8)
        column.addWidget(scroller)
        column.addLayout(button_row(self.away))
        self.away.clicked.connect(self.reject)
        self.finished.connect(self.deleteLater)
        pictures.ready.connect(self._ready)

    def _chosen(self, film: Artwork) -> None:
        self.asked.emit(film)
        self.accept()

    def _ready(self, path: str) -> None:
        for button in self.films:
            if str(button.artwork.path) == path:
                button.set_image(self._pictures.thumbnail(button.artwork.path, THUMBNAIL))
