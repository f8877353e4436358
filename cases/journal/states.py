"""Does every case, and every thing beside the cases, stand where its last entry left it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cases import models
from cases.models import Case, JournalEntry
from workflow.vocabulary import Action, FilingState

THINGS: dict[str, Any] = {
    "cycle": models.Cycle,
    "data_sheet": models.DataSheet,
    "meeting": models.Meeting,
    "pool": models.Pool,
    "opinion_request": models.OpinionRequest,
    "inquiry": models.Inquiry,
    "objection": models.PublicityObjection,
    "review": models.Review,
    "measure": models.Measure,
    "filing": models.Filing,
    "hold": models.Hold,
    "correction": models.Correction,
    "survey": models.Survey,
    "canvassing": models.CanvassingReport,
    "negative_rating": models.NegativeRating,
}
"""The subject of an entry and the table its things stand in."""

_NOTICES = (Action.NOTIFY.value, Action.REGRADE.value, Action.CORRECT_GRADE.value)
BORN_WITH: dict[str, tuple[str, tuple[str, ...]]] = {
    "filing": (FilingState.DUE.value, _NOTICES),
}
"""Things without an entry of their own at birth: the state they begin in, and the moves of their
case whose entry is that birth. Any later state has an entry of its own."""


@dataclass(frozen=True, slots=True)
class StrayThing:
    """A thing that differs from its last entry, or that has none (``seq`` is None then)."""

    subject: str
    subject_id: int
    seq: int | None = None


def stray_case(conn: sa.Connection) -> tuple[int, int | None] | None:
    """The first case whose state or version differs from its last entry, or that is gone."""
    last = (
        sa.select(JournalEntry.case_id, sa.func.max(JournalEntry.case_version).label("version"))
        .where(JournalEntry.case_version.is_not(None))
        .group_by(JournalEntry.case_id)
        .subquery()
    )
    row = conn.execute(
        sa.select(Case.id, JournalEntry.seq)
        .select_from(Case)
        .outerjoin(last, last.c.case_id == Case.id)
        .outerjoin(
            JournalEntry,
            (JournalEntry.case_id == Case.id) & (JournalEntry.case_version == last.c.version),
        )
        .where(
            JournalEntry.seq.is_(None)
            | (JournalEntry.state_to != Case.state)
            | (last.c.version != Case.version)
        )
        .order_by(Case.id)
        .limit(1)
    ).first()
    if row:
        return row.id, row.seq
    lost = conn.execute(
        sa.select(last.c.case_id)
        .outerjoin(Case, Case.id == last.c.case_id)
        .where(Case.id.is_(None))
        .order_by(last.c.case_id)
        .limit(1)
    ).first()
    return (lost.case_id, None) if lost else None


def stray_thing(conn: sa.Connection) -> StrayThing | None:
    """The first thing whose state differs from its last entry, or that is gone, or that stands
    there without any entry: nobody made it through the door."""
    last = _last(conn)
    for subject, table in THINGS.items():
        found = _stray(conn, subject, table, last.get(subject, {}))
        if found is not None:
            return found
    return None


def _last(conn: sa.Connection) -> dict[str, dict[int, tuple[int, str]]]:
    """Subject -> thing -> number and state of its last entry; one walk for all."""
    found: dict[str, dict[int, tuple[int, str]]] = {subject: {} for subject in THINGS}
    rows = conn.execute(
        sa.select(
            JournalEntry.subject, JournalEntry.subject_id, JournalEntry.seq, JournalEntry.state_to
        )
        .where(JournalEntry.subject.in_(THINGS), JournalEntry.state_to.is_not(None))
        .order_by(JournalEntry.seq)
    )
    for subject, thing_id, seq, state in rows:
        if thing_id is not None and state is not None:
            found[subject][thing_id] = (seq, state)
    return found


def _stray(
    conn: sa.Connection, subject: str, table: Any, last: dict[int, tuple[int, str]]
) -> StrayThing | None:
    key = table.id if hasattr(table, "id") else table.case_id
    there = {i: state for i, state in conn.execute(sa.select(key, table.state).order_by(key))}
    moved = [(seq, i) for i, (seq, state) in last.items() if there.get(i) != state]
    if moved:
        seq, thing_id = min(moved)
        return StrayThing(subject, thing_id, seq)
    born = _born(conn, subject)
    for thing_id, state in there.items():
        if thing_id not in last and born.get(thing_id) != state:
            return StrayThing(subject, thing_id)
    lost = sorted(born.keys() - there.keys())
    return StrayThing(subject, lost[0]) if lost else None


def _born(conn: sa.Connection, subject: str) -> dict[int, str]:
    """Things whose birth is an entry of their case, with the state they begin in."""
    if subject not in BORN_WITH:
        return {}
    first, moves = BORN_WITH[subject]
    rows = conn.execute(
        sa.select(JournalEntry.case_id)
        .where(JournalEntry.subject == "case", JournalEntry.action.in_(moves))
        .distinct()
    )
    return {case_id: first for case_id in rows.scalars() if case_id is not None}
