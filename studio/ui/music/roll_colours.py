"""The colours of the parts, in both themes."""

from __future__ import annotations

from PySide6.QtGui import QColor

from studio.recipes.score import Role, Score
from studio.ui.theme import Look, contrast

# At least 3 to 1 against every ground they stand on (WCAG 2.2, 1.4.11)
DARK: dict[Role, str] = {
    "melody": "#ff7d5c",
    "chords": "#5ab0fb",
    "bass": "#bd93ff",
    "drums": "#76db96",
}
LIGHT: dict[Role, str] = {
    "melody": "#c64322",
    "chords": "#1b6db5",
    "bass": "#7a45c4",
    "drums": "#227844",
}
LEAST = 3.2  # contrast of a turned colour
TURN = 28  # degrees that the hue of a second part of the same role is turned by


def role_colour(look: Look, role: Role, which: int = 0) -> QColor:
    """A role's colour; `which` of those who have it, from 0."""
    table = LIGHT if look.tokens.name == "light" else DARK
    colour = QColor(table[role])
    if which:
        turned = (colour.hsvHue() + TURN * which) % 360
        colour.setHsv(turned, colour.hsvSaturation(), colour.value())
        while contrast(colour.name(), look.tokens.canvas) < LEAST:  # yellow on a light ground
            colour = colour.darker(108) if look.tokens.name == "light" else colour.lighter(108)
    return colour


def part_colour(look: Look, score: Score, index: int) -> QColor:
    """The colour of a part."""
    role = score.parts[index].role
    return role_colour(look, role, sum(part.role == role for part in score.parts[:index]))
