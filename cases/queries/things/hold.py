"""``hold`` beside a case: its guards read only what the person fills in."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import Hold
from cases.queries.things.read import Read, case_resource
from workflow.permissions import Resource

TABLE = Hold


def facts(conn: sa.Connection, row: Any, on: date) -> Read:
    """Nothing beyond the state."""
    return Read()


def resource(conn: sa.Connection, row: Any) -> Resource:
    """The case's resource."""
    return case_resource(conn, row.case_id)
