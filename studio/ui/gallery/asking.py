"""What the gallery asks of the library, off the main thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from studio.errors import StudioError
from studio.ui.background import Background
from studio.ui.collection import Collection

if TYPE_CHECKING:
    from studio.library import Library

Work = Callable[["Library"], Any]
Then = Callable[[Any], None]
Failed = Callable[[Exception], None]


class Asking(QObject):
    """Two threads of the gallery's own, so that it never waits for a rescan or another room.

    problem: takes a StudioError that nobody else takes.
    """

    def __init__(self, collection: Collection, problem: Callable[[StudioError], None]) -> None:
        super().__init__()
        self._collection, self._problem = collection, problem
        self._doing = Background("gallery", 1, self)
        self._looking = Background("gallery-look", 1, self)

    @property
    def busy(self) -> bool:
        """Whether an answer is on its way."""
        return self._doing.busy or self._looking.busy

    @property
    def library(self) -> Library | None:
        """The library, once it is open; any thread may use it."""
        return self._collection.library

    def ask(self, work: Work, then: Then | None = None, failed: Failed | None = None) -> None:
        """Do something with the library, one after the other, and call `then` with what came.

        Where no library is open nothing happens. Answers of one that was closed are dropped.
        """
        self._run(self._doing, work, then, failed)

    def look(self, work: Work, then: Then | None = None, failed: Failed | None = None) -> None:
        """The same, for quick questions of what is in sight: they do not wait for the others."""
        self._run(self._looking, work, then, failed)

    def complain(self, error: Exception) -> None:
        """Tell the artist; what is no StudioError is a defect."""
        if not isinstance(error, StudioError):
            raise error
        self._problem(error)

    def close(self) -> None:
        """Finish what was begun and end the threads."""
        self._looking.close()
        self._doing.finish()

    def _run(
        self, background: Background, work: Work, then: Then | None, failed: Failed | None
    ) -> None:
        library = self.library
        if library is None:
            return

        def answered(result: Any) -> None:
            if library is self.library and then is not None:
                then(result)

        def refused(error: Exception) -> None:
            if library is not self.library:
                return
            (failed or self.complain)(error)

        background.run(lambda: work(library), answered, refused)
