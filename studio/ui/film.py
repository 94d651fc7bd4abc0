"""Films in the window: decoded on a thread, shown when their time has come, round and round."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from studio.errors import StudioError
from studio.ui.smooth import short_slices

AHEAD = 6  # frames decoded before they are needed
LATE = 0.25  # seconds; when it lags by more, the film waits rather than leaps
PATIENCE = 0.5  # seconds to wait for a thread that is to end
SOON = 5  # milliseconds until the next look for a frame that is not there yet


class Film(QObject):
    """Plays one film at a time.

    shown: the next frame, a QImage. failed: a StudioError, the film cannot be played.
    Once through and again from the start without a pause between. Nothing runs while it is paused
    or stopped; whoever shows it stops it when it can no longer be seen.
    """

    shown = Signal(QImage)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._frames: _Frames | None = None
        self._last: list[_Frames] = []  # also the one to end when this object goes
        self.destroyed.connect(partial(_end_all, self._last))
        self._position = 0.0  # seconds played
        self._since: float | None = None  # when that was; None while it stands still
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._go_on)

    @property
    def loaded(self) -> bool:
        """Whether there is a film, playing or not."""
        return self._frames is not None

    @property
    def playing(self) -> bool:
        """Whether it moves."""
        return self._since is not None

    def play(self, path: Path, longest: int = 0) -> None:
        """Play this film from its start, no longer than `longest` pixels a side if given."""
        self.stop()
        self._frames = _Frames(path, longest)
        self._last[:] = [self._frames]
        self._position = 0.0
        self.resume()

    def pause(self) -> None:
        """Stand still at this frame."""
        self._position, self._since = self._now(), None
        self._timer.stop()

    def resume(self) -> None:
        """Go on."""
        if self._frames is not None and self._since is None:
            self._since = time.monotonic()
            self._timer.start(0)

    def stop(self, wait: bool = False) -> None:
        """Let go of the film. wait: until its thread has ended, half a second at most."""
        self._timer.stop()
        self._since = None
        self._last.clear()
        frames, self._frames = self._frames, None
        if frames is not None:
            frames.end()
            if wait:
                frames.thread.join(PATIENCE)

    def _now(self) -> float:
        return self._position + (time.monotonic() - self._since if self._since else 0.0)

    def _go_on(self) -> None:
        if self._frames is None or self._since is None:
            return
        now = self._now()
        frames = self._frames
        image, start, error = frames.due(now)
        if image is not None:
            if now - start > LATE:
                self._position, self._since = start, time.monotonic()
            self.shown.emit(image)
        if error is not None:
            self.stop()
            self.failed.emit(error)
        elif self._frames is frames and self.playing:  # whoever was shown it may have stopped it
            ahead = frames.next_start()
            wait = SOON if ahead is None else max(0, round((ahead - self._now()) * 1000))
            self._timer.start(wait)


class _Frames:
    """The frames of a film that comes round again and again, a few of them ahead of their time."""

    def __init__(self, path: Path, longest: int) -> None:
        self._path, self._longest = path, longest
        self._ready: deque[tuple[float, QImage]] = deque()
        self._error: StudioError | None = None
        self._ended = False
        self._changed = threading.Condition()
        self.thread = threading.Thread(target=self._work, name="easel-film")
        self.thread.start()

    def end(self) -> None:
        """Have the thread end soon."""
        with self._changed:
            self._ended = True
            self._ready.clear()
            self._changed.notify_all()

    def due(self, now: float) -> tuple[QImage | None, float, StudioError | None]:
        """The newest frame whose time has come, that time, and what went wrong."""
        image, start = None, 0.0
        with self._changed:
            while self._ready and self._ready[0][0] <= now:
                start, image = self._ready.popleft()
                self._changed.notify_all()
            return image, start, self._error if not self._ready else None

    def next_start(self) -> float | None:
        """When the next frame is to be shown; None where there is none yet."""
        with self._changed:
            return self._ready[0][0] if self._ready else None

    def _work(self) -> None:
        short_slices()
        # FFmpeg and its Python side load here, when a film is first played, and not before.
        from studio.library.contents import NotAPicture
        from studio.library.playing import open_film

        try:
            film = open_film(self._path)
            begin = 0.0
            while not self._ended:
                with closing(film.frames(self._longest)) as moments:
                    count = 0
                    for moment in moments:
                        if not self._put(begin + moment.start, _image(moment.pixels)):
                            return
                        count += 1
                if not count:
                    raise NotAPicture("there are no pictures in it")
                begin += max(film.seconds, moment.start)
        except (NotAPicture, OSError, MemoryError) as error:
            with self._changed:
                self._error = _in_words(self._path, error)

    def _put(self, start: float, image: QImage) -> bool:
        """Hand on a frame, once there is room for it. False when the thread shall end."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or len(self._ready) < AHEAD)
            if not self._ended:
                self._ready.append((start, image))
            return not self._ended


def _end_all(frames: list[_Frames], *_: Any) -> None:
    for each in frames:
        each.end()


def _image(pixels: Any) -> QImage:
    height, width = pixels.shape[:2]
    image = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)  # a copy; what painters take fastest


def _in_words(path: Path, error: Exception) -> StudioError:
    if isinstance(error, FileNotFoundError):
        return StudioError(
            f"“{path.name}” is no longer where it was.",
            "Put it back, or look in the trash of your computer.",
        )
    return StudioError(f"“{path.name}” cannot be played.", "The file may be damaged.")
