"""The line at the foot of every page: which cycle runs, under which frozen scheme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from cases.models import Cycle, SchemeVersion


@dataclass(frozen=True, slots=True)
class CycleLine:
    """The newest cycle whose scheme is frozen."""

    title: str
    scheme_number: int
    frozen_at: datetime


_LINE = (
    sa.select(Cycle.title, SchemeVersion.number, SchemeVersion.frozen_at)
    .join(SchemeVersion, SchemeVersion.id == Cycle.scheme_version_id)
    .where(SchemeVersion.frozen_at.is_not(None))
    .order_by(Cycle.year.desc(), Cycle.id.desc())
    .limit(1)
)
"""Built once: every page asks it."""


def cycle_line(conn: sa.Connection) -> CycleLine | None:
    """One look-up; None before any scheme was frozen."""
    row = conn.execute(_LINE).first()
    if row is None or row.frozen_at is None:
        return None
    return CycleLine(row.title, row.number, row.frozen_at)
