"""From nothing to the window on the screen."""

from __future__ import annotations

import contextlib
import os
import signal

from PySide6.QtCore import QSocketNotifier, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from studio.ui.smooth import settle
from studio.ui.studio import Studio


def make_application(argv: list[str]) -> QApplication:
    """The Qt application with our name and style."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    app = QApplication(argv)
    app.setApplicationName("easel")
    app.setApplicationDisplayName("Easel")
    app.setDesktopFileName("easel")
    app.setStyle("Fusion")
    return app


def run(argv: list[str]) -> int:
    """Open the window and stay until it is closed."""
    app = make_application(argv)
    studio = Studio()
    studio.window.painted.connect(settle)
    studio.show()
    with _closed_by_signals(studio):
        code = app.exec()
    studio.close()
    return code


@contextlib.contextmanager
def _closed_by_signals(studio: Studio):  # type: ignore[no-untyped-def]
    """Close the window on Ctrl+C in the terminal and when the session ends."""
    if os.name != "posix":
        yield
        return
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    notifier = QSocketNotifier(reading, QSocketNotifier.Type.Read)
    notifier.activated.connect(studio.window.close)
    before = {n: signal.signal(n, _woken) for n in (signal.SIGINT, signal.SIGTERM)}
    wakeup = signal.set_wakeup_fd(writing)
    try:
        yield
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        notifier.setEnabled(False)
        os.close(reading)
        os.close(writing)


def _woken(number: int, frame: object) -> None:
    """The notifier does the work."""
