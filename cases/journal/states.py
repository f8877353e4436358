"""Does every case, and every thing beside the cases, stand where its last entry left it?"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cases import models
from cases.models import Case, JournalEntry

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
}
"""The subject of an entry and the table its things stand in."""


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


def stray_thing(conn: sa.Connection) -> int | None:
    """The number of the last entry of a thing whose state differs from it, or that is gone."""
    for subject, table in THINGS.items():
        found = _stray(conn, subject, table)
        if found is not None:
            return found
    return None


def _stray(conn: sa.Connection, subject: str, table: Any) -> int | None:
    key = table.id if hasattr(table, "id") else table.case_id
    last = (
        sa.select(JournalEntry.subject_id, sa.func.max(JournalEntry.seq).label("seq"))
        .where(JournalEntry.subject == subject, JournalEntry.state_to.is_not(None))
        .group_by(JournalEntry.subject_id)
        .subquery()
    )
    found: int | None = conn.execute(
        sa.select(last.c.seq)
        .select_from(last)
        .join(JournalEntry, JournalEntry.seq == last.c.seq)
        .outerjoin(table, key == last.c.subject_id)
        .where(key.is_(None) | (JournalEntry.state_to != table.state))
        .order_by(last.c.seq)
        .limit(1)
    ).scalar()
    return found
