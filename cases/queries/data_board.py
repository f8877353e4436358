"""The office's board: every unit's sheet within reach, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.models import Cycle, DataSheet, IndicatorValue, Unit
from cases.queries.data_sheet import EDITABLE, SETTLED
from cases.queries.sheet_reach import Condition, reach
from workflow.permissions import Actor
from workflow.vocabulary import DataSheetState, Permission, ValueState


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One unit's sheet on the office's board."""

    id: int
    unit_id: int
    unit: str
    state: DataSheetState
    version: int
    due_on: date | None
    values: int
    entered: int
    verified: int
    returned: int
    disputed: int
    confirm_due_on: date | None
    confirmed_at: datetime | None


def sheet_lines(conn: sa.Connection, actor: Actor) -> tuple[str, list[SheetLine]]:
    """The newest cycle's title and its sheets within reach, units in official order."""
    allowed = reach(actor, Permission.DATA_READ)
    cycle = conn.execute(
        sa.select(Cycle.id, Cycle.title)
        .join(DataSheet, DataSheet.cycle_id == Cycle.id)
        .join(Unit, Unit.id == DataSheet.unit_id)
        .where(allowed)
        .order_by(Cycle.year.desc(), Cycle.id.desc())
        .limit(1)
    ).first()
    if cycle is None:
        return "", []
    states = IndicatorValue.state
    rows = conn.execute(
        sa.select(
            DataSheet.id,
            DataSheet.unit_id,
            Unit.name,
            DataSheet.state,
            DataSheet.version,
            DataSheet.due_on,
            sa.func.count(IndicatorValue.id),
            _many(states.not_in(EDITABLE)),
            _many(states.in_(SETTLED)),
            _many(states == ValueState.RETURNED),
            _many(states == ValueState.DISPUTED),
            DataSheet.confirm_due_on,
            DataSheet.confirmed_at,
        )
        .join(Unit, Unit.id == DataSheet.unit_id)
        .join(Cycle, Cycle.id == DataSheet.cycle_id)
        .outerjoin(
            IndicatorValue,
            (IndicatorValue.sheet_id == DataSheet.id) & IndicatorValue.superseded.is_(False),
        )
        .where(DataSheet.cycle_id == cycle.id, allowed)
        .group_by(
            DataSheet.id, DataSheet.unit_id, Unit.name, DataSheet.state, DataSheet.version,
            DataSheet.due_on, DataSheet.confirm_due_on, DataSheet.confirmed_at, Unit.sort_no,
        )
        .order_by(Unit.sort_no, DataSheet.id)
    )  # fmt: skip
    return cycle.title, [_line(row) for row in rows]


def _line(row: Any) -> SheetLine:
    return SheetLine(row[0], row[1], row[2], DataSheetState(row[3]), *row[4:])


def _many(condition: Condition) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))
