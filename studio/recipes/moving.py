"""The kinds of files that a film can be kept as, with the words for them."""

from __future__ import annotations

from typing import Literal

MovingFormat = Literal["mp4", "webm", "gif", "apng", "webp"]
MOVING_CHOICES: tuple[tuple[str, str], ...] = (
    ("mp4", "Film (MP4)"),
    ("webm", "Film (WebM)"),
    ("gif", "GIF"),
    ("apng", "Moving PNG"),
    ("webp", "Moving WebP"),
)
