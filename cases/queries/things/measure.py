"""A measure: owner, due day, proof, and whether its case is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import Case, Measure
from cases.queries.things.read import Read, case_resource, flags
from workflow.permissions import Resource
from workflow.vocabulary import State

TABLE = Measure


def facts(conn: sa.Connection, row: Any, on: date) -> Read:
    """Named as ``workflow.things.measure`` reads them."""
    state = conn.execute(sa.select(Case.state).where(Case.id == row.case_id)).scalar_one()
    return Read(
        flags=flags(
            has_owner=row.owner_unit_id is not None,
            has_due_day=row.due_on is not None,
            has_proof=bool(row.proof) or row.file_id is not None,
            case_closed=state in (State.CLOSED, State.ARCHIVED),
        )
    )


def resource(conn: sa.Connection, row: Any) -> Resource:
    """The case's; the responsible unit works on it."""
    found = case_resource(conn, row.case_id)
    working = frozenset() if row.owner_unit_id is None else frozenset({row.owner_unit_id})
    return replace(found, working_unit_ids=working)
