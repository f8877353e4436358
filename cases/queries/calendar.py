"""The calendar of working days as the timetable reads it, cached while it does not change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import CalendarDay
from cases.queries.kept import kept

_STAMP: Any = sa.select(
    sa.func.count(),
    sa.func.min(CalendarDay.day),
    sa.func.max(CalendarDay.day),
    sa.func.sum(sa.case((CalendarDay.working, 1), else_=0)),
)
_cache: dict[tuple[object, ...], Mapping[date, bool]] = {}


def working_days(conn: sa.Connection) -> Mapping[date, bool]:
    """Day -> whether it is worked, for the days somebody has loaded; weekends rule elsewhere."""
    return kept(conn, "working_days", lambda: _loaded(conn))


def _loaded(conn: sa.Connection) -> Mapping[date, bool]:
    stamp = tuple(conn.execute(_STAMP).one())
    if stamp not in _cache:
        rows = conn.execute(sa.select(CalendarDay.day, CalendarDay.working))
        _cache.clear()
        _cache[stamp] = {day: working for day, working in rows}
    return _cache[stamp]
