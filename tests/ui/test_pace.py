"""How much longer it takes, by how long it took so far."""

from __future__ import annotations

import pytest

from studio.ui.gallery.pace import Pace


@pytest.mark.parametrize(
    ("done", "of", "seconds", "words"),
    [
        (0, 100, 9, ""),
        (1, 100, 9, ""),
        (2, 100, 1, ""),
        (10, 20, 5, "a few seconds left"),
        (10, 20, 31, "about 30 seconds left"),
        (10, 20, 60, "about a minute left"),
        (10, 100, 20, "about 3 minutes left"),
        (10, 1000, 40, "about an hour left"),
        (10, 10_000, 10, "about 3 hours left"),
        (20, 20, 60, ""),
    ],
)
def test_what_is_left(done: int, of: int, seconds: float, words: str) -> None:
    pace = Pace()
    assert pace.words(0, of, 100.0) == ""
    assert pace.words(done, of, 100.0 + seconds) == words
