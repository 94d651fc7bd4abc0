"""The bar above the music room: which tune it is, back and forth, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from studio.ui.room_bar import RoomBar
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton


class MusicBar(RoomBar):
    """Title on the left, what can be done with the tune on the right."""

    open_wanted = Signal()
    keep = Signal()
    save = Signal()
    film = Signal()
    rename = Signal()
    folder = Signal()
    trash = Signal()
    device = Signal()
    keys = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, "tune")
        self._look = look
        self._tune = self._own = self._file = self._named = False
        self.open_button = TextButton(look, "Open…", "file-music")
        self.open_button.setToolTip("Go on with a MIDI file (Ctrl+O)")
        self.save_button = TextButton(look, "Save a copy…", "download")
        self.save_button.setToolTip("As sound, as MIDI, as a score (Ctrl+Shift+S)")
        self.send_button = TextButton(look, "Send to", "arrow-right")
        menu = QMenu(self)
        self.to_film = menu.addAction("Put it under a film…", self.film.emit)
        self.send_button.setMenu(menu)
        self.open_button.clicked.connect(self.open_wanted)
        self.save_button.clicked.connect(self.save)
        self.lay_out(self.open_button, self.save_button, self.send_button)
        self.more.menu().aboutToShow.connect(self.fill_anew)
        look.changed.connect(self._draw)
        self._draw()
        self.say("Music")
        self.enable(False)
        self.show_steps(False, False)

    def enable(self, tune: bool, own: bool = False, file: bool = False, named: bool = True) -> None:
        """tune: whether there is one. own: whether it has changes that are not kept yet.

        file: whether the library has it. named: whether it can be given a name here.
        """
        self._tune, self._own, self._file, self._named = tune, own, file, tune and named
        for button in (self.save_button, self.send_button):
            button.setEnabled(tune)

    def fill(self, menu: QMenu) -> None:
        """All that is done seldom."""
        menu.addAction("Keep it now\tCtrl+S", self.keep.emit).setEnabled(
            self._tune and (self._own or not self._file)
        )
        menu.addAction("Name it…\tF2", self.rename.emit).setEnabled(self._named)
        menu.addAction("Show in folder", self.folder.emit).setEnabled(self._file)
        menu.addAction("Move to trash", self.trash.emit).setEnabled(self._tune)
        menu.addSeparator()
        menu.addAction("Where it is heard…", self.device.emit)
        menu.addAction("Keys for the notes", self.keys.emit)

    def _draw(self) -> None:
        self.to_film.setIcon(self._look.icon("film", "text", 16))
