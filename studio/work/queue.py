"""The list of jobs: what runs, what waits, what has ended, and the one consumer of answers.

All calls are made on one thread, the one that owns the queue (the window's main thread).
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from studio.errors import StudioError
from studio.recipes import Recipe
from studio.work.messages import (
    Answer,
    Cancel,
    Cancelled,
    Command,
    Died,
    Enough,
    Failed,
    Finished,
    LookFailed,
    Made,
    Notes,
    Prepare,
    Preview,
    Progress,
    Ready,
    Run,
    Seen,
    Started,
)

FINISHING = "Finishing"


class EngineLink(Protocol):
    """The far side of the queue: the engine process, or the same on threads."""

    def send(self, command: Command) -> None: ...


class JobState(enum.Enum):
    """Where a job is on its way."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        return self not in (JobState.QUEUED, JobState.RUNNING)


@dataclass
class Job:
    """One recipe on its way. `done` is in 0..1; `report` is a defect's traceback, or "".

    finishing: the artist has said that what there is will do.
    target: the folder that takes its results as files; None where the library keeps them.
    """

    recipe: Recipe
    parents: tuple[str, ...] = ()
    target: Path | None = None
    id: str = field(default_factory=lambda: uuid4().hex)
    state: JobState = JobState.QUEUED
    started: bool = False
    cancelling: bool = False
    finishing: bool = False
    done: float = 0.0
    note: str = ""
    seconds_left: float | None = None
    made: list[Made] = field(default_factory=list)
    error: StudioError | None = None
    report: str = ""


@dataclass
class EngineState:
    """phase: "starting", "ready", "restarting" or "stopped"; device: in words, once known."""

    phase: str = "starting"
    device: str = ""


@dataclass(frozen=True)
class JobChanged:
    """A job's state, progress or note is new."""

    job: Job


@dataclass(frozen=True)
class PreviewShown:
    """There is an early look at one of a job's pictures."""

    job: Job
    preview: Preview


@dataclass(frozen=True)
class NotesShown:
    """There is an early look at one of a job's tunes, or all of its notes."""

    job: Job
    notes: Notes


@dataclass(frozen=True)
class ArtworkMade:
    """One of a job's results is kept in the library."""

    job: Job
    made: Made


@dataclass(frozen=True)
class FileMade:
    """One result of a job with a target folder lies there, at `made.path`; it is no artwork.

    Of the frames of a film only their folder is told.
    """

    job: Job
    made: Made


@dataclass(frozen=True)
class EngineChanged:
    """The engine process became ready, is being replaced or is given up."""

    state: EngineState


@dataclass(frozen=True)
class QueueChanged:
    """Jobs were added, removed or have changed places."""


Event = (
    JobChanged | PreviewShown | NotesShown | ArtworkMade | FileMade | EngineChanged | QueueChanged
)


