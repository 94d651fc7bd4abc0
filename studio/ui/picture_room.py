"""The picture room: words on the right, the work in the middle, what was made below."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from studio.errors import StudioError
from studio.recipes import PictureRecipe, Recipe
from studio.ui.actions import ArtworkActions
from studio.ui.bridge import JobSignals
from studio.ui.collection import Collection
from studio.ui.listening import Listening, Overheard, length, on_card
from studio.ui.picture_panel import PicturePanel
from studio.ui.picture_verbs import PictureVerbs
from studio.ui.pictures import Pictures
from studio.ui.room_frame import below_work, lay_out
from studio.ui.stage import Stage
from studio.ui.strip import ARTWORK, Strip, when
from studio.ui.theme import Look
from studio.ui.topbar import TopBar
from studio.ui.viewer import Viewer
from studio.ui.widgets.notices import Banner, Toast

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.work.messages import Made, Preview
    from studio.work.queue import Job, JobQueue


MAY_SOUND = ("score-film", "style-film", "film")  # kinds of films that may be heard as well


class PictureRoom(QWidget):
    """Puts the parts together and keeps track of what is shown.

    It follows the running job, until the artist chooses another picture to look at.
    """

    looked_away = Signal(bool)  # whether the artist looks at something else than what is drawn
    elsewhere = Signal(object)  # a recipe of another room, to go on with there
    sent = Signal(str, object)  # where to (`studio.ui.send`), and the Artwork
    folder_wanted = Signal()  # the library cannot be reached: choose another folder

    def __init__(
        self,
        look: Look,
        window: QWidget,
        queue: JobQueue,
        signals: JobSignals,
        collection: Collection,
        pictures: Pictures,
    ) -> None:
        super().__init__()
        self._queue, self._collection, self._pictures = queue, collection, pictures
        self._window = window
        self._artwork: Artwork | None = None
        self._large: Artwork | None = None  # the one in the viewer
        self._following = True
        self._awaited = ""  # id of the artwork to show as soon as the library knows it
        self._siblings: dict[str, int] = {}  # artworks on their way to the sheet, by id
        self._alone = False  # whether the artwork is shown by itself, though it has siblings
        self.actions_ = ArtworkActions(look, self)
        self.topbar = TopBar(look, self.actions_)
        self.stage = Stage(look)
        self.strip = Strip(look, collection, pictures)
        self.panel = PicturePanel(look, pictures)
        self._look = look
        self.listening = Listening(self)
        self.viewer = Viewer(look, window, self.listening)
        self.banner = Banner(look)
        self.verbs = PictureVerbs(
            self.actions_, window, collection, self._shown, self._image, self._count
        )
        self._lay_out()
        self.toast = Toast(look, self.stage)
        self._connect(signals)
        self.show_nothing()

    @property
    def artwork(self) -> Artwork | None:
        """The artwork that is shown."""
        return self._artwork

    def show_nothing(self) -> None:
        """Invite."""
        self._artwork = None
        self.stage.invite()
        self.topbar.say("Picture")
        self.actions_.enable(False)
        self.strip.choose("")

    def wait_for_pictures(self) -> None:
        """Leave the middle empty until the library has been opened."""
        self.stage.wait()

    def show_artwork(self, artwork: Artwork, alone: bool = True) -> None:
        """Show a kept picture; it is read on a thread. Not alone: among its siblings."""
        self._artwork, self._alone = artwork, alone
        self.strip.choose(artwork.id)
        failed = partial(self._unreadable, artwork)
        self._pictures.read(artwork.path, partial(self._show_image, artwork), failed)

    def enter(self) -> None:
        """The artist has come to this room."""

    def escape(self) -> bool:
        """Escape: whether there was something of this room's own to end."""
        return False

    def use(self, recipe: Recipe) -> None:
        """Take over another picture's words and settings."""
        if isinstance(recipe, PictureRecipe):
            self.panel.use(recipe)
            self.panel.prompt.setFocus()

    def say_error(self, error: StudioError) -> None:
        """Tell of something that could not be done."""
        self.banner.say(error.what, error.todo)

    def library_problem(self, error: StudioError) -> None:
        """Tell of something the library could not do."""
        if self._artwork is None and not self.stage.shaping:
            self.show_nothing()
        self.banner.say(error.what, error.todo, "Choose a folder…", self.folder_wanted.emit)

    # What the artist does

    def draw(self, recipe: PictureRecipe, parents: tuple[str, ...] = ()) -> Job:
        """Ask for a picture, and look on."""
        self._follow(True)
        self.banner.hide()
        job = self._queue.submit(recipe, parents)
        if self._queue.running is job:
            self._show_shaping(job)
        return job

    def open_large(self, artwork: Artwork | None = None) -> None:
        """Show a picture over the whole window."""
        artwork = artwork or self._artwork
        if artwork is not None:
            self._large = artwork
            show = partial(self._open_image, artwork)
            self._pictures.read(artwork.path, show, partial(self._unreadable, artwork))

    # What happens

    def _show_image(self, artwork: Artwork, image: QImage) -> None:
        if self._artwork is not artwork:
            return  # another one was chosen meanwhile
        shown = on_card(self._look, image) if artwork.is_sound else image
        self.stage.show_picture(artwork, shown, self._alone)
        self.topbar.say(artwork.title, facts(artwork))
        kind = artwork.kind if artwork.recipe else ""
        self.actions_.enable(True, kind, artwork.is_film, artwork.is_sound)

    def _open_image(self, artwork: Artwork, image: QImage) -> None:
        if artwork.is_sound:
            given = artwork.title, facts(artwork), artwork.path, artwork.seconds
            self.viewer.show_sound(image, *given)
            return
        film = artwork.path if artwork.is_film else None
        heard = film is not None and artwork.kind in MAY_SOUND
        self.viewer.show_picture(image, artwork.title, facts(artwork), film, heard)

    def _unreadable(self, artwork: Artwork, error: Exception) -> None:
        if not isinstance(error, StudioError):
            raise error
        if self._artwork is artwork:
            self.topbar.say(artwork.title)
            self.say_error(error)

    def _chosen(self, artwork: Artwork) -> None:
        self._follow(False)
        self.show_artwork(artwork)

    def _chosen_in_sheet(self, artwork: Artwork) -> None:
        self.show_artwork(artwork, alone=False)

    def watch(self) -> None:
        """Look at what is being drawn."""
        job = self._queue.running
        if job is not None and self._is_ours(job):
            self._follow(True)
            self._show_shaping(job)

    def _follow(self, on: bool) -> None:
        self._following = on
        self.looked_away.emit(not on)

    def _step(self, way: int) -> None:
        """From the viewer to the next picture of the strip."""
        if self._large is None:
            return
        place = self._collection.place(self._large.id) + way
        if 0 <= place < len(self._collection.artworks):
            if self.isVisible():  # else it was opened from another room, and nothing is chosen
                self._chosen(self._collection.artworks[place])
            self.open_large(self._collection.artworks[place])

    def _preview(self, job: Job, preview: Preview) -> None:
        if self._following and self._is_ours(job):
            image = QImage(
                preview.rgba,
                preview.width,
                preview.height,
                preview.width * 4,
                QImage.Format.Format_RGBA8888,
            )
            self._show_shaping(job, preview.index, image.copy())

    def _show_shaping(self, job: Job, index: int = 0, image: QImage | None = None) -> None:
        count = self._recipe(job).count
        fresh = not self.stage.shaping or self.stage.sheet.job not in ("", job.id)
        if count > 1 and self.stage.sheet.job != job.id:
            self._artwork = None
        self.stage.show_shaping(job.id, count, self._size_of(job), index, image)
        if fresh:
            self.topbar.say(job.recipe.title)
            self.actions_.enable(False)

    def _size_of(self, job: Job) -> QSize:
        recipe = self._recipe(job)
        model = self.panel.model()
        width, height = model.picture.output_size if model else (512, 512)
        return QSize(recipe.width or width, recipe.height or height)

    def _recipe(self, job: Job) -> PictureRecipe:
        assert isinstance(job.recipe, PictureRecipe)
        return job.recipe

    def _changed(self, job: Job) -> None:
        if not self._is_ours(job):
            return
        state = job.state.value
        if state == "running":
            # What has just been finished stays until there is something of the next to see
            if self._following and (self.stage.shaping or self._artwork is None):
                self._show_shaping(job)
            return
        if job.error is not None:
            self._tell_failure(job)
        shaping = self.stage.shaping
        kept = job.state.ended and self.stage.ended(job.id, state == "finished")
        if job.state.ended and shaping and not (kept or self._siblings or self._awaited):
            self._show_latest()

    def _show_latest(self) -> None:
        """Back from an unfinished picture to a finished one."""
        artwork = self._artwork or next(iter(self._collection.artworks), None)
        if artwork is None:
            self.show_nothing()
        else:
            self.show_artwork(artwork)

    def _tell_failure(self, job: Job) -> None:
        assert job.error is not None
        if job.report:
            copy = partial(QGuiApplication.clipboard().setText, job.report)
            self.banner.say(job.error.what, job.error.todo, "Copy report", copy)
        else:
            self.banner.say(job.error.what, job.error.todo)

    def _is_ours(self, job: Job) -> bool:
        return isinstance(job.recipe, PictureRecipe)

    def _made(self, job: Job, made: Made) -> None:
        if not self._is_ours(job):
            return
        if self._recipe(job).count > 1:
            if self.stage.sheet.job == job.id:
                self._siblings[made.artwork] = made.index
        elif self._following:
            self._awaited = made.artwork

    def _added(self, artwork: Artwork) -> None:
        if artwork.id == self._awaited:
            self._awaited = ""
            if self._following:
                self.show_artwork(artwork)
        elif artwork.id in self._siblings:
            keep = partial(self._keep, artwork, self._siblings.pop(artwork.id))
            self._pictures.read(artwork.path, keep, partial(self._unreadable, artwork))

    def _keep(self, artwork: Artwork, index: int, image: QImage) -> None:
        """Put a finished picture into the sheet; the first one is the one that is chosen."""
        self.stage.sheet.keep(index, artwork, image)
        if self.stage.currentWidget() is self.stage.sheet and self._artwork is None:
            self.show_artwork(artwork, alone=False)

    def _restored(self, artwork: Artwork) -> None:
        self._pictures.forget(artwork.path)
        if not self.stage.shaping:
            self.show_artwork(artwork)

    def _removed(self, artwork_id: str) -> None:
        if self._artwork is None or self._artwork.id != artwork_id:
            return
        self._artwork = None
        self.stage.sheet.drop(artwork_id)
        left = self.stage.sheet.artworks()
        if left and self.stage.currentWidget() is self.stage.sheet:
            self.show_artwork(left[0], alone=False)
        elif not self.stage.shaping:
            self._show_latest()

    def _reset(self) -> None:
        if self._artwork is not None and self._collection.find(self._artwork.id) is None:
            self._artwork = None
        if self._artwork is not None:
            self.strip.choose(self._artwork.id)
        elif self._collection.known and not self.stage.shaping:
            self._show_latest()

    def _shown(self) -> Artwork | None:
        return self._artwork

    def _count(self) -> int:
        return int(self.panel.form.values()["count"])

    def _use(self, recipe: Recipe) -> None:
        if isinstance(recipe, PictureRecipe):
            self.use(recipe)
        else:
            self.elsewhere.emit(recipe)

    def _image(self) -> QImage | None:
        return self.stage.image

    def _menu(self, at: QPoint) -> None:
        self.actions_.popup(at)

    def _picked(self, idea: str) -> None:
        self.panel.set_prompt(idea)

    def _lay_out(self) -> None:
        below = below_work(self.strip)
        lay_out(self, self.topbar, self.banner, self.stage, below, self.panel)

    def _connect(self, signals: JobSignals) -> None:
        signals.changed.connect(self._changed)
        signals.preview.connect(self._preview)
        signals.made.connect(self._made)
        self._collection.added.connect(self._added)
        self._collection.restored.connect(self._restored)
        self._collection.removed.connect(self._removed)
        self._collection.reset.connect(self._reset)
        self._collection.problem.connect(self.library_problem)
        self.panel.asked.connect(self.draw)
        self.stage.idea.connect(self._picked)
        self.strip.chosen.connect(self._chosen)
        self.strip.opened.connect(self.open_large)
        self.strip.menu_wanted.connect(self._menu)
        self.strip.trash_wanted.connect(self.verbs.trash)
        self.stage.menu_wanted.connect(self._menu)
        self.stage.opened.connect(self._open_shown)
        self.stage.dragged.connect(self.verbs.drag_out)
        self.stage.chosen.connect(self._chosen_in_sheet)
        self.viewer.step.connect(self._step)
        Overheard(self.strip, self.listening, ARTWORK)
        actions = self.actions_
        actions.open.triggered.connect(self._open_shown)
        verbs = self.verbs
        verbs.asked.connect(self.draw)
        verbs.used.connect(self._use)
        verbs.said.connect(self.toast.say)
        verbs.sent.connect(self.sent)
        verbs.problem.connect(self.say_error)

    def _open_shown(self) -> None:
        self.open_large()


def facts(artwork: Artwork) -> str:
    """Size or length, and time, in a few words."""
    if artwork.is_sound:
        return f"{length(artwork.seconds)} · {when(artwork.created)}"
    plays = f" · {artwork.seconds:.3g} s" if artwork.is_film else ""
    return f"{artwork.width} × {artwork.height}{plays} · {when(artwork.created)}"
