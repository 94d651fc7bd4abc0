"""What an artwork's file says about itself, and writing that. `reading` reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from PIL.PngImagePlugin import PngInfo

from studio import __version__
from studio.library import containers, parameters, xmp
from studio.library.contents import RECIPE_KEY as RECIPE_KEY  # as the other keys
from studio.library.credits import NOTHING_SAID, Credits
from studio.recipes import Recipe, control_of

SOFTWARE = f"Easel {__version__}"
ARTWORK_KEY = "easel:artwork"
PARAMETERS_KEY = "parameters"
MARK_KEY = "DIGITALSOURCETYPE"  # of files whose texts have names and that know no XMP
_ID = re.compile(r"[0-9a-f]{32}\Z")


@dataclass(frozen=True)
class Facts:
    """All that is written into an artwork's file.

    recipe: JSON, or "". model: the name of what drew it. licence: a line for people.
    parameters: the recipe as other tools read it. machine_made: carries the mark. origin: the
    program that made it, where that was not Easel.
    """

    id: str
    kind: str
    title: str
    created: datetime
    recipe: str = ""
    model: str = ""
    licence: str = ""
    parents: tuple[str, ...] = ()
    software: str = SOFTWARE
    parameters: str = ""
    machine_made: bool = True
    origin: str = ""


def describe(
    recipe: Recipe,
    *,
    artwork_id: str,
    created: datetime,
    size: tuple[int, int],
    made_by: str,
    licence: str,
    parents: tuple[str, ...],
) -> Facts:
    """The facts of a new artwork, free of paths on this computer. size: 0, 0 of a sound."""
    values = without_paths(recipe)
    model = _last_part(made_by) or str(values.get("model", ""))
    return Facts(
        id=artwork_id,
        kind=recipe.kind,
        title=recipe.title,
        created=created,
        recipe=recipe_text(recipe),
        model=model,
        licence=licence,
        parents=parents,
        parameters=parameters.write(
            values, width=size[0], height=size[1], model=model, software=SOFTWARE
        )
        if any(size)
        else "",
    )


def recipe_text(recipe: Recipe) -> str:
    """A recipe as files carry it: JSON, free of paths on this computer."""
    return json.dumps(without_paths(recipe), ensure_ascii=False, separators=(",", ":"))


def checked_ids(ids: Iterable[str]) -> tuple[str, ...]:
    """Artworks' ids, as a tuple. ValueError when one is none."""
    checked = tuple(ids)
    if not all(is_id(each) for each in checked):
        raise ValueError(f"not ids of artworks: {checked}")
    return checked


def is_id(value: object) -> bool:
    """Whether this is an artwork's id."""
    return isinstance(value, str) and _ID.match(value) is not None


def without_paths(recipe: Recipe) -> dict[str, Any]:
    """The recipe's values, where a path to a folder or file is cut down to its last part.

    Files are given away; where something lay on this computer, and so often the artist's name, is
    nobody's business. The artist's own words are left as they are.
    """
    values: dict[str, Any] = json.loads(recipe.to_json())
    for name, info in type(recipe).model_fields.items():
        if name in values and control_of(info).kind not in ("text", "words"):
            values[name] = _scrubbed(values[name])
    return values


def png_info(facts: Facts, *, keep_recipe: bool = True, credit: Credits = NOTHING_SAID) -> PngInfo:
    """The text chunks of a PNG file. Without the recipe only the mark, tool and licence stay.

    credit: what the artist says of a copy.
    """
    info = PngInfo()
    said = packet(facts, keep_recipe=False, title=keep_recipe, credit=credit)
    info.add_itxt(containers.XMP_KEYWORD, said)
    info.add_text("Software", facts.software)
    if not keep_recipe:
        return info
    info.add_itxt(ARTWORK_KEY, card(facts))
    if facts.recipe:
        info.add_itxt(RECIPE_KEY, facts.recipe)
    if facts.parameters:
        info.add_text(PARAMETERS_KEY, facts.parameters)  # iTXt unless it fits Latin-1, as others do
    return info


def packet(
    facts: Facts,
    *,
    keep_recipe: bool,
    title: bool | None = None,
    credit: Credits = NOTHING_SAID,
) -> str:
    """The XMP packet. The title goes with the recipe, since it repeats the artist's words.

    keep_recipe: put our own values in as well, for formats that have no other place for them.
    credit: what the artist says of a copy.
    """
    own = {"recipe": facts.recipe, "artwork": card(facts)} if keep_recipe else {}
    titled = keep_recipe if title is None else title
    return xmp.write(
        tool=facts.software,
        machine_made=facts.machine_made,
        title=facts.title if titled else "",
        created=facts.created if titled else None,
        licence=facts.licence,
        own=own,
        credit=credit,
    )


def card(facts: Facts) -> str:
    """What is said of an artwork apart from its recipe, as JSON."""
    values = {
        "id": facts.id,
        "title": facts.title,
        "created": facts.created.isoformat(timespec="microseconds"),
        "model": facts.model,
        "licence": facts.licence,
        "parents": list(facts.parents),
        "software": facts.software,
    }
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return _last_part(value)
    if isinstance(value, list):
        return [_scrubbed(item) for item in value]
    if isinstance(value, dict):
        return {key: _scrubbed(item) for key, item in value.items()}
    return value


def _last_part(text: str) -> str:
    """`text`, or its last part when it is an absolute path of any system."""
    plain = re.sub(r"^file:/+", "/", text)
    if plain.startswith("~") or PurePosixPath(plain).is_absolute():
        return PurePosixPath(plain.replace("\\", "/")).name
    if PureWindowsPath(plain).drive:
        return PureWindowsPath(plain).name
    return text
