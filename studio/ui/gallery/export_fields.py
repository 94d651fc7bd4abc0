"""The controls of an export: each shows a part of an `ExportPlan`."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from PIL import ImageColor
from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QColorDialog

from studio.errors import StudioError
from studio.export import FORMAT_NAMES, SCREENS, ExportPlan
from studio.export.patterns import FIELDS
from studio.export.plan import PICTURES, TRANSPARENT
from studio.ui.form import Fold
from studio.ui.gallery import export_choices as offer
from studio.ui.gallery.export_rows import Rows
from studio.ui.theme import Look
from studio.ui.widgets.basics import IconButton, wrapped
from studio.ui.widgets.combo import Combo

PACKAGES = {"svg": ("vtracer", "The part that traces drawings (vtracer) is not installed.")}
_BETWEEN = ","  # tags


class PlanFields(Rows):
    """Shows and changes a plan: what is common at once, the rest under “More”."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._plan = ExportPlan()
        self._several = self._sounds = False
        self._make_first()
        self._make_sets()
        self._make_surface()
        self.fold = Fold(look, "More")
        self.fold.column.setSpacing(6)
        self._column.addWidget(self.fold)
        outer, self._column = self._column, self.fold.column
        self._make_finer()
        self._make_inside()
        self._column = outer
        self._column.addStretch(1)
        self.show_plan(self._plan)

    def expect(self, several: bool, sounds: bool) -> None:
        """What is exported. several: more than one work. sounds: there are tunes among them."""
        self._several, self._sounds = several, sounds
        self._fit()

    def plan(self) -> ExportPlan:
        """What is asked for. StudioError where it does not fit together."""
        values = self._plan.model_dump()
        for where, value in self.values().items():
            part, _, name = where.rpartition(".")
            (values[part] if part else values)[name] = value
        values["tags"] = [tag for tag in self.tags.text().split(_BETWEEN) if tag.strip()]
        across, down = map(float, self.cut.value().split()) if self.cut.value() else (None, None)
        values["cut"] = {"across": across, "down": down}
        values["wallpapers"]["screens"] = [
            key for key, switch in self.screens.items() if switch.isChecked()
        ]
        try:
            return ExportPlan.model_validate(values)
        except ValidationError as error:
            raise StudioError(_in_words(error)) from error

    def show_plan(self, plan: ExportPlan) -> None:
        """Show another plan."""
        self._showing = True
        self._plan = plan
        self._offer(self.background, offer.COLOURS, plan.background)
        self._offer(self.outline_colour, offer.OUTLINES, plan.stickers.colour)
        values = plan.model_dump()
        for where in self.values():
            part, _, name = where.rpartition(".")
            self.show_value(where, (values[part] if part else values)[name])
        if not self.sign.isEnabled():
            self.sign.setChecked(False)
        self.tags.setText(f"{_BETWEEN} ".join(plan.tags))
        cut = plan.cut
        words = None if cut.across is None or cut.down is None else f"{cut.across:g} {cut.down:g}"
        others = [] if words in dict(offer.CUTS) else [(words, "As it was set")]
        self.cut.set_options([*offer.CUTS, *others])
        self.cut.set_value(words)
        for key, switch in self.screens.items():
            switch.setChecked(key in plan.wallpapers.screens)
        for combo, written in (
            (self.paper, f"{plan.print.width:g}x{plan.print.height:g}"),
            (self.sheet, f"{plan.sheet.width:g}x{plan.sheet.height:g}"),
            (self.naming, plan.name),
            (self.captions, plan.sheet.caption),
        ):
            if not combo.set_value(written):
                combo.set_value(offer.OWN)
        self._showing = False
        self._fit()

    def show_words(self, words: dict[str, str]) -> None:
        """Show other words, by what they are."""
        showing, self._showing = self._showing, True
        for name, text in words.items():
            self.lines[name].setText(text)
        self._showing = showing

    def missing(self) -> str:
        """A sentence where a part is not installed that this format needs; else ""."""
        kind = self.format.value()
        if kind == "avif":
            from PIL import features

            return "" if features.check("avif") else "AVIF pictures cannot be written here."
        package, sentence = PACKAGES.get(kind, ("", ""))
        return sentence if package and find_spec(package) is None else ""

    def choose_colour(self, combo: Combo) -> QColorDialog:
        """Ask for a colour of the artist's own."""
        dialog = QColorDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda colour: self._take_colour(combo, colour.name()))
        dialog.open()
        return dialog

    # The controls

    def _make_first(self) -> None:
        self.format = self._combo("format", "As", list(FORMAT_NAMES.items()), "still")
        self.says = wrapped("", "label")
        self._put(self.says, "still")
        self.sounds = self._combo("sounds", "Tunes as", offer.SOUNDS, "sounds")
        self.how = self._combo("size.how", "Size", offer.SIZES, "size")
        self.longest = self._number("size.longest", "Longest side", 1, 32_768, "pixels")
        self.width_ = self._number("size.width", "Width", 1, 32_768)
        self.height_ = self._number("size.height", "Height", 1, 32_768, "pixels")
        self._row("longest", self.longest)
        self._row("box", self.width_, "×", self.height_)
        self.paper = self._combo("", "Paper", offer.PAPERS, "print")
        self.page_width = self._number("print.width", "Width", 0, 4900, "mm", 1)
        self.page_height = self._number("print.height", "Height", 0, 4900, "mm", 1)
        for side in (self.page_width, self.page_height):
            side.setSpecialValueText("by the picture")
        self._row("own-paper", self.page_width, "×", self.page_height)
        self.bleed = self._number(
            "print.bleed", "Bleed", 0, 50, "mm", 1,
            "The picture goes on a little past each edge, so that cutting leaves no white line.",
        )  # fmt: skip
        self._row("print", "Past the edge, to be cut off", self.bleed)
        self.marks = self._switch("print.marks", "Show where to cut", "print")
        self.together = self._switch("print.together", "All in one document", "several-pages")

    def _make_sets(self) -> None:
        self.columns = self._number("sheet.columns", "Columns", 1, 20)
        self.rows = self._number("sheet.rows", "Rows", 1, 30)
        self._row("sheet", "Columns and rows", self.columns, "×", self.rows)
        self.sheet = self._combo("", "Paper", offer.SHEETS, "sheet")
        self.sheet_width = self._number("sheet.width", "Width", 50, 2000, "mm", 1)
        self.sheet_height = self._number("sheet.height", "Height", 50, 2000, "mm", 1)
        self._row("own-sheet", self.sheet_width, "×", self.sheet_height)
        self.captions = self._combo("", "Below each", offer.CAPTIONS, "sheet")
        self.caption = self._line(
            "sheet.caption", "Below each, of these", "own-caption", 200, FIELDS_HELP
        )
        self.heading = self._line("sheet.heading", "Heading", "sheet", 200)
        self.outline = self._number("stickers.outline", "Outline", 0, 40, "pixels")
        self._row("stickers", "Outline, 0 for none", self.outline)
        self.outline_colour = self._colours("stickers.colour", "Colour of the outline", "stickers")
        self.pack = self._line("stickers.pack", "Name of the pack", "stickers", 128)
        self.screens = {
            key: self._switch("", SCREENS[key].name, "walls") for key in offer.USUAL_SCREENS
        }

    def _make_surface(self) -> None:
        self.cut = self._combo(
            "", "Where it is cut", offer.CUTS, "cut",
            "You can also move a single picture with the mouse, to the right.",
        )  # fmt: skip
        self.background = self._colours("background", "Background", "background")
        self.quality = self._number(
            "quality", "Quality", 1, 100, help_text="100 is finest and largest; 85 to 95 is usual."
        )
        self._row("quality", "Quality, 1 to 100", self.quality)
        self.recipe = self._switch(
            "keep_recipe", "Keep the recipe inside", "recipe",
            "With it Easel can make the work again from the file.",
        )  # fmt: skip
        self.stays = wrapped("That a model made it stays in the file in any case.", "label")
        self._put(self.stays, "")

    def _make_finer(self) -> None:
        self._group("The picture", "finer")
        self.enlarge = self._switch("size.enlarge", "Make small ones larger", "enlarge")
        self.filter = self._combo("size.filter", "Made smaller or larger", offer.FILTERS, "filter")
        self.profile = self._combo("profile", "Colours", offer.PROFILES, "profile")
        self.lossless = self._switch("lossless", "Without any loss", "lossless")
        self.fill = self._combo(
            "print.fill", "On the page",
            (("crop", "Fill it, cutting what is over"), ("fit", "Show all of it")), "print",
        )  # fmt: skip
        self.dpi = self._number("print.dpi", "Dots per inch", 36, 2400)
        self._row("print", "Dots per inch, 300 for print", self.dpi)
        self.pages = self._combo("sheet.pages", "Pages as", offer.PAGES, "sheet")
        self.sheet_dpi = self._number("sheet.dpi", "Dots per inch", 36, 600)
        self._row("sheet", "Dots per inch", self.sheet_dpi)
        self.saved_as = self._combo("wallpapers.saved_as", "Saved as", offer.WALLS, "walls")
        for key, screen in SCREENS.items():
            if key not in self.screens:
                self.screens[key] = self._switch("", screen.name, "walls")

    def _make_inside(self) -> None:
        self._group("The files' names", "names")
        self.naming = self._combo("", "Each is called by", offer.NAMES, "names")
        self.pattern = self._line("name", "Its name, of these", "own-name", 200, FIELDS_HELP)
        self.parts = wrapped(FIELDS_SHORT, "label")
        self._put(self.parts, "own-parts")
        self._group("Words inside the files", "")
        self.lines = {
            name: self._line(f"words.{name}", words, "", longest)
            for name, words, longest in offer.WORDS
        }
        of_one = "Title and what is to be seen are said of the one that is shown."
        self._put(wrapped(of_one, "label"), "of-one")
        self.keep_tags = self._switch("keep_tags", "The tags that you gave it", "")
        self.tags = self._line("", "More tags, with commas between", "", 2000)
        self.sign = self._switch(
            "sign", "Sign it (Content Credentials)", "sign",
            "Others can check that nobody changed the file since.",
        )  # fmt: skip
        there = find_spec("c2pa") is not None and find_spec("cryptography") is not None
        self.sign.setEnabled(there)
        if not there:
            self.sign.setToolTip("The part that signs (c2pa-python) is not installed.")

    def _colours(self, where: str, words: str, about: str) -> Combo:
        other = IconButton(self._look, "palette", "Another colour…")
        combo = self._combo(where, words, offer.OUTLINES, about, beside=other)
        other.clicked.connect(lambda: self.choose_colour(combo))
        return combo

    # What belongs together

    def _fit(self) -> None:
        """Show what this format asks for."""
        kind, how = self.format.value(), self.how.value()
        picture, page, walls = kind in PICTURES, kind == "pdf", kind == "wallpapers"
        sheet = kind == "contact-sheet"
        fills = page and self.fill.value() == "crop" and self.paper.value() != "0x0"
        lossy = kind in ("jpeg", "avif") or (
            kind in ("webp", "pdf") and not self.lossless.isChecked()
        )
        lossy |= (walls and self.saved_as.value() != "png") or (
            sheet and self.pages.value() != "png"
        )
        sized = picture or kind == "svg"
        scaled = (sized and how != "as-is") or page
        own_name = not sheet and kind != "stickers" and self.naming.value() == offer.OWN
        for about, yes in {
            "sounds": self._sounds,
            "recipe": not sheet and kind not in ("stickers", "icons"),
            "size": sized,
            "longest": sized and how == "longest",
            "box": sized and how in ("fit", "pad", "crop"),
            "enlarge": sized and how != "as-is",
            "filter": scaled,
            "profile": picture or page or walls,
            "finer": scaled or picture or page or walls or sheet,
            "cut": (sized and how == "crop") or fills or kind == "icons" or walls,
            "background": kind not in ("svg", "stickers", "contact-sheet"),
            "quality": lossy,
            "lossless": kind in ("webp", "pdf"),
            "print": page,
            "own-paper": page and self.paper.value() == offer.OWN,
            "several-pages": page and self._several,
            "sheet": sheet,
            "own-sheet": sheet and self.sheet.value() == offer.OWN,
            "own-caption": sheet and self.captions.value() == offer.OWN,
            "stickers": kind == "stickers",
            "walls": walls,
            "names": not sheet and kind != "stickers",
            "own-name": own_name,
            "own-parts": own_name or (sheet and self.captions.value() == offer.OWN),
            "of-one": self._several and not sheet and kind != "stickers",
            "sign": picture or walls or kind == "svg",
        }.items():
            self.show_about(about, yes)
        self.background.setItemText(
            0, "Keep transparency" if kind in TRANSPARENT else
            "A quiet one, of its own colours" if walls else "White where it is transparent",
        )  # fmt: skip
        self.says.setText(self.missing() or offer.SAYS.get(kind, ""))

    def _changed(self, *_: object) -> None:
        if self._showing:
            return
        self._showing = True
        for combo, spins in (
            (self.paper, (self.page_width, self.page_height)),
            (self.sheet, (self.sheet_width, self.sheet_height)),
        ):
            if self.sender() is combo and combo.value() != offer.OWN:
                for spin, number in zip(spins, combo.value().split("x"), strict=True):
                    spin.setValue(float(number))
        for combo, line in ((self.naming, self.pattern), (self.captions, self.caption)):
            if self.sender() is combo and combo.value() != offer.OWN:
                line.setText(combo.value())
        self._showing = False
        self._fit()
        self.changed.emit()

    def _take_colour(self, combo: Combo, colour: str) -> None:
        usual = offer.COLOURS if combo is self.background else offer.OUTLINES
        self._showing = True
        self._offer(combo, usual, colour)
        self._showing = False
        self._changed()

    def _offer(self, combo: Combo, usual: tuple[Any, ...], colour: str | None) -> None:
        others = [] if colour in dict(usual) else [(colour, "Your own colour")]
        combo.set_options([*usual, *others])
        for place, (each, _) in enumerate([*usual, *others]):
            if each is not None:
                spot = QPixmap(14, 14)
                spot.fill(QColor(*ImageColor.getrgb(each)[:3]))
                combo.setItemIcon(place, QIcon(spot))
        combo.set_value(colour)


FIELDS_HELP = "\n".join(f"{{{name}}}: {words}" for name, words in FIELDS.items())
FIELDS_SHORT = "Parts that are filled in: " + " ".join(f"{{{name}}}" for name in FIELDS)


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
