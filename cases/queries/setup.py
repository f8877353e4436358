"""Setting up a year, as pages read it: cycles, scheme versions, timetables, the calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import CalendarDay, Case, Cycle, Scheme, SchemeVersion, Unit
from cases.scoring.shapes import Scheme as SchemeShape
from workflow.permissions import Actor, scopes
from workflow.rules import rule_count
from workflow.timetable import Calendar, add_working_days, next_working_day, working_days_between
from workflow.vocabulary import CycleState, Permission, Stage, State

LEAST_WORKING_DAYS = rule_count("window_least")
"""A shorter window is allowed with a reason (M19)."""
STAGES = (
    Stage.SCOPING,
    Stage.SELF_REPORT,
    Stage.DATA_COLLECTION,
    Stage.PUBLIC_EVALUATION,
    Stage.COMMITTEE_REVIEW,
    Stage.RESULT_APPLICATION,
    Stage.ARCHIVE,
)
YEAR_END = (12, 31)
AFTER_DECISION = {
    Stage.RESULT_APPLICATION: (1, rule_count("application_lasts")),
    Stage.ARCHIVE: (1, rule_count("archive_lasts")),
}
"""Days after the committee review's last day, where a scheme has no row for the stage."""


@dataclass(frozen=True, slots=True)
class CycleView:
    """One year of an organ."""

    id: int
    ref: str
    year: int
    title: str
    organ_id: int
    organ: str
    state: CycleState
    version: int
    scheme_version_id: int | None
    timetable: Mapping[str, Any]
    cases: int
    waiting: int


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a scheme."""

    id: int
    code: str
    title: str
    number: int
    digest: str
    note: str | None
    created_at: datetime
    frozen_at: datetime | None
    organ_id: int


def organs_of(conn: sa.Connection, actor: Actor, permission: Permission) -> list[tuple[int, str]]:
    """(id, name) of the organs for which the actor holds a permission, in official order."""
    query = sa.select(Unit.id, Unit.name).order_by(Unit.sort_no, Unit.id)
    if not actor.is_system:
        held = [s.organ_id for s in scopes(actor, permission) if s.organ_id is not None]
        query = query.where(Unit.id.in_(held))
    return [(row.id, row.name) for row in conn.execute(query)]


def _cycles() -> sa.Select[Any]:
    counted = (
        sa.select(
            Case.cycle_id,
            sa.func.count().label("cases"),
            sa.func.sum(sa.case((Case.state == State.SCOPED, 1), else_=0)).label("waiting"),
        )
        .group_by(Case.cycle_id)
        .subquery()
    )
    return (
        sa.select(Cycle, Unit.name.label("organ"), counted.c.cases, counted.c.waiting)
        .join(Unit, Unit.id == Cycle.managing_organ_id)
        .outerjoin(counted, counted.c.cycle_id == Cycle.id)
    )


def _cycle(row: Any) -> CycleView:
    return CycleView(
        row.id, row.ref, row.year, row.title, row.managing_organ_id, row.organ,
        CycleState(row.state), row.version, row.scheme_version_id, row.timetable,
        int(row.cases or 0), int(row.waiting or 0),
    )  # fmt: skip


def cycles(conn: sa.Connection, organs: Sequence[int]) -> list[CycleView]:
    """The years of some organs, newest first."""
    query = _cycles().where(Cycle.managing_organ_id.in_(organs))
    return [_cycle(row) for row in conn.execute(query.order_by(Cycle.year.desc(), Cycle.id))]


def cycle_by_ref(conn: sa.Connection, actor: Actor, permission: Permission, ref: str) -> CycleView:
    """One year, if the actor holds the permission for its organ. Raises NotVisible."""
    row = conn.execute(_cycles().where(Cycle.ref == ref)).first()
    held = {s.organ_id for s in scopes(actor, permission)}
    if row is None or not (actor.is_system or row.managing_organ_id in held):
        raise NotVisible(ref)
    return _cycle(row)


def versions(conn: sa.Connection, organs: Sequence[int]) -> list[VersionView]:
    """Scheme versions of some organs, the newest of each scheme first."""
    query = (
        _versions()
        .where(Scheme.managing_organ_id.in_(organs))
        .order_by(Scheme.code, SchemeVersion.number.desc())
    )
    return [VersionView(*row) for row in conn.execute(query)]


def version_by_id(
    conn: sa.Connection, actor: Actor, permission: Permission, version_id: int
) -> VersionView:
    """One scheme version of the actor's organs. Raises NotVisible."""
    row = conn.execute(_versions().where(SchemeVersion.id == version_id)).first()
    held = {s.organ_id for s in scopes(actor, permission)}
    if row is None or not (actor.is_system or row.managing_organ_id in held):
        raise NotVisible(str(version_id))
    return VersionView(*row)


