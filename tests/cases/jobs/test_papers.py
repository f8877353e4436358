"""From notice to the archive: papers from the outbox, volumes, late signatures, four eyes."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import filing, measures
from cases.commands.statements import record_signature, write_statement
from cases.commands.transition import perform
from cases.documents.press import Press
from cases.errors import Refused
from cases.files.store import FileStore
from cases.jobs import papers
from cases.jobs.outbox import Drained, drain
from cases.jobs.tools import Tools
from cases.journal import verify
from cases.models import (
    Case,
    Filing,
    IssuedDocument,
    JournalEntry,
    Measure,
    Outbox,
    PastResult,
    StoredFile,
)
from cases.store import Store
from config import Settings
from tests.notified import NOTIFIED_AT, hand_in, notified
from tests.world import World
from workflow.vocabulary import Action, Grade, Role, SignState

LATER = NOTIFIED_AT + timedelta(days=3)
CHIEF, DEPUTY = "沈知远", "欧阳明远"


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with Press() as shop:
        yield shop


@pytest.fixture
def tools(sqlite_store: Store, tmp_path: Path) -> Tools:
    settings = Settings(mode="test", var=tmp_path)
    return Tools(sqlite_store, FileStore(settings.files), settings)


class Office:
    """Hands that drain the outbox and look at what came out."""

    def __init__(self, tools: Tools, press: Press) -> None:
        self.tools = tools
        self.handlers = {papers.KIND: papers.handler(tools, lambda: press)}

    def drain(self, at: datetime) -> Drained:
        return drain(self.tools.store, self.handlers, now=lambda: at)

    def papers(self, case_id: int, kind: str) -> list[Any]:
        with self.tools.store.reading() as conn:
            return list(
                conn.execute(
                    sa.select(IssuedDocument)
                    .where(IssuedDocument.case_id == case_id, IssuedDocument.kind == kind)
                    .order_by(IssuedDocument.id)
                )
            )

    def pdf(self, case_id: int, kind: str) -> bytes:
        (row,) = [r for r in self.papers(case_id, kind) if r.void_at is None]
        with self.tools.store.reading() as conn:
            return self.tools.files.open_file(conn, row.file_id).content

    def run(self, tool: str, data: bytes, *after: str) -> str:
        path = self.tools.settings.var / "paper.pdf"
        path.write_bytes(data)
        done = subprocess.run([tool, str(path), *after], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def filing(self, case_id: int) -> Any:
        with self.tools.store.reading() as conn:
            return conn.execute(sa.select(Filing).where(Filing.case_id == case_id)).one()


@pytest.fixture
def office(tools: Tools, press: Press) -> Office:
    return Office(tools, press)


def begin(
    store: Store, grades: dict[str, Grade] | None = None, reports: tuple[str, ...] = (CHIEF,)
) -> tuple[World, dict[str, Any]]:
    with store.transaction() as conn:
        world, cases = notified(conn, grades=grades)
        for name in reports:
            hand_in(conn, cases[name].id)
        conn.execute(sa.update(Outbox).where(Outbox.kind != "document").values(done_at=NOTIFIED_AT))
    return world, cases


def settle(store: Store, world: World, case: Any, *, pending: bool = False) -> None:
    with store.transaction() as conn:
        row = conn.execute(sa.select(Case).where(Case.id == case.id)).one()
        if pending:
            record_signature(
                conn, row, state=SignState.PENDING, reason="援派在外",
                review_on=LATER.date() + timedelta(days=30),
                actor=world.actor(Role.OFFICE), at=LATER,
            )  # fmt: skip
        else:
            write_statement(conn, row, agrees=True, actor=world.subject("chief"), at=LATER)
        perform(conn, case.id, Action.START_APPLICATION, actor=world.actor(Role.OFFICE), at=LATER)


def test_case_from_notice_to_archive(office: Office) -> None:
    store = office.tools.store
    world, cases = begin(store)
    case = cases[CHIEF]
    archivist = world.actor(Role.ARCHIVIST, person="recorder")
    office.drain(NOTIFIED_AT)
    assert [p.void_at for p in office.papers(case.id, "result_notice")] == [None]
    assert office.papers(case.id, "registration_form") == []
    with store.transaction() as conn:
        (refused,) = filing.file_volumes(conn, [case.id], actor=archivist, at=LATER)
    assert [str(r) for r in refused.reasons] == ["还缺 2 份应归档材料"]

    settle(store, world, case)
    with store.transaction() as conn:  # the report was handed in before the door was built here
        conn.execute(
            sa.insert(Outbox).values(
                key="document:self_report:case:x", kind="document", topic="self_report",
                case_id=case.id, payload={"thing": "case", "id": case.id, "version": 1},
                created_at=LATER, available_at=LATER,
            )
        )  # fmt: skip
    office.drain(LATER)
    form = office.pdf(case.id, "registration_form")
    assert "Pages:           2" in office.run("pdfinfo", form)
    text = office.run("pdftotext", form, "-").replace("\n", "")
    assert all(word in text for word in (CHIEF, "云州市生态环境局", "称职", "同意"))

    with store.transaction() as conn:
        (filed,) = filing.file_volumes(conn, [case.id], actor=archivist, at=LATER)
    assert filed.done
    office.drain(LATER)
    dossier = office.pdf(case.id, "dossier")
    (row,) = office.papers(case.id, "dossier")
    assert row.digest == f"sha256:{hashlib.sha256(dossier).hexdigest()}"
    assert f"Pages:           {row.pages}" in office.run("pdfinfo", dossier)
    words = office.run("pdftotext", dossier, "-")
    assert all(w in words for w in (CHIEF, "云州市生态环境局", "称职", "年度考核登记表"))
    kept = office.filing(case.id)
    assert (kept.archive_no, kept.retention) == ("U1-WS·2025-D30-KH-00001", "30年")
    assert {c["ok"] for c in kept.checks} == {True}
    with store.transaction() as conn:
        perform(conn, case.id, Action.CLOSE, actor=world.actor(Role.OFFICE), at=LATER)
        perform(conn, case.id, Action.ARCHIVE, actor=archivist, at=LATER)
    office.drain(LATER)
    assert "四性检测报告" in office.run("pdftotext", office.pdf(case.id, "check_report"), "-")
    with store.reading() as conn:
        assert conn.execute(sa.select(Case.state).where(Case.id == case.id)).scalar() == "archived"
        past = conn.execute(sa.select(PastResult).where(PastResult.year == 2025)).one()
        assert (past.person_id, past.conclusion) == (case.person_id, "2")
        entry = conn.execute(
            sa.select(JournalEntry).where(
                JournalEntry.subject == "document", JournalEntry.subject_id == row.id
            )
        ).one()
        assert entry.action == "issue_document"
        assert verify(conn).ok


def test_late_signature_adds_a_page_and_leaves_the_volume_alone(office: Office) -> None:
    store = office.tools.store
    world, cases = begin(store, reports=())
    case = cases[CHIEF]
    archivist = world.actor(Role.ARCHIVIST, person="recorder")
    settle(store, world, case, pending=True)
    office.drain(LATER)
    assert "待补签" in office.run("pdftotext", office.pdf(case.id, "registration_form"), "-")
    with store.transaction() as conn:
        assert filing.file_volumes(conn, [case.id], actor=archivist, at=LATER)[0].done
    office.drain(LATER)
    frozen = office.pdf(case.id, "dossier")
    with store.transaction() as conn:
        row = conn.execute(sa.select(Case).where(Case.id == case.id)).one()
        record_signature(
            conn, row, state=SignState.SIGNED, actor=world.actor(Role.OFFICE), at=LATER
        )
    with store.transaction() as conn:
        (waiting,) = filing.continue_volumes(conn, [case.id], actor=archivist, at=LATER)
    assert [str(r) for r in waiting.reasons] == ["还缺 1 份续卷材料"]
    office.drain(LATER)
    with store.transaction() as conn:
        perform(conn, case.id, Action.CLOSE, actor=world.actor(Role.OFFICE), at=LATER)
        with pytest.raises(Refused) as refused:
            perform(conn, case.id, Action.ARCHIVE, actor=archivist, at=LATER)
        assert [str(r) for r in refused.value.reasons] == ["续卷还没有归档"]
        assert filing.continue_volumes(conn, [case.id], actor=archivist, at=LATER)[0].done
    with store.transaction() as conn, pytest.raises(Refused):
        perform(conn, case.id, Action.ARCHIVE, actor=archivist, at=LATER)
    office.drain(LATER)
    assert office.pdf(case.id, "dossier") == frozen
    more = office.run("pdftotext", office.pdf(case.id, "continuation"), "-")
    assert "补签页" in more
    with store.transaction() as conn:
        perform(conn, case.id, Action.ARCHIVE, actor=archivist, at=LATER)
    assert office.filing(case.id).state == "continued"


def test_measures_are_confirmed_by_another_and_end_in_the_continuation(office: Office) -> None:
    store = office.tools.store
    world, cases = begin(store, {DEPUTY: Grade.BASICALLY_COMPETENT}, reports=())
    case = cases[DEPUTY]
    with store.transaction() as conn:
        rows = conn.execute(sa.select(Measure).where(Measure.case_id == case.id)).all()
        assert {r.mandatory for r in rows if r.kind == "rectification"} == {True}
        body = conn.execute(
            sa.select(Measure.id).where(Measure.case_id == cases["班子"].id, Measure.mandatory)
        ).all()
        assert body == []
        office_actor = world.actor(Role.OFFICE)
        organ = world.actor(Role.RESPONSIBLE_ORGAN, Role.OFFICE, person="contact")
        for row in rows:
            measures.assign(
                conn, row.id, owner_unit_id=world.units["organ"], due_on=LATER.date(),
                actor=office_actor, at=LATER,
            )  # fmt: skip
            done = world.actor(Role.RESPONSIBLE_ORGAN, Role.OFFICE, person="contact", unit="organ")
            measures.report(
                conn, row.id, result="已完成整改", proof="云环〔2026〕8号", actor=done, at=LATER
            )
        with pytest.raises(Refused):
            measures.confirm(conn, rows[0].id, actor=organ, at=LATER)
        for row in rows:
            measures.confirm(conn, row.id, actor=office_actor, at=LATER)
    archivist = world.actor(Role.ARCHIVIST, person="recorder")
    office.drain(NOTIFIED_AT + timedelta(days=30))
    with store.transaction() as conn:
        office_at = NOTIFIED_AT + timedelta(days=30)
        perform(conn, case.id, Action.START_APPLICATION, actor=office_actor, at=office_at)
        assert filing.file_volumes(conn, [case.id], actor=archivist, at=office_at)[0].done
    office.drain(office_at)
    with store.transaction() as conn:
        assert filing.continue_volumes(conn, [case.id], actor=archivist, at=office_at)[0].done
    office.drain(office_at)
    text = office.run("pdftotext", office.pdf(case.id, "continuation"), "-")
    assert "云环〔2026〕8号" in "".join(text.split())
    assert {c["ok"] for c in office.filing(case.id).checks} == {True}


def test_body_has_no_form_and_lists_are_printed_once(office: Office) -> None:
    store = office.tools.store
    world, cases = begin(store, reports=())
    late = NOTIFIED_AT + timedelta(days=30)
    office.drain(late)
    body = cases["班子"].id
    assert office.papers(body, "registration_form") == []
    ids = [row.id for row in cases.values()]
    with store.transaction() as conn:
        pools = {row.pool_id for row in cases.values()}
        count = sa.select(sa.func.count()).where(IssuedDocument.kind == "deciding_paper")
        assert conn.execute(count).scalar() == len(pools)
        archivist = world.actor(Role.ARCHIVIST, person="recorder")
        assert all(f.done for f in filing.file_volumes(conn, ids, actor=archivist, at=late))
    office.drain(late)
    with store.reading() as conn:
        lists = conn.execute(
            sa.select(IssuedDocument).where(IssuedDocument.kind == "handover_list")
        ).all()
        assert len(lists) == 1
        assert conn.execute(sa.select(StoredFile.id)).first()
    assert all(len(office.papers(i, "dossier")) == 1 for i in ids)
    assert office.drain(late).claimed == 0


def test_text_that_does_not_fit_is_named_and_waits(office: Office) -> None:
    store = office.tools.store
    world, cases = begin(store, reports=())
    case = cases[CHIEF]
    with store.transaction() as conn:
        hand_in(conn, case.id)
        conn.execute(
            sa.text("UPDATE leader_comments SET text = :t WHERE case_id = :c"),
            {"t": "评语很长。" * 300, "c": case.id},
        )
    late = NOTIFIED_AT + timedelta(days=30)
    done = office.drain(late)
    assert done.dead == 1
    with store.reading() as conn:
        row = conn.execute(sa.select(Outbox).where(Outbox.error.is_not(None))).one()
    assert f"{CHIEF}的年度考核登记表“主管领导评语和考核等次建议”一栏写不下" in row.error
    with store.transaction() as conn:
        conn.execute(
            sa.text("UPDATE leader_comments SET text = '好' WHERE case_id = :c"), {"c": case.id}
        )
        again = world.actor(Role.ARCHIVIST, person="recorder")
        assert filing.print_again(conn, [row.id], actor=again, at=late) == 1
    assert office.drain(late).dead == 0
    assert len(office.papers(case.id, "registration_form")) == 1
