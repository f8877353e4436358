"""Marking one's own messages as read."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from cases.models import Message
from workflow.permissions import Actor


def mark_read(conn: sa.Connection, up_to: int, *, actor: Actor, at: datetime) -> int:
    """Mark the actor's unread messages up to this id as read; returns how many. Repeatable."""
    if actor.person_id is None:
        return 0
    return conn.execute(
        sa.update(Message)
        .where(Message.person_id == actor.person_id, Message.read_at.is_(None), Message.id <= up_to)
        .values(read_at=at)
    ).rowcount
