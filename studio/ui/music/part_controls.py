"""The small controls of a part's row: mute and solo, the instrument, volume and place."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from studio.recipes.score import Part
from studio.sound.instruments import families, instrument_of, offered
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, label, tighten
from studio.ui.widgets.slider import QuietSlider


class Letter(QAbstractButton):
    """M or S: a letter to press in."""

    def __init__(self, look: Look, letter: str, words: str, token: str) -> None:
        super().__init__()
        self._look, self._token = look, token
        self.setText(letter)
        self.setCheckable(True)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(26, 28)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the letter, on its colour where it is pressed in."""
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().adjusted(1, 2, -1, -2)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse():
            painter.setBrush(look.colour(self._token if self.isChecked() else "hover"))
            painter.drawRoundedRect(box, 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("text"), 2))
            painter.drawRoundedRect(box, 6, 6)
        token = "ground" if self.isChecked() else "muted"
        painter.setPen(look.colour(token if self.isEnabled() else "line"))
        painter.setFont(look.font(13))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class InstrumentButton(QAbstractButton):
    """Who plays it; opens all who could, by families."""

    chosen = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._part = Part(role="melody")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open_menu)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As wide as its words."""
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 24, 20)

    def minimumSizeHint(self) -> QSize:
        """It may be narrow."""
        return QSize(40, 20)

    def show_part(self, part: Part, name: str) -> None:
        """Say who plays this part."""
        self._part = part
        words = instrument_of(part).name
        self.setText(words)
        self.setAccessibleName(f"{name} is played by: {words}")
        self.setToolTip("Choose another instrument")
        self.update()

    def open_menu(self) -> QMenu:
        """All instruments for this part, by families; the one that plays is ticked."""
        menu = QMenu(self)
        now = instrument_of(self._part)
        choices = offered(self._part.role)
        if now not in choices:
            choices = (now, *choices)
        groups = [family for family in families() if any(one.family == family for one in choices)]
        for family in groups or [""]:
            into = menu
            mine = [one for one in choices if not groups or one.family == family]
            if len(groups) > 1 and len(choices) > 8:
                into = menu.addMenu(family)
                if now in mine:
                    menu.setActiveAction(into.menuAction())
            for one in mine:
                action = into.addAction(one.name)
                action.setCheckable(True)
                action.setChecked(one == now)
                action.triggered.connect(partial(self.chosen.emit, one.program))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
        return menu

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the words and a small chevron."""
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(look.font(12))
        hot = self.underMouse() or self.hasFocus()
        painter.setPen(look.colour("text" if hot else "muted"))
        room = self.width() - 16
        metrics = painter.fontMetrics()
        words = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(0, 0, room, self.height(), Qt.AlignmentFlag.AlignVCenter, words)
        at = metrics.horizontalAdvance(words) + 3
        painter.drawPixmap(at, 4, look.pixmap("chevron-down", "text" if hot else "muted", 12))
        if self.hasFocus():
            painter.setPen(QPen(look.colour("text"), 1.5))
            painter.drawLine(0, self.height() - 1, metrics.horizontalAdvance(words), 19)


class Mixing(QWidget):
    """How loud a part is and where it stands; and a way to take it out."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.volume, self.pan = QuietSlider(look), QuietSlider(look)
        self.volume.setRange(0, 100)
        self.volume.setPageStep(10)
        self.pan.setRange(-100, 100)
        self.pan.setSingleStep(5)
        self.pan.setPageStep(25)
        self.away = TextButton(look, "Take this part out", "trash-2", "fold", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(34, 0, 12, 8)
        column.setSpacing(0)
        column.addWidget(label("Volume", "label", self.volume))
        column.addWidget(self.volume)
        ends = QHBoxLayout()
        tighten(ends)
        ends.addWidget(label("Left", "label", self.pan), 1)
        ends.addWidget(label("Right", "label"))
        column.addLayout(ends)
        column.addWidget(self.pan)
        column.addWidget(self.away, 0, Qt.AlignmentFlag.AlignLeft)

    def show_part(self, part: Part, name: str) -> None:
        """Stand where the part does, without telling."""
        for slider, value in ((self.volume, part.volume), (self.pan, part.pan)):
            if not slider.isSliderDown():
                slider.blockSignals(True)
                slider.setValue(round(value * 100))
                slider.blockSignals(False)
        self.away.setAccessibleName(f"Take the {name.lower()} out")
        self.volume.setAccessibleName(f"Volume of the {name.lower()}")
        self.pan.setAccessibleName(f"Where the {name.lower()} stands, left to right")


def check_quietly(button: QAbstractButton, on: bool) -> None:
    """Press in or out, without telling."""
    button.blockSignals(True)
    button.setChecked(on)
    button.blockSignals(False)
