"""How the installation is doing, in words without numbers of people or cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from cases.models import Lease, Outbox

_LATE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Health:
    """``scheduler``: ok, silent or never; ``outbox``: ok or late (rows older than 15 minutes)."""

    at_head: bool
    scheduler: str
    outbox: str


def health(conn: sa.Connection, *, newest: str, at: datetime) -> Health:
    """Three look-ups by index; ``newest`` is the revision this code knows."""
    revision = conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    beat = conn.execute(sa.select(sa.func.max(Lease.beat_at))).scalar()
    waiting = conn.execute(
        sa.select(Outbox.id)
        .where(Outbox.done_at.is_(None), Outbox.available_at < at - _LATE)
        .limit(1)
    ).first()
    scheduler = "never" if beat is None else "ok" if at - beat < _LATE else "silent"
    return Health(revision == newest, scheduler, "late" if waiting else "ok")
