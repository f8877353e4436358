"""Checkpoints: a root over the whole journal, to be copied outside.

The chain alone stops careless edits. What stops an administrator who recomputes the chain is a copy
of a checkpoint that he can't reach: on paper, in a mail, on another host.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import sqlalchemy as sa

from cases.journal import merkle
from cases.journal.entry import canonical
from cases.models import Checkpoint, JournalEntry, JournalHead, ReadLog


def leaves_up_to(conn: sa.Connection, seq: int) -> list[str]:
    """Digests of entries 1..seq, in order."""
    rows = conn.execute(
        sa.select(JournalEntry.digest).where(JournalEntry.seq <= seq).order_by(JournalEntry.seq)
    )
    return list(rows.scalars())


def read_log_digest(conn: sa.Connection, until: datetime) -> str:
    """Digest over the read log as it stood; enters each checkpoint."""
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
        )
        .where(ReadLog.at <= until)
        .order_by(ReadLog.id)
    )
    for row in rows:
        h.update(canonical([str(x) for x in row]).encode() + b"\n")
    return h.hexdigest()


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
            read_log_digest=read_log_digest(conn, at),
            made_at=at,
        )
    )
    return int(head.seq)
