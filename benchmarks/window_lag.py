"""How smooth the window stays while the engine starts, loads, draws and saves.

    python benchmarks/window_lag.py [--busy] [--model FOLDER] [--pictures 8]

Opens the real window with the real engine process and asks for pictures, as an artist would,
typing the while. A precise timer ticks in the window's event loop every 4 ms; how much later than
that a tick comes is the lag. A stall of n ticks counts as n late ticks, as for n artists who had
pressed something meanwhile, so that few long stalls cannot hide behind many short waits.
--busy: two other processes compute without pause. Needs a display (Xvfb will do).
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICK = 0.004
P99_BAR, MAX_BAR = 0.016, 0.050


class Meter:
    """Collects the lag of one event loop, phase by phase."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.late: dict[str, list[float]] = {}
        self.phase = ""
        self._stalls: list[tuple[float, str, float, float]] = []
        self._last, self._own, self._all = time.perf_counter(), 0.0, 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(round(TICK * 1000))
        self._timer.timeout.connect(self._tick)

    def enter(self, phase: str) -> None:
        if not self.phase:
            self._timer.start()
            self._last = time.perf_counter()
        self.phase = phase
        self.late.setdefault(phase, [])

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        late = max(0.0, now - self._last - TICK)
        own, everyone = time.thread_time(), time.process_time()
        self._stalls.append((late, self.phase, own - self._own, everyone - self._all))
        self._stalls = sorted(self._stalls, reverse=True)[:5]
        self._last, self._own, self._all = now, own, everyone
        while True:
            self.late[self.phase].append(late)
            if late <= TICK:
                break
            late -= TICK

    def tell(self) -> bool:
        good = True
        everything = [late for phase in self.late.values() for late in phase]
        for name, found in (*self.late.items(), ("all", everything)):
            found = sorted(found)
            if not found:
                continue
            p50, p99 = (found[min(len(found) - 1, int(len(found) * q))] for q in (0.5, 0.99))
            held = p99 <= P99_BAR and found[-1] <= MAX_BAR
            good = held  # of all phases together, which come last
            print(
                f"{name:22} {len(found):6} ticks   p50 {p50 * 1000:5.1f}   p99 {p99 * 1000:5.1f}   "
                f"worst {found[-1] * 1000:6.1f} ms{'' if held else '   over the bar'}"
            )
        print("longest, with the processor time that the window's thread and all its threads had:")
        for late, phase, own, everyone in self._stalls:
            shares = f"{own * 1000:.1f} and {everyone * 1000:.1f} ms"
            print(f"  {late * 1000:6.1f} ms in “{phase}”: {shares}")
        return good


def burn() -> None:
    while True:
        sum(i * i for i in range(10_000))


def run(model: Path | None, pictures: int) -> bool:
    from studio.ui import start
    from studio.ui.smooth import settle
    from studio.ui.studio import Studio
    from studio.work.queue import JobState

    app = start.make_application(["easel"])
    meter = Meter()
    studio = Studio()
    studio.window.painted.connect(settle)
    chance = random.Random(7)

    def until(done, seconds: float = 240.0) -> None:
        from PySide6.QtCore import QEventLoop

        end = time.monotonic() + seconds
        typed = time.monotonic()
        while not done():
            app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            if time.monotonic() > end:
                raise SystemExit(f"nothing happened for {seconds} s in phase {meter.phase}")
            if time.monotonic() - typed > 0.12:
                typed = time.monotonic()
                panel.prompt.insertPlainText(chance.choice("a fox owl "))

    panel = studio.window.room.panel
    studio.show()
    until(lambda: studio._started)
    meter.enter("engine starts")
    if model:
        studio.add_model(model)
    until(lambda: studio.queue.engine.phase == "ready" and panel.model() is not None)
    if model:
        until(lambda: panel.model().folder == model)
    if panel.model() is None:
        raise SystemExit("there is no model to draw with; see --model")
    meter.enter("loads and first picture")
    panel.prompt.set_value("a smiling red fox")
    panel.ask()
    until(lambda: studio.queue.jobs[-1].state.ended)
    meter.enter("draws and saves")
    panel.form.set_values({"count": 4})
    for words in ("an owl", "a blue strawberry")[: max(1, pictures // 4)]:
        panel.prompt.set_value(words)
        panel.ask()
    until(lambda: all(job.state.ended for job in studio.queue.jobs))
    until(lambda: not studio.collection.busy)
    states = {job.state for job in studio.queue.jobs}
    for job in studio.queue.jobs:
        if job.error is not None:
            print(job.error, job.report)
    meter.stop()
    print(
        f"{studio.window.room.strip.model().rowCount()} pictures, device: "
        f"{studio.queue.engine.device}"
    )
    good = meter.tell()
    studio.window.close()
    return good and states == {JobState.FINISHED}


def warm() -> None:
    """Start again with compiled modules, as an installed Easel has them."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None) is None:
        return
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(Path(tempfile.gettempdir()) / "easel-pyc"))
    modules = "studio.ui.start, studio.ui.dialogs, studio.shelf, studio.library"
    code = f"import {modules}, studio.work.engine_process"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    os.execv(sys.executable, [sys.executable, *sys.argv])


def main() -> None:
    warm()
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--busy", action="store_true")
    options.add_argument("--model", type=Path)
    options.add_argument("--pictures", type=int, default=8)
    given = options.parse_args()
    load = os.getloadavg()[0]
    print(f"load before: {load:.1f} on {os.cpu_count()} cores; kept busy by us: {given.busy}")
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=burn, daemon=True) for _ in range(2 if given.busy else 0)]
    for other in others:
        other.start()
    try:
        with tempfile.TemporaryDirectory() as home:
            os.environ["EASEL_HOME"] = home
            good = run(given.model and given.model.absolute(), given.pictures)
    finally:
        for other in others:
            other.kill()
    print("held" if good else "MISSED")
    sys.exit(not good)


if __name__ == "__main__":
    main()
