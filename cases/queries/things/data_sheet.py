"""A unit's data sheet: its state follows from its values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from cases.models import Cycle, DataSheet, FigureConflict, IndicatorValue, Unit, UnitItem
from cases.queries.things.read import Read
from workflow.permissions import Resource
from workflow.vocabulary import ValueState

TABLE = DataSheet
DONE = (ValueState.VERIFIED, ValueState.FROZEN)
SEEN = (*DONE, ValueState.DISPUTED)
"""What a verifier has looked at; a disputed value was verified before."""


def facts(conn: sa.Connection, row: Any, on: date) -> Read:
    """Values without figure or reason, values nobody verified, values disputed by the unit."""
    return facts_of_many(conn, [row], on)[row.id]


def facts_of_many(conn: sa.Connection, rows: Sequence[Any], on: date) -> dict[int, Read]:
    """The facts of many sheets in three queries, by their ids."""
    ids = [row.id for row in rows]
    values = {r.sheet_id: r for r in conn.execute(_VALUES, {"sheets": ids})}
    items = {r.sheet_id: r for r in conn.execute(_ITEMS, {"sheets": ids})}
    conflicts = {i: n for i, n in conn.execute(_CONFLICTS, {"sheets": ids})}
    none = SimpleNamespace(missing=0, unverified=0, disputed=0)
    return {
        row.id: Read(
            counts={
                "values_missing": values.get(row.id, none).missing,
                "values_unverified": values.get(row.id, none).unverified
                + items.get(row.id, none).unverified,
                "values_disputed": values.get(row.id, none).disputed
                + items.get(row.id, none).disputed,
                "values_contradicted": conflicts.get(row.id, 0),
            },
            flags=frozenset({"unit_may_object"}) if _may_object(row, on) else frozenset(),
        )
        for row in rows
    }


def pending_items(conn: sa.Connection, sheets: Sequence[int]) -> set[int]:
    """The sheets with deductions or bonuses that nobody has verified yet."""
    return {r.sheet_id for r in conn.execute(_ITEMS, {"sheets": list(sheets)}) if r.unverified}


def _may_object(row: Any, on: date) -> bool:
    """Whether the unit's days to confirm or object still run."""
    return row.confirm_due_on is not None and row.confirmed_at is None and on <= row.confirm_due_on


def _empty() -> sa.ColumnElement[bool]:
    return sa.and_(IndicatorValue.value.is_(None), IndicatorValue.missing_reason.is_(None))


def _one(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((condition, 1), else_=0)


def resource(conn: sa.Connection, row: Any) -> Resource:
    """The unit's; its data providers work on it, the departments that verify verify."""
    return resources(conn, [row])[row.id]


def resources(conn: sa.Connection, rows: Sequence[Any]) -> dict[int, Resource]:
    """Whom many sheets belong to, by their ids, in three queries."""
    ids = [row.id for row in rows]
    charged = sa.union(
        *(
            sa.select(of.sheet_id, of.provider_unit_id, of.verifier_unit_id).where(
                of.sheet_id.in_(ids)
            )
            for of in (IndicatorValue, UnitItem)
        )
    )
    working: dict[int, set[Any]] = {row.id: {None} for row in rows}
    verifying: dict[int, set[Any]] = {row.id: {None} for row in rows}
    for sheet_id, provider, verifier in conn.execute(charged):
        working[sheet_id].add(provider)
        verifying[sheet_id].add(verifier)
    organs = _by_id(conn, Cycle.id, Cycle.managing_organ_id, {row.cycle_id for row in rows})
    classes = _by_id(conn, Unit.id, Unit.class_code, {row.unit_id for row in rows})
    return {
        row.id: Resource(
            organ_id=organs[row.cycle_id],
            unit_id=row.unit_id,
            class_code=classes[row.unit_id],
            working_unit_ids=frozenset(working[row.id] - {None}),
            verifying_unit_ids=frozenset(verifying[row.id] - {None}),
        )
        for row in rows
    }


def _by_id(conn: sa.Connection, key: Any, column: Any, ids: set[int]) -> dict[int, Any]:
    return {k: v for k, v in conn.execute(sa.select(key, column).where(key.in_(ids)))}


_SHEETS: Any = sa.bindparam("sheets", expanding=True, type_=sa.BigInteger)


def _count(condition: sa.ColumnElement[bool], name: str) -> Any:
    return sa.func.sum(_one(condition)).label(name)


_VALUES: Any = (
    sa.select(
        IndicatorValue.sheet_id,
        _count(_empty(), "missing"),
        _count(IndicatorValue.state.not_in(SEEN), "unverified"),
        _count(IndicatorValue.state == ValueState.DISPUTED, "disputed"),
    )
    .where(IndicatorValue.sheet_id.in_(_SHEETS), IndicatorValue.superseded.is_(False))
    .group_by(IndicatorValue.sheet_id)
)

_ITEMS: Any = (
    sa.select(
        UnitItem.sheet_id,
        _count(UnitItem.state.in_((ValueState.SUBMITTED, ValueState.RETURNED)), "unverified"),
        _count(UnitItem.state == ValueState.DISPUTED, "disputed"),
    )
    .where(UnitItem.sheet_id.in_(_SHEETS), UnitItem.withdrawn_at.is_(None))
    .group_by(UnitItem.sheet_id)
)

_CONFLICTS: Any = (
    sa.select(FigureConflict.sheet_id, sa.func.count())
    .where(
        FigureConflict.sheet_id.in_(_SHEETS),
        FigureConflict.binds.is_(True),
        FigureConflict.outcome.is_(None),
    )
    .group_by(FigureConflict.sheet_id)
)
