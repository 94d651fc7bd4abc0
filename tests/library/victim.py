"""A process that makes children which work on a library until they are killed.

Run as a program: it loads what is needed once, then forks a child for each line of JSON it reads,
{"folder": …, "task": one of TASKS}, one after the other. Says on its standard output what the
children do, a line each; a line is written before something is tried and after it is done.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
import traceback
import uuid
from collections.abc import Iterator

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.errors import StudioError
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


def mark(library: Library) -> None:
    """Give tags to artworks and take them away; no two processes use the same ones."""
    ids = [artwork.id for artwork in library.recent(4)]
    if not ids:
        add(library)
    mine = uuid.uuid4().hex[:8]
    for number in itertools.count():
        each, earlier = ids[number % len(ids)], f"{mine}-{number - 2 * len(ids)}"
        say("trying", "tag", each, f"{mine}-{number}")
        library.marking.tag([each], f"{mine}-{number}")
        say("done", "tag", each, f"{mine}-{number}")
        if number >= 2 * len(ids):
            say("trying", "untag", each, earlier)
            library.marking.untag([each], earlier)
            say("done", "untag", each, earlier)


def remove(library: Library) -> None:
    """Make artworks, and remove them for good."""
    image = Image.effect_noise((96, 96), 90).convert("RGBA")
    for number in itertools.count():
        say("trying", "add", "-")
        made = library.add(image, PictureRecipe(prompt=f"owl {number}"), made_by="x").id
        say("done", "add", made)
        say("trying", "trash", made)
        library.trash(made)
        say("done", "trash", made)
        say("trying", "remove", made)
        library.bin.remove([made])
        say("done", "remove", made)


def take_in(library: Library) -> None:
    """Import pictures of another program."""
    theirs = library.folder.parent / "theirs"
    theirs.mkdir(exist_ok=True)
    info = PngInfo()
    info.add_text("parameters", "a castle\nSteps: 20, Seed: 5")
    for _ in itertools.count():
        file = theirs / f"{uuid.uuid4().hex}.png"
        Image.frombytes("L", (64, 64), os.urandom(64 * 64)).save(file, pnginfo=info)
        say("trying", "import", "-")
        (taken,) = library.imports.bring_in([file])
        say("done", "import", taken.artwork.id)


def copy(library: Library) -> None:
    """Save copies for the world."""
    copies = library.folder.parent / "copies"
    copies.mkdir(exist_ok=True)
    artworks = [artwork for artwork in library.recent(4) if artwork.path.suffix == ".png"]
    if not artworks:
        add(library)
    for number in itertools.count():
        artwork = artworks[number % len(artworks)]
        target = copies / f"{uuid.uuid4().hex}{('.png', '.jpg', '.webp')[number % 3]}"
        say("trying", "copy", "-", target.name)
        try:
            library.save_copy(artwork, target)
        except StudioError:  # another process moved it in that very moment
            continue
        say("done", "copy", "-", target.name)


TASKS = {
    "add": add,
    "film": film,
    "sound": sound,
    "trash": trash,
    "rebuild": rebuild,
    "mark": mark,
    "remove": remove,
    "import": take_in,
    "copy": copy,
    "migrate": add,  # whoever kills has made the index an older one before
}


def main() -> None:
    say("ready")
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                say("pid", os.getpid())
                library = Library.open(order["folder"])
                say("open")
                TASKS[order["task"]](library)
            except BaseException:  # noqa: BLE001 - shown
                traceback.print_exc()
            finally:
                os._exit(1)
        os.waitpid(child, 0)
        say("end")


if __name__ == "__main__":
    main()
