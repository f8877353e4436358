"""What moves of data sheets, inquiries and opinion requests write besides their state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands.recording.moved import MovedThing, SetRecorder, ThingRecorder
from cases.commands.recording.provisional import end_passes
from cases.models import Case, DataSheet, IndicatorValue, Inquiry, OpinionRequest, UnitItem
from cases.queries.calendar import working_days
from workflow.permissions import Actor
from workflow.rules import rule_count
from workflow.timetable import add_working_days
from workflow.vocabulary import Stage, ThingAction, ValueState

NOT_ASKED = {"confirm_due_on": None, "confirmed_at": None, "confirmed_by": None}
"""The unit is not asked, or is asked anew."""
Sheets = Sequence[MovedThing]


def ask_to_verify(conn: sa.Connection, moved: Sheets, actor: Actor, at: datetime) -> None:
    """The sheets are with their verifiers: by which day they are done."""
    last = add_working_days(date_of(at), rule_count("sheet_verify"), working_days(conn))
    _sheets(conn, moved, verify_due_on=last, **NOT_ASKED)


def ask_unit(conn: sa.Connection, moved: Sheets, actor: Actor, at: datetime) -> None:
    """Verified: the assessed units confirm or object by this day."""
    last = add_working_days(date_of(at), rule_count("sheet_confirm"), working_days(conn))
    _sheets(conn, moved, verify_due_on=None, **{**NOT_ASKED, "confirm_due_on": last})


def leave_verifier(conn: sa.Connection, moved: Sheets, actor: Actor, at: datetime) -> None:
    """Returned, taken back or revised: nobody is to verify or confirm them."""
    _sheets(conn, moved, verify_due_on=None, **NOT_ASKED)


def _sheets(conn: sa.Connection, moved: Sheets, **values: object) -> None:
    conn.execute(sa.update(DataSheet).where(DataSheet.id.in_(_ids(moved))).values(**values))


def _ids(moved: Sheets) -> list[int]:
    return [one.thing_id for one in moved]


def freeze_values(conn: sa.Connection, moved: Sheets, actor: Actor, at: datetime) -> None:
    """Verified values are frozen with their sheets, and no provisional input stands in for them."""
    theirs = (
        sa.select(Case.id)
        .join(
            DataSheet, (DataSheet.unit_id == Case.unit_id) & (DataSheet.cycle_id == Case.cycle_id)
        )
        .where(DataSheet.id.in_(_ids(moved)))
    )
    held = theirs.order_by(Case.id).with_for_update(key_share=True, of=Case)
    end_passes(conn, list(conn.execute(held).scalars()), Stage.DATA_COLLECTION, at)
    _values(conn, moved, ValueState.VERIFIED, ValueState.FROZEN)
    _items(conn, moved, ValueState.VERIFIED, ValueState.FROZEN)


def reopen_items(conn: sa.Connection, moved: Sheets, actor: Actor, at: datetime) -> None:
    """A revised sheet is nobody's to verify yet; its deductions and bonuses are verified still."""
    leave_verifier(conn, moved, actor, at)
    _items(conn, moved, ValueState.FROZEN, ValueState.VERIFIED)


def _items(conn: sa.Connection, moved: Sheets, old: ValueState, new: ValueState) -> None:
    conn.execute(
        sa.update(UnitItem)
        .where(UnitItem.sheet_id.in_(_ids(moved)), UnitItem.state == old)
        .values(state=new)
    )


def unverify_values(conn: sa.Connection, moved: Sheets, actor: Actor, at: datetime) -> None:
    """The office asks the verifier to look again: his days count anew."""
    ask_to_verify(conn, moved, actor, at)
    conn.execute(
        sa.update(IndicatorValue)
        .where(
            IndicatorValue.sheet_id.in_(_ids(moved)),
            IndicatorValue.state == ValueState.VERIFIED,
        )
        .values(state=ValueState.SUBMITTED, verified_by=None, verified_at=None)
    )
    conn.execute(
        sa.update(UnitItem)
        .where(
            UnitItem.sheet_id.in_(_ids(moved)),
            UnitItem.state == ValueState.VERIFIED,
            UnitItem.withdrawn_at.is_(None),
        )
        .values(state=ValueState.SUBMITTED, verified_by=None, verified_at=None)
    )


def withdraw_values(conn: sa.Connection, moved: Sheets, actor: Actor, at: datetime) -> None:
    """Values handed in but not verified go back to draft."""
    leave_verifier(conn, moved, actor, at)
    _values(conn, moved, ValueState.SUBMITTED, ValueState.DRAFT)


def _values(conn: sa.Connection, moved: Sheets, old: ValueState, new: ValueState) -> None:
    conn.execute(
        sa.update(IndicatorValue)
        .where(IndicatorValue.sheet_id.in_(_ids(moved)), IndicatorValue.state == old)
        .values(state=new)
    )


def report_inquiry(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """What was found, by whom."""
    conn.execute(
        sa.update(Inquiry)
        .where(Inquiry.id == moved.thing_id)
        .values(
            finding=str(moved.payload["finding"]),
            evidence=moved.payload.get("evidence"),
            reported_by=actor.person_id,
        )
    )


def conclude_inquiry(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """What it amounts to, by whom, when."""
    conn.execute(
        sa.update(Inquiry)
        .where(Inquiry.id == moved.thing_id)
        .values(
            conclusion=str(moved.payload["conclusion"]),
            concluded_by=actor.person_id,
            concluded_at=at,
        )
    )


def send_request(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """The day it went out."""
    conn.execute(
        sa.update(OpinionRequest)
        .where(OpinionRequest.id == moved.thing_id)
        .values(sent_on=date_of(at))
    )


def answer_request(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """The day, the letter, who answered."""
    conn.execute(
        sa.update(OpinionRequest)
        .where(OpinionRequest.id == moved.thing_id)
        .values(
            answered_on=date_of(at),
            answered_by=actor.person_id,
            document=moved.payload.get("document"),
            summary=moved.payload.get("opinion"),
            file_id=moved.payload.get("file_id"),
        )
    )


SET_RECORDERS: dict[ThingAction, SetRecorder] = {
    ThingAction.SUBMIT_SHEET: ask_to_verify,
    ThingAction.RETURN_SHEET: leave_verifier,
    ThingAction.VERIFY_SHEET: ask_unit,
    ThingAction.CORRECT_SHEET: ask_to_verify,
    ThingAction.REVISE_SHEET: reopen_items,
    ThingAction.FREEZE_SHEET: freeze_values,
    ThingAction.UNVERIFY_SHEET: unverify_values,
    ThingAction.WITHDRAW_SHEET: withdraw_values,
}


def _alone(recorder: SetRecorder) -> ThingRecorder:
    """What a set of one writes."""

    def record(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
        recorder(conn, [moved], actor, at)

    return record


THING_RECORDERS: dict[ThingAction, ThingRecorder] = {
    **{action: _alone(recorder) for action, recorder in SET_RECORDERS.items()},
    ThingAction.REPORT_INQUIRY: report_inquiry,
    ThingAction.CONCLUDE_INQUIRY: conclude_inquiry,
    ThingAction.SEND_REQUEST: send_request,
    ThingAction.ANSWER_REQUEST: answer_request,
}
