"""What moves of reviews, holds, objections and corrections write besides their state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands.recording.moved import MovedThing, ThingRecorder
from cases.models import Case, Correction, Hold, PublicityObjection, Review, SubjectEvent
from cases.scoring.grading.sanctions import INVESTIGATION
from workflow.permissions import Actor
from workflow.vocabulary import HoldKind, ThingAction


def _set(conn: sa.Connection, table: Any, moved: MovedThing, **values: Any) -> None:
    conn.execute(sa.update(table).where(table.id == moved.thing_id).values(**values))


def accept_review(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """Who accepted it."""
    _set(conn, Review, moved, accepted_by=actor.person_id)


def answer_review(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """The written decision: who, when, which words, which grade."""
    given = moved.payload
    _set(
        conn,
        Review,
        moved,
        decided_by=actor.person_id,
        decided_on=date_of(at),
        decision=given.get("decision") or given.get("reason"),
        document=given.get("document"),
        new_grade=given.get("new_grade"),
    )


def lift_hold(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """The day and the ground of lifting; an investigation is closed with its hold."""
    _set(
        conn,
        Hold,
        moved,
        review_on=None,
        lifted_on=date_of(at),
        lifted_by=actor.person_id,
        note=str(moved.payload["conclusion"]),
    )
    subject = (
        sa.select(Case.person_id)
        .join(Hold, Hold.case_id == Case.id)
        .where(Hold.id == moved.thing_id, Hold.kind == HoldKind.INVESTIGATION)
        .scalar_subquery()
    )
    conn.execute(
        sa.update(SubjectEvent)
        .where(
            SubjectEvent.person_id == subject,
            SubjectEvent.kind == INVESTIGATION,
            SubjectEvent.ended_on.is_(None),
        )
        .values(ended_on=date_of(at))
    )


def handle_objection(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """What was found, by whom, when."""
    _set(
        conn,
        PublicityObjection,
        moved,
        handling=str(moved.payload["finding"]),
        handled_by=actor.person_id,
        handled_on=date_of(at),
    )


def approve_correction(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """Who approved it, when."""
    _set(conn, Correction, moved, approved_by=actor.person_id, approved_at=at)


THING_RECORDERS: dict[ThingAction, ThingRecorder] = {
    ThingAction.ACCEPT_REVIEW: accept_review,
    ThingAction.REJECT_REVIEW: answer_review,
    ThingAction.UPHOLD_RESULT: answer_review,
    ThingAction.CHANGE_RESULT: answer_review,
    ThingAction.LIFT_HOLD: lift_hold,
    ThingAction.SUBSTANTIATE_OBJECTION: handle_objection,
    ThingAction.DISMISS_OBJECTION: handle_objection,
    ThingAction.APPROVE_CORRECTION: approve_correction,
}
