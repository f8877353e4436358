"""A negative rating: whether the fix has a proof; the unit it is about works on it."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import NegativeRating
from cases.queries.things.read import Read, cycle_resource, flags
from workflow.permissions import Resource

TABLE = NegativeRating


def facts(conn: sa.Connection, row: Any, on: date) -> Read:
    """Named as ``workflow.things.negative_rating`` reads them."""
    return Read(flags=flags(has_proof=bool(row.proof) or row.file_id is not None))


def resource(conn: sa.Connection, row: Any) -> Resource:
    """The cycle's; the unit works on it."""
    return cycle_resource(conn, row.cycle_id, row.unit_id, working=frozenset({row.unit_id}))
