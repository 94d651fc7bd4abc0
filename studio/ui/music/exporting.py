"""Copies of a tune for other programs: sound, notes, a score, a picture of the roll."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QDialog, QProgressBar, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.recipes.tune import TuneRecipe
from studio.ui.background import Background
from studio.ui.music.copy_words import CopyWords, credits_of
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, button_row, label, tighten, wrapped
from studio.ui.widgets.combo import Combo
from studio.ui.widgets.switch import Switch

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.library.credits import Credits
    from studio.ui.music.room import MusicRoom

#: what a copy can be: suffix, words, what it is good for
FORMATS = (
    (".mp3", "MP3, sound for everywhere", "Small, and played by everything."),
    (".wav", "WAV, sound for other programs", "Large, and exactly as it sounds here."),
    (".flac", "FLAC, sound without loss", "Exactly as it sounds here, in half the room."),
    (".ogg", "OGG, small sound", "Small and very good; not every player knows it."),
    (".mid", "MIDI, the notes alone", "For music programs and keyboards: notes without sound."),
    (".musicxml", "Score, MusicXML", "For programs that print music, to be played from paper."),
    (".png", "Picture of the notes", "As they are drawn here, to be looked at or printed."),
)
SOUND = (".mp3", ".wav", ".flac", ".ogg")


class ExportDialog(QDialog):
    """Asks for the format. asked: suffix, and whether each part becomes a file of its own."""

    asked = Signal(str, bool)

    def __init__(
        self, look: Look, parent: QWidget, name: str, choice: dict[str, Any], notes: bool = True
    ) -> None:
        """notes: whether it has notes, or is a recording, which is sound and nothing else."""
        super().__init__(parent)
        self.setWindowTitle("Save a copy")
        self.setFixedWidth(440)
        self.format = Combo(look, "What kind of file")
        offered = [one for one in FORMATS if notes or one[0] in SOUND]
        self.format.set_options([(suffix, words) for suffix, words, _ in offered])
        self.format.set_value(choice.get("format", ".mp3"))
        self.says = wrapped("", "label")
        self.stems = Switch(look, "Each part as a file of its own", "For mixing elsewhere")
        self.stems.setChecked(notes and choice.get("stems") is True)
        self.stems.setVisible(notes)
        self.words = CopyWords(look, name, choice.get("words"))
        self.words.setVisible(notes)
        self.go = TextButton(look, "Choose where…", "folder-open", "accent", "on_accent")
        self.go.setDefault(True)
        self.away = TextButton(look, "Cancel")
        column = QVBoxLayout(self)
        tighten(column, 24, 8)
        column.addWidget(label("Save a copy", "heading"))
        column.addWidget(wrapped(f"Of “{name}”, which itself stays where it is.", "muted"))
        column.addSpacing(8)
        column.addWidget(label("What kind of file", "label", self.format))
        column.addWidget(self.format)
        column.addWidget(self.says)
        column.addWidget(self.stems)
        column.addWidget(self.words)
        column.addSpacing(12)
        column.addLayout(button_row(self.away, self.go))
        self.format.currentIndexChanged.connect(self._say)
        self.go.clicked.connect(self._go)
        self.away.clicked.connect(self.reject)
        self.finished.connect(self.deleteLater)
        self._say()

    def _say(self) -> None:
        suffix = self.format.value()
        self.says.setText(next(words for one, _, words in FORMATS if one == suffix))
        self.stems.setEnabled(suffix in SOUND)

    def _go(self) -> None:
        suffix = self.format.value()
        self.asked.emit(suffix, suffix in SOUND and self.stems.isChecked())
        self.accept()


class WritingDialog(QDialog):
    """Shown while a copy takes longer than a moment; can be cancelled."""

    def __init__(self, look: Look, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setWindowTitle("Saving a copy")
        self.setFixedWidth(380)
        self.stopped = False
        self.share = 0.0  # as the thread says that writes
        bar = QProgressBar()
        bar.setRange(0, 1000)
        bar.setTextVisible(False)
        timer = QTimer(self)
        timer.timeout.connect(lambda: bar.setValue(round(self.share * 1000)))
        timer.start(60)
        bar.setAccessibleName("A copy is being written")
        cancel = TextButton(look, "Cancel")
        column = QVBoxLayout(self)
        tighten(column, 24, 12)
        column.addWidget(wrapped(f"Writing “{name}”…"))
        column.addWidget(bar)
        column.addLayout(button_row(cancel))
        cancel.clicked.connect(self.reject)
        self.rejected.connect(self._stop)
        self.finished.connect(self.deleteLater)

    def _stop(self) -> None:
        self.stopped = True


class Stopped(Exception):
    """The artist has cancelled the copy."""


class Exporting(QObject):
    """Asks, and writes on a thread. choice: what was taken last, to be remembered."""

    def __init__(self, room: MusicRoom) -> None:
        super().__init__(room)
        self._room = room
        self._background = Background("copies", 1, self)
        self.choice: dict[str, Any] = {}

    def close(self) -> None:
        """End the thread."""
        self._background.close()

    def ask(self) -> ExportDialog | None:
        """Ask what kind of copy, then where it goes."""
        tune, recording = self._room.bench.now, self._room.recordings.now
        if recording is not None:
            return self._ask_sound(recording)
        if tune is None:
            return None
        dialog = ExportDialog(self._room.look, self._room.window(), tune.name, self.choice)
        recipe, artwork = tune.to_keep(), tune.artwork
        made_by, licence = (artwork.model, artwork.licence) if artwork else self._maker(recipe)
        kept = artwork.id if artwork else tune.made

        def where(suffix: str, stems: bool) -> None:
            words = dialog.words.values()
            self.choice = {"format": suffix, "stems": stems, "words": {**words, "title": ""}}
            said = partial(credits_of, words, self._room.collection.library, kept)
            self._where(partial(_write, recipe, made_by, licence, said), recipe, suffix, stems)

        dialog.asked.connect(where)
        dialog.open()
        return dialog

    def _ask_sound(self, recording: Artwork) -> ExportDialog:
        room = self._room
        dialog = ExportDialog(room.look, room.window(), recording.title, self.choice, notes=False)

        def where(suffix: str, _stems: bool) -> None:
            from studio.ui.music.dialogs import ask_target

            self.choice = {**self.choice, "format": suffix}
            room.changed.emit()
            words = next(words for one, words, _ in FORMATS if one == suffix)
            write = partial(self.write_sound, recording)
            ask_target(room.window(), recording.title, [(words, suffix)], write)

        dialog.asked.connect(where)
        dialog.open()
        return dialog

    def write_sound(self, recording: Artwork, target: Path) -> None:
        """Write a copy of a recording there."""
        self._room.collection.save_copy(recording, target, self._say_saved)

    def write(self, work: Callable[..., None], stems: bool, target: Path) -> None:
        """Write a copy there; a folder where each part becomes a file of its own.

        work: takes stems, target, and what to call now and then.
        """
        waiting = WritingDialog(self._room.look, self._room.window(), target.name)
        waiting.open()

        def check(done: float = 0.0) -> None:
            waiting.share = done
            if waiting.stopped:
                raise Stopped

        self._background.run(
            partial(work, stems, target, check),
            partial(self._written, waiting, target),
            partial(self._failed, waiting),
        )

    def _where(
        self, work: Callable[..., None], recipe: TuneRecipe, suffix: str, stems: bool
    ) -> None:
        self._room.changed.emit()
        then = partial(self.write, work)
        window = self._room.window()
        if stems:
            from studio.ui.dialogs import ask_folder, file_name

            name = file_name(recipe.title)
            ask_folder(
                window,
                "A folder for the parts",
                "",
                lambda folder: then(True, folder / f"{name}{suffix}"),
            )
            return
        from studio.ui.music.dialogs import ask_target

        words = next(words for one, words, _ in FORMATS if one == suffix)
        ask_target(window, recipe.title, [(words, suffix)], partial(then, False))

    def _maker(self, recipe: TuneRecipe) -> tuple[str, str]:
        """Who composed it and what that one's licence permits."""
        model = self._room.model(recipe.model)
        return (model.name, model.licence) if model else ("", "")

    def _written(self, waiting: WritingDialog, target: Path, _: object) -> None:
        waiting.accept()
        self._say_saved(target)

    def _say_saved(self, target: Path) -> None:
        from studio.ui.dialogs import show_in_folder

        show: Callable[[], None] = partial(show_in_folder, target)
        self._room.toast.say(f"Saved as “{target.name}”", "Show in folder", show)

    def _failed(self, waiting: WritingDialog, error: Exception) -> None:
        waiting.accept()
        if isinstance(error, Stopped):
            return
        if not isinstance(error, StudioError):
            raise error
        self._room.say_error(error)


def _write(
    recipe: TuneRecipe,
    made_by: str,
    licence: str,
    said: Callable[[], Credits],
    stems: bool,
    target: Path,
    check: Callable[..., None],
) -> None:
    from studio.library.tune_export import export_stems, export_tune
    from studio.sound.files import FORMS

    title, credit = recipe.title, said()
    if not stems:
        export_tune(
            recipe,
            target,
            title=title,
            made_by=made_by,
            licence=licence,
            credit=credit,
            check=check,
        )
        return
    form = next(one for one in FORMS if target.suffix == f".{one}")
    export_stems(
        recipe,
        target.with_suffix(""),
        title=title,
        made_by=made_by,
        licence=licence,
        credit=credit,
        form=form,
        check=check,
    )
