"""Corrections after filing: drafted, approved by another, carried out by the deciding organ.

Also how a grade is filled in (补定等次) after a hold is lifted.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands import beside, relook
from cases.commands.rights import require
from cases.commands.synthesis import compute
from cases.commands.transition import Outcome, lock_pools, perform
from cases.errors import Invalid, Refused
from cases.models import Case, Correction, Measure
from cases.queries.things import row_of
from workflow.permissions import Actor
from workflow.vocabulary import (
    GRADES,
    Action,
    CaseKind,
    ConclusionCode,
    CorrectionState,
    Grade,
    MeasureState,
    Permission,
    Thing,
    ThingAction,
    conclusion_code,
)
from workflow.vocabulary import Outcome as OutcomeWord
from workflow.words import m


def draft_correction(
    conn: sa.Connection,
    case: Any,
    *,
    grade: Grade,
    document: str,
    reason: str,
    actor: Actor,
    at: datetime,
) -> int:
    """Draft a correction to another grade; effects of the old result are listed with it."""
    require(conn, case, Permission.CORRECTION_DRAFT, actor)
    errors = {}
    if grade not in GRADES[CaseKind(case.kind)]:
        errors["grade"] = m("“%(grade)s”不适用于这一考核对象", grade=grade)
    if not document.strip():
        errors["document"] = m("请写明更正文号")
    if not reason.strip():
        errors["reason"] = m("请写明更正理由")
    if errors:
        raise Invalid(errors)
    effects = conn.execute(
        sa.select(Measure.title).where(
            Measure.case_id == case.id, Measure.state != MeasureState.WAIVED
        )
    ).scalars()
    new = conclusion_for(case, grade)
    correction_id = int(
        conn.execute(
            sa.insert(Correction)
            .values(
                case_id=case.id,
                state=CorrectionState.DRAFTED,
                document=document.strip(),
                old_conclusion=case.conclusion or ConclusionCode.UNGRADED.value,
                new_conclusion=new,
                effects=list(effects),
                reason=reason.strip(),
                made_by=actor.person_id,
                made_at=at,
            )
            .returning(Correction.id)
        ).scalar_one()
    )
    beside.created(
        conn,
        Thing.CORRECTION,
        correction_id,
        actor=actor,
        at=at,
        case_id=case.id,
        action=ThingAction.DRAFT_CORRECTION.value,
        payload={"document": document, "grade": grade},
    )
    return correction_id


def grade_ordered(case: Any, correction: Any) -> Grade:
    """The grade a correction orders: the one of the case's scale with its new conclusion."""
    for grade in GRADES[CaseKind(case.kind)]:
        if conclusion_for(case, grade) == correction.new_conclusion:
            return grade
    raise Refused([m("更正没有写明等次")], case.ref)


def conclusion_for(case: Any, grade: Grade) -> str:
    """A person's national code; a body's is its grade."""
    return conclusion_code(grade).value if case.kind == CaseKind.CADRE else grade.value


def carry_out(conn: sa.Connection, correction_id: int, *, actor: Actor, at: datetime) -> Outcome:
    """Write the approved correction into the case and close it; the old papers become void.

    Bars are computed again first: the grade must be allowed on the day it is written.
    """
    row = row_of(conn, Thing.CORRECTION, correction_id, lock=True)
    case = case_of(conn, correction_id)
    grade = grade_ordered(case, row)
    lock_pools(conn, [case.id])
    bodies = relook.hold_members(conn, [case.id])
    compute(conn, case.cycle_id, [case.id], actor=actor, at=at)
    outcome = perform(
        conn,
        row.case_id,
        Action.CORRECT_GRADE,
        actor=actor,
        at=at,
        payload={
            "outcome": OutcomeWord.GRADED,
            "grade": grade,
            "reason": row.reason,
            "document_no": row.document,
            "deviation": "other",
        },
    )
    relook.body_graded(conn, case.cycle_id, bodies, actor=actor, at=at)
    beside.move(
        conn, Thing.CORRECTION, correction_id, ThingAction.APPLY_CORRECTION, actor=actor, at=at
    )
    return outcome


def case_of(conn: sa.Connection, correction_id: int) -> Any:
    """The case a correction belongs to."""
    row = row_of(conn, Thing.CORRECTION, correction_id)
    return conn.execute(sa.select(Case).where(Case.id == row.case_id)).one()
