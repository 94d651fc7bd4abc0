"""PDF documents for print: one picture a page, at its real size, with bleed and marks.

Written with pypdf (BSD-3-Clause, pure Python). PDF 1.7, ISO 32000-1; the boxes of a page are in
14.11.2, pictures in 8.9.5, alternate text in 14.9.3. The documents make no claim to PDF/X.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PIL import Image, ImageDraw
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from studio.export import colours, words
from studio.export.pixels import flattened, is_transparent, rgb
from studio.export.plan import MM_PER_INCH
from studio.library.metadata import SOFTWARE

Point = tuple[float, float]
_POINTS = 72 / MM_PER_INCH  # in a millimetre
_MARK_AWAY, _MARK_LENGTH, _MARK_WIDTH = 1.0, 5.0, 0.09  # mm


@dataclass(frozen=True)
class Page:
    """image: RGB, RGBA, L or LA. profile: ICC of its colours, of RGB.

    width, height: in mm after cutting. bleed: mm. box: where the picture lies, in mm from the
    lower left corner of the cut page: left, bottom, width, height; None is page with bleed.
    background: a colour under the picture, over page and bleed. marks: where to cut.
    alt: what is to be seen. quality: 1..100; None is without loss.
    """

    image: Image.Image
    profile: bytes
    width: float
    height: float
    bleed: float = 0.0
    box: tuple[float, float, float, float] | None = None
    background: str | None = None
    marks: bool = False
    alt: str = ""
    quality: int | None = 90


def document(pages: Iterable[Page], said: Callable[[], words.Said]) -> bytes:
    """The document with these pages; its words are in XMP and in the older properties.

    said: asked for the words once all pages have been taken.
    """
    writer = PdfWriter()
    writer.pdf_header = "%PDF-1.7"
    profiles: dict[bytes, IndirectObject] = {}
    figures = ArrayObject()
    parents = ArrayObject()
    root = DictionaryObject()
    structure = writer._add_object(root)
    for number, page in enumerate(pages):
        made = _add(writer, page, profiles, number)
        figure = DictionaryObject(
            {
                _name("Type"): _name("StructElem"),
                _name("S"): _name("Figure"),
                _name("P"): structure,
                _name("Pg"): made,
                _name("K"): NumberObject(0),
            }
        )
        if page.alt:
            figure[_name("Alt")] = TextStringObject(page.alt)
        element = writer._add_object(figure)
        figures.append(element)
        parents.extend([NumberObject(number), ArrayObject([element])])
    tree = DictionaryObject({_name("Nums"): parents})
    root.update(
        {
            _name("Type"): _name("StructTreeRoot"),
            _name("K"): figures,
            _name("ParentTree"): writer._add_object(tree),
            _name("ParentTreeNextKey"): NumberObject(len(figures)),
        }
    )
    _describe(writer, structure, said())
    buffer = io.BytesIO()
    writer.write(buffer)
    writer.close()
    return buffer.getvalue()


def _add(
    writer: PdfWriter, page: Page, profiles: dict[bytes, IndirectObject], number: int
) -> IndirectObject:
    margin, whole = _paper(page)
    made = writer.add_blank_page(whole[0] * _POINTS, whole[1] * _POINTS)
    for box, inset in (("TrimBox", margin), ("BleedBox", margin - page.bleed)):
        corners = (inset, inset, whole[0] - inset, whole[1] - inset)
        made[_name(box)] = ArrayObject(_number(value) for value in corners)
    resources = DictionaryObject(
        {_name("XObject"): DictionaryObject({_name("Im0"): _picture(writer, page, profiles)})}
    )
    made[_name("Resources")] = resources
    made[_name("StructParents")] = NumberObject(number)
    stream = DecodedStreamObject()
    stream.set_data(_drawing(page, margin, whole).encode("ascii"))
    made[_name("Contents")] = writer._add_object(stream.flate_encode())
    assert made.indirect_reference is not None
    return made.indirect_reference


def _drawing(page: Page, margin: float, whole: tuple[float, float]) -> str:
    left, bottom, width, height = _place(page)
    parts = []
    if page.background is not None:
        red, green, blue = (value / 255 for value in rgb(page.background))
        inset = margin - page.bleed
        area = _numbers(inset, inset, whole[0] - 2 * inset, whole[1] - 2 * inset)
        parts.append(f"/Artifact BMC q {red:.4f} {green:.4f} {blue:.4f} rg {area} re f Q EMC")
    place = _numbers(left + margin, bottom + margin)
    parts.append(
        f"/Figure <</MCID 0>> BDC q {_numbers(width)} 0 0 {_numbers(height)} {place} cm "
        "/Im0 Do Q EMC"
    )
    if page.marks:
        parts.append(_marks(page, margin, whole))
    return "\n".join(parts)


def _marks(page: Page, margin: float, whole: tuple[float, float]) -> str:
    lines = [
        f"{_numbers(*begin)} m {_numbers(*end)} l S" for begin, end in _lines(page, margin, whole)
    ]
    return f"/Artifact BMC q {_numbers(_MARK_WIDTH)} w 0 G {' '.join(lines)} Q EMC"


def _paper(page: Page) -> tuple[float, Point]:
    """How far the cut page is from the edge of the paper, and the size of that, in mm."""
    margin = page.bleed + (_MARK_AWAY + _MARK_LENGTH if page.marks else 0.0)
    return margin, (page.width + 2 * margin, page.height + 2 * margin)


def _place(page: Page) -> tuple[float, float, float, float]:
    """Where the picture lies, in mm, as `Page.box`."""
    bleed = page.bleed
    return page.box or (-bleed, -bleed, page.width + 2 * bleed, page.height + 2 * bleed)


def _lines(page: Page, margin: float, whole: Point) -> list[tuple[Point, Point]]:
    """Two lines at each corner, outside of the bleed, in mm."""
    lines = []
    end = margin - page.bleed - _MARK_AWAY
    for x in (margin, whole[0] - margin):
        for low, high in ((0.0, end), (whole[1] - end, whole[1])):
            lines.append(((x, low), (x, high)))
    for y in (margin, whole[1] - margin):
        for low, high in ((0.0, end), (whole[0] - end, whole[0])):
            lines.append(((low, y), (high, y)))
    return lines


def drawn(page: Page, side: int) -> tuple[Image.Image, tuple[float, float, float, float]]:
    """The page as it looks on paper, RGB in sRGB, `side` pixels or fewer a side.

    Returned with where it is cut, as parts of it: left, top, right, bottom.
    """
    margin, whole = _paper(page)
    scale = side / max(whole)  # pixels in a millimetre
    size = max(1, round(whole[0] * scale)), max(1, round(whole[1] * scale))
    paper = Image.new("RGB", size, "#ffffff")
    draw = ImageDraw.Draw(paper)
    if page.background is not None:
        inset = (margin - page.bleed) * scale
        corners = (inset, inset, size[0] - inset - 1, size[1] - inset - 1)
        draw.rectangle(corners, fill=rgb(page.background))
    left, bottom, width, height = _place(page)
    begin = round((left + margin) * scale), round((whole[1] - margin - bottom - height) * scale)
    room = max(1, round(width * scale)), max(1, round(height * scale))
    image, _ = colours.converted(page.image, page.profile, "srgb")
    small = image.convert("RGBA").resize(room, Image.Resampling.LANCZOS)
    paper.paste(small, begin, small)
    if page.marks:
        for (x, y), (to_x, to_y) in _lines(page, margin, whole):
            line = (x * scale, size[1] - y * scale, to_x * scale, size[1] - to_y * scale)
            draw.line(line, fill="#000000", width=1)
    across, down = margin / whole[0], margin / whole[1]
    return paper, (across, down, 1 - across, 1 - down)


def _picture(
    writer: PdfWriter, page: Page, profiles: dict[bytes, IndirectObject]
) -> IndirectObject:
    image = page.image
    stream = StreamObject()
    stream.update(
        {
            _name("Type"): _name("XObject"),
            _name("Subtype"): _name("Image"),
            _name("Width"): NumberObject(image.width),
            _name("Height"): NumberObject(image.height),
            _name("BitsPerComponent"): NumberObject(8),
            _name("ColorSpace"): ArrayObject(
                [_name("ICCBased"), _profile(writer, page.profile, profiles)]
            ),
        }
    )
    if is_transparent(image):
        stream[_name("SMask")] = _mask(writer, image.getchannel("A"))
        base = image.convert("RGBA").convert("RGB")
    else:
        base = flattened(image, "#ffffff").convert("RGB")
    base.info = {}
    if page.quality is None:
        stream[_name("Filter")] = _name("FlateDecode")
        stream._data = zlib.compress(base.tobytes(), 6)
    else:
        buffer = io.BytesIO()
        fine = 0 if page.quality >= 85 else 2
        base.save(buffer, "JPEG", quality=page.quality, subsampling=fine, optimize=True)
        stream[_name("Filter")] = _name("DCTDecode")
        stream._data = buffer.getvalue()
    return writer._add_object(stream)


def _mask(writer: PdfWriter, alpha: Image.Image) -> IndirectObject:
    stream = StreamObject()
    stream.update(
        {
            _name("Type"): _name("XObject"),
            _name("Subtype"): _name("Image"),
            _name("Width"): NumberObject(alpha.width),
            _name("Height"): NumberObject(alpha.height),
            _name("BitsPerComponent"): NumberObject(8),
            _name("ColorSpace"): _name("DeviceGray"),
            _name("Filter"): _name("FlateDecode"),
        }
    )
    stream._data = zlib.compress(alpha.tobytes(), 6)
    return writer._add_object(stream)


def _profile(
    writer: PdfWriter, data: bytes, profiles: dict[bytes, IndirectObject]
) -> IndirectObject:
    if data not in profiles:
        stream = StreamObject()
        stream[_name("N")] = NumberObject(3)
        stream[_name("Alternate")] = _name("DeviceRGB")
        stream[_name("Filter")] = _name("FlateDecode")
        stream._data = zlib.compress(data)
        profiles[data] = writer._add_object(stream)
    return profiles[data]


def _describe(writer: PdfWriter, structure: PdfObject, said: words.Said) -> None:
    packet = DecodedStreamObject()
    packet.set_data(words.packet(said, document=True).encode())
    packet[_name("Type")] = _name("Metadata")
    packet[_name("Subtype")] = _name("XML")
    root = writer.root_object
    root[_name("Metadata")] = writer._add_object(packet)
    root[_name("StructTreeRoot")] = structure
    root[_name("MarkInfo")] = DictionaryObject({_name("Marked"): BooleanObject(True)})
    if said.title:
        shown = DictionaryObject({_name("DisplayDocTitle"): BooleanObject(True)})
        root[_name("ViewerPreferences")] = shown
    writer.add_metadata(
        {
            key: text
            for key, text in (
                ("/Title", said.title),
                ("/Author", said.words.author),
                ("/Keywords", ", ".join(said.tags)),
                ("/Creator", SOFTWARE),
                ("/Producer", f"{SOFTWARE}, with pypdf"),
            )
            if text
        }
    )


def _name(text: str) -> NameObject:
    return NameObject(f"/{text}")


def _number(millimetres: float) -> FloatObject:
    return FloatObject(round(millimetres * _POINTS, 4))


def _numbers(*millimetres: float) -> str:
    return " ".join(f"{value * _POINTS:.4f}" for value in millimetres)
