"""How fast a tune becomes sound: 16 bars, four tracks, in one process with one thread.

    python benchmarks/sound_speed.py [--rounds 9]

The first time reads the instruments; "warm" has them, as the engine has after the first tune.
Wall time says what an artist waits; the processor's own time what it would be with nothing else
on the computer.
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
from functools import partial

from sound_tune import tune

from studio.sound import RATE, files, render
from studio.sound.synth import Synth

BAR = 100.0


def timed(work) -> tuple[float, float, object]:
    wall, own = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - wall, time.process_time() - own, result


def notes_alone(score) -> None:
    synth = Synth(score)
    while not synth.finished:
        synth.parts(render.BLOCK)
    synth.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=9)
    rounds = options.parse_args().rounds
    score = tune()

    wall, own, blocks = timed(lambda: list(render.tune(score)))
    seconds = sum(map(len, blocks)) / RATE
    print(f"{score.bars} bars, {len(score.parts)} tracks: {seconds:.1f} s of sound")
    print(f"  first time  {wall:6.3f} s, processor {own:6.3f} s")
    for name, work in (
        ("finished mix", lambda: list(render.tune(score))),
        ("notes alone", lambda: notes_alone(score)),
    ):
        times = [timed(work)[:2] for _ in range(rounds)]
        wall, own = (statistics.median(each) for each in zip(*times, strict=True))
        print(
            f"  {name:12} {wall:6.3f} s, processor {own:6.3f} s:"
            f" {seconds / wall:5.0f} and {seconds / own:5.0f} times faster than real time"
            f"{'' if seconds / wall >= BAR else '   below the bar'}"
        )
    for form in files.FORMS:
        wall, own, _ = timed(partial(files.write, io.BytesIO(), blocks, files.Tags(), form))
        print(f"  written as {form:5} {wall:6.3f} s, processor {own:6.3f} s")


if __name__ == "__main__":
    main()
