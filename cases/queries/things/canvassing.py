"""A report of canvassing: its guards read only what the person fills in."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import CanvassingReport
from cases.queries.things.read import Read, cycle_resource
from workflow.permissions import Resource

TABLE = CanvassingReport


def facts(conn: sa.Connection, row: Any, on: date) -> Read:
    """Nothing beyond the state."""
    return Read()


def resource(conn: sa.Connection, row: Any) -> Resource:
    """The cycle's, about one unit."""
    return cycle_resource(conn, row.cycle_id, row.unit_id)
