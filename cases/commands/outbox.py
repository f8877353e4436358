"""Writing what must happen after the commit: outbox rows, in the transaction of their cause.

A row is made by :func:`notice`, :func:`document` or :func:`mail`, and posted in bulk. The key is
unique, so a repeated move, a second tick or a replay posts nothing new. Delivering them is the work
of ``cases.jobs.outbox``.

Kinds: ``notice`` (topic NoticeKind), ``reminder`` (topic ReminderKind), ``document`` (topic
DocumentKind), ``mail`` (topic: what the mail announces).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from cases.journal import Draft, append
from cases.models import Outbox
from cases.models.base import Instant
from cases.models.rows import insert_rows
from workflow.permissions import Actor
from workflow.vocabulary import DocumentKind, NoticeKind, Role, Thing

DEAD: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""``available_at`` of a dead letter: no drain ever sees it, the list of dead letters does."""

_COLUMNS = (
    "key", "kind", "topic", "case_id", "payload", "created_at", "available_at", "attempts",
)  # fmt: skip
_SQLITE = sqlite.insert(Outbox).on_conflict_do_nothing(index_elements=["key"])
_POSTGRESQL = postgresql.insert(Outbox).on_conflict_do_nothing(index_elements=["key"])


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One effect to come. ``key`` at most 160 characters; due at once unless ``available_at``.

    Without ``thing`` in its payload a notice or document is about the case.
    """

    key: str
    kind: str
    topic: str
    case_id: int | None
    payload: Mapping[str, Any]
    at: datetime
    available_at: datetime | None = None


def notice(
    kind: NoticeKind,
    thing: Thing,
    thing_id: int,
    *,
    to: Sequence[Role],
    version: int,
    at: datetime,
    case_id: int | None = None,
    units: Sequence[int] = (),
) -> OutboxRow:
    """A row that tells those who hold the roles. Who they are is looked up when it is delivered.

    ``version`` is the version of the case or thing after the move: one move tells once. ``units``
    are the only ones told where the thing names more of them for the roles.
    """
    payload: dict[str, Any] = {"thing": thing.value, "id": thing_id, "to": [r.value for r in to]}
    if units:
        payload["units"] = list(units)
    key = _key("notice", kind, thing, thing_id, version)
    owner = thing_id if thing is Thing.CASE else case_id
    return OutboxRow(key, "notice", kind.value, owner, payload, at)


def document(
    kind: DocumentKind,
    thing: Thing,
    thing_id: int,
    *,
    version: int,
    at: datetime,
    case_id: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> OutboxRow:
    """A row that has a paper issued for a case or thing."""
    payload = {"thing": thing.value, "id": thing_id, "version": version, **(details or {})}
    key = _key("document", kind, thing, thing_id, version)
    owner = thing_id if thing is Thing.CASE else case_id
    return OutboxRow(key, "document", kind.value, owner, payload, at)


def _key(
    what: str, kind: NoticeKind | DocumentKind, thing: Thing, thing_id: int, version: int
) -> str:
    """What moved stands first, so that all effects of one move are neighbours in the index."""
    return f"{thing.value}:{thing_id}:{version}:{what}:{kind.value}"


def post_many(conn: sa.Connection, rows: Sequence[OutboxRow]) -> None:
    """Post rows in the caller's transaction; rows whose key is there already are passed over."""
    filled = [
        (
            row.key, row.kind, row.topic, row.case_id, row.payload, row.at,
            row.available_at or row.at, 0,
        )
        for row in rows
    ]  # fmt: skip
    insert_rows(conn, Outbox, _COLUMNS, filled, unless_there="key")


def post_selected(
    conn: sa.Connection,
    rows: sa.Select[tuple[int, int | None]],
    *,
    key: str,
    kind: str,
    topic: str,
    payload: Mapping[str, Any],
    at: datetime,
    key_end: str = "",
) -> int:
    """Post a row for each selected (id, case_id) without reading them; returns how many were new.

    ``key`` is what stands in the key before the id, ``key_end`` what follows it; the payload
    carries the id as ``id``.
    """
    chosen = rows.subquery()
    number = sa.cast(chosen.c.id, sa.String)
    head = json.dumps({**payload, "id": 0}, ensure_ascii=False)
    before, _, after = head.rpartition("0")
    source = sa.select(
        sa.literal(key) + number + sa.literal(key_end),
        sa.literal(kind),
        sa.literal(topic),
        chosen.c.case_id,
        sa.cast(sa.literal(before) + number + sa.literal(after), _plain_json(conn)),
        sa.literal(at, Instant()),
        sa.literal(at, Instant()),
        sa.literal(0),
    ).where(sa.true())
    statement: Any = _SQLITE if conn.dialect.name == "sqlite" else _POSTGRESQL
    posting = statement.from_select(list(_COLUMNS), source)
    return int(conn.execute(posting, execution_options={"preserve_rowcount": True}).rowcount)


def _plain_json(conn: sa.Connection) -> Any:
    return sa.Text() if conn.dialect.name == "sqlite" else sa.JSON()


def requeue(
    conn: sa.Connection, *, actor: Actor, at: datetime, ids: Sequence[int] | None = None
) -> int:
    """Give dead letters (all, or those named) their attempts back; returns how many. Journaled."""
    dead = sa.and_(Outbox.done_at.is_(None), Outbox.available_at == DEAD)
    where = dead if ids is None else sa.and_(dead, Outbox.id.in_(ids))
    changed = conn.execute(
        sa.update(Outbox).where(where).values(available_at=at, attempts=0, claimed_until=None)
    ).rowcount
    if changed:
        append(
            conn,
            Draft(
                subject="outbox",
                action="requeue",
                at=at,
                payload={"rows": changed},
            ).by(actor),
        )
    return changed
