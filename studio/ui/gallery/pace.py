"""How much longer something takes that is done piece by piece."""

from __future__ import annotations

from studio.ui.gallery.bring_bar import time_left

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
        return time_left(passed / done * (of - done))
