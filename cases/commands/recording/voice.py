"""What moves of surveys, reports of canvassing and negative ratings write besides the state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands.recording.moved import MovedThing, ThingRecorder
from cases.models import CanvassingReport, NegativeRating, SurveyArea
from cases.queries.calendar import working_days
from cases.queries.scheme import scheme_of_cycle
from cases.queries.things import row_of
from workflow.permissions import Actor
from workflow.rules import rule_count
from workflow.timetable import add_working_days
from workflow.vocabulary import Thing, ThingAction


def reopen_survey(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """Answers come in again: the sums of the earlier closing no longer stand."""
    conn.execute(
        sa.update(SurveyArea)
        .where(SurveyArea.survey_id == moved.thing_id)
        .values(answered=0, asked=0, counts=None)
    )


def find(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """What was found about a report, by whom: never who recorded it."""
    _report(conn, moved, finding=_text(moved, "finding"), decided_by=actor.person_id, decided_at=at)


def look_again(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """The finding no longer stands."""
    _report(conn, moved, finding=None, decided_by=None, decided_at=None)


def fix(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """What was done, its proof; from now on the clock of the call-back runs."""
    row = row_of(conn, Thing.NEGATIVE_RATING, moved.thing_id)
    scheme = scheme_of_cycle(conn, row.cycle_id)
    days = scheme.surveys.call_back_days if scheme else rule_count("rating_call_back")
    _rating(
        conn,
        moved,
        result=_text(moved, "result"),
        proof=_text(moved, "proof"),
        file_id=moved.payload.get("file_id") or row.file_id,
        fixed_by=actor.person_id,
        fixed_on=date_of(at),
        fix_due_on=row.due_on,
        due_on=add_working_days(date_of(at), days, working_days(conn)),
        return_reason=None,
    )


def call_back(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """What the citizen said; the clock stands still until the office looks at it."""
    _rating(
        conn,
        moved,
        answer=str(moved.payload["answer"]),
        answer_note=_text(moved, "note"),
        called_by=actor.person_id,
        called_on=date_of(at),
        call_due_on=row_of(conn, Thing.NEGATIVE_RATING, moved.thing_id).due_on,
        due_on=None,
    )


def fix_again(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """Back to the unit with a fresh clock; call-back and confirmation no longer stand."""
    row = row_of(conn, Thing.NEGATIVE_RATING, moved.thing_id)
    _rating(
        conn,
        moved,
        return_reason=_text(moved, "reason"),
        answer=None,
        answer_note=None,
        called_by=None,
        called_on=None,
        fix_due_on=None,
        call_due_on=None,
        confirmed_by=None,
        confirmed_on=None,
        excluded_reason=None,
        due_on=fix_by(conn, row.cycle_id, at),
    )


def fix_by(conn: sa.Connection, cycle_id: int, at: datetime) -> Any:
    """The last working day for a fix asked for now."""
    scheme = scheme_of_cycle(conn, cycle_id)
    days = scheme.surveys.fix_days if scheme else rule_count("rating_fix")
    return add_working_days(date_of(at), days, working_days(conn))


def confirm(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """Who found it settled, when."""
    _rating(conn, moved, confirmed_by=actor.person_id, confirmed_on=date_of(at), due_on=None)


def exclude(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """Why a mistaken or malicious rating doesn't count."""
    _rating(conn, moved, excluded_reason=_text(moved, "reason"), due_on=None)


def _text(moved: MovedThing, key: str) -> str:
    return str(moved.payload.get(key) or "").strip()


def _report(conn: sa.Connection, moved: MovedThing, **values: Any) -> None:
    mine = CanvassingReport.id == moved.thing_id
    conn.execute(sa.update(CanvassingReport).where(mine).values(**values))


def _rating(conn: sa.Connection, moved: MovedThing, **values: Any) -> None:
    mine = NegativeRating.id == moved.thing_id
    conn.execute(sa.update(NegativeRating).where(mine).values(**values))


THING_RECORDERS: dict[ThingAction, ThingRecorder] = {
    ThingAction.REOPEN_SURVEY: reopen_survey,
    ThingAction.UPHOLD_CANVASSING: find,
    ThingAction.DISMISS_CANVASSING: find,
    ThingAction.REOPEN_CANVASSING: look_again,
    ThingAction.FIX_RATING: fix,
    ThingAction.CALL_BACK: call_back,
    ThingAction.RETURN_RATING: fix_again,
    ThingAction.CONFIRM_RATING: confirm,
    ThingAction.EXCLUDE_RATING: exclude,
    ThingAction.REOPEN_RATING: fix_again,
}
