"""复核 and 申诉: filed by the person, decided by somebody who did not decide before.

A review never suspends the result and can't make it worse (公务员法 95, 96).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands import beside
from cases.commands.rights import require
from cases.commands.synthesis import compute
from cases.commands.transition import Outcome, lock_pools, perform
from cases.errors import Invalid, Refused
from cases.models import Case, Decision, Review
from cases.queries.things import row_of
from workflow.permissions import Actor
from workflow.timetable import statutory_clocks
from workflow.vocabulary import (
    Action,
    Grade,
    Permission,
    ReviewKind,
    ReviewState,
    Thing,
    ThingAction,
)
from workflow.vocabulary import Outcome as OutcomeWord
from workflow.words import m

OPEN = (ReviewState.FILED, ReviewState.ACCEPTED)


def file_review(
    conn: sa.Connection,
    case: Any,
    *,
    kind: ReviewKind,
    request: str,
    grounds: str,
    previous_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """File a review of the result in force; returns its id.

    The day of knowing is the day of notice (for an appeal after a review: of its decision).
    Raises Refused without the right, notice, or while one is open; Invalid for empty texts.
    """
    require(conn, case, Permission.REVIEW_FILE, actor)
    errors = {
        name: m("请写明%(what)s", what=what)
        for name, what, text in (("request", m("请求"), request), ("grounds", m("理由"), grounds))
        if not text.strip()
    }
    if errors:
        raise Invalid(errors)
    known_on = _known_on(conn, case, previous_id)
    if known_on is None:
        raise Refused([m("还没有收到考核结果告知书")], case.ref)
    clash = conn.execute(
        sa.select(Review.id).where(Review.case_id == case.id, Review.state.in_(OPEN))
    ).first()
    if clash:
        raise Refused([m("已有复核申诉正在办理")], case.ref)
    today = date_of(at)
    clocks = statutory_clocks(review_received_on=today, appeal_accepted_on=today)
    due = clocks.review_decided_by if kind is ReviewKind.REVIEW else clocks.appeal_decided_by
    review_id = int(
        conn.execute(
            sa.insert(Review)
            .values(
                case_id=case.id,
                kind=kind,
                state=ReviewState.FILED,
                filed_on=today,
                known_on=known_on,
                due_on=due,
                request=request.strip(),
                grounds=grounds.strip(),
                previous_id=previous_id,
            )
            .returning(Review.id)
        ).scalar_one()
    )
    beside.created(
        conn, Thing.REVIEW, review_id, actor=actor, at=at, case_id=case.id, payload={"kind": kind}
    )
    return review_id


def _known_on(conn: sa.Connection, case: Any, previous_id: int | None) -> date | None:
    if previous_id is not None:
        earlier: date | None = conn.execute(
            sa.select(Review.decided_on).where(Review.id == previous_id)
        ).scalar()
        return earlier
    found: date | None = conn.execute(
        sa.select(sa.func.max(Decision.notified_on)).where(Decision.case_id == case.id)
    ).scalar()
    return found


def decide_review(
    conn: sa.Connection,
    review_id: int,
    *,
    new_grade: Grade | None,
    decision: str,
    document: str,
    actor: Actor,
    at: datetime,
) -> Outcome | None:
    """Uphold the result (``new_grade`` None) or change it; a change regrades the case at once, by
    the bars as they are on the day.

    Raises Refused when the decider decided or proposed before, or the grade would be worse.
    """
    review = row_of(conn, Thing.REVIEW, review_id, lock=True)
    errors = {}
    if not decision.strip():
        errors["decision"] = m("请写明复核决定")
    if not document.strip():
        errors["document"] = m("请写明文号")
    if errors:
        raise Invalid(errors)
    case = conn.execute(sa.select(Case).where(Case.id == review.case_id)).one()
    if new_grade is not None:
        lock_pools(conn, [case.id])
        compute(conn, case.cycle_id, [case.id], actor=actor, at=at)
    action = ThingAction.UPHOLD_RESULT if new_grade is None else ThingAction.CHANGE_RESULT
    payload = {
        "reason": decision.strip(),
        "document": document.strip(),
        "new_grade": new_grade,
        "decision": decision.strip(),
    }
    beside.move(conn, Thing.REVIEW, review_id, action, actor=actor, at=at, payload=payload)
    if new_grade is None:
        return None
    return perform(
        conn,
        case.id,
        Action.REGRADE,
        actor=actor,
        at=at,
        payload={
            "outcome": OutcomeWord.GRADED,
            "grade": new_grade,
            "reason": decision.strip(),
            "document_no": document.strip(),
            "deviation": "other",
        },
    )


def grade_named(text: str | None) -> Grade:
    """The grade a change names. Raises Invalid when none is chosen."""
    if not text:
        raise Invalid({"new_grade": m("请选择改定的等次")})
    return Grade(text)
