"""For how many days the trash is kept: the artist's choice, the same for all their libraries."""

from __future__ import annotations

import json

from studio.library.files import write_atomically
from studio.library.problems import in_words
from studio.paths import trash_choice

NEVER = 0  # nothing is removed by itself
USUAL = 30
CHOICES = (7, USUAL, 90, NEVER)
_MOST = 36_500


def chosen_days() -> int:
    """The days until what is in the trash is removed for good, or NEVER.

    USUAL until the artist chooses. Where the choice cannot be read, NEVER: what should have been
    kept is worth more than room on the disk.
    """
    try:
        text = trash_choice().read_text("utf-8")
    except FileNotFoundError:
        return USUAL
    except (OSError, ValueError):
        return NEVER
    try:
        days = json.loads(text)["days"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return NEVER
    fits = isinstance(days, int) and not isinstance(days, bool) and 0 <= days <= _MOST
    return days if fits else NEVER


def choose_days(days: int) -> None:
    """Keep the choice. ValueError for what is none; StudioError where it cannot be written."""
    if not 0 <= days <= _MOST:
        raise ValueError(f"no number of days for the trash: {days}")
    path = trash_choice()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps({"days": days}).encode())
    except OSError as error:
        raise in_words(error, path.parent, "remember this") from error
