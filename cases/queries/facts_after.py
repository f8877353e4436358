"""Facts after the decision: notice, statement, filing, measures, reviews, corrections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from cases.models import Correction, Decision, Filing, Measure, Review, Statement
from cases.queries.by_ids import ByIds
from cases.queries.things.filing import late_papers
from cases.scoring.shapes import Scheme
from workflow.vocabulary import (
    CorrectionState,
    FilingState,
    MeasureState,
    ReviewState,
    SignState,
    Word,
)

Schemes = Mapping[int, Scheme]
Raw = dict[int, dict[str, Any]]


def _words(*states: Word) -> list[Any]:
    """Our own words as they are: an IN of bound values is written anew at every execution."""
    return [sa.literal_column(f"'{state.value}'") for state in states]


_OPEN_MEASURES = _words(MeasureState.PROPOSED, MeasureState.ASSIGNED, MeasureState.REPORTED_DONE)
_NOTICES = ByIds(
    Decision.case_id,
    sa.select(Decision.case_id, sa.func.max(Decision.notified_on)).group_by(Decision.case_id),
)
_STATEMENTS = ByIds(
    Statement.case_id,
    sa.select(Statement.case_id, Statement.agrees, Statement.sign_state, Statement.due_on),
)
_FILINGS = ByIds(Filing.case_id, sa.select(Filing.case_id, Filing.state, Filing.checks))
_MEASURES = ByIds(
    Measure.case_id,
    sa.select(
        Measure.case_id,
        sa.func.sum(sa.case((Measure.mandatory & Measure.state.in_(_OPEN_MEASURES), 1), else_=0)),
        sa.func.sum(sa.case((Measure.state == MeasureState.CONFIRMED, 1), else_=0)),
    ).group_by(Measure.case_id),
)
_REVIEWS = ByIds(
    Review.case_id,
    sa.select(Review.case_id, Review.state, Review.new_grade).where(
        Review.state.in_(_words(ReviewState.FILED, ReviewState.ACCEPTED, ReviewState.REGRADED))
    ),
)
_CORRECTIONS = ByIds(
    Correction.case_id,
    sa.select(Correction.case_id).where(Correction.state == CorrectionState.APPROVED),
)


def notice(conn: sa.Connection, rows: Sequence[Any], schemes: Schemes, raw: Raw) -> None:
    """Whether notice was given, and the person's statement and signature."""
    for case_id, day in _NOTICES.rows(conn, list(raw)):
        raw[case_id] |= {"notice_given": day is not None, "notified_on": day}
    for row in _STATEMENTS.rows(conn, list(raw)):
        raw[row.case_id] |= {
            "statement_given": row.agrees is not None,
            "sign_state": SignState(row.sign_state),
            "statement_due_on": row.due_on,
        }


def following(conn: sa.Connection, rows: Sequence[Any], schemes: Schemes, raw: Raw) -> None:
    """The filing beside the case and the mandatory measures still open."""
    for row in _FILINGS.rows(conn, list(raw)):
        raw[row.case_id] |= {
            "filing_state": FilingState(row.state),
            "four_check_passed": bool(row.checks) and all(c["ok"] for c in row.checks),
        }
    late = late_papers(conn, list(raw))
    for case_id in late:
        raw[case_id]["continuation_required"] = True
    for case_id, still_open, confirmed in _MEASURES.rows(conn, list(raw)):
        raw[case_id] |= {
            "mandatory_measures_open": int(still_open),
            "continuation_required": bool(confirmed) or case_id in late,
        }


def changes(conn: sa.Connection, rows: Sequence[Any], schemes: Schemes, raw: Raw) -> None:
    """Reviews under way or ordering another grade, and approved corrections."""
    for row in _REVIEWS.rows(conn, list(raw)):
        if row.state == ReviewState.REGRADED:
            changed = raw[row.case_id]["decided_grade"] != row.new_grade
            raw[row.case_id]["review_orders_regrade"] = changed
        else:
            raw[row.case_id]["review_open"] = True
    for (case_id,) in _CORRECTIONS.rows(conn, list(raw)):
        raw[case_id]["correction_approved"] = True
