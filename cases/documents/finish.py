"""The last touches on a printed file: XMP that strict readers accept, stable identifiers.

WeasyPrint writes PDF/A marks as attributes of one rdf:Description; that is legal, but strict
parsers want elements with their namespaces declared on each description.
"""

from __future__ import annotations

import io

import pikepdf
from lxml import etree

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_PREFIXES = {
    "http://www.aiim.org/pdfa/ns/id/": "pdfaid",
    "http://www.aiim.org/pdfua/ns/id/": "pdfuaid",
    "http://ns.adobe.com/pdf/1.3/": "pdf",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://purl.org/dc/elements/1.1/": "dc",
}
_BEGIN = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_END = b'\n<?xpacket end="w"?>'


def element_form(xmp: bytes) -> bytes:
    """An XMP packet with every property as an element under a description of its namespace."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(xmp, parser)
    old = next(root.iter(f"{{{_RDF}}}RDF"))
    new = etree.Element(f"{{{_RDF}}}RDF", nsmap={"rdf": _RDF})
    described: dict[str, etree._Element] = {}

    def under(name: str) -> etree._Element:
        space = etree.QName(name).namespace or ""
        if space not in described:
            mark = _PREFIXES.get(space, f"ns{len(described)}")
            described[space] = etree.SubElement(new, f"{{{_RDF}}}Description", nsmap={mark: space})
            described[space].set(f"{{{_RDF}}}about", "")
        return described[space]

    for description in old:
        for name, value in description.attrib.items():
            if etree.QName(name).namespace != _RDF:
                etree.SubElement(under(str(name)), str(name)).text = str(value)
        for child in list(description):
            under(child.tag).append(child)
    root.replace(old, new)
    return _BEGIN + etree.tostring(root, encoding="utf-8") + _END


def put_metadata(pdf: pikepdf.Pdf, xmp: bytes) -> None:
    """Replace the catalogue's metadata stream."""
    stream = pikepdf.Stream(pdf, xmp)
    stream.Type = pikepdf.Name.Metadata
    stream.Subtype = pikepdf.Name.XML
    pdf.Root.Metadata = stream


def saved(pdf: pikepdf.Pdf) -> bytes:
    """The file's bytes; equal content gives equal bytes."""
    out = io.BytesIO()
    pdf.save(
        out,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        deterministic_id=True,
        min_version="1.7",
        fix_metadata_version=False,
    )
    return out.getvalue()


def finish(data: bytes) -> tuple[bytes, int]:
    """Printed bytes in their final form, and the number of pages."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        put_metadata(pdf, element_form(pdf.Root.Metadata.read_bytes()))
        return saved(pdf), len(pdf.pages)
