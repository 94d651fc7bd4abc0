"""The middle of the room: an invitation, one picture, or several side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStackedWidget, QWidget

from studio.ui.canvas import Canvas
from studio.ui.invitation import Invitation
from studio.ui.sheet import Sheet
from studio.ui.theme import Look
from studio.ui.widgets.basics import set_role

if TYPE_CHECKING:
    from studio.library import Artwork


class Stage(QStackedWidget):
    """Shows what there is to show. Jobs of one picture use the canvas, others the sheet."""

    chosen = Signal(object)  # an Artwork of the sheet
    opened = Signal()
    dragged = Signal(object)  # the widget it is dragged from
    menu_wanted = Signal(QPoint)
    idea = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.canvas, self.sheet, self.invitation = Canvas(look), Sheet(look), Invitation(look)
        set_role(self.invitation, "page")
        self.invitation.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        for widget in (self.canvas, self.sheet, self.invitation):
            self.addWidget(widget)
        for part in (self.canvas, self.sheet):
            part.opened.connect(self.opened)
            part.menu_wanted.connect(self.menu_wanted)
            part.dragged.connect(self._dragged)
        self.sheet.chosen.connect(self.chosen)
        self.invitation.picked.connect(self.idea)

    @property
    def shaping(self) -> bool:
        """Whether it shows something that is being drawn."""
        shown = self.currentWidget()
        return shown is not self.invitation and self._shown().shaping

    @property
    def image(self) -> QImage | None:
        """The finished picture that is shown, where there is one."""
        if self.currentWidget() is self.sheet:
            return self.sheet.image
        return None if self.canvas.shaping else self.canvas.image

    def invite(self) -> None:
        """Show the invitation."""
        self._end_sheet()
        self.canvas.clear()
        self.setCurrentWidget(self.invitation)

    def wait(self) -> None:
        """Show an empty canvas."""
        self.canvas.clear()
        self.setCurrentWidget(self.canvas)

    def show_picture(self, artwork: Artwork, image: QImage, alone: bool) -> None:
        """Show a kept picture; where it is not meant to stand alone, among its siblings."""
        if not alone and self.currentWidget() is self.sheet and self.sheet.choose(artwork.id):
            return
        self.canvas.show_picture(image, artwork.title)
        self.setCurrentWidget(self.canvas)

    def show_shaping(
        self, job: str, count: int, size: QSize, index: int = 0, image: QImage | None = None
    ) -> None:
        """Show how far a job has come; `image` is None where nothing new is to be seen."""
        if count == 1:
            self._end_sheet()
            if image is not None or not self.canvas.shaping:
                self.canvas.show_shaping(image, size)
            self.setCurrentWidget(self.canvas)
            return
        self.canvas.clear()
        if self.sheet.job != job:
            self.sheet.begin(job, count, size)
        if image is not None:
            self.sheet.preview(index, image)
        self.setCurrentWidget(self.sheet)

    def ended(self, job: str, finished: bool) -> bool:
        """A job has ended; whether the sheet has something of it to show."""
        if self.sheet.job != job:
            return False
        self.sheet.end(finished)
        return self.currentWidget() is self.sheet and bool(self.sheet.artworks())

    def _end_sheet(self) -> None:
        self.sheet.end()
        self.sheet.job = ""

    def _shown(self) -> Canvas | Sheet:
        return self.sheet if self.currentWidget() is self.sheet else self.canvas

    def _dragged(self) -> None:
        source: QWidget = self._shown()
        self.dragged.emit(source)
