"""What becomes of tunes: kept, named, copied, put under a film, thrown away; and their menus."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QMenu

from studio.ui.music.asking import NameDialog, ask
from studio.ui.music.bench import Tune
from studio.ui.music.doings import bar_words
from studio.ui.music.exporting import Exporting

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.ui.music.room import MusicRoom

KEYS = (
    "Space plays and pauses, L goes round and round, Ctrl+Enter composes.\n\n"
    "Ctrl+Z takes a step back, Ctrl+S keeps the tune, Ctrl+Shift+S saves a copy.\n\n"
)


class Keeping(QObject):
    """Binds bar, strip and menus to what is done with tunes as a whole."""

    def __init__(self, room: MusicRoom) -> None:
        super().__init__(room)
        self._room = room
        self.exporting = Exporting(room)
        bar = room.bar
        bar.keep.connect(self.keep)
        bar.save.connect(self.exporting.ask)
        bar.film.connect(self.ask_film)
        bar.rename.connect(self.ask_name)
        bar.keys.connect(self.show_keys)
        bar.folder.connect(self._show_folder)
        bar.trash.connect(self.trash)
        room.strip.menu_wanted.connect(self._take_menu)
        room.strip.trash_wanted.connect(self._trash_take)
        room.roll.menu_wanted.connect(self._roll_menu)
        for keys, do in (
            ("Ctrl+S", self.keep),
            ("Ctrl+Shift+S", self.exporting.ask),
            ("F2", self.ask_name),
        ):
            QShortcut(QKeySequence(keys), room).activated.connect(do)

    def keep(self) -> None:
        """Keep the changes now."""
        room = self._room
        tune = room.bench.now
        if room.recordings.now is not None:
            room.toast.say("It is kept already")
        if tune is None:
            return
        room.bench.settle()
        if tune.safe:
            room.toast.say("It is kept already")
        else:
            room.composing.keep(tune, self._kept)
            room.showing.show_takes()

    def _kept(self, _artwork: Artwork) -> None:
        self._room.toast.say("Kept")

    def ask_name(self) -> NameDialog | None:
        """Ask what the tune is called."""
        room = self._room
        if room.bench.now is None:
            return None
        dialog = NameDialog(room.look, room.window(), room.bench.now.name)
        ask(dialog, self.call)
        return dialog

    def call(self, name: str) -> None:
        """Give the tune in hand a name; a kept one becomes a take of its own with it."""
        self._room.bench.call(name)

    def ask_film(self) -> None:
        """Ask for the film that the tune goes under."""
        from studio.ui.music.film_dialog import FilmDialog

        room = self._room
        tune, recording = room.bench.now, room.recordings.now
        films = [one for one in room.collection.artworks if one.is_film]
        if recording is not None:
            under = partial(self._record_under, recording)
        elif tune is not None:
            under = partial(self.under_film, tune)
        else:
            return
        ask(FilmDialog(room.look, room.window(), room.pictures, room.title(), films), under)

    def under_film(self, tune: Tune, film: Artwork) -> None:
        """Put a tune under a film; it is kept first where it is not yet."""
        composing = self._room.composing
        composing.keep(tune, lambda kept: composing.join(film, kept, self._joined))

    def _record_under(self, recording: Artwork, film: Artwork) -> None:
        self._room.composing.join(film, recording, self._joined)

    def _joined(self, film: Artwork) -> None:
        show = partial(self._room.open_wanted.emit, film)
        self._room.toast.say("Your film is kept", "Show", show)

    def trash(self) -> None:
        """Move the tune in hand to the trash."""
        in_hand = self._room.recordings.now or self._room.bench.now
        if in_hand is not None:
            self._trash_take(in_hand.id)

    def _trash_take(self, take_id: str) -> None:
        room = self._room
        recording = room.recordings.find(take_id)
        if recording is not None:
            self._trash_artwork(recording.id)
        tune = room.bench.tune(take_id)
        if tune is None:
            return
        if tune.artwork is None and room.composing.on_its_way(tune):
            room.composing.keep(tune, lambda _: self._trash_take(take_id))
            return
        if tune.artwork is None:  # it is in no file: there is only what lies here
            place = room.bench.tunes.index(tune)
            room.bench.drop(tune)
            room.toast.say(
                f"“{tune.name}” is put away", "Undo", partial(room.bench.put_back, tune, place)
            )
            return
        self._trash_artwork(tune.artwork.id)

    def _trash_artwork(self, artwork_id: str) -> None:
        room = self._room
        undo = partial(room.collection.restore, artwork_id)
        room.collection.trash(
            artwork_id, lambda: room.toast.say("Moved to the trash", "Undo", undo)
        )

    def show_keys(self) -> QDialog:
        """What the keyboard does on the notes."""
        from studio.ui.music.roll_keys import HELP
        from studio.ui.settings_page import show_text

        return show_text(
            self._room.look,
            self._room.window(),
            "Keys for the notes",
            KEYS + HELP.replace(". ", ".\n\n"),
        )

    def _show_folder(self) -> None:
        tune, kept = self._room.bench.now, self._room.recordings.now
        if tune is not None:
            kept = tune.artwork
        if kept is not None:
            from studio.ui.dialogs import show_in_folder

            show_in_folder(kept.path)

    # Menus

    def _take_menu(self, take_id: str, at: QPoint) -> QMenu | None:
        room = self._room
        tune, recording = room.bench.tune(take_id), room.recordings.find(take_id)
        menu = QMenu(room)
        if recording is not None:
            menu.addAction("Take it in hand", partial(room.recordings.take, recording))
        elif tune is None:
            return None
        else:
            menu.addAction("Take it in hand", partial(room.bench.take, tune))
        if tune is not None and room.bench.now not in (None, tune):
            menu.addAction(
                "Between this and the one in hand", partial(room.doings.between, tune.id, 0.5)
            )
        menu.addSeparator()
        menu.addAction("Move to trash", partial(self._trash_take, take_id))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
        return menu

    def _roll_menu(self, at: QPoint) -> QMenu:
        room = self._room
        menu = QMenu(room)
        back, on = room.bench.steps
        menu.addAction("One step back\tCtrl+Z", room.bench.undo).setEnabled(back)
        menu.addAction("One step on again\tCtrl+Shift+Z", room.bench.redo).setEnabled(on)
        menu.addSeparator()
        bars = room.roll.range()
        if bars is not None:
            menu.addAction(f"Make {bar_words(bars)} anew", room.doings.create)
            menu.addAction("No bars chosen", self._no_bars)
        menu.addAction("Variations…", room.doings.ask_vary)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
        return menu

    def _no_bars(self) -> None:
        self._room.roll.set_range(None)
        self._room.roll.range_chosen.emit(None)
