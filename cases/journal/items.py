"""Does every counted deduction and bonus still say what its verifier saw?

The entry of a verification carries the fact as it was; a withdrawal says which one it takes back.
An entry in force that no journal entry speaks of, one that says something else, one that is gone,
and one withdrawn or put back past the journal are all found.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from cases.journal.figures import SEEN, StrayFigure
from cases.models import DataSheet, JournalEntry, JournalPayload, Unit, UnitItem
from workflow.vocabulary import DataSheetState

VERIFYING = "verify_item"
WITHDRAWING = "withdraw_item"
_CLOSED = frozenset({DataSheetState.VERIFIED.value, DataSheetState.FROZEN.value})
_FIELDS = (
    "sheet_id", "item", "provider_unit_id", "verifier_unit_id", "cases", "points", "fact", "source",
    "document", "file_id",
)  # fmt: skip


class _Said(NamedTuple):
    """What the journal tells: entry id -> (seq, the fact, by whom); withdrawn ids; sheets kept
    silent of."""

    verified: Mapping[int, tuple[int, list[Any], int | None]]
    withdrawn: Mapping[int, int]
    silent: frozenset[int | None]


def entry_said(row: Any) -> list[Any]:
    """The fact as the entry of its verification carries it."""
    return [*(getattr(row, field) for field in _FIELDS), row.happened_on.isoformat()]


def stray_entry(conn: sa.Connection) -> StrayFigure | None:
    """The first deduction or bonus that differs from the journal; ``indicator`` is its item.

    Of sheets with an entry whose payload was lawfully destroyed nothing is said.
    """
    said = _journal(conn)
    there = set()
    for row in conn.execute(_ROWS):
        there.add(row.id)
        seq, fact, by = said.verified.get(row.id, (None, None, None))
        if row.sheet_id not in said.silent and _strays(row, fact, by, row.id in said.withdrawn):
            return StrayFigure(row.sheet_id, row.item, seq, row.unit)
    lost = [(seq, fact) for one, (seq, fact, _) in said.verified.items() if one not in there]
    if not lost:
        return None
    seq, fact = min(lost)
    unit = conn.execute(
        sa.select(Unit.name)
        .join(DataSheet, DataSheet.unit_id == Unit.id)
        .where(DataSheet.id == fact[0])
    ).scalar()
    return StrayFigure(fact[0], str(fact[1]), seq, str(unit or ""))


def _strays(row: Any, fact: list[Any] | None, by: int | None, withdrawn: bool) -> bool:
    if (row.withdrawn_at is not None) != withdrawn:
        return True
    if row.state in SEEN:
        return fact != entry_said(row) or row.verified_by != by
    return not withdrawn and row.sheet in _CLOSED


_ROWS = (
    sa.select(
        UnitItem.id,
        UnitItem.state,
        UnitItem.happened_on,
        UnitItem.withdrawn_at,
        UnitItem.verified_by,
        DataSheet.state.label("sheet"),
        Unit.name.label("unit"),
        *(getattr(UnitItem, field) for field in _FIELDS),
    )
    .join(DataSheet, DataSheet.id == UnitItem.sheet_id)
    .join(Unit, Unit.id == DataSheet.unit_id)
    .order_by(UnitItem.sheet_id, UnitItem.id)
)


def _journal(conn: sa.Connection) -> _Said:
    verified: dict[int, tuple[int, list[Any], int | None]] = {}
    withdrawn: dict[int, int] = {}
    silent: set[int | None] = set()
    rows = conn.execute(
        sa.select(
            JournalEntry.seq,
            JournalEntry.subject_id,
            JournalEntry.action,
            JournalEntry.actor_person_id,
            JournalPayload.payload,
        )
        .outerjoin(JournalPayload, JournalPayload.seq == JournalEntry.seq)
        .where(
            JournalEntry.subject == "data_sheet",
            JournalEntry.action.in_((VERIFYING, WITHDRAWING)),
        )
        .order_by(JournalEntry.seq)
    )
    for seq, sheet_id, action, by, payload in rows:
        if payload is None:
            silent.add(sheet_id)
        elif action == WITHDRAWING:
            withdrawn[json.loads(payload)["withdrawn"]] = seq
        else:
            for entry, fact in json.loads(payload)["entries"].items():
                verified[int(entry)] = (seq, fact, by)
    return _Said(verified, withdrawn, frozenset(silent))
