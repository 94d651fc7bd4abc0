"""From outside into the music room: MIDI files, kept tunes, and pictures whose mood is wanted."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication, QImage

from studio.errors import StudioError
from studio.recipes import parse_recipe
from studio.recipes.score import Score
from studio.recipes.tune import MAX_NEW_BARS, TuneRecipe
from studio.ui.background import Background
from studio.ui.carry import is_link, picture_in, png
from studio.ui.music.bench import Tune, fresh_name
from studio.ui.music.composing import tune_of
from studio.ui.pictures import read_picture

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.ui.music.room import MusicRoom

MIDI = (".mid", ".midi", ".kar", ".rmi")
SOUNDS = (".flac", ".wav", ".ogg", ".oga", ".mp3", ".opus")
SIDE = 512  # pixels of a picture that its mood is told by
NOT_IN_THE_NET = "Easel does not go into the network."


class Bringing(QObject):
    """Reads on a thread of its own, and puts what comes where it belongs."""

    def __init__(self, room: MusicRoom) -> None:
        super().__init__(room)
        self._room = room
        self._background = Background("tunes", 1, self)
        self._proposed: Any = None  # what the picture on the card suggests
        room.panel.proposal.taken.connect(self._take_proposal)

    def close(self) -> None:
        """End the thread."""
        self._background.close()

    def ask(self) -> None:
        """Ask for a MIDI file."""
        from studio.ui.music.dialogs import ask_tune

        ask_tune(self._room.window(), self.file)

    def ask_picture(self) -> None:
        """Ask for a picture."""
        from studio.ui.dialogs import ask_picture

        ask_picture(self._room.window(), "A picture to find the mood of", self.file)

    def paste(self) -> None:
        """Take what is on the clipboard."""
        self.data(QGuiApplication.clipboard().mimeData())

    def data(self, data: QMimeData) -> None:
        """Take what was dropped or pasted."""
        content = picture_in(data)
        if isinstance(content, Path):
            self.file(content)
        elif content is not None:
            self._look("the picture", content)
        elif is_link(data):
            self._room.say_error(
                StudioError(
                    "This is only an address. " + NOT_IN_THE_NET,
                    "Save it to a file first, then drop the file.",
                )
            )

    def file(self, path: Path) -> None:
        """Take a file: MIDI, a tune of ours, or a picture. Its name says which."""
        kind = path.suffix.lower()
        if kind in MIDI:
            self._background.run(
                partial(_read_midi, path), partial(self._opened, path.stem), self._failed
            )
        elif kind in SOUNDS:
            self._background.run(partial(_read_tune, path), self._found, self._failed)
        else:
            self._background.run(
                partial(read_picture, path, SIDE), partial(self._look, path.stem), self._failed
            )

    def artwork(self, artwork: Artwork) -> None:
        """Take a kept tune or recording in hand, or find the mood of a picture."""
        if artwork.kind == "sound":
            self._room.recordings.take(artwork)
            return
        if artwork.kind != "tune":
            self.file(artwork.path)
            return
        tune = self._room.bench.of_artwork(artwork.id) or tune_of(artwork)
        if tune is None:
            self._room.say_error(
                StudioError("The notes of this tune cannot be read.", "Choose another one.")
            )
            return
        if tune not in self._room.bench.tunes:
            self._room.bench.add(tune)
        self._room.bench.take(tune)

    # What has come

    def _opened(self, name: str, score: Score) -> None:
        room = self._room
        name = fresh_name(name, [one.name for one in room.bench.tunes])
        bars = min(MAX_NEW_BARS, score.bars)
        recipe = TuneRecipe(bars=bars, score=score, words=name[:200])
        tune = Tune(recipe, score, recipe.title, own=True)
        room.banner.hide()
        room.bench.add(tune)
        room.bench.take(tune)

    def _found(self, recipe: TuneRecipe) -> None:
        self._room.use(recipe)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, StudioError):
            raise error
        self._room.say_error(error)

    # The mood of a picture

    def _look(self, name: str, image: QImage) -> None:
        small = image if max(image.width(), image.height()) <= SIDE else image.scaledToWidth(SIDE)
        self._background.run(
            partial(_suggest, png(small)), partial(self._propose, name, small), self._failed
        )

    def _propose(self, name: str, image: QImage, suggestion: Any) -> None:
        panel = self._room.panel
        mood = next((one for one in panel.moods.moods() if one.id == suggestion.mood), None)
        if mood is None:
            return
        self._proposed = suggestion
        panel.proposal.offer(image, f"“{name}” feels {mood.name.lower()}", suggestion.why)
        panel.scroller.ensureWidgetVisible(panel.proposal)

    def _take_proposal(self) -> None:
        suggestion, panel = self._proposed, self._room.panel
        wish = replace(
            panel.wish, mood=suggestion.mood, mode=suggestion.mode, tempo=float(suggestion.tempo)
        )
        panel.show_wish(wish)
        self._room.doings.new(wish)


def carries(data: QMimeData) -> bool:
    """Whether there is something that this room could take."""
    return picture_in(data) is not None or is_link(data)


def _read_midi(path: Path) -> Score:
    from studio.library.midi import MAX_BYTES, read_midi

    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise StudioError(
            f"“{path.name}” cannot be read.", "See whether it is still there."
        ) from error
    return read_midi(data)


def _read_tune(path: Path) -> TuneRecipe:
    """The recipe in a file that we made."""
    from studio.library.reading import read_recipe

    recipe = parse_recipe(read_recipe(path))
    if not isinstance(recipe, TuneRecipe) or recipe.score is None:
        raise StudioError(
            f"There are no notes in “{path.name}”.", "Open a MIDI file, or a tune that Easel made."
        )
    return recipe


def _suggest(data: bytes) -> Any:
    """What a picture, as PNG, suggests."""
    from PIL import Image

    from studio.library.moods import suggest

    return suggest(Image.open(io.BytesIO(data)))
