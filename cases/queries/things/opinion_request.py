"""A letter to another body asking for its opinion."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import OpinionRequest
from cases.queries.things.read import Read, cycle_resource, flags
from workflow.permissions import Resource

TABLE = OpinionRequest


def facts(conn: sa.Connection, row: Any, on: date) -> Read:
    """Whether it has a due day, and whether that day is past."""
    return Read(
        flags=flags(
            has_due_day=row.due_on is not None, overdue=row.due_on is not None and on > row.due_on
        )
    )


def resource(conn: sa.Connection, row: Any) -> Resource:
    """The cycle's; the addressed unit works on it."""
    working = frozenset() if row.body_unit_id is None else frozenset({row.body_unit_id})
    return cycle_resource(conn, row.cycle_id, working=working)
