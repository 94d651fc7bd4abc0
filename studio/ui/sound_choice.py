"""Which loudspeaker or headphone tunes are heard from."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.ui.background import Background
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, tighten, wrapped
from studio.ui.widgets.combo import Combo

USUAL = "As this computer usually does"


class SoundChoice(QWidget):
    """A list of what is plugged in, looked at when it is shown; and why there is nothing."""

    chosen = Signal(str)  # a device's name; "" is the system's own choice

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._device = ""
        self._background: Background | None = None
        self.devices = Combo(look, "Where tunes are heard")
        self.says = wrapped("", "muted")
        self.says.hide()
        self.again = TextButton(look, "Look again", "refresh-cw")
        column = QVBoxLayout(self)
        tighten(column, 0, 8)
        column.addWidget(self.devices)
        column.addWidget(self.says)
        column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        self.devices.activated.connect(self._chosen)
        self.again.clicked.connect(self._look)
        self._offer(())

    def show_device(self, device: str) -> None:
        """Stand on this one; it may not be plugged in now."""
        self._device = device
        self._offer([self.devices.itemData(n) for n in range(self.devices.count())])

    def showEvent(self, event: QShowEvent) -> None:
        """See what is plugged in."""
        super().showEvent(event)
        self._look()

    def hideEvent(self, event: QHideEvent) -> None:
        """End the thread."""
        super().hideEvent(event)
        if self._background is not None:
            self._background.close()
            self._background = None

    def _look(self) -> None:
        if self._background is None:
            self._background = Background("devices", 1, self)
        self._background.run(_names, self._offer, self._none)

    def _offer(self, names: object) -> None:
        found = [name for name in names if name] if isinstance(names, list | tuple) else []
        if self._device and self._device not in found:
            found.append(self._device)
        self.devices.set_options([("", USUAL), *((name, name) for name in found)])
        self.devices.set_value(self._device)
        self.devices.show()
        self.says.hide()

    def _none(self, error: Exception) -> None:
        if not isinstance(error, StudioError):
            raise error
        self.devices.hide()
        self.says.setText(f"{error.what} {error.todo}")
        self.says.show()

    def _chosen(self) -> None:
        self._device = self.devices.value()
        self.chosen.emit(self._device)


def _names() -> list[str]:
    from studio.sound.devices import devices

    return [device.name for device in devices()]
