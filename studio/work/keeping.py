"""Where the results of a job are put: into the library, or as plain files into a folder."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PIL import Image

from studio.errors import StudioError
from studio.library.export import write_single
from studio.library.files import write_atomically
from studio.library.problems import in_words
from studio.library.sounds import write_single_sound
from studio.recipes import Recipe

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from studio.library import Library
    from studio.library.score_film import ScoreFilm

    Frame = npt.NDArray[np.uint8]  # [height, width, 3], RGB
    Sound = npt.NDArray[np.float32]  # [frames, 2], left and right, -1..1

Maker = Callable[[Recipe], tuple[str, str]]
"""From a recipe to who makes it and what that one's licence permits, in words."""

TABLE = "table.csv"
FILM_SUFFIX = {"mp4": ".mp4", "webm": ".webm", "gif": ".gif", "apng": ".png", "webp": ".webp"}
_LITTER = {"thumbs.db", "desktop.ini"}  # what file managers leave in folders that look empty


@dataclass(frozen=True)
class Kept:
    """Where a result is. artwork: its id in the library; "" where it is none."""

    artwork: str
    path: Path


class Keeper(Protocol):
    """Takes a job's results, one by one. Every method raises StudioError in plain words."""

    def picture(self, index: int, image: Image.Image, recipe: Recipe) -> Kept: ...

    def film(
        self,
        frames: Iterator[Frame],
        fps: float,
        recipe: Recipe,
        sound: Path | None = None,
        made: Callable[[], Recipe] | None = None,
    ) -> Kept:
        """Draw the frames and keep them; an exception that comes out of `frames` passes on.

        sound, made: see `studio.engines.base.KeepFilm`.
        """
        ...

    def sound(self, index: int, blocks: Iterator[Sound], rate: int, recipe: Recipe) -> Kept:
        """Draw the blocks and keep them; an exception that comes out of `blocks` passes on.

        rate: frames a second.
        """
        ...

    def score_film(self, index: int, film: ScoreFilm, recipe: Recipe) -> Kept:
        """Draw both and keep them; an exception that comes out of either passes on."""
        ...

    def table(self, names: list[str], rows: list[list[str | float]]) -> None:
        """Keep a table beside the pictures, row by row as they were numbered."""
        ...


class LibraryKeeper:
    """Keeps results as artworks. parents: ids of the artworks they come from."""

    def __init__(self, library: Library, maker: Maker, parents: tuple[str, ...]) -> None:
        self._library = library
        self._maker = maker
        self._parents = parents

    def picture(
        self,
        index: int,  # noqa: ARG002 - artworks are not numbered
        image: Image.Image,
        recipe: Recipe,
    ) -> Kept:
        made_by, licence = self._maker(recipe)
        artwork = self._library.add(
            image, recipe, made_by=made_by, licence=licence, parents=self._parents
        )
        return Kept(artwork.id, artwork.path)

    def film(
        self,
        frames: Iterator[Frame],
        fps: float,
        recipe: Recipe,
        sound: Path | None = None,
        made: Callable[[], Recipe] | None = None,
    ) -> Kept:
        from studio.library.soundtracks import SOUNDING, Soundtrack

        suffix = FILM_SUFFIX.get(getattr(recipe, "format", "mp4"))
        if suffix is None:
            raise StudioError(
                "Single pictures are not kept in the gallery, there are too many of them.",
                "Choose a folder for them.",
            )
        made_by, licence = self._maker(recipe)
        artwork = self._library.add_film(
            frames,
            fps,
            recipe,
            extension=suffix,
            made_by=made_by,
            licence=licence,
            parents=self._parents,
            track=Soundtrack.of(sound) if sound and suffix in SOUNDING else None,
            made=made,
        )
        return Kept(artwork.id, artwork.path)

    def sound(
        self,
        index: int,  # noqa: ARG002 - artworks are not numbered
        blocks: Iterator[Sound],
        rate: int,
        recipe: Recipe,
    ) -> Kept:
        made_by, licence = self._maker(recipe)
        artwork = self._library.add_sound(
            blocks, rate, recipe, made_by=made_by, licence=licence, parents=self._parents
        )
        return Kept(artwork.id, artwork.path)

    def score_film(
        self,
        index: int,  # noqa: ARG002 - artworks are not numbered
        film: ScoreFilm,
        recipe: Recipe,
    ) -> Kept:
        """Who made the film and the tune is who made this; it permits what both permit."""
        works = [self._library.get(one) for one in self._parents]
        makers = dict.fromkeys(work.model for work in works if work and work.model)
        licences = dict.fromkeys(work.licence for work in works if work and work.licence)
        artwork = self._library.add_film(
            film.frames,
            float(film.fps),
            recipe,
            extension=".mp4",
            made_by=" and ".join(makers),
            licence=" ".join(licences),
            parents=self._parents,
            sound=(film.blocks, film.rate),
        )
        return Kept(artwork.id, artwork.path)

    def table(self, names: list[str], rows: list[list[str | float]]) -> None:
        """The pictures tell it themselves: each carries its recipe."""


