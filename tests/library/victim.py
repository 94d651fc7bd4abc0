"""A process that makes children which work on a library until they are killed.

Run as a program: it loads what is needed once, then forks a child for each line of JSON it reads,
{"folder": …, "task": "add" | "film" | "sound" | "trash" |
"rebuild"}, one after the other. Says on its standard output what the
children do, a line each; a line is written before something is tried and after it is done.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
import traceback
from collections.abc import Iterator

import numpy as np
from PIL import Image

from studio.library import Library
from studio.recipes import PictureRecipe
from tests.library import sound_blocks
from tests.library.film_frames import EXTENSIONS, frames, keep_film


def say(*words: object) -> None:
    """In one piece, past all buffers: what was said before the kill is heard."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def add(library: Library) -> None:
    image = Image.effect_noise((96, 96), 90).convert("RGBA")
    for number in itertools.count():
        say("trying", "add", "-")
        made = library.add(image, PictureRecipe(prompt=f"fox {number}", seed=number), made_by="x")
        say("done", "add", made.id)


def film(library: Library) -> None:
    """Slowly, so that most kills come while one is written."""
    for number in itertools.count():
        extension = EXTENSIONS[number % len(EXTENSIONS)]
        say("trying", "film", "-")
        made = keep_film(library, extension, frames=frames(40, 160, 160))
        say("done", "film", made.id)


def sound(library: Library) -> None:
    """Slowly, as a synthesizer makes it, so that most kills come while one is written."""

    def slowly() -> Iterator[np.ndarray]:
        for block in sound_blocks.blocks(sound_blocks.sound(2.0)):
            time.sleep(0.004)
            yield block

    for _ in itertools.count():
        say("trying", "sound", "-")
        made = sound_blocks.keep_sound(library, slowly())
        say("done", "sound", made.id)


def trash(library: Library) -> None:
    ids = [artwork.id for artwork in library.recent(4)]
    ids += [artwork.id for artwork in library.trashed(4)]
    if not ids:
        add(library)
    for each in itertools.cycle(ids):
        verb = "restore" if library.get(each).trashed else "trash"
        say("trying", verb, each)
        getattr(library, verb)(each)
        say("done", verb, each)


def rebuild(library: Library) -> None:
    """Delete the index, even while others use it, and open the library anew."""
    while True:
        say("trying", "rebuild", "-")
        for file in (library.folder / ".easel").glob("index.sqlite3*"):
            file.unlink(missing_ok=True)
        Library.open(library.folder).close()
        say("done", "rebuild", "-")


def main() -> None:
    tasks = {"add": add, "film": film, "sound": sound, "trash": trash, "rebuild": rebuild}
    say("ready")
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                say("pid", os.getpid())
                library = Library.open(order["folder"])
                say("open")
                tasks[order["task"]](library)
            except BaseException:  # noqa: BLE001 - shown
                traceback.print_exc()
            finally:
                os._exit(1)
        os.waitpid(child, 0)
        say("end")


if __name__ == "__main__":
    main()