class JobQueue:
    """Hands one job at a time to the engine and keeps the others in the order asked for.

    library: the folder in which artworks are kept, asked anew for each job.
    """

    def __init__(self, engine: EngineLink, library: Callable[[], Path]) -> None:
        self._engine = engine
        self._library = library
        self._listeners: list[Callable[[Event], None]] = []
        self._jobs: list[Job] = []
        self.engine = EngineState()

    @property
    def jobs(self) -> list[Job]:
        """The running job first, then those that wait in order, then the ended, newest last."""
        order = {JobState.RUNNING: 0, JobState.QUEUED: 1}
        return sorted(self._jobs, key=lambda job: order.get(job.state, 2))

    @property
    def running(self) -> Job | None:
        return next((job for job in self._jobs if job.state is JobState.RUNNING), None)

    @property
    def waiting(self) -> list[Job]:
        return [job for job in self._jobs if job.state is JobState.QUEUED]

    def job(self, job_id: str) -> Job | None:
        return next((job for job in self._jobs if job.id == job_id), None)

    def listen(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        """Call `callback` with every event from now on; returns a way to stop that."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def submit(
        self, recipe: Recipe, parents: tuple[str, ...] = (), target: Path | None = None
    ) -> Job:
        """Put a recipe at the end of the queue.

        parents: ids of artworks it came from. target: a folder that takes the results as files
        instead of the library; the job then tells `FileMade` and never `ArtworkMade`.
        """
        job = Job(recipe, tuple(parents), target)
        self._jobs.append(job)
        self._tell(QueueChanged())
        self._next()
        return job

    def prepare(self, recipe: Recipe) -> None:
        """Have the model of this recipe read while the artist still thinks."""
        self._engine.send(Prepare(recipe.to_json()))

    def cancel(self, job_id: str) -> None:
        """Stop a job. A waiting one ends here; a running one when the engine says it has."""
        job = self.job(job_id)
        if job is None or job.state.ended or job.cancelling:
            return
        if job.state is JobState.QUEUED:
            self._end(job, JobState.CANCELLED)
            return
        job.cancelling = True
        job.note = "Stopping"
        self._engine.send(Cancel(job.id))
        self._tell(JobChanged(job))

    def enough(self, job_id: str) -> None:
        """Have the running job finish with what it has by now, and keep that."""
        job = self.running
        if job is None or job.id != job_id or job.cancelling or job.finishing:
            return
        job.finishing = True
        job.note, job.seconds_left = FINISHING, None
        self._engine.send(Enough(job.id))
        self._tell(JobChanged(job))

    def remove(self, job_id: str) -> None:
        """Take a waiting or ended job off the list; a running one must be cancelled first."""
        job = self.job(job_id)
        if job is not None and job.state is not JobState.RUNNING:
            self._jobs.remove(job)
            self._tell(QueueChanged())

    def move(self, job_id: str, place: int) -> None:
        """Put a waiting job at `place` (0 is next) among those that wait."""
        job = self.job(job_id)
        if job is None or job.state is not JobState.QUEUED:
            return
        waiting = [other for other in self.waiting if other is not job]
        waiting.insert(max(0, place), job)
        self._jobs = [other for other in self._jobs if other.state is not JobState.QUEUED] + waiting
        self._tell(QueueChanged())

    def receive(self, answer: Answer) -> None:
        """Take one answer of the engine. Answers about jobs that do not run are dropped."""
        match answer:
            case Ready(device=device):
                self.engine = EngineState("ready", device)
                self._tell(EngineChanged(self.engine))
            case Died(restarted=restarted):
                self._died(restarted)
            case Seen() | LookFailed():
                pass  # of no job; studio.work.live takes them
            case _:
                job = self.job(answer.job)
                if job is not None and job.state is JobState.RUNNING:
                    self._about(job, answer)

    def _about(self, job: Job, answer: Answer) -> None:
        match answer:
            case Started():
                job.started = True
                self._tell(JobChanged(job))
            case Progress(done=done, note=note, seconds_left=seconds):
                if not job.cancelling:
                    job.done, job.note, job.seconds_left = done, note, seconds
                    if job.finishing:
                        job.note, job.seconds_left = FINISHING, None
                    self._tell(JobChanged(job))
            case Preview() | Notes():
                if not job.cancelling:
                    self._tell(_shown(job, answer))
            case Made():
                job.made.append(answer)
                event = ArtworkMade if answer.artwork else FileMade
                self._tell(event(job, answer))
            case Finished():
                job.done = 1.0
                self._end(job, JobState.FINISHED)
            case Cancelled():
                self._end(job, JobState.CANCELLED)
            case Failed(what=what, todo=todo, report=report):
                self._fail(job, what, todo, report)

    def _died(self, restarted: bool) -> None:
        phase = "restarting" if restarted else "stopped"
        self.engine = EngineState(phase, self.engine.device)
        self._tell(EngineChanged(self.engine))
        job = self.running
        if not restarted:
            for lost in [*self.waiting, *([job] if job else [])]:
                self._fail(
                    lost,
                    "The engine cannot be started on this computer.",
                    "Close and open Easel again. If that does not help, “easel doctor” says "
                    "what is missing.",
                )
        elif job is None:
            return
        elif job.cancelling:
            self._end(job, JobState.CANCELLED)
        elif not job.started:
            self._send(job)
        else:
            self._fail(
                job,
                "The engine stopped unexpectedly while it worked on this.",
                "It has been started again, and nothing kept is lost. Try again; if it stops "
                "again, a smaller size or another model may help.",
            )

    def _fail(self, job: Job, what: str, todo: str, report: str = "") -> None:
        job.error, job.report = StudioError(what, todo), report
        self._end(job, JobState.FAILED)

    def _end(self, job: Job, state: JobState) -> None:
        job.state, job.seconds_left = state, None
        self._jobs.remove(job)
        self._jobs.append(job)
        self._tell(JobChanged(job))
        self._tell(QueueChanged())
        self._next()

    def _next(self) -> None:
        """Start the first waiting job, where none runs."""
        if self.running is not None or not self.waiting:
            return
        job = self.waiting[0]
        if self.engine.phase == "stopped":
            self._died(restarted=False)
            return
        job.state = JobState.RUNNING
        job.note = "Getting ready"
        self._send(job)
        self._tell(JobChanged(job))
        self._tell(QueueChanged())

    def _send(self, job: Job) -> None:
        target = str(job.target.absolute()) if job.target else ""
        self._engine.send(
            Run(job.id, job.recipe.to_json(), str(self._library()), job.parents, target)
        )
        if job.finishing:  # said to an engine that died before it began
            self._engine.send(Enough(job.id))

    def _tell(self, event: Event) -> None:
        for listener in list(self._listeners):
            listener(event)


def _shown(job: Job, answer: Preview | Notes) -> PreviewShown | NotesShown:
    return PreviewShown(job, answer) if isinstance(answer, Preview) else NotesShown(job, answer)
