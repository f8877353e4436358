"""The office's board: every unit's sheet within reach, how far it is; and narrowing that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cases.models import Cycle, DataSheet, IndicatorValue, Unit
from cases.queries.data_sheet import EDITABLE, SETTLED
from cases.queries.relations import foreign_to
from cases.queries.sheet_reach import Condition, reach
from workflow.permissions import Actor, scopes
from workflow.vocabulary import DataSheetState, Permission, ValueState


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One unit's sheet on the office's board."""

    id: int
    unit_id: int
    unit: str
    code: str
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
    mine: int
    """Figures that the reader may enter, and figures of others that the reader may verify."""

    def stands_open(self, today: date) -> bool:
        """Whether the unit may still confirm its figures or object."""
        return (
            self.state is DataSheetState.VERIFIED
            and self.confirmed_at is None
            and self.confirm_due_on is not None
            and today <= self.confirm_due_on
        )


@dataclass(frozen=True, slots=True)
class Department:
    """A department that provides figures, and on how many sheets some of its are not verified."""

    id: int
    name: str
    open: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What the board is narrowed to: one state, what waits for the reader, a piece of a name."""

    state: DataSheetState | None = None
    waiting: bool = False
    find: str = ""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The lines asked for, and how many there would be of each state and of what waits."""

    lines: Sequence[SheetLine]
    total: int
    states: Mapping[DataSheetState, int]
    waiting: int


def narrow(lines: Sequence[SheetLine], asked: Asked, waiting: Collection[int]) -> Narrowed:
    """What is asked for of ``lines``; ``waiting`` are the sheets that wait for the reader.

    The search looks into names and codes of units, large or small letters alike; the counts are of
    what it finds, whatever state is asked for.
    """
    piece = asked.find.casefold()
    found = [x for x in lines if piece in x.unit.casefold() or piece in x.code.casefold()]
    shown = [
        x for x in found
        if asked.state in (None, x.state) and (not asked.waiting or x.id in waiting)
    ]  # fmt: skip
    return Narrowed(
        shown, len(found), Counter(x.state for x in found), sum(x.id in waiting for x in found)
    )


def sheet_lines(
    conn: sa.Connection, actor: Actor, department: int | None = None
) -> tuple[str, list[SheetLine]]:
    """The newest cycle's title and its sheets within reach, units in official order.

    With a ``department`` only the figures it provides are counted, on the sheets that have any.
    """
    allowed = reach(actor, Permission.DATA_READ)
    cycle = _newest(conn, allowed)
    if cycle is None:
        return "", []
    query = _lines(actor).where(DataSheet.cycle_id == cycle.id, allowed)
    if department is not None:
        query = query.where(IndicatorValue.provider_unit_id == department)
    return cycle.title, [_line(row) for row in conn.execute(query)]


def providers(conn: sa.Connection, actor: Actor) -> list[Department]:
    """The departments whose figures stand on the newest cycle's sheets, in official order."""
    allowed = reach(actor, Permission.DATA_READ)
    cycle = _newest(conn, allowed)
    if cycle is None:
        return []
    provider = aliased(Unit)
    open_sheet = sa.case((IndicatorValue.state.not_in(SETTLED), DataSheet.id))
    rows = conn.execute(
        sa.select(provider.id, provider.name, sa.func.count(open_sheet.distinct()))
        .select_from(IndicatorValue)
        .join(DataSheet, DataSheet.id == IndicatorValue.sheet_id)
        .join(Unit, Unit.id == DataSheet.unit_id)
        .join(Cycle, Cycle.id == DataSheet.cycle_id)
        .join(provider, provider.id == IndicatorValue.provider_unit_id)
        .where(DataSheet.cycle_id == cycle.id, IndicatorValue.superseded.is_(False), allowed)
        .group_by(provider.id, provider.name, provider.sort_no)
        .order_by(provider.sort_no, provider.id)
    )
    return [Department(*row) for row in rows]


def _newest(conn: sa.Connection, allowed: Condition) -> Any:
    return conn.execute(
        sa.select(Cycle.id, Cycle.title)
        .join(DataSheet, DataSheet.cycle_id == Cycle.id)
        .join(Unit, Unit.id == DataSheet.unit_id)
        .where(allowed)
        .order_by(Cycle.year.desc(), Cycle.id.desc())
        .limit(1)
    ).first()


def _lines(actor: Actor) -> Any:
    states = IndicatorValue.state
    return (
        sa.select(
            DataSheet.id,
            DataSheet.unit_id,
            Unit.name,
            Unit.code,
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
            _many(_for(actor)),
        )
        .join(Unit, Unit.id == DataSheet.unit_id)
        .join(Cycle, Cycle.id == DataSheet.cycle_id)
        .outerjoin(
            IndicatorValue,
            (IndicatorValue.sheet_id == DataSheet.id) & IndicatorValue.superseded.is_(False),
        )
        .group_by(
            DataSheet.id, DataSheet.unit_id, Unit.name, Unit.code, DataSheet.state,
            DataSheet.version, DataSheet.due_on, DataSheet.confirm_due_on, DataSheet.confirmed_at,
            Unit.sort_no,
        )
        .order_by(Unit.sort_no, DataSheet.id)
    )  # fmt: skip


def _for(actor: Actor) -> Condition:
    """Figures that wait for the actor: to enter, or to verify what somebody else entered."""
    v = IndicatorValue
    enters, verifies = (
        {s.unit_id for s in scopes(actor, permission) if s.unit_id is not None}
        for permission in (Permission.DATA_ENTER, Permission.DATA_VERIFY)
    )
    foreign = foreign_to(actor, DataSheet.unit_id)
    provided = sa.or_(foreign, DataSheet.unit_id == v.provider_unit_id)
    entering = sa.and_(v.state.in_(EDITABLE), v.provider_unit_id.in_(enters), provided)
    others = sa.or_(v.entered_by.is_(None), v.entered_by != actor.person_id)
    submitted = v.state == ValueState.SUBMITTED
    return sa.or_(entering, sa.and_(submitted, v.verifier_unit_id.in_(verifies), others, foreign))


def _line(row: Any) -> SheetLine:
    unit_id, unit, code = row[1:4]
    return SheetLine(row[0], unit_id, unit, code, DataSheetState(row[4]), *row[5:])


def _many(condition: Condition) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))
