"""The library: a folder of artworks, and what can be done with them."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import TYPE_CHECKING

from PIL import Image

from studio.errors import StudioError
from studio.library import checking, copies, export, index, metadata, places, posters, scan, sources
from studio.library.artwork import Artwork, Entry, Scan
from studio.library.catalogue import CATCH_UP, Catalogue
from studio.library.contents import NotAPicture
from studio.library.credits import Credits
from studio.library.family import Families
from studio.library.files import (
    clean_folder,
    make_folder,
    open_atomically,
    write_atomically,
)
from studio.library.gallery import Gallery
from studio.library.imports import Imports
from studio.library.looking import Looking
from studio.library.marking import Marking
from studio.library.marks import UNMARKED, Marks
from studio.library.names import file_name, free_path
from studio.library.problems import in_words
from studio.library.trash import Trash, gone_file
from studio.recipes import Recipe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from studio.library.soundtracks import Soundtrack
    from studio.sound.mixing import Sound


class Library:
    """A folder of artworks. The files are the truth; an index beside them makes them quick to find.

    Any thread may call any method, and any number of processes may have the same library open.
    Methods raise StudioError for whatever the artist can mend; nothing is half done then.

    folder: where the artworks are. gallery: finds them. marking: favourites, tags, albums, notes.
    bin: the trash. family: what came of what. imports: takes files in.
    looking: takes their colours.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        """Use `Library.open`."""
        self.folder = catalogue.folder
        self.gallery = Gallery(catalogue)
        self.marking = Marking(catalogue)
        self.looking = Looking(self.gallery)
        self.bin = Trash(catalogue, self.gallery, self.marking)
        self.family = Families(catalogue, self.gallery)
        self.imports = Imports(catalogue, self.at)
        self._catalogue = catalogue

    @classmethod
    def open(cls, folder: Path | str, *, catch_up: int = CATCH_UP) -> Library:
        """Open the library in `folder`, making it where that is safe (see `places.prepare`).

        Cleans up what crashes left, and takes in files that came, went or moved since. Where more
        than `catch_up` files are new, that is left to `rescan`, and `needs_rescan` is set.
        """
        folder = _absolute(folder)
        places.prepare(folder)
        posters.clean(folder)
        sources.clean(folder)
        catalogue = Catalogue(folder)
        try:
            catalogue.catch_up(catch_up)
        except BaseException:
            catalogue.close()
            raise
        return cls(catalogue)

    def close(self) -> None:
        """Let go of the index. Nothing is lost without it."""
        self._catalogue.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def needs_rescan(self) -> bool:
        """Whether the files hold more than the index shows; `rescan` when there is time."""
        return self._catalogue.needs_rescan

    @property
    def read_only(self) -> bool:
        """Whether nothing can be kept here, as things are now."""
        return not os.access(self.folder, os.W_OK)

    def add(
        self,
        image: Image.Image,
        recipe: Recipe,
        *,
        made_by: str,
        licence: str = "",
        parents: Iterable[str] = (),
    ) -> Artwork:
        """Keep a finished picture. Once this returns, it survives a crash and a power cut.

        image: L, LA, RGB or RGBA are kept to the last bit; other modes become RGB or RGBA.
        made_by: name of the model, for people. licence: a line on what the model's maker permits.
        parents: ids of the artworks this came from. ValueError when one is no id.
        """
        facts = metadata.describe(
            recipe,
            artwork_id=uuid.uuid4().hex,
            created=datetime.now(UTC),
            size=image.size,
            made_by=made_by,
            licence=licence,
            parents=metadata.checked_ids(parents),
        )
        data = export.as_png(image, facts)
        try:
            path = self._place_for(facts, ".png")
            status = write_atomically(path, data)
        except OSError as error:
            raise in_words(error, self.folder, "keep this picture") from error
        return self._noted(path, status, facts, image.size)

    def add_film(
        self,
        frames: Iterable[NDArray[np.uint8]],
        fps: float,
        recipe: Recipe,
        *,
        extension: str,
        made_by: str,
        licence: str = "",
        parents: Iterable[str] = (),
        sound: tuple[Iterable[Sound], int] | None = None,
        track: Soundtrack | None = None,
        made: Callable[[], Recipe] | None = None,
    ) -> Artwork:
        """Keep a film. Once this returns, it survives a crash and a power cut.

        frames: uint8, height x width x 3, all of one size, two or more; taken one by one, so that
        a long film needs no more memory than a short one. An exception they raise, a cancel for
        instance, comes through, and nothing is left behind.
        fps: frames a second, 0.1 to 120.
        extension: ".mp4" (H.264), ".webm" (VP9), ".gif", ".png" (a moving one) or ".webp". In
        MP4 and WebM a side of an odd number of pixels is made one pixel longer.
        sound: blocks as with `add_sound`, and their rate; for MP4. The film ends with them, however
        many frames there are.
        track: another film's sound, heard as long as the frames last; for MP4 and WebM.
        made: asked when all frames are taken: the recipe of what they came to, which is kept
        instead of `recipe`. Its title is the same, and it is hardly longer.
        The others are as with `add`. ValueError for frames or a speed that do not fit.
        """
        from studio.library import film_files, films

        film_files.check_kind(extension, blocks=sound is not None, track=track is not None)
        films.checked_speed(fps)
        checked_parents = metadata.checked_ids(parents)
        self._catalogue.check_there()
        first, frames = films.first_of(frames)
        size = films.size_of(first, extension)
        facts = metadata.describe(
            recipe,
            artwork_id=uuid.uuid4().hex,
            created=datetime.now(UTC),
            size=size,
            made_by=made_by,
            licence=licence,
            parents=checked_parents,
        )
        # What the frames' maker raises comes through as it is, also where it is an OSError.
        source = films.Source(frames)
        heard = (films.Source(sound[0]), sound[1]) if sound else None
        try:
            path = self._place_for(facts, extension)
            seconds, facts = film_files.write(path, source, fps, facts, heard, track, made)
            status = path.stat()
        except OSError as error:
            if error in (source.error, heard[0].error if heard else None):
                raise
            raise in_words(error, self.folder, "keep this film") from error
        posters.keep(path, status, first)
        return self._noted(path, status, facts, size, seconds)

    def add_sound(
        self,
        blocks: Iterable[Sound],
        rate: int,
        recipe: Recipe,
        *,
        made_by: str,
        licence: str = "",
        parents: Iterable[str] = (),
    ) -> Artwork:
        """Keep a tune or any sound, as FLAC of 24 bits. Survives a crash once this returns.

        blocks: float32, [frames, 2], left and right, -1..1 (what is louder is cut); taken one by
        one. An exception they raise comes through, and nothing is left behind.
        rate: frames a second, 8,000 to 192,000. The others are as with `add`. ValueError for
        blocks that are no sound, or hold none.
        """
        from studio.library import films, sounds

        sounds.checked_rate(rate)
        facts = metadata.describe(
            recipe,
            artwork_id=uuid.uuid4().hex,
            created=datetime.now(UTC),
            size=(0, 0),
            made_by=made_by,
            licence=licence,
            parents=metadata.checked_ids(parents),
        )
        source = films.Source(blocks)
        try:
            path = self._place_for(facts, sounds.EXTENSION)
            with open_atomically(path) as file:
                seconds = sounds.write(file, source, rate, facts)
            status = path.stat()
        except OSError as error:
            if error is source.error:
                raise
            raise in_words(error, self.folder, "keep this sound") from error
        return self._noted(path, status, facts, (0, 0), seconds)

    def keep_source(self, data: Path | bytes, name: str = "") -> str:
        """Take in a picture or film from outside that recipes shall refer to, and return how.

        data: a file, or what is in it. name: what to call it where something is wrong with it.
        Returns "source:" and the SHA-256 of its content; one that is here already is not written
        again. StudioError where it is no picture or film, or is damaged or too large. It may take
        a while, since all of it is read and unpacked.
        """
        self._catalogue.check_there()
        return f"source:{sources.keep(self.folder, data, name)}"

    def find(self, reference: str) -> Path:
        """The file of a picture or film that a recipe refers to (`Recipe.pictures`).

        StudioError where it is gone, ValueError where that is no reference.
        """
        kind, _, mark = reference.partition(":")
        if kind == "source":
            path: Path | None = sources.place(self.folder, mark)
        elif kind == "work" and metadata.is_id(mark):
            path = self._path_of(mark)
            if path is None or not path.is_file():  # it may have been moved within the library
                self._catalogue.catch_up(CATCH_UP)
                path = self._path_of(mark)
        else:
            raise ValueError(f"no reference to a picture: {reference}")
        if path is not None and path.is_file():
            return path
        self._catalogue.check_there()
        raise StudioError(
            "A picture that this is made of is not in the library any more.",
            "Put it back where it was, or take another one.",
        )

    def get(self, artwork_id: str) -> Artwork | None:
        """The artwork with this id, in the trash or not."""
        return self._catalogue.ask(lambda known: self._found(known, known.get(artwork_id)))

    def at(self, path: Path | str) -> Artwork | None:
        """The artwork in this file."""
        try:
            within = self._within(_absolute(path))
        except (ValueError, StudioError):
            return None
        return self._catalogue.ask(lambda known: self._found(known, known.at(within)))

    def recent(self, limit: int = 200, offset: int = 0) -> list[Artwork]:
        """Artworks, newest first, without what is in the trash."""
        return self._newest(limit, offset, trashed=False)

    def trashed(self, limit: int = 200, offset: int = 0) -> list[Artwork]:
        """What is in the trash, newest first."""
        return self._newest(limit, offset, trashed=True)

    def count(self) -> int:
        """How many artworks there are, without what is in the trash."""
        return self._catalogue.ask(lambda known: known.count(trashed=False))

    def trash(self, artwork_id: str) -> None:
        """Move an artwork into the library's trash, from where `restore` brings it back."""
        self.bin.put([artwork_id])

    def restore(self, artwork_id: str) -> None:
        """Bring an artwork back from the trash to where it was."""
        self.bin.back([artwork_id])

    def rescan(self, progress: scan.Progress | None = None) -> Scan:
        """Look at every file, and bring the index in line with them.

        progress: called in this thread with (files read, files to read). Other threads and
        processes go on working meanwhile.
        """
        return self._catalogue.rescan(progress)

    def refresh(self) -> None:
        """Take in what other programs added, removed or moved since, if that is a moment's work.

        Where it is more, `needs_rescan` is set. What was changed within a file is seen by `rescan`.
        """
        self._catalogue.check_there()
        self._catalogue.catch_up(CATCH_UP)

    def check(
        self, *, pixels: bool = False, progress: checking.Progress | None = None
    ) -> checking.Checked:
        """Look whether every file is readable and in the index; see `checking.check`."""
        return checking.check(self._catalogue, self.gallery, pixels=pixels, progress=progress)

    def save_copy(
        self,
        artwork: Artwork,
        target: Path | str,
        *,
        format: str | None = None,  # noqa: A002 - it is the plain word
        keep_recipe: bool = True,
        background: str = "#ffffff",
    ) -> Path:
        """Save a copy for the world, and return where it is.

        A picture as PNG, JPEG or WebP, a sound as FLAC, WAV, OGG or MP3. A film is copied as it
        is, in its own kind.
        format: such as "png", "jpeg", "webp", "flac"; by the end of the target's name when None.
        keep_recipe: without it the copy says only that a machine made it, which tool and licence,
        and the title and tags that the artist gave it, which it says in any case.
        background: a colour such as "#ffffff", put behind what is transparent, for JPEG.
        A file there is replaced, unless it is one of the library's own.
        """
        target = _absolute(target)
        known = self.get(artwork.id) or artwork
        source, said = known.path, known.marks
        try:
            write = copies.prepared(
                source,
                target,
                sort="film" if artwork.is_film else "sound" if artwork.is_sound else "picture",
                wanted=format,
                keep_recipe=keep_recipe,
                background=background,
                credit=Credits(said.title, tags=said.tags),
            )
            copies.refuse_own(self.folder, target, source)
        except FileNotFoundError as error:
            raise gone_file(artwork.title) from error
        except NotAPicture as error:
            raise StudioError(
                f"The file of “{artwork.title}” is damaged: {error}.", "Make it again."
            ) from error
        except OSError as error:
            raise in_words(error, source.parent, "read this artwork") from error
        try:
            clean_folder(target.parent)
            write()
        except OSError as error:
            raise in_words(error, target.parent, "save the copy") from error
        return target

    def _path_of(self, artwork_id: str) -> Path | None:
        artwork = self.get(artwork_id)
        return artwork.path if artwork else None

    def _newest(self, limit: int, offset: int, *, trashed: bool) -> list[Artwork]:
        def look(known: index.Index) -> list[Artwork]:
            found = known.recent(limit, offset, trashed=trashed)
            said = known.marks_of([entry.id for entry in found])
            return [self._artwork(entry, said[entry.id]) for entry in found]

        return self._catalogue.ask(look)

    def _found(self, known: index.Index, entry: Entry | None) -> Artwork | None:
        return self._artwork(entry, known.marks_of([entry.id])[entry.id]) if entry else None

    def _artwork(self, entry: Entry, said: Marks = UNMARKED) -> Artwork:
        return Artwork(
            id=entry.id,
            path=self.folder / PurePosixPath(entry.path),
            kind=entry.kind,
            title=said.title or entry.title,
            created=scan.moment(entry.created),
            width=entry.width,
            height=entry.height,
            recipe=entry.recipe,
            model=entry.model,
            licence=entry.licence,
            parents=entry.parents,
            trashed=entry.trashed,
            seconds=entry.seconds,
            origin=entry.origin,
            marks=said,
        )

    def _place_for(self, facts: metadata.Facts, suffix: str) -> Path:
        """Where a new artwork belongs; its folder is made. OSError where that cannot be."""
        self._catalogue.check_there()
        place = self.folder / f"{facts.created:%Y}"
        make_folder(place, self.folder)
        return free_path(place / file_name(facts.title, facts.kind, facts.id, suffix), facts.id)

    def _noted(
        self,
        path: Path,
        status: os.stat_result,
        facts: metadata.Facts,
        size: tuple[int, int],
        seconds: float = 0.0,
    ) -> Artwork:
        entry = scan.entry_of(self._within(path), status, facts, size, seconds)
        self._catalogue.note(lambda connection: index.put(connection, entry, 0))
        return self._artwork(entry)

    def _within(self, path: Path) -> str:
        """A path as the index has it. ValueError when it is outside of the library."""
        if not path.is_relative_to(self.folder):
            path = path.parent.resolve() / path.name
            return path.relative_to(self.folder.resolve()).as_posix()
        return path.relative_to(self.folder).as_posix()


def _absolute(path: Path | str) -> Path:
    if "\0" in str(path):
        raise StudioError("That is not the name of a file or folder.", "Choose another one.")
    # Not resolved: where a link leads may change, and its name is the one the artist knows.
    return Path(os.path.normpath(Path(path).expanduser().absolute()))
