"""A meeting: are sheets and groups ready, what does the tally say."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from cases.models import Meeting, MeetingSheet, SheetRow, Tally, VoterGroup
from cases.queries.scheme import scheme_of_cycle
from cases.queries.things.read import Read, cycle_resource, flags
from workflow.permissions import Resource
from workflow.vocabulary import Role

TABLE = Meeting
FLOOR = 3
"""k is never below 3 (security §ii)."""


def facts(conn: sa.Connection, row: Any, on: date) -> Read:
    """Named as ``workflow.things.meeting`` reads them."""
    scheme = scheme_of_cycle(conn, row.cycle_id)
    k = max(scheme.ballot.k if scheme else FLOOR, FLOOR)
    members = conn.execute(
        sa.select(sa.func.coalesce(sa.func.sum(VoterGroup.members), 0)).where(
            VoterGroup.meeting_id == row.id
        )
    ).scalar_one()
    rows = conn.execute(
        sa.select(MeetingSheet.id, sa.func.count(SheetRow.id).label("rows"))
        .outerjoin(SheetRow, SheetRow.sheet_id == MeetingSheet.id)
        .where(MeetingSheet.meeting_id == row.id)
        .group_by(MeetingSheet.id)
    ).all()
    tally = conn.execute(sa.select(Tally).where(Tally.meeting_id == row.id)).first()
    floor = scheme.ballot.turnout_floor if scheme else Fraction(0)
    return Read(
        counts={
            "sheets_unready": sum(1 for s in rows if s.rows == 0) if rows else 1,
            "groups_too_small": 1 if members < k else 0,
        },
        flags=flags(
            urn_opened=tally is not None,
            urn_empty=tally is None and row.held_on is None,
            counts_balance=tally is not None and _balanced(tally),
            tally_signed_by_two=tally is not None and len(set((tally.tellers or {}).values())) >= 2,
            turnout_reached=tally is not None and _turnout(row, tally) >= floor,
            small_unit_rule=members < k,
        ),
        days={"meeting_on": row.planned_on},
    )


def _balanced(tally: Any) -> bool:
    return bool(tally.issued >= tally.returned == tally.valid + tally.invalid)


def _turnout(row: Any, tally: Any) -> Fraction:
    due = row.due_count or tally.issued
    return Fraction(tally.returned, due) if due else Fraction(0)


def resource(conn: sa.Connection, row: Any) -> Resource:
    """The unit's; tellers are people named for this meeting."""
    named = {(Role(role), int(person)) for role, person in (row.tellers or {}).items() if person}
    return cycle_resource(conn, row.cycle_id, row.unit_id, assigned=frozenset(named))
