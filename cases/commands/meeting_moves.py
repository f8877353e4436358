"""Moves of a meeting that leave an urn behind: that urn is closed for good in the booth.

No transaction spans both databases. The move is made first but not yet kept; then the booth gives
the urn up; then the move is kept. After a crash in between the meeting stands where it stood and
its cards are dead already: doing the same again finishes it, and cards can be printed anew. Within
the hour ``urn_repair`` takes the dead urn off the meeting in any case.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.giving_up import give_up
from cases.ballot_box.urn import UrnStore
from cases.commands import beside
from cases.models import Meeting
from workflow.permissions import Actor
from workflow.vocabulary import Thing, ThingAction

LEAVES_URN = frozenset(
    {ThingAction.UNFREEZE_MEETING, ThingAction.CANCEL_MEETING, ThingAction.RESTORE_MEETING}
)


def move(
    conn: sa.Connection,
    urns: UrnStore | None,
    meeting_id: int,
    action: ThingAction,
    *,
    actor: Actor,
    at: datetime,
    payload: Mapping[str, Any],
    expected_version: int | None = None,
) -> None:
    """``beside.move``; where it leaves an urn behind, no card of the meeting is accepted any more.

    ``urns`` may be None for a meeting whose forms were never locked. Raises what ``beside.move``
    raises, and UrnRefusal when somebody has handed in already.
    """
    beside.move(
        conn, Thing.MEETING, meeting_id, action, actor=actor, at=at,
        payload=dict(payload), expected_version=expected_version,
    )  # fmt: skip
    if action in LEAVES_URN and urns is not None:
        ref = conn.execute(sa.select(Meeting.ref).where(Meeting.id == meeting_id)).scalar_one()
        give_up(urns, ref)
