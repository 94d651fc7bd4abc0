"""Work that must not hold up the window: files, pictures, the library.

Results and errors come back to the main thread through one signature.
"""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from studio.ui.smooth import short_slices

Then = Callable[[Any], None]
Failed = Callable[[Exception], None]
Task = Callable[[], None]


class Background(QObject):
    """A few threads with one way back. Everything is called from the main thread.

    One thread keeps what it runs in order, and lets it own things such as a database. Threads
    are started when there is work, and ended by `close`, `leave` or `finish`.
    """

    _arrived = Signal(object)

    def __init__(self, name: str, threads: int = 1, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name, self._most = f"easel-{name}", threads
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._open = True
        self._dropping = False
        self._waiting = 0
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether something was asked for that has not come back yet."""
        return self._waiting > 0

    def run(
        self, work: Callable[[], Any], then: Then | None = None, failed: Failed | None = None
    ) -> None:
        """Do `work` on a thread, then call `then(result)` or `failed(error)` on the main one.

        An error that nobody takes is raised as any other defect is: through `sys.excepthook`.
        """
        if not self._open:
            return
        self._waiting += 1

        def task() -> None:
            answer: tuple[Any, Any, Exception | None]
            try:
                answer = (then, work(), None)
            except Exception as error:  # noqa: BLE001 - handed on, see _deliver
                answer = (failed, None, error)
            with suppress(RuntimeError):  # it was left, and is gone by now
                if self._open:
                    self._arrived.emit(answer)

        self._tasks.put(task)
        if len(self._threads) < min(self._most, self._waiting):
            name = f"{self._name}-{len(self._threads) + 1}"
            thread = threading.Thread(target=self._work, name=name)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """Drop what waits, let what runs end, and say nothing more."""
        self._dropping = True
        self.finish()

    def leave(self) -> None:
        """As `close`, but return at once: what runs needs nothing that goes now."""
        self._dropping = True
        self._end()

    def finish(self) -> None:
        """Do all that was asked for, and say nothing more."""
        for thread in self._end():
            thread.join()

    def _end(self) -> list[threading.Thread]:
        """Ask the threads to end; which they are."""
        self._open = False
        self._waiting = 0
        ending, self._threads = self._threads, []
        for _ in ending:
            self._tasks.put(None)
        return ending

    def _work(self) -> None:
        short_slices()  # the window waits for whoever holds the interpreter
        while (task := self._tasks.get()) is not None:
            if not self._dropping:
                task()

    def _deliver(self, answer: tuple[Any, Any, Exception | None]) -> None:
        if not self._open:
            return
        self._waiting -= 1
        callback, result, error = answer
        if error is None:
            if callback is not None:
                callback(result)
        elif callback is not None:
            callback(error)
        else:
            sys.excepthook(type(error), error, error.__traceback__)
