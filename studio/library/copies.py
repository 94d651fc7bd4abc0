"""Copies for the world: pictures and sounds in other formats, films as they are.

Each with or without its recipe, and never without the mark.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from studio.errors import StudioError
from studio.library import export
from studio.library.artwork import HIDDEN, TRASH
from studio.library.containers import PNG_SIGNATURE, PNG_XMP
from studio.library.credits import NOTHING_SAID, Credits
from studio.library.files import OpenFile, open_atomically, write_atomically
from studio.library.metadata import packet
from studio.library.reading import PictureFile, read_picture

_AT_ONCE = 4 * 2**20
_PACKET_END = '<?xpacket end="w"?>'
_SAME = {".mov": ".mp4", ".m4v": ".mp4", ".mkv": ".webm", ".apng": ".png"}


def prepared(
    source: Path,
    target: Path,
    *,
    sort: str,
    wanted: str | None,
    keep_recipe: bool,
    background: str,
    credit: Credits = NOTHING_SAID,
) -> Callable[[], object]:
    """Read what is to be copied; the function that comes back writes it to `target`.

    sort: "picture", "film" or "sound". wanted: the format, by the end of the target's name when
    None. credit: what the artist says of it. StudioError where that cannot be; OSError or
    NotAPicture when `source` cannot be read.
    """
    said: Any = {"keep_recipe": keep_recipe, "credit": credit}
    if sort == "sound":
        from studio.library import sounds  # NumPy, which the window starts without

        form = sounds.form_of(target, wanted)
        found = read_picture(source)
        return partial(sounds.copy_sound, source, target, found, form, **said)
    if sort == "film":
        from studio.library import film_credits

        check_kind(source, target, wanted)
        return partial(film_credits.copy_film, source, target, read_picture(source), **said)
    chosen = export.format_of(target, wanted)
    export.colour(background)
    picture = read_picture(source)
    image = export.load(source)
    data = export.as_copy(image, picture.facts, chosen, background=background, **said)
    return partial(write_atomically, target, data)


def refuse_own(library: Path, target: Path, source: Path) -> None:
    """StudioError where a copy in `target` would take the place of one of the library's files.

    library: its folder. source: the artwork that is copied.
    """
    if target.is_dir():
        raise StudioError(f"“{target}” is a folder.", "Add a name for the copy.")
    if not os.path.lexists(target):
        own = _is_inside(target, library / TRASH) or _is_inside(target, library / HIDDEN)
    else:
        own = _is_inside(target, library) or _is_same(target, source)
    if own:
        raise StudioError(
            f"“{target.name}” there belongs to the library itself.",
            "Choose another name or folder for the copy.",
        )


def check_kind(source: Path, target: Path, asked: str | None) -> None:
    """StudioError unless the copy is asked for in the kind that the film is of."""
    kind = source.suffix.lower()
    wanted = f".{asked.lower()}" if asked else target.suffix.lower()
    if _SAME.get(wanted, wanted) != _SAME.get(kind, kind):
        raise StudioError(
            f"A film is copied as it is, and this one is not “{wanted or target.name}”.",
            f"End the name in {kind}.",
        )


def copy_film(source: Path, target: Path, film: PictureFile, *, keep_recipe: bool) -> None:
    """Copy a film; the streams stay as they are to the last bit. OSError when that fails.

    Without the recipe, the packet that carries it is replaced by one of the same length that
    holds only the mark, the tool and the licence. In a film from elsewhere nothing is changed.
    """
    with source.open("rb") as read, open_atomically(target) as file:
        while data := read.read(_AT_ONCE):
            file.write(data)
        if not keep_recipe and film.ours and film.packet is not None:
            # its own licence is part of the old packet as well, so there is room
            replace_packet(file, film.packet, packet(film.facts, keep_recipe=False))


def roomy(text: str, room: int) -> str:
    """An XMP packet with so many bytes more: it is padded in front of its end, with white space."""
    return text.replace(_PACKET_END, " " * room + _PACKET_END)


def replace_packet(file: OpenFile, place: tuple[int, int], text: str) -> None:
    """Put another XMP packet into a film. place: first byte and length of the one that is there.

    ValueError where there is no room for it.
    """
    start, length = place
    room = length - len(text.encode())
    if room < 0:
        raise ValueError("a packet without room")
    padded = roomy(text, room).encode()
    file.seek(start)
    file.write(padded)
    file.seek(0)
    if file.read(len(PNG_SIGNATURE)) == PNG_SIGNATURE:
        checksum = zlib.crc32(PNG_XMP + padded, zlib.crc32(b"iTXt"))
        file.seek(start + length)
        file.write(checksum.to_bytes(4, "big"))


def _is_inside(path: Path, folder: Path) -> bool:
    return (path.parent.resolve() / path.name).is_relative_to(folder.resolve())


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False
