"""From one room to another: what a picture can be sent to, as entries of a menu."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from studio.ui.theme import Look

#: Where to, in words for the artist, with an icon; and whether a film can be sent there too.
PLACES = (
    ("paint", "Paint it in a style", "palette", True),
    ("manner", "Use it as a style", "paintbrush", False),
    ("find", "Find it with the sliders", "sliders-vertical", False),
    ("tune", "Find a tune for it", "music", True),
)
PATH = ("path", "Paint the path in a style", "film")


class SendActions(QObject):
    """An action for each place. sent: the place that was chosen.

    without: places that make no sense where these actions are offered.
    path: whether a path of the sliders' room can be sent as well.
    """

    sent = Signal(str)

    def __init__(
        self, look: Look, parent: QObject, without: tuple[str, ...] = (), path: bool = False
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._all: dict[str, tuple[QAction, str, bool]] = {}
        for place, words, icon, film in PLACES:
            if place not in without:
                self._add(place, words, icon, film)
        if path:
            self._add(*PATH, True)
            self.enable_path(False)
        look.changed.connect(self._draw)
        self._draw()

    def __getitem__(self, place: str) -> QAction:
        return self._all[place][0]

    def enable(self, on: bool, film: bool = False) -> None:
        """Whether there is something to send, and whether that is a film."""
        for place, (action, _, takes_film) in self._all.items():
            if place != PATH[0]:
                action.setEnabled(on and (takes_film or not film))

    def enable_path(self, on: bool) -> None:
        """Whether there is a path to send."""
        self[PATH[0]].setEnabled(on)

    def menu(self, parent: QWidget, words: str = "Send to") -> QMenu:
        """All of them in a menu, to stand on a button or within another menu."""
        menu = QMenu(words, parent)
        menu.addActions([action for action, _, _ in self._all.values()])
        return menu

    def _add(self, place: str, words: str, icon: str, film: bool) -> None:
        action = QAction(words, self)
        action.triggered.connect(lambda: self.sent.emit(place))
        self._all[place] = action, icon, film

    def _draw(self) -> None:
        for action, icon, _ in self._all.values():
            action.setIcon(self._look.icon(icon, "text", 16))
