"""Is every data sheet still the unit's it was made for, and confirmed as its unit confirmed it?

Also: a figure is disputed exactly while an objection to it waits for its answer, and a frozen sheet
holds frozen figures only.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from cases.journal.bases import StrayBase
from cases.journal.figures import ADDING
from cases.models import DataSheet, IndicatorValue, JournalEntry, JournalPayload, ValueObjection
from workflow.vocabulary import DataSheetState, ValueState

MAKING, CONFIRMING = "create_data_sheet", "confirm_values"
_NOBODY = (None, None)


def stray_sheet(conn: sa.Connection) -> StrayBase | None:
    """The first sheet that is another unit's than it was made for, confirmed or not confirmed past
    the journal, or at odds with the objections and figures on it."""
    made, confirmed = _told(conn)
    for row in conn.execute(_SHEETS):
        seq, owner = made.get(row.id, (None, None))
        if owner is not None and owner != [row.cycle_id, row.unit_id]:
            return _stray(row.id, seq)
        if (row.confirmed_at, row.confirmed_by) != confirmed.get(row.id, _NOBODY):
            return _stray(row.id, seq)
    odd = next((found for query in _ODD if (found := conn.execute(query).scalar())), None)
    return None if odd is None else _stray(odd, None)


def _stray(sheet_id: int, seq: int | None) -> StrayBase:
    return StrayBase("sheet", "data_sheet", sheet_id, seq, ("", ""))


_SHEETS = sa.select(
    DataSheet.id,
    DataSheet.cycle_id,
    DataSheet.unit_id,
    DataSheet.confirmed_at,
    DataSheet.confirmed_by,
).order_by(DataSheet.id)
_DISPUTED = IndicatorValue.state == ValueState.DISPUTED
_WAITS = sa.exists().where(
    ValueObjection.value_id == IndicatorValue.id, ValueObjection.outcome.is_(None)
)
_ODD = (
    sa.select(sa.func.min(IndicatorValue.sheet_id)).where(
        IndicatorValue.superseded.is_(False), _DISPUTED != _WAITS
    ),
    sa.select(sa.func.min(IndicatorValue.sheet_id))
    .join(DataSheet, DataSheet.id == IndicatorValue.sheet_id)
    .where(
        DataSheet.state == DataSheetState.FROZEN,
        IndicatorValue.superseded.is_(False),
        IndicatorValue.state != ValueState.FROZEN,
    ),
)


def _told(conn: sa.Connection) -> tuple[dict[int, tuple[int, Any]], dict[int, tuple[Any, Any]]]:
    """Sheet -> the entry that made it, with year and unit; when and by whom it was confirmed."""
    e = JournalEntry
    rows = conn.execute(
        sa.select(
            e.seq, e.subject_id, e.action, e.at, e.actor_person_id, e.state_to,
            JournalPayload.payload,
        )
        .outerjoin(
            JournalPayload, sa.and_(JournalPayload.seq == e.seq, e.action == MAKING)
        )
        .where(
            e.subject == "data_sheet",
            e.state_to.is_not(None) | e.action.in_((CONFIRMING, ADDING)),
        )
        .order_by(e.seq)
    )  # fmt: skip
    made: dict[int, tuple[int, Any]] = {}
    confirmed: dict[int, tuple[Any, Any]] = {}
    state: dict[int, str] = {}
    for row in rows:
        sheet = row.subject_id
        if row.action == MAKING:
            said = json.loads(row.payload or "{}")
            made[sheet] = (row.seq, said.get("sheet"))
        if row.action == CONFIRMING:
            confirmed[sheet] = (row.at, row.actor_person_id)
        elif row.state_to != DataSheetState.FROZEN and (
            row.action != ADDING or state.get(sheet) == DataSheetState.VERIFIED
        ):
            confirmed.pop(sheet, None)
        state[sheet] = row.state_to or state.get(sheet, "")
    return made, confirmed
