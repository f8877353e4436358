"""Findings about the figures of a desk or a sheet: what a reader should look at. They only warn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from cases.models import Cycle, DataSheet, IndicatorValue, Unit
from cases.queries.contradictions import contradicted
from cases.scoring.plausibility import (
    Finding,
    change,
    number,
    of_change,
    of_checks,
    of_period,
    of_range,
)
from cases.scoring.plausibility import repeated as told_twice
from cases.scoring.shapes import Scheme

CHUNK = 900
Place = tuple[int, str]


def findings_of(
    conn: sa.Connection,
    scheme: Scheme,
    cells: Iterable[Any],
    typed: Mapping[Place, str | None] | None = None,
    readable: Any = None,
) -> dict[Place, list[Finding]]:
    """(sheet id, indicator) -> findings, the jump on last year first.

    ``cells`` have sheet_id, unit, indicator, value, previous, period, entered_on, contradicted;
    ``typed`` are figures that would stand in their place. Sums and ratios read figures of other
    departments too; these are told only where the condition ``readable`` over values, sheets,
    cycles and units holds.
    """
    cells, known = list(cells), scheme.entered
    rows = [(c, (typed or {}).get((c.sheet_id, c.indicator), c.value)) for c in cells]
    figures: dict[Place, Decimal] = {}
    found: dict[Place, list[Finding]] = defaultdict(list)
    for cell, text in rows:
        value = number(text)
        if value is None:
            continue
        place = (cell.sheet_id, cell.indicator)
        figures[place] = value
        single = (
            of_period(cell.period, cell.entered_on),
            of_change(change(cell.previous, text)),
            of_range(known[cell.indicator], value) if cell.indicator in known else None,
        )
        found[place] += [one for one in single if one is not None]
    for sheet_id, (mine, seen) in whole_figures(conn, scheme, figures, readable).items():
        for code, some in of_checks(scheme.checks, mine, seen).items():
            if (sheet_id, code) in figures:
                found[sheet_id, code] += some
    for place, some in contradicted(conn, {c.sheet_id for c in cells if c.contradicted}).items():
        found[place] += some
    names = {cell.sheet_id: cell.unit for cell, _ in rows}
    for place, one in told_twice(figures, names).items():
        found[place].append(one)
    return {place: some for place, some in found.items() if some}


def whole_figures(
    conn: sa.Connection, scheme: Scheme, figures: Mapping[Place, Decimal], readable: Any = None
) -> dict[int, tuple[dict[str, Decimal], set[str]]]:
    """Sheet id -> every figure that a check reads, and the codes that may be told.

    Figures of the desk win over stored ones.
    """
    read = {code for check in scheme.checks.values() for code in check.reads}
    if not read:
        return {}
    sheets = sorted({sheet for sheet, _ in figures})
    found: dict[int, tuple[dict[str, Decimal], set[str]]] = {one: ({}, set()) for one in sheets}
    for sheet, code, text, told in _stored(conn, sheets, read, readable):
        value = number(text)
        if value is not None:
            found[sheet][0][code] = value
        if told:
            found[sheet][1].add(code)
    for (sheet, code), value in figures.items():
        found[sheet][1].add(code)
        if code in read:
            found[sheet][0][code] = value
    return found


def stored_figures(
    conn: sa.Connection, scheme: Scheme, sheets: Collection[int]
) -> dict[int, dict[str, Decimal]]:
    """Sheet id -> every stored figure that a check of the scheme reads."""
    read = {code for check in scheme.checks.values() for code in check.reads}
    found: dict[int, dict[str, Decimal]] = {sheet: {} for sheet in sheets}
    for sheet, code, text, _ in _stored(conn, sorted(sheets), read, None):
        value = number(text)
        if value is not None:
            found[sheet][code] = value
    return found


def _stored(
    conn: sa.Connection, sheets: list[int], codes: Collection[str], readable: Any
) -> Iterable[tuple[int, str, str | None, bool]]:
    v = IndicatorValue
    told = sa.false() if readable is None else readable
    for start in range(0, len(sheets), CHUNK):
        rows = conn.execute(
            sa.select(v.sheet_id, v.indicator, v.value, sa.case((told, 1), else_=0).label("told"))
            .join(DataSheet, DataSheet.id == v.sheet_id)
            .join(Cycle, Cycle.id == DataSheet.cycle_id)
            .join(Unit, Unit.id == DataSheet.unit_id)
            .where(
                v.sheet_id.in_(sheets[start : start + CHUNK]),
                v.indicator.in_(sorted(codes)),
                v.superseded.is_(False),
            )
        )
        yield from ((sheet, code, text, bool(told)) for sheet, code, text, told in rows)
