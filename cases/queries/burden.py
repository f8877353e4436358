"""填报事项统计: what a year asked of each unit, and every change after it was opened.

Counted from what was really asked: nothing is entered by hand. Everything lies within
``PROGRESS_READ``; one query for all columns, whatever the number of units.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cases.models import (
    Amendment,
    Attachment,
    Case,
    DataSheet,
    IndicatorValue,
    Meeting,
    MeetingUnit,
    Message,
    OpinionRequest,
    Person,
    ReportSection,
    ReportSubmission,
    Unit,
)
from cases.queries.progress import OUTSIDE, Reach
from workflow.vocabulary import Action, AmendmentKind, MeetingState, NoticeKind, Word

RETURNS = (Action.RETURN_FOR_FORM, Action.RETURN_ON_CONTENT)


class Asked(Word):
    """What is asked of a unit."""

    SECTIONS = "sections", "述职栏目", "Report sections"
    FIGURES = "figures", "指标数值", "Figures"
    FILES = "files", "附件", "Attachments"
    MEETINGS = "meetings", "会议", "Meetings"
    LETTERS = "letters", "征求意见", "Opinion requests"
    MESSAGES = "messages", "通知提醒", "Messages"
    RETURNED = "returned", "退回修改", "Returned"


@dataclass(frozen=True, slots=True)
class UnitAsked:
    """One unit: how many of each kind, in the order of ``Asked``."""

    unit_id: int
    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A change after opening, with who asked for it and who approved."""

    kind: AmendmentKind
    effective_on: date
    reason: str
    document: str
    organ: str
    requested_by: str
    approved_by: str
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Burden:
    """Units in official order, the changes, the newest first, and their number."""

    lines: tuple[UnitAsked, ...]
    changes: tuple[Change, ...]
    changed: int

    @property
    def totals(self) -> tuple[int, ...]:
        """All units together."""
        return tuple(sum(line.counts[n] for line in self.lines) for n in range(len(Asked)))

    @property
    def means(self) -> tuple[float, ...]:
        """Per unit; zeros without units."""
        units = len(self.lines) or 1
        return tuple(n / units for n in self.totals)

    @property
    def most(self) -> tuple[int, ...]:
        """What the unit was asked of which most was asked."""
        kinds = range(len(Asked))
        return tuple(max((x.counts[n] for x in self.lines), default=0) for n in kinds)


def burden(conn: sa.Connection, reach: Reach, cycle_id: int) -> Burden:
    """What the year asked of the units within reach. Two queries."""
    return replace(burden_counts(conn, reach, cycle_id), changes=_changes(conn, cycle_id))


def burden_counts(conn: sa.Connection, reach: Reach, cycle_id: int) -> Burden:
    """The same with its changes only counted. One query."""
    here = sa.and_(Case.cycle_id == cycle_id, Case.state != OUTSIDE.value, reach.cases)
    given = sa.union_all(
        *(_named(asked, query(cycle_id, here)) for asked, query in _QUERIES.items())
    ).subquery()
    kind, unit, n = given.c
    rows = conn.execute(
        sa.select(Unit.id, Unit.name, kind, n, _changed(cycle_id).label("changed"))
        .outerjoin(given, unit == Unit.id)
        .where(Unit.id.in_(sa.select(Case.unit_id).where(here)))
        .order_by(Unit.sort_no, Unit.id)
    ).all()
    names = {row.id: row.name for row in rows}
    counts = {(row[2], row.id): int(row[3]) for row in rows if row[2] is not None}
    lines = [
        UnitAsked(i, name, tuple(counts.get((asked.value, i), 0) for asked in Asked))
        for i, name in names.items()
    ]
    return Burden(tuple(lines), (), rows[0].changed if rows else 0)


def _changed(cycle_id: int) -> Any:
    return (
        sa.select(sa.func.count())
        .where(Amendment.cycle_id == cycle_id, Amendment.declined_at.is_(None))
        .scalar_subquery()
    )


def _named(asked: Asked, query: Any) -> Any:
    unit, count = query.selected_columns
    return query.with_only_columns(sa.literal(asked.value), unit.label("unit"), count.label("n"))


def _of_cases(model: Any, *more: Any) -> Callable[[int, Any], Any]:
    """Rows hanging on the cases of a unit."""

    def query(cycle_id: int, here: Any) -> Any:
        return (
            sa.select(Case.unit_id, sa.func.count())
            .select_from(model)
            .join(Case, Case.id == model.case_id)
            .where(here, *more)
            .group_by(Case.unit_id)
        )

    return query


def _figures(cycle_id: int, here: Any) -> Any:
    """Values a unit had to provide, each version counted: a correction is asked for again."""
    return (
        sa.select(IndicatorValue.provider_unit_id, sa.func.count())
        .join(DataSheet, DataSheet.id == IndicatorValue.sheet_id)
        .where(DataSheet.cycle_id == cycle_id)
        .group_by(IndicatorValue.provider_unit_id)
    )


def _meetings(cycle_id: int, here: Any) -> Any:
    return (
        sa.select(MeetingUnit.unit_id, sa.func.count())
        .join(Meeting, Meeting.id == MeetingUnit.meeting_id)
        .where(Meeting.cycle_id == cycle_id, Meeting.state != MeetingState.CANCELLED.value)
        .group_by(MeetingUnit.unit_id)
    )


def _letters(cycle_id: int, here: Any) -> Any:
    return (
        sa.select(OpinionRequest.body_unit_id, sa.func.count())
        .where(OpinionRequest.cycle_id == cycle_id)
        .group_by(OpinionRequest.body_unit_id)
    )


_QUERIES: Mapping[Asked, Callable[[int, Any], Any]] = {
    Asked.SECTIONS: _of_cases(ReportSection),
    Asked.FIGURES: _figures,
    Asked.FILES: _of_cases(Attachment),
    Asked.MEETINGS: _meetings,
    Asked.LETTERS: _letters,
    Asked.MESSAGES: _of_cases(Message, Message.kind != NoticeKind.RESULT.value),
    Asked.RETURNED: _of_cases(
        ReportSubmission, ReportSubmission.ended.in_([a.value for a in RETURNS])
    ),
}


def _changes(conn: sa.Connection, cycle_id: int) -> tuple[Change, ...]:
    asking, approving = aliased(Person), aliased(Person)
    rows = conn.execute(
        sa.select(
            Amendment,
            asking.name.label("asked_by"),
            approving.name.label("approved"),
        )
        .outerjoin(asking, asking.id == Amendment.requested_by)
        .outerjoin(approving, approving.id == Amendment.approved_by)
        .where(Amendment.cycle_id == cycle_id, Amendment.declined_at.is_(None))
        .order_by(Amendment.effective_on.desc(), Amendment.id.desc())
    )
    return tuple(
        Change(
            AmendmentKind(r.kind),
            r.effective_on,
            r.reason,
            r.document or "",
            r.organ_name or "",
            r.asked_by or "",
            r.approved or "",
            r.approved_at,
        )
        for r in rows
    )


__all__ = ["Asked", "Burden", "Change", "UnitAsked", "burden", "burden_counts"]
