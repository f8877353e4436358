"""Recorded administrative changes, and one unit's history with its figures of earlier years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.errors import NotVisible
from cases.models import Cycle, DataSheet, IndicatorValue, SchemeVersion, Unit, UnitChange
from cases.queries.previous_figures import SETTLED, steps_of
from cases.queries.scheme import scheme_by_digest
from cases.scoring.successors import lasting
from workflow.permissions import Actor, scopes
from workflow.vocabulary import Permission, ScopeKind, UnitChangeKind


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change as listed."""

    id: int
    kind: UnitChangeKind
    day: date
    from_unit_id: int | None
    from_name: str
    from_code: str | None
    to_unit_id: int | None
    to_name: str
    to_code: str | None
    document: str
    note: str | None
    year_only: bool = False
    address: str | None = None


def _lines() -> Any:
    c = UnitChange
    return sa.select(
        c.id, c.kind, c.day, c.from_unit_id, c.from_name, c.from_code, c.to_unit_id, c.to_name,
        c.to_code, c.document, c.note, c.year_only, c.address,
    )  # fmt: skip


def _told(row: Any) -> ChangeLine:
    return ChangeLine(row[0], UnitChangeKind(row[1]), *row[2:])


def changes(conn: sa.Connection, *, limit: int = 500) -> list[ChangeLine]:
    """The newest changes first."""
    query = _lines().order_by(UnitChange.day.desc(), UnitChange.id.desc()).limit(limit)
    return [_told(row) for row in conn.execute(query)]


@dataclass(frozen=True, slots=True)
class History:
    """A unit with the changes that lead to it and the figures of earlier years, newest first.

    ``figures``: (year, the unit that reported it, indicator's title, its unit, figure).
    """

    unit: Any
    changes: list[ChangeLine]
    figures: list[tuple[int, str, str, str, str]]


def load_unit(conn: sa.Connection, actor: Actor, permission: Permission, unit_id: int) -> Any:
    """A unit of the roster. Raises NotVisible, for units of another organ too."""
    row = conn.execute(sa.select(Unit.id, Unit.name, Unit.code).where(Unit.id == unit_id)).first()
    if row is None or unit_id in foreign_units(conn, actor, permission):
        raise NotVisible(f"unit:{unit_id}")
    return row


def foreign_units(conn: sa.Connection, actor: Actor, permission: Permission) -> set[int]:
    """Units that another organ manages, and those other organs themselves.

    A unit that nobody manages, such as a department that only provides figures, is foreign to none.
    """
    mine = {s.organ_id for s in scopes(actor, permission) if s.kind is ScopeKind.ORGAN}
    organs = sa.select(Unit.managing_organ_id).where(Unit.managing_organ_id.is_not(None))
    managed = Unit.managing_organ_id
    rows = conn.execute(
        sa.select(Unit.id).where(
            Unit.id.not_in(mine),
            sa.or_(managed.not_in(mine), sa.and_(managed.is_(None), Unit.id.in_(organs))),
        )
    )
    return set(rows.scalars())


def history(conn: sa.Connection, unit: Any) -> History:
    """What happened to the unit and to those whose history runs into it."""
    ids = sorted(lasting([unit.id], steps_of(conn)))
    c = UnitChange
    rows = conn.execute(
        _lines()
        .where(sa.or_(c.to_unit_id.in_(ids), c.from_unit_id.in_(ids)))
        .order_by(c.day.desc(), c.id.desc())
    )
    return History(unit, [_told(row) for row in rows], _figures(conn, ids))


def _figures(conn: sa.Connection, ids: list[int]) -> list[tuple[int, str, str, str, str]]:
    rows = conn.execute(
        sa.select(
            Cycle.year,
            Unit.name,
            IndicatorValue.indicator,
            IndicatorValue.measure_unit,
            IndicatorValue.value,
            SchemeVersion.digest,
        )
        .join(DataSheet, DataSheet.cycle_id == Cycle.id)
        .join(IndicatorValue, IndicatorValue.sheet_id == DataSheet.id)
        .join(Unit, Unit.id == DataSheet.unit_id)
        .join(SchemeVersion, SchemeVersion.id == Cycle.scheme_version_id)
        .where(
            DataSheet.unit_id.in_(ids),
            IndicatorValue.superseded.is_(False),
            IndicatorValue.state.in_(SETTLED),
            IndicatorValue.value.is_not(None),
        )
        .order_by(Cycle.year.desc(), Unit.sort_no, IndicatorValue.id)
    )
    found = []
    for year, unit, indicator, measure, value, digest in rows:
        one = scheme_by_digest(conn, digest).indicators.get(indicator)
        found.append((year, unit, one.title if one else indicator, measure or "", str(value)))
    return found
