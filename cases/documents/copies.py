"""One printed form many times over, for papers whose copies must not differ."""

from __future__ import annotations

import io

from pypdf import PdfReader, PdfWriter


def copies(pdf: bytes, number: int) -> bytes:
    """The pages of a PDF repeated ``number`` times, byte for byte alike."""
    reader, writer = PdfReader(io.BytesIO(pdf)), PdfWriter()
    for _ in range(number):
        for page in reader.pages:
            writer.add_page(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
