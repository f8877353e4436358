"""Facts after the decision: notice, statement, filing, measures, reviews, corrections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from cases.models import Correction, Decision, Filing, Measure, Review, Statement
from cases.queries.things.filing import late_papers
from cases.scoring.shapes import Scheme
from workflow.vocabulary import (
    CorrectionState,
    FilingState,
    MeasureState,
    ReviewState,
    SignState,
)

Schemes = Mapping[int, Scheme]
Raw = dict[int, dict[str, Any]]
_OPEN_MEASURES = (MeasureState.PROPOSED, MeasureState.ASSIGNED, MeasureState.REPORTED_DONE)


def notice(conn: sa.Connection, rows: Sequence[Any], schemes: Schemes, raw: Raw) -> None:
    """Whether notice was given, and the person's statement and signature."""
    told = conn.execute(
        sa.select(Decision.case_id, sa.func.max(Decision.notified_on))
        .where(Decision.case_id.in_(list(raw)))
        .group_by(Decision.case_id)
    )
    for case_id, day in told:
        raw[case_id] |= {"notice_given": day is not None, "notified_on": day}
    found = conn.execute(
        sa.select(
            Statement.case_id, Statement.agrees, Statement.sign_state, Statement.due_on
        ).where(Statement.case_id.in_(list(raw)))
    )
    for row in found:
        raw[row.case_id] |= {
            "statement_given": row.agrees is not None,
            "sign_state": SignState(row.sign_state),
            "statement_due_on": row.due_on,
        }


def following(conn: sa.Connection, rows: Sequence[Any], schemes: Schemes, raw: Raw) -> None:
    """The filing beside the case and the mandatory measures still open."""
    found = conn.execute(
        sa.select(Filing.case_id, Filing.state, Filing.checks).where(Filing.case_id.in_(list(raw)))
    )
    for row in found:
        raw[row.case_id] |= {
            "filing_state": FilingState(row.state),
            "four_check_passed": bool(row.checks) and all(c["ok"] for c in row.checks),
        }
    measures = conn.execute(
        sa.select(
            Measure.case_id,
            sa.func.sum(
                sa.case((Measure.mandatory & Measure.state.in_(_OPEN_MEASURES), 1), else_=0)
            ),
            sa.func.sum(sa.case((Measure.state == MeasureState.CONFIRMED, 1), else_=0)),
        )
        .where(Measure.case_id.in_(list(raw)))
        .group_by(Measure.case_id)
    )
    late = late_papers(conn, list(raw))
    for case_id in late:
        raw[case_id]["continuation_required"] = True
    for case_id, still_open, confirmed in measures:
        raw[case_id] |= {
            "mandatory_measures_open": int(still_open),
            "continuation_required": bool(confirmed) or case_id in late,
        }


def changes(conn: sa.Connection, rows: Sequence[Any], schemes: Schemes, raw: Raw) -> None:
    """Reviews under way or ordering another grade, and approved corrections."""
    found = conn.execute(
        sa.select(Review.case_id, Review.state, Review.new_grade).where(
            Review.case_id.in_(list(raw)),
            Review.state.in_([ReviewState.FILED, ReviewState.ACCEPTED, ReviewState.REGRADED]),
        )
    )
    for row in found:
        if row.state == ReviewState.REGRADED:
            changed = raw[row.case_id]["decided_grade"] != row.new_grade
            raw[row.case_id]["review_orders_regrade"] = changed
        else:
            raw[row.case_id]["review_open"] = True
    approved = conn.execute(
        sa.select(Correction.case_id).where(
            Correction.case_id.in_(list(raw)), Correction.state == CorrectionState.APPROVED
        )
    )
    for (case_id,) in approved:
        raw[case_id]["correction_approved"] = True
