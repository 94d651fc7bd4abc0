"""How soon a picture follows the hand: slider moved to picture on the screen, end to end.

    python benchmarks/slider_drag.py [--model FOLDER]... [--seconds 5] [--full]

Opens the real window with the real engine process, drags a slider with mouse events, 60 a second,
and counts for each move the time until the canvas has been painted with a picture that was asked
for then or later. First quietly, then while pictures from words are drawn. The lag of the event
loop is measured meanwhile as in window_lag.py.

Without --model: the built-in models with sliders, and where there are none of a kind, random
weights of the same size. --full: the full picture at every move, not a small one while dragging.
Needs a display (Xvfb will do). Other programs make it slower: "waited" is how much of their time
the engine's threads waited for a processor that somebody else had.
"""

from __future__ import annotations

import argparse
import bisect
import contextlib
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from window_lag import Meter, warm

ROOT = Path(__file__).resolve().parent.parent
MOVES = 60  # a second, as a mouse has them
MEDIAN_BAR, P95_BAR, BUSY_BAR, LAG_BAR = 0.033, 0.066, 0.100, 0.016


class Watch:
    """Writes down when the canvas was asked and when it was painted."""

    def __init__(self, studio) -> None:
        from PySide6.QtCore import QEvent, QObject, QTimer

        from studio.work.messages import CANVAS

        self.moved_at: float | None = None
        self.asked: list[tuple[int, float]] = []
        self.painted: list[tuple[int, float]] = []
        self._newest = 0
        ask = studio.live.ask

        def asking(view, recipes, side=0):
            stamp = ask(view, recipes, side)
            if view == CANVAS and self.moved_at is not None:
                self.asked.append((stamp, self.moved_at))
            return stamp

        def seen(answer) -> None:
            self._newest = answer.stamp

        watch = self

        class Filter(QObject):
            def eventFilter(self, _canvas, event) -> bool:
                if event.type() == QEvent.Type.Paint:
                    # Done when the loop turns again: painted, and handed to the screen
                    QTimer.singleShot(0, partial(watch.paint, watch._newest))
                return False

        studio.live.ask = asking
        studio.live.listen(CANVAS, seen, print)
        self._filter = Filter()
        studio.window.sliders.canvas.installEventFilter(self._filter)

    def paint(self, stamp: int) -> None:
        if not self.painted or stamp > self.painted[-1][0]:
            self.painted.append((stamp, time.perf_counter()))

    def begin(self) -> None:
        self.asked.clear()
        self.painted.clear()

    def latencies(self) -> list[float]:
        stamps = [stamp for stamp, _ in self.painted]
        found = []
        for stamp, moved in self.asked:
            place = bisect.bisect_left(stamps, stamp)
            if place < len(stamps):
                found.append(self.painted[place][1] - moved)
        return sorted(found)


