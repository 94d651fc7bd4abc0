"""What the library knows about one artwork."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from studio.library.marks import UNMARKED, Marks


@dataclass(frozen=True)
class Artwork:
    """One artwork: a file that carries its own recipe.

    id: 32 hex digits, stored in the file and staying with it through moves and renames.
    created: when it was made, with its time zone, UTC.
    width, height: in pixels; 0 for a sound, which has none.
    seconds: how long it plays; 0 for a picture, which stands still.
    recipe: JSON that `studio.recipes.parse_recipe` reads; "" where the file has none.
    model: who drew it, as told to `Library.add`.
    parents: ids of the artworks it came from; they need not be in the library any more.
    origin: the program that made it, where that was not Easel.
    marks: what the artist said of it; a title there is already in `title`.
    """

    id: str
    path: Path
    kind: str
    title: str
    created: datetime
    width: int
    height: int
    recipe: str
    model: str
    licence: str = ""
    parents: tuple[str, ...] = ()
    trashed: bool = False
    seconds: float = 0.0
    origin: str = ""
    marks: Marks = UNMARKED

    @property
    def is_film(self) -> bool:
        """Whether it moves."""
        return self.seconds > 0 and self.width > 0

    @property
    def is_sound(self) -> bool:
        """Whether it is heard and not seen: a tune, or any other sound."""
        return self.seconds > 0 and self.width == 0


@dataclass(frozen=True)
class Scan:
    """What a look through the files found. `unreadable` are files that are damaged or unknown."""

    added: int = 0
    removed: int = 0
    unreadable: list[Path] = field(default_factory=list)


@dataclass(frozen=True)
class Entry:
    """A row of the index.

    path: within the library's folder, with forward slashes. created: microseconds since 1970.
    size, mtime_ns: of the file when it was read, to see whether it changed.
    """

    id: str
    path: str
    kind: str
    title: str
    created: int
    width: int
    height: int
    recipe: str
    model: str
    licence: str
    parents: tuple[str, ...]
    size: int
    mtime_ns: int
    seconds: float = 0.0
    origin: str = ""

    @property
    def trashed(self) -> bool:
        return self.path.startswith(TRASH + "/")

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


TRASH = ".trash"
HIDDEN = ".easel"
