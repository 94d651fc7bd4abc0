"""A mood that a picture suggests: offered with its reason, to be taken or put away."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from studio.ui.theme import Look
from studio.ui.widgets.basics import IconButton, TextButton, set_role, tighten, wrapped
from studio.ui.widgets.notices import announce

SIDE = 64


class Proposal(QFrame):
    """A card above the moods; hidden while there is nothing to propose."""

    taken = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        set_role(self, "row")
        self.picture = QLabel()
        self.picture.setFixedSize(SIDE, SIDE)
        self.what = wrapped("", "group")
        self.why = wrapped("", "label")
        self.take = TextButton(look, "Make this tune", "", "accent")
        self.away = IconButton(look, "x", "Put this idea away")
        words = QVBoxLayout()
        tighten(words, 0, 4)
        words.addWidget(self.what)
        words.addWidget(self.why)
        words.addWidget(self.take, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        tighten(row, 12, 12)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.away, 0, Qt.AlignmentFlag.AlignTop)
        self.take.clicked.connect(self._take)
        self.away.clicked.connect(self.hide)
        self.hide()

    def offer(self, image: QImage, what: str, why: str) -> None:
        """Show what a picture suggests."""
        side = min(image.width(), image.height())
        square = image.copy((image.width() - side) // 2, (image.height() - side) // 2, side, side)
        ratio = self.devicePixelRatioF()
        small = QPixmap.fromImage(
            square.scaled(
                round(SIDE * ratio),
                round(SIDE * ratio),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
        small.setDevicePixelRatio(ratio)
        self.picture.setPixmap(small)
        self.what.setText(what)
        self.why.setText(why)
        self.setAccessibleName(f"{what}. {why}")
        self.show()
        announce(self)

    def _take(self) -> None:
        self.hide()
        self.taken.emit()
