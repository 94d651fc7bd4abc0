"""Sounds as files: the library's own FLAC, and copies in other forms for the world."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from studio.errors import StudioError
from studio.library import flac, hearing, xmp
from studio.library.credits import NOTHING_SAID, Credits
from studio.library.files import OpenFile, open_atomically
from studio.library.metadata import ARTWORK_KEY, MARK_KEY, RECIPE_KEY, Facts, card, describe
from studio.library.problems import in_words
from studio.library.reading import PictureFile
from studio.recipes import Recipe

if TYPE_CHECKING:
    from typing import BinaryIO

    from studio.sound.files import Form, Tags
    from studio.sound.mixing import Sound

EXTENSION = ".flac"
SLOWEST, FASTEST = 8_000, 192_000  # frames a second


def tags_of(facts: Facts, *, keep_recipe: bool = True, credit: Credits = NOTHING_SAID) -> Tags:
    """What a file of sound says.

    Without the recipe only the mark, tool, licence and what the artist says of it stay.
    """
    from studio.sound.files import MARK, Tags

    mark = ((MARK_KEY, xmp.MACHINE_MADE),) if facts.machine_made else ()
    comment = MARK if facts.machine_made else ""
    said = Tags(
        title=_plain(credit.title or (facts.title if keep_recipe else "")),
        software=facts.software,
        comment=" ".join(filter(None, (_plain(credit.alt), comment))),
        licence=_plain(credit.copyright) or facts.licence,
        more=mark,
        artist=_plain(credit.author),
        terms=_plain(credit.terms),
        tags=credit.tags,
    )
    if not keep_recipe:
        return said
    return replace(
        said,
        date=facts.created.isoformat(timespec="seconds"),
        recipe=facts.recipe,
        more=(*mark, (ARTWORK_KEY, card(facts))),
    )


def checked_rate(rate: int) -> int:
    """Frames a second. ValueError unless it is 8,000 to 192,000."""
    if not SLOWEST <= rate <= FASTEST:
        raise ValueError(f"{rate} frames a second")
    return rate


def write(file: OpenFile, blocks: Iterable[Sound], rate: int, facts: Facts) -> float:
    """Write a FLAC file of 24 bits and return how many seconds it plays.

    file: empty. blocks: float32, [frames, 2], -1..1. OSError where the disk fails; what the
    iterator raises comes through, and so does a ValueError for blocks that are no sound.
    """
    from studio.sound import files

    count = files.write(cast("BinaryIO", file), _checked(blocks), tags_of(facts), "flac", rate)
    if not count:
        raise ValueError("a sound without samples")
    return count / rate


def write_single_sound(
    blocks: Iterable[Sound],
    rate: int,
    recipe: Recipe,
    path: Path,
    *,
    made_by: str,
    licence: str = "",
) -> Path:
    """Write a sound with its recipe and mark into any folder, as FLAC, as a whole or not at all.

    For sounds that are no artworks of the library. A file there is replaced; its folder must be
    there. Arguments as with `Library.add_sound`. StudioError in plain words; what `blocks` raises
    comes through.
    """
    from studio.library.films import Source

    facts = describe(
        recipe,
        artwork_id=uuid.uuid4().hex,
        created=datetime.now(UTC),
        size=(0, 0),
        made_by=made_by,
        licence=licence,
        parents=(),
    )
    source = Source(blocks)
    try:
        with open_atomically(path) as file:
            write(file, source, checked_rate(rate), facts)
    except OSError as error:
        if error is source.error:
            raise
        raise in_words(error, path.parent, "save this sound") from error
    return path


def form_of(target: Path, asked: str | None = None) -> Form:
    """The form asked for, or the one that the file's name asks for. StudioError if unknown."""
    from studio.sound.files import FORMS

    wanted = (asked or target.suffix).lower().removeprefix(".")
    for form in FORMS:
        if wanted == form:
            return form
    raise StudioError(
        f"Easel cannot save sounds as “{asked or target.suffix or target.name}”.",
        "End the name in .flac, .wav, .ogg or .mp3.",
    )


def copy_sound(
    source: Path,
    target: Path,
    found: PictureFile,
    form: Form,
    *,
    keep_recipe: bool,
    credit: Credits = NOTHING_SAID,
    check: Callable[[], None] = lambda: None,
) -> None:
    """Copy a kept sound in a form for the world. A FLAC keeps its samples to the last bit.

    found: what the file says. A FLAC from elsewhere is copied as it is, with what the artist says
    of it. check: called now and then; what it raises comes through. OSError when the disk fails,
    NotAPicture where the sound is damaged.
    """
    from studio.sound import files

    tags = tags_of(found.facts, keep_recipe=keep_recipe, credit=credit)
    if form != "flac":
        recording = hearing.open_sound(source)

        def blocks() -> Iterator[Sound]:
            for block in recording.blocks():
                check()
                yield block

        with open_atomically(target) as file:
            files.write(cast("BinaryIO", file), blocks(), tags, form, recording.rate)
        return
    with source.open("rb") as read, open_atomically(target) as file:
        size = source.stat().st_size
        if found.ours:
            flac.copy(read, size, file, _fields(tags))
        elif credit != NOTHING_SAID:
            flac.copy(read, size, file, _said_by_artist(credit), keep=True)
        else:
            for data in iter(partial(read.read, 2**20), b""):
                file.write(data)


def _fields(tags: Tags) -> list[tuple[str, str]]:
    """The same names that FFmpeg gives them."""
    from studio.sound.files import TAGS_BETWEEN

    return [
        ("TITLE", tags.title),
        ("DESCRIPTION", tags.comment),
        ("SOFTWARE", tags.software),
        ("ARTIST", tags.artist),
        ("COPYRIGHT", tags.licence),
        ("LICENSE", tags.terms),
        ("KEYWORDS", TAGS_BETWEEN.join(tags.tags)),
        ("DATE", tags.date),
        (RECIPE_KEY, tags.recipe),
        *tags.more,
    ]


def _said_by_artist(credit: Credits) -> list[tuple[str, str]]:
    """What is put beside, and in the place of, what a sound from elsewhere says of itself."""
    from studio.sound.files import TAGS_BETWEEN

    return [
        ("TITLE", _plain(credit.title)),
        ("ARTIST", _plain(credit.author)),
        ("COPYRIGHT", _plain(credit.copyright)),
        ("LICENSE", _plain(credit.terms)),
        ("KEYWORDS", TAGS_BETWEEN.join(credit.tags)),
    ]


def _checked(blocks: Iterable[Sound]) -> Iterator[Sound]:
    for block in blocks:
        block = np.asarray(block)
        if block.dtype != np.float32 or block.ndim != 2 or block.shape[1] != 2:
            raise ValueError(f"not a block of sound: {block.dtype} {block.shape}")
        if not np.isfinite(block).all():
            raise ValueError("a block of sound with samples that are no numbers")
        if len(block):
            yield block


def _plain(title: str) -> str:
    return " ".join(title.replace("\0", " ").split())
