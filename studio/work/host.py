"""Runs jobs on a worker thread, live pictures on another, and answers with messages.

The same host serves in the engine process and, for fast tests, inside the process of the caller.
"""

from __future__ import annotations

import queue
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from studio.errors import StudioError
from studio.recipes import Recipe, parse_recipe
from studio.shelf import Shelf
from studio.work.looking import LiveWorker
from studio.work.messages import (
    Answer,
    Cancel,
    Cancelled,
    Command,
    Enough,
    Failed,
    Finished,
    Look,
    Made,
    Notes,
    Prepare,
    Preview,
    Progress,
    Ready,
    Run,
    Started,
    Stop,
)

if TYPE_CHECKING:
    from PIL import Image

    from studio.engines.base import Engine, Frame, Looker, Sound
    from studio.library import Library
    from studio.library.score_film import ScoreFilm
    from studio.recipes import Score
    from studio.work.keeping import Keeper, Kept

T = TypeVar("T")

PREVIEW_SIDE = 512  # pixels; the window scales a preview up or down to its canvas
PROGRESS_EVERY = 0.05  # seconds; more often is more than an eye sees


class EngineHost:
    """Takes commands from one thread, does them on its own two, answers through `answer`.

    Jobs are done one after the other on the worker; live pictures meanwhile on the live worker,
    once the engines are made.

    answer: called on either thread with each message; must not block for long.
    make_engines: called on the worker thread, so that slow imports delay nobody.
    """

    def __init__(
        self,
        answer: Callable[[Answer], None],
        make_engines: Callable[[], dict[str, Engine]],
        shelf: Shelf,
    ) -> None:
        self._answer = answer
        self._make_engines = make_engines
        self._engines: dict[str, Engine] = {}
        self._shelf = shelf
        self._asked: queue.SimpleQueue[Run | Prepare | None] = queue.SimpleQueue()
        self._cancelled: set[str] = set()
        self._enough: set[str] = set()
        self._stopping = threading.Event()
        self._libraries: dict[str, Library] = {}
        self._opening = threading.Lock()  # of libraries
        self._over = False
        self._worker = threading.Thread(target=self._work, name="engine worker", daemon=True)
        self._live = LiveWorker(answer, self._looker, shelf, self._find)

    def start(self) -> None:
        self._worker.start()

    def handle(self, command: Command) -> None:
        match command:
            case Run() | Prepare():
                self._asked.put(command)
            case Cancel(job=job):
                self._cancelled.add(job)
            case Enough(job=job):
                self._enough.add(job)
            case Look():
                self._live.ask(command)
            case Stop():
                self._stopping.set()
                self._asked.put(None)
                self._live.stop()

    def stop(self, timeout: float = 3.0) -> bool:
        """Cancel what runs and wait, `timeout` seconds at most. True if both threads have ended."""
        self.handle(Stop())
        end = time.monotonic() + timeout
        if self._worker.is_alive():
            self._worker.join(timeout)
        live_ended = self._live.join(max(0.0, end - time.monotonic()))
        return live_ended and not self._worker.is_alive()

    def _work(self) -> None:
        try:
            self._engines = self._make_engines()
            self._answer(self._ready())
            self._live.start()
            while (asked := self._asked.get()) is not None and not self._stopping.is_set():
                if isinstance(asked, Run):
                    self._run(asked)
                else:
                    self._prepare(asked)
        finally:
            with self._opening:
                self._over = True
                for library in self._libraries.values():
                    library.close()

    def _prepare(self, asked: Prepare) -> None:
        """A kindness: what goes wrong here goes wrong again, and is told, in the job itself."""
        from studio.engines.base import Context, JobCancelled

        with suppress(StudioError, JobCancelled, MemoryError):
            recipe = parse_recipe(asked.recipe)
            engine = self._engines.get(recipe.kind)
            if engine is not None:
                # A real job, or the end, does not wait for this.
                engine.prepare(recipe, Context(self._shelf, cancelled=self._is_awaited))

    def _looker(self, kind: str) -> Looker:
        """Called on the live worker, after the engines are made."""
        from studio.engines.base import LiveEngine, no_engine

        engine = self._engines.get(kind)
        if engine is None:
            raise no_engine(kind)
        if not isinstance(engine, LiveEngine):
            raise StudioError(f"A “{kind}” cannot be shown while it changes.", "Make it instead.")
        return engine.looker()

    def _is_awaited(self) -> bool:
        return self._stopping.is_set() or not self._asked.empty()

    def _ready(self) -> Ready:
        import os

        from studio.engines.devices import best_device

        device = best_device()
        return Ready(device.words, device.dtype_name, os.getpid())

    def _run(self, run: Run) -> None:
        from studio.engines.base import JobCancelled

        try:
            self._answer(Started(run.job))
            self._make(run)
            self._answer(Finished(run.job))
        except JobCancelled:
            self._answer(Cancelled(run.job))
        except StudioError as error:
            self._answer(Failed(run.job, error.what, error.todo))
        except MemoryError:
            self._answer(
                Failed(
                    run.job,
                    "This computer's memory is too small for that.",
                    "Choose a smaller size or a smaller model, or close other programs.",
                )
            )
        except Exception:  # noqa: BLE001 - a defect; the artist gets a report to copy
            self._answer(
                Failed(
                    run.job,
                    "Something went wrong inside Easel while it worked on this.",
                    "Try again. If it happens again, copy the report and send it to us.",
                    traceback.format_exc(),
                )
            )
        finally:
            self._cancelled.discard(run.job)
            self._enough.discard(run.job)

    def _make(self, run: Run) -> None:
        from studio.engines.base import Context, no_engine

        recipe = parse_recipe(run.recipe)
        engine = self._engines.get(recipe.kind)
        if engine is None:
            raise no_engine(recipe.kind)
        told = _Told(run.job, self._answer, self._keeper(run, recipe))

        def cancelled() -> bool:
            self._live.give_way()
            return run.job in self._cancelled or self._stopping.is_set()

        context = Context(
            self._shelf,
            told.report,
            told.show,
            told.keep,
            cancelled,
            told.keep_film,
            told.keeper.table,
            find=partial(self._find, run.library),
            enough=lambda: run.job in self._enough,
            keep_sound=told.keep_sound,
            show_score=told.show_score,
            keep_score_film=told.keep_score_film,
        )
        told.check = context.check
        context.check()
        engine.run(recipe, context)

    def _keeper(self, run: Run, recipe: Recipe) -> Keeper:
        from studio.work.keeping import FolderKeeper, LibraryKeeper

        if run.target:
            return FolderKeeper(Path(run.target), self._maker, getattr(recipe, "count", 0))
        made_of = (one.removeprefix("work:") for one in recipe.pictures if one.startswith("work:"))
        parents = tuple(dict.fromkeys((*run.parents, *made_of)))
        return LibraryKeeper(self._library(run.library), self._maker, parents)

    def _maker(self, recipe: Recipe) -> tuple[str, str]:
        """Who made it, and what the maker's licence permits, in words."""
        model_id = getattr(recipe, "model", recipe.kind)
        try:
            model = self._shelf.model(model_id)
        except StudioError:  # taken off the disk meanwhile; no reason to lose a picture
            return model_id, ""
        return f"{model.name} {model.version}".strip(), model.may

    def _find(self, folder: str, reference: str) -> Path:
        """The file of a picture that a recipe refers to. Called on both threads."""
        from studio.engines.base import no_library

        return self._library(folder).find(reference) if folder else no_library(reference)

    def _library(self, folder: str) -> Library:
        from studio.library import Library

        with self._opening:
            if self._over:  # the live thread may still be at work
                raise RuntimeError("the engine host has stopped")
            if folder not in self._libraries:
                self._libraries[folder] = Library.open(Path(folder))
            return self._libraries[folder]


