"""Is every unit as the roster's last import, or a change of its name or code since, left it?

The entry of an import carries a digest of every unit of the roster, the entry of a change those of
the units it renamed. A unit that says something else, one that came past the roster, and one that
is gone are all found.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from cases.canonical import digest
from cases.journal.bases import StrayBase
from cases.journal.unit_changes import RECORDING
from cases.models import JournalEntry, JournalPayload, Unit

IMPORTING = "import_roster"
KEY = "units"
"""Where the payload of an entry carries its units: id -> digest."""
_FIELDS = tuple(column.name for column in Unit.__table__.columns)


def units_said(rows: Iterable[Any]) -> dict[str, dict[str, str]]:
    """Part of an entry's payload: these units as they stand now."""
    return {KEY: {str(row.id): _digest(row) for row in rows}}


def all_units(conn: sa.Connection) -> dict[str, dict[str, str]]:
    """The same of every unit."""
    return units_said(conn.execute(sa.select(Unit).order_by(Unit.id)))


def _digest(row: Any) -> str:
    return digest([getattr(row, field) for field in _FIELDS])


def stray_unit(conn: sa.Connection) -> StrayBase | None:
    """The first unit that differs from what was told of it last.

    Before the first import nothing is said of units that no change was recorded of; after an entry
    whose payload was lawfully destroyed nothing of any, until the next import tells all again.
    """
    told, whole = _told(conn)
    if told is None:
        return None
    for row in conn.execute(sa.select(Unit).order_by(Unit.id)):
        seq, said = told.pop(row.id, (None, None))
        if said != _digest(row) and (whole or said is not None):
            return StrayBase("unit", "roster", row.id, seq, (row.name, row.code))
    if not told:
        return None
    (seq, _), one = min((entry, one) for one, entry in told.items())
    return StrayBase("unit", "roster", one, seq, (str(one), ""))


def _told(conn: sa.Connection) -> tuple[dict[int, tuple[int, str]] | None, bool]:
    """Unit -> the entry and what it tells of it, and whether that is the whole roster; None after
    an entry whose payload is gone."""
    e = JournalEntry
    rows = conn.execute(
        sa.select(e.seq, e.action, JournalPayload.payload)
        .outerjoin(JournalPayload, JournalPayload.seq == e.seq)
        .where(
            e.subject.in_(("roster", "unit_changes")), e.action.in_((IMPORTING, RECORDING))
        )
        .order_by(e.seq)
    )  # fmt: skip
    told: dict[int, tuple[int, str]] | None = {}
    whole = False
    for seq, action, payload in rows:
        if payload is None:
            told, whole = None, False
            continue
        said = {int(one): (seq, kept) for one, kept in json.loads(payload).get(KEY, {}).items()}
        if action == IMPORTING:
            told, whole = said, True
        elif told is not None:
            told |= said
    return told, whole
