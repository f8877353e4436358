"""Urns that an interrupted act left behind, put right without anybody's doing the act again.

Cancelling, thawing, printing cards anew and dropping a hall kit write the booth's database first
and this one afterwards. After a crash in between a meeting may stand here with an urn that admits
nobody, or the booth with an urn that no meeting uses.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.giving_up import give_up, left_behind
from cases.ballot_box.refusals import UrnRefusal
from cases.ballot_box.urn import UrnStore
from cases.commands.meeting import note
from cases.models import Meeting, VoterGroup
from cases.queries.things import row_of
from cases.store import Store
from workflow.permissions import SYSTEM
from workflow.vocabulary import MeetingState, Thing

USES_URN = frozenset({MeetingState.FROZEN, MeetingState.HELD, MeetingState.COUNTED})

log = logging.getLogger("kaoji.urns")


def repair(store: Store, urns: UrnStore, *, at: datetime) -> int:
    """Finish what was left half done; returns for how many meetings. Again changes nothing.

    An urn in which somebody has handed in is never thrown away: it goes to the log.
    """
    with store.reading() as conn:
        rows = conn.execute(sa.select(Meeting.id, Meeting.ref, Meeting.state, Meeting.urn_id))
        kept = {row.ref: (row.id, _used(row)) for row in rows}
    done = 0
    for ref in left_behind(urns, {ref: urn for ref, (_, urn) in kept.items()}):
        with store.transaction() as conn:  # the meeting is held: whoever prints cards is through
            done += _repair(conn, urns, kept[ref][0], at)
    return done


def _used(row: Any) -> str | None:
    return row.urn_id if row.state in USES_URN else None


def _repair(conn: sa.Connection, urns: UrnStore, meeting_id: int, at: datetime) -> bool:
    row = row_of(conn, Thing.MEETING, meeting_id, lock=True)
    used = _used(row)
    if not left_behind(urns, {row.ref: used}):
        return False
    try:
        given = give_up(urns, row.ref, keep=used)
    except UrnRefusal:
        log.error("meeting %s: an urn it does not use holds ballots", row.ref)
        return False
    dead = bool(left_behind(urns, {row.ref: used}))
    if dead and row.state != MeetingState.FROZEN:
        log.error("meeting %s: its urn was given up after the closing", row.ref)
        return False
    if dead:
        conn.execute(sa.update(Meeting).where(Meeting.id == meeting_id).values(urn_id=None))
        conn.execute(
            sa.update(VoterGroup)
            .where(VoterGroup.meeting_id == meeting_id)
            .values(made=0, printed=0)
        )
    said = {"given_up": list(given), "dead": used if dead else None}
    note(conn, meeting_id, "repair_urn", said, SYSTEM, at)
    return True