class FolderKeeper:
    """Puts results into a folder as files that carry their recipes. Nothing there is replaced.

    folder: is made when the first result comes. Where it holds something already, a new folder in
        it takes the results. count: how many are expected, so that their names sort well.
    """

    def __init__(self, folder: Path, maker: Maker, count: int = 0) -> None:
        self._folder = folder
        self._maker = maker
        self._digits = max(4, len(str(count)))
        self._ready = False
        self._credit: tuple[str, str] | None = None  # asked once: all are by the same model
        self._files: dict[int, str] = {}

    def picture(self, index: int, image: Image.Image, recipe: Recipe) -> Kept:
        path = self._write(index + 1, image, recipe)
        self._files[index] = path.name
        return Kept("", path)

    def film(
        self,
        frames: Iterator[Frame],
        fps: float,  # noqa: ARG002 - pictures have no pace
        recipe: Recipe,
        sound: Path | None = None,  # noqa: ARG002 - nor sound
        made: Callable[[], Recipe] | None = None,  # noqa: ARG002 - each was drawn as asked for
    ) -> Kept:
        """Each frame a numbered picture, from 0001.png on. What is kept is the folder."""
        for number, frame in enumerate(frames, 1):
            self._write(number, Image.fromarray(frame), recipe)
        return Kept("", self._folder)

    def sound(self, index: int, blocks: Iterator[Sound], rate: int, recipe: Recipe) -> Kept:
        """A numbered FLAC file, from 0001.flac on."""
        made_by, licence = self._credit = self._credit or self._maker(recipe)
        path = self._there() / f"{index + 1:0{self._digits}}.flac"
        write_single_sound(blocks, rate, recipe, path, made_by=made_by, licence=licence)
        self._files[index] = path.name
        return Kept("", path)

    def score_film(self, index: int, film: ScoreFilm, recipe: Recipe) -> Kept:
        """A numbered MP4 file, from 0001.mp4 on."""
        from studio.library.score_film import write_single_film

        made_by, licence = self._credit = self._credit or self._maker(recipe)
        path = self._there() / f"{index + 1:0{self._digits}}.mp4"
        write_single_film(film, recipe, path, made_by=made_by, licence=licence)
        self._files[index] = path.name
        return Kept("", path)

    def table(self, names: list[str], rows: list[list[str | float]]) -> None:
        """The rows of those pictures that are there, as UTF-8 with commas (RFC 4180)."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(["file", *names])
        for index, row in enumerate(rows):
            if index in self._files:
                writer.writerow([self._files[index], *row])
        folder = self._there()
        try:
            write_atomically(folder / TABLE, text.getvalue().encode())
        except OSError as error:
            raise in_words(error, folder, "keep the table") from error

    def _write(self, number: int, image: Image.Image, recipe: Recipe) -> Path:
        made_by, licence = self._credit = self._credit or self._maker(recipe)
        name = f"{number:0{self._digits}}.png"
        return write_single(image, recipe, self._there() / name, made_by=made_by, licence=licence)

    def _there(self) -> Path:
        """The folder, which is there from the first result on."""
        if not self._ready:
            try:
                self._folder = _empty_folder(self._folder)
            except OSError as error:
                raise in_words(error, self._folder, "put files there") from error
            self._ready = True
        return self._folder


def _empty_folder(wanted: Path) -> Path:
    """`wanted`, made if need be, or a new folder in it where it is not empty."""
    if wanted.exists() and not wanted.is_dir():
        raise StudioError(f"“{wanted}” is a file, not a folder.", "Choose a folder.")
    wanted.mkdir(parents=True, exist_ok=True)
    if all(_is_litter(path.name) for path in wanted.iterdir()):
        return wanted
    number = 2
    while True:
        folder = wanted / f"Easel {number}"
        try:
            folder.mkdir()
        except FileExistsError:
            number += 1
        else:
            return folder


def _is_litter(name: str) -> bool:
    return name.startswith(".") or name.lower() in _LITTER