class _Told:
    """What an engine says of its job: turned into messages, and results handed to their keeper."""

    def __init__(self, job: str, answer: Callable[[Answer], None], keeper: Keeper) -> None:
        self.keeper = keeper
        self.check: Callable[[], None] = lambda: None
        self._job = job
        self._answer = answer
        self._clock = _Clock()

    def report(self, done: float, note: str) -> None:
        if self._clock.due(done):
            self._answer(Progress(self._job, done, note, self._clock.seconds_left(done)))

    def show(self, index: int, image: Image.Image) -> None:
        small = image.convert("RGBA")
        small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
        self._answer(Preview(self._job, index, small.width, small.height, small.tobytes()))

    def show_score(self, index: int, score: Score, whole: bool) -> None:
        self._answer(Notes(self._job, index, score.model_dump_json(), whole))

    def keep(self, index: int, image: Image.Image, one: Recipe) -> None:
        self._made(index, self.keeper.picture(index, image, one))

    def keep_film(
        self,
        index: int,
        frames: Iterator[Frame],
        fps: float,
        film: Recipe,
        /,
        sound: Path | None = None,
        made: Callable[[], Recipe] | None = None,
    ) -> None:
        self._made(index, self.keeper.film(self._checked(frames), fps, film, sound, made))

    def keep_sound(self, index: int, blocks: Iterator[Sound], rate: int, sound: Recipe) -> None:
        self._made(index, self.keeper.sound(index, self._checked(blocks), rate, sound))

    def keep_score_film(self, index: int, film: ScoreFilm, recipe: Recipe) -> None:
        self._made(index, self.keeper.score_film(index, film, recipe))

    def _checked(self, parts: Iterator[T]) -> Iterator[T]:
        for part in parts:
            self.check()
            yield part

    def _made(self, index: int, kept: Kept) -> None:
        self._answer(Made(self._job, index, kept.artwork, str(kept.path)))


class _Clock:
    """Says when a progress message is due and how many seconds a job still needs.

    The rate is taken from the first report above zero on, so that loading a model does not
    make the drawing look slower than it is.
    """

    def __init__(self) -> None:
        self._start: tuple[float, float] | None = None
        self._last = 0.0

    def due(self, done: float) -> bool:
        now = time.monotonic()
        if done < 1.0 and now - self._last < PROGRESS_EVERY:
            return False
        self._last = now
        return True

    def seconds_left(self, done: float) -> float | None:
        now = time.monotonic()
        if done <= 0.0:
            return None
        if self._start is None:
            self._start = (now, done)
        began, first = self._start
        if done - first < 0.02 or now - began < 0.2:
            return None
        return (now - began) * (1.0 - done) / (done - first)


class InProcessEngine:
    """An engine link on threads of this process: for tests, and where processes are not wanted."""

    def __init__(
        self,
        on_answer: Callable[[Answer], None],
        make_engines: Callable[[], dict[str, Engine]],
        shelf: Shelf,
    ) -> None:
        self._host = EngineHost(on_answer, make_engines, shelf)

    def start(self) -> None:
        self._host.start()

    def send(self, command: Command) -> None:
        self._host.handle(command)

    def stop(self, timeout: float = 3.0) -> bool:
        return self._host.stop(timeout)
