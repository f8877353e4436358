"""Observations behind figures, and figures that contradict one another: open ones and settled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import (
    Cycle,
    DataSheet,
    FigureConflict,
    IndicatorValue,
    Observation,
    ObservationList,
    Person,
    Unit,
)
from cases.queries.contradictions import CHUNK, Place, chunks
from cases.queries.data_sheet import foreign_figures
from cases.queries.scheme import scheme_of_cycle
from cases.queries.sheet_reach import figures_within
from cases.scoring.plausibility import number
from workflow.permissions import Actor
from workflow.vocabulary import ConflictKind, ConflictOutcome, Permission


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a figure is from: source, address, way of extraction, whether official."""

    source: str
    address: str | None
    method: str | None
    official: bool
    note: str | None


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """A contradiction with both figures and both sources; ``other_value`` is the standing one."""

    id: int
    sheet_id: int
    unit: str
    indicator: str
    title: str
    check: str | None
    period: str
    kind: ConflictKind
    binds: bool
    value: str
    evidence: Evidence | None
    other_value: str | None
    other_source: str | None
    outcome: ConflictOutcome | None
    reason: str | None
    settled_by: str | None
    settled_at: datetime | None

    @property
    def open(self) -> bool:
        return self.outcome is None


@dataclass(frozen=True, slots=True)
class ListLine:
    """One list that was taken over: its file, by whom and when, how many observations."""

    id: int
    name: str
    taken_by: str | None
    taken_at: datetime
    rows: int


def evidence_of(conn: sa.Connection, sheets: Collection[int]) -> dict[Place, Evidence]:
    """(sheet, indicator) -> the observation whose figure and source the value still bears."""
    found: dict[Place, Evidence] = {}
    o, v = Observation, IndicatorValue
    for part in chunks(sheets):
        rows = conn.execute(
            sa.select(o, v.value.label("stands"))
            .join(v, v.id == o.value_id)
            .where(o.sheet_id.in_(part), v.superseded.is_(False), v.source == o.source)
            .order_by(o.id)
        )
        for row in rows:
            if number(row.stands) == number(row.value):
                found[row.sheet_id, row.indicator] = _evidence(row)
    return found


def _evidence(row: Any) -> Evidence:
    return Evidence(row.source, row.address, row.method, bool(row.official), row.note)


def conflicts_at(
    conn: sa.Connection, actor: Actor, permission: Permission = Permission.DATA_ENTER
) -> list[ConflictLine]:
    """The contradictions among the figures of one's department, open ones first."""
    return _lines(conn, _mine(actor, permission))


def load_conflict(
    conn: sa.Connection, actor: Actor, permission: Permission, conflict_id: int, **more: Any
) -> ConflictLine:
    """One contradiction. Raises NotVisible alike for absent and foreign."""
    found = _lines(conn, sa.and_(FigureConflict.id == conflict_id, _mine(actor, permission)))
    if not found:
        raise NotVisible(f"figure_conflict:{conflict_id}")
    return found[0]


def _mine(actor: Actor, permission: Permission) -> Any:
    return sa.and_(figures_within(actor, permission), foreign_figures(actor, permission))


def _lines(conn: sa.Connection, where: Any) -> list[ConflictLine]:
    f, o, v = FigureConflict, Observation, IndicatorValue
    rows = conn.execute(
        sa.select(
            f, o.source, o.address, o.method, o.official, o.note, DataSheet.cycle_id,
            Unit.name.label("unit"), Person.name.label("settler"),
        )
        .join(DataSheet, DataSheet.id == f.sheet_id)
        .join(Cycle, Cycle.id == DataSheet.cycle_id)
        .join(Unit, Unit.id == DataSheet.unit_id)
        .join(
            v,
            (v.sheet_id == f.sheet_id) & (v.indicator == f.indicator) & v.superseded.is_(False),
        )
        .outerjoin(o, o.id == f.observation_id)
        .outerjoin(Person, Person.id == f.settled_by)
        .where(where)
        .order_by(f.outcome.is_not(None), f.binds.desc(), Unit.sort_no, f.id)
    ).all()  # fmt: skip
    schemes = {cycle: scheme_of_cycle(conn, cycle) for cycle in {r.cycle_id for r in rows}}
    return [_line(row, schemes[row.cycle_id]) for row in rows]


def _line(row: Any, scheme: Any) -> ConflictLine:
    indicator = scheme.entered.get(row.indicator) if scheme else None
    check = scheme.checks.get(row.check_code) if scheme and row.check_code else None
    return ConflictLine(
        id=row.id,
        sheet_id=row.sheet_id,
        unit=row.unit,
        indicator=row.indicator,
        title=indicator.title if indicator else row.indicator,
        check=check.title if check else None,
        period=row.period,
        kind=ConflictKind(row.kind),
        binds=row.binds,
        value=row.value,
        evidence=_evidence(row) if row.source else None,
        other_value=row.other_value,
        other_source=row.other_source,
        outcome=ConflictOutcome(row.outcome) if row.outcome else None,
        reason=row.reason,
        settled_by=row.settler,
        settled_at=row.settled_at,
    )


def lists_of(conn: sa.Connection, sheets: Sequence[int]) -> list[ListLine]:
    """The lists that brought observations of some sheets, the newest first."""
    counted: dict[int, int] = defaultdict(int)
    for part in chunks(sheets):
        rows = conn.execute(
            sa.select(Observation.list_id, sa.func.count())
            .where(Observation.sheet_id.in_(part))
            .group_by(Observation.list_id)
        )
        for list_id, count in rows:
            counted[list_id] += count
    if not counted:
        return []
    one = ObservationList
    found = conn.execute(
        sa.select(one.id, one.name, Person.name.label("by"), one.taken_at)
        .outerjoin(Person, Person.id == one.taken_by)
        .where(one.id.in_(sorted(counted)[-CHUNK:]))
        .order_by(one.id.desc())
    )
    return [ListLine(r.id, r.name, r.by, r.taken_at, counted[r.id]) for r in found]
