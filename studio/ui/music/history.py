"""Undo and redo of something that never changes itself, such as a score."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 200


class History(Generic[T]):
    """What there was, newest last, and what was taken back."""

    def __init__(self, now: T, most: int = MOST) -> None:
        self._now, self._most = now, most
        self._before: list[T] = []
        self._after: list[T] = []

    @property
    def now(self) -> T:
        """What holds."""
        return self._now

    @property
    def can_undo(self) -> bool:
        """Whether there is something before it."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back."""
        return bool(self._after)

    def start(self, now: T) -> None:
        """Begin with this, and forget what was."""
        self._now = now
        self._before.clear()
        self._after.clear()

    def put(self, now: T) -> None:
        """This holds from here on; what was taken back is gone. The same once more is no step."""
        if now == self._now:
            return
        self._before.append(self._now)
        del self._before[: -self._most]
        self._after.clear()
        self._now = now

    def undo(self) -> T:
        """Go back by one, where there is one; what holds then."""
        if self._before:
            self._after.append(self._now)
            self._now = self._before.pop()
        return self._now

    def redo(self) -> T:
        """Go on by one, where there is one; what holds then."""
        if self._after:
            self._before.append(self._now)
            self._now = self._after.pop()
        return self._now
