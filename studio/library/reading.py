"""Reading what the file of a picture, film or sound says about itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from studio.errors import StudioError
from studio.library import containers, foreign, stills, xmp
from studio.library.metadata import (
    ARTWORK_KEY,
    MARK_KEY,
    PARAMETERS_KEY,
    RECIPE_KEY,
    SOFTWARE,
    Facts,
    is_id,
)
from studio.library.problems import in_words

# Texts that other picture generators leave, whose pictures get the mark on their copies too.
_MARKED = (containers.XMP_KEYWORD, MARK_KEY.lower())
_OTHER_MACHINES = (PARAMETERS_KEY, "workflow", "invokeai_metadata", "sd-metadata")


@dataclass(frozen=True)
class PictureFile:
    """A PNG, film or FLAC as found; its facts are ours or derived from the file.

    width, height: in pixels, 0 of a sound. seconds: how long it plays, 0 for a picture.
    packet: see `contents.Contents`.
    """

    width: int
    height: int
    facts: Facts
    ours: bool = False
    seconds: float = 0.0
    packet: tuple[int, int] | None = None


def read_picture(path: Path) -> PictureFile:
    """Read a file's facts; one that is not ours gets them from its name, date and content.

    OSError when it cannot be opened, containers.NotAPicture when it is no whole one, and
    of that StillPicture when it is a whole picture of another kind.
    """
    contents = containers.read(path)
    texts = contents.texts
    own = _own(texts) if contents.format != "png" or contents.seconds else {}
    card = _read_card(texts.get(ARTWORK_KEY) or own.get("artwork", ""))
    if contents.sort == "sound" and not contents.seconds:
        raise containers.NotAPicture("it is a sound, but no FLAC, whatever its name says")
    if contents.format != "png" and not contents.seconds:
        ours = xmp.EASEL_NAMESPACE in texts.get(containers.XMP_KEYWORD, "")
        if ours or contents.format not in stills.FORMATS:
            raise containers.StillPicture("it is a copy of an artwork, or a kind that is not kept")
        contents = stills.read(path, contents)
        texts = contents.texts
    recipe = texts.get(RECIPE_KEY) or own.get("recipe", "")
    if _json_object(recipe) is None:
        recipe = ""
    other = None if card or recipe else foreign.read(texts)
    if other is not None:
        recipe = other.recipe
    kind = (_json_object(recipe) or {}).get("kind")
    marked = any(xmp.MACHINE_MADE in texts.get(key, "") for key in _MARKED)
    facts = Facts(
        id=card.get("id") or contents.fingerprint,
        kind=_short(kind) if isinstance(kind, str) else contents.sort,
        title=card.get("title") or (other.title if other else "") or path.stem,
        created=card.get("created") or datetime.fromtimestamp(path.stat().st_mtime, UTC),
        recipe=recipe,
        model=card.get("model") or (other.model if other else ""),
        licence=card.get("licence", ""),
        parents=card.get("parents", ()),
        software=card.get("software") or (other.origin if other else SOFTWARE),
        parameters=texts.get(PARAMETERS_KEY, ""),
        machine_made=bool(card) or marked or any(key in texts for key in _OTHER_MACHINES),
        origin=other.origin if other else "",
    )
    return PictureFile(
        contents.width, contents.height, facts, bool(card), contents.seconds, contents.packet
    )


def read_recipe(path: Path | str) -> str:
    """The recipe, as JSON, inside a file that Easel made or saved as a copy.

    Goes by the file's content, not its name. StudioError when the file cannot be read, is no
    picture, film or sound, or carries no recipe.
    """
    path = Path(path)
    texts = _texts(path)
    found = texts.get(RECIPE_KEY) or _own(texts).get("recipe", "")
    if _json_object(found) is None:
        raise StudioError(
            f"“{path.name}” carries no recipe of Easel's.",
            "It was made elsewhere, or its recipe was left out when it was saved.",
        )
    return found


def read_artwork_id(path: Path | str) -> str:
    """The id of the artwork that a file is, or is a copy of; "" where it does not say.

    StudioError when the file cannot be read or is no picture.
    """
    texts = _texts(Path(path))
    card = _read_card(texts.get(ARTWORK_KEY) or _own(texts).get("artwork", ""))
    return str(card.get("id", ""))


def _own(texts: dict[str, str]) -> dict[str, str]:
    return xmp.read_own(texts.get(containers.XMP_KEYWORD, ""))


def _texts(path: Path) -> dict[str, str]:
    """All texts in a file that the artist chose. StudioError in plain words."""
    try:
        return containers.read(path).texts
    except FileNotFoundError as error:
        raise StudioError(f"There is no file “{path}”.", "Check its name.") from error
    except IsADirectoryError as error:
        raise StudioError(f"“{path}” is a folder.", "Choose a picture in it.") from error
    except PermissionError as error:
        raise StudioError(
            f"Easel is not allowed to read “{path}”.", "Allow it, or choose another file."
        ) from error
    except containers.NotAPicture as error:
        raise StudioError(
            f"“{path.name}” cannot be read as a picture: {error}.", "Choose a picture from Easel."
        ) from error
    except OSError as error:
        raise in_words(error, path.parent, f"read “{path.name}”") from error
    except ValueError as error:  # a name that no system allows
        raise StudioError("That is not the name of a file.", "Check its name.") from error


def _read_card(text: str) -> dict[str, Any]:
    """A card's values with nothing in it that is not of its type; {} when it has no id."""
    card = _json_object(text) or {}
    if not is_id(card.get("id")):
        return {}
    listed = card.get("parents")
    parents = listed if isinstance(listed, list) else []
    try:
        created = datetime.fromisoformat(str(card.get("created"))).astimezone(UTC)
    except (ValueError, OverflowError):
        created = None
    short = {
        key: _short(card[key])
        for key in ("title", "model", "licence", "software")
        if isinstance(card.get(key), str)
    }
    known = tuple(parent for parent in parents[:1000] if is_id(parent))
    return {**short, "id": card["id"], "created": created, "parents": known}


def _short(text: str) -> str:
    # JSON can spell halves of letters, which nothing else can store.
    return text[:1000].encode("utf-8", "replace").decode()


def _json_object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
