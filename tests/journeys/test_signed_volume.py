"""Signed pages that came back lie in the volume; those that come later, in a continuation."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import sqlalchemy as sa

from cases.commands import filing
from cases.documents.press import Press
from cases.jobs import papers
from cases.jobs.outbox import drain
from cases.journal import verify
from cases.models import Filing, IssuedDocument, ScanPage
from cases.queries.things.filing import late_papers
from tests.journeys.test_scans import ADDRESS, DEPUTY, LATE, Desk, Printed, forms_printed
from workflow.vocabulary import Role

__all__ = ["forms_printed"]

BINDING = LATE + timedelta(days=1)


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with Press() as shop:
        yield shop


class Archive(Desk):
    """An office that scans and binds."""

    def __init__(self, path: Path, printed: Printed, press: Press) -> None:
        super().__init__(path, printed)
        self.press = press
        self.case = self.cases[DEPUTY]
        self.archivist = self.world.actor(Role.ARCHIVIST, person="recorder")

    def bind(self, *, more: bool = False) -> None:
        with self.store.transaction() as conn:
            act = filing.continue_volumes if more else filing.file_volumes
            (done,) = act(conn, [self.case.id], actor=self.archivist, at=BINDING)
        assert done.done, [str(r) for r in done.reasons]
        kinds = {papers.KIND: papers.handler(self.tools, lambda: self.press)}
        drain(self.store, kinds, now=lambda: BINDING)

    def issued(self, kind: str) -> list[Any]:
        with self.store.reading() as conn:
            query = sa.select(IssuedDocument).where(
                IssuedDocument.case_id == self.case.id, IssuedDocument.kind == kind
            )
            return list(conn.execute(query.order_by(IssuedDocument.id)))

    def bytes_of(self, row: Any) -> bytes:
        with self.store.reading() as conn:
            return self.tools.files.open_file(conn, row.file_id).content

    def text(self, pdf: bytes) -> str:
        shown = subprocess.run(
            ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
        )
        return "".join(shown.stdout.decode().split())

    def late(self) -> set[int]:
        with self.store.reading() as conn:
            return late_papers(conn, [self.case.id])

    def checks(self) -> list[dict[str, Any]]:
        with self.store.reading() as conn:
            query = sa.select(Filing.checks).where(Filing.case_id == self.case.id)
            return list(conn.execute(query).scalar_one())


@pytest.fixture
def archive(forms_printed: Printed, tmp_path: Path, press: Press) -> Iterator[Archive]:
    made = Archive(tmp_path, forms_printed, press)
    yield made
    made.store.close()


def mine(archive: Archive) -> list[Any]:
    """The pictures of the two pages of one person's form, in the order of the unit's print."""
    forms = archive.forms()
    place = next(n for n, f in enumerate(forms) if f.case_id == archive.case.id)
    return archive.pictures()[place * 2 : place * 2 + 2]


def pictures_in(pdf: bytes) -> list[int]:
    """Pages, from 1, that show a JPEG of a scan."""
    found = []
    with pikepdf.open(io.BytesIO(pdf)) as read:
        for number, page in enumerate(read.pages, 1):
            if any(i.get("/Filter") == "/DCTDecode" for i in page.get_images().values()):
                found.append(number)
    return found


def test_signed_pages_are_bound_with_a_line_of_their_own(archive: Archive) -> None:
    archive.read(mine(archive))
    assert len(archive.filed()) == 2
    archive.bind()
    (paper,) = archive.issued("signed_scan")
    assert (paper.title, paper.pages) == ("年度考核登记表（签字扫描件）", 2)
    (volume,) = archive.issued("dossier")
    pdf = archive.bytes_of(volume)
    shown = pictures_in(pdf)
    assert len(shown) == 2
    assert shown == [volume.pages - 2, volume.pages - 1]  # the last papers before the end note
    text = archive.text(pdf)
    assert "年度考核登记表（签字扫描件）" in text
    assert f"原件核验码{archive.issued('registration_form')[0].code}" in text
    with pikepdf.open(io.BytesIO(pdf)) as read:
        titles = [str(item.title) for item in read.open_outline().root]
    assert titles[-2:] == ["年度考核登记表（签字扫描件）", "卷内备考表"]
    assert {c["ok"] for c in archive.checks()} == {True}
    with archive.store.reading() as conn:
        assert verify(conn).ok


def test_bound_page_stays_in_its_volume(archive: Archive) -> None:
    archive.read(mine(archive))
    archive.bind()
    page = archive.office.get(f"{ADDRESS}/pages/{archive.page_id(1)}")
    assert "这一页已装订入卷，不能取出" in page.text
    assert page.tree.xpath("//form[contains(@action, '/release')]") == []
    refused = archive.office.post(f"{ADDRESS}/pages/{archive.page_id(1)}/release", {}, status=409)
    assert "这一页已装订入卷，不能取出" in refused.text
    assert len(archive.filed()) == 2


def test_pages_scanned_after_filing_make_a_continuation(archive: Archive) -> None:
    """The volume as it was written is not touched; the later page goes into the next one."""
    pictures = mine(archive)
    archive.read(pictures[:1])
    archive.bind()
    (volume,) = archive.issued("dossier")
    before = archive.bytes_of(volume)
    assert archive.late() == set()
    archive.read(pictures[1:])
    assert archive.late() == {archive.case.id}
    archive.bind(more=True)
    assert archive.late() == set()
    assert archive.issued("dossier") == [volume]
    assert archive.bytes_of(volume) == before
    (more,) = archive.issued("continuation")
    assert len(pictures_in(archive.bytes_of(more))) == 1
    assert "（签字扫描件）第2页" in archive.text(archive.bytes_of(more))
    with archive.store.reading() as conn:
        rows = conn.execute(sa.select(ScanPage.page, ScanPage.bound_in).order_by(ScanPage.page))
        assert [tuple(r) for r in rows] == [
            (n, paper.id) for n, paper in enumerate(archive.issued("signed_scan"), 1)
        ]
        assert verify(conn).ok
    assert {c["ok"] for c in archive.checks()} == {True}
