"""What moves of a measure write besides its state: result, proof, who confirmed, why not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands.recording.moved import MovedThing, ThingRecorder
from cases.models import Measure
from workflow.permissions import Actor
from workflow.vocabulary import ThingAction


def _set(conn: sa.Connection, moved: MovedThing, **values: Any) -> None:
    conn.execute(sa.update(Measure).where(Measure.id == moved.thing_id).values(**values))


def report(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """What was done, the proof as words and maybe a file; the earlier return is answered."""
    given = moved.payload
    words = [str(given.get(key) or "").strip() for key in ("result", "proof")]
    _set(
        conn,
        moved,
        proof="\n".join(w for w in words if w),
        file_id=given.get("file_id"),
        reported_by=actor.person_id,
        reported_on=date_of(at),
        return_reason=None,
    )


def give_back(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """Why the office isn't satisfied; what was reported stays to be read."""
    _set(conn, moved, return_reason=str(moved.payload.get("reason") or ""))


def confirm(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """Who confirmed it, when: never who reported it."""
    _set(conn, moved, confirmed_by=actor.person_id, confirmed_on=date_of(at))


def waive(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """Why it isn't carried out."""
    _set(conn, moved, waived_reason=str(moved.payload.get("reason") or ""))


def reopen(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """To be done again: the confirmation or the waiver no longer stands."""
    reason = str(moved.payload.get("reason") or "")
    _set(
        conn, moved, confirmed_by=None, confirmed_on=None, waived_reason=None, return_reason=reason
    )


THING_RECORDERS: dict[ThingAction, ThingRecorder] = {
    ThingAction.REPORT_MEASURE: report,
    ThingAction.RETURN_MEASURE: give_back,
    ThingAction.CONFIRM_MEASURE: confirm,
    ThingAction.WAIVE_MEASURE: waive,
    ThingAction.REOPEN_MEASURE: reopen,
}
