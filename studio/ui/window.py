"""The window: a rail of rooms, the room, the status line."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QIcon, QImage, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.paths import resources
from studio.recipes import PictureRecipe, Recipe
from studio.ui.bridge import JobSignals
from studio.ui.collection import Collection
from studio.ui.jobs_panel import JobsPanel
from studio.ui.later_rooms import PLACES, LaterRooms
from studio.ui.memory import Memory
from studio.ui.picture_room import PictureRoom
from studio.ui.pictures import Pictures
from studio.ui.rail import RAIL, ROOMS, Rail
from studio.ui.theme import Look
from studio.ui.tray import Tray
from studio.ui.widgets.basics import tighten

if TYPE_CHECKING:
    from studio.shelf import Model
    from studio.ui.gallery.room import GalleryRoom
    from studio.ui.later_rooms import LaterRoom
    from studio.ui.music.room import MusicRoom
    from studio.ui.settings_page import SettingsPage
    from studio.ui.sliders.room import SlidersRoom
    from studio.ui.style.room import StyleRoom
    from studio.work.live import LiveViews
    from studio.work.messages import Made
    from studio.work.queue import EngineState, Job, JobQueue

    Room = PictureRoom | LaterRoom

SMALLEST = QSize(1024, 680)
FIRST = QSize(1360, 860)
STYLES = ("style", "finest", "style-film")  # kinds of recipes that the style room makes
TUNES = ("tune", "sound", "score-film")  # and the music room


class Window(QWidget):
    """The one window. `painted` is emitted once, after it has been drawn for the first time.

    Rooms but the first are made when they are first looked at.
    """

    painted = Signal()
    closed = Signal()
    library_chosen = Signal(object)
    trash_chosen = Signal(object)
    add_model_wanted = Signal()
    add_file_wanted = Signal()
    entered = Signal(str)  # a room

    def __init__(
        self,
        look: Look,
        memory: Memory,
        queue: JobQueue,
        signals: JobSignals,
        live: LiveViews,
        collection: Collection,
        pictures: Pictures,
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle("Easel")
        self.setWindowIcon(QIcon(str(resources() / "easel-256.png")))
        self.setMinimumSize(SMALLEST)
        self._look, self._memory, self._collection = look, memory, collection
        self._queue, self._signals, self._live, self._pictures = queue, signals, live, pictures
        self._painted = False
        self.rail = Rail(look)
        self.picture = PictureRoom(look, self, queue, signals, collection, pictures)
        self._later = LaterRooms(self._make_room, self._furnish)
        self._room = ROOMS[0][0]  # the room in use, also while the settings are open
        self._settings: SettingsPage | None = None  # made when it is first looked at
        self._folder = Path()
        self._models: dict[str, list[Model]] | None = None  # by kind, once they are known
        self.tray = Tray(look, queue, signals)
        self.jobs = JobsPanel(look, queue, signals, self)
        self.rooms = QStackedWidget()
        self.rooms.addWidget(self.picture)
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
        self.picture.listening.device = self._memory.get("sound_device", "")
        self.picture.panel.prompt.setFocus()

    @property
    def room(self) -> Room:
        """The room in use."""
        return self.picture if self._room == ROOMS[0][0] else self._later[self._room]

    @property
    def sliders(self) -> SlidersRoom:
        """The sliders' room."""
        return self._later.sliders

    @property
    def style_(self) -> StyleRoom:
        """The style room; `style` is Qt's word for how widgets are drawn."""
        return self._later.style

    @property
    def music(self) -> MusicRoom:
        """The music room."""
        return self._later.music

    @property
    def gallery(self) -> GalleryRoom:
        """The gallery."""
        return self._later.gallery

    @property
    def settings(self) -> SettingsPage:
        """The page of settings."""
        if self._settings is None:
            from studio.library.trash_days import chosen_days
            from studio.ui.settings_page import SettingsPage

            self._settings = SettingsPage(self._look)
            self._settings.show_folder(self._folder)
            self._settings.show_models(self._all_models())
            self._settings.theme_chosen.connect(self._theme_chosen)
            self._settings.library_chosen.connect(self.library_chosen)
            self._settings.show_trash(chosen_days())
            self._settings.trash_chosen.connect(self.trash_chosen)
            self._settings.sound.show_device(self._memory.get("sound_device", ""))
            self._settings.sound.chosen.connect(self._device_chosen)
            self.rooms.addWidget(self._settings)
        return self._settings

    @property
    def saving(self) -> QTimer:
        """Runs out a moment after something worth remembering has changed."""
        return self._saving

    def escape(self) -> None:
        """Escape: close what lies on top, else cancel what is being drawn."""
        if not self.picture.viewer.isHidden():
            self.picture.viewer.close_view()
        elif not self.jobs.isHidden():
            self.close_jobs()
        elif self.rooms.currentWidget() is not self.room:
            self.go_to(self._room)
        elif not self.room.escape():
            self.tray.cancel_running()

    def create_picture(self) -> None:
        """Ctrl+Enter, wherever the focus is."""
        if self.rooms.currentWidget() is self.picture:
            self.picture.viewer.close_view()
            self.picture.panel.ask()
        elif self.rooms.currentWidget() is self._later.music_made:
            self.music.ask()

    def go_to(self, room: str) -> None:
        """Show a room, or the settings."""
        self.rail.choose(room)
        if room == "settings":
            self.rooms.setCurrentWidget(self.settings)
            return
        if room != self._room:
            self._room = room
            self._saving.start()
        self.picture.viewer.close_view()
        self.rooms.setCurrentWidget(self.room)
        self.room.enter()
        self.entered.emit(room)

    def use_recipe(self, recipe: Recipe) -> None:
        """Go to the room that a recipe belongs to, and take it up there."""
        self.go_to(_room_of(recipe))
        self.room.use(recipe)

    def send(self, place: str, what: Any) -> None:
        """Take an Artwork, or a path of the sliders' room, to where it shall go (`ui.send`)."""
        self.go_to({"find": "sliders", "tune": "music"}.get(place, "style"))
        match place:
            case "find":
                self.sliders.take(what)
            case "tune":
                self.music.take(what)
            case "paint":
                self.style_.take(what)
            case "manner":
                self.style_.take_manner(what)
            case "path":
                self.style_.take_path(what)

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
        self._memory.set("room", self._room)
        for name, room in self._later:
            self._memory.set(name, room.state())
        panel = self.picture.panel
        self._memory.set("picture", panel.state())
        self._memory.set("picture_locked", panel.seed.locked)
        self._memory.set("picture_advanced", panel.form.fold.open)

    def show_models(self, models: dict[str, list[Model]]) -> None:
        """Offer these models, by kind, and name their makers in the settings."""
        self._models = models
        self.picture.panel.set_models(models["picture"])
        for name, room in self._later:
            self._offer_models(name, room)
        if self._settings is not None:
            self._settings.show_models(self._all_models())

    def choose_model(self, model: Model) -> None:
        """Go to the room of a model and take it."""
        if model.manifest.kind == "latent":
            self.go_to("sliders")
            self.sliders.choose_model(model.id)
        elif model.manifest.kind == "style":
            self.go_to("style")
            self.style_.choose_model(model.id)
        elif model.manifest.kind in ("tune", "sound"):
            self.go_to("music")
            self.music.choose_model(model.id)
        else:
            self.go_to("picture")
            self.picture.panel.choose_model(model.id)

    def show_folder(self, folder: Path) -> None:
        """Say where pictures are kept."""
        self._folder = folder
        if self._settings is not None:
            self._settings.show_folder(folder)

    def show_trash(self, days: int, due: int) -> None:
        """Say for how many days the trash is kept. due: works that have been in it for longer."""
        self.settings.show_trash(days, due)
        if (gallery := self._later.gallery_made) is not None:
            gallery.trash_bar.refresh()
            gallery.details.refresh()

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
        for _, room in self._later:
            room.close()
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
            self.picture.wait_for_pictures()
        self.picture.panel.restore(
            self._memory.get("picture", {}),
            self._memory.get("picture_locked", False),
            self._memory.get("picture_advanced", False),
        )
        if self._memory.get("room") in [room for room, *_ in ROOMS[1:]]:
            self.go_to(self._memory.get("room"))

    def _device_chosen(self, device: str) -> None:
        self._memory.set("sound_device", device)
        self.picture.listening.device = device
        if (music := self._later.music_made) is not None:
            music.choose_device(device)
        if (gallery := self._later.gallery_made) is not None:
            gallery.listening.device = device
        if self._settings is not None:
            self._settings.sound.show_device(device)
        self._saving.start()

    def _make_room(self, kind: Callable[..., LaterRoom]) -> LaterRoom:
        return kind(
            self._look, self, self._live, self._queue, self._signals, self._collection,
            self._pictures,
        )  # fmt: skip

    def _furnish(self, name: str, room: LaterRoom) -> None:
        """Connect a room that has just been made, and give it what it had at the last end."""
        device = self._memory.get("sound_device", "")
        match name:
            case "sliders":
                self.sliders.add_model.connect(self.add_model_wanted)
                self.sliders.add_file.connect(self.add_file_wanted)
                self.sliders.folder_wanted.connect(self._ask_folder)
            case "music":
                self.music.choose_device(device)
                self.music.device_chosen.connect(self._device_chosen)
                self.music.sung.add_model.connect(self.add_model_wanted)
            case "gallery":
                self.gallery.listening.device = device
                self.gallery.go_wanted.connect(self.go_to)
        room.restore(self._memory.get(name, {}))
        room.changed.connect(self._edited)
        room.pace_changed.connect(self.tray.show_live)
        room.elsewhere.connect(self.use_recipe)
        room.open_wanted.connect(self.picture.open_large)
        room.large_wanted.connect(self._look_closely)
        room.sent.connect(self.send)
        self.rooms.addWidget(room)
        self._offer_models(name, room)

    def _offer_models(self, name: str, room: LaterRoom) -> None:
        """Offer a room the models that it works with, as far as they are known."""
        if self._models is None:
            return
        if kind := PLACES[name][2]:
            room.set_models(self._models[kind])
        if name == "music":
            self.music.sung.set_models(self._models["sound"])

    def _dress(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet(self._look.stylesheet())

    def _engine(self, state: EngineState) -> None:
        for _, later in self._later:
            later.show_engine(state)
        banner = self.room.banner
        if state.phase == "ready":
            for one in (self.picture, *(later for _, later in self._later)):
                one.banner.take_back("engine")
        elif state.phase == "restarting":
            banner.say(
                "The engine stopped and is being started again.",
                "Nothing that was kept is lost, and what waits will be made.",
                topic="engine",
            )
        elif state.phase == "stopped":
            banner.say(
                "The engine cannot be started on this computer.",
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
        room = self.picture
        room.folder_wanted.connect(self._ask_folder)
        room.panel.changed.connect(self._edited)
        room.panel.add_model.connect(self.add_model_wanted)
        room.looked_away.connect(self.tray.look_away)
        room.elsewhere.connect(self.use_recipe)
        room.sent.connect(self.send)
        self.tray.watch.clicked.connect(self._watch)
        signals.made.connect(self._made)
        self.tray.list_wanted.connect(self.show_jobs)
        self.jobs.closed.connect(self.close_jobs)
        signals.engine.connect(self._engine)
        self._look.changed.connect(self._dress)
        for keys, do in (
            ("Ctrl+Return", self.create_picture),
            ("Ctrl+Enter", self.create_picture),
            ("Escape", self.escape),
            ("Ctrl+,", self._open_settings),
            *((f"Ctrl+{n + 1}", partial(self.go_to, room)) for n, (room, *_) in enumerate(ROOMS)),
            ("Ctrl+J", self._toggle_jobs),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(do)

    def _ask_folder(self) -> None:
        self.settings.ask_folder()

    def _open_settings(self) -> None:
        self.go_to("settings")

    def _look_closely(self, image: QImage, title: str) -> None:
        self.picture.viewer.show_picture(image, title, f"{image.width()} × {image.height()}")

    def _watch(self) -> None:
        """Look at what is being drawn, where that is."""
        job = self._queue.running
        if job is not None:
            self.go_to(_room_of(job.recipe))
            self.room.watch()

    def _made(self, _job: Job, made: Made) -> None:
        if made.artwork:  # else it went into a folder of the artist's own
            self._collection.add(made.artwork, Path(made.path))

    def _all_models(self) -> list[Model]:
        return [model for models in (self._models or {}).values() for model in models]

    def _toggle_jobs(self) -> None:
        if self.tray.waiting.isVisible():
            self.tray.waiting.toggle()


def _room_of(recipe: Recipe) -> str:
    """The room that makes what this recipe asks for."""
    if isinstance(recipe, PictureRecipe):
        return "picture"
    if recipe.kind in TUNES:
        return "music"
    return "style" if recipe.kind in STYLES else "sliders"
