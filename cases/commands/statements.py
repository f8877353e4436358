"""本人意见 and the signature under a result. A pending signature never stops the cycle (M3)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases import journal
from cases.clock import date_of
from cases.commands.filing import order_addendum
from cases.commands.rights import require
from cases.errors import Invalid, Refused
from cases.models import Decision, Statement
from workflow.permissions import Actor
from workflow.rules import rule_count
from workflow.vocabulary import Permission, SignState
from workflow.words import m

STATEMENT_CHARS = 500


def write_statement(
    conn: sa.Connection, case: Any, *, agrees: bool, text: str = "", actor: Actor, at: datetime
) -> None:
    """The person's own opinion; agreeing without words is enough, disagreeing needs them.

    Raises Refused without notice or right, Invalid for a missing or overlong text.
    """
    require(conn, case, Permission.STATEMENT_WRITE, actor)
    _row(conn, case)
    if not agrees and not text.strip():
        raise Invalid({"text": m("不同意的,请写明意见")})
    if len(text) > STATEMENT_CHARS:
        raise Invalid({"text": m("本人意见最多 %(n)s 个字", n=STATEMENT_CHARS)})
    conn.execute(
        sa.update(Statement)
        .where(Statement.case_id == case.id)
        .values(
            agrees=agrees,
            text=text.strip() or None,
            sign_state=SignState.SIGNED,
            signed_on=date_of(at),
            recorded_by=actor.person_id,
            recorded_at=at,
        )
    )
    order_addendum(conn, case.id, at=at)
    _note(conn, case, "write_statement", actor, at, {"agrees": agrees})


def record_signature(
    conn: sa.Connection,
    case: Any,
    *,
    state: SignState,
    signed_on: date | None = None,
    reason: str = "",
    review_on: date | None = None,
    witnesses: str = "",
    actor: Actor,
    at: datetime,
) -> None:
    """What became of the signature on paper: signed, refused, pending or impossible.

    Raises Refused without the right, Invalid when what the state needs is missing.
    """
    require(conn, case, Permission.SIGNATURE_RECORD, actor)
    _row(conn, case)
    errors = _signature_errors(state, reason, review_on, witnesses)
    if errors:
        raise Invalid(errors)
    conn.execute(
        sa.update(Statement)
        .where(Statement.case_id == case.id)
        .values(
            sign_state=state,
            signed_on=(signed_on or date_of(at)) if state is SignState.SIGNED else None,
            reason=reason.strip() or None,
            review_on=review_on,
            witnesses=witnesses.strip() or None,
            recorded_by=actor.person_id,
            recorded_at=at,
        )
    )
    if state is SignState.SIGNED:
        order_addendum(conn, case.id, at=at)
    _note(conn, case, "record_signature", actor, at, {"state": state})


def _signature_errors(
    state: SignState, reason: str, review_on: date | None, witnesses: str
) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    if state is SignState.NONE:
        errors["state"] = m("请选择签收情况")
    if state in (SignState.PENDING, SignState.IMPOSSIBLE) and not reason.strip():
        errors["reason"] = m("请写明原因")
    if state is SignState.PENDING and review_on is None:
        errors["review_on"] = m("请写明复查日期")
    names = [n for n in witnesses.replace(",", "、").split("、") if n.strip()]
    least = rule_count("refusal_witnesses")
    if state is SignState.REFUSED and len(names) < least:
        errors["witnesses"] = m("拒绝签字的,须写明 %(n)s 名见证人,用顿号分开", n=least)
    return errors


def _row(conn: sa.Connection, case: Any) -> Any:
    row = conn.execute(sa.select(Statement).where(Statement.case_id == case.id)).first()
    told = conn.execute(
        sa.select(Decision.id).where(Decision.case_id == case.id, Decision.notified_on.is_not(None))
    ).first()
    if row is None or told is None:
        raise Refused([m("还没有送达考核结果告知书")], case.ref)
    return row


def _note(
    conn: sa.Connection, case: Any, action: str, actor: Actor, at: datetime, payload: dict[str, Any]
) -> None:
    journal.note(conn, "case", case.id, action, payload, actor, at, case_id=case.id)
