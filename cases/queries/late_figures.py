"""What moved a suggestion, in words: figures, deductions and results settled since a moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cases.models import DataSheet, IndicatorValue, Unit, UnitItem
from cases.queries.scheme import scheme_of_cycle
from cases.queries.unit_figures import revised_from
from cases.scoring.rule_shapes import Title
from cases.scoring.shapes import Scheme
from workflow.words import Sentence, m

MOST = 5
"""Figures named; of more the number is told."""
NOTHING = Title("无数值", "no figure")
NO_PAPER = Title("无文号", "no document number")


def late_figures(
    conn: sa.Connection, cycle_id: int, unit_ids: Collection[int], since: datetime
) -> list[Sentence]:
    """One sentence a figure verified after ``since`` in official order, then deductions and
    bonuses: unit, indicator, the value before (of a revision) and now, the document. Empty without
    any; three queries."""
    scheme = scheme_of_cycle(conn, cycle_id)
    if scheme is None:
        return []
    found = [*_figures(conn, scheme, cycle_id, unit_ids, since)]
    found += _items(conn, scheme, cycle_id, unit_ids, since)
    return shortened(found)


def shortened(found: list[Sentence]) -> list[Sentence]:
    """The first few, and how many more there are."""
    left = len(found) - MOST
    return found if left <= 0 else [*found[:MOST], m("另有 %(n)s 项", n=left)]


def results_said(rows: Iterable[tuple[str, Title, str, str]]) -> list[Sentence]:
    """Units' own results now in force: (unit, kind, score, document)."""
    return shortened(
        [
            m("%(unit)s的%(kind)s为 %(score)s，%(document)s", unit=u, kind=k, score=s, document=d)
            for u, k, s, d in rows
        ]
    )


def item_said(unit: str, title: Title | str, document: str | None) -> Sentence:
    """A deduction or bonus of a unit."""
    return m(
        "%(unit)s的%(item)s，%(document)s", unit=unit, item=title, document=document or NO_PAPER
    )


def _figures(
    conn: sa.Connection, scheme: Scheme, cycle_id: int, unit_ids: Collection[int], since: datetime
) -> Iterator[Sentence]:
    v, old = IndicatorValue, aliased(IndicatorValue)
    rows = conn.execute(
        sa.select(Unit.name, v.indicator, old.value.label("old"), v.value, v.document)
        .join(DataSheet, DataSheet.id == v.sheet_id)
        .join(Unit, Unit.id == DataSheet.unit_id)
        .outerjoin(old, revised_from(v, old))
        .where(
            DataSheet.cycle_id == cycle_id,
            DataSheet.unit_id.in_(unit_ids),
            v.superseded.is_(False),
            v.verified_at > since,
        )
        .order_by(Unit.sort_no, Unit.id, v.id)
    )
    for name, code, before, now, document in rows:
        if before is not None and before == now:
            continue
        one = scheme.entered.get(code)
        yield m(
            "%(unit)s的%(indicator)s由 %(before)s 到 %(now)s，%(document)s",
            unit=name,
            indicator=one.title if one is not None else code,
            before=before or NOTHING,
            now=now or NOTHING,
            document=document or NO_PAPER,
        )


def _items(
    conn: sa.Connection, scheme: Scheme, cycle_id: int, unit_ids: Collection[int], since: datetime
) -> Iterator[Sentence]:
    e = UnitItem
    rows = conn.execute(
        sa.select(Unit.name, e.item, e.document)
        .join(DataSheet, DataSheet.id == e.sheet_id)
        .join(Unit, Unit.id == DataSheet.unit_id)
        .where(
            DataSheet.cycle_id == cycle_id,
            DataSheet.unit_id.in_(unit_ids),
            e.withdrawn_at.is_(None),
            e.verified_at > since,
        )
        .order_by(Unit.sort_no, Unit.id, e.id)
    )
    for name, code, document in rows:
        one = scheme.items.get(code)
        yield item_said(name, one.title if one is not None else code, document)
