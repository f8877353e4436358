"""Findings about the figures of a desk or a sheet: what a reader should look at. They only warn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from cases.models import IndicatorValue
from cases.scoring.plausibility import Finding, change, number, of_change, of_checks, of_range
from cases.scoring.plausibility import repeated as told_twice
from cases.scoring.shapes import Scheme

CHUNK = 900
Place = tuple[int, str]


def findings_of(
    conn: sa.Connection,
    scheme: Scheme,
    cells: Iterable[Any],
    typed: Mapping[Place, str | None] | None = None,
) -> dict[Place, list[Finding]]:
    """(sheet id, indicator) -> findings, the jump on last year first.

    ``cells`` have sheet_id, unit, indicator, value, previous; ``typed`` are figures that would
    stand in their place. Sums and ratios read figures of other departments too.
    """
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
            of_change(change(cell.previous, text)),
            of_range(scheme.indicators[cell.indicator], value),
        )
        found[place] += [one for one in single if one is not None]
    for sheet_id, mine in _whole(conn, scheme, figures).items():
        for code, some in of_checks(scheme.checks, mine).items():
            if (sheet_id, code) in figures:
                found[sheet_id, code] += some
    names = {cell.sheet_id: cell.unit for cell, _ in rows}
    for place, one in told_twice(figures, names).items():
        found[place].append(one)
    return {place: some for place, some in found.items() if some}


def _whole(
    conn: sa.Connection, scheme: Scheme, figures: Mapping[Place, Decimal]
) -> dict[int, dict[str, Decimal]]:
    """Sheet id -> every figure that a check reads; figures of the desk win over stored ones."""
    read = {code for check in scheme.checks.values() for code in check.reads}
    if not read:
        return {}
    sheets = sorted({sheet for sheet, _ in figures})
    found: dict[int, dict[str, Decimal]] = {sheet: {} for sheet in sheets}
    for sheet, code, text in _stored(conn, sheets, read):
        value = number(text)
        if value is not None:
            found[sheet][code] = value
    for (sheet, code), value in figures.items():
        if code in read:
            found[sheet][code] = value
    return found


def _stored(
    conn: sa.Connection, sheets: list[int], codes: Collection[str]
) -> Iterable[tuple[int, str, str | None]]:
    for start in range(0, len(sheets), CHUNK):
        rows = conn.execute(
            sa.select(
                IndicatorValue.sheet_id, IndicatorValue.indicator, IndicatorValue.value
            ).where(
                IndicatorValue.sheet_id.in_(sheets[start : start + CHUNK]),
                IndicatorValue.indicator.in_(sorted(codes)),
                IndicatorValue.superseded.is_(False),
            )
        )
        yield from ((sheet, code, text) for sheet, code, text in rows)