def _versions() -> Any:
    return sa.select(
        SchemeVersion.id,
        Scheme.code,
        Scheme.title,
        SchemeVersion.number,
        SchemeVersion.digest,
        SchemeVersion.note,
        SchemeVersion.created_at,
        SchemeVersion.frozen_at,
        Scheme.managing_organ_id,
    ).join(Scheme, Scheme.id == SchemeVersion.scheme_id)


def content_of(conn: sa.Connection, version_id: int) -> dict[str, Any]:
    """The document of a version."""
    found: dict[str, Any] = conn.execute(
        sa.select(SchemeVersion.content).where(SchemeVersion.id == version_id)
    ).scalar_one()
    return found


def proposed_windows(
    scheme: SchemeShape, year: int, opening: date, calendar: Calendar
) -> dict[Stage, tuple[date, date]]:
    """The timetable that a scheme's offsets give; last days fall on working days."""
    anchors = {"cycle_opening": opening, "year_end": date(year, *YEAR_END)}
    found: dict[Stage, tuple[date, date]] = {}
    for row in scheme.timetable:
        if row.stage is None or row.anchor not in anchors:
            continue
        opens = _offset(anchors[row.anchor], row.opens, row.unit, calendar)
        due = next_working_day(_offset(anchors[row.anchor], row.due, row.unit, calendar), calendar)
        found[row.stage] = (opens, due)
    last = found.get(Stage.COMMITTEE_REVIEW)
    for stage, (opens_after, due_after) in AFTER_DECISION.items():
        if last is not None and stage not in found:
            end = last[1]
            due = next_working_day(end + timedelta(days=due_after), calendar)
            found[stage] = (end + timedelta(days=opens_after), due)
    return {stage: found[stage] for stage in STAGES if stage in found}


def _offset(anchor: date, count: int, unit: str, calendar: Calendar) -> date:
    if unit == "working_day":
        return add_working_days(anchor, count, calendar)
    return anchor + timedelta(days=count)


def short_windows(timetable: Mapping[str, Any], calendar: Calendar) -> dict[Stage, int]:
    """Stages with fewer working days than practice asks for, and how many they have."""
    found = {}
    for key, row in timetable.items():
        opens, due = date.fromisoformat(row["opens"]), date.fromisoformat(row["due"])
        days = working_days_between(opens - timedelta(days=1), due, calendar)
        if days < LEAST_WORKING_DAYS:
            found[Stage(key)] = days
    return found


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """What is loaded of one year."""

    year: int
    days: int
    working: int
    provisional: int
    sources: str


def calendar_years(conn: sa.Connection) -> list[CalendarYear]:
    """The years of the working-day calendar."""
    year = sa.extract("year", CalendarDay.day).label("year")
    query = (
        sa.select(
            year,
            sa.func.count(),
            sa.func.sum(sa.case((CalendarDay.working, 1), else_=0)),
            sa.func.sum(sa.case((CalendarDay.provisional, 1), else_=0)),
            sa.func.min(CalendarDay.source),
            sa.func.max(CalendarDay.source),
        )
        .group_by(year)
        .order_by(year)
    )
    found = []
    for row in conn.execute(query):
        sources = "、".join(dict.fromkeys(s for s in (row[4], row[5]) if s))
        found.append(CalendarYear(int(row[0]), int(row[1]), int(row[2]), int(row[3]), sources))
    return found
