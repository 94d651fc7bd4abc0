"""How long until a tune can be heard, and how fast its sound is made, with the engine warm.

    python benchmarks/tune_speed.py [--model FOLDER_OR_ID] [--bars 16] [--rounds 8]

The window begins to play when the first two bars are there, and the rest is composed while they
sound: that is the time to the first note. "whole": all notes are there. Four parts, one mood after
the other; the engine runs alone in this process, in the environment that Easel gives it.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import time
from pathlib import Path

from studio.work.engine_process import ENVIRONMENT


def main() -> None:
    options = _options()
    if any(os.environ.get(name) != value for name, value in ENVIRONMENT.items()):
        os.environ.update(ENVIRONMENT)  # read by the C library and OpenMP when a process starts
        os.execv(sys.executable, [sys.executable, *sys.argv])

    from studio.engines.base import Context
    from studio.engines.music.engine import TuneEngine
    from studio.recipes import Score, TuneRecipe
    from studio.shelf import Shelf

    shelf = Shelf.default()
    here = Path(options.model)
    model = shelf.add_folder(here) if here.is_dir() else shelf.model(options.model)
    moods = [mood.id for mood in model.tune.moods]
    engine = TuneEngine()
    began = time.perf_counter()
    engine.prepare(TuneRecipe(model=model.id), Context(shelf))
    print(f"{model.name} {model.version}: ready in {time.perf_counter() - began:.2f} s")
    print(f"{options.bars} bars, four parts")
    print(f"{'mood':10} {'notes':>6} {'first note':>11} {'whole':>8} {'sound':>8}  as fast")
    firsts, wholes, factors = [], [], []
    for number in range(options.rounds):
        at: dict[str, float] = {}
        notes = 0

        def show(_index: int, score: Score, whole: bool, at: dict[str, float] = at) -> None:
            nonlocal notes
            bars = {note.start // score.bar for part in score.parts for note in part.notes}
            if bars >= {0, 1} or whole:
                at.setdefault("heard", time.perf_counter())
            if whole:
                at["whole"] = time.perf_counter()
                notes = sum(len(part.notes) for part in score.parts)

        def keep(_index: int, blocks, rate: int, _recipe, at: dict[str, float] = at) -> None:
            at["seconds"] = sum(len(block) for block in blocks) / rate
            at["kept"] = time.perf_counter()

        mood = moods[number % len(moods)]
        recipe = TuneRecipe(model=model.id, mood=mood, bars=options.bars, seed=number)
        began = time.perf_counter()
        engine.run(recipe, Context(shelf, show_score=show, keep_sound=keep))
        sound = at["kept"] - at["whole"]
        firsts.append(at["heard"] - began)
        wholes.append(at["whole"] - began)
        factors.append(at["seconds"] / sound)
        print(
            f"{mood:10} {notes:6} {firsts[-1]:9.2f} s {wholes[-1]:6.2f} s {sound:6.2f} s"
            f"  {factors[-1]:.0f} x"
        )
    print(
        f"to the first note: median {statistics.median(firsts):.2f} s, most {max(firsts):.2f} s; "
        f"whole: {statistics.median(wholes):.2f} s, most {max(wholes):.2f} s; "
        f"sound {statistics.median(factors):.0f} times as fast as it plays"
    )
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"most memory: {most:.2f} GB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="easel/tunes")
    parser.add_argument("--bars", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=8)
    return parser.parse_args()


if __name__ == "__main__":
    main()
