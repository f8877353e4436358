"""Signed-in POSTs that have been carried out, by the key their form carried."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from cases.models import IdempotencyKey


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """What was asked under a key (route and digest) and where it led."""

    route: str
    payload_digest: str
    location: str


def carried_out(conn: sa.Connection, account_id: int, key: str) -> CarriedOut | None:
    """The POST an account made under this key, None when there was none."""
    row = conn.execute(
        sa.select(
            IdempotencyKey.route, IdempotencyKey.payload_digest, IdempotencyKey.location
        ).where(IdempotencyKey.account_id == account_id, IdempotencyKey.key == key)
    ).first()
    return CarriedOut(row.route, row.payload_digest, row.location) if row else None
