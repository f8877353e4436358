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
    Portfolio,
    Post,
    SheetRow,
    Unit,
    VoterGroup,
)
from workflow.vocabulary import CaseKind, MeetingState, Participation, State, Track
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
            Case.subject_post,
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


def ratable(conn: sa.Connection, cycle_id: int, unit_id: int) -> Sequence[Any]:
    """The cases to stand on the sheets of a unit, in official order."""
    return conn.execute(_rated(cycle_id).where(Case.unit_id == unit_id)).all()


def plans_for(
    conn: sa.Connection, cycle_id: int, unit_ids: Collection[int] | None = None
) -> list[UnitPlan]:
    """Units with a body's case and no meeting yet, in official order."""
    taken = sa.select(Meeting.unit_id).where(
        Meeting.cycle_id == cycle_id, Meeting.state != MeetingState.CANCELLED
    )
    query = _rated(cycle_id).where(Case.unit_id.not_in(taken))
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
        .where(Post.unit_id.in_(units), Post.leading, Assignment.until.is_(None))
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


def members_due(conn: sa.Connection, cycle_id: int) -> dict[int, int]:
    """Planned meeting id -> people due over all its groups, in official order."""
    rows = conn.execute(
        sa.select(Meeting.id, sa.func.coalesce(sa.func.sum(VoterGroup.members), 0))
        .outerjoin(VoterGroup, VoterGroup.meeting_id == Meeting.id)
        .where(Meeting.cycle_id == cycle_id, Meeting.state == MeetingState.PLANNED)
        .group_by(Meeting.id)
        .order_by(Meeting.id)
    )
    return {meeting: int(number) for meeting, number in rows}


def unready_sheets(conn: sa.Connection, meeting: Any) -> int:
    """Sheets that are empty or don't show exactly the cases to be rated; 1 without any sheet."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for case in ratable(conn, meeting.cycle_id, meeting.unit_id):
        wanted[case.kind].add(case.id)
    there: dict[str, set[int]] = {}
    for kind, case_id in conn.execute(
        sa.select(MeetingSheet.kind, SheetRow.case_id)
        .outerjoin(SheetRow, SheetRow.sheet_id == MeetingSheet.id)
        .where(MeetingSheet.meeting_id == meeting.id)
    ):
        there.setdefault(kind, set())
        if case_id is not None:
            there[kind].add(case_id)
    if not there:
        return 1
    return sum(
        1
        for kind in {*there, *wanted}
        if there.get(kind, set()) != wanted[kind] or not wanted[kind]
    )
