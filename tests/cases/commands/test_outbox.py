"""Posting outbox rows: once per key, in bulk, with the transaction that caused them."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from cases.commands import outbox
from cases.journal import verify
from cases.models import JournalEntry, Outbox
from cases.store import Store
from workflow.permissions import SYSTEM
from workflow.vocabulary import DocumentKind, NoticeKind, Role, Thing

AT = datetime(2025, 12, 1, 2, 0, tzinfo=UTC)


def told(case_id: int, version: int = 2) -> outbox.OutboxRow:
    return outbox.notice(
        NoticeKind.REPORT_SUBMITTED,
        Thing.CASE,
        case_id,
        to=(Role.UNIT_CONTACT,),
        version=version,
        at=AT,
    )


def keys(store: Store) -> list[str]:
    with store.reading() as conn:
        return list(conn.execute(sa.select(Outbox.key).order_by(Outbox.id)).scalars())


def test_post_many_posts_each_key_once(store: Store) -> None:
    with store.transaction() as conn:
        outbox.post_many(conn, [told(1), told(2), told(1)])
    with store.transaction() as conn:
        outbox.post_many(conn, [told(2), told(2, version=3)])
    assert keys(store) == [
        "case:1:2:notice:report_submitted",
        "case:2:2:notice:report_submitted",
        "case:2:3:notice:report_submitted",
    ]


def test_post_many_leaves_nothing_when_its_cause_fails(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction() as conn:
        outbox.post_many(conn, [told(1)])
        raise RuntimeError
    assert keys(store) == []


def test_post_many_of_nothing_is_allowed(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as conn:
        outbox.post_many(conn, [])
    assert keys(sqlite_store) == []


def test_document_row_says_what_to_issue() -> None:
    row = outbox.document(DocumentKind.SELF_REPORT, Thing.CASE, 7, version=3, at=AT)
    assert (row.kind, row.topic, row.case_id) == ("document", "self_report", 7)
    assert row.payload == {"thing": "case", "id": 7, "version": 3}


def test_notice_of_a_thing_keeps_its_case() -> None:
    row = outbox.notice(
        NoticeKind.MEASURE_ASSIGNED,
        Thing.MEASURE,
        9,
        to=(Role.RESPONSIBLE_ORGAN,),
        version=2,
        at=AT,
        case_id=4,
    )
    assert (row.case_id, row.key) == (4, "measure:9:2:notice:measure_assigned")


def test_requeue_gives_dead_letters_their_attempts_back(store: Store) -> None:
    later = AT + timedelta(days=1)
    with store.transaction() as conn:
        outbox.post_many(conn, [told(1), told(2)])
        conn.execute(
            sa.update(Outbox)
            .where(Outbox.case_id == 1)
            .values(available_at=outbox.DEAD, attempts=10, error="550")
        )
    with store.transaction() as conn:
        assert outbox.requeue(conn, actor=SYSTEM, at=later) == 1
    with store.transaction() as conn:
        assert outbox.requeue(conn, actor=SYSTEM, at=later) == 0
    with store.reading() as conn:
        row = conn.execute(sa.select(Outbox).where(Outbox.case_id == 1)).one()
        entry = conn.execute(sa.select(JournalEntry)).one()
        assert (row.attempts, row.available_at, row.error) == (0, later, "550")
        assert (entry.subject, entry.action) == ("outbox", "requeue")
        assert verify(conn).ok
