"""Measures that apply a result: planned, assigned, reported, confirmed by another person.

Every move goes through the door of things (``beside.move``); what it writes stands in
``recording/measure.py``.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.commands import beside
from cases.commands.beside import ThingOutcome
from cases.commands.rights import require, require_for_thing
from cases.errors import Invalid, Refused
from cases.journal import Draft, append
from cases.models import Measure, Unit
from cases.queries.things import row_of
from workflow.permissions import Actor
from workflow.vocabulary import (
    MeasureChannel,
    MeasureKind,
    MeasureState,
    Permission,
    Thing,
    ThingAction,
)
from workflow.words import m

TITLE_CHARS = 200


def add_measure(
    conn: sa.Connection,
    case: Any,
    *,
    channel: MeasureChannel,
    kind: MeasureKind,
    title: str,
    basis: str = "",
    mandatory: bool = False,
    owner_unit_id: int | None = None,
    due_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Propose a measure by hand; returns its id. Raises Refused, Invalid."""
    require(conn, case, Permission.MEASURE_ASSIGN, actor)
    if not title.strip():
        raise Invalid({"title": m("请写明事项")})
    if len(title) > TITLE_CHARS:
        raise Invalid({"title": m("事项最多 %(n)s 个字", n=TITLE_CHARS)})
    _owner_is_known(conn, owner_unit_id)
    measure_id = int(
        conn.execute(
            sa.insert(Measure)
            .values(
                case_id=case.id,
                channel=channel,
                kind=kind,
                title=title.strip(),
                basis=basis.strip(),
                mandatory=mandatory,
                state=MeasureState.PROPOSED,
                owner_unit_id=owner_unit_id,
                due_on=due_on,
                created_at=at,
            )
            .returning(Measure.id)
        ).scalar_one()
    )
    beside.created(
        conn, Thing.MEASURE, measure_id, actor=actor, at=at, case_id=case.id,
        payload={"title": title.strip(), "mandatory": mandatory},
    )  # fmt: skip
    return measure_id


def _owner_is_known(conn: sa.Connection, owner_unit_id: int | None) -> None:
    if owner_unit_id is None:
        return
    if conn.execute(sa.select(Unit.id).where(Unit.id == owner_unit_id)).first() is None:
        raise Invalid({"owner_unit_id": m("没有这个单位")})


def plan(
    conn: sa.Connection,
    measure_id: int,
    *,
    owner_unit_id: int | None,
    due_on: date | None,
    actor: Actor,
    at: datetime,
) -> None:
    """Set who carries it out and until when, before it is assigned. Raises Refused, Invalid."""
    row = row_of(conn, Thing.MEASURE, measure_id, lock=True)
    require_for_thing(conn, Thing.MEASURE, row, Permission.MEASURE_ASSIGN, actor)
    if row.state != MeasureState.PROPOSED:
        raise Refused([m("事项已交办,须先撤回交办再改责任单位和期限")])
    _owner_is_known(conn, owner_unit_id)
    conn.execute(
        sa.update(Measure)
        .where(Measure.id == measure_id)
        .values(owner_unit_id=owner_unit_id, due_on=due_on)
    )
    append(
        conn,
        Draft(
            subject=Thing.MEASURE.value,
            subject_id=measure_id,
            case_id=row.case_id,
            action="plan_measure",
            at=at,
            payload={"owner_unit_id": owner_unit_id, "due_on": str(due_on or "")},
        ).by(actor),
    )


def assign(
    conn: sa.Connection,
    measure_id: int,
    *,
    owner_unit_id: int | None = None,
    due_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> ThingOutcome:
    """Hand a proposed measure to its owner; what isn't named stays as planned. Raises Refused."""
    row = row_of(conn, Thing.MEASURE, measure_id)
    owner, due = owner_unit_id or row.owner_unit_id, due_on or row.due_on
    if (owner, due) != (row.owner_unit_id, row.due_on):
        plan(conn, measure_id, owner_unit_id=owner, due_on=due, actor=actor, at=at)
    return _move(conn, measure_id, ThingAction.ASSIGN_MEASURE, actor, at)


def report(
    conn: sa.Connection,
    measure_id: int,
    *,
    result: str,
    proof: str = "",
    file_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> ThingOutcome:
    """The responsible organ says what was done, with proof in words or a stored file."""
    payload = {"result": result.strip(), "proof": proof.strip(), "file_id": file_id}
    return _move(conn, measure_id, ThingAction.REPORT_MEASURE, actor, at, payload)


def confirm(conn: sa.Connection, measure_id: int, *, actor: Actor, at: datetime) -> ThingOutcome:
    """Somebody other than who reported it confirms. Raises Refused."""
    return _move(conn, measure_id, ThingAction.CONFIRM_MEASURE, actor, at)


def give_back(
    conn: sa.Connection, measure_id: int, *, reason: str, actor: Actor, at: datetime
) -> ThingOutcome:
    """Return a reported measure with a reason."""
    return _move(conn, measure_id, ThingAction.RETURN_MEASURE, actor, at, {"reason": reason})


def waive(
    conn: sa.Connection, measure_id: int, *, reason: str, actor: Actor, at: datetime
) -> ThingOutcome:
    """Decide that a measure is not carried out, with a reason."""
    return _move(conn, measure_id, ThingAction.WAIVE_MEASURE, actor, at, {"reason": reason})


def _move(
    conn: sa.Connection,
    measure_id: int,
    action: ThingAction,
    actor: Actor,
    at: datetime,
    payload: dict[str, Any] | None = None,
) -> ThingOutcome:
    return beside.move(conn, Thing.MEASURE, measure_id, action, actor=actor, at=at, payload=payload)
