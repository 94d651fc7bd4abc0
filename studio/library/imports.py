"""Taking pictures, films and sounds into the library as they are, byte for byte."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from studio.errors import StudioError
from studio.library import containers, foreign, scan
from studio.library.catalogue import Catalogue
from studio.library.contents import NotAPicture, StillPicture
from studio.library.files import make_folder, open_atomically
from studio.library.index import Index
from studio.library.names import free_path
from studio.library.problems import in_words
from studio.library.reading import PictureFile, read_picture
from studio.library.walking import walk

if TYPE_CHECKING:
    from studio.library.artwork import Artwork

FOLDER = "imported"
_CHUNK = 2**20  # bytes
_AT_ONCE = 50  # files that are taken in before the index hears of them

# Called with (files done, files to do); an exception it raises stops the rest, and comes through.
Progress = Callable[[int, int], None]
Stop = Callable[[], bool]


class _Stopped(Exception):
    """In the middle of a file."""


class _Unread(Exception):
    """The file that is taken in cannot be read to its end."""


@dataclass(frozen=True)
class _Copy:
    """Where a file's copy is. twin: it is that of another file with the same content."""

    place: Path
    twin: bool = False


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
        self,
        paths: Iterable[Path | str],
        progress: Progress | None = None,
        stop: Stop = lambda: False,
    ) -> list[Imported]:
        """Copy files, and those in folders, into the library's folder "imported".

        The copies are equal to the last byte, and keep their date, which is when a picture of
        another program is said to have been made. Once this returns they survive a crash. What
        cannot be taken in is in the answer with a reason, and stops nothing; StudioError where
        the library itself cannot be written.

        stop: asked before each file, and while a large one is read. Once it says yes this returns
        what came until then, which stays. Of folders see `walking.walk`.
        """
        self._catalogue.check_there()
        walked = walk((Path(os.path.normpath(Path(path).absolute())) for path in paths), stop)
        found = [_not_taken(place, why) for place, why in walked.closed]
        files = walked.files
        if progress is not None and files:
            progress(0, len(files))
        for start in range(0, len(files), _AT_ONCE):
            copied: list[tuple[Path, _Copy | Imported]] = []
            fresh: dict[str, Path] = {}  # copies that the index has not heard of, by id
            try:
                for number, file in enumerate(files[start : start + _AT_ONCE], start + 1):
                    _check(stop)
                    copied.append((file, self._bring(file, fresh, stop)))
                    if progress is not None:
                        progress(number, len(files))
            except _Stopped:
                break
            finally:
                found += self._noted(copied)
        return found

    def _bring(self, file: Path, fresh: dict[str, Path], stop: Stop) -> _Copy | Imported:
        """Where the copy is, or why there is none."""
        try:
            picture = read_picture(file)
            known = self._already(file, picture, stop)
            if known is not None:
                said = f"“{file.name}” is here already, in the trash; bring it back from there."
                return Imported(file, known, already=True, said=(said,) if known.trashed else ())
            twin = fresh.get(picture.facts.id)
            if twin is not None and _are_equal(twin, file, stop):
                return _Copy(twin, twin=True)
            fresh[picture.facts.id] = copy = self._copy(file, picture, stop)
        except StillPicture:
            return _not_taken(file, "it is a copy of an artwork of Easel's, and not the artwork")
        except (NotAPicture, _Unread) as error:
            return _not_taken(file, str(error))
        except OSError as error:
            return _not_taken(file, error.strerror or "it cannot be opened")
        return _Copy(copy)

    def _copy(self, file: Path, picture: PictureFile, stop: Stop) -> Path:
        """Copy a file into the library. StudioError where that cannot be written."""
        folder = self._catalogue.folder
        with file.open("rb") as source:
            try:
                make_folder(folder / FOLDER, folder)
                target = free_path(folder / FOLDER / file.name, picture.facts.id)
                with open_atomically(target) as copy:
                    for data in _parts(source, stop):
                        copy.write(data)
                    status = os.fstat(source.fileno())
                    with suppress(OSError, NotImplementedError):  # not every system can, nor disk
                        os.utime(copy.fileno(), ns=(status.st_atime_ns, status.st_mtime_ns))
            except OSError as error:
                raise in_words(error, folder, f"take in “{file.name}”") from error
        return target

    def _already(self, file: Path, picture: PictureFile, stop: Stop) -> Artwork | None:
        """The artwork that is this very file, byte for byte."""
        entry = self._catalogue.ask(lambda known: known.get(picture.facts.id))
        if entry is None:
            return None
        held = self._catalogue.folder / entry.path
        with suppress(OSError):
            if _are_equal(held, file, stop):
                return self._at(held)
        return None

    def _noted(self, copied: list[tuple[Path, _Copy | Imported]]) -> list[Imported]:
        folder = self._catalogue.folder
        survey = scan.Survey()
        for _, copy in copied:
            if isinstance(copy, _Copy):
                path = copy.place.relative_to(folder).as_posix()
                survey.fresh[path] = (False, True, 0.0, path)

        def look(known: Index) -> None:
            scan.take_in(folder, known, survey)

        if survey.fresh:
            self._catalogue.ask(look)
        return [
            copy if isinstance(copy, Imported) else self._told(file, copy) for file, copy in copied
        ]

    def _told(self, file: Path, copy: _Copy) -> Imported:
        said = () if copy.twin else _lost(copy.place)
        return Imported(file, self._at(copy.place), already=copy.twin, said=said)


def _check(stop: Stop) -> None:
    if stop():
        raise _Stopped


def _parts(source: BinaryIO, stop: Stop) -> Iterator[bytes]:
    """What is in a file, part by part."""
    while True:
        _check(stop)
        try:
            data = source.read(_CHUNK)
        except OSError as error:  # of the disk it comes from, and not of the library's
            raise _Unread(error.strerror or "it cannot be read to its end") from error
        if not data:
            return
        yield data


def _are_equal(one: Path, other: Path, stop: Stop) -> bool:
    """Whether two files are the same, byte for byte."""
    with one.open("rb") as first, other.open("rb") as second:
        if os.fstat(first.fileno()).st_size != os.fstat(second.fileno()).st_size:
            return False
        while data := first.read(_CHUNK):
            _check(stop)
            if data != second.read(_CHUNK):
                return False
    return True


def _not_taken(file: Path, why: str) -> Imported:
    return Imported(file, None, said=(f"“{file.name}” was not taken in: {why}.",))


def _lost(copy: Path) -> tuple[str, ...]:
    """What Easel's recipe cannot hold of what another program said."""
    try:
        said = explain(copy)
    except StudioError:  # it is in the library by now, whatever became of the disk
        return ()
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
