"""Appending to the one global chain.

The head row is locked by the UPDATE that reserves numbers, and that is the last lock a transaction
takes (pool, then cases by id, then the head): moving it earlier makes every writer wait for the
whole work of every other.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from cases.journal.entry import (
    DEFAULT_ALGORITHM,
    GENESIS,
    Draft,
    body_of,
    canonical,
    digest_of,
    payload_digest,
)
from cases.models import JournalEntry, JournalHead, JournalPayload


def start_chain(conn: sa.Connection) -> None:
    """Write the head row of an empty journal; done once, by init."""
    conn.execute(sa.insert(JournalHead).values(id=1, seq=0, digest=GENESIS))


def append(conn: sa.Connection, draft: Draft) -> int:
    """Append one entry; returns its seq."""
    return append_many(conn, [draft])[0]


_RESERVE = (
    sa.update(JournalHead)
    .where(JournalHead.id == 1)
    .values(seq=JournalHead.seq + sa.bindparam("n"))
    .returning(JournalHead.seq, JournalHead.digest)
)
_ADVANCE = sa.update(JournalHead).where(JournalHead.id == 1).values(digest=sa.bindparam("last"))
_ENTRIES = sa.insert(JournalEntry)
_PAYLOADS = sa.insert(JournalPayload)


def append_many(conn: sa.Connection, drafts: Sequence[Draft]) -> range:
    """Append entries in the order given, without gaps; returns their seqs."""
    if not drafts:
        return range(0)
    head = conn.execute(_RESERVE, {"n": len(drafts)}).one()
    first = head.seq - len(drafts) + 1
    entries, payloads, last = _link(drafts, first, head.digest)
    conn.execute(_ENTRIES, entries)
    if payloads:
        conn.execute(_PAYLOADS, payloads)
    conn.execute(_ADVANCE, {"last": last})
    return range(first, first + len(drafts))


def _link(
    drafts: Iterable[Draft], first: int, previous: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], str]:
    entries: list[dict[str, Any]] = []
    payloads: list[dict[str, Any]] = []
    algorithm = DEFAULT_ALGORITHM
    for seq, draft in enumerate(drafts, first):
        sealed: str | None = None
        if draft.payload:
            text, salt = canonical(draft.payload), secrets.token_hex(16)
            sealed = payload_digest(algorithm, salt, text)
            payloads.append({"seq": seq, "salt": salt, "payload": text})
        body = body_of(seq, draft, sealed)
        digest = digest_of(algorithm, previous, body)
        entries.append(
            {
                "seq": seq,
                "case_id": draft.case_id,
                "case_version": draft.case_version,
                "at": draft.at,
                "actor_account_id": draft.account_id,
                "actor_person_id": draft.person_id,
                "subject": draft.subject,
                "subject_id": draft.subject_id,
                "action": draft.action,
                "state_from": draft.state_from,
                "state_to": draft.state_to,
                "algorithm": algorithm,
                "previous": previous,
                "body": body,
                "digest": digest,
            }
        )
        previous = digest
    return entries, payloads, previous
