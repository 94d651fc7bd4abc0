"""Running recipes in an engine process: the progress bar, the copies, the exit code."""

from __future__ import annotations

import argparse
import queue
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.errors import StudioError

if TYPE_CHECKING:
    from studio.library import Artwork, Library
    from studio.recipes import Recipe

OK, CANNOT, USAGE, DEFECT, INTERRUPTED = 0, 1, 2, 3, 130
AGAIN = 0.1  # seconds


@dataclass(frozen=True)
class Asked:
    """One recipe to run. target: a folder that takes its results instead of the library.

    copy: where a copy of the artwork goes as well: a file, or a folder where `into_folder`.
    export: makes other files of each artwork instead, and says which; StudioError where it cannot.
    minutes: after so long it is to finish with what it has by then; None is no limit.
    """

    recipe: Recipe
    parents: tuple[str, ...] = ()
    target: Path | None = None
    copy: Path | None = None
    into_folder: bool = True
    minutes: float | None = None
    export: Callable[[Library, Artwork], list[Path]] | None = None


def into_folder(out: Path | None, suffixes: tuple[str, ...]) -> bool:
    """Whether copies go into the folder `out`; it is a file where it is named like one.

    suffixes: which ends of a file's name there may be. StudioError where it has another.
    """
    if out is None or out.is_dir() or not out.suffix:
        return True
    if out.suffix.lower() not in suffixes:
        endings = ", ".join(dict.fromkeys(suffixes))
        raise StudioError(f"Easel cannot save this as “{out.name}”.", f"End the name in {endings}.")
    return False


def cannot(error: StudioError) -> int:
    """Say what cannot be done, and why."""
    print(error, file=sys.stderr)
    return CANNOT


def run(asked: Asked, options: argparse.Namespace) -> int:
    """Run a job in an engine process and say where its results are; returns the exit code."""
    from studio.library import Library
    from studio.paths import library_folder
    from studio.work.engine_process import EngineProcess
    from studio.work.queue import JobQueue

    library = None if asked.target else Library.open(options.library or library_folder())
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
    engine = EngineProcess(answers.put)
    jobs = JobQueue(engine, lambda: library.folder if library else library_folder())
    watcher = _Watcher(library, asked)
    jobs.listen(watcher)
    engine.start()
    try:
        job = jobs.submit(asked.recipe, asked.parents, asked.target)
        until = None if asked.minutes is None else time.monotonic() + 60.0 * asked.minutes
        while not job.state.ended:
            try:
                jobs.receive(answers.get(timeout=_left(until)))
            except queue.Empty:
                jobs.enough(job.id)
                # It may not have been begun yet; then there is nothing to be kept.
                until = None if job.finishing else time.monotonic() + AGAIN
    finally:
        watcher.close()
        engine.stop()
        if library is not None:
            library.close()
    if job.error is not None:
        cannot(job.error)
        if job.report:
            print(job.report, file=sys.stderr)
        return DEFECT if job.report else CANNOT
    return OK if watcher.error is None else cannot(watcher.error)


def _left(until: float | None) -> float | None:
    """Seconds until then; None where there is no end."""
    return None if until is None else max(0.0, until - time.monotonic())


class _Watcher:
    """Draws the progress bar and prints where each result is; puts copies where asked."""

    def __init__(self, library: Library | None, asked: Asked) -> None:
        from tqdm import tqdm

        self._library = library
        self._asked = asked
        self._folder: Path | None = None
        self.error: StudioError | None = None
        self._bar = tqdm(
            total=100,
            bar_format="{desc}: {percentage:3.0f}% |{bar:24}| {elapsed} (left: {remaining})",
            desc="Getting ready",
            disable=not sys.stderr.isatty(),
            leave=False,
        )

    def __call__(self, event: Any) -> None:
        from studio.work.queue import ArtworkMade, FileMade, JobChanged

        match event:
            case JobChanged(job=job) if job.note:
                self._bar.set_description_str(job.note, refresh=False)
                self._bar.n = round(job.done * 100)
                self._bar.refresh()
            case ArtworkMade(made=made):
                self._bar.clear()
                for path in self._copies(made.artwork) or [Path(made.path)]:
                    print(path, flush=True)
            case FileMade(made=made):
                path = Path(made.path)
                self._folder = path if path.is_dir() else path.parent

    def close(self) -> None:
        """Take the bar off the screen and name the folder that has the files."""
        self._bar.close()
        if self._folder is not None:
            print(self._folder, flush=True)

    def _copies(self, artwork_id: str) -> list[Path]:
        artwork = self._library.get(artwork_id) if self._library else None
        if self._library is None or artwork is None:
            return []
        try:
            if self._asked.export is not None:
                return self._asked.export(self._library, artwork)
            if self._asked.copy is not None:
                return [self._copy(self._library, artwork, self._asked.copy)]
        except StudioError as error:
            self.error = error
        return []

    def _copy(self, library: Library, artwork: Artwork, copy: Path) -> Path:
        target = copy / artwork.path.name if self._asked.into_folder else copy
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            return library.save_copy(artwork, target)
        except OSError as error:
            raise StudioError(
                f"Copies cannot be put into “{target.parent}”.",
                f"The artwork itself is kept: {artwork.path}",
            ) from error
