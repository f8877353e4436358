"""What moves of the stage ``scoping`` write besides the state.

Payload keys of an exclusion: ``participation_reason``, optional ``conclusion`` (a national code),
``reason`` in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from cases.commands.recording.moved import Clearer, Moved, Recorder
from cases.commands.recording.self_report import start_reports
from cases.models import Case
from workflow.conclusions import excluded
from workflow.permissions import Actor
from workflow.vocabulary import Action, Clearing, Participation

_EXCLUDE = (
    sa.update(Case)
    .where(Case.id == sa.bindparam("b_id"))
    .values(
        participation=Participation.NOT_ASSESSED,
        participation_reason=sa.bindparam("b_reason"),
        conclusion=sa.bindparam("b_code"),
    )
)


def _excluded(conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime) -> None:
    rows = []
    for x in moved:
        reason = str(x.payload["participation_reason"])
        rows.append({"b_id": x.case_id, "b_reason": reason, "b_code": excluded(x.payload)})
    conn.execute(_EXCLUDE, rows)


def _forget(conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime) -> None:
    conn.execute(
        sa.update(Case)
        .where(Case.id.in_([x.case_id for x in moved]))
        .values(participation=Participation.FULL, participation_reason=None, conclusion=None)
    )


RECORDERS: dict[Action, Recorder] = {
    Action.OPEN_SELF_REPORT: start_reports,
    Action.EXCLUDE: _excluded,
}
CLEARERS: dict[Clearing, Clearer] = {Clearing.PARTICIPATION: _forget}
