"""A pool: seats over quota, cases without a proposal, cases not decided."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import Case, Pool
from cases.queries.things.read import Read, cycle_resource
from workflow.permissions import Resource
from workflow.vocabulary import Grade, PoolState, State

TABLE = Pool
BEFORE_PROPOSAL = (
    State.SCOPED,
    State.DRAFTING,
    State.SUBMITTED,
    State.RETURNED,
    State.COLLECTING,
    State.EVALUATING,
    State.SYNTHESISING,
)
BEFORE_DECISION = (*BEFORE_PROPOSAL, State.PROPOSED, State.DECIDING)


def facts(conn: sa.Connection, row: Any, on: date) -> Read:
    """Named as ``workflow.things.pool`` reads them."""
    grade = Case.proposed_grade if row.state == PoolState.OPEN else Case.decided_grade
    counted = conn.execute(
        sa.select(
            _count(Case.state.in_(BEFORE_PROPOSAL)),
            _count(Case.state.in_(BEFORE_DECISION)),
            _count(grade == Grade.EXCELLENT),
        ).where(Case.pool_id == row.id)
    ).one()
    unproposed, undecided, excellent = counted
    return Read(
        counts={
            "cases_unproposed": unproposed,
            "cases_undecided": undecided,
            "over_quota": max(0, excellent - (row.seats or 0)),
        }
    )


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def resource(conn: sa.Connection, row: Any) -> Resource:
    """The managing organ's."""
    return cycle_resource(conn, row.cycle_id)
