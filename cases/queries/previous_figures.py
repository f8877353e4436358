"""Last year's comparable figures, by the units' history: renamed, merged, split, recoded."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cases.models import Cycle, DataSheet, IndicatorValue, UnitChange
from cases.scoring.plausibility import number
from cases.scoring.shapes import IndicatorScheme
from cases.scoring.successors import TOLD, Previous, Step, between, lasting, previous
from workflow.vocabulary import UnitChangeKind, ValueState

SETTLED = (ValueState.VERIFIED, ValueState.FROZEN)
CHUNK = 900
ASKING = (UnitChangeKind.MERGE, UnitChangeKind.SPLIT)


def steps_of(conn: sa.Connection) -> list[Step[int]]:
    """Every recorded change that figures feel, oldest first.

    A unit that is not on the roster stands as minus the change's id: it has no figures, so that a
    merger with it or a split from it asks for the comparable figure.
    """
    c = UnitChange
    rows = conn.execute(
        sa.select(c.id, c.kind, c.day, c.from_unit_id, c.to_unit_id, c.from_name)
        .where(c.kind.not_in(TOLD), sa.or_(c.from_unit_id.is_not(None), c.to_unit_id.is_not(None)))
        .order_by(c.day, c.id)
    )
    found = []
    for change, kind, day, a, b, name in rows:
        asking = kind in ASKING
        before, after = a or (-change if asking else b), b or (-change if asking else a)
        if before is not None and after is not None:
            found.append(Step(UnitChangeKind(kind), day, before, after, name))
    return found


def previous_figures(
    conn: sa.Connection, cycle: Any, units: Collection[int], scheme: IndicatorScheme
) -> dict[tuple[int, str], Previous]:
    """(unit id, indicator) -> last year's comparable figure; pairs without any word left out.

    ``cycle`` has year and managing_organ_id. Changes of the assessed year count; what happened
    before stands in last year's figures already.
    """
    steps = between(steps_of(conn), date(cycle.year - 1, 12, 31), date(cycle.year, 12, 31))
    figures = _figures(conn, cycle, lasting(units, steps))
    changed = {s.successor for s in steps} | {s.origin for s in steps}
    found = {
        (unit, code): Previous(value) for (unit, code), value in figures.items() if unit in units
    }
    for unit in changed.intersection(units):
        for code, one in scheme.entered.items():
            if not one.children:
                found[unit, code] = previous(unit, code, steps, figures, additive=one.additive)
    return found


def measured_on(
    conn: sa.Connection, cycle_id: int, units: Collection[int]
) -> tuple[int, set[int]] | None:
    """The organ's year after, and its units whose last year's figures are these units'; None
    without such a year."""
    after, before = aliased(Cycle), aliased(Cycle)
    found = conn.execute(
        sa.select(after.id)
        .join(before, before.managing_organ_id == after.managing_organ_id)
        .where(before.id == cycle_id, after.year == before.year + 1)
    ).scalar()
    if found is None:
        return None
    steps, heirs = steps_of(conn), set(units)
    while more := {s.successor for s in steps if s.origin in heirs} - heirs:
        heirs |= more
    return found, heirs


def _figures(
    conn: sa.Connection, cycle: Any, units: Collection[int]
) -> dict[tuple[int, str], Decimal]:
    """(unit id, indicator) -> the settled figure of the year before."""
    found: dict[tuple[int, str], Decimal] = {}
    listed = sorted(units)
    for start in range(0, len(listed), CHUNK):
        rows = conn.execute(
            sa.select(DataSheet.unit_id, IndicatorValue.indicator, IndicatorValue.value)
            .join(IndicatorValue, IndicatorValue.sheet_id == DataSheet.id)
            .join(Cycle, Cycle.id == DataSheet.cycle_id)
            .where(
                Cycle.year == cycle.year - 1,
                Cycle.managing_organ_id == cycle.managing_organ_id,
                DataSheet.unit_id.in_(listed[start : start + CHUNK]),
                IndicatorValue.superseded.is_(False),
                IndicatorValue.state.in_(SETTLED),
                IndicatorValue.value.is_not(None),
            )
        )
        for unit, indicator, text in rows:
            value = number(text)
            if value is not None:
                found[unit, indicator] = value
    return found
