"""The keys that make a repeated POST harmless. Rows live in the transaction they protect.

``claim`` comes first: a rival with the same key waits on the primary key until this transaction
ends, and then finds the row. ``settle`` writes where it led. Kept for seven days.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from cases.models import IdempotencyKey

KEPT = timedelta(days=7)
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def claim(
    conn: sa.Connection, account_id: int, key: str, *, route: str, digest: str, at: datetime
) -> bool:
    """Take the key for this transaction; False when it has been used before."""
    statement = (
        _INSERT[conn.dialect.name](IdempotencyKey)
        .values(
            account_id=account_id,
            key=key,
            route=route,
            payload_digest=digest,
            location="",
            created_at=at,
        )
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.key)
    )
    return conn.execute(statement).first() is not None


def settle(conn: sa.Connection, account_id: int, key: str, location: str) -> None:
    """Write down where the claimed POST led."""
    conn.execute(
        sa.update(IdempotencyKey)
        .where(IdempotencyKey.account_id == account_id, IdempotencyKey.key == key)
        .values(location=location)
    )


def sweep(conn: sa.Connection, *, at: datetime) -> int:
    """Forget keys older than seven days; returns how many."""
    return conn.execute(
        sa.delete(IdempotencyKey).where(IdempotencyKey.created_at < at - KEPT)
    ).rowcount
