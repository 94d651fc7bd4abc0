"""The licence line: which model made a work, and what that permits."""

from __future__ import annotations

import json
from collections.abc import Sequence

from studio.errors import StudioError
from studio.library import Artwork
from studio.shelf import Model, Shelf


def line_for(artwork: Artwork, shelf: Shelf | None = None) -> str:
    """One or two sentences for people, such as "Made with Easel Stickers 1. You may sell it."

    shelf: asked for the licence of the model where the artwork's file says nothing of it.
    """
    made_by = artwork.model.strip()
    may = artwork.licence.strip()
    if not may and shelf is not None:
        may = _of_model(_model_of(artwork, shelf))
    if not made_by and not may:
        return ""
    said = f"Made with {_ended(made_by)}" if made_by else ""
    if not may:
        may = "What its licence permits is not known." if made_by else ""
    return f"{said} {_ended(may)}".strip()


def lines_for(artworks: Sequence[Artwork], shelf: Shelf | None = None) -> list[str]:
    """The lines of several artworks, each once, for the export dialog."""
    return list(dict.fromkeys(line for each in artworks if (line := line_for(each, shelf))))


def _of_model(model: Model | None) -> str:
    if model is None:
        return ""
    known = model.licence and model.licence != "unknown"
    return " ".join(part for part in (model.may, f"({model.licence})" if known else "") if part)


def _model_of(artwork: Artwork, shelf: Shelf) -> Model | None:
    try:
        named = json.loads(artwork.recipe or "{}").get("model")
    except (ValueError, AttributeError):
        return None
    try:
        return shelf.model(named) if isinstance(named, str) and named else None
    except StudioError:  # not on this computer any more
        return None


def _ended(text: str) -> str:
    return text if not text or text[-1] in ".!?)" else f"{text}."
