"""What artworks become together: a document, a contact sheet, packs of stickers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from PIL import Image

from studio.export import colours, contact, pages, patterns, printing, stickers, words
from studio.export.encode import Coding, encoded
from studio.export.pixels import open_picture
from studio.export.plan import SUFFIXES, ExportPlan
from studio.export.putting import Folder
from studio.export.run import Run
from studio.export.singles import note_of_dots
from studio.library import Artwork


def _document(run: Run) -> None:
    def made() -> Iterator[pages.Page]:
        for _, artwork in run.each():
            page = run.attempt(artwork, partial(_page, run, artwork))
            if page is not None:
                yield page

    data = pages.document(made(), run.said_of_all)
    if len(run.left_out) < len(run.artworks):
        run.put(run.name_of_all("Pictures"), ".pdf", data)


def _page(run: Run, artwork: Artwork) -> pages.Page:
    picture = open_picture(artwork)
    note_of_dots(run, artwork, picture)
    said = run.said(artwork)
    alt = said.words.alt or said.title
    return printing.page_of(picture.image, picture.profile, run.plan_of(artwork), alt)


def _sheet(run: Run) -> None:
    sheet = run.plan.sheet
    made = contact.pages(_pictures(run), sheet, len(run.artworks))
    name = run.name_of_all(sheet.heading or "Contact sheet")
    if sheet.pages == "pdf":
        quality = None if run.plan.lossless else run.plan.quality
        whole = (
            pages.Page(page, colours.srgb(), sheet.width, sheet.height, quality=quality)
            for page in made
        )
        data = pages.document(whole, run.said_of_all)
        if len(run.left_out) < len(run.artworks):
            run.put(name, ".pdf", data)
        return
    coding = Coding(run.plan.quality, dpi=sheet.dpi)
    folder = Folder(run.folder.path, run.check)
    try:
        for number, page in enumerate(made, 1):
            data = encoded(page, sheet.pages, run.said_of_all(), colours.srgb(), coding)
            several = len(run.artworks) > sheet.columns * sheet.rows
            folder.put(f"{name} {number:02}" if several else name, SUFFIXES[sheet.pages], data)
    except BaseException:
        folder.take_back()
        raise
    run.files += folder.files


def _pictures(run: Run) -> Iterator[tuple[Image.Image, str]]:
    """Small pictures with their captions, in sRGB; where one cannot be opened its place is bare."""
    longest = max(contact.Layout.of(run.plan.sheet).cell)
    for number, artwork in run.each():
        found = run.attempt(artwork, partial(open_picture, artwork))
        if found is None:
            continue
        image, _ = colours.converted(found.image, found.profile, "srgb")
        image.thumbnail((2 * longest, 2 * longest), Image.Resampling.LANCZOS)
        title = run.said(artwork).words.title
        yield image, caption_of(run.plan, artwork, number, len(run.artworks), title)


def caption_of(plan: ExportPlan, artwork: Artwork, number: int, of: int, title: str = "") -> str:
    """What stands below a picture of a contact sheet. title: in place of the artwork's own."""
    return patterns.fill(plan.sheet.caption, artwork, number=number, of=of, title=title)


def _packs(run: Run) -> None:
    several = stickers.packs(len(run.artworks))
    name = run.plan.stickers.pack or run.name_of_all("Stickers")
    each = run.each()
    for number, (first, end) in enumerate(several, 1):
        folder = run.folder.inner(f"{name} {number}" if len(several) > 1 else name)
        try:
            listed = _pack(run, folder, islice(each, end - first))
        except BaseException:
            folder.take_back()
            raise
        if not listed:
            folder.take_back()
        elif listed < 3:
            run.notes.append("WhatsApp takes packs of three stickers and more.")
        run.files += folder.files


def _pack(run: Run, folder: Folder, works: Iterator[tuple[int, Artwork]]) -> int:
    plan = run.plan
    listed: list[tuple[str, str]] = []
    for _, artwork in works:

        def make(artwork: Artwork = artwork) -> tuple[Image.Image, bytes, words.Said]:
            said = run.said(artwork)
            image = stickers.sticker(
                open_picture(artwork), plan.stickers.outline, plan.stickers.colour
            )
            return image, stickers.as_webp(image, said), said

        made = run.attempt(artwork, make)
        if made is None:
            continue
        image, data, said = made
        path = folder.put(f"{len(listed) + 1:02}", ".webp", data)
        if not listed:
            small = encoded(stickers.tray(image), "png", said.bare, None, Coding())
            folder.put("tray", ".png", small)
        listed.append((path.name, said.words.alt or said.title))
    if listed:
        author = plan.words.author
        data = stickers.contents(folder.path.name, author, listed, "tray.png")
        folder.put("contents", ".json", data)
    return len(listed)


TOGETHER: dict[str, Callable[[Run], None]] = {
    "pdf": _document,
    "contact-sheet": _sheet,
    "stickers": _packs,
}
