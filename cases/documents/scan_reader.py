"""The scan reader: a process of its own that takes a scanned stack apart, page by page.

``python -m cases.documents.scan_reader`` reads one job on standard input (``path``, ``kind``,
``first``, or ``draw``) and answers one message for each page: the texts of its QR pictures, a small
picture of it and the page as a file of its own. What people upload is opened here and nowhere else:
no environment, limits on CPU and memory, no network.
"""

from __future__ import annotations

import base64
import io
import resource
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import pypdfium2
import zxingcpp
from PIL import Image, ImageOps

from cases.documents.codes import MARK
from cases.documents.wire import read_message, write_message

RESOLUTIONS = (200, 300, 400)
"""Dots per inch, tried one after the other until a page code is read."""
MOST_PAGES = 2_000
_MOST_PIXELS = 40_000_000
_THUMB = (360, 510)
_POINTS = 72

Page = tuple[Callable[[int], Image.Image], Callable[[], bytes]]
"""How a page is drawn at a resolution, and how it is saved as a file of its own."""


def _limit(megabytes: int) -> None:
    memory = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_cpu(seconds: int) -> None:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(spent.ru_utime + spent.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def texts_of(picture: Image.Image) -> list[str]:
    """The texts of all QR pictures on a page, at any angle."""
    width, height = picture.size
    view = memoryview(picture.convert("L").tobytes()).cast("B", (height, width))
    found = zxingcpp.read_barcodes(
        view, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    return [one.text for one in found if one.text]


def _of_pdf(path: str) -> tuple[int, Callable[[int], Page]]:
    document = pypdfium2.PdfDocument(path)

    def page(number: int) -> Page:
        one = document[number - 1]

        def draw(dpi: int) -> Image.Image:
            wide, high = one.get_size()
            scale = dpi / _POINTS
            area = wide * high * scale * scale
            if area > _MOST_PIXELS:
                scale *= (_MOST_PIXELS / area) ** 0.5
            picture: Image.Image = one.render(scale=scale, grayscale=True).to_pil()
            return picture

        def save() -> bytes:
            alone = pypdfium2.PdfDocument.new()
            alone.import_pages(document, [number - 1])
            out = io.BytesIO()
            alone.save(out)
            alone.close()
            return out.getvalue()

        return draw, save

    return len(document), page


def _of_picture(path: str) -> tuple[int, Callable[[int], Page]]:
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS * 2
    with Image.open(path, formats=("JPEG", "PNG")) as opened:
        turned = ImageOps.exif_transpose(opened).convert("RGB")

    def draw(dpi: int) -> Image.Image:
        return turned

    def save() -> bytes:
        out = io.BytesIO()
        turned.save(out, format="PDF", resolution=200.0, quality=85)
        return out.getvalue()

    return 1, lambda number: (draw, save)


def _read(draw: Callable[[int], Image.Image]) -> tuple[list[str], Image.Image]:
    picture = draw(RESOLUTIONS[0])
    texts = texts_of(picture)
    for dpi in RESOLUTIONS[1:]:
        if any(MARK.fullmatch(text) for text in texts):
            break
        texts = texts_of(draw(dpi))
    return texts, picture


def _thumb(picture: Image.Image) -> bytes:
    small = picture.copy()
    small.thumbnail(_THUMB)
    out = io.BytesIO()
    small.convert("L").save(out, format="JPEG", quality=70)
    return out.getvalue()


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.convert("L").save(out, format="JPEG", quality=65)
    return out.getvalue()


def pages(job: dict[str, Any], seconds: int) -> Iterator[dict[str, Any]]:
    """How many pages there are, then one message for each from ``first`` on.

    With ``draw`` (dots per inch) only the first page, as one grey JPEG, to be bound into a volume.
    A page that can't be drawn is told as ``broken``, with its file where it can be saved.
    """
    opener = _of_pdf if job["kind"] == "application/pdf" else _of_picture
    total, page = opener(job["path"])
    if job.get("draw"):
        draw, _ = page(1)
        yield {"picture": base64.b64encode(_jpeg(draw(job["draw"]))).decode()}
        return
    if total > MOST_PAGES:
        yield {"error": "long", "total": total}
        return
    yield {"total": total}
    for number in range(job["first"], total + 1):
        _allow_cpu(seconds)
        yield {"number": number, "total": total, **_told(page, number)}


def _told(page: Callable[[int], Page], number: int) -> dict[str, Any]:
    texts: list[str] = []
    thumb = pdf = b""
    try:
        draw, save = page(number)
        pdf = save()
        texts, picture = _read(draw)
        thumb = _thumb(picture)
    except Exception:  # one page must not stop the others; the parent says which it was
        texts = []
    return {
        "texts": texts,
        "thumb": base64.b64encode(thumb).decode(),
        "pdf": base64.b64encode(pdf).decode(),
    }


def work(source: BinaryIO, sink: BinaryIO, megabytes: int, seconds: int) -> None:
    """Answer one job; the last message says how it ended."""
    job = read_message(source)
    if job is None:
        return
    _limit(megabytes)
    _allow_cpu(seconds)
    try:
        for message in pages(job, seconds):
            write_message(sink, message)
        write_message(sink, {"end": True})
    except Exception as error:  # the parent turns it into a sentence about this one file
        locked = "password" in str(error).lower()
        kind = "locked" if locked else "broken"
        write_message(sink, {"error": kind, "why": str(error)[:200]})


if __name__ == "__main__":
    work(sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[1]), int(sys.argv[2]))
