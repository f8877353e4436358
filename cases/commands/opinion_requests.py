"""Opinion requests: one letter to one body about many cases, with a working-day clock."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands import beside
from cases.errors import Invalid, Refused
from cases.models import Case, Cycle, OpinionItem, OpinionRequest, Unit
from cases.queries.calendar import working_days
from cases.queries.things import row_of
from cases.queries.visibility import visible
from workflow.permissions import Actor
from workflow.rules import rule_count
from workflow.timetable import add_working_days
from workflow.vocabulary import OpinionRequestState, Permission, Thing, ThingAction
from workflow.words import m


def ask_opinion(
    conn: sa.Connection,
    cycle_id: int,
    body_unit_id: int,
    case_ids: Collection[int],
    *,
    days: int | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Draft a letter to a body about these cases, due after ``days`` working days (else the rule
    row ``opinion_reply``); returns its id.

    Raises Refused for a case the actor may not ask about, Invalid for an empty list.
    """
    if not case_ids:
        raise Invalid({"cases": m("请选择考核对象")})
    if days is not None and not 1 <= days <= 60:
        raise Invalid({"days": m("回复期限请在 1 至 60 个工作日之间")})
    _check_all_askable(conn, cycle_id, case_ids, actor)
    body = conn.execute(sa.select(Unit.name).where(Unit.id == body_unit_id)).scalar_one()
    cycle = conn.execute(sa.select(Cycle.ref, Cycle.title).where(Cycle.id == cycle_id)).one()
    number = conn.execute(
        sa.select(sa.func.count()).where(OpinionRequest.cycle_id == cycle_id)
    ).scalar_one()
    request_id = int(
        conn.execute(
            sa.insert(OpinionRequest)
            .values(
                ref=f"{cycle.ref}-YJ{number + 1:03d}",
                cycle_id=cycle_id,
                body=body[:40],
                body_unit_id=body_unit_id,
                title=f"{cycle.title}征求意见函",
                state=OpinionRequestState.OPEN,
                due_on=_due(conn, date_of(at), days),
                created_by=actor.person_id,
                created_at=at,
            )
            .returning(OpinionRequest.id)
        ).scalar_one()
    )
    conn.execute(
        sa.insert(OpinionItem),
        [{"request_id": request_id, "case_id": i} for i in sorted(case_ids)],
    )
    beside.created(
        conn, Thing.OPINION_REQUEST, request_id, actor=actor, at=at,
        payload={"body": body, "cases": len(case_ids)},
    )  # fmt: skip
    return request_id


def _check_all_askable(
    conn: sa.Connection, cycle_id: int, case_ids: Collection[int], actor: Actor
) -> None:
    allowed = set(
        conn.execute(
            sa.select(Case.id).where(
                Case.id.in_(case_ids),
                Case.cycle_id == cycle_id,
                visible(conn, actor, Permission.OPINION_ASK),
            )
        ).scalars()
    )
    if allowed != set(case_ids):
        raise Refused([m("有的考核对象不能由你征求意见")])


def _due(conn: sa.Connection, today: date, days: int | None) -> date:
    count = rule_count("opinion_reply") if days is None else days
    return add_working_days(today, count, working_days(conn))


def send(conn: sa.Connection, request_id: int, *, actor: Actor, at: datetime) -> None:
    """Send the letter; the clock runs."""
    beside.move(
        conn, Thing.OPINION_REQUEST, request_id, ThingAction.SEND_REQUEST, actor=actor, at=at
    )


def answer(
    conn: sa.Connection,
    request_id: int,
    opinions: Mapping[int, str],
    *,
    document: str,
    summary: str = "",
    file_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Answer for all cases: ``opinions`` holds the objections by case id, the rest have none.

    Raises Invalid without a document number or for a case that was not asked about.
    """
    request = row_of(conn, Thing.OPINION_REQUEST, request_id, lock=True)
    asked = set(
        conn.execute(
            sa.select(OpinionItem.case_id).where(OpinionItem.request_id == request_id)
        ).scalars()
    )
    errors: dict[str, Any] = {}
    if not document.strip():
        errors["document"] = m("请写明回函文号")
    if set(opinions) - asked:
        errors["opinions"] = m("有的考核对象不在来函名单中")
    if errors:
        raise Invalid(errors)
    conn.execute(
        sa.update(OpinionItem)
        .where(OpinionItem.request_id == request_id, OpinionItem.case_id == sa.bindparam("b_case"))
        .values(objection=sa.bindparam("b_objection"), text=sa.bindparam("b_text")),
        [
            {
                "b_case": i,
                "b_objection": bool(opinions.get(i, "").strip()),
                "b_text": opinions.get(i, "").strip() or None,
            }
            for i in sorted(asked)
        ],
    )
    beside.move(
        conn,
        Thing.OPINION_REQUEST,
        request.id,
        ThingAction.ANSWER_REQUEST,
        actor=actor,
        at=at,
        payload={
            "opinion": summary.strip() or "无不同意见",
            "document": document.strip(),
            "file_id": file_id,
            "basis": "signed_paper",
        },
    )
