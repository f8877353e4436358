"""Urns that wait for their opening, for the key holders' batch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import Cycle, Destruction, KeySet, Meeting, Tally, Unit
from cases.queries.meeting import rights_on
from workflow.permissions import Actor
from workflow.rules import rule_count
from workflow.vocabulary import MeetingState, Permission


@dataclass(frozen=True, slots=True)
class UrnToOpen:
    """A closed urn. ``key``: the assessment group whose key opens it, empty for the cycle's.
    ``reconciled``: the cards are on the table, and a remark on them confirmed."""

    meeting_id: int
    ref: str
    title: str
    unit: str
    held_on: date | None
    key_id: int
    key: str
    root: str
    reconciled: bool


def urns_to_open(conn: sa.Connection, actor: Actor) -> list[UrnToOpen]:
    """Closed urns without a tally that this key holder may open, in official order."""
    rows = conn.execute(
        sa.select(Meeting, Unit.name.label("unit"), KeySet.group.label("key"))
        .join(KeySet, KeySet.id == Meeting.key_set_id)
        .join(Unit, Unit.id == Meeting.unit_id)
        .join(Cycle, Cycle.id == Meeting.cycle_id)
        .outerjoin(Tally, Tally.meeting_id == Meeting.id)
        .where(Meeting.state == MeetingState.HELD, Tally.meeting_id.is_(None))
        .where(Meeting.urn_root.is_not(None))
        .order_by(Unit.sort_no, Unit.id, Meeting.id)
    ).all()
    allowed: dict[int, bool] = {}
    for row in rows:  # the right of a key holder is his organ's: one question a cycle
        if row.cycle_id not in allowed:
            allowed[row.cycle_id] = Permission.URN_OPEN in rights_on(conn, actor, row)
    return [
        UrnToOpen(
            r.id, r.ref, r.title, r.unit, r.held_on, r.key_set_id, r.key or "", r.urn_root,
            _reconciled(r.reconciliation),
        )
        for r in rows
        if allowed[r.cycle_id]
    ]  # fmt: skip


def _reconciled(table: dict[str, object] | None) -> bool:
    if table is None:
        return False
    noted: Any = table["noted_by"]
    return bool(table["balanced"]) or len(set(noted)) >= rule_count("tellers")


def public_key_of(conn: sa.Connection, key_id: int) -> str:
    """The public half of a key, 64 hex letters. Raises NoResultFound."""
    found = conn.execute(sa.select(KeySet.public_key).where(KeySet.id == key_id)).scalar_one()
    return str(found)


def destruction_of(conn: sa.Connection, key_id: int) -> sa.Row[tuple[object, ...]] | None:
    """The record of destroyed originals of a key, or None."""
    row: sa.Row[tuple[object, ...]] | None = conn.execute(
        sa.select(Destruction.__table__).where(Destruction.key_set_id == key_id)
    ).first()
    return row
