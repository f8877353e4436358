"""What moves of the stage ``public_evaluation`` write besides the state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from cases.commands.recording.moved import Clearer, Moved, Recorder
from cases.commands.recording.provisional import end_passes, record_pass
from workflow.permissions import Actor
from workflow.vocabulary import Action, Clearing, Stage


def pass_provisional(
    conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime
) -> None:
    """The provisional result that stood in for the ballot."""
    record_pass(conn, moved, Stage.PUBLIC_EVALUATION, actor, at)


def clear_pass(conn: sa.Connection, moved: Sequence[Moved], actor: Actor, at: datetime) -> None:
    """A recalled case no longer stands on a provisional result."""
    end_passes(conn, [x.case_id for x in moved], Stage.PUBLIC_EVALUATION, at)


RECORDERS: dict[Action, Recorder] = {Action.PASS_EVALUATION_PROVISIONAL: pass_provisional}
CLEARERS: dict[Clearing, Clearer] = {Clearing.EVALUATION_PASS: clear_pass}
