"""Do the administrative changes of units still say what was recorded?

The entry of a record carries every change with its units, names, codes and document. A change that
no entry speaks of, one that says something else, and one that is gone are all found.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from cases.journal.bases import StrayBase, entries_of
from cases.models import JournalEntry, UnitChange
from workflow.vocabulary import UnitChangeKind

RECORDING = "record_unit_changes"
_FIELDS = (
    "kind", "year_only", "from_unit_id", "from_name", "from_code", "to_unit_id", "to_name",
    "to_code", "document", "address", "note", "recorded_by",
)  # fmt: skip


def change_said(row: Any) -> list[Any]:
    """A change as the entry of its record carries it."""
    return [row.day.isoformat(), *(getattr(row, field) for field in _FIELDS)]


def stray_unit_change(conn: sa.Connection) -> StrayBase | None:
    """The first change that differs from its record, has none, or is gone.

    Where a record's payload was lawfully destroyed, nothing is said of changes without another.
    """
    said: dict[int, tuple[int, list[Any]]] = {}
    silent = False
    for seq, _, _, payload in entries_of(conn, "unit_changes", JournalEntry.action == RECORDING):
        if payload is None:
            silent = True
            continue
        for change, fact in json.loads(payload)["changes"].items():
            said[int(change)] = (seq, fact)
    for row in conn.execute(sa.select(UnitChange).order_by(UnitChange.id)):
        seq, fact = said.pop(row.id, (None, None))
        if change_said(row) != fact and not (silent and fact is None):
            return _stray(row.id, seq, row.kind, row.from_name, row.to_name)
    if not said:
        return None
    (seq, fact), change = min((told, one) for one, told in said.items())
    kind, _, _, before, _, _, after = fact[1:8]
    return _stray(change, seq, kind, before, after)


def _stray(change: int, seq: int | None, kind: str, before: str, after: str) -> StrayBase:
    names = "→".join(dict.fromkeys(filter(None, (before, after))))
    return StrayBase("unit_change", "unit_changes", change, seq, (names, UnitChangeKind(kind)))
