"""Copies of works for the world: in which format, how large, with which words inside."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.errors import StudioError
from studio.export import Exported, ExportPlan, Presets
from studio.ui.gallery.export_fields import PlanFields
from studio.ui.gallery.export_presets import PresetRow
from studio.ui.gallery.export_work import ExportWork, Look, Stopped, plain
from studio.ui.gallery.poster import Poster
from studio.ui.gallery.words import how_many
from studio.ui.widgets.basics import TextButton, label, rule, set_role, tighten, wrapped

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.ui.gallery.room import GalleryRoom

LATER = 350  # milliseconds after a change until the first one is made anew to be looked at
MOST = 6  # works that were left out are named


class ExportDialog(QDialog):
    """Asks, shows the first one as it will be, and writes all with progress.

    The library has to be open. ids: of what is to be exported, in order.
    """

    def __init__(
        self, room: GalleryRoom, ids: Sequence[str], presets: Presets | None = None
    ) -> None:
        super().__init__(room.window_)
        library = room.asking.library
        assert library is not None
        self._room, self._count = room, len(ids)
        self._presets = presets or Presets.default()
        self._first: Artwork | None = None
        self._running = False
        self._done: Exported | None = None
        self.work = ExportWork(library, ids, self._presets, self)
        look = room.look
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Save copies")
        self.presets = PresetRow(look, self._presets)
        self.fields = PlanFields(look)
        self.poster = Poster(look)
        self.poster.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.poster.setCursor(Qt.CursorShape.ArrowCursor)
        self.shown = label("", "label")
        self.size_words = wrapped("", "muted")
        self.licence = wrapped("", "muted")
        self.hint = wrapped("", "hint")
        self.hint.hide()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("How far it is")
        self.progress.hide()
        self.told = label("", "muted")
        self.show_folder = TextButton(look, "Show in folder", "folder-open")
        self.show_folder.hide()
        self.away = TextButton(look, "Cancel")
        self.go = TextButton(look, "Choose a folder…", "download", "accent", "on_accent")
        self.go.setDefault(True)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LATER)
        self._later.timeout.connect(self._look)
        self._lay_out()
        self._connect()
        self.fields.show_plan(self._presets.last())
        self._changed()
        self.work.know(self._know)
        room.window_.installEventFilter(self)

    @property
    def running(self) -> bool:
        """Whether files are being written."""
        return self._running

    def export_to(self, folder: Path) -> None:
        """Write all into a folder."""
        try:
            plan = self.fields.plan()
        except StudioError as error:
            self._say(plain(error))
            return
        self._later.stop()
        self.hint.hide()
        self._set_running(True)
        self.work.export(plan, folder, self._exported, self._not_exported)

    def reject(self) -> None:
        """Cancel: what runs is stopped first."""
        if self._running:
            self.away.setEnabled(False)
            self.told.setText("Stopping…")
            self.work.stop()
        else:
            super().reject()

    def done(self, result: int) -> None:
        """The dialog goes."""
        self._later.stop()
        self.work.close()
        super().done(result)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stop when the whole window goes."""
        if watched is self._room.window_ and event.type() == QEvent.Type.Close:
            self._running = False
            self.done(QDialog.DialogCode.Rejected)
        return False

    def _know(self, answer: tuple[Artwork | None, list[str]]) -> None:
        self._first, lines = answer
        self.licence.setText("\n".join(lines))
        if self._first is None:
            self._say("These works are not in the library any more.")
            self.go.setEnabled(False)
            return
        self.poster.expect(self._first.width, self._first.height, self._first.title)
        self._look()

    def _changed(self) -> None:
        missing = self.fields.missing()
        try:
            self.fields.plan()
        except StudioError as error:
            missing = missing or error.what
        self._say(missing)
        self.go.setEnabled(not missing)
        if missing:
            self._later.stop()
        else:
            self._later.start()

    def _changed_by_hand(self) -> None:
        self.presets.no_longer()
        self._changed()

    def _take(self, plan: ExportPlan) -> None:
        self.fields.show_plan(plan)
        self._changed()

    def _look(self) -> None:
        if self._first is None or self._running:
            return
        try:
            plan = self.fields.plan()
        except StudioError:
            return
        self.work.look(self._first, plan, self._show_look, self._not_shown)

    def _show_look(self, look: Look) -> None:
        if not look.image.isNull():
            self.poster.expect(
                look.image.width(), look.image.height(), self.poster.accessibleName()
            )
        self.poster.show_image(look.image)
        which = "The first one" if self._count > 1 else "The picture"
        self.shown.setText(f"{which}, as it will be" if look.made else which)
        self.size_words.setText(look.says)

    def _not_shown(self, error: Exception) -> None:
        self.size_words.setText(plain(error))

    def _keep(self) -> None:
        try:
            self.presets.keep(self.fields.plan())
        except StudioError as error:
            self._say(plain(error))

    def _ask_folder(self) -> None:
        if self._done is not None:
            self.accept()
            return
        from studio.ui.dialogs import ask_folder

        ask_folder(self, "A folder for the copies", "", self.export_to)

    def _tell(self, done: int, of: int, title: str) -> None:
        self.progress.setRange(0, max(1, of))
        self.progress.setValue(done)
        if self._running and self.away.isEnabled():
            self.told.setText(f"{done:,} of {of:,}  {title[:50]}")

    def _exported(self, done: Exported) -> None:
        self._set_running(False)
        words = how_many(len(done.files), "file was", "files were")
        said = f"{words} saved in “{done.folder.name}”"
        if not done.left_out and not done.notes:
            show = partial(_open, done.folder)
            self._room.toast_say(said, "Show in folder", show)
            self.accept()
            return
        self._done = done
        lines = [f"{said}.", *done.notes]
        lines += [
            f"“{left.artwork.title}” was left out. {plain(left.why)}"
            for left in done.left_out[:MOST]
        ]
        if len(done.left_out) > MOST:
            lines.append(f"{how_many(len(done.left_out) - MOST)} more were left out as well.")
        self._say("\n".join(lines))
        self.show_folder.setVisible(bool(done.files))
        self.go.set_words("Done")
        self.away.hide()

    def _not_exported(self, error: Exception) -> None:
        self._set_running(False)
        if isinstance(error, Stopped):
            self._say("Stopped. What was finished until then stays.")
        else:
            self._say(plain(error))

    def _set_running(self, running: bool) -> None:
        self._running = running
        for part in (self.fields, self.presets, self.go):
            part.setEnabled(not running)
        self.away.setEnabled(True)
        self.away.set_words("Stop" if running else "Cancel")
        self.progress.setVisible(running)
        self.progress.setRange(0, 0)
        self.told.setText("")

    def _say(self, words: str) -> None:
        self.hint.setText(words)
        self.hint.setVisible(bool(words))

    def _show_folder(self) -> None:
        if self._done is not None:
            _open(self._done.folder)

    def _connect(self) -> None:
        self.fields.changed.connect(self._changed_by_hand)
        self.presets.chosen.connect(self._take)
        self.presets.keep_wanted.connect(self._keep)
        self.presets.problem.connect(lambda error: self._say(plain(error)))
        self.work.told.connect(self._tell)
        self.go.clicked.connect(self._ask_folder)
        self.away.clicked.connect(self.reject)
        self.show_folder.clicked.connect(self._show_folder)

    def _lay_out(self) -> None:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        set_role(inside, "scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 12, 0)
        column.addWidget(self.fields)
        area.setWidget(inside)
        right = QVBoxLayout()
        tighten(right, 0, 8)
        right.addWidget(self.shown)
        right.addWidget(self.poster)
        right.addWidget(self.size_words)
        right.addWidget(self.licence)
        right.addStretch(1)
        side = QWidget()
        side.setFixedWidth(280)
        side.setLayout(right)
        middle = QHBoxLayout()
        tighten(middle, 0, 24)
        middle.addWidget(area, 1)
        middle.addWidget(side)
        foot = QHBoxLayout()
        tighten(foot, 0, 8)
        foot.addWidget(self.told, 1)
        for button in (self.show_folder, self.away, self.go):
            foot.addWidget(button)
        whole = QVBoxLayout(self)
        tighten(whole, 24, 10)
        title = "Save a copy" if self._count == 1 else f"Save copies of {how_many(self._count)}"
        whole.addWidget(label(title, "heading"))
        whole.addWidget(self.presets)
        whole.addLayout(middle, 1)
        whole.addWidget(rule())
        whole.addWidget(self.hint)
        whole.addWidget(self.progress)
        whole.addLayout(foot)
        self.setFixedSize(760, 620)


def _open(folder: Path) -> None:
    from studio.ui.dialogs import show_folder

    show_folder(folder)
