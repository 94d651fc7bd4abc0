"""Defects: shown with a report to copy, while the window stays up."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, qVersion
from PySide6.QtGui import QGuiApplication

from studio import __version__


class Problems(QObject):
    """Catches what nothing else caught, on any thread, and says so on the main one.

    `caught` carries the report. The hooks of before are put back by `close`.
    """

    caught = Signal(str)
    _anywhere = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._before = (sys.excepthook, threading.excepthook)
        self._anywhere.connect(self.caught, Qt.ConnectionType.QueuedConnection)

    def catch(self) -> None:
        """Begin to catch."""
        sys.excepthook = self._hook
        threading.excepthook = self._thread_hook

    def close(self) -> None:
        """Put the hooks of before back."""
        sys.excepthook, threading.excepthook = self._before

    def _hook(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            app = QGuiApplication.instance()
            if app is not None:
                app.quit()
            return
        import traceback

        text = "".join(traceback.format_exception(kind, error, trace))
        if sys.stderr is not None:
            sys.stderr.write(text)
        self._anywhere.emit(report(text))

    def _thread_hook(self, args: Any) -> None:
        if args.exc_type is not SystemExit:
            self._hook(args.exc_type, args.exc_value, args.exc_traceback)


def report(text: str) -> str:
    """A report that says on what it happened and holds no words of the artist's."""
    import platform

    return (
        f"Easel {__version__}, Python {platform.python_version()}, Qt {qVersion()}, "
        f"{platform.system()} {platform.machine()}\n\n{text}"
    )
