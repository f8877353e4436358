"""The chain: no gaps, no silent change, digests that anyone can recompute."""

import hashlib
import json
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from cases.journal import Draft, append, append_many, make_checkpoint, verify
from cases.models import JournalEntry, JournalPayload
from cases.store import Store

AT = datetime(2025, 12, 1, 2, 3, 4, 567890, tzinfo=UTC)


def drafts(n: int) -> list[Draft]:
    return [
        Draft(subject="account", action="noted", at=AT, subject_id=i, payload={"第": i})
        for i in range(n)
    ]


def test_append_many_numbers_without_gaps(store: Store) -> None:
    with store.transaction() as conn:
        assert append_many(conn, drafts(3)) == range(1, 4)
    with store.transaction() as conn:
        assert append(conn, drafts(1)[0]) == 4
    with store.reading() as conn:
        report = verify(conn)
    assert (report.ok, report.entries) == (True, 4)


def test_append_rolled_back_leaves_no_gap(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction() as conn:
        append_many(conn, drafts(2))
        raise RuntimeError
    with store.transaction() as conn:
        assert append(conn, drafts(1)[0]) == 1


def test_digest_recomputed_by_hand(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as conn:
        append(conn, drafts(1)[0])
        row = conn.execute(sa.select(JournalEntry)).one()
        paper = conn.execute(sa.select(JournalPayload)).one()
    by_hand = hashlib.sha256(b"\x00sha256\n" + b"0" * 64 + b"\n" + row.body.encode()).hexdigest()
    assert row.digest == by_hand
    sealed = hashlib.sha256(bytes.fromhex(paper.salt) + '{"第":0}'.encode()).hexdigest()
    assert json.loads(row.body)["payload"] == sealed
    assert json.loads(row.body)["at"] == "2025-12-01T02:03:04.567890Z"


@pytest.mark.parametrize(
    ("sql", "kind", "seq"),
    [
        (
            "UPDATE journal_entries SET body = replace(body, 'noted', 'voted') WHERE seq = 3",
            "digest",
            3,
        ),
        ("UPDATE journal_entries SET action = 'voted' WHERE seq = 2", "columns", 2),
        ("UPDATE journal_entries SET at = at + 1 WHERE seq = 2", "columns", 2),
        ("UPDATE journal_payloads SET payload = '{}' WHERE seq = 4", "payload", 4),
        ("DELETE FROM journal_entries WHERE seq = 3", "gap", 4),
        ("DELETE FROM journal_entries WHERE seq = 5", "head", 4),
        ("UPDATE journal_entries SET previous = digest WHERE seq = 2", "previous", 2),
        ("UPDATE checkpoints SET root = chain_digest", "checkpoint", 5),
    ],
)
def test_verify_names_the_first_bad_entry(store: Store, sql: str, kind: str, seq: int) -> None:
    with store.transaction() as conn:
        append_many(conn, drafts(5))
        make_checkpoint(conn, at=AT)
    with store.transaction() as conn:
        if "DELETE" in sql:
            conn.execute(sa.delete(JournalPayload))
        conn.exec_driver_sql(sql)
    with store.reading() as conn:
        report = verify(conn)
    assert (report.ok, report.kind, report.seq) == (False, kind, seq)


def test_verify_after_lawful_destruction_of_a_payload(store: Store) -> None:
    with store.transaction() as conn:
        append_many(conn, drafts(5))
    with store.transaction() as conn:
        conn.execute(sa.delete(JournalPayload).where(JournalPayload.seq == 2))
    with store.reading() as conn:
        assert verify(conn).ok


def test_verify_with_recomputed_chain_needs_the_outside_copy(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as conn:
        append_many(conn, drafts(3))
        make_checkpoint(conn, at=AT)
        outside = {
            r.seq: r.root for r in conn.execute(sa.text("SELECT seq, root FROM checkpoints"))
        }
    with sqlite_store.transaction() as conn:
        for table in ("journal_payloads", "journal_entries", "checkpoints"):
            conn.exec_driver_sql(f"DELETE FROM {table}")
        conn.exec_driver_sql(f"UPDATE journal_head SET seq = 0, digest = '{'0' * 64}'")
        append_many(conn, drafts(3)[:2] + drafts(1))
    with sqlite_store.reading() as conn:
        assert verify(conn).ok
        report = verify(conn, outside=outside)
    assert (report.ok, report.kind, report.seq) == (False, "checkpoint", 3)
