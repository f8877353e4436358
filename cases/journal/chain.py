"""Appending to the one global chain.

The head row is locked by the SELECT that reads it, and that is the last lock a transaction takes
(the order of all stands in docs/architecture.md): moving it earlier makes every writer wait for the
whole work of every other, and whoever locks a row after it may wait for one who waits for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

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
from cases.models.plain import Plain
from cases.models.rows import Row, insert_rows


def start_chain(conn: sa.Connection) -> None:
    """Write the head row of an empty journal; done once, by init."""
    conn.execute(sa.insert(JournalHead).values(id=1, seq=0, digest=GENESIS))


def append(conn: sa.Connection, draft: Draft) -> int:
    """Append one entry; returns its seq."""
    return append_many(conn, [draft])[0]


_HEAD = Plain(
    sa.select(JournalHead.seq, JournalHead.digest).where(JournalHead.id == 1).with_for_update()
)
_ADVANCE = Plain(
    sa.update(JournalHead)
    .where(JournalHead.id == 1)
    .values(seq=sa.bindparam("to"), digest=sa.bindparam("last"))
)
_ENTRIES = (
    "seq", "case_id", "case_version", "at", "actor_account_id", "actor_person_id", "subject",
    "subject_id", "action", "state_from", "state_to", "algorithm", "previous", "body", "digest",
)  # fmt: skip
_PAYLOADS = ("seq", "salt", "payload")
SALT = 16


def append_many(conn: sa.Connection, drafts: Sequence[Draft]) -> range:
    """Append entries in the order given, without gaps; returns their seqs."""
    if not drafts:
        return range(0)
    head = _HEAD.run(conn).one()
    first = head.seq + 1
    entries, payloads, last = _link(drafts, first, head.digest)
    insert_rows(conn, JournalEntry, _ENTRIES, entries)
    insert_rows(conn, JournalPayload, _PAYLOADS, payloads)
    seqs = range(first, first + len(drafts))
    _ADVANCE.run(conn, to=seqs[-1], last=last)
    return seqs


def _link(drafts: Sequence[Draft], first: int, previous: str) -> tuple[list[Row], list[Row], str]:
    """Rows of the entries and of their payloads, and the digest of the last."""
    entries: list[Row] = []
    payloads: list[Row] = []
    algorithm = DEFAULT_ALGORITHM
    salts = secrets.token_hex(SALT * len(drafts))
    for number, draft in enumerate(drafts):
        seq, sealed = first + number, None
        if draft.payload:
            text = canonical(draft.payload)
            salt = salts[number * SALT * 2 : (number + 1) * SALT * 2]
            sealed = payload_digest(algorithm, salt, text)
            payloads.append((seq, salt, text))
        body = body_of(seq, draft, sealed)
        digest = digest_of(algorithm, previous, body)
        entries.append(
            (
                seq, draft.case_id, draft.case_version, draft.at, draft.account_id,
                draft.person_id, draft.subject, draft.subject_id, draft.action, draft.state_from,
                draft.state_to, algorithm, previous, body, digest,
            )
        )  # fmt: skip
        previous = digest
    return entries, payloads, previous
