"""How far a year is: cases by unit and stage with what is overdue, and the lanes beside them.

Everything is counted within ``PROGRESS_READ``; the number of queries does not grow with the year.
Persons who are not assessed stand outside the board and are only counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import (
    Case,
    CaseAssignment,
    Cycle,
    DataSheet,
    Meeting,
    MeetingUnit,
    OpinionRequest,
    Unit,
)
from cases.queries.relations import ties_of
from cases.queries.visibility import visible
from workflow.permissions import Actor, scopes
from workflow.process import PROCESS
from workflow.vocabulary import (
    CaseKind,
    CycleState,
    DataSheetState,
    MeetingState,
    OpinionRequestState,
    Permission,
    ScopeKind,
    Stage,
    State,
    Thing,
)

Condition = sa.ColumnElement[bool]
STAGES: tuple[Stage, ...] = tuple(Stage)
OUTSIDE = State.NOT_ASSESSED
DONE = (State.CLOSED, State.ARCHIVED)
OPEN_SHEETS = (DataSheetState.OPEN, DataSheetState.SUBMITTED, DataSheetState.VERIFIED)
OPEN_MEETINGS = (MeetingState.PLANNED, MeetingState.FROZEN)
OPEN_LETTERS = (OpinionRequestState.OPEN, OpinionRequestState.SENT)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit: cases per stage in the order of ``STAGES``, and how many of them are overdue."""

    unit_id: int
    name: str
    counts: tuple[int, ...]
    late_by: tuple[int, ...]

    @property
    def total(self) -> int:
        """Cases of the unit on the board."""
        return sum(self.counts)

    @property
    def late(self) -> int:
        """Cases past their last day."""
        return sum(self.late_by)


@dataclass(frozen=True, slots=True)
class Lane:
    """Things beside the cases that are still open; ``late`` of them are past their last day."""

    thing: Thing
    total: int
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class Board:
    """The units in official order; ``outside`` are the persons not assessed this year."""

    lines: tuple[UnitLine, ...]
    outside: int

    @property
    def counts(self) -> tuple[int, ...]:
        """Cases per stage."""
        return tuple(sum(line.counts[i] for line in self.lines) for i in range(len(STAGES)))

    @property
    def total(self) -> int:
        """All cases on the board."""
        return sum(self.counts)

    @property
    def late(self) -> int:
        """All overdue cases."""
        return sum(line.late for line in self.lines)

    @property
    def latest(self) -> tuple[UnitLine, ...]:
        """Units with overdue cases, the most first; official order among equals."""
        found = [line for line in self.lines if line.late]
        return tuple(sorted(found, key=lambda line: -line.late))


@dataclass(frozen=True, slots=True)
class Reach:
    """What the actor may count, worked out once for a page."""

    actor: Actor
    cases: Condition


def reach_of(conn: sa.Connection, actor: Actor) -> Reach:
    """The actor's reach; one look-up of the person's ties."""
    ties = ties_of(conn, actor.person_id) if actor.person_id is not None else None
    return Reach(actor, visible(conn, actor, Permission.PROGRESS_READ, ties=ties))


def any_progress(actor: Actor) -> bool | sa.ColumnElement[bool]:
    """Whether the board could show anything: an organ's or a unit's cases once a year is open, or
    assigned ones.

    Being assigned is everybody's by the table and found only on the cases: an EXISTS, then.
    """
    reached = scopes(actor, Permission.PROGRESS_READ)
    if any(s.kind is not ScopeKind.ASSIGNED for s in reached):
        return sa.select(Cycle.id).where(Cycle.state != CycleState.PREPARING.value).exists()
    roles = [s.role.value for s in reached if s.role is not None]
    named = sa.select(CaseAssignment.case_id).where(
        CaseAssignment.person_id == actor.person_id, CaseAssignment.role.in_(roles)
    )
    return named.exists()


def cycles_within(conn: sa.Connection, reach: Reach) -> list[Any]:
    """Years with a case within reach, the newest first."""
    held = sa.select(Case.id).where(Case.cycle_id == Cycle.id, reach.cases).exists()
    query = sa.select(
        Cycle.id, Cycle.ref, Cycle.title, Cycle.year, Cycle.timetable, Cycle.managing_organ_id
    ).where(held)
    return list(conn.execute(query.order_by(Cycle.year.desc(), Cycle.id.desc()).limit(20)))


def classes_within(conn: sa.Connection, reach: Reach, cycle_id: int) -> list[str]:
    """Classes of units that have a case within reach."""
    query = sa.select(Case.class_code).where(
        Case.cycle_id == cycle_id, Case.class_code.is_not(None), reach.cases
    )
    return sorted(str(code) for code in conn.execute(query.distinct()).scalars())


