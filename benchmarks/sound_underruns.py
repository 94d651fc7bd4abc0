"""Whether music goes on without a gap while pictures are drawn.

    python benchmarks/sound_underruns.py [--minutes 10] [--device NAME] [--stand-in] [--quiet]

Plays a tune round and round through PortAudio, with the engine process drawing pictures all the
while, as in the studio, and counts the times when the device found nothing to play. Meanwhile
instruments and volumes change every few seconds, as by an artist's hand.

Needs a device that keeps time and is not heard. JACK has one, which PortAudio finds by itself:
    jackd -r -d dummy -r 44100 -p 1024
ALSA's null device takes everything at once and is no use here. --stand-in: a thread of this
process plays the device instead. --quiet: without pictures, to compare.
"""

from __future__ import annotations

import argparse
import queue
import sys
import tempfile
import threading
import time
from pathlib import Path

from sound_tune import tune

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

CHANGES = 5.0  # seconds between changes


def draw(stop: threading.Event, made: list[str]) -> None:
    """Keep the engine drawing until told to stop."""
    from studio.recipes import PictureRecipe
    from studio.work.engine_process import EngineProcess
    from studio.work.queue import JobQueue

    answers: queue.SimpleQueue = queue.SimpleQueue()
    engine = EngineProcess(answers.put)
    with tempfile.TemporaryDirectory() as folder:
        jobs = JobQueue(engine, lambda: Path(folder))
        engine.start()
        seed = 0
        job = None
        while not stop.is_set():
            if job is None or job.state.ended:
                if job is not None:
                    made.append(job.state.name + (f": {job.error}" if job.error else ""))
                seed += 1
                job = jobs.submit(PictureRecipe(prompt="a smiling red fox", seed=seed, count=4))
            try:
                jobs.receive(answers.get(timeout=0.2))
            except queue.Empty:
                continue
        engine.stop()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=10.0)
    options.add_argument("--device", default="")
    options.add_argument("--stand-in", action="store_true")
    options.add_argument("--quiet", action="store_true")
    options = options.parse_args()

    from studio.sound.devices import devices
    from studio.sound.player import BLOCK, Player

    module = None
    if options.stand_in:
        from tests.sound.fake_sounddevice import FakeSoundDevice

        module = FakeSoundDevice(paced=True)
    print("devices:", ", ".join(device.name for device in devices(module)), flush=True)

    stop, made = threading.Event(), []
    painter = threading.Thread(target=draw, args=(stop, made))
    if not options.quiet:
        painter.start()
    score = tune()
    player = Player(module=module, device=options.device)
    player.load_score(score)
    player.loop((0, score.ticks))
    player.play()
    while not player.playing:
        if player.trouble:
            raise SystemExit(str(player.trouble))
        time.sleep(0.01)
    began = changed = told = time.monotonic()
    own = time.process_time()
    changes = 0
    programs = (73, 24, 40, 11, 0, 68)
    while time.monotonic() - began < options.minutes * 60 and player.playing:
        time.sleep(0.03)  # the window polls as often
        _ = player.position, player.levels
        now = time.monotonic()
        if now - changed > CHANGES:
            changed, changes = now, changes + 1
            first = score.parts[0].model_copy(
                update={
                    "program": programs[changes % len(programs)],
                    "volume": 0.5 + 0.1 * (changes % 5),
                }
            )
            player.update(score.model_copy(update={"parts": (first, *score.parts[1:])}))
        if now - told > 60:
            told = now
            gaps = f"{player.underruns} gaps ({player.starved} with nothing rendered)"
            print(f"{(now - began) / 60:4.0f} min: {gaps}, {4 * len(made)} pictures", flush=True)
    lasted = time.monotonic() - began
    own = time.process_time() - own
    print(
        f"{lasted:.0f} s played in blocks of {BLOCK} frames, {changes} changes:"
        f" {player.underruns} gaps, {player.starved} of them because nothing was rendered;"
        f" trouble: {player.trouble or 'none'}"
    )
    print(f"processor of this process {100 * own / lasted:.1f} % of one core")
    player.close()
    stop.set()
    if painter.ident is not None:
        painter.join()
    print(f"jobs of four pictures: {len(made)}, {sorted(set(made))}")


if __name__ == "__main__":
    main()
