"""Looking whether a library is whole: every file readable, the index in line with the files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from studio.library import containers, export, scan
from studio.library.catalogue import Catalogue
from studio.library.contents import NotAPicture
from studio.library.gallery import Card, Gallery, Query
from studio.library.index import Index

# Called with (artworks unpacked, artworks to unpack); an exception it raises stops the check.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Checked:
    """What a check found. damaged: files with a sentence on what is wrong.

    strange: files that were added or changed by others and are not in the index as they are now.
    missing: files that the index has and the folder has not. away: how many artworks have
    favourites, tags or notes and are not here.
    """

    artworks: int
    damaged: dict[Path, str] = field(default_factory=dict)
    strange: list[Path] = field(default_factory=list)
    missing: list[Path] = field(default_factory=list)
    away: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.damaged or self.strange or self.missing)


def check(
    catalogue: Catalogue, gallery: Gallery, *, pixels: bool, progress: Progress | None = None
) -> Checked:
    """Look at every file. Nothing is changed but what crashes left, which is cleaned up.

    pixels: unpack every picture, and the beginning of each film and sound. StudioError where the
    library cannot be looked into.
    """
    catalogue.check_there()
    folder = catalogue.folder

    def look(known: Index) -> tuple[scan.Survey, dict[str, str], int]:
        found = scan.survey(folder, known, full=True)
        with known.reading() as connection:
            reasons = dict(connection.execute("SELECT path, why FROM unreadable WHERE why <> ''"))
            away = connection.execute(
                "SELECT count(*) FROM marks WHERE id NOT IN (SELECT id FROM artworks)"
            ).fetchone()[0]
        return found, reasons, away

    survey, reasons, away = catalogue.ask(look)
    damaged = {folder / path: why for path, why in reasons.items()}
    damaged |= {folder / path: "its name or folder cannot be read" for path in survey.troubled}
    cards = [
        card
        for trashed in (False, True)
        for card in _all(gallery, Query(trashed=trashed))
        if (folder / card.path).exists()
    ]
    for done, card in enumerate(cards):
        why = _trouble(card) if pixels else ""
        if why:
            damaged[card.path] = why
        if progress is not None:
            progress(done + 1, len(cards))
    return Checked(
        artworks=len(cards),
        damaged=dict(sorted(damaged.items())),
        strange=sorted(folder / path for path in survey.fresh if folder / path not in damaged),
        missing=sorted(folder / path for path in survey.gone),
        away=away,
    )


def _all(gallery: Gallery, query: Query) -> list[Card]:
    found = gallery.find(query)
    return [card for card in gallery.cards(found, 0, len(found)) if card is not None]


def _trouble(card: Card) -> str:
    """What is wrong with a file when it is unpacked; "" where nothing is."""
    try:
        if not card.seconds:
            export.load(card.path)
        elif card.width:
            from studio.library.playing import first_frame

            first_frame(card.path, 64)
        else:
            containers.read(card.path)
    except NotAPicture as error:
        return f"{error}"
    except OSError as error:
        return error.strerror or f"{error}"
    return ""
