"""A unit's data sheet: its state follows from its values."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import DataSheet, IndicatorValue
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
    return Read(
        counts={
            "values_missing": counted.missing,
            "values_unverified": counted.unverified,
            "values_disputed": counted.disputed,
        },
        flags=frozenset({"unit_may_object"}) if _may_object(row, on) else frozenset(),
    )


def _may_object(row: Any, on: date) -> bool:
    """Whether the unit's days to confirm or object still run."""
    return row.confirm_due_on is not None and row.confirmed_at is None and on <= row.confirm_due_on


def _empty() -> sa.ColumnElement[bool]:
    return sa.and_(IndicatorValue.value.is_(None), IndicatorValue.missing_reason.is_(None))


def _one(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((condition, 1), else_=0)


def resource(conn: sa.Connection, row: Any) -> Resource:
    """The unit's; its data providers work on it."""
    providers = conn.execute(
        sa.select(IndicatorValue.provider_unit_id)
        .where(IndicatorValue.sheet_id == row.id, IndicatorValue.provider_unit_id.is_not(None))
        .distinct()
    )
    working = frozenset(p for p in providers.scalars() if p is not None)
    return cycle_resource(conn, row.cycle_id, row.unit_id, working)
