"""Opinion requests: the asker's list and who has not answered; the addressed body's letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import (
    Account,
    Case,
    Cycle,
    OpinionItem,
    OpinionRequest,
    Person,
    RoleGrant,
    Unit,
)
from cases.queries.visibility import visible
from workflow.permissions import Actor, scopes
from workflow.vocabulary import OpinionRequestState, Permission, Role, ScopeKind


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One letter in a list, with how many cases it is about and how many objections came back."""

    id: int
    ref: str
    body: str
    title: str
    state: OpinionRequestState
    version: int
    sent_on: date | None
    due_on: date | None
    answered_on: date | None
    document: str | None
    summary: str | None
    cycle_id: int
    asked: int
    objections: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """What a body says about one case."""

    case_id: int
    ref: str
    subject: str
    unit: str
    post: str | None
    objection: bool | None
    text: str | None


def _reach(actor: Actor, permission: Permission) -> Any:
    parts: list[Any] = []
    for scope in scopes(actor, permission):
        if scope.kind is ScopeKind.ORGAN:
            parts.append(Cycle.managing_organ_id == scope.organ_id)
        elif scope.kind is ScopeKind.WORKING:
            parts.append(
                sa.and_(
                    OpinionRequest.body_unit_id == scope.unit_id,
                    OpinionRequest.state != OpinionRequestState.OPEN,
                )
            )
    return sa.or_(*parts) if parts else sa.false()


def _rows(actor: Actor, permission: Permission) -> Any:
    items = (
        sa.select(
            OpinionItem.request_id,
            sa.func.count().label("asked"),
            sa.func.sum(sa.case((OpinionItem.objection.is_(True), 1), else_=0)).label("objections"),
        )
        .group_by(OpinionItem.request_id)
        .subquery()
    )
    return (
        sa.select(
            OpinionRequest.id,
            OpinionRequest.ref,
            OpinionRequest.body,
            OpinionRequest.title,
            OpinionRequest.state,
            OpinionRequest.version,
            OpinionRequest.sent_on,
            OpinionRequest.due_on,
            OpinionRequest.answered_on,
            OpinionRequest.document,
            OpinionRequest.summary,
            OpinionRequest.cycle_id,
            items.c.asked,
            items.c.objections,
        )
        .join(Cycle, Cycle.id == OpinionRequest.cycle_id)
        .join(items, items.c.request_id == OpinionRequest.id)
        .where(_reach(actor, permission))
    )


def _row(row: Any) -> RequestRow:
    fields: list[Any] = [*row]
    fields[4] = OpinionRequestState(fields[4])
    return RequestRow(*fields)


def requests(
    conn: sa.Connection, actor: Actor, permission: Permission, *, limit: int = 200
) -> list[RequestRow]:
    """Letters within reach: unanswered ones first, the nearest due day first."""
    waits = sa.case(
        (OpinionRequest.state.in_([OpinionRequestState.OPEN, OpinionRequestState.SENT]), 0), else_=1
    )
    query = _rows(actor, permission).order_by(
        waits, OpinionRequest.due_on, OpinionRequest.id.desc()
    )
    return [_row(row) for row in conn.execute(query.limit(limit))]


def load_request(
    conn: sa.Connection, actor: Actor, permission: Permission, ref: str, **more: Any
) -> RequestRow:
    """One letter. Raises NotVisible alike for absent and foreign."""
    row = conn.execute(_rows(actor, permission).where(OpinionRequest.ref == ref)).first()
    if row is None:
        raise NotVisible(ref)
    return _row(row)


def items_of(conn: sa.Connection, request_id: int) -> list[ItemRow]:
    """The cases of a letter in official order."""
    rows = conn.execute(
        sa.select(
            Case.id,
            Case.ref,
            Case.subject_name,
            Case.unit_name,
            Case.subject_post,
            OpinionItem.objection,
            OpinionItem.text,
        )
        .join(Case, Case.id == OpinionItem.case_id)
        .where(OpinionItem.request_id == request_id)
        .order_by(Case.sort_key, Case.id)
    )
    return [ItemRow(r[0], r[1], r[2], r[3], r[4], r[5], r[6]) for r in rows]


def bodies(conn: sa.Connection) -> list[tuple[int, str]]:
    """Units with somebody who can answer, in official order."""
    answering = (
        sa.select(RoleGrant.unit_id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(
            RoleGrant.role == Role.OPINION_RESPONDENT,
            RoleGrant.approved_at.is_not(None),
            RoleGrant.revoked_at.is_(None),
        )
    )
    rows = conn.execute(
        sa.select(Unit.id, Unit.name).where(Unit.id.in_(answering)).order_by(Unit.sort_no, Unit.id)
    )
    return [(unit_id, name) for unit_id, name in rows]


def askable(conn: sa.Connection, actor: Actor, cycle_id: int) -> dict[str, int]:
    """Number of the case -> id, for every case of the cycle the actor may ask about."""
    rows = conn.execute(
        sa.select(Case.ref, Case.id).where(
            Case.cycle_id == cycle_id, visible(conn, actor, Permission.OPINION_ASK)
        )
    )
    return {ref: case_id for ref, case_id in rows}


_OF_CASE: Any = (
    sa.select(
        OpinionRequest.ref,
        OpinionRequest.body,
        OpinionRequest.state,
        OpinionRequest.due_on,
        OpinionRequest.answered_on,
        OpinionRequest.document,
        OpinionItem.objection,
        OpinionItem.text,
        Person.name.label("answered_by"),
    )
    .join(OpinionItem, OpinionItem.request_id == OpinionRequest.id)
    .outerjoin(Person, Person.id == OpinionRequest.answered_by)
    .where(
        OpinionItem.case_id == sa.bindparam("case", type_=sa.BigInteger),
        OpinionRequest.state != OpinionRequestState.OPEN,
    )
    .order_by(OpinionRequest.id)
)


def opinions_of_case(conn: sa.Connection, case_id: int) -> list[Any]:
    """Letters about one case with what was said: body, state, due_on, answered_on, objection,
    text, document, ref."""
    return list(conn.execute(_OF_CASE, {"case": case_id}))
