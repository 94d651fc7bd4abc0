"""Taking pictures, films and sounds into the library as they are, byte for byte."""

from __future__ import annotations

import filecmp
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from studio.errors import StudioError
from studio.library import containers, foreign, scan
from studio.library.catalogue import Catalogue
from studio.library.contents import NotAPicture, StillPicture
from studio.library.files import make_folder, open_atomically
from studio.library.index import Index
from studio.library.names import free_path
from studio.library.problems import in_words
from studio.library.reading import PictureFile, read_picture

if TYPE_CHECKING:
    from studio.library.artwork import Artwork

FOLDER = "imported"
_CHUNK = 2**20
_AT_ONCE = 50  # files that are taken in before the index hears of them

# Called with (files done, files to do); an exception it raises stops the rest.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Imported:
    """What became of one file.

    artwork: None where it could not be taken in. already: it was in the library before.
    said: sentences for the artist: why not, or what of its recipe Easel cannot hold.
    """

    file: Path
    artwork: Artwork | None
    already: bool = False
    said: tuple[str, ...] = ()


class Imports:
    """Takes files into one library. Any thread may use it."""

    def __init__(self, catalogue: Catalogue, at: Callable[[Path], Artwork | None]) -> None:
        """Use `Library.imports`. at: finds the artwork in a file."""
        self._catalogue = catalogue
        self._at = at

    def bring_in(
        self, paths: Iterable[Path | str], progress: Progress | None = None
    ) -> list[Imported]:
        """Copy files, and those in folders, into the library's folder "imported".

        The copies are equal to the last byte, and keep their date, which is when a picture of
        another program is said to have been made. Once this returns they survive a crash. What
        cannot be taken in is in the answer with a reason, and stops nothing; StudioError where
        the library itself cannot be written.
        """
        self._catalogue.check_there()
        found: list[Imported] = []
        files = list(_files(Path(os.path.normpath(Path(path).absolute())) for path in paths))
        for start in range(0, len(files), _AT_ONCE):
            copied: list[tuple[Path, Path | Imported]] = []
            try:
                copied.extend((file, self._bring(file)) for file in files[start : start + _AT_ONCE])
            finally:
                found += self._noted(copied)
            if progress is not None:
                progress(min(start + _AT_ONCE, len(files)), len(files))
        return found

    def _bring(self, file: Path) -> Path | Imported:
        """Where the copy is, or why there is none."""
        try:
            picture = read_picture(file)
        except StillPicture:
            return _not_taken(file, "it is a copy of an artwork of Easel's, and not the artwork")
        except NotAPicture as error:
            return _not_taken(file, str(error))
        except OSError as error:
            return _not_taken(file, error.strerror or "it cannot be opened")
        known = self._already(file, picture)
        if known is not None:
            said = f"“{file.name}” is here already, in the trash; bring it back from there."
            return Imported(file, known, already=True, said=(said,) if known.trashed else ())
        folder = self._catalogue.folder
        try:
            make_folder(folder / FOLDER, folder)
            target = free_path(folder / FOLDER / file.name, picture.facts.id)
            with file.open("rb") as source, open_atomically(target) as copy:
                while data := source.read(_CHUNK):
                    copy.write(data)
                status = os.fstat(source.fileno())
                with suppress(OSError, NotImplementedError):  # not every system can, nor disk
                    os.utime(copy.fileno(), ns=(status.st_atime_ns, status.st_mtime_ns))
        except OSError as error:
            raise in_words(error, folder, f"take in “{file.name}”") from error
        return target

    def _already(self, file: Path, picture: PictureFile) -> Artwork | None:
        """The artwork that is this very file, byte for byte."""
        entry = self._catalogue.ask(lambda known: known.get(picture.facts.id))
        if entry is None:
            return None
        held = self._catalogue.folder / entry.path
        with suppress(OSError):
            if filecmp.cmp(held, file, shallow=False):
                return self._at(held)
        return None

    def _noted(self, copied: list[tuple[Path, Path | Imported]]) -> list[Imported]:
        folder = self._catalogue.folder
        places = [copy for _, copy in copied if isinstance(copy, Path)]
        survey = scan.Survey()
        for place in places:
            path = place.relative_to(folder).as_posix()
            survey.fresh[path] = (False, True, 0.0, path)

        def look(known: Index) -> None:
            scan.take_in(folder, known, survey)

        if places:
            self._catalogue.ask(look)
        return [
            copy if isinstance(copy, Imported) else Imported(file, self._at(copy), said=_lost(copy))
            for file, copy in copied
        ]


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Files, and what folders hold, in order; of folders only what may be an artwork."""
    for path in paths:
        if path.is_dir():
            for folder, inner, names in os.walk(path):
                inner[:] = sorted(name for name in inner if not name.startswith("."))
                for name in sorted(names):
                    if name.lower().endswith(scan.SUFFIXES) and not name.startswith("."):
                        yield Path(folder, name)
        else:
            yield path


def _not_taken(file: Path, why: str) -> Imported:
    return Imported(file, None, said=(f"“{file.name}” was not taken in: {why}.",))


def _lost(copy: Path) -> tuple[str, ...]:
    """What Easel's recipe cannot hold of what another program said."""
    said = explain(copy)
    return said.lost if said is not None else ()


def explain(path: Path) -> foreign.Foreign | None:
    """What another program said of a picture, in full; None where none did.

    StudioError when the file cannot be read.
    """
    from studio.library import stills

    try:
        contents = containers.read(path)
        if contents.format in stills.FORMATS and not contents.seconds:
            contents = stills.read(path, contents)
        return foreign.read(contents.texts)
    except NotAPicture as error:
        raise StudioError(f"“{path.name}” cannot be read: {error}.") from error
    except OSError as error:
        raise in_words(error, path.parent, f"read “{path.name}”") from error
