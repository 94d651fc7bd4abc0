"""Kills the window's process and the engine process while pictures are being kept.

    python benchmarks/studio_kill.py [--kills 100] [--seed 0]

A child process stands for the window: it has a queue and an engine process whose engine paints
plain colours as fast as they can be kept. Every picture the window hears of is printed. After
each kill the library is opened anew: everything announced must be there and whole, no half file,
index and files must agree, and the killed window's engine must be gone.
"""

from __future__ import annotations

import argparse
import os
import queue
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
from PIL import Image

from studio.library import Library

ROOT = Path(__file__).resolve().parents[1]


class FastPictures:
    kind = "picture"

    def run(self, recipe, context) -> None:
        for index, one in enumerate(recipe.variations()):
            context.check()
            context.keep(index, Image.effect_noise((256, 256), 60).convert("RGBA"), one)


def fast_engines() -> dict:
    return {"picture": FastPictures()}


def fast_engine_main(connection) -> None:
    from studio.work.engine_process import engine_main

    engine_main(connection, fast_engines)


def window(folder: Path) -> None:
    """The child: jobs without end; says which engine runs and what was made."""
    from studio.recipes import PictureRecipe
    from studio.work.engine_process import EngineProcess
    from studio.work.messages import Made, Ready
    from studio.work.queue import JobQueue

    answers: queue.SimpleQueue = queue.SimpleQueue()
    engine = EngineProcess(answers.put, fast_engine_main)
    jobs = JobQueue(engine, lambda: folder)
    engine.start()
    while True:
        if len(jobs.waiting) < 2:
            jobs.submit(PictureRecipe(prompt="noise 雪", count=8))
        answer = answers.get()
        jobs.receive(answer)
        if isinstance(answer, Made):
            print("made", answer.artwork, answer.path, flush=True)
        elif isinstance(answer, Ready):
            print("ready", answer.pid, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--window", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.window:
        window(options.window)
        return
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "pictures"
        tally = {"engine": 0, "window": 0}
        announced: dict[str, Path] = {}
        lost = half = disagree = orphans = 0
        while sum(tally.values()) < options.kills:
            child = Child(folder, announced)
            for _ in range(chance.randint(1, 3)):  # a few engines of this window, then the window
                child.wait_ready()
                time.sleep(chance.uniform(0.0, 0.4))
                victim = "engine" if tally["engine"] <= tally["window"] else "window"
                tally[victim] += 1
                if victim == "window":
                    break
                child.kill_engine()
            orphans += child.kill()
            with Library.open(folder) as library:
                library.rescan()
                files = {file for file in folder.glob("**/*.png") if ".trash" not in file.parts}
                kept = {one.path for one in library.recent(limit=10**6)}
                disagree += files != kept
                lost += sum(library.get(one) is None for one in announced)
            half += sum(not whole(file) for file in files)
            half += sum(1 for file in folder.glob("**/*") if file.name.endswith((".tmp", ".part")))
            print(
                f"\r{sum(tally.values())} kills {tally}, {len(announced)} announced: {lost} lost, "
                f"{half} half-written, {disagree} disagreements, {orphans} orphans",
                end="",
                flush=True,
            )
        print()
        raise SystemExit(bool(lost or half or disagree or orphans))


class Child:
    """The window's process, and what it has said."""

    def __init__(self, folder: Path, announced: dict[str, Path]) -> None:
        command = [sys.executable, __file__, "--window", str(folder)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        self.ready: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.engine = 0
        self.announced = announced
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if not line.endswith("\n"):
                break
            match line.split(maxsplit=2):
                case ["ready", pid]:
                    self.ready.put(int(pid))
                case ["made", artwork, path]:
                    self.announced[artwork] = Path(path.rstrip("\n"))

    def wait_ready(self) -> None:
        self.engine = self.ready.get(timeout=60)

    def kill_engine(self) -> None:
        os.kill(self.engine, signal.SIGKILL)

    def kill(self) -> int:
        """Kill the window; 1 where an engine outlives it by more than five seconds."""
        engines = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        self.process.wait()
        self.reader.join()
        _, alive = psutil.wait_procs(engines, timeout=5)
        return len(alive)


def whole(file: Path) -> bool:
    try:
        with Image.open(file) as image:
            image.load()
    except (OSError, SyntaxError):
        return False
    return True


if __name__ == "__main__":
    main()
