"""Through the pages: measures of a low grade, filing a unit's volumes, reading a paper again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cases.documents.press import Press
from cases.files.store import FileStore
from cases.jobs import papers
from cases.jobs.outbox import drain
from cases.jobs.tools import Tools
from cases.models import IssuedDocument, Measure, ReadLog
from cases.store import Store
from tests.notified import NOTIFIED_AT, notified
from tests.web_client import Site, open_site
from tests.world import World
from workflow.vocabulary import Grade, Role

LATE = NOTIFIED_AT + timedelta(days=20)
DEPUTY = "欧阳明远"


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with Press() as shop:
        yield shop


class Yard:
    """A site whose unit was told its results, and its print shop."""

    def __init__(self, store: Store, path: Path, press: Press) -> None:
        with store.transaction() as conn:
            self.world, self.cases = notified(conn, grades={DEPUTY: Grade.BASICALLY_COMPETENT})
        self.site: Site = open_site(store, path)
        self.site.clock.at = LATE
        self.store, self.press = store, press
        settings = self.site.app.extensions["kaoji"].settings
        self.tools = Tools(store, FileStore(settings.files), settings)

    def print_all(self) -> None:
        handlers = {papers.KIND: papers.handler(self.tools, lambda: self.press)}
        drain(self.store, handlers, now=lambda: LATE)

    def measure(self) -> Any:
        with self.store.reading() as conn:
            return conn.execute(
                sa.select(Measure).where(
                    Measure.case_id == self.cases[DEPUTY].id, Measure.kind == "rectification"
                )
            ).one()


@pytest.fixture
def yard(sqlite_store: Store, tmp_path: Path, press: Press) -> Yard:
    return Yard(sqlite_store, tmp_path, press)


def unit_of(world: World, key: str) -> int:
    return world.units[key]


def test_measure_from_the_board_to_its_confirmation(yard: Yard) -> None:
    office = yard.site.sign_in_as(Role.OFFICE, organ=unit_of(yard.world, "organ"))
    board = office.get("/measures/?mandatory=1")
    assert board.h1 == "结果运用"
    one = yard.measure()
    assert DEPUTY in board.text and one.title in board.text
    address = f"/measures/{one.id}"
    step = office.get(f"{address}/assign")
    office.submit(step, {"due_on": "2026年1月31日"}, status=303)
    with yard.store.reading() as conn:
        assert conn.execute(sa.select(Measure.state).where(Measure.id == one.id)).scalar() == (
            "assigned"
        )
    worker = yard.site.sign_in_as(Role.RESPONSIBLE_ORGAN, unit=unit_of(yard.world, "environment"))
    assert one.title in worker.get("/measures/mine").text
    empty = worker.submit(worker.get(f"{address}/report"), {"result": ""}, status=422)
    assert "请写明完成情况" in empty.text
    worker.submit(
        worker.get(f"{address}/report"),
        {"result": "已完成整改", "proof": "云环〔2026〕8号"},
        status=303,
    )
    worker.get(f"/measures/{one.id}/office", status=404)
    page = office.get(f"{address}/office")
    assert "云环〔2026〕8号" in page.text
    back = office.get(f"{address}/return")
    office.submit(back, {"reason": "请附照片"}, status=303)
    assert "请附照片" in worker.get("/measures/mine").text
    worker.submit(worker.get(f"{address}/report"), {"result": "已附照片"}, status=303)
    office.submit(office.get(f"{address}/office"), {}, action="/confirm", status=303)
    assert "已确认完成" in office.get(f"{address}/office").text
    table = office.get("/measures/measures.xlsx")
    assert table.response.data[:2] == b"PK"


def test_unit_is_filed_and_its_papers_are_read_again(yard: Yard) -> None:
    archivist = yard.site.sign_in_as(Role.ARCHIVIST, organ=unit_of(yard.world, "organ"))
    unit = unit_of(yard.world, "environment")
    address = f"/archive/units/{unit}"
    assert "云州市生态环境局" in archivist.get("/archive/").text
    assert "缺 年度考核登记表、等次评定审批表、考核结果告知书" in archivist.get(address).text
    ids = [row.id for row in yard.cases.values()]
    refused = archivist.post(
        "/archive/file", {"case": [str(i) for i in ids], "unit": str(unit)}, status=409
    )
    assert "还缺" in refused.text
    yard.print_all()
    assert "材料齐全" in archivist.get(address).text
    page = archivist.get(address)
    archivist.submit(page, {"case": [str(i) for i in ids]}, action="/archive/file", status=303)
    yard.print_all()
    assert archivist.get(address).text.count("四性检测已通过") == len(ids)
    ref = yard.cases[DEPUTY].ref
    assert "年度考核登记表" in archivist.get(f"/archive/cases/{ref}").text
    with yard.store.reading() as conn:
        row = conn.execute(
            sa.select(IssuedDocument).where(
                IssuedDocument.case_id == yard.cases[DEPUTY].id,
                IssuedDocument.kind == "registration_form",
            )
        ).one()
        volume = conn.execute(
            sa.select(IssuedDocument.id).where(IssuedDocument.kind == "dossier").limit(1)
        ).scalar_one()
    paper = archivist.get(f"/archive/papers/{row.id}.pdf")
    assert paper.response.data.startswith(b"%PDF")
    assert paper.headers["Content-Disposition"].startswith("attachment")
    assert paper.headers["X-Content-Type-Options"] == "nosniff"
    archivist.get(f"/archive/papers/{volume}.pdf", status=404)
    assert archivist.get(f"/archive/volumes/{volume}.pdf").response.data.startswith(b"%PDF")
    yard.site.clock.at += timedelta(minutes=11)
    archivist.get(f"/archive/volumes/{volume}.pdf", status=303)
    found = archivist.get(f"/archive/code?code={row.code}")
    assert "校验值一致：文件与出具时相同" in found.text
    yard.tools.files.path_of(row.digest).write_bytes(b"changed")
    assert "校验值不一致" in archivist.get(f"/archive/code?code={row.code}").text
    yard.site.app.extensions["kaoji"].read_log.flush()
    with yard.store.reading() as conn:
        assert conn.execute(
            sa.select(ReadLog.what).where(ReadLog.object_id == row.id)
        ).scalars().all() == ["registration_form"]


def test_others_see_neither_board_nor_archive(yard: Yard) -> None:
    contact = yard.site.sign_in_as(Role.UNIT_CONTACT, unit=unit_of(yard.world, "environment"))
    for address in ("/measures/", "/archive/", "/archive/code"):
        contact.get(address, status=403)
    contact.get(f"/measures/{yard.measure().id}", status=404)
