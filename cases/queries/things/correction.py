"""A correction after filing: belongs to its case."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.models import Case, Correction
from cases.queries.things.read import Read, case_resource, flags
from workflow.permissions import Resource

TABLE = Correction


def facts(conn: sa.Connection, row: Any, on: date) -> Read:
    """Whether the document is named and the case already bears the new conclusion."""
    now = conn.execute(sa.select(Case.conclusion).where(Case.id == row.case_id)).scalar()
    return Read(
        flags=flags(has_document=bool(row.document), case_corrected=now == row.new_conclusion)
    )


def resource(conn: sa.Connection, row: Any) -> Resource:
    """The case's resource."""
    return case_resource(conn, row.case_id)
