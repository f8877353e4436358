"""A person's messages: the unread ones, and all of them by pages."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cases.models import Case, Message

SHOWN = 5
PAGE = 50
COUNTED = 100
_ALL: Any = (
    sa.select(
        Message.id, Message.title, Message.text, Message.kind, Message.sent_at, Message.read_at,
        Case.ref.label("case_ref"),
    )
    .outerjoin(Case, Case.id == Message.case_id)
    .where(Message.person_id == sa.bindparam("me", type_=sa.BigInteger))
    .order_by(Message.id.desc())
)  # fmt: skip
_UNREAD = _ALL.where(Message.read_at.is_(None)).limit(sa.bindparam("most", type_=sa.Integer))


def unread(conn: sa.Connection, person_id: int | None, most: int = SHOWN) -> list[Any]:
    """The newest unread messages with the number of the case each is about."""
    if person_id is None:
        return []
    return list(conn.execute(_UNREAD, {"me": person_id, "most": most}))


def unread_count(conn: sa.Connection, person_id: int | None) -> int:
    """How many are unread, counted up to ``COUNTED``."""
    waiting = sa.select(Message.id).where(Message.person_id == person_id, Message.read_at.is_(None))
    listed = waiting.limit(COUNTED).subquery()
    return int(conn.execute(sa.select(sa.func.count()).select_from(listed)).scalar_one())


def everything(
    conn: sa.Connection, person_id: int | None, before: int | None = None
) -> tuple[list[Any], int | None]:
    """One page of all messages, the newest first, and the id before which the next one begins."""
    query = _ALL
    if before is not None:
        query = query.where(Message.id < before)
    rows = conn.execute(query.limit(PAGE + 1), {"me": person_id}).all()
    return list(rows[:PAGE]), rows[PAGE - 1].id if len(rows) > PAGE else None
