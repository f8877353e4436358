"""A cycle: what its opening and closing wait for."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import Case, Cycle
from cases.queries.readiness import open_items
from cases.queries.things.read import Read
from workflow.permissions import Resource
from workflow.vocabulary import State

TABLE = Cycle


def facts(conn: sa.Connection, row: Any, on: date) -> Read:
    """Items of the readiness list still open, cases not yet archived."""
    left = conn.execute(
        sa.select(sa.func.count()).where(
            Case.cycle_id == row.id, Case.state.not_in([State.ARCHIVED, State.NOT_ASSESSED])
        )
    ).scalar_one()
    return Read(counts={"readiness_open": open_items(conn, row, on), "cases_open": left})


def resource(conn: sa.Connection, row: Any) -> Resource:
    """The managing organ's."""
    return Resource(organ_id=row.managing_organ_id)
