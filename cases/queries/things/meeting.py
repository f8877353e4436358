"""A meeting: are sheets and groups ready, was the urn opened, what does the tally say."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import HallKit, Meeting, MeetingUnit, Tally
from cases.queries.ballot_package import (
    members_by_electorate,
    signed_electorates,
    smallest,
    voting_groups,
)
from cases.queries.meeting_plan import unready_sheets
from cases.queries.scheme import scheme_of_cycle
from cases.queries.things.read import Read, cycle_resource, flags
from cases.scoring.ballots import CardCount, turnout_reached
from cases.scoring.shapes import Scheme
from workflow.permissions import Resource
from workflow.rules import rule_count
from workflow.vocabulary import MeetingState, Role

TABLE = Meeting


def facts(conn: sa.Connection, row: Any, on: date) -> Read:
    """Named as ``workflow.things.meeting`` reads them.

    Ballots lie in the booth's database, which guards can't see: from the opening of the urn on it
    counts as not empty.
    """
    scheme = scheme_of_cycle(conn, row.cycle_id)
    k = smallest(scheme)
    members = _anonymous(conn, row, scheme)
    tally = conn.execute(sa.select(Tally).where(Tally.meeting_id == row.id)).first()
    unready = unready_sheets(conn, row) if row.state == MeetingState.PLANNED else 0
    return Read(
        counts={"sheets_unready": unready, "groups_too_small": 1 if members < k else 0},
        flags=flags(
            urn_opened=tally is not None,
            urn_empty=row.urn_opened_at is None,
            urn_here=row.state != MeetingState.FROZEN or not _handed_out(conn, row.id),
            counts_balance=tally is not None and _balanced(tally),
            tally_signed_by_two=tally is not None and _signed(tally),
            turnout_reached=scheme is not None
            and turnout_reached(_head(row, tally), scheme.ballot.turnout_floor),
            small_unit_rule=members < k,
            urn_sealed=tally is None,
            unit_free=_free(conn, row),
        ),
        days={"meeting_on": row.planned_on} if row.planned_on else {},
    )


def _handed_out(conn: sa.Connection, meeting_id: int) -> bool:
    """Whether the urn is on a laptop: what it holds by now nobody here can know."""
    found = sa.select(HallKit.meeting_id).where(
        HallKit.meeting_id == meeting_id,
        HallKit.handed_at.is_not(None),
        HallKit.returned_at.is_(None),
    )
    return conn.execute(found).first() is not None


def _anonymous(conn: sa.Connection, row: Any, scheme: Scheme | None) -> int:
    """People due who fill in unsigned cards, over all electorates."""
    if scheme is None:
        return 0
    groups = voting_groups(conn, row.id, scheme)
    signed = signed_electorates(groups, scheme)
    return sum(n for code, n in members_by_electorate(groups).items() if code not in signed)


def _free(conn: sa.Connection, row: Any) -> bool:
    """Whether no other standing meeting rates one of its units."""
    mine = sa.select(MeetingUnit.unit_id).where(
        MeetingUnit.meeting_id == row.id, MeetingUnit.rates.is_(None)
    )
    others = (
        sa.select(Meeting.id)
        .join(MeetingUnit, MeetingUnit.meeting_id == Meeting.id)
        .where(
            MeetingUnit.unit_id.in_(mine),
            MeetingUnit.rates.is_(None),
            Meeting.cycle_id == row.cycle_id,
            Meeting.id != row.id,
            Meeting.state != MeetingState.CANCELLED,
        )
    )
    return conn.execute(others.limit(1)).first() is None


def turnout_is_enough(conn: sa.Connection, row: Any) -> bool:
    """Whether enough of those due were present; asked before the urn is opened as well."""
    scheme = scheme_of_cycle(conn, row.cycle_id)
    return scheme is not None and turnout_reached(_head(row, None), scheme.ballot.turnout_floor)


def _signed(tally: Any) -> bool:
    return len(set(tally.tellers.values())) >= rule_count("tellers")


def _balanced(tally: Any) -> bool:
    return bool(tally.issued >= tally.returned == tally.valid + tally.invalid)


def _head(row: Any, tally: Any) -> CardCount:
    """Turnout is people present over people due."""
    return CardCount(
        issued=tally.issued if tally else 0,
        returned=tally.returned if tally else 0,
        valid=tally.valid if tally else 0,
        invalid=tally.invalid if tally else 0,
        due=row.due_count or 0,
        present=row.present_count or 0,
    )


def resource(conn: sa.Connection, row: Any) -> Resource:
    """The unit's; tellers are people named for this meeting."""
    named = {(Role(role), int(person)) for role, person in (row.tellers or {}).items() if person}
    return cycle_resource(conn, row.cycle_id, row.unit_id, assigned=frozenset(named))
