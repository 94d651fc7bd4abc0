"""Writing a film of the library: its pictures, what is heard with them, what it says of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from studio.library import containers, copies, films, metadata, score_film
from studio.library.files import OpenFile, open_atomically
from studio.library.soundtracks import SOUNDING

if TYPE_CHECKING:
    from studio.library.films import Frame, Source
    from studio.library.metadata import Facts
    from studio.library.soundtracks import Soundtrack
    from studio.recipes import Recipe
    from studio.sound.mixing import Sound

_ROOM = 64  # bytes by which a recipe may become longer while its film is made


def check_kind(extension: str, *, blocks: bool, track: bool) -> None:
    """ValueError where there are no such films, or none with such sound."""
    sounds = not (blocks and extension != ".mp4") and not (track and extension not in SOUNDING)
    if extension not in films.WRITERS or not sounds:
        raise ValueError(f"no kind of film: {extension}")


def write(
    path: Path,
    frames: Source[Frame],
    fps: float,
    facts: Facts,
    heard: tuple[Source[Sound], int] | None = None,
    track: Soundtrack | None = None,
    made: Callable[[], Recipe] | None = None,
) -> tuple[float, Facts]:
    """Write it as a whole or not at all; how many seconds it plays, and what it says of itself.

    Arguments as with `Library.add_film`, where `heard` is called sound. OSError when it fails.
    """
    packet = metadata.packet(facts, keep_recipe=True)
    if made is not None:
        packet = copies.roomy(packet, _ROOM)
    with open_atomically(path) as file:
        if heard is None:
            seconds = films.write(file, frames, fps, path.suffix, packet, track)
        else:
            seconds = score_film.write(file, frames, fps, *heard, packet)
        if made is not None:
            facts = _of(facts, made())
            _say(file, facts)
    return seconds, facts


def _of(facts: Facts, recipe: Recipe) -> Facts:
    """The same facts with another recipe; films have no place for how other tools read it."""
    return replace(facts, recipe=metadata.recipe_text(recipe), parameters="")


def _say(file: OpenFile, facts: Facts) -> None:
    """Have a film that is written say these facts."""
    place = containers.read_open(cast("BinaryIO", file)).packet
    assert place is not None  # it was written just now
    copies.replace_packet(file, place, metadata.packet(facts, keep_recipe=True))
