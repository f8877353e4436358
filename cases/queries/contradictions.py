"""Figures that contradict one another, as rows and as findings beside the figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa

from cases.models import FigureConflict, IndicatorValue, Observation
from cases.scoring.plausibility import Finding
from workflow.vocabulary import ConflictKind
from workflow.words import Sentence, m

CHUNK = 900
Place = tuple[int, str]


def chunks(ids: Collection[int]) -> Iterator[list[int]]:
    kept = sorted(ids)
    return (kept[start : start + CHUNK] for start in range(0, len(kept), CHUNK))


def held(conn: sa.Connection, sheets: Collection[int]) -> set[Place]:
    """(sheet, indicator) of the values that can't be handed in or verified as they stand."""
    found: set[Place] = set()
    for part in chunks(sheets):
        rows = conn.execute(
            sa.select(FigureConflict.sheet_id, FigureConflict.indicator).where(
                FigureConflict.sheet_id.in_(part),
                FigureConflict.binds.is_(True),
                FigureConflict.outcome.is_(None),
            )
        )
        found |= {(sheet, code) for sheet, code in rows}
    return found


def against() -> sa.ColumnElement[bool]:
    """Whether an indicator value, as selected from, has an open contradiction."""
    f = FigureConflict
    return sa.exists().where(
        f.sheet_id == IndicatorValue.sheet_id,
        f.indicator == IndicatorValue.indicator,
        f.outcome.is_(None),
    )


def contradicted(conn: sa.Connection, sheets: Collection[int]) -> dict[Place, list[Finding]]:
    """(sheet, indicator) -> what stands against its figure, both figures and both sources."""
    found: dict[Place, list[Finding]] = defaultdict(list)
    f, o = FigureConflict, Observation
    for part in chunks(sheets):
        rows = conn.execute(
            sa.select(f, o.source.label("source"))
            .outerjoin(o, o.id == f.observation_id)
            .where(f.sheet_id.in_(part), f.outcome.is_(None))
            .order_by(f.id)
        )
        for row in rows:
            found[row.sheet_id, row.indicator].append(Finding("conflict", _told(row)))
    return dict(found)


def _told(row: Any) -> Sentence:
    if row.other_value is None or row.kind == ConflictKind.CHECK:
        return m("%(kind)s,尚未处理", kind=ConflictKind(row.kind))
    return m(
        "%(kind)s:%(period)s %(value)s(%(source)s)与 %(other)s(%(other_source)s),尚未处理",
        kind=ConflictKind(row.kind), period=row.period, value=row.value, source=row.source or "—",
        other=row.other_value, other_source=row.other_source or "—",
    )  # fmt: skip


def newest(conn: sa.Connection, sheets: Collection[int]) -> tuple[int, int]:
    """The numbers of the newest observation and contradiction of some sheets, 0 without any."""
    seen = found = 0
    o, f = Observation, FigureConflict
    for part in chunks(sheets):
        last = conn.execute(
            sa.select(
                sa.select(sa.func.max(o.id)).where(o.sheet_id.in_(part)).scalar_subquery(),
                sa.select(sa.func.max(f.id)).where(f.sheet_id.in_(part)).scalar_subquery(),
            )
        ).one()
        seen, found = max(seen, last[0] or 0), max(found, last[1] or 0)
    return seen, found


def observations_of(conn: sa.Connection, sheets: Collection[int]) -> list[Any]:
    """Every observation kept for some sheets, in the order they came."""
    found: list[Any] = []
    for part in chunks(sheets):
        rows = sa.select(Observation).where(Observation.sheet_id.in_(part))
        found += conn.execute(rows.order_by(Observation.id))
    return found


def conflict_rows(conn: sa.Connection, sheets: Collection[int]) -> list[Any]:
    """Every contradiction of some sheets, settled ones too."""
    found: list[Any] = []
    for part in chunks(sheets):
        found += conn.execute(sa.select(FigureConflict).where(FigureConflict.sheet_id.in_(part)))
    return found
