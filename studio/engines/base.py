"""What an engine is and the one narrow context in which it works."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Protocol

from PIL import Image

from studio.errors import StudioError
from studio.recipes import Recipe
from studio.shelf import Shelf


class JobCancelled(Exception):
    """Raised by `Context.check` where the artist has pressed Cancel."""


@dataclass
class Context:
    """All that an engine sees of the studio: models, a way to report, a way to be stopped.

    report: called with (done in 0..1, note in plain words).
    show: called with (index, RGBA image): an early look at result `index`.
    keep: called with (index, image, the recipe of that one result); writes it to the library.
    cancelled: says whether the artist has pressed Cancel.
    """

    shelf: Shelf
    report: Callable[[float, str], None] = lambda done, note: None
    show: Callable[[int, Image.Image], None] = lambda index, image: None
    keep: Callable[[int, Image.Image, Recipe], None] = lambda index, image, recipe: None
    cancelled: Callable[[], bool] = lambda: False

    def check(self) -> None:
        """Raise `JobCancelled` where the job is to stop. Call it at every step."""
        if self.cancelled():
            raise JobCancelled


class Engine(Protocol):
    """Turns one kind of recipe into results. Made once in a process, used from one thread."""

    kind: str

    def run(self, recipe: Recipe, context: Context) -> None:
        """Make what the recipe asks for; hand each result to `context.keep` as it is ready.

        Raises StudioError for what the artist can mend, JobCancelled where `check` said so.
        """
        ...

    def prepare(self, recipe: Recipe, context: Context) -> None:
        """Get ready for recipes like this one; keep nothing, show nothing."""
        ...


def load_engines(kinds: Iterable[str] | None = None) -> dict[str, Engine]:
    """Make the engines that are registered under the entry-point group `easel.engines`.

    kinds: only these; all when None. A kind without an engine is simply absent.
    """
    found = {}
    for point in entry_points(group="easel.engines"):
        if kinds is None or point.name in kinds:
            found[point.name] = point.load()()
    return found


def no_engine(kind: str) -> StudioError:
    """The error of a recipe that no installed engine can make."""
    return StudioError(
        f"Nothing installed here can make a “{kind}”.", "Install the extension that made it first."
    )
