"""Copies of works for the world: in which format, how large, with which words inside."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.errors import StudioError
from studio.export import Cut, Exported, ExportPlan, Presets, Words
from studio.ui.gallery.export_fields import PlanFields
from studio.ui.gallery.export_presets import PresetRow
from studio.ui.gallery.export_rows import scrolled
from studio.ui.gallery.export_says import account, plain, saved
from studio.ui.gallery.export_side import ExportSide
from studio.ui.gallery.export_work import ExportWork, Known, Looked, Wish
from studio.ui.gallery.pace import Pace
from studio.ui.gallery.words import how_many
from studio.ui.widgets.basics import TextButton, label, rule, tighten, wrapped

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.ui.gallery.room import GalleryRoom

LATER = 350  # milliseconds after a change until the finished thing is made, and not a draft
WIDEST, HIGHEST = 1120, 800
OF_ONE = ("title", "alt")  # words that are of one work alone


class ExportDialog(QDialog):
    """Asks, shows what will come out, and writes all with progress.

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
        self._known = Known(())
        self._said: dict[str, Words] = {}
        self._cuts: dict[str, Cut] = {}
        self._shown = ""  # id of the work whose own words are in the fields
        self._format = ""  # that is looked at
        self._running = False
        self._done: Exported | None = None
        self._finished = 0
        self._pace = Pace()
        self.work = ExportWork(library, ids, self._presets, self)
        look = room.look
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Save copies")
        self.presets = PresetRow(look, self._presets)
        self.fields = PlanFields(look)
        self.side = ExportSide(look)
        self.hint = wrapped("", "hint")
        self._hints = QScrollArea()
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
        self._later.timeout.connect(partial(self._look, draft=False))
        self._lay_out()
        self._connect()
        self.fields.show_plan(self.presets.plan())
        self._check()
        self.setFocus()  # Tab begins at the top
        self.work.know(self._know)
        room.window_.installEventFilter(self)

    @property
    def running(self) -> bool:
        """Whether files are being written."""
        return self._running

    def export_to(self, folder: Path) -> None:
        """Write all into a folder."""
        try:
            wish = self._wish()
        except StudioError as error:
            self._say(plain(error))
            return
        self._later.stop()
        self._say("")
        self._pace, self._finished = Pace(), 0
        self._set_running(True)
        self.work.export(wish, folder, self._exported, self._not_exported)

    def reject(self) -> None:
        """Cancel: what runs is stopped at once, and the dialog stays."""
        if self._running:
            self.work.stop()
            self._set_running(False)
            done = self._finished
            kept = "What was finished until then stays." if done else "Nothing was finished yet."
            self._say(f"Stopped after {done:,} of {how_many(self._count)}. {kept}")
        else:
            super().reject()

    def done(self, result: int) -> None:
        """The dialog goes."""
        self._later.stop()
        self.work.stop()
        super().done(result)
        self.work.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stop when the whole window goes."""
        if watched is self._room.window_ and event.type() == QEvent.Type.Close:
            self._running = False
            self.done(QDialog.DialogCode.Rejected)
        return False

    # What is asked for

    def _wish(self) -> Wish:
        """All that was chosen. StudioError where it does not fit together."""
        plan = self.fields.plan()
        self._keep_own(plan)
        if not plan.is_set:
            own = dict.fromkeys(OF_ONE, "")
            plan = plan.model_copy(update={"words": plan.words.model_copy(update=own)})
        return Wish(plan, self.side.number, dict(self._said), dict(self._cuts))

    def _keep_own(self, plan: ExportPlan) -> None:
        """Remember the words in the fields that are of the work that is shown."""
        if self._shown and not plan.is_set:
            own = Words(**{name: getattr(plan.words, name) for name in OF_ONE})
            if own == Words():
                self._said.pop(self._shown, None)
            else:
                self._said[self._shown] = own

    def _show_own(self, plan: ExportPlan) -> None:
        """Show the words of the work that is to be seen now."""
        proofs = self.work.proofs
        artwork = proofs.artwork(plan, self.side.number) if proofs else None
        shown = artwork.id if artwork is not None and not plan.is_set else ""
        if shown != self._shown:
            self._shown = shown
            own = self._said.get(shown, Words())
            self.fields.show_words({name: getattr(own, name) for name in OF_ONE})
        title = artwork.title if artwork is not None and not plan.is_set else ""
        self.fields.lines["title"].setPlaceholderText(title)

    def _know(self, known: Known) -> None:
        self._known = known
        self.side.licence.setText("\n".join(known.lines))
        if not known.artworks:
            self._say("These works are not in the library any more.")
            self.go.setEnabled(False)
            return
        self._count = len(known.artworks)
        self.fields.expect(self._count > 1, any(each.is_sound for each in known.artworks))
        self._check()
        self._look(draft=True)
        self._look(draft=False)

    def _check(self) -> ExportPlan | None:
        """Say what does not fit; the plan where all does."""
        missing = self.fields.missing()
        plan = None
        try:
            plan = self.fields.plan()
        except StudioError as error:
            missing = missing or error.what
        self._say(missing)
        self.go.setEnabled(not missing and bool(self._known.artworks))
        if plan is None or missing:
            self._later.stop()
            self.work.quiet()
            return None
        proofs = self.work.proofs
        if proofs is not None:
            self.side.expect(proofs.count(plan))
            self._show_own(plan)
        return plan

    def _changed(self) -> None:
        if self._done is not None:  # another export, of the same works
            self._begin_again()
        self.side.forget_sizes()
        if self._check() is not None:
            if self.fields.format.value() != self._format:
                self.side.view.wait()
            self._format = self.fields.format.value()
            self._look(draft=True)
            self._later.start()

    def _changed_by_hand(self) -> None:
        self.presets.no_longer()
        self._changed()

    def _take(self, plan: ExportPlan) -> None:
        kept = {name: self.fields.lines[name].text() for name in OF_ONE}
        self.fields.show_plan(plan)
        self.fields.show_words(kept)
        self._changed()

    # What will come out

    def _look(self, *, draft: bool) -> None:
        if self._running:
            return
        try:
            wish = self._wish()
        except StudioError:
            return
        self.work.look(wish, self._show, self._not_shown, draft=draft)

    def _show(self, looked: Looked) -> None:
        own = looked.artwork is not None and looked.artwork.id in self._cuts
        self.side.take(looked, own)

    def _not_shown(self, error: Exception) -> None:
        artwork = self._in_sight()
        self.side.say(plain(error), artwork.title if artwork else "")

    def _turned(self, _number: int) -> None:
        try:
            plan = self.fields.plan()
        except StudioError:
            return
        self._keep_own(plan)
        self._show_own(plan)
        self.side.view.wait()
        self._look(draft=True)
        self._later.start()

    def _move(self, across: float, down: float) -> None:
        artwork = self._in_sight()
        if artwork is not None:
            self._cuts[artwork.id] = Cut(across=across, down=down)
            self._look(draft=True)
            if not self.side.view.moving:
                self._later.start()

    def _move_back(self) -> None:
        artwork = self._in_sight()
        if artwork is not None:
            self._cuts.pop(artwork.id, None)
        self._look(draft=True)
        self._later.start()

    def _in_sight(self) -> Artwork | None:
        """The work that is looked at; None of a sheet."""
        proofs = self.work.proofs
        try:
            return proofs.artwork(self.fields.plan(), self.side.number) if proofs else None
        except StudioError:
            return None

    # Writing

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

        folder = self._presets.folder()
        ask_folder(self, "A folder for the copies", str(folder or ""), self.export_to)

    def _tell(self, done: int, of: int, title: str) -> None:
        if not self._running:
            return
        self._finished = done
        self.progress.setRange(0, max(1, of))
        self.progress.setValue(done)
        left = self._pace.words(done, of, time.monotonic())
        parts = [f"{done:,} of {of:,}", title[:40], left]
        self.told.setText("  ·  ".join(part for part in parts if part))

    def _exported(self, done: Exported) -> None:
        self._set_running(False)
        said = saved(done)
        if not done.left_out and not done.notes:
            show = partial(_open, done)
            self._room.toast_say(said, "Show in folder", show)
            self.accept()
            return
        self._done = done
        self._say(account(done))
        self.show_folder.setVisible(bool(done.files))
        self.go.set_words("Done")
        self.go.set_icon("check")
        self.away.hide()

    def _begin_again(self) -> None:
        """After an export that left something out, the artist wants another."""
        self._done = None
        self.show_folder.hide()
        self.go.set_words("Choose a folder…")
        self.go.set_icon("download")
        self.away.show()

    def _not_exported(self, error: Exception) -> None:
        self._set_running(False)
        self._say(plain(error))

    def _set_running(self, running: bool) -> None:
        self._running = running
        for part in (self.fields, self.presets, self.side, self.go):
            part.setEnabled(not running)
        self.go.setVisible(not running)
        self.away.set_words("Stop" if running else "Cancel")
        self.progress.setVisible(running)
        self.progress.setRange(0, 0)
        self.told.setText("Beginning…" if running else "")

    def _say(self, words: str) -> None:
        self.hint.setText(words)
        self._hints.setVisible(bool(words))
        lines = min(6, self.hint.sizeHint().height() // self.hint.fontMetrics().height() + 1)
        self._hints.setFixedHeight(lines * self.hint.fontMetrics().lineSpacing() + 6)

    def _connect(self) -> None:
        self.fields.changed.connect(self._changed_by_hand)
        self.presets.chosen.connect(self._take)
        self.presets.keep_wanted.connect(self._keep)
        self.presets.problem.connect(lambda error: self._say(plain(error)))
        self.side.turned.connect(self._turned)
        self.side.back_wanted.connect(self._move_back)
        self.side.view.moved.connect(self._move)
        self.side.view.let_go.connect(self._later.start)
        self.work.told.connect(self._tell)
        self.go.clicked.connect(self._ask_folder)
        self.away.clicked.connect(self.reject)
        self.show_folder.clicked.connect(lambda: _open(self._done))

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        tighten(column, 0, 10)
        column.addWidget(self.presets)
        column.addWidget(scrolled(QScrollArea(), self.fields), 1)
        left = QWidget()
        left.setFixedWidth(360)
        left.setLayout(column)
        middle = QHBoxLayout()
        tighten(middle, 0, 24)
        middle.addWidget(left)
        middle.addWidget(self.side, 1)
        foot = QHBoxLayout()
        tighten(foot, 0, 8)
        foot.addWidget(self.told, 1)
        for button in (self.show_folder, self.away, self.go):
            foot.addWidget(button)
        whole = QVBoxLayout(self)
        tighten(whole, 24, 10)
        title = "Save a copy" if self._count == 1 else f"Save copies of {how_many(self._count)}"
        whole.addWidget(label(title, "heading"))
        whole.addLayout(middle, 1)
        whole.addWidget(rule())
        whole.addWidget(scrolled(self._hints, self.hint))
        whole.addWidget(self.progress)
        whole.addLayout(foot)
        around = self._room.window_.size()
        self.setMinimumSize(820, 520)
        self.resize(
            max(820, min(WIDEST, around.width() - 60)), max(520, min(HIGHEST, around.height() - 60))
        )


def _open(done: Exported | None) -> None:
    from studio.ui.dialogs import show_folder

    if done is not None:
        show_folder(done.folder)
