"""What moves of the cycle write besides the state: the freeze of its scheme, when it opened."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from cases.commands.recording.moved import MovedThing, ThingRecorder
from cases.errors import Refused
from cases.models import Cycle, SchemeVersion
from workflow.permissions import Actor
from workflow.process import PROCESS
from workflow.vocabulary import CycleState, ThingAction
from workflow.words import m


def _freeze(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    conn.execute(
        sa.update(SchemeVersion)
        .where(SchemeVersion.id == _version(moved), SchemeVersion.frozen_at.is_(None))
        .values(frozen_at=at, frozen_by=actor.person_id)
    )


def _unfreeze(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """The version stays frozen while another cycle runs on it."""
    others = (
        sa.select(Cycle.id)
        .where(
            Cycle.scheme_version_id == SchemeVersion.id,
            Cycle.id != moved.thing_id,
            Cycle.state != CycleState.PREPARING,
        )
        .exists()
    )
    conn.execute(
        sa.update(SchemeVersion)
        .where(SchemeVersion.id == _version(moved), ~others)
        .values(frozen_at=None, frozen_by=None)
    )


def _version(moved: MovedThing) -> sa.ScalarSelect[int | None]:
    return sa.select(Cycle.scheme_version_id).where(Cycle.id == moved.thing_id).scalar_subquery()


def _open(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    frozen = conn.execute(
        sa.select(SchemeVersion.frozen_at).where(SchemeVersion.id == _version(moved))
    ).scalar()
    if frozen is None:
        raise Refused([m("考核方案还没有锁定")])
    conn.execute(
        sa.update(Cycle)
        .where(Cycle.id == moved.thing_id)
        .values(opened_at=at, process_version=PROCESS.version)
    )


def _close(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    conn.execute(sa.update(Cycle).where(Cycle.id == moved.thing_id).values(closed_at=at))


THING_RECORDERS: dict[ThingAction, ThingRecorder] = {
    ThingAction.FREEZE_SCHEME: _freeze,
    ThingAction.UNFREEZE_SCHEME: _unfreeze,
    ThingAction.OPEN_CYCLE: _open,
    ThingAction.CLOSE_CYCLE: _close,
}
