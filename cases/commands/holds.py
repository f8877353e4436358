"""Holds: a dated investigation beside the case. Only 立案 holds a grade, never an accusation."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands import beside
from cases.commands.rights import require, require_for_thing
from cases.errors import Invalid, Refused
from cases.journal import Draft, append
from cases.models import Hold
from cases.queries.things import row_of
from workflow.permissions import Actor
from workflow.rules import rule_count
from workflow.vocabulary import HoldKind, HoldState, Permission, Thing
from workflow.words import m


def place_hold(
    conn: sa.Connection,
    case: Any,
    *,
    kind: HoldKind,
    since: date,
    document: str,
    reason: str = "",
    review_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Place a hold on a case; returns its id. Raises Refused, or Invalid without a document.

    The office looks at it again on ``review_on``, else after the days of row ``hold_review``.
    """
    require(conn, case, Permission.HOLD_PLACE, actor)
    if not document.strip():
        raise Invalid({"document": m("请写明依据的文号")})
    today = date_of(at)
    _not_past(review_on, today)
    hold_id = int(
        conn.execute(
            sa.insert(Hold)
            .values(
                case_id=case.id,
                kind=kind,
                state=HoldState.PLACED,
                since=since,
                document=document.strip(),
                reason=reason.strip() or None,
                review_on=review_on or next_look(today),
                placed_by=actor.person_id,
            )
            .returning(Hold.id)
        ).scalar_one()
    )
    beside.created(
        conn, Thing.HOLD, hold_id, actor=actor, at=at, case_id=case.id,
        payload={"kind": kind, "since": since, "document": document},
    )  # fmt: skip
    return hold_id


def look_again(
    conn: sa.Connection,
    hold_id: int,
    *,
    finding: str,
    next_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Note that the office looked at a hold and keeps it; the next look is on ``next_on``.

    Raises NotVisible, Refused for a lifted hold, Invalid without a finding or for a past day.
    """
    row = row_of(conn, Thing.HOLD, hold_id, lock=True)
    require_for_thing(conn, Thing.HOLD, row, Permission.HOLD_PLACE, actor)
    if row.state != HoldState.PLACED:
        raise Refused([m("暂缓已解除,不用复查")])
    if not finding.strip():
        raise Invalid({"finding": m("请写明复查情况")})
    today = date_of(at)
    _not_past(next_on, today)
    day = next_on or next_look(today)
    conn.execute(sa.update(Hold).where(Hold.id == hold_id).values(review_on=day))
    append(
        conn,
        Draft(
            subject=Thing.HOLD.value,
            subject_id=hold_id,
            case_id=row.case_id,
            action="look_at_hold",
            at=at,
            payload={"finding": finding.strip(), "review_on": str(day)},
        ).by(actor),
    )


def next_look(today: date) -> date:
    """The day of the next look where nobody names one."""
    return today + timedelta(days=rule_count("hold_review"))


def _not_past(day: date | None, today: date) -> None:
    if day is not None and day < today:
        raise Invalid({"review_on": m("复查日期不能早于今天")})