def board(
    conn: sa.Connection,
    reach: Reach,
    cycle_id: int,
    *,
    today: date,
    class_code: str | None = None,
    kind: CaseKind | None = None,
) -> Board:
    """Units by stages: one grouped query over the cases of a year, one for the units' names."""
    late = sa.func.sum(sa.case((Case.due_on < today, 1), else_=0))
    query = (
        sa.select(Case.unit_id, Case.state, sa.func.count().label("n"), late.label("late"))
        .where(Case.cycle_id == cycle_id, reach.cases)
        .group_by(Case.unit_id, Case.state)
    )
    if class_code is not None:
        query = query.where(Case.class_code == class_code)
    if kind is not None:
        query = query.where(Case.kind == kind.value)
    counts: dict[int, list[int]] = {}
    overdue: dict[int, list[int]] = {}
    outside = 0
    for unit_id, text, n, lates in conn.execute(query):
        state = State(text)
        if state is OUTSIDE:
            outside += n
            continue
        number = STAGES.index(PROCESS.stage_of[state])
        counts.setdefault(unit_id, [0] * len(STAGES))[number] += n
        column = overdue.setdefault(unit_id, [0] * len(STAGES))
        column[number] += 0 if state in DONE else int(lates or 0)
    lines = [
        UnitLine(r.id, r.name, tuple(counts[r.id]), tuple(overdue[r.id]))
        for r in _units(conn, list(counts))
    ]
    return Board(tuple(lines), outside)


def _units(conn: sa.Connection, ids: Sequence[int]) -> list[Any]:
    if not ids:
        return []
    query = sa.select(Unit.id, Unit.name).where(Unit.id.in_(ids))
    return list(conn.execute(query.order_by(Unit.sort_no, Unit.id)))


def lanes(conn: sa.Connection, reach: Reach, cycle: Any, *, today: date) -> tuple[Lane, ...]:
    """Sheets and meetings of units within reach; letters only for those who ask for opinions."""
    units = sa.select(Case.unit_id).where(Case.cycle_id == cycle.id, reach.cases)
    found = [
        _lane(
            conn, Thing.DATA_SHEET, DataSheet, DataSheet.due_on, OPEN_SHEETS, today,
            sa.and_(DataSheet.cycle_id == cycle.id, DataSheet.unit_id.in_(units)),
        ),
        _lane(
            conn, Thing.MEETING, Meeting, Meeting.planned_on, OPEN_MEETINGS, today,
            sa.and_(
                Meeting.cycle_id == cycle.id,
                Meeting.id.in_(
                    sa.select(MeetingUnit.meeting_id).where(MeetingUnit.unit_id.in_(units))
                ),
                Meeting.state != MeetingState.CANCELLED.value,
            ),
        ),
    ]  # fmt: skip
    if _asks(reach.actor, cycle.managing_organ_id):
        letters = OpinionRequest.cycle_id == cycle.id
        found.append(
            _lane(
                conn, Thing.OPINION_REQUEST, OpinionRequest, OpinionRequest.due_on, OPEN_LETTERS,
                today, letters,
            )
        )  # fmt: skip
    return tuple(lane for lane in found if lane.total)


def _asks(actor: Actor, organ_id: int) -> bool:
    return any(
        s.kind is ScopeKind.ORGAN and s.organ_id == organ_id
        for s in scopes(actor, Permission.OPINION_ASK)
    )


def _lane(
    conn: sa.Connection,
    thing: Thing,
    model: Any,
    due: Any,
    states: Sequence[Any],
    today: date,
    condition: Condition,
) -> Lane:
    open_ = model.state.in_([s.value for s in states])
    row = conn.execute(
        sa.select(
            sa.func.count().label("total"),
            sa.func.sum(sa.case((open_, 1), else_=0)).label("open"),
            sa.func.sum(sa.case((sa.and_(open_, due < today), 1), else_=0)).label("late"),
        )
        .select_from(model)
        .where(condition)
    ).one()
    return Lane(thing, int(row.total), int(row.open or 0), int(row.late or 0))


def last_days(timetable: Mapping[str, Any]) -> dict[Stage, date]:
    """The last day of each stage; an extension replaces the planned one."""
    found = {}
    for stage in STAGES:
        row = timetable.get(stage.value) or {}
        text = row.get("extended") or row.get("due")
        if text:
            found[stage] = date.fromisoformat(str(text))
    return found
