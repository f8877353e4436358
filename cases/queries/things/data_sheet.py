"""A unit's data sheet: its state follows from its values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import DataSheet, FigureConflict, IndicatorValue, UnitItem
from cases.queries.things.read import Read, cycle_resource
from workflow.permissions import Resource
from workflow.vocabulary import ValueState

TABLE = DataSheet
DONE = (ValueState.VERIFIED, ValueState.FROZEN)
SEEN = (*DONE, ValueState.DISPUTED)
"""What a verifier has looked at; a disputed value was verified before."""


def facts(conn: sa.Connection, row: Any, on: date) -> Read:
    """Values without figure or reason, values nobody verified, values disputed by the unit."""
    current = IndicatorValue.superseded.is_(False)
    counted = conn.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(_one(_empty())), 0).label("missing"),
            sa.func.coalesce(sa.func.sum(_one(IndicatorValue.state.not_in(SEEN))), 0).label(
                "unverified"
            ),
            sa.func.coalesce(
                sa.func.sum(_one(IndicatorValue.state == ValueState.DISPUTED)), 0
            ).label("disputed"),
        ).where(IndicatorValue.sheet_id == row.id, current)
    ).one()
    pending = conn.execute(_ITEMS, {"sheet": row.id}).one()
    return Read(
        counts={
            "values_missing": counted.missing,
            "values_unverified": counted.unverified + pending.unverified,
            "values_disputed": counted.disputed + pending.disputed,
            "values_contradicted": conn.execute(_CONFLICTS, {"sheet": row.id}).scalar_one(),
        },
        flags=frozenset({"unit_may_object"}) if _may_object(row, on) else frozenset(),
    )


def pending_items(conn: sa.Connection, sheet_id: int) -> int:
    """Deductions and bonuses that nobody has verified yet."""
    return int(conn.execute(_ITEMS, {"sheet": sheet_id}).one().unverified)


def _may_object(row: Any, on: date) -> bool:
    """Whether the unit's days to confirm or object still run."""
    return row.confirm_due_on is not None and row.confirmed_at is None and on <= row.confirm_due_on


def _empty() -> sa.ColumnElement[bool]:
    return sa.and_(IndicatorValue.value.is_(None), IndicatorValue.missing_reason.is_(None))


def _one(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((condition, 1), else_=0)


def resource(conn: sa.Connection, row: Any) -> Resource:
    """The unit's; its data providers work on it, the departments that verify verify."""
    charged = conn.execute(
        sa.union(
            *(
                sa.select(of.provider_unit_id, of.verifier_unit_id).where(of.sheet_id == row.id)
                for of in (IndicatorValue, UnitItem)
            )
        )
    ).all()
    working = frozenset(provider for provider, _ in charged if provider is not None)
    verifying = frozenset(verifier for _, verifier in charged if verifier is not None)
    found = cycle_resource(conn, row.cycle_id, row.unit_id, working)
    return replace(found, verifying_unit_ids=verifying)


_ITEMS: Any = sa.select(
    sa.func.coalesce(
        sa.func.sum(_one(UnitItem.state.in_((ValueState.SUBMITTED, ValueState.RETURNED)))), 0
    ).label("unverified"),
    sa.func.coalesce(sa.func.sum(_one(UnitItem.state == ValueState.DISPUTED)), 0).label("disputed"),
).where(
    UnitItem.sheet_id == sa.bindparam("sheet", type_=sa.BigInteger),
    UnitItem.withdrawn_at.is_(None),
)

_CONFLICTS: Any = sa.select(sa.func.count()).where(
    FigureConflict.sheet_id == sa.bindparam("sheet", type_=sa.BigInteger),
    FigureConflict.binds.is_(True),
    FigureConflict.outcome.is_(None),
)
