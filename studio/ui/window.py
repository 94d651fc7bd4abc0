"""The window: a rail of rooms, the room, the status line."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QIcon, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.paths import resources
from studio.ui.bridge import JobSignals
from studio.ui.collection import Collection
from studio.ui.jobs_panel import JobsPanel
from studio.ui.memory import Memory
from studio.ui.picture_room import PictureRoom
from studio.ui.pictures import Pictures
from studio.ui.theme import Look
from studio.ui.tray import Tray
from studio.ui.widgets.basics import set_role, tighten

if TYPE_CHECKING:
    from studio.shelf import Model
    from studio.ui.settings_page import SettingsPage
    from studio.work.queue import EngineState, JobQueue

SMALLEST = QSize(1024, 680)
FIRST = QSize(1360, 860)
RAIL = 76


class Rail(QFrame):
    """The rooms, and the settings at the lower end."""

    chosen = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        set_role(self, "rail")
        self.setFixedWidth(RAIL)
        self.setAccessibleName("Rooms")
        self._look = look
        self._icons: dict[QToolButton, str] = {}
        self._group = QButtonGroup(self)
        self._mark = QLabel()
        self._mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 14, 8, 12)
        column.setSpacing(8)
        column.addWidget(self._mark)
        column.addSpacing(4)
        column.addWidget(self._room("Picture", "paintbrush", 0))
        column.addStretch(1)
        column.addWidget(self._room("Settings", "settings", 1))
        self._group.button(0).setChecked(True)
        self._group.idClicked.connect(self.chosen)
        look.changed.connect(self._draw)
        self._draw()

    def choose(self, place: int) -> None:
        """Mark a room as the one that is shown."""
        self._group.button(place).setChecked(True)
        self._draw()

    def button(self, place: int) -> QToolButton:
        """The button of a room."""
        found = self._group.button(place)
        assert isinstance(found, QToolButton)
        return found

    def _room(self, words: str, icon: str, place: int) -> QToolButton:
        button = QToolButton()
        set_role(button, "room")
        button.setText(words)
        button.setAccessibleName(words)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(QSize(22, 22))
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.toggled.connect(self._draw)
        self._icons[button] = icon
        self._group.addButton(button, place)
        return button

    def _draw(self) -> None:
        self._mark.setPixmap(self._look.pixmap("mark", "accent", 30))
        for button, icon in self._icons.items():
            token = "text" if button.isChecked() else "muted"
            button.setIcon(self._look.icon(icon, token, 22))


class Window(QWidget):
    """The one window. `painted` is emitted once, after it has been drawn for the first time."""

    painted = Signal()
    closed = Signal()
    library_chosen = Signal(object)
    add_model_wanted = Signal()

    def __init__(
        self,
        look: Look,
        memory: Memory,
        queue: JobQueue,
        signals: JobSignals,
        collection: Collection,
        pictures: Pictures,
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle("Easel")
        self.setWindowIcon(QIcon(str(resources() / "easel-256.png")))
        self.setMinimumSize(SMALLEST)
        self._look, self._memory, self._collection = look, memory, collection
        self._painted = False
        self.rail = Rail(look)
        self.room = PictureRoom(look, self, queue, signals, collection, pictures)
        self._settings: SettingsPage | None = None  # made when it is first looked at
        self._folder = Path()
        self._models: tuple[Model, ...] = ()
        self.tray = Tray(look, queue, signals)
        self.jobs = JobsPanel(look, queue, signals, self)
        self.rooms = QStackedWidget()
        self.rooms.addWidget(self.room)
        right = QVBoxLayout()
        tighten(right)
        right.addWidget(self.rooms, 1)
        right.addWidget(self.tray)
        whole = QHBoxLayout(self)
        tighten(whole)
        whole.addWidget(self.rail)
        whole.addLayout(right, 1)
        self._saving = QTimer(self)
        self._saving.setSingleShot(True)
        self._saving.setInterval(1500)
        self._connect(signals)
        self._dress()
        self._recall()
        self.room.panel.prompt.setFocus()

    @property
    def settings(self) -> SettingsPage:
        """The page of settings."""
        if self._settings is None:
            from studio.ui.settings_page import SettingsPage

            self._settings = SettingsPage(self._look)
            self._settings.show_folder(self._folder)
            self._settings.show_models(self._models)
            self._settings.theme_chosen.connect(self._theme_chosen)
            self._settings.library_chosen.connect(self.library_chosen)
            self.rooms.addWidget(self._settings)
        return self._settings

    @property
    def saving(self) -> QTimer:
        """Runs out a moment after something worth remembering has changed."""
        return self._saving

    def escape(self) -> None:
        """Escape: close what lies on top, else cancel what is being drawn."""
        if not self.room.viewer.isHidden():
            self.room.viewer.close_view()
        elif not self.jobs.isHidden():
            self.close_jobs()
        elif self.rooms.currentWidget() is not self.room:
            self.go_to(0)
        else:
            self.tray.cancel_running()

    def create_picture(self) -> None:
        """Ctrl+Enter, wherever the focus is."""
        if self.rooms.currentWidget() is self.room:
            self.room.viewer.close_view()
            self.room.panel.ask()

    def go_to(self, place: int) -> None:
        """Show a room."""
        self.rail.choose(place)
        self.rooms.setCurrentWidget(self.settings if place else self.room)

    def show_jobs(self, shown: bool) -> None:
        """Open or close the list of jobs."""
        if shown:
            self.jobs.open(QPoint(RAIL + 12, self.height() - self.tray.height() - 8))
        else:
            self.jobs.hide()

    def close_jobs(self) -> None:
        """Close the list of jobs."""
        self.jobs.hide()
        self.tray.waiting.setChecked(False)
        self.tray.refresh()

    def remember(self) -> None:
        """Put everything worth remembering into the memory; does not write it."""
        geometry = self.saveGeometry().data()
        self._memory.set("geometry", base64.b64encode(bytes(geometry)).decode())
        self._memory.set("theme", self._look.choice)
        if self._collection.known:
            self._memory.set("pictures_made", bool(self._collection.artworks))
        panel = self.room.panel
        self._memory.set("picture", panel.state())
        self._memory.set("picture_locked", panel.seed.locked)
        self._memory.set("picture_advanced", panel.form.fold.open)

    def show_models(self, models: Sequence[Model]) -> None:
        """Offer these models, and name their makers in the settings."""
        self._models = tuple(models)
        self.room.panel.set_models(list(models))
        if self._settings is not None:
            self._settings.show_models(models)

    def show_folder(self, folder: Path) -> None:
        """Say where pictures are kept."""
        self._folder = folder
        if self._settings is not None:
            self._settings.show_folder(folder)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell when the window is on the screen for the first time."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Go at once; what must end ends behind the closed window."""
        self._saving.stop()
        self.remember()
        event.accept()
        self.hide()
        self.closed.emit()

    def _recall(self) -> None:
        self.resize(FIRST)
        geometry = self._memory.get("geometry")
        if geometry:
            try:
                self.restoreGeometry(QByteArray(base64.b64decode(geometry, validate=True)))
            except ValueError:
                self._memory.forget("geometry")
        if self._memory.get("pictures_made", False):
            self.room.wait_for_pictures()
        self.room.panel.restore(
            self._memory.get("picture", {}),
            self._memory.get("picture_locked", False),
            self._memory.get("picture_advanced", False),
        )

    def _dress(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet(self._look.stylesheet())

    def _engine(self, state: EngineState) -> None:
        banner = self.room.banner
        if state.phase == "ready":
            banner.take_back("engine")
        elif state.phase == "restarting":
            banner.say(
                "The drawing engine stopped and is being started again.",
                "Nothing that was kept is lost, and what waits will be drawn.",
                topic="engine",
            )
        elif state.phase == "stopped":
            banner.say(
                "The drawing engine cannot be started on this computer.",
                "Close and open Easel again. If that does not help, “easel doctor” says what is "
                "missing.",
            )

    def _theme_chosen(self, choice: str) -> None:
        self._look.choose(choice)
        self._saving.start()

    def _edited(self) -> None:
        self._saving.start()

    def _connect(self, signals: JobSignals) -> None:
        self.rail.chosen.connect(self.go_to)
        self.room.folder_wanted.connect(self._ask_folder)
        self.room.panel.changed.connect(self._edited)
        self.room.panel.add_model.connect(self.add_model_wanted)
        self.room.looked_away.connect(self.tray.look_away)
        self.tray.watch.clicked.connect(self.room.watch)
        self.tray.list_wanted.connect(self.show_jobs)
        self.jobs.closed.connect(self.close_jobs)
        signals.engine.connect(self._engine)
        self._look.changed.connect(self._dress)
        for keys, do in (
            ("Ctrl+Return", self.create_picture),
            ("Ctrl+Enter", self.create_picture),
            ("Escape", self.escape),
            ("Ctrl+,", self._open_settings),
            ("Ctrl+J", self._toggle_jobs),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(do)

    def _ask_folder(self) -> None:
        self.settings.ask_folder()

    def _open_settings(self) -> None:
        self.go_to(1)

    def _toggle_jobs(self) -> None:
        if self.tray.waiting.isVisible():
            self.tray.waiting.toggle()
