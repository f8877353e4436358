"""Opening keys of a cycle: one for all, or one for the units of each assessment group.

A key's units are written down when it is made. A meeting whose units all belong to one group's key
is sealed with it, every other one with the cycle's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import (
    Case,
    Destruction,
    KeyHolder,
    KeySet,
    KeySetUnit,
    Meeting,
    MeetingUnit,
    Unit,
)


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key as its page shows it; ``group`` is empty and ``units`` too for the cycle's own."""

    id: int
    group: str
    units: tuple[tuple[int, str], ...]
    public_key: str
    fingerprint: str
    made_at: datetime
    holders: tuple[str, ...]
    tested_at: datetime | None
    used: int
    destroyed: bool


def current_keys(conn: sa.Connection, cycle_id: int) -> list[KeyView]:
    """The cycle's key first, then those of groups in the order they were made; of each the newest,
    as one that no meeting used may be replaced."""
    rows = conn.execute(
        sa.select(KeySet).where(KeySet.cycle_id == cycle_id).order_by(KeySet.id)
    ).all()
    newest = {row.group or "": row for row in rows}
    return _views(conn, sorted(newest.values(), key=lambda r: (r.group is not None, r.id)))


def key_of(conn: sa.Connection, cycle_id: int, key_id: int) -> KeyView:
    """One key of a cycle. Raises NotVisible alike for absent ones and another cycle's."""
    rows = conn.execute(
        sa.select(KeySet).where(KeySet.id == key_id, KeySet.cycle_id == cycle_id)
    ).all()
    if not rows:
        raise NotVisible(f"key:{key_id}")
    return _views(conn, rows)[0]


def key_for(conn: sa.Connection, meeting: Any) -> KeyView | None:
    """The key a meeting is sealed with, or will be when its forms are locked; None without any."""
    if meeting.key_set_id is not None:
        return key_of(conn, meeting.cycle_id, meeting.key_set_id)
    keys = current_keys(conn, meeting.cycle_id)
    mine = set(
        conn.execute(
            sa.select(MeetingUnit.unit_id).where(MeetingUnit.meeting_id == meeting.id)
        ).scalars()
    )
    groups = [key for key in keys if key.group and mine <= {unit for unit, _ in key.units}]
    return next(iter([*groups, *(key for key in keys if not key.group)]), None)


def units_with_cases(conn: sa.Connection, cycle_id: int) -> list[tuple[int, str]]:
    """(id, name) of the units that are assessed in a cycle, in official order."""
    rows = conn.execute(
        sa.select(Unit.id, Unit.name)
        .where(Unit.id.in_(sa.select(Case.unit_id).where(Case.cycle_id == cycle_id)))
        .order_by(Unit.sort_no, Unit.id)
    )
    return [(unit, name) for unit, name in rows]


def _views(conn: sa.Connection, rows: Sequence[Any]) -> list[KeyView]:
    ids = [row.id for row in rows]
    used = {
        key: int(n)
        for key, n in conn.execute(
            sa.select(Meeting.key_set_id, sa.func.count())
            .where(Meeting.key_set_id.in_(ids))
            .group_by(Meeting.key_set_id)
        )
    }
    holders, units = defaultdict(list), defaultdict(list)
    for key, name in conn.execute(
        sa.select(KeyHolder.key_set_id, KeyHolder.name)
        .where(KeyHolder.key_set_id.in_(ids))
        .order_by(KeyHolder.number)
    ):
        holders[key].append(name)
    for key, unit, title in conn.execute(
        sa.select(KeySetUnit.key_set_id, Unit.id, Unit.name)
        .join(Unit, Unit.id == KeySetUnit.unit_id)
        .where(KeySetUnit.key_set_id.in_(ids))
        .order_by(Unit.sort_no, Unit.id)
    ):
        units[key].append((unit, title))
    gone = set(
        conn.execute(
            sa.select(Destruction.key_set_id).where(Destruction.key_set_id.in_(ids))
        ).scalars()
    )
    return [
        KeyView(
            id=r.id,
            group=r.group or "",
            units=tuple(units[r.id]),
            public_key=r.public_key,
            fingerprint=r.fingerprint,
            made_at=r.made_at,
            holders=tuple(holders[r.id]),
            tested_at=r.tested_at,
            used=used.get(r.id, 0),
            destroyed=r.id in gone,
        )
        for r in rows
    ]
