"""`easel doctor`: what is installed, what is missing, and what to do about it."""

from __future__ import annotations

import os
import platform
import queue
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from studio import __version__
from studio.errors import StudioError

ENGINE_SECONDS = 120.0  # a cold disk and a slow computer need long for the first import of torch
LOW_DISK, LOW_MEMORY = 1.0, 4.0  # GB
GB = 1e9


@dataclass(frozen=True)
class Finding:
    """One line of the report. `todo` says what to do; `needed` is False for extras."""

    topic: str
    what: str
    todo: str = ""
    needed: bool = True

    @property
    def fine(self) -> bool:
        return not self.todo


def report(say: Callable[[str], None]) -> bool:
    """Examine this computer and say what was found; True where everything needed is there."""
    good = True
    for finding in examine():
        mark = "ok" if finding.fine else ("MISSING" if finding.needed else "note")
        say(f"{mark:>8}  {finding.topic}: {finding.what}")
        if finding.todo:
            say(f"{'':>8}  -> {finding.todo}")
        good = good and (finding.fine or not finding.needed)
    say("Everything that is needed is here." if good else "Something that is needed is missing.")
    return good


def examine() -> Iterator[Finding]:
    """All findings, quick ones first."""
    yield Finding("Easel", f"{__version__}, Python {platform.python_version()}, {_system()}")
    yield from _packages()
    yield _memory()
    yield _screen()
    yield _sound()
    yield _instruments()
    yield from _models()
    yield _library()
    yield _engine()


def _system() -> str:
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"


def _packages() -> Iterator[Finding]:
    for name in ("torch", "diffusers", "transformers", "PySide6-Essentials"):
        try:
            yield Finding(name, version(name))
        except PackageNotFoundError:
            yield Finding(name, "not installed", "python3 packaging/bootstrap.py run")


def _memory() -> Finding:
    import psutil

    total = psutil.virtual_memory().total / GB
    todo = "Close other programs while you draw." if total < LOW_MEMORY else ""
    return Finding("Memory", f"{total:.0f} GB", todo, needed=False)


def _screen() -> Finding:
    try:
        import PySide6.QtGui  # noqa: F401 - whether the system's libraries are there
    except ImportError as error:
        return Finding("Window", f"Qt cannot be loaded ({error})", _install("libegl1 libgl1"))
    if sys.platform == "linux" and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return Finding(
            "Window",
            "there is no screen here",
            "“easel make” works without one.",
            needed=False,
        )
    return Finding("Window", f"Qt {version('PySide6-Essentials')}")


def _sound() -> Finding:
    try:
        import sounddevice
    except OSError:
        todo = f"Pictures need none. For music: {_install('libportaudio2')}"
        return Finding("Sound", "the PortAudio library is missing", todo, needed=False)
    except ImportError:
        return Finding("Sound", "not installed", "Pictures need none.", needed=False)
    try:
        found = sounddevice.query_devices(kind="output")
    except (sounddevice.PortAudioError, ValueError):
        return Finding("Sound", "no device to play on", "Pictures need none.", needed=False)
    return Finding("Sound", str(found["name"]))


def _instruments() -> Finding:
    from studio.errors import StudioError
    from studio.sound import synth

    try:
        synth.font()
    except StudioError as error:
        return Finding("Instruments", error.what, error.todo, needed=False)
    if not synth.can_play():
        todo = "Set Easel up again with Python 3.11 or 3.12. Only the sound of tunes needs it."
        return Finding("Instruments", "there are none for this Python", todo, needed=False)
    return Finding("Instruments", "ready")


def _models() -> Iterator[Finding]:
    from studio.shelf import Shelf

    models = Shelf.default().models()
    if not any(model.builtin for model in models):
        yield Finding("Models", "the built-in model is missing", "Install Easel again.")
    for model in models:
        where = "built in" if model.builtin else str(model.folder)
        yield Finding("Model", f"{model.name} ({where}; licence: {model.licence})")


def _library() -> Finding:
    from studio.library import Library
    from studio.paths import library_folder

    folder = library_folder()
    try:
        with_room = shutil.disk_usage(_existing(folder)).free / GB
        library = Library.open(folder)
        count = library.count()
        library.close()
    except StudioError as error:
        return Finding("Pictures", f"{folder}: {error.what}", error.todo or "Choose another.")
    what = f"{folder}, {count} kept, {with_room:.0f} GB free"
    return Finding("Pictures", what, "Make room on the disk." if with_room < LOW_DISK else "")


def _engine() -> Finding:
    from studio.work.engine_process import EngineProcess
    from studio.work.messages import Answer, Died, Ready

    answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
    engine = EngineProcess(answers.put)
    engine.start()
    try:
        while True:
            match answers.get(timeout=ENGINE_SECONDS):
                case Ready(device=device, dtype=dtype):
                    return Finding("Draws on", f"{device}, in {dtype}")
                case Died(exitcode=code, restarted=False):
                    what = f"the drawing engine does not start (code {code})"
                    return Finding("Draws on", what, "python3 packaging/bootstrap.py run")
    except queue.Empty:
        what = "the drawing engine does not answer"
        return Finding("Draws on", what, "Close other programs and try again.")
    finally:
        engine.stop()


def _existing(folder: Path) -> Path:
    """The folder itself, or the nearest above it that is there."""
    return next(one for one in (folder, *folder.parents) if one.exists())


def _install(packages: str) -> str:
    return f"sudo apt install {packages}" if shutil.which("apt") else f"install {packages}"
