"""Finds what a test leaves behind: threads, child processes, timers, windows, temporary files."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from tqdm import TMonitor

GRACE = 3.0  # seconds for what is about to end anyway
# multiprocessing starts these once and keeps them, as tqdm does its TMonitor thread.
KEPT_PROCESSES = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")


def look(folders: Path, uses_qt: bool) -> dict[object, str]:
    """All that is there now: what identifies it, and how to call it in a message."""
    found: dict[object, str] = {}
    found.update(_threads())
    found.update(_processes())
    found.update(_temporary_files(folders))
    if uses_qt:
        found.update(_qt())
    return found


def wait_for_the_end(before: dict[object, str], folders: Path, uses_qt: bool) -> list[str]:
    """What is there now and was not before, once it has had a moment to end."""
    until = time.monotonic() + GRACE
    pause = 0.0
    while True:
        if uses_qt:
            _let_qt_delete()
        left = [words for key, words in look(folders, uses_qt).items() if key not in before]
        if not left or time.monotonic() > until:
            return left
        gc.collect()
        time.sleep(pause)
        pause = 0.05


def _threads() -> Iterator[tuple[object, str]]:
    for thread in threading.enumerate():
        # A foreign thread that once ran Python stays listed as a dummy for ever.
        if not isinstance(thread, threading._DummyThread | TMonitor):
            yield ("thread", thread), f"thread {thread.name!r}"


def _processes() -> Iterator[tuple[object, str]]:
    for child in psutil.Process().children(recursive=True):
        try:
            command = " ".join(child.cmdline())
            if child.status() == psutil.STATUS_ZOMBIE:
                continue
        except psutil.Error:
            continue
        if not any(kept in command for kept in KEPT_PROCESSES):
            yield ("process", child.pid), f"process {child.pid}: {command[:120]}"


def _temporary_files(folders: Path) -> Iterator[tuple[object, str]]:
    for file in (folders / "tmp").rglob("*"):
        if not file.relative_to(folders / "tmp").parts[0].startswith("pymp-"):
            yield ("file", str(file)), f"temporary file {file.relative_to(folders)}"


def _qt() -> Iterator[tuple[object, str]]:
    import shiboken6
    from PySide6.QtCore import QThread, QTimer
    from PySide6.QtWidgets import QApplication

    for widget in QApplication.topLevelWidgets():
        yield ("widget", shiboken6.getCppPointer(widget)), f"window {widget!r}"
    # Timers and threads that Python holds. isinstance() is asked of the type, so that no object's
    # own __class__ (a lazy import, a mock) is woken up by looking at it.
    for thing in gc.get_objects():
        kind = type(thing)
        if issubclass(kind, QTimer | QThread) and shiboken6.isValid(thing):
            if issubclass(kind, QTimer) and thing.isActive():
                yield ("timer", id(thing)), f"running timer {thing!r} of {thing.parent()!r}"
            elif issubclass(kind, QThread) and thing.isRunning() and not _is_current(thing):
                yield ("qthread", id(thing)), f"running {thing!r}"


def _is_current(thread: object) -> bool:
    from PySide6.QtCore import QThread

    return thread is QThread.currentThread()


def _let_qt_delete() -> None:
    if "PySide6.QtWidgets" not in sys.modules:
        return
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
