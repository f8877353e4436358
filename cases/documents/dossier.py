"""Binding a 年度考核卷: cover, catalogue, papers, end note, one file with continuous page numbers.

Papers go in as they were issued; the volume adds only its own page number in the lowest line of
each page, drawn as an artifact. The data of every paper travels inside the file.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date

import pikepdf

from cases.documents.codes import verification_code
from cases.documents.compose import DATA_NAME, MARKED, Sheet, compose, environment
from cases.documents.context import CatalogueLine, Volume
from cases.documents.finish import put_metadata, saved
from cases.documents.kinds import WorkingPaper
from cases.documents.press import Press
from cases.documents.tagging import Joiner
from workflow.vocabulary import DocumentKind


@dataclass(frozen=True, slots=True)
class Part:
    """One issued paper to bind: its file, and what the catalogue says of it."""

    kind: str
    title: str
    pdf: bytes
    on: date
    maker: str
    doc_no: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bound:
    """A finished volume. ``lines`` is its catalogue; ``digest`` is SHA-256 of the bytes, in hex."""

    pdf: bytes
    pages: int
    code: str
    digest: str
    lines: tuple[CatalogueLine, ...]


def bind(press: Press, volume: Volume, parts: Sequence[Part]) -> Bound:
    """Print cover, catalogue and end note, and bind them with the parts.

    Equal input gives equal bytes. Raises ``Unprinted`` and :class:`cases.errors.Invalid` like any
    paper, ``ValueError`` for a volume without papers.
    """
    if not parts:
        raise ValueError("a volume holds at least one paper")
    counts = [_page_count(part.pdf) for part in parts]
    catalogue, lines, total = _catalogue(press, volume, parts, counts)
    cover = press.print(_own(WorkingPaper.COVER, volume, press, lines, total)).pdf
    end = press.print(_own(WorkingPaper.END_NOTE, volume, press, lines, total)).pdf
    files = [cover, catalogue, *(part.pdf for part in parts), end]
    code = verification_code(
        str(DocumentKind.DOSSIER), b"".join(hashlib.sha256(f).digest() for f in files)
    )
    names = ["封面", "卷内目录", *(part.title for part in parts), "卷内备考表"]
    data = _merge(press, volume, code, list(zip(names, files, strict=True)), parts)
    return Bound(data, total, code, hashlib.sha256(data).hexdigest(), lines)


def _page_count(data: bytes) -> int:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)


def _own(
    kind: WorkingPaper,
    volume: Volume,
    press: Press,
    lines: tuple[CatalogueLine, ...],
    total: int,
    marks: int = 0,
) -> Sheet:
    sheet = compose(kind, volume, font_dir=press.font_dir, lines=lines, pages=total, marks=marks)
    return replace(sheet, data=b"")


def _catalogue(
    press: Press, volume: Volume, parts: Sequence[Part], counts: list[int]
) -> tuple[bytes, tuple[CatalogueLine, ...], int]:
    """Its own length moves the page numbers it prints: printed until both agree."""
    length = 1
    while True:
        first, lines = 2 + length, []
        for no, (part, pages) in enumerate(zip(parts, counts, strict=True), 1):
            lines.append(
                CatalogueLine(
                    no=no,
                    doc_no=part.doc_no,
                    maker=part.maker,
                    title=part.title,
                    on=part.on,
                    first_page=first,
                    pages=pages,
                    note=part.note,
                )
            )
            first += pages
        sheet = _own(
            WorkingPaper.CATALOGUE, volume, press, tuple(lines), first, max(length, MARKED)
        )
        printed = press.print(sheet)
        if printed.pages <= length:
            return printed.pdf, tuple(lines), first
        length = printed.pages


def _merge(
    press: Press,
    volume: Volume,
    code: str,
    files: list[tuple[str, bytes]],
    parts: Sequence[Part],
) -> bytes:
    with pikepdf.new() as bound, ExitStack() as stack:
        opened = [stack.enter_context(pikepdf.open(io.BytesIO(data))) for _, data in files]
        joiner = Joiner(bound)
        starts = []
        for part in opened:
            starts.append(len(bound.pages))
            bound.pages.extend(part.pages)
            joiner.add(part, starts[-1])
        joiner.close()
        _catalogue_entries(bound, opened[0])
        _number_pages(press, bound, volume, code)
        _attach(bound, parts, opened[2:-1], volume.issued_on)
        with bound.open_outline() as outline:
            outline.root.extend(
                pikepdf.OutlineItem(name, start)
                for (name, _), start in zip(files, starts, strict=True)
            )
        return saved(bound)


def _catalogue_entries(bound: pikepdf.Pdf, cover: pikepdf.Pdf) -> None:
    """Colour intent, language, document information and metadata: those of the cover."""
    for name in ("/OutputIntents", "/Lang", "/ViewerPreferences"):
        if name in cover.Root:
            value = cover.Root[name]
            indirect = isinstance(value, pikepdf.Object) and value.is_indirect
            bound.Root[name] = (
                bound.copy_foreign(value) if indirect else _copied(bound, cover, value)
            )
    for name, value in cover.docinfo.items():
        bound.docinfo[name] = str(value)
    put_metadata(bound, cover.Root.Metadata.read_bytes())


def _copied(bound: pikepdf.Pdf, cover: pikepdf.Pdf, value: pikepdf.Object) -> pikepdf.Object:
    return bound.copy_foreign(cover.make_indirect(value))


def _number_pages(press: Press, bound: pikepdf.Pdf, volume: Volume, code: str) -> None:
    sizes = [(float(page.mediabox[2]), float(page.mediabox[3])) for page in bound.pages]
    html = environment().get_template("page_numbers.html")
    sheet = Sheet(
        kind="page_numbers",
        title="页号",
        html=html.render(sizes=sizes, left=volume.archive_no, code=code),
        code=code,
        on=volume.issued_on,
        pages=len(sizes),
        data=b"",
        tagged=False,
    )
    with pikepdf.open(io.BytesIO(press.print(sheet).pdf)) as numbers:
        for no, (page, number) in enumerate(zip(bound.pages, numbers.pages, strict=True), 1):
            drawn = bound.copy_foreign(number.as_form_xobject())
            name = pikepdf.Name(f"/PageNo{no}")
            page.add_resource(drawn, pikepdf.Name.XObject, name)
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(
                b"\nQ\n/Artifact <</Type /Pagination>> BDC q " + str(name).encode() + b" Do Q EMC\n"
            )


def _attach(
    bound: pikepdf.Pdf, parts: Sequence[Part], opened: Sequence[pikepdf.Pdf], on: date
) -> None:
    when = f"D:{on:%Y%m%d}000000Z"
    files = pikepdf.Array()
    for no, (part, pdf) in enumerate(zip(parts, opened, strict=True), 1):
        if DATA_NAME not in pdf.attachments:
            continue
        name = f"{no:02d}-{part.kind}.json"
        spec = pikepdf.AttachedFileSpec(
            bound,
            pdf.attachments[DATA_NAME].get_file().read_bytes(),
            filename=name,
            description=part.title,
            mime_type="application/json",
            creation_date=when,
            mod_date=when,
        )
        spec.relationship = pikepdf.Name.Data
        bound.attachments[name] = spec
        files.append(bound.attachments[name].obj)
    if len(files):
        bound.Root.AF = files
