"""How smooth the window stays while thousands of files are brought into the gallery.

    python benchmarks/gallery_bringing.py --folder DIR [--files 2000] [--side 768] [--cancel N]

DIR: a library, as `library_scale.py --keep` leaves it, or an empty folder; it is added to. The
pictures are made beside it, and removed at the end. The lag of the event loop is taken as in
`window_lag.py`, while the gallery is in sight and scrolled through. --cancel: press Cancel after
so many files, and say how long it takes. Needs a display (Xvfb will do).
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from gallery_scroll import NoEngine
from library_scale import chunk, picture


def make(folder: Path, count: int, side: int) -> None:
    """Pictures of no program, no two of them alike."""
    chance = random.Random(11)
    bodies = [picture(side, chance) for _ in range(24)]
    run = f"{time.time_ns()}"
    for number in range(count):
        head, body = bodies[number % len(bodies)]
        text = chunk(b"tEXt", f"Comment\0{run} {number}".encode())
        (folder / f"holiday {number:05}.png").write_bytes(head + text + body)


def run(files: Path, cancel: int) -> bool:
    from PySide6.QtCore import QEventLoop
    from window_lag import Meter

    from studio.ui import start
    from studio.ui.smooth import settle
    from studio.ui.studio import Studio

    app = start.make_application(["easel"])
    studio = Studio(make_engine=NoEngine)
    studio.window.painted.connect(settle)

    def until(done: Callable[[], bool], most: float = 600.0) -> float:
        began = time.perf_counter()
        while not done():
            app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            time.sleep(0.0005)
            if time.perf_counter() - began > most:
                raise SystemExit("nothing happened")
        return time.perf_counter() - began

    studio.show()
    studio.window.resize(1440, 900)
    until(lambda: not studio.collection.busy and studio.collection.library is not None)
    studio.window.go_to("gallery")
    room = studio.window.gallery
    until(lambda: room.grid.found is not None)
    print(f"works before: {len(room.grid.found)}")
    end = time.perf_counter() + 3
    until(lambda: time.perf_counter() >= end)
    came: list[object] = []
    words: list[str] = []
    room.bringing.came.connect(came.append)
    meter = Meter()
    meter.enter("bringing in")
    began = time.perf_counter()
    room.bringing.files([files])
    if cancel:
        until(lambda: room.bringing._far[0] >= cancel)
        pressed = time.perf_counter()
        room.bring_bar.away.click()
        until(lambda: bool(came))
        print(f"from Cancel to the last word: {(time.perf_counter() - pressed) * 1e3:.0f} ms")
    bar, way = room.grid.verticalScrollBar(), 1

    def step() -> bool:
        nonlocal way
        if room.bring_bar.words.text() not in words[-1:]:
            words.append(room.bring_bar.words.text())
        if not bar.minimum() < bar.value() + way * 25 < bar.maximum():
            way = -way
        bar.setValue(bar.value() + way * 25)
        return bool(came)

    until(step)
    took = time.perf_counter() - began
    meter.enter("afterwards")
    end = time.perf_counter() + 3
    until(lambda: time.perf_counter() >= end)
    meter.stop()
    good = meter.tell()
    print(f"{room.toast.words.text()}; {took:.1f} s")
    print("told on the way:", *words[:: max(1, len(words) // 6)], sep="\n  ")
    print(f"works after: {len(room.grid.found)}")
    studio.window.close()
    studio.close()
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--side", type=int, default=768)
    parser.add_argument("--cancel", type=int, default=0)
    given = parser.parse_args()
    os.environ["EASEL_LIBRARY"] = str(given.folder)
    with tempfile.TemporaryDirectory(dir=given.folder.parent) as place:
        make(Path(place), given.files, given.side)
        os.environ["EASEL_HOME"] = str(Path(place) / ".home")
        return 0 if run(Path(place), given.cancel) else 1


if __name__ == "__main__":
    sys.exit(main())
