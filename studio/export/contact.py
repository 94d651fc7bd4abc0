"""Contact sheets: pages with many pictures and a line below each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PIL import Image, ImageDraw

from studio.export.lettering import write
from studio.export.pixels import is_transparent
from studio.export.plan import MM_PER_INCH, Sheet

_MARGIN, _GAP, _CAPTION, _HEADING = 10.0, 4.0, 2.8, 5.0  # mm
_INK, _QUIET = "#1d1d1f", "#6e6e73"
_CHECKS = ("#ffffff", "#f1f1f3")


@dataclass(frozen=True)
class Layout:
    """Where things are on a page, in pixels. cell: room for one picture, without its caption."""

    page: tuple[int, int]
    cell: tuple[int, int]
    caption: int
    heading: int
    margin: int
    gap: int

    @classmethod
    def of(cls, sheet: Sheet) -> Layout:
        """The layout of a sheet's pages."""

        def pixels(millimetres: float) -> int:
            return round(millimetres / MM_PER_INCH * sheet.dpi)

        page = pixels(sheet.width), pixels(sheet.height)
        margin, gap = pixels(_MARGIN), pixels(_GAP)
        caption = pixels(_CAPTION) if sheet.caption else 0
        heading = pixels(_HEADING) if sheet.heading else 0
        below = round(caption * 1.6)
        wide = page[0] - 2 * margin - (sheet.columns - 1) * gap
        high = page[1] - 2 * margin - (sheet.rows - 1) * gap - 2 * heading - 2 * pixels(_CAPTION)
        cell = max(8, wide // sheet.columns), max(8, high // sheet.rows - below)
        return cls(page, cell, caption, heading, margin, gap)

    def place(self, column: int, row: int) -> tuple[int, int]:
        """The top left corner of a cell."""
        step = self.cell[1] + round(self.caption * 1.6) + self.gap
        left = self.margin + column * (self.cell[0] + self.gap)
        return left, self.margin + 2 * self.heading + row * step


def pages(
    pictures: Iterable[tuple[Image.Image, str]], sheet: Sheet, count: int
) -> Iterator[Image.Image]:
    """The pages, RGB, one by one. pictures: each with its caption, in sRGB; how many: `count`."""
    layout = Layout.of(sheet)
    on_page = sheet.columns * sheet.rows
    of = max(1, -(-count // on_page))
    page = None
    number = 0
    for number, (image, caption) in enumerate(pictures):
        if number % on_page == 0:
            if page is not None:
                yield page
            page = _page(sheet, layout, number // on_page + 1, of)
        assert page is not None
        row, column = divmod(number % on_page, sheet.columns)
        _put(page, layout, layout.place(column, row), image, caption)
    if page is not None:
        yield page


def _page(sheet: Sheet, layout: Layout, number: int, of: int) -> Image.Image:
    page = Image.new("RGB", layout.page, "#ffffff")
    draw = ImageDraw.Draw(page)
    wide = layout.page[0] - 2 * layout.margin
    if sheet.heading:
        top = layout.margin, layout.margin - layout.heading * 0.2
        write(draw, sheet.heading, top, size=layout.heading, fill=_INK, width=wide)
    if of > 1:
        size = max(8, round(_CAPTION / MM_PER_INCH * sheet.dpi))
        place = layout.page[0] / 2, layout.page[1] - layout.margin - size
        write(draw, f"{number} / {of}", place, size=size, fill=_QUIET, width=wide, middle=True)
    return page


def _put(
    page: Image.Image,
    layout: Layout,
    place: tuple[int, int],
    image: Image.Image,
    caption: str,
) -> None:
    scale = min(layout.cell[0] / image.width, layout.cell[1] / image.height)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    small = image.convert("RGBA").resize(size, Image.Resampling.LANCZOS)
    left = place[0] + (layout.cell[0] - size[0]) // 2
    top = place[1] + (layout.cell[1] - size[1]) // 2
    ground = _checkered(size, max(4, layout.cell[0] // 24)) if is_transparent(small) else None
    if ground is not None:
        page.paste(Image.alpha_composite(ground, small).convert("RGB"), (left, top))
    else:
        page.paste(small.convert("RGB"), (left, top))
    if layout.caption and caption:
        middle = place[0] + layout.cell[0] / 2, top + size[1] + layout.caption * 0.25
        write(
            ImageDraw.Draw(page),
            caption,
            middle,
            size=layout.caption,
            fill=_INK,
            width=layout.cell[0],
            middle=True,
        )


def _checkered(size: tuple[int, int], side: int) -> Image.Image:
    """A quiet pattern that says: here it is transparent."""
    columns, rows = -(-size[0] // side), -(-size[1] // side)
    small = Image.new("P", (columns, rows))
    small.putpalette([value for colour in _CHECKS for value in bytes.fromhex(colour[1:])])
    small.putdata([(x + y) % 2 for y in range(rows) for x in range(columns)])
    large = small.convert("RGBA").resize((columns * side, rows * side), Image.Resampling.NEAREST)
    return large.crop((0, 0, *size))
