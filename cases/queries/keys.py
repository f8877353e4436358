"""Opening keys of a cycle: one for all, or one for the units of each assessment group.

A key's units are written down when it is made. A meeting whose units all belong to one group's key
is sealed with it, every other one with the cycle's. Sealed originals outlive their year: keys of
earlier cycles stay within reach until they are destroyed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.errors import NotVisible
from cases.models import (
    Case,
    Cycle,
    Destruction,
    KeyHolder,
    KeySet,
    KeySetUnit,
    Meeting,
    MeetingUnit,
    Tally,
    Unit,
)
from cases.queries.scheme import scheme_of_cycle
from cases.scoring.rules import kept_years
from workflow.permissions import Actor, Resource, permits
from workflow.vocabulary import Permission

RAW = "raw_ballots"
"""The retention row of sealed originals."""


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key as its page shows it; ``group`` is empty and ``units`` too for the cycle's own.

    ``counted_on``: the last day on which an urn of it was counted; None before.
    """

    id: int
    cycle_id: int
    group: str
    units: tuple[tuple[int, str], ...]
    public_key: str
    fingerprint: str
    made_at: datetime
    holders: tuple[str, ...]
    tested_at: datetime | None
    used: int
    counted_on: date | None
    destroyed: bool


@dataclass(frozen=True, slots=True)
class Originals:
    """Sealed originals of one key, and the last day of their custody.

    ``until`` is None where they are kept for ever or nothing was counted yet; ``early``: the scheme
    has them destroyed when the days to object are over.
    """

    cycle: str
    key: KeyView
    until: date | None
    early: bool


def kept_until(counted_on: date) -> date | None:
    """The last day of sealed custody of ballots counted on this day; None when kept for ever."""
    years = kept_years(RAW)
    return (
        None
        if years is None
        else counted_on.replace(year=counted_on.year + years, day=min(counted_on.day, 28))
    )


def originals(conn: sa.Connection, actor: Actor) -> list[Originals]:
    """Every key this reader may see destroyed that sealed a meeting, of any year; newest first."""
    used = sa.select(Meeting.key_set_id).where(Meeting.key_set_id.is_not(None))
    rows = conn.execute(
        sa.select(KeySet, Cycle.title.label("cycle"), Cycle.managing_organ_id)
        .join(Cycle, Cycle.id == KeySet.cycle_id)
        .where(KeySet.id.in_(used) | KeySet.id.in_(sa.select(Destruction.key_set_id)))
        .order_by(Cycle.year.desc(), Cycle.id.desc(), KeySet.group.is_not(None), KeySet.id)
    ).all()
    mine = [row for row in rows if _may_destroy(actor, row.managing_organ_id)]
    early = {cycle: _early(conn, cycle) for cycle in {row.cycle_id for row in mine}}
    return [
        Originals(
            row.cycle,
            key,
            kept_until(key.counted_on) if key.counted_on and not early[row.cycle_id] else None,
            early[row.cycle_id],
        )
        for row, key in zip(mine, _views(conn, mine), strict=True)
    ]


def key_to_destroy(conn: sa.Connection, key_id: int, actor: Actor) -> tuple[str, KeyView]:
    """The title of its year and the key. Raises NotVisible alike for absent and foreign ones."""
    row = conn.execute(
        sa.select(KeySet, Cycle.title.label("cycle"), Cycle.managing_organ_id)
        .join(Cycle, Cycle.id == KeySet.cycle_id)
        .where(KeySet.id == key_id)
    ).first()
    if row is None or not _may_destroy(actor, row.managing_organ_id):
        raise NotVisible(f"key:{key_id}")
    return str(row.cycle), _views(conn, [row])[0]


def _may_destroy(actor: Actor, organ_id: int) -> bool:
    return bool(permits(actor, Permission.BALLOTS_DESTROY, Resource(organ_id=organ_id)))


def _early(conn: sa.Connection, cycle_id: int) -> bool:
    scheme = scheme_of_cycle(conn, cycle_id)
    return scheme is not None and scheme.ballot.raw_ballots == "destroy"


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
    counted = {
        key: date_of(at)
        for key, at in conn.execute(
            sa.select(Meeting.key_set_id, sa.func.max(Tally.counted_at))
            .join(Tally, Tally.meeting_id == Meeting.id)
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
            cycle_id=r.cycle_id,
            group=r.group or "",
            units=tuple(units[r.id]),
            public_key=r.public_key,
            fingerprint=r.fingerprint,
            made_at=r.made_at,
            holders=tuple(holders[r.id]),
            tested_at=r.tested_at,
            used=used.get(r.id, 0),
            counted_on=counted.get(r.id),
            destroyed=r.id in gone,
        )
        for r in rows
    ]
