"""How much longer something takes that is done piece by piece."""

from __future__ import annotations

LEAST = 2.0  # seconds until a guess is worth telling
FEW = 2  # pieces, likewise


class Pace:
    """Hears how far it is, and guesses the rest by how long it took so far."""

    def __init__(self) -> None:
        self._began: float | None = None

    def words(self, done: int, of: int, now: float) -> str:
        """Such as "about 3 minutes left"; "" where it is too early to say. now: in seconds."""
        if self._began is None:
            self._began = now
        passed = now - self._began
        if done < FEW or passed < LEAST or done >= of:
            return ""
        left = passed / done * (of - done)
        if left < 10:
            return "a few seconds left"
        if left < 55:
            return f"about {round(left / 10) * 10} seconds left"
        if left < 90:
            return "about a minute left"
        if left < 55 * 60:
            return f"about {round(left / 60)} minutes left"
        hours = round(left / 3600)
        return "about an hour left" if hours < 2 else f"about {hours} hours left"
