"""XMP packets: the words about a picture that other programs and agencies read.

The machine-made mark is IPTC's digital source type (Iptc4xmpExt:DigitalSourceType), as asked for
by https://iptc.org/std/photometadata/specification/ and read by search engines and stores.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from datetime import datetime
from html import escape

MACHINE_MADE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
EASEL_NAMESPACE = "urn:easel:xmp:1"
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEMPLATE = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="{tool}">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
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
) -> str:
    """An XMP packet. `own` holds values of ours by name, of letters only; empty ones are left out.

    Characters that XML cannot hold are dropped, except in `own`, whose values are JSON or hold
    none: there they are written as JSON escapes.
    """
    lines = []
    if machine_made:
        lines.append(_element("Iptc4xmpExt:DigitalSourceType", MACHINE_MADE))
    lines.append(_element("xmp:CreatorTool", tool))
    if created is not None:
        lines.append(_element("xmp:CreateDate", created.isoformat(timespec="seconds")))
    for name, text in (("dc:title", title), ("dc:rights", licence)):
        if text:
            item = f'<rdf:li xml:lang="x-default">{_safe(text)}</rdf:li>'
            lines.append(f"<{name}><rdf:Alt>{item}</rdf:Alt></{name}>")
    for name, text in (own or {}).items():
        if text:
            text = NOT_IN_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
            lines.append(_element(f"easel:{name}", text))
    return _TEMPLATE.format(
        tool=_safe(tool, quote=True), namespace=EASEL_NAMESPACE, body="\n".join(lines)
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
