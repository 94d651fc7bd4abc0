"""Defects: shown with a report to copy, while the window stays up."""

from __future__ import annotations

import platform
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from studio import __version__
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, label, tighten, wrapped


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
        text = "".join(traceback.format_exception(kind, error, trace))
        if sys.stderr is not None:
            sys.stderr.write(text)
        self._anywhere.emit(report(text))

    def _thread_hook(self, args: Any) -> None:
        if args.exc_type is not SystemExit:
            self._hook(args.exc_type, args.exc_value, args.exc_traceback)


def report(text: str) -> str:
    """A report that says on what it happened and holds no words of the artist's."""
    return (
        f"Easel {__version__}, Python {platform.python_version()}, Qt {qVersion()}, "
        f"{platform.system()} {platform.machine()}\n\n{text}"
    )


class ProblemDialog(QDialog):
    """Says that something went wrong inside the program, and offers the report."""

    def __init__(self, look: Look, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Something went wrong")
        self.setMinimumWidth(520)
        self.report = QPlainTextEdit(text)
        self.report.setReadOnly(True)
        self.report.setProperty("report", "true")
        self.report.setAccessibleName("Report")
        self.report.setTabChangesFocus(True)
        self.report.setMinimumHeight(180)
        self.copy = TextButton(look, "Copy report", "copy")
        self.on = TextButton(look, "Go on")
        self.on.setDefault(True)
        buttons = QHBoxLayout()
        tighten(buttons, 0, 8)
        buttons.addStretch(1)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.on)
        column = QVBoxLayout(self)
        tighten(column, 20, 12)
        column.addWidget(label("Something went wrong inside Easel", "section"))
        column.addWidget(
            wrapped(
                "This is our mistake, not yours. Everything you have made is kept, and you can "
                "go on. If you like to help us mend it, copy the report and send it to us.",
                "muted",
            )
        )
        column.addWidget(self.report)
        column.addLayout(buttons)
        self.copy.clicked.connect(self._copy)
        self.on.clicked.connect(self.accept)

    def add(self, text: str) -> None:
        """Take in another report while it is open."""
        if len(self.report.toPlainText()) < 100_000:
            self.report.appendPlainText(f"\n{text}")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())
        self.copy.set_words("Copied")
