"""How smooth the gallery is at twenty thousand works: scrolling end to end, searching, memory.

    python benchmarks/gallery_scroll.py --folder DIR [--works 20000] [--seconds 20]

DIR: a library as `library_scale.py --keep` leaves it; where it holds fewer works they are made.
Opens the real window with an engine that makes nothing, and scrolls from the top to the end and
back: evenly, with the wheel, and by leaps as a scroll bar that is dragged. The lag of the event
loop is taken as in `window_lag.py`. Needs a display (Xvfb will do); one that draws nothing
(QT_QPA_PLATFORM=offscreen) leaves out what the screen costs.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import psutil


class NoEngine:
    """Makes nothing."""

    def __init__(self, post: object) -> None:
        self.post = post

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def send(self, command: object) -> None: ...


def run(seconds: float) -> bool:
    from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt
    from PySide6.QtGui import QWheelEvent
    from window_lag import Meter

    from studio.ui import start
    from studio.ui.smooth import settle
    from studio.ui.studio import Studio

    app = start.make_application(["easel"])
    studio = Studio(make_engine=NoEngine)
    studio.window.painted.connect(settle)

    def until(done: Callable[[], bool], most: float = 120.0) -> float:
        began = time.perf_counter()
        while not done():
            app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            if time.perf_counter() - began > most:
                raise SystemExit("nothing happened")
        return time.perf_counter() - began

    def rest(pause: float) -> None:
        end = time.perf_counter() + pause
        until(lambda: time.perf_counter() >= end)

    studio.show()
    studio.window.resize(1440, 900)
    until(lambda: not studio.collection.busy and studio.collection.library is not None)
    began = time.perf_counter()
    studio.window.go_to("gallery")
    room = studio.window.gallery
    grid, bar = room.grid, room.grid.verticalScrollBar()
    until(lambda: bool(grid.sight.places))
    print(f"from the press to the first cards: {(time.perf_counter() - began) * 1e3:.0f} ms")
    print(f"works: {len(grid.found)}")
    rest(2.0)
    meter = Meter()
    chance = random.Random(7)

    def glide(name: str, position: Callable[[float], int]) -> None:
        meter.enter(name)
        begun = time.perf_counter()
        while (share := (time.perf_counter() - begun) / seconds) < 1:
            bar.setValue(position(share))
            app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 8)
            time.sleep(0.001)

    glide("down, end to end", lambda share: round(share * bar.maximum()))
    glide("up, end to end", lambda share: round((1 - share) * bar.maximum()))
    glide("leaps", lambda share: chance.randrange(bar.maximum() + 1))
    meter.enter("wheel")
    begun = time.perf_counter()
    bar.setValue(0)
    while time.perf_counter() - begun < seconds:
        wheel = QWheelEvent(
            QPointF(300, 300), grid.mapToGlobal(QPointF(300, 300)), QPoint(), QPoint(0, -120),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        app.sendEvent(grid.viewport(), wheel)
        rest(0.016)
    meter.enter("search")
    took = []
    for words in ("fox", "golden fox", "snowy otter", "number 77", "zebra", "") * 3:
        before = grid.found
        room.search.words.setText(words)
        begun = time.perf_counter()
        room.refresh(keep=False)
        until(lambda before=before: grid.found is not before)
        took.append((time.perf_counter() - begun) * 1e3)
        rest(0.2)
    took.sort()
    meter.stop()
    good = meter.tell()
    print(f"search to found: median {took[len(took) // 2]:.0f}, worst {took[-1]:.0f} ms")
    whole = psutil.Process().memory_info().rss
    squares = room.thumbs._room
    print(f"memory of the window: {whole / 2**20:.0f} MiB, of it squares {squares / 2**20:.0f}")
    studio.window.close()
    studio.close()
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--works", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args()
    there = sum(1 for _ in given.folder.glob("*/*.png")) if given.folder.is_dir() else 0
    if there < given.works:
        from library_scale import make

        make(given.folder, given.works, 256)
    from studio.library import Library

    with Library.open(given.folder) as library:
        if library.needs_rescan:
            library.rescan()
    os.environ["EASEL_LIBRARY"] = str(given.folder)
    os.environ.setdefault("EASEL_HOME", str(given.folder.parent / "gallery-scroll-home"))
    return 0 if run(given.seconds) else 1


if __name__ == "__main__":
    sys.exit(main())
