"""Holds: a dated investigation beside the case. Only 立案 holds a grade, never an accusation."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.commands import beside
from cases.commands.rights import require
from cases.errors import Invalid
from cases.models import Hold
from workflow.permissions import Actor
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
    actor: Actor,
    at: datetime,
) -> int:
    """Place a hold on a case; returns its id. Raises Refused, or Invalid without a document."""
    require(conn, case, Permission.HOLD_PLACE, actor)
    if not document.strip():
        raise Invalid({"document": m("请写明依据的文号")})
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