class Bench:
    def __init__(self, seconds: float) -> None:
        from studio.ui import start
        from studio.ui.smooth import settle
        from studio.ui.studio import Studio

        self.app = start.make_application(["easel"])
        self.seconds = seconds
        self.meter = Meter()
        self.studio = Studio()
        self.studio.window.painted.connect(settle)
        self.studio.show()
        self.until(lambda: self.studio.queue.engine.phase == "ready")
        self.studio.window.go_to("sliders")
        self.room = self.studio.window.sliders
        self.watch = Watch(self.studio)

    def until(self, done, seconds: float = 240.0) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        end = time.monotonic() + seconds
        wake = QTimer()
        wake.start(10)
        while not done():
            self.app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            if time.monotonic() > end:
                raise SystemExit(f"nothing happened for {seconds} s")

    def wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end)

    def choose(self, folder: Path) -> None:
        self.studio.add_model(folder)
        name = _manifest_id(folder)
        guide = self.room.guide
        self.until(lambda: guide.model() == name and guide.sight is not None)
        self.until(lambda: not self.studio.live.is_waiting("ends"))

    def drag(self, phase: str, seconds: float) -> bool:
        """Drag the first slider to and fro; print what was seen. True where the bars held."""
        before = processor_times(self.studio.engine.inner.pid)
        from PySide6.QtCore import Qt, QTimer

        handle = next(iter(self.room.panel.rows.values())).handle
        middle, reach = handle.width() / 2, handle.width() * 0.35
        began = time.perf_counter()
        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)

        def move() -> None:
            now = time.perf_counter()
            self.watch.moved_at = now
            x = middle + reach * math.sin((now - began) * math.tau / 1.7)
            _mouse(handle, "MouseMove", x)
            self.watch.moved_at = None

        self.watch.begin()
        self.meter.enter(phase)
        _mouse(handle, "MouseButtonPress", middle)
        timer.timeout.connect(move)
        timer.start(round(1000 / MOVES))
        self.until(lambda: time.perf_counter() - began > seconds)
        timer.stop()
        pictures = len(self.watch.painted) / seconds
        after = processor_times(self.studio.engine.inner.pid)
        self.wait(0.4)  # what is still on its way
        _mouse(handle, "MouseButtonRelease", middle)
        self.meter.enter("between")
        self.wait(0.2)
        had, waited = after[0] - before[0], after[1] - before[1]
        return self._tell(phase, pictures, waited / max(1, had + waited))

    def _tell(self, phase: str, pictures: float, waited: float) -> bool:
        found = self.watch.latencies()
        lag = sorted(self.meter.late[phase])
        if not found:
            print(f"  {phase:28} no picture came")
            return False
        median, p95 = statistics.median(found), found[int(len(found) * 0.95)]
        p99 = lag[int(len(lag) * 0.99)]
        busy = "while" in phase
        held = median <= (BUSY_BAR if busy else MEDIAN_BAR) and (busy or p95 <= P95_BAR)
        held = held and p99 <= LAG_BAR
        print(
            f"  {phase:28} {len(found):4} moves   median {median * 1000:5.1f}   "
            f"p95 {p95 * 1000:5.1f}   worst {found[-1] * 1000:5.1f} ms   "
            f"{pictures:4.1f} pictures/s   loop p99 {p99 * 1000:4.1f} ms   waited {waited:3.0%}"
            f"{'' if held else '   over the bar'}"
        )
        return held

    def draw(self) -> None:
        """Have pictures from words drawn, one job after the other, until `rest`."""
        from studio.recipes import PictureRecipe

        jobs = [
            self.studio.queue.submit(PictureRecipe(prompt="a smiling red fox", count=8, seed=seed))
            for seed in range(40)
        ]
        self.until(lambda: jobs[0].made or jobs[0].state.ended)
        self.jobs = jobs

    def rest(self) -> int:
        """Cancel them; how many pictures there are."""
        for job in reversed(self.jobs):
            self.studio.queue.cancel(job.id)
        self.until(lambda: all(job.state.ended for job in self.jobs))
        for job in self.jobs:
            if job.error is not None:
                print(job.error, job.report)
        return sum(len(job.made) for job in self.jobs)

    def close(self) -> None:
        self.studio.window.close()


def processor_times(pid: int) -> tuple[int, int]:
    """Nanoseconds for which a process's threads had a processor, and for which they waited for one
    that another thread had. Linux only; elsewhere nothing."""
    had = waited = 0
    for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError):
            numbers = task.read_text().split()
            had, waited = had + int(numbers[0]), waited + int(numbers[1])
    return had, waited


def _mouse(widget, kind: str, x: float) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
    from PySide6.QtGui import QMouseEvent

    at = QPointF(x, widget.height() / 2)
    button = Qt.MouseButton.NoButton if kind == "MouseMove" else Qt.MouseButton.LeftButton
    event = QMouseEvent(
        getattr(QEvent.Type, kind),
        at,
        widget.mapToGlobal(at),
        button,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QCoreApplication.sendEvent(widget, event)


def _manifest_id(folder: Path) -> str:
    from studio.shelf.manifest import read_manifest

    return read_manifest(folder).id


def models(asked: list[Path], scratch: Path) -> list[Path]:
    """Folders of the models to drag: those asked for, or one of each family."""
    from studio.shelf import Shelf

    if asked:
        return [folder.absolute() for folder in asked]
    found = {model.latent.family: model.folder for model in Shelf.default().models("latent")}
    for family in ("vae", "style-gan"):
        if family not in found:
            found[family] = scratch / family
            # In a process of its own: torch has no place in the window's
            script = [sys.executable, str(ROOT / "benchmarks" / "latent_stand_in.py")]
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            subprocess.run([*script, family, str(found[family])], check=True, env=environment)
    return list(found.values())


def main() -> None:
    warm()
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--model", type=Path, action="append", default=[])
    options.add_argument("--seconds", type=float, default=5.0)
    options.add_argument("--full", action="store_true")
    given = options.parse_args()
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as home:
        os.environ["EASEL_HOME"] = home
        folders = models(given.model, Path(home) / "models")
        if given.full:
            from studio.ui.sliders import guide

            guide.DRAG_SIDE = 0
        bench = Bench(given.seconds)
        held = True
        for folder in folders:
            bench.choose(folder)
            model = bench.room.model()
            print(f"{model.name}, {model.latent.size} px")
            bench.drag("warming up", 1.0)
            held &= bench.drag("quiet", given.seconds)
            bench.draw()
            held &= bench.drag("while pictures are drawn", given.seconds)
            print(f"  {bench.rest()} pictures were drawn meanwhile")
        bench.close()
    print(f"load after: {os.getloadavg()[0]:.1f}")
    print("held" if held else "MISSED")
    sys.exit(not held)


if __name__ == "__main__":
    main()
