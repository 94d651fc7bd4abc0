"""From buttons, keys and drops of the sliders' room to what is made of the picture."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence, QShortcut

from studio.errors import StudioError
from studio.recipes import SlideRecipe
from studio.ui.carry import picture_in

if TYPE_CHECKING:
    from studio.ui.sliders.room import SlidersRoom
    from studio.work.queue import Job


class Doings(QObject):
    """Binds the room's verbs to its works: keep, save, copy, export, vary, find."""

    def __init__(self, room: SlidersRoom) -> None:
        super().__init__(room)
        self._room = room
        self._searching = False  # whether early looks of a search belong on the canvas
        bar, keeper = room.bar, room.works.keeper
        bar.keep.connect(self.keep)
        bar.save.connect(self.save)
        bar.copy.connect(self.copy)
        bar.variations.connect(self.vary)
        bar.send.sent.connect(self.send)
        room.path.export.connect(self.export)
        room.panel.find_wanted.connect(self.find)
        room.canvas.dropped.connect(self.take)
        keeper.looking.connect(self._looking)
        keeper.looked.connect(self._looked)
        keeper.problem.connect(self._problem)
        for keys, do in (("Ctrl+S", self.keep), ("Ctrl+C", self.copy), ("Ctrl+V", self.paste)):
            QShortcut(QKeySequence(keys), room).activated.connect(do)

    def stop_looking(self) -> None:
        """The artist moves on by themselves, while a search may still go on."""
        self._searching = False

    def _size(self) -> int:
        return int(self._room.panel.advanced.sizes.value() or 0)

    def keep(self) -> None:
        """Keep the picture on the canvas."""
        self._room.works.keep(self._size())

    def save(self) -> None:
        """Save a copy of it."""
        self._room.works.save(self._size())

    def send(self, place: str) -> None:
        """Take the picture, or the path, to another room."""
        model = self._room.model()
        if place != "path":
            self._room.works.send(place, self._size())
        elif model is not None:
            self._room.works.send_path(model, self._room.path.path)

    def copy(self) -> None:
        """Put it on the clipboard."""
        self._room.works.copy(self._room.canvas.image)

    def export(self) -> None:
        """Make a film of the path."""
        model = self._room.model()
        if model is not None:
            self._room.works.export(model, self._room.path.path)

    def vary(self) -> None:
        """Make many pictures around it."""
        model = self._room.model()
        if model is not None:
            self._room.works.vary(model)

    def find(self) -> None:
        """Ask for a picture to look for."""
        model = self._room.model()
        if model is not None:
            self._room.works.ask_picture(model)

    def paste(self) -> None:
        """Look for the picture on the clipboard."""
        content = picture_in(QGuiApplication.clipboard().mimeData())
        if content is not None:
            self.take(content)

    def take(self, content: object) -> None:
        """Take what was dropped: a place of this room, or a picture from outside."""
        model = self._room.model()
        if isinstance(content, SlideRecipe):
            self._room.use(content)
        elif model is not None and isinstance(content, Path | QImage):
            self._room.works.find(model, content)

    def _looking(self, image: QImage | None) -> None:
        if image is None:
            self._room.player.stop()
            self._searching = True
        if self._searching:
            self._room.canvas.set_shaping(True)
            if image is not None:
                self._room.canvas.show_image(image)

    def _looked(self) -> None:
        self._searching = False
        self._room.canvas.set_shaping(False)
        self._room.guide.look()  # what was found comes of itself; else back to where we were

    def _problem(self, problem: Job | StudioError) -> None:
        if isinstance(problem, StudioError):
            self._room.say_error(problem)
        elif problem.error is not None and problem.report:
            copy = partial(QGuiApplication.clipboard().setText, problem.report)
            self._room.banner.say(problem.error.what, problem.error.todo, "Copy report", copy)
        elif problem.error is not None:
            self._room.say_error(problem.error)
