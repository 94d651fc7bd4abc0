"""Everything that the window's process and the engine process say to each other.

A closed set of frozen dataclasses. Every answer carries the id of its job; answers about a job
that is no longer running are dropped by the one consumer, `studio.work.queue.JobQueue`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

CANVAS = "canvas"  # the view of a `Look` that goes before all others

# To the engine process


@dataclass(frozen=True)
class Run:
    """Run one job. `recipe` is JSON; `library` the folder that keeps the artworks.

    target: a folder that takes the results as files instead of the library, or "".
    """

    job: str
    recipe: str
    library: str
    parents: tuple[str, ...] = ()
    target: str = ""


@dataclass(frozen=True)
class Prepare:
    """Have this recipe's model at hand, when there is nothing else to do. Answered by nothing."""

    recipe: str


@dataclass(frozen=True)
class Cancel:
    """Stop this job, whether it waits, loads or runs."""

    job: str


@dataclass(frozen=True)
class Enough:
    """The artist wants what this running job has by now: it shall finish and keep it."""

    job: str


@dataclass(frozen=True)
class Stop:
    """Finish nothing, clean up, end the process."""


@dataclass(frozen=True)
class Look:
    """Show these recipes (JSON) at once, without keeping them. Newest wins, view by view.

    view: who asks (`CANVAS` goes before all others). stamp: grows with each request of the view.
    side: pixels that suffice; 0 is the full picture. Without recipes it only drops the older ones.
    library: the folder in which the pictures are that the recipes refer to, or "".
    """

    view: str
    stamp: int
    recipes: tuple[str, ...]
    side: int = 0
    library: str = ""


Command = Run | Prepare | Cancel | Enough | Look | Stop

# From the engine process


@dataclass(frozen=True)
class Ready:
    """The engine process has torch at hand. `device` is in words ("this computer's processor")."""

    device: str
    dtype: str
    pid: int


@dataclass(frozen=True)
class Started:
    """The job is being worked on."""

    job: str


@dataclass(frozen=True)
class Progress:
    """`done` of the whole job in 0..1; `note` in plain words; `seconds_left` when it is known."""

    job: str
    done: float
    note: str = ""
    seconds_left: float | None = None


@dataclass(frozen=True)
class Preview:
    """An early look at picture `index` of the job: `width` x `height` RGBA bytes."""

    job: str
    index: int
    width: int
    height: int
    rgba: bytes = field(repr=False)


@dataclass(frozen=True)
class Notes:
    """The notes of tune `index` of the job, as far as it is composed: a `Score` as JSON.

    whole: these are all of them; it can be played before its sound is made and kept.
    """

    job: str
    index: int
    score: str = field(repr=False)
    whole: bool


@dataclass(frozen=True)
class Made:
    """Result `index` of the job is kept in the library, at `path`.

    artwork: its id there; "" where the job has a target folder, which then holds the file.
    """

    job: str
    index: int
    artwork: str
    path: str


@dataclass(frozen=True)
class Finished:
    """Everything the job asked for is made and kept."""

    job: str


@dataclass(frozen=True)
class Cancelled:
    """The job has stopped, as asked."""

    job: str


@dataclass(frozen=True)
class Failed:
    """`what` and `todo` are sentences for the artist; `report` is a defect's traceback, or ""."""

    job: str
    what: str
    todo: str = ""
    report: str = ""


@dataclass(frozen=True)
class Seen:
    """Picture `index` of a `Look`: `width` x `height` RGB bytes, and where it lies.

    found: its place in numbers (`Place.found`). readings: the sliders' positions there, by id.
    """

    view: str
    stamp: int
    index: int
    width: int
    height: int
    rgb: bytes = field(repr=False)
    found: str = field(default="", repr=False)
    readings: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class LookFailed:
    """A `Look` could not be shown; sentences as in `Failed`."""

    view: str
    stamp: int
    what: str
    todo: str = ""
    report: str = ""


@dataclass(frozen=True)
class Died:
    """Said by the keeper of the engine process when that process ended unasked.

    `restarted` is False where it died so often that no further start was tried.
    """

    exitcode: int | None
    restarted: bool = True


Answer = (
    Ready
    | Started
    | Progress
    | Preview
    | Notes
    | Made
    | Finished
    | Cancelled
    | Failed
    | Seen
    | LookFailed
    | Died
)
