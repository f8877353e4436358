"""PDFs of a counted year: the printed papers and the dossier bound of them say what their contexts
say, which the attack on exits reads, and no number more."""

from __future__ import annotations

import io
import re
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from lxml import html

from cases.documents.compose import Sheet
from cases.documents.dossier import Part, bind
from cases.documents.papers.orders import Order
from cases.documents.press import Press, print_paper
from tests.cases.documents.samples import volume

NUMBER = re.compile(r"\d+(?:\.\d+)?")
CODE = re.compile(r"[0-9A-Z]{4}(?:[ -]+[0-9A-Z]{4})+")


@dataclass(frozen=True)
class Printed:
    """One paper: what was ordered, its page as HTML, its PDF."""

    order: Order
    sheet: Sheet
    pdf: bytes


def volume_with(orders: Sequence[Order]) -> tuple[list[Printed], bytes]:
    """The papers printed, and a dossier of them."""
    made = []
    with Press() as press:
        for order in orders:
            sheet, printed = print_paper(press, order.kind, order.paper)
            made.append(Printed(order, sheet, printed.pdf))
        parts = [
            Part(one.order.kind, one.order.title, one.pdf, one.sheet.on, one.order.paper.organ)
            for one in made
        ]
        return made, bind(press, volume(), parts).pdf


def numbers_beside(one: Printed, folder: Path) -> Counter[str]:
    """Numbers that the PDF says oftener than its page does."""
    path = folder / "paper.pdf"
    path.write_bytes(one.pdf)
    done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True, text=True)
    page = html.fromstring(one.sheet.html)
    return _numbers(done.stdout) - _numbers(" ".join(page.xpath("//body//text()")))


def _numbers(text: str) -> Counter[str]:
    return Counter(NUMBER.findall(CODE.sub("", text)))


def attached(data: bytes) -> list[bytes]:
    """The files inside a PDF, by name."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [spec.get_file().read_bytes() for _, spec in sorted(pdf.attachments.items())]


def drawn(data: bytes) -> list[list[bytes]]:
    """What each page draws, word by word."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            page.contents_coalesce()
        return [page.Contents.read_bytes().split() for page in pdf.pages]


def bound_page(page: list[bytes], number: int) -> list[bytes]:
    """A paper's page in a volume: as it was, and the number of the page beside it."""
    beside = f"Q /Artifact <</Type /Pagination>> BDC q /PageNo{number} Do Q EMC"
    return [b"q", *page, *beside.encode().split()]
