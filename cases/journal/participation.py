"""Does every case take part as was last settled, and for the reason that was given?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from cases.models import Case, JournalEntry, JournalPayload
from workflow.vocabulary import Action, Participation

PROPOSING, SETTING = "propose_participation", "set_participation"
_SAYING = (PROPOSING, SETTING, Action.EXCLUDE.value, Action.REINSTATE.value)


class Taking(NamedTuple):
    """How somebody takes part, and why not in full."""

    kind: str
    reason: str | None


_BORN = Taking(Participation.FULL.value, None)


def stray_participation(conn: sa.Connection) -> tuple[int, int | None] | None:
    """The first case that takes part otherwise than its last entry about it says, and the number
    of that entry; None for the number where the case has stood since it was made.

    Of cases with an entry whose payload was lawfully destroyed nothing is said, nor of any case
    where that entry spoke of many.
    """
    said: dict[int, tuple[int, Taking]] = {}
    silent: set[int] = set()
    for row in conn.execute(_ENTRIES):
        if row.payload is None and row.action == PROPOSING:
            return None
        if row.payload is None:
            silent.add(row.case_id)
            continue
        said |= {case: (row.seq, taking) for case, taking in _told(row)}
    for case_id, kind, reason in conn.execute(_STANDS):
        seq, taking = said.get(case_id, (None, _BORN))
        if case_id not in silent and (kind or _BORN.kind, reason) != taking:
            return case_id, seq
    return None


_ENTRIES = (
    sa.select(JournalEntry.seq, JournalEntry.case_id, JournalEntry.action, JournalPayload.payload)
    .outerjoin(JournalPayload, JournalPayload.seq == JournalEntry.seq)
    .where(JournalEntry.action.in_(_SAYING))
    .order_by(JournalEntry.seq)
)
_STANDS = sa.select(Case.id, Case.participation, Case.participation_reason).order_by(Case.id)


def _told(row: Any) -> Iterator[tuple[int, Taking]]:
    """What an entry says of whom."""
    payload = json.loads(row.payload)
    if row.action == PROPOSING:
        for case_id, (kind, reason) in payload["taking"].items():
            yield int(case_id), Taking(kind, reason)
    elif row.action == SETTING:
        yield (
            row.case_id,
            Taking(payload["participation"], payload.get("participation_reason")),
        )
    elif row.action == Action.EXCLUDE:
        reason = str(payload["participation_reason"])
        yield row.case_id, Taking(Participation.NOT_ASSESSED.value, reason)
    else:
        yield row.case_id, _BORN
