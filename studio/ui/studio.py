"""Builds the parts of the program and hands them to each other."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from studio.errors import StudioError
from studio.paths import config_dir, library_choice, library_folder
from studio.recipes import PictureRecipe
from studio.ui.background import Background
from studio.ui.bridge import AnswerBridge, JobSignals
from studio.ui.collection import Collection, open_library
from studio.ui.memory import Memory, write
from studio.ui.pictures import Pictures
from studio.ui.problems import Problems
from studio.ui.theme import Look
from studio.ui.window import Window
from studio.work.live import LiveViews
from studio.work.queue import JobQueue

if TYPE_CHECKING:
    from studio.library import Library
    from studio.shelf import Model, Shelf
    from studio.ui.problem_dialog import ProblemDialog
    from studio.work.messages import Answer, Command

KINDS = ("picture", "latent", "style", "tune", "sound")  # of models that rooms ask for
EngineMaker = Callable[[Callable[["Answer"], None]], Any]


def engine_process(on_answer: Callable[[Answer], None]) -> Any:
    """The engine in a process of its own."""
    from studio.work.engine_process import EngineProcess

    return EngineProcess(on_answer)


def default_shelf() -> Shelf:
    """The models of this computer."""
    from studio.shelf import Shelf

    return Shelf.default()


class Studio(QObject):
    """The whole program, once. `start` begins what is slow, after the window is on the screen.

    make_engine, make_shelf, opener: what tests put in the place of processes and disks.
    """

    def __init__(
        self,
        make_engine: EngineMaker = engine_process,
        make_shelf: Callable[[], Shelf] = default_shelf,
        opener: Callable[[Path], Library] = open_library,
        memory: Path | None = None,
    ) -> None:
        super().__init__()
        self.memory = Memory(memory or config_dir() / "window.json")
        self.look = Look(self.memory.get("theme", "system"), self)
        self.look.apply()  # before there are widgets, which take the font over as they are made
        self._make_shelf = make_shelf
        self._shelf: Shelf | None = None
        self._folder = library_folder()
        self._started = self._closed = self._prepared = False
        self._dialog: ProblemDialog | None = None
        self._background = Background("files", 1, self)
        self.problems = Problems(self)
        self.bridge = AnswerBridge(self)
        self.engine = LateEngine(partial(make_engine, self.bridge.post), self)
        self.queue = JobQueue(self.engine, self.library_folder)
        self.live = LiveViews(self.engine, library=self.library_folder)
        self.signals = JobSignals(self.queue, self)
        self.pictures = Pictures(self)
        self.collection = Collection(opener, self)
        self.window = Window(
            self.look,
            self.memory,
            self.queue,
            self.signals,
            self.live,
            self.collection,
            self.pictures,
        )
        self._connect()

    def library_folder(self) -> Path:
        """Where pictures are kept."""
        return self._folder

    def show(self) -> None:
        """Put the window on the screen; everything slow begins after it is there."""
        self.problems.catch()
        self.window.show_folder(self.library_folder())
        self.window.show()

    def start(self) -> None:
        """Start the engine, open the library, look for models; none of it on this thread."""
        if self._started or self._closed:
            return
        self._started = True
        # One after the other, since importing on several threads at once would stall the window
        self._background.run(self.engine.make, self.engine.start)
        self._background.run(self._find_models, self._models_found, self._no_models)

    def close(self) -> None:
        """End everything: no process, thread or half-written file stays behind."""
        if self._closed:
            return
        self._closed = True
        self.memory.save()
        self.bridge.close()
        self.signals.close()
        self.engine.stop()
        self.collection.close()
        self.pictures.close()
        self._background.close()
        self.problems.close()

    def _connect(self) -> None:
        window = self.window
        self.bridge.arrived.connect(self.queue.receive)
        self.bridge.arrived.connect(self.live.receive)
        self.signals.engine.connect(self._prepare)
        window.entered.connect(self._prepare)
        self.problems.caught.connect(self._show_problem)
        window.painted.connect(self.start)
        window.closed.connect(self.close)
        window.saving.timeout.connect(self._save)
        window.library_chosen.connect(self._library_chosen)
        window.trash_chosen.connect(self._trash_chosen)
        window.add_model_wanted.connect(self._ask_model)
        window.add_file_wanted.connect(self._ask_file)

    def _prepare(self) -> None:
        """Have the chosen model read while the artist thinks; once, lest it should bring harm.

        The sliders' room needs none of this: its first picture has its model read.
        """
        if self.queue.engine.phase != "ready" or self._prepared:
            return
        if self.window.room is not self.window.picture:
            return
        model = self.window.picture.panel.model()
        if model is not None:
            self._prepared = True
            self.queue.prepare(PictureRecipe(prompt=model.name, model=model.id))

    def _save(self) -> None:
        """Write what is worth remembering, on a thread, since a disk may take its time."""
        self.window.remember()
        text = self.memory.to_json()
        self._background.run(partial(_write_quietly, self.memory.path, text))

    def _library_chosen(self, folder: Path) -> None:
        self._folder = folder
        self.window.show_folder(folder)
        self.collection.open(folder)
        text = json.dumps({"folder": str(folder)}, ensure_ascii=False)
        self._background.run(partial(_write_quietly, library_choice(), text))

    def _trash_chosen(self, days: int) -> None:
        tell = partial(self.window.show_trash, days)
        self._background.run(partial(self._keep_trash, days), tell, self._failed)

    def _keep_trash(self, days: int) -> int:
        """Returns how many works have been in the trash for longer than that."""
        from studio.library.trash_days import choose_days

        choose_days(days)
        library = self.collection.library
        if library is not None:
            library.bin.days = days
        return len(library.bin.due(days)) if library is not None else 0

    def _models_found(self, models: dict[str, list[Model]]) -> None:
        self.window.show_models(models)
        self.collection.open(self.library_folder())

    def _no_models(self, error: Exception) -> None:
        self.collection.open(self.library_folder())
        self._failed(error)

    def _find_models(self) -> dict[str, list[Model]]:
        shelf = self._models_shelf()
        return {kind: shelf.models(kind) for kind in KINDS}

    def _models_shelf(self) -> Shelf:
        """The shelf, made when it is first needed, which is on the background's thread."""
        if self._shelf is None:
            self._shelf = self._make_shelf()
        return self._shelf

    def _ask_model(self) -> None:
        from studio.ui.dialogs import ask_folder

        ask_folder(self.window, "A folder with a model", "", self.add_model)

    def add_model(self, folder: Path) -> None:
        """Put a model folder on the shelf and draw with it."""
        self._background.run(partial(self._add, folder), self._model_added, self._failed)

    def _ask_file(self) -> None:
        from studio.ui.dialogs import ask_checkpoint

        ask_checkpoint(self.window, self._ask_name)

    def _ask_name(self, file: Path) -> None:
        from studio.ui.checkpoint_dialog import CheckpointDialog

        CheckpointDialog(self.look, self.window, file, self.add_checkpoint).open()

    def add_checkpoint(self, file: Path, name: str, licence: str) -> None:
        """Make a model of a GAN's file and move among its pictures."""
        self.window.room.toast.say("Reading the file…")
        self._background.run(
            partial(self._convert, file, name, licence), self._model_added, self._failed
        )

    def _convert(self, file: Path, name: str, licence: str) -> tuple[Model, dict[str, list[Model]]]:
        model = self._models_shelf().add_checkpoint(file, name, licence or "unknown")
        return model, self._find_models()

    def _add(self, folder: Path) -> tuple[Model, dict[str, list[Model]]]:
        model = self._models_shelf().add_folder(folder)
        return model, self._find_models()

    def _model_added(self, answer: tuple[Model, dict[str, list[Model]]]) -> None:
        model, models = answer
        self.window.show_models(models)
        self.window.choose_model(model)
        self.window.room.toast.say(f"“{model.name}” is ready")

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, StudioError):
            raise error
        self.window.room.say_error(error)

    def _show_problem(self, text: str) -> None:
        if self._closed:
            return
        if self._dialog is not None:
            self._dialog.add(text)
            return
        from studio.ui.problem_dialog import ProblemDialog

        self._dialog = ProblemDialog(self.look, text, self.window)
        self._dialog.finished.connect(self._problem_read)
        self._dialog.open()

    def _problem_read(self) -> None:
        self._dialog = None


class LateEngine(QObject):
    """An engine link that can be given work before the engine has been made."""

    def __init__(self, make: Callable[[], Any], parent: QObject) -> None:
        super().__init__(parent)
        self._make = make
        self._engine: Any = None
        self._early: list[Command] = []

    @property
    def inner(self) -> Any:
        """The engine itself, once it has been made."""
        return self._engine

    def make(self) -> Any:
        """Make the engine; on a thread, since what it needs must be imported first."""
        return self._make()

    def start(self, engine: Any) -> None:
        """Start the engine and give it what came too early."""
        self._engine = engine
        self._engine.start()
        early, self._early = self._early, []
        for command in early:
            self._engine.send(command)

    def send(self, command: Command) -> None:
        """Hand a command on, now or later."""
        if self._engine is None:
            self._early.append(command)
        else:
            self._engine.send(command)

    def stop(self) -> None:
        """End the engine."""
        if self._engine is not None:
            self._engine.stop()


def _write_quietly(path: Path, text: str) -> None:
    with contextlib.suppress(OSError):
        write(path, text)
