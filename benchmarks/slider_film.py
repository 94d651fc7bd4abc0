"""How long a film of the sliders takes, and whether it is what it should be.

    python benchmarks/slider_film.py [--model FOLDER]... [--seconds 60] [--size 512] [--format mp4]

A loop of four stops, 30 pictures a second, made by the real engine process into a library of its
own. Then: a cancel in the middle, and what is left; a short loop made twice, compared frame by
frame; and whether its last frame leads on to its first. Models as in slider_drag.py.
"""

from __future__ import annotations

import argparse
import os
import queue
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from slider_drag import models

BAR = 60.0  # seconds for a minute of film
STOPS = (11, 22, 33, 44)


class Bench:
    def __init__(self, library: Path) -> None:
        from studio.work.engine_process import EngineProcess
        from studio.work.queue import JobQueue

        self.library = library
        self.answers: queue.SimpleQueue = queue.SimpleQueue()
        self.engine = EngineProcess(self.answers.put)
        self.jobs = JobQueue(self.engine, lambda: library)
        self.engine.start()

    def until(self, done) -> None:
        while not done():
            self.jobs.receive(self.answers.get(timeout=600))

    def make(self, recipe, tell: bool = False) -> tuple[float, Path]:
        """Seconds from the job's start to its end, and the file. tell: print the progress."""
        job = self.jobs.submit(recipe)
        self.until(lambda: job.started)
        began, told = time.monotonic(), 0
        while not job.state.ended:
            self.jobs.receive(self.answers.get(timeout=600))
            if tell and job.done * 4 >= told + 1:
                told = int(job.done * 4)
                left = job.seconds_left
                print(f"    {job.done:4.0%}  {job.note}", f"{left:.0f} s left" if left else "")
        if job.error is not None:
            raise SystemExit(f"{job.error} {job.report}")
        return time.monotonic() - began, Path(job.made[0].path)


def recipe_of(model: str, seconds: float, size: int, kind: str):
    from studio.recipes import Place, WalkRecipe

    stops = tuple(Place(seed=seed) for seed in STOPS)
    return WalkRecipe(model=model, stops=stops, seconds=seconds, size=size, format=kind)


def frames_of(file: Path) -> np.ndarray:
    import av

    with av.open(str(file)) as film:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)])


def cancelled(bench: Bench, recipe) -> None:
    job = bench.jobs.submit(recipe)
    bench.until(lambda: job.done > 0.1)
    before = {path for path in bench.library.rglob("*") if path.is_file()}
    began = time.monotonic()
    bench.jobs.cancel(job.id)
    bench.until(lambda: job.state.ended)
    took = time.monotonic() - began
    after = {path for path in bench.library.rglob("*") if path.is_file()}
    left = [path.name for path in after if path.name.endswith(".tmp")]
    gone = [path.name for path in before - after]
    print(f"  cancelled in {took:.2f} s; half-written before {gone}, after {left}")


def compared(bench: Bench, recipe) -> bool:
    first, again = (frames_of(bench.make(recipe)[1]).astype(int) for _ in range(2))
    same = first.shape == again.shape and not (first - again).any()
    steps = np.abs(np.diff(first, axis=0)).mean((1, 2, 3))
    seam = np.abs(first[-1] - first[0]).mean()
    print(f"  {len(first)} frames made twice: {'identical' if same else 'DIFFERENT'}")
    print(f"  change from frame to frame {steps.mean():.2f} (most {steps.max():.2f}), ", end="")
    print(f"from the last to the first {seam:.2f} of 255")
    return same and seam <= max(1.0, 2 * steps.max())


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--model", type=Path, action="append", default=[])
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--size", type=int, default=512)
    options.add_argument("--format", default="mp4")
    given = options.parse_args()
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    held = True
    with tempfile.TemporaryDirectory() as home:
        os.environ["EASEL_HOME"] = home
        from studio.shelf import Shelf

        shelf = Shelf.default()
        chosen = [shelf.add_folder(folder) for folder in models(given.model, Path(home) / "m")]
        bench = Bench(Path(home) / "pictures")
        for model in chosen:
            print(f"{model.name}, {model.latent.size} px")
            bench.make(recipe_of(model.id, 0.5, given.size, given.format))  # opens the model
            recipe = recipe_of(model.id, given.seconds, given.size, given.format)
            took, file = bench.make(recipe, tell=True)
            share = took / given.seconds
            good = share <= BAR / 60.0
            print(
                f"  {given.seconds:.0f} s, {recipe.count} frames of {given.size} px, "
                f"{given.format}: {took:.1f} s, {file.stat().st_size / 1e6:.1f} MB"
                f"{'' if good else '   over the bar'}"
            )
            cancelled(bench, recipe)
            held &= good & compared(bench, recipe_of(model.id, 4.0, given.size, given.format))
        bench.engine.stop()
    print(f"load after: {os.getloadavg()[0]:.1f}")
    print("held" if held else "MISSED")
    sys.exit(not held)


if __name__ == "__main__":
    main()
