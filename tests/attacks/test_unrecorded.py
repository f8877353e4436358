"""What appears, changes or vanishes in SQL beside the cases: each is named (H7, D1, D7)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.commands.transition import perform_many
from cases.journal import Draft, append, make_checkpoint, verify, verify_recent
from cases.journal.states import THINGS, stray_thing
from cases.models import (
    Case,
    Checkpoint,
    Filing,
    JournalEntry,
    JournalHead,
    JournalPayload,
    ReadLog,
)
from cases.models.base import Instant
from cases.store import Store
from cases.web.verdict import sentence_of
from tests.notified import notified
from tests.web_client import open_site
from tests.world import AT, World, found_world
from workflow.vocabulary import Action, Role


def _value(column: sa.Column[Any]) -> Any:
    """Something the column takes; rules and keys are switched off."""
    if isinstance(column.type, Instant):
        return AT
    kind = column.type.python_type
    return {int: 901, bool: False, date: AT.date(), dict: {}, list: []}.get(
        kind, "kept" if column.name == "state" else "x"
    )


@pytest.mark.parametrize("subject", THINGS)
def test_thing_inserted_in_sql_is_named(sqlite_store: Store, subject: str) -> None:
    table = THINGS[subject].__table__
    with sqlite_store.engine.connect() as conn:
        conn.exec_driver_sql("PRAGMA foreign_keys=OFF")
        conn.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        assert verify(conn).ok
        values = {c.name: _value(c) for c in table.columns if not c.nullable}
        conn.execute(sa.insert(table).values(**values))
        report = verify(conn)
        assert (report.ok, report.kind, report.seq) == (False, "unrecorded", None)
        assert (report.subject, report.subject_id) == (subject, 901)
        told = str(sentence_of(report).sentence)
        conn.rollback()
    assert told.endswith("(序号 901):事项没有任何记录。最近可信的检查点:0")


def _opened(conn: sa.Connection) -> tuple[World, list[int]]:
    world = found_world(conn)
    open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
    return world, list(conn.execute(sa.select(Case.id).order_by(Case.id)).scalars())


def test_filing_is_born_with_the_notice_only(store: Store) -> None:
    """The entry of the notice is the birth of the filing: before it there is none, after it one."""
    with store.transaction() as conn:
        _, ids = _opened(conn)
        filing = {"case_id": ids[0], "version": 1, "due_on": AT.date()}
        conn.execute(sa.insert(Filing).values(**filing, state="due"))
        found = stray_thing(conn)
        assert found is not None
        assert (found.subject, found.subject_id, found.seq) == ("filing", ids[0], None)
        notice = Draft(subject="case", action="notify", at=AT, subject_id=ids[0], case_id=ids[0])
        append(conn, notice)
        assert stray_thing(conn) is None
        conn.execute(sa.update(Filing).values(state="filed"))
        assert stray_thing(conn) == found
        conn.execute(sa.delete(Filing))
        assert stray_thing(conn) == found


def _read(conn: sa.Connection, n: int) -> None:
    conn.execute(sa.insert(ReadLog), [{"at": AT, "what": "synthesis", "case_id": 1}] * n)


def test_read_log_edited_in_sql_is_bounded_by_checkpoints(store: Store) -> None:
    with store.transaction() as conn:
        for reads in (3, 2, 4):
            _read(conn, reads)
            append(conn, Draft(subject="account", action="noted", at=AT))
            make_checkpoint(conn, at=AT)
        _read(conn, 1)  # since the last checkpoint nothing vouches for it
        assert verify(conn).ok
        rows = list(conn.execute(sa.select(ReadLog.id).order_by(ReadLog.id)).scalars())
    for edit in (
        sa.update(ReadLog).where(ReadLog.id == rows[4]).values(account_id=9),
        sa.delete(ReadLog).where(ReadLog.id == rows[3]),
        sa.update(ReadLog).where(ReadLog.id == rows[3]).values(what="result"),
    ):
        with store.reading() as conn:
            conn.execute(edit)
            report = verify(conn)
        assert (report.ok, report.kind, report.seq) == (False, "read_log", 2)
        assert (report.subject_id, report.last_good_checkpoint) == (rows[2], 1)


def test_checkpoint_whose_read_log_digest_was_edited_is_named(store: Store) -> None:
    with store.transaction() as conn:
        _read(conn, 2)
        append(conn, Draft(subject="account", action="noted", at=AT))
        make_checkpoint(conn, at=AT)
        conn.execute(sa.update(Checkpoint).values(read_log_digest="0" * 64))
        report = verify(conn)
    assert (report.ok, report.kind, report.seq) == (False, "read_log", 1)


def test_recent_verification_reads_from_the_last_checkpoint(store: Store) -> None:
    with store.transaction() as conn:
        world, ids = _opened(conn)
        make_checkpoint(conn, at=AT)
        office = world.actor(Role.OFFICE)
        perform_many(conn, ids[:2], Action.OPEN_SELF_REPORT, actor=office, at=AT)
        report = verify_recent(conn)
        assert (report.ok, report.entries) == (True, 2)
        last = report.last_good_checkpoint
        assert last is not None
    for edit, kind, seq in (
        (sa.update(JournalEntry).where(JournalEntry.seq == last + 2).values(body="{}"), "digest",
         last + 2),
        (sa.update(JournalEntry).where(JournalEntry.seq == last + 1).values(action="x"), "columns",
         last + 1),
        (sa.update(JournalEntry).where(JournalEntry.seq == last).values(digest="0" * 64),
         "checkpoint", last),
        (sa.update(JournalHead).values(seq=JournalHead.seq - 1), "head", last + 2),
        (sa.delete(JournalHead), "head", last + 2),
    ):  # fmt: skip
        with store.reading() as conn:
            conn.execute(edit)
            found = verify_recent(conn)
        assert (found.ok, found.kind, found.seq) == (False, kind, seq)


def test_start_says_that_the_journal_is_broken(
    sqlite_store: Store, tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with sqlite_store.transaction() as conn:
        _opened(conn)
        conn.execute(sa.update(JournalEntry).where(JournalEntry.seq == 3).values(body="{}"))
    site = open_site(sqlite_store, tmp_path)
    answer = site.visitor().get("/health").response
    assert (answer.status_code, answer.json["journal"]) == (200, "broken")


def test_grade_changed_in_sql_is_named(store: Store) -> None:
    with store.transaction() as conn:
        _, cases = notified(conn)
        assert verify(conn).ok
        first, second = sorted(cases.values(), key=lambda c: c.id)[:2]
        for case, grade in ((first, "basically_competent"), (second, None)):
            nested = conn.begin_nested()
            conn.execute(sa.update(Case).where(Case.id == case.id).values(decided_grade=grade))
            report = verify(conn)
            assert (report.ok, report.kind, report.case_id) == (False, "grade", case.id)
            told = str(sentence_of(report).sentence)
            assert f"(考核卷序号 {case.id}):考核卷的等次与最后一次审定不符。" in told
            nested.rollback()
        conn.execute(sa.delete(JournalPayload))
        assert verify(conn).ok


def test_grade_before_any_decision_is_named(store: Store) -> None:
    with store.transaction() as conn:
        _, ids = _opened(conn)
        conn.execute(sa.update(Case).where(Case.id == ids[1]).values(decided_grade="excellent"))
        report = verify(conn)
    assert (report.ok, report.kind, report.case_id, report.seq) == (False, "grade", ids[1], None)
