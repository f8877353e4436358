"""A review (复核/申诉): in time, and of a result that may be reviewed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from cases.models import Case, Review
from cases.queries.scheme import scheme_of_cycle
from cases.queries.things.read import Read, case_resource, flags
from workflow.permissions import Resource
from workflow.rules import rule_count
from workflow.vocabulary import Grade, ReviewKind

TABLE = Review
APPLY = {ReviewKind.REVIEW: "review_apply", ReviewKind.APPEAL: "appeal_after_review"}
"""Rule rows of the calendar days to apply after knowing (公务员法 95)."""


def facts(conn: sa.Connection, row: Any, on: date) -> Read:
    """Named as ``workflow.things.review`` reads them."""
    case = conn.execute(
        sa.select(Case.decided_grade, Case.cycle_id).where(Case.id == row.case_id)
    ).one()
    scheme = scheme_of_cycle(conn, case.cycle_id)
    open_to = {Grade.INCOMPETENT, *(scheme.feedback.review_grades if scheme else ())}
    last = row.known_on + timedelta(days=rule_count(APPLY[ReviewKind(row.kind)]))
    return Read(
        flags=flags(
            in_time=row.filed_on <= last,
            appealable=case.decided_grade is not None and Grade(case.decided_grade) in open_to,
        )
    )


def resource(conn: sa.Connection, row: Any) -> Resource:
    """The case's resource."""
    return case_resource(conn, row.case_id)
