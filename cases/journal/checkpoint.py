"""Checkpoints: a root over the whole journal, to be copied outside.

The chain alone stops careless edits. What stops an administrator who recomputes the chain is a copy
of a checkpoint that he can't reach: on paper, in a mail, on another host.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from cases.journal import merkle
from cases.journal.entry import canonical
from cases.models import Checkpoint, JournalEntry, JournalHead, ReadLog

NOTHING_READ = hashlib.sha256().hexdigest()


def leaves_up_to(conn: sa.Connection, seq: int) -> list[str]:
    """Digests of entries 1..seq, in order."""
    rows = conn.execute(
        sa.select(JournalEntry.digest).where(JournalEntry.seq <= seq).order_by(JournalEntry.seq)
    )
    return list(rows.scalars())


def readings(conn: sa.Connection) -> Iterator[tuple[int, str]]:
    """Each row of the read log, in order, with the digest over the log up to and with it."""
    h = hashlib.sha256()
    rows = conn.execute(
        sa.select(
            ReadLog.id,
            ReadLog.at,
            ReadLog.account_id,
            ReadLog.person_id,
            ReadLog.what,
            ReadLog.case_id,
            ReadLog.object_id,
        ).order_by(ReadLog.id)
    )
    for row in rows:
        h.update(canonical([str(x) for x in row]).encode() + b"\n")
        yield row.id, h.hexdigest()


def read_log_digest(conn: sa.Connection) -> str:
    """Digest over the whole read log as it stands; enters each checkpoint.

    Writers are held off until the transaction ends: a row with a smaller number must not appear
    later, or the log could never be compared with this digest again.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(sa.text("LOCK TABLE read_log IN SHARE MODE"))
    last = NOTHING_READ
    for _, digest in readings(conn):
        last = digest
    return last


def make_checkpoint(conn: sa.Connection, *, at: datetime) -> int | None:
    """Write a checkpoint over everything so far; returns its seq, None when nothing is new."""
    head = conn.execute(sa.select(JournalHead.seq, JournalHead.digest)).one()
    last = conn.execute(sa.select(sa.func.max(Checkpoint.seq))).scalar() or 0
    if head.seq == last:
        return None
    conn.execute(
        sa.insert(Checkpoint).values(
            seq=head.seq,
            root=merkle.root(leaves_up_to(conn, head.seq)),
            chain_digest=head.digest,
            read_log_digest=read_log_digest(conn),
            made_at=at,
        )
    )
    return int(head.seq)
