"""Self-reports accepted day by day against an even plan: is the year late, and by how much.

The plan spreads the reports evenly over the working days of the stage; nobody has declared another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from cases.clock import at_local
from cases.models import Case, ReportSubmission
from cases.queries.progress import OUTSIDE, Reach
from workflow.timetable import Calendar, is_working
from workflow.vocabulary import Action, CaseKind, Stage

POINTS = 14
"""At most so many days are drawn; a longer window is drawn in even steps, ends included."""


@dataclass(frozen=True, slots=True)
class Point:
    """One day: reports that should be accepted by its end, and those that were (None: to come)."""

    day: date
    plan: int
    real: int | None


@dataclass(frozen=True, slots=True)
class Curve:
    """The days in order; ``total`` reports are due in all."""

    points: tuple[Point, ...]
    total: int

    @property
    def now(self) -> Point | None:
        """The last day that has come."""
        return next((p for p in reversed(self.points) if p.real is not None), None)

    @property
    def behind(self) -> int:
        """Reports fewer than planned; negative when ahead."""
        return 0 if self.now is None else self.now.plan - (self.now.real or 0)


def curve(
    conn: sa.Connection,
    reach: Reach,
    cycle: Any,
    *,
    today: date,
    calendar: Calendar,
    class_code: str | None = None,
    kind: CaseKind | None = None,
) -> Curve | None:
    """The curve of what the reader may count; None before the stage or without its days. One query.

    ``cycle`` has ``id`` and ``timetable``.
    """
    window = _window(cycle.timetable)
    if window is None or today < window[0]:
        return None
    first, due = window
    days = _drawn(first, max(due, min(today, due + (due - first))), keep=(due, today))
    here = [Case.cycle_id == cycle.id, Case.state != OUTSIDE.value, reach.cases]
    if class_code is not None:
        here.append(Case.class_code == class_code)
    if kind is not None:
        here.append(Case.kind == kind.value)
    total, counts = _counted(conn, here, [d for d in days if d <= today])
    if not total:
        return None
    share = _shares(first, due, calendar)
    points = [
        Point(d, round(total * share(d)), counts[n] if n < len(counts) else None)
        for n, d in enumerate(days)
    ]
    return Curve(_until_done(points, due, total), total)


def _until_done(points: list[Point], due: date, total: int) -> tuple[Point, ...]:
    """Nothing is drawn after the last day when all was accepted by then."""
    done = any(p.day <= due and p.real == total for p in points)
    return tuple(p for p in points if p.day <= due or not done)


def _window(timetable: Any) -> tuple[date, date] | None:
    row = timetable.get(Stage.SELF_REPORT.value) or {}
    first, due = row.get("opens"), row.get("extended") or row.get("due")
    if not first or not due or str(due) <= str(first):
        return None
    return date.fromisoformat(str(first)), date.fromisoformat(str(due))


def _drawn(first: date, last: date, keep: tuple[date, ...]) -> list[date]:
    """Even steps from the first day to the last, and the days that must not be missed."""
    step = max(1, -(-(last - first).days // POINTS))
    days = {first + timedelta(days=n) for n in range(0, (last - first).days + 1, step)}
    return sorted(days | {last} | {d for d in keep if first <= d <= last})


def _counted(
    conn: sa.Connection, here: Sequence[Any], days: Sequence[date]
) -> tuple[int, list[int]]:
    """All cases, and how many of their reports stood accepted at the end of each day."""
    ends = [at_local(d + timedelta(days=1), 0) for d in days]
    sums = [sa.func.sum(sa.case((ReportSubmission.ended_at < end, 1), else_=0)) for end in ends]
    accepted = sa.and_(
        ReportSubmission.case_id == Case.id, ReportSubmission.ended == Action.ACCEPT.value
    )
    row = conn.execute(
        sa.select(sa.func.count(sa.distinct(Case.id)), *sums)
        .select_from(Case)
        .outerjoin(ReportSubmission, accepted)
        .where(*here)
    ).one()
    return int(row[0]), [int(n or 0) for n in row[1:]]


def _shares(first: date, due: date, calendar: Calendar) -> Any:
    """Day -> the part of the window's working days that have ended with it, 0 to 1."""
    days = [first + timedelta(days=n) for n in range((due - first).days + 1)]
    worked = [d for d in days if is_working(d, calendar)] or days

    def share(day: date) -> float:
        return sum(1 for d in worked if d <= day) / len(worked)

    return share


__all__ = ["Curve", "Point", "curve"]
