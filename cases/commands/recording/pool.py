"""What moves of a pool write besides its state."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from cases.commands.recording.moved import MovedThing, ThingRecorder
from cases.models import Case, Decision
from workflow.permissions import Actor
from workflow.vocabulary import ThingAction


def release(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """All decisions of the pool become known: publicity or notice may follow."""
    members = sa.select(Case.id).where(Case.pool_id == moved.thing_id)
    conn.execute(
        sa.update(Decision)
        .where(Decision.case_id.in_(members), Decision.released_at.is_(None))
        .values(released_at=at)
    )


THING_RECORDERS: dict[ThingAction, ThingRecorder] = {ThingAction.RELEASE_POOL: release}
