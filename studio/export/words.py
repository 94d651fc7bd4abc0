"""The words inside exported files: XMP, IPTC and EXIF.

XMP carries everything, in every format. It is written here and not by a library: of those there
are, pyexiv2 is under the GPL, python-xmp-toolkit needs a C library that has no wheels, and Pillow
puts packets into files but does not make them. JPEG and TIFF get the older IPTC block as well,
which newspapers' and agencies' programs still read.

IPTC Photo Metadata Standard 2025.1, https://iptc.org/std/photometadata/specification/
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from studio.export import licences
from studio.export.plan import ExportPlan, Words
from studio.library import Artwork, containers
from studio.library.contents import XMP_KEYWORD, NotAPicture, StillPicture
from studio.library.credits import Credits, joined_tags
from studio.library.metadata import SOFTWARE, Facts, card
from studio.library.reading import read_picture
from studio.library.xmp import EASEL_NAMESPACE, MACHINE_MADE

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ADDRESS = re.compile(r"https?://\S+")
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "easel": EASEL_NAMESPACE,
}


@dataclass(frozen=True)
class Said:
    """What one exported file says.

    facts: of the artwork. words: the artist's. made: the licence line of the model.
    keep_recipe: whether recipe, id and the title that repeats the prompt go along. tags: to be
    found by.
    """

    facts: Facts
    words: Words
    made: str = ""
    keep_recipe: bool = True
    tags: tuple[str, ...] = ()

    @property
    def bare(self) -> Said:
        """The same without the recipe."""
        return replace(self, keep_recipe=False)

    @property
    def credit(self) -> Credits:
        """The same for films and sounds, whose files the library writes."""
        words = self.words
        return Credits(
            words.title, words.author, words.copyright, words.licence, words.alt, self.tags
        )

    @property
    def title(self) -> str:
        """The artist's title; the artwork's own where the recipe is kept."""
        return self.words.title or (self.facts.title if self.keep_recipe else "")

    @property
    def rights(self) -> str:
        """The copyright notice; where there is none, what the model's maker permits."""
        return self.words.copyright or self.facts.licence

    @property
    def terms(self) -> str:
        """What others may do: the artist's licence, else the model's line."""
        return self.words.licence or self.made


def said_of(artwork: Artwork, words: Words, plan: ExportPlan) -> Said:
    """What a file exported from this artwork says. words: the artist's, for this one.

    The title that the artist gave the artwork in the gallery comes before that of the recipe, and
    stays without the recipe, since the recipe did not write it. So do the tags.
    """
    own = Words(title=artwork.marks.title[:400])
    tags = joined_tags(artwork.marks.tags if plan.keep_tags else (), plan.tags)
    made = licences.line_for(artwork)
    return Said(facts_of(artwork), words.over(own), made, plan.keep_recipe, tags)


def facts_of(artwork: Artwork) -> Facts:
    """What an artwork's file says of itself. A file that cannot be read says what the index has."""
    try:
        facts = read_picture(artwork.path).facts
        machine_made, parameters = facts.machine_made, facts.parameters
    except StillPicture:
        machine_made, parameters = MACHINE_MADE in _packet_in(artwork.path), ""
    except (OSError, NotAPicture):
        machine_made, parameters = False, ""
    return Facts(
        id=artwork.id,
        kind=artwork.kind,
        title=artwork.title,
        created=artwork.created,
        recipe=artwork.recipe,
        model=artwork.model,
        licence=artwork.licence,
        parents=artwork.parents,
        parameters=parameters,
        machine_made=machine_made or bool(artwork.recipe),
    )


def _packet_in(path: Path) -> str:
    """The XMP packet of a picture in one of the formats that the library keeps no artworks in."""
    return containers.read(path).texts.get(XMP_KEYWORD, "")


def packet(said: Said, *, room: int | None = None, document: bool = False) -> str:
    """The XMP packet. room: bytes it may take; what does not fit is the recipe.

    document: whether it is of a PDF.
    """
    text = _packet(said, own=said.keep_recipe, document=document)
    if room is not None and len(text.encode()) > room:
        text = _packet(said, own=False, document=document)
    return text


def description(said: Said, *, own: bool, document: bool = False) -> str:
    """The part of the packet that describes, as RDF: fits into a drawing's metadata as well.

    document: whether it is of a PDF, which has a place of its own for the tags.
    """
    lines = [*_of_making(said), *_of_rights(said)]
    for name, text in (
        ("dc:title", said.title),
        ("Iptc4xmpCore:AltTextAccessibility", said.words.alt),
    ):
        lines.append(_in_words(name, text))
    if said.words.author:
        item = f"<rdf:li>{safe(said.words.author)}</rdf:li>"
        lines.append(f"<dc:creator><rdf:Seq>{item}</rdf:Seq></dc:creator>")
    if said.tags:
        items = "".join(f"<rdf:li>{safe(tag)}</rdf:li>" for tag in said.tags)
        lines.append(f"<dc:subject><rdf:Bag>{items}</rdf:Bag></dc:subject>")
        if document:
            lines.append(_element("pdf:Keywords", ", ".join(said.tags)))
    if own:
        for name, text in (("recipe", said.facts.recipe), ("artwork", card(said.facts))):
            # JSON's own escapes keep what XML cannot hold.
            text = _NOT_IN_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
            lines.append(_element(f"easel:{name}", text))
    spaces = "\n".join(f' xmlns:{name}="{address}"' for name, address in _NAMESPACES.items())
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    body = "\n".join(filter(None, lines))
    return (
        f'<rdf:RDF xmlns:rdf="{rdf}">\n<rdf:Description rdf:about=""\n{spaces}>\n{body}\n'
        "</rdf:Description>\n</rdf:RDF>"
    )


def _of_making(said: Said) -> list[str]:
    """The mark that a machine made it, by what, and when."""
    lines = []
    if said.facts.machine_made:
        lines.append(_element("Iptc4xmpExt:DigitalSourceType", MACHINE_MADE))
        lines.append(_element("Iptc4xmpExt:AISystemUsed", said.facts.model))
    lines.append(_element("xmp:CreatorTool", SOFTWARE))
    if said.keep_recipe:
        lines.append(_element("xmp:CreateDate", said.facts.created.isoformat(timespec="seconds")))
    lines.append(_element("photoshop:Instructions", said.made))
    return lines


def _of_rights(said: Said) -> list[str]:
    """Whose it is, and what others may do with it."""
    address = _ADDRESS.search(said.words.licence)
    return [
        _in_words("dc:rights", said.rights),
        _in_words("xmpRights:UsageTerms", said.terms),
        _element("xmpRights:WebStatement", address[0].rstrip(".,;)") if address else ""),
        _element("xmpRights:Marked", "True" if said.words.copyright else ""),
    ]


def _packet(said: Said, *, own: bool, document: bool) -> str:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="{safe(SOFTWARE)}">\n'
        f'{description(said, own=own, document=document)}\n</x:xmpmeta>\n<?xpacket end="w"?>'
    )


def safe(text: str) -> str:
    """Text for between XML's tags; what XML cannot hold is dropped."""
    return escape(_NOT_IN_XML.sub("", text))


def _in_words(name: str, text: str) -> str:
    """A text that may be said in several languages, in the only one there is."""
    if not text:
        return ""
    item = f'<rdf:li xml:lang="x-default">{safe(text)}</rdf:li>'
    return f"<{name}><rdf:Alt>{item}</rdf:Alt></{name}>"


def _element(name: str, text: str) -> str:
    return f"<{name}>{safe(text)}</{name}>" if text else ""
