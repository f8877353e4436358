"""What a meeting is planned from: who is rated in a unit, and how many people are due to fill in.

Group A counts the leaders in charge of the unit, B the members of its body, C the rest of its
staff; the office corrects the numbers, as the roster rarely knows delegates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cases.models import (
    Assignment,
    Case,
    Meeting,
    MeetingSheet,
    MeetingUnit,
    Portfolio,
    Post,
    SheetRow,
    Unit,
    VoterGroup,
)
from workflow.vocabulary import (
    CaseKind,
    MeetingKind,
    MeetingState,
    Participation,
    State,
    Track,
)
from workflow.vocabulary import VoterGroup as Ticket

RATED = (Track.LEADING_BODY, Track.LEADING_CADRE)


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """One unit to hold a meeting: the cases on its sheets in official order, members by group."""

    unit_id: int
    unit_name: str
    rows: tuple[Any, ...]
    members: Mapping[str, int]


def _rated(cycle_id: int) -> Any:
    return (
        sa.select(
            Case.id, Case.kind, Case.unit_id, Case.unit_name, Case.person_id, Case.subject_name,
            Case.subject_post, Case.post_rank,
        )
        .where(
            Case.cycle_id == cycle_id,
            Case.track.in_(RATED),
            Case.state != State.NOT_ASSESSED,
            sa.or_(
                Case.participation.is_(None),
                Case.participation != Participation.NOT_ASSESSED,
            ),
        )
        .order_by(Case.sort_key, Case.id)
    )  # fmt: skip


def ratable(conn: sa.Connection, cycle_id: int, unit_ids: Collection[int]) -> Sequence[Any]:
    """The cases to stand on the sheets of these units, in official order."""
    return conn.execute(_rated(cycle_id).where(Case.unit_id.in_(unit_ids))).all()


def live_units(cycle_id: int) -> sa.Select[Any]:
    """Units of a cycle that have a meeting of their own or a joint one which stands."""
    return (
        sa.select(MeetingUnit.unit_id)
        .join(Meeting, Meeting.id == MeetingUnit.meeting_id)
        .where(
            Meeting.cycle_id == cycle_id,
            Meeting.state != MeetingState.CANCELLED,
            MeetingUnit.rates.is_(None),
        )
    )


def units_of(conn: sa.Connection, meeting_id: int) -> list[int]:
    """The units rated at a meeting of one unit or a joint one, in official order."""
    return list(
        conn.execute(
            sa.select(MeetingUnit.unit_id)
            .join(Unit, Unit.id == MeetingUnit.unit_id)
            .where(MeetingUnit.meeting_id == meeting_id)
            .order_by(Unit.sort_no, Unit.id)
        ).scalars()
    )


def plans_for(
    conn: sa.Connection, cycle_id: int, unit_ids: Collection[int] | None = None
) -> list[UnitPlan]:
    """Units with a body's case and no meeting yet, in official order."""
    query = _rated(cycle_id).where(Case.unit_id.not_in(live_units(cycle_id)))
    if unit_ids is not None:
        query = query.where(Case.unit_id.in_(unit_ids))
    units: dict[int, list[Any]] = defaultdict(list)
    for row in conn.execute(query):
        units[row.unit_id].append(row)
    bodies = [u for u, rows in units.items() if any(r.kind == CaseKind.BODY for r in rows)]
    members = _members(conn, bodies)
    return [
        UnitPlan(unit, units[unit][0].unit_name, tuple(units[unit]), members[unit])
        for unit in bodies
    ]


def _members(conn: sa.Connection, units: Sequence[int]) -> dict[int, dict[str, int]]:
    leaders = _counted(
        conn,
        sa.select(Portfolio.unit_id, sa.func.count(sa.distinct(Portfolio.person_id)))
        .where(Portfolio.unit_id.in_(units), Portfolio.until.is_(None))
        .group_by(Portfolio.unit_id),
    )
    body = _counted(
        conn,
        sa.select(Post.unit_id, sa.func.count(sa.distinct(Assignment.person_id)))
        .join(Assignment, Assignment.post_id == Post.id)
        .where(Post.unit_id.in_(units), Post.leading)
        .group_by(Post.unit_id),
    )
    staff = _counted(conn, sa.select(Unit.id, Unit.head_count).where(Unit.id.in_(units)))
    return {
        unit: {
            Ticket.A.value: leaders.get(unit, 0),
            Ticket.B.value: body.get(unit, 0),
            Ticket.C.value: max(staff.get(unit, 0) - body.get(unit, 0), 0),
        }
        for unit in units
    }


