"""From buttons, keys and drops of the style room to what is wanted and what is made of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QDrag, QGuiApplication, QImage, QKeySequence, QPixmap, QShortcut

from studio.recipes import Recipe, StyleFilmRecipe
from studio.ui.carry import is_link, picture_in
from studio.ui.strip import picture_mime
from studio.ui.style.wish import Pick

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.ui.style.room import StyleRoom

FULL = "Four styles are the most. Take one out of the mix first."
THUMB = 96  # pixels of what is dragged under the mouse


class Doings(QObject):
    """Binds what the artist does to the guide, the works and what takes long."""

    def __init__(self, room: StyleRoom) -> None:
        super().__init__(room)
        self._room = room
        bar, panel, stage, guide = room.bar, room.panel, room.stage, room.guide
        panel.pressed.connect(self._pressed)
        room.bringing.chosen.connect(self._brought)
        panel.forgotten.connect(self._forget)
        panel.ask_picture.connect(self._ask_manner)
        panel.dropped.connect(room.bringing.manner)
        panel.strength_moved.connect(lambda at: self._drift(strength=at))
        panel.brush_moved.connect(lambda at: self._drift(brush=at))
        panel.kept_colours.connect(lambda on: self._go(colours="mine" if on else "style"))
        panel.settled.connect(guide.settle)
        panel.mix_opened.connect(self._mix_opened)
        panel.mixing.moved.connect(lambda across, down: self._drift(across=across, down=down))
        panel.mixing.taken_out.connect(self._take_out)
        panel.more.colours_chosen.connect(lambda colours: self._go(colours=colours))
        panel.more.size_typed.connect(lambda size: self._go(size=size))
        panel.more.model_chosen.connect(room.choose_model)
        panel.more.format_chosen.connect(lambda one: self._go(format=one))
        panel.more.steadiness_moved.connect(lambda at: self._drift(steadiness=at))
        panel.more.settled.connect(guide.settle)
        panel.foot.kept.connect(self.keep)
        panel.foot.finest.connect(self.finest)
        stage.dropped.connect(room.bringing.content)
        stage.welcome.open_wanted.connect(self.open)
        stage.welcome.picked.connect(room.take)
        stage.canvas.opened.connect(self.enlarge)
        stage.canvas.dragged.connect(self._drag_out)
        stage.canvas.menu_wanted.connect(self._menu)
        stage.canvas.divider.sliderReleased.connect(room.changed)
        bar.open_wanted.connect(self.open)
        bar.undo.connect(guide.undo)
        bar.redo.connect(guide.redo)
        bar.save.connect(self.save)
        bar.copy.connect(self.copy)
        bar.large.connect(self.enlarge)
        bar.send.sent.connect(self.send)
        room.works.chosen.connect(self._chosen)
        for keys, do in (
            ("Ctrl+O", self.open),
            ("Ctrl+S", self.keep),
            ("Ctrl+C", self.copy),
            ("Ctrl+V", self.paste),
            ("Ctrl+Z", guide.undo),
            ("Ctrl+Shift+Z", guide.redo),
            ("Ctrl+Y", guide.redo),
        ):
            QShortcut(QKeySequence(keys), room).activated.connect(do)

    # Pictures in

    def open(self) -> None:
        """Ask for a picture or a film to paint."""
        from studio.ui.dialogs import ask_picture

        ask_picture(self._room.window(), "A picture or film to paint", self._open, films=True)

    def paste(self) -> None:
        """Paint what is on the clipboard."""
        data = QGuiApplication.clipboard().mimeData()
        content = picture_in(data)
        if content is not None or is_link(data):
            self._room.bringing.content(content)

    def _open(self, path: Path) -> None:
        self._room.take(path)

    def _ask_manner(self) -> None:
        from studio.ui.dialogs import ask_picture

        ask_picture(self._room.window(), "A picture to paint like", self._room.take_manner)

    def _chosen(self, artwork: Artwork) -> None:
        recipe = self._room.works.recipe_of(artwork)
        if recipe is not None:
            self._room.take_up(recipe, artwork)

    # Pictures out

    def recipe(self) -> Recipe | None:
        """What Keep makes; None where there is nothing to paint."""
        wish = self._room.guide.wish
        if not wish.ready:
            return None
        title = self._room.title()
        return wish.film(title) if self._room.is_film else wish.still(title)

    def keep(self) -> None:
        """Paint it in full and keep it; a film takes long, so it is shown how far that is."""
        recipe = self.recipe()
        if isinstance(recipe, StyleFilmRecipe) and not self._room.under_way.working:
            self._room.under_way.start(recipe)
        elif recipe is not None:
            self._room.works.keep(recipe)

    def finest(self) -> None:
        """Work on it until it is enough."""
        room = self._room
        if room.guide.wish.ready and not room.is_film:
            seed = room.panel.more.seed.renew()
            room.under_way.start(room.guide.wish.finest(seed, room.title()))

    def save(self) -> None:
        """Save a copy of it."""
        recipe = self.recipe()
        if recipe is not None:
            self._room.works.save(recipe, self._room.artwork)

    def send(self, place: str) -> None:
        """Take it to another room, or round again."""
        recipe = self.recipe()
        if recipe is not None:
            self._room.works.send(place, recipe, self._room.artwork)

    def copy(self) -> None:
        """Put it on the clipboard."""
        self._room.works.copy(self._room.canvas.after)

    def enlarge(self) -> None:
        """Look at it closely."""
        room = self._room
        image = room.canvas.after or room.canvas.before
        if room.artwork is not None:
            room.open_wanted.emit(room.artwork)
        elif image is not None:
            room.large_wanted.emit(image, room.title())

    def _menu(self, at: object) -> None:
        if self._room.canvas.after is not None:
            self._room.bar.popup(at)  # type: ignore[arg-type]

    def _drag_out(self) -> None:
        room = self._room
        image = room.canvas.after or room.canvas.before
        if image is None:
            return
        paths = [room.artwork.path] if room.artwork is not None else []
        drag = QDrag(room.canvas)
        drag.setMimeData(picture_mime(paths, image))
        drag.setPixmap(QPixmap.fromImage(_small(image)))
        drag.exec(Qt.DropAction.CopyAction)

    # Styles

    def _pressed(self, pick: Pick) -> None:
        wish = self._room.guide.wish
        if not self._room.panel.mixes:
            self._room.guide.go(wish.pick(pick))
            return
        mixed = wish.toggle(pick)
        if mixed == wish:
            self._room.toast.say(FULL)
        self._room.guide.go(mixed)

    def _brought(self, pick: Pick) -> None:
        self._pressed(pick)
        self._room.panel.reveal(pick)

    def _take_out(self, corner: int) -> None:
        self._room.guide.go(self._room.guide.wish.put(corner, None))

    def _mix_opened(self, opened: bool) -> None:
        """A closed fold means one style: the one that has the largest share."""
        wish = self._room.guide.wish
        if not opened and len(wish.taken) > 1:
            weights = wish.weights()
            self._room.guide.go(wish.pick(wish.picks[max(weights, key=weights.__getitem__)]))
        else:
            self._room.guide.changed.emit()

    def _forget(self, pick: Pick) -> None:
        if pick.picture:
            self._room.manners.forget(pick)
            self._room.changed.emit()

    # Numbers

    def _drift(self, **values: object) -> None:
        self._room.guide.drift(replace(self._room.guide.wish, **values))  # type: ignore[arg-type]

    def _go(self, **values: object) -> None:
        self._room.guide.go(replace(self._room.guide.wish, **values))  # type: ignore[arg-type]


def _small(image: QImage) -> QImage:
    return image.scaled(
        QSize(THUMB, THUMB),
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
