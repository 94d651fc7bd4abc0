"""What the artist says of a copy of a tune: its title, whose it is, what others may do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit

from studio.ui.form import Fold
from studio.ui.theme import Look
from studio.ui.widgets.basics import label

if TYPE_CHECKING:
    from studio.library import Library
    from studio.library.credits import Credits

# Name among the credits, what to call it, the most letters
LINES = (
    ("title", "Title", 400),
    ("author", "Who made it", 200),
    ("copyright", "Copyright, such as “© 2026 Ada Lovelace”", 400),
    ("terms", "What others may do with it", 1000),
)


class CopyWords(Fold):
    """Lines that are folded away until they are wanted."""

    def __init__(self, look: Look, name: str, kept: object) -> None:
        """name: of the tune, its title unless another is written. kept: as `values` had it."""
        super().__init__(look, "Words inside the file")
        self.column.setSpacing(6)
        self.lines: dict[str, QLineEdit] = {}
        for key, words, longest in LINES:
            line = self.lines[key] = QLineEdit()
            line.setMaxLength(longest)
            line.setAccessibleName(words)
            self.column.addWidget(label(words, "label", line))
            self.column.addWidget(line)
            text = kept.get(key) if isinstance(kept, Mapping) and key != "title" else None
            line.setText(text if isinstance(text, str) else "")
        self.lines["title"].setPlaceholderText(name)

    def values(self) -> dict[str, str]:
        """What is written, by name."""
        return {key: line.text().strip() for key, line in self.lines.items()}


def credits_of(values: Mapping[str, Any], library: Library | None, artwork_id: str) -> Credits:
    """What is written, with the title and the tags that the artist gave the artwork.

    Looks into the library, so it belongs on a thread.
    """
    from studio.library.credits import Credits

    artwork = library.get(artwork_id) if library is not None and artwork_id else None
    said = Credits(**values)
    if artwork is None:
        return said
    title = said.title or artwork.marks.title
    return Credits(title, said.author, said.copyright, said.terms, tags=artwork.marks.tags)
