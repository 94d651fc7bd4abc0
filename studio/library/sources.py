"""Files from outside that recipes are made of, kept with the library so that they stay.

They lie in `.easel/sources`, each under the SHA-256 of its content; what is in a file tells what
it is. A recipe refers to one as "source:<sha-256>". None is removed behind the artist's back.
"""

from __future__ import annotations

import hashlib
import re
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from studio.errors import StudioError
from studio.library import containers
from studio.library.artwork import HIDDEN
from studio.library.contents import FILMS, NotAPicture
from studio.library.files import clean_folder, make_folder, open_atomically
from studio.library.problems import in_words

FOLDER = "sources"
MAX_BYTES = 2 * 2**30  # of a film; pictures have a limit of their own
_CHUNK = 2**20
_DIGEST = re.compile(r"[0-9a-f]{64}")


def keep(library: Path, data: Path | bytes, name: str = "") -> str:
    """Take a picture or film into the library in the folder `library`; returns its SHA-256.

    One that is there already is left as it is. name: what to call it where something is wrong.
    StudioError where it is neither picture nor film, is damaged, too large or cannot be kept.
    """
    name = name or (data.name if isinstance(data, Path) else "The picture")
    digest, size = _digest(data, name)
    target = place(library, digest)
    if _holds(target, size):
        return digest
    look_through(data, name)
    try:
        make_folder(target.parent, library)
        with open_atomically(target) as file:
            copied = hashlib.sha256()
            for part in _parts(data, name):
                copied.update(part)
                file.write(part)
            if copied.hexdigest() != digest:
                raise _changing(name)
    except OSError as error:
        raise in_words(error, library, f"keep “{name}”") from error
    return digest


def place(library: Path, digest: str) -> Path:
    """Where the file of that content is, or would be. ValueError where `digest` is none."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError(f"no SHA-256: {digest}")
    return library / HIDDEN / FOLDER / digest


def clean(library: Path) -> None:
    """Remove what crashes left among a library's sources; never fails."""
    clean_folder(library / HIDDEN / FOLDER)


def look_through(data: Path | bytes, name: str) -> None:
    """StudioError where this is neither a picture nor a film that Easel can show."""
    from studio.library import playing  # numpy; the window is to start without it
    from studio.library.incoming import open_picture

    if isinstance(data, Path):
        if not _is_film(data):
            open_picture(data, name)
            return
        try:
            playing.first_frame(data, longest=64)
        except OSError as error:
            raise _unreadable(name) from error
        except NotAPicture as error:
            raise StudioError(
                f"The film “{name}” cannot be shown: {error}.",
                "Save it as an MP4 film (H.264) in another program, and use that.",
            ) from error
        return
    try:
        open_picture(data, name)
    except StudioError:
        with tempfile.TemporaryDirectory(prefix="easel-") as folder:
            file = Path(folder) / "film"  # FFmpeg wants one; bytes of films are rare
            file.write_bytes(data)
            if not _is_film(file):
                raise
            look_through(file, name)


def _is_film(file: Path) -> bool:
    try:
        return containers.read(file).format in FILMS
    except (OSError, NotAPicture):
        return False


def _digest(data: Path | bytes, name: str) -> tuple[str, int]:
    found, size = hashlib.sha256(), 0
    for part in _parts(data, name):
        found.update(part)
        size += len(part)
    return found.hexdigest(), size


def _parts(data: Path | bytes, name: str) -> Iterator[bytes]:
    """All of it, in parts. StudioError where it is no file, cannot be read or is too large."""
    if isinstance(data, bytes):
        yield data
        return
    try:
        status = data.stat()
        if not stat.S_ISREG(status.st_mode):  # reading a pipe would wait for someone to write
            raise StudioError(f"“{name}” is not a file.", "Use a picture or a film.")
        if status.st_size > MAX_BYTES:
            raise StudioError(
                f"“{name}” is too large to be taken in.", "Cut or save it smaller, and use that."
            )
        file = data.open("rb")
    except OSError as error:
        raise _unreadable(name) from error
    with file:
        while True:
            try:
                part = file.read(_CHUNK)
            except OSError as error:
                raise _unreadable(name) from error
            if not part:
                return
            yield part


def _holds(target: Path, size: int) -> bool:
    try:
        return target.stat().st_size == size
    except OSError:
        return False


def _unreadable(name: str) -> StudioError:
    return StudioError(
        f"“{name}” cannot be read.", "Look whether it is still there and may be opened."
    )


def _changing(name: str) -> StudioError:
    return StudioError(
        f"“{name}” changed while it was being read.", "Wait until it is saved, and try again."
    )
