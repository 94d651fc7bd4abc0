"""Colours, type and icons: one small table for each theme, and everything drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer

from studio.paths import resources
from studio.ui.stylesheet import stylesheet

CHOICES = (("system", "Like the system"), ("dark", "Dark"), ("light", "Light"))


@dataclass(frozen=True)
class Tokens:
    """The colours of one theme, as #rrggbb."""

    name: str
    ground: str  # behind bars and strip
    canvas: str  # behind the work
    surface: str  # panel and rail
    raised: str  # fields and buttons
    hover: str
    line: str
    edge: str  # the outline of a control, visible against what is around it
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    chosen: str  # ground of what is chosen on the rail
    warning: str
    check_a: str  # the two tones under transparent pictures
    check_b: str
    tile: str  # under thumbnails


DARK = Tokens(
    name="dark",
    ground="#17181c",
    canvas="#121317",
    surface="#1e2025",
    raised="#282b32",
    hover="#31353d",
    line="#353943",
    edge="#737b8a",
    text="#eceef2",
    muted="#a1a8b5",
    accent="#ff7d5c",
    accent_hover="#ff9174",
    on_accent="#2b0f06",
    chosen="#3d2a28",
    warning="#ffb454",
    check_a="#ffffff",
    check_b="#e9e9ec",
    tile="#ffffff",
)

LIGHT = Tokens(
    name="light",
    ground="#f4f1ec",
    canvas="#eae5dd",
    surface="#fffdf9",
    raised="#f1ece4",
    hover="#e9e2d7",
    line="#e2dbd0",
    edge="#7f776c",
    text="#26231f",
    muted="#645d54",
    accent="#c64322",
    accent_hover="#b23a1b",
    on_accent="#ffffff",
    chosen="#fdeae3",
    warning="#8a5300",
    check_a="#ffffff",
    check_b="#ecebe8",
    tile="#ffffff",
)

# (what, on what, least contrast): WCAG 2.2, 4.5 for text and 3 for the parts of a control
PAIRS: tuple[tuple[str, str, float], ...] = (
    *(("text", on, 4.5) for on in ("ground", "canvas", "surface", "raised", "hover", "chosen")),
    *(("muted", on, 4.5) for on in ("ground", "canvas", "surface", "raised", "hover")),
    *(("warning", on, 4.5) for on in ("ground", "canvas", "surface", "raised")),
    ("on_accent", "accent", 4.5),
    ("on_accent", "accent_hover", 4.5),
    *(("accent", on, 3.0) for on in ("ground", "canvas", "surface", "raised", "chosen")),
    *(("edge", on, 3.0) for on in ("ground", "canvas", "surface")),
)


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1..21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


class Look(QObject):
    """The look in force. Widgets ask it for colours and icons and redraw on `changed`."""

    changed = Signal()

    def __init__(self, choice: str = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choice = choice
        self._icons: dict[tuple[str, str, int], QIcon] = {}
        self.tokens = self._resolve()
        self.family = _load_fonts()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)

    def choose(self, choice: str) -> None:
        """Take "system", "dark" or "light"."""
        self.choice = choice
        tokens = self._resolve()
        if tokens is not self.tokens:
            self.tokens = tokens
            self.apply()
            self.changed.emit()

    def apply(self) -> None:
        """Give the whole application this theme's font and palette."""
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        font = QFont(self.family) if self.family else QFont(app.font())
        font.setPixelSize(14)
        font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
        app.setFont(font)
        app.setPalette(self._palette())

    def stylesheet(self) -> str:
        """The style sheet of a top-level window."""
        return stylesheet(self.tokens)

    def colour(self, token: str, alpha: float = 1.0) -> QColor:
        colour = QColor(getattr(self.tokens, token))
        colour.setAlphaF(alpha)
        return colour

    def font(self, size: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        font = QFont(QGuiApplication.font())
        font.setPixelSize(size)
        font.setWeight(weight)
        return font

    def icon(self, name: str, token: str = "text", size: int = 18) -> QIcon:
        """An icon of the set in one of the theme's colours, with a dimmed disabled state."""
        key = (name, getattr(self.tokens, token), size)
        if key not in self._icons:
            icon = QIcon()
            drawn = draw_svg(icon_path(name), size, key[1])
            icon.addPixmap(drawn, QIcon.Mode.Normal)
            icon.addPixmap(_faded(drawn), QIcon.Mode.Disabled)
            self._icons[key] = icon
        return self._icons[key]

    def pixmap(self, name: str, token: str = "text", size: int = 18) -> QPixmap:
        """The same, for labels and painters."""
        return draw_svg(icon_path(name), size, getattr(self.tokens, token))

    def _resolve(self) -> Tokens:
        if self.choice in ("dark", "light"):
            return DARK if self.choice == "dark" else LIGHT
        light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
        return LIGHT if light else DARK

    def _system_changed(self) -> None:
        if self.choice == "system":
            self.choose("system")

    def _palette(self) -> QPalette:
        palette = QPalette()
        roles = QPalette.ColorRole
        for role, token in (
            (roles.Window, "ground"),
            (roles.Base, "raised"),
            (roles.AlternateBase, "surface"),
            (roles.Button, "raised"),
            (roles.ToolTipBase, "raised"),
            (roles.WindowText, "text"),
            (roles.Text, "text"),
            (roles.ButtonText, "text"),
            (roles.ToolTipText, "text"),
            (roles.PlaceholderText, "muted"),
            (roles.Highlight, "accent"),
            (roles.HighlightedText, "on_accent"),
            (roles.Link, "accent"),
        ):
            palette.setColor(role, self.colour(token))
        for role in (roles.WindowText, roles.Text, roles.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("muted", 0.6))
        return palette


def icon_path(name: str) -> Path:
    """The file of an icon; "mark" is the program's own."""
    own = name == "mark"
    return resources() / ("mark.svg" if own else f"icons/{name}.svg")


def draw_svg(path: Path, size: int, colour: str) -> QPixmap:
    """Draw an SVG with `currentColor` as `colour`, sharp at the densest screen attached."""
    ratio = max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
    pixels = QSize(round(size * ratio), round(size * ratio))
    pixmap = QPixmap(pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    svg = path.read_text(encoding="utf-8").replace("currentColor", colour)
    painter = QPainter(pixmap)
    QSvgRenderer(svg.encode()).render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _faded(pixmap: QPixmap) -> QPixmap:
    faded = QPixmap(pixmap.size())
    faded.setDevicePixelRatio(pixmap.devicePixelRatio())
    faded.fill(Qt.GlobalColor.transparent)
    painter = QPainter(faded)
    painter.setOpacity(0.35)
    painter.drawPixmap(0, 0, pixmap)
    painter.end()
    return faded


def _load_fonts() -> str:
    """Load the shipped faces; the family's name, or "" for the system's own."""
    family, folder = "", resources() / "fonts"
    for weight in ("Regular", "Medium", "SemiBold"):
        number = QFontDatabase.addApplicationFont(str(folder / f"Inter-{weight}.otf"))
        families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        family = family or (families[0] if families else "")
    return family
