"""XMP packets: the words about a picture that other programs and agencies read.

The machine-made mark is IPTC's digital source type (Iptc4xmpExt:DigitalSourceType), as asked for
by https://iptc.org/std/photometadata/specification/ and read by search engines and stores.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from datetime import datetime
from html import escape

from studio.library.credits import NOTHING_SAID, Credits

MACHINE_MADE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
EASEL_NAMESPACE = "urn:easel:xmp:1"
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OF_CREDITS = """
 xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"
 xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/\""""
_TEMPLATE = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="{tool}">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""{more}
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmlns:easel="{namespace}">
{body}
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def write(
    *,
    tool: str,
    machine_made: bool = True,
    title: str = "",
    licence: str = "",
    created: datetime | None = None,
    own: dict[str, str] | None = None,
    credit: Credits = NOTHING_SAID,
) -> str:
    """An XMP packet. `own` holds values of ours by name, of letters only; empty ones are left out.

    credit: what the artist says of a copy; its title and copyright come before the others.

    Characters that XML cannot hold are dropped, except in `own`, whose values are JSON or hold
    none: there they are written as JSON escapes.
    """
    lines = []
    if machine_made:
        lines.append(_element("Iptc4xmpExt:DigitalSourceType", MACHINE_MADE))
    lines.append(_element("xmp:CreatorTool", tool))
    if created is not None:
        lines.append(_element("xmp:CreateDate", created.isoformat(timespec="seconds")))
    for name, text in (
        ("dc:title", credit.title or title),
        ("dc:rights", credit.copyright or licence),
        ("xmpRights:UsageTerms", credit.terms),
        ("Iptc4xmpCore:AltTextAccessibility", credit.alt),
    ):
        if text:
            item = f'<rdf:li xml:lang="x-default">{_safe(text)}</rdf:li>'
            lines.append(f"<{name}><rdf:Alt>{item}</rdf:Alt></{name}>")
    if credit.author:
        item = f"<rdf:li>{_safe(credit.author)}</rdf:li>"
        lines.append(f"<dc:creator><rdf:Seq>{item}</rdf:Seq></dc:creator>")
    if credit.tags:
        items = "".join(f"<rdf:li>{_safe(tag)}</rdf:li>" for tag in credit.tags)
        lines.append(f"<dc:subject><rdf:Bag>{items}</rdf:Bag></dc:subject>")
    for name, text in (own or {}).items():
        if text:
            text = NOT_IN_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
            lines.append(_element(f"easel:{name}", text))
    return _TEMPLATE.format(
        tool=_safe(tool, quote=True),
        namespace=EASEL_NAMESPACE,
        body="\n".join(lines),
        more=_OF_CREDITS if credit != NOTHING_SAID else "",
    )


def read_own(packet: str) -> dict[str, str]:
    """Values of ours in an XMP packet; none where it is damaged or somebody else's."""
    # Document types are how small XML grows huge; a packet has none.
    if "<!" in packet:
        return {}
    body = re.sub(r"<\?xpacket.*?\?>", "", packet, flags=re.DOTALL).strip().strip("\0")
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError, RecursionError):
        return {}
    mark = f"{{{EASEL_NAMESPACE}}}"
    return {
        element.tag.removeprefix(mark): element.text or ""
        for element in root.iter()
        if element.tag.startswith(mark)
    }


def _element(name: str, text: str) -> str:
    return f"<{name}>{_safe(text)}</{name}>"


def _safe(text: str, *, quote: bool = False) -> str:
    # Not by xml.sax.saxutils, which loads the whole of urllib and http.
    return escape(NOT_IN_XML.sub("", text), quote=quote)
