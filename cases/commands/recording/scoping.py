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
from workflow.permissions import Actor
from workflow.vocabulary import (
    Action,
    Clearing,
    ConclusionCode,
    Participation,
    ParticipationReason,
)

CODES = {ParticipationReason.LONG_LEAVE.value: ConclusionCode.LONG_LEAVE}
"""The national code of a reason for not being assessed; others are plainly 6."""


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
        code = x.payload.get("conclusion") or CODES.get(reason, ConclusionCode.NOT_ASSESSED)
        rows.append({"b_id": x.case_id, "b_reason": reason, "b_code": str(code)})
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
