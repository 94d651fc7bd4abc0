"""The gallery: everything that was made in a grid, and what is known of it at the right."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QHideEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.paths import cache_dir, library_folder
from studio.recipes import Recipe
from studio.ui.bridge import JobSignals
from studio.ui.collection import Collection
from studio.ui.file_drops import FileDrops
from studio.ui.gallery.asking import Asking
from studio.ui.gallery.bar import GalleryBar
from studio.ui.gallery.bring_bar import BringBar
from studio.ui.gallery.bringing import Bringing, Came, files_in, newest
from studio.ui.gallery.chores import Chores
from studio.ui.gallery.details import Details
from studio.ui.gallery.doings import Doings, Step
from studio.ui.gallery.filters import Filters
from studio.ui.gallery.follow import Follower
from studio.ui.gallery.grid import Grid
from studio.ui.gallery.nothing import Nothing
from studio.ui.gallery.search_bar import SearchBar
from studio.ui.gallery.seeking import Seeking
from studio.ui.gallery.thumb_store import ThumbCache
from studio.ui.gallery.thumbs import Thumbs
from studio.ui.gallery.trash_bar import TrashBar
from studio.ui.gallery.works import Works
from studio.ui.listening import Listening
from studio.ui.pictures import Pictures
from studio.ui.room_frame import lay_out
from studio.ui.theme import Look
from studio.ui.widgets.basics import set_role
from studio.ui.widgets.notices import Banner, Toast

if TYPE_CHECKING:
    from studio.library import Artwork, Library
    from studio.library.gallery import Card, Query
    from studio.shelf import Model
    from studio.work.live import LiveViews
    from studio.work.queue import EngineState, JobQueue

FEW = 20  # works that are gone to when they have been brought in


class GalleryRoom(FileDrops, QWidget):
    """Puts the parts together: what is asked for, what was found, what is done to it.

    go_wanted: a room to go to. The other signals are as in all rooms.
    """

    changed = Signal()  # something worth remembering
    pace_changed = Signal(str)
    large_wanted = Signal(object, str)
    open_wanted = Signal(object)
    elsewhere = Signal(object)
    sent = Signal(str, object)
    go_wanted = Signal(str)

    def __init__(
        self,
        look: Look,
        window: QWidget,
        live: LiveViews,  # noqa: ARG002 - nothing here is looked at live
        queue: JobQueue,
        signals: JobSignals,
        collection: Collection,
        pictures: Pictures,
    ) -> None:
        super().__init__()
        self.look, self.window_, self.queue, self.signals = look, window, queue, signals
        self.collection, self.pictures = collection, pictures
        self.banner = Banner(look)
        self.asking = Asking(collection, self.say_error)
        self.listening = Listening(self)
        self.cache = ThumbCache(cache_dir() / "thumbnails")
        self.thumbs = Thumbs(look, self.cache.of(library_folder()), self)
        self.grid = Grid(look, self.asking, self.thumbs, self.listening)
        self.search = SearchBar(look)
        self.filters = Filters(look)
        self.filters.hide()
        self.doings = Doings(self.asking, self.grid)
        self.works = Works(self)
        self.bar = GalleryBar(look, self.works.actions)
        self.bringing = Bringing(self.asking, self)
        self.bring_bar = BringBar(look)
        self.follower = Follower(self.asking, self)
        self.chores = Chores(lambda: self.asking.library, self.cache, self)
        self.none = Nothing(look, "images")
        self.trash_bar = TrashBar(self)
        self.details = Details(self)
        self.chosen: list[str] = []  # ids
        self.seeking = Seeking(self)
        self._lay_out()
        self.toast = Toast(look, self.stage)
        self._connect()
        self._opened()

    # What the window asks for

    def set_models(self, _models: list[Model]) -> None:
        """Nothing here is made by a model of the gallery's own."""

    def enter(self) -> None:
        """The artist has come to this room."""
        self.grid.setFocus()

    def escape(self) -> bool:
        """Escape: of many that are chosen one is, then what is searched for is let go."""
        if self.works.escape():
            return True
        selection = self.grid.selection
        if len(selection.chosen) > 1:
            selection.take(selection.current)
            self.grid.changed(selection.current)
            return True
        if not self.seeking.whole:
            self.seeking.show_all()
            self.grid.setFocus()
            return True
        return False

    def watch(self) -> None:
        """Nothing is made here."""

    def use(self, recipe: Recipe) -> None:
        """Take up a recipe, which is done elsewhere."""
        self.elsewhere.emit(recipe)

    def say_error(self, error: StudioError) -> None:
        """Tell of something that could not be done."""
        self.banner.say(error.what, error.todo)

    def show_engine(self, _state: EngineState) -> None:
        """Nothing here waits for the engine."""

    def state(self) -> dict[str, Any]:
        """What to remember."""
        return {
            "side": self.grid.side,
            "order": self.search.order.value,
            "filters": self.search.more.isChecked(),
        }

    def restore(self, values: dict[str, Any]) -> None:
        """Take what was remembered."""
        side = values.get("side")
        if isinstance(side, int):
            self.grid.set_side(side)
        if values.get("order") in ("newest", "oldest", "title", "largest"):
            self.search.order.take(values["order"])
        self.search.more.setChecked(values.get("filters") is True)
        self.refresh(keep=False)

    def close(self) -> bool:
        """The window is going."""
        self.follower.follow(False)
        self.chores.close()
        self.bringing.close()
        self.seeking.close()
        self.grid.hand.close()
        self.listening.stop(wait=True)
        self.thumbs.close()
        self.asking.close()
        return super().close()

    def showEvent(self, event: QShowEvent) -> None:
        """Follow what becomes of the library."""
        super().showEvent(event)
        self.follower.follow(True)
        self.chores.work(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        super().hideEvent(event)
        self.follower.follow(False)
        self.chores.work(False)
        self.works.escape()
        self.grid.hand.rest()

    # What is asked for

    @property
    def query(self) -> Query:
        """What is asked for just now."""
        return self.seeking.query

    def show_query(self, query: Query) -> None:
        """Ask for something else."""
        self.seeking.show_query(query)

    def show_work(self, artwork_id: str) -> None:
        """Go to an artwork; what is searched for is let go where it would hide it."""
        self.seeking.show_work(artwork_id)

    def refresh(self, keep: bool = True) -> None:
        """Ask anew. keep: what is in sight and chosen, since the question is the same."""
        self.seeking.refresh(keep)

    # What is chosen

    def _current_changed(self, card: Card | None) -> None:
        self.works.show(card)

    def _selected_changed(self, ids: list[str]) -> None:
        self.chosen = ids
        card = self.grid.current
        loved = bool(ids and card is not None and card.favourite)
        self.bar.show_chosen(len(ids), loved, bool(card is not None and card.trashed_at))
        self.trash_bar.show_chosen(len(ids))
        self.details.show_works(ids)

    # What comes from outside

    def _came(self, came: Came) -> None:
        first = newest(came.artworks)
        if came.left_out:
            why = came.left_out[0].said[0] if len(came.left_out) == 1 else ""
            self.banner.say(f"{came.said}.", why, "Which and why", partial(self._show_why, came))
        elif len(came.artworks) > FEW:
            self.toast_say(came.said, "Show", partial(self.show_work, first))
        else:
            self.toast_say(came.said, "", None)
        self.collection.take_in([artwork.id for artwork in came.artworks])
        if len(came.artworks) <= FEW:  # of many the artist may have gone on to something else
            self.seeking.go_when_found(first)
        self._library_changed()

    def _show_why(self, came: Came) -> None:
        from studio.ui.settings_page import show_text

        show_text(self.look, self.window_, "What could not be brought in", came.why)

    def _ask_files(self) -> None:
        self.bringing.ask(self.window_)

    def _ask_folder(self) -> None:
        self.bringing.ask_folder(self.window_)

    # What was done

    def _done(self, step: Step, _back: bool) -> None:
        self.collection.leave_out(step.trashed)
        self.collection.take_in(step.back)
        self._library_changed()

    def _library_changed(self) -> None:
        self.refresh()
        self._list_labels()
        self.details.refresh()

    def _opened(self) -> None:
        """Another library is being opened, or there is more in it."""
        library = self.asking.library
        if library is not self._shown_library:
            self._shown_library = library
            self.bringing.stop()
            self.seeking.forget()
            self.doings.forget()
            if library is not None:
                self.thumbs.store = self.cache.of(library.folder)
            self.thumbs.forget()
            self.grid.show_found(None, keep=False)
            self.details.show_works([])
            self.follower.know(None)
        self.refresh()
        self._list_labels()

    _shown_library: Library | None = None

    def _list_labels(self) -> None:
        self.asking.look(
            lambda library: (
                library.marking.albums(),
                library.marking.tags(),
                library.gallery.models(),
            ),
            lambda labels: self.filters.show_labels(*labels),
        )

    def _added(self, _artwork: Artwork) -> None:
        if self.isVisible():
            self.refresh()

    # Put together

    def _lay_out(self) -> None:
        above = QVBoxLayout()
        above.setContentsMargins(22, 16, 22, 6)
        above.setSpacing(10)
        above.addWidget(self.search)
        above.addWidget(self.filters)
        above.addWidget(self.trash_bar)
        above.addWidget(self.bring_bar)
        self.stage = QStackedWidget()
        self.stage.addWidget(self.grid)
        self.stage.addWidget(self.none)
        self.middle = QWidget()
        set_role(self.middle, "page")
        column = QVBoxLayout(self.middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(above)
        column.addWidget(self.stage, 1)
        self.below = QWidget()  # nothing stands below the gallery
        self.below.hide()
        lay_out(self, self.bar, self.banner, self.middle, self.below, self.details)
        words = "Let go to bring this into your gallery"
        self.take_drops(words, self.middle, _from_elsewhere, self.bringing.data)

    def _connect(self) -> None:
        grid, bar, doings = self.grid, self.bar, self.doings
        self.search.words.textEdited.connect(self.chores.moved)
        self.search.changed.connect(self._asked_else)
        self.filters.changed.connect(self._asked_else)
        self.search.more.toggled.connect(self.filters.setVisible)
        self.search.more.toggled.connect(self.changed)
        self.search.left.connect(self._into_grid)
        grid.current_changed.connect(self._current_changed)
        grid.selected_changed.connect(self._selected_changed)
        grid.side_changed.connect(self.changed)
        grid.verticalScrollBar().valueChanged.connect(self.chores.moved)
        grid.menu_wanted.connect(self._menu)
        self.none.second.connect(partial(self.go_wanted.emit, "music"))
        self.follower.changed.connect(self._library_changed)
        doings.done.connect(self._done)
        doings.said.connect(self.toast_say)
        doings.steps.connect(bar.show_steps)
        bar.bring_in.connect(self._ask_files)
        bar.bring_folder.connect(self._ask_folder)
        self.bringing.going.connect(self.bring_bar.show_going)
        self.bringing.came.connect(self._came)
        self.bringing.said.connect(lambda words: self.toast_say(words, "", None))
        self.bringing.problem.connect(self.say_error)
        self.bring_bar.stop.connect(self.bringing.stop)
        bar.undo.connect(doings.undo)
        bar.redo.connect(doings.redo)
        bar.all_wanted.connect(self._choose_all)
        self.collection.reset.connect(self._opened)
        self.collection.added.connect(self._added)
        self.works.connect_room()
        for keys, do in (
            ("Ctrl+F", self.search.begin),
            ("Ctrl+O", self._ask_files),
            ("Ctrl+Shift+O", self._ask_folder),
            ("Ctrl+Z", doings.undo),
            ("Ctrl+Shift+Z", doings.redo),
            ("Ctrl+Y", doings.redo),
            ("Ctrl+C", self.works.copy),
            ("Ctrl+S", self.works.save),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(do)

    def toast_say(self, words: str, action: str, do: Any) -> None:
        """A short message below, with a way back where there is one."""
        self.toast.say(words, action, do)

    def _asked_else(self) -> None:
        self.chores.moved()
        self.refresh(keep=False)
        self.changed.emit()

    def _into_grid(self) -> None:
        self.grid.setFocus()
        if self.grid.selection.current < 0:
            self.grid.take(0)

    def _choose_all(self) -> None:
        self.grid.selection.all(self.grid.layout_.count)
        self.grid.changed(self.grid.selection.current)

    def _menu(self, at: Any) -> None:
        self.works.when_known(partial(self.bar.popup, at))


def _from_elsewhere(event: QDragEnterEvent) -> bool:
    """Whether these are files, but not our own that are being dragged out."""
    return event.source() is None and bool(files_in(event.mimeData()))
