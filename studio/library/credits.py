"""What the artist says of a copy: whose it is, what others may do, what it is found by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from studio.library.marks import MOST_NAMES, with_names


@dataclass(frozen=True)
class Credits:
    """Goes into the file of a copy; what is empty is left out.

    title: in place of the artwork's own. terms: what others may do with it. alt: what is to be
    seen. tags: words that it is found by.
    """

    title: str = ""
    author: str = ""
    copyright: str = ""
    terms: str = ""
    alt: str = ""
    tags: tuple[str, ...] = ()


NOTHING_SAID = Credits()


def joined_tags(own: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    """A work's own tags and more, each once, as many as a work can have."""
    names = own
    for name in more:
        if len(names) < MOST_NAMES:
            names = with_names(names, [name])
    return names