def _counted(conn: sa.Connection, query: Any) -> dict[int, int]:
    return {unit: int(number or 0) for unit, number in conn.execute(query)}


@dataclass(frozen=True, slots=True)
class Due:
    """A planned meeting of one unit: its kind of unit and how many people are due over all."""

    meeting_id: int
    ref: str
    unit_id: int
    unit_name: str
    class_code: str | None
    members: int


def members_due(conn: sa.Connection, cycle_id: int) -> list[Due]:
    """Planned meetings of single units in official order."""
    rows = conn.execute(
        sa.select(
            Meeting.id, Meeting.ref, Unit.id.label("unit"), Unit.name, Unit.class_code,
            sa.func.coalesce(sa.func.sum(VoterGroup.members), 0).label("members"),
        )
        .join(Unit, Unit.id == Meeting.unit_id)
        .outerjoin(VoterGroup, VoterGroup.meeting_id == Meeting.id)
        .where(
            Meeting.cycle_id == cycle_id,
            Meeting.state == MeetingState.PLANNED,
            Meeting.kind == MeetingKind.UNIT,
        )
        .group_by(Meeting.id, Unit.id)
        .order_by(Unit.sort_no, Unit.id)
    )  # fmt: skip
    return [Due(r.id, r.ref, r.unit, r.name, r.class_code, int(r.members)) for r in rows]


def unready_sheets(conn: sa.Connection, meeting: Any) -> int:
    """Sheets that are empty, that nobody fills in, or that don't show exactly the cases to be
    rated; 1 without any sheet."""
    there: dict[tuple[str, int | None], set[int]] = {}
    empty = 0
    for sheet in _laid_out(conn, meeting.id):
        if sheet.kind in set(CaseKind):
            there[sheet.kind, sheet.unit_id] = sheet.cases
        empty += not sheet.rows
    if not there:
        return 1
    wanted = _wanted(conn, meeting, there)
    return empty + sum(
        1 for place in {*there, *wanted} if there.get(place) != wanted.get(place, set())
    )


@dataclass(slots=True)
class _Laid:
    kind: str
    unit_id: int | None
    rows: int
    cases: set[int]


def _laid_out(conn: sa.Connection, meeting_id: int) -> list[_Laid]:
    found: dict[int, _Laid] = {}
    for sheet_id, kind, unit_id, row_id, case_id in conn.execute(
        sa.select(
            MeetingSheet.id, MeetingSheet.kind, MeetingSheet.unit_id, SheetRow.id, SheetRow.case_id
        )
        .outerjoin(SheetRow, SheetRow.sheet_id == MeetingSheet.id)
        .where(MeetingSheet.meeting_id == meeting_id)
    ):
        sheet = found.setdefault(sheet_id, _Laid(kind, unit_id, 0, set()))
        sheet.rows += row_id is not None
        if case_id is not None:
            sheet.cases.add(case_id)
    return list(found.values())


def _wanted(
    conn: sa.Connection, meeting: Any, there: Mapping[tuple[str, int | None], set[int]]
) -> dict[tuple[str, int | None], set[int]]:
    """Kind and unit -> cases that should stand there. An assembly rates whom it listed."""
    wanted: dict[tuple[str, int | None], set[int]] = defaultdict(set)
    if meeting.kind == MeetingKind.ASSEMBLY:
        listed = {case for cases in there.values() for case in cases}
        for case in conn.execute(_rated(meeting.cycle_id).where(Case.id.in_(listed))):
            wanted[case.kind, None].add(case.id)
        return wanted
    for case in ratable(conn, meeting.cycle_id, units_of(conn, meeting.id)):
        wanted[case.kind, case.unit_id].add(case.id)
    return wanted
