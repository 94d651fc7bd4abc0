"""The controls of an export: each shows a part of an `ExportPlan`."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QColorDialog,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from studio.errors import StudioError
from studio.export import FORMAT_NAMES, SCREENS, ExportPlan
from studio.export.patterns import FIELDS
from studio.export.plan import PICTURES, TRANSPARENT
from studio.ui.form import Fold
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, label, tighten, wrapped
from studio.ui.widgets.combo import Combo
from studio.ui.widgets.switch import Switch

SAYS = {
    "png": "Without loss, keeps transparency.",
    "jpeg": "Small, for every program. Has no transparency.",
    "webp": "Small, keeps transparency. For web pages and messengers.",
    "tiff": "Without loss, for programs of printers and photographers.",
    "avif": "The smallest, keeps transparency. For new programs.",
    "pdf": "A page in its real size, with room to cut.",
    "svg": "Lines and areas that stay sharp at any size. For flat drawings.",
    "contact-sheet": "All at a glance, with a line below each.",
    "stickers": "For messengers: 512 pixels, cut out, with an outline.",
    "icons": "For Windows, macOS and web pages, in all sizes they ask for.",
    "wallpapers": "Cut to screens, with what matters in sight.",
}
SIZES = (
    ("as-is", "As it is"),
    ("longest", "By its longest side"),
    ("fit", "Within width and height"),
    ("pad", "Exactly, with background around it"),
    ("crop", "Exactly, with edges cut off"),
)
PAPERS = (
    ("0x0", "As large as the picture is"),
    ("105x74", "A7, 105 × 74 mm"),
    ("148x105", "A6, postcard, 148 × 105 mm"),
    ("210x148", "A5, 210 × 148 mm"),
    ("297x210", "A4, across, 297 × 210 mm"),
    ("210x297", "A4, upright, 210 × 297 mm"),
    ("297x420", "A3, upright, 297 × 420 mm"),
    ("420x594", "A2, upright, 420 × 594 mm"),
)
COLOURS = (("#ffffff", "White"), ("#000000", "Black"))
PACKAGES = {"svg": ("vtracer", "The part that traces drawings (vtracer) is not installed.")}


class PlanFields(QWidget):
    """Shows and changes a plan. What has no control keeps the value it was shown with.

    changed: by the artist.
    """

    changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._plan = ExportPlan()
        self._showing = False
        self._rows: dict[str, list[QWidget]] = {}  # by what they are about
        self._column = QVBoxLayout(self)
        tighten(self._column, 0, 6)
        self._make_kind()
        self._make_size()
        self._make_print()
        self._make_sets()
        self._make_words()
        self._column.addStretch(1)
        self.show_plan(self._plan)

    def plan(self) -> ExportPlan:
        """What is asked for. StudioError where it does not fit together."""
        values = self._plan.model_dump()
        values.update(
            format=self.format.value(),
            background=self.background.value(),
            quality=self.quality.value(),
            lossless=self.lossless.isChecked(),
            keep_recipe=self.recipe.isChecked(),
            sign=self.sign.isChecked(),
            name=self.pattern.text().strip(),
        )
        values["size"].update(
            how=self.how.value(),
            longest=self.longest.value(),
            width=self.width_.value(),
            height=self.height_.value(),
            enlarge=self.enlarge.isChecked(),
        )
        width, height = map(float, self.paper.value().split("x"))
        values["print"].update(
            width=width, height=height, bleed=self.bleed.value(), marks=self.marks.isChecked(),
            fill="crop" if self.fill.isChecked() else "fit", dpi=self.dpi.value(),
            together=self.together.isChecked(),
        )  # fmt: skip
        values["sheet"].update(
            columns=self.columns.value(), rows=self.rows.value(), pages=self.pages.value(),
            heading=self.heading.text(),
        )  # fmt: skip
        values["stickers"].update(outline=self.outline.value(), pack=self.pack.text())
        values["wallpapers"].update(
            screens=[key for key, switch in self.screens.items() if switch.isChecked()]
        )
        values["words"].update({name: line.text().strip() for name, line in self.lines.items()})
        try:
            return ExportPlan.model_validate(values)
        except ValidationError as error:
            raise StudioError(_in_words(error)) from error

    def show_plan(self, plan: ExportPlan) -> None:
        """Show another plan."""
        self._showing = True
        self._plan = plan
        self.format.set_value(plan.format)
        self._offer_colour(plan.background)
        self.quality.setValue(plan.quality)
        self.lossless.setChecked(plan.lossless)
        self.recipe.setChecked(plan.keep_recipe)
        self.sign.setChecked(plan.sign and self.sign.isEnabled())
        self.pattern.setText(plan.name)
        size, page, sheet = plan.size, plan.print, plan.sheet
        self.how.set_value(size.how)
        for spin, number in (
            (self.longest, size.longest), (self.width_, size.width), (self.height_, size.height),
            (self.bleed, page.bleed), (self.dpi, page.dpi), (self.columns, sheet.columns),
            (self.rows, sheet.rows), (self.outline, plan.stickers.outline),
        ):  # fmt: skip
            spin.setValue(round(number))
        self.enlarge.setChecked(size.enlarge)
        self._offer_paper(page.width, page.height)
        self.marks.setChecked(page.marks)
        self.fill.setChecked(page.fill == "crop")
        self.together.setChecked(page.together)
        self.pages.set_value(sheet.pages)
        self.heading.setText(sheet.heading)
        self.pack.setText(plan.stickers.pack)
        for key, switch in self.screens.items():
            switch.setChecked(key in plan.wallpapers.screens)
        for name, line in self.lines.items():
            line.setText(getattr(plan.words, name))
        self._showing = False
        self._fit()

    def missing(self) -> str:
        """A sentence where a part is not installed that this format needs; else ""."""
        kind = self.format.value()
        if kind == "avif":
            from PIL import features

            return "" if features.check("avif") else "AVIF pictures cannot be written here."
        package, sentence = PACKAGES.get(kind, ("", ""))
        return sentence if package and find_spec(package) is None else ""

    def choose_colour(self) -> QColorDialog:
        """Ask for a colour of the artist's own."""
        dialog = QColorDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda colour: self._take_colour(colour.name()))
        dialog.open()
        return dialog

    # The controls

    def _make_kind(self) -> None:
        self.format = self._combo("As", list(FORMAT_NAMES.items()), "")
        self.says = wrapped("", "label")
        self._column.addWidget(self.says)

    def _make_size(self) -> None:
        self.how = self._combo("Size", SIZES, "size")
        self.longest = self._spin("Longest side, in pixels", 1, 32_768)
        self.width_ = self._spin("Width, in pixels", 1, 32_768)
        self.height_ = self._spin("Height, in pixels", 1, 32_768)
        self._row("longest", self.longest, label("pixels", "muted"))
        self._row("box", self.width_, label("×", "muted"), self.height_, label("pixels", "muted"))
        self.enlarge = self._switch("Make small ones larger", "enlarge")
        self.background = self._combo("Background", [(None, "Keep transparency")], "background")
        self.colour = TextButton(self._look, "Another colour…", role="link")
        self.colour.clicked.connect(self.choose_colour)
        self._row("background", self.colour)
        self.quality = self._spin("Quality, 1 to 100", 1, 100)
        self._row("quality", label("Quality", "label", self.quality), self.quality)
        self.lossless = self._switch("Without any loss", "lossless")

    def _make_print(self) -> None:
        self.paper = self._combo("Paper", PAPERS, "print")
        self.bleed = self._spin("Bleed, in millimetres", 0, 50)
        self.dpi = self._spin("Dots per inch", 36, 2400)
        self._row("print", label("Bleed (mm)", "label", self.bleed), self.bleed)
        self._row("print", label("Dots per inch", "label", self.dpi), self.dpi)
        self.fill = self._switch("Fill the page, cutting what is over", "print")
        self.marks = self._switch("Show where to cut", "print")
        self.together = self._switch("All in one document", "print")

    def _make_sets(self) -> None:
        self.columns = self._spin("Columns", 1, 20)
        self.rows = self._spin("Rows", 1, 30)
        words = label("Columns and rows", "label", self.columns)
        self._row("sheet", words, self.columns, label("×", "muted"), self.rows)
        pages = (("pdf", "One PDF"), ("png", "PNG pictures"), ("jpeg", "JPEG pictures"))
        self.pages = self._combo("Pages as", pages, "sheet")
        self.heading = self._line("Heading", "sheet")
        self.outline = self._spin("Outline, in pixels", 0, 40)
        self._row("stickers", label("Outline (pixels)", "label", self.outline), self.outline)
        self.pack = self._line("Name of the pack", "stickers")
        self.screens = {
            key: self._switch(screen.name, "wallpapers") for key, screen in SCREENS.items()
        }

    def _make_words(self) -> None:
        self.recipe = self._switch("Keep the recipe inside", "")
        self.stays = wrapped("That a model made it stays in the file in any case.", "label")
        self._column.addWidget(self.stays)
        self.sign = self._switch("Sign it with Content Credentials", "sign")
        there = find_spec("c2pa") is not None and find_spec("cryptography") is not None
        self.sign.setEnabled(there)
        if not there:
            self.sign.setToolTip("The part that signs (c2pa-python) is not installed.")
        self.fold = Fold(self._look, "Names and words inside")
        self.fold.column.setSpacing(6)
        self._column.addWidget(self.fold)
        names = ", ".join(f"{{{name}}}: {words}" for name, words in FIELDS.items())
        outer, self._column = self._column, self.fold.column
        self.pattern = self._line("Name of each file", "")
        self.pattern.setToolTip(names)
        self.lines = {
            name: self._line(words, "")
            for name, words in (
                ("title", "Title"),
                ("author", "Who made it"),
                ("copyright", "Copyright, such as “© 2026 Ada Lovelace”"),
                ("licence", "What others may do with it"),
                ("alt", "What is to be seen, for people who cannot see it"),
            )
        }
        self._column = outer

    # How they are made

    def _combo(self, words: str, options: Sequence[tuple[Any, str]], about: str) -> Combo:
        made = Combo(self._look, words)
        made.set_options(options)
        made.setCurrentIndex(0)
        made.currentIndexChanged.connect(self._changed)
        self._caption(words, made, about)
        return made

    def _line(self, words: str, about: str) -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(words)
        made.textChanged.connect(self._changed)
        self._caption(words, made, about)
        return made

    def _spin(self, words: str, low: int, high: int) -> QSpinBox:
        made = QSpinBox()
        made.setRange(low, high)
        made.setAccessibleName(words)
        made.setToolTip(words)
        made.setKeyboardTracking(False)
        made.valueChanged.connect(self._changed)
        return made

    def _switch(self, words: str, about: str) -> Switch:
        made = Switch(self._look, words)
        made.toggled.connect(self._changed)
        self._column.addWidget(made)
        self._rows.setdefault(about, []).append(made)
        return made

    def _caption(self, words: str, control: QWidget, about: str) -> None:
        caption = label(words, "label", control)
        for each in (caption, control):
            self._column.addWidget(each)
            self._rows.setdefault(about, []).append(each)

    def _row(self, about: str, *parts: QWidget) -> None:
        box = QWidget()
        row = QHBoxLayout(box)
        tighten(row, 0, 8)
        for part in parts:
            row.addWidget(part, 1 if isinstance(part, QSpinBox) else 0)
        if not any(isinstance(part, QSpinBox) for part in parts):
            row.addStretch(1)
        self._column.addWidget(box)
        self._rows.setdefault(about, []).append(box)

    # What belongs together

    def _fit(self) -> None:
        """Show what this format asks for."""
        kind, how = self.format.value(), self.how.value()
        picture = kind in PICTURES
        shown = {
            "size": picture,
            "longest": picture and how == "longest",
            "box": picture and how in ("fit", "pad", "crop"),
            "enlarge": picture and how != "as-is",
            "background": kind not in ("svg", "stickers"),
            "quality": kind in ("jpeg", "webp", "avif", "pdf", "wallpapers")
            and not (kind in ("webp", "pdf") and self.lossless.isChecked()),
            "lossless": kind in ("webp", "pdf"),
            "print": kind == "pdf",
            "sheet": kind == "contact-sheet",
            "stickers": kind == "stickers",
            "wallpapers": kind == "wallpapers",
            "sign": picture or kind in ("svg", "wallpapers"),
        }
        for about, yes in shown.items():
            for row in self._rows[about]:
                row.setVisible(yes)
        self.background.setItemText(
            0, "Keep transparency" if kind in TRANSPARENT else "White where it is transparent"
        )
        missing = self.missing()
        self.says.setText(missing or SAYS.get(kind, ""))

    def _changed(self, *_: object) -> None:
        if not self._showing:
            self._fit()
            self.changed.emit()

    def _take_colour(self, colour: str) -> None:
        self._offer_colour(colour)
        self._changed()

    def _offer_colour(self, colour: str | None) -> None:
        others = [] if colour in (None, *dict(COLOURS)) else [(colour, str(colour))]
        self.background.set_options([(None, "Keep transparency"), *COLOURS, *others])
        self.background.set_value(colour)

    def _offer_paper(self, width: float, height: float) -> None:
        size = f"{width:g}x{height:g}"
        others = [] if size in dict(PAPERS) else [(size, f"{width:g} × {height:g} mm")]
        self.paper.set_options([*PAPERS, *others])
        self.paper.set_value(size)


def _in_words(error: ValidationError) -> str:
    """What does not fit, for the artist."""
    first = error.errors()[0]
    field = first["loc"][-1] if first["loc"] else ""
    if field == "screens":
        return "Choose at least one screen."
    if field == "name":
        return "Files need a name."
    if first["type"] == "string_too_long":
        return f"{str(field).capitalize()} is too long: {first['ctx']['max_length']:,} letters."
    if first["type"] == "value_error":
        return f"This does not fit: {first['ctx']['error']}."
    return f"{str(field).capitalize()} does not fit."
